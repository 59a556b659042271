//! What an import does to the model.

use super::ledger::{Entry, Ledger, Said};
use super::rules::{AREAS, KINDS, Rules, Whose};
use super::step::{Import, OnExisting, Row};

/// What becomes of a row.
enum Fate {
    Rejected,
    /// It has this code already.
    Known(usize),
    /// It waits for a number of this rule.
    Waits(&'static str),
    /// The same as the row at this index.
    Same(usize),
}

/// The answer of an import: the exit status and the lines of its output.
pub(super) struct Imported {
    pub(super) status: i32,
    pub(super) lines: Vec<String>,
}

impl Ledger {
    /// `import`; where nothing is to be kept, the ledger is for the caller to drop.
    pub(super) fn import(&mut self, asked: &Import) -> Imported {
        let refused = |status| Imported { status, lines: Vec::new() };
        let mut fates = Vec::new();
        for (index, row) in asked.rows.iter().enumerate() {
            let before = asked.rows[..index].iter().position(|other| other == row);
            // A row of a file that stands there twice is one customer.
            let fate = match before {
                Some(before) if !row.reference.is_empty() => match fates[before] {
                    Fate::Rejected => Fate::Rejected,
                    Fate::Known(entry) => Fate::Known(entry),
                    Fate::Waits(_) | Fate::Same(_) => Fate::Same(before),
                },
                _ => self.judge(row, asked.on_existing),
            };
            fates.push(fate);
        }
        self.take_in(asked, &mut fates);
        // Bad rows are told before any number is taken.
        if !asked.partial && fates.iter().any(|fate| matches!(fate, Fate::Rejected)) {
            return refused(1);
        }
        let mut given: Vec<Option<usize>> = Vec::new();
        for (row, fate) in asked.rows.iter().zip(&fates) {
            let entry = match *fate {
                Fate::Rejected => None,
                Fate::Known(entry) => Some(entry),
                Fate::Same(before) => given[before],
                Fate::Waits(rule) => match self.give(rule, &row.said()) {
                    Ok(entry) => Some(entry),
                    Err(status) if !asked.partial => return refused(status),
                    Err(_) => None,
                },
            };
            given.push(entry);
        }
        let all = given.iter().all(Option::is_some);
        let line =
            |(row, entry): (&Row, &Option<usize>)| entry.map(|entry| row.line(&self.entries[entry].code));
        let lines = asked.rows.iter().zip(&given).filter_map(line).collect();
        Imported { status: if all { 0 } else { 6 }, lines }
    }

    /// Codes that rows bring come before numbers are given.
    fn take_in(&mut self, asked: &Import, fates: &mut [Fate]) {
        for (row, fate) in asked.rows.iter().zip(fates) {
            if matches!(fate, Fate::Waits(_)) && !row.code.is_empty() {
                let brought = self.bring(&row.code, &row.said(), asked.jump, false);
                *fate = brought.map_or(Fate::Rejected, Fate::Known);
            }
        }
    }

    fn judge(&mut self, row: &Row, on_existing: OnExisting) -> Fate {
        let unknown = |values: &[(&str, &str)], text: &str| {
            !text.is_empty() && values.iter().all(|(key, _)| *key != text)
        };
        if unknown(&KINDS, &row.kind) || unknown(&AREAS, &row.area) {
            return Fate::Rejected;
        }
        let said = row.said();
        let by_code = Some(&row.code).filter(|code| !code.is_empty()).and_then(|code| self.find(code));
        let by_reference = self.holder(said.reference.as_ref());
        if [by_code, by_reference].into_iter().flatten().any(|entry| self.entries[entry].void) {
            return Fate::Rejected;
        }
        let settled = |ledger: &mut Self, entry: usize| {
            let agreed = if row.code.is_empty() { ledger.agrees(entry, &said) } else { Ok(()) };
            let settled = agreed.and_then(|()| ledger.settle(entry, &said, on_existing));
            if settled.is_ok() { Fate::Known(entry) } else { Fate::Rejected }
        };
        if self.was_dropped(said.reference.as_ref(), by_code) {
            return Fate::Rejected;
        }
        if let Some(entry) = by_reference {
            if !row.code.is_empty() && by_code != Some(entry) {
                return Fate::Rejected;
            }
            return settled(self, entry);
        }
        if let Some(entry) = by_code {
            // A list renames who it has by code.
            let same = said.reference.is_none() || self.same(entry, &said);
            return if same { settled(self, entry) } else { Fate::Rejected };
        }
        if !row.code.is_empty() {
            return Fate::Waits("");
        }
        // Somebody of whom nothing is said would get another code each time.
        if said.reference.is_none() && said.name.is_none() {
            return Fate::Rejected;
        }
        if let Some(fate) = self.namesake(&said) {
            return fate;
        }
        let whose = Whose { kind: said.kind.as_deref(), area: said.area.as_deref(), date: &self.day };
        match self.rules.chosen(None, whose).filter(|rule| Rules::scope(rule, whose).is_some()) {
            Some(rule) => Fate::Waits(rule),
            None => Fate::Rejected,
        }
    }

    /// A row that has nothing but a name is the customer of that name with whom it agrees.
    fn namesake(&self, said: &Said) -> Option<Fate> {
        let name = said.name.as_ref().filter(|_| said.reference.is_none())?;
        let of = |wanted: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
            let called = |entry: &Entry| !entry.void && entry.name.as_ref() == Some(name) && wanted(entry);
            (0..self.entries.len()).filter(|place| called(&self.entries[*place])).collect()
        };
        if of(&|_| true).is_empty() {
            return None;
        }
        let cells = |entry: &Entry| {
            let Entry { kind, area, note, .. } = entry.clone();
            [kind, area, note].into_iter().zip([said.kind.clone(), said.area.clone(), said.note.clone()])
        };
        let agrees = |entry: &Entry| cells(entry).all(|(known, said)| said.is_none() || said == known);
        let exact = |entry: &Entry| cells(entry).all(|(known, said)| said == known);
        let very = of(&|entry| exact(entry) && entry.references.is_empty());
        let very = if very.len() == 1 { very } else { of(&exact) };
        Some(match (of(&agrees).as_slice(), very.as_slice()) {
            ([same], _) | ([_, _, ..], [same]) => Fate::Known(*same),
            _ => Fate::Rejected,
        })
    }
}

impl Row {
    pub(super) fn said(&self) -> Said {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Said {
            reference: given(&self.reference),
            name: given(&self.name),
            kind: given(&self.kind),
            area: given(&self.area),
            note: given(&self.note),
            date: None,
        }
    }
}
