//! `store backup --keep N`: a folder of backups that are named by their time, of which the newest
//! stay.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::making::Making;
use crate::registry::{Error, Result};
use crate::store::sqlite::is_as_sealed;
use crate::store::transfer::Meta;
use crate::store::{self, Access, Location};

/// How the names begin and end, and what stands between: a time in UTC.
const NAME: (&str, &str) = ("custcode-", ".db");
const TIME: &str = "%Y-%m-%dT%H%M%SZ";

/// The name of a backup that is taken at `time`: `custcode-2026-11-22T010000Z.db`.
pub fn name_at(time: Timestamp) -> String {
    format!("{}{}{}", NAME.0, time.strftime(TIME), NAME.1)
}

/// Whether a name is one that [`name_at`] gives.
fn is_ours(name: &str) -> bool {
    let time = name.strip_prefix(NAME.0).and_then(|rest| rest.strip_suffix(NAME.1));
    time.is_some_and(|time| {
        time.len() == "2026-11-22T010000Z".len() && jiff::civil::DateTime::strptime(TIME, time).is_ok()
    })
}

/// Removes backups of the ledger with this id from a folder, all but the newest `keep`. Where none
/// of those is sound, the newest sound one stays as well. Gives what was removed.
pub fn prune(folder: &Path, keep: usize, ledger: &str) -> Result<Vec<String>> {
    let unreadable = |source| Error::Unreadable { path: folder.display().to_string(), source };
    let mut backups = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_name().to_str().is_some_and(is_ours)
            && entry.file_type().map_err(unreadable)?.is_file()
            && let Some(making) = making_of(&entry.path(), ledger)
        {
            backups.push((entry.path(), making));
        }
    }
    // Names sort as their times do.
    backups.sort_by(|(a, _), (b, _)| b.cmp(a));
    let old = backups.split_off(keep.min(backups.len()));
    let sound = |(path, making): &&(PathBuf, Making)| is_sound(path, making);
    let last = if backups.iter().any(|it| sound(&it)) { None } else { old.iter().find(sound) };
    let last = last.map(|(path, _)| path);
    let mut removed = Vec::new();
    for (path, _) in old.iter().rev().filter(|(path, _)| Some(path) != last) {
        let shown = path.display().to_string();
        fs::remove_file(path).map_err(|source| Error::Output { path: shown.clone(), source })?;
        removed.push(shown);
    }
    Ok(removed)
}

/// What a backup of the ledger with this id tells of its making; none where the file is something
/// else or cannot be read.
fn making_of(path: &Path, ledger: &str) -> Option<Making> {
    let mut store = store::open(&Location::Sqlite(path.to_owned()), Access::Read).ok()?;
    let meta = Meta::read(store.read().ok()?.as_mut()).ok()?;
    let same = meta.content.get("ledger").is_some_and(|id| id == ledger);
    meta.backup.as_deref().filter(|_| same).and_then(Making::read)
}

/// Whether a backup had no findings when it was taken and is as it was written.
fn is_sound(path: &Path, making: &Making) -> bool {
    making.findings == 0 && File::open(path).and_then(|file| is_as_sealed(&file)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_time() {
        let name = name_at("2026-11-22T01:00:00.5Z".parse().expect("a time"));
        assert_eq!(name, "custcode-2026-11-22T010000Z.db");
        assert!(is_ours(&name));
        for other in ["custcode.db", "custcode-2026-13-22T010000Z.db", "custcode-2026-11-22T010000Z.db.old"] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
