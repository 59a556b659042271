//! `seq = { widen = { from = 2027-01-01, to = 5 } }`: a rule that prints more digits from a record
//! date on.
//!
//! A widened rule is two rules: the one as it is written, which ends the day before, and a wider
//! one that takes over. So a code is read by its length, the prover judges both like any other two
//! rules, and a customer recorded late gets a code as it was then. The wider rule begins above
//! every number that the narrower one can print: a spreadsheet drops leading zeros, and 00001 would
//! be 0001.

use std::sync::Arc;

use super::sequence::{Options, Widening};
use crate::code::{Pattern, Segment, Shape};
use crate::rule::document::Findings;
use crate::rule::language::Language;
use crate::rule::{Diagnostic, Rule};

/// The rule followed by its wider ones.
pub(super) fn apply(rule: Rule, options: &Options, findings: &mut Findings) -> Vec<Rule> {
    let first = rule.clone();
    let mut rules = vec![rule];
    for widening in &options.widen {
        let narrower = rules.last_mut().expect("there is one to begin with");
        let Some(wider) = widened(&first, narrower, widening, options, findings) else { break };
        narrower.until = widening.from.0.yesterday().ok();
        narrower.wider = Some(wider.name.clone());
        rules.push(wider);
    }
    rules
}

/// What takes over from `narrower`; `first` is the rule as it is written.
fn widened(
    first: &Rule,
    narrower: &Rule,
    widening: &Widening,
    options: &Options,
    findings: &mut Findings,
) -> Option<Rule> {
    let sequence = narrower.pattern.sequence()?;
    let (from, at) = &widening.from;
    if narrower.from.is_some_and(|begin| *from <= begin) || narrower.until.is_some_and(|end| end < *from) {
        let message = format!(
            "rule {} holds {}, not on the day before and on {from}",
            narrower.name,
            narrower.period()
        );
        findings.add(
            Diagnostic::error("bad-widening", at.clone(), message)
                .hint("a widening lies within from and until, and after the one before it"),
        );
        return None;
    }
    let width = usize::try_from(widening.to.number).ok().filter(|to| (sequence.width + 1..=18).contains(to));
    let Some(width) = width else {
        let message = format!("{} characters are no wider number", widening.to.number);
        let label = format!("expected {} to 18", sequence.width + 1);
        findings.add(Diagnostic::error("bad-widening", widening.to.span.clone(), message).label(label));
        return None;
    };
    let Some(least) = options.first_beyond(sequence.width) else {
        let message = format!("no ledger holds a number of more than {} characters", sequence.width);
        findings.add(Diagnostic::error("bad-widening", widening.to.span.clone(), message));
        return None;
    };
    let start = widening.start.as_ref().map_or(least, |start| start.number);
    let span = widening.start.as_ref().map_or(&widening.to.span, |start| &start.span).clone();
    if start < least {
        let message = format!("number {start} has room in {} characters already", sequence.width);
        findings.add(
            Diagnostic::error("bad-widening", span, message)
                .label(format!("expected {least} or more"))
                .note("a spreadsheet that drops leading zeros would take the codes of two customers for one"),
        );
        return None;
    }
    let sequence = options.beginning_at(start).sequence(width, span, findings)?;
    let replaced = |segment: &Segment| match segment.shape {
        Shape::Sequence(_) => Segment { shape: Shape::Sequence(sequence.clone()), ..segment.clone() },
        _ => segment.clone(),
    };
    let pattern = Pattern::new(first.pattern.segments().iter().map(replaced).collect());
    Some(Rule {
        name: format!("{}-{width}", first.name),
        id: format!("{}-{width}", first.id),
        text: with_width(&first.text, width),
        cased: first.cased.is_some().then(|| Arc::new(Language::new(&pattern))),
        pattern,
        from: Some(*from),
        until: first.until,
        wider: None,
        ..first.clone()
    })
}

/// The text of a pattern with another width of its number; `{{` is a brace that is printed.
fn with_width(text: &str, width: usize) -> String {
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|place| at + place) {
        let rest = &text[open..];
        if rest.starts_with("{{") {
            at = open + 2;
            continue;
        }
        at = rest.find('}').map_or(text.len(), |close| open + close + 1);
        if rest.starts_with("{seq:") {
            return format!("{}{{seq:{width}}}{}", &text[..open], &text[at..]);
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_gets_its_width_however_it_was_written() {
        assert_eq!(with_width("{type}{seq:4}{check}", 5), "{type}{seq:5}{check}");
        assert_eq!(with_width("K{seq:04}", 5), "K{seq:5}");
        assert_eq!(with_width("{{seq:4}}{{{type}}}{seq:4}", 6), "{{seq:4}}{{{type}}}{seq:6}");
    }
}
