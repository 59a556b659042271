//! A ledger that nobody touched is clean, in every format; and a checkpoint noted elsewhere proves
//! it later.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use super::{company, tamper};
use crate::support::{Folder, Test};

const CLEAN: &str = "nothing was lost, doubled or altered\n";

#[test]
fn a_ledger_after_everything_that_commands_do_is_clean() {
    Test::within(company())
        .args(["store", "check"])
        .stdout(
            "checked\t\t16 operations\t\nchecked\t\t17 links\t\nchecked\t\t15 codes\t\nchecked\t\t4 counters\t\n\
             checked\t\t2 bundles\t\nchecked\t\t2 checkpoints\t\n",
        )
        .stderr(CLEAN)
        .run()
        .then()
        .args(["store", "check", "--format", "table"])
        .stdout(
            "ledger       [DIR]/custcode.db\noperations   16\nlinks        17\ncodes        15\ncounters     4\n\
             bundles      2\ncheckpoints  2\n",
        )
        .stderr(CLEAN)
        .run()
        .then()
        .args(["store", "check", "--json"])
        .stdout(
            "{\"schema\":1,\"location\":\"[DIR]/custcode.db\",\"clean\":true,\"checked\":{\"operations\":16,\"links\":17,\
             \"codes\":15,\"counters\":4,\"bundles\":2,\"checkpoints\":2},\"counts\":{},\"findings\":[],\"checkpoint\":null}\n",
        )
        .stderr("{\"schema\":1,\"status\":\"nothing was lost, doubled or altered\"}\n")
        .run();
}

#[test]
fn an_empty_ledger_is_clean_and_has_nothing_to_seal() {
    Test::within(Folder::sqlite())
        .rules(super::RULES)
        .args(["store", "check", "--checkpoint", "--format", "table"])
        .stdout(
            "ledger       [DIR]/custcode.db\noperations   0\nlinks        0\ncodes        0\ncounters     0\n\
             bundles      0\ncheckpoints  0\n",
        )
        .stderr(&format!("{CLEAN}note: nothing was ever written to this ledger: there is nothing to seal\n"))
        .run();
}

#[test]
fn a_ledger_that_may_only_be_read_is_checked_all_the_same() {
    let folder = company();
    std::fs::set_permissions(folder.path("custcode.db"), Permissions::from_mode(0o400)).expect("a file");
    Test::within(folder)
        .args(["store", "check", "-q"])
        .stdout_like("checked\t\t16 operations\t\n...\n")
        .run();
}

#[test]
fn a_finding_names_the_operation_who_did_it_and_what_to_do() {
    let folder = company();
    tamper(
        &folder,
        "UPDATE customers SET name = '华东机械厂' WHERE id = 1; UPDATE codes SET state = 'void' WHERE id = 2",
    );
    Test::within(folder)
        .args(["store", "check", "--format", "table"])
        .status(1)
        .stdout(
            "ledger       [DIR]/custcode.db\noperations   16\nlinks        17\ncodes        15\ncounters     4\n\
             bundles      2\ncheckpoints  2\n\n\
             operation  operation 1 (new by li, 2026-11-22T01:00:00Z), counter graded 01, F: it is not what was \
             hashed when it was written: a code, customer, number, date or reason of it, or its own row (who, when, which \
             command), was edited, added or removed; or the operation before it in the chain was\n  \
             → compare its customers, codes and gaps with a backup from after it, and ask who has had write access since\n\n\
             state  operation 2 (new by li, 2026-11-22T01:00:00Z), 01F0002T: its state is void, its history says active\n  \
             → custcode store repair\n\n\
             name-key  customer 1: the kept key of its name \"华东机械厂\" is not that of the name\n  \
             → custcode store repair\n",
        )
        .stderr("3 findings\n")
        .run()
        .then()
        .args(["store", "check", "--json"])
        .status(1)
        .stdout_like(
            "{[..]\"clean\":false,[..]\"counts\":{\"operation\":1,\"state\":1,\"name-key\":1},\"findings\":[{\"kind\":\"operation\",\
             \"operation\":{\"id\":1,\"at\":\"2026-11-22T01:00:00Z\",\"command\":\"new\",\"actor\":\"li\",[..]\n",
        )
        .stderr_like("[..]\n")
        .run();
}

#[test]
fn many_findings_of_a_kind_are_counted() {
    let folder = company();
    folder.write("many.csv", crate::support::rows::customers(60, 1).replace("外部编号", "ref"));
    let many: String = (0..60).fold("name,ref,type,industry\n".to_owned(), |text, row| {
        text + &format!("n{row},M:{row},vip,trade\n")
    });
    let done = Test::within(folder).file("many.csv", many).args(["import", "many.csv", "-q"]).run();
    tamper(&done.folder, "UPDATE codes SET state = 'void' WHERE operation = 17");
    done.then()
        .args(["store", "check", "--format", "table", "-q"])
        .status(1)
        .stdout_like("...\nstate  and 40 more\n  → custcode store repair\n")
        .run();
}

#[test]
fn a_checkpoint_noted_elsewhere_is_found_again_or_missed() {
    let done = Test::within(company())
        .args(["store", "check", "--checkpoint"])
        .stdout_like("...\ncheckpoint\t\t[..]\t\n")
        .stderr(CLEAN)
        .run();
    let hash = done.stdout.lines().last().expect("a line").split('\t').nth(2).expect("a hash").to_owned();
    assert_eq!(hash.len(), 64);
    let done = done
        .then()
        .args(["new", "--type", "vip", "--set", "industry=food"])
        .stdout_like("01F[..]\n")
        .run()
        .then()
        .args(["store", "check", "--expect", &hash])
        .stdout_like("...\nchecked\t\t3 checkpoints\t\n")
        .stderr(CLEAN)
        .run();
    // Somebody builds all of it anew: a ledger that is whole in itself, but not this one.
    Test::within(company())
        .args(["store", "check", "--expect", &hash])
        .status(1)
        .stdout_like(&format!("...\ncheckpoint\t\t{hash}: the ledger does not contain this checkpoint[..]\n"))
        .stderr("1 finding\n")
        .run();
    tamper(&done.folder, "UPDATE operations SET actor = 'wang' WHERE id = 1");
    done.then()
        .args(["store", "check", "--checkpoint"])
        .status(1)
        .stdout_like("...\noperation\t1\t[..]\n")
        .stderr("1 finding\n")
        .run();
}

#[test]
fn the_surroundings_of_the_file_are_looked_at() {
    let folder = company();
    let path = folder.path("custcode.db");
    std::fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("a file");
    std::fs::hard_link(&path, folder.path("other.db")).expect("a second name");
    std::fs::write(folder.path("custcode.db-wal"), "").expect("a file");
    Test::within(folder)
        .args(["store", "check"])
        .status(1)
        .stdout_like(
            "...\npermissions\t\t[DIR]/custcode.db: every user of this machine may use the file (mode 0644, not 0600)\t[..]\n\
             hard-link\t\t[DIR]/custcode.db: the file has 2 names[..]\n\
             leftover\t\t[DIR]/custcode.db: [DIR]/custcode.db-wal lies beside the ledger[..]\n",
        )
        .stderr("3 findings\n")
        .run();
}

#[test]
fn what_is_no_hash_of_a_checkpoint_is_a_usage_error() {
    for text in
        ["", "1f0c", "not a hash", &"g".repeat(64), &"a".repeat(63), &format!("{0}:{0}:{0}", "a".repeat(64))]
    {
        Test::within(company())
            .args(["store", "check", "--expect", text])
            .stderr_like("error: invalid value [..]a checkpoint is the 64 hexadecimal digits[..]\n...")
            .status(2)
            .run();
    }
}

#[test]
fn a_signed_checkpoint_is_proved_by_its_key_alone() {
    let done = Test::within(company())
        .file("key", "0123456789abcdef0123456789abcdef\n")
        .file("other", "another key another key another key\n")
        .file("short", "secret\n")
        .args(["store", "check", "--checkpoint", "--sign-key", "key"])
        .stdout_like("...\ncheckpoint\t\t[..]:[..]\t\n")
        .stderr(CLEAN)
        .run();
    let signed = done.stdout.lines().last().expect("a line").split('\t').nth(2).expect("a hash").to_owned();
    let (hash, _) = signed.split_once(':').expect("a signature");
    let done = done
        .then()
        .args(["store", "check", "--quiet", "--expect", &signed, "--verify-key", "key"])
        .stdout_like("...\n")
        .run();
    let forged = format!("{hash}:{}", "0".repeat(64));
    std::fs::create_dir(done.folder.path("folder")).expect("made");
    let mut test = done.then();
    for (args, told) in [
        (&["--expect", &signed, "--verify-key", "other"][..], "the signature of --expect is not by this key"),
        (&["--expect", &forged, "--verify-key", "key"], "the signature of --expect is not by this key"),
        (&["--expect", &signed], "--expect is signed"),
        (&["--expect", hash, "--verify-key", "key"], "--expect is not signed"),
    ] {
        test = test
            .args(["store", "check"])
            .args(args.iter().copied())
            .stderr_like(&format!("error: {told}[..]\nhint: [..]\n"))
            .status(2)
            .run()
            .then();
    }
    // A new key signs, but it verifies nothing.
    let make = "head -c 32 /dev/urandom | base64 > FILE; chmod 400 FILE";
    let name = "name the file with the key that signed: the one --sign-key was given";
    for (args, hint) in
        [(&["--checkpoint", "--sign-key"][..], make), (&["--expect", &signed, "--verify-key"], name)]
    {
        for (file, told) in [
            ("short", "the key in short has 6 bytes; at least 32 are needed"),
            ("folder", "folder is not a file"),
        ] {
            test = test
                .args(["store", "check"])
                .args(args.iter().copied())
                .args([file])
                .stderr(&format!("error: {told}\nhint: {hint}\n"))
                .status(2)
                .run()
                .then();
        }
    }
}
