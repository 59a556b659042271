//! `values_from = "file.csv"`: the values of a dictionary out of a CSV file, with the file's own
//! places in every finding.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::placed::Placed;
use super::size::{MOST_TEXTS, texts};
use super::values::{check_code, check_period};
use crate::rule::bundle::{Unread, stays_inside};
use crate::rule::document::{Findings, Section, Text, nearest};
use crate::rule::field::Value;
use crate::rule::standard::{PREFIX, comments};
use crate::rule::{Bundle, Diagnostic};

/// Columns with a meaning; any other column is an attribute.
const COLUMNS: [&str; 6] = ["key", "code", "label", "aliases", "from", "until"];

/// The files that dictionaries come from.
pub(super) struct Files<'b> {
    pub(super) bundle: &'b Bundle,
    /// How many texts dictionaries may still have.
    pub(super) room: usize,
}

impl Files<'_> {
    /// The place of a file in the bundle; the rule file itself is none of them.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        (1..self.bundle.files.len()).find(|place| self.bundle.files[*place].0 == name)
    }

    /// The values of the file at `place`.
    pub(super) fn table(&mut self, place: usize, findings: &mut Findings) -> Option<Vec<Placed>> {
        Table::open(&self.bundle.files[place], place, findings)?.read(&mut self.room, findings)
    }
}

pub(super) fn read(
    field: &Section<'_>,
    files: &mut Files<'_>,
    findings: &mut Findings,
) -> Option<Vec<Placed>> {
    let name = field.text("values_from", findings)?;
    let Some(file) = files.named(name.text).filter(|_| !name.text.starts_with(PREFIX)) else {
        findings.add(absent(&name, files.bundle));
        return None;
    };
    let values = files.table(file, findings)?;
    if values.is_empty() {
        let message = format!("{} has no values", name.text);
        findings.add(
            Diagnostic::error("missing-key", name.span, message).hint("each row after the header is a value"),
        );
    }
    Some(values)
}

/// Too many texts in all dictionaries, at the row that is one too many.
fn too_large(name: &str, text: &str, row: Range<usize>) -> Diagnostic {
    let message = format!("{name} has {} lines, too many for a dictionary", text.lines().count());
    Diagnostic::error("large-dictionary", row, message)
        .label("up to here the dictionaries of the rule file have more texts than are possible")
        .note(format!(
            "all dictionaries together hold at most {MOST_TEXTS} keys, codes, labels, aliases and attributes"
        ))
        .hint("take out the values that no customer has, or columns that no pattern prints")
}

/// The CSV file is not in the bundle: why, as far as it is known.
fn absent(name: &Text<'_>, bundle: &Bundle) -> Diagnostic {
    let finding =
        Diagnostic::error("missing-file", name.span.clone(), format!("could not read {:?}", name.text));
    if let Some(standard) = name.text.strip_prefix(PREFIX) {
        let hint = format!("a ready-made dictionary is named so: standard = {standard:?}");
        return finding.label("no name of a file").hint(hint);
    }
    match bundle.unread.iter().find(|(unread, _)| unread == name.text).map(|(_, why)| why) {
        Some(Unread::Outside(real)) => {
            return finding
                .label(format!("a link to {}, which is out of the folder", real.display()))
                .hint(DOWN_ONLY);
        }
        Some(Unread::Dangling(target)) => {
            return finding
                .label(format!("a link to {}, which is not there", target.display()))
                .hint("let the link lead to the CSV file, or put the file itself there");
        }
        Some(Unread::NoFile(kind)) => {
            return finding.label(format!("{kind}, not a file")).hint("name a CSV file");
        }
        None => {}
    }
    if stays_inside(name.text) {
        return finding.label("no such file").hint("the name is relative to the folder of the rule file");
    }
    finding.label("leads out of the folder").hint(DOWN_ONLY)
}

/// Where CSV files may be.
const DOWN_ONLY: &str = "a rule file reads files in its own folder or below it only";

/// A CSV file and what its columns are.
struct Table<'t> {
    name: &'t str,
    text: &'t str,
    /// Where the header stands: below the comments of a ready-made dictionary, else at the
    /// beginning.
    start: usize,
    file: usize,
    columns: StringRecord,
    /// Places of the well-known columns.
    places: [Option<usize>; COLUMNS.len()],
}

/// The places of a record's cells: byte ranges in the file, quotes included.
struct Cells {
    ranges: Vec<Range<usize>>,
}

impl<'t> Table<'t> {
    fn open((name, text): &'t (String, String), file: usize, findings: &mut Findings) -> Option<Self> {
        let start = if name.starts_with(PREFIX) { comments(text) } else { 0 };
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text.as_bytes()[start..]);
        let mut columns = StringRecord::new();
        // The text is UTF-8 and the reader flexible: nothing can fail but the end of the file.
        let found = reader.read_record(&mut columns).unwrap_or(false);
        columns.trim();
        let cells = Cells::of(text, start);
        let place = |name: &str| columns.iter().position(|column| column == name);
        let places = COLUMNS.map(place);
        if !found || places[1].is_none() {
            let line = start..text[start..].find('\n').map_or(text.len(), |end| start + end);
            let finding = Diagnostic::error("csv-header", line, "no column \"code\"").in_file(file);
            let hint = match nearest("code", columns.iter()) {
                Some(column) => format!("rename the column {column:?} to \"code\""),
                None => "the first line names the columns: key,code,label,aliases,from,until".to_owned(),
            };
            findings.add(finding.hint(hint));
            return None;
        }
        for (at, column) in columns.iter().enumerate() {
            if column.is_empty() || columns.iter().take(at).any(|earlier| earlier == column) {
                let what = if column.is_empty() {
                    "a column without a name".into()
                } else {
                    format!("column {column:?} twice")
                };
                findings.add(Diagnostic::error("csv-header", cells.at(at), what).in_file(file));
            }
        }
        Some(Self { name, text, start, file, columns, places })
    }

    fn read(&self, room: &mut usize, findings: &mut Findings) -> Option<Vec<Placed>> {
        let mut reader = ReaderBuilder::new()
            .has_headers(true)
            .flexible(true)
            .from_reader(&self.text.as_bytes()[self.start..]);
        let mut record = StringRecord::new();
        let mut values = Vec::new();
        while reader.read_record(&mut record).unwrap_or(false) {
            let start =
                record.position().map_or(0, |place| usize::try_from(place.byte()).unwrap_or(usize::MAX));
            let cells = Cells::of(self.text, self.start + start);
            if cells.open(self.text) {
                let finding =
                    Diagnostic::error("csv-row", cells.first_quote(self.text), "this quote is never closed");
                findings.add(finding.in_file(self.file).hint("a quote inside a cell is written twice: \"\""));
                continue;
            }
            if record.len() != self.columns.len() {
                let message = format!("{} cells in a table of {} columns", record.len(), self.columns.len());
                let finding = Diagnostic::error("csv-row", cells.whole(), message).in_file(self.file);
                findings.add(finding.label("a comma inside a cell needs quotes around the cell"));
                continue;
            }
            let Some(placed) = self.value(&record, &cells, findings) else { continue };
            let Some(left) = room.checked_sub(texts(&placed.value)) else {
                let finding = too_large(self.name, self.text, cells.whole());
                findings.add(finding.in_file(self.file));
                return None;
            };
            *room = left;
            values.push(placed);
        }
        Some(values)
    }

    fn value(&self, record: &StringRecord, cells: &Cells, findings: &mut Findings) -> Option<Placed> {
        let [key, code, label, aliases, from, until] =
            self.places.map(|place| (place, place.map_or("", |at| record[at].trim())));
        let at = |place: Option<usize>| place.map_or_else(|| cells.whole(), |place| cells.at(place));
        let mut found = Findings::default();
        let good = check_code(&Text { text: code.1, span: at(code.0) }, &mut found);
        findings.list.extend(found.list.into_iter().map(|finding| finding.in_file(self.file)));
        good?;
        let mut day = |(place, text): (Option<usize>, &str)| -> Option<Date> {
            if text.is_empty() {
                return None;
            }
            let date = text.parse().ok();
            if date.is_none() {
                let message = format!("{text:?} is no date");
                let finding = Diagnostic::error("wrong-type", at(place), message).in_file(self.file);
                findings.add(finding.hint("write dates as 2024-01-31"));
            }
            date
        };
        let (first, last) = (day(from), day(until));
        check_period(first, last, at(until.0), self.file, findings);
        let key_text = if key.1.is_empty() { code.1 } else { key.1 };
        let attributes = self
            .columns
            .iter()
            .zip(record)
            .filter(|(column, cell)| !COLUMNS.contains(column) && !cell.is_empty());
        let value = Value {
            key: key_text.to_owned(),
            code: code.1.to_owned(),
            label: if label.1.is_empty() { key_text } else { label.1 }.to_owned(),
            aliases: aliases
                .1
                .split(['|', ';'])
                .map(str::trim)
                .filter(|a| !a.is_empty())
                .map(str::to_owned)
                .collect(),
            attributes: attributes
                .map(|(column, cell)| (column.to_owned(), cell.trim().to_owned()))
                .collect(),
            from: first,
            until: last,
        };
        Some(Placed { value, file: self.file, key: at(key.0.or(code.0)), code: at(code.0) })
    }
}

impl Cells {
    /// Walks the record that begins at or after byte `start` (blank lines are skipped).
    fn of(text: &str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let mut at = start.min(bytes.len());
        while matches!(bytes.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        let mut ranges = Vec::new();
        let (mut cell, mut quoted) = (at, false);
        loop {
            match bytes.get(at) {
                Some(b'"') => quoted = !quoted,
                Some(b',') if !quoted => {
                    ranges.push(cell..at);
                    cell = at + 1;
                }
                Some(b'\n' | b'\r') if !quoted => break,
                None => break,
                Some(_) => {}
            }
            at += 1;
        }
        ranges.push(cell..at);
        Self { ranges }
    }

    fn at(&self, column: usize) -> Range<usize> {
        self.ranges.get(column).cloned().unwrap_or_else(|| self.whole())
    }

    fn whole(&self) -> Range<usize> {
        let start = self.ranges.first().map_or(0, |range| range.start);
        start..self.ranges.last().map_or(start, |range| range.end)
    }

    /// The quote with which the last cell begins.
    fn first_quote(&self, text: &str) -> Range<usize> {
        let last = self.ranges.last().cloned().unwrap_or(0..0);
        let quote = text[last.clone()].find('"').map_or(last.start, |at| last.start + at);
        quote..quote + 1
    }

    /// Whether the record ends inside quotes.
    fn open(&self, text: &str) -> bool {
        text[self.whole()].matches('"').count() % 2 == 1
    }
}
