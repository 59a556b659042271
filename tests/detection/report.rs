//! What a rule's check digit is said to catch, and the examples for what it does not.

use custcode::report::check_digit::{CheckReport, TypingError, report};
use custcode::rule::{Bundle, RuleBook};

/// The report on one rule with this pattern and check digit.
fn report_on(pattern: &str, check: &str) -> CheckReport {
    let (report, book) = with_book(pattern, check);
    for risk in &report.risks {
        let Some([one, two]) = &risk.example else { continue };
        let valid = |code: &str| book.rules()[0].pattern.matches(code.as_bytes());
        assert!(one != two && valid(one) && valid(two), "{}: {one} and {two}", risk.words);
    }
    report
}

fn with_book(pattern: &str, check: &str) -> (CheckReport, RuleBook) {
    let text = format!(
        "custcode = 1\ntimezone = \"UTC\"\n\
         [fields.type]\nvalues = {{ vip = \"01\", regular = \"02\", prospect = \"10\", personal = \"20\" }}\n\
         [fields.grade]\nvalues = {{ gold = \"A\", silver = \"B\", plain = \"K\", none = \"U\" }}\n\
         [rules.r]\npattern = \"{pattern}\"\ncheck = {check}\nallow = [\"no-sequence\", \"weak-check\"]\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, text).expect("a rule file");
    let book = RuleBook::load(Bundle::read(&file).expect("a readable file"), false)
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    (report(&book.rules()[0]).expect("a check digit"), book)
}

/// Everything that is said, line by line.
fn told(pattern: &str, check: &str) -> String {
    let report = report_on(pattern, check);
    let mut lines = vec![report.summary.clone()];
    for risk in &report.risks {
        let example = risk.example.as_ref().map_or("no example".to_owned(), |pair| pair.join(" "));
        lines.push(format!("{}: {} [{example}]", risk.kind, risk.words));
    }
    lines.extend(report.advice.map(|advice| format!("better: {}", advice.words)));
    lines.extend(report.beyond.map(|advice| format!("beyond: {}", advice.words)));
    lines.join("\n")
}

#[test]
fn see() {
    for (pattern, check) in [
        ("{type}{seq:4}{check}", "{ algorithm = \"sum10\" }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"damm\" }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"luhn\" }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"gs1\" }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"verhoeff\" }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"iso7064-mod97-10\" }"),
        ("{grade}{type}{seq:4}{check}", "{ algorithm = \"sum10\" }"),
        ("{grade}{type}{seq:4}{check}", "{ algorithm = \"iso7064-mod37-36\" }"),
        ("{grade}{type}{seq:4}{check}", "{ algorithm = \"gb11714\" }"),
        ("{grade}{type}{seq:4}{check}", "{ algorithm = \"damm\", over = [\"type\", \"seq\"] }"),
        ("{type}{seq:4}{check}", "{ algorithm = \"weighted\", modulus = 10, weights = [1, 2, 3, 4, 5] }"),
        (
            "{grade}{seq:4}{check}",
            "{ algorithm = \"weighted\", modulus = 11, weights = [2, 3], symbols = \"0123456789\" }",
        ),
        ("{type}-{date:%Y%m%d}-{seq:4}{check}", "{ algorithm = \"luhn\" }"),
        ("{check}{type}-{date:%y}-{seq:4}", "{ algorithm = \"iso7064-mod11-10\" }"),
    ] {
        let start = std::time::Instant::now();
        println!("{pattern} {check}\n{}\n{:?}", told(pattern, check), start.elapsed());
    }
}
