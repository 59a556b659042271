//! What is no address of a ledger is refused before anything is made, and nothing of it is
//! repeated: it could hold a password.

use std::fs;

use crate::support::{Folder, Test};

/// What must not come back.
const SECRET: &str = "Geh3im";

/// Near misses of addresses, each with a password in it; the last ones are addresses that cannot be
/// read.
const FORMS: &[&str] = &[
    "POSTGRES://u:Geh3im@h/d",
    "PostgreSQL://u:Geh3im@h/d",
    " postgres://u:Geh3im@h/d",
    "\tpostgres://u:Geh3im@h/d",
    "\u{feff}postgres://u:Geh3im@h/d",
    "\"postgres://u:Geh3im@h/d\"",
    "postgres:/u:Geh3im@h/d",
    "postgres:u:Geh3im@h/d",
    "postgres//u:Geh3im@h/d",
    "postgres：//u:Geh3im@h/d",
    "postgres%3A//u%3AGeh3im@h/d",
    "postgre://u:Geh3im@h/d",
    "postgresq://u:Geh3im@h/d",
    "pgsql://u:Geh3im@h/d",
    "postgresql+psycopg2://u:Geh3im@h/d",
    "postgresql+asyncpg://u:Geh3im@h/d",
    "jdbc:postgresql://h/d?user=u&password=Geh3im",
    "mysql://u:Geh3im@h/d",
    "mssql://u:Geh3im@h/d",
    "sqlserver://h;password=Geh3im",
    "http://u:Geh3im@h/d",
    "file:///d?password=Geh3im",
    "sqlite://u:Geh3im@h/d",
    "sqlite:postgres://u:Geh3im@h/d",
    "SQLITE:postgres://u:Geh3im@h/d",
    "sqlite: postgres://u:Geh3im@h/d",
    "//u:Geh3im@h/d",
    "u:Geh3im@h/d",
    "u@h:Geh3im/d",
    "host=h user=u password=Geh3im dbname=d",
    "host = h user = u password = Geh3im",
    "password='Geh3im' host=h",
    "dbname=d password=Geh3im",
    "d?password=Geh3im",
    "/srv/d?password=Geh3im",
    "../postgres://u:Geh3im@h/d",
    "postgres://u%3AGeh3im@h/d",
    "postgres://u:%47eh3im:Geh3im@h/d",
    "postgres://h/d?user=u:Geh3im",
    "postgres://h/d?user=u%3AGeh3im",
    "postgres://h/d#password=Geh3im",
    "postgres://h/d#Geh3im",
    "postgres://h/d;Geh3im",
    "postgres://h/d?pass=Geh3im",
    "postgres://h/d?Geh3im",
    "postgres://h/d?Geh3im=x",
    "postgres://h/d?sslmode=Geh3im",
    "postgres://h/d?connect_timeout=Geh3im",
    "postgres://h/d?port=Geh3im",
    "postgres://h:Geh3im/d",
    "postgres://u/Geh3im@h/d",
    "postgres://u@h/d password=Geh3im",
    "postgres://u:Geh3im%zz@h/d",
    "postgres://Geh3im%zz@h/d",
    "postgres://h/Geh3im%0",
    "postgres://[u:Geh3im/d",
    "postgres://h=Geh3im/d",
    "psql -h h -U u -W Geh3im",
    "/usr/bin/psql -h h -U u -W Geh3im",
    "psql h u Geh3im",
    "mysql -h h -pGeh3im d",
    "h -U u -W Geh3im",
    "h 5432 d --password Geh3im",
    "host h user u password Geh3im",
];

/// Runs a command that names the ledger and gives all that it said.
#[track_caller]
fn refused(folder: &Folder, form: &str, args: &[&str], variable: Option<&str>) {
    for format in ["table", "json"] {
        let mut command = folder.custcode(args);
        command.args(["--format", format]);
        command.envs(variable.map(|name| (name, form)));
        let output = command.output().expect("custcode starts");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(2), "{form:?} {args:?}: {said}");
        assert!(!said.contains(SECRET), "{form:?} {args:?}: {said}");
        assert!(said.contains("hint"), "{form:?} {args:?}: {said}");
    }
}

#[test]
fn a_near_miss_is_no_file_and_is_not_repeated() {
    let folder = Folder::sqlite();
    for form in FORMS {
        // What names its values is asked for where it is used.
        refused(&folder, form, &["--store", form, "-v", "store", "info"], None);
        if form.contains("Geh3im=x") {
            refused(&folder, form, &["-v", "init"], Some("CUSTCODE_STORE"));
            refused(&folder, form, &["store", "copy", form, "b.db"], None);
        }
    }
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn a_near_miss_in_the_rule_file_is_not_repeated() {
    let folder = Folder::sqlite();
    for form in FORMS {
        let quoted = form.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
        folder.write(
            "rules.toml",
            format!("custcode = 1\nstore = \"{quoted}\"\n[rules.r]\npattern = \"N{{seq:3}}\"\n"),
        );
        refused(&folder, form, &["-v", "new"], None);
    }
    assert_eq!(folder.names(), ["rules.toml"]);
}

/// Lines that are no TOML, or name the ledger where it is not looked for.
const SLIPS: &[&str] = &[
    "store = \"postgres://u:Geh3im@h/d",
    "store = 'postgres://u:Geh3im@h/d",
    "store = \"postgres://u:Geh3im@h/d\" # \"\nstore = \"x\"",
    "store = \"x\"\nstore = \"postgres://u:Geh3im@h/d\"",
    "store = \"postgres://u:Geh3im@h/d\" x",
    "store = \"postgres://u:Geh3im\\q@h/d\"",
    "store = \"postgres://u:Geh3im\\\"@h/d",
    "store = postgres://u:Geh3im@h/d",
    "store = “postgres://u:Geh3im@h/d”",
    "store = host=h password=Geh3im",
    "store = \"host=h password=Geh3im",
    "store = Geh3im",
    "store = \"\"\"\npostgres://u:Geh3im@h/d",
    "store \"postgres://u:Geh3im@h/d\"",
    "store: \"u:Geh3im@h\"",
    "STORE = \"u:Geh3im@h\"",
    "stroe = \"u:Geh3im@h\"",
    "\"store\" = \"u:Geh3im@h",
    "store = [\"postgres://u:Geh3im@h/d\"]",
    "store = { url = \"postgres://u:Geh3im@h/d\" }",
    "store.url = \"postgres://u:Geh3im@h/d\"",
    "[store]\nurl = \"postgres://u:Geh3im@h/d\"",
    "[store]\nurl = \"postgres://u:Geh3im@h/d",
    "ledger = \"postgres://u:Geh3im@h/d\"",
    "timezone = \"postgres://u:Geh3im@h/d\"",
    "default_rule = \"host=h password=Geh3im\"",
    "postgres://u:Geh3im@h/d",
];

#[test]
fn a_finding_on_the_line_of_the_ledger_does_not_repeat_it() {
    let folder = Folder::sqlite();
    for slip in SLIPS {
        folder.write("rules.toml", format!("custcode = 1\n{slip}\n[rules.r]\npattern = \"N{{seq:3}}\"\n"));
        for args in [&["rules", "check"][..], &["new"], &["init"], &["rules", "show"]] {
            for format in ["table", "json"] {
                let mut command = folder.custcode(args);
                let output = command.args(["-v", "--format", format]).output().expect("custcode starts");
                let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                assert_eq!(output.status.code(), Some(2), "{slip:?} {args:?}: {said}");
                assert!(!said.contains(SECRET), "{slip:?} {args:?}: {said}");
            }
        }
    }
    folder.write("rules.toml", "custcode = 1\nstore = \"postgres://u:Geh3im@h/d\n");
    Test::within(folder)
        .args(["rules", "check"])
        .stderr(
            "error[toml-open-quote]: the text does not end on its line\n \
             --> rules.toml:2:9\n  \
             |\n\
             2 | store = \"…\"\n  \
             |         ^^^ the closing quote is missing\n  \
             |\n  \
             = help: close the text with the quote that opened it\n\
             error: 1 problem(s) in the rule file\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_scheme_is_known_in_any_case() {
    Test::within(Folder::sqlite())
        .args(["store", "info", "--store", "POSTGRES://li@127.0.0.1:1/x"])
        .stderr_like("error: [..]: 127.0.0.1 port 1 cannot be reached: [..]\nhint: [..]\n")
        .status(5)
        .run();
}

#[test]
fn a_file_may_have_any_name_that_is_said_to_be_one() {
    let done = Test::within(Folder::sqlite())
        .args(["init", "--quiet", "--store", "./host=db user=app"])
        .stdout("rules\trules.toml\nledger\t./host=db user=app\n")
        .run();
    assert!(fs::exists(done.folder.path("host=db user=app")).expect("looked at"));
    done.then()
        .args(["--store", "host=db user=app", "new", "--type", "vip"])
        .stderr_like(
            "error: what was given for the ledger is neither a file name nor a URL[..]\nhint: [..] ./NAME\n",
        )
        .status(2)
        .run();
}
