//! The values of one field among each other: one spelling names one value, and a class stands below
//! its parent.

use std::collections::{HashMap, HashSet};

use super::placed::Placed;
use crate::code::normalize::folded;
use crate::rule::Diagnostic;
use crate::rule::document::Findings;
use crate::rule::field::cuts;

/// Refuses a key, code, label or alias that two values share, case and width folded.
pub(super) fn check(field: &str, values: &[Placed], findings: &mut Findings) {
    let mut owners: HashMap<String, usize> = HashMap::with_capacity(values.len() * 3);
    for (id, placed) in values.iter().enumerate() {
        let value = &placed.value;
        let named = [("key", value.key.as_str()), ("code", &value.code), ("label", &value.label)];
        let spellings = named.into_iter().chain(value.aliases.iter().map(|alias| ("alias", alias.as_str())));
        for (what, spelling) in spellings {
            let folded = folded(spelling);
            if folded.is_empty() {
                continue;
            }
            match owners.get(folded.as_ref()) {
                None => _ = owners.insert(folded.into_owned(), id),
                Some(owner) if *owner == id => {}
                Some(owner) => {
                    let first = &values[*owner].value;
                    let span = if what == "code" { placed.code.clone() } else { placed.key.clone() };
                    let message = format!("{what} {spelling:?} of {} names {} as well", value.key, first.key);
                    findings.add(
                        Diagnostic::error("overlapping-values", span, message)
                            .in_file(placed.file)
                            .label(format!("one spelling must name one value of {field}"))
                            .note(format!("{} has {}", first.key, how(first, spelling))),
                    );
                    // One finding for a pair of values says enough.
                    break;
                }
            }
        }
    }
}

/// In which role `value` has the spelling.
fn how(value: &crate::rule::Value, spelling: &str) -> String {
    let same = |text: &str| folded(text) == folded(spelling);
    if same(&value.key) {
        format!("the key {:?}", value.key)
    } else if same(&value.code) {
        format!("the code {:?}", value.code)
    } else if same(&value.label) {
        format!("the label {:?}", value.label)
    } else {
        format!("the alias {spelling:?}")
    }
}

/// Every class code has the length of a level, and its parents exist.
pub(super) fn check_levels(field: &str, widths: &[usize], values: &[Placed], findings: &mut Findings) {
    let known: HashSet<&str> = values.iter().map(|placed| placed.value.code.as_str()).collect();
    let lengths: Vec<usize> = cuts(widths).collect();
    for placed in values {
        let code = &placed.value.code;
        if !lengths.contains(&code.len()) {
            let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
            let message = format!("class {code:?} has {} characters", code.len());
            findings.add(
                Diagnostic::error("bad-class", placed.code.clone(), message)
                    .in_file(placed.file)
                    .label(format!("a code of {field} has {} characters", lengths.join(", ")))
                    .hint("a class code is the full path from the top class down"),
            );
            continue;
        }
        let missing =
            lengths.iter().take_while(|cut| **cut < code.len()).find(|cut| !known.contains(&code[..**cut]));
        if let Some(cut) = missing {
            let parent = &code[..*cut];
            findings.add(
                Diagnostic::error(
                    "missing-class",
                    placed.code.clone(),
                    format!("class {code} has no parent {parent}"),
                )
                .in_file(placed.file)
                .hint(format!("add the class {parent}")),
            );
        }
    }
}
