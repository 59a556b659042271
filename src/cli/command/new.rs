//! `new`: give a customer a code, or take one from outside into the ledger.

use std::io;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::args::{self, FieldArgs, jump};
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::output::page::Page;
use crate::cli::ui::Ui;
use crate::registry::customer::request::Description;
use crate::registry::note::Note;
use crate::registry::number::issue::{IssueRequest, Issued, Outcome as Given};
use crate::registry::number::register::RegisterRequest;
use crate::store::Access;

/// Issue a code for a customer, or register one from outside
///
/// Codes are printed on standard output, one a line, after they are safe in the ledger. A reference
/// that is known gets the code it has, so a repeated command is harmless.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode new --type vip --name \"华东机械有限公司\"
  custcode new --type personal --date 2023-10-01
  custcode new --type regular --set industry=services --ref CRM:8812
  custcode new --rule monthly --attr phone=010-6262
  custcode new --type regular --count 500 --request-id batch-17
  custcode new --code 03C0042 --name \"Old Customer Ltd\"")]
#[expect(clippy::struct_excessive_bools, reason = "switches that are independent of each other")]
pub(crate) struct New {
    #[command(flatten)]
    pub(crate) fields: FieldArgs,
    /// Name the customer
    #[arg(long)]
    name: Option<String>,
    /// Set the record date; today when not given
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = args::record_date)]
    date: Option<Date>,
    /// Give the customer's id in another system; the same id always gets the same code
    #[arg(long = "ref", value_name = "ID")]
    reference: Option<String>,
    /// Give the customer the id of --ref also when it was taken away from another one
    #[arg(long = "reuse-ref", requires = "reference")]
    reuse_reference: bool,
    /// Keep a further attribute of the customer, e.g. phone=010-6262; repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = args::pair)]
    attr: Vec<(String, String)>,
    /// Use this rule; by default the rule file chooses
    #[arg(long, value_name = "RULE", conflicts_with = "code")]
    rule: Option<String>,
    /// Issue this many codes
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(1..),
        conflicts_with_all = ["name", "reference", "code"]
    )]
    count: u64,
    /// Name the request; repeated under this name it gets the same codes
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// Say what to do when the reference is known and attributes differ
    #[arg(long, value_enum, value_name = "CHOICE", default_value = "keep")]
    on_existing: args::OnExisting,
    /// Say what to do when a customer of this name may be meant
    #[arg(
        long,
        value_enum,
        value_name = "CHOICE",
        default_value = "reject",
        conflicts_with_all = ["code", "count"]
    )]
    likely: args::Likely,
    /// Say what to do when the customer of the reference was erased
    #[arg(long, value_enum, value_name = "CHOICE", default_value = "refuse")]
    after_erasure: args::AfterErasure,
    /// Print what would be issued; nothing is
    #[arg(long)]
    dry_run: bool,
    /// Register this code from outside instead of issuing one
    #[arg(long, value_name = "CODE", help_heading = "Codes from outside")]
    code: Option<String>,
    /// Register it even if no rule reads it
    #[arg(long, requires = "code", help_heading = "Codes from outside")]
    legacy: bool,
    /// Take a number far above the counter, and go on above it
    #[arg(long, requires = "code", conflicts_with = "keep_below", help_heading = "Codes from outside")]
    allow_jump: bool,
    /// Take a number far above the counter, and go on below it
    #[arg(long, requires = "code", help_heading = "Codes from outside")]
    keep_below: bool,
}

/// Codes that are told when nobody gets them from standard output.
const TOLD: usize = 10;

impl New {
    /// The code from outside.
    #[cfg(test)]
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(super) fn run(&self, context: &Context) -> Outcome {
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let mut registry = context.open(access)?;
        let given = match &self.code {
            Some(code) => registry.register(&self.registration(code))?,
            None => registry.issue(&self.issue())?,
        };
        context.ui.answer(&Codes::new(&given, !self.dry_run))?;
        if !context.ui.json() {
            for note in &given.notes {
                context.ui.note(&note.text);
            }
        }
        // A code that can be asked for again is not lost.
        let repeatable = self.reference.is_some() || self.request_id.is_some() || self.dry_run;
        if !repeatable && Ui::stdout_is_lost() {
            context.ui.important(&lost(&given));
        }
        if self.dry_run {
            context.ui.status("dry run: nothing was issued");
        }
        Ok(Status::Done)
    }

    fn description(&self) -> Description {
        Description {
            name: self.name.clone(),
            reference: self.reference.clone(),
            date: self.date,
            fields: self.fields.pairs(),
            attributes: self.attr.clone(),
        }
    }

    fn issue(&self) -> IssueRequest {
        IssueRequest {
            description: self.description(),
            rule: self.rule.clone(),
            count: self.count,
            request_id: self.request_id.clone(),
            on_existing: self.on_existing.into(),
            reuse_reference: self.reuse_reference,
            likely: self.likely.into(),
            after_erasure: self.after_erasure == args::AfterErasure::New,
            dry_run: self.dry_run,
        }
    }

    fn registration(&self, code: &str) -> RegisterRequest {
        RegisterRequest {
            code: code.to_owned(),
            description: self.description(),
            legacy: self.legacy,
            jump: jump(self.allow_jump, self.keep_below),
            request_id: self.request_id.clone(),
            on_existing: self.on_existing.into(),
            reuse_reference: self.reuse_reference,
            after_erasure: self.after_erasure == args::AfterErasure::New,
            dry_run: self.dry_run,
        }
    }
}

/// Codes that nobody got.
fn lost(given: &Given) -> String {
    let codes: Vec<&str> = given.codes.iter().take(TOLD).map(|code| code.code.as_str()).collect();
    let more = match given.codes.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more, which custcode list shows"),
    };
    format!("standard output is closed or discarded; issued {}{more}", codes.join(", "))
}

#[derive(Serialize)]
struct Codes<'a> {
    issued: bool,
    codes: Vec<Code<'a>>,
    notes: &'a [Note],
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
    rule: Option<&'a str>,
    number: Option<u64>,
    existing: bool,
    name: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    refs: &'a [String],
    issued: bool,
}

impl<'a> Codes<'a> {
    fn new(given: &'a Given, issued: bool) -> Self {
        let code = |it: &'a Issued| Code {
            code: &it.code,
            rule: it.rule.as_deref(),
            number: it.number,
            existing: it.existing,
            name: it.name.as_deref(),
            reference: it.reference.as_deref(),
            refs: &it.references,
            issued,
        };
        Self { issued, codes: given.codes.iter().map(code).collect(), notes: &given.notes }
    }
}

impl Answer for Codes<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["code", "rule", "number", "name", "ref", "issued"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |code: &Code<'_>| {
            vec![
                code.code.to_owned(),
                code.rule.unwrap_or_default().to_owned(),
                code.number.map(|number| number.to_string()).unwrap_or_default(),
                code.name.unwrap_or_default().to_owned(),
                code.reference.unwrap_or_default().to_owned(),
                if code.issued { "yes" } else { "no" }.to_owned(),
            ]
        };
        self.codes.iter().map(row).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.codes)
    }

    fn page(&self, page: Page) -> String {
        // Whoever keeps the output keeps the mark: a code that was not issued may be somebody
        // else's a moment later.
        let end = if self.issued { "\n" } else { "\tnot issued\n" };
        let mut text = String::new();
        for code in &self.codes {
            text.extend([&page.text(code.code), end]);
        }
        text
    }

    fn plain(&self) -> Option<String> {
        Some(self.page(Page::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::note::NoteKind;

    fn given() -> Given {
        let issued = Issued {
            code: "01A0001".into(),
            rule: Some("graded".into()),
            number: Some(1),
            existing: false,
            name: None,
            reference: Some("CRM:1".into()),
            references: vec!["CRM:1".into()],
        };
        Given { codes: vec![issued], notes: vec![Note::new(NoteKind::Clock, "a note")], written: true }
    }

    #[test]
    fn scripts_get_codes_only() {
        assert_eq!(Codes::new(&given(), true).plain().as_deref(), Some("01A0001\n"));
    }

    #[test]
    fn a_dry_run_is_marked_in_every_object() {
        let given = given();
        let answer = Codes::new(&given, false);
        let facts = serde_json::to_value(&answer).expect("JSON");
        assert_eq!((&facts["issued"], &facts["codes"][0]["issued"]), (&false.into(), &false.into()));
        assert_eq!(answer.plain().as_deref(), Some("01A0001\tnot issued\n"));
        assert_eq!(facts["notes"][0], serde_json::json!({ "kind": "clock", "text": "a note" }));
        assert_eq!(facts["codes"][0]["ref"], "CRM:1");
    }
}
