//! `rules check`: every mistake of a rule file, or what is proved and known of its rules.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::tz::TimeZone;

use super::list::List;
use super::proof::{self, Proof};
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::words::counted;
use crate::registry::{Places, Workspace};
use crate::report::proof::forecast::forecast;
use crate::report::proof::report;
use crate::rule::{Bundle, Origin, ProvedBook};

/// Check a rule file: every mistake with its place, or what is proved of each rule
///
/// Proves that no two customers can get one code and that every code is read in one way, also
/// between rules. Says of each rule how many codes it has, what its check digit catches, and what
/// happens to its codes in spreadsheets, in the eyes of people and in the systems that the file
/// names as targets. With the ledger: how many codes of each scope are used, and the day on which
/// they run out at the rate of the last 90 days.
///
/// Exit status 2 on errors, 1 when a scope has reached a warning level of its rule.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules check
  custcode rules check draft.toml
  custcode rules check --json | jq '.rules[] | {name, scopes}'
  custcode rules check --quiet || mail -s \"codes run out\" office@example.com")]
pub(crate) struct Check {
    /// The file; the rules in use when not given. Its ledger is looked at if it is the one in use,
    /// or with --store
    file: Option<PathBuf>,
    /// Leave the ledger out
    #[arg(long)]
    no_ledger: bool,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let (bundle, workspace) = self.find(context)?;
        let book = match ProvedBook::load(bundle) {
            Ok(book) => book,
            Err(found) => return refused(context, &found),
        };
        if !book.warnings.list.is_empty() && !context.ui.json() {
            context.ui.block(&book.warnings.render(false), || book.warnings.render(true));
        }
        let zone = book.timezone().cloned().unwrap_or_else(TimeZone::system);
        let scopes = match workspace.filter(|_| !self.no_ledger) {
            Some(workspace) => {
                let scopes =
                    workspace.ask(context.patience(), |view| forecast(&book, view, context.now(), &zone))?;
                if scopes.is_none() {
                    context.ui.detail(&format!("no ledger at {}", workspace.location));
                }
                scopes
            }
            None => None,
        };
        let today = context.now().to_zoned(zone).date();
        let proof = Proof::new(&book, report(&book, today), scopes);
        context.ui.answer(&proof)?;
        context.ui.status(&format!(
            "{}: proved that no two customers can get one code",
            counted(book.rules().len() as u64, "rule")
        ));
        match proof::reached(&proof) {
            0 => Ok(Status::Done),
            reached => {
                let verb = if reached == 1 { "has" } else { "have" };
                context
                    .ui
                    .status(&format!("{} {verb} reached a level of warn_at", counted(reached, "scope")));
                Ok(Status::No)
            }
        }
    }

    /// The rules to be checked, and where their ledger is looked for.
    fn find(&self, context: &Context) -> Result<(Bundle, Option<Workspace>), Failure> {
        let Some(file) = &self.file else {
            let workspace = context.rules()?;
            return Ok((workspace.bundle.clone(), Some(workspace)));
        };
        if context.places.store_flag.is_some() {
            let places = Places { rules_flag: Some(file.clone()), ..context.places.clone() };
            let workspace = Workspace::find(&places)?;
            return Ok((workspace.bundle.clone(), Some(workspace)));
        }
        let in_use = Workspace::find(&context.places).ok().filter(|workspace| is_of(workspace, file));
        Ok((Bundle::read(file)?, in_use))
    }
}

/// Whether a file is the rule file in use.
fn is_of(workspace: &Workspace, file: &Path) -> bool {
    let Origin::File(own) = &workspace.bundle.origin else { return false };
    own.canonicalize().is_ok_and(|own| file.canonicalize().is_ok_and(|file| own == file))
}

/// A file with errors: they are the answer, but as text they go where findings of every other
/// command go.
fn refused(context: &Context, found: &crate::rule::Diagnostics) -> Outcome {
    if !context.ui.json() {
        context.ui.block(&found.render(false), || found.render(true));
    }
    context.ui.answer(&List::refused(found))?;
    if !context.ui.json() {
        context.ui.error(&found.to_string());
    }
    Ok(Status::BadRules)
}
