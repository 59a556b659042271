//! What can be typed: global options, options that several commands share, and how values are read. The options of one command
//! are in its file under `command`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, FromArgMatches as _, Parser, ValueEnum};
use jiff::civil::Date;

use super::command::Command;
use super::own_words::joined;
use super::ui::Ui;
use crate::registry::customer::request::{self, Jump};
use crate::store::DEADLINE;
use crate::table::Encoding;

/// Ends the help of the program itself.
const LAST: &str = "\
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

/// Give customers their codes: issue, validate and explain them against a ledger of every code ever used
#[derive(Debug, Parser)]
#[command(
    name = "custcode",
    version,
    after_long_help = LAST,
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads the arguments, the program's name first.
    ///
    /// A command that scripts call in loops is built alone: all of them together take longer than the rule file and the ledger's tables
    /// do to be read. Whatever does not go well then, a wish for help too, is left to the whole.
    pub(crate) fn read(arguments: &[OsString]) -> clap::error::Result<Self> {
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

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::doc_markdown, reason = "the comments are help texts")]
pub(crate) struct Global {
    /// Use this rule file [env: CUSTCODE_RULES]
    #[arg(long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub(crate) rules: Option<PathBuf>,
    /// Use this ledger [env: CUSTCODE_STORE]
    #[arg(long, value_name = "LEDGER", global = true, help_heading = "Global options")]
    pub(crate) store: Option<String>,
    /// Write results as table (on a terminal), plain (in a pipe), json, jsonl or csv [env: CUSTCODE_FORMAT]
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        hide_possible_values = true,
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) format: Option<Format>,
    /// Write results and errors as JSON; short for --format json
    #[arg(long, global = true, conflicts_with = "format", help_heading = "Global options")]
    pub(crate) json: bool,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Say which rules and which ledger are used, and why
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Global options")]
    pub(crate) verbose: bool,
    /// Colour the output: auto, always or never
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) color: Colour,
    /// Name who acts, for the ledger's history; the OS user when not given [env: CUSTCODE_ACTOR]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = somebody,
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) actor: Option<String>,
    /// Wait at most this long for a ledger that others write to
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = DEADLINE.as_secs(),
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) wait: u64,
}

/// A format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns and explanations, for people
    Table,
    /// One record a line, cells separated by tabs
    Plain,
    /// One JSON document with a schema number
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, where the environment does not forbid it
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What must be known of the arguments before they are parsed: how to say that they are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Early {
    /// Errors are JSON.
    pub(crate) json: bool,
    /// Colour of messages.
    pub(crate) colour: Colour,
}

impl Early {
    /// Looks for `--json`, `--format json` and `--color WHEN` up to a lone `--`.
    pub(crate) fn scan(arguments: &[OsString]) -> Self {
        let mut early = Self::default();
        let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
        for (place, word) in words.iter().enumerate().take_while(|(_, word)| *word != "--") {
            let value = |name: &str| match word.strip_prefix(name) {
                Some("") => words.get(place + 1).map(AsRef::as_ref),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            early.json |= word == "--json" || matches!(value("--format"), Some("json" | "jsonl"));
            match value("--color") {
                Some("always") => early.colour = Colour::Always,
                Some("never") => early.colour = Colour::Never,
                _ => {}
            }
        }
        early
    }

    /// A voice for errors that come before there is a context.
    pub(crate) fn ui(self) -> Ui {
        Ui::new(self.json.then_some(Format::Json), false, false, self.colour)
    }
}

/// Declared fields of a customer, as typed.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FieldArgs {
    /// Give the customer's type, by key, code, label or alias
    #[arg(long = "type", value_name = "VALUE")]
    pub(crate) kind: Option<String>,
    /// Give the customer's region
    #[arg(long, value_name = "VALUE")]
    pub(crate) region: Option<String>,
    /// Give any other field that the rule file declares, e.g. industry=services; repeatable
    #[arg(long, value_name = "FIELD=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
}

impl FieldArgs {
    /// Fields and their inputs in one list.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let own = [("type", &self.kind), ("region", &self.region)];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        own.chain(self.set.iter().cloned()).collect()
    }
}

/// `--allow-jump`, `--keep-below`: clap sees to it that only one is given.
pub(crate) fn jump(allow: bool, keep_below: bool) -> Jump {
    match (allow, keep_below) {
        (true, _) => Jump::Allow,
        (false, true) => Jump::KeepBelow,
        (false, false) => Jump::Refuse,
    }
}

/// `--on-existing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum OnExisting {
    /// Keep what the ledger has, and say what differs
    #[default]
    Keep,
    /// Take the new attributes; never another code
    Update,
    /// Refuse
    Error,
}

impl From<OnExisting> for request::OnExisting {
    fn from(choice: OnExisting) -> Self {
        match choice {
            OnExisting::Keep => Self::Keep,
            OnExisting::Update => Self::Update,
            OnExisting::Error => Self::Error,
        }
    }
}

/// `--encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum EncodingName {
    /// UTF-8
    #[default]
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    /// UTF-8 with a byte order mark, as Excel likes it
    #[value(name = "utf-8-bom", alias = "utf8-bom")]
    Utf8Bom,
    /// GB 18030, which holds GBK: what Excel saves in China
    #[value(aliases = ["gbk", "gb2312"])]
    Gb18030,
    /// UTF-16
    #[value(name = "utf-16", alias = "utf16")]
    Utf16,
}

impl From<EncodingName> for Encoding {
    fn from(name: EncodingName) -> Self {
        match name {
            EncodingName::Utf8 => Self::Utf8,
            EncodingName::Utf8Bom => Self::Utf8Bom,
            EncodingName::Gb18030 => Self::Gb18030,
            EncodingName::Utf16 => Self::Utf16,
        }
    }
}

/// Reads `NAME=VALUE`; the value may hold further `=`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// Reads a name that is one: a script whose variable is empty would act as nobody.
fn somebody(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() { Err("leave --actor out, or name who acts".to_owned()) } else { Ok(name.to_owned()) }
}

/// Reads `YYYY-MM-DD` and nothing else.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    let shaped = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    let date = text.parse::<Date>().ok().filter(|_| shaped);
    date.ok_or_else(|| "it is no date; write one such as 2026-12-31".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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

    #[test]
    fn dates_are_strict() {
        assert_eq!(date("2023-10-01"), Ok(jiff::civil::date(2023, 10, 1)));
        for wrong in ["2023-02-30", "20231001", "2023-10-1", "2023-10-01T00:00", "", "明天"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pairs_need_a_name() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("a="), Ok(("a".into(), String::new())));
        assert!(pair("=b").is_err());
        assert!(pair("ab").is_err());
    }

    #[test]
    fn json_is_seen_before_parsing() {
        let scan = |words: &[&str]| Early::scan(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(scan(&["custcode", "nwe", "--json"]).json);
        assert!(scan(&["custcode", "--format", "jsonl"]).json);
        assert!(scan(&["custcode", "--format=json"]).json);
        assert!(!scan(&["custcode", "--format", "csv"]).json);
        assert!(!scan(&["custcode", "show", "--", "--json"]).json);
        assert_eq!(scan(&["custcode", "--color=never"]).colour, Colour::Never);
    }
}
