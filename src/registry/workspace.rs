//! Finding the rule file and the ledger, and saying why these.

use std::path::PathBuf;

use super::{Registry, Result, Waiting, Who};
use crate::rule::Bundle;
use crate::store::{Access, Location};

/// Where to look, as the caller's environment has it.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `--rules`.
    pub rules_flag: Option<PathBuf>,
    /// `CUSTCODE_RULES`.
    pub rules_env: Option<PathBuf>,
    /// `--store`.
    pub store_flag: Option<String>,
    /// `CUSTCODE_STORE`.
    pub store_env: Option<String>,
    /// The current folder.
    pub folder: PathBuf,
    /// The user's config folder for custcode, e.g. `~/.config/custcode`.
    pub config: Option<PathBuf>,
    /// The user's data folder for custcode, e.g. `~/.local/share/custcode`.
    pub data: Option<PathBuf>,
}

/// The rules and the ledger that a command will use.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The rules.
    pub bundle: Bundle,
    /// The ledger's place.
    pub location: Location,
    /// Which rules and why, which ledger and why: the lines of `-v`.
    pub reasons: Vec<String>,
}

impl Workspace {
    /// Finds both; reads the rule file, opens no ledger.
    pub fn find(_places: &Places) -> Result<Self> {
        todo!()
    }
    /// Opens the ledger and loads the rules (their proof is skipped when the ledger knows it). Only the built-in rules make their ledger on
    /// first use, when `access` is for writing.
    pub fn open(
        self,
        _access: Access,
        _who: Who,
        _now: jiff::Timestamp,
        _waiting: Waiting<'_>,
    ) -> Result<Registry<'_>> {
        todo!()
    }
}
