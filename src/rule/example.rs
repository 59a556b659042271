//! An example of a rule's codes: a real one, for those who explain the rule.

use jiff::civil::Date;

use super::field::ValueId;
use super::{Field, FieldKind, Reading, Rule, RuleBook};
use crate::code::Shape;

/// Customers or numbers that are tried before a rule is said to have no example.
const TRIES: usize = 100;

/// A code that the rule can give, and what its segments mean.
#[derive(Debug, Clone)]
pub struct Example<'b> {
    /// The code.
    pub code: String,
    /// The record date of its customer.
    pub date: Date,
    /// The customer: field and key (or text), for each field that the rule prints or asks for.
    pub customer: Vec<(String, String)>,
    /// The code read back.
    pub reading: Reading<'b>,
}

impl Rule {
    /// A code of the first values that can be used, the first number and the day of the rule's
    /// period that is nearest to `today`; valid by the rule. `None` where none of the first hundred
    /// tries can be printed.
    pub fn example<'b>(&'b self, book: &'b RuleBook, today: Date) -> Option<Example<'b>> {
        let date = self.period().nearest(today);
        let choices: Vec<(&Field, Vec<String>)> = book
            .fields()
            .iter()
            .enumerate()
            .filter(|(index, field)| self.asks_for(*index, field))
            .map(|(index, field)| (field, self.choices(index, field, date)))
            .collect();
        if choices.iter().any(|(_, keys)| keys.is_empty()) {
            return None;
        }
        let mut number = self.pattern.sequence().map(|sequence| sequence.after(None));
        for attempt in 0..TRIES {
            // Without a sequence, a customer whose code has no check digit is followed by another
            // customer.
            let turn = if number.is_some() { 0 } else { attempt };
            let customer: Vec<(String, String)> = choices
                .iter()
                .map(|(field, keys)| (field.name.clone(), keys[turn % keys.len()].clone()))
                .collect();
            let value = |name: &str| customer.iter().find(|(n, _)| n == name).map(|(_, key)| key.clone());
            let taken = number.map_or(Some(0), |number| number)?;
            let mut code = String::new();
            let prepared = self.prepare(book, &value, date).ok()?;
            if self.print(&prepared, date, taken, &mut code).is_ok()
                && let Ok(parsed) = self.parse(book.fields(), &code)
            {
                let reading = self.explain(book.fields(), &code, &parsed);
                return Some(Example { code, date, customer, reading });
            }
            number = number.map(|last| self.pattern.sequence()?.after(last));
        }
        None
    }

    /// Whether a customer of the rule needs a value of the field.
    fn asks_for(&self, index: usize, field: &Field) -> bool {
        self.printed.iter().flatten().any(|part| part.field == index)
            || self.applies_to.iter().any(|(name, _)| *name == field.name)
    }

    /// The keys (or the one text) of a field that the rule can print on `date`, in file order.
    fn choices(&self, index: usize, field: &Field, date: Date) -> Vec<String> {
        let taken = self.taken(field);
        if matches!(field.kind, FieldKind::Text { .. }) {
            let first = taken.and_then(|keys| keys.first()).or(field.default.as_ref());
            return first.cloned().or_else(|| self.some_text(index)).into_iter().collect();
        }
        let fits = |id: &ValueId| field.period_of(&field.values[*id]).holds_on(date);
        let key = |id: ValueId| field.values[id].key.clone();
        match self.choices_of(index) {
            Some(choices) => choices.values.iter().copied().filter(fits).map(key).take(TRIES).collect(),
            // Only asked for.
            None => taken
                .unwrap_or_default()
                .iter()
                .filter(|key| field.value(key).is_some_and(|value| field.period_of(value).holds_on(date)))
                .take(TRIES)
                .cloned()
                .collect(),
        }
    }

    /// A text that a free text field can hold: its symbols in order.
    fn some_text(&self, index: usize) -> Option<String> {
        self.printed.iter().zip(self.pattern.segments()).find_map(|(part, segment)| match &segment.shape {
            Shape::Text(text) if part.as_ref().is_some_and(|part| part.field == index) => {
                let symbols = text.alphabet.symbols().iter().cycle().take(text.width);
                Some(symbols.map(|symbol| char::from(*symbol)).collect())
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::rule::{Bundle, Origin, ProvedBook};

    fn example(text: &str, rule: &str) -> Option<(String, Vec<String>)> {
        let files = vec![("rules.toml".to_owned(), text.to_owned())];
        let book = ProvedBook::load(Bundle::new(Origin::Ledger, files)).expect("a proved book");
        let example = book.rule(rule).expect(rule).example(&book, date(2026, 11, 22))?;
        let customer = example.customer.iter().map(|(field, key)| format!("{field}={key}")).collect();
        Some((example.code, customer))
    }

    fn code(text: &str) -> String {
        example(text, "r").expect("an example").0
    }

    #[test]
    fn every_built_in_rule_has_a_valid_example() {
        let book = ProvedBook::load(Bundle::built_in()).expect("proved");
        for rule in book.rules() {
            let example = rule.example(&book, date(2026, 11, 22)).expect(&rule.name);
            let read = book.read(&example.code).expect("valid");
            assert_eq!(read.rule.name, rule.name);
            assert_eq!(example.reading.segments, read.segments);
        }
    }

    #[test]
    fn the_first_values_that_can_be_used_are_taken() {
        let closed = "[fields.region.values]\nnorth = { code = \"1\", until = 2020-12-31 }\n\
                      south = { code = \"2\", from = 2021-01-01 }\n[rules.r]\npattern = \"{region}{seq:2}\"\n";
        assert_eq!(code(closed), "201");
        let leaf = "[fields.class]\nlevels = [1, 1]\nleaf_only = true\nvalues = { a = \"A\", a1 = \"A1\" }\n\
                    [rules.r]\npattern = \"{class}-{seq:2}\"\n";
        assert_eq!(code(leaf), "A1-01");
        let attribute = "[fields.type.values]\nvip = \"1\"\nshop = { code = \"2\", letter = \"S\" }\n\
                         [rules.r]\npattern = \"{type.letter}{seq:2}\"\napplies_to = { type = [\"shop\"] }\n";
        assert_eq!(code(attribute), "S01");
        let text = "[fields.branch]\ntext = { width = 3, charset = \"letters\" }\n\
                    [rules.r]\npattern = \"{branch}{seq:2}\"\n";
        assert_eq!(code(text), "ABC01");
    }

    #[test]
    fn a_class_below_one_that_has_ended_is_no_choice() {
        let classes = "[fields.class]\nlevels = [1, 1]\n\
                       values = { a = { code = \"A\", until = 2020-12-31 }, a1 = \"A1\", b = \"B\", b1 = \"B1\" }\n";
        assert_eq!(
            code(&format!("{classes}leaf_only = true\n[rules.r]\npattern = \"{{class}}{{seq:2}}\"\n")),
            "B101"
        );
    }

    #[test]
    fn what_the_rule_asks_for_but_does_not_print_belongs_to_the_customer() {
        let text = "[fields.type.values]\nvip = \"1\"\nshop = \"2\"\n\
                    [rules.r]\npattern = \"S{seq:2}\"\napplies_to = { type = [\"shop\"] }\n";
        assert_eq!(example(text, "r"), Some(("S01".to_owned(), vec!["type=shop".to_owned()])));
    }

    #[test]
    fn a_rule_of_another_time_has_an_example_of_its_time() {
        let rule = |period: &str| {
            format!("timezone = \"UTC\"\n[rules.r]\npattern = \"K{{date:%Y}}-{{seq:2}}\"\n{period}\n")
        };
        assert_eq!(code(&rule("until = 2020-12-31")), "K2020-01");
        assert_eq!(code(&rule("from = 2030-01-01")), "K2030-01");
        assert_eq!(code(&rule("from = 2020-01-01")), "K2026-01");
    }

    #[test]
    fn numbers_and_customers_without_a_check_digit_are_passed_over() {
        let check =
            "check = { algorithm = \"weighted\", modulus = 11, weights = [1], symbols = \"0123456789\" }";
        let numbered = format!("[rules.r]\npattern = \"{{seq:2}}{{check}}\"\n{check}\n");
        assert_eq!(code(&numbered), "029", "01 would need the eleventh symbol");
        let combined = format!(
            "[fields.a]\nvalues = {{ x = \"1\", y = \"2\" }}\n[rules.r]\npattern = \"{{a}}{{check}}\"\n{check}\nallow = [\"no-sequence\"]\n"
        );
        assert_eq!(code(&combined), "29");
    }

    #[test]
    fn a_rule_whose_values_have_all_ended_has_none() {
        let ended = "[fields.a]\nvalues = { x = { code = \"1\", until = 2020-12-31 } }\n[rules.r]\npattern = \"{a}{seq:2}\"\n";
        assert_eq!(example(ended, "r"), None);
    }
}
