//! `edit`: change what is known of a customer; never its code.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::args::{self, FieldArgs};
use crate::cli::render::{Answer, Records, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry::customer::edit::{EditRequest, Edited};
use crate::store::Access;

/// Change attributes of a customer, never its code
///
/// Writes what was changed: attribute, before, after. An empty value removes. A field that the code prints is not changed here.
#[derive(Debug, Args)]
#[command(
    after_long_help = "\
Examples:
  custcode edit 01A0001 --name \"华东机械股份有限公司\"
  custcode edit 01A0001 --attr phone=010-6262 --attr fax=",
    group = clap::ArgGroup::new("change").required(true).multiple(true)
        .args(["name", "reference", "kind", "region", "set", "attr"])
)]
pub(crate) struct Edit {
    /// Any code that the customer has or had
    #[arg(allow_negative_numbers = true)]
    code: String,
    /// Give a new name
    #[arg(long)]
    name: Option<String>,
    /// Give a new id in the other system
    #[arg(long = "ref", value_name = "ID")]
    reference: Option<String>,
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
            reference: self.reference.clone(),
            fields: self.fields.pairs(),
            attributes: self.attr.clone(),
            dry_run: self.dry_run,
        })?;
        context.ui.answer(&Changes { edited: &edited, written: !self.dry_run })?;
        if !context.ui.json() {
            for note in &edited.notes {
                context.ui.note(note);
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

struct Changes<'a> {
    edited: &'a Edited,
    written: bool,
}

impl Answer for Changes<'_> {
    fn facts(&self) -> Map<String, Value> {
        let change = |change: &crate::store::Change| {
            Value::from(object([
                ("attribute", change.attribute.as_str().into()),
                ("before", change.before.clone().into()),
                ("after", change.after.clone().into()),
            ]))
        };
        object([
            ("code", self.edited.code.as_str().into()),
            ("written", self.written.into()),
            ("changes", self.edited.changes.iter().map(change).collect::<Vec<_>>().into()),
            ("notes", self.edited.notes.clone().into()),
        ])
    }

    fn records(&self) -> Records {
        let row = |change: &crate::store::Change| {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            vec![change.attribute.clone(), text(&change.before), text(&change.after)]
        };
        let rows = self.edited.changes.iter().map(row).collect();
        Records { headers: vec!["attribute", "before", "after"], rows }
    }
}
