//! `init --template`: schemes to begin with.

use custcode::rule::templates::TEMPLATES;

use crate::support::Test;

#[test]
fn every_template_issues_the_code_that_it_names() {
    for template in &TEMPLATES {
        Test::new()
            .args(["init", "--template", template.name])
            .stdout_like("rules\trules.toml\nledger\t[..]\n")
            .stderr(&format!("try next:\n  custcode new {}\n  custcode rules show\n", template.first))
            .run()
            .then()
            .args(["rules", "check", "--quiet"])
            .stdout_like("...\n")
            .run()
            .then()
            .args(["new"])
            .args(template.first.split_whitespace())
            .stdout(&format!("{}\n", template.code))
            .run()
            .then()
            .args(["validate", template.code])
            .stdout_like(&format!("{}\tvalid\t[..]\n", template.code))
            .run();
    }
}

#[test]
fn types_choose_their_rule_and_other_rules_are_asked_for() {
    let codes = |template: &str, codes: &[(&str, &str)]| {
        let mut done =
            Test::new().args(["init", "--quiet", "--template", template]).stdout_like("...\n").run();
        for (options, code) in codes {
            let run = done.then().args(["new"]).args(options.split_whitespace());
            done = run.stdout(&format!("{code}\n")).run();
        }
    };
    codes(
        "per-type",
        &[("--type enterprise", "E000001"), ("--type VIP客户", "V000001"), ("--type P", "P000001")],
    );
    codes("level", &[("--set level=1", "100001"), ("--rule by-relation --set relation=合作伙伴", "H00001")]);
    codes(
        "type-date",
        &[
            ("--type business --date 2023-10-01", "B20231001-0001"),
            ("--type personal --date 2023-10-01", "C20231001-0001"),
            ("--type personal --date 2023-10-01", "C20231001-0002"),
        ],
    );
    codes("month", &[("--date 2023-10-31", "2023100001"), ("--date 2023-11-01", "2023110001")]);
}

#[test]
fn the_list_makes_nothing() {
    let done = Test::new()
        .args(["init", "--list-templates"])
        .stdout_like("type-industry\t01A0001\ttype, industry, number\n...\n")
        .run();
    assert!(done.folder.names().is_empty());
    done.then()
        .args(["init", "--list-templates", "--json"])
        .stdout_like(
            "{\"schema\":1,\"templates\":[{\"template\":\"type-industry\",\"code\":\"01A0001\",\"about\":\"type, industry, number\",\
             \"first\":\"--type vip --set industry=manufacturing\"},[..]\n",
        )
        .run();
}

#[test]
fn an_unknown_template_is_told_with_the_nearest_and_all() {
    Test::new()
        .args(["init", "--template", "type-dat"])
        .stderr(
            "error: invalid value 'type-dat' for '--template <NAME>'\n  \
             [possible values: type-industry, type-industry-region, type-date, per-type, region, level, month, class, checked]\n\
             \n  tip: a similar value exists: 'type-date'\n\
             \nFor more information, try '--help'.\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_template_never_replaces_a_rule_file() {
    let mine = "custcode = 1\n[rules.mine]\npattern = \"N{seq:3}\"\n";
    let done = Test::new()
        .file("rules.toml", mine)
        .args(["init", "--template", "month"])
        .stderr(
            "error: [DIR]/rules.toml is there already, and a template never replaces a rule file\n\
             hint: custcode init makes the ledger of the file that is there; \
             custcode init --template month --rules FILE writes another file\n",
        )
        .status(4)
        .run();
    assert_eq!(done.folder.read("rules.toml"), mine);
    assert_eq!(done.folder.names(), ["rules.toml"]);
}
