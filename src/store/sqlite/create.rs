//! A new ledger: made whole beside its place, then moved there.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::draft::Draft;
use super::failure::engine;
use super::group::Group;
use super::place::{beside, folder_of, leads_somewhere, network_obstacle, write_hint};
use crate::store::{Error, Fill, Options, Result};

/// A ledger that will be at a place where there is none.
pub struct NewLedger {
    /// What will be there.
    pub draft: Draft,
    path: PathBuf,
    group: Option<Group>,
}

/// Makes a ledger at `path` and lets `fill` put about `rows` rows into it; of two who try at once,
/// one gets [`Error::Exists`].
pub(super) fn create(path: &Path, options: &Options, rows: u64, fill: Fill<'_>) -> Result<()> {
    let new = NewLedger::begin(path, options)?;
    new.draft.make_tables()?;
    if rows > 0 {
        new.draft.fill(rows, fill)?;
    }
    new.publish()
}

impl NewLedger {
    /// Begins beside `path`, which must be free.
    pub fn begin(path: &Path, options: &Options) -> Result<Self> {
        let location = path.display().to_string();
        refuse_leftovers(path)?;
        let folder = folder_of(path);
        let obstacle =
            network_obstacle(folder).map_err(|error| engine(&format!("could not make {location}"), error))?;
        if let Some(obstacle) = obstacle {
            return Err(obstacle.into_error(location));
        }
        let group = options.group.as_ref().map(|name| Group::find(name, &location)).transpose()?;
        if let Some(group) = &group {
            group.demand(folder, &location)?;
        }
        let draft = Draft::beside(path).map_err(|error| failed(path, error))?;
        Ok(Self { draft, path: path.to_owned(), group })
    }

    /// Gives it its name, and to the group that shares it.
    pub fn publish(self) -> Result<()> {
        self.draft.number_changes().map_err(|error| failed(&self.path, error))?;
        if let Some(group) = &self.group {
            group.share(self.draft.path(), &self.path.display().to_string())?;
        }
        self.draft.publish(&self.path, false).map_err(|error| failed(&self.path, error))
    }
}

/// Why a ledger could not be made.
fn failed(path: &Path, error: std::io::Error) -> Error {
    let location = path.display().to_string();
    let doing = format!("could not make {location}");
    match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists { location },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            let hint = write_hint(&error, folder_of(path));
            Error::ReadOnly { location, reason: error.to_string(), hint }
        }
        ErrorKind::StorageFull => Error::Full { detail: format!("{doing}: {error}") },
        _ => engine(&doing, error),
    }
}

/// Whatever has the name, be it a broken link, stays. So does a journal of a ledger that is gone:
/// SQLite would play it into the new one.
fn refuse_leftovers(path: &Path) -> Result<()> {
    leads_somewhere(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(Error::Exists { location: path.display().to_string() });
    }
    for name in [beside(path, "-journal"), beside(path, "-wal")] {
        if name.symlink_metadata().is_ok() {
            return Err(Error::Refused {
                location: path.display().to_string(),
                reason: format!(
                    "{} is left of a ledger that was moved away or deleted, and would be played into a new one",
                    name.display()
                ),
                hint: format!(
                    "put the ledger back beside it; if it is gone for good, move what is left away: mv {0} {0}.old",
                    name.display()
                ),
            });
        }
    }
    Ok(())
}
