//! Words on a screen: arguments, one file per command, renderers, exit codes and hints.
//!
//! A command returns data; `render` writes it; every byte goes through `ui`. What an error means to a caller — its kind, its exit
//! status, what to type next — is decided in `error` and nowhere else. What a command *does* is in [`crate::registry`].

mod args;
mod command;
mod context;
mod error;
mod escape;
mod own_words;
mod person;
mod progress;
mod render;
mod screen;
mod signal;
mod ui;

use std::ffi::OsString;
use std::io::{self, Write as _};

use args::{Cli, Early};
use context::Context;
use error::Failure;
use escape::visible;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Done,
    /// The answer is no: invalid codes, rejected rows, a code that is not there, a finding.
    No,
    /// The rule file has errors; they were the answer.
    BadRules,
    /// Done in part (`--partial`).
    Partial,
}

impl Status {
    /// The exit status.
    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::BadRules => 2,
            Self::Partial => 6,
        }
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Status, Failure>;

/// The same error about arguments that can be shown: clap repeats them as they are.
fn visibly(arguments: &[OsString]) -> Option<clap::Error> {
    let shown: Vec<_> = arguments.iter().map(|word| visible(&word.to_string_lossy()).into_owned()).collect();
    let changed = shown.iter().zip(arguments).any(|(shown, word)| word != shown.as_str());
    let shown: Vec<OsString> = shown.into_iter().map(OsString::from).collect();
    if changed { Cli::read(&shown).err() } else { None }
}

/// Runs the program on `arguments` (the program's name first) and gives its exit status.
///
/// # Errors
/// Only when standard output is gone; a broken pipe among them is the caller's to pass over.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> io::Result<u8> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Asked by installers and monitors again and again: answered before the commands are built.
    if let [_, word] = arguments.as_slice()
        && (word == "--version" || word == "-V")
    {
        writeln!(io::stdout(), "custcode {}", env!("CARGO_PKG_VERSION"))?;
        return Ok(0);
    }
    let early = Early::scan(&arguments);
    let cli = match Cli::read(&arguments) {
        Ok(cli) => cli,
        Err(error) => return error::arguments(&visibly(&arguments).unwrap_or(error), early),
    };
    let outcome = match Context::new(&cli.global) {
        Ok(context) => match cli.command.run(&context) {
            Ok(status) => return Ok(status.code()),
            Err(failure) => (context.ui, failure),
        },
        Err(failure) => (early.ui(), failure),
    };
    match outcome {
        (_, Failure::Stdout(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(error),
        (ui, failure) => Ok(error::report(ui, &failure)),
    }
}
