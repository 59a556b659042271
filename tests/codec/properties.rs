//! What holds for every pattern and every text.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// A segment that prints, with the text it prints where the caller chooses it.
fn any_part() -> impl Strategy<Value = (Segment, String)> {
    let of_values = |texts: &'static [&'static str]| {
        select(texts).prop_map(move |text| (values("values", texts), text.to_owned()))
    };
    let formats = vec!["%Y", "%y%m%d", "%m-%d", "%j", "%G-W%V", "%Y年"];
    prop_oneof![
        select(vec!["K", "-", "客", "ab"]).prop_map(|text| (literal(text), String::new())),
        of_values(&["01", "02", "03"]),
        of_values(&["A", "B", "C"]),
        of_values(&["1", "12", "2A-"]),
        of_values(&["11", "22", "30"]),
        of_values(&["LONGVALUE1", "LONGVALUF2"]),
        "[0-9A-Z]{3}".prop_map(|chosen| (text("branch", 3, "alphanumeric"), chosen)),
        select(formats).prop_map(|format| (day(format), String::new())),
    ]
}

fn any_sequence() -> impl Strategy<Value = Sequence> {
    let alphabet = select(vec!["decimal", "letters", "uscc"]);
    let skip = proptest::sample::subsequence(b"4AX".to_vec(), 0..3);
    let max = prop_oneof![Just(u64::MAX), 0u64..4000];
    (1usize..6, alphabet, 0u64..20, 1u64..4, max, skip).prop_map(
        |(width, alphabet, start, step, max, skip_digits)| {
            let alphabet = Alphabet::named(alphabet).expect("known");
            Sequence { width, alphabet, start, step, max, skip_digits }
        },
    )
}

/// A pattern of up to five parts with a sequence and a check digit somewhere, and the texts of its
/// parts.
fn any_pattern() -> impl Strategy<Value = (Pattern, Vec<String>)> {
    let algorithms = Algorithm::all().iter().copied().filter(|&algorithm| algorithm != Algorithm::Weighted);
    let algorithm = proptest::option::of(select(algorithms.collect::<Vec<_>>()));
    let parts = proptest::collection::vec(any_part(), 0..5);
    let places = (any::<Index>(), any::<Index>());
    let over = proptest::collection::vec(any::<bool>(), 7);
    (parts, any_sequence(), algorithm, places, over).prop_map(
        |(mut parts, sequence, algorithm, places, over)| {
            parts.insert(places.0.index(parts.len() + 1), (seq(sequence), String::new()));
            if let Some(algorithm) = algorithm {
                let place = places.1.index(parts.len() + 1);
                let over: Vec<usize> = (0..=parts.len()).filter(|&i| i != place && over[i]).collect();
                parts.insert(place, (check(algorithm, &over), String::new()));
            }
            let (segments, texts) = parts.into_iter().unzip();
            (Pattern::new(segments), texts)
        },
    )
}

fn any_day() -> impl Strategy<Value = Date> {
    (1i16..=9999, 1i16..=365).prop_map(|(year, day)| {
        date(year, 1, 1).with().day_of_year(day).build().expect("every year has 365 days")
    })
}

/// `code` with a few characters replaced, inserted, removed or swapped.
fn mutated(code: &str, edits: &[(u8, Index, char)]) -> String {
    let mut chars: Vec<char> = code.chars().collect();
    for (kind, place, other) in edits {
        let place = place.index(chars.len() + 1);
        match kind % 4 {
            0 => chars.insert(place, *other),
            _ if place == chars.len() => {}
            1 => chars[place] = *other,
            2 => drop(chars.remove(place)),
            _ => chars.swap(0, place),
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_back(
        (pattern, texts) in any_pattern(), day in any_day(), last in proptest::option::of(0u64..3000),
    ) {
        let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let Some(number) = pattern.sequence().expect("has one").after(last) else { return Ok(()) };
        let mut code = String::new();
        if pattern.print(&parts, day, number, &mut code).is_err() {
            return Ok(());
        }
        prop_assert!(pattern.matches(code.as_bytes()), "{code}");
        let parsed = pattern.parse(&code).expect(&code);
        let (shortest, longest) = pattern.widths();
        prop_assert!((shortest..=longest).contains(&code.chars().count()));
        // Adjacent values of several widths can be read in two ways; then only the whole is known
        // to be the same.
        let variable = pattern.segments().iter().filter(|s| match &s.shape {
            Shape::Values(values) => values.contains(b"12"),
            _ => false,
        });
        if variable.count() < 2 {
            prop_assert_eq!(parsed.number, Some(number), "{}", code);
            for (text, range) in texts.iter().zip(&parsed.ranges).filter(|(text, _)| !text.is_empty()) {
                prop_assert_eq!(text, &code[range.clone()]);
            }
        }
        prop_assert_eq!(parsed.ranges.last().map(|range| range.end), Some(code.len()));
    }

    #[test]
    fn the_fast_path_and_the_reader_agree(
        (pattern, texts) in any_pattern(), day in any_day(), last in 0u64..3000,
        edits in proptest::collection::vec(
            (any::<u8>(), any::<Index>(), select("0123456789ABCKXZ-客ab ".chars().collect::<Vec<_>>())), 0..4,
        ),
    ) {
        let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let Some(number) = pattern.sequence().expect("has one").after(Some(last)) else { return Ok(()) };
        let mut code = String::new();
        let _ = pattern.print(&parts, day, number, &mut code);
        let code = mutated(&code, &edits);
        let parsed = pattern.parse(&code);
        prop_assert_eq!(pattern.matches(code.as_bytes()), parsed.is_ok(), "{:?} {:?}", code, parsed);
        if let Err(fault) = parsed {
            let rest: String = code.chars().skip(fault.offset).collect();
            prop_assert!(rest.starts_with(&fault.found), "{code}: {fault:?}");
            prop_assert!(fault.index < pattern.segments().len());
            prop_assert!(!fault.expected.is_empty());
        }
    }

    #[test]
    fn a_number_is_valid_exactly_when_the_sequence_takes_it(sequence in any_sequence(), number in 0u64..5000) {
        let mut text = String::new();
        sequence.print(number, &mut text);
        let takes = sequence.takes(number);
        let pattern = Pattern::new(vec![seq(sequence)]);
        prop_assert_eq!(pattern.matches(text.as_bytes()), takes);
        prop_assert_eq!(pattern.parse(&text).is_ok(), takes);
    }

    #[test]
    fn the_check_digit_is_that_of_the_whole_payload(number in 1u64..10_000_000, other in any::<char>()) {
        let pattern = Pattern::new(vec![seq(sequence(7)), check(Algorithm::Mod97_10, &[0])]);
        let code = printed(&pattern, &["", ""], number).expect("always one");
        prop_assert!(pattern.matches(code.as_bytes()));
        let last = code.len() - 1;
        let wrong = format!("{}{other}", &code[..last]);
        prop_assert_eq!(pattern.matches(wrong.as_bytes()), code == wrong);
    }

    #[test]
    fn no_text_makes_it_panic((pattern, _) in any_pattern(), text in ".{0,30}", bytes: Vec<u8>) {
        prop_assert_eq!(pattern.matches(text.as_bytes()), pattern.parse(&text).is_ok());
        let _ = pattern.matches(&bytes);
    }

    #[test]
    fn codes_sort_as_their_numbers(last in 0u64..9000) {
        let pattern = graded();
        let next = pattern.sequence().expect("has one").after(Some(last)).expect("below 9999");
        let parts = ["01", "A", ""];
        let later = printed(&pattern, &parts, next).expect("a number of it");
        prop_assert!(printed(&pattern, &parts, last).is_ok_and(|earlier| earlier < later) || last == 0);
    }
}
