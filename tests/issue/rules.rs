//! Which rule issues: the one asked for, the one that applies, the default.

use crate::support::Test;

/// Each type with a rule of its own, and one for the rest.
const RULES: &str = "custcode = 1\ndefault_rule = \"rest\"\n\
    [fields.type]\nvalues = { personal = \"P\", business = \"E\", vip = \"V\", other = \"X\" }\n\
    [fields.region]\nvalues = { east = \"5\", west = \"6\" }\n\
    [rules.persons]\npattern = \"P{seq:6}\"\napplies_to = { type = [\"personal\"] }\n\
    [rules.firms]\npattern = \"E{region}{seq:4}\"\napplies_to = { type = [\"business\"] }\n\
    [rules.vips]\npattern = \"V{seq:3}\"\napplies_to = { type = [\"vip\"] }\n\
    [rules.rest]\npattern = \"R{type}{seq:2}\"\n";

#[test]
fn each_type_has_its_rule_and_the_rest_the_default() {
    let mut test = Test::new().rules(RULES);
    for (args, code) in [
        (&["--type", "personal"][..], "P000001\n"),
        (&["--type", "business", "--region", "east"], "E50001\n"),
        (&["--type", "business", "--region", "west"], "E60001\n"),
        (&["--type", "vip"], "V001\n"),
        (&["--type", "other"], "RX01\n"),
        (&["--type", "vip", "--rule", "rest"], "RV01\n"),
    ] {
        test = test.args(["new"]).args(args.to_vec()).stdout(code).run().then();
    }
}

#[test]
fn a_rule_that_does_not_apply_or_exist_is_refused() {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--rule", "persons"])
        .stderr(
            "error: rule persons does not apply to type vip, only to personal\n\
             hint: another --rule, or none to let the rule file choose; custcode rules show\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--rule", "persons"])
        .stderr(
            "error: rule persons does not apply to a customer without type, only to personal\n\
             hint: another --rule, or none to let the rule file choose; custcode rules show\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip", "--rule", "vipps"])
        .stderr("error: unknown rule \"vipps\"\nhint: did you mean vips?\n")
        .status(2)
        .run();
}

#[test]
fn two_rules_that_could_both_apply_are_refused_when_the_file_is_read() {
    let both = RULES.replace("[\"vip\"]", "[\"vip\", \"personal\"]");
    Test::new()
        .file("rules.toml", &both)
        .args(["rules", "check"])
        .stderr_like("error[[..]\n...\nerror: [..]\n")
        .status(2)
        .run();
}

#[test]
fn without_a_sequence_a_combination_has_one_customer() {
    let sum10 = "custcode = 1\n[fields.type.values]\nvip = \"01\"\n[fields.scale.values]\nsmall = \"5001\"\n\
         [rules.checked]\npattern = \"{type}{scale}{check}\"\ncheck = { algorithm = \"sum10\" }\n\
         allow = [\"no-sequence\", \"weak-check\"]\n";
    let asked = ["new", "--type", "vip", "--set", "scale=small"];
    Test::new()
        .rules(sum10)
        .args(asked)
        .args(["--name", "华东机械有限公司"])
        .stdout("0150013\n")
        .run()
        .then()
        .args(asked)
        .args(["--name", "Acme"])
        .stderr(
            "error: code 0150013 is taken by customer \"华东机械有限公司\"; rule checked has no sequence and gives one code for each combination\n\
             hint: custcode show 0150013\n",
        )
        .status(4)
        .run()
        .then()
        .args(asked)
        .args(["--count", "2"])
        .stderr("error: rule checked has no sequence: it gives one code, not 2\n")
        .status(2)
        .run();
}
