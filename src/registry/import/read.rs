//! First pass: every row read and checked against the rules; what was understood goes into a spool,
//! what was not is refused.
//!
//! No ledger is needed here, so nobody waits meanwhile.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::attributes::Attributes;
use super::defaulted::Defaulted;
use super::inspection::{Rows, with_zeros};
use super::mapping::Mapping;
use super::mended::Mended;
use super::numbering::{Numbering, Refusal, single};
use super::rejects::Rejects;
use super::repeats::{Key, Repeats};
use super::row::{PART, Row};
use super::understood::Understood;
use super::{ImportRequest, Listener, Stand};
use crate::code::{Shape, normalize};
use crate::registry::columns::Meaning;
use crate::registry::customer::request::{Values, checked_date, present};
use crate::registry::customer::{code_reading, names};
use crate::registry::json_fields::pairs;
use crate::registry::number::external_code::ExternalCode;
use crate::registry::number::issue::{self, UNCOUNTED};
use crate::registry::spool::Spool;
use crate::registry::{Error, Result, limits};
use crate::rule::headers::{Known, REJECTED_TEXT};
use crate::rule::{Reading, RuleBook, Source};
use crate::store::{self, CodeState};
use crate::table::{Description, ReadError, Record, json_member};

/// Rows between two reports of progress.
pub(super) const STRIDE: u64 = 8_192;

/// Reads the whole file.
pub(super) fn read(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    mapping: &Mapping,
    reader: &mut Rows,
    today: Date,
    listener: &mut dyn Listener,
) -> Result<Understood> {
    let found = reader.reader().description().clone();
    let mut pass = Pass::new(book, request, mapping, today, found)?;
    let mut record = Record::default();
    loop {
        match reader.read(&mut record) {
            Ok(true) => pass.row(&record)?,
            Ok(false) => break,
            Err(error) if reader.is_done() => return Err(error.into()),
            Err(ReadError::Malformed { line, column, reason, hint, .. }) => {
                pass.count = record.row();
                let place = column.map_or(String::new(), |column| format!("column {column} of the line: "));
                let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                pass.rejects.unsplit = true;
                pass.rejects.push(record.row(), line, &format!("{place}{reason}{hint}"))?;
            }
            Err(error) => return Err(error.into()),
        }
        if pass.count % STRIDE == 0 {
            let part = reader.consumed().saturating_mul(400) / request.source.len().max(1);
            let done = u32::try_from(part).unwrap_or(400);
            let stand = Stand { phase: 1, done, rows: pass.count, rejected: pass.rejects.rows };
            if !listener.progress(stand) {
                return Err(store::Error::Interrupted.into());
            }
        }
    }
    pass.mended.tell(mapping, listener);
    pass.finish()
}

/// The state of the pass.
struct Pass<'p> {
    book: &'p RuleBook,
    request: &'p ImportRequest<'p>,
    mapping: &'p Mapping,
    default_date: Date,
    numbering: Numbering<'p>,
    attributes: Attributes,
    /// `"field":` as JSON, for each declared field.
    members: Vec<String>,
    rows: Spool,
    rejects: Rejects,
    repeats: Repeats,
    count: u64,
    coded: u64,
    named_only: u64,
    unfit: u64,
    blank: u64,
    drifted: u64,
    defaulted: Defaulted,
    mended: Mended,
    problems: Vec<String>,
    texts: Texts,
    /// Where the rows are.
    found: Description,
    /// Line of the row under way.
    line: u64,
}

/// Memory used from row to row.
#[derive(Default)]
struct Texts {
    date: String,
    fields: String,
    given: String,
    attributes: String,
    encoded: Vec<u8>,
}

impl<'p> Pass<'p> {
    fn new(
        book: &'p RuleBook,
        request: &'p ImportRequest<'p>,
        mapping: &'p Mapping,
        today: Date,
        found: Description,
    ) -> Result<Self> {
        Ok(Self {
            book,
            request,
            mapping,
            default_date: checked_date(request.date.unwrap_or(today))?,
            numbering: Numbering::new(book, request, mapping),
            attributes: Attributes::new(mapping),
            members: book.fields().iter().map(|field| json_member(&field.name)).collect(),
            rows: Spool::new()?,
            rejects: Rejects::new()?,
            repeats: Repeats::default(),
            count: 0,
            coded: 0,
            named_only: 0,
            unfit: 0,
            blank: 0,
            drifted: 0,
            defaulted: Defaulted::new(book, checked_date(request.date.unwrap_or(today))?)?,
            mended: Mended::new(mapping),
            problems: Vec::new(),
            texts: Texts::default(),
            found,
            line: 0,
        })
    }

    fn row(&mut self, record: &Record) -> Result<()> {
        self.count = record.row();
        if self.is_blank(record) {
            if self.mapping.rejected_text.is_some_and(|column| !record.cell(column).trim().is_empty()) {
                let reason = format!("the row was not mended: its text stands in column {REJECTED_TEXT}");
                return self.rejects.push(record.row(), record.line(), &reason);
            }
            self.blank += 1;
            return Ok(());
        }
        self.problems.clear();
        self.line = record.line();
        if record.is_flawed() {
            self.refuse_flaws(record);
        }
        self.mended.count_marks(self.mapping, record);
        let cell = |column: Option<usize>| present(column.map(|column| self.mapping.cell(record, column)));
        let code = cell(self.mapping.code).filter(|code| !code.eq_ignore_ascii_case("auto"));
        if let Some(state) = cell(self.mapping.state).filter(|state| *state != CodeState::Active.as_str()) {
            let reason = format!(
                "its code is {state} where it comes from; only active ones are taken in: leave the row out"
            );
            self.problem(self.mapping.state, &reason);
        }
        let day = self.date(record);
        let values = self.values(record);
        self.attributes.write(self.book, record, &mut self.texts.attributes);
        let name = self.mapping.name(record);
        let reference = cell(self.mapping.reference);
        let prefixed =
            self.request.ref_prefix.as_ref().zip(reference).map(|(prefix, it)| format!("{prefix}{it}"));
        let row = Row {
            row: record.row(),
            line: record.line(),
            rule: None,
            code: None,
            brought: code.is_some(),
            spelling: None,
            number: None,
            place: UNCOUNTED,
            reference: prefixed.as_deref().or(reference),
            name: name.as_deref(),
            date: "",
            dated: day.is_some(),
            fields: "",
            given: None,
            attributes: "",
        };
        match code {
            Some(code) => self.brought(row, code, values, day)?,
            None => self.unnumbered(row, values, day)?,
        }
        for problem in &self.problems {
            self.rejects.push(record.row(), record.line(), problem)?;
        }
        Ok(())
    }

    /// Whether a row has no content, as those that spreadsheets leave at the end: no customer.
    fn is_blank(&self, record: &Record) -> bool {
        let unread = |target: &Meaning| matches!(target, Meaning::Ignored | Meaning::Known(Known::RowNumber));
        let mut cells = record.iter().zip(&self.mapping.targets);
        cells.all(|(cell, target)| unread(target) || cell.trim().is_empty())
    }

    /// A row that brings its code.
    fn brought(&mut self, row: Row<'_>, code: &str, mut values: Values, day: Option<Date>) -> Result<()> {
        let mut lost = None;
        let mut read = ExternalCode::read(self.book, code, self.request.legacy);
        if read.is_err() {
            lost = with_zeros(self.book, code);
            if let Some(whole) = lost.as_deref().filter(|_| self.request.repair) {
                self.mended.repaired += 1;
                read = ExternalCode::read(self.book, whole, self.request.legacy);
            }
        }
        let brought = match read {
            Ok(brought) => brought,
            Err(error) => {
                let keep = matches!(&error, Error::InvalidCode { hint: Some(_), .. });
                let lost = lost.map_or(String::new(), |whole| {
                    format!("; leading zeros seem lost: {whole}, as --repair reads it")
                });
                let hint = if keep { "; --legacy keeps it all the same" } else { "" };
                self.problem(self.mapping.code, &format!("{error}{lost}{hint}"));
                // The ledger may have it already, from a run with --legacy or from older rules.
                return match self.problems.as_slice() {
                    [_] if keep => {
                        let why = self.problems.remove(0);
                        self.unfit += 1;
                        let date = day.unwrap_or(self.default_date);
                        values.write_json(&self.members, &mut self.texts.given);
                        self.keep(Row { code: Some(code.trim()), place: &why, ..row }, &values, date)
                    }
                    _ => Ok(()),
                };
            }
        };
        self.compare(&brought, &values);
        values.write_json(&self.members, &mut self.texts.given);
        brought.fill(self.book, &mut values);
        let reading = brought.reading.as_ref();
        let rule = reading.and_then(|it| self.book.rules().iter().position(|rule| rule.id == it.rule.id));
        let counted = reading.filter(|reading| reading.number.is_some());
        let date = day.or(brought.date()).unwrap_or(self.default_date);
        let row = Row {
            rule,
            code: Some(&brought.written),
            spelling: brought.brought.as_deref(),
            number: counted.and_then(|reading| reading.number),
            place: &reading.map_or(UNCOUNTED.to_owned(), brought_place),
            ..row
        };
        self.keep(row, &values, date)
    }

    /// A row that needs a code.
    fn unnumbered(&mut self, row: Row<'_>, mut values: Values, day: Option<Date>) -> Result<()> {
        let date = day.unwrap_or(self.default_date);
        let identified = self.mapping.has_name() || self.mapping.reference.is_some();
        if identified && row.is_nameless() && !self.request.nameless {
            let reason =
                "neither name, code nor reference to know the customer by (--nameless gives it a code)";
            self.problems.push(reason.to_owned());
        }
        if !self.problems.is_empty() {
            return Ok(());
        }
        values.write_json(&self.members, &mut self.texts.given);
        let derived = self.derive(&row, &mut values, date);
        let numbered = match derived.and_then(|()| self.numbering.of(&values, date)) {
            Ok(numbered) => numbered,
            Err(Refusal::Run(error)) => return Err(error),
            Err(Refusal::Row(column, reason)) => {
                self.problem(column, &reason);
                // Its customer may be known; then nobody needs a number.
                let known_by = row.reference.or(row.name.filter(|name| names::is_name(name)));
                return match known_by.and_then(|_| self.problems.pop()) {
                    Some(why) => {
                        self.unfit += 1;
                        self.keep(Row { place: &why, ..row }, &values, date)
                    }
                    None => Ok(()),
                };
            }
        };
        let no_date =
            self.book.rules()[numbered.rule].prints_date() && day.is_none() && self.mapping.date.is_some();
        let defaulted = self.defaulted.columns(&values, &numbered.printed, no_date);
        values.fill_defaults(self.book, &numbered.printed);
        match single(self.book, &numbered, date) {
            Ok(code) => {
                let (rule, code, place) = (Some(numbered.rule), code.as_deref(), self.rows.len());
                self.keep(Row { rule, code, place: &numbered.place, ..row }, &values, date)?;
                if self.rows.len() > place { self.defaulted.push(place, row.row, &defaulted) } else { Ok(()) }
            }
            Err(reason) => {
                self.problems.push(reason);
                Ok(())
            }
        }
    }

    /// Derives what the row's code prints and its cells do not say.
    fn derive(&self, row: &Row<'_>, values: &mut Values, date: Date) -> std::result::Result<(), Refusal> {
        if self.book.fields().iter().all(|field| field.derivation.is_none()) {
            return Ok(());
        }
        let attributes = pairs(&self.texts.attributes).map_err(Error::from)?;
        let source = |source: &Source| source.text(row.name, &attributes);
        match issue::derive(self.book, self.request.rule.as_deref(), values, &source, date) {
            Err(error @ Error::Unfit { .. }) => Err(Refusal::Row(self.mapping.name, error.to_string())),
            other => Ok(other?),
        }
    }

    /// Notes the keys by which the row could repeat another, and spools it, unless it has problems.
    fn keep(&mut self, row: Row<'_>, values: &Values, date: Date) -> Result<()> {
        self.problems.extend(limits::excess_of_row(row.name, row.reference, &self.texts.attributes)?);
        if !self.problems.is_empty() {
            return Ok(());
        }
        if let Some(reference) = row.reference {
            self.repeats.add(Key::Reference(reference), row.row)?;
        }
        if let Some(code) = row.code {
            self.coded += 1;
            self.repeats.add(Key::Code(&normalize::canonical(code)), row.row)?;
        } else if row.reference.is_none()
            && let Some(key) = row.name.and_then(names::key)
        {
            self.named_only += 1;
            self.repeats.add(Key::Name(key), row.row)?;
        }
        let texts = &mut self.texts;
        texts.date.clear();
        write!(texts.date, "{date}").expect("writing to memory does not fail");
        values.write_json(&self.members, &mut texts.fields);
        let given = Some(texts.given.as_str()).filter(|given| *given != texts.fields);
        let row =
            Row { date: &texts.date, fields: &texts.fields, given, attributes: &texts.attributes, ..row };
        row.encode(&mut texts.encoded);
        self.rows.push(&self.texts.encoded)
    }

    /// Adds the names of rows that have a key of their own: a row without one may be the same
    /// customer.
    fn add_names(&mut self) -> Result<()> {
        let mut records = self.rows.records()?;
        let mut record = Vec::new();
        while records.next(&mut record)? {
            let row = Row::decode(&record);
            if let Some(key) = row.name.and_then(names::key)
                && !row.has_no_key()
            {
                self.repeats.add(Key::Name(key), row.row)?;
            }
        }
        Ok(())
    }

    fn date(&mut self, record: &Record) -> Option<Date> {
        let column = self.mapping.date?;
        let text = present(Some(self.mapping.cell(record, column)))?;
        match self.mapping.dates.read(text) {
            Ok((date, converted)) => {
                self.mended.converted += u64::from(converted);
                Some(date)
            }
            Err(reason) => {
                self.problem(Some(column), &reason);
                None
            }
        }
    }

    fn values(&mut self, record: &Record) -> Values {
        let mut values = self.mapping.set.clone();
        for (index, field) in self.book.fields().iter().enumerate() {
            let Some(column) = self.mapping.fields[index] else { continue };
            let Some(input) = present(Some(self.mapping.cell(record, column))) else { continue };
            match field.resolve(input) {
                Ok(key) => values.fill(index, &key),
                Err(unknown) => {
                    let whole = format!("0{}", input.trim());
                    if whole.bytes().all(|byte| byte.is_ascii_digit())
                        && let Ok(key) = field.resolve(&whole)
                    {
                        if self.request.repair {
                            self.mended.repaired += 1;
                            values.fill(index, &key);
                        } else {
                            let reason = format!(
                                "unknown value {input:?}; a leading zero seems lost: {whole}, as --repair reads it"
                            );
                            self.problem(Some(column), &reason);
                        }
                        continue;
                    }
                    let meant = unknown.suggestion.map_or_else(
                        || format!("expected {}", unknown.expected),
                        |near| format!("did you mean {near:?}?"),
                    );
                    self.problem(Some(column), &format!("unknown value {input:?}; {meant}"));
                }
            }
        }
        values
    }

    /// Counts a code that says another value than the row's column.
    fn compare(&mut self, brought: &ExternalCode<'_>, values: &Values) {
        let Some(reading) = &brought.reading else { return };
        let given = |name: &str| values.key(self.book.fields().iter().position(|field| field.name == name)?);
        let differs = !code_reading::differences(self.book, reading, &given, None).is_empty();
        self.drifted += u64::from(differs);
    }

    /// Refuses cells that do not say what they should, where it matters what they say.
    fn refuse_flaws(&mut self, record: &Record) {
        for (column, target) in self.mapping.targets.iter().enumerate() {
            let kept =
                matches!(target, Meaning::Attribute(_) | Meaning::Ignored | Meaning::Known(Known::RowNumber));
            if let Some(flaw) = record.flaw(column).filter(|_| !kept) {
                self.problem(Some(column), &format!("{:?}: {flaw}", record.cell(column)));
            }
        }
    }

    fn problem(&mut self, column: Option<usize>, reason: &str) {
        self.problems.push(match column {
            Some(column) => {
                let header = &self.mapping.headers[column];
                let cell = self.found.address(self.line, column);
                let cell = cell.map_or(String::new(), |cell| format!("{cell}, "));
                format!("{cell}column {header}: {reason}")
            }
            None => reason.to_owned(),
        });
    }

    fn finish(mut self) -> Result<Understood> {
        if self.named_only > 0 {
            self.add_names()?;
        }
        Ok(Understood {
            attributes: self.attributes.finish()?,
            defaulted: self.defaulted,
            rows: self.rows,
            rejects: self.rejects,
            count: self.count,
            candidates: self.repeats.candidates()?,
            coded: self.coded,
            named_only: self.named_only,
            unfit: self.unfit,
            blank: self.blank,
            totals: 0,
            drifted: self.drifted,
        })
    }
}

/// Where a code was numbered, as [`Row::place`] says it of rows that are numbered here.
fn brought_place(reading: &Reading<'_>) -> String {
    let mut place = if reading.number.is_some() { reading.scope.clone() } else { UNCOUNTED.to_owned() };
    for (segment, read) in reading.rule.pattern.segments().iter().zip(&reading.segments) {
        place.push(PART);
        if matches!(segment.shape, Shape::Values(_) | Shape::Text(_)) {
            place.push_str(&read.text);
        }
    }
    place
}
