//! `erase`: delete what is personal of customers.

use std::io;

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::words::counted;
use crate::registry::customer::erase::{EraseRequest, ErasedCustomer, Outcome as Erased, Printed};
use crate::registry::{Error, Registry};
use crate::store::{Access, Compaction, TextKind};

/// Delete what is personal of customers for good
///
/// Deleted are name, references, attributes, fields that no code prints, and all former values of
/// them. The code, its number, dates and states stay, so that no number is given twice; store check
/// goes on proving everything else. All named customers are erased or none; one that was erased
/// before stays as it is. What stays of a reference is a mark, by which a request with it is known
/// and refused later; --forget-refs leaves none.
///
/// At its end the whole ledger is written anew, so that no page of it holds the texts any longer.
/// Nobody can issue meanwhile; it takes about as long as a backup, and a ledger in a file needs its
/// size free beside it and in the temporary folder. If that is interrupted, the texts are deleted,
/// but may still be found in the bytes: store info and store check say so, and the next erase or
/// store repair finishes it.
///
/// Not reached are: older backups and exports (custcode store restore --erasures deletes again what
/// was erased since), blocks of the disk that a file held before, snapshots of the file system, and
/// of a server its WAL archive, standbys that lag, statistics, and logs. Reasons, actors, host
/// names and request ids stay: name nobody in them.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode erase 01A0001 --reason \"asked for on 2026-11-20, ticket 812\" --dry-run
  custcode erase ref:CRM-4711 --reason \"contract ended, kept for ten years\" --yes
  custcode erase 01LI001 --code-stays --reason \"ticket 813\" --yes")]
#[expect(clippy::struct_excessive_bools, reason = "switches that are independent of each other")]
pub(crate) struct Erase {
    /// A code of the customer, in any spelling, or ref:REFERENCE
    #[arg(required = true, value_name = "CODE", allow_negative_numbers = true)]
    codes: Vec<String>,
    /// Say why; kept for good
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Erase also where the code prints something personal, such as initials; the code stays
    #[arg(long)]
    code_stays: bool,
    /// Leave no mark of the references: whoever comes back is a new customer
    #[arg(long)]
    forget_refs: bool,
    /// Print what would be deleted; nothing is
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Erase {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let mut registry = context.open(access)?;
        let request = EraseRequest {
            customers: self.codes.clone(),
            reason: self.reason.clone(),
            code_stays: self.code_stays,
            forget_refs: self.forget_refs,
            dry_run: self.dry_run,
        };
        let planned = registry.erase(&EraseRequest { dry_run: true, ..request.clone() })?;
        if self.dry_run {
            context.ui.answer(&Customers::new(&planned, self.reason.trim(), State::Planned))?;
            tell(context, &planned);
            context.ui.status("dry run: nothing was deleted");
            return Ok(Status::Done);
        }
        if planned.customers.is_empty() {
            context.ui.answer(&Customers::new(&planned, self.reason.trim(), State::Already))?;
            tell(context, &planned);
            return finish(context, &mut registry);
        }
        // What a code keeps is refused before anything is said or asked.
        if self.code_stays || planned.customers.iter().all(|it| it.printed.is_empty()) {
            self.demand_word(context, &planned)?;
            say_what_it_takes(context, &mut registry)?;
        }
        let done = registry.erase(&request)?;
        context.ui.answer(&Customers::new(&done, self.reason.trim(), State::Erased))?;
        tell(context, &done);
        finish(context, &mut registry)
    }

    /// Asks at a terminal; elsewhere somebody has to have said yes before.
    fn demand_word(&self, context: &Context, planned: &Erased) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let customers = counted(planned.customers.len() as u64, "customer");
        for customer in &planned.customers {
            context.ui.status(&format!("{}: {}", customer.code, summary(customer)));
        }
        if context.ui.confirm(&format!("delete what is personal of {customers} for good?"))? {
            return Ok(());
        }
        Err(Error::Unconfirmed {
            question: format!("{customers} would be erased for good: this was not confirmed"),
        }
        .into())
    }
}

/// Says what a person should know.
fn tell(context: &Context, outcome: &Erased) {
    for told in &outcome.already {
        context.ui.status(&format!("{told}; nothing was changed"));
    }
    if context.ui.json() {
        return;
    }
    for printed in outcome.customers.iter().flat_map(|customer| &customer.printed) {
        context.ui.note(&printed.told());
    }
    for note in &outcome.notes {
        context.ui.note(&note.text);
    }
}

/// Says what writing the ledger anew takes, before it begins.
fn say_what_it_takes(context: &Context, registry: &mut Registry<'_>) -> Result<(), Failure> {
    let needs = registry.store.compaction_needs().map_err(Error::from)?;
    context.ui.status(&format!("the ledger is then written anew: {needs}"));
    Ok(())
}

/// Writes the ledger anew where that is still to be done.
fn finish(context: &Context, registry: &mut Registry<'_>) -> Outcome {
    let compaction = registry.compact()?;
    Ok(rewritten(context, compaction))
}

/// How it ends, by what came of the wish to write the ledger anew.
pub(super) fn rewritten(context: &Context, compaction: Compaction) -> Status {
    match compaction {
        Compaction::Done => Status::Done,
        Compaction::Refused { reason, commands } => {
            context.ui.important(&format!(
                "the texts are deleted, but the tables could not be written anew: {reason}; until somebody has run the \
                 following, the texts can be found in the server's files"
            ));
            for command in commands {
                context.ui.important(&command);
            }
            Status::Partial
        }
    }
}

/// What became of the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Planned,
    Erased,
    Already,
}

/// `name, 2 refs, 3 attributes`.
fn summary(customer: &ErasedCustomer) -> String {
    let kinds = customer.texts.chunk_by(|one, other| one.kind == other.kind);
    let told: Vec<String> = kinds
        .map(|texts| match (texts[0].kind, texts.len()) {
            (TextKind::Name, _) => "name".to_owned(),
            (kind, count) => counted(count as u64, word(kind)),
        })
        .collect();
    if told.is_empty() { "nothing personal was known".to_owned() } else { told.join(", ") }
}

/// What a text is called.
fn word(kind: TextKind) -> &'static str {
    match kind {
        TextKind::Name => "name",
        TextKind::Reference => "reference",
        TextKind::Field => "field",
        TextKind::Attribute => "attribute",
        TextKind::Change => "former value",
        TextKind::Reason => "reason",
    }
}

#[derive(Serialize)]
struct Customers<'a> {
    written: bool,
    reason: &'a str,
    customers: Vec<Customer<'a>>,
    already: &'a [String],
    #[serde(skip)]
    planned: bool,
}

#[derive(Serialize)]
struct Customer<'a> {
    code: &'a str,
    deleted: Vec<Deleted<'a>>,
    printed: Vec<OfCode<'a>>,
    #[serde(skip)]
    summary: String,
}

/// A text that goes; its content is told before it is deleted only.
#[derive(Serialize)]
struct Deleted<'a> {
    kind: TextKind,
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct OfCode<'a> {
    code: &'a str,
    field: &'a str,
    text: &'a str,
}

impl<'a> Customers<'a> {
    fn new(outcome: &'a Erased, reason: &'a str, state: State) -> Self {
        let planned = state == State::Planned;
        let printed = |it: &'a Printed| OfCode { code: &it.code, field: &it.field, text: &it.text };
        let customer = |customer: &'a ErasedCustomer| Customer {
            code: &customer.code,
            deleted: customer
                .texts
                .iter()
                .map(|it| Deleted {
                    kind: it.kind,
                    name: it.name.as_deref(),
                    text: planned.then_some(it.text.as_str()),
                })
                .collect(),
            printed: customer.printed.iter().map(printed).collect(),
            summary: summary(customer),
        };
        Self {
            written: state == State::Erased,
            reason,
            customers: outcome.customers.iter().map(customer).collect(),
            already: &outcome.already,
            planned,
        }
    }
}

impl Answer for Customers<'_> {
    fn columns(&self) -> Vec<&'static str> {
        if self.planned { vec!["code", "deleted", "name", "text"] } else { vec!["code", "deleted"] }
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for customer in &self.customers {
            if !self.planned {
                rows.push(vec![customer.code.to_owned(), customer.summary.clone()]);
                continue;
            }
            rows.extend(customer.deleted.iter().map(|it| {
                let (name, text) = (it.name.unwrap_or_default(), it.text.unwrap_or_default());
                [customer.code, it.kind.as_str(), name, text].map(str::to_owned).to_vec()
            }));
        }
        rows
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.customers)
    }
}
