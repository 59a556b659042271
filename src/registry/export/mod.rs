//! Customers out of the ledger: `list` and `export`.

mod column;
mod condition;
mod sort;

use std::collections::HashMap;

pub use column::{Columns, Layout, ShownValues};

use self::column::Slots;
use self::sort::Sorter;
use crate::registry::{Registry, Result};
use crate::store::{self, CodeState, Erasure, Filter, Snapshot, Store};

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

impl Registry<'_> {
    /// The columns of an export as the ledger stands now.
    pub fn columns(&mut self, selection: &Selection, layout: &Layout) -> Result<Columns> {
        let attributes = self.store.read()?.attribute_names()?;
        Columns::of(&self.book, &attributes, selection, layout)
    }

    /// Turns what was typed into a filter of the store: fields and attributes by the names, labels
    /// and headers that an import knows them by, values by key, code, label or alias; what is above
    /// values means all of them.
    pub fn filter(&mut self, selection: &Selection) -> Result<Filter> {
        let attributes = self.store.read()?.attribute_names()?;
        condition::filter(&self.book, &attributes, selection)
    }

    /// So many customers are selected at most.
    pub fn at_most(&mut self, selection: &Selection) -> Result<u64> {
        let (customers, _) = self.store.read()?.totals()?;
        Ok(selection.limit.map_or(customers, |limit| limit.min(customers)))
    }

    /// Calls `each` with the cells of every selected customer under `columns`, in order of issue
    /// unless they are to be sorted. Gives their number. Ends as interrupted once `stop` says so. A
    /// read transaction stays open meanwhile: `each` must write to a file or memory, never to a
    /// pipe or a terminal.
    pub fn export(
        &mut self,
        filter: &Filter,
        columns: &Columns,
        stop: &dyn Fn() -> bool,
        each: &mut dyn FnMut(&[Option<&str>]) -> Result<()>,
    ) -> Result<u64> {
        let slots = Slots::new(&self.book, columns);
        let go_on = || if stop() { Err(store::Error::Interrupted) } else { Ok(()) };
        let mut each = |row: &[Option<&str>]| {
            go_on()?;
            each(row)
        };
        let Some((_, descending)) = columns.order else {
            return scan(self.store.as_mut(), filter, &slots, &mut each);
        };
        let mut sorter = Sorter::new(descending);
        // The first in the order that was asked for are not the first that were issued.
        let every = Filter { limit: None, ..filter.clone() };
        scan(self.store.as_mut(), &every, &slots, &mut |row| {
            go_on()?;
            sorter.push(row)
        })?;
        sorter.finish(filter.limit, &mut each)
    }
}

/// Calls `each` with the cells of every customer that the filter wants; gives their number.
fn scan(
    store: &mut dyn Store,
    filter: &Filter,
    slots: &Slots<'_>,
    each: &mut dyn FnMut(&[Option<&str>]) -> Result<()>,
) -> Result<u64> {
    let mut view = store.read()?;
    let erasures = if slots.tell_erasures { erasures(view.as_mut())? } else { HashMap::new() };
    let (mut count, mut failure) = (0, None);
    let scanned = view.scan(filter, &mut |listed| {
        count += 1;
        slots.row(listed, erasures.get(listed.code), &mut *each).map_err(|error| {
            failure = Some(error);
            store::Error::Interrupted
        })
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(scanned.map(|()| count)?),
    }
}

/// Erasures by the code that their customer carries.
fn erasures(view: &mut dyn Snapshot) -> Result<HashMap<String, Erasure>> {
    let mut by_code = HashMap::new();
    view.scan_erasures(&mut |erasure, code| {
        by_code.extend(code.map(|code| (code.to_owned(), erasure)));
        Ok(())
    })?;
    Ok(by_code)
}
