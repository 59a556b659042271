//! `[rules.NAME]`: a pattern with its options, put together.

use std::sync::Arc;

use super::check::Weakness;
use super::pattern::{Item, ItemKind, Places, scan};
use super::segments::{Context, Segments, build};
use super::size::Printed;
use super::values::check_period;
use super::{Compiled, RuleSpan, applies, check, scope, sequence, widen};
use crate::code::{Pattern, Shape};
use crate::rule::document::{Findings, Section, Text, nearest};
use crate::rule::language::Language;
use crate::rule::{Diagnostic, Rule};

/// Warnings that `allow` can accept.
const WARNINGS: [&str; 3] = ["no-sequence", "weak-check", "no-check-digit"];

pub(super) fn read(
    root: &Section<'_>,
    file: &str,
    limited: bool,
    compiled: &mut Compiled,
    findings: &mut Findings,
) {
    let rules = root.section("rules", findings);
    let sections = rules.map(|rules| rules.sections(findings)).unwrap_or_default();
    if sections.is_empty() && !(root.has("rules") && findings.list.iter().any(|f| f.kind == "wrong-type")) {
        findings.add(
            Diagnostic::error("no-rules", 0..0, "the file has no coding rule")
                .hint("add [rules.customer] with pattern = \"{seq:6}\""),
        );
    }
    let mut printed = Printed::new(limited);
    for (name, section) in sections {
        let one = one(&name, &section, (file, &mut printed), compiled, findings);
        if findings.list.last().is_some_and(|finding| finding.kind == "large-dictionary") {
            // The rules that follow would only take more memory.
            break;
        }
        let Some((rules, span)) = one else { continue };
        for mut rule in rules {
            rule.pattern = printed.fast(rule.pattern);
            if let Some(other) = compiled
                .rules
                .iter()
                .find(|other| other.id == rule.id || other.name == rule.id || other.id == rule.name)
            {
                let message = format!("rules {} and {} have one id: {:?}", other.name, rule.name, rule.id);
                findings.add(
                    Diagnostic::error("duplicate-id", section.at("id"), message)
                        .hint("an id is permanent and names one rule"),
                );
            }
            compiled.rules.push(rule);
            compiled.spans.push(span.clone());
        }
    }
}

/// The rule of a section, followed by those that its planned widenings make of it.
fn one(
    name: &Text<'_>,
    section: &Section<'_>,
    (file, printed): (&str, &mut Printed),
    compiled: &Compiled,
    findings: &mut Findings,
) -> Option<(Vec<Rule>, RuleSpan)> {
    section
        .only(&["id", "label", "pattern", "seq", "check", "applies_to", "from", "until", "allow"], findings);
    let id = section.text("id", findings).map_or(name.text, |id| id.text).to_owned();
    let label = section.text("label", findings).map(|label| label.text.to_owned());
    let (from, until) = (section.date("from", findings), section.date("until", findings));
    check_period(from, until, section.at("until"), 0, findings);
    let allow = allowed(section, findings);
    let seq = section.section("seq", findings);
    let options = sequence::read(seq.as_ref(), findings);
    let applies_to = applies::read(section, compiled, findings);
    let pattern = pattern(name, section, findings)?;
    let places = Places::of(file, &pattern);
    let before = findings.list.len();
    let items = scan(pattern.text, &places, findings);
    let scanned = findings.list.len() == before;
    let context =
        Context { compiled, applies_to: applies_to.as_deref().unwrap_or_default(), sequence: &options };
    let mut segments = build(&items, &context, findings);
    segments.broken |= !scanned;
    let weaknesses = check::fill(section, &mut segments, findings);
    let scope = scope::scope(seq.as_ref(), &segments, findings);
    let count = |kind: fn(&Item<'_>) -> bool| items.iter().filter(|item| kind(item)).count();
    let sequences = count(|item| matches!(item.kind, ItemKind::Sequence(_)));
    let checks = count(|item| matches!(item.kind, ItemKind::Check));
    if !segments.broken {
        warn(&segments, weaknesses, sequences > 0, &pattern, &allow, findings);
        if sequences == 0 && seq.is_some() {
            findings.add(
                Diagnostic::error("unused-key", section.key_at("seq"), "the pattern prints no sequence")
                    .hint("add {seq:4} to the pattern, or remove seq"),
            );
        }
    }
    if segments.broken || sequences > 1 || checks > 1 {
        return None;
    }
    if let Err(message) = printed.share(&mut segments.list, 1 + options.widen.len()) {
        findings.add(
            Diagnostic::error("large-dictionary", pattern.span, message).hint(
                "let fewer rules print large dictionaries, or take out the values that no customer has",
            ),
        );
        return None;
    }
    let repeats = segments.choices.iter().any(|choices| choices.segments.len() > 1);
    let pattern_text = pattern.text.to_owned();
    let compiled_pattern = Pattern::new(segments.list);
    let cased = prints_lower_case(&compiled_pattern).then(|| Arc::new(Language::new(&compiled_pattern)));
    let rule = Rule {
        name: name.text.to_owned(),
        id,
        text: pattern_text,
        pattern: compiled_pattern,
        label,
        warn_at: options.warn_at.clone(),
        issue_blocks: options.issue_blocks,
        from,
        until,
        printed: segments.printed,
        choices: segments.choices,
        scope,
        applies_to: applies_to?,
        repeats,
        cased,
        wider: None,
    };
    let span = RuleSpan { pattern: pattern.span, applies_to: section.at("applies_to") };
    Some((widen::apply(rule, &options, findings), span))
}

/// The rule's pattern, which must not be empty.
fn pattern<'s>(name: &Text<'_>, section: &'s Section<'_>, findings: &mut Findings) -> Option<Text<'s>> {
    const HINT: &str = "write pattern = \"{type}{seq:4}\"";
    match section.text("pattern", findings) {
        Some(pattern) if pattern.text.is_empty() => {
            findings.add(Diagnostic::error("bad-pattern", pattern.span, "an empty pattern").hint(HINT));
            None
        }
        None if !section.has("pattern") => {
            let message = format!("rule {:?} has no pattern", name.text);
            findings.add(Diagnostic::error("missing-key", name.span.clone(), message).hint(HINT));
            None
        }
        pattern => pattern,
    }
}

/// Whether a code of the pattern can have a lower-case letter.
fn prints_lower_case(pattern: &Pattern) -> bool {
    let lower = |text: &[u8]| text.iter().any(u8::is_ascii_lowercase);
    pattern.segments().iter().any(|segment| match &segment.shape {
        Shape::Literal(text) => lower(text.as_bytes()),
        Shape::Values(values) => values.texts().iter().any(|text| lower(text.as_bytes())),
        Shape::Text(text) => lower(text.alphabet.symbols()),
        Shape::Sequence(sequence) => lower(sequence.alphabet.symbols()),
        Shape::Check(checker, _) => lower(checker.symbols().symbols()),
        // The letters of directives are not printed; a false alarm costs nothing but memory.
        Shape::Date(format) => lower(format.text().as_bytes()),
    })
}

fn allowed<'t>(section: &Section<'t>, findings: &mut Findings) -> Vec<&'t str> {
    let allow = section.list("allow", findings).unwrap_or_default();
    for warning in &allow {
        if !WARNINGS.contains(&warning.text) {
            findings.add(
                Diagnostic::error(
                    "unknown-warning",
                    warning.span.clone(),
                    format!("there is no warning {:?}", warning.text),
                )
                .hint(format!("known are {}", WARNINGS.join(", ")))
                .suggest(nearest(warning.text, WARNINGS)),
            );
        }
    }
    allow.into_iter().map(|warning| warning.text).collect()
}

fn warn(
    segments: &Segments,
    weaknesses: Vec<Weakness>,
    has_sequence: bool,
    pattern: &Text<'_>,
    allow: &[&str],
    findings: &mut Findings,
) {
    if !has_sequence && !allow.contains(&"no-sequence") {
        let what: Vec<&str> = segments
            .list
            .iter()
            .zip(&segments.printed)
            .filter(|(_, part)| part.is_some())
            .map(|(segment, _)| segment.name.as_str())
            .collect();
        let what = if what.is_empty() {
            "in all".to_owned()
        } else {
            format!("for each combination of {}", what.join(", "))
        };
        findings.add(
            Diagnostic::warning(
                "no-sequence",
                pattern.span.clone(),
                format!("without a sequence there is one code {what}"),
            )
            .hint("add {seq:4}, or accept it with allow = [\"no-sequence\"]"),
        );
    }
    for Weakness { kind, span, reason, hint } in weaknesses {
        if !allow.contains(&kind) {
            findings.add(
                Diagnostic::warning(kind, span, reason)
                    .hint(format!("{hint}; or accept it with allow = [\"{kind}\"]")),
            );
        }
    }
}
