//! The prover: no two customers print one code, and every code is read in one way, within a rule
//! and between rules.
//!
//! A rule's codes are a language over upper-cased ASCII, because the ledger keeps codes unique in
//! that form ([`Language`]). The products of these automata say exactly whether two rules share a
//! word or one rule reads a word in two ways ([`Search`]). The automata take any check digit and
//! any digits for a date, so a shared word is made concrete with the real patterns ([`customer`]):
//! it is passed over only where no customer at all, of no day, gets it as a code.
//!
//! A sequence's scope is made of printed segments. So where a code is read in one way, it names its
//! scope and number, and two pairs of scope and number never share a code: reading in one way is
//! all that has to be proved.

mod customer;
mod selection;
mod twins;

use self::customer::{Customer, Described};
use super::compile::RuleSpan;
use super::document::Findings;
use super::language::{Bounds, Language, Meeting, OPEN, Search, Split, Workshop};
use super::{Diagnostic, Field, Rule};

/// Adds a finding for everything that cannot be proved.
pub(super) fn prove(fields: &[Field], rules: &[Rule], spans: &[RuleSpan], findings: &mut Findings) {
    selection::check(rules, spans, findings);
    let mut workshop = Workshop::default();
    let languages: Vec<Language> = rules.iter().map(|rule| workshop.language(&rule.pattern)).collect();
    let mut bounds = Bounds::of(fields.iter().map(|field| field.values.len()).sum());
    for (nth, rule) in rules.iter().enumerate() {
        let span = &spans[nth];
        if twins::check(fields, rule, span, findings) {
            one_way(fields, rule, &languages[nth], span, &mut bounds, findings);
        }
        // One counter-example per rule is enough to go on with.
        let _ = (0..nth).any(|other| {
            let pair = [(&rules[other], &languages[other]), (rule, &languages[nth])];
            apart(fields, pair, span, &mut bounds, findings)
        });
    }
}

/// Refuses a rule with a code that is read in two ways.
fn one_way(
    fields: &[Field],
    rule: &Rule,
    language: &Language,
    span: &RuleSpan,
    bounds: &mut Bounds,
    findings: &mut Findings,
) {
    let mut example = None;
    let mut disagree = false;
    let met = Search::ambiguity(language).run(bounds, &mut |trail| {
        let [first, second] = [false, true].map(|side| Split::of(trail, side, language, rule));
        // The codec splits before it is known whether segments of one field agree: a way that they
        // rule out still misleads it.
        disagree |= [&first, &second].into_iter().flatten().any(|split| !split.agrees(fields));
        let customers = first
            .and_then(|split| split.customer(fields))
            .zip(second.and_then(|split| split.customer(fields)));
        example = customers.filter(|(a, b)| a.code.eq_ignore_ascii_case(&b.code));
        example.is_some()
    });
    let at = span.pattern.clone();
    let hint = "put a separator between the parts, or give the values of one of them the same length";
    match (met, example) {
        (Meeting::Apart, _) if !disagree => {}
        (_, Some((a, b))) => {
            // Two scopes or two numbers: both customers can really be issued.
            let issued = a.scope(rule) != b.scope(rule) || a.number != b.number;
            let (kind, message) = if issued {
                ("duplicate-code", format!("rule {} prints one code twice: {}", rule.name, a.code))
            } else {
                (
                    "ambiguous-code",
                    format!("a code of rule {} can be read in two ways: {}", rule.name, a.code),
                )
            };
            let finding = Diagnostic::error(kind, at, message)
                .label("where does one part end and the next begin?")
                .hint(hint);
            findings.add(counter_example(
                finding,
                [&a, &b].map(|customer| customer.describe(fields, rule, None)),
                |[first, second]| format!("`{first}` and `{second}` both print `{}`", a.code),
            ));
        }
        (_, None) => {
            let message =
                format!("rule {} could not be proved to print codes that are read in one way", rule.name);
            findings.add(Diagnostic::error("unproved", at, message).note(OPEN).hint(hint));
        }
    }
}

/// Refuses two rules that print one code; whether it did.
fn apart(
    fields: &[Field],
    pair: [(&Rule, &Language); 2],
    span: &RuleSpan,
    bounds: &mut Bounds,
    findings: &mut Findings,
) -> bool {
    let [(first, one), (second, two)] = pair;
    if one.surely_apart(two) {
        return false;
    }
    let mut example: Option<(Customer, Customer)> = None;
    let met = Search::intersection(one, two).run(bounds, &mut |trail| {
        let splits = [Split::of(trail, false, one, first), Split::of(trail, true, two, second)];
        let [Some(a), Some(b)] = splits.map(|split| split.and_then(|split| split.customer(fields))) else {
            return false;
        };
        example = if a.code.eq_ignore_ascii_case(&b.code) {
            Some((a, b))
        } else if let Some(b) = Split::read(two, &a.code, second).and_then(|split| split.customer(fields))
            && a.code.eq_ignore_ascii_case(&b.code)
        {
            // With the check digit of one rule put right, the word may be one of the other.
            Some((a, b))
        } else {
            let a = Split::read(one, &b.code, first).and_then(|split| split.customer(fields));
            a.filter(|a| a.code.eq_ignore_ascii_case(&b.code)).map(|a| (a, b))
        };
        example.is_some()
    });
    let at = span.pattern.clone();
    let hint = "give one of them a length or a letter of its own";
    match (met, example) {
        (Meeting::Apart, _) => false,
        (_, Some((a, b))) => {
            let message = format!(
                "rules {} and {} print the same code: {}",
                first.name,
                second.name,
                b.code.to_ascii_uppercase()
            );
            let finding = Diagnostic::error("colliding-rules", at, message)
                .label(format!("prints codes of rule {} as well", first.name))
                .hint(hint);
            findings.add(counter_example(
                finding,
                [a.describe(fields, first, None), b.describe(fields, second, None)],
                |[one, two]| {
                    let code = b.code.to_ascii_uppercase();
                    let (first, second) = (&first.name, &second.name);
                    format!("rule {first} for `{one}` and rule {second} for `{two}` both print `{code}`")
                },
            ));
            true
        }
        (_, None) => {
            let message = format!("rules {} and {} could not be proved apart", first.name, second.name);
            findings.add(Diagnostic::error("unproved", at, message).note(OPEN).hint(hint));
            true
        }
    }
}

/// The finding with the two customers who get one code.
fn counter_example(
    finding: Diagnostic,
    customers: [Described; 2],
    note: impl FnOnce([String; 2]) -> String,
) -> Diagnostic {
    let hold = customers.iter().all(|customer| customer.holds);
    let words = customers.map(
        |Described { words, .. }| {
            if words.is_empty() { "any customer".to_owned() } else { words.join(", ") }
        },
    );
    let finding = finding.note(note(words));
    if hold {
        return finding;
    }
    finding.note(
        "not for a record date on which the rules and values hold, but codes are read whatever their periods",
    )
}
