//! A rule file with the files it reads, as a text: `=== NAME` on a line of its own begins the next
//! file.
//!
//! It is loaded with and without the proof, every finding is drawn, and what loads issues codes.

use custcode::rule::{Bundle, Diagnostics, Origin, ProvedBook, RuleBook};

use super::issued;

/// Loads any text as a bundle.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let bundle = bundle(text);
    let kept = Bundle::decode(&bundle.encode()).expect("what was encoded decodes");
    assert_eq!((&kept.files, kept.digest()), (&bundle.files, bundle.digest()));
    let _ = (bundle.declares_format(), bundle.store());

    let unproved = RuleBook::compile(bundle.clone());
    match ProvedBook::load(bundle) {
        Ok(book) => {
            let unproved = unproved.expect("what is proved compiles");
            assert_eq!(unproved.digest, book.digest);
            drawn(&book.warnings);
            issued::to_a_few(&book);
        }
        Err(findings) => {
            assert!(findings.has_errors());
            drawn(&findings);
        }
    }
}

fn bundle(text: &str) -> Bundle {
    let mut files = vec![("rules.toml".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            files.push((name.trim().to_owned(), String::new()));
        } else if let Some((_, last)) = files.last_mut() {
            last.push_str(line);
        }
    }
    Bundle::new(Origin::Ledger, files)
}

/// Every finding has a place in its file, and the picture shows its message.
fn drawn(findings: &Diagnostics) {
    for finding in &findings.list {
        let (_, text) = &findings.files[finding.file];
        assert!(finding.span.start <= finding.span.end && finding.span.end <= text.len(), "{finding:?}");
        let (line, column) = findings.position(finding);
        assert!(line >= 1 && column >= 1 && line <= text.split('\n').count(), "{finding:?}");
    }
    assert_eq!(findings.render(false).is_empty(), findings.list.is_empty());
    assert!(findings.render(true).len() >= findings.render(false).len());
}
