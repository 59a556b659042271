//! Everything that was hashed, in the order in which its chains are checked.

use super::rows::Reading;
use crate::store::chain::{Head, Kind};
use crate::store::engine::{Fault, Row};
use crate::store::statement::statements;
use crate::store::{Checkpoint, HistoryRow, Link, NewOperation, Result, Snapshot};

statements! {
    // Rows of every kind under one another: operation, chain (-1: the operation itself), kind (-1:
    // the link), id, columns.
    HISTORY(0) = "\
        SELECT id AS operation, CAST(-1 AS bigint) AS sequence, CAST(-1 AS bigint) AS kind, CAST(0 AS bigint) AS id, at AS a, command AS b, \
         actor AS c, os_user AS d, host AS e, bundle AS f, request_id AS g, input_digest AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l, NULL AS m, NULL AS n \
         FROM custcode.operations \
        UNION ALL SELECT links.operation, links.sequence, -1, links.position, links.hash, earlier.hash, CAST(links.lease AS text), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
         FROM custcode.links LEFT JOIN custcode.links AS earlier \
         ON earlier.sequence = links.sequence AND earlier.lease = links.lease AND earlier.position = links.position - 1 \
        UNION ALL SELECT codes.operation, coalesce(codes.sequence, 0), 0, codes.id, CAST(codes.number AS text), codes.canonical, codes.written, codes.brought, \
         born.salt, born.name, born.fields, born.attributes, born.state, born.date, CAST(born.row AS text), \
         (SELECT string_agg(told, '\n') FROM (SELECT CASE WHEN commitment IS NULL THEN '=' || reference ELSE '#' || commitment END AS told \
         FROM custcode.refs WHERE refs.customer = born.id AND refs.operation = born.operation ORDER BY id) AS its), \
         coalesce((SELECT before FROM custcode.revisions WHERE customer = born.id ORDER BY id LIMIT 1), \
         (SELECT commitment FROM custcode.erasures WHERE customer = born.id)), \
         (SELECT after FROM custcode.revisions WHERE customer = born.id ORDER BY id DESC LIMIT 1) \
         FROM custcode.codes LEFT JOIN custcode.customers AS born ON born.id = codes.customer AND born.operation = codes.operation \
        UNION ALL SELECT operation, sequence, 1, id, CAST(first AS text), CAST(last AS text), reason, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.gap_ranges \
        UNION ALL SELECT operation, sequence, 2, id, CAST(first AS text), CAST(last AS text), holder, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.leases \
        UNION ALL SELECT code_events.operation, coalesce(codes.sequence, 0), 3, code_events.id, CAST(code_events.code AS text), from_state, to_state, reason, \
         customers.salt, commitment, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
         FROM custcode.code_events LEFT JOIN custcode.codes ON codes.id = code_events.code \
         LEFT JOIN custcode.customers ON customers.id = code_events.customer \
        UNION ALL SELECT changes.operation, 0, 4, changes.id, CAST(customer AS text), attribute, before, after, reason, salt, commitment, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
         FROM custcode.changes LEFT JOIN custcode.customers ON customers.id = changes.customer \
        UNION ALL SELECT operation, 0, 5, id, CAST(customer AS text), before, after, \
         lag(after) OVER (PARTITION BY customer ORDER BY id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.revisions \
        UNION ALL SELECT operation, 0, 6, id, hash, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.checkpoints \
        UNION ALL SELECT operation, 0, 7, id, CAST(customer AS text), commitment, reason, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM custcode.erasures \
        ORDER BY 1, 2, 3, 4";
    HEADS(0) = "SELECT id, CAST(0 AS bigint), position, head FROM custcode.sequences WHERE head IS NOT NULL \
        UNION ALL SELECT sequence, id, position, head FROM custcode.leases WHERE head IS NOT NULL ORDER BY 1, 2";
    ALL_LINKS(0) = "SELECT sequence, lease, position, hash, operation FROM custcode.links ORDER BY sequence, lease, position";
    CHECKPOINTS(0) = "SELECT id, operation, at, heads, hash FROM custcode.checkpoints ORDER BY id";
}

/// How many columns follow operation, chain, kind and id.
const COLUMNS: usize = 14;

/// What the chains are checked against.
impl dyn Snapshot + '_ {
    /// Everything that is hashed, in order of operation, chain, kind and id. The columns of an item
    /// are those of its builder in [`crate::store::chain`], in that order (of a revision also the
    /// `after` of the customer's revision before); of a [`Kind::Code`]: number, canonical form, as
    /// written, as brought, then the customer born with it (none: all absent): salt, name, fields,
    /// attributes, state, date, row, references, and of its revisions the first `before` and the
    /// last `after`; of what is committed to, its parts, the salt, and what is left once it was
    /// erased.
    pub fn history(&mut self, each: &mut dyn FnMut(&HistoryRow<'_>) -> Result<()>) -> Result<()> {
        self.stream("could not read what was hashed", &HISTORY, &[], &mut |row| tell(row, each))
    }

    /// The heads of all chains that have a link, in order of counter and lease.
    pub fn heads(&mut self) -> Result<Vec<Head>> {
        self.all("could not read the heads of the chains", &HEADS, &[], |row| {
            let mut reading = Reading::of(row);
            Ok((reading.integer()?, reading.integer()?, reading.integer()?, reading.string()?))
        })
    }

    /// Every link with its operation, chain by chain and place by place.
    pub fn scan_links(&mut self, each: &mut dyn FnMut(Link, i64) -> Result<()>) -> Result<()> {
        self.stream("could not read the links of the chains", &ALL_LINKS, &[], &mut |row| {
            let mut reading = Reading::of(row);
            let link = Link {
                sequence: reading.integer()?,
                lease: reading.integer()?,
                position: reading.integer()?,
                hash: reading.string()?,
            };
            Ok(each(link, reading.integer()?)?)
        })
    }

    /// Every checkpoint, oldest first.
    pub fn scan_checkpoints(&mut self, each: &mut dyn FnMut(&Checkpoint<'_>) -> Result<()>) -> Result<()> {
        self.stream("could not read the checkpoints", &CHECKPOINTS, &[], &mut |row| {
            let mut reading = Reading::of(row);
            let checkpoint = Checkpoint {
                id: reading.integer()?,
                operation: reading.integer()?,
                at: reading.str()?,
                heads: reading.str()?,
                hash: reading.str()?,
            };
            Ok(each(&checkpoint)?)
        })
    }
}

/// Hands a row on.
fn tell(
    row: &dyn Row,
    each: &mut dyn FnMut(&HistoryRow<'_>) -> Result<()>,
) -> std::result::Result<(), Fault> {
    let mut reading = Reading::of(row);
    let (operation, sequence, kind, id) =
        (reading.integer()?, reading.integer()?, reading.integer()?, reading.integer()?);
    let mut texts = [const { None }; COLUMNS];
    for (index, text) in texts.iter_mut().enumerate() {
        *text = row.lossy(index + 4)?;
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
            salt: None,
        };
        return Ok(each(&HistoryRow::Operation { id: operation, new })?);
    }
    let kind = usize::try_from(kind).ok().and_then(|kind| Kind::ALL.get(kind).copied());
    Ok(each(&match kind {
        Some(kind) => HistoryRow::Item { operation, sequence, kind, id, columns: &columns },
        None => HistoryRow::Link {
            operation,
            sequence,
            lease: text(2).parse().unwrap_or_default(),
            position: id,
            hash: text(0),
            before: columns[1],
        },
    })?)
}
