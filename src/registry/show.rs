//! A code explained: its segments, its customer, its story.

use super::{Registry, Result};
use crate::rule::reading::ReadSegment;

/// Everything about one code.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The code, as written.
    pub code: String,
    /// State word; none when it is not in the ledger.
    pub state: Option<String>,
    /// Rule id; none for legacy codes.
    pub rule: Option<String>,
    /// Its segments; empty for a code that no rule reads.
    pub segments: Vec<ReadSegment>,
    /// The customer.
    pub customer: Option<CustomerView>,
    /// What happened, oldest first.
    pub story: Vec<StoryLine>,
}

/// A customer as shown.
#[derive(Debug, Clone)]
pub struct CustomerView {
    /// The code it carries now.
    pub code: String,
    /// Name.
    pub name: Option<String>,
    /// Reference.
    pub reference: Option<String>,
    /// State word.
    pub state: String,
    /// Record date.
    pub date: String,
    /// Declared fields: name, label of the field, key, label of the value.
    pub fields: Vec<(String, String, String, String)>,
    /// Other attributes.
    pub attributes: Vec<(String, String)>,
    /// Codes it carried before.
    pub former: Vec<String>,
}

/// One event.
#[derive(Debug, Clone)]
pub struct StoryLine {
    /// RFC 3339 time in the rules' time zone.
    pub at: String,
    /// Who.
    pub actor: String,
    /// Command.
    pub command: String,
    /// What happened, in words.
    pub what: String,
}

impl Registry<'_> {
    /// Explains a code (any spelling of it).
    pub fn show(&mut self, _code: &str) -> Result<Explanation> {
        todo!()
    }
}
