//! Customers out of the ledger: `list` and `export`.

use std::collections::HashMap;

use crate::registry::columns::{KNOWN, STATE_COLUMN, attribute_header, known_header};
use crate::registry::customer::request::{Values, nearest};
use crate::registry::json_fields::Texts;
use crate::registry::{Error, Registry, Result};
use crate::store::{self, CodeState, CustomerState, Erasure, Filter, Snapshot};

/// Which customers are wanted, as typed.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `--type vip`, `--where industry=services`: field or attribute and value.
    pub conditions: Vec<(String, String)>,
    /// Exact name.
    pub name: Option<String>,
    /// Record dates from, to.
    pub dates: (Option<jiff::civil::Date>, Option<jiff::civil::Date>),
    /// States of the code; none = any.
    pub states: Vec<CodeState>,
    /// Customers who were erased: no other ones, or none; both unless said.
    pub erased: Option<bool>,
    /// At most.
    pub limit: Option<u64>,
}

/// The columns of an export: `code`, `ref`, `name`, `date`, the declared fields, `code_state` where
/// others than active codes are wanted, then attributes in order of first use (an attribute that
/// would be taken for another column on import is headed `attr:NAME`). Of customers who were
/// erased, where no other ones are wanted, also when, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What stands above each column.
    pub headers: Vec<String>,
    /// Whether the state of the code is one of them.
    state: bool,
    /// Whether when, by whom and why customers were erased are the last ones.
    erased: bool,
    /// The attributes' own names, in the order of the last columns.
    attributes: Vec<String>,
}

impl Registry<'_> {
    /// The columns of an export as the ledger stands now.
    pub fn columns(&mut self, selection: &Selection) -> Result<Columns> {
        let state = selection.states != [CodeState::Active];
        let attributes = self.store.read()?.attribute_names()?;
        let known = KNOWN.iter().map(|known| known_header(*known).to_owned());
        let fields = self.book.fields().iter().map(|field| field.name.clone());
        let stated = state.then(|| STATE_COLUMN.to_owned());
        let names = attributes.iter().map(|name| attribute_header(&self.book, name));
        let erased = selection.erased == Some(true);
        let erasure = ERASURE.iter().filter(|_| erased).map(|name| (*name).to_owned());
        let headers = known.chain(fields).chain(stated).chain(names).chain(erasure).collect();
        Ok(Columns { headers, state, erased, attributes })
    }

    /// Turns what was typed into a filter of the store: fields resolved by key, code, label or
    /// alias.
    pub fn filter(&mut self, selection: &Selection) -> Result<Filter> {
        let mut filter = Filter {
            name: selection.name.clone(),
            dates: (
                selection.dates.0.map(|date| date.to_string()),
                selection.dates.1.map(|date| date.to_string()),
            ),
            states: selection.states.clone(),
            erased: selection.erased,
            limit: selection.limit,
            ..Filter::default()
        };
        let attributes = self.store.read()?.attribute_names()?;
        for (name, input) in &selection.conditions {
            if self.book.field(name).is_some() {
                let values = Values::resolve(&self.book, &[(name.clone(), input.clone())])?;
                let key = values.lookup(&self.book, name).unwrap_or_default();
                filter.fields.push((name.clone(), key));
            } else if attributes.contains(name) {
                filter.attributes.push((name.clone(), input.clone()));
            } else {
                let fields = self.book.fields().iter().map(|field| field.name.as_str());
                let all: Vec<String> =
                    fields.chain(attributes.iter().map(String::as_str)).map(str::to_owned).collect();
                return Err(Error::UnknownField {
                    name: name.clone(),
                    suggestion: nearest(name, all.iter().map(String::as_str)),
                    fields: all,
                });
            }
        }
        Ok(filter)
    }

    /// Calls `each` with the cells of every selected customer, in order of issue, under `columns`.
    /// Gives their number. A read transaction stays open meanwhile: `each` must write to a file or
    /// memory, never to a pipe or a terminal.
    pub fn export(
        &mut self,
        filter: &Filter,
        columns: &Columns,
        each: &mut dyn FnMut(&[Option<&str>]) -> Result<()>,
    ) -> Result<u64> {
        let mut view = self.store.read()?;
        let attributes: Vec<&str> = columns.attributes.iter().map(String::as_str).collect();
        let fields: Vec<&str> = self.book.fields().iter().map(|field| field.name.as_str()).collect();
        let erasures = if columns.state { erasures(view.as_mut())? } else { HashMap::new() };
        let (mut count, mut failure) = (0, None);
        let scanned = view.scan(filter, &mut |listed| {
            count += 1;
            let (own, free) = (Texts::of(listed.fields)?, Texts::of(listed.attributes)?);
            let mut row = Vec::with_capacity(KNOWN.len() + fields.len() + 1 + attributes.len());
            let reference = listed.references.and_then(|lines| lines.lines().next());
            row.extend([Some(listed.code), reference, listed.name, Some(listed.date)]);
            own.lay(&fields, &mut row);
            let erasure = erasures.get(listed.code);
            let state =
                if erasure.is_some() { CustomerState::Erased.as_str() } else { listed.state.as_str() };
            row.extend(columns.state.then_some(Some(state)));
            free.lay(&attributes, &mut row);
            if let Some(erasure) = erasure.filter(|_| columns.erased) {
                row.extend(
                    [&erasure.operation.at, &erasure.operation.actor, &erasure.reason].map(|it| Some(&**it)),
                );
            }
            each(&row).map_err(|error| {
                failure = Some(error);
                store::Error::Interrupted
            })
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(scanned.map(|()| count)?),
        }
    }
}

/// The columns of an erasure.
const ERASURE: [&str; 3] = ["erased_at", "erased_by", "erased_because"];

/// Erasures by the code that their customer carries.
fn erasures(view: &mut dyn Snapshot) -> Result<HashMap<String, Erasure>> {
    let mut by_code = HashMap::new();
    view.scan_erasures(&mut |erasure, code| {
        by_code.extend(code.map(|code| (code.to_owned(), erasure)));
        Ok(())
    })?;
    Ok(by_code)
}
