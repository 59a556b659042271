//! `man`: manual pages.

use clap::Args;

use crate::cli::outcome::{Outcome, Status};
use crate::cli::ui::Ui;
use crate::registry::Error;

/// Print the manual page, of a command when one is named
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode man > custcode.1
  custcode man rules check | man -l -")]
pub(crate) struct Man {
    /// The command
    command: Vec<String>,
}

impl Man {
    pub(super) fn run(&self, mut root: clap::Command) -> Outcome {
        root.build();
        let mut command = &root;
        for word in &self.command {
            command = command.find_subcommand(word).ok_or_else(|| {
                Error::usage(format!("no command {word:?}"), "custcode --help lists them".to_owned())
            })?;
        }
        // The built name holds a blank (`custcode rules check`), a page has dashes.
        let title = command.get_display_name().unwrap_or("custcode").to_owned();
        let page = clap_mangen::Man::new(command.clone())
            .title(title)
            .source(concat!("custcode ", env!("CARGO_PKG_VERSION")));
        Ui::print(|out| page.render(out))?;
        Ok(Status::Done)
    }
}
