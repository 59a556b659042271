//! Characters that look alike and can stand at the same place, so that one code is read as another.
//!
//! Two codes are meant that differ in one such character. Segments are looked at one by one, each
//! text of a dictionary and each digit of a number; whether the check digit tells the two apart is
//! tried on real codes.

use std::collections::HashSet;

use super::super::codes::{Codes, Part};
use super::{Risk, RiskKind};
use crate::code::{Pattern, Segment, Shape, TextShape};

/// Characters that are taken for each other.
const ALIKE: [(u8, u8); 8] = [
    (b'0', b'O'),
    (b'0', b'o'),
    (b'1', b'I'),
    (b'1', b'l'),
    (b'I', b'l'),
    (b'8', b'B'),
    (b'5', b'S'),
    (b'2', b'Z'),
];

/// Codes on which a check digit is tried for one pair of characters at one place.
const TRIALS: usize = 50;

/// Two texts of one segment that differ in characters that look alike.
struct Pair {
    characters: (u8, u8),
    /// Where in the text.
    place: usize,
    one: String,
    other: String,
}

/// One finding for each segment in which characters are taken for each other.
pub(super) fn risks(codes: &Codes<'_>) -> Vec<Risk> {
    let unchecked = unchecked(&codes.rule.pattern);
    let segments = codes.rule.pattern.segments();
    (0..segments.len())
        .filter_map(|index| {
            let pairs = pairs(&codes.parts()[index]);
            let trials: Vec<(&Pair, Trial)> = pairs
                .iter()
                .filter_map(|pair| Some((pair, Trial::of(codes, index, pair, &unchecked)?)))
                .collect();
            risk(&segments[index].name, &trials)
        })
        .collect()
}

/// What is said of a segment: its worst pair of codes, and every pair of characters.
fn risk(name: &str, trials: &[(&Pair, Trial)]) -> Option<Risk> {
    let (_, worst) = trials.iter().find(|(_, trial)| trial.caught == Some(false)).or(trials.first())?;
    let mut named: Vec<String> = Vec::new();
    for (pair, _) in trials {
        let (a, b) = pair.characters;
        let words = format!("{}/{}", char::from(a), char::from(b));
        if !named.contains(&words) {
            named.push(words);
        }
    }
    let [one, other] = &worst.codes;
    let verdict = match worst.caught {
        None => "both are codes of this rule",
        Some(true) => "the check digit tells them apart",
        Some(false) => "the check digit does not tell them apart",
    };
    let place = if name == "seq" { "number" } else { name };
    Some(Risk {
        kind: RiskKind::LookAlike,
        words: format!("{} look alike in the {place}: {one} read as {other}; {verdict}", named.join(", ")),
        codes: worst.codes.to_vec(),
        caught: worst.caught,
    })
}

/// Texts of a part that are taken for each other: of each pair of characters at each place the
/// first.
fn pairs(part: &Part<'_>) -> Vec<Pair> {
    match part {
        Part::Choice(_, dictionary) => {
            let own = dictionary.choices.iter().map(|(_, text)| *text);
            let alike = within(own.clone().flat_map(str::bytes));
            if alike.is_empty() {
                return Vec::new();
            }
            let texts: HashSet<&str> = own.clone().collect();
            let all = own.flat_map(|text| misread(text, &alike));
            distinct(all.filter(|pair| texts.contains(pair.other.as_str())))
        }
        Part::Text(_, shape) => {
            let symbols = shape.alphabet.symbols();
            let filler = char::from(symbols[0]).to_string().repeat(shape.width);
            in_alphabet(symbols, shape.width, |place, (a, b)| {
                Some((replaced(&filler, place, a), replaced(&filler, place, b)))
            })
        }
        Part::Number(digits) => {
            in_alphabet(digits.symbols(), digits.width(), |place, pair| digits.misread(place, pair))
        }
        // Digits only, fixed, or settled by the rest.
        Part::Literal(_) | Part::Date(_) | Part::Check(_) => Vec::new(),
    }
}

/// Every pair of an alphabet at every place; `texts` gives two texts that differ in a pair at a
/// place.
fn in_alphabet(
    symbols: &[u8],
    width: usize,
    texts: impl Fn(usize, (u8, u8)) -> Option<(String, String)>,
) -> Vec<Pair> {
    let alike = within(symbols.iter().copied());
    let places = alike.into_iter().flat_map(|pair| (0..width).map(move |place| (pair, place)));
    places
        .filter_map(|(characters, place)| {
            let (one, other) = texts(place, characters)?;
            Some(Pair { characters, place, one, other })
        })
        .collect()
}

/// The pairs whose characters both occur.
fn within(bytes: impl Iterator<Item = u8>) -> Vec<(u8, u8)> {
    let mut known = [false; 256];
    bytes.for_each(|byte| known[usize::from(byte)] = true);
    let occur = |(a, b): &(u8, u8)| known[usize::from(*a)] && known[usize::from(*b)];
    ALIKE.into_iter().filter(occur).collect()
}

/// What a text can be taken for.
fn misread<'t>(text: &'t str, alike: &'t [(u8, u8)]) -> impl Iterator<Item = Pair> + 't {
    text.bytes().enumerate().flat_map(move |(place, byte)| {
        let alike = alike.iter().filter(move |(a, _)| *a == byte);
        alike.map(move |pair| Pair {
            characters: *pair,
            place,
            one: text.to_owned(),
            other: replaced(text, place, pair.1),
        })
    })
}

/// The first of each pair of characters at each place.
fn distinct(pairs: impl Iterator<Item = Pair>) -> Vec<Pair> {
    let mut seen = HashSet::new();
    pairs.filter(|pair| seen.insert((pair.characters, pair.place))).collect()
}

fn replaced(text: &str, place: usize, symbol: u8) -> String {
    let mut text = text.to_owned();
    text.replace_range(place..=place, char::from(symbol).encode_utf8(&mut [0]));
    text
}

/// The pattern with a check digit that may be any: what can be read at all.
fn unchecked(pattern: &Pattern) -> Pattern {
    let segments = pattern.segments().iter().map(|segment| match &segment.shape {
        Shape::Check(checker, _) => {
            let shape = TextShape { width: checker.width(), alphabet: checker.symbols().clone() };
            Segment { name: segment.name.clone(), shape: Shape::Text(shape) }
        }
        _ => segment.clone(),
    });
    Pattern::new(segments.collect())
}

/// A code and what it is read as.
struct Trial {
    codes: [String; 2],
    /// Whether the check digit refuses every misreading that was tried; none where there is no
    /// check digit.
    caught: Option<bool>,
}

impl Trial {
    /// Reads codes in which segment `index` prints the first text as if it were the second; a
    /// misreading that passes is preferred.
    fn of(codes: &Codes<'_>, index: usize, pair: &Pair, unchecked: &Pattern) -> Option<Self> {
        let pattern = &codes.rule.pattern;
        let mut first: Option<[String; 2]> = None;
        let mut trials = 0;
        let passed = codes.with(index, &pair.one, &mut |code| {
            let Some(other) = misread_code(code, index, pair, pattern) else { return false };
            if !unchecked.matches(other.as_bytes()) {
                return false;
            }
            trials += 1;
            let passes = pattern.matches(other.as_bytes()) && codes.book.matches(other.as_bytes()).is_some();
            first.get_or_insert([code.to_owned(), other]);
            passes || trials >= TRIALS
        });
        let found = passed.and_then(|code| {
            let other = misread_code(&code, index, pair, pattern)?;
            codes.book.matches(other.as_bytes()).map(|_| [code, other])
        });
        if pattern.check().is_none() {
            // Segments of one field that no longer agree give it away.
            return found.map(|codes| Self { codes, caught: None });
        }
        match found {
            Some(codes) => Some(Self { codes, caught: Some(false) }),
            None => first.map(|codes| Self { codes, caught: Some(true) }),
        }
    }
}

/// The code with the character of the pair misread in segment `index`.
fn misread_code(code: &str, index: usize, pair: &Pair, pattern: &Pattern) -> Option<String> {
    let ranges = pattern.parse(code).ok()?.ranges;
    Some(replaced(code, ranges[index].start + pair.place, pair.characters.1))
}
