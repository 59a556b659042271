//! A name that is known: whether it is the same customer is decided by what else is said, and where
//! that decides nothing, by a person.

use crate::support::Test;

/// Built-in rules, and 华东机械有限公司 with a phone number, 02B0001.
fn known() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(NEW)
        .stdout("02B0001\n")
        .run()
        .then()
}

const REGULAR: [&str; 5] = ["new", "--type", "regular", "--set", "industry=services"];
const NEW: [&str; 9] = [
    "new",
    "--type",
    "regular",
    "--set",
    "industry=services",
    "--name",
    "华东机械有限公司",
    "--attr",
    "phone=1",
];

#[test]
fn who_says_everything_again_gets_the_same_code() {
    known()
        .args(NEW)
        .stdout("02B0001\n")
        .stderr("note: 02B0001 is known by this name\n")
        .run()
        .then()
        .args(REGULAR)
        .args(["--name", "华东机械 有限责任公司"])
        .stdout("02B0001\n")
        .stderr_like("note: 02B0001 is known by this name\n...")
        .run();
}

#[test]
fn other_data_leave_it_to_a_person() {
    let other = ["--name", "华东机械有限公司", "--attr", "phone=2"];
    known()
        .args(REGULAR)
        .args(other)
        .stderr(
            "error: \"华东机械有限公司\" is known as 02B0001, with other data: is it the same customer?\n\
             hint: --likely attach: it is the same customer; --likely new: it is another one\n",
        )
        .status(4)
        .run()
        .then()
        .args(REGULAR)
        .args(other)
        .args(["--likely", "new"])
        .stdout("02B0002\n")
        .stderr("note: another customer has this name: 02B0001 (customer \"华东机械有限公司\")\n")
        .run();
}

#[test]
fn a_new_reference_may_be_that_of_a_customer_without_one() {
    let referenced = ["--name", "华东机械有限公司", "--ref", "CRM:1"];
    known()
        .args(REGULAR)
        .args(referenced)
        .stderr(
            "error: \"华东机械有限公司\" is known without a reference, as 02B0001: is \"CRM:1\" the same customer?\n\
             hint: --likely attach: it is the same customer; --likely new: it is another one\n",
        )
        .status(4)
        .run()
        .then()
        .args(REGULAR)
        .args(referenced)
        .args(["--likely", "attach"])
        .stdout("02B0001\n")
        .stderr(
            "note: 02B0001 is known by this name\n\
             note: 02B0001 now has reference \"CRM:1\"\n",
        )
        .run()
        .then()
        .args(REGULAR)
        .args(["--name", "华东机械有限公司", "--ref", "CRM:2"])
        .stdout("02B0002\n")
        .stderr("note: another customer has this name: 02B0001 (reference \"CRM:1\" (华东机械有限公司))\n")
        .run();
}

#[test]
fn programs_are_told_the_candidates() {
    known()
        .args(REGULAR)
        .args(["--name", "华东机械有限公司", "--ref", "CRM:1", "--json"])
        .stderr_like(
            "{\"schema\":1,\"error\":{\"kind\":\"likely-customer\",[..]\
             \"candidates\":[{\"code\":\"02B0001\",\"name\":\"华东机械有限公司\",\"refs\":[]}][..]}}\n",
        )
        .status(4)
        .run();
}

#[test]
fn a_renamed_customer_is_found_by_its_name() {
    known()
        .args(["edit", "02B0001", "--name", "新名有限公司"])
        .stdout_like("...")
        .run()
        .then()
        .args(REGULAR)
        .args(["--name", "新名有限公司", "--ref", "CRM:1"])
        .stderr_like("error: \"新名有限公司\" is known without a reference, as 02B0001: [..]\n...")
        .status(4)
        .run()
        .then()
        .args(REGULAR)
        .args(["--name", "华东机械有限公司", "--ref", "CRM:2"])
        .stdout("02B0002\n")
        .run();
}

#[test]
fn a_cancelled_customer_is_no_namesake() {
    known()
        .args(["void", "02B0001", "--reason", "twice"])
        .stdout_like("...")
        .run()
        .then()
        .args(NEW)
        .stdout("02B0002\n")
        .run();
}

#[test]
fn a_code_from_outside_says_who_else_has_the_name() {
    known()
        .args(["new", "--code", "02B0007", "--name", "华东机械有限公司"])
        .stdout("02B0007\n")
        .stderr("note: another customer has this name: 02B0001 (customer \"华东机械有限公司\")\n")
        .run();
}
