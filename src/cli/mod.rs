//! Words on a screen: arguments, one file per command, formats of output, exit codes and hints.
//!
//! A command returns data; `output` writes it; every byte goes through `ui`. What an error means to
//! a caller (its kind, its exit status, what to type next) is decided in `error` and nowhere else.
//! What a command *does* is in [`crate::registry`].

mod args;
mod command;
mod context;
mod early;
mod error;
mod escape;
mod file_name;
mod format;
mod language;
mod markdown;
mod outcome;
mod output;
mod own_words;
mod pages;
mod progress;
mod rejections;
mod screen;
mod signal;
mod stream;
mod ui;
mod words;

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Args as _, CommandFactory as _, FromArgMatches as _, Parser};

use args::Global;
use command::Command;
use context::Context;
use early::Early;
use error::failure::Failure;
use escape::visible;
use own_words::joined;
use pages::PAGES;

use crate::report::language::Language;

/// Ends the help of the program itself.
fn last() -> String {
    let mut text = String::from("Pages of the reference (custcode help -k PAGE):\n");
    for page in PAGES {
        let _ = writeln!(text, "  {:<16}{}", page.name, page.title(Language::English));
    }
    text.push_str(LAST);
    text
}

/// The end of that.
const LAST: &str = "
Exit status:
  0  done
  1  the answer is no: invalid codes, rejected rows, a code that is not there, a finding
  2  wrong usage or rule file
  3  ledger or file broken or missing
  4  refused: exhausted, conflict, fenced, stale rules
  5  busy; safe to repeat
  6  done in part (--partial)
  130, 143  interrupted

Examples:
  custcode new --type vip --name \"华东机械有限公司\"   # a code for a new customer
  custcode validate 01A0001                         # is it right, and what does it mean
  custcode import customers.csv -o coded.csv        # codes for a file of customers
  custcode init                                     # rules and a ledger of your own";

/// Give customers their codes: issue, validate and explain them against a ledger of every code ever
/// used
#[derive(Debug, Parser)]
#[command(
    name = "custcode",
    version,
    after_long_help = last(),
    disable_help_subcommand = true,
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100
)]
struct Cli {
    /// Options of every command.
    #[command(flatten)]
    global: Global,
    /// The command.
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// Reads the arguments, the program's name first.
    ///
    /// A command that scripts call in loops is built alone: all of them together take longer than
    /// the rule file and the ledger's tables do to be read. Whatever does not go well then, a wish
    /// for help too, is left to the whole. (clap's own `defer` leaves the list of commands without
    /// what they do, and takes an option of a command for a global one of the same name.)
    fn read(arguments: &[OsString]) -> clap::error::Result<Self> {
        let arguments = &joined(arguments);
        let alone = arguments
            .get(1)
            .and_then(|word| Self::alone(word))
            .and_then(|program| Self::from_arg_matches(&program.try_get_matches_from(arguments).ok()?).ok());
        alone.map_or_else(|| Self::try_parse_from(arguments), Ok)
    }

    /// The program as if it had but this command.
    fn alone(name: &OsStr) -> Option<clap::Command> {
        Some(Global::augment_args(clap::Command::new("custcode")).subcommand(Command::alone(name)?))
    }
}

/// The same error about arguments that can be shown: clap repeats them as they are.
fn visibly(arguments: &[OsString]) -> Option<clap::Error> {
    let shown: Vec<_> = arguments.iter().map(|word| visible(&word.to_string_lossy()).into_owned()).collect();
    let changed = shown.iter().zip(arguments).any(|(shown, word)| word != shown.as_str());
    let shown: Vec<OsString> = shown.into_iter().map(OsString::from).collect();
    if changed { Cli::read(&shown).err() } else { None }
}

/// `custcode FILE.csv` asks how the file is understood.
fn file_alone(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|word| file_name::is_table(Path::new(word))) {
        arguments.insert(1, "import".into());
        arguments.push("--explain".into());
    }
    arguments
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
    let arguments = file_alone(arguments);
    let early = Early::scan(&arguments);
    let cli = match Cli::read(&arguments) {
        Ok(cli) => cli,
        Err(error) => return error::arguments(&visibly(&arguments).unwrap_or(error), early),
    };
    let outcome = match Context::new(&cli.global) {
        Ok(context) => match cli.command.run(&context, Cli::command) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
        let words: Vec<_> =
            std::iter::once("custcode").chain(words.iter().copied()).map(OsString::from).collect();
        Cli::read(&words)
    }

    #[test]
    fn a_command_alone_is_what_it_is_among_its_sisters() {
        let mut whole = Cli::command();
        whole.build();
        let ids = |command: &clap::Command| -> Vec<_> {
            let ids = command.get_arguments().map(|argument| argument.get_id().to_string());
            ids.filter(|id| id != "help").collect()
        };
        let mut known = 0;
        for among in whole.get_subcommands() {
            let Some(mut alone) = Cli::alone(among.get_name().as_ref()) else { continue };
            alone.build();
            let alone = alone.find_subcommand(among.get_name()).expect("it is there");
            assert_eq!(ids(alone), ids(among), "{}", among.get_name());
            known += 1;
        }
        assert_eq!(known, 3);
    }

    #[test]
    fn whatever_is_wrong_is_told_by_all_commands() {
        let told = |words: &[&str]| parse(words).expect_err("it is wrong").to_string();
        let whole = |words: &[&str]| {
            let words = std::iter::once("custcode").chain(words.iter().copied());
            Cli::try_parse_from(words).expect_err("it is wrong").to_string()
        };
        for words in [["new", "--tpye"], ["show", "--help"], ["validate", "--wait=x"]] {
            assert_eq!(told(&words), whole(&words));
        }
    }

    #[test]
    fn a_company_s_own_word_may_begin_with_a_dash() {
        let code = |words: &[&str]| match parse(words).map(|cli| cli.command) {
            Ok(Command::New(new)) => new.code().map(str::to_owned),
            _ => None,
        };
        assert_eq!(code(&["new", "--code", "-259"]).as_deref(), Some("-259"));
        assert_eq!(code(&["new", "--code", "-A-1", "--json"]).as_deref(), Some("-A-1"));
        assert_eq!(code(&["new", "--code=--json"]).as_deref(), Some("--json"));
        assert_eq!(code(&["new", "--name", "-259", "--code", "X"]).as_deref(), Some("X"));
        for words in [
            ["new", "--code", "--json"],
            ["new", "--code", "-q"],
            ["new", "--code", "--"],
            ["new", "--name", "--json"],
            ["new", "--name", "-q"],
            ["new", "--ref", "-h"],
        ] {
            assert!(parse(&words).is_err(), "{words:?}");
        }
        for words in [
            &["show", "-259"][..],
            &["void", "-259", "--reason", "-x y"],
            &["void", "X", "--reason", "-x"],
            &["void", "X", "--reason", "--- see ticket"],
            &["edit", "X", "--name", "-n"],
            &["new", "--name", "-n", "--attr", "-k=v", "--set", "-f=v", "--ref", "-r", "--request-id", "-i"],
            &["import", "x.csv", "--key", "-k", "--map", "-a=type"],
            &["validate", "-259"],
            &["show", "--", "-A"],
        ] {
            assert!(parse(words).is_ok(), "{words:?}");
        }
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for words in [["--wait", "5", "show", "A1"], ["show", "A1", "--wait", "5"]] {
            assert_eq!(parse(&words).expect("parses").global.wait, 5);
        }
    }

    #[test]
    fn commands_are_not_abbreviated() {
        assert!(parse(&["val", "01A0001"]).is_err());
    }

    #[test]
    fn fields_come_in_one_list() {
        let cli = parse(&["new", "--type", "vip", "--set", "industry=services", "--set", "note=a=b"]);
        let Command::New(new) = cli.expect("parses").command else { panic!("not new") };
        let pairs = new.fields.pairs();
        let shown: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(shown, [("type", "vip"), ("industry", "services"), ("note", "a=b")]);
    }

    #[test]
    fn many_codes_have_no_one_name() {
        assert!(parse(&["new", "--type", "vip", "--count", "5"]).is_ok());
        assert!(parse(&["new", "--type", "vip", "--count", "0"]).is_err());
        assert!(parse(&["new", "--count", "5", "--name", "A"]).is_err());
        assert!(parse(&["new", "--count", "5", "--ref", "A"]).is_err());
        assert!(parse(&["new", "--count", "5", "--code", "A"]).is_err());
    }

    #[test]
    fn far_numbers_need_a_code_from_outside() {
        assert!(parse(&["new", "--allow-jump"]).is_err());
        assert!(parse(&["new", "--code", "X", "--allow-jump"]).is_ok());
        assert!(parse(&["new", "--code", "X", "--allow-jump", "--keep-below"]).is_err());
    }

    #[test]
    fn every_command_has_a_first_line_without_full_stop() {
        fn walk(command: &clap::Command) {
            for sub in command.get_subcommands() {
                let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && !about.ends_with('.'), "{}: {about:?}", sub.get_name());
                walk(sub);
            }
        }
        walk(&Cli::command());
    }
}
