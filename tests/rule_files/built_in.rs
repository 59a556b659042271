//! The built-in rules: they load without a word, and every scheme of theirs reads back with its
//! meaning.

use custcode::code::Kind;
use custcode::rule::{Bundle, ProvedBook, RuleBook, SelectError, UnfitValues};
use jiff::civil::{Date, date};

fn built_in() -> ProvedBook {
    let book =
        ProvedBook::load(Bundle::built_in()).unwrap_or_else(|findings| panic!("{}", findings.render(false)));
    assert!(book.warnings.list.is_empty(), "{}", book.warnings.render(false));
    book
}

/// The code of `number` under a rule for these values.
fn code(book: &RuleBook, rule: Option<&str>, values: &[(&str, &str)], date: Date, number: u64) -> String {
    let value = |name: &str| {
        let given = values.iter().find(|(field, _)| *field == name).map(|(_, key)| (*key).to_owned());
        given.or_else(|| book.field(name)?.default.clone())
    };
    let rule = book.select(rule, &value, date).expect("a rule");
    let prepared = rule.prepare(book, &value, date).expect("values");
    let mut code = String::new();
    rule.print(&prepared, date, number, &mut code).expect("a code");
    assert_eq!(book.read(&code).expect("readable").rule.name, rule.name);
    code
}

#[test]
fn every_scheme_prints() {
    let book = built_in();
    let day = date(2023, 10, 1);
    let vip = [("type", "vip"), ("region", "east"), ("scale", "small"), ("class", "dealers-city-a")];
    for (rule, expected) in [
        (None, "01A0001"),
        (Some("regional"), "01A000101"),
        (Some("checked"), "0150013"),
        (Some("persons"), "P000001"),
        (Some("enterprises"), "E000001"),
        (Some("vips"), "V000001"),
        (Some("yearly"), "K2023-00001"),
        (Some("monthly"), "M202310-0001Z"),
        (Some("levels"), "L0101001-0001"),
    ] {
        let number = u64::from(rule != Some("checked"));
        assert_eq!(code(&book, rule, &vip, day, number), expected);
    }
    assert_eq!(code(&book, None, &[("type", "personal")], day, 1), "C20231001-0001");
    assert_eq!(code(&book, None, &[("type", "business")], day, 12), "B20231001-0012");
}

#[test]
fn a_code_is_explained() {
    let book = built_in();
    let meanings = |code: &str| -> Vec<String> {
        book.read(code).expect(code).segments.into_iter().map(|segment| segment.meaning).collect()
    };
    assert_eq!(meanings("01A0001"), ["客户类型: A类 重点客户", "行业: 制造业", "number 1"]);
    assert_eq!(meanings("C20231001-0001"), ["客户类型: 个人客户", "2023-10-01", "", "number 1"]);
    assert_eq!(
        meanings("0150013"),
        ["客户类型: A类 重点客户", "区域: 华东", "规模: 小型", "check digit, sum10"]
    );
    assert_eq!(meanings("L0101001-0001")[1], "客户分类: 经销商 > 市级经销商 > 市级一等经销商");
    let reading = book.read("C20231001-0001").expect("readable");
    assert_eq!((reading.scope.as_str(), reading.number), (r#"["C","20231001"]"#, Some(1)));
    assert_eq!(reading.date, Some(date(2023, 10, 1)));
    assert_eq!(reading.segments[0].value, Some(("type".into(), "personal".into())));
    assert_eq!(book.read("K2023-00001").expect("readable").date, None);
}

#[test]
fn a_wrong_code_is_refused_by_the_rule_that_came_furthest() {
    let book = built_in();
    let rejection = book.read("01X0001").expect_err("no such industry");
    assert_eq!(rejection.rule.name, "graded");
    let invalid = &rejection.invalid;
    assert_eq!((invalid.segment.as_str(), invalid.offset, invalid.found.as_str()), ("industry", 2, "X"));
    assert_eq!(invalid.expected, "one of A, B, C");
    assert_eq!(book.read("0150014").expect_err("check digit").invalid.kind, Kind::CheckDigit);
    assert!(book.matches(b"01X0001").is_none());
}

#[test]
fn another_spelling_is_suggested() {
    let book = built_in();
    for typed in ["01a0001", " 01A0001", "０１Ａ０００１", "01a\u{200b}0001"] {
        assert_eq!(book.read(typed).expect_err(typed).suggestion.as_deref(), Some("01A0001"), "{typed}");
    }
    assert_eq!(book.read("01X0001").expect_err("wrong").suggestion, None);
    let lower = super::book("[fields.shop]\nvalues = { n = \"n\" }\n[rules.r]\npattern = \"K{shop}{seq:2}\"")
        .expect("loads");
    assert_eq!(lower.read("kN01").expect_err("case").suggestion.as_deref(), Some("Kn01"));
}

#[test]
fn values_that_a_rule_cannot_print_are_named() {
    let book = built_in();
    let day = date(2024, 1, 1);
    let prepare = |rule: &str, key: Option<&str>| {
        let value = |name: &str| key.filter(|_| name == "type").map(str::to_owned);
        book.rule(rule).expect("a rule").prepare(&book, &value, day)
    };
    assert_eq!(prepare("graded", None), Err(UnfitValues::Missing { field: "type".into() }));
    let elsewhere = prepare("dated", Some("vip")).expect_err("dated takes persons");
    assert_eq!(elsewhere.to_string(), "rule dated does not apply to type vip, only to personal, business");
    let no_letter = super::book(
        "[fields.t.values]\na = { code = \"1\", x = \"X\" }\nb = \"2\"\n[rules.r]\npattern = \"{t.x}{seq:2}\"",
    );
    let book = no_letter.expect("loads");
    let missing = book.rules()[0].prepare(&book, &|_| Some("b".into()), day).expect_err("no x");
    assert_eq!(missing.to_string(), "t b has no x");
}

#[test]
fn the_rule_that_issues_is_found() {
    let book = super::book(
        "default_rule = [\"old\", \"new\"]\n[fields.t]\nvalues = { a = \"1\", b = \"2\" }\n\
         [rules.old]\npattern = \"A{seq:2}\"\nuntil = 2023-12-31\n\
         [rules.new]\npattern = \"A{seq:3}\"\nfrom = 2024-01-01\nuntil = 2024-12-31\n\
         [rules.b]\nid = \"bee\"\npattern = \"B{seq:3}\"\napplies_to = { t = \"b\" }\n",
    );
    let book = book.expect("loads");
    let select = |explicit, key: &str, day| {
        book.select(explicit, &|_| Some(key.to_owned()), day).map(|rule| rule.name.clone())
    };
    assert_eq!(select(None, "a", date(2023, 12, 31)), Ok("old".into()));
    assert_eq!(select(None, "a", date(2024, 1, 1)), Ok("new".into()));
    assert_eq!(select(None, "b", date(2024, 1, 1)), Ok("b".into()));
    assert_eq!(select(Some("bee"), "a", date(2024, 1, 1)), Ok("b".into()));
    assert_eq!(select(None, "a", date(2025, 1, 1)), Err(SelectError::None { date: date(2025, 1, 1) }));
    let late = select(Some("old"), "a", date(2024, 1, 1)).expect_err("over");
    assert_eq!(late.to_string(), "rule old holds until 2023-12-31, not on 2024-01-01");
    let unknown = SelectError::Unknown { name: "nwe".into(), suggestion: Some("new".into()) };
    assert_eq!(select(Some("nwe"), "a", date(2024, 1, 1)), Err(unknown));
}

#[test]
fn memory_is_taken_over_from_customer_to_customer() {
    let book = built_in();
    let rule = book.rule("graded").expect("graded");
    let mut prepared = custcode::rule::Prepared::default();
    for (key, scope) in [("vip", r#"["01","B"]"#), ("regular", r#"["02","B"]"#)] {
        let value = |name: &str| Some(if name == "type" { key } else { "services" });
        rule.prepare_into(&book, &value, date(2024, 1, 1), &mut prepared).expect("values");
        assert_eq!(prepared.scope, scope);
        let again = rule.prepare(&book, &|name| value(name).map(str::to_owned), date(2024, 1, 1));
        assert_eq!(again, Ok(prepared.clone()));
    }
    assert_eq!(rule.printed_fields(), ["type", "industry"]);
}
