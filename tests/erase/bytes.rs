//! Down to the bytes: no page of the ledger holds what was erased, wherever it stood before.

use std::fs;

use super::{TEXTS, erased, known};
use crate::support::{Done, Folder, Test, rows, skipped_on_postgres};

/// Which of these texts stand in the bytes of the ledger's file.
fn found<'t>(folder: &Folder, texts: &[&'t str]) -> Vec<&'t str> {
    let bytes = fs::read(folder.path("custcode.db")).expect("a ledger");
    let stands = |text: &&&str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    texts.iter().filter(stands).copied().collect()
}

#[test]
fn nothing_erased_is_left_in_the_file() {
    if skipped_on_postgres("the bytes of the file") {
        return;
    }
    let done =
        known().args(["void", "01A0001", "--reason", "moved away", "--quiet"]).stdout_like("...\n").run();
    assert_eq!(found(&done.folder, &TEXTS), TEXTS);
    let done = done
        .then()
        .args(["erase", "01A0001", "--reason", "ticket 812", "--yes", "--quiet"])
        .stdout_like("...\n")
        .run();
    assert_eq!(found(&done.folder, &TEXTS), [""; 0]);
    assert_eq!(found(&done.folder, &["李明", "CRM-1"]), ["李明", "CRM-1"]);
    assert_eq!(done.folder.names_beside_ledger(), ["rules.toml"]);
}

#[test]
fn nothing_is_left_where_pages_were_split_and_indexes_dropped() {
    const ROWS: u64 = 12_000;
    if skipped_on_postgres("the bytes of the file") {
        return;
    }
    let half = rows::customers(ROWS, 5);
    let (head, rest) = half.split_once('\n').expect("a header");
    let lines: Vec<&str> = rest.lines().collect();
    let import = |test: Test, name: &str, lines: &[&str]| -> Done {
        test.file(name, format!("{head}\n{}\n", lines.join("\n")))
            .args(["import", name, "--quiet", "-o", &format!("coded-{name}")])
            .run()
    };
    // The second file is so large beside the first that the indexes are dropped for it.
    let done = import(Test::new().rules(rows::RULES), "a.csv", &lines[..500]);
    let done = import(done.then(), "b.csv", &lines[500..]);
    let coded = done.folder.read("coded-b.csv");
    let code = coded.lines().nth(5_000).and_then(|line| line.rsplit(',').next()).expect("a code").to_owned();
    let mut done = done;
    for turn in 0..20 {
        let note = format!("note={}", format!("turn-{turn}-of-somebody ").repeat(40));
        done = done
            .then()
            .args(["edit", &code, "--name", &format!("Somebody {turn} Sought"), "--attr", &note, "--quiet"])
            .args(["--add-ref", &format!("SOUGHT:{turn}")])
            .stdout_like("...\n")
            .run();
    }
    let sought = ["Sought", "SOUGHT:", "of-somebody"];
    assert_eq!(found(&done.folder, &sought), sought);
    let done = done
        .then()
        .args(["erase", &code, "--reason", "ticket 1", "--yes", "--quiet"])
        .stdout_like("...\n")
        .run();
    assert_eq!(found(&done.folder, &sought), [""; 0]);
    done.then().args(["store", "check", "--quiet"]).stdout_like("...\n").run();
}

#[test]
fn an_erasure_that_could_not_write_the_ledger_anew_says_so_and_is_finished() {
    const UNFINISHED: &str = "customers were erased (2026-11-22T01:00:00Z), but the ledger was not written anew since: \
        their texts may still be found in its bytes; custcode store repair --yes finishes it";
    if skipped_on_postgres("the bytes of the file") {
        return;
    }
    let done = erased();
    let ledger = rusqlite::Connection::open(done.folder.path("custcode.db")).expect("a ledger");
    ledger
        .execute("INSERT INTO meta (key, value) VALUES ('erasure_unfinished', '2026-11-22T01:00:00Z')", [])
        .expect("written");
    drop(ledger);
    done.then()
        .args(["store", "info"])
        .stdout_like("...\n")
        .stderr(&format!("note: {UNFINISHED}\n"))
        .run()
        .then()
        .args(["store", "check"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\nnote: {UNFINISHED}\n...\n"))
        .run()
        .then()
        .args(["store", "repair"])
        .stdout("repair\terasure-unfinished\twrite the ledger anew, as the erasure of 2026-11-22T01:00:00Z could not\t\n")
        .stderr("1 repair, nothing done yet: --yes does it\n")
        .status(1)
        .run()
        .then()
        .args(["store", "repair", "--yes", "--quiet"])
        .stdout_like("repair\terasure-unfinished\t[..]\n")
        .run()
        .then()
        .args(["store", "info", "--json"])
        .stdout_like("{[..]}\n")
        .run();
}
