//! What goes unnoticed, by its name, with two codes that show it.

use super::{Rate, Risk, TypingError, uncovered, words};
use crate::code::Checker;
use crate::code::check::rates::Role;
use crate::report::words::list;
use crate::rule::Rule;

/// The risks of the check digit of `rule`.
pub(super) fn of(rule: &Rule, checker: &Checker, rates: &[Rate]) -> Vec<Risk> {
    let singles_pass =
        rates.iter().any(|rate| rate.error == TypingError::Single && rate.caught() < Some(100.0));
    let mut risks = causes(rule, checker, singles_pass);
    risks.extend(rates.iter().filter_map(|rate| kind(rule, checker, rate)));
    risks
}

/// The risks of a check digit whose rates are not known: what two codes show.
pub(super) fn shown(rule: &Rule, checker: &Checker) -> Vec<Risk> {
    let mut risks = causes(rule, checker, rule.pattern.confused(TypingError::Single).is_some());
    let algorithm = checker.algorithm().name();
    risks.extend(TypingError::ALL.into_iter().filter_map(|error| {
        let example = Some(rule.pattern.confused(error)?);
        let words = format!("{algorithm} misses some {}", words::of(error));
        Some(Risk { kind: words::kind(error), words, example })
    }));
    risks
}

/// Why something goes unnoticed.
fn causes(rule: &Rule, checker: &Checker, singles_pass: bool) -> Vec<Risk> {
    let mut risks = Vec::new();
    if singles_pass {
        let example = || rule.pattern.confused(TypingError::Single);
        risks.extend(small_modulus(rule, checker).map(|words| Risk {
            kind: "small-modulus",
            words,
            example: example(),
        }));
        risks.extend(common_factor(checker).map(|words| Risk {
            kind: "common-factor",
            words,
            example: example(),
        }));
        let left_out = uncovered(&rule.pattern);
        if !left_out.is_empty() {
            let names: Vec<&str> =
                left_out.iter().map(|&index| rule.pattern.segments()[index].name.as_str()).collect();
            let words = format!(
                "the check digit leaves out {}: what is mistyped there goes unnoticed where it is another value",
                list(&names)
            );
            risks.push(Risk { kind: "uncovered", words, example: example() });
        }
    }
    risks.extend(equal_weights(checker).map(|words| Risk {
        kind: "equal-weights",
        words,
        example: rule.pattern.confused(TypingError::AdjacentTransposition),
    }));
    risks
}

/// A kind of error that is not always caught.
fn kind(rule: &Rule, checker: &Checker, rate: &Rate) -> Option<Risk> {
    let caught = rate.caught().filter(|caught| *caught < 100.0)?;
    let algorithm = checker.algorithm().name();
    let words = match rate.alone {
        _ if caught <= 0.0 => format!("{algorithm} catches no {}", rate.words),
        Some(alone) if alone <= 0.0 => {
            format!("{algorithm} catches no {}; the shape of the codes stops {caught} % of them", rate.words)
        }
        _ => {
            // The hundredths of two numbers of two decimals.
            let missed = ((100.0 - caught) * 100.0).round() / 100.0;
            format!("{algorithm} misses {missed} % of {}", rate.words)
        }
    };
    Some(Risk { kind: words::kind(rate.error), words, example: rule.pattern.confused(rate.error) })
}

/// Two characters of one place that are the same to the sum.
fn small_modulus(rule: &Rule, checker: &Checker) -> Option<String> {
    let (modulus, _) = checker.weights()?;
    let places = rule.pattern.places()?.into_iter().flatten();
    let value =
        |byte: u8| checker.payload().value(byte).or(checker.payload().value(byte.to_ascii_uppercase()));
    let equal = |one: u8, two: u8| {
        value(one)
            .zip(value(two))
            .is_some_and(|(one, two)| one != two && (one.abs_diff(two) as usize).is_multiple_of(modulus))
    };
    let (one, two) = places.filter(|place| place.role == Role::Summed).find_map(|place| {
        let others = |one: u8| place.legal.iter().copied().find(|&two| equal(one, two));
        place.legal.iter().find_map(|&one| Some((one, others(one)?)))
    })?;
    Some(format!(
        "modulo {modulus} cannot tell {} from {}: the alphabet has {} symbols",
        char::from(one),
        char::from(two),
        checker.payload().size()
    ))
}

/// A weight for which some characters are the same to the sum.
fn common_factor(checker: &Checker) -> Option<String> {
    let (modulus, weights) = checker.weights()?;
    let (weight, factor) =
        weights.iter().map(|&weight| (weight, gcd(weight, modulus))).find(|(_, factor)| *factor > 1)?;
    Some(format!("weight {weight} and modulus {modulus} share the factor {factor}"))
}

/// A sum that does not depend on the order of what is summed.
fn equal_weights(checker: &Checker) -> Option<String> {
    let (_, weights) = checker.weights()?;
    let equal = weights.iter().all(|weight| *weight == weights[0]);
    let algorithm = checker.algorithm().name();
    equal.then(|| format!("{algorithm} gives every place the same weight: it cannot see their order"))
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
