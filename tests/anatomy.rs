//! `rules show`: an example of each rule's codes, and what its segments mean.

use unicode_width::UnicodeWidthStr as _;

use crate::support::Test;

/// One rule with everything that a code can have.
const RULES: &str = r#"
custcode = 1
timezone = "Asia/Shanghai"

[fields.class]
label = "客户分类"
levels = [2, 2]
leaf_only = true
values = { dealers = { code = "01", label = "经销商" }, city = { code = "0101", label = "市级经销商" } }

[fields.branch]
label = "网点"
text = { width = 3, charset = "letters" }

[rules.yearly]
label = "按年"
pattern = "K{class@1}{date:%Y}-{branch}{seq:4}{check}"
seq = { scope = ["date", "class"], step = 2, max = 9000 }
check = { algorithm = "iso7064-mod37-36", over = ["date", "seq"] }
from = 2027-01-01
until = 2030-12-31
"#;

#[test]
fn a_code_is_drawn_with_its_segments() {
    Test::new()
        .file("rules.toml", RULES)
        .args(["rules", "show", "yearly", "--format", "table"])
        .stdout(concat!(
            "yearly  按年\n",
            "  pattern  K{class@1}{date:%Y}-{branch}{seq:4}{check}\n",
            "  used     for every customer\n",
            "  period   from 2027-01-01 until 2030-12-31\n",
            "  room     4500 codes within each class@1, date:%Y (1 to 8999 in steps of 2)\n",
            "\n",
            "  K012027-ABC0001M\n",
            "  ││ │   ││  │   └── M     check    1  check digit, iso7064-mod37-36 over record date (year), sequence number\n",
            "  ││ │   ││  └────── 0001  seq      4  sequence number, counts within 客户分类 (level 1), record date (year)\n",
            "  ││ │   │└───────── ABC   branch   3  网点: 3 characters of A-Z\n",
            "  ││ │   └────────── -     -        1  always the same\n",
            "  ││ └────────────── 2027  date:%Y  4  record date (year)\n",
            "  │└──────────────── 01    class@1  2  客户分类 (level 1): 01 → 经销商\n",
            "  └───────────────── K     K        1  always the same\n",
        ))
        .run()
        .then()
        .args(["validate", "K012027-ABC0001M"])
        .stdout("K012027-ABC0001M\tvalid\tyearly\n")
        .run();
}

#[test]
fn a_locale_without_such_characters_gets_plain_strokes() {
    Test::new()
        .env("LC_ALL", "C")
        .args(["rules", "show", "persons", "--format", "table"])
        .stdout(concat!(
            "persons  个人\n",
            "  pattern  P{seq:6}\n",
            "  used     with --rule persons\n",
            "  room     999999 codes in all (1 to 999999)\n",
            "\n",
            "  P000001\n",
            "  |+------- 000001  seq  6  sequence number, one count for all\n",
            "  +-------- P       P    1  always the same\n",
        ))
        .run();
}

/// The upper half of the drawing on 72 columns.
const FOLDED: &str = "  K012027-ABC0001M
  ││ │   ││  │   └── M     check    1  check digit, iso7064-mod37-36
  ││ │   ││  │                         over record date (year), sequence
  ││ │   ││  │                         number
  ││ │   ││  └────── 0001  seq      4  sequence number, counts within 客
  ││ │   ││                            户分类 (level 1), record date
  ││ │   ││                            (year)";

#[test]
fn a_terminal_keeps_the_drawing_together() {
    for columns in [50, 72, 100] {
        let screen = Test::new()
            .file("rules.toml", RULES)
            .args(["rules", "show", "--color", "never"])
            .on_terminal(columns);
        let drawing: Vec<&str> = screen.lines().skip_while(|line| !line.contains("K012027")).collect();
        assert!(drawing.len() >= 8, "{screen}");
        for line in &drawing {
            assert!(line.width() <= usize::from(columns), "{columns}: {line}\n{screen}");
        }
        if columns == 72 {
            assert_eq!(drawing[..7].join("\n"), FOLDED);
        }
    }
}

#[test]
fn a_name_cannot_harm_the_terminal() {
    let rules = "custcode = 1\n[fields.type]\nlabel = \"类型\\u001b[2J\"\nvalues = { a = { code = \"1\", label = \"\\u202Eevil\" } }\n\
                 [rules.r]\nlabel = \"\\u001b]0;x\\u0007\"\npattern = \"{type}{seq:2}\"\n";
    let screen =
        Test::new().file("rules.toml", rules).args(["rules", "show", "--color", "never"]).on_terminal(80);
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen:?}");
    assert!(screen.contains("类型\\u{1b}[2J: 1 → \\u{202e}evil"), "{screen}");
}

#[test]
fn a_pipe_gets_one_line_a_rule_or_where_rules_are_named_one_a_segment() {
    Test::new()
        .file("rules.toml", RULES)
        .args(["rules", "show"])
        .stdout("yearly\tK{class@1}{date:%Y}-{branch}{seq:4}{check}\t4500 per scope\t按年\n")
        .run()
        .then()
        .args(["rules", "show", "yearly"])
        .stdout(concat!(
            "K\t1\t1\tliteral\tK\talways the same\tyearly\n",
            "class@1\t2\t2\tfield\t01\t客户分类 (level 1): 01 → 经销商\tyearly\n",
            "date:%Y\t4\t4\tdate\t2027\trecord date (year)\tyearly\n",
            "-\t8\t1\tliteral\t-\talways the same\tyearly\n",
            "branch\t9\t3\tfield\tABC\t网点: 3 characters of A-Z\tyearly\n",
            "seq\t12\t4\tsequence\t0001\tsequence number, counts within 客户分类 (level 1), record date (year)\tyearly\n",
            "check\t16\t1\tcheck\tM\tcheck digit, iso7064-mod37-36 over record date (year), sequence number\tyearly\n",
        ))
        .run();
    Test::new()
        .args(["rules", "show", "graded", "persons", "--format", "csv"])
        .stdout(concat!(
            "segment,start,width,kind,example,meaning,rule\n",
            "type,1,2,field,01,客户类型: 01 → A类 重点客户,graded\n",
            "industry,3,1,field,A,行业: A → 制造业,graded\n",
            "seq,4,4,sequence,0001,\"sequence number, counts within 客户类型, 行业\",graded\n",
            "P,1,1,literal,P,always the same,persons\n",
            "seq,2,6,sequence,000001,\"sequence number, one count for all\",persons\n",
        ))
        .run();
}

#[test]
fn json_has_all_of_it() {
    let text = Test::new()
        .file("rules.toml", RULES)
        .args(["rules", "show", "--json"])
        .stdout_like("[..]\n")
        .run()
        .stdout;
    let whole: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        whole["rules"][0],
        serde_json::json!({
            "name": "yearly", "id": "yearly", "label": "按年",
            "pattern": "K{class@1}{date:%Y}-{branch}{seq:4}{check}",
            "sequence": true, "capacity": 4500, "fields": ["class", "branch"],
            "from": "2027-01-01", "until": "2030-12-31", "default": true, "applies_to": {},
            "scope": ["class@1", "date:%Y"], "first": 1, "last": 8999, "step": 2, "warn_at": [],
            "example": "K012027-ABC0001M", "example_date": "2027-01-01",
            "example_customer": { "class": "city", "branch": "ABC" },
            "segments": [
                { "segment": "K", "kind": "literal", "start": 1, "shortest": 1, "longest": 1, "text": "K", "meaning": "always the same" },
                { "segment": "class@1", "kind": "field", "start": 2, "shortest": 2, "longest": 2, "text": "01",
                  "meaning": "客户分类 (level 1): 01 → 经销商", "field": "class", "label": "客户分类",
                  "value": "dealers", "value_label": "经销商" },
                { "segment": "date:%Y", "kind": "date", "start": 4, "shortest": 4, "longest": 4, "text": "2027",
                  "meaning": "record date (year)", "format": "%Y" },
                { "segment": "-", "kind": "literal", "start": 8, "shortest": 1, "longest": 1, "text": "-", "meaning": "always the same" },
                { "segment": "branch", "kind": "field", "start": 9, "shortest": 3, "longest": 3, "text": "ABC",
                  "meaning": "网点: 3 characters of A-Z", "field": "branch", "label": "网点",
                  "alphabet": "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
                { "segment": "seq", "kind": "sequence", "start": 12, "shortest": 4, "longest": 4, "text": "0001",
                  "meaning": "sequence number, counts within 客户分类 (level 1), record date (year)",
                  "within": ["class@1", "date:%Y"] },
                { "segment": "check", "kind": "check", "start": 16, "shortest": 1, "longest": 1, "text": "M",
                  "meaning": "check digit, iso7064-mod37-36 over record date (year), sequence number",
                  "algorithm": "iso7064-mod37-36", "over": ["date:%Y", "seq"] },
            ],
        })
    );
    let lines = Test::new().args(["rules", "show", "dated", "vips", "--format", "jsonl"]);
    lines.stdout_like("{\"name\":\"dated\",[..]\n{\"name\":\"vips\",[..]\n").run();
}

#[test]
fn rules_are_named_by_name_or_id_and_mistyped_ones_suggested() {
    Test::new()
        .args(["rules", "show", "gradde"])
        .stderr("error: unknown rule \"gradde\"\nhint: did you mean graded?\n")
        .status(2)
        .run()
        .then()
        .args(["rules", "show", "graded", "zzz", "--json"])
        .stderr_like("{\"schema\":1,\"error\":{\"kind\":\"unknown-rule\",[..]\"hint\":\"custcode rules show\",[..]}}\n")
        .status(2)
        .run()
        .then()
        .file("rules.toml", "custcode = 1\n[rules.new]\nid = \"old\"\npattern = \"{seq:2}\"\n")
        .args(["rules", "show", "old"])
        .stdout("seq\t1\t2\tsequence\t01\tsequence number, one count for all\tnew\n")
        .run();
}

#[test]
fn a_rule_whose_values_have_ended_is_shown_without_an_example() {
    let rules = "custcode = 1\n[fields.a]\nvalues = { x = { code = \"1\", until = 2020-12-31 } }\n[rules.r]\npattern = \"{a}{seq:2}\"\n";
    Test::new()
        .file("rules.toml", rules)
        .args(["rules", "show", "r", "--format", "table"])
        .stdout(concat!(
            "r\n",
            "  pattern  {a}{seq:2}\n",
            "  used     for every customer\n",
            "  room     99 codes within each a (1 to 99)\n",
            "  example  none: no customer can get a code of this rule now\n",
            "\n",
            "    seq  2  sequence number, counts within a\n",
            "    a    1  a\n",
        ))
        .run();
}
