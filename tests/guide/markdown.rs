//! The handbook as Markdown, read back by a parser: every label comes out as it went in, and none
//! of it is markup.

use custcode::report::guide::{self, Languages, Request};
use custcode::report::visible::visible;
use custcode::rule::{Bundle, Origin, ProvedBook};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{HOSTILE, built_in, guide, large};

/// A Markdown text taken apart.
#[derive(Debug, Default)]
struct Read {
    /// Texts of headings, with their levels.
    headings: Vec<(usize, String)>,
    /// Texts of cells, row by row.
    rows: Vec<Vec<String>>,
    /// HTML that stands in it.
    html: Vec<String>,
    /// Links and pictures.
    links: usize,
}

fn read(text: &str) -> Read {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut read = Read::default();
    let mut inside: Option<String> = None;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::TableCell) => inside = Some(String::new()),
            Event::Start(Tag::TableRow | Tag::TableHead) => read.rows.push(Vec::new()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Strikethrough) => read.links += 1,
            Event::Text(text) | Event::Code(text) => {
                if let Some(inside) = &mut inside {
                    inside.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => read.html.push(html.into_string()),
            Event::End(TagEnd::Heading(level)) => {
                read.headings.push((level as usize, inside.take().unwrap_or_default()));
            }
            Event::End(TagEnd::TableCell) => {
                let row = read.rows.last_mut().expect("a cell stands in a row");
                row.push(inside.take().unwrap_or_default());
            }
            _ => {}
        }
    }
    read
}

#[test]
fn the_handbook_has_every_section_and_every_value() {
    let read = read(&built_in(&["--lang", "en"]));
    let sections: Vec<&str> =
        read.headings.iter().filter(|(level, _)| *level == 2).map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        sections,
        [
            "How to read a code",
            "Which rule is used when",
            "How to get a code",
            "Dictionaries",
            "What the check digit protects from",
            "What to do when …"
        ]
    );
    assert_eq!(read.headings[0], (1, "Customer codes: a handbook".to_owned()));
    assert!(read.html.is_empty() && read.links == 0, "{read:?}");
    let rows: Vec<Vec<&str>> = read.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    for row in [
        vec!["Example", "Segment", "Meaning", "Width"],
        vec!["C", "客户类型 (letter)", "个人客户", "1"],
        vec!["按年 yearly", "asked for by name: --rule yearly", "always", "K2026-00001"],
        vec!["按日期 dated", "客户类型: 个人客户, 企业客户", "always", "C20261122-0001"],
        vec![
            "按类型和行业 graded",
            "custcode new --type vip --set industry=manufacturing --name \"customer name\"",
        ],
        vec!["04", "个人客户", "personal", "C", ""],
        vec!["0101", "\u{2003}市级经销商", "dealers-city"],
    ] {
        assert!(rows.contains(&row), "{row:?} in {rows:#?}");
    }
}

#[test]
fn both_languages_stand_side_by_side() {
    let text = built_in(&[]);
    assert!(text.starts_with("# 客户编码手册 / Customer codes: a handbook\n"), "{text}");
    assert!(text.contains("| 例子 / Example | 编码段 / Segment | 含义 / Meaning | 位数 / Width |\n"));
    assert!(text.contains("### 台账正忙 / The ledger is busy\n"));
    assert_eq!(
        text.matches("A类 重点客户").count(),
        built_in(&["--lang", "zh"]).matches("A类 重点客户").count()
    );
}

#[test]
fn what_a_rule_file_says_is_never_markup() {
    let read = read(&guide(HOSTILE, &["--lang", "en"]).stdout);
    let allowed = |html: &String| html == "<code>" || html == "</code>";
    assert!(read.html.iter().all(allowed) && read.links == 0, "{read:?}");
    let cells: Vec<&str> = read.rows.iter().flatten().map(String::as_str).collect();
    for cell in [
        "</td></table><h1>x</h1>",
        "*bold* · [link](http://example.com) · # head",
        "k`ey|",
        "line\\none | two `three` **four** \\u{202e}five\\u{7} www.example.com https://example.com a@example.com &amp; \\| ~~six~~ <!-- seven -->",
    ] {
        assert!(cells.contains(&cell), "{cell}: {cells:#?}");
    }
    for title in ["<script>alert(1)</script> type", "</style><script>document.title='x'</script> r"] {
        assert!(read.headings.contains(&(3, title.to_owned())), "{:#?}", read.headings);
    }
}

#[test]
fn a_long_dictionary_is_complete_and_folded() {
    for (count, folded) in [(500, 0), (501, 1)] {
        let text = guide(&large(count), &["--lang", "en"]).stdout;
        assert_eq!(text.matches("<details>").count(), folded);
        let rows = read(&text).rows;
        assert_eq!(rows.iter().filter(|row| row[1].starts_with("网点") && row.len() == 3).count(), count);
    }
}

/// The handbook of a rule file with one label in every place that takes one.
fn labelled(label: &str) -> String {
    let quoted = toml::Value::String(label.to_owned()).to_string();
    let text = format!(
        "[fields.type]\nlabel = {quoted}\nlevels = [1, 1]\n[fields.type.values]\n\
         one = {{ code = \"1\", label = {quoted} }}\ntwo = {{ code = \"1A\" }}\n\
         [rules.r]\nlabel = {quoted}\npattern = \"{{type}}-{{seq:2}}\"\n"
    );
    let bundle = Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), text)]);
    let book = ProvedBook::load(bundle).unwrap_or_else(|found| panic!("{}", found.render(false)));
    let request = Request { languages: Languages::Both, owner: Some(label.to_owned()), ..Request::default() };
    guide::write(&book, &request, jiff::civil::date(2026, 11, 22))
}

proptest! {
    #[test]
    fn any_label_comes_out_as_it_went_in(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "客户", " ", "  ", "*", "**", "_", "`", "``", "|", "\\", "<", ">", "<b>", "&", "&lt;", "&#65;", "[x]", "(y)",
            "![", "](z)", "#", "- ", "+ ", "1. ", "1) ", "~~", "~", "$", "=", "http://x.y", "www.x.y", "x@y.z", ":", "\"", "'",
            "\n", "\t", "\u{202e}", "\u{200b}", "---", "<!--", "-->", "{", "}", "%", "!", "^", "😀", "é", ".",
        ]), 1..8)
    ) {
        let label = pieces.concat();
        prop_assume!(!label.trim().is_empty() && !["one", "two", "1", "1A"].contains(&label.trim()));
        let read = read(&labelled(&label));
        let shown = visible(&label).trim().to_owned();
        let heading = |name: &str| (3, format!("{} {name}", visible(&label)).trim_start().to_owned());
        prop_assert!(read.headings.contains(&heading("type")), "{:#?}", read.headings);
        prop_assert!(read.headings.contains(&heading("r")), "{:#?}", read.headings);
        let row: Vec<_> = read.rows.iter().filter(|row| row[0] == "1" && row[2] == "one").collect();
        prop_assert_eq!(row.len(), 1);
        prop_assert_eq!(&row[0][1], &shown);
        let allowed = |html: &String| html == "<code>" || html == "</code>";
        prop_assert!(read.html.iter().all(allowed), "{:?}", read.html);
        prop_assert_eq!(read.links, 0);
    }
}

#[test]
fn what_is_derived_from_the_name_is_not_typed() {
    let rules = "custcode = 1\n[fields.short]\ntext = { width = 4, charset = \"letters\", pad = \"X\" }\n\
                 derive = { as = \"initials\" }\n[rules.r]\npattern = \"{short}{seq:2}\"\n";
    let done = guide(rules, &["--lang", "en"]);
    for said in [
        "`custcode new --name \"customer name\"`",
        "filled with X on the right. When nothing is said: the first letter of each word of the customer's name.",
    ] {
        assert!(done.stdout.contains(said), "{}", done.stdout);
    }
}
