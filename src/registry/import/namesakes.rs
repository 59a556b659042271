//! Rows that no key decides: whom of the same name they may mean.

use std::collections::HashMap;

use super::row::Row;
use crate::registry::Result;
use crate::registry::customer::matching::Match;
use crate::registry::customer::names;
use crate::registry::customer::namesakes::{
    Agreement, Brings, Called, Common, Doubt, NAMESAKES, Namesakes, Verdict, called, judge, verdict,
};
use crate::registry::customer::request::Likely;
use crate::registry::session::Session;
use crate::rule::RuleBook;
use crate::store::Entry;

/// Whom of the ledger a row means.
#[derive(Debug)]
pub(super) struct Met {
    /// By its keys.
    pub(super) who: Match,
    /// Who has its name, where no key means anybody.
    pub(super) called: Vec<Called>,
}

/// Names in the ledger, looked up for many rows at once.
#[derive(Default)]
pub(super) struct LedgerNames {
    /// Names that very many customers have are looked up once.
    crowds: HashMap<i64, Vec<Entry>>,
}

impl LedgerNames {
    /// The customers of the ledger that are called as each of these rows says.
    pub(super) fn of(
        &mut self,
        book: &RuleBook,
        rows: &[&Row<'_>],
        session: &mut Session<'_>,
    ) -> Result<Vec<Vec<Called>>> {
        let keys: Vec<Option<i64>> = rows.iter().map(|row| row.name.and_then(names::key)).collect();
        let asked: Vec<i64> =
            keys.iter().flatten().copied().filter(|key| !self.crowds.contains_key(key)).collect();
        let mut known = session.view().find_named(&asked, NAMESAKES)?;
        self.crowds.extend(known.extract_if(|_, entries| is_crowd(entries.len())));
        let namesakes = rows.iter().zip(keys).map(|(row, key)| {
            let entries = key.and_then(|key| self.crowds.get(&key).or_else(|| known.get(&key)));
            entries.map_or(Ok(Vec::new()), |entries| called(book, entries, &row.described()?))
        });
        namesakes.collect()
    }
}

/// What becomes of a row that no key decides. Beside several who agree in everything, and beside a
/// crowd, a row without a key is never a new customer: the next run could not tell it from them.
pub(super) fn of_row<E>(likely: Likely, row: &Row<'_>, mut found: Vec<(E, Common)>) -> Verdict<E> {
    let crowd = is_crowd(found.len());
    if row.reference.is_some() {
        return verdict(judge(Brings::Reference, found), likely);
    }
    if let Some(place) = the_very_one(&found) {
        return Verdict::Same(found.swap_remove(place).0);
    }
    match judge(Brings::Nothing, found) {
        Namesakes::Likely(several, doubt) if crowd || doubt == Doubt::SeveralAgree => {
            Verdict::Undecided(several, Doubt::SeveralAgree)
        }
        found => verdict(found, likely),
    }
}

/// Of those who agree, the one of whom nothing else is known, and rather one without a reference: a
/// file that comes again with more rows gives each of its rows the code that it had.
fn the_very_one<E>(found: &[(E, Common)]) -> Option<usize> {
    let exact: Vec<usize> =
        (0..found.len()).filter(|place| found[*place].1.agrees == Agreement::Exact).collect();
    let unreferenced: Vec<usize> =
        exact.iter().copied().filter(|place| !found[*place].1.referenced).collect();
    match (unreferenced.as_slice(), exact.as_slice()) {
        ([only], _) | (_, [only]) => Some(*only),
        _ => None,
    }
}

/// Whether there are as many customers of one name as are looked at.
fn is_crowd(count: usize) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= NAMESAKES)
}

/// Rows that mean customers of their name, and new customers beside others of their name.
#[derive(Debug, Default)]
pub(super) struct ByName {
    /// Rows that are customers of their name, without a key.
    pub(super) known: u64,
    /// New customers that have the name of another one.
    pub(super) namesakes: u64,
    /// Rows for which nobody said whom they mean.
    pub(super) undecided: u64,
    first: Vec<String>,
}

/// Rows that are told one by one.
const TOLD: usize = 3;

impl ByName {
    /// A row that is the customer `who`: a code, or another row.
    pub(super) fn add(&mut self, row: &Row<'_>, who: &str) {
        self.known += 1;
        if self.first.len() < TOLD {
            self.first.push(format!("row {} is {who}", row.row));
        }
    }

    /// A row that is a new customer, beside these of its name.
    pub(super) fn add_new<E>(&mut self, namesakes: &[E]) {
        self.namesakes += u64::from(!namesakes.is_empty());
    }

    /// A row that waits for a person: why, where `known` says whom it may mean.
    pub(super) fn add_undecided(&mut self, row: &Row<'_>, doubt: Doubt, known: &str) -> String {
        self.undecided += 1;
        let question = doubt.question(row.name.unwrap_or_default(), row.reference, known);
        let way_out = match doubt {
            Doubt::SeveralAgree => "its code or reference tells",
            Doubt::NewReference | Doubt::NobodyAgrees => "--likely attach: it is; --likely new: it is not",
        };
        format!("{question} ({way_out})")
    }

    /// Adds what another pass found.
    pub(super) fn merge(&mut self, other: Self) {
        self.known += other.known;
        self.namesakes += other.namesakes;
        self.undecided += other.undecided;
        self.first.extend(other.first);
        self.first.truncate(TOLD);
    }

    /// What a person should know of rows that nothing but their name decided.
    pub(super) fn note(&self, file: &str) -> Option<String> {
        let first = self.first.join(", ");
        let more = match self.known.saturating_sub(self.first.len() as u64) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match self.known {
            0 => None,
            1 => Some(format!("{file}: 1 row is known by its name: {first}")),
            known => Some(format!("{file}: {known} rows are known by their names: {first}{more}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_the_one_of_whom_nothing_else_is_known_is_meant() {
        let all = Common { same_fields: true, agrees: Agreement::All, referenced: false };
        let exact = Common { agrees: Agreement::Exact, ..all };
        let referenced = |common| Common { referenced: true, ..common };
        for (found, meant) in [
            (vec![all, exact, referenced(all)], Some(1)),
            (vec![referenced(exact), all], Some(0)),
            (vec![referenced(exact), exact, referenced(exact)], Some(1)),
            (vec![exact, exact], None),
            (vec![referenced(exact), referenced(exact)], None),
            (vec![all, all], None),
        ] {
            let told = format!("{found:?}");
            let found: Vec<((), Common)> = found.into_iter().map(|common| ((), common)).collect();
            assert_eq!(the_very_one(&found), meant, "{told}");
        }
    }
}
