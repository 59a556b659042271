//! `init`: rules and a ledger of one's own.

use std::io;
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::output::page::Page;
use crate::cli::output::table;
use crate::registry::Workspace;
use crate::registry::workspace::RULE_FILE;
use crate::registry::workspace::init::{self, Initialized};
use crate::rule::Origin;
use crate::rule::templates::{TEMPLATES, Template};
use crate::store::Location;

/// Write rules.toml here and make its ledger
///
/// The rule file is a commented copy of the built-in rules, or of a template, ready to be changed.
/// Inside a git work tree the ledger is added to
/// .gitignore. Where rules.toml is there already, only its missing ledger is made. Nothing is ever
/// overwritten.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode init
  custcode init --list-templates
  custcode init --template type-date
  git clone company-codes && cd company-codes && custcode init")]
pub(crate) struct Init {
    /// Begin with this scheme instead of the built-in rules
    #[arg(long, value_name = "NAME", value_parser = template())]
    template: Option<&'static Template>,
    /// List the templates with a code of each, and make nothing
    #[arg(long, conflicts_with = "template")]
    list_templates: bool,
}

/// Reads the name of a template; an unknown one is told with the nearest and with all.
fn template() -> impl TypedValueParser<Value = &'static Template> {
    let names =
        TEMPLATES.iter().map(|one| PossibleValue::new(one.name).help(format!("{}: {}", one.code, one.about)));
    PossibleValuesParser::new(names)
        .map(|name| Template::named(&name).expect("only names of templates are possible values"))
}

impl Init {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        if self.list_templates {
            context.ui.answer(&Templates::all())?;
            return Ok(Status::Done);
        }
        let places = &context.places;
        // Asked before there is a rule file here: these customers are not in the new ledger.
        let earlier = Workspace::find(places).ok().filter(|found| found.bundle.origin == Origin::BuiltIn);
        let made = init::init(places, self.template, context.waiting())?;
        context.ui.answer(&Made::new(&made, &places.folder))?;
        if made.rules.is_none() {
            let given = places.rules_flag.as_ref().or(places.rules_env.as_ref());
            let rules = given.cloned().unwrap_or_else(|| places.folder.join(RULE_FILE));
            context.ui.note(&format!("{} was there already and stays as it is", rules.display()));
        }
        for note in &made.notes {
            context.ui.note(note);
        }
        if let Some(Location::Sqlite(ledger)) = earlier.map(|found| found.location)
            && ledger.try_exists().unwrap_or(true)
        {
            let ledger = ledger.display();
            context.ui.note(&format!(
                "codes issued without a rule file are in {ledger}, and numbers begin anew here; \
                 to bring them in:\n  custcode export --store '{ledger}' | custcode import -"
            ));
        }
        // Of a rule file that was there it is not known which types it has.
        let new = match (&made.rules, self.template) {
            (None, _) => String::new(),
            (Some(_), None) => "custcode new --type vip --name \"华东机械有限公司\"\n  ".to_owned(),
            (Some(_), Some(template)) => format!("custcode new {}\n  ", template.first),
        };
        context.ui.status(&format!("try next:\n  {new}custcode rules show"));
        Ok(Status::Done)
    }
}

/// What was made and where (or for whom), paths below the current folder as relative ones.
#[derive(Serialize)]
struct Made {
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<String>,
    ledger: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gitignore: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
}

impl Made {
    fn new(made: &Initialized, folder: &Path) -> Self {
        let near = |path: &Path| path.strip_prefix(folder).unwrap_or(path).display().to_string();
        Self {
            rules: made.rules.as_deref().map(near),
            ledger: made.ledger.file().map_or_else(|| made.ledger.to_string(), near),
            gitignore: made.gitignore.as_deref().map(near),
            group: made.group.clone(),
        }
    }
}

impl Answer for Made {
    fn columns(&self) -> Vec<&'static str> {
        vec!["made", "path"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let made = [
            ("rules", self.rules.as_ref()),
            ("ledger", Some(&self.ledger)),
            ("gitignore", self.gitignore.as_ref()),
            ("group", self.group.as_ref()),
        ];
        let made = made.into_iter().filter_map(|(what, path)| Some(vec![what.to_owned(), path?.clone()]));
        made.collect()
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for row in self.rows() {
            table::put(&row[0], 9, &mut text);
            text.extend(["  ", &page.text(&row[1]), "\n"]);
        }
        text
    }
}

#[derive(Serialize)]
struct Templates {
    templates: Vec<Scheme>,
}

#[derive(Serialize)]
struct Scheme {
    template: &'static str,
    code: &'static str,
    about: &'static str,
    first: &'static str,
}

impl Templates {
    fn all() -> Self {
        let one =
            |it: &Template| Scheme { template: it.name, code: it.code, about: it.about, first: it.first };
        Self { templates: TEMPLATES.iter().map(one).collect() }
    }
}

impl Answer for Templates {
    fn columns(&self) -> Vec<&'static str> {
        vec!["template", "code", "about"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.templates
            .iter()
            .map(|one| [one.template, one.code, one.about].map(str::to_owned).to_vec())
            .collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.templates)
    }
}
