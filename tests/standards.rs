//! Ready-made dictionaries: named in the rule file, shown, saved to be changed, and kept by the
//! ledger like a file of the rules.

use crate::support::{Tables, Test};

const RULES: &str = "custcode = 1\n[fields.country]\nlabel = \"国家\"\nstandard = \"iso3166\"\n\
                     [rules.by-country]\npattern = \"{country}{seq:4}\"\n";

#[test]
fn a_field_names_a_dictionary_instead_of_listing_its_values() {
    Test::new()
        .rules(RULES)
        .args(["new", "--set", "country=瑞士", "--name", "Alpenkäse AG"])
        .stdout("CH0001\n")
        .run()
        .then()
        .args(["validate", "CH0001", "XX0001", "--format", "table"])
        .stdout_like(
            "CH0001  valid  rule by-country\n  country  CH    国家: Switzerland\n  seq      0001  number 1\n\
             XX0001  invalid  rule by-country\n...\n",
        )
        .status(1)
        .run()
        .then()
        .args(["new", "--set", "country=Schweiz"])
        .stderr_like("error: country: unknown value \"Schweiz\"; expected one of AD, AE, AF, AG, AI, AL, AM, AO …\n...\n")
        .status(2)
        .run();
}

#[test]
fn the_dictionaries_are_listed_with_their_editions() {
    Test::new()
        .args(["rules", "standard"])
        .stdout(
            "iso3166\t249\tISO 3166-1:2020, the 249 officially assigned codes as of June 2024\n\
             gb2260-provinces\t34\tGB/T 2260 province codes as published by the Ministry of Civil Affairs, state of 2024-12-31: 34\n\
             gb2260-cities\t354\tGB/T 2260 prefecture-level codes as published by the Ministry of Civil Affairs, state of 2024-12-31: 333 in force\n\
             gb2260\t385\tGB/T 2260 as published by the Ministry of Civil Affairs, state of 2024-12-31: 31 provinces and 333 prefecture-level codes in force\n\
             gb4754\t20\tGB/T 4754-2017 industry sections (门类): 20, A to T\n",
        )
        .run()
        .then()
        .args(["rules", "standard", "--format", "jsonl"])
        .stdout_like("...\n{\"name\":\"gb4754\",\"count\":20,\"edition\":\"GB/T 4754-2017 industry sections (门类): 20, A to T\"}\n")
        .run();
}

#[test]
fn the_values_of_one_are_shown() {
    Test::new()
        .args(["rules", "standard", "gb4754"])
        .stdout_like("A\tA\t农、林、牧、渔业\t[..]\nB\tB\t采矿业\tMining|mining and quarrying\n...\nT\tT\t国际组织\t[..]\n")
        .run()
        .then()
        .args(["rules", "standard", "gb2260-provinces", "--json"])
        .stdout_like(
            "{\"schema\":1,\"name\":\"gb2260-provinces\",\"count\":34,\"edition\":\"GB/T 2260[..]\",\"notes\":[[..]],\"values\":[{\"key\":\"11\",\"code\":\"11\",\"label\":\"北京市\",\
             \"aliases\":[\"北京\",\"BJ\",\"京\",\"Beijing\"],\"letters\":\"BJ\"},[..]]}\n",
        )
        .run()
        .then()
        .args(["rules", "standard", "iso-3166"])
        .stderr("error: there is no ready-made dictionary \"iso-3166\"\nhint: did you mean iso3166?\n")
        .status(2)
        .run();
}

#[test]
fn one_that_was_saved_is_a_file_of_values() {
    let saved = Test::new()
        .args(["rules", "standard", "gb2260-cities", "--format", "csv"])
        .stdout_like("[..]key,code,label,aliases,until\n...\n")
        .run();
    let rules = "custcode = 1\n[fields.city]\nvalues_from = \"cities.csv\"\n[rules.r]\npattern = \"{city:4}{seq:4}\"\n";
    Test::new()
        .file("cities.csv", saved.stdout)
        .rules(rules)
        .args(["new", "--set", "city=深圳"])
        .stdout("44030001\n")
        .run()
        .then()
        .args(["new", "--set", "city=莱芜"])
        .stderr_like("error: rule r: city 3712 (莱芜市) holds until 2018-12-31, not on 2026-11-22\n...\n")
        .status(2)
        .run();
}

#[test]
fn the_ledger_keeps_the_edition_that_codes_were_issued_under() {
    let done = Test::new().rules(RULES).args(["new", "--set", "country=CN"]).stdout("CN0001\n").run();
    let mut tables = Tables::of(&done.folder).expect("a ledger");
    let kept = tables.column("SELECT text FROM bundles").expect("its rules").concat();
    assert!(kept.contains("standard:iso3166") && kept.contains("ISO 3166-1:2020"), "{kept:.300}");
}
