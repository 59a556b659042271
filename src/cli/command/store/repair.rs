//! `store repair`: put right what can be derived from what is whole.

use clap::Args;
use serde::Serialize;

use super::finding;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::page::Page;
use crate::cli::words::counted;
use crate::registry::audit::repair::Repaired;
use crate::store::Access;

/// Put right what can be derived from what is whole
///
/// Checks the ledger and lists what would be done; does it only with --yes: a counter below its
/// codes moves up, a kept state becomes that of its history, numbers in use above a counter are
/// counted anew, indexes are built anew, the file is taken away from other users. What cannot be
/// put right (lost or edited rows, a broken chain, damaged pages) is named with what to do instead;
/// a damaged file is never written to. The repair is an operation of its own. Exit status 1 while
/// something is wrong.
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
        context.ui.answer(&Answered::from(&repaired))?;
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

#[derive(Serialize)]
struct Answered<'a> {
    done: bool,
    repairs: Vec<Mended>,
    left: Vec<finding::Members<'a>>,
    #[serde(skip)]
    whole: &'a Repaired,
}

#[derive(Serialize)]
struct Mended {
    kind: &'static str,
    what: String,
}

impl<'a> From<&'a Repaired> for Answered<'a> {
    fn from(whole: &'a Repaired) -> Self {
        let mended = whole.repairs.iter().map(|it| Mended { kind: it.as_str(), what: it.to_string() });
        let left = whole.left.iter().map(finding::Members::from);
        Self { done: whole.done, repairs: mended.collect(), left: left.collect(), whole }
    }
}

impl Answer for Answered<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["outcome", "kind", "what", "advice"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let repairs =
            self.repairs.iter().map(|it| ["repair", it.kind, &it.what, ""].map(str::to_owned).to_vec());
        let left = self.whole.left.iter().map(|left| {
            let [kind, _, what, advice] = finding::cells(left).try_into().unwrap_or_default();
            vec!["left".to_owned(), kind, what, advice]
        });
        repairs.chain(left).collect()
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for repair in &self.repairs {
            text.extend([if self.done { "done   " } else { "would  " }, &page.text(&repair.what), "\n"]);
        }
        text.push_str(&finding::page(&self.whole.left, &self.whole.report, page));
        text
    }
}
