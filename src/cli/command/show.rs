//! `show`: everything about one code.

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::output::json;
use crate::cli::output::page::Page;
use crate::cli::output::segments::{self, Segment};
use crate::cli::output::table;
use crate::registry::customer::show::{CustomerView, ErasedView, Explanation, HistoryLine};
use crate::store::Access;

/// Explain a code: its segments, its customer and its history
///
/// A reference stands for the code of its customer, ref:REFERENCE also where a code is spelled so.
/// Any other text is looked for as custcode find does: the one customer that has it is shown, of
/// several each is named, with exit status 4. Exit status 1 when the code is not in the ledger; its
/// segments are explained all the same.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode show 01A0001
  custcode show 01A0001 --json | jq -r .customer.name")]
pub(crate) struct Show {
    /// The code, in any spelling; or a reference, or what only one customer is called
    #[arg(value_name = "CODE", allow_negative_numbers = true)]
    code: String,
}

impl Show {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let explanation = context.open(Access::Read)?.show(&self.code)?;
        context.ui.answer(&Explained::from(&explanation))?;
        Ok(if explanation.state.is_some() { Status::Done } else { Status::No })
    }
}

/// A code explained.
#[derive(Serialize)]
struct Explained<'a> {
    code: &'a str,
    state: Option<&'a str>,
    rule: Option<&'a str>,
    earlier_rules: Option<&'a str>,
    segments: Vec<Segment<'a>>,
    customer: Option<Customer<'a>>,
    history: &'a [HistoryLine],
    #[serde(skip)]
    whole: &'a Explanation,
}

#[derive(Serialize)]
struct Customer<'a> {
    code: &'a str,
    former: &'a [String],
    name: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    refs: &'a [String],
    state: &'a str,
    date: &'a str,
    #[serde(serialize_with = "json::pairs")]
    fields: Vec<(&'a str, Field<'a>)>,
    #[serde(serialize_with = "json::pairs")]
    attributes: Vec<(&'a str, &'a str)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<&'a ErasedView>,
}

#[derive(Serialize)]
struct Field<'a> {
    label: &'a str,
    key: &'a str,
    meaning: &'a str,
}

impl<'a> From<&'a Explanation> for Explained<'a> {
    fn from(whole: &'a Explanation) -> Self {
        Self {
            code: &whole.code,
            state: whole.state.as_deref(),
            rule: whole.rule.as_deref(),
            earlier_rules: whole.earlier.as_deref(),
            segments: segments::list(&whole.code, &whole.segments),
            customer: whole.customer.as_ref().map(Customer::from),
            history: &whole.history,
            whole,
        }
    }
}

impl<'a> From<&'a CustomerView> for Customer<'a> {
    fn from(it: &'a CustomerView) -> Self {
        let field = |(name, label, key, meaning): &'a (String, String, String, String)| {
            (name.as_str(), Field { label, key, meaning })
        };
        Self {
            code: &it.code,
            former: &it.former,
            name: it.name.as_deref(),
            reference: it.references.first().map(String::as_str),
            refs: &it.references,
            state: &it.state,
            date: &it.date,
            erased: it.erased.as_ref(),
            fields: it.fields.iter().map(field).collect(),
            attributes: it.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        }
    }
}

impl Answer for Explained<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["what", "name", "value", "meaning"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut row = |what: &str, name: &str, value: &str, meaning: &str| {
            rows.push([what, name, value, meaning].map(str::to_owned).to_vec());
        };
        row("code", "code", &self.whole.code, self.whole.state.as_deref().unwrap_or("not in the ledger"));
        if let Some(rule) = &self.whole.rule {
            row("code", "rule", rule, &self.of_then().unwrap_or_default());
        }
        for segment in &self.whole.segments {
            row("segment", &segment.name, &segment.text, &segment.meaning);
        }
        if let Some(customer) = &self.whole.customer {
            for (name, value, meaning) in attributes(customer) {
                row("customer", name, value, meaning);
            }
        }
        for line in &self.whole.history {
            row("history", &line.at, &line.what, &line.actor);
        }
        rows
    }

    fn page(&self, page: Page) -> String {
        let state = self.whole.state.as_deref().unwrap_or("not in the ledger");
        let rule =
            self.whole.rule.as_ref().map_or_else(|| "no rule".to_owned(), |rule| format!("rule {rule}"));
        let then = self.of_then().map_or_else(String::new, |words| format!(" ({words})"));
        let mut text = format!("{}  {state}  {rule}{then}\n", page.strong(&page.text(&self.whole.code)));
        text.push_str(&segments::lines(&self.whole.segments, page));
        if let Some(customer) = &self.whole.customer {
            text.extend(["\n", &page.strong("customer"), "\n"]);
            let list = attributes(customer);
            let widest = list.iter().map(|(name, ..)| width(&page.text(name))).max().unwrap_or(0);
            for (name, value, meaning) in list {
                text.push_str("  ");
                table::put(&page.text(name), widest, &mut text);
                text.push_str("  ");
                text.push_str(&page.text(value));
                if !meaning.is_empty() && meaning != value {
                    text.extend(["  ", &page.text(meaning)]);
                }
                text.push('\n');
            }
        }
        if !self.whole.history.is_empty() {
            text.extend(["\n", &page.strong("history"), "\n"]);
        }
        for line in &self.whole.history {
            let (what, actor) = (page.text(&line.what), page.text(&line.actor));
            text.extend(["  ", &line.at, "  ", &what, "  (", &actor, ")\n"]);
        }
        text
    }
}

impl Explained<'_> {
    /// Which rules read it, where those of today do not.
    fn of_then(&self) -> Option<String> {
        let digest: String = self.whole.earlier.as_ref()?.chars().take(12).collect();
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
    list.extend(customer.references.iter().map(|reference| ("ref", reference.as_str(), "")));
    list.push(("state", customer.state.as_str(), ""));
    if let Some(erased) = &customer.erased {
        list.push(("erased", erased.at.as_str(), ""));
        list.push(("by", erased.by.as_str(), ""));
        list.push(("reason", erased.reason.as_str(), ""));
    }
    list.push(("date", customer.date.as_str(), ""));
    list.extend(
        customer.fields.iter().map(|(name, _, key, label)| (name.as_str(), key.as_str(), label.as_str())),
    );
    list.extend(customer.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str(), "")));
    list
}
