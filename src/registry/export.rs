//! Customers out of the ledger: `list` and `export`.

use super::{Registry, Result};
use crate::store::Filter;

/// Which customers are wanted, as typed.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `--type vip`, `--where industry=services`: field or attribute and value.
    pub conditions: Vec<(String, String)>,
    /// Exact name.
    pub name: Option<String>,
    /// Record dates from, to.
    pub dates: (Option<jiff::civil::Date>, Option<jiff::civil::Date>),
    /// At most.
    pub limit: Option<u64>,
}

impl Registry<'_> {
    /// The columns of an export: `code`, `ref`, `name`, `date`, the declared fields, then attributes in order of first use (an attribute that would
    /// be taken for another column on import is headed `attr:NAME`).
    pub fn columns(&mut self) -> Result<Vec<String>> {
        todo!()
    }
    /// Turns what was typed into a filter of the store: fields resolved by key, code, label or alias.
    pub fn filter(&mut self, _selection: &Selection) -> Result<Filter> {
        todo!()
    }
    /// Calls `each` with the cells of every selected customer, in order of issue, under [`Registry::columns`]. Gives their number. A read
    /// transaction stays open meanwhile: `each` must write to a file or memory, never to a pipe or a terminal.
    pub fn export(
        &mut self,
        _filter: &Filter,
        _columns: &[String],
        _each: &mut dyn FnMut(&[Option<&str>]) -> std::io::Result<()>,
    ) -> Result<u64> {
        todo!()
    }
}
