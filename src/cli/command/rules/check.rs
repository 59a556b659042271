//! `rules check`: every mistake of a rule file, or its proof.

use std::path::PathBuf;

use clap::Args;

use super::list::List;
use crate::cli::ui::Ui;
use crate::cli::{Context, Outcome, Status};
use crate::rule::{Bundle, RuleBook};

/// Check a rule file: every mistake at once, with its place
///
/// Also proves that no rule can print a code twice and that no two rules can print the same code. Exit status 2 on errors.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules check
  custcode rules check draft.toml --json")]
pub(crate) struct Check {
    /// The file; the rules in use when not given
    file: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let bundle = match &self.file {
            Some(file) => Bundle::read(file)?,
            None => context.workspace()?.bundle,
        };
        let loaded = RuleBook::load(bundle, false);
        let (rules, found) = match &loaded {
            Ok(book) => (book.rules(), &book.warnings),
            Err(found) => (&[][..], found),
        };
        // The findings are the answer, but as text they go where findings of every other command go.
        if !found.list.is_empty() && !context.ui.json() {
            Ui::block(&found.render(context.ui.error_coloured()));
        }
        context.ui.answer(&List { rules, found: Some(found) })?;
        if loaded.is_err() && !context.ui.json() {
            context.ui.error(&found.to_string());
        }
        if loaded.is_ok() {
            context.ui.status(&format!(
                "{}: proved that no two customers can get one code",
                crate::cli::command::counted(rules.len() as u64, "rule")
            ));
        }
        Ok(if loaded.is_ok() { Status::Done } else { Status::BadRules })
    }
}
