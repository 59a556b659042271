//! From a specification to a system with its alphabets: defaults filled in, options that do not fit
//! refused.

use crate::code::Alphabet;

use super::spec::{Algorithm, Align, CheckSpec, CheckSpecError};
use super::system::System;

/// A specification with nothing left open.
pub(super) struct Resolved {
    pub(super) system: System,
    pub(super) payload: Alphabet,
    pub(super) symbols: Alphabet,
    /// Letters are summed as the two decimal digits of their value.
    pub(super) expand: bool,
}

/// Largest modulus of `weighted`: every value that a printable symbol could show, and some primes
/// beyond.
const MAX_MODULUS: u16 = 127;
/// Longest row of weights before it repeats.
const MAX_WEIGHTS: usize = 64;

/// Fills in the defaults of `spec`.
pub(super) fn resolve(spec: &CheckSpec) -> Result<Resolved, CheckSpecError> {
    if spec.algorithm == Algorithm::Weighted {
        return weighted(spec);
    }
    refuse_weighted_options(spec)?;
    let payload = payload(spec)?;
    let system = system(spec.algorithm, payload.size());
    let symbols = match spec.algorithm {
        Algorithm::Sum10 | Algorithm::Luhn | Algorithm::Mod97_10 => known("decimal"),
        Algorithm::Mod11_2 | Algorithm::Gb11714 | Algorithm::Ric => extended("decimal", 'X'),
        Algorithm::Mod37_2 => extended("alphanumeric", '*'),
        _ => payload.clone(),
    };
    let expand = matches!(spec.algorithm, Algorithm::Luhn | Algorithm::Mod97_10) && payload.size() > 10;
    Ok(Resolved { system, payload, symbols, expand })
}

/// The arithmetic of every algorithm but `weighted`.
fn system(algorithm: Algorithm, payload_size: usize) -> System {
    match algorithm {
        Algorithm::Sum10 | Algorithm::Weighted => sum(10, vec![1], Align::Right),
        Algorithm::Gs1 => sum(10, vec![3, 1], Align::Right),
        // The standard's 3,7,9,10,5,8,4,2 for eight characters are the powers of 2 from the right.
        Algorithm::Gb11714 => sum(11, powers(2, 11, 2), Align::Right),
        Algorithm::Uscc => sum(31, powers(3, 31, 1), Align::Left),
        Algorithm::Luhn => System::Luhn { base: 10 },
        Algorithm::LuhnModN => System::Luhn { base: payload_size },
        Algorithm::Damm => System::Damm,
        Algorithm::Verhoeff => System::Verhoeff,
        Algorithm::Mod11_2 | Algorithm::Ric => System::Pure { modulus: 11, radix: 2, checks: 1 },
        Algorithm::Mod37_2 => System::Pure { modulus: 37, radix: 2, checks: 1 },
        Algorithm::Mod97_10 => System::Pure { modulus: 97, radix: 10, checks: 2 },
        Algorithm::Mod661_26 => System::Pure { modulus: 661, radix: 26, checks: 2 },
        Algorithm::Mod1271_36 => System::Pure { modulus: 1271, radix: 36, checks: 2 },
        Algorithm::Mod11_10 | Algorithm::Mod27_26 | Algorithm::Mod37_36 => {
            System::Hybrid { base: payload_size }
        }
    }
}

fn sum(modulus: usize, weights: Vec<usize>, align: Align) -> System {
    System::Weighted { modulus, weights, align }
}

/// `first`, then `ratio` times the one before, modulo `modulus`, until the series repeats.
fn powers(ratio: usize, modulus: usize, first: usize) -> Vec<usize> {
    (0..modulus - 1).scan(first, |next, _| Some(std::mem::replace(next, *next * ratio % modulus))).collect()
}

fn weighted(spec: &CheckSpec) -> Result<Resolved, CheckSpecError> {
    let modulus = spec.modulus.ok_or_else(|| fault("modulus", "\"weighted\" needs a modulus, e.g. 11"))?;
    if !(2..=MAX_MODULUS).contains(&modulus) {
        return Err(fault("modulus", format!("{modulus} is not between 2 and {MAX_MODULUS}")));
    }
    let weights = spec.weights.as_deref().unwrap_or_default();
    if weights.is_empty() {
        return Err(fault("weights", "\"weighted\" needs weights, e.g. [2, 3, 4, 5, 6, 7]"));
    }
    if weights.len() > MAX_WEIGHTS {
        return Err(fault(
            "weights",
            format!("{} weights; at most {MAX_WEIGHTS} are possible", weights.len()),
        ));
    }
    let payload = spec.alphabet.clone().unwrap_or_else(|| known("decimal"));
    let modulus = usize::from(modulus);
    let symbols = match &spec.symbols {
        Some(symbols) if symbols.size() > modulus => {
            let reason = format!("{} check symbols for a modulus of {modulus}", symbols.size());
            return Err(fault("symbols", reason));
        }
        Some(symbols) => symbols.clone(),
        None => shortened(&payload, modulus),
    };
    let weights = weights.iter().map(|&weight| usize::from(weight) % modulus).collect();
    let system = sum(modulus, weights, spec.align.unwrap_or_default());
    Ok(Resolved { system, payload, symbols, expand: false })
}

fn refuse_weighted_options(spec: &CheckSpec) -> Result<(), CheckSpecError> {
    let given = [
        ("modulus", spec.modulus.is_some()),
        ("weights", spec.weights.is_some()),
        ("align", spec.align.is_some()),
        ("symbols", spec.symbols.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            Err(fault(option, format!("only \"weighted\" takes it, {:?} does not", spec.algorithm.name())))
        }
        None => Ok(()),
    }
}

/// The payload alphabet: what the algorithm allows of what was asked for.
fn payload(spec: &CheckSpec) -> Result<Alphabet, CheckSpecError> {
    use Algorithm as A;
    let default = known(match spec.algorithm {
        A::Mod37_2 | A::Mod1271_36 | A::Mod37_36 | A::Gb11714 | A::LuhnModN => "alphanumeric",
        A::Mod661_26 | A::Mod27_26 => "letters",
        A::Uscc => "uscc",
        _ => "decimal",
    });
    let Some(asked) = spec.alphabet.clone() else { return Ok(default) };
    let taken = match spec.algorithm {
        A::Sum10 | A::LuhnModN => true,
        A::Luhn | A::Mod97_10 => asked == default || asked == known("alphanumeric"),
        _ => asked == default,
    };
    if taken {
        return Ok(asked);
    }
    let or_letters = if matches!(spec.algorithm, A::Luhn | A::Mod97_10) { " or alphanumeric" } else { "" };
    let name = spec.algorithm.name();
    Err(fault("alphabet", format!("{name:?} is defined over {default}{or_letters}, not over {asked}")))
}

fn known(name: &str) -> Alphabet {
    Alphabet::named(name).expect("a well-known alphabet")
}

fn extended(name: &str, extra: char) -> Alphabet {
    Alphabet::new(&format!("{}{extra}", known(name))).expect("the extra symbol is new")
}

/// The first `size` symbols, or all of them.
fn shortened(alphabet: &Alphabet, size: usize) -> Alphabet {
    let symbols = alphabet.to_string();
    Alphabet::new(symbols.get(..size).unwrap_or(&symbols)).expect("part of an alphabet, two symbols or more")
}

fn fault(option: &'static str, reason: impl Into<String>) -> CheckSpecError {
    CheckSpecError { option, reason: reason.into() }
}
