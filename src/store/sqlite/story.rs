//! The ledger's story, in the order in which its chains are checked.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::ValueRef;

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
    let mut texts = [const { None }; COLUMNS];
    for (index, text) in texts.iter_mut().enumerate() {
        *text = lossy(row.get_ref(index + 4)?);
    }
    let columns = texts.each_ref().map(Option::as_deref);
    let text = |index: usize| columns[index].unwrap_or_default();
    if sequence < 0 {
        let new = NewOperation {
            at: text(0),
            command: text(1),
            actor: text(2),
            os_user: text(3),
            host: text(4),
            bundle: text(5),
            request_id: columns[6],
            input_digest: columns[7],
        };
        return Ok(each(&StoryRow::Operation { id: operation, new }));
    }
    let kind = usize::try_from(kind).ok().and_then(|kind| Kind::ALL.get(kind).copied());
    Ok(each(&match kind {
        Some(kind) => StoryRow::Item { operation, sequence, kind, id, columns: &columns },
        None => StoryRow::Link {
            operation,
            sequence,
            lease: text(2).parse().unwrap_or_default(),
            position: id,
            hash: text(0),
            before: columns[1],
        },
    }))
}

/// A value as text. One that is damaged is told as something else than it was, which is what a check looks for.
fn lossy(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        ValueRef::Integer(number) => Some(number.to_string().into()),
        ValueRef::Real(number) => Some(number.to_string().into()),
    }
}
