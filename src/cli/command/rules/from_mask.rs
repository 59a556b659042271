//! `rules from-mask`: a rule file out of another system's numbering mask.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::page::Page;
use crate::registry::Error;
use crate::registry::note::{Note, NoteKind};
use crate::rule::mask::{self, Period, Refusal, Request, System};

/// Turn a numbering mask of another system into a rule file
///
/// Prints a whole rule file, proved like every other, with a comment on each part of the mask. What
/// cannot be carried over is said with its place and with what to do instead; then nothing is
/// printed. Exit status 2 in that case.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules from-mask --from dolibarr 'C{yy}{mm}-{0000@99}' > rules.toml && custcode init
  custcode rules from-mask --from odoo 'CUST/%(year)s/%(seq)05d' --reset year
  custcode rules from-mask --from frappe 'CUST-.{territory}.-.#####' --field territory=3
  custcode rules from-mask --from salesforce 'A-{00000}' --name accounts
  custcode rules from-mask --from dataverse 'C-{DATETIMEUTC:yyyyMM}-{SEQNUM:6}'")]
pub(crate) struct FromMask {
    /// Name the system that the mask comes from
    #[arg(long, value_name = "SYSTEM", value_parser = system())]
    from: System,
    /// The mask; for Odoo the prefix, then %(seq)05d for a sequence size of 5, then the suffix
    mask: String,
    /// Name the rule; a rule keeps its name for ever
    #[arg(long, value_name = "RULE", default_value = "customers")]
    name: String,
    /// Give the time zone of printed dates; without it UTC for dataverse, this machine's for the
    /// others
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Say when the number begins again, for odoo with date ranges
    #[arg(long, value_enum, value_name = "PERIOD")]
    reset: Option<Reset>,
    /// Say how many characters a field of the mask prints, e.g. territory=3; repeatable
    #[arg(long, value_name = "FIELD=WIDTH", value_parser = width)]
    field: Vec<(String, usize)>,
}

/// When a number begins again.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reset {
    Year,
    Month,
    Day,
}

fn system() -> impl TypedValueParser<Value = System> {
    let names = System::ALL
        .map(|one| PossibleValue::new(one.name()).help(format!("{}: {}", one.title(), one.example())));
    PossibleValuesParser::new(names)
        .map(|name| System::named(&name).expect("only names of systems are possible values"))
}

/// Reads `territory=3`.
fn width(text: &str) -> Result<(String, usize), String> {
    let parsed = text.split_once('=').and_then(|(name, width)| Some((name, width.parse().ok()?)));
    match parsed {
        Some((name, width @ 1..=64)) if !name.is_empty() => Ok((name.to_owned(), width)),
        _ => Err("expected FIELD=WIDTH with a width of 1 to 64, e.g. territory=3".to_owned()),
    }
}

impl FromMask {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        if self.reset.is_some() && self.from != System::Odoo {
            return Err(Error::usage(
                format!(
                    "--reset is for odoo; a mask of {} says itself when its number begins again",
                    self.from.name()
                ),
                "leave --reset out".to_owned(),
            )
            .into());
        }
        if let Some(zone) = &self.timezone
            && TimeZoneDatabase::bundled().get(zone).is_err()
        {
            let hint = "a time zone is named like Asia/Shanghai (all of China)".to_owned();
            return Err(Error::usage(format!("unknown time zone {zone:?}"), hint).into());
        }
        let local = TimeZone::system();
        let request = Request {
            system: self.from,
            mask: &self.mask,
            rule: &self.name,
            timezone: self.timezone.as_deref(),
            local_timezone: local.iana_name().unwrap_or("UTC"),
            reset: self.reset.map(|reset| match reset {
                Reset::Year => Period::Year,
                Reset::Month => Period::Month,
                Reset::Day => Period::Day,
            }),
            fields: &self.field,
        };
        let carried = mask::carry_over(&request).map_err(|refusal| match refusal {
            Refusal::Mask(findings) => Error::Mask { system: self.from.title(), findings },
            Refusal::Rules(findings) => Error::Rules(findings),
        })?;
        context.ui.answer(&File {
            system: self.from.name(),
            rule: &self.name,
            pattern: &carried.pattern,
            notes: carried.notes.iter().map(|note| Note::new(NoteKind::Mask, note)).collect(),
            file: &carried.text,
        })?;
        for note in &carried.notes {
            context.ui.note(note);
        }
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct File<'a> {
    system: &'static str,
    rule: &'a str,
    pattern: &'a str,
    notes: Vec<Note>,
    file: &'a str,
}

impl Answer for File<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["rule", "pattern", "file"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![[self.rule, self.pattern, self.file].map(str::to_owned).to_vec()]
    }

    fn page(&self, _: Page) -> String {
        // Printable ASCII and line feeds: the mask was read, and refused if it held anything else.
        self.file.to_owned()
    }

    fn plain(&self) -> Option<String> {
        Some(self.file.to_owned())
    }
}
