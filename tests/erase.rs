//! `erase`: what is personal of a customer goes, for good and down to the bytes; its code stays,
//! and the ledger still proves the rest.

mod backups;
mod bytes;
mod comes_back;
mod damage;
mod server;

use crate::support::{Done, Ledger, Test, skipped_on_postgres};

/// The rules: a code with initials out of the name, one with a text, and plain ones.
const RULES: &str = "\
custcode = 1
timezone = \"Asia/Shanghai\"
default_rule = \"plain\"
[fields.type.values]
vip = \"01\"
regular = \"02\"
[fields.region]
values = { north = \"N\", south = \"S\" }
[fields.initials]
text = { width = 2, charset = \"letters\", pad = \"X\" }
derive = { from = \"name\", as = \"initials\" }
[rules.plain]
pattern = \"{type}A{seq:4}\"
applies_to = { type = \"vip\" }
[rules.named]
pattern = \"{type}{initials}{seq:3}\"
applies_to = { type = \"regular\" }
";

/// The texts of 王芳, as they stand in the ledger before she is erased.
const TEXTS: [&str; 8] = [
    "王芳",
    "an old card",
    "CRM-4711",
    "CRM-4712",
    "13800138000",
    "13911112222",
    "moved away",
    "wang@example.com",
];

/// Two customers: 01A0001 (王芳, with everything that can be known of a customer), 01A0002 (李明).
fn known() -> Test {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--name", "王芳", "--ref", "CRM-4711", "--request-id", "web-1"])
        .args(["--attr", "phone=13800138000", "--attr", "mail=wang@example.com", "--set", "region=north"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "李明", "--ref", "CRM-1", "--attr", "phone=110"])
        .stdout("01A0002\n")
        .run()
        .then()
        .args(["edit", "01A0001", "--name", "王芳芳", "--attr", "phone=13911112222", "--add-ref", "CRM-4712"])
        .args(["--drop-ref", "CRM-4711", "--reason", "an old card"])
        .stdout_like("...\n")
        .run()
        .then()
}

/// The same with 王芳 erased.
fn erased() -> Done {
    known()
        .args(["erase", "01A0001", "--reason", "ticket 812", "--yes"])
        .stdout_like("01A0001\tname, [..]\n")
        .stderr_like("the ledger is then written anew: [..]\n")
        .run()
}

/// When, by whom and why she was erased.
const WHEN: &str = "erased 2026-11-22 09:00:00 +08:00 by li: ticket 812";

#[test]
fn a_dry_run_lists_what_would_go_and_nothing_else() {
    let done = known()
        .args(["erase", "01A0001", "--reason", "ticket 812", "--dry-run"])
        .stdout_like(
            "01A0001\tname\t\t王芳芳\n...\n01A0001\tfield\tregion\tnorth\n...\n\
             01A0001\tattribute\tphone\t13911112222\n...\n",
        )
        .stderr("dry run: nothing was deleted\n")
        .run();
    assert!(!done.stdout.contains("李明") && !done.stdout.contains("vip"), "{}", done.stdout);
    done.then()
        .args(["show", "01A0001", "--format", "plain"])
        .stdout_like("...\ncustomer\tname\t王芳芳\t\n...\n")
        .run();
}

#[test]
fn nothing_goes_unless_somebody_says_yes() {
    known()
        .args(["erase", "01A0001", "--reason", "ticket 812"])
        .stderr_like(
            "01A0001: name, [..]\nerror: 1 customer would be erased for good: this was not confirmed\nhint: add --yes\n",
        )
        .status(2)
        .run()
        .then()
        .args(["erase", "01A0001", "--reason", " ", "--yes"])
        .stderr(
            "error: --reason is empty\n\
             hint: say why, for whoever asks years later; name nobody in it: it stays\n",
        )
        .status(2)
        .run()
        .then()
        .args(["erase", "01A0001", "01A0009", "--reason", "ticket 812", "--yes"])
        .stderr_like("error: 01A0009 is not in the ledger\n...\n")
        .status(1)
        .run()
        .then()
        .args(["list", "--format", "csv"])
        .stdout_like("code,[..]\n01A0001,CRM-4712,[..]\n01A0002,CRM-1,李明,[..]\n")
        .run();
}

#[test]
fn what_is_personal_goes_and_the_code_stays() {
    let done = erased();
    let told = done
        .then()
        .args(["show", "01A0001", "--format", "plain"])
        .stdout_like(
            "code\tcode\t01A0001\tactive\n...\ncustomer\tstate\terased\t\n\
             customer\terased\t2026-11-22 09:00:00 +08:00\t\ncustomer\tby\tli\t\ncustomer\treason\tticket 812\t\n...\n\
             customer\ttype\tvip\t[..]\n...\nhistory\t2026-11-22 09:00:00 +08:00\tname: what changed was deleted\tli\n...\n\
             history\t2026-11-22 09:00:00 +08:00\terased: ticket 812\tli\n",
        )
        .run();
    for text in TEXTS {
        assert!(!told.stdout.contains(text), "{text} in {}", told.stdout);
    }
    let done = told
        .then()
        .args(["export"])
        .stdout_like("code,ref,name,[..]\n01A0002,CRM-1,李明,[..]\n")
        .stderr("1 customer\n")
        .run()
        .then()
        .args(["list", "--state", "erased", "--format", "csv"])
        .stdout_like(
            "code,ref,name,date,type,region,initials,code_state,[..],erased_at,erased_by,erased_because\n\
             01A0001,,,2026-11-22,vip,,,erased,[..],2026-11-22T01:00:00Z,li,ticket 812\n",
        )
        .run()
        .then()
        .args(["log", "--code", "01A0001", "--format", "csv"])
        .stdout_like("operation,[..]\n1,[..],new,[..]\n3,[..],edit,[..]\n4,[..],erase,li,[..]\n")
        .stderr("3 operations\n")
        .run()
        .then()
        .args(["gaps"])
        .stdout_like("plain\t[..]\t1\t1\t1\terased\t01A0001\t01A0001\tticket 812\t4\t[..]\tli\n")
        .stderr_like("1 number without an active code in 1 range, 0 unexplained\n")
        .run()
        .then()
        .args(["validate", "--registered", "01A0001"])
        .stdout("01A0001\tvalid\tplain\tactive\n")
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("01A0003\n")
        .run();
    Ledger::sound_in(&done.folder, "a customer was erased");
}

#[test]
fn the_ledger_still_proves_the_rest() {
    if skipped_on_postgres("the server that the suite shares is not made to last") {
        return;
    }
    erased()
        .then()
        .args(["store", "check", "--format", "plain"])
        .stdout_like("...\n")
        .stderr(
            "note: 1 customer was erased: what is left of them is not proved\n\
             nothing was lost, doubled or altered\n",
        )
        .run();
}

#[test]
fn what_was_erased_before_stays_as_it_is() {
    erased()
        .then()
        .args(["erase", "01a0001", "ref:CRM-4711", "--reason", "again", "--yes"])
        .stderr(&format!(
            "01A0001 was {WHEN}; nothing was changed\nref:CRM-4711 was {WHEN}; nothing was changed\n"
        ))
        .run()
        .then()
        .args(["erase", "ref:CRM-2", "--reason", "again", "--yes"])
        .stderr_like("error: ref:CRM-2 is not in the ledger\n...\n")
        .status(1)
        .run()
        .then()
        .args(["erase", "ref:CRM-1", "--reason", "ticket 813", "--yes", "--quiet"])
        .stdout_like("01A0002\t[..]\n")
        .run()
        .then()
        .args(["edit", "01A0001", "--name", "王芳"])
        .stderr(&format!(
            "error: the customer of code 01A0001 was {WHEN}\n\
             hint: its code stays as it is; who comes back is a new customer: custcode new\n"
        ))
        .status(4)
        .run();
}

#[test]
fn a_code_that_prints_initials_is_erased_only_on_purpose() {
    known()
        .args(["new", "--type", "regular", "--name", "Li Na"])
        .stdout("02LN001\n")
        .run()
        .then()
        .args(["erase", "02LN001", "--reason", "ticket 9", "--yes"])
        .stderr(
            "error: a code never changes, and so keeps what it prints: 02LN001 prints initials=LN, derived from the name\n\
             hint: --code-stays deletes everything else; custcode erase --dry-run lists what that is\n",
        )
        .status(4)
        .run()
        .then()
        .args(["erase", "02LN001", "--reason", "ticket 9", "--yes", "--code-stays", "--quiet"])
        .stdout("02LN001\tname\n")
        .run()
        .then()
        .args(["show", "02LN001", "--format", "plain"])
        .stdout_like("...\ncustomer\tinitials\tLN\t\n...\n")
        .run();
}

#[test]
fn the_reason_of_a_cancelled_code_goes_too_and_its_state_stays() {
    let done = known()
        .args(["void", "01A0001", "--reason", "moved away", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["erase", "01A0001", "--reason", "ticket 812", "--yes", "--quiet"])
        .stdout_like("01A0001\tname, [..] 1 reason\n")
        .run()
        .then()
        .args(["show", "01A0001", "--format", "plain"])
        .stdout_like("code\tcode\t01A0001\tvoid\n...\n")
        .run();
    assert!(!done.stdout.contains("moved away"), "{}", done.stdout);
    done.then()
        .args(["void", "01A0001", "--reason", "again"])
        .stderr_like("01A0001 is void since [..] by li; nothing was changed\n")
        .run();
}
