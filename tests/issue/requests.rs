//! A request that has a name gets the same answer for good.

use crate::support::{Ledger, Test};

const RULES: &str = "custcode = 1\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n[rules.r]\npattern = \"{type}{seq:4}\"\n";

#[test]
fn a_named_request_for_many_codes_replays() {
    let asked = ["new", "--type", "vip", "--count", "3", "--request-id", "batch-17"];
    let codes = "010001\n010002\n010003\n";
    let done = Test::new()
        .rules(RULES)
        .args(asked)
        .stdout(codes)
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("010004\n")
        .run()
        .then()
        .now("2027-03-01T09:00:00+08:00")
        .args(asked)
        .stdout(codes)
        .run()
        .then()
        .args(asked)
        .args(["--format", "csv"])
        .stdout("code,rule,number,name,ref,issued\n010001,r,1,,,yes\n010002,r,2,,,yes\n010003,r,3,,,yes\n")
        .run()
        .then()
        .args(asked)
        .args(["--dry-run"])
        .stdout("010001\tnot issued\n010002\tnot issued\n010003\tnot issued\n")
        .stderr("dry run: nothing was issued\n")
        .run();
    assert_eq!(Ledger::sound_in(&done.folder, "replays").codes.len(), 4);
}

#[test]
fn another_request_under_the_same_name_is_a_conflict() {
    let mut done = Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--count", "3", "--request-id", "b"])
        .stdout_like("...\n")
        .run();
    for other in [
        &["--type", "vip", "--count", "4"][..],
        &["--type", "regular", "--count", "3"],
        &["--type", "vip", "--count", "3", "--attr", "a=b"],
        &["--type", "vip", "--code", "010009"],
    ] {
        done = done
            .then()
            .args(["new", "--request-id", "b"])
            .args(other.to_vec())
            .stderr(
                "error: request id \"b\" was used for another request: `new` at 2026-11-22T01:00:00Z\n\
                 hint: repeat the request exactly, or choose a new --request-id\n",
            )
            .status(4)
            .run();
    }
}

#[test]
fn a_named_request_for_a_known_reference_replays_even_when_the_reference_is_gone() {
    let asked = ["new", "--type", "vip", "--ref", "CRM:1", "--request-id", "r"];
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--ref", "CRM:1"])
        .stdout("010001\n")
        .run()
        .then()
        .args(asked)
        .stdout("010001\n")
        .run()
        .then()
        .args(["edit", "010001", "--drop-ref", "CRM:1", "--reason", "moved"])
        .stdout("ref\tCRM:1\t\n")
        .run()
        .then()
        .args(asked)
        .stdout("010001\n")
        .run();
    Ledger::sound_in(&done.folder, "a request answered with a known code");
}

#[test]
fn a_named_update_replays_its_answer() {
    let asked = [
        "new",
        "--ref",
        "1",
        "--type",
        "vip",
        "--attr",
        "a=b",
        "--on-existing",
        "update",
        "--request-id",
        "u",
    ];
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--ref", "1"])
        .stdout("010001\n")
        .run()
        .then()
        .args(asked)
        .stdout("010001\n")
        .stderr("note: 010001 updated: a none (asked: \"b\")\n")
        .run()
        .then()
        .args(asked)
        .stdout("010001\n")
        .run();
}

#[test]
fn a_named_registration_replays() {
    let asked = ["new", "--code", "010500", "--name", "Old", "--request-id", "r"];
    Test::new()
        .rules(RULES)
        .args(asked)
        .stdout("010500\n")
        .run()
        .then()
        .args(asked)
        .stdout("010500\n")
        .run()
        .then()
        .args(["new", "--code", "010500", "--name", "Other", "--request-id", "r"])
        .stderr_like("error: request id \"r\" was used for another request: [..]\nhint: [..]\n")
        .status(4)
        .run();
}

#[test]
fn any_number_of_seconds_can_be_waited() {
    let mut done = Test::new().args(["init", "--quiet"]).stdout_like("...\n").run();
    for (number, wait) in (1..).zip([0, 2_147_483, 2_147_484, u64::from(u32::MAX) + 1, u64::MAX]) {
        let wait = wait.to_string();
        done = done
            .then()
            .args(["new", "--type", "vip", "--wait", &wait])
            .stdout(&format!("01A{number:04}\n"))
            .run()
            .then()
            .args(["list", "--wait", &wait])
            .stdout_like("...\n")
            .run();
    }
}
