//! The customer behind a word of the automata, and the real code.

use jiff::civil::{Date, date};

use crate::code::{DateFacts, Shape};
use crate::rule::choices::Choices;
use crate::rule::language::Split;
use crate::rule::{Field, FieldKind, Period, Rule, ValueId};

/// The record date of an example, where nothing asks for another one.
const SOME_DAY: Date = date(2024, 1, 1);
/// Numbers that are tried for an example before it is said that there is none.
const TRIES: usize = 100;

/// What a customer whom a rule gives `code` has.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) code: String,
    pub(super) number: Option<u64>,
    texts: Vec<String>,
    dates: DateFacts,
}

/// A customer in words.
#[derive(Debug)]
pub(super) struct Described {
    /// `type=vip`, `region=1`, `date 2024-01-31`, `number 7`.
    pub(super) words: Vec<String>,
    /// Whether the rule and the values hold on one day for which the code is printed.
    pub(super) holds: bool,
}

impl Split<'_> {
    /// The customer behind it, with the right check digit; `None` where no customer is: no such
    /// day, segments of one field that disagree, a number without a check digit. It is the customer
    /// whose code this is, or there is none: whoever throws a split away here goes by this answer
    /// alone.
    pub(super) fn customer(&self, fields: &[Field]) -> Option<Customer> {
        let texts = self.agreed(fields)?;
        let mut dates = DateFacts::default();
        for (segment, text) in self.rule.pattern.segments().iter().zip(&texts) {
            if let Shape::Date(format) = &segment.shape {
                format.read(text.as_bytes(), &mut dates).then_some(())?;
            }
        }
        let day = dates.day()?;
        let printed = self.rule.printed.iter().zip(&texts);
        let parts: Vec<&str> = printed.map(|(part, text)| if part.is_some() { text } else { "" }).collect();
        let mut code = String::new();
        self.rule.pattern.print(&parts, day, self.number.unwrap_or(0), &mut code).ok()?;
        Some(Customer { code, number: self.number, texts, dates })
    }
}

impl Customer {
    /// The customer in words. `forced` = the value of a field, where several print the same.
    pub(super) fn describe(
        &self,
        fields: &[Field],
        rule: &Rule,
        forced: Option<(usize, ValueId)>,
    ) -> Described {
        let mut period = rule.period();
        let mut holds = self.has_day(period);
        let mut choose = |field: &Field, candidates: &[ValueId]| {
            let within = |id: &ValueId| period.within(field.period_of(&field.values[*id]));
            let id = candidates.iter().find(|id| self.has_day(within(id)));
            holds &= id.is_some();
            period = id.map_or(period, within);
            let value = id.or(candidates.first()).map(|id| &field.values[*id]);
            value.map(|value| format!("{}={}", field.name, value.key))
        };
        let text = |index: usize| self.texts[index].as_str();
        let mut words: Vec<String> = Vec::new();
        for choices in &rule.choices {
            let field = &fields[choices.field];
            let forced = forced.filter(|(id, _)| *id == choices.field);
            words.extend(match (&field.kind, forced) {
                (FieldKind::Text { .. }, _) => Some(format!("{}={}", field.name, text(choices.segments[0]))),
                (_, Some((_, value))) => choose(field, &[value]),
                (_, None) => {
                    let matching: Vec<ValueId> = choices.matching(field, &rule.printed, &text).collect();
                    choose(field, &matching)
                }
            });
        }
        for (name, keys) in &rule.applies_to {
            let Some(index) = fields.iter().position(|field| field.name == *name) else { continue };
            let field = &fields[index];
            if rule.choices_of(index).is_some() {
                continue;
            }
            let taken = |id: &ValueId| keys.contains(&field.values[*id].key);
            let taken: Vec<ValueId> = (0..field.values.len()).filter(taken).collect();
            words.extend(match taken[..] {
                [] => keys.first().map(|key| format!("{name}={key}")),
                _ => choose(field, &taken),
            });
        }
        if self.dates != DateFacts::default() {
            let day = self.dates.day_within(period.from, period.until).or_else(|| self.dates.day());
            words.extend(day.map(|day| format!("date {day}")));
        }
        words.extend(self.number.map(|number| format!("number {number}")));
        Described { words, holds }
    }

    /// Whether its code is printed on some day of `period`.
    fn has_day(&self, period: Period) -> bool {
        if self.dates == DateFacts::default() {
            return period.from.zip(period.until).is_none_or(|(from, until)| from <= until);
        }
        period.is_always() || self.dates.day_within(period.from, period.until).is_some()
    }

    /// Scope text of its code.
    pub(super) fn scope(&self, rule: &Rule) -> String {
        rule.scope_of(|index| self.texts[index].as_str())
    }

    /// A customer who has this value of a field, and of the others the first that the rule can
    /// print.
    pub(super) fn example(fields: &[Field], rule: &Rule, (own, value): (usize, ValueId)) -> Option<Self> {
        let mut period = rule.period();
        let mut chosen = |choices: &Choices| {
            let field = &fields[choices.field];
            let id = if choices.field == own { Some(value) } else { choices.values.first().copied() };
            period = id.map_or(period, |id| period.within(field.period_of(&field.values[id])));
            id
        };
        let values: Vec<(usize, Option<ValueId>)> =
            rule.choices.iter().map(|choices| (choices.field, chosen(choices))).collect();
        let day = period.nearest(SOME_DAY);
        let mut number = rule.pattern.sequence().map(|sequence| sequence.after(None)).unwrap_or_default();
        for _ in 0..TRIES {
            let text = |index: usize| {
                let part = rule.printed[index].as_ref();
                let value = part.and_then(|part| values.iter().find(|(field, _)| *field == part.field));
                let value = value.and_then(|(field, id)| id.map(|id| &fields[*field].values[id]));
                let mut text = String::new();
                match (&rule.pattern.segments()[index].shape, part.zip(value)) {
                    (_, Some((part, value))) => text.push_str(part.print.of(value)?),
                    (Shape::Literal(literal), _) => text.push_str(literal),
                    (Shape::Values(texts), _) => text.push_str(texts.texts().first()?),
                    (Shape::Text(shape), _) => {
                        let symbol = char::from(shape.alphabet.symbols()[0]);
                        text.extend(std::iter::repeat_n(symbol, shape.width));
                    }
                    (Shape::Date(format), _) => format.print(day, &mut text),
                    (Shape::Sequence(sequence), _) => sequence.print(number?, &mut text),
                    (Shape::Check(..), _) => {}
                }
                Some(text)
            };
            let texts = (0..rule.printed.len()).map(text).collect::<Option<Vec<String>>>()?;
            let split = Split { rule, texts, number };
            if let Some(customer) = split.customer(fields) {
                return Some(customer);
            }
            number = Some(rule.pattern.sequence()?.after(number)?);
        }
        None
    }
}
