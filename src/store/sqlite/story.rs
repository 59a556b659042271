//! The ledger's story, in the order in which its chains are checked.

use rusqlite::Row;

use super::rows::Reading;
use super::session::Session;
use crate::store::chain::{Head, Kind};
use crate::store::{NewOperation, Result, StoryRow};

/// Rows of every kind under one another: operation, chain (-1: the operation itself), kind (-1: the link), id, columns.
const STORY: &str = "\
SELECT id AS operation, -1 AS sequence, -1 AS kind, 0 AS id, at AS a, command AS b, actor AS c, os_user AS d, host AS e, \
 bundle AS f, request_id AS g, input_digest AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l FROM operations \
UNION ALL SELECT links.operation, links.sequence, -1, links.position, links.hash, before.hash, CAST(links.lease AS TEXT), \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM links LEFT JOIN links AS before ON before.sequence = links.sequence \
 AND before.lease = links.lease AND before.position = links.position - 1 \
UNION ALL SELECT codes.operation, coalesce(codes.sequence, 0), 0, codes.id, CAST(codes.number AS TEXT), codes.canonical, codes.written, \
 born.reference, born.name, born.fields, born.attributes, born.state, born.date, CAST(born.row AS TEXT), \
 (SELECT before FROM revisions WHERE customer = born.id ORDER BY id LIMIT 1), \
 (SELECT after FROM revisions WHERE customer = born.id ORDER BY id DESC LIMIT 1) \
 FROM codes LEFT JOIN customers AS born ON born.id = codes.customer AND born.operation = codes.operation \
UNION ALL SELECT operation, sequence, 1, id, CAST(first AS TEXT), CAST(last AS TEXT), reason, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM gap_ranges \
UNION ALL SELECT operation, sequence, 2, id, CAST(first AS TEXT), CAST(last AS TEXT), holder, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM leases \
UNION ALL SELECT code_events.operation, coalesce(codes.sequence, 0), 3, code_events.id, CAST(code AS TEXT), from_state, to_state, reason, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM code_events LEFT JOIN codes ON codes.id = code_events.code \
UNION ALL SELECT operation, 0, 4, id, CAST(customer AS TEXT), attribute, before, after, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM changes \
UNION ALL SELECT operation, 0, 5, id, CAST(customer AS TEXT), before, after, \
 lag(after) OVER (PARTITION BY customer ORDER BY id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM revisions \
UNION ALL SELECT operation, 0, 6, id, hash, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM checkpoints \
ORDER BY 1, 2, 3, 4";

/// How many columns follow operation, chain, kind and id.
const COLUMNS: usize = 12;

impl Session<'_> {
    pub(super) fn scan_story(&self, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> Result<()> {
        let failed = self.failed("could not read what was hashed");
        let mut statement = self.statement(STORY).map_err(&failed)?;
        let mut found = statement.query([]).map_err(&failed)?;
        while let Some(row) = found.next().map_err(&failed)? {
            tell(row, each).map_err(&failed)??;
        }
        Ok(())
    }

    pub(super) fn read_heads(&self) -> Result<Vec<Head>> {
        const SQL: &str = "SELECT id, 0, position, head FROM sequences WHERE head IS NOT NULL \
             UNION ALL SELECT sequence, id, position, head FROM leases WHERE head IS NOT NULL ORDER BY 1, 2";
        let heads = self.statement(SQL).and_then(|mut statement| {
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
        });
        heads.map_err(self.failed("could not read the heads of the chains"))
    }
}

/// Hands a row on; the inner error is the listener's.
fn tell(row: &Row<'_>, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> rusqlite::Result<Result<()>> {
    let (operation, sequence, kind, id): (i64, i64, i64, i64) =
        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    let mut reading = Reading::of(row, 4);
    if sequence < 0 {
        let new = NewOperation {
            at: reading.str()?,
            command: reading.str()?,
            actor: reading.str()?,
            os_user: reading.str()?,
            host: reading.str()?,
            bundle: reading.str()?,
            request_id: reading.optional_str()?,
            input_digest: reading.optional_str()?,
        };
        return Ok(each(&StoryRow::Operation { id: operation, new }));
    }
    let Some(&kind) = usize::try_from(kind).ok().and_then(|kind| Kind::ALL.get(kind)) else {
        let (hash, before) = (reading.str()?, reading.optional_str()?);
        let lease = row.get::<_, String>(6)?.parse().unwrap_or_default();
        return Ok(each(&StoryRow::Link { sequence, lease, position: id, hash, before }));
    };
    let mut columns = [None; COLUMNS];
    for column in &mut columns {
        *column = reading.optional_str()?;
    }
    Ok(each(&StoryRow::Item { sequence, kind, id, columns: &columns }))
}
