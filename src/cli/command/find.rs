//! `find`: customers by what somebody knows of them.

use std::io;

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::signal::Signals;
use crate::cli::words::counted;
use crate::registry::customer::find::{Closeness, Found, Hit, What};
use crate::store::Access;

/// Find customers by code, reference, name, phone or another attribute
///
/// A text that is a code (in any spelling) or a reference finds that customer. Any other text finds
/// every customer, in whatever state, that has it in a code, a reference, its name, a former name
/// or an attribute; a name also by the initials of its pinyin (hdjx), a telephone number by its
/// digits however they are grouped. Of several words each has to be there. The closest come first:
/// the whole name, the beginning, a part, initials, attributes. Exit status 1 when there is none.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode find 华东
  custcode find hdjx
  custcode find 6262 7788 --json
  custcode find K1 --limit 100")]
pub(crate) struct Find {
    /// What to look for
    #[arg(required = true, value_name = "TEXT", allow_negative_numbers = true)]
    text: Vec<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl Find {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let text = self.text.join(" ");
        let signals = Signals::watch().map_err(Failure::System)?;
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let found = context.open(Access::Read)?.find(&text, most, &|| signals.received().is_some());
        if let Some(signal) = signals.received() {
            return Err(Failure::Interrupted(signal));
        }
        signals.release();
        let answer = Customers::from(&found?);
        context.ui.answer(&answer)?;
        match (answer.total, answer.more) {
            (0, _) => context.ui.status("no customer was found"),
            (total, 0) => context.ui.status(&counted(total, "customer")),
            (_, more) => context.ui.status(&format!("… {more} more")),
        }
        Ok(if answer.total == 0 { Status::No } else { Status::Done })
    }
}

/// The customers that were found.
#[derive(Serialize)]
struct Customers {
    customers: Vec<Customer>,
    total: u64,
    more: u64,
}

#[derive(Serialize)]
struct Customer {
    code: String,
    state: String,
    name: Option<String>,
    refs: Vec<String>,
    date: Option<String>,
    matched: Matched,
}

/// What matched, and how.
#[derive(Serialize)]
struct Matched {
    how: Closeness,
    what: What,
    text: String,
}

impl From<&Found> for Customers {
    fn from(found: &Found) -> Self {
        let customer = |hit: &Hit| Customer {
            code: hit.code.clone(),
            state: hit.state.clone(),
            name: hit.name.clone(),
            refs: hit.references.clone(),
            date: hit.date.clone(),
            matched: Matched { how: hit.closeness, what: hit.what.clone(), text: hit.text.clone() },
        };
        let customers: Vec<Customer> = found.hits.iter().map(customer).collect();
        Self { total: found.total, more: found.total.saturating_sub(customers.len() as u64), customers }
    }
}

impl Customer {
    /// What matched, in words; of a name that stands beside it, only how.
    fn told(&self) -> String {
        let Matched { how, what, text } = &self.matched;
        match (what, how) {
            (What::Name, Closeness::Initials | Closeness::SomeInitials) => "initials".to_owned(),
            (What::Name, _) => "name".to_owned(),
            (What::Code, _) if *text == self.code => "code".to_owned(),
            (What::Code, _) => format!("code {text}"),
            (What::Ref, _) => format!("ref {text}"),
            (What::FormerName, _) => format!("former name {text}"),
            (What::Attribute(name), _) => format!("{name} {text}"),
        }
    }
}

impl Answer for Customers {
    fn columns(&self) -> Vec<&'static str> {
        vec!["code", "state", "name", "ref", "date", "matched"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |it: &Customer| {
            let (name, date) = (it.name.clone().unwrap_or_default(), it.date.clone().unwrap_or_default());
            let reference = it.refs.first().cloned().unwrap_or_default();
            vec![it.code.clone(), it.state.clone(), name, reference, date, it.told()]
        };
        self.customers.iter().map(row).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.customers)
    }
}
