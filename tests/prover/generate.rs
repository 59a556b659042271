//! Random rule files: small dictionaries, a class tree, free text, dates, check digits, numbers
//! with steps and forbidden digits.

use std::fmt::Write as _;

use proptest::prelude::*;

/// The fields: a dictionary with an attribute, a tree of two levels, and free text.
fn fields() -> impl Strategy<Value = String> {
    let codes = prop::collection::btree_set("[012AOE]{1,2}", 1..5);
    (codes, prop::collection::vec("[01XE]", 5), 1..3_usize).prop_map(|(codes, attributes, width)| {
        let mut text = String::from("timezone = \"Asia/Shanghai\"\n[fields.t.values]\n");
        for (nth, (code, letter)) in codes.iter().zip(attributes).enumerate() {
            writeln!(text, "t{nth}k = {{ code = {code:?}, x = {letter:?} }}").expect("a string takes it");
        }
        let classes = "top = \"1\"\nleft = \"10A\"\nright = \"1-0\"\nother = \"2\"\nlow = \"201\"\n";
        writeln!(text, "[fields.c]\nlevels = [1, 2]\nleaf_only = true\n[fields.c.values]\n{classes}")
            .expect("a string takes it");
        writeln!(text, "[fields.f]\ntext = {{ width = {width}, charset = \"digits\", pad = \"0\" }}")
            .expect("a string takes it");
        text
    })
}

fn segment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{t}",
        "{t}",
        "{t.x}",
        "{c}",
        "{c@1}",
        "{f}",
        "{date:%y}",
        "{date:%Y%m}",
        "{date:%m-%d}",
        "{date:%j}",
        "1",
        "E",
        "-",
        "0",
    ])
}

fn sequence() -> impl Strategy<Value = (String, String)> {
    let options = (1..4_usize, 1..30_u64, 1..4_u64, any::<bool>(), any::<bool>());
    options.prop_map(|(width, start, step, skip, together)| {
        let mut text = format!("start = {}, step = {step}", start % 9);
        if skip {
            text.push_str(", skip_digits = \"4\"");
        }
        if together {
            text.push_str(", scope = []");
        }
        (format!("{{seq:{width}}}"), format!("seq = {{ {text} }}\n"))
    })
}

fn check() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "check = { algorithm = \"iso7064-mod37-36\" }\n",
        "check = { algorithm = \"weighted\", modulus = 11, weights = [2, 3, 5], symbols = \"0123456789\" }\n",
    ])
}

fn rule() -> impl Strategy<Value = String> {
    let around = (prop::collection::vec(segment(), 1..3), prop::collection::vec(segment(), 0..3));
    (around, prop::option::weighted(0.8, sequence()), check()).prop_map(|((before, after), sequence, check)| {
        let (number, options) = sequence.unwrap_or_default();
        let place = if check.is_empty() { "" } else { "{check}" };
        let (before, after) = (before.concat(), after.concat());
        // A code has at least one letter or digit to be summed.
        format!("pattern = \"{before}{number}{after}Q{place}\"\n{options}{check}allow = [\"no-sequence\", \"weak-check\"]\n")
    })
}

/// A rule file of up to three rules.
pub(super) fn rule_file() -> impl Strategy<Value = String> {
    (fields(), prop::collection::vec((rule(), any::<bool>()), 1..4)).prop_map(|(mut text, rules)| {
        for (nth, (rule, letter)) in rules.iter().enumerate() {
            // Without the Q the codes can be numbers and dates; a check digit needs it, where there
            // is nothing else to sum.
            let rule = if *letter { rule.clone() } else { rule.replacen("Q\"", "\"", 1) };
            write!(text, "[rules.r{nth}]\n{rule}").expect("a string takes it");
        }
        text
    })
}
