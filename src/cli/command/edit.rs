//! `edit`: change what is known of a customer; never its code.

use clap::Args;
use serde::Serialize;

use crate::cli::args::{self, FieldArgs};
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::registry::customer::edit::EditRequest;
use crate::registry::note::Note;
use crate::store::{Access, Change};

/// Change attributes of a customer, never its code
///
/// Writes what was changed: attribute, before, after. An empty value removes. A field that the code
/// prints is not changed here.
#[derive(Debug, Args)]
#[command(
    after_long_help = "\
Examples:
  custcode edit 01A0001 --name \"华东机械股份有限公司\"
  custcode edit 01A0001 --attr phone=010-6262 --attr fax=
  custcode edit 01A0001 --add-ref ERP:4711
  custcode edit 01A0001 --drop-ref ERP:4711 --reason \"it is 01A0007's\"",
    group = clap::ArgGroup::new("change").required(true).multiple(true)
        .args(["name", "add_references", "drop_references", "kind", "region", "set", "attr"])
)]
pub(crate) struct Edit {
    /// Any code that the customer has or had, or ref:REFERENCE
    #[arg(allow_negative_numbers = true)]
    code: String,
    /// Give a new name
    #[arg(long)]
    name: Option<String>,
    /// Add an id in another system, beside those it has; repeatable
    #[arg(long = "add-ref", value_name = "ID")]
    add_references: Vec<String>,
    /// Take an id in another system away, and say why with --reason; repeatable
    #[arg(long = "drop-ref", value_name = "ID", requires = "reason")]
    drop_references: Vec<String>,
    /// Say why an id is taken away; kept for good
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Add an id also when it was taken away from another customer
    #[arg(long = "reuse-ref", requires = "add_references")]
    reuse_reference: bool,
    #[command(flatten)]
    fields: FieldArgs,
    /// Change a further attribute; repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = args::pair)]
    attr: Vec<(String, String)>,
    /// Print what would change; nothing is
    #[arg(long)]
    dry_run: bool,
}

impl Edit {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let edited = context.open(access)?.edit(&EditRequest {
            code: self.code.clone(),
            name: self.name.clone(),
            add_references: self.add_references.clone(),
            drop_references: self.drop_references.clone(),
            reason: self.reason.clone(),
            reuse_reference: self.reuse_reference,
            fields: self.fields.pairs(),
            attributes: self.attr.clone(),
            dry_run: self.dry_run,
        })?;
        context.ui.answer(&Changes {
            code: &edited.code,
            written: !self.dry_run,
            changes: &edited.changes,
            notes: &edited.notes,
        })?;
        if !context.ui.json() {
            for note in &edited.notes {
                context.ui.note(&note.text);
            }
        }
        match (edited.changes.is_empty(), self.dry_run) {
            (true, _) => context.ui.status(&format!("{}: everything is so already", edited.code)),
            (false, true) => context.ui.status("dry run: nothing was changed"),
            (false, false) => {}
        }
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct Changes<'a> {
    code: &'a str,
    written: bool,
    changes: &'a [Change],
    notes: &'a [Note],
}

impl Answer for Changes<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["attribute", "before", "after"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let row = |it: &Change| vec![it.attribute.clone(), text(&it.before), text(&it.after)];
        self.changes.iter().map(row).collect()
    }
}
