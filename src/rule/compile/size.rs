//! How large the dictionaries of a rule file may be, so that issuing a code and checking the rules
//! need little memory.

use std::collections::HashSet;

use crate::code::{Checker, Pattern, Segment, Shape, ValueSet};
use crate::rule::field::Value;

/// Keys, codes, labels, aliases and attributes of all dictionaries together.
pub(super) const MOST_TEXTS: usize = 600_000;
/// Texts of dictionaries that the segments of all rules print, those of each rule counted.
const MOST_CHOICES: usize = 700_000;
/// Characters of these texts, equal dictionaries counted once; those with small letters in each
/// rule, which needs them in capitals.
const MOST_CHARACTERS: usize = 3_000_000;

/// Bytes of the tables by which codes are checked fast, where the rules that come after are slower;
/// and of those of check digits.
const MOST_TABLES: usize = 48 << 20;

/// How many texts a value takes.
pub(super) fn texts(value: &Value) -> usize {
    3 + value.aliases.len() + value.attributes.len()
}

/// What the rules compiled so far print of dictionaries.
#[derive(Debug)]
pub(super) struct Printed {
    known: HashSet<ValueSet>,
    checkers: Vec<Checker>,
    /// Bytes of the tables of these.
    checks: usize,
    choices: usize,
    characters: usize,
    /// Bytes of the tables by which codes are checked fast.
    tables: usize,
    limited: bool,
}

impl Printed {
    /// Nothing printed yet; `limited` = too much is refused.
    pub(super) fn new(limited: bool) -> Self {
        Self {
            known: HashSet::new(),
            checkers: Vec::new(),
            checks: 0,
            choices: 0,
            characters: 0,
            tables: 0,
            limited,
        }
    }

    /// A pattern with the tables by which its codes are checked fast, as long as those of all rules
    /// are not too large.
    pub(super) fn fast(&mut self, pattern: Pattern) -> Pattern {
        self.tables += pattern.table_bytes();
        if self.tables > MOST_TABLES { pattern.without_tables() } else { pattern }
    }

    /// Lets segments that print equal dictionaries or check digits share them, for a rule that
    /// stands for so many rules.
    ///
    /// # Errors
    /// What is more than the limit, in words.
    pub(super) fn share(&mut self, segments: &mut [Segment], rules: usize) -> Result<(), String> {
        for segment in segments {
            if let Shape::Check(checker, _) = &mut segment.shape {
                if let Some(known) = self.checkers.iter().find(|known| *known == checker) {
                    *checker = known.clone();
                } else {
                    self.checks += checker.table_bytes();
                    self.checkers.push(checker.clone());
                }
            }
            let Shape::Values(values) = &mut segment.shape else { continue };
            let texts = values.texts();
            self.choices += texts.len() * rules;
            let known = self.known.get(values).cloned();
            if known.is_none() || texts.iter().any(|text| text.bytes().any(|byte| byte.is_ascii_lowercase()))
            {
                self.characters += texts.iter().map(String::len).sum::<usize>();
            }
            match known {
                Some(known) => *values = known,
                None => _ = self.known.insert(values.clone()),
            }
        }
        let over = |what: &str, found: usize, most: usize| {
            (self.limited && found > most)
                .then(|| format!("the rules of the file print {found} {what} of dictionaries up to here; at most {most} are possible"))
        };
        let over = over("texts", self.choices, MOST_CHOICES)
            .or_else(|| over("characters", self.characters, MOST_CHARACTERS));
        let checks = || {
            (self.limited && self.checks > MOST_TABLES).then(|| {
                format!(
                    "the rules of the file have {} different check digits up to here, whose tables take {} bytes; at most {MOST_TABLES} are possible",
                    self.checkers.len(),
                    self.checks
                )
            })
        };
        over.or_else(checks).map_or(Ok(()), Err)
    }
}
