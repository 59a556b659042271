//! The tables are those that the migrations made: nothing is missing, other, or added by somebody
//! else.

use crate::support::{Cluster, Engine, Folder, Ledger, Tables, Test, blessing, diff, engine, project};

/// A ledger with a few codes.
fn company() -> Folder {
    let done = Test::new().args(["init", "--quiet"]).stdout_like("...\n").run();
    done.then()
        .args(["new", "--type", "vip", "--count", "3"])
        .stdout("01A0001\n01A0002\n01A0003\n")
        .run()
        .folder
}

/// What the check says of the tables.
fn schema(folder: &Folder) -> Vec<String> {
    let done = folder.custcode(["store", "check", "--format", "csv"]).output().expect("custcode starts");
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let of_schema = text.lines().filter(|line| line.starts_with("schema,"));
    of_schema.map(|line| line.split(',').nth(2).unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_postgresql_keeps_is_written_down() {
    let database = Cluster::shared().database();
    let place = custcode::store::Location::parse(database.url()).expect("a place");
    custcode::store::create(&place).expect("a new ledger");
    let mut tables = Tables::database(Cluster::shared().client(database.name())).expect("the tables");
    let query = include_str!("../../src/store/postgres/schema.sql");
    let text: String = tables
        .rows(query)
        .expect("an answer")
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join("\t") + "\n")
        .collect();
    let kept = project().join("src/store/migrations/postgres/schema.tsv");
    if blessing() {
        std::fs::write(&kept, &text).expect("the project can be written");
    }
    let expected = std::fs::read_to_string(&kept).unwrap_or_default();
    assert!(text == expected, "CUSTCODE_BLESS=1 writes it anew:\n{}", diff::lines(&expected, &text));
}

#[test]
fn what_somebody_does_to_the_tables_is_named() {
    let base = company();
    assert_eq!(schema(&base), [""; 0]);
    let both: &[(&str, &str)] = &[
        ("DROP INDEX codes_canonical", "the tables: index codes_canonical is not there"),
        (
            "DROP INDEX codes_canonical; CREATE INDEX codes_canonical ON codes (canonical)",
            "the tables: index codes_canonical is not as it was made: ",
        ),
        ("CREATE TABLE notes (text TEXT)", "the tables: table notes is none of custcode's: "),
        ("CREATE VIEW names AS SELECT name FROM customers", "the tables: view names is none of custcode's: "),
        ("ALTER TABLE codes ADD COLUMN note TEXT", "codes"),
        (
            "CREATE UNIQUE INDEX one_name ON customers (name)",
            "the tables: index one_name is none of custcode's: ",
        ),
    ];
    let sqlite: &[(&str, &str)] = &[(
        "CREATE TRIGGER t AFTER INSERT ON codes BEGIN DELETE FROM codes; END",
        "the tables: trigger t is none of custcode's: ",
    )];
    let postgres: &[(&str, &str)] = &[
        (
            "ALTER TABLE codes SET UNLOGGED",
            "the tables: table codes is not as it was made: UNLOGGED: a crash empties it",
        ),
        (
            "ALTER TABLE codes ENABLE ROW LEVEL SECURITY",
            "the tables: table codes is not as it was made: logged",
        ),
        (
            "ALTER TABLE codes DROP CONSTRAINT codes_state_check",
            "the tables: constraint codes_state_check of codes is not there",
        ),
        (
            "CREATE RULE r AS ON INSERT TO codes DO INSTEAD NOTHING",
            "the tables: rule r of codes is none of custcode's: ",
        ),
        (
            "CREATE FUNCTION convert_to(text, text) RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea'",
            "the tables: function convert_to(text",
        ),
        (
            "CREATE OR REPLACE FUNCTION link(head text, digest text) RETURNS text LANGUAGE sql STABLE AS 'SELECT head'",
            "the tables: function link(head text",
        ),
    ];
    let of_engine = if engine() == Engine::Sqlite { sqlite } else { postgres };
    for (sql, told) in both.iter().chain(of_engine) {
        let folder = base.copy();
        Tables::alter(&folder, sql);
        let found = schema(&folder);
        let is_told = |what: &String| what.trim_matches('"').contains(told);
        assert!(found.iter().any(is_told), "{sql}: {told:?} is not in {found:#?}");
    }
}

#[test]
fn a_row_that_the_server_does_not_write_is_no_code() {
    if engine() == Engine::Sqlite {
        // A planted trigger does not run there (`store::creation`).
        return;
    }
    let nothing = "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
         CREATE TRIGGER nothing BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION public.nothing()";
    let base = company();
    for table in ["codes", "links", "operations", "customers"] {
        for sql in [nothing, "CREATE RULE r AS ON INSERT TO {} DO INSTEAD NOTHING"] {
            for args in [&["new", "--type", "vip"][..], &["new", "--type", "vip", "--count", "3"]] {
                let folder = base.copy();
                Tables::alter(&folder, &sql.replace("{}", table));
                let done = folder.custcode(args).output().expect("custcode starts");
                let (told, said) =
                    (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
                assert_eq!(told, "", "{sql} on {table}: {args:?}");
                assert_ne!(done.status.code(), Some(0), "{sql} on {table}: {args:?}: {said}");
                assert_eq!(Ledger::read_in(&folder).codes.len(), 3, "{sql} on {table}: {args:?}: {said}");
            }
        }
    }
}

/// All rows of the tables that commands write.
fn rows(folder: &Folder) -> Vec<Vec<Option<String>>> {
    let written = [
        "operations",
        "customers",
        "codes",
        "code_events",
        "changes",
        "revisions",
        "gap_ranges",
        "sequences",
        "links",
        "checkpoints",
        "numbers_ahead",
        "bundles",
        "meta",
    ];
    let all = written.map(|table| format!("SELECT '{table}', CAST({table} AS text) FROM {table}"));
    let query = format!("{} ORDER BY 1, 2", all.join(" UNION ALL "));
    Tables::of(folder).and_then(|mut tables| tables.rows(&query)).expect("the tables")
}

/// What a command does to each table that it writes fails, and leaves nothing behind, where the
/// server keeps the rows away.
#[test]
fn a_write_that_the_server_does_not_do_fails_whatever_the_table() {
    if engine() == Engine::Sqlite {
        return;
    }
    let nothing = "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
         CREATE TRIGGER nothing BEFORE INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION public.nothing()";
    let commands: &[(&[&str], &[&str])] = &[
        (
            &["void", "01A0001", "--reason", "x"],
            &["code_events", "codes", "operations", "sequences", "links"],
        ),
        (
            &["edit", "01A0001", "--name", "Other"],
            &["changes", "revisions", "customers", "operations", "sequences", "links"],
        ),
        (
            &["new", "--type", "vip", "--code", "01A0010"],
            &["gap_ranges", "codes", "customers", "operations", "sequences", "links"],
        ),
        (&["new", "--type", "vip", "--code", "01A9000", "--keep-below"], &["numbers_ahead"]),
        (
            &["import", "customers.csv", "--set", "industry=manufacturing"],
            &["attributes", "customers", "codes", "operations", "sequences", "links"],
        ),
        (&["rules", "adopt", "--yes", "--rules", "next.toml"], &["bundles", "meta", "operations"]),
    ];
    let base = company();
    base.write("customers.csv", "name,type,phone\n华东,vip,1\n华西,regular,2\n");
    base.write("next.toml", base.read("rules.toml") + "# other rules\n");
    for (args, tables) in commands {
        for table in *tables {
            let folder = base.copy();
            let before = rows(&folder);
            Tables::alter(&folder, &nothing.replace("{}", table));
            let done = folder.custcode(*args).output().expect("custcode starts");
            let said = String::from_utf8_lossy(&done.stderr);
            assert_eq!(done.status.code(), Some(3), "{table}: {args:?}: {said}");
            assert!(said.contains("the server did not write the row"), "{table}: {args:?}: {said}");
            assert_eq!(rows(&folder), before, "{table}: {args:?}: {said}");
        }
    }
}

/// A check names what was added to the tables first, and writes no checkpoint of such a ledger.
#[test]
fn a_checkpoint_is_not_made_where_rows_can_be_kept_away() {
    if engine() == Engine::Sqlite {
        return;
    }
    let base = company();
    for table in ["checkpoints", "operations", "sequences", "links"] {
        let folder = base.copy();
        let before = rows(&folder);
        Tables::alter(&folder, &format!("CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING"));
        let done = folder.custcode(["store", "check", "--checkpoint"]).output().expect("custcode starts");
        let (told, said) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert_eq!(done.status.code(), Some(1), "{table}: {told}{said}");
        assert!(told.contains(&format!("rule r of {table} is none of custcode's")), "{table}: {told}");
        assert_eq!(rows(&folder), before, "{table}: {told}{said}");
    }
}

/// Whether a policy or a missing right keeps a row away is told by the server's own function, not
/// by words in its language.
#[test]
fn a_policy_and_a_missing_right_have_each_a_hint_of_their_own() {
    if engine() == Engine::Sqlite {
        return;
    }
    let base = company();
    for (sql, hint) in [
        (
            "ALTER TABLE codes ENABLE ROW LEVEL SECURITY; ALTER TABLE codes FORCE ROW LEVEL SECURITY; \
             CREATE POLICY p ON codes FOR SELECT USING (true)",
            "hint: custcode store check names the tables with row level security",
        ),
        (
            "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE insufficient_privilege USING MESSAGE = ''row-level security''; END'; \
             CREATE TRIGGER no BEFORE INSERT ON codes FOR EACH ROW EXECUTE FUNCTION public.no()",
            "hint: as the owner of the tables: GRANT",
        ),
    ] {
        for args in [&["new", "--type", "vip"][..], &["new", "--type", "vip", "--count", "2"]] {
            let folder = base.copy();
            Tables::alter(&folder, sql);
            let done = folder.custcode(args).output().expect("custcode starts");
            let said = String::from_utf8_lossy(&done.stderr);
            assert_eq!(done.status.code(), Some(3), "{args:?}: {said}");
            assert!(said.contains(hint), "{sql}: {args:?}: {said}");
        }
    }
}
