//! What the prover says of random rule files is true: what it accepts gives distinct codes that are
//! read back, what it refuses collides as it says, and what the report says of codes outside is so.

mod generate;
mod outside;

use std::collections::HashMap;

use custcode::code::{DateFormat, Shape};
use custcode::rule::{Bundle, Diagnostics, Origin, Prepared, ProvedBook, Rule, RuleBook};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn bundle(text: &str) -> Bundle {
    Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), text.to_owned())])
}

fn book(text: &str) -> Result<ProvedBook, Diagnostics> {
    ProvedBook::load(bundle(text))
}

const DAYS: [Date; 4] = [date(2024, 1, 31), date(2024, 12, 30), date(2025, 1, 1), date(2025, 10, 21)];

/// One issued code.
struct Issued<'b> {
    rule: &'b Rule,
    code: String,
}

/// What a customer has of each field that a rule prints; every combination.
fn customers(book: &RuleBook, rule: &Rule) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for name in rule.printed_fields() {
        let field = book.field(name).expect("declared");
        let texts = ["0", "1", "7"].map(|text| field.resolve(text).map(std::borrow::Cow::into_owned));
        let usable = |key: &String| field.resolve(key).is_ok();
        let keys: Vec<String> = if field.values.is_empty() {
            texts.into_iter().filter_map(Result::ok).collect()
        } else {
            field.values.iter().map(|value| value.key.clone()).filter(usable).collect()
        };
        let longer = |customer: &Vec<(String, String)>| -> Vec<_> {
            keys.iter().map(|key| [&customer[..], &[(name.to_owned(), key.clone())]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// What the dates of a rule print.
fn dates(rule: &Rule, day: Date) -> Vec<String> {
    let printed = |format: &DateFormat| {
        let mut text = String::new();
        format.print(day, &mut text);
        text
    };
    let segments = rule.pattern.segments().iter();
    let formats = segments.filter_map(|segment| match &segment.shape {
        Shape::Date(format) => Some(format),
        _ => None,
    });
    formats.map(printed).collect()
}

/// Issues to every kind of customer under every rule; fails when two of them get one code, or a
/// code reads back as something else.
fn issue_everything(book: &RuleBook) -> Vec<Issued<'_>> {
    let mut ledger: HashMap<String, String> = HashMap::new();
    let mut issued = Vec::new();
    for rule in book.rules() {
        let mut counters: HashMap<String, Option<u64>> = HashMap::new();
        // Without a date every day would only count on.
        let days = if rule.prints_date() { &DAYS[..] } else { &DAYS[..1] };
        for customer in customers(book, rule) {
            for &day in days {
                let value =
                    |name: &str| customer.iter().find(|(field, _)| field == name).map(|(_, key)| key.clone());
                let Ok(prepared) = rule.prepare(book, &value, day) else { continue };
                let numbers = if rule.pattern.sequence().is_some() { 5 } else { 1 };
                for _ in 0..numbers {
                    let number = match rule.pattern.sequence() {
                        Some(sequence) => sequence.after(counters.get(&prepared.scope).copied().flatten()),
                        None => Some(0),
                    };
                    let Some(number) = number else { break };
                    counters.insert(prepared.scope.clone(), Some(number));
                    let mut code = String::new();
                    if rule.print(&prepared, day, number, &mut code).is_err() {
                        continue;
                    }
                    // Who prints the same and has the same number is one customer.
                    let who = format!("{} {:?} {:?} {number}", rule.name, prepared.parts, dates(rule, day));
                    if let Some(other) = ledger.insert(code.to_ascii_uppercase(), who.clone()) {
                        assert_eq!(other, who, "both get {code}");
                    }
                    reads_back(book, rule, &code, &prepared, &customer, (day, number));
                    issued.push(Issued { rule, code });
                }
            }
        }
    }
    issued
}

fn reads_back(
    book: &RuleBook,
    rule: &Rule,
    code: &str,
    prepared: &Prepared,
    customer: &[(String, String)],
    (day, number): (Date, u64),
) {
    let reading = book.read(code).unwrap_or_else(|rejection| panic!("{code}: {:?}", rejection.invalid));
    let counts = rule.pattern.sequence().is_some();
    assert_eq!(
        (&reading.rule.name, &reading.scope, reading.number),
        (&rule.name, &prepared.scope, counts.then_some(number)),
        "{code}"
    );
    for segment in &reading.segments {
        if let Some((field, key)) = segment.value.as_ref().filter(|_| !segment.name.contains('@')) {
            let own = customer.iter().find(|(name, _)| name == field).map(|(_, key)| key);
            assert_eq!(Some(key), own, "{code}: {}", segment.name);
        }
    }
    let printed = reading.segments.iter().filter(|segment| segment.name.starts_with("date:"));
    assert_eq!(printed.map(|segment| segment.text.clone()).collect::<Vec<_>>(), dates(rule, day), "{code}");
}

/// The customer of a counter-example gets the code that it says: `t=a, date 2024-01-31, number 7`.
fn reprint(book: &RuleBook, rule: &Rule, customer: &str) -> String {
    let words: Vec<(&str, &str)> = customer
        .split(", ")
        .filter_map(|word| word.split_once('=').or_else(|| word.split_once(' ')))
        .collect();
    let word =
        |key: &str| words.iter().find(|(known, _)| *known == key).map(|(_, value)| (*value).to_owned());
    let value = |name: &str| {
        let field = book.field(name)?;
        let level = words.iter().find(|(known, _)| known.starts_with(&format!("{name}@")));
        let below = level.and_then(|(_, class)| {
            let class = &field.value(class)?.code;
            let leaf = field
                .values
                .iter()
                .find(|value| value.code.starts_with(class) && field.resolve(&value.key).is_ok());
            leaf.map(|value| value.key.clone())
        });
        let usable =
            || field.values.iter().map(|value| value.key.clone()).find(|key| field.resolve(key).is_ok());
        word(name)
            .or(below)
            .or_else(usable)
            .or_else(|| field.resolve("0").ok().map(std::borrow::Cow::into_owned))
    };
    let day = word("date").map_or(DAYS[0], |day| day.parse().expect("a day"));
    let prepared = rule.prepare(book, &value, day).unwrap_or_else(|error| panic!("{customer}: {error}"));
    let number = word("number").map_or(0, |number| number.parse().expect("a number"));
    let mut code = String::new();
    rule.print(&prepared, day, number, &mut code).unwrap_or_else(|error| panic!("{customer}: {error}"));
    code.to_ascii_uppercase()
}

/// Two customers and the code of both.
fn collides(book: &RuleBook, message: &str, note: &str) {
    let quoted: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
    let [first, second, code] = quoted[..] else { panic!("no two customers and their code: {note}") };
    let mut names = note
        .split("rule ")
        .skip(1)
        .filter_map(|rest| rest.split(' ').next())
        .filter_map(|name| book.rule(name));
    let (one, two) = if let (Some(one), Some(two)) = (names.next(), names.next()) {
        (one, two)
    } else {
        let rule = message.split([' ', ':']).find_map(|word| book.rule(word));
        let rule = rule.unwrap_or_else(|| &book.rules()[0]);
        assert_ne!(first, second, "{note}");
        (rule, rule)
    };
    let codes = [reprint(book, one, first), reprint(book, two, second)];
    assert_eq!(codes, [code.to_ascii_uppercase(), code.to_ascii_uppercase()], "{note}");
}

proptest! {
    // Each case issues hundreds of codes and has every report computed.
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_is_unique_and_read_back(text in generate::rule_file()) {
        if let Ok(book) = book(&text) {
            let issued = issue_everything(&book);
            outside::what_is_said_is_so(&book, &issued);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_refused_collides(text in generate::rule_file()) {
        let Err(findings) = book(&text) else { return Ok(()) };
        let unproved = RuleBook::compile(bundle(&text));
        let Ok(unproved) = unproved else { panic!("{text}\n{}", findings.render(false)) };
        for finding in &findings.list {
            match finding.kind {
                "unproved" => {}
                // Values of one field that print alike: the note is of the rule whose pattern is
                // underlined.
                "duplicate-code" | "ambiguous-code" | "colliding-rules" => {
                    let before = &text[..finding.span.start];
                    let rule = before.matches("[rules.").count() - 1;
                    let message = format!("{} {}", unproved.rules()[rule].name, finding.message);
                    collides(&unproved, &message, &finding.notes[0]);
                }
                other => panic!("{other}: {}\n{text}", finding.message),
            }
        }
    }
}
