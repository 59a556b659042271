//! Limits are the same at every door: what one command takes in, another writes, `import` reads
//! again and every engine indexes.

use super::{company, ledger};
use crate::support::{Cluster, Folder, Tables, Test, engine};

/// A text of so many bytes.
fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[test]
fn no_door_takes_a_text_that_is_too_long() {
    let (key, value, reason) = (long(1_025), long(64 * 1_024 + 1), long(4_097));
    let attribute = format!("phone={value}");
    let named = format!("{key}=1");
    let excess = |what: &str, bytes: usize, most: usize| {
        format!(
            "error: the {what} \"xxxxxxxxxxxxxxxxxxxx\"… has {bytes} bytes; at most {most} are kept\nhint: shorten it\n"
        )
    };
    let mut test = company().args(["new", "--type", "vip"]).stdout("01A0001\n").run().then();
    for (args, what, bytes, most) in [
        (vec!["new", "--type", "vip", "--ref", &key], "reference", 1_025, 1_024),
        (vec!["new", "--type", "vip", "--name", &key], "name", 1_025, 1_024),
        (vec!["new", "--type", "vip", "--request-id", &key], "request id", 1_025, 1_024),
        (vec!["new", "--type", "vip", "--attr", &named], "name of an attribute", 1_025, 1_024),
        (vec!["new", "--type", "vip", "--attr", &attribute], "value of an attribute", 65_537, 65_536),
        (vec!["new", "--code", "01A0002", "--ref", &key], "reference", 1_025, 1_024),
        (vec!["edit", "01A0001", "--name", &key], "name", 1_025, 1_024),
        (vec!["edit", "01A0001", "--add-ref", &key], "reference", 1_025, 1_024),
        (vec!["edit", "01A0001", "--attr", &attribute], "value of an attribute", 65_537, 65_536),
        (vec!["void", "01A0001", "--reason", &reason], "reason", 4_097, 4_096),
        (vec!["new", "--type", "vip", "--actor", &key], "actor", 1_025, 1_024),
    ] {
        test = test.args(args).stderr(&excess(what, bytes, most)).status(2).run().then();
    }
    assert_eq!(ledger(test).lines().count(), 2);
}

#[test]
fn a_file_is_held_to_the_same_limits() {
    company()
        .file("a.csv", format!("ref,name,type,industry\n{},甲,vip,\nR2,{},vip,\n", long(1_025), long(1_025)))
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:2 (row 1): the reference \"xxxxxxxxxxxxxxxxxxxx\"… has 1025 bytes; at most 1024 are kept\n\
             a.csv:3 (row 2): the name \"xxxxxxxxxxxxxxxxxxxx\"… has 1025 bytes; at most 1024 are kept\n",
        )
        .status(1)
        .run()
        .then()
        .file("b.jsonl", format!("{{\"ref\":\"{}\",\"type\":\"vip\",\"industry\":\"A\"}}\n", long(1_025)))
        .args(["import", "b.jsonl", "-q"])
        .stderr("b.jsonl:1 (row 1): the reference \"xxxxxxxxxxxxxxxxxxxx\"… has 1025 bytes; at most 1024 are kept\n")
        .status(1)
        .run()
        .then()
        .file("c.csv", format!("ref,type,industry,{}\nR1,vip,,1\n", long(1_025)))
        .args(["import", "c.csv", "-q"])
        .stderr_like("error: the name of an attribute \"xxxxxxxxxxxxxxxxxxxx\"… has 1025 bytes; [..]\nhint: shorten it\n")
        .status(2)
        .run();
}

#[test]
fn what_is_taken_in_goes_out_and_in_again() {
    let (key, value) = (long(1_024), "\u{1}".repeat(60_000));
    let (first, second) = (format!("{key}={value}"), format!("b={value}"));
    let done = company()
        .args(["new", "--type", "vip", "--ref", &key, "--name", &key, "--attr", &first, "--attr", &second])
        .stdout("01A0001\n")
        .run();
    for name in ["a.csv", "a.jsonl", "a.json"] {
        let exported = done.folder.copy();
        let done = crate::support::Test::within(exported).args(["export", "-o", name, "-q"]).run();
        let moved = company().file(name, done.folder.read(name)).args(["import", name, "-q"]).run();
        assert_eq!(ledger(moved.then()), ledger(done.then()), "{name}");
    }
}

#[test]
fn a_move_that_the_target_cannot_hold_is_refused_before_anything_is_fenced() {
    if engine() != crate::support::Engine::Sqlite {
        return;
    }
    let done = company().args(["new", "--type", "vip"]).stdout("01A0001\n").run();
    // As an earlier version could have written it.
    Tables::alter(&done.folder, "INSERT INTO attributes (name) VALUES (hex(zeroblob(2000)))");
    let database = Cluster::shared().database();
    done.then()
        .args(["store", "copy", "--fence", "custcode.db", database.url()])
        .stderr_like(
            "error: [..] cannot hold this ledger: PostgreSQL indexes at most 2600 bytes of name of an attribute \"00000000000000000000\"… (4000 bytes)\n\
             hint: [..]\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("01A0002\n")
        .run();
}

#[test]
fn a_device_and_a_stream_without_rows_are_refused_before_they_fill_the_disk() {
    company()
        .args(["import", "/dev/zero"])
        .stderr("error: could not read /dev/zero: it is a device, not a file\n")
        .status(3)
        .run()
        .then()
        .stdin(vec![b'x'; 6 << 20])
        .args(["import", "-"])
        .stderr("error: could not read -: 4 MiB without the end of a row\n")
        .status(3)
        .run();
}

#[test]
fn a_dictionary_that_is_a_pipe_is_refused_at_once() {
    let done = company().args(["list"]).run();
    let made = std::process::Command::new("mkfifo").arg(done.folder.path("values.csv")).status();
    assert!(made.expect("mkfifo runs").success());
    let rules = "custcode = 1\ndefault_rule = \"r\"\n[fields.type]\nvalues_from = \"values.csv\"\n[rules.r]\npattern = \"{type}{seq:3}\"\n";
    done.then()
        .file("rules.toml", rules)
        .args(["rules", "check", "--no-ledger"])
        .stderr_like("error[missing-file]: could not read \"values.csv\"\n --> rules.toml:4:15\n...\n  |               ^^^^^^^^^^^^ a pipe, not a file\n...\n")
        .status(2)
        .run();
}

#[test]
fn a_dictionary_that_cannot_be_taken_says_why_at_its_name() {
    let folder = Folder::sqlite();
    std::fs::create_dir(folder.path("folder")).expect("made");
    folder.write("../outside.csv", "key,code\na,A\n");
    let links = [("out.csv", "../outside.csv"), ("zero.csv", "/dev/zero"), ("dangling.csv", "not-there.csv")];
    for (name, target) in links {
        std::os::unix::fs::symlink(target, folder.path(name)).expect("a link");
    }
    let mut test = Test::within(folder);
    for (name, why, help) in [
        (
            "out.csv",
            "a link to [..]/outside.csv, which is out of the folder",
            "a rule file reads files in its own folder or below it only",
        ),
        (
            "zero.csv",
            "a link to /dev/zero, which is out of the folder",
            "a rule file reads files in its own folder or below it only",
        ),
        (
            "dangling.csv",
            "a link to not-there.csv, which is not there",
            "let the link lead to the CSV file, or put the file itself there",
        ),
        ("folder", "a folder, not a file", "name a CSV file"),
        ("absent.csv", "no such file", "the name is relative to the folder of the rule file"),
    ] {
        let rules = format!(
            "custcode = 1\n[fields.type]\nvalues_from = \"{name}\"\n[rules.r]\npattern = \"{{type}}{{seq:3}}\"\n"
        );
        let carets = "^".repeat(name.len() + 2);
        test = test
            .file("rules.toml", rules)
            .args(["rules", "check", "--no-ledger"])
            .stderr_like(&format!(
                "error[missing-file]: could not read \"{name}\"\n --> rules.toml:3:15\n  |\n\
                 3 | values_from = \"{name}\"\n  |               {carets} {why}\n  |\n  = help: {help}\n...\n"
            ))
            .status(2)
            .run()
            .then();
    }
}

/// Runs a command of the shell where `TMPDIR` is a disk of 16 MiB; none where this system lets
/// nobody make one.
fn on_a_small_disk(folder: &Folder, command: &str) -> Option<std::process::Output> {
    let disk = folder.path("disk");
    std::fs::create_dir(&disk).expect("made");
    let script = format!(
        "mount -t tmpfs -o size=16m,mode=1777 none '{0}' || exit 77; export TMPDIR='{0}'; {command}",
        disk.display()
    );
    let output = folder.command("unshare").args(["--mount", "sh", "-c", &script]).output().ok()?;
    let made = output.status.code() != Some(77) && !output.stderr.starts_with(b"unshare:");
    made.then_some(output)
}

#[cfg(target_os = "linux")]
#[test]
fn a_stream_of_rows_without_end_is_refused_before_it_fills_the_temporary_folder() {
    let folder = company().args(["list"]).run().folder;
    let before = Tables::image(&folder);
    let rows =
        "{ echo name,type,industry; yes 甲,vip,A; } | custcode import - -q; echo $?; ls -A \"$TMPDIR\"";
    let Some(output) = on_a_small_disk(&folder, rows) else { return };
    let said = folder.portable(&String::from_utf8_lossy(&output.stderr));
    assert!(
        said.starts_with(
            "error: could not read -: it is longer than 7 MiB, half of the free space of [DIR]/disk; "
        ) || said.starts_with(
            "error: could not read -: it is longer than 8 MiB, half of the free space of [DIR]/disk; "
        ),
        "{said}"
    );
    assert!(said.ends_with("a larger input can be given as a file\n"), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3\n");
    assert!(Tables::image(&folder) == before);
}
