//! What would be better: every algorithm that fits the rule's characters is evaluated for this rule.

use super::{Advice, TypingError, uncovered, with_check, words};
use crate::code::check::rates::Shares;
use crate::code::{Algorithm, Alphabet, CheckSpec, Checker, Pattern};

/// Algorithms with one check character that stay within digits and letters, those first that are taken where several do
/// equally well.
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

/// How frequent each kind of error is, in per cent of all typing errors: J. Verhoeff, Error Detecting Decimal Codes (1969); of the single
/// wrong characters, one in ten is taken for a look-alike.
const FREQUENCY: [(TypingError, f64); 7] = [
    (TypingError::Single, 71.1),
    (TypingError::Swap, 10.2),
    (TypingError::JumpSwap, 0.8),
    (TypingError::Twin, 0.6),
    (TypingError::JumpTwin, 0.3),
    (TypingError::Phonetic, 0.5),
    (TypingError::Glyph, 7.9),
];

/// Per cent of all typing errors that are not worth a change.
const HARDLY: f64 = 0.05;

/// The best check digit with as many characters, where it is better than what `now` is caught.
pub(super) fn of(pattern: &Pattern, checker: &Checker, now: &Shares) -> Option<Advice> {
    let algorithms = if checker.width() == 1 { &ONE[..] } else { &TWO[..] };
    let (better, rates) = best(pattern, algorithms)?;
    let widened = !uncovered(pattern).is_empty();
    let same = better.algorithm() == checker.algorithm() && !widened;
    if same || missed(&rates) + HARDLY > missed(now) {
        return None;
    }
    let over = if widened { " over the whole code" } else { "" };
    let words = format!("{}{over} {}, and costs nothing", better.algorithm().name(), gain(now, &rates));
    Some(Advice { algorithm: better.algorithm().name(), characters: better.width(), words })
}

/// The best check digit with two characters, where one is not enough to catch everything.
pub(super) fn beyond(pattern: &Pattern, checker: &Checker, now: &Shares) -> Option<Advice> {
    if checker.width() > 1 || missed(now) <= 0.0 {
        return None;
    }
    let one = best(pattern, &ONE).map(|(_, rates)| rates).filter(|rates| missed(rates) < missed(now));
    let one = one.as_ref().unwrap_or(now);
    let (better, rates) = best(pattern, &TWO)?;
    (missed(&rates) < missed(one)).then(|| Advice {
        algorithm: better.algorithm().name(),
        characters: better.width(),
        words: format!("{} {}, for a second check character", better.algorithm().name(), gain(now, &rates)),
    })
}

/// The algorithm that misses least in the codes of `pattern`, over everything that varies.
fn best(pattern: &Pattern, algorithms: &[Algorithm]) -> Option<(Checker, Shares)> {
    let (_, _, over) = pattern.check()?;
    let over = [over, &uncovered(pattern)].concat();
    let letters = summed_characters(pattern, &over);
    let fitting = algorithms.iter().filter_map(|&algorithm| {
        let checker = fitting(algorithm, &letters)?;
        let rates = with_check(pattern, &checker, &over)?;
        Some((checker, rates))
    });
    let fitting: Vec<(Checker, Shares)> = fitting.collect();
    let least = fitting.iter().map(|(_, rates)| missed(rates)).fold(f64::INFINITY, f64::min);
    fitting.into_iter().find(|(_, rates)| missed(rates) <= least + HARDLY)
}

/// `algorithm` with its own alphabet, or with letters where it takes some, if all `letters` have a value in it.
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

/// What is caught more: `would catch all swapped neighbours and more wrong twins`.
fn gain(now: &Shares, then: &Shares) -> String {
    let kinds = TypingError::ALL.into_iter().zip(now.iter().zip(then));
    let gained = kinds.filter_map(|(error, (now, then))| Some((error, (*now)?, (*then)?)));
    let gained: Vec<(TypingError, f64)> =
        gained.filter(|(_, now, then)| then > now).map(|(error, _, then)| (error, then)).collect();
    let named = |fits: &dyn Fn(f64) -> bool| -> Vec<&str> {
        gained.iter().filter(|(_, then)| fits(*then)).map(|(error, _)| words::short(*error)).collect()
    };
    let (all, more) = (named(&|then| then >= 100.0), named(&|then| then < 100.0));
    let parts = [("all", all), ("more", more)].into_iter().filter(|(_, kinds)| !kinds.is_empty());
    let parts: Vec<String> =
        parts.map(|(amount, kinds)| format!("{amount} {}", words::listed(&kinds))).collect();
    format!("would catch {}", parts.join("; "))
}
