//! The tables as copies and backups see them: names and columns, the same on every engine. Rows are
//! plain integers and texts.

use std::cmp::Ordering;

use super::{Error, Result};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A whole number.
    Integer(&'static str),
    /// A text.
    Text(&'static str),
}

impl Column {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer(name) | Self::Text(name) => name,
        }
    }
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of a row's values.
    pub columns: &'static [Column],
    /// How many of the first columns are its primary key.
    pub key: usize,
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'v> {
    /// Absent.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(&'v str),
}

impl Table {
    /// Its columns, as SQL lists them.
    pub(super) fn column_list(&self) -> String {
        self.columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Integer)
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

use Column::{Integer as I, Text as T};

/// The version of these tables, on every engine.
pub const TABLES_VERSION: u32 = 5;

/// Refuses tables of another version: newer ones are not understood, and those of programs before
/// the first release hold other hashes.
pub(super) fn demand_version(location: &str, version: u32) -> Result<()> {
    match version.cmp(&TABLES_VERSION) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(Error::Old { location: location.to_owned(), version }),
        Ordering::Greater => Err(Error::Unusable {
            location: location.to_owned(),
            reason: format!(
                "its tables have version {version}, this program knows {TABLES_VERSION}; use a newer custcode"
            ),
        }),
    }
}

/// What a ledger says of itself.
pub(super) const META: Table = Table { name: "meta", key: 1, columns: &[T("key"), T("value")] };

/// Blocks of numbers that were handed out.
pub(super) const LEASES: Table = Table {
    name: "leases",
    key: 1,
    columns: &[
        I("id"),
        I("sequence"),
        I("first"),
        I("last"),
        I("next"),
        T("holder"),
        T("purpose"),
        T("expires_at"),
        T("returned_at"),
        I("operation"),
        I("position"),
        T("head"),
    ],
};

/// Every table, in the order in which they can be filled: a row names only rows of tables before
/// its own.
pub const TABLES: [Table; 17] = [
    META,
    Table {
        name: "bundles",
        key: 1,
        columns: &[T("digest"), T("text"), T("proof"), T("adopted_at"), T("adopted_by")],
    },
    Table {
        name: "operations",
        key: 1,
        columns: &[
            I("id"),
            T("at"),
            T("command"),
            T("actor"),
            T("os_user"),
            T("host"),
            T("bundle"),
            T("request_id"),
            T("input_digest"),
            T("salt"),
            I("rows"),
            I("first_code"),
            I("last_code"),
            T("token"),
        ],
    },
    Table {
        name: "sequences",
        key: 1,
        columns: &[I("id"), T("rule"), T("scope"), I("last"), I("highest"), I("position"), T("head")],
    },
    Table { name: "numbers_ahead", key: 2, columns: &[I("sequence"), I("number")] },
    Table {
        name: "customers",
        key: 1,
        columns: &[
            I("id"),
            T("name"),
            T("fields"),
            T("attributes"),
            T("state"),
            T("date"),
            I("operation"),
            I("row"),
            I("code"),
            I("merged_into"),
            T("salt"),
        ],
    },
    Table {
        name: "refs",
        key: 1,
        columns: &[I("id"), I("customer"), T("reference"), I("operation"), I("dropped"), T("commitment")],
    },
    Table { name: "attributes", key: 1, columns: &[I("id"), T("name")] },
    Table {
        name: "codes",
        key: 1,
        columns: &[
            I("id"),
            T("canonical"),
            T("written"),
            T("brought"),
            T("state"),
            I("customer"),
            I("sequence"),
            I("number"),
            I("operation"),
        ],
    },
    Table {
        name: "code_events",
        key: 1,
        columns: &[
            I("id"),
            I("operation"),
            I("code"),
            T("from_state"),
            T("to_state"),
            I("customer"),
            T("reason"),
            T("commitment"),
        ],
    },
    Table {
        name: "changes",
        key: 1,
        columns: &[
            I("id"),
            I("operation"),
            I("customer"),
            T("attribute"),
            T("before"),
            T("after"),
            T("reason"),
            T("commitment"),
        ],
    },
    Table {
        name: "revisions",
        key: 1,
        columns: &[I("id"), I("operation"), I("customer"), T("before"), T("after")],
    },
    Table {
        name: "erasures",
        key: 1,
        columns: &[I("id"), I("operation"), I("customer"), T("commitment"), T("reason")],
    },
    Table {
        name: "gap_ranges",
        key: 1,
        columns: &[I("id"), I("sequence"), I("first"), I("last"), T("reason"), I("operation")],
    },
    LEASES,
    Table {
        name: "links",
        key: 3,
        columns: &[I("sequence"), I("lease"), I("position"), I("operation"), T("hash")],
    },
    Table {
        name: "checkpoints",
        key: 1,
        columns: &[I("id"), I("operation"), T("at"), T("heads"), T("hash")],
    },
];
