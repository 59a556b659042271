//! `show`: everything about one code.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::render::{Answer, Page, Records, object, segments};
use crate::cli::{Context, Outcome, Status};
use crate::registry::customer::show::{CustomerView, Explanation, StoryLine};
use crate::store::Access;

/// Explain a code: its segments, its customer and its history
///
/// Exit status 1 when the code is not in the ledger; its segments are explained all the same.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode show 01A0001
  custcode show 01A0001 --json | jq -r .customer.name")]
pub(crate) struct Show {
    /// The code, in any spelling
    #[arg(allow_negative_numbers = true)]
    code: String,
}

impl Show {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let explanation = context.open(Access::Read)?.show(&self.code)?;
        context.ui.answer(&explanation)?;
        Ok(if explanation.state.is_some() { Status::Done } else { Status::No })
    }
}

impl Answer for Explanation {
    fn facts(&self) -> Map<String, Value> {
        object([
            ("code", self.code.as_str().into()),
            ("state", self.state.clone().into()),
            ("rule", self.rule.clone().into()),
            ("earlier_rules", self.earlier.clone().into()),
            ("segments", segments::list(&self.code, &self.segments)),
            ("customer", self.customer.as_ref().map(customer).into()),
            ("story", self.story.iter().map(story).collect::<Vec<_>>().into()),
        ])
    }

    fn records(&self) -> Records {
        let mut rows = Vec::new();
        let mut row = |what: &str, name: &str, value: &str, meaning: &str| {
            rows.push([what, name, value, meaning].map(str::to_owned).to_vec());
        };
        row("code", "code", &self.code, self.state.as_deref().unwrap_or("not in the ledger"));
        if let Some(rule) = &self.rule {
            row("code", "rule", rule, &self.of_then().unwrap_or_default());
        }
        for segment in &self.segments {
            row("segment", &segment.name, &segment.text, &segment.meaning);
        }
        if let Some(customer) = &self.customer {
            for (name, value, meaning) in attributes(customer) {
                row("customer", name, value, meaning);
            }
        }
        for line in &self.story {
            row("story", &line.at, &line.what, &line.actor);
        }
        Records { headers: vec!["what", "name", "value", "meaning"], rows }
    }

    fn page(&self, page: Page) -> String {
        let state = self.state.as_deref().unwrap_or("not in the ledger");
        let rule = self.rule.as_ref().map_or_else(|| "no rule".to_owned(), |rule| format!("rule {rule}"));
        let then = self.of_then().map_or_else(String::new, |words| format!(" ({words})"));
        let mut text = format!("{}  {state}  {rule}{then}\n", page.strong(&page.text(&self.code)));
        text.push_str(&segments::lines(&self.segments, page));
        if let Some(customer) = &self.customer {
            text.extend(["\n", &page.strong("customer"), "\n"]);
            let list = attributes(customer);
            let widest = list.iter().map(|(name, ..)| width(&page.text(name))).max().unwrap_or(0);
            for (name, value, meaning) in list {
                text.push_str("  ");
                crate::cli::render::table::put(&page.text(name), widest, &mut text);
                text.push_str("  ");
                text.push_str(&page.text(value));
                if !meaning.is_empty() && meaning != value {
                    text.extend(["  ", &page.text(meaning)]);
                }
                text.push('\n');
            }
        }
        if !self.story.is_empty() {
            text.extend(["\n", &page.strong("story"), "\n"]);
        }
        for line in &self.story {
            let (what, actor) = (page.text(&line.what), page.text(&line.actor));
            text.extend(["  ", &line.at, "  ", &what, "  (", &actor, ")\n"]);
        }
        text
    }
}

impl Explanation {
    /// Which rules read it, where those of today do not.
    fn of_then(&self) -> Option<String> {
        let digest: String = self.earlier.as_ref()?.chars().take(12).collect();
        Some(format!("by earlier rules {digest}; no rule reads it now"))
    }
}

fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// What is known of a customer: name, value, meaning.
fn attributes(customer: &CustomerView) -> Vec<(&str, &str, &str)> {
    let mut list = Vec::new();
    list.push(("code", customer.code.as_str(), ""));
    list.extend(customer.former.iter().map(|code| ("former", code.as_str(), "")));
    list.extend(customer.name.as_deref().map(|name| ("name", name, "")));
    list.extend(customer.reference.as_deref().map(|reference| ("ref", reference, "")));
    list.push(("state", customer.state.as_str(), ""));
    list.push(("date", customer.date.as_str(), ""));
    list.extend(
        customer.fields.iter().map(|(name, _, key, label)| (name.as_str(), key.as_str(), label.as_str())),
    );
    list.extend(customer.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str(), "")));
    list
}

fn customer(customer: &CustomerView) -> Value {
    let field = |(name, label, key, meaning): &(String, String, String, String)| {
        let members = [
            ("label", label.as_str().into()),
            ("key", key.as_str().into()),
            ("meaning", meaning.as_str().into()),
        ];
        (name.clone(), Value::from(object(members)))
    };
    let attribute = |(name, value): &(String, String)| (name.clone(), value.as_str().into());
    Value::from(object([
        ("code", customer.code.as_str().into()),
        ("former", customer.former.clone().into()),
        ("name", customer.name.clone().into()),
        ("ref", customer.reference.clone().into()),
        ("state", customer.state.as_str().into()),
        ("date", customer.date.as_str().into()),
        ("fields", customer.fields.iter().map(field).collect::<Map<_, _>>().into()),
        ("attributes", customer.attributes.iter().map(attribute).collect::<Map<_, _>>().into()),
    ]))
}

fn story(line: &StoryLine) -> Value {
    Value::from(object([
        ("at", line.at.as_str().into()),
        ("actor", line.actor.as_str().into()),
        ("command", line.command.as_str().into()),
        ("what", line.what.as_str().into()),
    ]))
}
