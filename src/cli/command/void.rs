//! `void`: cancel codes for good.

use std::collections::HashSet;
use std::io::{self, Read};

use clap::Args;
use serde::Serialize;

use super::lines::Lines;
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::registry::Error;
use crate::registry::note::Note;
use crate::registry::number::void::{Outcome as Cancelled, VoidRequest, Voided};
use crate::registry::validate::LONGEST;
use crate::store::Access;

/// More lines of standard input are refused: they are kept in memory until all were read.
const MOST_LINES: u64 = 1_000_000;
/// More bytes of codes are refused.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Cancel codes for good, and say why
///
/// A number that was cancelled is never used again. A customer that is left without a code is
/// stopped. Its references stay with it, so that no import gives it another code unseen;
/// --drop-refs takes them away, also later. All codes are cancelled or none.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode void 01A0001 --reason \"entered twice, see 01A0002\"
  custcode void 01A0001 --drop-refs --reason \"a new code was asked for\"
  custcode void - --reason \"misprinted batch 17\" < codes.txt")]
pub(crate) struct Void {
    /// The codes, in any spelling, or ref:REFERENCE for the code of its customer; - reads them from
    /// standard input, one a line
    #[arg(required = true, value_name = "CODE", allow_negative_numbers = true)]
    codes: Vec<String>,
    /// Say why; kept for good
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Take the customer's ids in other systems away from it
    #[arg(long = "drop-refs")]
    drop_references: bool,
    /// Print what would be cancelled; nothing is
    #[arg(long)]
    dry_run: bool,
}

impl Void {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let request = VoidRequest {
            codes: self.codes()?,
            reason: self.reason.clone(),
            drop_references: self.drop_references,
            dry_run: self.dry_run,
        };
        let done = context.open(access)?.void(&request)?;
        context.ui.answer(&Codes::new(&done, self.reason.trim(), !self.dry_run))?;
        for told in &done.already {
            context.ui.status(&format!("{told}; nothing was changed"));
        }
        if !context.ui.json() {
            for note in &done.notes {
                context.ui.note(&note.text);
            }
        }
        if self.dry_run {
            context.ui.status("dry run: nothing was changed");
        } else if done.codes.iter().any(|code| code.stopped && !code.references.is_empty() && !code.dropped) {
            context.ui.status("references stay with their customers; --drop-refs takes them away");
        }
        Ok(Status::Done)
    }

    /// What was typed, and what stands on the lines of standard input.
    fn codes(&self) -> Result<Vec<String>, Failure> {
        let mut codes = Vec::new();
        for code in &self.codes {
            if code != "-" {
                codes.push(code.clone());
                continue;
            }
            codes.extend(read(io::stdin().lock())?);
        }
        if codes.is_empty() {
            return Err(Error::usage("standard input holds no code", None).into());
        }
        Ok(codes)
    }
}

/// The codes on the lines of a stream, each once, in their order.
fn read(stream: impl Read) -> Result<Vec<String>, Failure> {
    let mut lines = Lines::new(stream);
    let (mut codes, mut seen, mut bytes) = (Vec::new(), HashSet::new(), 0);
    let unreadable = |source| Error::Unreadable { path: "<stdin>".to_owned(), source };
    while lines.fill().map_err(unreadable)? {
        while let Some(line) = lines.next() {
            let code = code_of(line).map(str::to_owned);
            let number = lines.number();
            let code = code.map_err(|fault| {
                Error::usage(format!("line {number} of standard input {fault}"), "one code a line".to_owned())
            })?;
            if !code.is_empty() && seen.insert(code.clone()) {
                bytes += code.len();
                codes.push(code);
            }
            demand_few(number, bytes)?;
        }
        // Blank lines are not given out; an input without end may have nothing else.
        demand_few(lines.number(), bytes)?;
    }
    Ok(codes)
}

/// What stands on a line, without blanks around it; or why that is no code.
fn code_of(line: &[u8]) -> Result<&str, String> {
    if line.len() > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes, so it is no code"));
    }
    std::str::from_utf8(line).map(str::trim).map_err(|_| "is not UTF-8".to_owned())
}

/// Refuses an input that memory would not hold.
fn demand_few(lines: u64, bytes: usize) -> Result<(), Error> {
    if lines <= MOST_LINES && bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Error::usage(
        format!("standard input has more than {MOST_LINES} lines or {} MiB of codes", MOST_BYTES >> 20),
        "cancel the codes in several runs".to_owned(),
    ))
}

#[derive(Serialize)]
struct Codes<'a> {
    written: bool,
    reason: &'a str,
    codes: Vec<Code<'a>>,
    already: &'a [String],
    notes: &'a [Note],
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
    before: &'static str,
    after: &'static str,
    name: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    refs: &'a [String],
    stopped: bool,
    refs_dropped: bool,
    written: bool,
}

impl<'a> Codes<'a> {
    fn new(done: &'a Cancelled, reason: &'a str, written: bool) -> Self {
        let code = |it: &'a Voided| Code {
            code: &it.code,
            before: it.before.as_str(),
            after: "void",
            name: it.name.as_deref(),
            reference: it.references.first().map(String::as_str),
            refs: &it.references,
            stopped: it.stopped,
            refs_dropped: it.dropped,
            written,
        };
        Self {
            written: written && !done.codes.is_empty(),
            reason,
            codes: done.codes.iter().map(code).collect(),
            already: &done.already,
            notes: &done.notes,
        }
    }
}

impl Answer for Codes<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["code", "before", "after", "name", "ref", "refs_dropped"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |code: &Code<'_>| {
            let dropped = if code.refs_dropped { "dropped" } else { "" };
            let (name, reference) = (code.name.unwrap_or_default(), code.reference.unwrap_or_default());
            [code.code, code.before, code.after, name, reference, dropped].map(str::to_owned).to_vec()
        };
        self.codes.iter().map(row).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.codes)
    }
}
