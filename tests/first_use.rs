//! Before the first code: where rules and ledger are found, how they are made, and what is never
//! made silently.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::{Folder, Tables, Test, skipped_on_postgres};

/// The smallest rule file.
const RULES: &str = "custcode = 1\n[rules.plain]\npattern = \"N{seq:3}\"\n";

/// The permission bits of a file or folder.
#[track_caller]
fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it was made").permissions().mode() & 0o777
}

/// The home folder of a world, which stands beside its working folder.
fn home(folder: &Folder) -> std::path::PathBuf {
    folder.path("").join("../home")
}

#[test]
fn the_built_in_rules_make_their_ledger_for_the_user_alone() {
    if skipped_on_postgres("a ledger of one's own on first use is a file") {
        return;
    }
    let done = Test::new()
        .args(["new", "--type", "vip", "--name", "华东机械有限公司"])
        .stdout("01A0001\n")
        .stderr("note: made the ledger [HOME]/.local/share/custcode/custcode.db (built-in rules)\n")
        .run();
    let data = home(&done.folder).join(".local/share/custcode");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("custcode.db")), 0o600);
    assert_eq!(mode(&data.join("custcode.db.lock")), 0o600);
}

#[test]
fn looking_and_trying_make_no_ledger() {
    if skipped_on_postgres("a ledger of one's own on first use is a file") {
        return;
    }
    let done = Test::new()
        .args(["new", "--type", "vip", "--dry-run"])
        .stdout("01A0001\tnot issued\n")
        .stderr("dry run: nothing was issued\n")
        .run()
        .then()
        .args(["list"])
        .run()
        .then()
        .args(["validate", "01A0001"])
        .stdout("01A0001\tvalid\tgraded\n")
        .run()
        .then()
        .args(["validate", "--registered", "01A0001"])
        .stdout("01A0001\tinvalid\tnot in the ledger\n")
        .status(1)
        .run()
        .then()
        .args(["show", "01A0001", "--json"])
        .stdout_like("{\"schema\":1,\"code\":\"01A0001\",\"state\":null,[..]\n")
        .status(1)
        .run();
    assert!(!home(&done.folder).join(".local").exists());
    assert!(done.folder.names().is_empty());
}

#[test]
fn init_writes_the_example_and_its_ledger_and_overwrites_neither() {
    if skipped_on_postgres("the file beside the rules") {
        return;
    }
    let done = Test::new()
        .args(["init"])
        .stdout("rules\trules.toml\nledger\tcustcode.db\n")
        .stderr("try next:\n  custcode new --type vip --name \"华东机械有限公司\"\n  custcode rules show\n")
        .run();
    let example = include_str!("../rules.example.toml");
    assert_eq!(done.folder.read("rules.toml"), example);
    assert_eq!(mode(&done.folder.path("custcode.db")), 0o600);
    assert_eq!(done.folder.names(), ["custcode.db", "rules.toml"]);
    let before = fs::read(done.folder.path("custcode.db")).expect("readable");
    let again = done
        .then()
        .args(["init"])
        .stderr(
            "error: [DIR]/custcode.db exists already\n\
             hint: it is ready for use, see custcode store info; --store LEDGER makes another one\n",
        )
        .status(4)
        .run();
    assert_eq!(again.folder.read("rules.toml"), example);
    assert_eq!(fs::read(again.folder.path("custcode.db")).expect("readable"), before);
}

#[test]
fn init_makes_a_ledger_once() {
    let done = Test::new()
        .args(["init", "--quiet"])
        .stdout_like("rules\trules.toml\nledger\t[..]custcode.db\n")
        .run();
    let before = Tables::image(&done.folder);
    let again = done
        .then()
        .args(["init"])
        .stderr_like("error: [DIR]/custcode.db exists already\nhint: [..]\n")
        .status(4)
        .run();
    assert!(Tables::image(&again.folder) == before);
}

#[test]
fn init_makes_the_ledger_that_a_rule_file_lacks() {
    let done = Test::new()
        .file("rules.toml", RULES)
        .args(["init", "--quiet"])
        .stdout_like("ledger\t[..]custcode.db\n")
        .run()
        .then()
        .args(["new"])
        .stdout("N001\n")
        .run();
    assert_eq!(done.folder.read("rules.toml"), RULES);
}

#[test]
fn init_makes_the_ledger_where_the_rule_file_says() {
    if skipped_on_postgres("a file that the rules name") {
        return;
    }
    let rules = format!("store = \"data/codes.db\"\n{RULES}");
    let done = Test::new().file("rules.toml", &rules).file("data/keep", "").args(["init", "--quiet"]);
    let done = done.stdout("ledger\tdata/codes.db\n").run().then().args(["-v", "new"]).stdout("N001\n");
    done.stderr(
        "rules: [DIR]/rules.toml (in this folder)\n\
         ledger: [DIR]/data/codes.db (store in the rule file)\n",
    )
    .run();
}

#[test]
fn init_leaves_nothing_when_the_ledger_cannot_be_made() {
    if skipped_on_postgres("a folder that is missing") {
        return;
    }
    let done = Test::new()
        .args(["init", "--store", "nowhere/custcode.db"])
        .stderr_like("error: could not make nowhere/custcode.db: [..]\n...\n")
        .status(3)
        .run();
    assert!(done.folder.names().is_empty());
}

#[test]
fn init_keeps_the_ledger_out_of_git() {
    if skipped_on_postgres("a file in a work tree") {
        return;
    }
    let done = Test::new()
        .file(".git/HEAD", "")
        .file(".gitignore", "target")
        .args(["init", "--quiet"])
        .stdout("rules\trules.toml\nledger\tcustcode.db\ngitignore\t.gitignore\n")
        .run();
    assert_eq!(done.folder.read(".gitignore"), "target\ncustcode.db*\n");
}

#[test]
fn a_rule_file_or_store_without_its_ledger_issues_nothing() {
    if skipped_on_postgres("paths of files") {
        return;
    }
    let refused = |test: Test, location: &str| {
        test.stderr(&format!(
            "error: there is no ledger at {location}\n\
             hint: custcode init makes a new, empty one; --store LEDGER names the one you have\n"
        ))
        .status(3)
        .run()
    };
    let done = refused(Test::new().file("rules.toml", RULES).args(["new"]), "[DIR]/custcode.db");
    let done = refused(done.then().args(["new", "--store", "other.db"]), "other.db");
    let done = refused(done.then().args(["list"]), "[DIR]/custcode.db");
    assert_eq!(done.folder.names(), ["rules.toml"]);
    // The built-in rules make their own ledger, not one that somebody named.
    let done = refused(Test::new().args(["new", "--type", "vip", "--store", "mine.db"]), "mine.db");
    let done =
        refused(done.then().env("CUSTCODE_STORE", "there.db").args(["new", "--type", "vip"]), "there.db");
    assert!(done.folder.names().is_empty());
}

#[test]
fn rules_are_found_from_the_nearest_to_the_farthest_place() {
    if skipped_on_postgres("no ledger") {
        return;
    }
    let folder = Folder::new();
    for (name, letter) in [("a", "A"), ("b", "B"), ("work/rules", "P"), ("work/here/rules", "H")] {
        folder.write(&format!("{name}.toml"), RULES.replace('N', letter));
    }
    let config = home(&folder).join(".config/custcode");
    fs::create_dir_all(&config).expect("made");
    fs::write(config.join("rules.toml"), RULES.replace('N', "C")).expect("written");
    fs::create_dir_all(folder.path("elsewhere")).expect("made");
    let shown = |folder: &Folder, place: &str, args: &[&str], environment: &[(&str, &str)]| {
        let mut command = folder.custcode(args);
        command.current_dir(folder.path(place)).envs(environment.iter().copied());
        let output = command.args(["-v", "rules", "show"]).output().expect("custcode starts");
        let text = String::from_utf8(output.stdout).expect("text");
        let why = folder.portable(&String::from_utf8(output.stderr).expect("text"));
        let pattern = text.split('\t').nth(1).expect("a pattern").to_owned();
        (pattern, why.lines().next().expect("a reason").to_owned())
    };
    let variable = [("CUSTCODE_RULES", "../../b.toml")];
    for (place, args, environment, expected) in [
        (
            "work/here",
            &["--rules", "../../a.toml"][..],
            &variable[..],
            ("A{seq:3}", "../../a.toml (--rules)"),
        ),
        ("work/here", &[], &variable, ("B{seq:3}", "../../b.toml (CUSTCODE_RULES)")),
        ("work/here", &[], &[], ("H{seq:3}", "[DIR]/work/here/rules.toml (in this folder)")),
        ("work", &[], &[], ("P{seq:3}", "[DIR]/work/rules.toml (in this folder)")),
        ("elsewhere", &[], &[], ("C{seq:3}", "[HOME]/.config/custcode/rules.toml (your config folder)")),
    ] {
        let (pattern, why) = shown(&folder, place, args, environment);
        assert_eq!((pattern.as_str(), why.as_str()), (expected.0, format!("rules: {}", expected.1).as_str()));
    }
    fs::create_dir_all(folder.path("work/here/deep/er")).expect("made");
    let (pattern, why) = shown(&folder, "work/here/deep/er", &[], &[]);
    assert_eq!(
        (pattern.as_str(), why.as_str()),
        ("H{seq:3}", "rules: [DIR]/work/here/rules.toml (in a parent folder)")
    );
}

#[test]
fn a_found_file_must_say_that_it_is_custcode_s() {
    let message = "error: [DIR]/rules.toml was found but does not say that it is custcode's\n\
         hint: write `custcode = 1` as its first line, or name your rule file: --rules [DIR]/rules.toml\n";
    let foreign = "[rules.plain]\npattern = \"N{seq:3}\"\n";
    let mut done = Test::new().file("rules.toml", foreign).args(["new"]).stderr(message).status(2).run();
    for args in [&["init"][..], &["rules", "check"], &["validate", "N001"]] {
        done = done.then().args(args.to_vec()).stderr(message).status(2).run();
    }
    assert_eq!(done.folder.names(), ["rules.toml"]);
    done.then()
        .args(["--rules", "rules.toml", "init", "--quiet"])
        .stdout_like("ledger\t[..]custcode.db\n")
        .run()
        .then()
        .args(["--rules", "rules.toml", "new"])
        .stdout("N001\n")
        .run();
}

#[test]
fn ledgers_are_found_by_option_environment_file_and_place() {
    if skipped_on_postgres("paths of files") {
        return;
    }
    let done =
        Test::new().rules(RULES).args(["--store", "a.db", "init", "--quiet"]).stdout("ledger\ta.db\n").run();
    let done =
        done.then().env("CUSTCODE_STORE", "b.db").args(["init", "--quiet"]).stdout("ledger\tb.db\n").run();
    let reason = |why: &str| format!("rules: [DIR]/rules.toml (in this folder)\nledger: {why}\n");
    done.then()
        .args(["-v", "--store", "a.db", "new"])
        .stdout("N001\n")
        .stderr(&reason("a.db (--store)"))
        .run()
        .then()
        .args(["-v", "new"])
        .stdout("N001\n")
        .stderr(&reason("b.db (CUSTCODE_STORE)"))
        .run()
        .then()
        .env("CUSTCODE_STORE", "")
        .args(["-v", "new"])
        .stdout("N001\n")
        .stderr(&reason("[DIR]/custcode.db (beside the rule file)"))
        .run();
}

#[test]
fn store_info_tells_what_the_ledger_is_and_why_this_one() {
    Test::new()
        .rules(RULES)
        .args(["new", "--count", "3"])
        .stdout("N001\nN002\nN003\n")
        .run()
        .then()
        .args(["store", "info", "--format", "table"])
        .stdout_like(
            "ledger     [DIR]/custcode.db\n\
             found      rules: [DIR]/rules.toml (in this folder)\n\
             found      ledger: [DIR]/custcode.db ([..])\n\
             id         [..]\nschema     [..]\nbundle     [..]\ncustomers  3\ncodes      3\n\
             \n\
             rule   last  max\nplain  3     999\n",
        )
        .run()
        .then()
        .args(["store", "info", "--json"])
        .stdout_like(
            "{\"schema\":1,\"location\":\"[DIR]/custcode.db\",[..]\"fence\":null,\"customers\":3,\"codes\":3,\
             \"counters\":[{\"rule\":\"plain\",\"scope\":[],\"last\":3,\"max\":999}]}\n",
        )
        .run();
}

#[test]
fn what_is_no_ledger_is_named_and_left_alone() {
    if skipped_on_postgres("a file of something else") {
        return;
    }
    let done = Test::new()
        .file("rules.toml", RULES)
        .file("custcode.db", "this is a letter, and a long one, about something else altogether\n".repeat(40))
        .args(["new"])
        .stderr("error: [DIR]/custcode.db: not a custcode ledger, nor any SQLite file\n")
        .status(3)
        .run();
    assert!(done.folder.read("custcode.db").starts_with("this is a letter"));
}

#[test]
fn store_info_says_that_there_is_no_ledger_yet_and_where_it_would_be() {
    let place = "[HOME]/.local/share/custcode/custcode.db";
    let note = format!("there is no ledger yet; it would be {place}");
    Test::within(Folder::sqlite())
        .args(["store", "info"])
        .stdout_like(&format!(
            "ledger\t{place}\t\t\t\n\
             found\trules: built in ([..])\t\t\t\n\
             found\tledger: {place} ([..])\t\t\t\n\
             customers\t0\t\t\t\ncodes\t0\t\t\t\n"
        ))
        .stderr(&format!("note: {note}\n"))
        .run()
        .then()
        .args(["store", "info", "--json"])
        .stdout_like(&format!(
            "{{\"schema\":1,\"location\":\"{place}\",\"exists\":false,[..]\"id\":null,\"ledger_schema\":null,[..]}}\n"
        ))
        .stderr(&format!("{{\"schema\":1,\"note\":\"{note}\"}}\n"))
        .run();
}

#[test]
fn what_is_no_date_is_told_in_plain_words() {
    for date in ["2026-13-01", "2026-02-30", "tomorrow"] {
        Test::new()
            .args(["new", "--date", date])
            .stderr_like(&format!(
                "error: invalid value '{date}' for '--date <YYYY-MM-DD>': \
                 it is no date; write one such as 2026-12-31\n...\n"
            ))
            .status(2)
            .run();
    }
    Test::new()
        .now("2026-13-01T00:00:00Z")
        .args(["new"])
        .stderr(
            "error: CUSTCODE_NOW: \"2026-13-01T00:00:00Z\" is no point in time\n\
             hint: 2023-10-01T09:00:00+08:00\n",
        )
        .status(2)
        .run();
    Test::new()
        .args(["store", "info", "--store", "postgres://li@db/x?connect_timeout=-1"])
        .stderr_like("error: [..]connect_timeout is \"-1\"[..]\nhint: a number of seconds\n")
        .status(2)
        .run();
}
