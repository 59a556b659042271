//! The commands, one file each: the options (their comments are the help) and `run`, which asks the
//! registry and hands the answer to a renderer.

mod completions;
mod edit;
mod erase;
mod export;
mod find;
mod gaps;
mod help;
mod import;
mod init;
mod lines;
mod list;
mod log;
mod man;
mod named;
mod new;
mod rows;
mod rules;
mod show;
mod store;
mod validate;
mod void;

use std::ffi::OsStr;

use clap::{Args as _, Subcommand};

use super::context::Context;
use super::outcome::Outcome;

/// What custcode can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    New(new::New),
    Validate(validate::Validate),
    Show(show::Show),
    List(list::List),
    Find(find::Find),
    Edit(edit::Edit),
    Void(void::Void),
    Erase(erase::Erase),
    Import(import::Import),
    Export(export::Export),
    Gaps(gaps::Gaps),
    Log(log::Log),
    #[command(subcommand)]
    Rules(rules::Rules),
    #[command(subcommand)]
    Store(store::Store),
    Completions(completions::Completions),
    Man(man::Man),
    Help(help::Help),
}

impl Command {
    /// A command without its sisters, if `name` is one that scripts call for every code.
    pub(super) fn alone(name: &OsStr) -> Option<clap::Command> {
        let name = name.to_str()?;
        let build: fn(clap::Command) -> clap::Command = match name {
            "new" => new::New::augment_args,
            "validate" => validate::Validate::augment_args,
            "show" => show::Show::augment_args,
            _ => return None,
        };
        Some(build(clap::Command::new(name.to_owned())))
    }

    /// Does it; `root` builds the whole program, for the commands that describe it.
    pub(crate) fn run(&self, context: &Context, root: fn() -> clap::Command) -> Outcome {
        match self {
            Self::Init(command) => command.run(context),
            Self::New(command) => command.run(context),
            Self::Validate(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Find(command) => command.run(context),
            Self::Edit(command) => command.run(context),
            Self::Void(command) => command.run(context),
            Self::Erase(command) => command.run(context),
            Self::Import(command) => command.run(context),
            Self::Export(command) => command.run(context),
            Self::Gaps(command) => command.run(context),
            Self::Log(command) => command.run(context),
            Self::Rules(command) => command.run(context),
            Self::Store(command) => command.run(context),
            Self::Completions(command) => command.run(root()),
            Self::Man(command) => command.run(context.ui, root()),
            Self::Help(command) => command.run(context.ui, root()),
        }
    }
}
