//! The fence: why a ledger does not issue, in words that a person reads and this program reads
//! back.

use std::fmt;

/// Why a ledger does not issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fence {
    /// Rows are still missing; nothing may be done with it.
    Unfinished {
        /// The ledger it is copied from.
        of: String,
    },
    /// A whole copy of a ledger that goes on issuing.
    Copy {
        /// The ledger it was copied from.
        of: String,
        /// When, RFC 3339.
        at: String,
    },
    /// It issues at another place now.
    Moved {
        /// Where.
        to: String,
    },
    /// A backup; only `store restore` makes a ledger of it.
    Backup {
        /// The ledger it was taken of.
        of: String,
        /// When, RFC 3339.
        at: String,
    },
    /// Codes that were issued after the backup are unknown to it.
    Restored {
        /// When the backup was taken, RFC 3339.
        at: String,
        /// The fence that the ledger had then.
        before: Option<String>,
    },
    /// A reason that another version of this program wrote.
    Other(String),
}

const UNFINISHED: &str = "unfinished copy of ";
const COPY: &str = "copy of ";
const MADE: &str = ", made ";
const MOVED: &str = "moved to ";
const BACKUP: &str = "backup of ";
const TAKEN: &str = ", taken ";
const RESTORED: &str = "restored from a backup of ";
const PAPER: &str = "; codes issued since then may be on paper";
const BEFORE: &str = "; the ledger was fenced before: ";

impl Fence {
    /// Reads what [`Fence`]'s `Display` wrote.
    pub fn read(reason: &str) -> Self {
        let after = |prefix| reason.strip_prefix(prefix).map(str::to_owned);
        if let Some(of) = after(UNFINISHED) {
            return Self::Unfinished { of };
        }
        if let Some(to) = after(MOVED) {
            return Self::Moved { to };
        }
        if let Some((of, at)) = reason.strip_prefix(COPY).and_then(|rest| rest.rsplit_once(MADE)) {
            return Self::Copy { of: of.to_owned(), at: at.to_owned() };
        }
        if let Some((of, at)) = reason.strip_prefix(BACKUP).and_then(|rest| rest.rsplit_once(TAKEN)) {
            return Self::Backup { of: of.to_owned(), at: at.to_owned() };
        }
        if let Some((at, rest)) = reason.strip_prefix(RESTORED).and_then(|rest| rest.split_once(PAPER)) {
            let before = rest.strip_prefix(BEFORE).map(str::to_owned);
            return Self::Restored { at: at.to_owned(), before };
        }
        Self::Other(reason.to_owned())
    }

    /// What somebody who wanted a code can do.
    pub fn advice(&self) -> String {
        match self {
            Self::Unfinished { of } => format!("finish it: repeat custcode store copy {of} LEDGER"),
            Self::Copy { of, .. } => {
                format!("issue in {of}; if this copy is to issue in its place: custcode store unfence")
            }
            Self::Moved { to } => format!(
                "write store = {to:?} in the rule file, or give --store {to}; a move that was interrupted goes on with \
                 custcode store copy --fence LEDGER {to}"
            ),
            Self::Backup { .. } => {
                "custcode store restore FILE --store LEDGER makes a ledger of it, which can issue".to_owned()
            }
            Self::Restored { .. } => {
                "custcode store unfence --at-least CODE, with the highest code of each kind seen on paper"
                    .to_owned()
            }
            Self::Other(_) => "custcode store info; custcode store unfence lifts the fence".to_owned(),
        }
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished { of } => write!(f, "{UNFINISHED}{of}"),
            Self::Copy { of, at } => write!(f, "{COPY}{of}{MADE}{at}"),
            Self::Backup { of, at } => write!(f, "{BACKUP}{of}{TAKEN}{at}"),
            Self::Moved { to } => write!(f, "{MOVED}{to}"),
            Self::Restored { at, before } => {
                write!(f, "{RESTORED}{at}{PAPER}")?;
                before.iter().try_for_each(|before| write!(f, "{BEFORE}{before}"))
            }
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fence_is_read_as_it_was_written() {
        let text = |text: &str| text.to_owned();
        for (fence, reason) in [
            (Fence::Unfinished { of: text("/a/b.db") }, "unfinished copy of /a/b.db"),
            (
                Fence::Copy { of: text("/a, made b.db"), at: text("2026-11-22T01:00:00Z") },
                "copy of /a, made b.db, made 2026-11-22T01:00:00Z",
            ),
            (Fence::Moved { to: text("postgres://db/custcode") }, "moved to postgres://db/custcode"),
            (
                Fence::Backup { of: text("/a, taken b.db"), at: text("2026-11-22T01:00:00Z") },
                "backup of /a, taken b.db, taken 2026-11-22T01:00:00Z",
            ),
            (
                Fence::Restored { at: text("2026-11-22T01:00:00Z"), before: None },
                "restored from a backup of 2026-11-22T01:00:00Z; codes issued since then may be on paper",
            ),
            (Fence::Other(text("closed for stocktaking")), "closed for stocktaking"),
        ] {
            assert_eq!(fence.to_string(), reason);
            assert_eq!(Fence::read(reason), fence);
        }
        let twice = Fence::Restored { at: text("T"), before: Some(text("moved to /x.db")) };
        assert_eq!(Fence::read(&twice.to_string()), twice);
    }
}
