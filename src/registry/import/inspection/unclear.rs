//! Files whose columns are not understood, and what to type.

use serde::Serialize;

/// A file whose columns are not understood: nothing of it is taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unclear {
    /// `no-identity`, `unmapped-codes`, `unmapped-identifiers`, `header-line`, `no-header`
    /// or `ambiguous-dates`.
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

/// A column without a header, and cells in it.
pub(super) fn headless(place: usize, left: Option<&str>, cells: Vec<String>) -> Unclear {
    let behind = left.map_or(String::new(), |left| format!(", behind {left:?},"));
    let first = cells.first().cloned().unwrap_or_default();
    let name = format!("#{}", place + 1);
    Unclear {
        kind: "no-header",
        message: format!("column {}{behind} has no header, but cells such as {first:?}", place + 1),
        hint: format!("{} to leave it out; or ref, name, a field …", map(&name, "ignore")),
        columns: vec![SeenColumn { header: name, cells }],
    }
}

/// A header that is none, above the line that is one.
pub(super) fn header_elsewhere(
    file: &str,
    (first, texts): (u64, &[String]),
    (line, headers): (u64, &[String]),
) -> Unclear {
    let told = |texts: &[String]| {
        let texts: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        texts.join(", ")
    };
    let groups = texts.iter().filter(|text| !text.trim().is_empty()).count() > 1 && line == first + 1;
    let join = if groups { format!(", or --header {first}-{line} to join both") } else { String::new() };
    Unclear {
        kind: "header-line",
        message: format!(
            "the header of {file} seems to be in line {line} ({}), not in line {first} ({})",
            told(headers),
            told(texts)
        ),
        hint: format!("--header {line}{join}; --header {first} if that is the header"),
        columns: headers
            .iter()
            .map(|header| SeenColumn { header: header.clone(), cells: Vec::new() })
            .collect(),
    }
}

/// Dates whose day and month nobody can tell apart.
pub(super) fn ambiguous_dates(header: &str, cell: &str) -> Unclear {
    dates(
        header,
        cell,
        format!("column {header:?}: {cell:?} could be day first or month first, and no cell tells which"),
        "--date-order dmy if the day comes first, --date-order mdy if the month does".to_owned(),
    )
}

/// Dates of both orders in one column.
pub(super) fn contradicting_dates(header: &str, day: &str, month: &str) -> Unclear {
    dates(
        header,
        day,
        format!("column {header:?}: {day:?} can only be day first, {month:?} only month first"),
        "write them alike; or --date-order dmy or mdy, and the others are rejected".to_owned(),
    )
}

/// A column of a spreadsheet's numbers of days.
pub(super) fn numbered_days(header: &str, cell: &str) -> Unclear {
    dates(
        header,
        cell,
        format!("column {header:?} has numbers such as {cell:?}, as spreadsheets count days"),
        "--date-order serial, or serial-1904 for workbooks that count from 1904".to_owned(),
    )
}

fn dates(header: &str, cell: &str, message: String, hint: String) -> Unclear {
    let columns = vec![SeenColumn { header: header.to_owned(), cells: vec![cell.to_owned()] }];
    Unclear { kind: "ambiguous-dates", message, hint, columns }
}
