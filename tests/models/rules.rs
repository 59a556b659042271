//! Random rule files beside a naive reading of them that enumerates every code: what the program
//! proves of them is true, and what it reads back from a code is what the code was printed for.

mod file;
mod generate;

use std::collections::HashMap;

use custcode::registry::validate::{Verdict, verdict};
use custcode::rule::{Bundle, Diagnostic, Diagnostics, Origin, ProvedBook, Reading, RuleBook};
use jiff::civil::Date;

use self::file::{Customer, File, Rule, Segment, other_day};
use super::with_seeds;
use crate::support::Random;

/// Rule files in the suite.
const FILES: u64 = 3_000;
/// Codes of a file that are read back.
const READ: usize = 40;

#[test]
fn what_is_proved_of_rules_is_true() {
    let mut seen = Seen::default();
    with_seeds(FILES, |random| {
        let file = generate::file(random);
        let text = file.text();
        match load(&text) {
            Ok(book) => {
                seen.accepted += 1;
                accepted(&file, &book, &text, random);
            }
            Err(findings) => refused(&file, &findings, &text, &mut seen),
        }
    });
    if seen.files() >= FILES {
        // Files that say nothing would prove nothing.
        assert!(seen.accepted * 5 > seen.files() && seen.collisions * 10 > seen.files(), "{seen:?}");
        assert!(seen.unproved * 50 < seen.files(), "{seen:?}");
    }
}

/// What became of the files.
#[derive(Debug, Default)]
struct Seen {
    accepted: u64,
    /// Refused with two customers who get one code.
    collisions: u64,
    unproved: u64,
    /// Refused for another reason.
    other: u64,
}

impl Seen {
    fn files(&self) -> u64 {
        self.accepted + self.collisions + self.unproved + self.other
    }
}

fn load(text: &str) -> Result<ProvedBook, Diagnostics> {
    let files = vec![("rules.toml".to_owned(), text.to_owned())];
    ProvedBook::load(Bundle::new(Origin::Ledger, files))
}

/// No two customers of whom a code tells different things get one code, and every code is read as
/// what it was printed for.
fn accepted(file: &File, book: &RuleBook, text: &str, random: &mut Random) {
    let mut ledger: HashMap<String, (usize, String)> = HashMap::new();
    let mut codes: Vec<(usize, Customer, Vec<String>)> = Vec::new();
    for (nth, rule) in file.rules.iter().enumerate() {
        for customer in file.customers(rule, generate::days(), false) {
            let Some(texts) = file.print(rule, &customer) else { continue };
            let code = texts.concat();
            let told = (nth, file.told(rule, &customer));
            if let Some(other) = ledger.insert(code.to_ascii_uppercase(), told.clone()) {
                assert_eq!(other, told, "both print {code}, and the prover says that they cannot:\n{text}");
            }
            codes.push((nth, customer, texts));
        }
    }
    for _ in 0..READ.min(codes.len()) {
        let picked = usize::try_from(random.below(codes.len() as u64)).expect("an index");
        let (nth, customer, texts) = &codes[picked];
        read_back(file, book, (*nth, customer, texts), text);
        let mut near = texts.concat().into_bytes();
        let place = usize::try_from(random.below(near.len() as u64)).expect("an index");
        near[place] = random.pick(&["0", "1", "2", "5", "A", "X", "F"]).as_bytes()[0];
        let near = String::from_utf8(near).expect("ASCII");
        if let Ok(reading) = book.read(&near) {
            prints_itself(file, book, &near, &reading, text);
        }
    }
}

fn read_back(
    file: &File,
    book: &RuleBook,
    (nth, customer, texts): (usize, &Customer, &[String]),
    text: &str,
) {
    let (rule, code) = (&file.rules[nth], texts.concat());
    let reading = match book.read(&code) {
        Ok(reading) => reading,
        Err(rejection) => panic!("{code} of r{nth} is not read: {}\n{text}", rejection.invalid),
    };
    let at = || format!("{code} of r{nth} for {customer:?}\n{text}");
    assert_eq!(reading.rule.name, format!("r{nth}"), "{}", at());
    assert_eq!(reading.number, customer.number, "{}", at());
    assert_eq!(book.matches(code.as_bytes()).map(|rule| &rule.name), Some(&reading.rule.name), "{}", at());
    let segments: Vec<&str> = reading.segments.iter().map(|segment| segment.text.as_str()).collect();
    assert_eq!(segments, *texts, "{}", at());
    match verdict(book, &code) {
        Verdict::Valid { segments, .. } => assert_eq!(segments, reading.segments, "{}", at()),
        Verdict::Invalid { .. } => panic!("valid and not valid: {}", at()),
    }
    let values: HashMap<&str, &str> = reading.values(book).collect();
    for (index, field) in file.fields.iter().enumerate() {
        let own = customer.keys[index].as_deref().filter(|_| rule.decides(index));
        assert_eq!(values.get(field.name).copied(), own, "{} of {}", field.name, at());
    }
    for (segment, read) in rule.segments.iter().zip(&reading.segments) {
        // A cut class code means the class at that level.
        if let (Some(field), Some((_, key))) = (segment.field(), &read.value)
            && !matches!(segment, Segment::Level(_, 1))
        {
            assert_eq!(customer.keys[field].as_ref(), Some(key), "{} of {}", read.name, at());
        }
    }
    let formats = formats(rule);
    if let Some(day) = reading.date {
        assert_eq!(day, customer.day, "{}", at());
    } else {
        // A year of two digits comes again.
        let year = formats.iter().any(|format| format.contains("%Y") || format.contains("%G"));
        let other = other_day(&formats, customer.day);
        assert!(!year || other.is_some(), "only {} is printed so: {}", customer.day, at());
    }
}

fn formats(rule: &Rule) -> Vec<&str> {
    let formats = rule.segments.iter().filter_map(|segment| match segment {
        Segment::Date(format) => Some(format.as_str()),
        _ => None,
    });
    formats.collect()
}

/// With the values that a code says, on some day, its rule prints it.
fn prints_itself(file: &File, book: &RuleBook, code: &str, reading: &Reading<'_>, text: &str) {
    let nth: usize = reading.rule.name[1..].parse().expect("rN");
    let rule = &file.rules[nth];
    let values: HashMap<&str, &str> = reading.values(book).collect();
    let all = file.customers(rule, &[generate::days()[0]], true);
    let fitting = all.into_iter().filter(|customer| {
        let agrees = |(index, key): (usize, &Option<String>)| {
            let said = values.get(file.fields[index].name);
            said.is_none_or(|said| Some(*said) == key.as_deref())
        };
        customer.number == reading.number && customer.keys.iter().enumerate().all(agrees)
    });
    let patterns: Vec<(custcode::code::DateFormat, &str)> = rule
        .segments
        .iter()
        .zip(&reading.segments)
        .filter_map(|(segment, read)| match segment {
            Segment::Date(format) => {
                Some((custcode::code::DateFormat::new(format).expect("known"), read.text.as_str()))
            }
            _ => None,
        })
        .collect();
    let printed: Vec<_> = patterns.iter().map(|(format, text)| (format, *text)).collect();
    let day = reading.date.or_else(|| crate::fuzz::targets::days::printing(&printed));
    let day = day.unwrap_or_else(|| panic!("{code} is read, but no day prints it:\n{text}"));
    let codes: Vec<String> = fitting
        .filter_map(|customer| file.print(rule, &Customer { day, ..customer }))
        .map(|texts| texts.concat())
        .collect();
    assert!(codes.iter().any(|printed| printed == code), "{code} is read as {values:?} on {day}:\n{text}");
}

/// What is refused as one code of two customers is that.
fn refused(file: &File, findings: &Diagnostics, text: &str, seen: &mut Seen) {
    let kinds: Vec<&str> = findings.list.iter().map(|finding| finding.kind).collect();
    let collides = |kind: &&str| ["duplicate-code", "ambiguous-code", "colliding-rules"].contains(kind);
    if kinds.iter().any(collides) {
        seen.collisions += 1;
    } else if kinds.contains(&"unproved") {
        seen.unproved += 1;
    } else {
        seen.other += 1;
    }
    for finding in findings.list.iter().filter(|finding| collides(&finding.kind)) {
        counter_example(file, finding, text);
    }
}

/// The two customers of a finding are real, and both get its code.
fn counter_example(file: &File, finding: &Diagnostic, text: &str) {
    let note = &finding.notes[0];
    let quoted: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
    let [first, second, code] = quoted[..] else { panic!("no two customers and their code: {note}") };
    let named: Vec<usize> =
        note.split("rule r").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok()).collect();
    let own = text[..finding.span.start].matches("[rules.").count() - 1;
    let rules = if let [one, two] = named[..] { [one, two] } else { [own, own] };
    let always = finding.notes.len() > 1;
    let told = [(rules[0], first), (rules[1], second)].map(|(nth, words)| {
        let rule = &file.rules[nth];
        let customer = customer(file, rule, words, always).unwrap_or_else(|why| {
            panic!("{why}: r{nth} has no customer {words:?} in {note}\n{text}");
        });
        let printed = file.print(rule, &customer).map(|texts| texts.concat().to_ascii_uppercase());
        assert_eq!(printed, Some(code.to_ascii_uppercase()), "r{nth} for {words} in {note}\n{text}");
        (nth, file.told(rule, &customer))
    });
    assert_ne!(told[0], told[1], "one customer twice: {note}\n{text}");
}

/// The customer of these words: `t=tkey0, date 2024-01-31, number 7`.
fn customer(file: &File, rule: &Rule, words: &str, always: bool) -> Result<Customer, String> {
    let mut keys: Vec<Option<String>> = vec![None; file.fields.len()];
    let (mut day, mut number): (Option<Date>, Option<u64>) = (None, None);
    for word in words.split(", ").filter(|word| *word != "any customer") {
        if let Some((name, key)) = word.split_once('=') {
            let field = file.fields.iter().position(|field| field.name == name).ok_or("an unknown field")?;
            if keys[field].replace(key.to_owned()).is_some() {
                return Err(format!("two values of {name}"));
            }
            if !file.keys(rule, field).iter().any(|own| own == key) {
                return Err(format!("no customer of the rule has {word}"));
            }
        } else if let Some(date) = word.strip_prefix("date ") {
            day = Some(date.parse().map_err(|_| "no date")?);
        } else if let Some(own) = word.strip_prefix("number ") {
            number = Some(own.parse().map_err(|_| "no number")?);
        }
    }
    if file.needed(rule).iter().any(|field| keys[*field].is_none()) {
        return Err("a field without value".to_owned());
    }
    if number.is_some_and(|number| !rule.numbers.list().contains(&number)) {
        return Err("not a number of the rule".to_owned());
    }
    // Where no date is printed, some day will do.
    let near: Vec<Date> = match day {
        Some(day) => vec![day],
        None => generate::days().to_vec(),
    };
    let day = near.iter().find(|day| always || file.issues(rule, &keys, **day));
    let day = *day.ok_or("the rule or a value does not hold on that day")?;
    Ok(Customer { keys, day, number })
}
