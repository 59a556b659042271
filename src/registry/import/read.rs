//! First pass: every row read and checked against the rules; what was understood goes into a spool, what was not is refused.
//!
//! No ledger is needed here, so nobody waits meanwhile.

use std::collections::HashMap;

use jiff::civil::Date;

use super::mapping::Mapping;
use super::rejects::Rejects;
use super::repeats::{Key, Repeats};
use super::row::{PART, Row};
use super::spool::Spool;
use super::{ImportRequest, Listener, Stand, date};
use crate::code::{Shape, normalize};
use crate::registry::columns::Meaning;
use crate::registry::issue::{prepare, scope_of};
use crate::registry::register::Brought;
use crate::registry::request::{Values, checked_date, present};
use crate::registry::{Error, Result};
use crate::rule::{Prepared, RuleBook, SelectError, UnfitValues};
use crate::store;
use crate::table::{ReadError, Reader, Record};

/// What the first pass understood.
pub(super) struct Understood {
    pub(super) rows: Spool,
    pub(super) rejects: Rejects,
    /// Rows of the file, refused ones included.
    pub(super) count: u64,
    /// Rows that may share a key with another row, ascending.
    pub(super) candidates: Vec<u64>,
    /// Rows that brought a code or have the only one of their combination.
    pub(super) coded: u64,
    /// Rows with neither code nor reference.
    pub(super) nameless_keys: u64,
    /// Rows whose code says another value than their column; both are kept.
    pub(super) drifted: u64,
    /// Names of the attributes, in column order.
    pub(super) attributes: Vec<String>,
}

/// Rules prepared before are remembered up to this many, then forgotten all together.
const REMEMBERED: usize = 4_096;
/// A column that is not mapped is looked at for codes this far.
const LOOKED_AT: u64 = 10_000;
/// Rows between two reports of progress.
pub(super) const STRIDE: u64 = 8_192;

/// Reads the whole file.
pub(super) fn read(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    mapping: &Mapping,
    reader: &mut Reader,
    today: Date,
    listener: &mut dyn Listener,
) -> Result<Understood> {
    let mut pass = Pass::new(book, request, mapping, today)?;
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
    pass.finish()
}

/// The state of the pass.
struct Pass<'p> {
    book: &'p RuleBook,
    request: &'p ImportRequest<'p>,
    mapping: &'p Mapping,
    default_date: Date,
    /// Whether any rule depends on the record date.
    dated: bool,
    remembered: HashMap<String, (usize, Prepared)>,
    attributes: Vec<Attribute>,
    rows: Spool,
    rejects: Rejects,
    repeats: Repeats,
    count: u64,
    coded: u64,
    nameless_keys: u64,
    drifted: u64,
    encoded: Vec<u8>,
    problems: Vec<String>,
}

/// A column that is kept as an attribute.
struct Attribute {
    column: usize,
    name: String,
    /// `"name":` as JSON.
    member: String,
    /// Nobody said that it is an attribute, so it may be a forgotten code column.
    assumed: bool,
    codes: u64,
    others: u64,
}

impl<'p> Pass<'p> {
    fn new(
        book: &'p RuleBook,
        request: &'p ImportRequest<'p>,
        mapping: &'p Mapping,
        today: Date,
    ) -> Result<Self> {
        let named = mapping.targets.iter().enumerate().filter_map(|(column, target)| match target {
            Meaning::Attribute(name) => Some((column, name)),
            _ => None,
        });
        let attributes = named.map(|(column, name)| Attribute {
            column,
            name: name.clone(),
            member: format!("{}:", serde_json::Value::from(name.as_str())),
            assumed: !mapping.named[column],
            codes: 0,
            others: 0,
        });
        let dated = book.rules().iter().any(|rule| {
            let prints = rule.pattern.segments().iter().any(|part| matches!(part.shape, Shape::Date(_)));
            prints || rule.from.is_some() || rule.until.is_some()
        });
        Ok(Self {
            book,
            request,
            mapping,
            default_date: checked_date(request.date.unwrap_or(today))?,
            dated,
            remembered: HashMap::new(),
            attributes: attributes.collect(),
            rows: Spool::new()?,
            rejects: Rejects::new()?,
            repeats: Repeats::default(),
            count: 0,
            coded: 0,
            nameless_keys: 0,
            drifted: 0,
            encoded: Vec::new(),
            problems: Vec::new(),
        })
    }

    fn row(&mut self, record: &Record) -> Result<()> {
        self.count = record.row();
        self.problems.clear();
        let cell = |column: Option<usize>| present(column.map(|column| record.cell(column)));
        let code = cell(self.mapping.code).filter(|code| !code.eq_ignore_ascii_case("auto"));
        let reference = cell(self.mapping.reference);
        let name = cell(self.mapping.name);
        let day = self.date(record);
        let mut values = self.values(record);
        let attributes = self.attributes(record);
        let brought = match code.map(|code| Brought::read(self.book, code, self.request.legacy)) {
            None => None,
            Some(Ok(brought)) => Some(brought),
            Some(Err(error)) => {
                self.problem(self.mapping.code, &error.to_string());
                None
            }
        };
        if self.problems.is_empty() {
            if let Some(brought) = &brought {
                self.compare(brought, &values);
                brought.fill(self.book, &mut values);
            }
            let row = Row {
                row: record.row(),
                line: record.line(),
                rule: None,
                code: None,
                brought: brought.is_some(),
                number: None,
                scope: "[]",
                parts: "",
                reference,
                name,
                date: "",
                fields: "",
                attributes: &attributes,
            };
            self.number(row, brought, values, day)?;
        }
        for problem in &self.problems {
            self.rejects.push(record.row(), record.line(), problem)?;
        }
        Ok(())
    }

    /// Finds the rule of a row and sends it to the spool.
    fn number(
        &mut self,
        row: Row<'_>,
        brought: Option<Brought<'_>>,
        mut values: Values,
        day: Option<Date>,
    ) -> Result<()> {
        let place = |rule: &crate::rule::Rule| self.book.rules().iter().position(|known| known.id == rule.id);
        if let Some(brought) = brought {
            let reading = brought.reading.as_ref();
            let date = day.or(brought.date()).unwrap_or(self.default_date).to_string();
            let counted = reading.filter(|reading| reading.number.is_some());
            return self.keep(&Row {
                rule: reading.and_then(|reading| place(reading.rule)),
                code: Some(&brought.written),
                number: counted.and_then(|reading| reading.number),
                scope: counted.map_or("[]", |reading| &reading.scope),
                date: &date,
                fields: &values.to_json(self.book),
                ..row
            });
        }
        let date = day.unwrap_or(self.default_date);
        let Some((index, prepared)) = self.prepared(&values, date)? else { return Ok(()) };
        let rule = &self.book.rules()[index];
        values.fill_defaults(self.book, &rule.printed_fields());
        let mut single = String::new();
        if rule.pattern.sequence().is_none()
            && let Err(reason) = rule.print(&prepared, date, 0, &mut single)
        {
            self.problems.push(format!("rule {} cannot print a code for this row: {reason}", rule.name));
            return Ok(());
        }
        let parts = prepared.parts.join(PART.encode_utf8(&mut [0; 4]));
        self.keep(&Row {
            rule: Some(index),
            code: Some(single.as_str()).filter(|code| !code.is_empty()),
            scope: scope_of(rule, &prepared),
            parts: &parts,
            date: &date.to_string(),
            fields: &values.to_json(self.book),
            ..row
        })
    }

    /// The rule that numbers a row, and what it prints; a problem of the row when there is none. A printed field without any column ends the run.
    fn prepared(&mut self, values: &Values, date: Date) -> Result<Option<(usize, Prepared)>> {
        let mut key = String::with_capacity(48);
        for index in 0..self.book.fields().len() {
            key.push_str(values.key(index).unwrap_or_default());
            key.push(PART);
        }
        if self.dated {
            key.push_str(&date.to_string());
        }
        if let Some(found) = self.remembered.get(&key) {
            return Ok(Some(found.clone()));
        }
        let found = match prepare(self.book, self.request.rule.as_deref(), values, date) {
            Ok((rule, prepared)) => {
                (self.book.rules().iter().position(|known| known.id == rule.id), prepared)
            }
            Err(Error::Select(error @ SelectError::Unknown { .. })) => return Err(error.into()),
            Err(Error::Unfit { rule, source: UnfitValues::Missing { field } }) => {
                return self.missing(&rule, &field).map(|()| None);
            }
            Err(error @ (Error::Unfit { .. } | Error::Select(_))) => {
                self.problems.push(error.to_string());
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let found = (found.0.expect("a selected rule is one of the book"), found.1);
        if let Some(field) = self.unmapped(found.0, values) {
            return Err(Error::usage(
                format!("rule {} prints {field}, and no column holds it", self.book.rules()[found.0].name),
                format!("--map COLUMN={field}, or --set {field}=VALUE for all rows"),
            ));
        }
        if self.remembered.len() >= REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(key, found.clone());
        Ok(Some(found))
    }

    /// A field that the rule prints by its default although no column holds it: defaults fill empty cells, they do not replace columns.
    fn unmapped(&self, rule: usize, values: &Values) -> Option<&str> {
        let printed = self.book.rules()[rule].printed_fields();
        let fields = self.book.fields().iter().enumerate();
        fields
            .filter(|(index, _)| self.mapping.fields[*index].is_none() && values.key(*index).is_none())
            .map(|(_, field)| field.name.as_str())
            .find(|name| printed.contains(name))
    }

    /// A printed field without a value: an empty cell is the row's problem, a missing column the run's.
    fn missing(&mut self, rule: &str, field: &str) -> Result<()> {
        let index = self.book.fields().iter().position(|known| known.name == field);
        match index.and_then(|index| self.mapping.fields[index]) {
            Some(column) => {
                self.problem(Some(column), &format!("empty; rule {rule} prints {field}"));
                Ok(())
            }
            None => Err(Error::usage(
                format!("rule {rule} prints {field}, and no column holds it"),
                format!("--map COLUMN={field}, or --set {field}=VALUE for all rows"),
            )),
        }
    }

    /// Notes the keys by which the row could repeat another, and spools it.
    fn keep(&mut self, row: &Row<'_>) -> Result<()> {
        if let Some(reference) = row.reference {
            self.repeats.add(Key::Reference(reference), row.row)?;
        }
        if let Some(code) = row.code {
            self.coded += 1;
            self.repeats.add(Key::Code(&normalize::canonical(code)), row.row)?;
        } else if row.reference.is_none()
            && let Some(name) = row.name
        {
            self.nameless_keys += 1;
            self.repeats.add(Key::Namesake(&normalize::folded(name), &namesake_scope(row)), row.row)?;
        }
        row.encode(&mut self.encoded);
        self.rows.push(&self.encoded)
    }

    fn date(&mut self, record: &Record) -> Option<Date> {
        let column = self.mapping.date?;
        let text = present(Some(record.cell(column)))?;
        match date::parse(text) {
            Ok(date) => Some(date),
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
            let Some(input) = present(Some(record.cell(column))) else { continue };
            match field.resolve(input) {
                Ok(key) => values.fill(index, &key),
                Err(unknown) => {
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

    /// The attributes as JSON; looks meanwhile whether a column holds codes.
    fn attributes(&mut self, record: &Record) -> String {
        let mut json = Vec::with_capacity(192);
        json.push(b'{');
        for attribute in &mut self.attributes {
            let cell = record.cell(attribute.column);
            if cell.is_empty() {
                continue;
            }
            if attribute.assumed && self.count <= LOOKED_AT {
                match self.book.matches(cell.trim().as_bytes()) {
                    Some(_) => attribute.codes += 1,
                    None => attribute.others += 1,
                }
            }
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(attribute.member.as_bytes());
            serde_json::to_writer(&mut json, cell).expect("writing to memory does not fail");
        }
        json.push(b'}');
        String::from_utf8(json).expect("JSON of texts is text")
    }

    /// Counts a code that says another value than the row's column.
    fn compare(&mut self, brought: &Brought<'_>, values: &Values) {
        let Some(reading) = &brought.reading else { return };
        let differs =
            reading.segments.iter().filter_map(|segment| segment.value.as_ref()).any(|(name, key)| {
                let index = self.book.fields().iter().position(|field| field.name == *name);
                index.and_then(|index| values.key(index)).is_some_and(|given| given != key)
            });
        self.drifted += u64::from(differs);
    }

    fn problem(&mut self, column: Option<usize>, reason: &str) {
        let header = column.map_or("", |column| self.mapping.headers[column].as_str());
        self.problems.push(format!("column {header}: {reason}"));
    }

    fn finish(self) -> Result<Understood> {
        if let Some(attribute) = self.attributes.iter().find(|column| column.codes > column.others * 9) {
            return Err(Error::usage(
                format!(
                    "column {:?} holds codes of these rules, but is mapped to an attribute",
                    attribute.name
                ),
                format!(
                    "--map '{0}=code' if these are the customers' codes, else --map '{0}=attribute'",
                    attribute.name
                ),
            ));
        }
        Ok(Understood {
            rows: self.rows,
            rejects: self.rejects,
            count: self.count,
            candidates: self.repeats.candidates()?,
            coded: self.coded,
            nameless_keys: self.nameless_keys,
            drifted: self.drifted,
            attributes: self.attributes.into_iter().map(|attribute| attribute.name).collect(),
        })
    }
}

/// Under what a namesake would be the same customer: its rule and the parts that its code prints.
pub(super) fn namesake_scope(row: &Row<'_>) -> String {
    format!("{:?}{}", row.rule, row.parts)
}
