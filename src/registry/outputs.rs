//! Files that commands write: never over the ledger with its side files or the rules, and over
//! another file only when that is wanted.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::registry::{Error, Registry, Result};
use crate::rule::{Bundle, Origin};
use crate::table::OutputFile;
use crate::table::workbook::ROW_LIMIT;

impl Registry<'_> {
    /// Refuses an output file that is the ledger, one of its side files, or a rule file, under
    /// whatever name.
    pub fn protect(&self, output: &Path) -> Result<()> {
        protect(self.store.location(), &self.book.bundle, output)
    }
}

/// Starts an output file. A file that is there stays as it is, unless it is to be replaced
/// (`--force`).
///
/// # Errors
/// [`Error::OutputExists`], or [`Error::Output`] where the file cannot be made.
pub fn create(target: &Path, force: bool) -> Result<OutputFile> {
    let file = if force { OutputFile::create(target) } else { OutputFile::create_new(target) };
    file.map_err(|source| fault(target, source))
}

/// Lets an output file appear under its name.
///
/// # Errors
/// As [`create`]: another one may have got the name meanwhile.
pub fn publish(file: OutputFile, target: &Path) -> Result<()> {
    file.publish().map_err(|source| fault(target, source))
}

/// Refuses more rows than a workbook can hold below its header.
///
/// # Errors
/// [`Error::Usage`] with the number of rows and the limit.
pub fn demand_room(path: &str, rows: u64) -> Result<()> {
    if rows < ROW_LIMIT {
        return Ok(());
    }
    Err(Error::usage(
        format!("{path} would have {rows} rows and a header; a sheet has at most {ROW_LIMIT} lines"),
        "write .csv, or fewer customers".to_owned(),
    ))
}

/// Why a file did not get its name.
pub(crate) fn fault(target: &Path, source: io::Error) -> Error {
    let path = target.display().to_string();
    match source.kind() {
        io::ErrorKind::AlreadyExists => Error::OutputExists { path },
        _ => Error::Output { path, source },
    }
}

/// Refuses an output file that is the ledger at `location`, one of its side files, or a file of
/// `bundle`, under whatever name.
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

/// Refuses an output file that is there, unless it may be replaced. What cannot be looked at is
/// told by whoever makes the file.
pub fn demand_absent(output: &Path, force: bool) -> Result<()> {
    if !force && fs::symlink_metadata(output).is_ok_and(|found| found.is_file()) {
        return Err(Error::OutputExists { path: output.display().to_string() });
    }
    Ok(())
}

/// Whether two paths are one file, or would be: the same inode, or the same name in the same
/// folder.
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
