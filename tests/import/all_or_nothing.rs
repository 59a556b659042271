//! Bad rows: all are told, nothing is written; or the good ones are kept, because somebody asked
//! for it.

use super::{company, ledger};
use crate::support::{Tables, skipped_on_postgres};

const FILE: &str = "\
外部编号,客户名称,type,industry,date
K1,华东,vip,services,
K2,华南,vpi,sevices,2023-13-01
K3,\"华
北\",vip,services,
K4,华西,,,
";

const REASONS: &str = "\
a.csv:3 (row 2): column date: \"2023-13-01\" is no day of the calendar
a.csv:3 (row 2): column type: unknown value \"vpi\"; did you mean \"vip\"?
a.csv:3 (row 2): column industry: unknown value \"sevices\"; did you mean \"services\"?
a.csv:6 (row 4): column type: empty; rule graded prints type
";

#[test]
fn any_bad_row_stops_the_run_and_every_one_is_told_with_its_line() {
    let base = company().file("a.csv", FILE);
    let done = base
        .args(["import", "a.csv", "-o", "coded.csv"])
        .stderr(&format!(
            "外部编号 → ref\n客户名称 → name\ntype → field type\nindustry → field industry\ndate → date\n\
             {REASONS}4 rows: 0 issued, 2 rejected\nnothing was written; --partial keeps the good rows\n"
        ))
        .status(1)
        .run();
    assert_eq!(done.folder.names_beside_ledger(), ["a.csv", "rules.toml"]);
    assert_eq!(ledger(done.then()), "code,ref,name,date,type,industry,region\n");
}

#[test]
fn a_rejected_run_leaves_the_ledger_as_it_was_to_the_byte() {
    let done = company().args(["new", "--type", "vip"]).stdout("01A0001\n").run();
    let before = Tables::image(&done.folder);
    let done =
        done.then().file("a.csv", FILE).args(["import", "a.csv", "-q"]).stderr(REASONS).status(1).run();
    assert!(Tables::image(&done.folder) == before);
}

#[test]
fn partial_keeps_the_good_rows() {
    let done = company()
        .file("a.csv", FILE)
        .args(["import", "a.csv", "--partial", "-q", "-o", "coded.csv"])
        .stderr(REASONS)
        .status(6)
        .run();
    assert_eq!(
        done.folder.read("coded.csv"),
        "外部编号,客户名称,type,industry,date,code\n\
         K1,华东,vip,services,,01B0001\n\
         K3,\"华\n北\",vip,services,,01B0002\n"
    );
    assert_eq!(ledger(done.then()).lines().count(), 1 + 3);
}

#[test]
fn a_mended_file_of_rejects_can_be_imported() {
    let done = company()
        .file("a.csv", FILE)
        .args(["import", "a.csv", "--partial", "-q", "--rejects", "rejects.csv"])
        .stderr(REASONS)
        .status(6)
        .run();
    let rejects = done.folder.read("rejects.csv");
    assert_eq!(
        rejects,
        "外部编号,客户名称,type,industry,date,rejected_line,rejected_because\n\
         K2,华南,vpi,sevices,2023-13-01,3,\"column date: \"\"2023-13-01\"\" is no day of the calendar; \
         column type: unknown value \"\"vpi\"\"; did you mean \"\"vip\"\"?; \
         column industry: unknown value \"\"sevices\"\"; did you mean \"\"services\"\"?\"\n\
         K4,华西,,,,6,column type: empty; rule graded prints type\n"
    );
    let mended = rejects
        .replace("vpi,sevices,2023-13-01", "vip,services,2023-12-01")
        .replace("K4,华西,,", "K4,华西,vip,");
    let done = done
        .then()
        .file("rejects.csv", mended)
        .args(["import", "rejects.csv", "--rejects", "rejects.csv", "--force"])
        .stderr_like("...\nrejected_line → nothing\nrejected_because → nothing\n...\n2 rows: 2 issued\n")
        .run();
    assert_eq!(
        done.folder.read("rejects.csv"),
        "外部编号,客户名称,type,industry,date,rejected_line,rejected_because\n"
    );
    assert_eq!(ledger(done.then()).lines().last(), Some("01A0001,K4,华西,2026-11-22,vip,manufacturing,"));
}

#[test]
fn a_row_that_cannot_be_read_stands_in_the_rejects_with_its_text() {
    let done = company()
        .file("a.csv", "name,type,industry\n华东,vip\n华南,vip,A\n")
        .args(["import", "a.csv", "-q", "--partial", "--rejects", "rejects.csv", "-o", "-"])
        .stdout("name,type,industry,code\n华南,vip,A,01A0001\n")
        .stderr("a.csv:2 (row 1): the row has 2 cells, the header has 3\n")
        .status(6)
        .run();
    let rejects = "name,type,industry,rejected_line,rejected_because,rejected_text\n\
                   ,,,2,\"the row has 2 cells, the header has 3\",\"华东,vip\"\n";
    assert_eq!(done.folder.read("rejects.csv"), rejects);
    // Given back as it is, the row is no customer, and is not forgotten.
    done.then()
        .args(["import", "rejects.csv", "-q"])
        .stderr("rejects.csv:2 (row 1): the row was not mended: its text stands in column rejected_text\n")
        .status(1)
        .run();
}

#[test]
fn blank_rows_that_a_spreadsheet_left_are_no_customers() {
    company()
        .file("a.csv", "name,type,industry\n华东,vip,A\n,,\n , ,\n")
        .args(["import", "a.csv", "--set", "region=0001", "-o", "-"])
        .stdout("name,type,industry,code\n华东,vip,A,01A0001\n")
        .stderr_like("...\n3 rows: 1 issued, 2 blank\n")
        .run();
}

#[test]
fn a_dry_run_tells_everything_and_does_nothing() {
    let content = "ref,code,name,type,industry\nK1,,华东,vip,A\nK2,01B0004,华南,,\n,,华北,vip,B\n";
    let done = company().args(["new", "--type", "vip"]).stdout("01A0001\n").run();
    let before = Tables::image(&done.folder);
    let done = done
        .then()
        .file("a.csv", content)
        .args(["import", "a.csv", "--dry-run", "-o", "plan.csv"])
        .stderr(
            "ref → ref\n\
             code → code\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             counter graded 01, B: none → 5\n\
             counter graded 01, A: 1 → 2\n\
             3 rows: 2 issued, 1 registered\n\
             dry run: nothing was written\n",
        )
        .run();
    let plan = done.folder.read("plan.csv");
    assert_eq!(
        plan,
        "ref,code (not issued),name,type,industry\n\
         K1,01A0002,华东,vip,A\nK2,01B0004,华南,,\n,01B0005,华北,vip,B\n"
    );
    assert!(Tables::image(&done.folder) == before);
    // What it foretold happens.
    done.then()
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout(&plan.replace("code (not issued)", "code"))
        .run();
}

#[test]
fn a_dry_run_makes_no_ledger() {
    if skipped_on_postgres("a ledger of one's own on first use is a file") {
        return;
    }
    let done = crate::support::Test::new()
        .file("a.csv", "name,type,industry\n华东,vip,A\n")
        .args(["import", "a.csv", "--dry-run", "-q", "-o", "-"])
        .stdout("name,type,industry,code (not issued)\n华东,vip,A,01A0001\n")
        .run();
    assert_eq!(done.folder.names(), ["a.csv"]);
    done.then().args(["list"]).run();
}

#[test]
fn json_tells_the_same_as_the_words() {
    company()
        .file("a.csv", "ref,name,type,industry\nK1,华东,vip,A\nK2,华南,vpi,A\n,,,\n")
        .args(["import", "a.csv", "--partial", "--json"])
        .stdout_like(
            "{\"schema\":1,\"dry_run\":false,\"rows\":3,\"issued\":1,\"registered\":0,\"legacy\":0,\"skipped\":0,\
             \"updated\":0,\"differing\":0,\"attached\":0,\"known_by_name\":0,\"namesakes\":0,\"nameless\":0,\"drifted\":0,\"blank\":1,\"totals\":0,\"rejected\":1,\"undecided\":0,\"written\":true,\"operation\":[..],\
             \"counters\":[{\"rule\":\"graded\",\"scope\":[\"01\",\"A\"],\"before\":null,\"after\":1}],\
             \"mapping\":[{\"column\":\"ref\",\"means\":\"ref\"},{\"column\":\"name\",\"means\":\"name\"},\
             {\"column\":\"type\",\"means\":\"field\",\"name\":\"type\"},\
             {\"column\":\"industry\",\"means\":\"field\",\"name\":\"industry\"}]}\n",
        )
        .stderr(
            "{\"schema\":1,\"rejected\":\"a.csv:3 (row 2): column type: unknown value \\\"vpi\\\"; did you mean \\\"vip\\\"?\"}\n",
        )
        .status(6)
        .run();
}
