//! `store backup` and `store restore`, as they are used.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{RULES, at, company, content, fence, must, refused, run, sound};
use crate::support::{Folder, Test};

fn mode(folder: &Folder, name: &str) -> u32 {
    fs::metadata(folder.path(name)).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_backup_tells_what_is_in_it_and_is_private() {
    let done = at(company())
        .args(["store", "backup", "b.jsonl"])
        .stderr_like(
            "4 customers and 4 codes in b.jsonl: [..] rows, [..] kB; read back and compared\n\
             the newest operation is 5 (edit by li, 2026-11-22T01:00:00Z)\n",
        )
        .run();
    assert_eq!(mode(&done.folder, "b.jsonl"), 0o600);
    let text = done.folder.read("b.jsonl");
    let header = text.lines().next().expect("a first line");
    assert!(header.starts_with("{\"custcode_backup\":1,\"program\":"), "{header}");
    assert!(
        header.contains("{\"rule\":\"plain\",\"scope\":\"[\\\"02\\\"]\",\"last\":7,\"highest\":null}"),
        "{header}"
    );
    assert!(text.ends_with("}\n"));
    assert_eq!(done.folder.leftovers(), [""; 0]);
}

#[test]
fn json_tells_the_same() {
    at(company())
        .args(["store", "backup", "b.jsonl", "--json"])
        .stdout_like(
            "{\"schema\":1,\"ledger\":\"[DIR]/custcode.db\",\"file\":\"b.jsonl\",\"rows\":[..],\"customers\":4,\"codes\":4,\"bytes\":[..],\
             \"sha256\":\"[..]\",\"newest\":{\"operation\":5,[..]},\"fence\":null}\n",
        )
        .run();
}

#[test]
fn restored_it_is_the_same_ledger_and_does_not_issue() {
    let company = company();
    must(&company, &["store", "backup", "b.jsonl"]);
    let done = at(company)
        .args(["store", "restore", "b.jsonl", "--store", "r.db"])
        .stderr_like(
            "[..] rows in [DIR]/r.db: checked, restored and compared with the backup of 2026-11-22T01:00:00Z\n\
             note: the ledger does not issue yet: restored from a backup of 2026-11-22T01:00:00Z; codes issued since then may be on paper\n\
             next:\n  custcode store unfence --at-least CODE, with the highest code of each kind seen on paper\n",
        )
        .run();
    let folder = &done.folder;
    assert_eq!(content(&folder.path("r.db")), content(&folder.path("custcode.db")));
    assert_eq!(mode(folder, "r.db"), 0o600);
    sound(&folder.path("r.db"), "restored");
    for command in [&["show", "010002"][..], &["list"], &["export"]] {
        let there: Vec<&str> = command.iter().copied().chain(["--store", "r.db"]).collect();
        assert_eq!(must(folder, &there), must(folder, command));
    }
    let complaint = refused(folder, &["new", "--type", "vip", "--store", "r.db"], 4);
    assert!(complaint.contains("hint: custcode store unfence --at-least CODE"), "{complaint}");
}

#[test]
fn through_pipes_it_is_the_same_backup() {
    let company = company();
    let piped = must(&company, &["store", "backup", "-"]);
    must(&company, &["store", "backup", "b.jsonl"]);
    assert_eq!(piped, company.read("b.jsonl"));
    let done = at(company).args(["store", "restore", "-", "--store", "r.db", "-q"]).stdin(piped).run();
    assert_eq!(content(&done.folder.path("r.db")), content(&done.folder.path("custcode.db")));
}

#[test]
fn a_fresh_clone_is_restored_where_the_rules_say() {
    let company = company();
    must(&company, &["store", "backup", "b.jsonl"]);
    let clone = Folder::new();
    clone.write("rules.toml", RULES);
    clone.write("b.jsonl", company.read("b.jsonl"));
    must(&clone, &["store", "restore", "b.jsonl"]);
    assert_eq!(content(&clone.path("custcode.db")), content(&company.path("custcode.db")));
}

#[test]
fn the_ledger_of_the_built_in_rules_is_restored_into_the_data_folder() {
    let folder = Folder::new();
    must(&folder, &["new", "--type", "vip"]);
    let backup = must(&folder, &["store", "backup", "-"]);
    let other = at(Folder::new()).args(["store", "restore", "-", "-q"]).stdin(backup).run().folder;
    assert_eq!(must(&other, &["list"]), must(&folder, &["list"]));
}

#[test]
fn nothing_is_ever_overwritten() {
    let company = company();
    must(&company, &["store", "backup", "b.jsonl"]);
    let before = content(&company.path("custcode.db"));
    company.write("precious", "mine");
    symlink("nowhere", company.path("dangling")).expect("a link");
    for there in ["custcode.db", "precious"] {
        let complaint = refused(&company, &["store", "restore", "b.jsonl", "--store", there], 4);
        assert_eq!(
            complaint,
            format!(
                "error: [DIR]/{there} is there already; nothing is written over it\n\
                 hint: name another place, or move away what is there\n"
            )
        );
    }
    refused(&company, &["store", "restore", "b.jsonl", "--store", "dangling"], 4);
    assert_eq!(content(&company.path("custcode.db")), before);
    assert_eq!(company.read("precious"), "mine");
    for (output, what) in [
        ("custcode.db", "the ledger"),
        ("custcode.db.lock", "a file of the ledger"),
        ("custcode.db-journal", "a file of the ledger"),
        ("rules.toml", "a rule file"),
    ] {
        let complaint = refused(&company, &["store", "backup", output], 2);
        assert!(
            complaint.contains(&format!("{output} is {what}; nothing is written over it")),
            "{complaint}"
        );
    }
    let complaint = refused(&company, &["store", "backup", "dangling"], 3);
    assert!(complaint.contains("it is a symbolic link"), "{complaint}");
}

#[test]
fn an_older_backup_is_replaced_only_by_a_whole_one() {
    let company = company();
    must(&company, &["store", "backup", "b.jsonl"]);
    let older = company.read("b.jsonl");
    must(&company, &["new", "--type", "vip"]);
    must(&company, &["store", "backup", "b.jsonl"]);
    assert_ne!(company.read("b.jsonl"), older);
    assert_eq!(mode(&company, "b.jsonl"), 0o600);
}

#[test]
fn no_rules_are_needed_to_save_a_ledger() {
    let company = company();
    company.write("rules.toml", "custcode = 1\nthis is no rule file");
    must(&company, &["store", "backup", "b.jsonl"]);
    must(&company, &["store", "restore", "b.jsonl", "--store", "r.db"]);
    assert_eq!(content(&company.path("r.db")), content(&company.path("custcode.db")));
}

#[test]
fn what_is_missing_is_named() {
    let complaint = refused(&Folder::new(), &["store", "backup", "b.jsonl", "--store", "none.db"], 3);
    assert!(complaint.starts_with("error: there is no ledger at none.db\n"), "{complaint}");
    Test::new()
        .rules(RULES)
        .args(["store", "restore", "none.jsonl"])
        .stderr_like("error: could not read none.jsonl: [..]\n")
        .status(3)
        .run();
}

#[test]
fn the_backup_of_a_fenced_ledger_says_so_and_so_does_what_is_restored_from_it() {
    let company = company();
    must(&company, &["store", "copy", "--fence", "custcode.db", "moved.db"]);
    let done = at(company)
        .args(["store", "backup", "b.jsonl"])
        .stderr_like("...\nnote: the ledger does not issue: moved to [DIR]/moved.db\n")
        .run();
    must(&done.folder, &["store", "restore", "b.jsonl", "--store", "r.db"]);
    let reason = fence(&done.folder.path("r.db")).expect("fenced");
    assert!(reason.starts_with("restored from a backup of 2026-11-22T01:00:00Z; "), "{reason}");
    assert!(reason.contains("; the ledger was fenced before: moved to "), "{reason}");
}

#[test]
fn an_empty_ledger_goes_there_and_back() {
    let folder = Test::new()
        .rules(RULES)
        .args(["store", "info", "-q", "--format", "csv"])
        .stdout_like("...\n")
        .run()
        .folder;
    let output = run(&folder, &["store", "backup", "b.jsonl"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("0 customers and 0 codes") && said.ends_with("nothing was ever issued\n"),
        "{said}"
    );
    must(&folder, &["store", "restore", "b.jsonl", "--store", "r.db"]);
    assert_eq!(content(&folder.path("r.db")), content(&folder.path("custcode.db")));
    must(&folder, &["store", "unfence", "--nothing-lost", "--yes", "--store", "r.db"]);
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "r.db"]), "010001\n");
}
