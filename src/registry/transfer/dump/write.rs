//! Writing a backup.

use std::io::{self, Write};

use super::{FORMAT, Header, Mark, Newest, Title, Trailer};
use crate::files::Digest;
use crate::registry::transfer::digest::Summing;
use crate::registry::transfer::meta::is_content;
use crate::registry::transfer::rows::push_line;
use crate::registry::transfer::{Counting, Watch, total};
use crate::store::{self, OperationFilter, Snapshot, TABLES, TABLES_VERSION, Table};

/// Bytes gathered before they are written.
const BUFFER: usize = 256 * 1024;

/// What a ledger says of itself, for the first line.
pub(in super::super) fn header(view: &mut dyn Snapshot, now: jiff::Timestamp) -> store::Result<Header> {
    let info = view.info()?;
    let counters = view.counters()?.into_iter();
    let mut newest = None;
    let last = OperationFilter { last: Some(1), ..OperationFilter::default() };
    view.scan_operations(&last, &mut |operation| {
        newest = Some(Newest {
            operation: operation.id,
            at: operation.at.clone(),
            command: operation.command.clone(),
            actor: operation.actor.clone(),
        });
        Ok(())
    })?;
    Ok(Header {
        custcode_backup: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        at: now.to_string(),
        ledger: info.id,
        schema: TABLES_VERSION,
        bundle: info.bundle,
        fence: info.fence,
        newest,
        counters: counters
            .map(|(rule, scope, counter)| Mark { rule, scope, last: counter.last, highest: counter.highest })
            .collect(),
    })
}

/// Writes everything. A failure of `out` is told by `fault`; the store's error then is only that the run ended.
pub(in super::super) fn write(
    view: &mut dyn Snapshot,
    header: &Header,
    out: &mut dyn Write,
    fault: &mut Option<io::Error>,
    watch: &mut dyn Watch,
) -> store::Result<Trailer> {
    let mut out =
        Out { file: out, fault, digest: Digest::default(), text: String::with_capacity(BUFFER * 2) };
    let mut counting = Counting::new(watch, "writing", total(view)?);
    out.json(header)?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        out.json(&title(table))?;
        let mut summing = Summing::default();
        view.rows(table, 0, &mut |row| {
            counting.row()?;
            if !is_content(table, row) {
                return Ok(());
            }
            let start = out.text.len();
            push_line(row, &mut out.text);
            summing.add(&out.text[start..]);
            if out.text.len() >= BUFFER { out.flush() } else { Ok(()) }
        })?;
        tables.push(summing.sum(table.name));
    }
    out.flush()?;
    let rows = tables.iter().map(|sum| sum.rows).sum();
    let trailer = Trailer { rows, tables, sha256: out.digest.clone().hex() };
    out.json(&trailer)?;
    out.flush()?;
    Ok(trailer)
}

/// The line above the rows of a table.
pub(super) fn title(table: &Table) -> Title {
    let columns = table.columns.iter().map(|column| column.name().to_owned()).collect();
    Title { table: table.name.to_owned(), columns }
}

/// Text on its way to the file, hashed as it goes.
struct Out<'o> {
    file: &'o mut dyn Write,
    fault: &'o mut Option<io::Error>,
    digest: Digest,
    text: String,
}

impl Out<'_> {
    fn json(&mut self, line: &impl serde::Serialize) -> store::Result<()> {
        self.text.push_str(&serde_json::to_string(line).expect("texts and numbers are JSON"));
        self.text.push('\n');
        if self.text.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> store::Result<()> {
        self.digest.add(&self.text);
        let written = self.file.write_all(self.text.as_bytes());
        self.text.clear();
        written.map_err(|error| {
            *self.fault = Some(error);
            store::Error::Interrupted
        })
    }
}
