//! Changing what is known of a customer; never its code.

use super::{Registry, Result};
use crate::store::Change;

/// What to change; an empty text removes.
#[derive(Debug, Clone, Default)]
pub struct EditRequest {
    /// The customer's code (any it has or had).
    pub code: String,
    /// New name.
    pub name: Option<String>,
    /// New reference.
    pub reference: Option<String>,
    /// Declared fields that no code of the customer prints.
    pub fields: Vec<(String, String)>,
    /// Other attributes.
    pub attributes: Vec<(String, String)>,
    /// Say what would happen.
    pub dry_run: bool,
}

/// What was changed.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The customer's current code.
    pub code: String,
    /// The differences; empty when everything was so already.
    pub changes: Vec<Change>,
}

impl Registry<'_> {
    /// Edits a customer.
    pub fn edit(&mut self, _request: &EditRequest) -> Result<Edited> {
        todo!()
    }
}
