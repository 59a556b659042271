//! Two dictionary values that print the same text: what they print cannot be read back.

use std::collections::HashMap;

use super::customer::Customer;
use crate::rule::choices::Choices;
use crate::rule::compile::RuleSpan;
use crate::rule::document::Findings;
use crate::rule::printed::{Print, text_of};
use crate::rule::{Diagnostic, Field, Rule, ValueId};

/// Refuses values of one field that the rule prints alike in every segment of the field; whether
/// there are none.
///
/// Codes themselves differ, so only attributes (`{type.letter}`) can be alike. A level
/// (`{class@1}`) stands for a whole branch of the class tree and means just that.
pub(super) fn check(fields: &[Field], rule: &Rule, span: &RuleSpan, findings: &mut Findings) -> bool {
    let before = findings.list.len();
    for choices in &rule.choices {
        let attribute = |segment: &usize| {
            rule.printed[*segment].as_ref().is_some_and(|part| matches!(part.print, Print::Attribute(_)))
        };
        if choices.segments.iter().any(attribute)
            && let Some(pair) = alike(&fields[choices.field], choices, rule)
        {
            findings.add(twins(fields, choices.field, pair, rule, span));
        }
    }
    findings.list.len() == before
}

/// The first two values that print the same, case left aside.
fn alike(field: &Field, choices: &Choices, rule: &Rule) -> Option<(ValueId, ValueId)> {
    let mut seen: HashMap<Vec<String>, ValueId> = HashMap::new();
    choices.values.iter().find_map(|id| {
        let print = |segment: &usize| text_of(&rule.printed, *segment, &field.values[*id]);
        let texts = choices.segments.iter().map(|segment| print(segment).map(str::to_ascii_uppercase));
        let first = seen.insert(texts.collect::<Option<_>>()?, *id)?;
        Some((first, *id))
    })
}

fn twins(fields: &[Field], id: usize, pair: (ValueId, ValueId), rule: &Rule, span: &RuleSpan) -> Diagnostic {
    let field = &fields[id];
    let [one, two] = [pair.0, pair.1].map(|value| &field.values[value]);
    let part = rule.printed.iter().flatten().find(|part| part.field == id);
    let text = part.and_then(|part| part.print.of(two)).unwrap_or_default();
    let example = Customer::example(fields, rule, (id, pair.0));
    // Without a sequence both customers get the very same code; with one, a code of either names
    // both.
    let kind = match (&example, rule.pattern.sequence()) {
        (None, _) => "unproved",
        (Some(_), Some(_)) => "ambiguous-code",
        (Some(_), None) => "duplicate-code",
    };
    let message = format!("{} {} and {} both print {text:?}", field.name, one.key, two.key);
    let finding = Diagnostic::error(kind, span.pattern.clone(), message).hint(format!(
        "give them different texts, print {{{}}} as well, or restrict the rule by applies_to",
        field.name
    ));
    let Some(customer) = example else {
        return finding.note("no code of either was found: perhaps none has a check digit");
    };
    super::counter_example(
        finding,
        [pair.0, pair.1].map(|value| customer.describe(fields, rule, Some((id, value)))),
        |[first, second]| format!("`{first}` and `{second}` both print `{}`", customer.code),
    )
}
