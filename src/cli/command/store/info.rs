//! `store info`: which ledger, why, and what it holds.

use clap::Args;
use serde::Serialize;

use super::check::unfinished;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::page::Page;
use crate::cli::output::table;
use crate::registry::scope;
use crate::registry::workspace::info::{CounterView, LedgerView};
use crate::store::Access;

/// Show which ledger is used, why, and what it holds
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store info
  custcode store info --json | jq .counters")]
pub(crate) struct Info {}

impl Info {
    pub(super) fn run(context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let reasons = workspace.reasons.clone();
        let place = workspace.location.to_string();
        let mut registry = context.open_workspace(workspace, Access::Read)?;
        let exists = registry.has_ledger();
        let mut view = registry.info()?;
        if !exists {
            // What was looked at is empty, and gone in a moment.
            view.location.clone_from(&place);
        }
        context.ui.answer(&Ledger::new(&view, exists, &reasons))?;
        if !exists {
            context.ui.note(&format!("there is no ledger yet; it would be {place}"));
        }
        if let Some(since) = view.unfinished_erasure.as_ref().filter(|_| !context.ui.json()) {
            context.ui.note(&unfinished(since));
        }
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct Ledger<'a> {
    location: &'a str,
    exists: bool,
    found: &'a [String],
    id: Option<&'a str>,
    ledger_schema: Option<u32>,
    bundle: Option<&'a str>,
    fence: Option<&'a str>,
    customers: u64,
    codes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished_erasure: Option<&'a str>,
    counters: &'a [CounterView],
}

impl<'a> Ledger<'a> {
    fn new(view: &'a LedgerView, exists: bool, reasons: &'a [String]) -> Self {
        Self {
            location: &view.location,
            exists,
            found: reasons,
            id: exists.then_some(view.info.id.as_str()),
            ledger_schema: exists.then_some(view.info.schema),
            bundle: view.info.bundle.as_deref(),
            fence: view.info.fence.as_deref(),
            customers: view.customers,
            codes: view.codes,
            unfinished_erasure: view.unfinished_erasure.as_deref(),
            counters: &view.counters,
        }
    }

    /// What the ledger is, without its counters.
    fn head(&self) -> Vec<(&'static str, String)> {
        let mut list = vec![("ledger", self.location.to_owned())];
        list.extend(self.found.iter().map(|reason| ("found", reason.clone())));
        list.extend(self.id.map(|id| ("id", id.to_owned())));
        list.extend(self.ledger_schema.map(|schema| ("schema", schema.to_string())));
        list.extend(self.id.map(|_| ("bundle", self.bundle.unwrap_or_default().to_owned())));
        list.extend(self.fence.map(|fence| ("fence", fence.to_owned())));
        list.push(("customers", self.customers.to_string()));
        list.push(("codes", self.codes.to_string()));
        list
    }

    /// The cells of each counter.
    fn counters(&self) -> Vec<Vec<String>> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let row = |it: &CounterView| {
            vec![it.rule.clone(), scope::shown(&it.scope), number(it.last), number(it.max)]
        };
        self.counters.iter().map(row).collect()
    }
}

impl Answer for Ledger<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["what", "value", "scope", "last", "max"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        // Every record as wide as the widest, or it would be no table.
        let head = self.head().into_iter().map(|(what, value)| {
            let mut row = vec![what.to_owned(), value];
            row.resize(5, String::new());
            row
        });
        let counters = self.counters().into_iter().map(|mut row| {
            row.insert(0, "counter".to_owned());
            row
        });
        head.chain(counters).collect()
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for (what, value) in self.head() {
            table::put(what, 9, &mut text);
            text.extend(["  ", &page.text(&value), "\n"]);
        }
        if !self.counters.is_empty() {
            text.push('\n');
        }
        text.push_str(&table::render(&["rule", "scope", "last", "max"], &self.counters(), page));
        text
    }
}
