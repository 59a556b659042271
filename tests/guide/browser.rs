//! The page in a real browser: it loads nothing, fits a phone and a sheet of paper, and says what
//! it has to say.

use serde_json::Value;

use super::{HOSTILE, built_in, guide, large};
use crate::support::browser::{Seen, look};
use crate::support::skipped_on_postgres;

/// A phone, and a sheet of A4 (210 mm).
const WIDTHS: [u16; 2] = [390, 794];

/// What a good page is free of, in every width.
#[track_caller]
fn assert_sound(seen: &Seen) {
    let mut faults = Vec::new();
    for frame in &seen.frames {
        for member in ["headless", "broken"] {
            if frame[member] != Value::Array(Vec::new()) {
                faults.push(format!("{} {member}: {}", frame["width"], frame[member]));
            }
        }
        for member in ["overflow", "unmarked", "uneven", "active"] {
            if frame[member] != 0 {
                faults.push(format!("{} {member}: {}", frame["width"], frame[member]));
            }
        }
        faults.extend(headings_out_of_order(frame));
        let mut ids = texts(&frame["ids"]);
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            faults.push(format!("an id stands twice: {ids:?}"));
        }
    }
    let paper = &seen.frames[1]["scrolled"];
    if paper != &Value::Array(Vec::new()) {
        faults.push(format!("too wide for paper: {paper}"));
    }
    faults.extend(seen.console.iter().chain(&seen.requests).cloned());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Headings that skip a level, or a page without exactly one of the first.
fn headings_out_of_order(frame: &Value) -> Vec<String> {
    let list = frame["headings"].as_array().expect("a list");
    let levels: Vec<u64> = list.iter().map(|one| one[0].as_u64().expect("a level")).collect();
    let mut faults = Vec::new();
    if levels.first() != Some(&1) || levels.iter().filter(|level| **level == 1).count() != 1 {
        faults.push(format!("headings begin with {:?}", &levels[..levels.len().min(3)]));
    }
    for (pair, heading) in levels.windows(2).zip(&list[1..]) {
        if pair[1] > pair[0] + 1 {
            faults.push(format!("a level is left out before {heading}"));
        }
    }
    faults
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one.as_str().expect("a text")).collect()
}

#[test]
fn the_handbook_is_a_sound_page_in_every_language() {
    if skipped_on_postgres("the handbook knows no ledger") {
        return;
    }
    for (language, lang, sections) in [
        (
            "zh",
            "zh-CN",
            [
                "怎样读懂一个编码",
                "什么客户用哪条规则",
                "怎样取得编码",
                "编码字典",
                "校验码防什么",
                "遇到问题怎么办",
            ],
        ),
        (
            "en",
            "en",
            [
                "How to read a code",
                "Which rule is used when",
                "How to get a code",
                "Dictionaries",
                "What the check digit protects from",
                "What to do when …",
            ],
        ),
        (
            "both",
            "zh-CN",
            [
                "怎样读懂一个编码 How to read a code",
                "什么客户用哪条规则 Which rule is used when",
                "怎样取得编码 How to get a code",
                "编码字典 Dictionaries",
                "校验码防什么 What the check digit protects from",
                "遇到问题怎么办 What to do when …",
            ],
        ),
    ] {
        let seen = look(&built_in(&["--html", "--lang", language]), &WIDTHS);
        assert_sound(&seen);
        for (frame, width) in seen.frames.iter().zip(WIDTHS) {
            assert_eq!((&frame["width"], &frame["language"]), (&width.into(), &lang.into()));
            let headings = frame["headings"].as_array().expect("a list");
            let shown: Vec<&str> =
                headings.iter().filter(|one| one[0] == 2).filter_map(|one| one[1].as_str()).collect();
            assert_eq!(shown, sections, "{language}");
            assert_eq!(frame["links"].as_array().map(Vec::len), Some(sections.len()));
            let codes = texts(&frame["figures"]);
            assert_eq!(codes[..3], ["01A0001", "01A000201", "C20261122-0001"]);
            assert_eq!(codes.len(), 10);
            let text = frame["text"].as_str().expect("a text");
            for word in [
                "A类 重点客户",
                "市级一等经销商",
                "custcode new --type vip --set industry=manufacturing",
                "--reason",
            ] {
                assert!(text.contains(word), "{language}: {word}");
            }
        }
    }
}

#[test]
fn what_a_rule_file_says_is_never_markup() {
    if skipped_on_postgres("the handbook knows no ledger") {
        return;
    }
    let page = guide(HOSTILE, &["--html", "--title", "<script>x</script> & \"co\""]).stdout;
    let seen = look(&page, &WIDTHS);
    assert_sound(&seen);
    let frame = &seen.frames[0];
    assert_eq!(texts(&frame["figures"]), ["<b>|<i>|`01"]);
    let cells = texts(&frame["cells"]);
    for cell in [
        "</td></table><h1>x</h1>",
        "*bold* · [link](http://example.com) · # head",
        "k`ey|",
        "line\\none | two `three` **four** \\u{202e}five\\u{7} www.example.com https://example.com a@example.com &amp; \\| ~~six~~ <!-- seven -->",
    ] {
        assert!(cells.contains(&cell), "{cell}: {cells:#?}");
    }
    let text = frame["text"].as_str().expect("a text");
    for word in [
        "<script>alert(1)</script>",
        "</style><script>document.title='x'</script>",
        "<script>x</script> & \"co\"",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn a_long_dictionary_is_complete_and_folded() {
    if skipped_on_postgres("the handbook knows no ledger") {
        return;
    }
    for (count, folded) in [(500, false), (501, true)] {
        let seen = look(&guide(&large(count), &["--html"]).stdout, &WIDTHS);
        assert_sound(&seen);
        let frame = &seen.frames[0];
        assert_eq!(frame["folded"].as_array().map(Vec::len), Some(usize::from(folded)), "{count}");
        let cells = texts(&frame["cells"]);
        assert_eq!(
            cells.iter().filter(|cell| cell.starts_with("网点") && **cell != "网点").count(),
            count + 1
        );
    }
}

#[test]
fn wide_rules_and_long_words_fit_a_phone_and_paper() {
    if skipped_on_postgres("the handbook knows no ledger") {
        return;
    }
    let word = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(4);
    let code = "X".repeat(64);
    let attributes: Vec<String> =
        (1..9).map(|nth| format!("attribute-{nth} = \"{}\"", "9".repeat(12))).collect();
    let attributes = attributes.join(", ");
    let rules = format!(
        "custcode = 1\n[fields.type]\nlabel = \"{word}\"\n[fields.type.values]\n\
         one = {{ code = \"{code}\", label = \"{word}\", aliases = [\"{word}2\"], {attributes} }}\n\
         [rules.r]\npattern = \"{{type}}-{{seq:18}}\"\n"
    );
    let seen = look(&guide(&rules, &["--html", "--title", &word]).stdout, &WIDTHS);
    assert_sound(&seen);
}

/// The probe is worth something: it sees each of the faults that it looks for.
#[test]
fn the_browser_sees_what_is_wrong() {
    if skipped_on_postgres("the handbook knows no ledger") {
        return;
    }
    let page = "<!DOCTYPE html><html><body><h2>two</h2><h4>four</h4><a href=\"#gone\">x</a>\
                <table><tr><td>1</td></tr><tr><td>2</td><td>3</td></tr></table>\
                <div style=\"width:900px\">wide</div><div class=\"table\" style=\"width:9em;overflow:auto\"><i style=\"padding:9em\"></i></div>\
                <span class=\"en\">en</span><img src=\"gone.png\"><script>console.error('wrong')</script></body></html>";
    let seen = look(page, &WIDTHS);
    let frame = &seen.frames[1];
    for member in ["headless", "broken", "scrolled"] {
        assert_ne!(frame[member], Value::Array(Vec::new()), "{member}");
    }
    for member in ["overflow", "unmarked", "uneven", "active"] {
        assert_ne!(frame[member], 0, "{member}");
    }
    assert_eq!(headings_out_of_order(frame).len(), 2);
    assert!(seen.console.iter().any(|line| line.contains("wrong")), "{:?}", seen.console);

    let outside = "<!DOCTYPE html><style>@import 'http://127.0.0.1:9/x.css';</style><img src=\"http://127.0.0.1:9/x.png\">";
    let asked = look(outside, &[390]).requests;
    assert_eq!(asked, ["http://127.0.0.1:9/x.css", "http://127.0.0.1:9/x.png"]);
}
