//! What no output may be written over: the ledger with its side files, and the rules.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::registry::{Error, Registry, Result};
use crate::rule::{Bundle, Origin};

impl Registry<'_> {
    /// Refuses an output file that is the ledger, one of its side files, or a rule file, under whatever name.
    pub fn protect(&self, output: &Path) -> Result<()> {
        protect(self.store.location(), &self.book.bundle, output)
    }
}

/// Refuses an output file that is the ledger at `location`, one of its side files, or a file of `bundle`, under whatever name.
pub fn protect(location: &str, bundle: &Bundle, output: &Path) -> Result<()> {
    let ledger = PathBuf::from(location);
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", ledger.display()));
    let side_files = [beside("-journal"), beside("-wal"), beside("-shm"), beside(".lock")];
    let rules = match &bundle.origin {
        Origin::File(path) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            let read = bundle.files.iter().skip(1).map(|(name, _)| folder.join(name));
            [path.clone()].into_iter().chain(read).collect()
        }
        Origin::BuiltIn | Origin::Ledger => Vec::new(),
    };
    let protected = [(ledger, "the ledger")]
        .into_iter()
        .chain(side_files.map(|path| (path, "a file of the ledger")))
        .chain(rules.into_iter().map(|path| (path, "a rule file")));
    for (path, what) in protected {
        if same_file(output, &path) {
            let message = format!("{} is {what}; nothing is written over it", output.display());
            return Err(Error::usage(message, "choose another name for the output".to_owned()));
        }
    }
    Ok(())
}

/// Refuses an output file that is there, unless it may be replaced. What cannot be looked at is told by whoever makes the file.
pub fn demand_absent(output: &Path, force: bool) -> Result<()> {
    if !force && fs::symlink_metadata(output).is_ok_and(|found| found.is_file()) {
        return Err(Error::FileExists { path: output.display().to_string() });
    }
    Ok(())
}

/// Whether two paths are one file, or would be: the same inode, or the same name in the same folder.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    let inode = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    match (inode(a), inode(b)) {
        (Some(a), Some(b)) => a == b,
        _ => place(a).is_some_and(|place_a| Some(place_a) == place(b)),
    }
}

/// A path with its folder resolved; the file itself need not exist.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}
