//! `store unfence`: what was issued behind the ledger's back is never issued again.

use super::{at, company, fence, must, refused, sound};
use crate::support::{Folder, Test};

/// A company that lost a day: its ledger is restored from a backup, and `lost` was issued since.
fn restored(lost: &[&[&str]]) -> Folder {
    let folder = company();
    must(&folder, &["store", "backup", "b.bak"]);
    for args in lost {
        must(&folder, args);
    }
    for name in ["custcode.db", "custcode.db.lock"] {
        std::fs::remove_file(folder.path(name)).expect("the disk broke");
    }
    must(&folder, &["store", "restore", "b.bak"]);
    folder
}

const VIP: &[&str] = &["new", "--type", "vip"];
const REGULAR: &[&str] = &["new", "--type", "regular"];
const DATED: &[&str] = &["new", "--rule", "dated"];

#[test]
fn codes_on_paper_are_never_printed_again() {
    let folder = restored(&[VIP, VIP, VIP, DATED, DATED]);
    let done = at(folder)
        .args(["store", "unfence", "--at-least", "０10005", "--at-least", "d20261122-0002"])
        .args(["--nothing-lost", "--yes"])
        .stdout(
            "dated\t20261122\t\t\t2\nplain\t01\t2\t010002\t5\nplain\t02\t7\t020007\t7\n",
        )
        .stderr(
            "the ledger does not issue: restored from a backup of 2026-11-22T01:00:00Z; codes issued since then may be on paper\n\
             note: the ledger goes on where it stands with 1 counter: plain 02 at 020007\n\
             the ledger issues again; 2 counters moved\n",
        )
        .run();
    let folder = done.folder;
    assert_eq!(must(&folder, VIP), "010006\n");
    assert_eq!(must(&folder, REGULAR), "020008\n");
    assert_eq!(must(&folder, DATED), "D20261122-0003\n");
    // The checker finds a reason for every number.
    sound(&folder.path("custcode.db"), "unfenced");
}

#[test]
fn numbers_that_somebody_brought_are_no_gaps() {
    let folder = restored(&[VIP]);
    must(&folder, &["store", "unfence", "--nothing-lost", "--yes"]);
    must(&folder, &["new", "--code", "019000", "--name", "A", "--keep-below"]);
    must(&folder, &["store", "backup", "c.bak"]);
    must(&folder, &["store", "restore", "c.bak", "--store", "r.db"]);
    must(
        &folder,
        &["store", "unfence", "--at-least", "019002", "--nothing-lost", "--yes", "--store", "r.db"],
    );
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "r.db"]), "019003\n");
    sound(&folder.path("r.db"), "unfenced");
    let ledger = rusqlite::Connection::open(folder.path("r.db")).expect("a ledger");
    let gaps: String = ledger
        .query_row(
            "SELECT group_concat(first || '-' || last) FROM gap_ranges WHERE reason = 'restore'",
            [],
            |row| row.get(0),
        )
        .expect("gaps");
    assert_eq!(gaps, "3-8999,9001-9002");
}

#[test]
fn without_a_word_on_what_was_lost_the_counters_are_only_shown() {
    let folder = restored(&[VIP]);
    let done = at(folder)
        .args(["store", "unfence", "--yes"])
        .stdout("plain\t01\t2\t010002\t2\nplain\t02\t7\t020007\t7\n")
        .stderr_like(
            "the ledger does not issue: restored from [..]\n\
             error: say what was issued that this ledger does not know\n\
             hint: --at-least CODE (the highest on paper, for each counter), --skip N, or --nothing-lost\n",
        )
        .status(2)
        .run();
    assert!(fence(&done.folder.path("custcode.db")).is_some());
}

#[test]
fn nobody_said_yes() {
    let folder = restored(&[VIP]);
    let complaint = refused(&folder, &["store", "unfence", "--nothing-lost"], 2);
    assert!(
        complaint.ends_with("error: the ledger stays fenced: this was not confirmed\nhint: add --yes\n"),
        "{complaint}"
    );
    assert!(fence(&folder.path("custcode.db")).is_some());
}

#[test]
fn when_nobody_knows_every_counter_jumps() {
    let folder = restored(&[VIP, REGULAR]);
    let done = at(folder)
        .args(["store", "unfence", "--skip", "100", "--yes", "--json"])
        .stdout_like("{\"schema\":1,\"fence\":\"restored [..]\",\"lifted\":true,\"counters\":[[..]],\"notes\":[[..]]}\n")
        .stderr_like("...\n")
        .run();
    let folder = done.folder;
    assert_eq!(must(&folder, VIP), "010103\n");
    assert_eq!(must(&folder, REGULAR), "020108\n");
    sound(&folder.path("custcode.db"), "unfenced");
}

#[test]
fn a_jump_beyond_the_end_is_told() {
    let folder = restored(&[VIP]);
    let done = at(folder)
        .args(["store", "unfence", "--skip", "9995", "--yes"])
        .stdout("plain\t01\t2\t010002\t9997\nplain\t02\t7\t020007\t9999\n")
        .stderr_like("...\nnote: 1 of the counters reach their end: nothing is left in their scopes\n...\n")
        .run();
    refused(&done.folder, REGULAR, 4);
    assert_eq!(must(&done.folder, VIP), "019998\n");
}

#[test]
fn nothing_lost_moves_nothing() {
    let folder = restored(&[]);
    must(&folder, &["store", "unfence", "--nothing-lost", "--yes"]);
    assert_eq!(must(&folder, VIP), "010003\n");
    sound(&folder.path("custcode.db"), "unfenced");
}

#[test]
fn the_highest_code_of_a_counter_counts() {
    let folder = restored(&[VIP]);
    let codes = ["010001", "010002", "020009", "020008"].map(|code| ["--at-least", code]);
    must(&folder, &[&["store", "unfence", "--yes"][..], codes.as_flattened()].concat());
    assert_eq!(must(&folder, VIP), "010003\n");
    assert_eq!(must(&folder, REGULAR), "020010\n");
}

#[test]
fn a_code_below_what_the_ledger_knows_is_refused() {
    let done = at(restored(&[VIP]))
        .args(["store", "unfence", "--at-least", "010001", "--nothing-lost", "--yes"])
        .stderr(
            "error: --at-least names number 1 of plain 01, but the ledger itself knows number 2, 010002\n\
             hint: name the highest code on paper; if none is higher than what the ledger knows: --nothing-lost\n",
        )
        .status(2)
        .run();
    assert!(fence(&done.folder.path("custcode.db")).is_some());
}

#[test]
fn the_fence_stays_until_something_was_said_of_every_counter() {
    let folder = restored(&[VIP]);
    for code in ["010005", "010002"] {
        let number = &code[5..];
        let done = at(folder.copy())
            .args(["store", "unfence", "--at-least", code, "--yes"])
            .stdout(&format!("plain\t01\t2\t010002\t{number}\nplain\t02\t7\t020007\t7\n"))
            .stderr_like(
                "the ledger does not issue: restored from [..]\n\
                 error: what was issued of 1 counter is not said: plain 02 at 020007\n\
                 hint: --at-least CODE for each, or for all others --skip N or --nothing-lost\n",
            )
            .status(2)
            .run();
        assert!(fence(&done.folder.path("custcode.db")).is_some());
    }
    let others: &[(&[&str], &str)] = &[
        (&["--at-least", "020007"], "020008\n"),
        (&["--skip", "3"], "020011\n"),
        (&["--nothing-lost"], "020008\n"),
    ];
    for (word, next) in others {
        let folder = folder.copy();
        must(&folder, &[&["store", "unfence", "--at-least", "010005", "--yes"][..], word].concat());
        assert_eq!(must(&folder, REGULAR), *next, "{word:?}");
        sound(&folder.path("custcode.db"), "unfenced");
    }
}

#[test]
fn codes_that_move_no_counter_are_refused() {
    let folder = restored(&[VIP]);
    let complaint = refused(&folder, &["store", "unfence", "--at-least", "09x", "--yes"], 1);
    assert!(complaint.starts_with("error: 09x is no code of these rules: "), "{complaint}");
    let complaint = refused(&folder, &["store", "unfence", "--at-least", "S01", "--yes"], 2);
    assert!(
        complaint.contains("rule single has no sequence, so no counter to move\nhint: lift the fence, then"),
        "{complaint}"
    );
    assert!(fence(&folder.path("custcode.db")).is_some());
}

#[test]
fn where_there_is_no_fence_nothing_is_moved() {
    let folder = company();
    for asked in [&["--nothing-lost"][..], &["--at-least", "010002"], &[]] {
        let done = at(folder.copy())
            .args(["store", "unfence", "--yes"])
            .args(asked.iter().copied())
            .stdout_like("plain\t[..]\nplain\t[..]\n")
            .stderr("note: the ledger is not fenced: it issues, and nothing was changed\n")
            .run();
        sound(&done.folder.path("custcode.db"), "not fenced");
    }
    for asked in [&["--skip", "5"][..], &["--at-least", "010077"]] {
        let args: Vec<&str> = ["store", "unfence", "--yes"].iter().chain(asked).copied().collect();
        let complaint = refused(&folder, &args, 4);
        assert!(
            complaint
                .starts_with("error: the ledger is not fenced and issues; its counters were not moved\n"),
            "{complaint}"
        );
    }
    assert_eq!(must(&folder, VIP), "010003\n");
}

#[test]
fn a_move_that_is_given_up_is_warned_of() {
    let folder = company();
    must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
    let done = at(folder)
        .args(["store", "unfence", "--nothing-lost", "--yes"])
        .stdout_like("...\n")
        .stderr(
            "the ledger does not issue: moved to [DIR]/new.db\n\
             note: [DIR]/new.db may issue, too: two ledgers side by side give two customers one code\n\
             the ledger issues again; 0 counters moved\n",
        )
        .run();
    assert_eq!(must(&done.folder, VIP), "010003\n");
}

#[test]
fn it_stands_in_the_history() {
    let folder = restored(&[VIP]);
    must(
        &folder,
        &["store", "unfence", "--at-least", "010003", "--nothing-lost", "--yes", "--actor", "wang"],
    );
    let ledger = rusqlite::Connection::open(folder.path("custcode.db")).expect("a ledger");
    let told: String = ledger
        .query_row(
            "SELECT command || ' by ' || actor || ', ' || (SELECT count(*) FROM links WHERE operation = operations.id) \
             || ' links' FROM operations ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .expect("an operation");
    assert_eq!(told, "unfence by wang, 1 links");
}

#[test]
fn blocks_that_were_handed_out_end_where_the_backup_knew_them() {
    let folder = company();
    folder.unasked("a block is put there in SQL");
    let ledger = rusqlite::Connection::open(folder.path("custcode.db")).expect("a ledger");
    let plain = "(SELECT id FROM sequences WHERE scope = '[\"02\"]')";
    ledger
        .execute_batch(&format!(
            "INSERT INTO leases (sequence, first, last, next, holder, operation) VALUES ({plain}, 8, 20, 8, 'office', 3);
             UPDATE sequences SET last = 20 WHERE id = {plain}"
        ))
        .expect("a block");
    drop(ledger);
    // No operation hashed the block, which is a finding.
    refused(&folder, &["store", "backup", "b.bak"], 1);
    must(&folder, &["store", "restore", "b.bak", "--store", "r.db", "--yes"]);
    must(
        &folder,
        &["store", "unfence", "--at-least", "020015", "--nothing-lost", "--yes", "--store", "r.db"],
    );
    let ledger = rusqlite::Connection::open(folder.path("r.db")).expect("a ledger");
    let told: String = ledger
        .query_row(
            "SELECT first || '-' || last || ' ' || reason || ', returned ' || (SELECT returned_at FROM leases) \
             FROM gap_ranges ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .expect("a gap");
    assert_eq!(told, "8-20 restore, returned 2026-11-22T01:00:00Z");
}

#[test]
fn a_number_beside_the_grid_of_changed_rules_is_accounted_for() {
    let rules = |options: &str| format!("custcode = 1\n[rules.k]\npattern = \"K{{seq:3}}\"\n{options}\n");
    let odd = rules("seq = { start = 2, step = 2 }");
    let world = || {
        let done = Test::within(Folder::sqlite()).rules(&rules("")).args(["new"]).stdout("K001\n").run();
        done.folder.write("rules.toml", &odd);
        must(&done.folder, &["rules", "adopt", "--breaks", "1", "--yes"]);
        must(&done.folder, &["store", "backup", "b.bak"]);
        assert_eq!(must(&done.folder, &["new"]), "K002\n");
        must(&done.folder, &["store", "restore", "b.bak", "--store", "r.db"]);
        done.folder
    };
    for (how, next, passed) in
        [(["--at-least", "K002"], "K004\n", "2\t2\t1"), (["--skip", "2"], "K006\n", "2\t4\t2")]
    {
        let folder = world();
        must(&folder, &[&["store", "unfence", "--store", "r.db", "--yes"][..], &how].concat());
        assert_eq!(must(&folder, &["new", "--store", "r.db"]), next);
        let gaps = must(&folder, &["gaps", "--store", "r.db"]);
        assert!(gaps.starts_with(&format!("k\t\t{passed}\trestore\t")), "{how:?}: {gaps}");
    }
}
