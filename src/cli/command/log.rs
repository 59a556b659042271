//! `log`: who did what to the ledger.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::args;
use crate::cli::context::Context;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::stream::Stream;
use crate::cli::words::counted;
use crate::registry::audit::log::{Counters, LogRequest, Moment, time_in};
use crate::registry::scope;
use crate::store::{Access, Link, Logged};

/// Show who did what to the ledger, oldest first
///
/// Every command that wrote is here, with time, person, machine, rules (short digest) and how much
/// it did. JSON has everything in full, and the place and hash of every link of the hash chains.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode log --last 10
  custcode log --since 2026-11-01 --until 2026-11-30 --command import
  custcode log --code 01A0001
  custcode log --format jsonl > audit.jsonl")]
pub(crate) struct Log {
    /// Only from this day or time on, e.g. 2026-11-22 or 2026-11-22T09:00:00+08:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Moment>,
    /// Only up to this day or time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Moment>,
    /// Only this command, e.g. import
    #[arg(long, value_name = "COMMAND")]
    command: Option<String>,
    /// Only what this person did
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only what made or changed this code (or the code of this reference), or its customer
    #[arg(long)]
    code: Option<String>,
    /// Only the newest so many
    #[arg(long, value_name = "N")]
    last: Option<u64>,
}

/// Columns of tables, plain lines and CSV.
const HEADERS: [&str; 12] = [
    "operation",
    "at",
    "command",
    "actor",
    "os_user",
    "host",
    "rows",
    "first",
    "last",
    "bundle",
    "request_id",
    "input",
];

/// Characters shown of a digest.
const SHORT: usize = 12;

impl Log {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut registry = context.open(Access::Read)?;
        let table = context.ui.format() == Format::Table;
        let zone = registry.timezone();
        let request = LogRequest {
            since: self.since,
            until: self.until,
            command: self.command.clone(),
            actor: self.actor.clone(),
            code: self.code.clone(),
            last: self.last,
            links: context.ui.json(),
        };
        let mut stream = Stream::new(context.ui, "operations", &HEADERS)?;
        let count = registry.log(&request, &mut |logged, counters| {
            let at = if table { time_in(&zone, &logged.operation) } else { logged.operation.at.clone() };
            stream.push(&cells(logged, at), || members(logged, counters))
        })?;
        drop(registry);
        stream.show(&())?;
        context.ui.status(&counted(count, "operation"));
        Ok(Status::Done)
    }
}

/// Reads a day, or a point in time.
fn moment(text: &str) -> Result<Moment, String> {
    match text.parse::<Timestamp>() {
        Ok(point) => Ok(Moment::Point(point)),
        Err(_) => args::date(text).map(Moment::Day).map_err(|_| {
            "expected a day such as 2026-11-22 or a time such as 2026-11-22T09:00:00+08:00".to_owned()
        }),
    }
}

fn cells(logged: &Logged, at: String) -> Vec<String> {
    let it = &logged.operation;
    let short = |digest: &str| digest.chars().take(SHORT).collect::<String>();
    let (first, last) = logged.codes.clone().unwrap_or_default();
    vec![
        it.id.to_string(),
        at,
        it.command.clone(),
        it.actor.clone(),
        it.os_user.clone(),
        it.host.clone(),
        it.rows.to_string(),
        first,
        last,
        short(&it.bundle),
        it.request_id.clone().unwrap_or_default(),
        it.input_digest.as_deref().map(short).unwrap_or_default(),
    ]
}

/// An operation as JSON.
#[derive(Serialize)]
struct Members<'a> {
    operation: i64,
    at: &'a str,
    command: &'a str,
    actor: &'a str,
    os_user: &'a str,
    host: &'a str,
    rows: u64,
    first: Option<&'a str>,
    last: Option<&'a str>,
    bundle: &'a str,
    request_id: Option<&'a str>,
    input: Option<&'a str>,
    links: Vec<Chained<'a>>,
}

/// A link of a hash chain.
#[derive(Serialize)]
struct Chained<'a> {
    /// The counter that its chain belongs to; none where it is the ledger's own.
    rule: Option<&'a str>,
    scope: Option<Vec<String>>,
    lease: Option<i64>,
    position: i64,
    hash: &'a str,
}

fn members<'a>(logged: &'a Logged, counters: &'a Counters) -> Members<'a> {
    let it = &logged.operation;
    let (first, last) = logged.codes.as_ref().map(|(first, last)| (&**first, &**last)).unzip();
    Members {
        operation: it.id,
        at: &it.at,
        command: &it.command,
        actor: &it.actor,
        os_user: &it.os_user,
        host: &it.host,
        rows: it.rows,
        first,
        last,
        bundle: &it.bundle,
        request_id: it.request_id.as_deref(),
        input: it.input_digest.as_deref(),
        links: logged.links.iter().map(|link| chained(link, counters)).collect(),
    }
}

fn chained<'a>(link: &'a Link, counters: &'a Counters) -> Chained<'a> {
    let counter = counters.get(&link.sequence);
    Chained {
        rule: counter.map(|(rule, _)| rule.as_str()),
        scope: counter.map(|(_, scope)| scope::parts(scope)),
        lease: (link.lease > 0).then_some(link.lease),
        position: link.position,
        hash: &link.hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_point_in_time_are_told_apart() {
        assert_eq!(moment("2026-11-22"), Ok(Moment::Day(jiff::civil::date(2026, 11, 22))));
        let point = "2026-11-22T01:00:00Z".parse().expect("a time");
        assert_eq!(moment("2026-11-22T09:00:00+08:00"), Ok(Moment::Point(point)));
        for wrong in ["22.11.2026", "2026-11-22T09:00:00", "yesterday", ""] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
