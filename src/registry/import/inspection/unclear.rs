//! Files whose columns are not understood, and what to type.

use serde::Serialize;

/// A file whose columns are not understood: nothing of it is taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unclear {
    /// `no-identity`, `unmapped-codes`, `unmapped-identifiers` or `row-numbers`.
    pub kind: &'static str,
    /// What is not understood.
    pub message: String,
    /// What to type.
    pub hint: String,
    /// The columns in question.
    pub columns: Vec<SeenColumn>,
}

/// A column as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenColumn {
    /// Its header.
    pub header: String,
    /// Its first cells with content.
    pub cells: Vec<String>,
}

impl Unclear {
    /// A column that holds codes and is mapped to something else, which `--map` calls `other`.
    pub(in crate::registry::import) fn codes(
        header: &str,
        now: &str,
        other: &str,
        cells: Vec<String>,
    ) -> Self {
        Self {
            kind: "unmapped-codes",
            message: format!("column {header:?} holds codes of these rules, but is mapped to {now}"),
            hint: format!(
                "{} if these are the customers' codes, else {}",
                map(header, "code"),
                map(header, other)
            ),
            columns: vec![SeenColumn { header: header.to_owned(), cells }],
        }
    }
}

/// `--map` for a column, as a shell takes it.
pub(super) fn map(header: &str, target: &str) -> String {
    format!("--map '{}={target}'", header.replace('\'', "'\\''"))
}

/// A column that counted the first rows and then did not.
pub(super) fn uncounted(header: &str, line: u64, cell: &str) -> Unclear {
    Unclear {
        kind: "unmapped-identifiers",
        message: format!(
            "column {header:?} counts the first rows and then does not: line {line} has {cell:?}, so it may be what customers are known by"
        ),
        hint: format!("{} for references, {} to leave it out", map(header, "ref"), map(header, "ignore")),
        columns: vec![SeenColumn { header: header.to_owned(), cells: vec![cell.to_owned()] }],
    }
}
