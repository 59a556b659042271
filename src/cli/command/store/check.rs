//! `store check`: prove that nothing was lost, doubled or altered.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::finding;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::json;
use crate::cli::output::page::Page;
use crate::cli::output::table;
use crate::cli::words::counted;
use crate::registry::Error;
use crate::registry::audit::check::{CheckReport, CheckRequest, Checked, Key, Purpose};
use crate::store::Access;

/// Prove that nothing in the ledger was lost, doubled or altered
///
/// Hashes again what every operation wrote and compares it with the chain of its counter, reads
/// every code under the rules it was issued with, and compares counters, states and totals with
/// what they are derived from; the engine checks its file or its settings. A finding names the
/// operation that was edited or removed and what to do. Nothing is changed. Exit status 1 when
/// something is found.
///
/// A ledger in a file is copied first (into the temporary folder, which needs room for it), so that
/// whoever issues waits for the copy only.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store check
  custcode store check --json | jq -r '.findings[].what'
  custcode store check --checkpoint                 # note the hash outside the ledger …
  custcode store check --expect 1f0c…               # … and prove later that all of that is still in it
  custcode store check --checkpoint --sign-key k    # the same, signed; --expect HASH:SIGNATURE --verify-key k")]
pub(crate) struct Check {
    /// Write a checkpoint when the ledger is whole, and print its hash: whoever notes it can prove
    /// later that nothing before it changed
    #[arg(long)]
    checkpoint: bool,
    /// The hash of a checkpoint that the ledger must contain
    #[arg(long, value_name = "HASH", value_parser = checkpoint_hash)]
    expect: Option<String>,
    /// Sign the hash of the checkpoint with the key in FILE (at least 32 bytes that nobody who
    /// writes the ledger can read): prints
    /// HASH:SIGNATURE, HMAC-SHA-256
    #[arg(long, value_name = "FILE", requires = "checkpoint")]
    sign_key: Option<PathBuf>,
    /// The key by which --expect HASH:SIGNATURE was signed; a signature of another key or hash is
    /// refused
    #[arg(long, value_name = "FILE", requires = "expect")]
    verify_key: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let access = if self.checkpoint { Access::Write } else { Access::Read };
        let key = match (&self.sign_key, &self.verify_key) {
            (Some(file), _) => Some(Key::read(file, Purpose::Signing)?),
            (None, Some(file)) => Some(Key::read(file, Purpose::Verifying)?),
            (None, None) => None,
        };
        let expect = self.expect.as_deref().map(|noted| expected(noted, key.as_ref())).transpose()?;
        let request = CheckRequest { checkpoint: self.checkpoint, expect };
        let mut report = context.open_workspace(context.workspace_of_store()?, access)?.check(&request)?;
        if let (Some(key), Some(hash)) = (&key, &mut report.checkpoint) {
            *hash = key.signed(hash);
        }
        context.ui.answer(&Report::from(&report))?;
        if report.checked.erased > 0 && !context.ui.json() {
            let (erased, were) =
                (report.checked.erased, if report.checked.erased == 1 { "was" } else { "were" });
            context.ui.note(&format!(
                "{} {were} erased: what is left of them is not proved",
                counted(erased, "customer")
            ));
        }
        if let Some(since) = report.unfinished_erasure.as_ref().filter(|_| !context.ui.json()) {
            context.ui.note(&unfinished(since));
        }
        if report.is_clean() {
            context.ui.status("nothing was lost, doubled or altered");
            if self.checkpoint && report.checkpoint.is_none() {
                context.ui.note("nothing was ever written to this ledger: there is nothing to seal");
            }
            return Ok(Status::Done);
        }
        let found = report.counts.iter().map(|(_, count)| count).sum();
        context.ui.status(&counted(found, "finding"));
        Ok(Status::No)
    }
}

/// What to say of an erasure that was not finished.
pub(super) fn unfinished(since: &str) -> String {
    format!(
        "customers were erased ({since}), but the ledger was not written anew since: their texts may still be found in \
         its bytes; custcode store repair --yes finishes it"
    )
}

/// What `--expect` may be: a hash, or a signed one.
fn checkpoint_hash(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_hash = |part: &str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if text.split(':').count() <= 2 && text.split(':').all(is_hash) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("a checkpoint is the 64 hexadecimal digits that store check --checkpoint printed, or two such with a colon where it was signed".to_owned())
}

/// The hash that was noted, its signature looked at.
fn expected(noted: &str, key: Option<&Key>) -> Result<String, Error> {
    match (noted.split_once(':'), key) {
        (None, None) => Ok(noted.to_owned()),
        (Some((hash, signature)), Some(key)) if key.has_signed(hash, signature) => Ok(hash.to_owned()),
        (Some(_), Some(_)) => Err(Error::usage(
            "the signature of --expect is not by this key, or not of this hash",
            "note HASH:SIGNATURE as it was printed, and name the key that --sign-key named".to_owned(),
        )),
        (Some(_), None) => Err(Error::usage(
            "--expect is signed",
            "--verify-key FILE, the key it was signed with".to_owned(),
        )),
        (None, Some(_)) => Err(Error::usage(
            "--expect is not signed",
            "HASH:SIGNATURE, as store check --checkpoint --sign-key printed it".to_owned(),
        )),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    location: &'a str,
    clean: bool,
    checked: &'a Checked,
    #[serde(serialize_with = "json::pairs")]
    counts: Vec<(&'static str, u64)>,
    findings: Vec<finding::Members<'a>>,
    checkpoint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished_erasure: Option<&'a str>,
    #[serde(skip)]
    whole: &'a CheckReport,
}

impl<'a> From<&'a CheckReport> for Report<'a> {
    fn from(whole: &'a CheckReport) -> Self {
        Self {
            location: &whole.location,
            clean: whole.is_clean(),
            checked: &whole.checked,
            counts: whole.counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
            findings: whole.findings.iter().map(finding::Members::from).collect(),
            checkpoint: whole.checkpoint.as_deref(),
            unfinished_erasure: whole.unfinished_erasure.as_deref(),
            whole,
        }
    }
}

impl Answer for Report<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["kind", "operation", "what", "advice"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |kind: &str, text: String| vec![kind.to_owned(), String::new(), text, String::new()];
        let checked =
            finding::checked(self.whole).map(|(what, count)| row("checked", format!("{count} {what}")));
        let checkpoint = self.checkpoint.map(|hash| row("checkpoint", hash.to_owned()));
        checked.into_iter().chain(self.whole.findings.iter().map(finding::cells)).chain(checkpoint).collect()
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        let mut line = |what: &str, value: &str| {
            table::put(what, 11, &mut text);
            text.extend(["  ", value, "\n"]);
        };
        line("ledger", &page.text(self.location));
        for (what, count) in finding::checked(self.whole) {
            line(what, &count.to_string());
        }
        if let Some(hash) = self.checkpoint {
            line("checkpoint", hash);
        }
        text.push_str(&finding::page(&self.whole.findings, self.whole, page));
        text
    }
}
