//! What the program says of a whole ledger beside what the model knows.

use serde_json::Value;

use super::ledger::{Entry, Key, Ledger};
use super::world::Outcome;

/// A customer as the list has it, filled cells by name.
pub(super) fn row(entry: &Entry) -> String {
    let state = if entry.void { "void" } else { "active" };
    let cell = |name: &str, text: Option<&str>| text.map(|text| format!("{name}={text}"));
    let cells = [
        cell("area", entry.area.as_deref()),
        cell("code", Some(&entry.code)),
        cell("code_state", Some(state)),
        cell("date", Some(&entry.date)),
        cell("name", entry.name.as_deref()),
        cell("note", entry.note.as_deref()),
        cell("ref", entry.references.first().map(String::as_str)),
        cell("type", entry.kind.as_deref()),
    ];
    cells.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The counters of the model that gave a number.
pub(super) fn counters(model: &Ledger) -> Vec<String> {
    let counted = model.counters.iter().filter_map(|(key, counter)| Some((key, counter.last?)));
    counted.map(|((rule, scope), last)| format!("{rule} {scope} {last}")).collect()
}

/// Those that `store info --json` tells of.
pub(super) fn told_counters(json: &str) -> Vec<String> {
    let info: Value = serde_json::from_str(json).unwrap_or_default();
    let counters = info["counters"].as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let counted = counters.iter().filter_map(|it| Some((it, it["last"].as_u64()?)));
    let mut counters: Vec<_> =
        counted.map(|(it, last)| (word(&it["rule"]), it["scope"].to_string(), last)).collect();
    counters.sort();
    counters.into_iter().map(|(rule, scope, last)| format!("{rule} {scope} {last}")).collect()
}

/// Every number up to a counter is carried by an active code, or has its reason.
pub(super) fn gaps(model: &Ledger, json: &str) -> Outcome {
    let told: Value = serde_json::from_str(json).map_err(|error| format!("gaps --json: {error}"))?;
    let told = told["gaps"].as_array().cloned().unwrap_or_default();
    for (key, counter) in &model.counters {
        let (Some(series), Some(last)) = (model.rules.series(&key.0), counter.last) else { continue };
        for number in series.above(None).take_while(|number| *number <= last) {
            let mut codes = model.entries.iter().filter(|entry| {
                entry.counted.as_ref().is_some_and(|(counted, it)| counted == key && *it == Some(number))
            });
            let void = codes.clone().filter(|entry| entry.void).count();
            let active = codes.clone().count() - void;
            // A number that two codes carry, one before the rules changed and one after, may be
            // told of either.
            if active > 0 && void > 0 {
                continue;
            }
            let passed = counter.passed.get(&number).copied();
            let expected: &[&str] = match (codes.next(), &passed) {
                (Some(entry), _) if entry.void => &["void"],
                (Some(_), _) => &[""],
                (None, Some(why)) => std::slice::from_ref(why),
                (None, None) => &["forbidden-digit", "no-check-digit", "rules"],
            };
            let reason = reason(&told, key, number);
            // Numbers that the rule left out, when a code from outside took the counter past them,
            // stand in one range with others.
            let within = codes.next().is_none()
                && counter.passed.range(..number).next().is_some()
                && counter.passed.range(number..).next().is_some_and(|(_, why)| *why == reason);
            // A number that the rule leaves out is that, whoever passed it, or none at all.
            let left_out = !series.holds(number) && matches!(&*reason, "forbidden-digit" | "");
            if !expected.contains(&reason.as_str()) && !left_out && !within {
                return Err(format!(
                    "gaps: number {number} of {key:?} is {reason:?}, and should be {expected:?}"
                ));
            }
        }
    }
    Ok(())
}

/// The reason told for a number; nothing where none is told.
fn reason(told: &[Value], (rule, scope): &Key, number: u64) -> String {
    let of_it = |gap: &&Value| {
        let ends = gap["first"].as_u64().zip(gap["last"].as_u64());
        let told_scope = gap["scope"].to_string();
        gap["rule"] == **rule
            && told_scope == **scope
            && ends.is_some_and(|(first, last)| (first..=last).contains(&number))
    };
    told.iter().find(of_it).and_then(|gap| gap["reason"].as_str()).unwrap_or_default().to_owned()
}
