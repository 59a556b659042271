//! Two dictionary values that print the same text: what they print cannot be read back.

use std::collections::HashMap;

use jiff::civil::date;

use super::customer::Customer;
use crate::rule::coding::{Part, Print};
use crate::rule::compile::Place;
use crate::rule::document::Findings;
use crate::rule::{Diagnostic, Field, Rule};

/// Refuses values of one field that the rule prints alike in every segment of the field; whether there are none.
///
/// Codes themselves differ, so only attributes (`{type.letter}`) can be alike. A level (`{class@1}`) stands for a whole
/// branch of the class tree and means just that.
pub(super) fn check(fields: &[Field], rule: &Rule, place: &Place, findings: &mut Findings) -> bool {
    let before = findings.list.len();
    for id in 0..fields.len() {
        let parts: Vec<&Part> = rule.printed.iter().flatten().filter(|part| part.field == id).collect();
        if parts.iter().any(|part| matches!(part.print, Print::Attribute(..))) {
            check_field(fields, id, &parts, rule, place, findings);
        }
    }
    findings.list.len() == before
}

fn check_field(
    fields: &[Field],
    id: usize,
    parts: &[&Part],
    rule: &Rule,
    place: &Place,
    findings: &mut Findings,
) {
    let field = &fields[id];
    let taken = rule.applies_to.iter().find(|(name, _)| *name == field.name).map(|(_, keys)| keys);
    let mut seen: HashMap<Vec<String>, &str> = HashMap::new();
    for (nth, value) in field.values.iter().enumerate() {
        if !field.is_usable(nth) || taken.is_some_and(|keys| !keys.contains(&value.key)) {
            continue;
        }
        let texts: Option<Vec<&str>> = parts.iter().map(|part| part.print.of(value)).collect();
        let Some(texts) = texts else { continue };
        let upper = texts.iter().map(|text| text.to_ascii_uppercase()).collect();
        if let Some(first) = seen.insert(upper, &value.key) {
            findings.add(twins(fields, id, (first, &value.key), texts[0], rule, place));
            return;
        }
    }
}

fn twins(
    fields: &[Field],
    id: usize,
    keys: (&str, &str),
    text: &str,
    rule: &Rule,
    place: &Place,
) -> Diagnostic {
    let (field, (one, two)) = (&fields[id], keys);
    let wanted: Vec<Option<&str>> = rule
        .printed
        .iter()
        .map(|part| {
            let part = part.as_ref().filter(|part| part.field == id)?;
            part.print.of(field.value(one)?)
        })
        .collect();
    let example = Customer::example(rule, &wanted, date(2024, 1, 1));
    // Without a sequence both customers get the very same code; with one, a code of either names both.
    let kind = match (&example, rule.pattern.sequence()) {
        (None, _) => "unproved",
        (Some(_), Some(_)) => "ambiguous-code",
        (Some(_), None) => "duplicate-code",
    };
    let message = format!("{} {one} and {two} both print {text:?}", field.name);
    let finding = Diagnostic::error(kind, place.pattern.clone(), message).hint(format!(
        "give them different texts, print {{{}}} as well, or restrict the rule by applies_to",
        field.name
    ));
    let Some(customer) = example else {
        return finding.note("no code of either was found: perhaps none has a check digit");
    };
    let [first, second] = [one, two].map(|key| {
        let mut words = customer.words(fields, rule);
        let own = |word: &String| word.strip_prefix(&field.name).is_some_and(|rest| rest.starts_with('='));
        let place = words.iter().position(own).unwrap_or(0);
        words.retain(|word| !own(word));
        words.insert(place, format!("{}={key}", field.name));
        words.join(", ")
    });
    finding.note(format!("`{first}` and `{second}` both print `{}`", customer.code))
}
