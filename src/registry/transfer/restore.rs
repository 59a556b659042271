//! `store restore`: a ledger out of a backup, at a place where there is none; it issues only when
//! somebody has said what was issued since.

use std::io::{self, BufRead as _, BufReader, Read};

use super::Progress;
use super::backup::fill;
use super::fence::Fence;
use super::making::{Making, Newest};
use super::source::absolute_name;
use crate::registry::{Error, Result};
use crate::store::sqlite::{Draft, NewLedger};
use crate::store::transfer::{Meta, Position};
use crate::store::{self, Access, Location, Options};

/// The bytes of a backup; they are read once.
pub struct Input<'r> {
    /// How messages call it.
    pub name: &'r str,
    /// Its bytes.
    pub bytes: Box<dyn Read + 'r>,
    /// How many there are, where that is known.
    pub length: Option<u64>,
}

/// A request to restore a backup.
pub struct RestoreRequest<'r> {
    /// The backup.
    pub backup: Input<'r>,
    /// Where the ledger will be.
    pub to: &'r Location,
    /// What it is made with.
    pub options: &'r Options,
    /// Restore also what had findings when it was taken.
    pub yes: bool,
    /// The codes of customers that were erased since, and are to be erased again.
    pub erasures: &'r [String],
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where.
    pub location: String,
    /// The ledger's id.
    pub ledger: String,
    /// When the backup was taken, RFC 3339.
    pub at: String,
    /// Rows of all tables.
    pub rows: u64,
    /// The last command that is in it.
    pub newest: Option<Newest>,
    /// How many findings the check of the backup came to when it was taken.
    pub findings: u64,
    /// Why the ledger does not issue.
    pub fence: String,
}

/// Restores a backup. Nothing is made unless the backup is as it was written, and the new ledger
/// holds the same.
pub fn restore(request: RestoreRequest<'_>, progress: &mut dyn Progress) -> Result<Restored> {
    let RestoreRequest { backup, to, options, yes, erasures } = request;
    let location = absolute_name(to);
    // Told before a long reading; that nothing is overwritten is seen to when the ledger is made.
    match store::open_with(to, Access::Read, options) {
        Err(store::Error::Missing { .. }) => {}
        _ => return Err(occupied(location)),
    }
    let fence =
        |making: &Making| Fence::Restored { at: making.at.clone(), before: making.fence.clone() }.to_string();
    let (made, making, meta) = if let Some(path) = to.file() {
        let mut new = NewLedger::begin(path, options)?;
        let written = |source| Error::Output { path: location.clone(), source };
        let (meta, making) = read(backup, &mut new.draft, &written, yes, progress)?;
        let meta = Meta { fence: Some(fence(&making)), backup: None, ..meta }.with_erasures(erasures);
        new.draft.fill(1, &mut |transaction| meta.write(transaction))?;
        (new.publish(), making, meta)
    } else {
        let written = |source| Error::Temporary { folder: std::env::temp_dir(), source };
        let mut draft = Draft::temporary(backup.name).map_err(written)?;
        let (meta, making) = read(backup, &mut draft, &written, yes, progress)?;
        let meta = Meta { fence: Some(fence(&making)), backup: None, ..meta }.with_erasures(erasures);
        (copy_all(&draft, (to, options), &meta, &making, progress)?, making, meta)
    };
    match made {
        Err(store::Error::Exists { .. }) => Err(occupied(location)),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Restored {
            location,
            ledger: meta.content.get("ledger").cloned().unwrap_or_default(),
            fence: fence(&making),
            at: making.at,
            rows: making.rows,
            newest: making.newest,
            findings: making.findings,
        }),
    }
}

fn occupied(location: String) -> Error {
    Error::Occupied { location, reason: "there already".to_owned() }
}

/// Makes a ledger on another engine with every row of the draft, and compares.
fn copy_all(
    draft: &Draft,
    (to, options): (&Location, &Options),
    meta: &Meta,
    making: &Making,
    progress: &mut dyn Progress,
) -> Result<store::Result<()>> {
    let mut from = draft.open()?;
    let mut view = from.read()?;
    let mut differing = None;
    let made = store::create_filled(to, options, making.rows.max(1), &mut |transaction| {
        differing = fill(view.as_mut(), transaction, meta, "restoring", progress)?;
        if differing.is_some() { Err(store::Error::Interrupted) } else { Ok(()) }
    });
    match differing {
        Some(what) => Err(Error::Differs { what }),
        None => Ok(made.map(|_| ())),
    }
}

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Copies a backup into the draft and makes sure that it is one, as it was written.
fn read(
    backup: Input<'_>,
    draft: &mut Draft,
    written: &dyn Fn(io::Error) -> Error,
    yes: bool,
    progress: &mut dyn Progress,
) -> Result<(Meta, Making)> {
    let Input { name, bytes, length } = backup;
    let unreadable = |source| Error::Unreadable { path: name.to_owned(), source };
    let mut bytes = BufReader::with_capacity(PIECE, bytes);
    demand_database(name, bytes.fill_buf().map_err(unreadable)?)?;
    draft.demand_room(length.unwrap_or_default())?;
    loop {
        let piece = bytes.fill_buf().map_err(unreadable)?;
        let count = piece.len();
        if count == 0 {
            break;
        }
        draft.append(piece).map_err(written)?;
        bytes.consume(count);
        if !progress.at(Position { doing: "reading", rows: 0, total: 0 }) {
            return Err(store::Error::Interrupted.into());
        }
    }
    let whole = draft.unseal().map_err(unreadable)?;
    let meta = draft.open().and_then(|mut ledger| Meta::read(ledger.read()?.as_mut()));
    let (meta, making) = backup_in(name, whole, meta)?;
    match making.told.first() {
        Some(first) if !yes => Err(Error::Unconfirmed {
            question: format!(
                "{name} was taken of a ledger that did not pass its check: {first}{}",
                if making.findings > 1 {
                    format!(" (and {} more)", making.findings - 1)
                } else {
                    String::new()
                }
            ),
        }),
        _ => Ok((meta, making)),
    }
}

/// What every SQLite file begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";
/// What a backup of the first form began with: a text of JSON Lines.
const FIRST_FORM: &[u8] = b"{\"custcode_backup\":";
/// What packed files begin with, and what unpacks them.
const PACKED: [(&[u8], &str); 3] =
    [(b"\x1f\x8b", "gunzip -c"), (b"\x28\xb5\x2f\xfd", "zstd -dc"), (b"\xfd7zXZ", "xz -dc")];

/// Refuses what is no SQLite file, with the way to one where there is one.
fn demand_database(name: &str, head: &[u8]) -> Result<()> {
    let refused = |reason: String, hint: String| {
        Err(Error::NotABackup { path: name.to_owned(), reason, hint: Some(hint) })
    };
    if head.starts_with(DATABASE) {
        return Ok(());
    }
    if head.starts_with(FIRST_FORM) {
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
        let program = serde_json::from_slice::<serde_json::Value>(first).ok();
        let program = program.as_ref().and_then(|line| line.get("program")?.as_str()).unwrap_or("then");
        return refused(
            format!("a backup of the first form (JSON Lines), which custcode {program} wrote"),
            "restore it with the program that wrote it, export its customers there, and import them here"
                .to_owned(),
        );
    }
    if let Some((_, unpack)) = PACKED.iter().find(|(begins, _)| head.starts_with(begins)) {
        return refused("a packed file".to_owned(), format!("{unpack} {name} | custcode store restore - …"));
    }
    refused("no SQLite file".to_owned(), ELSEWHERE.to_owned())
}

/// What helps where a backup is not what it was.
const ELSEWHERE: &str = "take an older backup, or a copy of this one from elsewhere";

/// The backup that was read; `whole` says whether it is as it was written.
fn backup_in(name: &str, whole: bool, meta: store::Result<Meta>) -> Result<(Meta, Making)> {
    let refused = |reason: String, hint: String| {
        Err(Error::NotABackup { path: name.to_owned(), reason, hint: Some(hint) })
    };
    let fence = meta.as_ref().ok().map(|meta| meta.fence.as_deref().map(Fence::read));
    match (whole, fence, meta) {
        (_, Some(fence), _) if !matches!(fence, Some(Fence::Backup { .. })) => {
            refused("a ledger, not a backup".to_owned(), format!("custcode store copy {name} LEDGER"))
        }
        (false, ..) => refused(
            "not as it was written: cut off, damaged or changed since".to_owned(),
            format!("{ELSEWHERE}; custcode store check --store {name} tells what is wrong with it"),
        ),
        (true, _, Ok(meta)) => match meta.backup.as_deref().and_then(Making::read) {
            Some(making) => Ok((meta, making)),
            None => refused(
                "a backup of another version of custcode".to_owned(),
                "restore it with the program that wrote it".to_owned(),
            ),
        },
        (true, _, Err(store::Error::Unusable { reason, .. })) => refused(
            reason,
            "restore it with the program that wrote it; the next write of this one updates its tables"
                .to_owned(),
        ),
        (true, _, Err(error)) => Err(error.into()),
    }
}
