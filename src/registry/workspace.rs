//! Finding the rule file and the ledger, and saying why these.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::vault::restore::{Restored, restore};
use super::vault::{Watch, fence::Fence, source};
use super::{Error, Patience, Registry, Result, Who};
use crate::rule::{Bundle, Origin, RuleBook};
use crate::store::{self, Access, Location, Store};
use crate::table::Source;

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
    /// Nobody named a ledger and the rules are the built-in ones: it may be made on first use.
    own_ledger: bool,
    /// Who shares the ledger.
    options: store::Options,
}

/// The rule file's name where nobody gave one.
pub const RULE_FILE: &str = "rules.toml";
/// The ledger's name where nobody gave one.
const LEDGER_FILE: &str = "custcode.db";

impl Workspace {
    /// Finds both; reads the rule file, opens no ledger.
    pub fn find(places: &Places) -> Result<Self> {
        let (bundle, why) = find_rules(places)?;
        let rules = match &bundle.origin {
            Origin::File(path) => path.display().to_string(),
            _ => "built in".to_owned(),
        };
        let (named, group) = bundle.store();
        let (location, because, own_ledger) = find_ledger(places, &bundle, named.as_deref())?;
        let reasons = vec![format!("rules: {rules} ({why})"), format!("ledger: {location} ({because})")];
        Ok(Self {
            bundle,
            location,
            reasons,
            own_ledger,
            options: store::Options { group, ..Default::default() },
        })
    }

    /// Says how long a server is waited for, and who is told.
    #[must_use]
    pub fn waiting(mut self, waiting: store::Waiting) -> Self {
        self.options.waiting = waiting;
        self
    }

    /// Opens the ledger alone: the rules need not be right.
    pub fn open_store(&self, access: Access, patience: Patience<'_>) -> Result<Box<dyn Store>> {
        source::open(&self.location, access, &self.options, patience)
    }

    /// Makes the ledger out of a backup.
    pub fn restore(&self, backup: &Source, watch: &mut dyn Watch) -> Result<Restored> {
        if self.own_ledger {
            make_folder(&self.location)?;
        }
        restore(backup, &self.location, &self.options, watch)
    }

    /// Opens the ledger and loads the rules. They are proved when the ledger meets them first. Only the built-in rules make their ledger on
    /// first use, and only for writing; for reading they see an empty one.
    pub fn open(
        self,
        access: Access,
        who: Who,
        now: jiff::Timestamp,
        patience: Patience<'_>,
    ) -> Result<Registry<'_>> {
        let mut notes = Vec::new();
        let mut scratch = None;
        let mut store = match store::open_with(&self.location, access, &self.options) {
            Err(store::Error::Missing { .. }) if self.own_ledger && access == Access::Write => {
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
                RuleBook::load(self.bundle, false)?;
                return Err(Error::LedgerMissing { location });
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
        // Whether these rules are proved, the ledger knows; it is asked where they are about to be used for writing.
        let book = RuleBook::load(self.bundle, true)?;
        Ok(Registry { book, store, who, now, patience, notes, scratch })
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

/// `--rules` > `CUSTCODE_RULES` > `rules.toml` here or in a parent > the user's config folder > `/etc/custcode` > built in.
fn find_rules(places: &Places) -> Result<(Bundle, &'static str)> {
    if let Some(path) = &places.rules_flag {
        return Ok((Bundle::read(path)?, "--rules"));
    }
    if let Some(path) = &places.rules_env {
        return Ok((Bundle::read(path)?, "CUSTCODE_RULES"));
    }
    for folder in places.folder.ancestors() {
        if let Some(bundle) = searched(folder)? {
            let here = folder == places.folder;
            return Ok((bundle, if here { "in this folder" } else { "in a parent folder" }));
        }
    }
    if let Some(folder) = &places.config
        && let Some(bundle) = searched(folder)?
    {
        return Ok((bundle, "your config folder"));
    }
    if let Some(bundle) = searched(Path::new("/etc/custcode"))? {
        return Ok((bundle, "of this machine"));
    }
    Ok((Bundle::built_in(), "no rules.toml here, in a parent, in your config folder or in /etc/custcode"))
}

/// The rule file of a folder, if there is one; found by search, it must say that it is custcode's.
fn searched(folder: &Path) -> Result<Option<Bundle>> {
    let path = folder.join(RULE_FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let bundle = Bundle::read(&path)?;
    demand_format(&bundle, &path)?;
    Ok(Some(bundle))
}

/// Refuses a rule file that nobody named and that does not say that it is custcode's: other programs have a `rules.toml`, too.
pub(super) fn demand_format(bundle: &Bundle, path: &Path) -> Result<()> {
    if bundle.declares_format() {
        return Ok(());
    }
    Err(Error::usage(
        format!("{} was found but does not say that it is custcode's", path.display()),
        format!("write `custcode = 1` as its first line, or name your rule file: --rules {}", path.display()),
    ))
}

/// The ledger of a rule file: what its `store` names, else `custcode.db`; both seen from its folder.
pub(super) fn ledger_of(rules: &Path, store: Option<&str>) -> Result<Location> {
    let named = store.map_or_else(|| Ok(Location::Sqlite(PathBuf::from(LEDGER_FILE))), Location::parse)?;
    Ok(named.beside(rules.parent().unwrap_or(Path::new(""))))
}

/// `--store` > `CUSTCODE_STORE` > `store` in the rule file > beside the rule file; with the built-in rules, the user's data folder.
fn find_ledger(
    places: &Places,
    bundle: &Bundle,
    named: Option<&str>,
) -> Result<(Location, &'static str, bool)> {
    if let Some(text) = &places.store_flag {
        return Ok((Location::parse(text)?, "--store", false));
    }
    if let Some(text) = &places.store_env {
        return Ok((Location::parse(text)?, "CUSTCODE_STORE", false));
    }
    if let Origin::File(path) = &bundle.origin {
        let why = if named.is_some() { "store in the rule file" } else { "beside the rule file" };
        return Ok((ledger_of(path, named)?, why, false));
    }
    let folder = places.data.as_ref().ok_or_else(|| {
        Error::usage(
            "no folder for the ledger of the built-in rules: neither XDG_DATA_HOME nor HOME is set",
            "name a ledger: --store FILE".to_owned(),
        )
    })?;
    Ok((Location::Sqlite(folder.join(LEDGER_FILE)), "built-in rules: your data folder", true))
}
