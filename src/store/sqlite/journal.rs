//! Whether a rollback journal that lies beside a ledger belongs to this file, asked before SQLite
//! rolls anything back.
//!
//! SQLite takes a journal by its name alone: beside an older copy of the file, or beside another
//! ledger, it writes pages of one state between those of another. What it promises decides: page 1
//! of the file is never written but with a change counter that is one higher than before the write,
//! so beside its own journal, which keeps page 1 as it was, the counter is the same (and so is the
//! whole header) or one higher. A journal that was never synced begins with zeros, and SQLite does
//! not use it.
//!
//! A bulk write touches page 1 first ([`super::session`]), so that page 1 is in the journal before
//! any other page is written to the file; in a small write everything is in the journal before. A
//! new ledger begins with a random counter ([`super::create`]), so that two ledgers differ in it. A
//! copy that is exactly one write older or newer than the state before the write cannot be told
//! from the file itself.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::failure::engine;
use super::place::{Place, beside};
use crate::store::waits::{LOOK_PAUSE, LOOKS};
use crate::store::{Error, Result};

/// What a journal begins with.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// What page 1 begins with.
const FILE_MAGIC: &[u8] = b"SQLite format 3\0";

/// Bytes of a journal's header that mean something.
const HEAD: usize = 28;

/// Bytes of the header on page 1, which a disk writes at once.
const HEADER: usize = 100;

/// Where the header keeps the change counter.
const COUNTER: usize = 24;

/// A number of records that says: as many as there are.
const UNCOUNTED: u32 = u32::MAX;

/// Files that were looked at. They stay open as long as the process: to close one would drop the
/// locks that SQLite holds on it for any other connection of this process.
static OPEN: Mutex<BTreeMap<(u64, u64), File>> = Mutex::new(BTreeMap::new());

/// A journal and the file beside it, as far as they have to agree.
#[derive(PartialEq, Eq)]
struct Sight {
    head: [u8; HEAD],
    /// The header of page 1 before the write, where the journal has it.
    before: Option<[u8; HEADER]>,
    /// The same in the file now; none in a file that is too short.
    now: Option<[u8; HEADER]>,
    is_empty: bool,
}

impl Place {
    /// Refuses a file beside which the journal of another one lies, or of another state of it.
    pub(super) fn demand_own_journal(&self) -> Result<()> {
        let mut before = None;
        for _ in 0..LOOKS {
            let seen = self.look_at_journal().map_err(|error| {
                engine(&format!("could not look at the journal of {}", self.location()), error)
            })?;
            match seen {
                Some(sight) if sight.agrees() => return Ok(()),
                // The same twice: the journal was there while the file was read, and nobody was
                // writing it.
                Some(sight) if before.as_ref() == Some(&sight) => return Err(self.foreign_journal()),
                Some(sight) => before = Some(sight),
                None => return Ok(()),
            }
            thread::sleep(LOOK_PAUSE);
        }
        // Others write all the time, each with a journal of its own.
        Ok(())
    }

    /// Both as they are now; none where SQLite has nothing to roll back, or where it will say
    /// itself what is wrong.
    fn look_at_journal(&self) -> io::Result<Option<Sight>> {
        let journal = match File::open(beside(self.file(), "-journal")) {
            Ok(journal) => journal,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let Some(head) = read::<HEAD>(&journal, 0)?.filter(|head| head.starts_with(&MAGIC)) else {
            return Ok(None);
        };
        if !is_size(number(&head, 20), 32) || !is_size(number(&head, 24), 512) {
            return Ok(None);
        }
        let before = first_page(&journal, &head)?;
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match open.entry(self.identity()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => match File::open(self.file()) {
                Ok(file) => new.insert(file),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        Ok(Some(Sight { head, before, now: read(file, 0)?, is_empty: file.metadata()?.len() == 0 }))
    }

    fn foreign_journal(&self) -> Error {
        let journal = beside(self.file(), "-journal");
        Error::Refused {
            location: self.location().to_owned(),
            reason: format!(
                "{} was left by a write to another file or to another state of this one, and would damage it",
                journal.display()
            ),
            hint: format!(
                "put the file back that it was left with; if the one that is here is to stay, first move the journal \
                 away: mv {0} {0}.old",
                journal.display()
            ),
        }
    }
}

impl Sight {
    /// Whether the journal can be this file's.
    fn agrees(&self) -> bool {
        // SQLite takes a file without a byte for a new one, and throws the journal away.
        let pages = number(&self.head, 16);
        if self.is_empty {
            return pages == 0;
        }
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => {
                let (was, is) = (number(before, COUNTER), number(now, COUNTER));
                is == was.wrapping_add(1) || before == now
            }
            (Some(_), None) => false,
            // Written by another program, which may do so in another order.
            (None, _) => true,
        }
    }
}

/// The header of page 1 among the records of a journal up to the next sync.
fn first_page(journal: &File, head: &[u8]) -> io::Result<Option<[u8; HEADER]>> {
    let (records, nonce) = (number(head, 8), number(head, 12));
    let (sector, size) = (u64::from(number(head, 20)), number(head, 24));
    let record = u64::from(size) + 8;
    let last = if records == UNCOUNTED { u64::MAX } else { u64::from(records) };
    for at in (0..last).map(|index| sector + index * record) {
        match read(journal, at)?.map(u32::from_be_bytes) {
            Some(1) => {
                let mut page = vec![0; size as usize + 4];
                if journal.read_exact_at(&mut page, at + 4).is_err() {
                    return Ok(None);
                }
                let (page, sum) = page.split_at(size as usize);
                let whole = checksum(page, nonce) == number(sum, 0) && page.starts_with(FILE_MAGIC);
                return Ok(page.first_chunk().copied().filter(|_| whole));
            }
            None | Some(0) => return Ok(None),
            Some(_) => {}
        }
    }
    Ok(None)
}

/// SQLite's checksum of a record: every 200th byte, from the end.
fn checksum(page: &[u8], nonce: u32) -> u32 {
    let places = (1..page.len().saturating_sub(199)).rev().step_by(200);
    places.fold(nonce, |sum, at| sum.wrapping_add(u32::from(page[at])))
}

/// The bytes at a place, where there are so many.
fn read<const N: usize>(file: &File, at: u64) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// A number as SQLite writes it.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().copied().map_or(0, u32::from_be_bytes)
}

/// Whether a journal that was written whole can have this size of a page or a sector.
fn is_size(size: u32, least: u32) -> bool {
    size.is_power_of_two() && (least..=65_536).contains(&size)
}

#[cfg(test)]
mod tests {
    use super::{checksum, number};

    #[test]
    fn every_two_hundredth_byte_is_summed() {
        let mut page = vec![0; 512];
        (page[312], page[112], page[311]) = (7, 5, 90);
        assert_eq!(checksum(&page, u32::MAX), 11);
        assert_eq!(number(&[0, 0, 1, 2], 0), 258);
    }
}
