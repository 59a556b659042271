//! `init`: rules and a ledger of one's own.

use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value};

use crate::cli::render::{Answer, Page, Records, object, table};
use crate::cli::{Context, Outcome, Status};
use crate::registry::Workspace;
use crate::registry::workspace::RULE_FILE;
use crate::registry::workspace::init::{self, Initialized};
use crate::rule::Origin;
use crate::rule::templates::{TEMPLATES, Template};
use crate::store::Location;

/// Write rules.toml here and make its ledger
///
/// The rule file is a commented copy of the built-in rules, or of a template, ready to be changed. Inside a git work tree the ledger is added to
/// .gitignore. Where rules.toml is there already, only its missing ledger is made. Nothing is ever overwritten.
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
            context.ui.answer(&Templates)?;
            return Ok(Status::Done);
        }
        let places = &context.places;
        // Asked before there is a rule file here: these customers are not in the new ledger.
        let earlier = Workspace::find(places).ok().filter(|found| found.bundle.origin == Origin::BuiltIn);
        let made = init::init_at(places, self.template, context.waiting())?;
        context.ui.answer(&Made(&made, &places.folder))?;
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

struct Made<'a>(&'a Initialized, &'a Path);

impl Made<'_> {
    /// What was made and where (or for whom), paths below the current folder as relative ones.
    fn list(&self) -> Vec<(&'static str, String)> {
        let near = |path: &Path| path.strip_prefix(self.1).unwrap_or(path).display().to_string();
        let mut list = Vec::new();
        list.extend(self.0.rules.as_deref().map(|path| ("rules", near(path))));
        let ledger = &self.0.ledger;
        list.push(("ledger", ledger.file().map_or_else(|| ledger.to_string(), near)));
        list.extend(self.0.gitignore.as_deref().map(|path| ("gitignore", near(path))));
        list.extend(self.0.group.clone().map(|group| ("group", group)));
        list
    }
}

impl Answer for Made<'_> {
    fn facts(&self) -> Map<String, Value> {
        object(self.list().into_iter().map(|(what, path)| (what, path.into())))
    }

    fn records(&self) -> Records {
        let rows = self.list().into_iter().map(|(what, path)| vec![what.to_owned(), path]).collect();
        Records { headers: vec!["made", "path"], rows }
    }

    fn page(&self, page: Page) -> String {
        let mut text = String::new();
        for (what, path) in self.list() {
            table::put(what, 9, &mut text);
            text.extend(["  ", &page.text(&path), "\n"]);
        }
        text
    }
}

struct Templates;

impl Answer for Templates {
    fn facts(&self) -> Map<String, Value> {
        object([("templates", self.items().into())])
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        let one = |template: &Template| {
            object([
                ("template", template.name.into()),
                ("code", template.code.into()),
                ("about", template.about.into()),
                ("first", template.first.into()),
            ])
        };
        TEMPLATES.iter().map(one).collect()
    }

    fn records(&self) -> Records {
        let row = |one: &Template| vec![one.name.to_owned(), one.code.to_owned(), one.about.to_owned()];
        Records { headers: vec!["template", "code", "about"], rows: TEMPLATES.iter().map(row).collect() }
    }
}
