//! From SQLite's result codes to the store's errors; decides nothing else.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::ErrorCode;

use super::place::{PERMISSION, Place};
use crate::store::Error;
use crate::store::keys::KEYS;

impl Place {
    /// Says what went wrong while `doing` ("could not read a code").
    pub(super) fn failure(&self, doing: &str, error: rusqlite::Error) -> Error {
        let location = self.location().to_owned();
        let code = error.sqlite_error_code();
        match (code, &error) {
            (Some(ErrorCode::DiskFull), _) => Error::Full { detail: self.space_needed(&error) },
            (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => {
                Error::Busy { waited: Duration::ZERO, holder: None }
            }
            (Some(ErrorCode::ReadOnly), rusqlite::Error::SqliteFailure(what, _))
                if what.extended_code == rusqlite::ffi::SQLITE_READONLY_DBMOVED =>
            {
                self.demand_same_file().err().unwrap_or_else(|| engine(doing, error))
            }
            (Some(ErrorCode::ReadOnly), rusqlite::Error::SqliteFailure(what, _))
                if what.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK
                    || !self.is_writable() && self.has_journal() =>
            {
                Error::Refused {
                    location,
                    reason: "a command that was killed left it half-written, which you may not undo: only whoever may write the ledger can"
                        .to_owned(),
                    hint: "let somebody who may write it run any command, for instance custcode store info".to_owned(),
                }
            }
            (Some(ErrorCode::CannotOpen), _) if !self.is_writable() && self.has_journal() => Error::Refused {
                location,
                reason: "a command that writes it, or that was killed, has a journal beside it, which you may not read".to_owned(),
                hint: "let somebody who may write it run any command, for instance custcode store info".to_owned(),
            },
            (Some(ErrorCode::ReadOnly), _) => {
                Error::ReadOnly { location, reason: error.to_string(), hint: PERMISSION.to_owned() }
            }
            (Some(ErrorCode::NotADatabase), _) => {
                Error::Unusable { location, reason: "not a custcode ledger, nor any SQLite file".to_owned() }
            }
            (Some(ErrorCode::DatabaseCorrupt), _) => {
                Error::Unusable { location, reason: format!("the ledger is damaged: {error}") }
            }
            (Some(ErrorCode::OperationInterrupted), _) => Error::Interrupted,
            (Some(ErrorCode::ConstraintViolation), rusqlite::Error::SqliteFailure(_, Some(message))) => {
                match unique_key(message) {
                    Some(key) => Error::Conflict { key, value: String::new() },
                    None => engine(doing, error),
                }
            }
            // Every question was asked of these tables before; so somebody took one away.
            (
                _,
                rusqlite::Error::SqliteFailure(_, Some(message))
                | rusqlite::Error::SqlInputError { msg: message, .. },
            ) if ["no such table", "no such column"].iter().any(|begin| message.starts_with(begin)) => {
                Error::Unusable { location, reason: format!("the ledger is damaged: {message}") }
            }
            (
                _,
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..),
            ) => Error::Unusable { location, reason: format!("a row cannot be read: {error}") },
            _ => engine(doing, error),
        }
    }

    /// Both folders that a write fills: the ledger's, and the one SQLite sorts in.
    fn space_needed(&self, error: &rusqlite::Error) -> String {
        let temporary = ["SQLITE_TMPDIR", "TMPDIR"]
            .into_iter()
            .find_map(|name| std::env::var_os(name).map(|folder| (name, PathBuf::from(folder))))
            .map_or_else(
                || "/var/tmp (SQLITE_TMPDIR names another)".to_owned(),
                |(name, folder)| format!("{} ({name})", folder.display()),
            );
        format!("{error}; the ledger grows in {}, sorting uses {temporary}", self.folder().display())
    }
}

/// Which key a violated unique index guards, by the words of SQLite.
fn unique_key(message: &str) -> Option<&'static str> {
    let (_, column) = message.split_once("UNIQUE constraint failed: ")?;
    KEYS.iter().find(|key| key.column == column).map(|key| key.name)
}

/// A failure that has no kind of its own.
pub(super) fn engine(doing: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Engine { context: doing.to_owned(), source: source.into() }
}
