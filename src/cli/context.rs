//! What surrounds a command: environment variables, folders, the clock (read once), who acts, how
//! to wait.
//!
//! No other file of this room reads the environment.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use clap::ValueEnum;
use etcetera::BaseStrategy;
use jiff::Timestamp;

use super::args::Global;
use super::error::failure::Failure;
use super::format::Format;
use super::ui::Ui;
use crate::registry::{Error, Patience, Places, Registry, Who, Workspace};
use crate::rule::ProvedBook;
use crate::store::{Access, Store, Waiting, holder};

/// Longer than anybody waits, and less than the engines' 2^31 milliseconds.
const LONGEST_WAIT: Duration = Duration::from_hours(20 * 24);

/// Tells a person that the ledger is held, and by whom.
type Notice = Box<dyn Fn(Option<&str>) + Sync>;

/// Everything a command needs besides its own options.
pub(crate) struct Context {
    /// The way to the screen.
    pub(crate) ui: Ui,
    /// Whether the format was asked for by option, not by environment.
    pub(crate) format_option: bool,
    /// Whether the locale has more than ASCII, so that lines can be drawn.
    pub(crate) unicode: bool,
    /// Where to look for rules and ledger.
    pub(crate) places: Places,
    who: Who,
    now: Timestamp,
    wait: Duration,
    notice: Notice,
}

impl Context {
    /// Reads the environment.
    pub(crate) fn new(global: &Global) -> Result<Self, Failure> {
        let ui = Ui::new(format(global)?, global.quiet, global.verbose, global.color);
        let folder =
            env::current_dir().context("could not find the current folder").map_err(Failure::System)?;
        let base = etcetera::choose_base_strategy().ok();
        Ok(Self {
            ui,
            format_option: global.json || global.format.is_some(),
            unicode: is_unicode(&locale()),
            places: Places {
                rules_flag: global.rules.clone(),
                rules_env: path_variable("CUSTCODE_RULES"),
                store_flag: global.store.clone(),
                store_env: variable("CUSTCODE_STORE")?,
                folder,
                config: base.as_ref().map(|base| base.config_dir().join("custcode")),
                data: base.as_ref().map(|base| base.data_dir().join("custcode")),
                trust: folders("CUSTCODE_TRUST"),
                ceiling: folders("CUSTCODE_CEILING"),
                sudo_user: env::var("SUDO_UID").ok().and_then(|user| user.parse().ok()),
                terminal: ui.has_reader(),
            },
            who: Who::of_this_process(
                global.actor.clone().or(variable("CUSTCODE_ACTOR")?),
                variable("CUSTCODE_HOST")?,
            ),
            now: now()?,
            wait: Duration::from_secs(global.wait).min(LONGEST_WAIT),
            notice: Box::new(move |holder| match holder {
                Some(holder) => ui.status(&format!("busy: {} …", holder::tell(holder, SystemTime::now()))),
                None => ui.status("waiting for the ledger …"),
            }),
        })
    }

    /// Finds rules and ledger, and says with `-v` which and why.
    pub(crate) fn workspace(&self) -> Result<Workspace, Failure> {
        let workspace = Workspace::find(&self.places)?.waiting(self.waiting());
        self.give_reasons(&workspace);
        workspace.demand_no_orphan()?;
        Ok(workspace)
    }

    /// Finds the ledger for a command that looks after it, and says what should be known of it.
    pub(crate) fn workspace_of_store(&self) -> Result<Workspace, Failure> {
        let mut workspace = Workspace::find(&self.places)?.for_the_store().waiting(self.waiting());
        self.give_reasons(&workspace);
        for note in std::mem::take(&mut workspace.notes) {
            self.ui.note(&note);
        }
        Ok(workspace)
    }

    fn give_reasons(&self, workspace: &Workspace) {
        for reason in &workspace.reasons {
            self.ui.detail(reason);
        }
    }

    /// Finds the rules for a command that goes by them alone.
    pub(crate) fn rules(&self) -> Result<Workspace, Failure> {
        let workspace = self.workspace()?;
        for note in &workspace.notes {
            self.ui.note(note);
        }
        Ok(workspace)
    }

    /// Finds and opens both.
    pub(crate) fn open(&self, access: Access) -> Result<Registry<'_>, Failure> {
        self.open_workspace(self.workspace()?, access)
    }

    /// Opens what was found.
    pub(crate) fn open_workspace(
        &self,
        workspace: Workspace,
        access: Access,
    ) -> Result<Registry<'_>, Failure> {
        let registry = workspace.open(access, self.who.clone(), self.now, self.patience())?;
        for note in &registry.notes {
            self.ui.note(note);
        }
        Ok(registry)
    }

    /// Opens the ledger alone, for what needs no rules.
    pub(crate) fn open_store(
        &self,
        workspace: &Workspace,
        access: Access,
    ) -> Result<Box<dyn Store>, Failure> {
        Ok(workspace.open_store(access, self.patience())?)
    }

    /// How to wait for a server, and whom to tell.
    pub(crate) fn waiting(&self) -> Waiting {
        let ui = self.ui;
        let notice = move |what: &str| ui.status(&format!("waiting for {what} …"));
        Waiting { deadline: self.wait, notice: Some(Arc::new(notice)) }
    }

    /// How to wait for the ledger, and whom to tell.
    pub(crate) fn patience(&self) -> Patience<'_> {
        Patience { deadline: self.wait, notice: &*self.notice }
    }

    /// Who acts.
    pub(crate) fn who(&self) -> &Who {
        &self.who
    }

    /// The one reading of the clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The rules alone; opens no ledger.
    pub(crate) fn book(&self) -> Result<ProvedBook, Failure> {
        let workspace = self.rules()?;
        Ok(ProvedBook::load(workspace.bundle)?)
    }
}

/// The folders in an environment variable, separated by colons.
fn folders(name: &str) -> Vec<PathBuf> {
    let list = env::var_os(name).unwrap_or_default();
    env::split_paths(&list).filter(|folder| !folder.as_os_str().is_empty()).collect()
}

/// The format asked for: by option, else by `CUSTCODE_FORMAT`.
fn format(global: &Global) -> Result<Option<Format>, Failure> {
    if global.json {
        return Ok(Some(Format::Json));
    }
    if global.format.is_some() {
        return Ok(global.format);
    }
    let Some(word) = variable("CUSTCODE_FORMAT")? else { return Ok(None) };
    let known = Format::from_str(&word, false);
    let unknown = |_| Error::usage(format!("CUSTCODE_FORMAT: unknown format {word:?}"), formats());
    Ok(Some(known.map_err(unknown)?))
}

fn formats() -> String {
    "table, plain, json, jsonl or csv".to_owned()
}

/// The clock, read once; `CUSTCODE_NOW` stops it, for tests and examples.
fn now() -> Result<Timestamp, Failure> {
    let Some(text) = variable("CUSTCODE_NOW")? else { return Ok(Timestamp::now()) };
    let wrong = |_| {
        let message = format!("CUSTCODE_NOW: {text:?} is no point in time");
        Error::usage(message, "2023-10-01T09:00:00+08:00".to_owned())
    };
    Ok(text.parse::<Timestamp>().map_err(wrong)?)
}

/// An environment variable that is set to something.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Err(env::VarError::NotUnicode(_)) => Err(Error::usage(format!("{name} is not UTF-8"), None).into()),
        _ => Ok(None),
    }
}

/// The locale of characters: the first of its three variables that is set.
pub(super) fn locale() -> String {
    first_set(&["LC_ALL", "LC_CTYPE", "LANG"])
}

/// The first of these environment variables that is set to something.
pub(super) fn first_set(names: &[&str]) -> String {
    let set = names.iter().find_map(|name| path_variable(name));
    set.map(|locale| locale.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a locale such as `zh_CN.UTF-8` has every character.
fn is_unicode(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// A path in an environment variable; any bytes.
fn path_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_characters() {
        for (locale, unicode) in [
            ("zh_CN.UTF-8", true),
            ("C.utf8", true),
            ("en_US.UTF-8@euro", true),
            ("zh_CN.GB18030", false),
            ("C", false),
            ("", false),
        ] {
            assert_eq!(is_unicode(locale), unicode, "{locale}");
        }
    }
}
