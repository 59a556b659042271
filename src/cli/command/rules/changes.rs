//! Two states of the rules beside each other, and what becomes of the codes.

use serde_json::{Map, Value};

use crate::cli::render::{Answer, Page, Records, object, table};
use crate::registry::rules::{Diff, Example, Impact, Version};
use crate::rule::Change;

pub(super) struct Changes<'d>(pub(super) &'d Diff);

/// The columns of a comparison.
pub(super) const HEADERS: [&str; 5] = ["of", "name", "change", "was", "becomes"];

fn version(version: &Version) -> Value {
    object([("name", version.name.as_str().into()), ("digest", version.digest.as_str().into())]).into()
}

fn change(change: &Change) -> Map<String, Value> {
    object([
        ("of", change.of.as_str().into()),
        ("name", Some(change.name.as_str()).filter(|name| !name.is_empty()).into()),
        ("change", change.aspect.into()),
        ("count", change.count.into()),
        ("was", change.was.clone().into()),
        ("becomes", change.becomes.clone().into()),
    ])
}

fn impact(impact: &Impact) -> Value {
    let example = |example: &Example| {
        Value::from(object([
            ("code", example.code.as_str().into()),
            ("was", example.was.as_str().into()),
            ("becomes", example.becomes.as_str().into()),
        ]))
    };
    let mut members = object([("total", impact.total.into()), ("touched", impact.touched().into())]);
    for (kind, touched) in impact.kinds() {
        let examples: Vec<Value> = touched.examples.iter().map(example).collect();
        let kind_of = object([("count", touched.count.into()), ("examples", examples.into())]);
        members.insert(kind.to_owned(), kind_of.into());
    }
    members.into()
}

impl Answer for Changes<'_> {
    fn facts(&self) -> Map<String, Value> {
        let Diff { old, new, changes, impact: codes } = self.0;
        object([
            ("old", version(old)),
            ("new", version(new)),
            ("changes", changes.iter().map(change).map(Value::from).collect::<Vec<_>>().into()),
            ("codes", codes.as_ref().map(impact).into()),
        ])
    }

    fn records(&self) -> Records {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for change in &self.0.changes {
            let aspect = match change.count {
                1 => change.aspect.to_owned(),
                count => format!("{} ({count})", change.aspect),
            };
            let [was, becomes] = [&change.was, &change.becomes].map(|text| text.clone().unwrap_or_default());
            rows.push(vec![change.of.as_str().to_owned(), change.name.clone(), aspect, was, becomes]);
        }
        for (kind, touched) in self.0.impact.iter().flat_map(Impact::kinds).filter(|(_, them)| them.count > 0)
        {
            let aspect = format!("{kind} ({})", touched.count);
            for Example { code, was, becomes } in &touched.examples {
                let row = ["code", code, &aspect, was, becomes];
                rows.push(row.map(str::to_owned).to_vec());
            }
        }
        Records { headers: HEADERS.to_vec(), rows }
    }

    fn page(&self, page: Page) -> String {
        let side = |word: &str, version: &Version| {
            let digest: String = version.digest.chars().take(12).collect();
            format!("{word}  {digest}  {}\n", page.text(&version.name))
        };
        let records = self.records();
        let list = if records.rows.is_empty() { String::new() } else { table::render(&records, page) };
        [side("old", &self.0.old), side("new", &self.0.new), list].concat()
    }
}
