//! The way in for programs that give customers codes: a rule file and its ledger, opened with
//! [`open`].

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use crate::registry::customer::show::Explanation;
use crate::registry::import::{ImportReport, ImportRequest, Listener};
use crate::registry::number::issue::{IssueRequest, Outcome};
use crate::registry::validate::{Verdict, verdict};
use crate::registry::{Patience, Places, Registry, Result, Who, Workspace, workspace};
use crate::rule::RuleBook;
use crate::store::{Access, DEADLINE, Waiting};

/// Opens the ledger of the rule file at `rules`, as the OS user; [`OpenOptions`] says otherwise.
///
/// # Errors
/// Those of [`OpenOptions::open`].
pub fn open(rules: impl AsRef<Path>) -> Result<Ledger> {
    OpenOptions::default().open(rules)
}

/// Makes what is missing of a rule file and its ledger: the built-in rules where there is no file,
/// and an empty ledger where the rules say, else in `custcode.db` beside them.
///
/// # Errors
/// `ledger-exists` when both are there, `rules` when the file is wrong, and those of the store.
pub fn init(rules: impl AsRef<Path>) -> Result<()> {
    workspace::init::init(&places(rules.as_ref(), None), None, Waiting::default()).map(drop)
}

/// How a [`Ledger`] is opened. The environment is not asked: variables such as `CUSTCODE_STORE` and
/// `CUSTCODE_NOW` are the program's.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Who acts, for the log; the OS user unless told. [`Ledger::set_actor`] changes it.
    pub actor: Option<String>,
    /// The ledger, as `--store` takes it: a file, or `postgres://…`. That of the rule file unless
    /// told.
    pub store: Option<String>,
    /// The longest wait for others who write and for a server's answer; a minute unless told.
    pub wait: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { actor: None, store: None, wait: DEADLINE }
    }
}

impl OpenOptions {
    /// Opens the ledger of the rule file at `rules`, to read and to write. The file is obeyed
    /// whoever owns it, since it is named. A changed rule file takes effect when it is opened
    /// again.
    ///
    /// # Errors
    /// By [`kind`](crate::Error::kind): `rules` and `rules-unreadable` (the rule file),
    /// `ledger-missing` ([`init`] makes one), `store-read-only`, `store-unusable`,
    /// `store-unreachable` (safe to repeat) and others of the store.
    pub fn open(&self, rules: impl AsRef<Path>) -> Result<Ledger> {
        let waiting = Waiting { deadline: self.wait, notice: None };
        let workspace = Workspace::find(&places(rules.as_ref(), self.store.as_deref()))?.waiting(waiting);
        let who = Who::of_this_process(self.actor.clone(), None);
        let patience = Patience { deadline: self.wait, notice: &|_| () };
        let registry = workspace.open(Access::Write, who, Timestamp::now(), patience)?;
        Ok(Ledger { registry })
    }
}

/// Where a rule file is that is named, and its ledger.
fn places(rules: &Path, store: Option<&str>) -> Places {
    Places { rules_flag: Some(rules.to_owned()), store_flag: store.map(str::to_owned), ..Places::default() }
}

/// A ledger with its rules, open for as long as a service runs.
///
/// It is [`Send`] and used by one thread at a time: each thread opens its own, or they share one in
/// a [`Mutex`](std::sync::Mutex). Any number of threads, processes and machines use one ledger at
/// once, and no code is given twice. The clock is read at each request.
///
/// # Examples
/// Four threads, each with a connection of its own:
///
/// ```
/// use std::collections::BTreeSet;
/// use std::thread;
///
/// use custcode::{Description, Error, IssueRequest};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let rules = &folder.path().join("rules.toml");
/// custcode::init(rules)?;
/// let issue = || -> Result<Vec<String>, Error> {
///     let mut ledger = custcode::open(rules)?;
///     let vip = Description { fields: vec![("type".into(), "vip".into())], ..Default::default() };
///     let request = IssueRequest::from(vip);
///     (0..25).map(|_| Ok(ledger.issue(&request)?.codes.swap_remove(0).code)).collect()
/// };
/// let mut codes = BTreeSet::new();
/// thread::scope(|scope| {
///     let threads: Vec<_> = (0..4).map(|_| scope.spawn(issue)).collect();
///     for thread in threads {
///         codes.extend(thread.join().expect("no panic")?);
///     }
///     Ok::<_, Error>(())
/// })?;
/// assert_eq!(codes.len(), 100);
/// # Ok(())
/// # }
/// ```
pub struct Ledger {
    registry: Registry<'static>,
}

impl Ledger {
    /// Issues codes. A code that is returned is in the ledger, durably; the same reference or
    /// request id asked again gets the same code.
    ///
    /// # Errors
    /// By [`kind`](crate::Error::kind), among others: `missing-value`, `unknown-value`,
    /// `exhausted`, `conflict`, `stale-rules`, `fenced`, and `busy` and `store-unreachable`, which
    /// are safe to repeat. After `outcome-unknown` repeat only what has a reference or a request
    /// id.
    pub fn issue(&mut self, request: &IssueRequest) -> Result<Outcome> {
        self.registry().issue(request)
    }

    /// Judges a code by the rules alone, exactly as it is written; the ledger is not asked.
    pub fn validate(&self, code: &str) -> Verdict {
        verdict(&self.registry.book, code)
    }

    /// Explains a code, in any spelling: its segments, customer and history. A code of the rules
    /// that is not in the ledger has no state.
    ///
    /// # Errors
    /// `not-found` for what is neither in the ledger nor a code of the rules; those of the store.
    pub fn show(&mut self, code: &str) -> Result<Explanation> {
        self.registry().show(code)
    }

    /// Imports a file of customers, all or nothing unless asked otherwise. `listener` hears how the
    /// columns are understood and each rejected row; a `Vec<String>` keeps the lines.
    ///
    /// # Errors
    /// As [`Self::issue`]; `file-unreadable`, `file-malformed` and `usage` for the file and its
    /// columns. Rejected rows are no error: see [`ImportReport::rejected`].
    pub fn import(
        &mut self,
        request: &ImportRequest<'_>,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport> {
        self.registry().import(request, listener)
    }

    /// Everything else: register, edit, void, export, log, check. The clock has just been read:
    /// ask for it anew at each request.
    pub fn registry(&mut self) -> &mut Registry<'static> {
        self.registry.now = Timestamp::now();
        &mut self.registry
    }

    /// Says who acts from now on, for a service that works for several people.
    ///
    /// # Errors
    /// `usage` for a name that is too long.
    pub fn set_actor(&mut self, actor: &str) -> Result<()> {
        self.registry.act_as(actor)
    }

    /// The rules.
    pub fn rules(&self) -> &RuleBook {
        &self.registry.book
    }
}
