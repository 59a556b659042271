//! What is asked of an import, what it reports, and who listens meanwhile.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;

use serde::Serialize;

use super::date::DateOrder;
use crate::registry::customer::request::{Jump, Likely, OnExisting};
use crate::registry::scope;
use crate::table::{Encoding, Format, Reading, Source, WorkbookReading};

/// A request to import.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct ImportRequest<'a> {
    /// The file.
    pub source: &'a Source,
    /// Its format.
    pub format: Format,
    /// Its encoding; found out where it is not said.
    pub encoding: Option<Encoding>,
    /// The locale; see [`Reading::locale`].
    pub locale: Option<String>,
    /// What stands between the cells of CSV; found out where it is not said.
    pub delimiter: Option<u8>,
    /// First and last line of its header; found out where it is not said.
    pub header: Option<(u64, u64)>,
    /// Lines that begin with it are no rows.
    pub comment: Option<String>,
    /// `--map COLUMN=TARGET`: code, ref, name, name.given, name.family, date, attribute, ignore or
    /// a field.
    pub map: Vec<(String, String)>,
    /// `--key COLUMN`; `none` where customers are known by their names.
    pub key: Option<String>,
    /// `--set FIELD=VALUE`: one value for all rows.
    pub set: Vec<(String, String)>,
    /// `--rule`.
    pub rule: Option<String>,
    /// Record date of rows without one.
    pub date: Option<jiff::civil::Date>,
    /// The order of day, month and year; found out where a cell tells it.
    pub date_order: Option<DateOrder>,
    /// `-o`: the input rows plus their codes.
    pub output: Option<Target<'a>>,
    /// `--rejects`.
    pub rejects: Option<Target<'a>>,
    /// Replace outputs that are there.
    pub force: bool,
    /// Keep the good rows.
    pub partial: bool,
    /// Say what would happen.
    pub dry_run: bool,
    /// Keep codes that no rule reads.
    pub legacy: bool,
    /// Give codes and values the leading zeros back that they must have lost.
    pub repair: bool,
    /// Number customers whom nothing tells apart.
    pub nameless: bool,
    /// Number rows that look like totals, too.
    pub keep_totals: bool,
    /// Whoever asks knows what is dangerous in it.
    pub confirmed: bool,
    /// What stands before each reference of the file in the ledger, so that the numbers of two
    /// lists are kept apart.
    pub ref_prefix: Option<String>,
    /// Rows that may mean customers of their name.
    pub likely: Likely,
    /// Give customers references also that others had once.
    pub reuse_reference: bool,
    /// Far numbers.
    pub jump: Jump,
    /// Known customers whose attributes differ.
    pub on_existing: OnExisting,
    /// Rows whose references were erased are new customers; else they are refused.
    pub after_erasure: bool,
    /// The file was written raw, and so is the output: cells that look like formulas are left as
    /// they are.
    pub raw: bool,
    /// `--request-id`: another file under the same id is refused.
    pub request_id: Option<String>,
    /// What is read of a workbook.
    pub workbook: WorkbookReading,
}

impl<'a> ImportRequest<'a> {
    /// A file of CSV, all or nothing, without outputs.
    pub fn new(source: &'a Source) -> Self {
        Self {
            source,
            format: Format::default(),
            encoding: None,
            locale: None,
            delimiter: None,
            header: None,
            comment: None,
            map: Vec::new(),
            key: None,
            set: Vec::new(),
            rule: None,
            date: None,
            date_order: None,
            output: None,
            rejects: None,
            force: false,
            partial: false,
            dry_run: false,
            legacy: false,
            repair: false,
            nameless: false,
            keep_totals: false,
            confirmed: false,
            ref_prefix: None,
            likely: Likely::default(),
            reuse_reference: false,
            jump: Jump::default(),
            on_existing: OnExisting::default(),
            after_erasure: false,
            raw: false,
            request_id: None,
            workbook: WorkbookReading::default(),
        }
    }

    /// How its file is read.
    pub(super) fn reading(&self) -> Reading {
        Reading {
            format: self.format,
            encoding: self.encoding,
            locale: self.locale.clone(),
            raw: self.raw,
            delimiter: self.delimiter,
            header: self.header,
            comment: self.comment.clone(),
            workbook: self.workbook.clone(),
        }
    }
}

/// Where an import leaves rows.
#[derive(Debug, Clone)]
pub enum Target<'a> {
    /// This file, whole or absent; in the format that its name tells, else in that of the input.
    Path(PathBuf),
    /// A file of the caller's, who shows it when the import is done; in the format of the input.
    File(&'a File),
}

/// What an import did or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// Codes issued.
    pub issued: u64,
    /// Codes that rows brought, registered.
    pub registered: u64,
    /// Of these, codes that no rule reads.
    pub legacy: u64,
    /// Customers that were known, or stood twice in the file.
    pub skipped: u64,
    /// Known customers whose attributes were updated.
    pub updated: u64,
    /// Known customers that the file describes otherwise; kept as they are.
    pub differing: u64,
    /// Known customers that got a reference.
    pub attached: u64,
    /// Rows without code and reference that are customers of their name.
    pub known_by_name: u64,
    /// New customers that have the name of another one.
    pub namesakes: u64,
    /// New customers with neither name nor reference.
    pub nameless: u64,
    /// Rows whose brought code says another value than their column; both are kept.
    pub drifted: u64,
    /// Rows without any content; passed over.
    pub blank: u64,
    /// Rows that are totals of those above; passed over.
    pub totals: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Of these, rows that may mean a customer of their name: nobody said whether they do.
    pub undecided: u64,
    /// Whether the ledger was changed.
    pub written: bool,
    /// Operation number, when something was written.
    pub operation: Option<i64>,
    /// Counters moved: rule, scope, last before, last after.
    pub counters: Vec<CounterMove>,
}

/// A counter before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterMove {
    /// Rule id.
    pub rule: String,
    /// JSON array of the printed parts.
    #[serde(serialize_with = "scope::serialize")]
    pub scope: String,
    /// Before.
    pub before: Option<u64>,
    /// After.
    pub after: Option<u64>,
}

/// How a column of the file is understood, or a field that has one value for all rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// The header; none for a field whose value was given for all rows.
    pub column: Option<String>,
    /// What the column holds.
    pub means: Means,
    /// The name of the field or attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The key that all rows have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Means {
    /// The customer's code.
    Code,
    /// Its reference.
    Ref,
    /// Its name.
    Name,
    /// The part of its name that stands behind the family name in Chinese and before it in English.
    #[serde(rename = "name.given")]
    GivenName,
    /// The family name, which makes the name together with the given name.
    #[serde(rename = "name.family")]
    FamilyName,
    /// Its record date.
    Date,
    /// A declared field.
    Field,
    /// Any other attribute, kept as it is.
    Attribute,
    /// Where the row stands in its list; not kept.
    #[serde(rename = "row-number")]
    RowNumber,
    /// Nothing that is read.
    Ignored,
}

impl Mapped {
    /// What the column means, in words.
    pub fn meaning(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        match self.means {
            Means::Code => "code".to_owned(),
            Means::Ref => "ref".to_owned(),
            Means::Name => "name".to_owned(),
            Means::GivenName => "name.given".to_owned(),
            Means::FamilyName => "name.family".to_owned(),
            Means::Date => "date".to_owned(),
            Means::Field => format!("field {name}"),
            Means::Attribute => format!("attribute {name}"),
            Means::RowNumber => "nothing (row numbers)".to_owned(),
            Means::Ignored => "nothing".to_owned(),
        }
    }
}

impl fmt::Display for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            return write!(f, "{column} → {}", self.meaning());
        }
        let name = self.name.as_deref().unwrap_or_default();
        write!(f, "{name} = {} for every row", self.value.as_deref().unwrap_or_default())
    }
}

/// Where a run stands, for the progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// 1 reading, 2 matching, 3 writing, 4 finishing.
    pub phase: u8,
    /// Part of the whole run done, in thousandths.
    pub done: u32,
    /// Rows handled in this phase.
    pub rows: u64,
    /// Rows rejected so far.
    pub rejected: u64,
}

/// A rejected row, shown as
/// `file.csv:57 (row 42): column type: unknown value "vpi"; did you mean "vip"?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejection<'r> {
    /// The file, and the line where the row begins, 1-based: `file.csv:57`, or
    /// `file.xlsx, sheet 客户, line 57`.
    pub place: &'r str,
    /// The row, 1-based, the header not counted.
    pub row: u64,
    /// Why.
    pub reason: &'r str,
}

impl fmt::Display for Rejection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, row, reason } = self;
        write!(f, "{place} (row {row}): {reason}")
    }
}

/// Who listens to a run.
pub trait Listener {
    /// How the columns are understood; called once, before the first row.
    fn mapping(&mut self, mapping: &[Mapped]);
    /// A rejected row, in row order; a row can have several reasons.
    fn rejected(&mut self, rejection: &Rejection<'_>);
    /// Something worth saying: a row skipped as a namesake, attributes that differ …
    fn note(&mut self, line: &str);
    /// Progress; called every few thousand rows. Returning `false` stops the run (Ctrl-C).
    fn progress(&mut self, stand: Stand) -> bool;
}

/// Keeps what is said of rows: rejected ones and notes, a line each.
impl Listener for Vec<String> {
    fn mapping(&mut self, _: &[Mapped]) {}

    fn rejected(&mut self, rejection: &Rejection<'_>) {
        self.push(rejection.to_string());
    }

    fn note(&mut self, line: &str) {
        self.push(line.to_owned());
    }

    fn progress(&mut self, _: Stand) -> bool {
        true
    }
}
