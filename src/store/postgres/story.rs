//! The ledger's story, in the order in which its chains are checked.

use tokio_postgres::Row;

use super::rows::{Read, Reading};
use super::session::Session;
use crate::store::chain::{Head, Kind};
use crate::store::{NewOperation, Result, StoryRow};

/// Rows of every kind under one another: operation, chain (-1: the operation itself), kind (-1: the link), id, columns.
const STORY: &str = "\
SELECT id AS operation, CAST(-1 AS bigint) AS sequence, CAST(-1 AS bigint) AS kind, CAST(0 AS bigint) AS id, at AS a, command AS b, \
 actor AS c, os_user AS d, host AS e, bundle AS f, request_id AS g, input_digest AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l \
 FROM custcode.operations \
UNION ALL SELECT links.operation, links.sequence, -1, links.position, links.hash, earlier.hash, CAST(links.lease AS text), \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.links LEFT JOIN custcode.links AS earlier ON earlier.sequence = links.sequence \
 AND earlier.lease = links.lease AND earlier.position = links.position - 1 \
UNION ALL SELECT codes.operation, coalesce(codes.sequence, 0), 0, codes.id, CAST(codes.number AS text), codes.canonical, codes.written, \
 born.reference, born.name, born.fields, born.attributes, born.state, born.date, CAST(born.row AS text), \
 (SELECT before FROM custcode.revisions WHERE customer = born.id ORDER BY id LIMIT 1), \
 (SELECT after FROM custcode.revisions WHERE customer = born.id ORDER BY id DESC LIMIT 1) \
 FROM custcode.codes LEFT JOIN custcode.customers AS born ON born.id = codes.customer AND born.operation = codes.operation \
UNION ALL SELECT operation, sequence, 1, id, CAST(first AS text), CAST(last AS text), reason, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.gap_ranges \
UNION ALL SELECT operation, sequence, 2, id, CAST(first AS text), CAST(last AS text), holder, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.leases \
UNION ALL SELECT code_events.operation, coalesce(codes.sequence, 0), 3, code_events.id, CAST(code AS text), from_state, to_state, reason, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.code_events LEFT JOIN custcode.codes ON codes.id = code_events.code \
UNION ALL SELECT operation, 0, 4, id, CAST(customer AS text), attribute, before, after, \
 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.changes \
UNION ALL SELECT operation, 0, 5, id, CAST(customer AS text), before, after, \
 lag(after) OVER (PARTITION BY customer ORDER BY id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.revisions \
UNION ALL SELECT operation, 0, 6, id, hash, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.checkpoints \
ORDER BY 1, 2, 3, 4";

/// How many columns follow operation, chain, kind and id.
const COLUMNS: usize = 12;

impl Session<'_> {
    pub(super) fn scan_story(&mut self, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> Result<()> {
        self.walk("could not read what was hashed", STORY, &[], |row| tell(row, each))
    }

    pub(super) fn read_heads(&mut self) -> Result<Vec<Head>> {
        const SQL: &str = "SELECT id, CAST(0 AS bigint), position, head FROM custcode.sequences WHERE head IS NOT NULL \
             UNION ALL SELECT sequence, id, position, head FROM custcode.leases WHERE head IS NOT NULL ORDER BY 1, 2";
        self.all("could not read the heads of the chains", SQL, &[], |row| {
            Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
        })
    }
}

/// Hands a row on; the inner error is the listener's.
fn tell(row: &Row, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> Read<Result<()>> {
    let mut reading = Reading::of(row, 0);
    let (operation, sequence, kind, id): (i64, i64, i64, i64) =
        (reading.get()?, reading.get()?, reading.get()?, reading.get()?);
    if sequence < 0 {
        let new = NewOperation {
            at: reading.get()?,
            command: reading.get()?,
            actor: reading.get()?,
            os_user: reading.get()?,
            host: reading.get()?,
            bundle: reading.get()?,
            request_id: reading.get()?,
            input_digest: reading.get()?,
        };
        return Ok(each(&StoryRow::Operation { id: operation, new }));
    }
    let Some(&kind) = usize::try_from(kind).ok().and_then(|kind| Kind::ALL.get(kind)) else {
        let (hash, before) = (reading.get()?, reading.get()?);
        let lease: &str = reading.get()?;
        let lease = lease.parse().unwrap_or_default();
        return Ok(each(&StoryRow::Link { operation, sequence, lease, position: id, hash, before }));
    };
    let mut columns = [None; COLUMNS];
    for column in &mut columns {
        *column = reading.get()?;
    }
    Ok(each(&StoryRow::Item { operation, sequence, kind, id, columns: &columns }))
}
