//! `store info`: which ledger, why, and what it holds.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::render::{Answer, Page, Records, object, table};
use crate::cli::{Context, Outcome, Status};
use crate::registry::workspace::info::LedgerView;
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
        context.ui.answer(&Ledger { view: &view, exists, reasons: &reasons })?;
        if !exists {
            context.ui.note(&format!("there is no ledger yet; it would be {place}"));
        }
        Ok(Status::Done)
    }
}

struct Ledger<'a> {
    view: &'a LedgerView,
    exists: bool,
    reasons: &'a [String],
}

impl Ledger<'_> {
    /// What the ledger is, without its counters.
    fn head(&self) -> Vec<(&'static str, String)> {
        let LedgerView { location, info, customers, codes, .. } = self.view;
        let mut list = vec![("ledger", location.clone())];
        list.extend(self.reasons.iter().map(|reason| ("found", reason.clone())));
        if self.exists {
            list.push(("id", info.id.clone()));
            list.push(("schema", info.schema.to_string()));
            list.push(("bundle", info.bundle.clone().unwrap_or_default()));
        }
        list.extend(info.fence.iter().map(|fence| ("fence", fence.clone())));
        list.push(("customers", customers.to_string()));
        list.push(("codes", codes.to_string()));
        list
    }
}

impl Answer for Ledger<'_> {
    fn facts(&self) -> Map<String, Value> {
        let LedgerView { location, info, customers, codes, counters } = self.view;
        object([
            ("location", location.as_str().into()),
            ("exists", self.exists.into()),
            ("found", self.reasons.into()),
            ("id", self.exists.then_some(info.id.as_str()).into()),
            ("ledger_schema", self.exists.then_some(info.schema).into()),
            ("bundle", info.bundle.clone().into()),
            ("fence", info.fence.clone().into()),
            ("customers", (*customers).into()),
            ("codes", (*codes).into()),
            ("counters", serde_json::to_value(counters).unwrap_or_default()),
        ])
    }

    fn records(&self) -> Records {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let head = self.head().into_iter().map(|(what, value)| vec![what.to_owned(), value]);
        let counters = self.view.counters.iter().map(|counter| {
            vec![
                "counter".to_owned(),
                counter.rule.clone(),
                counter.scope.clone(),
                number(counter.last),
                number(counter.max),
            ]
        });
        // Every record as wide as the widest, or it would be no table.
        let rows = head.chain(counters).map(|mut row| {
            row.resize(5, String::new());
            row
        });
        Records { headers: vec!["what", "value", "scope", "last", "max"], rows: rows.collect() }
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for (what, value) in self.head() {
            table::put(what, 9, &mut text);
            text.extend(["  ", &page.text(&value), "\n"]);
        }
        let mut counters = self.records();
        counters.rows.retain_mut(|row| row.remove(0) == "counter");
        counters.headers = vec!["rule", "scope", "last", "max"];
        if !counters.rows.is_empty() {
            text.push('\n');
        }
        text.push_str(&table::render(&counters, page));
        text
    }
}
