//! `standard = "iso3166"`: the values of a ready-made dictionary, or with `only` some of them.

use super::placed::Placed;
use super::values_csv::Files;
use crate::code::normalize::folded;
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section, Text, nearest};
use crate::rule::standard::{PREFIX, Standard};

pub(super) fn read(
    field: &Section<'_>,
    files: &mut Files<'_>,
    findings: &mut Findings,
) -> Option<Vec<Placed>> {
    let name = field.text("standard", findings)?;
    let Some(file) = files.named(&format!("{PREFIX}{}", name.text)) else {
        findings.add(unknown(&name));
        return None;
    };
    let values = files.table(file, findings)?;
    match field.list("only", findings) {
        Some(only) => Some(some(&only, values, field, findings)),
        None => Some(values),
    }
}

fn unknown(name: &Text<'_>) -> Diagnostic {
    let names: Vec<&str> = Standard::all().iter().map(|standard| standard.name).collect();
    let message = format!("there is no ready-made dictionary {:?}", name.text);
    let near = nearest(name.text, names.iter().copied());
    Diagnostic::error("unknown-standard", name.span.clone(), message)
        .hint(format!("there are {}; custcode rules standard", names.join(", ")))
        .suggest(near)
}

/// The values that `only` names, with the classes above them.
fn some(only: &[Text<'_>], values: Vec<Placed>, field: &Section<'_>, findings: &mut Findings) -> Vec<Placed> {
    let mut codes = Vec::new();
    for wanted in only {
        let meant = folded(wanted.text);
        let named = |placed: &&Placed| placed.value.spellings().any(|spelling| folded(spelling) == meant);
        if let Some(placed) = values.iter().find(named) {
            codes.push(placed.value.code.clone());
            continue;
        }
        let spellings = values.iter().flat_map(|placed| placed.value.spellings());
        let message = format!("{:?} is no value of this dictionary", wanted.text);
        findings.add(
            Diagnostic::error("unknown-value", wanted.span.clone(), message)
                .suggest(nearest(wanted.text, spellings)),
        );
    }
    if only.is_empty() {
        let message = "only names no value: the field would have none";
        findings.add(Diagnostic::error("empty-list", field.at("only"), message));
    }
    let above = field.has("levels");
    let taken = |code: &str| codes.iter().any(|wanted| wanted == code || above && wanted.starts_with(code));
    values.into_iter().filter(|placed| taken(&placed.value.code)).collect()
}
