//! What a backup tells of its making: a row of its `meta`, in JSON.

use serde::{Deserialize, Serialize};

use crate::registry::Result;
use crate::store::{OperationFilter, Snapshot};

/// The last command that wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// Its number.
    pub operation: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Which.
    pub command: String,
    /// Who.
    pub actor: String,
}

impl Newest {
    /// The last command that wrote to a ledger; none before the first.
    pub(super) fn of(view: &mut dyn Snapshot) -> Result<Option<Self>> {
        let mut newest = None;
        let last = OperationFilter { last: Some(1), ..OperationFilter::default() };
        view.scan_operations(&last, &mut |operation| {
            newest = Some(Self {
                operation: operation.id,
                at: operation.at.clone(),
                command: operation.command.clone(),
                actor: operation.actor.clone(),
            });
            Ok(())
        })?;
        Ok(newest)
    }
}

/// What a backup tells of its making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Making {
    /// Version of the program.
    pub(super) program: String,
    /// When it was taken, RFC 3339.
    pub(super) at: String,
    /// Of which ledger.
    pub(super) of: String,
    /// Why that ledger did not issue.
    pub(super) fence: Option<String>,
    /// The last command that is in it.
    pub(super) newest: Option<Newest>,
    /// Rows of all tables.
    pub(super) rows: u64,
    /// How many findings the check of it came to.
    pub(super) findings: u64,
    /// The first of them, in words.
    pub(super) told: Vec<String>,
}

impl Making {
    /// As it stands in the ledger.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }

    /// What stands in a backup; none where it is not understood.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
