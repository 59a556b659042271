//! One code in one statement, where the ledger's engine gains by it; the outcome is that of the
//! long way.

use jiff::civil::Date;

use super::{IssueRequest, Issued, Outcome, Plan};
use crate::code::normalize;
use crate::code::{Sequence, Unprintable};
use crate::registry::Result;
use crate::registry::clock;
use crate::registry::customer::request::present;
use crate::registry::number::allocate::{Standing, capacity_note};
use crate::registry::session::Ledger;
use crate::rule::{Prepared, Rule};
use crate::store::salt::Salted;
use crate::store::{Candidate, GapReason, NewCustomer, NewIssue, NewOperation, ScopeKey};

impl Plan<'_> {
    /// None: nothing was written, and a transaction has to do it.
    pub(super) fn issue_quickly(
        &self,
        ledger: &mut Ledger<'_>,
        request: &IssueRequest,
        digest: Option<&str>,
    ) -> Result<Option<Outcome>> {
        let Ok((rule, prepared)) = &self.print else { return Ok(None) };
        let Some(sequence) = rule.pattern.sequence() else { return Ok(None) };
        if request.count != 1 || request.reuse_reference {
            return Ok(None);
        }
        let (book, now, description) = (ledger.book, ledger.now, &request.description);
        let (at, fields, attributes) =
            (now.to_string(), self.values.to_json(book), description.attributes_json());
        let reference = present(description.reference.as_deref());
        let salted = digest.map(Salted::new).transpose()?;
        let customer = NewCustomer {
            references: reference.as_slice(),
            name: present(description.name.as_deref()),
            fields: &fields,
            attributes: &attributes,
            date: &self.date.to_string(),
            operation: 0,
            row: 0,
        };
        let numbers = Numbers { rule, sequence, prepared, date: self.date };
        let issued = ledger.store.issue(
            &NewIssue {
                operation: NewOperation {
                    request_id: request.request_id.as_deref(),
                    input_digest: salted.as_ref().map(|it| it.digest.as_str()),
                    salt: salted.as_ref().map(|it| it.salt.as_str()),
                    ..ledger.who.under("new", &at, &book.digest)
                },
                scope: ScopeKey { rule: &rule.id, scope: &prepared.scope },
                customer,
                attributes: &description.attribute_names(),
                first: sequence.start,
                step: sequence.step(),
                last: sequence.last(),
                block: rule.issue_blocks,
                candidates: &|from, most| numbers.candidates(from, most),
                obstacle: &|number| numbers.obstacle(number),
            },
            ledger.patience,
        )?;
        let Some(issued) = issued else { return Ok(None) };
        let Candidate { number, canonical, written } = issued.candidate;
        let standing = Standing {
            rule: rule.id.clone(),
            scope: prepared.scope.clone(),
            before: issued.before,
            after: Some(number),
        };
        let code = Issued {
            code: written.unwrap_or(canonical),
            rule: Some(rule.id.clone()),
            number: Some(number),
            existing: false,
            name: customer.name.map(str::to_owned),
            reference: reference.map(str::to_owned),
            references: reference.map(str::to_owned).into_iter().collect(),
        };
        let behind = issued.newest.and_then(|newest| clock::behind_operation(book, &newest, now));
        let notes = capacity_note(rule, &standing).into_iter().chain(behind).collect();
        Ok(Some(Outcome { codes: vec![code], notes, written: true }))
    }
}

/// The numbers of one scope and the codes they print.
struct Numbers<'n> {
    rule: &'n Rule,
    sequence: &'n Sequence,
    prepared: &'n Prepared,
    date: Date,
}

impl Numbers<'_> {
    /// The codes of up to `most` numbers from `from` on, up to the first that has none.
    fn candidates(&self, from: u64, most: usize) -> Vec<Candidate> {
        let numbers = std::iter::successors(Some(from), |number| number.checked_add(self.sequence.step()));
        let mut code = String::new();
        numbers
            .take(most)
            .map_while(|number| {
                code.clear();
                self.print(number, &mut code).ok()?;
                let canonical = normalize::canonical(&code).into_owned();
                let written = (canonical != code).then(|| code.clone());
                Some(Candidate { number, canonical, written })
            })
            .collect()
    }

    /// Why a number has no code.
    fn obstacle(&self, number: u64) -> Option<GapReason> {
        match self.print(number, &mut String::new()) {
            Ok(()) => None,
            Err(Unprintable::NoCheckDigit) => Some(GapReason::NoCheckDigit),
            Err(Unprintable::NotInSequence) => Some(GapReason::ForbiddenDigit),
        }
    }

    fn print(&self, number: u64, code: &mut String) -> std::result::Result<(), Unprintable> {
        if !self.sequence.takes(number) {
            return Err(Unprintable::NotInSequence);
        }
        self.rule.print(self.prepared, self.date, number, code)
    }
}
