//! `void`: a code is cancelled for good, and nothing gives it or another one out unseen.

use crate::support::{Ledger, Test, skipped_on_postgres};

/// Built-in rules and three customers: 01A0001 (甲, reference 1), 01A0002 (乙, reference 2), 01A0003
/// (丙).
fn known() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .file("customers.csv", "type,industry,name,ref\nvip,A,甲,1\nvip,A,乙,2\nvip,A,丙,\n")
        .args(["import", "customers.csv", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
}

/// The same, with 01A0001 void.
fn cancelled() -> Test {
    known()
        .args(["void", "01A0001", "--reason", "entered twice"])
        .stdout("01A0001\tactive\tvoid\t甲\t1\t\n")
        .stderr("references stay with their customers; --drop-refs takes them away\n")
        .run()
        .then()
}

const SINCE: &str = "void since 2026-11-22 09:00:00 +08:00 by li: entered twice";

#[test]
fn a_cancelled_code_tells_its_history() {
    let done = cancelled()
        .args(["show", "01a0001", "--format", "table"])
        .stdout_like(
            "01A0001  void  rule graded\n...\n  state     retired\n...\nhistory\n\
             \x20 2026-11-22 09:00:00 +08:00  entered the ledger, number 1 of its scope  (li)\n\
             \x20 2026-11-22 09:00:00 +08:00  active → void: entered twice  (li)\n\
             \x20 2026-11-22 09:00:00 +08:00  state: \"active\" → \"retired\"  (li)\n",
        )
        .run()
        .then()
        .args(["validate", "--registered", "01A0001", "01A0002"])
        .stdout("01A0001\tinvalid\tcancelled for good\tvoid\n01A0002\tvalid\tgraded\tactive\n")
        .status(1)
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("01A0004\n")
        .run();
    Ledger::sound_in(&done.folder, "a code was cancelled");
}

#[test]
fn what_is_void_already_stays_as_it_is() {
    if skipped_on_postgres("the bytes of the file") {
        return;
    }
    let done = cancelled().args(["rules", "show"]).stdout_like("...\n").run();
    let before = std::fs::read(done.folder.path("custcode.db")).expect("readable");
    let after = done
        .then()
        .args(["void", "01A0001", "--reason", "again"])
        .stderr(&format!("01A0001 is {SINCE}; nothing was changed\n"))
        .run();
    assert!(before == std::fs::read(after.folder.path("custcode.db")).expect("readable"));
    after
        .then()
        .args(["void", "01A0001", "01A0003", "01a0003", "--reason", "again", "--json"])
        .stdout(&format!(
            concat!(
                r#"{{"schema":1,"written":true,"reason":"again","codes":[{{"code":"01A0003","before":"active","#,
                r#""after":"void","name":"丙","ref":null,"refs":[],"stopped":true,"refs_dropped":false,"written":true}}],"#,
                r#""already":["01A0001 is {}"],"notes":[]}}"#,
                "\n"
            ),
            SINCE
        ))
        .stderr(&format!("{{\"schema\":1,\"status\":\"01A0001 is {SINCE}; nothing was changed\"}}\n"))
        .run();
}

#[test]
fn the_reference_gets_no_other_code_until_it_is_freed() {
    let refused = format!(
        "error: code 01A0001 of reference \"1\" (甲) is {SINCE}\n\
         hint: custcode void 01A0001 --drop-refs --reason \"…\" takes its references away; \
         --reuse-ref then gives one to another customer\n"
    );
    let done = cancelled()
        .args(["new", "--type", "vip", "--ref", "1"])
        .stderr(&refused)
        .status(4)
        .run()
        .then()
        .args(["new", "--ref", "1", "--dry-run"])
        .stderr(&refused)
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "01A0009", "--ref", "1"])
        .stderr(&refused)
        .status(4)
        .run()
        .then()
        .args(["void", "01A0001", "--drop-refs", "--reason", "back again"])
        .stdout("01A0001\tvoid\tvoid\t甲\t1\tdropped\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--ref", "1", "--reuse-ref"])
        .stdout("01A0004\n")
        .run()
        .then()
        .args(["new", "--ref", "1"])
        .stdout("01A0004\n")
        .run()
        .then()
        .args(["void", "01A0001", "--drop-refs", "--reason", "once more"])
        .stderr(&format!("01A0001 is {SINCE}; nothing was changed\n"))
        .run()
        .then()
        .args(["show", "01A0001"])
        .stdout_like(
            "...\nhistory\t2026-11-22 09:00:00 +08:00\tvoid: back again\tli\n\
             history\t2026-11-22 09:00:00 +08:00\tref: \"1\" → none (back again)\tli\n",
        )
        .run();
    Ledger::sound_in(&done.folder, "a reference was freed");
}

#[test]
fn a_code_can_be_cancelled_and_its_reference_freed_at_once() {
    known()
        .args(["void", "01A0001", "--drop-refs", "--reason", "wrong type"])
        .stdout("01A0001\tactive\tvoid\t甲\t1\tdropped\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--ref", "1", "--name", "甲"])
        .stderr(
            "error: reference \"1\" was taken away from 01A0001 at 2026-11-22 09:00:00 +08:00 by li: wrong type\n\
             hint: --reuse-ref gives it to this customer\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--type", "regular", "--ref", "1", "--name", "甲", "--reuse-ref"])
        .stdout("02A0001\n")
        .run()
        .then()
        .args(["new", "--ref", "1"])
        .stdout("02A0001\n")
        .run();
}

#[test]
fn a_cancelled_code_cannot_be_registered_again() {
    cancelled()
        .args(["new", "--code", "01A0001", "--name", "甲"])
        .stderr(&format!("error: code 01A0001 is {SINCE}\nhint: custcode show 01A0001\n"))
        .status(4)
        .run()
        .then()
        .file("codes.csv", "code,name\n01A0001,甲\n01A0002,乙\n")
        .args(["import", "codes.csv"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\ncodes.csv:2 (row 1): code 01A0001 is {SINCE}\n..."))
        .status(1)
        .run();
}

#[test]
fn the_nightly_import_rejects_the_row_until_the_reference_is_freed() {
    let release = "custcode void 01A0001 --drop-refs --reason \"…\" takes its references away; \
                   --reuse-ref then gives one to another customer";
    let told = format!("(row 1): code 01A0001 of reference \"1\" (甲) is {SINCE}; {release}\n");
    // The very same file, and another one.
    let done = cancelled()
        .args(["import", "customers.csv"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\ncustomers.csv:2 {told}..."))
        .status(1)
        .run()
        .then()
        .file("tonight.csv", "type,industry,name,ref\nvip,A,甲,1\nvip,A,丁,4\n")
        .args(["import", "tonight.csv", "--partial", "-o", "coded.csv"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\ntonight.csv:2 {told}..."))
        .status(6)
        .run();
    assert_eq!(done.folder.read("coded.csv"), "type,industry,name,ref,code\nvip,A,丁,4,01A0004\n");
    let done = done
        .then()
        .args(["void", "01A0001", "--drop-refs", "--reason", "back again", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["import", "customers.csv"])
        .stdout_like("...\n")
        .stderr_like(
            "...\ncustomers.csv:2 (row 1): reference \"1\" was taken away from 01A0001 at [..] by li: back again; \
             --reuse-ref gives it to this customer\n...",
        )
        .status(1)
        .run()
        .then()
        .args(["import", "customers.csv", "-o", "coded.csv", "--force", "--quiet", "--reuse-ref"])
        .stdout_like("...\n")
        .run();
    assert_eq!(
        done.folder.read("coded.csv"),
        "type,industry,name,ref,code\nvip,A,甲,1,01A0005\nvip,A,乙,2,01A0002\nvip,A,丙,,01A0003\n"
    );
}

#[test]
fn a_cancelled_customer_is_nobodys_namesake() {
    known()
        .args(["void", "01A0003", "--reason", "entered twice", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .file("again.csv", "type,industry,name\nvip,A,丙\n")
        .args(["import", "again.csv", "-o", "-", "--quiet"])
        .stdout_like("type,industry,name,code\nvip,A,丙,01A0004\n...")
        .run();
}

#[test]
fn a_named_request_is_not_answered_with_a_cancelled_code() {
    known()
        .args(["new", "--type", "regular", "--request-id", "one"])
        .stdout("02A0001\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--count", "2", "--request-id", "two"])
        .stdout("02A0002\n02A0003\n")
        .run()
        .then()
        .args(["void", "02A0001", "02A0002", "--reason", "entered twice", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--request-id", "one"])
        .stderr(&format!("error: code 02A0001 is {SINCE}\nhint: custcode show 02A0001\n"))
        .status(4)
        .run()
        .then()
        .args(["new", "--type", "regular", "--count", "2", "--request-id", "two"])
        .stdout("02A0002\n02A0003\n")
        .stderr("note: 02A0002 is void by now\n")
        .run();
}

#[test]
fn all_codes_are_cancelled_or_none() {
    let done = known()
        .args(["void", "01A0001", "01A0009", "--reason", "x"])
        .stderr("error: 01A0009 is not in the ledger\nhint: custcode validate 01A0009\n")
        .status(1)
        .run()
        .then()
        .args(["void", "01A0001", "OlA0002", "--reason", "x"])
        .stderr_like(
            "error: OlA0002 is not in the ledger\ncaused by: [..]\nhint: custcode validate OlA0002\n",
        )
        .status(1)
        .run()
        .then()
        .args(["list"])
        .stdout_like("01A0001[..]\n01A0002[..]\n01A0003[..]\n")
        .run()
        .then()
        .args(["void", "-", "--reason", "misprinted"])
        .stdin("01A0003\n\n 01A0002 \n")
        .stdout("01A0003\tactive\tvoid\t丙\t\t\n01A0002\tactive\tvoid\t乙\t2\t\n")
        .stderr("references stay with their customers; --drop-refs takes them away\n")
        .run();
    Ledger::sound_in(&done.folder, "two codes were cancelled");
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    known()
        .args(["void", "01A0001", "--reason", "x", "--dry-run"])
        .stdout("01A0001\tactive\tvoid\t甲\t1\t\n")
        .stderr("dry run: nothing was changed\n")
        .run()
        .then()
        .args(["new", "--ref", "1"])
        .stdout("01A0001\n")
        .run();
}

#[test]
fn a_reason_is_demanded() {
    known()
        .args(["void", "01A0001"])
        .stderr_like("error: the following required arguments were not provided:\n  --reason <TEXT>\n...")
        .status(2)
        .run()
        .then()
        .args(["void", "01A0001", "--reason", " "])
        .stderr("error: --reason is empty\nhint: say why, for whoever asks years later\n")
        .status(2)
        .run()
        .then()
        .args(["void", "-", "--reason", "x"])
        .stderr("error: standard input holds no code\n")
        .status(2)
        .run();
}

#[test]
fn lists_leave_out_what_is_not_active_unless_asked() {
    cancelled()
        .args(["list", "--format", "csv"])
        .stdout(
            "code,ref,name,date,type,industry,region,scale,class\n\
             01A0002,2,乙,2026-11-22,vip,manufacturing,,,\n01A0003,,丙,2026-11-22,vip,manufacturing,,,\n",
        )
        .run()
        .then()
        .args(["list", "--state", "void", "--format", "csv"])
        .stdout(
            "code,ref,name,date,type,industry,region,scale,class,code_state\n\
             01A0001,1,甲,2026-11-22,vip,manufacturing,,,,void\n",
        )
        .run()
        .then()
        .args(["export", "--state", "any", "--quiet"])
        .stdout(
            "code,ref,name,date,type,industry,region,scale,class,code_state\n\
             01A0001,1,甲,2026-11-22,vip,manufacturing,,,,void\n\
             01A0002,2,乙,2026-11-22,vip,manufacturing,,,,active\n\
             01A0003,,丙,2026-11-22,vip,manufacturing,,,,active\n",
        )
        .run()
        .then()
        .args(["export", "--state", "any", "--quiet", "-o", "all.csv"])
        .run()
        .then()
        .args(["import", "all.csv", "--quiet"])
        .stderr_like("all.csv:2 (row 1): column code_state: its code is void where it comes from; only active ones are taken in: leave the row out\n...")
        .status(1)
        .run()
        .then()
        .args(["list", "--state", "gone"])
        .stderr_like("error: invalid value 'gone' for '--state <STATE>'\n...")
        .status(2)
        .run();
}

#[test]
fn several_codes_cancelled_at_once_leave_a_ledger_that_is_sound_and_can_be_moved() {
    let done = known()
        .args(["void", "01A0003", "01A0001", "--reason", "moved away"])
        .stdout("01A0003\tactive\tvoid\t丙\t\t\n01A0001\tactive\tvoid\t甲\t1\t\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["void", "-", "--reason", "the same again, and one more"])
        .stdin("01A0001\n01A0002\n")
        .stdout("01A0002\tactive\tvoid\t乙\t2\t\n")
        .stderr_like("...\n")
        .run();
    if skipped_on_postgres("the copy is a file") {
        return;
    }
    done.then()
        .args(["store", "check", "--checkpoint", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["store", "copy", "--fence", "custcode.db", "moved.db", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["store", "check", "--store", "moved.db"])
        .stdout_like("...\n")
        .stderr("nothing was lost, doubled or altered\n")
        .run();
}

#[test]
fn what_standard_input_holds_is_limited_and_told_by_line() {
    let refused = |input: Vec<u8>, said: &str| {
        known()
            .args(["void", "-", "--reason", "x"])
            .stdin(input)
            .stderr(&format!("error: {said}\n"))
            .status(2)
            .run();
    };
    let line = "hint: one code a line";
    let long = [b"01A0001\n\n".to_vec(), vec![0; 5000], b"\n".to_vec()].concat();
    refused(long, &format!("line 3 of standard input is longer than 4096 bytes, so it is no code\n{line}"));
    refused(
        vec![0; 1 << 20],
        &format!("line 1 of standard input is longer than 4096 bytes, so it is no code\n{line}"),
    );
    refused(b"01A0001\n\xff\n".to_vec(), &format!("line 2 of standard input is not UTF-8\n{line}"));
    let many = "standard input has more than 1000000 lines or 64 MiB of codes\n\
                hint: cancel the codes in several runs";
    refused(b"01A0001\n".repeat(1_000_001), many);
    refused(b"\n".repeat(1_000_001), many);
}

#[test]
fn a_long_code_is_not_printed_whole() {
    known()
        .args(["void", &"X".repeat(3000), "--reason", "x"])
        .stderr_like(&format!("error: {}… is not in the ledger\n...\n", "X".repeat(20)))
        .status(1)
        .run();
}

#[test]
fn a_code_that_is_repeated_is_cancelled_once_and_a_reason_may_begin_with_a_dash() {
    known()
        .args(["void", "-", "--reason", "-x"])
        .stdin("01A0001\n01A0001\r\n 01A0001\n")
        .stdout("01A0001\tactive\tvoid\t甲\t1\t\n")
        .stderr("references stay with their customers; --drop-refs takes them away\n")
        .run()
        .then()
        .args(["void", "01A0002", "--reason", "--dry-run"])
        .stderr_like("error: a value is required for '--reason <TEXT>' but none was supplied\n...\n")
        .status(2)
        .run();
}
