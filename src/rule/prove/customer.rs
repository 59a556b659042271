//! A word of the automata made concrete: the segments as printed, the customer behind them, and the real code.

use jiff::civil::Date;

use super::language::{Content, Language};
use super::search::Step;
use crate::code::{Alphabet, Shape};
use crate::rule::coding::Print;
use crate::rule::date::{Piece, Printed, pieces, width};
use crate::rule::{Field, Rule};

/// A code cut into the segments of a rule, as the rule writes them.
#[derive(Debug)]
pub(in crate::rule) struct Split<'r> {
    rule: &'r Rule,
    texts: Vec<String>,
    number: Option<u64>,
}

/// A customer whom a rule gives `code`.
#[derive(Debug)]
pub(super) struct Customer {
    pub(super) code: String,
    pub(super) number: Option<u64>,
    texts: Vec<String>,
}

impl<'r> Split<'r> {
    /// One of the two ways of a word.
    pub(super) fn of(trail: &[Step], second: bool, language: &Language, rule: &'r Rule) -> Option<Self> {
        let segments = trail.iter().filter_map(|step| {
            let piece = language.piece(step.ways[usize::from(second)])?;
            Some((piece.segment, step.byte))
        });
        Self::from_segments(segments, language, rule)
    }

    /// From each upper-cased byte and the segment it stands in.
    pub(super) fn from_segments(
        bytes: impl Iterator<Item = (usize, u8)>,
        language: &Language,
        rule: &'r Rule,
    ) -> Option<Self> {
        let segments = rule.pattern.segments();
        let mut upper = vec![Vec::new(); segments.len()];
        for (segment, byte) in bytes {
            upper[segment].push(byte);
        }
        let mut split = Self { rule, texts: Vec::with_capacity(segments.len()), number: None };
        for (index, segment) in segments.iter().enumerate() {
            if let (Shape::Sequence(_), Some(Content::Numbers(numbers))) =
                (&segment.shape, language.content(index))
            {
                split.number = Some(numbers.number(&upper[index])?);
            }
            split.texts.push(as_written(&segment.shape, language.content(index), &upper[index])?);
        }
        Some(split)
    }

    /// The code as the rule writes it.
    pub(super) fn written(&self) -> String {
        self.texts.concat()
    }

    /// Whether the segments of each field name one value.
    pub(super) fn agrees(&self, fields: &[Field]) -> bool {
        self.rule.disagreement(fields, |index| &self.texts[index]).is_none()
    }

    /// The customer behind it, with the right check digit; `None` where no customer is: no such day, segments of one field
    /// that disagree, a number without a check digit.
    pub(super) fn customer(&self, fields: &[Field]) -> Option<Customer> {
        if !self.agrees(fields) {
            return None;
        }
        let mut printed = Printed::default();
        for (segment, text) in self.rule.pattern.segments().iter().zip(&self.texts) {
            if let Shape::Date(format) = &segment.shape {
                printed.read(format.text(), text)?;
            }
        }
        let Some(day) = printed.day() else {
            // No such day, or one that is not easily named (a month and a week without a year).
            let code = self.written();
            let valid = self.rule.pattern.parse(&code).is_ok();
            return valid.then(|| Customer { code, number: self.number, texts: self.texts.clone() });
        };
        let printed = self.rule.printed.iter().zip(&self.texts);
        let parts: Vec<&str> = printed.map(|(part, text)| if part.is_some() { text } else { "" }).collect();
        let mut code = String::new();
        self.rule.pattern.print(&parts, day, self.number.unwrap_or(0), &mut code).ok()?;
        // What is printed differently outside the check digit was no code: two dates that disagree.
        self.same_but_check(&code).then(|| Customer { code, number: self.number, texts: self.texts.clone() })
    }

    fn same_but_check(&self, code: &str) -> bool {
        let mut at = 0;
        self.rule.pattern.segments().iter().zip(&self.texts).all(|(segment, text)| {
            let there = code.get(at..at + text.len());
            at += text.len();
            matches!(segment.shape, Shape::Check(..)) || there == Some(text)
        }) && at == code.len()
    }
}

impl Customer {
    /// `type=vip, region=1, date 2024-01-31, number 7`.
    pub(super) fn describe(&self, fields: &[Field], rule: &Rule) -> String {
        let words = self.words(fields, rule);
        if words.is_empty() { "any customer".to_owned() } else { words.join(", ") }
    }

    /// What [`Customer::describe`] says, word by word.
    pub(super) fn words(&self, fields: &[Field], rule: &Rule) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut printed = Printed::default();
        for (index, segment) in rule.pattern.segments().iter().enumerate() {
            let text = &self.texts[index];
            match (&rule.printed[index], &segment.shape) {
                (Some(part), _) => {
                    let field = &fields[part.field];
                    let key = rule
                        .value_at(fields, index, |i| &self.texts[i])
                        .map_or(text.as_str(), |value| &value.key);
                    let name =
                        if matches!(part.print, Print::Level(..)) { &segment.name } else { &field.name };
                    let word = format!("{name}={key}");
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                (None, Shape::Date(format)) => _ = printed.read(format.text(), text),
                _ => {}
            }
        }
        if printed != Printed::default()
            && let Some(day) = printed.day()
        {
            words.push(format!("date {day}"));
        }
        if let Some(number) = self.number {
            words.push(format!("number {number}"));
        }
        words
    }

    /// Scope text of its code.
    pub(super) fn scope(&self, rule: &Rule) -> String {
        rule.scope_of(|index| self.texts[index].as_str())
    }

    /// A customer for whom the segments of `parts` print what is given, and the others the first that they can.
    pub(super) fn example(rule: &Rule, parts: &[Option<&str>], date: Date) -> Option<Self> {
        let texts: Vec<&str> = rule
            .pattern
            .segments()
            .iter()
            .zip(parts)
            .map(|(segment, part)| match &segment.shape {
                Shape::Values(values) => {
                    part.or_else(|| values.texts().first().map(String::as_str)).unwrap_or_default()
                }
                _ => part.unwrap_or_default(),
            })
            .collect();
        let blank = |index: usize| match &rule.pattern.segments()[index].shape {
            Shape::Text(text) => char::from(text.alphabet.symbols()[0]).to_string().repeat(text.width),
            _ => texts[index].to_owned(),
        };
        let texts: Vec<String> = (0..texts.len()).map(blank).collect();
        let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut number = rule.pattern.sequence().map(|sequence| sequence.after(None)).unwrap_or_default();
        for _ in 0..100 {
            let mut code = String::new();
            if rule.pattern.print(&parts, date, number.unwrap_or(0), &mut code).is_ok() {
                let parsed = rule.pattern.parse(&code).ok()?;
                let texts = parsed.ranges.into_iter().map(|range| code[range].to_owned()).collect();
                return Some(Self { code, number, texts });
            }
            number = Some(rule.pattern.sequence()?.after(number)?);
        }
        None
    }
}

/// The text of a segment in the case in which the rule prints it.
fn as_written(shape: &Shape, content: Option<&Content>, upper: &[u8]) -> Option<String> {
    let cased = |alphabet: &Alphabet| -> String {
        let case =
            |byte: &u8| if alphabet.value(*byte).is_some() { *byte } else { byte.to_ascii_lowercase() };
        upper.iter().map(|byte| char::from(case(byte))).collect()
    };
    Some(match (shape, content) {
        (Shape::Literal(text), _) => text.clone(),
        (Shape::Values(_), Some(Content::Texts(trie))) => trie.text(upper)?.to_owned(),
        (Shape::Text(text), _) => cased(&text.alphabet),
        (Shape::Sequence(sequence), _) => cased(&sequence.alphabet),
        (Shape::Check(checker, _), _) => cased(checker.symbols()),
        (Shape::Date(format), _) => {
            let mut text = String::new();
            for piece in pieces(format.text()) {
                match piece {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::Directive(letter) => {
                        let digits = upper.get(text.len()..text.len() + width(letter))?;
                        text.extend(digits.iter().map(|byte| char::from(*byte)));
                    }
                }
            }
            text
        }
        _ => return None,
    })
}
