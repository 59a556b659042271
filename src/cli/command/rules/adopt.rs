//! `rules adopt`: the ledger takes rules over on purpose.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::changes::{Changes, HEADERS};
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::page::Page;
use crate::cli::words::counted;
use crate::registry::Error;
use crate::registry::rules::{AdoptRequest, Adopted, Adoption, Diff};
use crate::rule::{Bundle, Origin};
use crate::store::Access;

/// Make rules the ledger's, also such as touch its codes or were replaced before
///
/// Changes that touch no code need no command: the next `new` or `import` adopts them. This one
/// shows the change and asks. A change that touches codes is only adopted with --breaks and their
/// exact number, as rules diff says it; codes that no rule reads any more stay in the ledger as
/// they are. Counters go on above codes that come under them.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules adopt --dry-run           # the same as rules diff
  custcode rules adopt                     # go back to rules that the ledger had before
  custcode rules adopt --breaks 3 --yes    # three codes would be touched, and that is right
  custcode rules adopt draft.toml")]
pub(crate) struct Adopt {
    /// The rule file; the one in use when not given
    file: Option<PathBuf>,
    /// Agree that so many codes are touched
    #[arg(long, value_name = "N")]
    breaks: Option<u64>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Show the change; adopt nothing
    #[arg(long)]
    dry_run: bool,
}

impl Adopt {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut workspace = context.workspace()?;
        let in_use = workspace.bundle.clone();
        if let Some(file) = &self.file {
            workspace.bundle = Bundle::read(file)?;
        }
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let mut registry = context.open_workspace(workspace, access)?;
        let planned = registry.adopt(&AdoptRequest { breaks: self.breaks, dry_run: true })?;
        if self.dry_run || planned.state == Adopted::Already {
            context.ui.answer(&Done::new(&planned, false))?;
            context.ui.status(match planned.state {
                Adopted::Already => "these are the ledger's rules already; nothing was changed",
                _ => "dry run: nothing was adopted",
            });
            // Without a number it is asked for one; with one it is asked whether that is right.
            if self.breaks.is_some() {
                planned.permit(self.breaks)?;
            }
            return Ok(Status::Done);
        }
        if !context.ui.json() {
            context.ui.answer(&Done::new(&planned, false))?;
        }
        planned.permit(self.breaks)?;
        if !self.yes && !context.ui.confirm("adopt these rules?")? {
            return Err(unconfirmed());
        }
        let done = registry.adopt(&AdoptRequest { breaks: self.breaks, dry_run: false })?;
        let adopted = done.state != Adopted::Already;
        if context.ui.json() {
            context.ui.answer(&Done::new(&done, adopted))?;
        }
        if !adopted {
            context.ui.status("somebody else adopted these rules meanwhile; nothing was changed");
            return Ok(Status::Done);
        }
        let short: String = done.digest.chars().take(12).collect();
        let touched = done.diff.as_ref().map_or(0, Diff::touched);
        context.ui.status(&match touched {
            0 => format!("adopted the rules {short}"),
            touched => {
                format!("adopted the rules {short}; {} of the ledger touched", counted(touched, "code"))
            }
        });
        if in_use.digest() != done.digest {
            context.ui.note(&match &in_use.origin {
                Origin::File(path) => {
                    format!("{} holds other rules: put these in its place", path.display())
                }
                _ => "these rules are not found here: name them with --rules, or save them as rules.toml"
                    .to_owned(),
            });
        }
        Ok(Status::Done)
    }
}

fn unconfirmed() -> Failure {
    Error::Unconfirmed { question: "the ledger keeps its rules: the change was not confirmed".to_owned() }
        .into()
}

#[derive(Serialize)]
struct Done<'a> {
    adopted: bool,
    state: &'static str,
    digest: &'a str,
    #[serde(flatten)]
    changes: Option<Changes<'a>>,
}

impl<'a> Done<'a> {
    fn new(adoption: &'a Adoption, adopted: bool) -> Self {
        let changes = adoption.diff.as_ref().map(Changes::from);
        Self { adopted, state: adoption.state.as_str(), digest: &adoption.digest, changes }
    }
}

impl Answer for Done<'_> {
    fn columns(&self) -> Vec<&'static str> {
        HEADERS.to_vec()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.changes.as_ref().map_or_else(Vec::new, Changes::rows)
    }

    fn page(&self, page: Page) -> String {
        self.changes.as_ref().map_or_else(String::new, |changes| changes.page(page))
    }
}
