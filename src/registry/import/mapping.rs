//! Which column of the file holds what: from its header, `--map`, `--key` and `--set`.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

use super::date::Dates;
use super::inspection::unquoted;
use super::{Mapped, Means};
use crate::registry::columns::{
    Meaning, STATE_COLUMN, attribute, is_attribute, is_export, known_header, meaning,
};
use crate::registry::customer::request::{Values, field_index, nearest, present};
use crate::registry::{Error, Result, clock};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Known, REJECTED_TEXT};
use crate::table::Record;

/// What `--key` says of a file whose customers are known by their names.
const NO_KEY: &str = "none";

/// Why a column means what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// `--map` or `--key` says so.
    Option,
    /// The file is headed as an export is.
    Export,
    /// The header begins with `attr:`.
    Prefix,
    /// The header is a field's name, label or alias.
    Field,
    /// The header is a usual one, or the one below it.
    UsualHeader,
    /// The cells count the rows.
    Counts,
    /// There is neither a header nor a cell.
    Empty,
    /// The header means nothing else.
    NoOtherMeaning,
}

impl Why {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Option => "as told",
            Self::Export => "an export",
            Self::Prefix => "attr: before it",
            Self::Field => "a field's name",
            Self::UsualHeader => "a usual header",
            Self::Counts => "it counts the rows",
            Self::Empty => "it has neither header nor cells",
            Self::NoOtherMeaning => "no other meaning",
        }
    }
}

/// What each column means.
pub(super) struct Mapping {
    pub(super) headers: Vec<String>,
    pub(super) targets: Vec<Meaning>,
    pub(super) code: Option<usize>,
    pub(super) reference: Option<usize>,
    pub(super) name: Option<usize>,
    /// The parts of a person's name, where no column has the whole.
    pub(super) given_name: Option<usize>,
    pub(super) family_name: Option<usize>,
    pub(super) date: Option<usize>,
    /// The column of a rejects file with rows that could not be split.
    pub(super) rejected_text: Option<usize>,
    /// The column in which an export says that a code is not active.
    pub(super) state: Option<usize>,
    /// Whether somebody said what the column is: `--map`, `--key`, or the export that the file is.
    pub(super) named: Vec<bool>,
    /// Whether somebody said that customers are known by their names.
    pub(super) by_name: bool,
    /// Why each column means what it does.
    pub(super) why: Vec<Why>,
    /// Column of each declared field.
    pub(super) fields: Vec<Option<usize>>,
    /// `--set`: one value for all rows.
    pub(super) set: Values,
    /// Which marks of text are taken off the cells of each column.
    pub(super) marks: Vec<Marks>,
    /// How its dates are read.
    pub(super) dates: Dates,
}

/// Marks that make a spreadsheet keep a cell as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// None is taken off.
    Stay,
    /// `="…"`; an apostrophe may belong to the text, as in 's-Hertogenbosch.
    Formula,
    /// `'…` and `="…"`.
    All,
}

impl Mapping {
    /// Maps `headers`, which are headed `texts` in the file, with those below them in a second
    /// header line; two columns that mean the same are an error that says what to type.
    pub(super) fn new(
        book: &RuleBook,
        headers: &[String],
        texts: &[String],
        second: Option<&[String]>,
        map: &[(String, String)],
        key: Option<&str>,
        set: &[(String, String)],
    ) -> Result<Self> {
        let mut targets = meanings(book, headers, texts, second);
        let none = |column: &str| column == NO_KEY && !headers.iter().any(|header| header == NO_KEY);
        let by_name = key.is_some_and(none);
        let key = key.filter(|_| !by_name).map(|column| (column.to_owned(), "ref".to_owned()));
        let mut named = vec![false; headers.len()];
        for (column, target) in map.iter().chain(&key) {
            let place = column_place(headers, column)?;
            targets[place] = target_of(book, target, &headers[place])?;
            named[place] = true;
        }
        whole_or_parts(headers, &mut targets, &named)?;
        let mut mapping = Self {
            headers: headers.to_vec(),
            targets: Vec::new(),
            named: Vec::new(),
            why: Vec::new(),
            code: None,
            reference: None,
            name: None,
            given_name: None,
            family_name: None,
            date: None,
            state: None,
            rejected_text: None,
            by_name,
            fields: vec![None; book.fields().len()],
            set: Values::resolve(book, set)?,
            marks: vec![Marks::Stay; headers.len()],
            dates: Dates { order: None, zone: clock::zone(book) },
        };
        // Columns that were named come first; a header that only looks like the same thing is then
        // a plain attribute.
        for wanted in [true, false] {
            for place in (0..headers.len()).filter(|place| named[*place] == wanted) {
                if let Some(other) = mapping.occupy(&targets[place], place) {
                    if named[other] && !wanted {
                        targets[place] = attribute(&headers[place]);
                        continue;
                    }
                    let what = describe(book, &targets[place]);
                    return Err(Error::usage(
                        format!("columns {:?} and {:?} both mean {what}", headers[other], headers[place]),
                        format!("say which is not: --map '{}=attribute'", headers[place]),
                    ));
                }
            }
        }
        mapping.refuse_set_columns(book)?;
        distinct(headers, &targets)?;
        let is_ignored = |place: &usize| targets[*place] == Meaning::Ignored && !named[*place];
        mapping.state = headers.iter().position(|header| header == STATE_COLUMN).filter(is_ignored);
        mapping.rejected_text = headers.iter().position(|header| header == REJECTED_TEXT).filter(is_ignored);
        let own = is_export(book, headers);
        for (place, header) in headers.iter().enumerate() {
            mapping.why.push(why(header, &targets[place], named[place], own));
            named[place] |= own || is_attribute(header);
        }
        (mapping.targets, mapping.named) = (targets, named);
        Ok(mapping)
    }

    /// Refuses a field that has a column and one value for all rows.
    fn refuse_set_columns(&self, book: &RuleBook) -> Result<()> {
        for (index, field) in book.fields().iter().enumerate() {
            if let (Some(_), Some(column)) = (self.set.key(index), self.fields[index]) {
                let header = &self.headers[column];
                return Err(Error::usage(
                    format!("{} comes from --set and from column {header:?}", field.name),
                    format!("drop one of them, or: --map '{header}=attribute'"),
                ));
            }
        }
        Ok(())
    }

    /// Gives `target` the column at `place`; the column that has it already, if there is one.
    fn occupy(&mut self, target: &Meaning, place: usize) -> Option<usize> {
        let slot = match target {
            Meaning::Known(Known::Code) => &mut self.code,
            Meaning::Known(Known::Reference) => &mut self.reference,
            Meaning::Known(Known::Name) => &mut self.name,
            Meaning::Known(Known::GivenName) => &mut self.given_name,
            Meaning::Known(Known::FamilyName) => &mut self.family_name,
            Meaning::Known(Known::Date) => &mut self.date,
            Meaning::Field(index) => &mut self.fields[*index],
            Meaning::Attribute(_) | Meaning::Ignored | Meaning::Known(Known::RowNumber) => return None,
        };
        if slot.is_none() {
            *slot = Some(place);
            return None;
        }
        *slot
    }

    /// Whether a column has the name, whole or a part of it.
    pub(super) fn has_name(&self) -> bool {
        self.name.or(self.given_name).or(self.family_name).is_some()
    }

    /// Whether any column tells one customer from another.
    pub(super) fn knows_customers(&self) -> bool {
        self.has_name() || self.reference.or(self.code).is_some()
    }

    /// A cell without its marks of text.
    pub(super) fn cell<'r>(&self, record: &'r Record, column: usize) -> &'r str {
        let cell = record.cell(column);
        // Nearly no cell has any.
        if !cell.trim_start().starts_with(['\'', '=']) {
            return cell;
        }
        match self.marks[column] {
            Marks::Stay => cell,
            Marks::Formula if cell.trim_start().starts_with('\'') => cell,
            Marks::Formula | Marks::All => unquoted(cell.trim()),
        }
    }

    /// The customer's name in a row: its cell, or its parts put together in the order of their
    /// script; `None` where they are empty.
    pub(super) fn name<'r>(&self, record: &'r Record) -> Option<Cow<'r, str>> {
        if let Some(column) = self.name {
            return present(Some(self.cell(record, column))).map(Cow::Borrowed);
        }
        let part = |column: Option<usize>| present(column.map(|column| self.cell(record, column)));
        match (part(self.given_name), part(self.family_name)) {
            (Some(given), Some(family)) => Some(full_name(given.trim(), family.trim()).into()),
            (given, family) => given.or(family).map(Cow::Borrowed),
        }
    }

    /// What each column means, and the fields that all rows have.
    pub(super) fn told(&self, book: &RuleBook) -> Vec<Mapped> {
        let columns = self.headers.iter().zip(&self.targets).map(|(header, target)| {
            let (means, name) = match target {
                Meaning::Known(Known::Code) => (Means::Code, None),
                Meaning::Known(Known::Reference) => (Means::Ref, None),
                Meaning::Known(Known::Name) => (Means::Name, None),
                Meaning::Known(Known::GivenName) => (Means::GivenName, None),
                Meaning::Known(Known::FamilyName) => (Means::FamilyName, None),
                Meaning::Known(Known::Date) => (Means::Date, None),
                Meaning::Known(Known::RowNumber) => (Means::RowNumber, None),
                Meaning::Field(index) => (Means::Field, Some(book.fields()[*index].name.clone())),
                Meaning::Attribute(name) => (Means::Attribute, Some(name.clone())),
                Meaning::Ignored => (Means::Ignored, None),
            };
            Mapped { column: Some(header.clone()), means, name, value: None }
        });
        let set = book.fields().iter().enumerate().filter_map(|(index, field)| {
            let value = Some(self.set.key(index)?.to_owned());
            Some(Mapped { column: None, means: Means::Field, name: Some(field.name.clone()), value })
        });
        columns.chain(set).collect()
    }
}

/// Why a column means what it does; `own`: the file is headed as an export is.
fn why(header: &str, target: &Meaning, named: bool, own: bool) -> Why {
    match target {
        _ if named => Why::Option,
        _ if own => Why::Export,
        _ if is_attribute(header) => Why::Prefix,
        Meaning::Field(_) => Why::Field,
        Meaning::Known(_) | Meaning::Ignored => Why::UsualHeader,
        Meaning::Attribute(_) => Why::NoOtherMeaning,
    }
}

/// What the headers mean, and those of a second header line where the first is not known; one may
/// decide what another one does.
fn meanings(
    book: &RuleBook,
    headers: &[String],
    texts: &[String],
    second: Option<&[String]>,
) -> Vec<Meaning> {
    let below = |place: usize| second.and_then(|second| second.get(place)).filter(|it| !it.trim().is_empty());
    let both = |(place, header): (usize, &String)| match below(place) {
        Some(below) if headers::usual(header).is_none() => below.clone(),
        _ => header.clone(),
    };
    let told: Vec<String> = texts.iter().enumerate().map(both).collect();
    let usual = headers::usual_of_all(&told);
    let is_part = |known: &Known| matches!(known, Known::GivenName | Known::FamilyName);
    let one = |(((header, text), told), usual): (((&String, &String), &String), Option<Known>)| {
        let part = usual.filter(is_part).map(Meaning::Known);
        match meaning(book, text) {
            Meaning::Known(Known::Name) => part.unwrap_or(Meaning::Known(Known::Name)),
            Meaning::Attribute(_) if is_attribute(header) => attribute(header),
            Meaning::Attribute(_) => part.unwrap_or_else(|| match meaning(book, told) {
                Meaning::Attribute(_) => attribute(header),
                known => known,
            }),
            other => other,
        }
    };
    headers.iter().zip(texts).zip(&told).zip(usual).map(one).collect()
}

/// Keeps the parts of a name as attributes where a column has the whole name, and the whole where
/// somebody named the parts.
fn whole_or_parts(headers: &[String], targets: &mut [Meaning], named: &[bool]) -> Result<()> {
    let is_part = |target: &Meaning| matches!(target, Meaning::Known(Known::GivenName | Known::FamilyName));
    let is_whole = |target: &Meaning| *target == Meaning::Known(Known::Name);
    let find = |is: &dyn Fn(&Meaning) -> bool, by_name: bool| {
        (0..targets.len()).find(|place| is(&targets[*place]) && (named[*place] || !by_name))
    };
    let (whole, part) = (find(&is_whole, true), find(&is_part, true));
    if let (Some(whole), Some(part)) = (whole, part) {
        return Err(Error::usage(
            format!("columns {:?} and {:?} both mean name", headers[whole], headers[part]),
            format!("say which is not: --map '{}=attribute'", headers[part]),
        ));
    }
    let drop_whole = part.is_some();
    let drop_parts = !drop_whole && find(&is_whole, false).is_some();
    for ((target, header), named) in targets.iter_mut().zip(headers).zip(named) {
        if !named && (drop_whole && is_whole(target) || drop_parts && is_part(target)) {
            *target = attribute(header);
        }
    }
    Ok(())
}

/// A person's name from its parts: the family name first and nothing between in Chinese, Japanese
/// and Korean characters, else behind the given name.
fn full_name(given: &str, family: &str) -> String {
    let eastern = |c: char| {
        matches!(c, '\u{2E80}'..='\u{303F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    };
    if given.chars().chain(family.chars()).all(eastern) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}")
    }
}

/// Refuses two columns that would be kept as the same attribute.
fn distinct(headers: &[String], targets: &[Meaning]) -> Result<()> {
    let mut places = HashMap::new();
    for (place, target) in targets.iter().enumerate() {
        if let Meaning::Attribute(name) = target
            && let Some(other) = places.insert(name, place)
        {
            return Err(Error::usage(
                format!("columns {:?} and {:?} both mean attribute {name}", headers[other], headers[place]),
                format!("say which is not: --map '{}=ignore'", headers[place]),
            ));
        }
    }
    Ok(())
}

/// A target in words.
fn describe(book: &RuleBook, target: &Meaning) -> String {
    match target {
        Meaning::Known(known) => known_header(*known).to_owned(),
        Meaning::Field(index) => format!("field {}", book.fields()[*index].name),
        Meaning::Attribute(name) => format!("attribute {name}"),
        Meaning::Ignored => "nothing".to_owned(),
    }
}

/// The column that `--map` or `--key` names: exactly, else up to case, width and blanks; `电话#2` is
/// the second column headed 电话, `#3` the third column.
fn column_place(headers: &[String], column: &str) -> Result<usize> {
    let folded = headers::fold(column);
    let exact = headers.iter().position(|header| header == column);
    let like = |form: &dyn Fn(&str) -> String| headers.iter().position(|header| form(header) == folded);
    let found = exact.or_else(|| like(&headers::fold));
    let found = found.or_else(|| like(&|header| headers::fold(headers::bare(header))));
    found.or_else(|| numbered(headers, column)).ok_or_else(|| {
        let hint = nearest(column, headers.iter().map(String::as_str)).map_or_else(
            || format!("the columns are {}", headers.join(", ")),
            |near| format!("did you mean {near:?}?"),
        );
        Error::usage(format!("the file has no column {column:?}"), hint)
    })
}

/// The column that `NAME#2` or `#3` names.
fn numbered(headers: &[String], column: &str) -> Option<usize> {
    let (name, number) = column.rsplit_once('#')?;
    let number: usize = number.parse().ok()?;
    if name.is_empty() {
        return number.checked_sub(1).filter(|place| *place < headers.len());
    }
    let name = if number == 1 { name.to_owned() } else { format!("{name} ({number})") };
    headers.iter().position(|header| header.trim() == name)
}

/// What `--map COLUMN=target` names.
fn target_of(book: &RuleBook, target: &str, header: &str) -> Result<Meaning> {
    Ok(match target {
        "code" => Meaning::Known(Known::Code),
        "ref" => Meaning::Known(Known::Reference),
        "name" => Meaning::Known(Known::Name),
        "name.given" => Meaning::Known(Known::GivenName),
        "name.family" => Meaning::Known(Known::FamilyName),
        "date" => Meaning::Known(Known::Date),
        "attribute" => attribute(header),
        "ignore" => Meaning::Ignored,
        field => Meaning::Field(field_index(book, field).map_err(|error| match error {
            Error::UnknownField { name, suggestion, fields } => Error::usage(
                format!("--map: {name:?} is neither code, ref, name, name.given, name.family, date, attribute, ignore nor a field"),
                suggestion.map_or_else(
                    || format!("the fields are {}", fields.join(", ")),
                    |near| format!("did you mean {near:?}?"),
                ),
            ),
            other => other,
        })?),
    })
}
