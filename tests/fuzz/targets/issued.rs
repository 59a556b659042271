//! Codes issued under a rule book to a few customers of every rule: no two get one code, and each
//! code reads back.

use std::collections::HashMap;

use custcode::rule::{Field, FieldKind, Rule, RuleBook};
use jiff::civil::date;

/// Rules of a book that are tried.
const RULES: usize = 12;
/// Customers of a rule, and numbers that each of them gets.
const CUSTOMERS: usize = 6;
const NUMBERS: usize = 3;

/// Issues, and panics where a code is given twice or reads back as something else.
pub(crate) fn to_a_few(book: &RuleBook) {
    let mut ledger = HashMap::new();
    for rule in book.rules().iter().take(RULES) {
        let mut counters: HashMap<String, Option<u64>> = HashMap::new();
        for nth in 0..CUSTOMERS {
            let value = |name: &str| book.field(name).and_then(|field| value_of(field, nth));
            let day = if nth % 2 == 0 { date(2024, 2, 29) } else { date(1999, 12, 31) };
            let Ok(prepared) = rule.prepare(book, &value, day) else { continue };
            for _ in 0..NUMBERS {
                let number = match rule.pattern.sequence() {
                    None => 0,
                    Some(sequence) => {
                        let last = counters.entry(prepared.scope.clone()).or_default();
                        let Some(number) = sequence.after(*last) else { break };
                        *last = Some(number);
                        number
                    }
                };
                let mut code = String::new();
                if rule.print(&prepared, day, number, &mut code).is_err() {
                    continue;
                }
                reads_back(book, rule, &code, &prepared.scope, number);
                let printed_day = Some(day).filter(|_| rule.prints_date());
                let customer = (rule.name.clone(), prepared.parts.clone(), printed_day, number);
                let holder = ledger.entry(code.to_ascii_uppercase()).or_insert_with(|| customer.clone());
                assert_eq!(*holder, customer, "both got {code}");
            }
        }
    }
}

/// What `code` was printed for is what it says.
fn reads_back(book: &RuleBook, rule: &Rule, code: &str, scope: &str, number: u64) {
    let reading = book.read(code).unwrap_or_else(|rejection| panic!("{code}: {:?}", rejection.invalid));
    assert_eq!((&reading.rule.name, reading.scope.as_str()), (&rule.name, scope), "{code}");
    assert_eq!(reading.number.unwrap_or(0), number, "{code}");
    assert_eq!(book.matches(code.as_bytes()).map(|rule| &rule.name), Some(&rule.name), "{code}");
}

/// What the `nth` customer has for a field.
fn value_of(field: &Field, nth: usize) -> Option<String> {
    if let FieldKind::Text { width, alphabet, .. } = &field.kind {
        let symbol = alphabet.symbol(nth % alphabet.size())?;
        return Some(char::from(symbol).to_string().repeat(*width));
    }
    let usable: Vec<&str> = field
        .values
        .iter()
        .map(|value| value.key.as_str())
        .filter(|key| field.resolve(key).is_ok_and(|found| found == *key))
        .take(CUSTOMERS)
        .collect();
    // Customers differ in one field and agree in another one.
    let place = if field.name.len().is_multiple_of(2) { nth } else { nth / 2 };
    usable.get(place % usable.len().max(1)).map(|key| (*key).to_owned())
}
