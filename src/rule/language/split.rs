//! A word of the automata cut into segments as the rule writes them.

use super::automaton::{Content, Language};
use super::search::Step;
use crate::code::{Alphabet, DatePart, Shape};
use crate::rule::printed::text_of;
use crate::rule::{Field, FieldKind, Rule, ValueId};

/// A code cut into the segments of a rule, as the rule writes them.
#[derive(Debug)]
pub(in crate::rule) struct Split<'r> {
    pub(in crate::rule) rule: &'r Rule,
    pub(in crate::rule) texts: Vec<String>,
    /// The number of its sequence segment.
    pub(in crate::rule) number: Option<u64>,
}

impl<'r> Split<'r> {
    /// One of the two ways of a word.
    pub(in crate::rule) fn of(
        trail: &[Step],
        second: bool,
        language: &Language,
        rule: &'r Rule,
    ) -> Option<Self> {
        let segments = trail.iter().filter_map(|step| {
            let piece = language.piece(step.ways[usize::from(second)])?;
            Some((piece.segment, step.byte))
        });
        Self::from_segments(segments, language, rule)
    }

    /// `code` (in any case) as `rule` reads it; the first way, where there are several.
    pub(in crate::rule) fn read(language: &Language, code: &str, rule: &'r Rule) -> Option<Self> {
        let upper = code.to_ascii_uppercase();
        let segments = language.segments_of(upper.as_bytes())?;
        Self::from_segments(segments.into_iter().zip(upper.bytes()), language, rule)
    }

    /// From each upper-cased byte and the segment it stands in.
    fn from_segments(
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

    /// The code as the rule writes it; `None` where segments of one field disagree.
    pub(in crate::rule) fn written(&self, fields: &[Field]) -> Option<String> {
        self.agreed(fields).map(|texts| texts.concat())
    }

    /// Whether the segments of each field name one value.
    pub(in crate::rule) fn agrees(&self, fields: &[Field]) -> bool {
        self.agreed(fields).is_some()
    }

    /// The texts as one value of each field prints them. Upper-cased bytes do not tell texts that
    /// differ in case only, but the other segments of the field can.
    pub(in crate::rule) fn agreed(&self, fields: &[Field]) -> Option<Vec<String>> {
        let mut texts = self.texts.clone();
        for choices in self.rule.choices.iter().filter(|choices| choices.segments.len() > 1) {
            let field = &fields[choices.field];
            if let FieldKind::Text { .. } = field.kind {
                let first = &self.texts[choices.segments[0]];
                choices.segments.iter().all(|index| self.texts[*index] == *first).then_some(())?;
                continue;
            }
            let text = |index: usize| self.texts[index].as_str();
            if choices.matching(field, &self.rule.printed, &text).next().is_some() {
                continue;
            }
            let print = |index: usize, id: ValueId| {
                text_of(&self.rule.printed, index, &field.values[id]).unwrap_or_default()
            };
            let alike = |id: &&ValueId| {
                choices.segments.iter().all(|index| print(*index, **id).eq_ignore_ascii_case(text(*index)))
            };
            let id = *choices.values.iter().find(alike)?;
            for index in &choices.segments {
                print(*index, id).clone_into(&mut texts[*index]);
            }
        }
        Some(texts)
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
            for piece in format.parts() {
                match piece {
                    DatePart::Literal(literal) => text.push_str(literal),
                    DatePart::Directive(directive) => {
                        let digits = upper.get(text.len()..text.len() + directive.width())?;
                        text.extend(digits.iter().map(|byte| char::from(*byte)));
                    }
                }
            }
            text
        }
        _ => return None,
    })
}
