//! `completions`: a script for the shell.

use clap::Args;
use clap_complete::Shell;

use crate::cli::outcome::{Outcome, Status};
use crate::cli::ui::Ui;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode completions bash > ~/.local/share/bash-completion/completions/custcode
  custcode completions zsh > ~/.zfunc/_custcode
  custcode completions fish > ~/.config/fish/completions/custcode.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, mut root: clap::Command) -> Outcome {
        // Written to memory first: the generator panics when its output fails.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut root, "custcode", &mut script);
        Ui::print(|out| std::io::Write::write_all(out, &script))?;
        Ok(Status::Done)
    }
}
