//! Finding the rule file and the ledger, and saying why these.

mod ceiling;
pub mod info;
pub mod init;
mod noted;
mod owner;
mod search;

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::registry::outputs::same_file;
use crate::registry::transfer::fence::Fence;
use crate::registry::transfer::restore::{Input, RestoreRequest, Restored, restore};
use crate::registry::transfer::{Progress, erasures, source};
pub(super) use crate::registry::workspace::noted::note;
use crate::registry::workspace::owner::Myself;
pub(super) use crate::registry::workspace::search::is_there;
use crate::registry::workspace::search::{Found, obeyed, search};
use crate::registry::{Error, Patience, Registry, Result, Who, limits};
use crate::rule::{Bundle, Origin, ProvedBook, RuleBook};
use crate::store::{self, Access, Location, Store};

/// Where to look, as the caller's environment has it.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `--rules`.
    pub rules_flag: Option<PathBuf>,
    /// `CUSTCODE_RULES`.
    pub rules_env: Option<PathBuf>,
    /// `--store`.
    pub store_flag: Option<String>,
    /// `CUSTCODE_STORE`.
    pub store_env: Option<String>,
    /// The current folder.
    pub folder: PathBuf,
    /// The user's config folder for custcode, e.g. `~/.config/custcode`.
    pub config: Option<PathBuf>,
    /// The user's data folder for custcode, e.g. `~/.local/share/custcode`.
    pub data: Option<PathBuf>,
    /// `CUSTCODE_TRUST`: folders whose rule files are obeyed whoever wrote them, or `*`.
    pub trust: Vec<PathBuf>,
    /// `CUSTCODE_CEILING`: folders at which the search through parent folders ends.
    pub ceiling: Vec<PathBuf>,
    /// `SUDO_UID`: who became root by sudo.
    pub sudo_user: Option<u32>,
    /// Whether a person is there to read what is said.
    pub terminal: bool,
}

/// The rules and the ledger that a command will use.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The rules.
    pub bundle: Bundle,
    /// The ledger's place.
    pub location: Location,
    /// Which rules and why, which ledger and why: the lines of `-v`.
    pub reasons: Vec<String>,
    /// What a person should know of the search.
    pub notes: Vec<String>,
    /// Nobody named a ledger and the rules are the built-in ones: it may be made on first use.
    own_ledger: bool,
    /// Who shares the ledger.
    options: store::Options,
    /// A ledger that lies without its rules where they were looked for.
    orphan: Option<PathBuf>,
    /// Rule files of this user, where the built-in ones serve though nobody asked for them and
    /// nobody is there to be told.
    others: Vec<PathBuf>,
    /// Where rule files are noted.
    data: Option<PathBuf>,
}

/// The rule file's name where nobody gave one.
pub const RULE_FILE: &str = "rules.toml";
/// The word that names the built-in rules where a rule file could be named.
pub const BUILT_IN: &str = "builtin";
/// The ledger's name where nobody gave one.
const LEDGER_FILE: &str = "custcode.db";

impl Workspace {
    /// Finds both; reads the rule file, opens no ledger.
    pub fn find(places: &Places) -> Result<Self> {
        let found = find_rules(places)?;
        let rules = match &found.bundle.origin {
            Origin::File(path) => path.display().to_string(),
            _ => "built in".to_owned(),
        };
        let (named, group) = found.bundle.store();
        let (location, because, own_ledger) = find_ledger(places, &found, named.as_deref())?;
        let reasons =
            vec![format!("rules: {rules} ({})", found.why), format!("ledger: {location} ({because})")];
        let named_ledger = places.store_flag.is_some() || places.store_env.is_some();
        let used = location.file();
        let other = |orphan: &PathBuf| !used.is_some_and(|used| same_file(used, orphan));
        let orphan = found.orphans.into_iter().find(other).filter(|_| !named_ledger);
        let live = match &places.data {
            // Where a ledger lies without its rules, the built-in ones are not used.
            Some(data) if found.nothing && own_ledger && orphan.is_none() => noted::live(data),
            _ => Vec::new(),
        };
        let mut notes = found.notes;
        if !live.is_empty() {
            notes.push(format!(
                "the built-in rules are used here; rule files of yours: {}",
                crate::registry::error::paths(&live)
            ));
        }
        Ok(Self {
            orphan,
            bundle: found.bundle,
            location,
            reasons,
            notes,
            own_ledger,
            options: store::Options { group, ..Default::default() },
            others: if places.terminal { Vec::new() } else { live },
            data: places.data.clone(),
        })
    }

    /// Says how long a server is waited for, and who is told.
    #[must_use]
    pub fn waiting(mut self, waiting: store::Waiting) -> Self {
        self.options.waiting = waiting;
        self
    }

    /// For commands that look after a ledger: one that lies without its rules is the one they are
    /// about, never another one in silence.
    #[must_use]
    pub fn for_the_store(mut self) -> Self {
        let Some(orphan) = self.orphan.take() else { return self };
        self.notes.push(format!(
            "this is about {}, which lies here without its rules.toml, not about {}; \
             --store LEDGER names another ledger",
            orphan.display(),
            self.location
        ));
        self.location = Location::Sqlite(orphan);
        if let Some(ledger) = self.reasons.last_mut() {
            *ledger = format!("ledger: {} (lies here without its rules.toml)", self.location);
        }
        // Neither made on first use nor shared with the group of rules that are not its own.
        self.own_ledger = false;
        self.options.group = None;
        self
    }

    /// Refuses to go on with other rules or another ledger where a ledger lies without its rules.
    pub fn demand_no_orphan(&self) -> Result<()> {
        let Some(ledger) = &self.orphan else { return Ok(()) };
        let instead = match &self.bundle.origin {
            Origin::File(path) => path.display().to_string(),
            _ => "the built-in rules".to_owned(),
        };
        Err(Error::Orphan { ledger: ledger.clone(), instead })
    }

    /// Opens the ledger alone: the rules need not be right.
    pub fn open_store(&self, access: Access, patience: Patience<'_>) -> Result<Box<dyn Store>> {
        source::open(&self.location, access, &self.options, patience)
    }

    /// The codes of a list of erasures: a file, or a ledger.
    pub fn erased_codes(&self, named: &str, patience: Patience<'_>) -> Result<Vec<String>> {
        erasures::read_codes(named, &self.options, patience)
    }

    /// Makes the ledger out of a backup.
    pub fn restore(
        &self,
        backup: Input<'_>,
        yes: bool,
        erasures: &[String],
        progress: &mut dyn Progress,
    ) -> Result<Restored> {
        if self.own_ledger {
            make_folder(&self.location)?;
        }
        let (to, options) = (&self.location, &self.options);
        restore(RestoreRequest { backup, to, options, yes, erasures }, progress)
    }

    /// Opens the ledger and loads the rules. They are proved when the ledger meets them first. Only
    /// the built-in rules make their ledger on first use, and only for writing; for reading they
    /// see an empty one.
    pub fn open(
        self,
        access: Access,
        who: Who,
        now: jiff::Timestamp,
        patience: Patience<'_>,
    ) -> Result<Registry<'_>> {
        limits::check_who(&who)?;
        self.demand_no_orphan()?;
        let mut notes = self.notes;
        let mut scratch = None;
        let mut store = match store::open_with(&self.location, access, &self.options) {
            Err(store::Error::Missing { .. }) if self.own_ledger && access == Access::Write => {
                if !self.others.is_empty() {
                    return Err(Error::RulesElsewhere { files: self.others });
                }
                let store = first_use(&self.location)?;
                notes.push(format!("made the ledger {} (built-in rules)", self.location));
                store
            }
            Err(store::Error::Missing { .. }) if self.own_ledger => {
                let folder = tempfile::tempdir()
                    .map_err(|source| Error::Temporary { folder: std::env::temp_dir(), source })?;
                let store = store::create(&Location::Sqlite(folder.path().join(LEDGER_FILE)))?;
                scratch = Some(folder);
                store
            }
            Err(store::Error::Missing { location }) => {
                ProvedBook::load(self.bundle)?;
                return Err(Error::LedgerMissing { location });
            }
            Err(error @ store::Error::ReadOnly { .. }) => {
                return Err(reason_to_read_only(&self.location, &self.options, error));
            }
            other => other?,
        };
        store.set_read_deadline(patience.deadline);
        // Half a ledger would pass for a whole one in every list.
        if access == Access::Read
            && let Some(Fence::Unfinished { of }) = store.read()?.info()?.fence.as_deref().map(Fence::read)
        {
            return Err(Error::Unfinished { of });
        }
        // Whether these rules are proved, the ledger knows; it is asked where they are about to be
        // used for writing.
        let mut book = RuleBook::compile(self.bundle)?;
        book.noted_in = self.data;
        Ok(Registry { book, store, who, now, patience, notes, scratch })
    }
}

/// Why a ledger must not be written: that it is a backup says more than the permissions of its
/// file.
fn reason_to_read_only(location: &Location, options: &store::Options, error: store::Error) -> Error {
    let fence = store::open_with(location, Access::Read, options)
        .and_then(|mut store| Ok(store.read()?.info()?.fence));
    match fence {
        Ok(Some(reason)) if matches!(Fence::read(&reason), Fence::Backup { .. }) => Error::Fenced { reason },
        _ => error.into(),
    }
}

/// Makes the folder of a ledger.
fn make_folder(location: &Location) -> Result<()> {
    if let Some(folder) = location.file().and_then(Path::parent) {
        // Customers are nobody else's business.
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source| Error::Output { path: folder.display().to_string(), source })?;
    }
    Ok(())
}

/// Makes the ledger of the built-in rules in the user's data folder.
fn first_use(location: &Location) -> Result<Box<dyn Store>> {
    make_folder(location)?;
    match store::create(location) {
        // Another process was faster.
        Err(store::Error::Exists { .. }) => Ok(store::open(location, Access::Write)?),
        other => Ok(other?),
    }
}

/// `--rules` > `CUSTCODE_RULES` > `rules.toml` here or in a parent > the user's config folder >
/// `/etc/custcode` > built in.
fn find_rules(places: &Places) -> Result<Found> {
    let named = [(&places.rules_flag, "--rules"), (&places.rules_env, "CUSTCODE_RULES")];
    let named = named.into_iter().find_map(|(path, why)| Some((path.as_deref()?, why)));
    match named {
        Some((path, why)) if path.as_os_str() == BUILT_IN => Ok(Found::named(Bundle::built_in(), why, true)),
        Some((path, why)) => {
            let bundle = Bundle::read(path)?;
            // It was read, so it is there; what came out of a pipe is whoever's the pipe is.
            let mine = is_mine(path, places);
            Ok(Found::named(bundle, why, mine))
        }
        None => search(places),
    }
}

/// Reads a rule file that was found in its place, without anybody naming it, and says whether it is
/// mine.
pub(super) fn read_obeyed(path: &Path, places: &Places) -> Result<(Bundle, bool)> {
    obeyed(path, Myself::of(places), places)
}

/// Whether a file is mine.
pub(super) fn is_mine(path: &Path, places: &Places) -> bool {
    Myself::of(places).owns(path).unwrap_or(false)
}

/// The folder a file lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Refuses a rule file that nobody named and that does not say that it is custcode's: other
/// programs have a `rules.toml`, too.
pub(super) fn demand_format(bundle: &Bundle, path: &Path) -> Result<()> {
    if bundle.declares_format() {
        return Ok(());
    }
    Err(Error::usage(
        format!("{} was found but does not say that it is custcode's", path.display()),
        format!("write `custcode = 1` as its first line, or name your rule file: --rules {}", path.display()),
    ))
}

/// The ledger of a rule file: what its `store` names, else `custcode.db`; both seen from its
/// folder.
pub(super) fn ledger_of(rules: &Path, store: Option<&str>) -> Result<Location> {
    let named = store.map_or_else(|| Ok(Location::Sqlite(PathBuf::from(LEDGER_FILE))), Location::parse)?;
    Ok(named.beside(rules.parent().unwrap_or(Path::new(""))))
}

/// `--store` > `CUSTCODE_STORE` > `store` in the rule file > beside the rule file; with the
/// built-in rules, the user's data folder.
fn find_ledger(
    places: &Places,
    found: &Found,
    named: Option<&str>,
) -> Result<(Location, &'static str, bool)> {
    if let Some(text) = &places.store_flag {
        return Ok((Location::parse(text)?, "--store", false));
    }
    if let Some(text) = &places.store_env {
        return Ok((Location::parse(text)?, "CUSTCODE_STORE", false));
    }
    if let Origin::File(path) = &found.bundle.origin {
        let why = if named.is_some() { "store in the rule file" } else { "beside the rule file" };
        let location = ledger_of(path, named)?;
        return Ok((if found.mine { location } else { location.of_others() }, why, false));
    }
    let folder = places.data.as_ref().ok_or_else(|| {
        Error::usage(
            "no folder for the ledger of the built-in rules: neither XDG_DATA_HOME nor HOME is set",
            "name a ledger: --store FILE".to_owned(),
        )
    })?;
    Ok((Location::Sqlite(folder.join(LEDGER_FILE)), "built-in rules: your data folder", true))
}
