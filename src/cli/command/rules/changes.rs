//! Two states of the rules beside each other, and what becomes of the codes.

use serde::Serialize;

use crate::cli::output::answer::Answer;
use crate::cli::output::page::Page;
use crate::cli::output::table;
use crate::registry::rules::{Diff, Example, Impact, Touched, Version};
use crate::rule::Change;

/// The columns of a comparison.
pub(super) const HEADERS: [&str; 5] = ["of", "name", "change", "was", "becomes"];

/// A comparison.
#[derive(Serialize)]
pub(super) struct Changes<'d> {
    old: &'d Version,
    new: &'d Version,
    changes: Vec<Changed<'d>>,
    codes: Option<Codes<'d>>,
    #[serde(skip)]
    diff: &'d Diff,
}

#[derive(Serialize)]
struct Changed<'d> {
    of: &'static str,
    name: Option<&'d str>,
    change: &'static str,
    count: u64,
    was: Option<&'d str>,
    becomes: Option<&'d str>,
}

/// What becomes of the codes in the ledger.
#[derive(Serialize)]
struct Codes<'d> {
    total: u64,
    touched: u64,
    unreadable: &'d Touched,
    meaning: &'d Touched,
    collision: &'d Touched,
}

impl<'d> From<&'d Diff> for Changes<'d> {
    fn from(diff: &'d Diff) -> Self {
        let changed = |it: &'d Change| Changed {
            of: it.of.as_str(),
            name: Some(it.name.as_str()).filter(|name| !name.is_empty()),
            change: it.aspect,
            count: it.count,
            was: it.was.as_deref(),
            becomes: it.becomes.as_deref(),
        };
        let codes = |it: &'d Impact| Codes {
            total: it.total,
            touched: it.touched(),
            unreadable: &it.unreadable,
            meaning: &it.meaning,
            collision: &it.collision,
        };
        Self {
            old: &diff.old,
            new: &diff.new,
            changes: diff.changes.iter().map(changed).collect(),
            codes: diff.impact.as_ref().map(codes),
            diff,
        }
    }
}

impl Answer for Changes<'_> {
    fn columns(&self) -> Vec<&'static str> {
        HEADERS.to_vec()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for change in &self.diff.changes {
            let aspect = match change.count {
                1 => change.aspect.to_owned(),
                count => format!("{} ({count})", change.aspect),
            };
            let [was, becomes] = [&change.was, &change.becomes].map(|text| text.clone().unwrap_or_default());
            rows.push(vec![change.of.as_str().to_owned(), change.name.clone(), aspect, was, becomes]);
        }
        let kinds = self.diff.impact.iter().flat_map(Impact::kinds);
        for (kind, touched) in kinds.filter(|(_, them)| them.count > 0) {
            let aspect = format!("{kind} ({})", touched.count);
            for Example { code, was, becomes } in &touched.examples {
                rows.push(["code", code, &aspect, was, becomes].map(str::to_owned).to_vec());
            }
        }
        rows
    }

    fn page(&self, page: Page) -> String {
        let side = |word: &str, version: &Version| {
            let digest: String = version.digest.chars().take(12).collect();
            format!("{word}  {digest}  {}\n", page.text(&version.name))
        };
        let list = table::render(&HEADERS, &self.rows(), page);
        [side("old", self.old), side("new", self.new), list].concat()
    }
}
