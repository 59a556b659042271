//! What would be better: every algorithm that fits the rule's characters is evaluated for this
//! rule.

use super::{Advice, TypingError, uncovered, words};
use crate::code::check::rates::{Shares, caught};
use crate::code::{Algorithm, Alphabet, CheckSpec, Checker, Pattern};
use crate::report::words::list;
use crate::rule::{Rule, graphs};

/// Algorithms with one check character that stay within digits and letters, those first that are
/// taken where several do equally well.
const ONE: [Algorithm; 8] = [
    Algorithm::Damm,
    Algorithm::Mod37_36,
    Algorithm::Mod27_26,
    Algorithm::Uscc,
    Algorithm::Mod11_10,
    Algorithm::Verhoeff,
    Algorithm::LuhnModN,
    Algorithm::Luhn,
];

/// Algorithms with two.
const TWO: [Algorithm; 3] = [Algorithm::Mod97_10, Algorithm::Mod661_26, Algorithm::Mod1271_36];

/// How frequent each kind of error is, in per cent of all typing errors: J. Verhoeff, Error
/// Detecting Decimal Codes (1969); of the single wrong characters, one in ten is taken for a
/// look-alike.
const FREQUENCY: [(TypingError, f64); 7] = [
    (TypingError::Single, 71.1),
    (TypingError::AdjacentTransposition, 10.2),
    (TypingError::JumpTransposition, 0.8),
    (TypingError::Twin, 0.6),
    (TypingError::JumpTwin, 0.3),
    (TypingError::Phonetic, 0.5),
    (TypingError::Glyph, 7.9),
];

/// Per cent of all typing errors that are not worth a change.
const HARDLY: f64 = 0.05;

/// The best check digit with as many characters, where it is better than what `now` is caught; and
/// the best with two characters, where one is not enough to catch everything.
pub(super) fn of(rule: &Rule, checker: &Checker, now: &Shares) -> (Option<Advice>, Option<Advice>) {
    let pattern = &rule.pattern;
    let as_many = best(rule, if checker.width() == 1 { &ONE } else { &TWO });
    let as_many = as_many.filter(|(_, rates)| missed(rates) + HARDLY <= missed(now));
    let missed_then = as_many.as_ref().map_or(missed(now), |(_, rates)| missed(rates));
    let advice = as_many.map(|(better, rates)| {
        let over = if uncovered(pattern).is_empty() { "" } else { " over the whole code" };
        let condition = condition(&better, &summed_characters(pattern, &covered(pattern)));
        let name = better.algorithm().name();
        let words = format!("{name}{over} {}; it costs nothing{condition}", gain(now, &rates));
        Advice { algorithm: name, characters: better.width(), words }
    });
    if checker.width() > 1 || missed_then <= 0.0 {
        return (advice, None);
    }
    let two = best(rule, &TWO).filter(|(_, rates)| missed(rates) < missed_then);
    let beyond = two.map(|(better, rates)| {
        let name = better.algorithm().name();
        let words = format!("{name} {}; it takes a second check character", gain(now, &rates));
        Advice { algorithm: name, characters: better.width(), words }
    });
    (advice, beyond)
}

/// The algorithm that misses least in the codes of `rule`, over everything that varies.
fn best(rule: &Rule, algorithms: &[Algorithm]) -> Option<(Checker, Shares)> {
    let over = covered(&rule.pattern);
    let letters = summed_characters(&rule.pattern, &over);
    let fitting = algorithms.iter().filter_map(|&algorithm| {
        let checker = fitting(algorithm, &letters)?;
        let rates = caught(&checker, &graphs(rule, &checker, &over).ok()?)?;
        Some((checker, rates))
    });
    let fitting: Vec<(Checker, Shares)> = fitting.collect();
    let least = fitting.iter().map(|(_, rates)| missed(rates)).fold(f64::INFINITY, f64::min);
    fitting.into_iter().find(|(_, rates)| missed(rates) <= least + HARDLY)
}

/// The segments that a check digit should be over: those that it is over, and what else varies.
fn covered(pattern: &Pattern) -> Vec<usize> {
    let over = pattern.check().map_or(&[][..], |(_, _, over)| over);
    [over, &uncovered(pattern)].concat()
}

/// `algorithm` with its own alphabet, or with letters where it takes some, if all `letters` have a
/// value in it.
fn fitting(algorithm: Algorithm, letters: &[u8]) -> Option<Checker> {
    let alphabets = [None, Alphabet::named("alphanumeric")];
    alphabets.into_iter().find_map(|alphabet| {
        let checker = Checker::compile(&CheckSpec { alphabet, ..CheckSpec::of(algorithm) }).ok()?;
        let has = |byte: &u8| checker.payload().value(byte.to_ascii_uppercase()).is_some();
        let digits_only = letters.iter().all(u8::is_ascii_digit);
        // A check letter in codes of digits is no gift.
        let stays = !digits_only || checker.symbols().symbols().iter().all(u8::is_ascii_digit);
        (letters.iter().all(has) && stays).then_some(checker)
    })
}

/// Letters and digits that occur in the segments.
fn summed_characters(pattern: &Pattern, over: &[usize]) -> Vec<u8> {
    let mut letters: Vec<u8> =
        over.iter().flat_map(|&index| pattern.characters(index)).filter(u8::is_ascii_alphanumeric).collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

/// Per cent of all typing errors that go unnoticed.
fn missed(rates: &Shares) -> f64 {
    let missed = rates.iter().zip(FREQUENCY);
    missed.map(|(rate, (_, frequency))| rate.map_or(0.0, |rate| (100.0 - rate) * frequency / 100.0)).sum()
}

/// What is caught more:
/// `would catch all adjacent transpositions and more twin errors, but fewer look-alike characters`.
fn gain(now: &Shares, then: &Shares) -> String {
    let kinds = TypingError::ALL.into_iter().zip(now.iter().zip(then));
    let rates: Vec<(TypingError, f64, f64)> =
        kinds.filter_map(|(error, (now, then))| Some((error, (*now)?, (*then)?))).collect();
    let named = |fits: &dyn Fn(f64, f64) -> bool| -> Vec<&str> {
        let fitting = rates.iter().filter(|(_, now, then)| fits(*now, *then));
        fitting.map(|(error, _, _)| words::short(*error)).collect()
    };
    let parts = [
        ("all", named(&|now, then| then > now && then >= 100.0)),
        ("more", named(&|now, then| then > now && then < 100.0)),
        ("but fewer", named(&|now, then| then < now)),
    ];
    let parts = parts.into_iter().filter(|(_, kinds)| !kinds.is_empty());
    let parts: Vec<String> = parts.map(|(amount, kinds)| format!("{amount} {}", list(&kinds))).collect();
    format!("would catch {}", parts.join(", "))
}

/// The letters that codes must do without: `, as long as no code needs any of I, O, S, V, Z`.
fn condition(better: &Checker, letters: &[u8]) -> String {
    let has = |byte: &u8| better.payload().value(*byte).is_some();
    let lacking: Vec<String> =
        (b'A'..=b'Z').filter(|letter| !has(letter)).map(|letter| char::from(letter).to_string()).collect();
    if lacking.is_empty() || letters.iter().all(u8::is_ascii_digit) {
        return String::new();
    }
    format!(", as long as no code needs any of {}", lacking.join(", "))
}
