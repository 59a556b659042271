//! `gaps`: the numbers that no active code carries, and why.

use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::stream::Stream;
use crate::cli::words::counted;
use crate::registry::audit::gaps::{GapLine, GapsRequest};
use crate::registry::audit::log::time_in;
use crate::registry::scope;
use crate::store::{Access, Operation};

/// Show every number that no active code carries, and why
///
/// Each range with its reason: void, retired, former, reserved, erased, leased,
/// no-check-digit, forbidden-digit, in-use, import, restore, rules
/// (the rule did not take the number then), or unexplained. Exit status 1 when a number is
/// unexplained.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode gaps
  custcode gaps --rule graded --scope 01,A
  custcode gaps --unexplained --quiet || mail -s \"numbers are missing\" audit@example.com")]
pub(crate) struct Gaps {
    /// Only this rule
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Only this scope: its printed parts separated by commas, or as custcode store info shows it
    #[arg(long, value_name = "TEXT")]
    scope: Option<String>,
    /// Only numbers that nothing explains
    #[arg(long)]
    unexplained: bool,
}

/// Columns of tables, plain lines and CSV.
const HEADERS: [&str; 12] = [
    "rule",
    "scope",
    "first",
    "last",
    "numbers",
    "reason",
    "code",
    "last_code",
    "detail",
    "operation",
    "at",
    "actor",
];

impl Gaps {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut registry = context.open(Access::Read)?;
        let (rule, scope) = (self.rule.clone(), self.scope.clone());
        let request = GapsRequest { rule, scope, unexplained: self.unexplained };
        let mut stream = Stream::new(context.ui, "gaps", &HEADERS)?;
        let zone = (context.ui.format() == Format::Table).then(|| registry.timezone());
        let totals = registry
            .gaps(&request, &mut |line| stream.push(&cells(line, zone.as_ref()), || Members::from(line)))?;
        drop(registry);
        stream.show(&totals)?;
        context.ui.status(&match totals.numbers {
            0 => "every number is carried by an active code".to_owned(),
            numbers => format!(
                "{} without an active code in {}, {} unexplained",
                counted(numbers, "number"),
                counted(totals.ranges, "range"),
                totals.unexplained
            ),
        });
        Ok(if totals.unexplained > 0 { Status::No } else { Status::Done })
    }
}

/// The cells of a line; times as people read them where a time zone is given.
fn cells(line: &GapLine, zone: Option<&TimeZone>) -> Vec<String> {
    let (code, last_code) = line.codes.clone().unwrap_or_default();
    let operation =
        |text: &dyn Fn(&Operation) -> String| line.operation.as_ref().map(text).unwrap_or_default();
    vec![
        line.rule.clone(),
        scope::shown(&line.scope),
        line.first.to_string(),
        line.last.to_string(),
        line.numbers.to_string(),
        line.reason.as_str().to_owned(),
        code,
        last_code,
        line.detail.clone().unwrap_or_default(),
        operation(&|it| it.id.to_string()),
        operation(&|it| zone.map_or_else(|| it.at.clone(), |zone| time_in(zone, it))),
        operation(&|it| it.actor.clone()),
    ]
}

/// A line as JSON.
#[derive(Serialize)]
struct Members<'a> {
    rule: &'a str,
    scope: Vec<String>,
    first: u64,
    last: u64,
    numbers: u64,
    reason: &'static str,
    code: Option<&'a str>,
    last_code: Option<&'a str>,
    detail: Option<&'a str>,
    operation: Option<i64>,
    at: Option<&'a str>,
    actor: Option<&'a str>,
    command: Option<&'a str>,
}

impl<'a> From<&'a GapLine> for Members<'a> {
    fn from(line: &'a GapLine) -> Self {
        let operation = line.operation.as_ref();
        let (code, last_code) = line.codes.as_ref().map(|(code, last)| (&**code, &**last)).unzip();
        Self {
            rule: &line.rule,
            scope: scope::parts(&line.scope),
            first: line.first,
            last: line.last,
            numbers: line.numbers,
            reason: line.reason.as_str(),
            code,
            last_code,
            detail: line.detail.as_deref(),
            operation: operation.map(|it| it.id),
            at: operation.map(|it| it.at.as_str()),
            actor: operation.map(|it| it.actor.as_str()),
            command: operation.map(|it| it.command.as_str()),
        }
    }
}
