//! The model: a ledger that is a list, with what the reference and `--help` say that each command
//! does to it.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Reading, Rules, Whose};
use super::step::{Edit, Jump, New, OnExisting, Register, Void};

/// A counter: rule id and scope.
pub(super) type Key = (String, String);

/// Everything a ledger says.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    pub(super) rules: Rules,
    /// Whether the ledger has the rules yet: the first command that writes gives them to it.
    pub(super) ruled: bool,
    /// Rules that were replaced.
    pub(super) replaced: Vec<Rules>,
    /// Today.
    pub(super) day: String,
    /// Every code ever used, in order.
    pub(super) entries: Vec<Entry>,
    pub(super) counters: BTreeMap<Key, Counter>,
    /// The answers to requests that have a name, and what was asked.
    requests: BTreeMap<String, (String, Vec<usize>)>,
    /// References that were taken away, with the entry that had them last.
    dropped: BTreeMap<String, usize>,
}

/// A code and its customer, who never has another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) void: bool,
    /// Where it is counted, and its number.
    pub(super) counted: Option<(Key, Option<u64>)>,
    pub(super) references: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) date: String,
    pub(super) kind: Option<String>,
    pub(super) area: Option<String>,
    pub(super) note: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counter {
    pub(super) last: Option<u64>,
    /// Numbers in use above it.
    pub(super) ahead: BTreeSet<u64>,
    /// Numbers that it passed over because a code came from outside, or after a restore.
    pub(super) passed: BTreeMap<u64, &'static str>,
}

/// The answer of a command: lines of standard output, or a refusal by its exit status.
pub(super) type Answer = Result<Vec<String>, i32>;

const NO: i32 = 1;
const USAGE: i32 = 2;
const REFUSED: i32 = 4;

/// What somebody says of a customer.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) reference: Option<String>,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) area: Option<String>,
    pub(super) note: Option<String>,
    pub(super) date: Option<String>,
}

impl Ledger {
    pub(super) fn new(day: &str) -> Self {
        Self {
            rules: Rules::first(),
            ruled: false,
            replaced: Vec::new(),
            day: day.to_owned(),
            entries: Vec::new(),
            counters: BTreeMap::new(),
            requests: BTreeMap::new(),
            dropped: BTreeMap::new(),
        }
    }

    /// A code in any spelling.
    pub(super) fn find(&self, code: &str) -> Option<usize> {
        let code = code.to_uppercase();
        self.entries.iter().position(|entry| entry.code == code)
    }

    /// Who has a reference.
    pub(super) fn holder(&self, reference: Option<&String>) -> Option<usize> {
        let reference = reference?;
        self.entries.iter().position(|entry| entry.references.contains(reference))
    }

    /// Whether a reference that nobody has was taken away from another customer than `entry`.
    pub(super) fn was_dropped(&self, reference: Option<&String>, entry: Option<usize>) -> bool {
        reference.is_some_and(|reference| {
            self.holder(Some(reference)).is_none()
                && self.dropped.get(reference).is_some_and(|dropped| Some(*dropped) != entry)
        })
    }

    /// What is read of an entry's code by now.
    pub(super) fn reading(&self, entry: usize) -> Option<Reading> {
        self.rules.read(&self.entries[entry].code)
    }

    /// `new` without `--code`.
    pub(super) fn issue(&mut self, asked: &New) -> Answer {
        let said = asked.said();
        if asked.count > 1 && (said.name.is_some() || said.reference.is_some()) {
            return Err(USAGE);
        }
        if let Some(request) = &asked.request
            && let Some((before, given)) = self.requests.get(request)
        {
            let all_void = given.iter().all(|entry| self.entries[*entry].void);
            return if *before == asked.request_text() && !all_void {
                Ok(given.iter().map(|entry| self.entries[*entry].code.clone()).collect())
            } else {
                Err(REFUSED)
            };
        }
        let date = said.date.clone().unwrap_or_else(|| self.day.clone());
        let whose = Whose { kind: said.kind.as_deref(), area: said.area.as_deref(), date: &date };
        let rule = self.rules.chosen(asked.rule.as_deref(), whose);
        let given = if let Some(known) = self.holder(said.reference.as_ref()) {
            self.known(known, asked, &said, &date)?;
            vec![known]
        } else if self.was_dropped(said.reference.as_ref(), None) {
            return Err(REFUSED);
        } else {
            let rule = rule.ok_or(USAGE)?;
            Rules::scope(rule, whose).ok_or(USAGE)?;
            if self.rules.series(rule).is_none() && asked.count > 1 {
                return Err(USAGE);
            }
            let entries = (0..asked.count).map(|_| self.give(rule, &said));
            entries.collect::<Result<_, i32>>()?
        };
        if let Some(request) = &asked.request {
            self.requests.insert(request.clone(), (asked.request_text(), given.clone()));
        }
        Ok(given.iter().map(|entry| self.entries[*entry].code.clone()).collect())
    }

    /// A reference that is known: the same code, provided that the request could mean it.
    fn known(&mut self, known: usize, asked: &New, said: &Said, date: &str) -> Result<(), i32> {
        if self.entries[known].void {
            return Err(REFUSED);
        }
        self.agrees(known, said)?;
        if let Some(name) = &asked.rule {
            let family = |rule: &str| rule.trim_end_matches("-2").to_owned();
            match (self.reading(known), self.rules.named(name, date)) {
                (Some(reading), Some(rule)) if family(reading.rule) != family(rule) => return Err(REFUSED),
                (_, None) => return Err(USAGE),
                _ => {}
            }
        }
        self.settle(known, said, asked.on_existing).map(drop)
    }

    /// Refuses what would give a known customer another code.
    pub(super) fn agrees(&self, known: usize, said: &Said) -> Result<(), i32> {
        let Some(reading) = self.reading(known) else { return Ok(()) };
        let differs = |printed: Option<&str>, said: Option<&str>| matches!((printed, said), (Some(printed), Some(said)) if printed != said);
        let year = said.date.as_ref().map(|date| &date[2..4]);
        if differs(reading.kind, said.kind.as_deref())
            || differs(reading.area, said.area.as_deref())
            || differs(reading.year.as_deref(), year)
        {
            return Err(REFUSED);
        }
        Ok(())
    }

    /// Attributes that differ are kept, taken over or refused; gives whether something was written,
    /// and whether something differs still.
    pub(super) fn settle(
        &mut self,
        known: usize,
        said: &Said,
        on_existing: OnExisting,
    ) -> Result<(bool, bool), i32> {
        let reading = self.reading(known);
        let before = self.entries[known].clone();
        let mut after = before.clone();
        if said.name.is_some() {
            after.name.clone_from(&said.name);
        }
        after.references.extend(said.reference.clone().filter(|one| !before.references.contains(one)));
        let prints = |printed: Option<&str>, said: &str| printed.is_some_and(|printed| printed != said);
        if let Some(kind) = &said.kind
            && !prints(reading.as_ref().and_then(|it| it.kind), kind)
        {
            after.kind = Some(kind.clone());
        }
        if let Some(area) = &said.area
            && !prints(reading.as_ref().and_then(|it| it.area), area)
        {
            after.area = Some(area.clone());
        }
        if said.note.is_some() {
            after.note.clone_from(&said.note);
        }
        let day_differs = said.date.as_ref().is_some_and(|date| *date != before.date);
        match on_existing {
            OnExisting::Error if after != before || day_differs => Err(REFUSED),
            OnExisting::Update => {
                self.entries[known] = after.clone();
                Ok((after != before, false))
            }
            OnExisting::Keep | OnExisting::Error => {
                let named = after.references != before.references;
                self.entries[known].references.clone_from(&after.references);
                Ok((named, after != self.entries[known] || day_differs))
            }
        }
    }

    /// The next code of a rule to a new customer.
    pub(super) fn give(&mut self, rule: &'static str, said: &Said) -> Result<usize, i32> {
        let date = said.date.clone().unwrap_or_else(|| self.day.clone());
        let whose = Whose { kind: said.kind.as_deref(), area: said.area.as_deref(), date: &date };
        let scope = Rules::scope(rule, whose).ok_or(USAGE)?;
        let key = (rule.to_owned(), scope);
        let Some(series) = self.rules.series(rule) else {
            let code = self.rules.print(rule, whose, 0).ok_or(USAGE)?;
            if self.find(&code).is_some() {
                return Err(REFUSED);
            }
            self.counters.entry(key.clone()).or_default();
            return Ok(self.put(code, Some((key, None)), said, date));
        };
        let counter = self.counters.entry(key.clone()).or_default();
        let free = |number: &u64| series.has_code(*number) && !counter.ahead.contains(number);
        let number = series.above(counter.last).find(free).ok_or(REFUSED)?;
        counter.last = Some(number);
        counter.ahead = counter.ahead.split_off(&number);
        let code = self.rules.print(rule, whose, number).ok_or(USAGE)?;
        Ok(self.put(code, Some((key, Some(number))), said, date))
    }

    fn put(&mut self, code: String, counted: Option<(Key, Option<u64>)>, said: &Said, date: String) -> usize {
        let Said { reference, name, kind, area, note, .. } = said.clone();
        self.ruled = true;
        let references = reference.into_iter().collect();
        self.entries.push(Entry { code, void: false, counted, references, name, date, kind, area, note });
        self.entries.len() - 1
    }

    /// `new --code`.
    pub(super) fn register(&mut self, asked: &Register) -> Answer {
        let said = Said {
            reference: asked.reference.clone(),
            name: asked.name.clone(),
            kind: asked.kind.clone(),
            ..Said::default()
        };
        let (holder, found) = (self.holder(said.reference.as_ref()), self.find(&asked.code));
        if self.was_dropped(said.reference.as_ref(), found) {
            return Err(REFUSED);
        }
        let Some(found) = found else {
            if holder.is_some() {
                return Err(REFUSED);
            }
            return self
                .bring(&asked.code, &said, asked.jump, asked.legacy)
                .map(|_| vec![asked.code.clone()]);
        };
        let another = holder.is_some_and(|holder| holder != found);
        if self.entries[found].void || another || !self.same(found, &said) {
            return Err(REFUSED);
        }
        self.settle(found, &said, OnExisting::Keep)?;
        Ok(vec![self.entries[found].code.clone()])
    }

    /// Whether somebody who is described may be the customer of a code.
    pub(super) fn same(&self, entry: usize, said: &Said) -> bool {
        let entry = &self.entries[entry];
        said.reference.as_ref().is_some_and(|reference| entry.references.contains(reference))
            || said.name.is_none()
            || said.name == entry.name
    }

    /// Takes a code in that the ledger does not know.
    pub(super) fn bring(&mut self, code: &str, said: &Said, jump: Jump, legacy: bool) -> Result<usize, i32> {
        let day = self.day.clone();
        let Some(reading) = self.rules.read(code) else {
            return if legacy { Ok(self.put(code.to_owned(), None, said, day)) } else { Err(NO) };
        };
        let key = (reading.rule.to_owned(), reading.scope.clone());
        let counter = self.counters.entry(key.clone()).or_default();
        if let (Some(number), Some(series)) = (reading.number, self.rules.series(reading.rule))
            && counter.last.is_none_or(|last| last < number)
        {
            let far = is_far(&series, counter.last, number);
            match jump {
                Jump::Refuse if far => return Err(REFUSED),
                Jump::KeepBelow if far => {
                    counter.ahead.insert(number);
                }
                _ => counter.pass(&series, number, "import"),
            }
        }
        let mut said = said.clone();
        said.kind = said.kind.or(reading.kind.map(str::to_owned));
        said.area = said.area.or(reading.area.map(str::to_owned));
        Ok(self.put(code.to_owned(), Some((key, reading.number)), &said, day))
    }

    /// `edit`.
    pub(super) fn edit(&mut self, asked: &Edit) -> Answer {
        let entry = self.find(&asked.code).ok_or(NO)?;
        let reference = asked.reference.as_ref().filter(|reference| !reference.is_empty());
        if self.holder(reference).is_some_and(|holder| holder != entry)
            || self.was_dropped(reference, Some(entry))
        {
            return Err(REFUSED);
        }
        let reading = self.reading(entry);
        let before = self.entries[entry].clone();
        let set = |old: &Option<String>, new: &Option<String>| match new {
            None => old.clone(),
            Some(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        };
        let after = Entry {
            name: set(&before.name, &asked.name),
            kind: set(&before.kind, &asked.kind),
            area: set(&before.area, &asked.area),
            note: set(&before.note, &asked.note),
            ..before.clone()
        };
        let printed =
            |field: fn(&Reading) -> Option<&'static str>, old: &Option<String>, new: &Option<String>| {
                let printed = reading.as_ref().and_then(field);
                old != new && printed.is_some() && printed != new.as_deref()
            };
        if printed(|it| it.kind, &before.kind, &after.kind)
            || printed(|it| it.area, &before.area, &after.area)
        {
            return Err(REFUSED);
        }
        let gone = asked.drops.clone();
        if gone.as_ref().is_some_and(|gone| !before.references.contains(gone)) {
            return Err(REFUSED);
        }
        let new = reference.filter(|one| !before.references.contains(one)).cloned();
        let mut after = after;
        after.references.retain(|one| gone.as_ref() != Some(one));
        after.references.extend(new.clone());
        if let Some(gone) = &gone {
            self.dropped.insert(gone.clone(), entry);
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let line = |name: &str, old: &Option<String>, new: &Option<String>| {
            (old != new).then(|| format!("{name}\t{}\t{}", text(old), text(new)))
        };
        let lines = [
            line("name", &before.name, &after.name),
            line("ref", &gone, &None),
            line("ref", &None, &new),
            line("type", &before.kind, &after.kind),
            line("area", &before.area, &after.area),
            line("note", &before.note, &after.note),
        ];
        self.entries[entry] = after;
        Ok(lines.into_iter().flatten().collect())
    }

    /// `void`: all of the codes or none.
    pub(super) fn void(&mut self, asked: &Void) -> Answer {
        let found: Option<Vec<_>> = asked.codes.iter().map(|code| self.find(code)).collect();
        let (mut seen, mut lines) = (BTreeSet::new(), Vec::new());
        for place in found.ok_or(NO)? {
            let entry = &mut self.entries[place];
            let dropped = asked.drops && !entry.references.is_empty();
            if !seen.insert(entry.code.clone()) || (entry.void && !dropped) {
                continue;
            }
            lines.push(format!(
                "{}\t{}\tvoid\t{}\t{}\t{}",
                entry.code,
                if entry.void { "void" } else { "active" },
                entry.name.as_deref().unwrap_or_default(),
                entry.references.first().map_or("", String::as_str),
                if dropped { "dropped" } else { "" }
            ));
            entry.void = true;
            if dropped {
                self.dropped.extend(entry.references.drain(..).map(|reference| (reference, place)));
            }
        }
        Ok(lines)
    }

    /// How many codes would no longer be read as they are, or be read by a rule that did not give
    /// them.
    pub(super) fn touched(&self, rules: &Rules) -> Vec<usize> {
        let touched = |index: &usize| {
            let (entry, before) = (&self.entries[*index], self.reading(*index));
            let after = rules.read(&entry.code);
            let its_own = |reading: &Reading| {
                entry.counted == Some(((reading.rule.to_owned(), reading.scope.clone()), reading.number))
            };
            before != after && (before.is_some() || !after.is_some_and(|after| its_own(&after)))
        };
        (0..self.entries.len()).filter(touched).collect()
    }

    /// `rules adopt`, with the number of codes it touches agreed to.
    pub(super) fn adopt(&mut self, rules: &Rules) {
        let touched = self.touched(rules);
        let before = std::mem::replace(&mut self.rules, rules.clone());
        if std::mem::replace(&mut self.ruled, true) && before != *rules {
            self.replaced.retain(|known| known != rules);
            self.replaced.push(before);
        }
        for entry in touched {
            let Some(reading) = self.reading(entry) else { continue };
            let key = (reading.rule.to_owned(), reading.scope);
            let (Some(number), Some(series)) = (reading.number, self.rules.series(reading.rule)) else {
                continue;
            };
            let counter = self.counters.entry(key).or_default();
            if counter.last.is_none_or(|last| last < number) {
                counter.pass(&series, number, "import");
                counter.passed.insert(number, "import");
            }
        }
    }
}

impl Counter {
    /// Moves up to a number that came from outside or is on paper.
    pub(super) fn pass(&mut self, series: &super::rules::Series, number: u64, why: &'static str) {
        for below in series.above(self.last).take_while(|below| *below < number) {
            if !self.ahead.contains(&below) {
                self.passed.insert(below, why);
            }
        }
        self.last = Some(number);
        self.ahead = self.ahead.split_off(&(number + 1));
    }
}

/// Whether a number leaves less than 5 % of its scope, or more than 1 000 unused numbers below it.
pub(super) fn is_far(series: &super::rules::Series, last: Option<u64>, number: u64) -> bool {
    let unused = series.above(last).filter(|below| *below < number && series.holds(*below)).count();
    let (all, left) = series.room(number);
    unused > 0 && (left * 20 < all || unused > 1_000)
}

impl New {
    /// What is said of the customer.
    pub(super) fn said(&self) -> Said {
        let Self { reference, name, kind, area, note, date, .. } = self.clone();
        Said { reference, name, kind, area, note, date }
    }

    /// What makes it the same request.
    fn request_text(&self) -> String {
        let asked = Self { dry: false, on_existing: OnExisting::Keep, ..self.clone() };
        format!("{asked:?}")
    }
}
