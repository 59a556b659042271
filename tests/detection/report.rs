//! What a rule's check digit is said to catch, and the examples for what it does not.

use custcode::report::check_digit::{CheckReport, TypingError, report};
use custcode::rule::{Bundle, ProvedBook};

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

fn with_book(pattern: &str, check: &str) -> (CheckReport, ProvedBook) {
    let text = format!(
        "custcode = 1\ntimezone = \"UTC\"\n\
         [fields.type]\nvalues = {{ vip = \"01\", regular = \"02\", prospect = \"10\", personal = \"20\" }}\n\
         [fields.grade]\nvalues = {{ gold = \"A\", silver = \"B\", plain = \"K\", none = \"U\" }}\n\
         [rules.r]\npattern = \"{pattern}\"\ncheck = {check}\nallow = [\"no-sequence\", \"weak-check\"]\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, text).expect("a rule file");
    let book = ProvedBook::load(Bundle::read(&file).expect("a readable file"))
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
fn a_sum_of_digits_is_told_what_it_cannot_see() {
    assert_eq!(told("1{seq:5}{check}", "{ algorithm = \"sum10\" }"), [
            "sum10 catches all single wrong characters and phonetic errors; 16.67 % of adjacent transpositions, 20 % of jump transpositions, 90.74 % of twin errors and 91.11 % of jump twin errors",
            "equal-weights: sum10 gives every place the same weight: it cannot see their order [1010008 1100008]",
            "adjacent-transposition: sum10 catches no adjacent transpositions (12 for 21); the shape of the codes stops 16.67 % of them [1010008 1100008]",
            "jump-transposition: sum10 catches no jump transpositions (123 for 321); the shape of the codes stops 20 % of them [1001008 1100008]",
            "twin: sum10 misses 9.26 % of twin errors (11 for 22) [1110007 1660007]",
            "jump-twin: sum10 misses 8.89 % of jump twin errors (131 for 232) [1010008 1515008]",
            "better: damm would catch all adjacent transpositions, more jump transpositions and twin errors, but fewer jump twin errors and phonetic errors; it costs nothing",
            "beyond: iso7064-mod97-10 would catch all adjacent transpositions, jump transpositions, twin errors and jump twin errors; it takes a second check character",
        ]
        .join("\n"));
}

#[test]
fn damm_has_little_to_better() {
    assert_eq!(told("1{seq:5}{check}", "{ algorithm = \"damm\" }"), [
            "damm catches all single wrong characters and adjacent transpositions; 91.21 % of jump transpositions, 91.71 % of twin errors, 90.35 % of jump twin errors and 98.38 % of phonetic errors",
            "jump-transposition: damm misses 8.79 % of jump transpositions (123 for 321) [1001012 1100012]",
            "twin: damm misses 8.29 % of twin errors (11 for 22) [1000015 1220015]",
            "jump-twin: damm misses 9.65 % of jump twin errors (131 for 232) [1000015 1404015]",
            "phonetic: damm misses 1.62 % of phonetic errors (16 for 60) [1812013 1820013]",
            "beyond: iso7064-mod97-10 would catch all jump transpositions, twin errors, jump twin errors and phonetic errors; it takes a second check character",
        ]
        .join("\n"));
}

#[test]
fn two_check_characters_let_nothing_pass() {
    assert_eq!(told("{type}{seq:4}{check}", "{ algorithm = \"iso7064-mod97-10\" }"), [
            "iso7064-mod97-10 catches all single wrong characters, adjacent transpositions, jump transpositions, twin errors, jump twin errors and phonetic errors",
        ]
        .join("\n"));
}

#[test]
fn an_alphabet_beyond_the_modulus_is_named_with_the_characters_of_the_rule() {
    assert_eq!(
        told("{grade}{seq:4}{check}", "{ algorithm = \"weighted\", modulus = 10, weights = [3, 7, 1] }"),
        [
            "weighted catches all phonetic errors and look-alike characters; 99.29 % of single wrong characters, 91.3 % of adjacent transpositions, 91.89 % of jump transpositions, 91.44 % of twin errors and 89.53 % of jump twin errors",
            "small-modulus: modulo 10 cannot tell A from K: the alphabet has 36 symbols [A00079 K00079]",
            "single: weighted misses 0.71 % of single wrong characters (1 for 7) [A00079 K00079]",
            "adjacent-transposition: weighted misses 8.7 % of adjacent transpositions (12 for 21) [A05005 A50005]",
            "jump-transposition: weighted misses 8.11 % of jump transpositions (123 for 321) [A00505 A50005]",
            "twin: weighted misses 8.56 % of twin errors (11 for 22) [A11006 A66006]",
            "jump-twin: weighted misses 10.47 % of jump twin errors (131 for 232) [A01009 A11109]",
            "better: uscc would catch all single wrong characters, adjacent transpositions, jump transpositions, twin errors and jump twin errors; it costs nothing, as long as no code needs any of I, O, S, V, Z",
        ]
        .join("\n")
    );
}

#[test]
fn a_weight_that_shares_a_factor_is_named() {
    assert_eq!(
        told("9{seq:4}{check}", "{ algorithm = \"weighted\", modulus = 10, weights = [1, 5, 3, 7] }"),
        [
            "weighted catches all phonetic errors; 92.59 % of single wrong characters, 73.34 % of adjacent transpositions, 91.67 % of jump transpositions, 73.37 % of twin errors and 91.67 % of jump twin errors",
            "common-factor: weight 5 and modulus 10 share the factor 5 [900106 900306]",
            "single: weighted misses 7.41 % of single wrong characters (1 for 7) [900106 900306]",
            "adjacent-transposition: weighted misses 26.66 % of adjacent transpositions (12 for 21) [905006 950006]",
            "jump-transposition: weighted misses 8.33 % of jump transpositions (123 for 321) [900506 950006]",
            "twin: weighted misses 26.63 % of twin errors (11 for 22) [911001 922001]",
            "jump-twin: weighted misses 8.33 % of jump twin errors (131 for 232) [901008 951508]",
            "better: damm would catch all single wrong characters and adjacent transpositions, more jump transpositions and twin errors, but fewer jump twin errors and phonetic errors; it costs nothing",
            "beyond: iso7064-mod97-10 would catch all single wrong characters, adjacent transpositions, jump transpositions, twin errors and jump twin errors; it takes a second check character",
        ]
        .join("\n")
    );
}

#[test]
fn what_the_check_digit_leaves_out_is_named() {
    assert_eq!(told("{grade}{seq:4}{check}", "{ algorithm = \"damm\", over = [\"seq\"] }"), [
            "damm catches all adjacent transpositions and look-alike characters; 96.15 % of single wrong characters, 93.25 % of jump transpositions, 93.22 % of twin errors, 92 % of jump twin errors and 96.25 % of phonetic errors",
            "uncovered: the check digit leaves out grade: what is mistyped there goes unnoticed where it is another value [A00013 B00013]",
            "single: damm misses 3.85 % of single wrong characters (1 for 7) [A00013 B00013]",
            "jump-transposition: damm misses 6.75 % of jump transpositions (123 for 321) [A03211 A23011]",
            "twin: damm misses 6.78 % of twin errors (11 for 22) [A11014 A66014]",
            "jump-twin: damm misses 8 % of jump twin errors (131 for 232) [A00013 A10113]",
            "phonetic: damm misses 3.75 % of phonetic errors (16 for 60) [A91213 A92013]",
            "better: uscc over the whole code would catch all single wrong characters, jump transpositions, twin errors, jump twin errors and phonetic errors; it costs nothing, as long as no code needs any of I, O, S, V, Z",
        ]
        .join("\n"));
}

#[test]
fn dates_and_dictionaries_give_real_codes_as_examples() {
    for algorithm in ["luhn", "gs1", "sum10", "verhoeff", "iso7064-mod11-10"] {
        let check = format!("{{ algorithm = \"{algorithm}\" }}");
        let report = report_on("{type}-{date:%Y%m%d}-{seq:4}{check}", &check);
        assert!(
            report.not_computed.is_none() && report.risks.iter().all(|risk| risk.example.is_some()),
            "{report:?}"
        );
    }
}

#[test]
fn the_check_digit_alone_is_as_in_the_tables() {
    let report = report_on("{type}{seq:4}{check}", "{ algorithm = \"gs1\" }");
    let alone: Vec<_> = report.rates.iter().map(|rate| (rate.error, rate.alone)).collect();
    let table = [
        (TypingError::Single, Some(100.0)),
        (TypingError::AdjacentTransposition, Some(88.89)),
        (TypingError::JumpTransposition, Some(0.0)),
        (TypingError::Twin, Some(88.89)),
        (TypingError::JumpTwin, Some(88.89)),
        (TypingError::Phonetic, Some(100.0)),
    ];
    assert_eq!((report.length, alone), (6, table.to_vec()));
}

#[test]
fn programs_get_names_and_numbers() {
    let report = report_on("1{seq:5}{check}", "{ algorithm = \"sum10\" }");
    let json = serde_json::to_value(&report).expect("plain data");
    assert_eq!(json["rates"][1]["error"], "adjacent-transposition");
    assert_eq!(json["rates"][1]["alone"], 0.0);
    assert_eq!(json["advice"]["algorithm"], "damm");
    assert_eq!(json["risks"][0]["kind"], "equal-weights");
}
