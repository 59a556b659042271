//! The codec: bytes make a pattern (a count, then each segment), the rest is a text to read as its
//! code.
//!
//! The two readers agree, what is read prints back the same, what is printed is read, and folding
//! is done once.

use custcode::code::check::{Align, CheckSpec};
use custcode::code::normalize::{canonical, folded};
use custcode::code::{
    Algorithm, Alphabet, Checker, DateFormat, Parsed, Pattern, Segment, Sequence, Shape, TextShape, ValueSet,
};
use jiff::civil::{Date, date};

use super::days;

const ALPHABETS: [&str; 5] =
    ["0123456789", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01", "abcdXYZ-"];
const LITERALS: [&str; 5] = ["K", "-", "客", "ab", ""];
const VALUES: [&[&str]; 5] = [
    &["01", "02", "03"],
    &["A", "B", "C"],
    &["1", "12", "2A-"],
    &["a", "A", "aB"],
    &["LONGVALUE1", "LONGVALUF2"],
];
const FORMATS: [&str; 8] = ["%Y%m%d", "%y%m", "%m-%d", "%j", "%G-W%V", "%Y年", "%V", "%y%j"];

/// Reads text as codes, and prints.
pub(crate) fn run(data: &[u8]) {
    let mut recipe = Recipe(data);
    let segments = recipe.segments();
    let parts: Vec<String> = segments.iter().map(|segment| part_of(segment, &mut recipe)).collect();
    let (day, last) = (recipe.day(), recipe.number());
    let text = String::from_utf8_lossy(recipe.0);
    let pattern = Pattern::new(segments);

    for text in text.split('\n') {
        assert_eq!(canonical(&canonical(text)), canonical(text), "{text:?}");
        assert_eq!(folded(&folded(text)), folded(text), "{text:?}");
        read(&pattern, text);
        read(&pattern, &canonical(text));
    }
    let _ = pattern.matches(recipe.0);
    print(&pattern, &parts, day, last);
}

/// Reads `text` both ways; what is read prints back the same.
fn read(pattern: &Pattern, text: &str) {
    let parsed = pattern.parse(text);
    assert_eq!(pattern.matches(text.as_bytes()), parsed.is_ok(), "{text:?}: {parsed:?}");
    match parsed {
        Ok(parsed) => prints_back(pattern, text, &parsed),
        Err(fault) => {
            let rest: String = text.chars().skip(fault.offset).collect();
            assert!(rest.starts_with(&fault.found), "{text:?}: {fault:?}");
            assert!(fault.index < pattern.segments().len().max(1) && !fault.expected.is_empty(), "{fault:?}");
        }
    }
}

fn prints_back(pattern: &Pattern, text: &str, parsed: &Parsed) {
    let texts: Vec<&str> = parsed.ranges.iter().map(|range| &text[range.clone()]).collect();
    let dates: Vec<(&DateFormat, &str)> = pattern
        .segments()
        .iter()
        .zip(&texts)
        .filter_map(|(segment, text)| match &segment.shape {
            Shape::Date(format) => Some((format, *text)),
            _ => None,
        })
        .collect();
    let day = days::printing(&dates).unwrap_or_else(|| panic!("{text:?} has the date of no day"));
    let mut printed = String::new();
    pattern.print(&texts, day, parsed.number.unwrap_or(0), &mut printed).expect(text);
    assert_eq!(printed, text);
}

/// Prints the next code behind `last`, and reads it.
fn print(pattern: &Pattern, parts: &[String], day: Date, last: u64) {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let number = match pattern.sequence() {
        None => 0,
        Some(sequence) => {
            let Some(number) = sequence.after(Some(last)) else { return };
            assert!(number > last && sequence.takes(number), "{number} behind {last} of {sequence:?}");
            number
        }
    };
    let mut code = String::new();
    if pattern.print(&parts, day, number, &mut code).is_ok() {
        read(pattern, &code);
        assert!(pattern.parse(&code).is_ok(), "{code:?} was printed");
    }
}

/// A text that the segment prints.
fn part_of(segment: &Segment, recipe: &mut Recipe<'_>) -> String {
    match &segment.shape {
        Shape::Values(values) => values.texts()[recipe.below(values.texts().len())].clone(),
        Shape::Text(TextShape { width, alphabet }) => {
            (0..*width).map(|_| char::from(alphabet.symbols()[recipe.below(alphabet.size())])).collect()
        }
        _ => String::new(),
    }
}

/// Bytes that decide; 0 when there are none left.
struct Recipe<'d>(&'d [u8]);

impl Recipe<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A number, small or large by its first byte.
    fn number(&mut self) -> u64 {
        let bytes = self.below(9);
        (0..bytes).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn day(&mut self) -> Date {
        let (year, day) = (1 + self.number() % 9999, 1 + self.number() % 365);
        let (year, day) = (i16::try_from(year).expect("below 10000"), i16::try_from(day).expect("below 366"));
        date(year, 1, 1).with().day_of_year(day).build().expect("every year has 365 days")
    }

    fn alphabet(&mut self) -> Alphabet {
        Alphabet::new(self.one_of(&ALPHABETS)).expect("distinct signs")
    }

    /// Up to six segments; one sequence and one check digit among them at most.
    fn segments(&mut self) -> Vec<Segment> {
        let count = self.below(7);
        let (mut sequence, mut check) = (false, false);
        let mut segments = Vec::new();
        for _ in 0..count {
            let shape = match self.below(7) {
                0 => Shape::Literal(self.one_of(&LITERALS).to_owned()),
                1 => Shape::Text(TextShape { width: 1 + self.below(4), alphabet: self.alphabet() }),
                2 => Shape::Date(DateFormat::new(self.one_of(&FORMATS)).expect("a known format")),
                3 | 4 if !sequence => {
                    sequence = true;
                    Shape::Sequence(self.sequence())
                }
                5 if !check => match Checker::compile(&self.check()) {
                    Err(_) => continue,
                    Ok(checker) => {
                        check = true;
                        let over = (0..self.below(4)).map(|_| self.below(7)).collect();
                        Shape::Check(checker, over)
                    }
                },
                _ => Shape::Values(ValueSet::new(self.one_of(&VALUES).iter().map(|text| (*text).to_owned()))),
            };
            segments.push(Segment { name: format!("segment {}", segments.len()), shape });
        }
        segments
    }

    fn sequence(&mut self) -> Sequence {
        let (width, alphabet) = (1 + self.below(18), self.alphabet());
        let (start, step) = (self.number(), self.number());
        let max = if self.below(2) == 0 { u64::MAX } else { self.number() };
        let skip_digits = (0..self.below(8)).map(|_| self.one_of(alphabet.symbols())).collect();
        Sequence { width, alphabet, start, step, max, skip_digits }
    }

    fn check(&mut self) -> CheckSpec {
        let mut spec = CheckSpec::of(self.one_of(Algorithm::all()));
        let options = self.byte();
        let given = |bit: u8| options & (1 << bit) != 0;
        spec.alphabet = given(0).then(|| self.alphabet());
        spec.modulus = given(1).then(|| u16::from(self.byte()));
        spec.weights = given(2).then(|| (0..self.below(70)).map(|_| u16::from(self.byte())).collect());
        spec.align = given(3).then_some(Align::Left);
        spec.symbols = given(4).then(|| self.alphabet());
        spec
    }
}
