//! Lines of any bytes as codes, given the built-in rules and several others: the verdict, the fast
//! path and the printer agree.

use std::sync::LazyLock;

use custcode::code::normalize::canonical;
use custcode::registry::validate::{Verdict, verdict};
use custcode::rule::{Bundle, Origin, ProvedBook, RuleBook};

/// The books, proved.
static BOOKS: LazyLock<Vec<ProvedBook>> = LazyLock::new(|| {
    let others = [
        include_str!("../../rules/valid/attributes-and-codes-together.toml"),
        include_str!("../../rules/valid/braces-and-signs.toml"),
        include_str!("../../rules/valid/check-digits.toml"),
        include_str!("../../rules/valid/dates-in-every-form.toml"),
        include_str!("../../rules/valid/free-text-is-padded.toml"),
        include_str!("../../rules/valid/letters-in-numbers.toml"),
        include_str!("../../rules/valid/levels-cut.toml"),
        include_str!("../../rules/valid/lower-case-codes.toml"),
        include_str!("../../rules/valid/numbers-that-never-meet.toml"),
    ];
    let others =
        others.map(|text| Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), text.to_owned())]));
    let bundles = std::iter::once(Bundle::built_in()).chain(others);
    bundles.map(|bundle| ProvedBook::load(bundle).expect("the project's own rules")).collect()
});

/// Judges every line under every book.
pub(crate) fn run(data: &[u8]) {
    for line in data.split(|byte| *byte == b'\n') {
        for book in BOOKS.iter() {
            judged(book, line);
        }
    }
}

fn judged(book: &RuleBook, line: &[u8]) {
    let fast = book.matches(line);
    let Ok(code) = str::from_utf8(line) else {
        assert!(fast.is_none(), "{line:?}");
        return;
    };
    match verdict(book, code) {
        Verdict::Valid { rule, segments } => {
            assert_eq!(fast.map(|rule| &rule.id), Some(&rule), "{code:?}");
            let mut end = 0;
            for segment in &segments {
                assert_eq!((segment.range.start, &code[segment.range.clone()]), (end, segment.text.as_str()));
                end = segment.range.end;
            }
            assert_eq!(end, code.len(), "{code:?}");
            // A code that may be typed in lower case is kept as it is printed; nothing else may
            // fold to another code.
            let folded = canonical(code);
            if folded != code {
                assert!(code.bytes().any(|byte| byte.is_ascii_lowercase()), "{code:?} is {folded:?}");
            }
        }
        Verdict::Invalid { fault, suggestion, .. } => {
            assert!(fast.is_none(), "{code:?}: {fault:?}");
            let rest: String = code.chars().skip(fault.offset).collect();
            assert!(rest.starts_with(&fault.found), "{code:?}: {fault:?}");
            assert!(!fault.expected.is_empty() && !fault.segment.is_empty(), "{code:?}: {fault:?}");
            if let Some(meant) = suggestion {
                assert!(matches!(verdict(book, &meant), Verdict::Valid { .. }), "{code:?}: {meant:?}");
                assert_eq!(meant.to_ascii_uppercase(), canonical(code), "{code:?}");
            }
        }
    }
}
