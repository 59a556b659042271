//! On a server the tables are written anew by their owner; anybody else is told what to run.

use super::{RULES, TEXTS};
use crate::support::cluster::Database;
use crate::support::{Cluster, Folder, Test};

/// A ledger on a server with one customer, 01A0001, and its database.
fn known() -> (Test, Database) {
    let database = Cluster::shared().database();
    let mut folder = Folder::sqlite();
    folder.set("CUSTCODE_STORE", database.url());
    let test = Test::within(folder)
        .rules(RULES)
        .args(["new", "--type", "vip", "--name", "王芳", "--ref", "CRM-4711", "--attr", "phone=13800138000"])
        .stdout("01A0001\n")
        .run()
        .then();
    (test, database)
}

#[test]
fn the_tables_are_written_anew_with_their_statistics() {
    let (test, database) = known();
    let mut client = Cluster::shared().client(database.name());
    let mut number = |table: &str| -> i64 {
        let sql = format!("SELECT CAST(pg_relation_filenode('custcode.{table}') AS bigint)");
        client.query_one(&sql, &[]).expect("a number").get(0)
    };
    let before = ["customers", "refs", "changes"].map(&mut number);
    test.args(["erase", "01A0001", "--reason", "ticket 812", "--yes", "--quiet"])
        .stdout_like("01A0001\t[..]\n")
        .run();
    let after = ["customers", "refs", "changes"].map(&mut number);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after), "{before:?} {after:?}");
    for text in TEXTS {
        let sql = "SELECT count(*) FROM pg_stats WHERE schemaname = 'custcode' \
            AND most_common_vals::text || coalesce(histogram_bounds::text, '') LIKE '%' || $1 || '%'";
        let found: i64 = client.query_one(sql, &[&text]).expect("a count").get(0);
        assert_eq!(found, 0, "{text} is in the statistics");
    }
}

#[test]
fn a_role_that_does_not_own_the_tables_is_told_what_to_run() {
    let (test, database) = known();
    let mut client = Cluster::shared().client(database.name());
    client.batch_execute("CREATE ROLE eraser_without_rights LOGIN").expect("a role");
    let grants = "GRANT USAGE ON SCHEMA custcode TO eraser_without_rights; \
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA custcode TO eraser_without_rights; \
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA custcode TO eraser_without_rights; \
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA custcode TO eraser_without_rights";
    client.batch_execute(grants).expect("grants");
    let url = database.url().replacen("custcode@", "eraser_without_rights@", 1);
    let done = test
        .env("CUSTCODE_STORE", &url)
        .args(["erase", "01A0001", "--reason", "ticket 812", "--yes"])
        .stdout_like("01A0001\t[..]\n")
        .stderr_like(
            "the ledger is then written anew: [..]\nnote: the texts are deleted, but the tables could not be written anew: \
             table changes belongs to custcode; until [..]\n\
             note: VACUUM (FULL, ANALYZE) custcode.customers;\n...\n\
             note: DELETE FROM custcode.meta WHERE key = 'erasure_unfinished';\n",
        )
        .status(6)
        .run()
        .then()
        .args(["store", "info"])
        .stdout_like("...\n")
        .stderr_like("note: customers were erased ([..]\n")
        .run()
        .then()
        .env("CUSTCODE_STORE", database.url());
    client.batch_execute("DROP OWNED BY eraser_without_rights").expect("given back");
    client.batch_execute("DROP ROLE eraser_without_rights").expect("dropped");
    done.args(["erase", "01A0001", "--reason", "again", "--yes"])
        .stderr_like("01A0001 was erased [..]; nothing was changed\n")
        .run()
        .then()
        .args(["store", "info"])
        .stdout_like("...\n")
        .run();
}
