//! `store backup`: the whole ledger in one file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::finding;
use super::watched::watched;
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::ui::Ui;
use crate::cli::words::counted;
use crate::registry::outputs::{demand_absent, protect};
use crate::registry::transfer::backup::{BackedUp, Verified, back_up};
use crate::registry::transfer::source::absolute_name;
use crate::registry::transfer::{Newest, bytes, keep};
use crate::registry::{Error, Workspace};
use crate::store::Access;
use crate::store::sqlite::Draft;
use crate::table::output;

/// Write the whole ledger to one file
///
/// The file is a SQLite ledger as it was at one moment, whichever engine it comes from, and only
/// its owner can read it. It is checked, as store check does it, before it gets its name. Others
/// can go on issuing. list, show, export, gaps, log and store check read it with --store FILE;
/// nothing issues from it, and only store restore makes a ledger of it that can. A ledger with
/// findings is saved all the same, with exit status 1. A copy by cp may catch the ledger in the
/// middle of a write: do not use it.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store backup custcode-2026-11-22.db
  custcode store backup --keep 14 /srv/backup    # each night; 14 stay, named by their time
  custcode store backup - | gzip > custcode.db.gz
  custcode list --store custcode-2026-11-22.db
  custcode store restore custcode-2026-11-22.db --store restored.db")]
pub(crate) struct Backup {
    /// Write this file; standard output when -; with --keep, a file in this folder
    file: PathBuf,
    /// Replace the file if it is there, once the new one is verified
    #[arg(long, conflicts_with = "keep")]
    force: bool,
    /// Name the file by its time, and remove all but the newest N backups of this ledger from the
    /// folder; the last sound one stays
    #[arg(long, value_name = "N")]
    keep: Option<NonZeroUsize>,
}

/// Where a backup goes.
enum Target {
    /// A file of this name.
    File(PathBuf),
    /// A pipe or a device; standard output.
    Stream(File),
}

impl Backup {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let path = self.path(context)?;
        let mut store = context.open_store(&workspace, Access::Read)?;
        let target = self.target(&path, store.location(), &workspace)?;
        let shown = if self.is_stdout() { "standard output".to_owned() } else { path.display().to_string() };
        let draft = match &target {
            Target::File(path) => {
                Draft::beside(path).map_err(|source| Error::Output { path: shown.clone(), source })
            }
            Target::Stream(_) => Draft::temporary(&shown)
                .map_err(|source| Error::Temporary { folder: std::env::temp_dir(), source }),
        };
        let (draft, of) = (draft?, absolute_name(&workspace.location));
        let verified =
            watched(context, |progress| back_up(store.as_mut(), draft, &of, context.now(), progress))?;
        drop(store);
        let done = match target {
            Target::File(path) => verified.publish(&path, self.force)?,
            Target::Stream(stream) => sent(verified, stream, &shown)?,
        };
        let removed = match self.keep {
            Some(keep) => keep::prune(&self.file, keep.get(), &done.ledger)?,
            None => Vec::new(),
        };
        if context.ui.json() && !self.is_stdout() {
            context.ui.answer(&Written::new(&done, &shown, &removed))?;
        } else {
            context.ui.status(&sentence(&done, &shown));
            removed.iter().for_each(|path| context.ui.status(&format!("removed {path}")));
        }
        if let Some(fence) = &done.fence {
            context.ui.note(&format!("the ledger does not issue: {fence}"));
        }
        Ok(verdict(context.ui, &done))
    }

    fn is_stdout(&self) -> bool {
        self.keep.is_none() && self.file == Path::new("-")
    }

    /// The file that will be there.
    fn path(&self, context: &Context) -> Result<PathBuf, Error> {
        if self.keep.is_none() {
            return Ok(self.file.clone());
        }
        if self.file.is_dir() {
            return Ok(self.file.join(keep::name_at(context.now())));
        }
        Err(Error::usage(
            format!("--keep takes a folder, and {} is none", self.file.display()),
            format!("mkdir -m 700 {}", self.file.display()),
        ))
    }

    /// Refuses what must not be written over.
    fn target(&self, path: &Path, ledger: &str, workspace: &Workspace) -> Result<Target, Failure> {
        if self.is_stdout() {
            if io::stdout().is_terminal() {
                return Err(Error::usage(
                    "a backup is no text, and standard output is a terminal",
                    "custcode store backup FILE, or … - > FILE".to_owned(),
                )
                .into());
            }
            return stream(Path::new("/dev/stdout"), "standard output").map(Target::Stream);
        }
        protect(ledger, &workspace.bundle, path)?;
        let shown = path.display().to_string();
        match output::stream(path).map_err(|source| Error::Output { path: shown, source })? {
            Some(stream) => Ok(Target::Stream(stream)),
            None => {
                demand_absent(path, self.force)?;
                Ok(Target::File(path.to_owned()))
            }
        }
    }
}

/// What is open under this name.
fn stream(path: &Path, shown: &str) -> Result<File, Failure> {
    let failed = |source| Error::Output { path: shown.to_owned(), source };
    let open = output::stream(path).map_err(failed)?;
    Ok(open.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?)
}

/// Sends a verified backup to where it has no name.
fn sent(verified: Verified, mut stream: File, shown: &str) -> Result<BackedUp, Failure> {
    let mut file = verified.file();
    let copied = file.rewind().and_then(|()| io::copy(&mut file, &mut stream));
    copied.map_err(|source| Error::Output { path: shown.to_owned(), source })?;
    Ok(verified.backup)
}

/// Tells what is wrong with the ledger, if anything.
fn verdict(ui: Ui, done: &BackedUp) -> Status {
    if done.counts.is_empty() {
        return Status::Done;
    }
    let told = done.findings.iter().map(finding::sentence);
    told.for_each(|finding| ui.status(&format!("finding: {finding}")));
    ui.status(&format!(
        "{} in the ledger, and in its backup: custcode store check names what to do; to restore it takes --yes",
        counted(done.found(), "finding")
    ));
    Status::No
}

/// What was written, in words.
fn sentence(done: &BackedUp, path: &str) -> String {
    let newest = done.newest.as_ref().map_or_else(
        || "nothing was ever issued".to_owned(),
        |newest| {
            format!(
                "the newest operation is {} ({} by {}, {})",
                newest.operation, newest.command, newest.actor, newest.at
            )
        },
    );
    let checked = if done.counts.is_empty() { "checked" } else { "checked, with findings" };
    format!(
        "{} and {} in {path}: {}, {}; {checked}\n{newest}",
        counted(done.customers, "customer"),
        counted(done.codes, "code"),
        counted(done.rows, "row"),
        bytes(done.bytes),
    )
}

#[derive(Serialize)]
struct Written<'a> {
    ledger: &'a str,
    file: &'a str,
    rows: u64,
    customers: u64,
    codes: u64,
    bytes: u64,
    sha256: &'a str,
    newest: Option<&'a Newest>,
    fence: Option<&'a str>,
    findings: Vec<finding::Members<'a>>,
    removed: &'a [String],
}

impl<'a> Written<'a> {
    fn new(done: &'a BackedUp, file: &'a str, removed: &'a [String]) -> Self {
        Self {
            ledger: &done.location,
            file,
            rows: done.rows,
            customers: done.customers,
            codes: done.codes,
            bytes: done.bytes,
            sha256: &done.sha256,
            newest: done.newest.as_ref(),
            fence: done.fence.as_deref(),
            findings: done.findings.iter().map(finding::Members::from).collect(),
            removed,
        }
    }
}

impl Answer for Written<'_> {}
