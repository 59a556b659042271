//! Random rule books: what loads is unique and reads back; what is refused collides as it says.

use std::collections::HashMap;
use std::fmt::Write;

use custcode::rule::RuleBook;
use jiff::civil::date;
use proptest::prelude::*;

/// A dictionary of short codes over few symbols, so that they often begin alike.
fn dictionary() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[12A]{1,3}", 1..5).prop_map(|codes| codes.into_iter().collect())
}

/// One segment of a pattern.
fn segment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["{a}", "{b}", "{b}", "1", "A", "-", "{a}"])
}

fn rule() -> impl Strategy<Value = String> {
    let check = prop::sample::select(vec!["", "", "iso7064-mod37-36"]);
    let scope = prop::sample::select(vec!["", ", scope = []"]);
    let options = (scope, any::<bool>());
    (
        prop::collection::vec(segment(), 0..3),
        1..3_usize,
        prop::collection::vec(segment(), 0..2),
        check,
        options,
    )
        .prop_map(|(before, width, after, check, (scope, widens))| {
            let (before, after) = (before.concat(), after.concat());
            let place = if check.is_empty() { "" } else { "{check}" };
            let widen = format!(", widen = {{ from = 2024-01-01, to = {} }}", width + 1);
            let widen = if widens { &widen } else { "" };
            let mut text = format!(
                "pattern = \"{before}{{seq:{width}}}{after}{place}\"\nseq = {{ start = 1{scope}{widen} }}\n"
            );
            if !check.is_empty() {
                writeln!(text, "check = {{ algorithm = \"{check}\" }}").expect("a string takes it");
            }
            text
        })
}

fn rule_file() -> impl Strategy<Value = String> {
    (dictionary(), dictionary(), prop::collection::vec(rule(), 1..4)).prop_map(|(a, b, rules)| {
        let mut text = String::new();
        for (field, codes) in [("a", a), ("b", b)] {
            writeln!(text, "[fields.{field}.values]").expect("a string takes it");
            for (nth, code) in codes.iter().enumerate() {
                writeln!(text, "{field}{nth}x = \"{code}\"").expect("a string takes it");
            }
        }
        for (nth, rule) in rules.iter().enumerate() {
            write!(text, "[rules.r{nth}]\n{rule}").expect("a string takes it");
        }
        text
    })
}

/// Issues to every kind of customer under every rule; panics when two of them get one code or a
/// code reads back wrong.
fn issue_everything(book: &RuleBook) {
    let day = date(2024, 1, 31);
    let keys = |field: &str| -> Vec<String> {
        book.field(field).expect("declared").values.iter().map(|value| value.key.clone()).collect()
    };
    let mut ledger: HashMap<String, String> = HashMap::new();
    for rule in book.rules() {
        let mut counters: HashMap<String, Option<u64>> = HashMap::new();
        let prints = rule.printed_fields();
        for a in keys("a") {
            for b in keys("b") {
                if (!prints.contains(&"a") && a != "a0x") || (!prints.contains(&"b") && b != "b0x") {
                    continue;
                }
                let value = |name: &str| Some(if name == "a" { a.clone() } else { b.clone() });
                let prepared = rule.prepare(book, &value, day).expect("every value prints");
                for _ in 0..4 {
                    let last = counters.entry(prepared.scope.clone()).or_default();
                    let Some(number) = rule.pattern.sequence().expect("a sequence").after(*last) else {
                        break;
                    };
                    *last = Some(number);
                    let mut code = String::new();
                    if rule.print(&prepared, day, number, &mut code).is_err() {
                        continue;
                    }
                    let customer = format!("{} a={a} b={b} {number}", rule.name);
                    if let Some(other) = ledger.insert(code.to_ascii_uppercase(), customer.clone()) {
                        panic!("{other} and {customer} both got {code}");
                    }
                    let reading = book.read(&code).expect("its own code");
                    assert_eq!(
                        (&reading.rule.name, reading.number, &reading.scope),
                        (&rule.name, Some(number), &prepared.scope)
                    );
                    for (field, key) in reading.segments.into_iter().filter_map(|segment| segment.value) {
                        assert_eq!(value(&field), Some(key), "{code}");
                    }
                }
            }
        }
    }
}

/// A customer as the prover spells it: values, number, code.
fn reprint(book: &RuleBook, rule: &str, customer: &str) -> String {
    let word = |key: &str| {
        customer
            .split(", ")
            .find_map(|word| word.strip_prefix(key)?.strip_prefix(['=', ' ']))
            .map(str::to_owned)
    };
    let value = |name: &str| word(name).or_else(|| Some(book.field(name)?.values[0].key.clone()));
    let rule = book.rule(rule).expect("the rule it names");
    let day = date(2024, 1, 31);
    let prepared = rule.prepare(book, &value, day).expect("the values it names");
    let number = word("number").expect("a number").parse().expect("a number");
    let mut code = String::new();
    rule.print(&prepared, day, number, &mut code).expect("a code");
    code.to_ascii_uppercase()
}

/// The counter-example really collides.
fn collides(book: &RuleBook, message: &str, note: &str) {
    let quoted: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
    let [first, second, code] = quoted[..] else { panic!("no two customers and their code: {note}") };
    assert_ne!((first, message.contains("rules")), (second, false), "{note}");
    // `rule r0 prints one code twice`, `a code of rule r0 can be …`, `rules r0 and r1 print …`
    let names: Vec<&str> = message.split([' ', ':']).filter(|word| book.rule(word).is_some()).collect();
    let (one, two) = (names[0], names.get(1).copied().unwrap_or(names[0]));
    assert_eq!(
        (reprint(book, one, first), reprint(book, two, second)),
        (code.to_owned(), code.to_owned()),
        "{note}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_loads_is_unique_and_what_is_refused_collides(text in rule_file()) {
        match super::book(&text) {
            Ok(book) => issue_everything(&book),
            Err(findings) => {
                let files = vec![("rules.toml".to_owned(), text.clone())];
                let bundle = custcode::rule::Bundle::new(custcode::rule::Origin::Ledger, files);
                let unproved = RuleBook::compile(bundle).expect("only the proof fails");
                for finding in &findings.list {
                    if finding.kind == "unproved" {
                        // Only a field printed twice may be too much: the automata do not know that
                        // its segments agree.
                        let line = text[..finding.span.end].lines().last().unwrap_or_default();
                        let twice = ["{a}", "{b}"].iter().any(|field| line.matches(field).count() > 1);
                        prop_assert!(twice, "{}\n{}", text, findings.render(false));
                        continue;
                    }
                    collides(&unproved, &finding.message, &finding.notes[0]);
                }
            }
        }
    }
}
