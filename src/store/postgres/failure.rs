//! From PostgreSQL's errors to the store's; decides nothing else.

use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

use super::facts::NAME_THE_PRIMARY;
use crate::store::Error;
use crate::store::keys::KEYS;

/// What a role needs to issue, import and edit; `SELECT` alone suffices for reading.
pub const GRANTS: &str = "GRANT USAGE ON SCHEMA custcode TO ROLE; \
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA custcode TO ROLE; \
     GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA custcode TO ROLE; \
     GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA custcode TO ROLE";

/// What the functions of the tables fail with when a row that they wrote is not there.
const UNWRITTEN: &str = "CC003";

/// The functions of the server that refuse a row because of a policy: the state is that of any
/// missing right, and the words are in the server's language.
const ROW_SECURITY: [&str; 2] = ["ExecWithCheckOptions", "check_enable_rls"];

/// A question that came to nothing.
#[derive(Debug)]
pub(super) enum Fault {
    /// The engine or the network.
    Engine(tokio_postgres::Error),
    /// A row with a word that no version of the program writes, or a negative number.
    Row(String),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Engine(error)
    }
}

/// Whether the connection is gone: what was not committed has not happened.
pub(super) fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(code) => {
            *code == SqlState::ADMIN_SHUTDOWN
                || *code == SqlState::CRASH_SHUTDOWN
                || *code == SqlState::CANNOT_CONNECT_NOW
                || *code == SqlState::TOO_MANY_CONNECTIONS
                || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
                || code.code().starts_with("08")
                // The server goes down after an internal error, or ended an idle session.
                || code.code() == "57P05"
        }
        None => error.is_closed() || input_output(error).is_some(),
    }
}

/// Whether a failure is a broken promise of a unique key.
pub(super) fn is_duplicate(error: &tokio_postgres::Error) -> bool {
    is_state(error, &SqlState::UNIQUE_VIOLATION)
}

/// Whether the engine broke the transaction off because of others: to be tried again from its
/// beginning.
pub(super) fn is_collision(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED)
}

/// Whether it is SQLSTATE `code`.
pub(super) fn is_state(error: &tokio_postgres::Error, code: &SqlState) -> bool {
    error.code() == Some(code)
}

fn input_output(error: &tokio_postgres::Error) -> Option<&std::io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// Says what went wrong at `location` while `doing` ("could not read a code").
pub(super) fn failure(location: &str, doing: &str, fault: Fault) -> Error {
    let error = match fault {
        Fault::Engine(error) => error,
        Fault::Row(reason) => return unreadable(location, &reason),
    };
    if is_lost(&error) {
        return Error::Unreachable {
            location: location.to_owned(),
            reason: format!("the connection was lost: {}", words(&error)),
        };
    }
    if is_collision(&error) {
        return Error::Unreachable {
            location: location.to_owned(),
            reason: format!("others were in the way: {}", words(&error)),
        };
    }
    let Some(answer) = error.as_db_error() else {
        return match error.source() {
            // The crate tells a value of another type only by its words.
            Some(cause) => unreadable(location, &format!("{error}: {cause}")),
            None => engine(doing, error),
        };
    };
    refused(location, doing, answer).unwrap_or_else(|| engine(doing, answer.clone()))
}

fn unreadable(location: &str, reason: &str) -> Error {
    Error::Unusable { location: location.to_owned(), reason: format!("a row cannot be read: {reason}") }
}

/// The kinds of refusal that have an error of their own.
fn refused(location: &str, doing: &str, answer: &DbError) -> Option<Error> {
    let location = location.to_owned();
    let message = answer.message();
    let code = answer.code();
    Some(if *code == SqlState::UNIQUE_VIOLATION {
        let index = answer.constraint()?;
        let key = KEYS.iter().find(|key| key.index == index)?.name;
        Error::Conflict { key, value: answer.detail().and_then(duplicate).unwrap_or_default().to_owned() }
    } else if *code == SqlState::LOCK_NOT_AVAILABLE {
        Error::Busy { waited: Duration::ZERO, holder: None }
    } else if *code == SqlState::DISK_FULL {
        Error::Full { detail: format!("{message} (on the server of {location})") }
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        Error::Refused { location, reason: message.to_owned(), hint: NAME_THE_PRIMARY.to_owned() }
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE
        && answer.routine().is_some_and(|routine| ROW_SECURITY.contains(&routine))
    {
        Error::Refused {
            location,
            reason: message.to_owned(),
            hint: "custcode store check names the tables with row level security; as their owner: \
                 ALTER TABLE custcode.TABLE NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
                .to_owned(),
        }
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        Error::Refused {
            location,
            reason: message.to_owned(),
            hint: format!("as the owner of the tables: {GRANTS} (reading needs SELECT only)"),
        }
    } else if code.code() == UNWRITTEN {
        return Some(unwritten(&location, doing));
    } else if *code == SqlState::CHARACTER_NOT_IN_REPERTOIRE || *code == SqlState::UNTRANSLATABLE_CHARACTER {
        no_zero(doing)
    } else if [
        // Every question was asked of these tables before; so somebody took one away.
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::DATA_CORRUPTED,
        SqlState::INDEX_CORRUPTED,
    ]
    .contains(code)
    {
        Error::Unusable { location, reason: format!("the ledger is damaged: {message}") }
    } else if *code == SqlState::QUERY_CANCELED {
        Error::Refused {
            location,
            reason: format!("{doing}: {message}"),
            hint: "ALTER ROLE … SET statement_timeout = 0 lets long reads and imports end".to_owned(),
        }
    } else {
        return None;
    })
}

/// The server answered that all is done, and kept rows from being written.
pub(super) fn unwritten(location: &str, doing: &str) -> Error {
    Error::Refused {
        location: location.to_owned(),
        reason: format!(
            "{doing}: the server did not write the row (a trigger, a rule or row level security?); nothing was written"
        ),
        hint: "custcode store check names what was added to the tables".to_owned(),
    }
}

/// U+0000 is the one character that a text in PostgreSQL cannot hold.
pub(super) fn no_zero(doing: &str) -> Error {
    engine(doing, "a text contains the character U+0000, which PostgreSQL cannot keep; take it out")
}

/// The value in `Key (canonical)=(01A1) already exists.`, in whatever language that is said.
fn duplicate(detail: &str) -> Option<&str> {
    let (_, rest) = detail.split_once(")=(")?;
    Some(&rest[..rest.rfind(')')?])
}

/// A failure that has no kind of its own.
pub(super) fn engine(doing: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Engine { context: doing.to_owned(), source: source.into() }
}

/// An error with its cause, in one line; what the server said, where it said something.
pub(super) fn words(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(answer), _) => answer.message().to_owned(),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::duplicate;

    #[test]
    fn the_value_of_a_duplicate_is_found_in_any_language() {
        assert_eq!(duplicate("Key (canonical)=(01A1) already exists."), Some("01A1"));
        assert_eq!(duplicate("Schlüssel »(reference)=(a)=(b)« existiert bereits."), Some("a)=(b"));
        assert_eq!(duplicate("nothing"), None);
    }
}
