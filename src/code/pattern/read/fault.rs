//! Faults met on the way, and which of them is told.

use std::ops::Range;

use crate::code::Invalid;
pub(super) use crate::code::Kind;
use crate::code::pattern::{Pattern, expected};

/// What was wrong at one place, in bytes.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// The offending part; empty at the end of the text.
    pub(super) found: Range<usize>,
    /// How far the text was read before this was noticed.
    pub(super) reached: usize,
    /// What could stand there, if it is not simply what the segment can be.
    pub(super) expected: Option<String>,
}

/// Text after the last segment.
pub(super) fn extra(code: &str, offset: usize) -> Fault {
    let expected = Some("the end of the code".to_owned());
    Fault { kind: Kind::Length, found: offset..code.len(), reached: offset, expected }
}

/// A segment that is well formed but does not go with the others: noticed when all of the text was
/// read.
pub(super) fn together(code: &str, found: &Range<usize>, expected: String, kind: Kind) -> Fault {
    Fault { kind, found: found.clone(), reached: code.len(), expected: Some(expected) }
}

/// The fault to tell: the one met furthest; of several there, the one that says most.
#[derive(Debug, Default)]
pub(super) struct Furthest {
    fault: Option<(usize, Fault)>,
}

impl Furthest {
    /// Keeps `fault` of segment `index` if it says more than the one kept.
    pub(super) fn note(&mut self, index: usize, fault: Fault) {
        let rank = |fault: &Fault| (fault.reached, says_much(fault.kind));
        if self.fault.as_ref().is_none_or(|(_, kept)| rank(kept) < rank(&fault)) {
            self.fault = Some((index, fault));
        }
    }

    /// The fault in words; an empty pattern has none to tell but the text's length.
    pub(super) fn into_invalid(self, pattern: &Pattern, code: &str) -> Invalid {
        let (index, fault) = self.fault.unwrap_or_else(|| (0, extra(code, 0)));
        let segment = pattern.segments().get(index);
        Invalid {
            kind: fault.kind,
            index,
            segment: segment.map_or_else(String::new, |segment| segment.name.clone()),
            offset: code[..fault.found.start].chars().count(),
            found: code[fault.found].to_owned(),
            expected: fault.expected.or_else(|| segment.map(expected::phrase)).unwrap_or_default(),
        }
    }
}

fn says_much(kind: Kind) -> u8 {
    match kind {
        Kind::Length => 0,
        Kind::Format => 1,
        Kind::Component => 2,
        Kind::CheckDigit => 3,
    }
}
