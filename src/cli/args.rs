//! What can be typed: global options, options that several commands share, and how values are read.
//! The options of one command are in its file under `command`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::format::{Colour, Format};
use crate::registry::customer::request::{self, Jump};
use crate::registry::import;
use crate::store::{DEADLINE, longest};
use crate::table::Encoding;
use crate::table::dialect::is_delimiter;

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
    /// Write results as table (on a terminal), plain (in a pipe), json, jsonl or csv [env:
    /// CUSTCODE_FORMAT]
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
        long_help = waiting(),
        value_name = "SECONDS",
        default_value_t = DEADLINE.as_secs(),
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) wait: u64,
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

/// `--likely`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Likely {
    /// Refuse, and name the candidates
    #[default]
    Reject,
    /// It is the same customer
    Attach,
    /// It is another customer
    New,
}

impl From<Likely> for request::Likely {
    fn from(choice: Likely) -> Self {
        match choice {
            Likely::Reject => Self::Reject,
            Likely::Attach => Self::Attach,
            Likely::New => Self::New,
        }
    }
}

/// `--after-erasure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum AfterErasure {
    /// Refuse, and say when the customer was erased
    #[default]
    Refuse,
    /// Make a new customer, with another code
    New,
}

/// Reads the name of an encoding.
pub(crate) fn encoding(label: &str) -> Result<Encoding, String> {
    Encoding::of_label(label).ok_or_else(|| {
        "it is no encoding; usual ones are utf-8, utf-8-bom, gb18030, big5, shift_jis, euc-kr, windows-1252 and \
         utf-16"
            .to_owned()
    })
}

/// Reads `NAME=VALUE`; the value may hold further `=`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// What `--wait` does, with the worst case of all that is tried again.
fn waiting() -> String {
    format!(
        "Wait at most this long for a ledger that others write to. PostgreSQL: where connections keep breaking, a \
         write is begun again, and ends after {} seconds at most, the work of its statements left out",
        longest(DEADLINE).as_secs()
    )
}

/// Reads a name that is one: a script whose variable is empty would act as nobody.
fn somebody(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() { Err("leave --actor out, or name who acts".to_owned()) } else { Ok(name.to_owned()) }
}

/// An order of day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrder {
    /// 25/12/2023
    Dmy,
    /// 12/25/2023
    Mdy,
    /// 2023/12/25
    Ymd,
    /// 45285: the days that spreadsheets count from 1900 on
    Serial,
    /// 43823: the days that some count from 1904 on
    #[value(name = "serial-1904")]
    Serial1904,
}

impl From<DateOrder> for import::DateOrder {
    fn from(order: DateOrder) -> Self {
        match order {
            DateOrder::Dmy => Self::Dmy,
            DateOrder::Mdy => Self::Mdy,
            DateOrder::Ymd => Self::Ymd,
            DateOrder::Serial => Self::Serial,
            DateOrder::Serial1904 => Self::Serial1904,
        }
    }
}

/// A record date, in the spellings that an import takes.
pub(crate) fn record_date(text: &str) -> Result<Date, String> {
    // A year before 1000 is told as what it is.
    date(text)
        .or_else(|_| import::day(text).map_err(|_| "it is no date; write one such as 2026-12-31".to_owned()))
}

/// A character between cells: itself, or the name of one that is hard to type.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    let byte = match (text.to_ascii_lowercase().as_str(), text.as_bytes()) {
        ("tab" | "\\t", _) => Some(b'\t'),
        ("comma", _) => Some(b','),
        ("semicolon", _) => Some(b';'),
        ("pipe" | "bar", _) => Some(b'|'),
        ("space" | "blank", _) => Some(b' '),
        (_, [byte]) => Some(*byte).filter(|byte| is_delimiter(*byte)),
        _ => None,
    };
    byte.ok_or_else(|| "give one sign, such as ; or |, or the word tab".to_owned())
}

/// Lines of a header, 1-based: one, or the first and the last one.
pub(crate) fn lines(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if 0 < first && first <= last && last - first < 10 => Ok((first, last)),
        _ => Err("give a line, such as 4, or up to ten of them, such as 4-5".to_owned()),
    }
}

/// Reads `YYYY-MM-DD` and nothing else.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    let shaped = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    let date = text.parse::<Date>().ok().filter(|_| shaped);
    date.ok_or_else(|| "it is no date; write one such as 2026-12-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
