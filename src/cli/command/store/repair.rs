//! `store repair`: put right what can be derived from what is whole.

use clap::Args;
use serde_json::{Map, Value};

use super::finding;
use crate::cli::command::counted;
use crate::cli::render::{Answer, Page, Records, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry::audit::repair::Repaired;
use crate::store::Access;

/// Put right what can be derived from what is whole
///
/// Checks the ledger and lists what would be done; does it only with --yes: a counter below its codes moves up, a kept state becomes that
/// of its story, numbers in use above a counter are counted anew, indexes are built anew, the file is taken away from other users. What
/// cannot be put right (lost or edited rows, a broken chain, damaged pages) is named with what to do instead; a damaged file is never
/// written to. The repair is an operation of its own. Exit status 1 while something is wrong.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store repair          # what would be done
  custcode store repair --yes    # do it")]
pub(crate) struct Repair {
    /// Do it
    #[arg(long)]
    yes: bool,
    /// Only say what would be done, which is the default
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

impl Repair {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        // Reading suffices to say what would be done.
        let access = if self.yes { Access::Write } else { Access::Read };
        let repaired = context
            .open_workspace(context.workspace_of_store()?, access)?
            .repair(self.yes && !self.dry_run)?;
        context.ui.answer(&Answered(&repaired))?;
        let count = repaired.repairs.len() as u64;
        context.ui.status(&match (repaired.done, count) {
            (_, 0) if repaired.left.is_empty() => "nothing to repair".to_owned(),
            (_, 0) => "nothing that custcode could repair".to_owned(),
            (true, _) => format!("{} done; custcode store check looks again", counted(count, "repair")),
            (false, _) => format!("{}, nothing done yet: --yes does it", counted(count, "repair")),
        });
        let whole = repaired.left.is_empty() && (repaired.done || count == 0);
        Ok(if whole { Status::Done } else { Status::No })
    }
}

struct Answered<'a>(&'a Repaired);

impl Answer for Answered<'_> {
    fn facts(&self) -> Map<String, Value> {
        let repairs = self.0.repairs.iter().map(|repair| {
            Value::from(object([("kind", repair.as_str().into()), ("what", repair.to_string().into())]))
        });
        let left: Vec<_> = self.0.left.iter().map(finding::facts).collect();
        object([
            ("done", self.0.done.into()),
            ("repairs", repairs.collect::<Vec<_>>().into()),
            ("left", left.into()),
        ])
    }

    fn records(&self) -> Records {
        let repairs = self.0.repairs.iter().map(|repair| {
            vec!["repair".to_owned(), repair.as_str().to_owned(), repair.to_string(), String::new()]
        });
        let left = self.0.left.iter().map(|left| {
            let [kind, _, what, advice] = finding::cells(left).try_into().unwrap_or_default();
            vec!["left".to_owned(), kind, what, advice]
        });
        Records { headers: vec!["outcome", "kind", "what", "advice"], rows: repairs.chain(left).collect() }
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for repair in &self.0.repairs {
            text.extend([
                if self.0.done { "done   " } else { "would  " },
                &page.text(&repair.to_string()),
                "\n",
            ]);
        }
        text.push_str(&finding::page(&self.0.left, &self.0.report, page));
        text
    }
}
