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

/// The notes of what is refused.
fn notes(text: &str) -> Vec<String> {
    let findings = book(text).expect_err("refused");
    findings.list.into_iter().flat_map(|finding| finding.notes).collect()
}

#[test]
fn a_date_in_any_directives_meets_what_some_day_prints() {
    for (format, text, day) in [
        ("%Y%m%V", "20240520", "2024-05-13"),
        ("%Y%V", "202501", "2025-01-01"),
        ("%y%V", "2501", "2025-01-01"),
        ("%G", "2023", "2023-01-02"),
        ("%m%j", "03060", "2025-03-01"),
        ("%d%j", "01060", "2025-03-01"),
        ("%G%j", "2025365", "2024-12-30"),
        ("%V", "53", "2026-12-28"),
    ] {
        let rules = format!(
            "timezone = \"UTC\"\n[rules.one]\npattern = \"{{date:{format}}}{{seq:3}}\"\n\
             [rules.two]\npattern = \"{text}{{seq:3}}\"\n"
        );
        let both =
            format!("rule one for `date {day}, number 1` and rule two for `number 1` both print `{text}001`");
        assert_eq!(notes(&rules), [both], "{format}");
    }
    for (format, text) in [("%G%V", "202453"), ("%m%V", "0630"), ("%d%j", "31060"), ("%G%m%d", "20250230")] {
        let (one, two) = (format!("\"{{date:{format}}}{{seq:3}}\""), format!("\"{text}{{seq:3}}\""));
        assert_eq!(apart(&one, &two, ""), Ok(()), "{format} {text}");
    }
}

#[test]
fn check_digits_at_one_place_hide_no_day() {
    // 2024, from which days are taken where no year is printed, has no week 53.
    let options = "\ncheck = { algorithm = \"damm\", over = [\"seq\"] }\nseq = { max = 1 }";
    let pattern = |text| format!("\"A{text}{{seq:2}}{{check}}\"{options}");
    assert_eq!(apart(&pattern("{date:%V}"), &pattern("53"), ""), Err("colliding-rules".into()));
}

#[test]
fn texts_that_differ_in_case_only_are_told_by_the_rest_of_the_value() {
    let fields = "[fields.t.values]\na = { code = \"1\", x = \"x\" }\nb = { code = \"2\", x = \"X\" }";
    assert_eq!(apart("\"{t}{t.x}{seq:2}\"", "\"1X{seq:2}\"", fields), Err("colliding-rules".into()));
    assert_eq!(apart("\"{t}{t.x}{seq:2}\"", "\"2X{seq:2}\"", fields), Err("colliding-rules".into()));
}

#[test]
fn a_counter_example_is_a_customer_whom_the_rules_take() {
    // One value of each field, with everything that the rule prints of it.
    let twins = "[fields.t.values]\nnn = \"01\"\nvip = { code = \"02\", x = \"X\" }\n\
                 [fields.u.values]\na = { code = \"0\", x = \"b\" }\nb = { code = \"1\", x = \"b\" }\n\
                 [rules.r]\npattern = \"{t}{t.x}{u.x}{seq:2}\"\n";
    assert_eq!(notes(twins), ["`t=vip, u=a, number 1` and `t=vip, u=b, number 1` both print `02Xb01`"]);
    // The value that the rule takes, not another one with its text; a class without sub-classes;
    // what is asked for only.
    let taken = "[fields.t.values]\na = { code = \"1\", x = \"X\" }\nb = { code = \"2\", x = \"X\" }\n\
                 [fields.c]\nlevels = [1, 1]\nleaf_only = true\nvalues = { top = \"1\", low = \"12\" }\n\
                 [rules.one]\npattern = \"{t.x}{seq:2}\"\napplies_to = { t = [\"b\"] }\n\
                 [rules.two]\npattern = \"X0{seq:1}\"\napplies_to = { t = [\"a\"] }\n\
                 [rules.three]\npattern = \"{c@1}{seq:2}\"\n[rules.four]\npattern = \"10{seq:1}\"\n";
    assert_eq!(
        notes(taken),
        [
            "rule one for `t=b, number 1` and rule two for `t=a, number 1` both print `X01`",
            "rule three for `c=low, number 1` and rule four for `number 1` both print `101`"
        ]
    );
    // A day on which the rule and the value hold, where there is one.
    let periods = |until: &str| {
        format!(
            "timezone = \"UTC\"\n[fields.t.values]\na = {{ code = \"A\", until = {until} }}\n\
             [rules.one]\npattern = \"{{t}}{{date:%m}}{{seq:1}}\"\nfrom = 2030-02-01\n\
             [rules.two]\npattern = \"A01{{seq:1}}\"\n"
        )
    };
    let both = |day: &str| {
        format!("rule one for `t=a, date {day}, number 1` and rule two for `number 1` both print `A011`")
    };
    assert_eq!(notes(&periods("2031-12-31")), [both("2031-01-01")]);
    let never =
        "not for a record date on which the rules and values hold, but codes are read whatever their periods";
    assert_eq!(notes(&periods("2029-12-31")), [both("2031-01-01"), never.to_owned()]);
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
fn every_text_that_would_agree_is_named() {
    let expected = |classes: &[&str]| {
        let mut text = String::from(
            "[fields.class]\nlevels = [2, 2]\nleaf_only = true\n[fields.class.values]\na = \"01\"\nb = \"02\"\n",
        );
        for class in classes {
            writeln!(text, "c{class} = \"{class}\"").expect("a string takes it");
        }
        text += "[rules.r]\npattern = \"{class@1}-{class@2}{seq:3}\"\n";
        let invalid = book(&text).expect("loads").read("01-0201003").expect_err("0201 is of 02").invalid;
        invalid.expected
    };
    assert_eq!(expected(&["0101", "0201"]), "0101, as class@1 says");
    assert_eq!(expected(&["0101", "0102", "0201"]), "0101 or 0102, as class@1 says");
    assert_eq!(expected(&["0101", "0103", "0102", "0201"]), "0101, 0102 or 0103, as class@1 says");
    assert_eq!(
        expected(&["0101", "0102", "0103", "0104", "0105", "0201"]),
        "0101, 0102, 0103 or one of 2 more, as class@1 says"
    );
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
