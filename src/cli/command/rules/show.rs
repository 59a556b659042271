//! `rules show`: what the rules in use are.

use clap::Args;

use super::list::List;
use crate::cli::{Context, Outcome, Status};

/// Show the rules in use
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules show
  custcode rules show --json")]
pub(crate) struct Show {}

impl Show {
    #[expect(clippy::unused_self, reason = "a command without options")]
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let book = context.book()?;
        context.ui.answer(&List { rules: book.rules(), found: None })?;
        Ok(Status::Done)
    }
}
