//! The program's own questions after commands: whether the ledger passes `store check`, and
//! whether `gaps --unexplained` stays silent. Asked through the library, in the test's own process,
//! of each ledger that was written to since it was last asked.
//!
//! A ledger that holds more than [`SMALL`] customers is asked one time in [`SELDOM`]. What cannot
//! be looked at now (somebody holds it, or killed a writer whose journal lies there, or may not be
//! read) is left for the next time.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use custcode::registry::audit::check::CheckRequest;
use custcode::registry::audit::gaps::GapsRequest;
use custcode::registry::workspace::BUILT_IN;
use custcode::registry::{Error, Patience, Places, Registry, Who, Workspace};
use custcode::rule::{Bundle, Origin};
use custcode::store::{self, Access, Location};

use super::{Cluster, Folder};

/// So many customers are looked at after every command.
const SMALL: u64 = 1_000;

/// Of larger ledgers every so many-th.
const SELDOM: u64 = 20;

/// What was asked already, by place: how the ledger was then.
#[derive(Default)]
pub(crate) struct Asked(Mutex<HashMap<String, String>>);

impl Asked {
    /// Notes that a ledger was asked as it is now, and found sound.
    pub(crate) fn note(&self, folder: &Folder, place: &str) {
        let mut asked = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        asked.extend(ledgers(folder).into_iter().filter(|(known, _)| known == place));
    }
}

/// What is wrong with the ledgers of a folder that were written to since they were asked last.
pub(crate) fn complaints(folder: &Folder, asked: &Asked) -> Vec<String> {
    let mut asked = asked.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut complaints = Vec::new();
    for (place, state) in ledgers(folder) {
        if asked.get(&place) == Some(&state) || !is_ledger(&place) {
            continue;
        }
        match ask(&place) {
            Ok(wrong) => {
                complaints
                    .extend(wrong.into_iter().map(|wrong| format!("{}: {wrong}", folder.portable(&place))));
                asked.insert(place, state);
            }
            Err(
                Error::Store(
                    store::Error::Missing { .. }
                    | store::Error::Busy { .. }
                    | store::Error::Refused { .. }
                    | store::Error::ReadOnly { .. }
                    | store::Error::Unreachable { .. },
                )
                | Error::LedgerMissing { .. }
                | Error::Unfinished { .. },
            ) => {}
            // The tables of an older program, which a test brought.
            Err(error) if error.to_string().contains("the next write updates them") => {}
            Err(error) => complaints.push(format!("{}: {error}", folder.portable(&place))),
        }
    }
    complaints
}

/// Asks one ledger, whenever it was asked last, and says what is wrong with it.
pub(crate) fn ask_now(place: &str) -> Result<(), String> {
    match ask(place) {
        Ok(wrong) if wrong.is_empty() => Ok(()),
        Ok(wrong) => Err(wrong.join("\n")),
        Err(error) => Err(error.to_string()),
    }
}

/// Where the ledgers of a folder are, each with what changes when it is written to.
fn ledgers(folder: &Folder) -> Vec<(String, String)> {
    let mut found: Vec<_> = files(folder).iter().filter_map(|path| state_of(path)).collect();
    if let Some(database) = folder.made_database() {
        // The state of the tables, as far as commands change it.
        let sql = "SELECT (SELECT count(*) FROM custcode.operations) || ' ' || (SELECT count(*) FROM custcode.links) \
             || (SELECT string_agg(key || value, ' ' ORDER BY key) FROM custcode.meta)";
        let state = Cluster::shared().client(database.name()).query_one(sql, &[]);
        // An error: there are no tables yet, or a test took them away.
        found.extend(
            state.ok().and_then(|row| Some((database.url().to_owned(), row.get::<_, Option<String>>(0)?))),
        );
    }
    found
}

/// Files called `*.db`, in the working folder and where the built-in rules have theirs.
fn files(folder: &Folder) -> Vec<PathBuf> {
    let mut found = vec![folder.home("custcode.db")];
    let entries = fs::read_dir(folder.path("")).into_iter().flatten().flatten();
    found.extend(
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|is| is == "db")),
    );
    found
}

/// The state of a file by its outside only: who opens and closes one takes the locks away that this
/// process has on it.
fn state_of(path: &Path) -> Option<(String, String)> {
    let of = path.symlink_metadata().ok().filter(|of| of.is_file() && of.nlink() == 1)?;
    // Looking would roll back what a test has yet to look at itself.
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", path.display())).exists();
    let state = format!("{} {} {}.{}", of.ino(), of.len(), of.mtime(), of.mtime_nsec());
    (!beside("-journal") && !beside("-wal")).then(|| (path.display().to_string(), state))
}

/// Whether a file says that it is a ledger, asked through the engine; a database of the tests is
/// always one.
fn is_ledger(place: &str) -> bool {
    if place.starts_with("postgres:") {
        return true;
    }
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    rusqlite::Connection::open_with_flags(place, flags)
        .and_then(|file| file.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0)))
        .is_ok_and(|id| id == 0x6375_7374)
}

/// Asks one ledger, under its own rules.
fn ask(place: &str) -> Result<Vec<String>, Error> {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let mut registry = open(place)?;
    let customers = registry.store.read()?.totals()?.0;
    if customers > SMALL && !TURN.fetch_add(1, Ordering::Relaxed).is_multiple_of(SELDOM) {
        return Ok(Vec::new());
    }
    let report = registry.check(&CheckRequest::default())?;
    let mut wrong = Vec::new();
    if !report.is_whole() {
        wrong.extend(
            report
                .findings
                .iter()
                .map(|it| format!("store check: {} {}: {}", it.kind.as_str(), it.subject, it.what)),
        );
    }
    registry.gaps(&GapsRequest { unexplained: true, ..GapsRequest::default() }, &mut |gap| {
        wrong.push(format!("gaps --unexplained: {} {} {}..={}", gap.rule, gap.scope, gap.first, gap.last));
        Ok(())
    })?;
    Ok(wrong)
}

/// Opens a ledger with the rules that are in force there.
fn open(place: &str) -> Result<Registry<'static>, Error> {
    let location = Location::parse(place).expect("a place that a command took");
    let mut ledger = store::open(&location, Access::Read)?;
    ledger.set_read_deadline(Duration::ZERO);
    let bundle = {
        let mut view = ledger.read()?;
        let digest = view.info()?.bundle;
        digest.map(|digest| view.bundle(&digest)).transpose()?.flatten()
    };
    // Named, so that nothing is searched for.
    let places =
        Places { rules_flag: Some(BUILT_IN.into()), store_flag: Some(place.to_owned()), ..Places::default() };
    let mut workspace = Workspace::find(&places)?;
    workspace.bundle =
        bundle.and_then(|kept| Bundle::decode(&kept.text).ok()).unwrap_or_else(Bundle::built_in);
    workspace.bundle.origin = Origin::Ledger;
    let who = Who { actor: "test".into(), os_user: "test".into(), host: "test".into() };
    let now = "2026-11-22T01:00:00Z".parse().expect("a time");
    workspace.open(Access::Read, who, now, Patience { deadline: Duration::ZERO, notice: &|_| () })
}
