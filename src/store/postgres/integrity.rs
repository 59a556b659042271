//! What the engine's own checks would find: without foreign keys, rows that name missing rows are
//! looked for here.

use super::session::Session;
use crate::store::Result;

/// Table, column, and the table whose rows it names.
const REFERENCES: [(&str, &str, &str); 24] = [
    ("numbers_ahead", "sequence", "sequences"),
    ("customers", "operation", "operations"),
    ("customers", "code", "codes"),
    ("customers", "merged_into", "customers"),
    ("refs", "customer", "customers"),
    ("refs", "operation", "operations"),
    ("refs", "dropped", "operations"),
    ("codes", "customer", "customers"),
    ("codes", "sequence", "sequences"),
    ("codes", "operation", "operations"),
    ("code_events", "operation", "operations"),
    ("code_events", "code", "codes"),
    ("code_events", "customer", "customers"),
    ("changes", "operation", "operations"),
    ("changes", "customer", "customers"),
    ("revisions", "operation", "operations"),
    ("revisions", "customer", "customers"),
    ("erasures", "operation", "operations"),
    ("erasures", "customer", "customers"),
    ("gap_ranges", "sequence", "sequences"),
    ("gap_ranges", "operation", "operations"),
    ("leases", "sequence", "sequences"),
    ("leases", "operation", "operations"),
    ("checkpoints", "operation", "operations"),
];

/// The indexes that keep codes, references and requests from standing there twice.
const INDEXES: [&str; 5] = [
    "codes_canonical",
    "refs_reference",
    "operations_request_id",
    "operations_token",
    "sequences_rule_scope",
];

impl Session<'_> {
    pub(super) fn check_rows(&mut self) -> Result<Vec<String>> {
        let doing = "could not check the rows that name others";
        let mut found = self.check_indexes()?;
        let bundles = "SELECT CAST(id AS text) FROM custcode.operations WHERE NOT EXISTS \
             (SELECT FROM custcode.bundles WHERE digest = bundle) ORDER BY id";
        let mut look = |sql: &str, table: &str, parent: &str| -> Result<()> {
            let rows: Vec<String> = self.all(doing, sql, &[], |row| Ok(row.try_get(0)?))?;
            found.extend(
                rows.into_iter()
                    .map(|id| format!("row {id} of {table} names a row of {parent} that is not there")),
            );
            Ok(())
        };
        look(bundles, "operations", "bundles")?;
        for column in ["sequence", "operation"] {
            let parent = if column == "sequence" { "sequences" } else { "operations" };
            let sql = format!(
                "SELECT sequence || '/' || lease || '/' || position FROM custcode.links WHERE NOT EXISTS \
                 (SELECT FROM custcode.{parent} WHERE {parent}.id = links.{column}) ORDER BY sequence, lease, position"
            );
            look(&sql, "links", parent)?;
        }
        for (table, column, parent) in REFERENCES {
            let id = if table == "numbers_ahead" { "number" } else { "id" };
            let sql = format!(
                "SELECT CAST(child.{id} AS text) FROM custcode.{table} AS child WHERE child.{column} IS NOT NULL \
                 AND NOT EXISTS (SELECT FROM custcode.{parent} WHERE {parent}.id = child.{column}) ORDER BY child.{id}"
            );
            look(&sql, table, parent)?;
        }
        Ok(found)
    }

    fn check_indexes(&mut self) -> Result<Vec<String>> {
        const SQL: &str = "SELECT wanted FROM unnest($1) AS wanted WHERE NOT EXISTS \
             (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('custcode.' || wanted) \
             AND indisunique AND indisvalid AND indisready)";
        let missing: Vec<String> =
            self.all("could not check the indexes", SQL, &[&INDEXES.as_slice()], |row| Ok(row.try_get(0)?))?;
        Ok(missing
            .into_iter()
            .map(|name| format!("the unique index {name} is missing or not valid"))
            .collect())
    }
}
