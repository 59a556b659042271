//! Rows of one file that share a code, a reference or a name: the same customer several times, or a
//! contradiction.
//!
//! They are judged as they would be in two files, one after the other: the row with the best keys
//! makes the customer, and all others meet it as they meet one of the ledger. What a row is refused
//! for depends only on what the file makes of the customer as a whole, so that the same file is
//! refused the same rows when the ledger knows them already.

use std::collections::{BTreeMap, HashMap};

use super::decision::Decision;
use super::namesakes::{self, ByName, Met};
use super::party::Party;
use super::rejects::Rejects;
use super::row::Row;
use super::{ImportRequest, Listener};
use crate::code::normalize::canonical;
use crate::registry::Result;
use crate::registry::customer::matching::{Evidence, Match, Strongest, is_called, strongest};
use crate::registry::customer::namesakes::{Common, NAMESAKES, Verdict, common, named};
use crate::registry::customer::request::{OnExisting, Values};
use crate::registry::customer::update::CustomerUpdate;
use crate::registry::customer::{existing, names};
use crate::registry::session::Session;
use crate::rule::RuleBook;
use crate::store::Customer;

/// A row that may repeat another.
pub(super) struct Candidate {
    /// The row as it is spooled.
    record: Vec<u8>,
    met: Met,
}

impl Candidate {
    pub(super) fn new(record: Vec<u8>, met: Met) -> Self {
        Self { record, met }
    }

    pub(super) fn row(&self) -> Row<'_> {
        Row::decode(&self.record)
    }

    /// Whether it can only be told from others by its name.
    fn has_no_key(&self) -> bool {
        self.row().has_no_key() && !matches!(self.met.who, Match::Known { .. })
    }
}

/// What became of the candidates.
pub(super) struct Resolved {
    pub(super) overrides: BTreeMap<u64, Decision>,
    /// New customers to whom other rows gave something else, by the row that makes them.
    pub(super) records: HashMap<u64, Customer>,
    pub(super) rejects: Rejects,
    pub(super) updated: u64,
    pub(super) differing: u64,
    pub(super) attached: u64,
    pub(super) by_name: ByName,
}

/// Decides for every candidate; those of customers whom the ledger knows are updated there, where
/// that is asked for.
pub(super) fn resolve(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    candidates: &[Candidate],
    session: &mut Session<'_>,
    listener: &mut dyn Listener,
) -> Result<Resolved> {
    let mut matching = Matching {
        book,
        request,
        candidates,
        parties: Vec::new(),
        by_id: HashMap::new(),
        by_code: HashMap::new(),
        by_reference: HashMap::new(),
        by_name: HashMap::new(),
        refused: BTreeMap::new(),
        overrides: BTreeMap::new(),
        differing: 0,
        attached: 0,
        names: ByName::default(),
    };
    let mut keyed: Vec<usize> =
        (0..candidates.len()).filter(|place| !candidates[*place].has_no_key()).collect();
    // Who can make a customer comes first: rows with codes before others and, among each, those
    // with a reference.
    keyed.sort_by_key(|place| {
        let row = candidates[*place].row();
        (row.unfit().is_some(), row.code.is_none(), row.reference.is_none(), row.row)
    });
    for place in keyed {
        matching.place(place);
    }
    for party in 0..matching.parties.len() {
        matching.settle(party, session, listener)?;
    }
    matching.name();
    for place in (0..candidates.len()).filter(|place| candidates[*place].has_no_key()) {
        matching.place_by_name(place, session, listener)?;
    }
    matching.finish(session)
}

/// Who is who among the candidates, as far as it is known.
struct Matching<'m> {
    book: &'m RuleBook,
    request: &'m ImportRequest<'m>,
    candidates: &'m [Candidate],
    parties: Vec<Party<'m>>,
    by_id: HashMap<i64, usize>,
    by_code: HashMap<String, usize>,
    by_reference: HashMap<String, usize>,
    by_name: HashMap<i64, Vec<usize>>,
    /// By row: its line and why it is refused.
    refused: BTreeMap<u64, (u64, String)>,
    overrides: BTreeMap<u64, Decision>,
    differing: u64,
    attached: u64,
    names: ByName,
}

impl<'m> Matching<'m> {
    fn refuse(&mut self, row: &Row<'_>, reason: String) {
        self.refused.insert(row.row, (row.line, reason));
    }

    /// Takes a customer up, to be found by what it has.
    fn add(&mut self, party: Party<'m>) -> usize {
        let place = self.parties.len();
        if let Some(entry) = party.entry {
            self.by_id.insert(entry.customer.id, place);
        }
        if let Some((code, _)) = &party.code {
            self.by_code.insert(code.clone(), place);
        }
        for reference in &party.customer.references {
            self.by_reference.insert(reference.clone(), place);
        }
        self.parties.push(party);
        place
    }

    /// Finds whom a row with a key means, or makes it a new customer.
    fn place(&mut self, place: usize) {
        let (row, met) = (self.candidates[place].row(), &self.candidates[place].met.who);
        let known = match met {
            Match::Known { entry, .. } => Some(match self.by_id.get(&entry.customer.id) {
                Some(party) => *party,
                None => self.add(Party::known(self.book, entry, &row)),
            }),
            _ => None,
        };
        let of_code = || row.code.and_then(|code| self.by_code.get(canonical(code).as_ref()).copied());
        let of_code = known.or_else(of_code);
        let of_reference = row.reference.and_then(|reference| self.by_reference.get(reference).copied());
        let party = match strongest(row.brought, of_reference, of_code) {
            Strongest::Reference(party) | Strongest::Code(party) => party,
            Strongest::Contradiction(other) => {
                let stands = self.parties[other].stands(&row);
                let brings = row.code.unwrap_or_default();
                return self.refuse(&row, format!("{stands}; this row brings {brings}"));
            }
            Strongest::None => {
                match row.unfit() {
                    Some(why) => self.refuse(&row, why.to_owned()),
                    None => drop(self.add(Party::new(self.book, &row, place))),
                }
                return;
            }
        };
        let customer = &self.parties[party].customer;
        let its_own = row.reference.is_some_and(|one| customer.references.iter().any(|it| it == one));
        let known_by = match met {
            Match::Known { by, .. } => Some(*by),
            _ => None,
        };
        let certain = its_own || known_by.is_some_and(|by| by != Evidence::Code);
        match row.reference {
            Some(reference) if !certain || known_by == Some(Evidence::Name) && !its_own => {
                self.attach(party, place, &row, reference);
            }
            _ => self.parties[party].rows.push((place, certain)),
        }
    }

    /// A row that comes with a customer's code, its name and a reference of its own: the customer
    /// gets it.
    fn attach(&mut self, place: usize, candidate: usize, row: &Row<'_>, reference: &str) {
        let party = &mut self.parties[place];
        // Of a customer of the ledger it is known already that the name is one of its names.
        let known = matches!(self.candidates[candidate].met.who, Match::Known { .. });
        if !known && !party.is_called(row.name) {
            let reason = party.is_another(row);
            self.refuse(row, reason);
        } else if self.request.on_existing == OnExisting::Error {
            let stands = party.stands(&Row { reference: None, ..*row });
            self.refuse(row, format!("{stands} with ref none (asked: {reference:?})"));
        } else {
            self.attached += u64::from(party.entry.is_some());
            party.customer.references.push(reference.to_owned());
            party.rows.push((candidate, true));
            self.by_reference.insert(reference.to_owned(), place);
        }
    }

    /// Judges all rows of one customer: first who they mean, then what they say of it.
    fn settle(&mut self, place: usize, session: &mut Session<'_>, listener: &mut dyn Listener) -> Result<()> {
        let original = self.parties[place].original(self.book, session.view())?;
        let mut rows = std::mem::take(&mut self.parties[place].rows);
        rows.sort_unstable();
        let mut accepted = Vec::new();
        let one_name = self.parties[place].entry.is_some() && self.have_one_name(&rows);
        // Its name as all rows together leave it; a row without its reference must know it by that.
        let mut name = self.parties[place].customer.name.clone();
        for certain in [true, false] {
            for (candidate, _) in rows.iter().filter(|row| row.1 == certain) {
                let (row, party) = (self.candidates[*candidate].row(), &self.parties[place]);
                let renamed = one_name && row.brought && row.reference.is_none();
                if !certain && !renamed && !is_called(name.as_deref(), row.name) {
                    let reason = party.is_another(&row);
                    self.refuse(&row, reason);
                    continue;
                }
                let makes = party.entry.is_none() && party.row == row.row;
                let by_name = matches!(
                    self.candidates[*candidate].met.who,
                    Match::Known { by: Evidence::EarlierName, .. }
                );
                if !row.brought && !makes && !by_name {
                    let printed = original.as_ref().unwrap_or(&party.printed);
                    let said = row.description()?;
                    if let Some(it) = existing::contradiction(self.book, &party.customer, printed, &said)? {
                        let (stands, says) = (party.stands(&row), it.of_request());
                        self.refuse(&row, format!("{stands} for {}; this request says {says}", it.of_code()));
                        continue;
                    }
                }
                if certain && !by_name && row.name.is_some() && self.request.on_existing == OnExisting::Update
                {
                    name = row.name.map(str::to_owned);
                }
                accepted.push(*candidate);
            }
        }
        accepted.sort_unstable();
        for candidate in accepted {
            self.apply(place, candidate, listener)?;
        }
        Ok(())
    }

    /// Whether all rows that mean a customer say one name: then it is its name now.
    fn have_one_name(&self, rows: &[(usize, bool)]) -> bool {
        let mut names = rows.iter().map(|(candidate, _)| self.candidates[*candidate].row().name);
        let first = names.next().flatten();
        first.is_some_and(|first| names.all(|name| name.is_some_and(|name| names::same(name, first))))
    }

    /// Does with what an accepted row says of its customer what was asked for.
    fn apply(&mut self, place: usize, candidate: usize, listener: &mut dyn Listener) -> Result<()> {
        let Candidate { met, .. } = &self.candidates[candidate];
        let (row, on_existing) = (self.candidates[candidate].row(), self.request.on_existing);
        let party = &mut self.parties[place];
        let makes = party.entry.is_none() && party.row == row.row;
        // Where nothing is to be updated or refused, there is nothing to look at in the row that
        // made it; nor in a namesake.
        let looked_at = match &met.who {
            Match::Known { by: Evidence::EarlierName, .. } => false,
            Match::Known { by: Evidence::EarlierRow, .. } => on_existing != OnExisting::Keep,
            _ => !makes || on_existing != OnExisting::Keep,
        };
        if looked_at {
            let revision = existing::revise(self.book, &party.customer, &party.printed, &row.description()?)?;
            let differences = revision.in_words();
            if party.entry.is_none() && !differences.is_empty() && !party.is_called(row.name) {
                listener.note(&self.renamed(place, &row));
            }
            let party = &mut self.parties[place];
            match on_existing {
                _ if differences.is_empty() => {}
                OnExisting::Keep => self.differing += 1,
                OnExisting::Error => {
                    let reason = format!("{} with {}", party.stands(&row), differences.join(", "));
                    self.refuse(&row, reason);
                    return Ok(());
                }
                OnExisting::Update => {
                    if let Some(reason) = revision.update.excess() {
                        self.refuse(&row, reason);
                        return Ok(());
                    }
                    revision.update.apply(&mut party.customer);
                    self.differing += u64::from(!revision.stays.is_empty());
                }
            }
        }
        let party = &mut self.parties[place];
        party.turn.1 = party.turn.1.min(row.row);
        if !makes {
            self.overrides.insert(row.row, party.decision());
        }
        Ok(())
    }

    /// A row that gives a new customer another name than an earlier one.
    fn renamed(&self, place: usize, row: &Row<'_>) -> String {
        let party = &self.parties[place];
        let known = party.customer.name.as_deref();
        let known = known.map_or("no name".to_owned(), |name| format!("{name:?}"));
        let stands = match row.reference {
            Some(reference) => format!("reference {reference:?} stands in row {} for", party.row),
            None => format!("row {} makes", party.row),
        };
        let outcome = if self.request.on_existing == OnExisting::Update { "taken" } else { "not taken" };
        format!(
            "{}:{} (row {}): {stands} {known}; the name {:?} is {outcome}",
            self.request.source.name,
            row.line,
            row.row,
            row.name.unwrap_or_default()
        )
    }

    /// Takes up everybody by name, in the order in which they come into the ledger.
    fn name(&mut self) {
        let mut order: Vec<usize> = (0..self.parties.len()).collect();
        order.sort_by_key(|place| self.parties[*place].turn);
        for place in order {
            if let Some(key) = self.parties[place].customer.name.as_deref().and_then(names::key) {
                self.by_name.entry(key).or_default().push(place);
            }
        }
    }

    /// A row without any key is who has its name and everything else that it says, in the ledger or
    /// in the file.
    fn place_by_name(
        &mut self,
        place: usize,
        session: &mut Session<'_>,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        let row = self.candidates[place].row();
        let Some(key) = row.name.and_then(names::key) else { return Ok(()) };
        let called = self.called(place, key)?;
        match namesakes::of_row(self.request.likely, &row, called) {
            Verdict::Same(party) => {
                let who = self.told(party);
                self.names.add(&row, &who);
                self.overrides.insert(row.row, self.parties[party].decision());
                Ok(())
            }
            Verdict::Attached(party) => {
                let who = self.told(party);
                self.names.add(&row, &who);
                self.parties[party].rows.push((place, true));
                self.settle(party, session, listener)
            }
            Verdict::New(_) if row.unfit().is_some() => {
                self.refuse(&row, row.unfit().unwrap_or_default().to_owned());
                Ok(())
            }
            Verdict::New(others) => {
                self.names.add_new(&others);
                let party = self.add(Party::new(self.book, &row, place));
                self.by_name.entry(key).or_default().push(party);
                Ok(())
            }
            Verdict::Undecided(parties, doubt) => {
                let known = named(parties.iter().map(|party| self.told(*party)));
                let reason = self.names.add_undecided(&row, doubt, &known);
                self.refuse(&row, reason);
                Ok(())
            }
        }
    }

    /// Whoever has the name of a row without a key, with what they have in common: customers of the
    /// ledger as this file leaves them, those whom rows with keys make, and those whom earlier rows
    /// without keys make.
    fn called(&mut self, place: usize, key: i64) -> Result<Vec<(usize, Common)>> {
        let candidates = self.candidates;
        let row = candidates[place].row();
        for (entry, _) in &candidates[place].met.called {
            if !self.by_id.contains_key(&entry.customer.id) {
                let party = self.add(Party::known(self.book, entry, &row));
                self.by_name.entry(key).or_default().push(party);
            }
        }
        let said = row.described()?;
        let given = Values::resolve(self.book, &said.fields)?;
        let most = usize::try_from(NAMESAKES).unwrap_or(usize::MAX);
        let parties = self.by_name.get(&key).into_iter().flatten().take(most);
        let meant = parties.filter(|party| {
            let party = &self.parties[**party];
            party.is_called(row.name) && !self.refused.contains_key(&party.row)
        });
        meant
            .map(|party| Ok((*party, common(self.book, &self.parties[*party].customer, &given, &said)?)))
            .collect()
    }

    /// A customer as a message about another row names it: its code, or the row that makes it.
    fn told(&self, party: usize) -> String {
        let Party { entry, row, .. } = &self.parties[party];
        entry.map_or_else(|| format!("the customer of row {row}"), |entry| entry.code.text().to_owned())
    }

    /// Writes what became of customers whom the ledger knows, and gives all decisions.
    fn finish(self, session: &mut Session<'_>) -> Result<Resolved> {
        let (mut records, mut updated, mut rejects) = (HashMap::new(), 0, Rejects::new()?);
        for party in self.parties {
            let update = CustomerUpdate::between(&party.before, &party.customer)?;
            if update.changes.is_empty() {
                continue;
            }
            updated += 1;
            if party.entry.is_none() {
                records.insert(party.row, party.customer);
            } else {
                update.write(session)?;
            }
        }
        let mut overrides = self.overrides;
        for (row, (line, reason)) in self.refused {
            rejects.push(row, line, &reason)?;
            overrides.insert(row, Decision::Rejected);
        }
        let (differing, attached, by_name) = (self.differing, self.attached, self.names);
        Ok(Resolved { overrides, records, rejects, updated, differing, attached, by_name })
    }
}
