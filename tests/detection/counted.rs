//! The computed numbers against counting: every code of a short pattern, every error, judged as
//! `validate` does.

use std::collections::BTreeSet;

use custcode::code::check::rates::{Graph, Place, TypingError, count};
use custcode::code::{
    Algorithm, Alphabet, CheckSpec, Checker, DateFormat, Pattern, Segment, Sequence, Shape, TextShape,
    ValueSet,
};

/// What becomes of `code` by one error at its letters and digits number `at` and following; `typed`
/// are the characters that a mistake can bring in.
pub(super) fn mistyped(code: &str, error: TypingError, at: usize, typed: &[u8]) -> Vec<String> {
    let bytes = code.as_bytes();
    let places: Vec<usize> =
        (0..bytes.len()).filter(|&i| bytes[i].is_ascii_alphanumeric() || b"*.".contains(&bytes[i])).collect();
    let Some(places) = places.get(at..at + error.span()) else { return Vec::new() };
    let with = |changes: &[(usize, u8)]| {
        let mut wrong = bytes.to_vec();
        for &(place, byte) in changes {
            wrong[places[place]] = byte;
        }
        String::from_utf8(wrong).expect("still a text")
    };
    let read = |place: usize| bytes[places[place]];
    let others = |known: u8| typed.iter().copied().filter(move |&other| other != known);
    let last = error.span() - 1;
    match error {
        TypingError::Single => others(read(0)).map(|other| with(&[(0, other)])).collect(),
        TypingError::AdjacentTransposition | TypingError::JumpTransposition if read(0) != read(last) => {
            vec![with(&[(0, read(last)), (last, read(0))])]
        }
        TypingError::Twin | TypingError::JumpTwin if read(0) == read(last) => {
            others(read(0)).map(|other| with(&[(0, other), (last, other)])).collect()
        }
        TypingError::Phonetic => match (read(0), read(1)) {
            (b'1', teen @ b'2'..=b'9') => vec![with(&[(0, teen), (1, b'0')])],
            (ty @ b'2'..=b'9', b'0') => vec![with(&[(0, b'1'), (1, ty)])],
            _ => Vec::new(),
        },
        TypingError::Glyph => {
            let twins = [(b'0', b'O'), (b'1', b'I'), (b'8', b'B'), (b'5', b'S'), (b'2', b'Z')];
            let alike = |other: u8| twins.contains(&(read(0), other)) || twins.contains(&(other, read(0)));
            others(read(0)).filter(|&other| alike(other)).map(|other| with(&[(0, other)])).collect()
        }
        _ => Vec::new(),
    }
}

/// All errors and those that go unnoticed, kind by kind; `typed(at)` are the characters typed by
/// mistake at a place.
pub(super) fn counted(
    codes: &[String],
    typed: impl Fn(usize) -> Vec<u8>,
    valid: impl Fn(&str) -> bool,
) -> [(u128, u128); 7] {
    TypingError::ALL.map(|error| {
        let (mut all, mut missed) = (0, 0);
        for code in codes {
            for at in 0..code.len() {
                for wrong in mistyped(code, error, at, &typed(at)) {
                    all += 1;
                    missed += u128::from(valid(&wrong));
                }
            }
        }
        (all, missed)
    })
}

/// Every text of `length` characters of `symbols`.
pub(super) fn texts(symbols: &[u8], length: usize) -> Vec<String> {
    let longer = |texts: Vec<String>| {
        let with = |text: &String| {
            symbols.iter().map(|&symbol| format!("{text}{}", char::from(symbol))).collect::<Vec<_>>()
        };
        texts.iter().flat_map(with).collect()
    };
    (0..length).fold(vec![String::new()], |texts, _| longer(texts))
}

/// An algorithm by itself: computed and counted.
fn alone(spec: &CheckSpec, length: usize) {
    let checker = Checker::compile(spec).expect("a right specification");
    let check = |payload: &str| {
        let check = checker.compute(payload.as_bytes()).ok()??;
        Some(String::from_utf8_lossy(&check[..checker.width()]).into_owned())
    };
    let codes: Vec<String> = texts(checker.payload().symbols(), length)
        .iter()
        .filter_map(|payload| Some(format!("{payload}{}", check(payload)?)))
        .collect();
    let symbols = |at: usize| if at < length { checker.payload() } else { checker.symbols() };
    let valid = |code: &str| {
        let (payload, printed) = code.split_at(length);
        check(payload).is_some_and(|check| check == printed)
    };
    let computed = count::<u128>(&checker, &Graph::free(&checker, &Place::free(&checker, length)))
        .expect("quickly counted");
    let computed = computed.map(|tally| (tally.all, tally.missed));
    let counted = counted(&codes, |at| symbols(at).symbols().to_vec(), valid);
    assert_eq!(computed, counted, "{spec:?}, length {length}");
}

#[test]
fn every_algorithm_is_computed_as_it_is_counted() {
    for &algorithm in Algorithm::all().iter().filter(|algorithm| **algorithm != Algorithm::Weighted) {
        let spec = CheckSpec::of(algorithm);
        alone(&spec, 2);
        if Checker::compile(&spec).expect("defaults are right").payload().size() == 10 {
            alone(&spec, 3);
            alone(&spec, 4);
        }
    }
}

#[test]
fn weights_are_computed_as_they_are_counted() {
    for (modulus, weights, symbols) in [
        (10, vec![3, 7, 1], None),
        (10, vec![2, 5, 4], None),
        (11, vec![2, 3, 4, 5, 6, 7], Some("0123456789X")),
        (11, vec![2, 3], Some("0123456789")),
        (7, vec![1, 3], None),
        (127, vec![9, 5], Some("0123456789")),
    ] {
        for align in [custcode::code::check::Align::Left, custcode::code::check::Align::Right] {
            let spec = CheckSpec {
                modulus: Some(modulus),
                weights: Some(weights.clone()),
                align: Some(align),
                symbols: symbols.map(|symbols| Alphabet::new(symbols).expect("symbols")),
                ..CheckSpec::of(Algorithm::Weighted)
            };
            (1..=3).for_each(|length| alone(&spec, length));
        }
    }
}

#[test]
fn letters_summed_as_two_digits_are_computed_as_they_are_counted() {
    for algorithm in [Algorithm::Sum10, Algorithm::Luhn, Algorithm::Mod97_10] {
        alone(&CheckSpec { alphabet: Alphabet::named("alphanumeric"), ..CheckSpec::of(algorithm) }, 2);
    }
}

/// A segment by a short word: `=text` a literal, `a|b` a dictionary, `3` a sequence, `%y` a date,
/// `(xyz)` a free character.
fn segment(word: &str) -> Segment {
    let shape = if let Some(text) = word.strip_prefix('=') {
        Shape::Literal(text.to_owned())
    } else if let Some(symbols) = word.strip_prefix('(') {
        let alphabet = Alphabet::new(symbols.trim_end_matches(')')).expect("symbols");
        Shape::Text(TextShape { width: 1, alphabet })
    } else if word.starts_with('%') {
        Shape::Date(DateFormat::new(word).expect("a format"))
    } else if let Ok(width) = word.parse() {
        let alphabet = Alphabet::named("decimal").expect("known");
        let skip_digits = if width == 2 { b"4".to_vec() } else { Vec::new() };
        Shape::Sequence(Sequence { width, alphabet, start: 0, step: 1, max: u64::MAX, skip_digits })
    } else {
        Shape::Values(ValueSet::new(word.split('|').map(str::to_owned)))
    };
    Segment { name: word.to_owned(), shape }
}

/// A pattern of such words, `?` its check digit over the segments `over`: computed and counted.
fn pattern(words: &str, spec: &CheckSpec, over: &[usize]) {
    let checker = Checker::compile(spec).expect("a right specification");
    let segments = words.split(' ').map(|word| match word {
        "?" => Segment { name: "check".to_owned(), shape: Shape::Check(checker.clone(), over.to_vec()) },
        word => segment(word),
    });
    let pattern = Pattern::new(segments.collect());

    let texts: Vec<Vec<String>> = pattern
        .segments()
        .iter()
        .map(|segment| match &segment.shape {
            Shape::Literal(text) => vec![text.clone()],
            Shape::Values(values) => values.texts().to_vec(),
            Shape::Text(text) => texts(text.alphabet.symbols(), 1),
            Shape::Date(_) => texts(b"0123456789", 2),
            Shape::Sequence(sequence) => texts(b"0123456789", sequence.width),
            Shape::Check(checker, _) => texts(checker.symbols().symbols(), checker.width()),
        })
        .collect();
    let join = |codes: Vec<String>, texts: &Vec<String>| {
        codes.iter().flat_map(|code| texts.iter().map(move |text| format!("{code}{text}"))).collect()
    };
    let mut codes: Vec<String> = texts.iter().fold(vec![String::new()], join);
    codes.retain(|code| pattern.matches(code.as_bytes()));
    assert!(codes.len() > 50, "{words}: {} codes", codes.len());

    let alphabets = [checker.payload().symbols(), checker.symbols().symbols()].concat();
    let letters = codes
        .iter()
        .flat_map(|code| code.bytes())
        .filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    let typed: BTreeSet<u8> = letters.chain(alphabets).collect();
    let typed: Vec<u8> = typed.into_iter().collect();
    let counted = counted(&codes, |_| typed.clone(), |code| pattern.matches(code.as_bytes()));
    let mut computed = [(0, 0); 7];
    for places in pattern.places().expect("a few shapes") {
        for (sum, tally) in computed
            .iter_mut()
            .zip(count::<u128>(&checker, &Graph::free(&checker, &places)).expect("quickly counted"))
        {
            *sum = (sum.0 + tally.all, sum.1 + tally.missed);
        }
    }
    assert_eq!(computed, counted, "{words} {spec:?}");

    // What goes unnoticed is shown with two codes.
    for (error, (_, missed)) in TypingError::ALL.into_iter().zip(computed) {
        let pair = pattern.confused(error);
        assert_eq!(pair.is_some(), missed > 0, "{words} {spec:?} {error:?}");
        let Some([one, two]) = pair else { continue };
        assert!(codes.contains(&one) && codes.contains(&two), "{words} {spec:?} {error:?}: {one} {two}");
        let mut becomes = (0..one.len()).flat_map(|at| mistyped(&one, error, at, &typed));
        assert!(becomes.any(|wrong| wrong == two), "{words} {spec:?} {error:?}: {one} {two}");
    }
}

fn spec(name: &str) -> CheckSpec {
    CheckSpec::of(Algorithm::from_name(name).expect("a known algorithm"))
}

#[test]
fn patterns_of_digits_are_computed_as_they_are_counted() {
    for name in [
        "sum10",
        "luhn",
        "gs1",
        "damm",
        "verhoeff",
        "iso7064-mod11-10",
        "iso7064-mod11-2",
        "iso7064-mod97-10",
    ] {
        pattern("01|02|03|04 3 ?", &spec(name), &[0, 1]);
        pattern("1|2|23|33 2 ?", &spec(name), &[0, 1]);
        pattern("? =- 2 =K %y", &spec(name), &[2, 4]);
        pattern("3 ? (12)", &spec(name), &[0, 2]);
        pattern("1|2 2 ? =/ (123) (13)", &spec(name), &[0, 1, 4]);
        pattern("(ABO) 2 ? (X12)", &spec(name), &[1]);
    }
}

#[test]
fn patterns_of_letters_and_digits_are_computed_as_they_are_counted() {
    for name in ["iso7064-mod37-36", "iso7064-mod37-2", "luhn-mod-n", "gb11714", "iso7064-mod1271-36"] {
        pattern("A|B|O 2 ?", &spec(name), &[0, 1]);
        pattern("=K 2 ? (A0OX1)", &spec(name), &[0, 1, 3]);
        pattern("? (aA1) =- 2", &spec(name), &[1, 3]);
    }
}

#[test]
fn sums_of_several_lengths_are_computed_as_they_are_counted() {
    let alphanumeric = |name| CheckSpec { alphabet: Alphabet::named("alphanumeric"), ..spec(name) };
    for name in ["luhn", "sum10"] {
        pattern("(AB1) 2 ? (K2)", &alphanumeric(name), &[0, 1, 3]);
        pattern("? (AB1) 2", &alphanumeric(name), &[1, 2]);
        pattern("2 (A1) ?", &alphanumeric(name), &[0, 1]);
    }
    // A sign is passed over, so that the places after it have other weights.
    for name in ["luhn", "verhoeff", "gs1", "damm"] {
        pattern("(12) (.3) 2 ?", &spec(name), &[0, 1, 2]);
        pattern("2 ? (.3) (12)", &spec(name), &[0, 2, 3]);
    }
}
