//! What comes next in a history: anything that somebody might type, with codes and references that
//! are there more often than not.

use super::ledger::Ledger;
use super::rules::{Extra, Rules};
use super::step::{Edit, Import, Jump, New, OnExisting, Register, Row, Step, Void};
use crate::support::Random;

/// The days that the clock shows, and that requests ask for.
const DAYS: [&str; 6] = ["2026-11-22", "2026-12-31", "2027-01-01", "2027-05-31", "2027-06-01", "2028-02-29"];

/// Makes steps that fit a ledger as it is.
pub(super) struct Next<'n> {
    pub(super) random: &'n mut Random,
    pub(super) ledger: &'n Ledger,
    /// How many steps there were.
    pub(super) at: usize,
}

impl Next<'_> {
    /// The next step.
    pub(super) fn step(&mut self) -> Step {
        match self.random.below(100) {
            0..40 => Step::New(self.new_code()),
            40..50 => Step::Register(self.register()),
            50..58 => Step::Edit(self.edit()),
            58..67 => Step::Void(self.void()),
            67..78 => Step::Import(self.import()),
            78..80 => Step::Again(self.random.next()),
            80..84 => Step::Adopt { rules: self.rules(), explicit: self.one_in(2) },
            84 => Step::Stale,
            85..88 => Step::Clock(self.day()),
            88..90 => Step::Show(self.code()),
            90..92 => Step::Backup,
            92 => Step::Restore,
            93 => Step::Move,
            94 => Step::Copy,
            95 => Step::RoundTrip,
            96 => Step::Repair,
            _ => Step::Compare,
        }
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.random.below(times) == 0
    }

    fn sometimes(&mut self, times: u64, text: impl FnOnce(&mut Self) -> String) -> Option<String> {
        self.one_in(times).then(|| text(self))
    }

    fn day(&mut self) -> String {
        self.random.pick(&DAYS).to_owned()
    }

    fn reference(&mut self) -> String {
        format!("R{}", self.random.below(12))
    }

    /// A name that nobody has.
    fn name(&mut self) -> String {
        format!("n{}-{}", self.at, self.random.below(1_000))
    }

    fn note(&mut self) -> String {
        self.random.pick(&["a", "b", "c"]).to_owned()
    }

    fn kind(&mut self) -> String {
        self.random.pick(&["vip", "vip", "regular", "staff"]).to_owned()
    }

    fn area(&mut self) -> String {
        self.random.pick(&["north", "south"]).to_owned()
    }

    fn on_existing(&mut self) -> OnExisting {
        [OnExisting::Keep, OnExisting::Keep, OnExisting::Update, OnExisting::Error][self.at % 4]
    }

    fn jump(&mut self) -> Jump {
        [Jump::Refuse, Jump::Refuse, Jump::Allow, Jump::KeepBelow]
            [usize::try_from(self.random.below(4)).expect("small")]
    }

    /// A code that is there, in one spelling or another, or one that is not.
    fn code(&mut self) -> String {
        let count = self.ledger.entries.len() as u64;
        if count == 0 || self.one_in(8) {
            return self.free_code();
        }
        let index = usize::try_from(self.random.below(count)).expect("small");
        let code = self.ledger.entries[index].code.clone();
        if self.one_in(6) { code.to_lowercase() } else { code }
    }

    /// A code that may be a rule's and be in the ledger, or neither.
    fn free_code(&mut self) -> String {
        let number = self.random.below(100);
        let year = self.random.pick(&["26", "27", "28"]).to_owned();
        let letter = self.ledger.rules.letter;
        match self.random.below(10) {
            0..5 => format!("{}{number:02}", self.random.pick(&["V", "R", "S"])),
            5 => format!("{letter}{year}-{}", number % 10),
            6 => format!("C{:02}{}", number, self.random.below(10)),
            7 => format!("X{}", 1 + number % 30),
            8 => format!("N{}{}", self.random.pick(&["V", "R", "S"]), self.random.pick(&["N", "S"])),
            _ => format!("OLD{}", number % 5),
        }
    }

    fn new_code(&mut self) -> New {
        let graded = self.ledger.rules.graded().to_owned();
        let rule = match self.random.below(12) {
            0 => Some(graded),
            1..3 => Some("yearly".to_owned()),
            3 => Some("checked".to_owned()),
            4 => Some("single".to_owned()),
            5 => Some("extra".to_owned()),
            _ => None,
        };
        let mut asked = New {
            kind: Some(self.kind()).filter(|_| !self.one_in(6)),
            area: self.sometimes(4, Self::area),
            note: self.sometimes(4, Self::note),
            date: self.sometimes(8, Self::day),
            request: self.sometimes(6, |next| format!("q{}", next.random.below(6))),
            on_existing: self.on_existing(),
            dry: self.one_in(10),
            count: 1,
            rule,
            ..New::default()
        };
        if self.one_in(4) {
            asked.count = 2 + self.random.below(4);
        } else {
            asked.reference = self.sometimes(2, Self::reference);
            asked.name = self.sometimes(3, Self::name);
        }
        asked
    }

    fn register(&mut self) -> Register {
        let code = if self.one_in(3) { self.code().to_uppercase() } else { self.free_code() };
        Register {
            code,
            reference: self.sometimes(2, Self::reference),
            name: self.sometimes(2, Self::name),
            kind: self.sometimes(6, Self::kind),
            jump: self.jump(),
            legacy: self.one_in(3),
            dry: self.one_in(10),
        }
    }

    fn edit(&mut self) -> Edit {
        let emptied = self.one_in(5);
        let text = |text: String| if emptied { String::new() } else { text };
        let mut edit = Edit { code: self.code(), dry: self.one_in(10), ..Edit::default() };
        match self.random.below(5) {
            0 => edit.name = Some(text(self.name())),
            1 if emptied => edit.drops = Some(self.reference()),
            1 => edit.reference = Some(self.reference()),
            2 => edit.kind = Some(self.kind()),
            3 => edit.area = Some(text(self.area())),
            _ => edit.note = Some(text(self.note())),
        }
        if self.one_in(4) {
            edit.note = Some(self.note());
        }
        edit
    }

    fn void(&mut self) -> Void {
        let codes = (0..=self.random.below(3)).map(|_| self.code()).collect();
        Void { codes, drops: self.one_in(3), piped: self.one_in(3), dry: self.one_in(10) }
    }

    fn import(&mut self) -> Import {
        let mut rows: Vec<Row> = Vec::new();
        for _ in 0..=self.random.below(5) {
            let row = self.row();
            let meets = |other: &Row| {
                let both = |a: &String, b: &String| !a.is_empty() && a == b;
                both(&row.reference, &other.reference)
                    || both(&row.name, &other.name)
                    || (!row.code.is_empty() && !other.code.is_empty())
            };
            // What rows of one file say of each other is the matter of another model; a row twice
            // is not.
            if !rows.iter().any(meets) {
                rows.push(row);
            }
        }
        if let Some(first) = rows.first().filter(|row| !row.reference.is_empty()).cloned()
            && self.one_in(3)
        {
            rows.push(first);
        }
        Import {
            rows,
            partial: self.one_in(2),
            on_existing: self.on_existing(),
            jump: self.jump(),
            dry: self.one_in(8),
        }
    }

    fn row(&mut self) -> Row {
        let mut row = Row { kind: self.kind(), ..Row::default() };
        if self.one_in(12) {
            "zzz".clone_into(&mut row.kind);
        }
        row.area = self.sometimes(4, Self::area).unwrap_or_default();
        row.note = self.sometimes(3, Self::note).unwrap_or_default();
        row.reference = self.sometimes(2, Self::reference).unwrap_or_default();
        row.name = self.sometimes(3, Self::name).unwrap_or_default();
        let known: Vec<String> = self.ledger.entries.iter().filter_map(|entry| entry.name.clone()).collect();
        if row.reference.is_empty() && !known.is_empty() && self.one_in(3) {
            let index = usize::try_from(self.random.below(known.len() as u64)).expect("small");
            row.name.clone_from(&known[index]);
        }
        if self.one_in(6) {
            row.kind.clear();
            row.code = if self.one_in(3) { self.code().to_uppercase() } else { self.free_code() };
        }
        row
    }

    /// Rules that differ in one thing.
    fn rules(&mut self) -> Rules {
        let mut rules = self.ledger.rules.clone();
        if let Some(before) = self.ledger.replaced.last().filter(|_| self.one_in(6)) {
            return before.clone();
        }
        match self.random.below(6) {
            0 => rules.plain = !rules.plain,
            1 => rules.step = 1,
            2 => rules.letter = if rules.letter == 'Y' { 'Z' } else { 'Y' },
            3 => rules.a_year = 9,
            4 => rules.extra = if rules.extra == Extra::Missing { Extra::Narrow } else { Extra::Wide },
            _ => {}
        }
        rules.label = self.at as u64;
        rules
    }
}
