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
        .args(["store", "backup", "b.bak"])
        .stderr_like(
            "4 customers and 4 codes in b.bak: [..] rows, [..] kB; checked\n\
             the newest operation is 5 (edit by li, 2026-11-22T01:00:00Z)\n",
        )
        .run();
    assert_eq!(mode(&done.folder, "b.bak"), 0o400);
    let reason = "backup of [DIR]/custcode.db, taken 2026-11-22T01:00:00Z";
    let fence = fence(&done.folder.path("b.bak")).expect("fenced");
    assert_eq!(done.folder.portable(&fence), reason);
    assert_eq!(done.folder.leftovers(), [""; 0]);
}

#[test]
fn json_tells_the_same() {
    at(company())
        .args(["store", "backup", "b.bak", "--json"])
        .stdout_like(
            "{\"schema\":1,\"ledger\":\"[DIR]/custcode.db\",\"file\":\"b.bak\",\"rows\":[..],\"customers\":4,\"codes\":4,\"bytes\":[..],\
             \"sha256\":\"[..]\",\"newest\":{\"operation\":5,[..]},\"fence\":null,\"findings\":[],\"removed\":[]}\n",
        )
        .run();
}

#[test]
fn restored_it_is_the_same_ledger_and_does_not_issue() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let done = at(company)
        .args(["store", "restore", "b.bak", "--store", "r.db"])
        .stderr_like(
            "[..] rows in [DIR]/r.db: restored and compared with the backup of 2026-11-22T01:00:00Z\n\
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
fn json_tells_what_sha256sum_tells() {
    let company = company();
    let told: serde_json::Value =
        serde_json::from_str(&must(&company, &["store", "backup", "b.bak", "--json"])).expect("JSON");
    let sum = company.command("sha256sum").arg("b.bak").output().expect("coreutils").stdout;
    let sum = String::from_utf8(sum).expect("text");
    assert_eq!(told["sha256"], sum.split(' ').next().expect("a digest"));
    assert_eq!(told["bytes"], fs::metadata(company.path("b.bak")).expect("a file").len());
}

#[test]
fn a_backup_is_read_as_any_ledger_is() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    for command in [
        &["show", "010002"][..],
        &["list"],
        &["export"],
        &["gaps"],
        &["log"],
        &["validate", "010001", "--registered"],
        &["store", "check"],
    ] {
        let there: Vec<&str> = command.iter().copied().chain(["--store", "b.bak"]).collect();
        assert_eq!(must(&company, &there), must(&company, command), "{command:?}");
    }
    let info = must(&company, &["store", "info", "--store", "b.bak"]);
    assert!(info.contains("fence\tbackup of "), "{info}");
    let stock =
        company.command("sqlite3").args(["b.bak", "SELECT canonical FROM codes WHERE id = 1"]).output();
    assert_eq!(String::from_utf8_lossy(&stock.expect("sqlite3").stdout), "010001\n");
}

#[test]
fn nothing_is_written_to_a_backup() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let before = fs::read(company.path("b.bak")).expect("a file");
    company.write("customers.csv", "type,name\nvip,A\n");
    for command in [
        &["new", "--type", "vip"][..],
        &["new", "--code", "020009", "--name", "C"],
        &["edit", "010001", "--name", "C"],
        &["void", "010001", "--reason", "x"],
        &["import", "customers.csv"],
        &["rules", "adopt", "--yes"],
        &["store", "check", "--checkpoint"],
        &["store", "unfence", "--nothing-lost", "--yes"],
    ] {
        let there: Vec<&str> = command.iter().copied().chain(["--store", "b.bak"]).collect();
        let complaint = refused(&company, &there, 4);
        assert!(
            complaint.contains(
                "error: the ledger does not issue: backup of [DIR]/custcode.db, taken 2026-11-22T01:00:00Z\n\
                 hint: custcode store restore FILE --store LEDGER makes a ledger of it, which can issue\n"
            ),
            "{command:?}: {complaint}"
        );
    }
    for command in [["store", "copy", "b.bak", "c.db"], ["store", "backup", "c.bak", "--store=b.bak"]] {
        refused(&company, &command, 4);
    }
    assert_eq!(fs::read(company.path("b.bak")).expect("a file"), before);
    assert!(!company.names().iter().any(|name| name.starts_with("c.") || name == "b.bak.lock"));
}

#[test]
fn who_may_only_read_the_file_is_told_that_it_is_a_backup() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    fs::set_permissions(company.path("b.bak"), fs::Permissions::from_mode(0o444)).expect("a mode");
    let folder = company.path("");
    for folder in folder.ancestors().take(3) {
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
    }
    let custcode = env!("CARGO_BIN_EXE_custcode");
    let copy = std::env::temp_dir().join(format!("custcode-{}", std::process::id()));
    fs::copy(custcode, &copy).expect("a program that anybody may start");
    let output = company
        .command("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&copy)
        .args(["--rules", "rules.toml", "new", "--type", "vip", "--store", "b.bak"])
        .output()
        .expect("util-linux");
    let complaint = company.portable(&String::from_utf8_lossy(&output.stderr));
    fs::remove_file(copy).expect("removed");
    assert_eq!(output.status.code(), Some(4), "{complaint}");
    assert!(complaint.starts_with("error: the ledger does not issue: backup of "), "{complaint}");
}

#[test]
fn through_pipes_it_is_the_same_backup() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let line = "custcode store backup - | cmp - b.bak && custcode store backup - | gzip > b.gz && \
                gunzip -c b.gz | custcode store restore - --store r.db -q && custcode store backup /dev/stdout | cmp - b.bak";
    let output = company.command("sh").args(["-c", line]).output().expect("sh starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(content(&company.path("r.db")), content(&company.path("custcode.db")));
    assert_eq!(company.leftovers(), [""; 0]);
    let complaint = refused(&company, &["store", "restore", "b.gz", "--store", "s.db"], 3);
    assert_eq!(
        complaint,
        "error: b.gz cannot be restored: a packed file\nhint: gunzip -c b.gz | custcode store restore - …\n"
    );
}

#[test]
fn a_fresh_clone_is_restored_where_the_rules_say() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let clone = Folder::new();
    clone.write("rules.toml", RULES);
    fs::copy(company.path("b.bak"), clone.path("b.bak")).expect("a copy");
    must(&clone, &["store", "restore", "b.bak"]);
    assert_eq!(content(&clone.path("custcode.db")), content(&company.path("custcode.db")));
}

#[test]
fn the_ledger_of_the_built_in_rules_is_restored_into_the_data_folder() {
    let folder = Folder::new();
    must(&folder, &["new", "--type", "vip"]);
    must(&folder, &["store", "backup", "b.bak"]);
    let backup = fs::read(folder.path("b.bak")).expect("a backup");
    let other = at(Folder::new()).args(["store", "restore", "-", "-q"]).stdin(backup).run().folder;
    assert_eq!(must(&other, &["list"]), must(&folder, &["list"]));
}

#[test]
fn nothing_is_ever_overwritten() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let before = content(&company.path("custcode.db"));
    company.write("precious", "mine");
    symlink("nowhere", company.path("dangling")).expect("a link");
    for there in ["custcode.db", "precious"] {
        let complaint = refused(&company, &["store", "restore", "b.bak", "--store", there], 4);
        assert_eq!(
            complaint,
            format!(
                "error: [DIR]/{there} is there already; nothing is written over it\n\
                 hint: name another place, or move away what is there\n"
            )
        );
    }
    refused(&company, &["store", "restore", "b.bak", "--store", "dangling"], 4);
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
fn an_older_backup_is_replaced_only_when_that_is_asked_for() {
    let company = company();
    must(&company, &["store", "backup", "b.bak"]);
    let older = fs::read(company.path("b.bak")).expect("a backup");
    must(&company, &["new", "--type", "vip"]);
    let done = at(company)
        .args(["store", "backup", "b.bak"])
        .stderr("error: b.bak is there already, and nothing is written over it\nhint: --force replaces it; or name another file\n")
        .status(4)
        .run();
    let company = done.folder;
    assert!(fs::read(company.path("b.bak")).expect("a backup") == older);
    must(&company, &["store", "backup", "b.bak", "--force"]);
    assert!(fs::read(company.path("b.bak")).expect("a backup") != older);
    assert_eq!(mode(&company, "b.bak"), 0o400);
}

#[test]
fn what_is_wrong_with_a_ledger_is_told_with_its_backup() {
    let company = company();
    company.unasked("it is edited in SQL");
    let ledger = rusqlite::Connection::open(company.path("custcode.db")).expect("a ledger");
    ledger.execute("UPDATE customers SET name = 'other' WHERE id = 1", []).expect("edited");
    drop(ledger);
    let done = at(company)
        .args(["store", "backup", "b.bak"])
        .stderr_like(
            "4 customers and 4 codes in b.bak: [..]; checked, with findings\n\
             the newest operation is 5 [..]\n\
             finding: operation 1 (new by li, 2026-11-22T01:00:00Z), [..]\n\
             finding: customer 1: the kept key of its name \"other\" is not that of the name\n\
             2 findings in the ledger, and in its backup: custcode store check names what to do; to restore it takes --yes\n",
        )
        .status(1)
        .run();
    let company = done.folder;
    let complaint = refused(&company, &["store", "restore", "b.bak", "--store", "r.db"], 2);
    assert!(
        complaint.starts_with("error: b.bak was taken of a ledger that did not pass its check: ")
            && complaint.ends_with("hint: add --yes\n"),
        "{complaint}"
    );
    assert!(!company.path("r.db").exists());
    let done = at(company)
        .args(["store", "restore", "b.bak", "--store", "r.db", "--yes"])
        .stderr_like(
            "[..]\nnote: the ledger had 2 findings when it was saved: custcode store check names them\n...",
        )
        .run();
    assert_eq!(content(&done.folder.path("r.db")), content(&done.folder.path("custcode.db")));
}

#[test]
fn no_rules_are_needed_to_save_a_ledger() {
    let company = company();
    company.write("rules.toml", "custcode = 1\nthis is no rule file");
    must(&company, &["store", "backup", "b.bak"]);
    must(&company, &["store", "restore", "b.bak", "--store", "r.db"]);
    assert_eq!(content(&company.path("r.db")), content(&company.path("custcode.db")));
}

#[test]
fn what_is_missing_is_named() {
    let complaint = refused(&Folder::new(), &["store", "backup", "b.bak", "--store", "none.db"], 3);
    assert!(complaint.starts_with("error: there is no ledger at none.db\n"), "{complaint}");
    Test::new()
        .rules(RULES)
        .args(["store", "restore", "none.bak"])
        .stderr_like("error: could not read none.bak: [..]\n")
        .status(3)
        .run();
}

#[test]
fn the_backup_of_a_fenced_ledger_says_so_and_so_does_what_is_restored_from_it() {
    let company = company();
    must(&company, &["store", "copy", "--fence", "custcode.db", "moved.db"]);
    let done = at(company)
        .args(["store", "backup", "b.bak"])
        .stderr_like("...\nnote: the ledger does not issue: moved to [DIR]/moved.db\n")
        .run();
    must(&done.folder, &["store", "restore", "b.bak", "--store", "r.db"]);
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
    let output = run(&folder, &["store", "backup", "b.bak"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("0 customers and 0 codes") && said.ends_with("nothing was ever issued\n"),
        "{said}"
    );
    must(&folder, &["store", "restore", "b.bak", "--store", "r.db"]);
    assert_eq!(content(&folder.path("r.db")), content(&folder.path("custcode.db")));
    must(&folder, &["store", "unfence", "--nothing-lost", "--yes", "--store", "r.db"]);
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "r.db"]), "010001\n");
}
