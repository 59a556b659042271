//! How the program speaks: formats, JSON errors, quiet ends, help where a word was wrong.

use std::process::Stdio;

use crate::support::{Tables, Test, skipped_on_postgres};

/// One rule, one code.
const RULES: &str =
    "custcode = 1\n[fields.type.values]\nvip = \"01\"\n[rules.r]\npattern = \"{type}{seq:1}\"\n";

#[test]
fn a_new_code_in_every_format() {
    let mut test = Test::new().rules(RULES);
    for (format, text) in [
        ("plain", "011\n"),
        ("table", "012\n"),
        (
            "jsonl",
            "{\"code\":\"013\",\"rule\":\"r\",\"number\":3,\"existing\":false,\"name\":null,\"ref\":\"013\",\"refs\":[\"013\"],\"issued\":true}\n",
        ),
        ("csv", "code,rule,number,name,ref,issued\n014,r,4,,014,yes\n"),
        (
            "json",
            "{\"schema\":1,\"issued\":true,\"codes\":[{\"code\":\"015\",\"rule\":\"r\",\"number\":5,\"existing\":false,\"name\":null,\"ref\":\"015\",\"refs\":[\"015\"],\"issued\":true}],\"notes\":[]}\n",
        ),
    ] {
        let reference = format!(
            "01{}",
            "plain table jsonl csv json".split(' ').position(|f| f == format).expect("known") + 1
        );
        test = test
            .args(["new", "--type", "vip", "--ref", &reference, "--format", format])
            .stdout(text)
            .run()
            .then();
    }
    test.env("CUSTCODE_FORMAT", "csv")
        .args(["new", "--type", "vip"])
        .stdout_like("code,[..]\n016,r,6,,,yes\n")
        .run();
}

#[test]
fn every_refusal_is_one_json_object_with_kind_and_hint() {
    let mut test =
        Test::new().rules(RULES).args(["new", "--type", "vip", "--ref", "1"]).stdout("011\n").run().then();
    for (args, status, kind) in [
        (&["new", "--type", "vpi"][..], 2, "unknown-value"),
        (&["new", "--set", "tpye=vip"], 2, "unknown-field"),
        (&["new"], 2, "missing-value"),
        (&["new", "--type", "vip", "--rule", "q"], 2, "unknown-rule"),
        (&["new", "--type", "vip", "--count", "9"], 4, "exhausted"),
        (&["new", "--code", "019", "--type", "vip"], 4, "jump"),
        (&["new", "--code", "xyz"], 1, "invalid-code"),
        (&["new", "--code", "011", "--name", "another"], 4, "conflict"),
        (&["new", "--type", "vip", "--date", "0001-01-01"], 2, "bad-date"),
        (&["show", "018x"], 1, "not-found"),
        (&["edit", "012", "--name", "A"], 1, "not-found"),
        (&["list", "--where", "typ=vip"], 2, "unknown-field"),
        (&["new", "--store", "none.db"], 3, "ledger-missing"),
        (&["new", "--rules", "none.toml"], 2, "rules-unreadable"),
        (&["init"], 4, "ledger-exists"),
        (&["nwe"], 2, "usage"),
        (&["new", "--wrong"], 2, "usage"),
    ] {
        let pattern = format!(
            "{{\"schema\":1,\"error\":{{\"kind\":\"{kind}\",\"message\":\"[..]\",\"causes\":[[..]],\"hint\":[..]}}}}\n"
        );
        let done = test.args(args.to_vec()).args(["--json"]).stderr_like(&pattern).status(status).run();
        test = done.then();
    }
}

#[test]
fn a_code_in_place_of_a_command_is_understood() {
    Test::new()
        .args(["01A0001"])
        .stderr_like("error: unrecognized subcommand '01A0001'\n...\nhint: custcode show 01A0001\n")
        .status(2)
        .run()
        .then()
        .args(["isue"])
        .stderr_like("error: unrecognized subcommand 'isue'\n...\n")
        .status(2)
        .run();
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"N{seq:6}\"\n")
        .args(["new", "--count", "20000", "--quiet"])
        .stdout_like("...\n")
        .run()
        .folder;
    for args in
        [&["list"][..], &["list", "--format", "csv"], &["list", "--json"], &["completions", "bash"], &["man"]]
    {
        let mut child = folder
            .custcode(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("custcode starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("custcode ends");
        assert!(output.status.success(), "{args:?}: {:?}", output.status);
        assert!(output.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_full_device_is_told_and_the_code_is_safe() {
    let folder = Test::new().rules(RULES).args(["list"]).run().folder;
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else { return };
    let output = folder
        .custcode(["new", "--type", "vip", "--ref", "1"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("custcode starts");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.starts_with("error: could not write to standard output: "), "{told}");
    assert!(told.contains("hint: what was issued, if anything, is in the ledger"), "{told}");
    Test::within(folder).args(["new", "--ref", "1"]).stdout("011\n").run();
}

#[test]
fn quiet_says_results_and_errors_only() {
    Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"N{seq:1}\"\nseq = { warn_at = [10] }\n")
        .args(["new", "--quiet"])
        .stdout("N1\n")
        .run()
        .then()
        .args(["new", "--quiet", "--dry-run"])
        .stdout("N2\tnot issued\n")
        .run()
        .then()
        .args(["show", "N9x", "--quiet"])
        .stderr_like("error: N9x is not in the ledger\n...\n")
        .status(1)
        .run();
}

#[test]
fn a_clock_or_format_that_cannot_be_read_is_refused() {
    Test::new()
        .env("CUSTCODE_NOW", "tomorrow")
        .args(["new", "--type", "vip"])
        .stderr_like("error: CUSTCODE_NOW: [..]\nhint: 2023-10-01T09:00:00+08:00\n")
        .status(2)
        .run();
    Test::new()
        .env("CUSTCODE_FORMAT", "xml")
        .args(["rules", "show"])
        .stderr("error: CUSTCODE_FORMAT: unknown format \"xml\"\nhint: table, plain, json, jsonl or csv\n")
        .status(2)
        .run();
}

#[test]
fn a_folder_that_is_gone_is_told_with_its_cause() {
    let folder = Test::new().args(["rules", "show"]).stdout_like("...\n").run().folder;
    let output = folder
        .command("sh")
        .args(["-c", "mkdir gone && cd gone && rmdir ../gone && exec custcode rules show"])
        .output()
        .expect("a shell starts");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.starts_with("error: could not find the current folder\ncaused by: "), "{told}");
}

#[test]
fn rules_are_shown_and_checked() {
    let line = "r\t{type}{seq:1}\t9 per scope\t\n";
    Test::new()
        .file("rules.toml", RULES)
        .args(["rules", "show"])
        .stdout(line)
        .run()
        .then()
        .file("draft.toml", RULES.replace("{type}", "{tpye}").replace("{seq:1}", "{seq}"))
        .args(["rules", "check", "draft.toml", "--json"])
        .stdout_like("{\"schema\":1,\"valid\":false,\"problems\":[{\"severity\":\"error\",[..]\"line\":5,[..]},{[..]}],\"rules\":[]}\n")
        .status(2)
        .run();
}

#[test]
fn shells_and_readers_get_their_pages() {
    let mut test = Test::new();
    for (args, word) in [
        (&["completions", "bash"][..], "custcode"),
        (&["completions", "zsh"], "#compdef custcode"),
        (&["completions", "fish"], "complete -c custcode"),
        (&["man"], ".TH custcode 1"),
        (&["man", "rules", "check"], ".TH custcode-rules-check 1"),
    ] {
        let done = test.args(args.to_vec()).stdout_like("...\n").run();
        assert!(done.stdout.contains(word), "{args:?}");
        test = done.then();
    }
    test.args(["man", "rulse"])
        .stderr("error: no command \"rulse\"\nhint: did you mean rules? custcode --help lists the commands\n")
        .status(2)
        .run();
}

#[test]
fn a_held_ledger_is_waited_for_no_longer_than_asked() {
    if skipped_on_postgres("the queue beside the file") {
        return;
    }
    let folder = Test::new().rules(RULES).args(["new", "--type", "vip"]).stdout("011\n").run().folder;
    let lock = std::fs::File::open(folder.path("custcode.db.lock")).expect("the queue's file stays");
    lock.lock().expect("locked");
    let done = Test::within(folder)
        .args(["new", "--type", "vip", "--wait", "0"])
        .stderr_like(
            "error: busy: new (process [..]) has held the ledger for [..] (waited 0 s)\n\
             hint: safe to repeat; --wait SECONDS waits longer\n",
        )
        .status(5)
        .run();
    drop(lock);
    done.then().args(["new", "--type", "vip"]).stdout("012\n").run();
}

#[test]
fn who_waits_learns_who_holds_the_ledger_and_for_how_long() {
    if skipped_on_postgres("the file of the queue") {
        return;
    }
    let folder = Test::new().rules(RULES).args(["new", "--type", "vip"]).stdout("011\n").run().folder;
    let path = folder.path("custcode.db.lock");
    let begun = std::time::SystemTime::now() - std::time::Duration::from_mins(5);
    std::fs::write(&path, custcode::store::holder::describe("import (process 71)", begun)).expect("signed");
    let lock = std::fs::File::open(path).expect("the queue's file stays");
    lock.lock().expect("locked");
    let done = Test::within(folder)
        .args(["new", "--type", "vip", "--wait", "2"])
        .stderr(
            "busy: import (process 71) has held the ledger for 5 min …\n\
             error: busy: import (process 71) has held the ledger for 5 min (waited 2 s)\n\
             hint: safe to repeat; --wait SECONDS waits longer\n",
        )
        .status(5)
        .run();
    done.then()
        .args(["new", "--type", "vip", "--wait", "0", "--json"])
        .stderr_like(
            "{[..]\"kind\":\"busy\",[..]\"details\":{\"waited\":0,\"holder\":\"import (process 71) since 2[..]Z\"}}}\n",
        )
        .status(5)
        .run();
}

#[test]
fn a_reader_too_waits_no_longer_than_asked() {
    if skipped_on_postgres("a lock on the file") {
        return;
    }
    let folder = Test::new().rules(RULES).args(["new", "--type", "vip"]).stdout("011\n").run().folder;
    let writer = rusqlite::Connection::open(folder.path("custcode.db")).expect("the ledger");
    writer.execute_batch("BEGIN EXCLUSIVE").expect("nobody else is there");
    let done = Test::within(folder)
        .args(["list", "--wait", "0"])
        .stderr_like(
            "error: busy: integration[..] (process [..]) holds the ledger (waited 0 s)\n\
             hint: safe to repeat; --wait SECONDS waits longer\n",
        )
        .status(5)
        .run();
    writer.execute_batch("ROLLBACK; BEGIN; SELECT count(*) FROM codes").expect("a reader");
    let told = format!("integration[..] (process {}) holds the ledger", std::process::id());
    let done = done
        .then()
        .args(["new", "--type", "vip", "--wait", "0"])
        .stderr_like(&format!("error: busy: {told} (waited 0 s)\nhint: [..]\n"))
        .status(5)
        .run();
    writer.execute_batch("ROLLBACK").expect("it reads no longer");
    done.then().args(["list"]).stdout("011\t\t\t2026-11-22\tvip\n").run();
}

#[test]
fn a_customer_that_somebody_damaged_is_told_and_not_passed_over() {
    for args in [["show", "011"], ["export", "-q"]] {
        let folder = Test::new().rules(RULES).args(["new", "--type", "vip"]).stdout("011\n").run().folder;
        Tables::alter(&folder, "UPDATE customers SET attributes = '{\"phone\":'");
        Test::within(folder)
            .args(args)
            .stderr_like("error: the ledger: the fields or attributes of a customer cannot be read: [..]\n")
            .status(3)
            .run();
    }
}

#[test]
fn json_has_no_prose_where_a_program_looks() {
    let rules = "custcode = 1\n[fields.type.values]\nvip = \"01\"\n[fields.sort.values]\na = \"A\"\n\
                 [rules.r]\npattern = \"{type}{sort}{seq:1}\"\nseq = { warn_at = [10] }\n";
    let row = "[{\"column\":\"name\",\"means\":\"name\"},{\"column\":\"sort\",\"means\":\"field\",\"name\":\"sort\"},\
               {\"column\":\"fax\",\"means\":\"attribute\",\"name\":\"fax\"},\
               {\"column\":null,\"means\":\"field\",\"name\":\"type\",\"value\":\"vip\"}]";
    let capacity = "rule r: scope 01, A has used 1 of 9 numbers (past 10 %); 8 left";
    Test::new()
        .rules(rules)
        .args(["new", "--type", "vip", "--set", "sort=a", "--json"])
        .stdout_like(&format!(
            "{{[..],\"notes\":[{{\"kind\":\"capacity\",\"text\":\"{capacity}\"}}]}}\n"
        ))
        .run()
        .then()
        .file("new.csv", "name,sort,fax\n甲,a,1\n")
        .args(["import", "new.csv", "--type", "vip", "--json"])
        .stdout_like(&format!(
            "{{[..],\"counters\":[{{\"rule\":\"r\",\"scope\":[\"01\",\"A\"],\"before\":1,\"after\":2}}],\"mapping\":{row}}}\n"
        ))
        .run()
        .then()
        .args(["store", "info", "--json"])
        .stdout_like("{[..],\"counters\":[{\"rule\":\"r\",\"scope\":[\"01\",\"A\"],\"last\":2,\"max\":9}]}\n")
        .run()
        .then()
        .args(["store", "info"])
        .stdout_like("...\ncounter\tr\t01, A\t2\t9\n")
        .run()
        .then()
        .args(["gaps", "--scope", "01, A"])
        .stderr("every number is carried by an active code\n")
        .run();
}

#[test]
fn a_number_that_a_reader_of_json_would_round_is_a_string() {
    let rules = "custcode = 1\n[rules.r]\npattern = \"N{seq:16}\"\nseq = { start = 9007199254740991 }\n";
    Test::new()
        .rules(rules)
        .args(["new", "--count", "2", "--format", "jsonl"])
        .stdout_like(
            "{\"code\":\"N9007199254740991\",\"rule\":\"r\",\"number\":9007199254740991,[..]}\n\
             {\"code\":\"N9007199254740992\",\"rule\":\"r\",\"number\":\"9007199254740992\",[..]}\n",
        )
        .run();
}

#[test]
fn a_key_that_does_not_stand_on_one_line_is_refused() {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--ref", "a\nb"])
        .stderr("error: the reference \"a\\nb\" has the control character U+000A at position 2\nhint: leave it out\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip", "--request-id", "a\u{85}"])
        .stderr_like("error: the request id [..] has the control character U+0085 at position 2\nhint: leave it out\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--code", "X\u{7}1", "--legacy"])
        .stderr_like("error: [..] is no code of these rules: it has the control character U+0007 at position 2\n")
        .status(1)
        .run()
        .then()
        .file("in.csv", "type,ref\nvip,\"a\nb\"\n")
        .args(["import", "in.csv"])
        .stderr_like("...\n[..]the reference \"a\\nb\" has the control character U+000A at position 2\n...\n")
        .status(1)
        .run();
}

#[test]
fn an_actor_who_does_not_stand_on_one_line_is_refused() {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--actor", "li\nwang"])
        .stderr("error: the actor \"li\\nwang\" has the control character U+000A at position 3\nhint: leave it out\n")
        .status(2)
        .run()
        .then()
        .env("CUSTCODE_ACTOR", "li\u{1b}[2J")
        .args(["new", "--type", "vip"])
        .stderr_like("error: the actor [..] has the control character U+001B at position 3\nhint: leave it out\n")
        .status(2)
        .run();
}

#[test]
fn the_help_of_wait_says_the_worst_case_of_all_that_is_tried_again() {
    let worst = custcode::store::longest(custcode::store::DEADLINE).as_secs();
    let done = Test::new().args(["list", "--help"]).stdout_like("...\n").run();
    let words: Vec<&str> = done.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains(&format!("ends after {worst} seconds at most")), "{}", done.stdout);
}

#[test]
fn no_code_at_all_is_told_as_such() {
    let told = "error: a code without any character is not in the ledger\n...\n\
                hint: name a code; custcode list shows those of all customers\n";
    Test::new()
        .rules(RULES)
        .args(["show", ""])
        .stderr_like(told)
        .status(1)
        .run()
        .then()
        .args(["void", " ", "--reason", "x"])
        .stderr_like(told)
        .status(1)
        .run();
}
