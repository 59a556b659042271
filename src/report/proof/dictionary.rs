//! What the searches of one report share: the printed texts of dictionaries, where each leads in a
//! test, and the days to come.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::test::Test;
use crate::rule::{Rule, RuleBook};

/// Choices of a dictionary that lead a test to one state.
type Group = (u32, Vec<u32>);
/// A test by its name, and the state in which a dictionary begins.
type From = ((&'static str, usize), u32);

/// What a segment can print of a dictionary.
pub(super) struct Dictionary<'b> {
    /// (key, text); where nothing depends on the key, each text once.
    pub(super) choices: Vec<(&'b str, &'b str)>,
    leads: RefCell<Leads>,
}

/// Where the texts of a dictionary lead, as far as it is remembered.
#[derive(Default)]
struct Leads {
    known: HashMap<From, Rc<Vec<Group>>>,
    /// Choices in all groups.
    size: usize,
}

/// Choices of one dictionary that are remembered; what is beyond them is found out anew.
const REMEMBERED: usize = 2_000_000;

/// Years whose days are looked at, the current one included.
const YEARS: i16 = 10;

/// The days on which a rule will issue, as far as a report looks.
pub(super) struct Days(Vec<Date>);

/// What the searches of one report share.
pub(super) struct Workshop<'b> {
    today: Date,
    /// By segment: what every rule that prints the field once, and for all customers, prints there.
    dictionaries: HashMap<String, Rc<Dictionary<'b>>>,
}

impl Dictionary<'_> {
    /// For each state after a text: the choices that lead to it from `state`.
    pub(super) fn leads(&self, test: &dyn Test, state: u32) -> Rc<Vec<Group>> {
        if let Some(known) = self.leads.borrow().known.get(&(test.name(), state)) {
            return Rc::clone(known);
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for (choice, (_, text)) in (0..).zip(&self.choices) {
            let Some(end) = test.run(state, text) else { continue };
            let place = *places.entry(end).or_insert_with(|| {
                groups.push((end, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(choice);
        }
        let groups = Rc::new(groups);
        let mut leads = self.leads.borrow_mut();
        leads.size += groups.iter().map(|(_, choices)| choices.len()).sum::<usize>();
        if leads.size > REMEMBERED {
            *leads = Leads::default();
        }
        leads.known.insert((test.name(), state), Rc::clone(&groups));
        groups
    }
}

impl<'b> Workshop<'b> {
    pub(super) fn new(today: Date) -> Self {
        Self { today, dictionaries: HashMap::new() }
    }

    /// What segment `index` of `rule` prints for customers of today and later; with `keys` every
    /// value counts, even where two print the same.
    pub(super) fn dictionary(
        &mut self,
        book: &'b RuleBook,
        rule: &'b Rule,
        index: usize,
        keys: bool,
    ) -> Rc<Dictionary<'b>> {
        let name = rule.pattern.segments()[index].name.clone();
        let field = name.split(['.', '@']).next().unwrap_or_default();
        // What else the rule prints of the field leaves out values that lack it.
        let own = keys || rule.applies_to().iter().any(|(known, _)| known == field);
        if let Some(known) = self.dictionaries.get(&name).filter(|_| !own) {
            return Rc::clone(known);
        }
        let mut choices = rule.printable(book, index).unwrap_or_default();
        let until = |key: &str| {
            let field = book.field(field)?;
            field.period_of(field.value(key)?).until
        };
        choices.retain(|(key, _)| until(key).is_none_or(|until| self.today <= until));
        if !keys {
            let mut seen = HashSet::new();
            choices.retain(|(_, text)| seen.insert(*text));
        }
        let made = Rc::new(Dictionary { choices, leads: RefCell::default() });
        if !own {
            self.dictionaries.insert(name, Rc::clone(&made));
        }
        made
    }

    /// The days on which `rule` issues: those of this year and the first of each month for nine
    /// years more, as far as the rule holds; for a rule of the past or the far future, those of its
    /// first year.
    pub(super) fn days(&self, rule: &Rule) -> Rc<Days> {
        let holds = |day: &Date| rule.period().holds_on(*day);
        let mut days: Vec<Date> = from(self.today.year()).filter(holds).collect();
        if days.is_empty() {
            let first = rule.from.or(rule.until).unwrap_or(self.today);
            days = from(first.year()).filter(holds).collect();
        }
        if days.is_empty() {
            days.push(rule.from.or(rule.until).unwrap_or(self.today));
        }
        // A code of today is the best example.
        if let Some(place) = days.iter().position(|day| *day == self.today) {
            days.swap(0, place);
        }
        Rc::new(Days(days))
    }
}

/// The days of a year.
pub(super) fn days_of(year: i16) -> impl Iterator<Item = Date> {
    let first = Date::new(year, 1, 1).unwrap_or(Date::MIN);
    first.series(1.day()).take_while(move |day| day.year() == year)
}

/// The days of a year, and the first of each month for some years more.
fn from(year: i16) -> impl Iterator<Item = Date> {
    let own = days_of(year);
    let next = (1..YEARS)
        .flat_map(move |more| (1..=12).filter_map(move |month| Date::new(year + more, month, 1).ok()));
    own.chain(next)
}

impl Days {
    pub(super) fn all(&self) -> &[Date] {
        &self.0
    }

    pub(super) fn first(&self) -> Date {
        self.0[0]
    }
}
