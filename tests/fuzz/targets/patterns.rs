//! One rule over fixed fields: the first line is its pattern, the second the inside of its `seq`,
//! the third of its `check`; empty lines leave the option out. Every further line is read as a
//! code.

use std::fmt::Write as _;

use custcode::code::Pattern;
use custcode::rule::{Bundle, Origin, ProvedBook, RuleBook};

use super::issued;

const FIELDS: &str = r#"
custcode = 1
timezone = "UTC"

[fields.type.values]
vip = { code = "01", letter = "V" }
regular = { code = "02", letter = "R" }
prospect = { code = "1", letter = "RR" }

[fields.kind.values]
a = "A"
b = "B1"
c = "12-"
d = "lower"

[fields.class]
levels = [1, 2]
values = { goods = "1", bolts = "101", nuts = "102" }

[fields.branch]
text = { width = 3, charset = "alphanumeric" }

[rules.fuzzed]
"#;

/// Compiles any text as a pattern; prints, and reads any text as a code of it.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (pattern, seq, check) = (next(), next(), next());
    let quoted = serde_json::to_string(pattern).expect("every text is one of JSON");
    let mut rules = format!("{FIELDS}pattern = {quoted}\n");
    for (option, inside) in [("seq", seq), ("check", check)] {
        if !inside.trim().is_empty() {
            writeln!(rules, "{option} = {{ {inside} }}").expect("a string takes it");
        }
    }
    let bundle = Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), rules)]);
    match ProvedBook::load(bundle.clone()) {
        Ok(book) => {
            issued::to_a_few(&book);
            lines.for_each(|code| both_agree(&book.rules()[0].pattern, code));
        }
        Err(findings) => {
            assert!(!findings.render(false).is_empty());
            // A pattern that cannot be proved is still one that reads whatever comes.
            if let Ok(book) = RuleBook::compile(bundle) {
                lines.for_each(|code| both_agree(&book.rules()[0].pattern, code));
            }
        }
    }
}

/// The fast path and the reader have one opinion.
fn both_agree(pattern: &Pattern, code: &str) {
    assert_eq!(pattern.matches(code.as_bytes()), pattern.parse(code).is_ok(), "{code:?}");
}
