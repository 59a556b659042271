//! The anatomy of a rule's codes: a real example cut into its segments, where each stands and what
//! it says.

mod words;

use jiff::civil::Date;

use crate::code::{Algorithm, Alphabet, Shape};
use crate::rule::{Example, Field, PrintedAs, Rule, RuleBook, Value};

/// A rule taken apart.
#[derive(Debug, Clone)]
pub struct Anatomy<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// Whether it is a default rule.
    pub default: bool,
    /// Whether the file has no other rule.
    pub sole: bool,
    /// A code of it; `None` where no code can be printed (every value has ended).
    pub example: Option<Example<'b>>,
    /// Its segments, in the order of the pattern.
    pub parts: Vec<AnatomyPart<'b>>,
    /// Who gets it without asking: fields, and the values (keys and labels) of them that all must
    /// match.
    pub applies_to: Vec<(&'b Field, Vec<(String, String)>)>,
    /// Its numbers; `None` where there is one code for each combination.
    pub numbers: Option<Numbers<'b>>,
}

/// A segment of the rule.
#[derive(Debug, Clone)]
pub struct AnatomyPart<'b> {
    /// As the pattern writes it; for a literal, its text.
    pub name: &'b str,
    /// What stands there in the example.
    pub text: Option<String>,
    /// Where it begins in the example, in characters from 1.
    pub start: Option<usize>,
    /// Shortest and longest, in characters.
    pub widths: (usize, usize),
    /// What it says.
    pub says: Says<'b>,
}

/// What a segment says.
#[derive(Debug, Clone)]
pub enum Says<'b> {
    /// Always the same.
    Literal,
    /// A value of a field: what is printed of it, and the example's values from the top class down.
    Value(&'b Field, PrintedAs<'b>, Vec<&'b Value>),
    /// Free text of these symbols.
    Text(&'b Field, &'b Alphabet),
    /// The record date in this format.
    Date(&'b str),
    /// The number, which counts within these segments (indices).
    Number(Vec<usize>),
    /// The check digit, over these segments (indices); none of them named where it is over all that
    /// can be summed.
    Check(Algorithm, Option<Vec<usize>>),
}

/// The numbers of one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers<'b> {
    /// The segments that they count within, as the pattern writes them.
    pub scope: Vec<&'b str>,
    /// The first number.
    pub first: u64,
    /// The last that can be reached.
    pub last: u64,
    /// The distance of two.
    pub step: u64,
    /// How many there are; each check digit is taken for granted.
    pub count: u64,
}

impl<'b> Anatomy<'b> {
    /// Takes `rule` apart; its example is of `today`, or of the day of its period that is nearest.
    pub fn of(book: &'b RuleBook, rule: &'b Rule, today: Date) -> Self {
        let example = rule.example(book, today);
        let segments = rule.pattern.segments();
        let parts = (0..segments.len()).map(|index| part(book, rule, example.as_ref(), index)).collect();
        let values = |(name, keys): &'b (String, Vec<String>)| {
            let field = book.field(name)?;
            let label = |key: &String| field.value(key).map_or(key, |value| &value.label).clone();
            Some((field, keys.iter().map(|key| (key.clone(), label(key))).collect()))
        };
        let numbers = rule.pattern.sequence().map(|sequence| Numbers {
            scope: rule.scope().iter().map(|index| segments[*index].name.as_str()).collect(),
            first: sequence.after(None).unwrap_or(sequence.start),
            last: sequence.grid(sequence.start, sequence.last()).map_or(sequence.last(), |(_, last)| last),
            step: sequence.step(),
            count: sequence.capacity(),
        });
        Self {
            rule,
            default: book.defaults().any(|default| default.name == rule.name),
            sole: book.rules().len() == 1,
            example,
            parts,
            applies_to: rule.applies_to().iter().filter_map(values).collect(),
            numbers,
        }
    }
}

impl AnatomyPart<'_> {
    /// The kind of the segment: `literal`, `field`, `date`, `sequence` or `check`.
    pub fn kind(&self) -> &'static str {
        match self.says {
            Says::Literal => "literal",
            Says::Value(..) | Says::Text(..) => "field",
            Says::Date(_) => "date",
            Says::Number(_) => "sequence",
            Says::Check(..) => "check",
        }
    }

    /// The width in characters, `2` or `2-7`.
    pub fn width(&self) -> String {
        match self.widths {
            (shortest, longest) if shortest == longest => longest.to_string(),
            (shortest, longest) => format!("{shortest}-{longest}"),
        }
    }
}

fn part<'b>(
    book: &'b RuleBook,
    rule: &'b Rule,
    example: Option<&Example<'b>>,
    index: usize,
) -> AnatomyPart<'b> {
    let segment = &rule.pattern.segments()[index];
    let read = example.map(|example| &example.reading.segments[index]);
    let says = match (&segment.shape, rule.field_at(book, index)) {
        (Shape::Text(text), Some((field, _))) => Says::Text(field, &text.alphabet),
        (_, Some((field, printed))) => {
            let value = read.and_then(|read| field.value(&read.value.as_ref()?.1));
            let path = match (printed, value) {
                (PrintedAs::Attribute(_), _) => value.into_iter().collect(),
                (_, Some(value)) => field.path(&value.code),
                (_, None) => Vec::new(),
            };
            Says::Value(field, printed, path)
        }
        (Shape::Date(format), None) => Says::Date(format.text()),
        (Shape::Sequence(_), None) => Says::Number(rule.scope().to_vec()),
        (Shape::Check(checker, over), None) => {
            Says::Check(checker.algorithm(), (!sums_all(rule, index, over)).then(|| over.clone()))
        }
        (Shape::Literal(_) | Shape::Values(_) | Shape::Text(_), None) => Says::Literal,
    };
    let start = read.zip(example).map(|(read, example)| example.code[..read.range.start].chars().count() + 1);
    AnatomyPart {
        name: &segment.name,
        text: read.map(|read| read.text.clone()),
        start,
        widths: segment.shape.widths(),
        says,
    }
}

/// Whether the check digit at `check` is over every segment that has a letter or digit.
fn sums_all(rule: &Rule, check: usize, over: &[usize]) -> bool {
    rule.pattern.segments().iter().enumerate().all(|(index, segment)| {
        let separator = matches!(&segment.shape, Shape::Literal(text) if !text.contains(|c: char| c.is_ascii_alphanumeric()));
        index == check || separator || over.contains(&index)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::language::Language;
    use crate::rule::{Bundle, ProvedBook};

    fn built_in() -> ProvedBook {
        ProvedBook::load(Bundle::built_in()).expect("proved")
    }

    #[test]
    fn an_example_is_cut_where_its_segments_begin() {
        let book = built_in();
        let anatomy = Anatomy::of(&book, book.rule("dated").expect("built in"), date(2026, 11, 22));
        let cut: Vec<_> = anatomy
            .parts
            .iter()
            .map(|part| (part.kind(), part.text.as_deref().unwrap_or_default(), part.start, part.width()))
            .collect();
        assert_eq!(
            cut,
            [
                ("field", "C", Some(1), "1".to_owned()),
                ("date", "20261122", Some(2), "8".to_owned()),
                ("literal", "-", Some(10), "1".to_owned()),
                ("sequence", "0001", Some(11), "4".to_owned()),
            ]
        );
        let (field, values) = &anatomy.applies_to[0];
        assert_eq!(field.name, "type");
        assert_eq!(values[1], ("business".to_owned(), "企业客户".to_owned()));
    }

    #[test]
    fn numbers_know_their_scope_and_their_end() {
        let book = built_in();
        let numbers =
            |rule: &str| Anatomy::of(&book, book.rule(rule).expect("built in"), date(2026, 11, 22)).numbers;
        let graded = Numbers { scope: vec!["type", "industry"], first: 1, last: 9999, step: 1, count: 9999 };
        assert_eq!(numbers("graded"), Some(graded));
        assert_eq!(numbers("checked"), None);
    }

    #[test]
    fn a_check_digit_names_its_segments_unless_they_are_all() {
        let over = |options: &str| {
            let text = format!(
                "[rules.r]\npattern = \"A-{{seq:4}}{{check}}\"\ncheck = {{ algorithm = \"iso7064-mod37-36\"{options} }}\n"
            );
            let files = vec![("rules.toml".to_owned(), text)];
            let bundle = Bundle::new(crate::rule::Origin::Ledger, files);
            let book = ProvedBook::load(bundle).expect("proved");
            let anatomy = Anatomy::of(&book, &book.rules()[0], date(2026, 11, 22));
            anatomy.meaning(anatomy.parts.last().expect("a check digit"), Language::English)
        };
        assert_eq!(over(""), "check digit, iso7064-mod37-36 over all other letters and digits");
        assert_eq!(over(", over = [\"seq\"]"), "check digit, iso7064-mod37-36 over sequence number");
    }
}
