//! What a person should know beside the result.

use std::fmt;

use serde::Serialize;

/// Something to know: its kind for programs, its text for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it is about. The words are an interface: they are added to, never renamed.
    pub kind: NoteKind,
    /// One sentence.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Changed rules that were adopted.
    RulesAdopted,
    /// A scope that is nearly used up, or would be.
    Capacity,
    /// A clock that cannot be right.
    Clock,
    /// A record date far ahead.
    FarDate,
    /// A code that says something else than the record.
    Drift,
    /// What a known customer keeps although it was described otherwise.
    Kept,
    /// What was changed of a known customer.
    Updated,
    /// Other customers that have the name of a new one.
    Namesakes,
    /// A known customer that got a reference.
    ReferenceAdded,
    /// A number without a code because its code is in the ledger already.
    PassedOver,
    /// A code that was cancelled since it was issued.
    Void,
    /// Another ledger that may issue the same codes.
    OtherLedger,
    /// Counters that go on where they stand, or that an option does not reach.
    Counters,
    /// A part of another system's numbering mask.
    Mask,
    /// Where a ready-made dictionary comes from.
    Source,
}

impl Note {
    pub(crate) fn new(kind: NoteKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
