//! What the prover may take for proved, and what it must not.

use std::fmt::Write;

use super::book;

/// Two rules over one counter each; whether they are told apart.
fn apart(one: &str, two: &str, more: &str) -> Result<(), String> {
    let text = format!(
        "timezone = \"UTC\"\n{more}\n[rules.one]\npattern = {one}\nallow = [\"no-sequence\", \"weak-check\"]\n\
         [rules.two]\npattern = {two}\nallow = [\"no-sequence\", \"weak-check\"]\n"
    );
    book(&text)
        .map(|_| ())
        .map_err(|findings| findings.list.iter().map(|f| f.kind).collect::<Vec<_>>().join(" "))
}

#[test]
fn rules_are_apart_by_length_by_letter_by_number_or_by_day() {
    let fields = "[fields.t]\nvalues = { a = \"1\", b = \"22\" }";
    for (one, two) in [
        ("\"A{seq:4}\"", "\"A{seq:5}\""),
        ("\"A{seq:4}\"", "\"B{seq:4}\""),
        ("\"{t}{seq:4}\"", "\"3{seq:4}\""),
        ("\"{t}A{seq:2}\"", "\"{t}B{seq:2}\""),
        ("\"{date:%m}{seq:2}\"", "\"13{seq:2}\""),
        ("\"{date:%Y%m%d}\"", "\"{date:%Y}-{date:%m%d}\""),
        ("\"{seq:4}\"\nseq = { max = 499 }", "\"{seq:4}\"\nseq = { start = 500 }"),
        ("\"{seq:4}\"\nseq = { start = 7, step = 10 }", "\"{seq:4}\"\nseq = { start = 8, step = 10 }"),
        ("\"{seq:3}\"\nseq = { skip_digits = \"4\" }", "\"4{seq:2}\""),
    ] {
        assert_eq!(apart(one, two, fields), Ok(()), "{one} {two}");
    }
}

#[test]
fn rules_that_meet_in_a_single_code_are_refused() {
    let fields = "[fields.t]\nvalues = { a = \"1\", b = \"22\" }";
    for (one, two) in [
        ("\"A{seq:4}\"", "\"A0{seq:3}\""),
        ("\"{t}{seq:4}\"", "\"12{seq:3}\""),
        ("\"{seq:4}\"\nseq = { max = 500 }", "\"{seq:4}\"\nseq = { start = 500 }"),
        ("\"{date:%Y%m%d}\"", "\"20240229\""),
        ("\"{seq:8}{check}\"\ncheck = { algorithm = \"damm\" }", "\"12345678{seq:1}\"\nseq = { start = 0 }"),
        ("\"{seq:4}x\"", "\"{seq:4}X\""),
    ] {
        assert_eq!(apart(one, two, fields), Err("colliding-rules".into()), "{one} {two}");
    }
}

#[test]
fn what_the_calendar_and_check_digits_keep_apart_is_proved_word_by_word() {
    // The automata meet in one word, which the calendar refuses: every word was looked at.
    assert_eq!(apart("\"{date:%Y%m%d}\"", "\"20230230\"", ""), Ok(()));
    assert_eq!(apart("\"{seq:5}{check}\"\ncheck = { algorithm = \"damm\" }", "\"123450\"", ""), Ok(()));
    // Too many words to look at all of them: said, not guessed.
    let dates = "\"{date:%Y%m%d}{date:%Y}-{seq:6}\"";
    let thirtieths = "\"{seq:4}0230{seq2}-{six}\"";
    let fields = "[fields.seq2]\ntext = { width = 4, charset = \"digits\" }\n[fields.six]\ntext = { width = 6, charset = \"digits\" }";
    assert_eq!(apart(dates, thirtieths, fields), Err("unproved".into()));
}

#[test]
fn one_long_dictionary_after_another_needs_its_lengths() {
    let fields =
        "[fields.a]\nvalues = { x = \"1\", y = \"1A\" }\n[fields.b]\nvalues = { x = \"A2\", y = \"2\" }\n";
    let refused = |pattern: &str| {
        book(&format!("{fields}[rules.r]\npattern = \"{pattern}\"")).map_err(|f| f.list[0].kind)
    };
    assert_eq!(refused("{a}{b}{seq:2}").err(), Some("duplicate-code"));
    assert!(refused("{a}-{b}{seq:2}").is_ok());
    assert!(refused("{a}{seq:2}").is_ok());
    assert!(refused("{seq:2}{b}").is_ok());
}

#[test]
fn segments_of_one_field_must_agree() {
    let text = "[fields.t.values]\na = { code = \"1\", x = \"X\" }\nb = { code = \"2\", x = \"Y\" }\n\
                [rules.r]\npattern = \"{t}{t.x}{seq:2}\"\n";
    let book = book(text).expect("loads");
    assert!(book.read("1X01").is_ok());
    let invalid = book.read("1Y01").expect_err("Y is of 2").invalid;
    assert_eq!(
        (invalid.segment.as_str(), invalid.offset, invalid.expected.as_str()),
        ("t.x", 1, "X, as t says")
    );
    assert!(book.matches(b"1X01").is_some() && book.matches(b"1Y01").is_none());
}

#[test]
fn a_thousand_values_in_twenty_rules_are_proved() {
    let mut text = String::from("[fields.region.values]\n");
    for region in 0..3000 {
        writeln!(text, "r{region} = \"{:0width$}\"", region, width = if region % 2 == 0 { 5 } else { 7 })
            .expect("a string takes it");
    }
    for rule in 0..20 {
        let letter = char::from(b'A' + rule);
        write!(text, "[rules.rule{rule}]\npattern = \"{{region}}{letter}{{seq:4}}\"\n")
            .expect("a string takes it");
    }
    assert_eq!(book(&text).expect("apart by their letters").rules().len(), 20);
    text.push_str("[rules.last]\npattern = \"{region}T{seq:4}\"\n");
    let findings = book(&text).expect_err("rule19 has the T");
    assert_eq!(findings.list.len(), 1);
    assert!(findings.list[0].message.starts_with("rules rule19 and last print the same code: 0"));
}

#[test]
fn many_rules_that_meet_in_shape_only_share_one_bound() {
    let rotated = |by: usize| ["0123456789"; 2].concat()[by..by + 10].to_owned();
    let rules = |count: usize| {
        (0..count).fold(String::new(), |mut text, by| {
            writeln!(
                text,
                "[rules.r{by}]\npattern = \"{{seq:3}}{{check}}\"\n\
                 check = {{ algorithm = \"weighted\", modulus = 10, weights = [1], symbols = {:?} }}\n\
                 allow = [\"weak-check\"]",
                rotated(by)
            )
            .expect("a string takes it");
            text
        })
    };
    // Every code of the three shapes is looked at, and none has two check digits.
    assert!(book(&rules(3)).is_ok());
    let many = book(&rules(10).replace("seq:3", "seq:4")).expect_err("too many to look at");
    assert!(many.list.iter().all(|finding| finding.kind == "unproved"));
}
