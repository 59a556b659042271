//! What can be wrong around the file of a ledger: who may read it, under which names it goes, where
//! it lies, what lies beside it.

use std::fs::{Metadata, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use rusqlite::Connection;

use super::failure::engine;
use super::place::{Place, beside};
use crate::files::network;
use crate::store::{Error, Flaw, FlawKind, Result};

/// Rights of the owner alone.
const PRIVATE: u32 = 0o600;

/// Rights of those who are neither the owner nor in the file's group.
const OTHERS: u32 = 0o007;

impl Place {
    /// What is wrong around the file.
    pub(super) fn flaws(&self) -> std::io::Result<Vec<Flaw>> {
        let metadata = self.file().metadata()?;
        let mut flaws: Vec<Flaw> = [self.open_to_others(&metadata), names(&metadata), self.network()?]
            .into_iter()
            .flatten()
            .collect();
        flaws.extend(self.leftovers());
        Ok(flaws)
    }

    fn open_to_others(&self, metadata: &Metadata) -> Option<Flaw> {
        let mode = metadata.mode() & 0o777;
        if mode & !PRIVATE == 0 || self.group().is_some_and(|group| group.has(metadata)) {
            return None;
        }
        let who = if mode & OTHERS == 0 { "a group of users" } else { "every user" };
        Some(Flaw {
            kind: FlawKind::Permissions,
            what: format!("{who} of this machine may use the file (mode {mode:04o}, not {PRIVATE:04o})"),
            advice: "custcode store repair".to_owned(),
            mendable: true,
        })
    }

    fn network(&self) -> std::io::Result<Option<Flaw>> {
        Ok(network::of(self.folder())?.map(|name| Flaw {
            kind: FlawKind::Network,
            what: format!("the file lies on a network file system ({name}), whose locks cannot be trusted"),
            advice: "move it to a local disk while nobody uses it".to_owned(),
            mendable: false,
        }))
    }

    /// A write-ahead log beside a ledger that has none was left by another program, or was taken
    /// from it.
    fn leftovers(&self) -> Vec<Flaw> {
        let left = ["-wal", "-shm"].map(|suffix| beside(self.file(), suffix));
        let absent = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
        let left =
            left.into_iter().filter(|path| !path.symlink_metadata().is_err_and(|error| absent(&error)));
        left.map(|path| Flaw {
            kind: FlawKind::Leftover,
            what: format!("{} lies beside the ledger, which keeps no such file", path.display()),
            advice: "find out which program opened the ledger; do not delete it before a backup of both"
                .to_owned(),
            mendable: false,
        })
        .collect()
    }

    /// A write-ahead log loses what was committed silently when it is damaged. Asked of the engine:
    /// a second look into an open file, once closed, would drop the engine's locks on it.
    pub(super) fn journal(&self, connection: &Connection) -> Result<Option<Flaw>> {
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .map_err(|error| self.failure("could not read the ledger", error))?;
        Ok((mode == "wal").then(|| Flaw {
            kind: FlawKind::Durability,
            what: "another program switched the ledger to a write-ahead log, which loses codes when it is damaged"
                .to_owned(),
            advice: "the next command that writes switches it back".to_owned(),
            mendable: false,
        }))
    }

    /// Takes the rights of all others away, of the group that shares the ledger excepted.
    pub(super) fn make_private(&self) -> Result<()> {
        if self.group().is_some() {
            return self.share().map(|_| ());
        }
        std::fs::set_permissions(self.file(), Permissions::from_mode(PRIVATE)).map_err(|error| {
            let hint = "let the owner of the file do it: custcode store repair".to_owned();
            Error::ReadOnly { location: self.location().to_owned(), reason: error.to_string(), hint }
        })
    }

    pub(super) fn unreadable(&self, error: &std::io::Error) -> Error {
        engine(&format!("could not look at {}", self.location()), error.to_string())
    }
}

fn names(metadata: &Metadata) -> Option<Flaw> {
    (metadata.nlink() > 1).then(|| Flaw {
        kind: FlawKind::Names,
        what: format!(
            "the file has {} names (hard links), and a crash could be repaired under one of them only",
            metadata.nlink()
        ),
        advice: "keep one name, use symbolic links".to_owned(),
        mendable: false,
    })
}
