//! The codes of one rule as choices, segment by segment, and the search for a real code that a test
//! accepts.
//!
//! The search is exact but for the days, of which it looks at those of the years to come: a test is
//! a small automaton, and places from which it cannot be satisfied any more are left at once and
//! remembered. A check digit may stand for any of its symbols until the code is printed; what is
//! found is printed by the rule itself and tested once more.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

use jiff::civil::Date;

use super::dictionary::{Days, Dictionary, Workshop};
use super::digits::Digits;
use super::test::{Anything, Test};
use crate::code::{Checker, DateFormat, Shape, TextShape};
use crate::rule::{Rule, RuleBook};

/// Codes that are printed and tested before a search gives up.
const TRIES: usize = 5_000;
/// Places that a search looks at before it gives up; only fields and dates that a pattern prints
/// twice come near.
const STEPS: usize = 500_000;

/// The codes of a rule.
pub(super) struct Codes<'b> {
    pub(super) book: &'b RuleBook,
    pub(super) rule: &'b Rule,
    parts: Vec<Part<'b>>,
    pub(super) days: Rc<Days>,
    /// By segment: whether nothing from there on depends on what was chosen before it.
    free: Vec<bool>,
}

/// What a segment prints.
pub(super) enum Part<'b> {
    Literal(&'b str),
    Choice(&'b str, Rc<Dictionary<'b>>),
    Text(&'b str, &'b TextShape),
    Date(&'b DateFormat),
    Number(Digits<'b>),
    Check(&'b Checker),
}

/// A customer in the making.
#[derive(Default, Clone)]
struct Draft<'b> {
    /// Fields and keys (or texts) chosen so far.
    values: Vec<(&'b str, String)>,
    day: Option<Date>,
    /// Bytes of the segment under way: text, or the digits of the number.
    open: Vec<u8>,
    number: Option<u64>,
}

/// How a part of the search ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No text is accepted.
    Nothing,
    /// Texts are, but their real codes were not.
    Tried,
    /// A code was taken, or the bounds are reached.
    Stop,
}

impl<'b> Codes<'b> {
    pub(super) fn of(book: &'b RuleBook, rule: &'b Rule, workshop: &mut Workshop<'b>) -> Self {
        let segments = rule.pattern.segments();
        let field_of = |index: usize| rule.field_at(book, index).map_or("", |(field, _)| &field.name);
        let twice = |index: usize| {
            (0..segments.len()).filter(|other| field_of(*other) == field_of(index)).count() > 1
        };
        let part = |index: usize| match &segments[index].shape {
            Shape::Literal(text) => Part::Literal(text),
            Shape::Values(_) => {
                Part::Choice(field_of(index), workshop.dictionary(book, rule, index, twice(index)))
            }
            Shape::Text(shape) => Part::Text(field_of(index), shape),
            Shape::Date(format) => Part::Date(format),
            Shape::Sequence(sequence) => Part::Number(Digits::of(sequence)),
            Shape::Check(checker, _) => Part::Check(checker),
        };
        let parts: Vec<Part<'b>> = (0..segments.len()).map(part).collect();
        let free = (0..parts.len()).map(|at| is_free(&parts, at)).collect();
        Self { book, rule, parts, days: workshop.days(rule), free }
    }

    pub(super) fn parts(&self) -> &[Part<'b>] {
        &self.parts
    }

    /// A code that passes `test`.
    pub(super) fn find(&self, test: &dyn Test) -> Option<String> {
        let mut search = Search::new(self, test, None, None);
        search.walk(0, 0, &mut Draft::default());
        search.found
    }

    /// Some code.
    pub(super) fn any(&self) -> Option<String> {
        self.find(&Anything)
    }

    /// Codes in which segment `index` prints `text`, until `take` takes one.
    pub(super) fn with(
        &self,
        index: usize,
        text: &str,
        take: &mut dyn FnMut(&str) -> bool,
    ) -> Option<String> {
        let mut search = Search::new(self, &Anything, Some((index, text)), Some(take));
        search.walk(0, 0, &mut Draft::default());
        search.found
    }

    /// The code of a draft, printed by the rule.
    fn print(&self, draft: &Draft<'b>) -> Option<String> {
        let chosen =
            |name: &str| draft.values.iter().find(|(field, _)| *field == name).map(|(_, key)| key.clone());
        let taken = |name: &str| {
            let own = self.rule.applies_to().iter().find(|(field, _)| field == name);
            own.and_then(|(_, keys)| keys.first().cloned())
        };
        let value = |name: &str| chosen(name).or_else(|| taken(name));
        let day = draft.day.unwrap_or_else(|| self.days.first());
        let prepared = self.rule.prepare(self.book, &value, day).ok()?;
        let mut code = String::new();
        self.rule.print(&prepared, day, draft.number.unwrap_or_default(), &mut code).ok()?;
        Some(code)
    }
}

/// Whether nothing from segment `at` on repeats a field or date of a segment before it.
fn is_free(parts: &[Part<'_>], at: usize) -> bool {
    let before = &parts[..at];
    parts[at..].iter().all(|part| match part {
        Part::Choice(field, _) | Part::Text(field, _) => {
            !before.iter().any(|other| other.field() == Some(field))
        }
        Part::Date(_) => !before.iter().any(|other| matches!(other, Part::Date(_))),
        _ => true,
    })
}

impl Part<'_> {
    /// The field that it prints.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Choice(field, _) | Self::Text(field, _) => Some(field),
            _ => None,
        }
    }
}

/// One search.
struct Search<'s, 'b, 't> {
    codes: &'s Codes<'b>,
    test: &'t dyn Test,
    /// A segment that must print this.
    pin: Option<(usize, &'t str)>,
    take: Option<&'t mut dyn FnMut(&str) -> bool>,
    /// Segment, bytes of it, what is known of its digits, state, what binds: places from which
    /// nothing is accepted.
    dead: HashSet<(usize, usize, u64, u32, u64)>,
    tries: usize,
    steps: usize,
    found: Option<String>,
}

impl<'s, 'b, 't> Search<'s, 'b, 't> {
    fn new(
        codes: &'s Codes<'b>,
        test: &'t dyn Test,
        pin: Option<(usize, &'t str)>,
        take: Option<&'t mut dyn FnMut(&str) -> bool>,
    ) -> Self {
        Self { codes, test, pin, take, dead: HashSet::new(), tries: TRIES, steps: STEPS, found: None }
    }

    fn walk(&mut self, segment: usize, state: u32, draft: &mut Draft<'b>) -> Below {
        let Some(part) = self.codes.parts.get(segment) else { return self.end(state, draft) };
        let Some(steps) = self.steps.checked_sub(1) else { return Below::Stop };
        self.steps = steps;
        let class = match part {
            Part::Number(digits) => digits.class(&draft.open),
            _ => 0,
        };
        let place = (segment, draft.open.len(), class, state, self.bound(segment, draft));
        if self.dead.contains(&place) {
            return Below::Nothing;
        }
        let below = match self.pin {
            Some((pinned, text)) if pinned == segment => self.pinned(segment, text, state, draft),
            _ => self.branch(segment, part, state, draft),
        };
        if below == Below::Nothing {
            self.dead.insert(place);
        }
        below
    }

    /// What was chosen so far, where something that follows depends on it.
    fn bound(&self, segment: usize, draft: &Draft<'b>) -> u64 {
        let mut hasher = DefaultHasher::new();
        if !self.codes.free[segment] {
            (&draft.values, draft.day).hash(&mut hasher);
        }
        if self.codes.free.get(segment + 1) == Some(&false) {
            draft.open.hash(&mut hasher);
        }
        hasher.finish()
    }

    fn branch(&mut self, segment: usize, part: &'s Part<'b>, state: u32, draft: &mut Draft<'b>) -> Below {
        match part {
            Part::Literal(text) => self.text(segment, text, state, draft),
            Part::Choice(field, dictionary) => self.choose(segment, field, dictionary, state, draft),
            Part::Text(field, shape) => match chosen(draft, field) {
                Some(text) => self.text(segment, &text, state, draft),
                None => self.symbols(segment, shape.alphabet.symbols(), shape.width, state, draft),
            },
            Part::Date(format) => self.date(segment, format, state, draft),
            Part::Number(digits) => self.digits(segment, digits, state, draft),
            Part::Check(checker) => {
                self.symbols(segment, checker.symbols().symbols(), checker.width(), state, draft)
            }
        }
    }

    /// On behind a segment that prints `text`.
    fn text(&mut self, segment: usize, text: &str, state: u32, draft: &mut Draft<'b>) -> Below {
        match self.test.run(state, text) {
            Some(next) => self.walk(segment + 1, next, draft),
            None => Below::Nothing,
        }
    }

    fn choose(
        &mut self,
        segment: usize,
        field: &'b str,
        dictionary: &Rc<Dictionary<'b>>,
        state: u32,
        draft: &mut Draft<'b>,
    ) -> Below {
        if let Some(key) = chosen(draft, field) {
            let text = self.codes.rule.prints(self.codes.book, segment, &key).map(str::to_owned);
            return text.map_or(Below::Nothing, |text| self.text(segment, &text, state, draft));
        }
        let mut below = Below::Nothing;
        for (next, choices) in dictionary.leads(self.test, state).iter() {
            for choice in choices {
                let (key, _) = dictionary.choices[*choice as usize];
                draft.values.push((field, key.to_owned()));
                let tried = self.walk(segment + 1, *next, draft);
                draft.values.pop();
                match tried {
                    Below::Stop => return Below::Stop,
                    // The others of this group lead to the same place.
                    Below::Nothing if self.codes.free.get(segment + 1) != Some(&false) => break,
                    Below::Nothing => {}
                    Below::Tried => below = Below::Tried,
                }
            }
        }
        below
    }

    fn date(&mut self, segment: usize, format: &DateFormat, state: u32, draft: &mut Draft<'b>) -> Below {
        let mut text = String::new();
        if let Some(day) = draft.day {
            format.print(day, &mut text);
            return self.text(segment, &text, state, draft);
        }
        let mut below = Below::Nothing;
        let days = Rc::clone(&self.codes.days);
        for day in days.all() {
            text.clear();
            format.print(*day, &mut text);
            draft.day = Some(*day);
            let tried = self.text(segment, &text, state, draft);
            draft.day = None;
            match tried {
                Below::Nothing => {}
                Below::Tried => below = Below::Tried,
                Below::Stop => return Below::Stop,
            }
        }
        below
    }

    /// One symbol after the other, `width` of them; free text becomes the field's value.
    fn symbols(
        &mut self,
        segment: usize,
        symbols: &[u8],
        width: usize,
        state: u32,
        draft: &mut Draft<'b>,
    ) -> Below {
        if draft.open.len() == width {
            let text = std::mem::take(&mut draft.open);
            let field = self.codes.parts[segment].text_field();
            if let Some(field) = field {
                draft.values.push((field, String::from_utf8_lossy(&text).into_owned()));
            }
            let below = self.walk(segment + 1, state, draft);
            if field.is_some() {
                draft.values.pop();
            }
            draft.open = text;
            return below;
        }
        let mut below = Below::Nothing;
        for symbol in symbols {
            let Some(next) = self.test.step(state, *symbol) else { continue };
            draft.open.push(*symbol);
            let tried = self.walk(segment, next, draft);
            draft.open.pop();
            match tried {
                Below::Nothing => {}
                Below::Tried => below = Below::Tried,
                Below::Stop => return Below::Stop,
            }
        }
        below
    }

    /// One digit after the other, as long as the sequence has a number that begins so.
    fn digits(&mut self, segment: usize, digits: &'s Digits<'b>, state: u32, draft: &mut Draft<'b>) -> Below {
        if draft.open.len() == digits.width() {
            let open = std::mem::take(&mut draft.open);
            draft.number = digits.number(&open);
            let below = self.walk(segment + 1, state, draft);
            draft.open = open;
            return below;
        }
        let mut below = Below::Nothing;
        for digit in digits.symbols() {
            draft.open.push(*digit);
            let next = self.test.step(state, *digit).filter(|_| digits.begins(&draft.open));
            let tried = next.map_or(Below::Nothing, |next| self.walk(segment, next, draft));
            draft.open.pop();
            match tried {
                Below::Nothing => {}
                Below::Tried => below = Below::Tried,
                Below::Stop => return Below::Stop,
            }
        }
        below
    }

    /// The segment that must print a certain text.
    fn pinned(&mut self, segment: usize, text: &str, state: u32, draft: &mut Draft<'b>) -> Below {
        let Some(next) = self.test.run(state, text) else { return Below::Nothing };
        match &self.codes.parts[segment] {
            Part::Number(digits) => {
                draft.number = digits.number(text.as_bytes());
                self.walk(segment + 1, next, draft)
            }
            Part::Text(field, _) if chosen(draft, field).is_none() => {
                draft.values.push((field, text.to_owned()));
                let below = self.walk(segment + 1, next, draft);
                draft.values.pop();
                below
            }
            Part::Choice(field, dictionary) if chosen(draft, field).is_none() => {
                let choice = dictionary.choices.iter().find(|(_, own)| *own == text);
                let Some((key, _)) = choice else { return Below::Nothing };
                draft.values.push((field, (*key).to_owned()));
                let below = self.walk(segment + 1, next, draft);
                draft.values.pop();
                below
            }
            Part::Text(field, _) | Part::Choice(field, _) => {
                let key = chosen(draft, field).unwrap_or_default();
                if self.codes.rule.prints(self.codes.book, segment, &key) != Some(text) {
                    return Below::Nothing;
                }
                self.walk(segment + 1, next, draft)
            }
            Part::Literal(_) | Part::Date(_) | Part::Check(_) => self.walk(segment + 1, next, draft),
        }
    }

    fn end(&mut self, state: u32, draft: &Draft<'b>) -> Below {
        if !self.test.accepts(state) {
            return Below::Nothing;
        }
        let Some(tries) = self.tries.checked_sub(1) else { return Below::Stop };
        self.tries = tries;
        let Some(code) = self.codes.print(draft).filter(|code| self.test.takes(code)) else {
            return Below::Tried;
        };
        if self.take.as_mut().is_some_and(|take| !take(&code)) {
            return Below::Tried;
        }
        self.found = Some(code);
        Below::Stop
    }
}

impl<'b> Part<'b> {
    fn text_field(&self) -> Option<&'b str> {
        match self {
            Self::Text(field, _) => Some(field),
            _ => None,
        }
    }
}

fn chosen(draft: &Draft<'_>, field: &str) -> Option<String> {
    draft.values.iter().find(|(known, _)| *known == field).map(|(_, key)| key.clone())
}
