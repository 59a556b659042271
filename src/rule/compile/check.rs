//! `check = { … }`: the check digit of a rule and the segments it covers.

use std::collections::BTreeSet;

use super::field::alphabet;
use super::scope::{named, of_field};
use super::segments::Segments;
use crate::code::check::Align;
use crate::code::{Algorithm, Alphabet, CheckSpec, Checker, DatePart, Shape};
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section, Text, nearest};

/// Fills the check segment in; words about what the check digit cannot see, and where there is
/// none, come back.
pub(super) fn fill(rule: &Section<'_>, segments: &mut Segments, findings: &mut Findings) -> Vec<Weakness> {
    let section = rule.section("check", findings);
    let (Some(index), Some(section)) = (segments.check, &section) else {
        unpaired(rule, segments, section.as_ref(), findings);
        return Vec::new();
    };
    let filled = compile(section, index, segments, findings);
    let Some((checker, over, weaknesses)) = filled else {
        segments.broken = true;
        return Vec::new();
    };
    segments.list[index].shape = Shape::Check(checker, over);
    weaknesses
}

/// Why a check digit lets errors through or is not there, and where the rule says so.
pub(super) struct Weakness {
    /// The warning, as `allow` names it.
    pub(super) kind: &'static str,
    pub(super) span: std::ops::Range<usize>,
    pub(super) reason: String,
    pub(super) hint: String,
}

fn unpaired(
    rule: &Section<'_>,
    segments: &mut Segments,
    section: Option<&Section<'_>>,
    findings: &mut Findings,
) {
    if let Some(index) = segments.check {
        segments.broken = true;
        if !rule.has("check") {
            findings.add(
                Diagnostic::error("missing-key", segments.spans[index].clone(), "a check digit without its algorithm")
                    .hint("add check = { algorithm = \"damm\" } (digits) or \"iso7064-mod37-36\" (digits and letters)"),
            );
        }
    } else if section.is_some() && !segments.broken {
        findings.add(
            Diagnostic::error("unused-key", rule.key_at("check"), "the pattern prints no check digit")
                .hint("add {check} to the pattern, or remove check"),
        );
    }
}

fn compile(
    section: &Section<'_>,
    index: usize,
    segments: &Segments,
    findings: &mut Findings,
) -> Option<(Checker, Vec<usize>, Vec<Weakness>)> {
    section.only(&["algorithm", "alphabet", "modulus", "weights", "align", "symbols", "over"], findings);
    let mut spec = read_spec(section, findings)?;
    let over = covered(section, index, segments, findings)?;
    let characters: BTreeSet<(u8, usize)> =
        over.iter().flat_map(|i| characters(&segments.list[*i].shape).into_iter().map(|c| (c, *i))).collect();
    let extends = matches!(spec.algorithm, Algorithm::Sum10 | Algorithm::Weighted) && spec.alphabet.is_none();
    if extends && characters.iter().any(|(symbol, _)| !symbol.is_ascii_digit()) {
        spec.alphabet = Alphabet::named("alphanumeric");
    }
    let checker = match Checker::compile(&spec) {
        Ok(checker) => checker,
        Err(error) => {
            let span =
                if section.has(error.option) { section.at(error.option) } else { section.at("algorithm") };
            findings.add(Diagnostic::error("bad-check", span, error.to_string()));
            return None;
        }
    };
    if segments.broken {
        return None;
    }
    let outside = characters.iter().find(|(symbol, _)| {
        // The codec sums a lower-case letter like its capital.
        checker.payload().value(*symbol).or(checker.payload().value(symbol.to_ascii_uppercase())).is_none()
    });
    if let Some((symbol, segment)) = outside {
        let algorithm = spec.algorithm.name();
        let symbols = crate::rule::text::spelled(checker.payload());
        let message = format!(
            "{algorithm} cannot sum {:?} of segment {}",
            char::from(*symbol),
            segments.list[*segment].name
        );
        findings.add(
            Diagnostic::error("bad-check", section.at("algorithm"), message)
                .label(format!("it sums {symbols}"))
                .hint("take iso7064-mod37-36 for digits and letters, or leave the segment out with over = [\"…\"]"),
        );
        return None;
    }
    let mut weaknesses: Vec<Weakness> = weakness(&spec, &checker, section).into_iter().collect();
    weaknesses.extend(unsummed(section, segments, &over, findings));
    Some((checker, over, weaknesses))
}

/// Codes in which nothing is summed have no check digit and are never issued: refused where that is
/// every code, else said.
fn unsummed(
    section: &Section<'_>,
    segments: &Segments,
    over: &[usize],
    findings: &mut Findings,
) -> Option<Weakness> {
    let key = if section.has("over") { "over" } else { "algorithm" };
    let signs: Option<Vec<String>> =
        over.iter().map(|index| signs_only(&segments.list[*index].shape)).collect();
    let signs = signs?.concat();
    if over.iter().all(|index| characters(&segments.list[*index].shape).is_empty()) {
        findings.add(
            Diagnostic::error("unsummed-check", section.at(key), "the check digit is over signs only")
                .label(format!("{signs:?} has no letter or digit to sum"))
                .hint("leave over out to check everything"),
        );
        return None;
    }
    Some(Weakness {
        kind: "no-check-digit",
        span: section.at(key),
        reason: format!(
            "customers for whom {signs:?} is all that is summed get no code: it has no check digit"
        ),
        hint: "let the check digit be over a part that always has a letter or digit".to_owned(),
    })
}

/// A text of the segment without a letter or digit.
fn signs_only(shape: &Shape) -> Option<String> {
    let is_sign = |byte: &u8| !byte.is_ascii_alphanumeric();
    match shape {
        Shape::Literal(text) => text.bytes().all(|byte| is_sign(&byte)).then(|| text.clone()),
        Shape::Values(values) => {
            values.texts().iter().find(|text| text.bytes().all(|b| is_sign(&b))).cloned()
        }
        Shape::Text(text) => {
            let sign = text.alphabet.symbols().iter().copied().find(is_sign)?;
            Some(char::from(sign).to_string().repeat(text.width))
        }
        Shape::Sequence(sequence) => {
            let sign = sequence.alphabet.symbols().iter().copied().find(is_sign)?;
            Some(char::from(sign).to_string().repeat(sequence.width))
        }
        Shape::Date(_) | Shape::Check(..) => None,
    }
}

fn read_spec(section: &Section<'_>, findings: &mut Findings) -> Option<CheckSpec> {
    let Some(name) = section.text("algorithm", findings) else {
        if !section.has("algorithm") {
            findings.add(
                Diagnostic::error("missing-key", section.span.clone(), "check without algorithm")
                    .hint("write check = { algorithm = \"iso7064-mod37-36\" }"),
            );
        }
        return None;
    };
    let Some(algorithm) = Algorithm::from_name(name.text) else {
        let names: Vec<&str> = Algorithm::all().iter().map(|algorithm| algorithm.name()).collect();
        findings.add(
            Diagnostic::error(
                "unknown-algorithm",
                name.span,
                format!("unknown check digit algorithm {:?}", name.text),
            )
            .hint(format!("known are {}", names.join(", ")))
            .suggest(nearest(name.text, names)),
        );
        return None;
    };
    let mut narrow = |number: u64, span: std::ops::Range<usize>| {
        let narrow = u16::try_from(number).ok();
        if narrow.is_none() {
            findings.add(
                Diagnostic::error("bad-check", span, format!("{number} is too large"))
                    .label("expected at most 65535"),
            );
        }
        narrow
    };
    let mut others = Findings::default();
    let modulus =
        section.whole("modulus", &mut others).and_then(|modulus| narrow(modulus.number, modulus.span));
    let weights = section
        .wholes("weights", &mut others)
        .map(|weights| weights.into_iter().filter_map(|weight| narrow(weight.number, weight.span)).collect());
    findings.list.append(&mut others.list);
    let align = section.text("align", findings).and_then(|align| match align.text {
        "left" => Some(Align::Left),
        "right" => Some(Align::Right),
        _ => {
            let message = format!("{:?} is no end", align.text);
            findings.add(
                Diagnostic::error("bad-check", align.span, message).label("expected \"left\" or \"right\""),
            );
            None
        }
    });
    let symbols = |key: &str, findings: &mut Findings| {
        section.text(key, findings).and_then(|text| alphabet(&text, findings))
    };
    let payload = symbols("alphabet", findings);
    let symbols = symbols("symbols", findings);
    Some(CheckSpec { algorithm, alphabet: payload, modulus, weights, align, symbols })
}

/// The segments that are summed: those that `over` names, else every one with a letter or digit.
fn covered(
    section: &Section<'_>,
    check: usize,
    segments: &Segments,
    findings: &mut Findings,
) -> Option<Vec<usize>> {
    let mut over: Vec<usize> = match section.list("over", findings) {
        None => {
            let summed =
                |index: &usize| *index != check && !characters(&segments.list[*index].shape).is_empty();
            (0..segments.list.len()).filter(summed).collect()
        }
        Some(names) => {
            if names.is_empty() {
                let finding = Diagnostic::error("bad-check", section.at("over"), "over names no segment");
                findings.add(finding.hint("leave over out to check everything"));
            }
            let mut over = Vec::new();
            let listed: Vec<&str> = names.iter().map(|name| name.text).collect();
            for name in names {
                let found: Vec<usize> =
                    named(segments, name.text).into_iter().filter(|index| *index != check).collect();
                if let Some(finding) = ambiguous(segments, &name, &found, &listed) {
                    findings.add(finding);
                }
                if found.is_empty() && !segments.broken {
                    let known: Vec<&str> =
                        segments.list.iter().map(|s| s.name.as_str()).filter(|n| *n != "check").collect();
                    let message = format!("the pattern prints no {:?}", name.text);
                    let finding = Diagnostic::error("unknown-segment", name.span, message);
                    findings.add(
                        finding
                            .hint(format!("name some of {}", known.join(", ")))
                            .suggest(nearest(name.text, known)),
                    );
                }
                over.extend(found);
            }
            over
        }
    };
    over.sort_unstable();
    over.dedup();
    if over.is_empty() && !segments.broken && !section.has("over") {
        let message = "the pattern prints no letter or digit beside the check digit";
        findings.add(
            Diagnostic::error("bad-check", section.span.clone(), message)
                .hint("a check digit needs something to check"),
        );
    }
    (!over.is_empty()).then_some(over)
}

/// A name that could mean more segments than it names exactly. A bare name means every segment of
/// its field where none is written just so; which of the two is meant where one is must be said,
/// for the check digits of all codes depend on it.
fn ambiguous(segments: &Segments, name: &Text<'_>, found: &[usize], listed: &[&str]) -> Option<Diagnostic> {
    let all = of_field(segments, name.text);
    let literal = found.iter().any(|index| matches!(segments.list[*index].shape, Shape::Literal(_)));
    let exactly = found.iter().any(|index| segments.list[*index].name == name.text);
    let others: Vec<String> = all
        .iter()
        .filter(|index| !found.contains(index) && !listed.contains(&segments.list[**index].name.as_str()))
        .map(|index| format!("{{{}}}", segments.list[*index].name))
        .collect();
    let both = literal && all.iter().any(|index| found.contains(index));
    if !exactly || (others.is_empty() && !both) {
        return None;
    }
    let field = name.text;
    let finding = |message: String| Diagnostic::error("ambiguous-over", name.span.clone(), message);
    if literal {
        let finding = finding(format!("{field:?} is a text of the pattern and a field"));
        return Some(finding.label("which of them is summed?").hint(format!(
            "write {{{field}.code}} in the pattern, which prints the same, and both {field:?} (the text) and \"{field}.code\" here, to sum both as before"
        )));
    }
    let finding = finding(format!("{field:?} may mean {{{field}}} alone or {} as well", others.join(", ")));
    Some(finding.label("what is summed?").hint(format!(
        "to sum {{{field}}} alone as before, write {{{field}.code}} in the pattern, which prints the same, and \"{field}.code\" here; to sum all, name each of them"
    )))
}

/// Letters and digits that a segment can print; separators are never summed.
fn characters(shape: &Shape) -> BTreeSet<u8> {
    let all: BTreeSet<u8> = match shape {
        Shape::Literal(text) => text.bytes().collect(),
        Shape::Values(values) => values.texts().iter().flat_map(|text| text.bytes()).collect(),
        Shape::Text(text) => text.alphabet.symbols().iter().copied().collect(),
        Shape::Sequence(sequence) => sequence
            .alphabet
            .symbols()
            .iter()
            .copied()
            .filter(|digit| !sequence.skip_digits.contains(digit))
            .collect(),
        Shape::Date(format) => format
            .parts()
            .iter()
            .flat_map(|piece| match piece {
                DatePart::Literal(text) => text.bytes().collect::<Vec<u8>>(),
                DatePart::Directive(_) => (b'0'..=b'9').collect(),
            })
            .collect(),
        Shape::Check(..) => BTreeSet::new(),
    };
    all.into_iter().filter(u8::is_ascii_alphanumeric).collect()
}

fn weakness(spec: &CheckSpec, checker: &Checker, section: &Section<'_>) -> Option<Weakness> {
    let (_, weights) = checker.weights()?;
    if weights.iter().all(|weight| *weight == weights[0]) {
        let key = if section.has("weights") { "weights" } else { "algorithm" };
        return Some(Weakness {
            kind: "weak-check",
            span: section.at(key),
            reason: format!("{} catches no adjacent transpositions (12 for 21)", spec.algorithm.name()),
            hint: "damm (digits) or iso7064-mod37-36 (digits and letters) catch them and cost nothing"
                .to_owned(),
        });
    }
    let modulus = usize::from(spec.modulus.filter(|_| spec.algorithm == Algorithm::Weighted)?);
    let symbols = checker.payload().symbols();
    if let Some(confused) = symbols.get(modulus) {
        let (first, other) = (char::from(symbols[0]), char::from(*confused));
        return Some(Weakness {
            kind: "weak-check",
            span: section.at("modulus"),
            reason: format!(
                "modulo {modulus} cannot tell {first} from {other}: the alphabet has {} symbols",
                symbols.len()
            ),
            hint: "take a prime modulus of at least the alphabet's size, or iso7064-mod37-36".to_owned(),
        });
    }
    let weights = spec.weights.as_deref().unwrap_or_default();
    let shared = weights.iter().find(|weight| gcd(usize::from(**weight), modulus) > 1)?;
    Some(Weakness {
        kind: "weak-check",
        span: section.at("weights"),
        reason: format!(
            "weight {shared} and modulus {modulus} share the factor {}",
            gcd(usize::from(*shared), modulus)
        ),
        hint: "weights without a common factor catch every single wrong character".to_owned(),
    })
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
