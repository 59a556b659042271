//! Two rules that would both issue for one customer: `applies_to` and the periods overlap.

use crate::rule::compile::RuleSpan;
use crate::rule::document::Findings;
use crate::rule::{Diagnostic, Rule};

/// Refuses rules whose `applies_to` takes one customer on one day.
pub(super) fn check(rules: &[Rule], spans: &[RuleSpan], findings: &mut Findings) {
    for (nth, (rule, span)) in rules.iter().zip(spans).enumerate() {
        let both = rules[..nth].iter().find_map(|other| Some((other, common(other, rule)?)));
        if let Some((other, customer)) = both {
            let message = format!("rules {} and {} both apply to one customer", other.name, rule.name);
            findings.add(
                Diagnostic::error("overlapping-rules", span.applies_to.clone(), message)
                    .label(format!("takes customers of rule {} as well", other.name))
                    .note(format!("which one issues for `{customer}`?"))
                    .hint("let applies_to or from and until keep them apart"),
            );
        }
    }
}

/// A customer whom both rules take: `type=personal on 2024-01-01`.
fn common(one: &Rule, two: &Rule) -> Option<String> {
    if one.applies_to.is_empty() || two.applies_to.is_empty() {
        return None;
    }
    let begins = one.from.max(two.from);
    let ends = [one.until, two.until].into_iter().flatten().min();
    if let (Some(begins), Some(ends)) = (begins, ends)
        && ends < begins
    {
        return None;
    }
    let mut words = Vec::new();
    for (field, keys) in &one.applies_to {
        let other = two.applies_to.iter().find(|(name, _)| name == field);
        let key = keys.iter().find(|key| other.is_none_or(|(_, keys)| keys.contains(key)))?;
        words.push(format!("{field}={key}"));
    }
    for (field, keys) in &two.applies_to {
        if one.applies_to.iter().all(|(name, _)| name != field) {
            words.push(format!("{field}={}", keys.first()?));
        }
    }
    Some(match begins.or(ends) {
        Some(day) => format!("{} on {day}", words.join(", ")),
        None => words.join(", "),
    })
}
