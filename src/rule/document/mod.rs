//! The rule file as spanned TOML: typed access that collects every mistake, and TOML's own traps
//! explained. What the keys mean is the affair of `compile`.

mod section;
mod syntax;
mod tree;

pub(super) use section::{Section, Text, Whole, section_of};
pub(super) use tree::{Document, Table, Value};

use super::Diagnostic;

/// The findings collected so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) list: Vec<Diagnostic>,
}

impl Findings {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }
}

/// The name among `known` that `given` was probably meant to be.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        // Swapped neighbours in a short word look unlike to Jaro and Winkler.
        let swapped = name != given && name.chars().count() > 2 && strsim::osa_distance(&given, &name) == 1;
        strsim::jaro_winkler(&given, &name).max(if swapped { 0.9 } else { 0.0 })
    };
    known
        .into_iter()
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
