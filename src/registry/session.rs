//! A session with the ledger: the one way in which commands read it and write to it.
//!
//! Every write goes the same way: wait for the ledger, refuse a fenced one, adopt or refuse the
//! rules in hand, look whether the request was answered before, do the work, commit. The operation
//! begins with the first thing that is written, and what a command wrote is committed if and only
//! if its operation has begun: an answer out of the ledger is confirmed instead, and leaves no
//! trace. A dry run goes the same way on a snapshot.

use jiff::Timestamp;
use jiff::civil::Date;

use super::note::Note;
use super::rules::current;
use super::{Error, Patience, Registry, Result, Who, clock, today};
use crate::rule::RuleBook;
use crate::store::salt::Salted;
use crate::store::{self, Counter, Intent, NewOperation, Operation, ScopeKey, Snapshot, Store, Transaction};

/// What a session needs to know of a command.
pub(crate) struct Command<'c> {
    /// Its name in the log.
    pub(crate) name: &'static str,
    /// Its name for those who wait for it.
    pub(crate) holder: &'static str,
    pub(crate) intent: Intent,
    pub(crate) rules: Rules,
    pub(crate) input: Input<'c>,
    pub(crate) clock: Clock,
    /// Says what would happen; takes no lock and writes nothing.
    pub(crate) dry_run: bool,
    /// Its dry run reads for long.
    pub(crate) long: bool,
}

impl Command<'_> {
    /// A command that writes a few rows under the rules in hand.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            holder: name,
            intent: Intent::Small,
            rules: Rules::InHand,
            input: Input::default(),
            clock: Clock::Unchecked,
            dry_run: false,
            long: false,
        }
    }
}

/// Under which rules a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Those in hand: the ledger adopts them where no code reads otherwise under them. A fenced
    /// ledger is refused.
    InHand,
    /// Those that the ledger has, whatever is in hand, and also behind a fence, but for a backup.
    OfLedger,
    /// The command itself compares the rules in hand and takes them over.
    OfCommand,
}

/// By what a request is known again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Input<'c> {
    /// `--request-id`.
    pub(crate) request_id: Option<&'c str>,
    /// What was asked.
    pub(crate) digest: Option<&'c str>,
    /// It tells of a person, so that it is kept under a salt.
    pub(crate) personal: bool,
}

/// Whether a command gives dates to codes, so that a clock that is wrong matters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// It gives none.
    Unchecked,
    /// It does; the record date is this one where somebody gave it.
    Checked(Option<Date>),
}

/// Where a session works.
pub(crate) enum WriteMode<'s> {
    /// A write in progress.
    Commit(&'s mut dyn Transaction),
    /// A snapshot; nothing is written.
    DryRun(&'s mut dyn Snapshot),
}

/// A command at work on the ledger.
pub(crate) struct Session<'s> {
    pub(crate) book: &'s RuleBook,
    mode: WriteMode<'s>,
    command: &'s Command<'s>,
    who: &'s Who,
    now: Timestamp,
    /// Digest of the rules that the operation names.
    bundle: Option<String>,
    /// The operation of the same request, made before.
    earlier: Option<Operation>,
    /// The operation of this command, once it has begun.
    operation: Option<i64>,
    /// Something was written, or would be.
    changed: bool,
    /// What was written is not to be kept.
    discarded: bool,
    notes: Notes,
}

/// What a person should know of a write beside its result.
#[derive(Debug, Default)]
struct Notes {
    /// The clock, and the record date.
    clock: Vec<Note>,
    /// Rules that were adopted.
    adopted: Option<Note>,
}

/// What a command made of its session.
pub(crate) struct Written<T> {
    /// What the work gave.
    pub(crate) value: T,
    /// The operation that is in the ledger; none where nothing was written.
    pub(crate) operation: Option<i64>,
    /// What is odd about the clock or the record date of what was written.
    pub(crate) clock: Vec<Note>,
    /// Rules that were adopted.
    pub(crate) adopted: Option<Note>,
}

impl<T> Written<T> {
    /// The result, and all notes.
    pub(crate) fn with_notes(self) -> (T, impl Iterator<Item = Note>) {
        (self.value, self.clock.into_iter().chain(self.adopted))
    }
}

impl<'s> Session<'s> {
    fn new(
        book: &'s RuleBook,
        who: &'s Who,
        now: Timestamp,
        command: &'s Command<'s>,
        mode: WriteMode<'s>,
    ) -> Self {
        Self {
            book,
            mode,
            command,
            who,
            now,
            bundle: None,
            earlier: None,
            operation: None,
            changed: false,
            discarded: false,
            notes: Notes::default(),
        }
    }

    /// The reading side.
    pub(crate) fn view(&mut self) -> &mut dyn Snapshot {
        match &mut self.mode {
            WriteMode::Commit(transaction) => *transaction,
            WriteMode::DryRun(snapshot) => *snapshot,
        }
    }

    /// The writing side with the operation of this command, which begins with the first call; none
    /// in a dry run.
    pub(crate) fn writing(&mut self) -> Result<Option<(&mut dyn Transaction, i64)>> {
        if !self.changed {
            self.changed = true;
            self.check_clock()?;
        }
        self.begun()
    }

    /// The counter of a scope, locked until the end; none where a dry run would make it.
    pub(crate) fn lock_counter(&mut self, scope: &ScopeKey<'_>) -> Result<Option<Counter>> {
        Ok(match &mut self.mode {
            WriteMode::Commit(transaction) => Some(transaction.take(scope)?),
            WriteMode::DryRun(snapshot) => snapshot.counter(scope)?,
        })
    }

    /// Writes the totals of what was written: how many customers, and the first and last code.
    pub(crate) fn end(&mut self, rows: u64, codes: Option<(i64, i64)>) -> Result<()> {
        match (&mut self.mode, self.operation) {
            (WriteMode::Commit(transaction), Some(operation)) => {
                Ok(transaction.end_operation(operation, rows, codes)?)
            }
            _ => Ok(()),
        }
    }

    /// The answer is a code that is there. A request with an id is recorded with it, to be answered
    /// so again.
    pub(crate) fn answered_with(&mut self, code: i64) -> Result<()> {
        if self.command.input.request_id.is_some() {
            self.begun()?;
        }
        self.end(0, Some((code, code)))
    }

    /// The operation that answered the same request before.
    pub(crate) fn earlier(&self) -> Option<&Operation> {
        self.earlier.as_ref()
    }

    /// Nothing is written.
    pub(crate) fn is_dry_run(&self) -> bool {
        matches!(self.mode, WriteMode::DryRun(_))
    }

    /// Whether the ledger has rules: nothing was ever written to one that has none.
    pub(crate) fn has_rules(&self) -> bool {
        self.bundle.is_some()
    }

    /// Whether rules were adopted.
    pub(crate) fn adopted(&self) -> bool {
        self.notes.adopted.is_some()
    }

    /// Adopts or refuses the rules in hand, whether or not the ledger is fenced.
    pub(crate) fn adopt_behind_fence(&mut self) -> Result<()> {
        match &mut self.mode {
            WriteMode::Commit(transaction) => {
                self.notes.adopted =
                    current::ensure_behind_fence(self.book, *transaction, self.who, self.now)?;
            }
            WriteMode::DryRun(view) => drop(current::compared(self.book, *view)?),
        }
        Ok(())
    }

    /// Makes the rules in hand the ledger's.
    pub(crate) fn take_over_rules(&mut self) -> Result<()> {
        match &mut self.mode {
            WriteMode::Commit(transaction) => current::take_over(self.book, *transaction, self.who, self.now),
            WriteMode::DryRun(_) => Ok(()),
        }
    }

    /// Nothing of what was written is to be kept.
    pub(crate) fn discard(&mut self) {
        self.discarded = true;
    }

    fn begun(&mut self) -> Result<Option<(&mut dyn Transaction, i64)>> {
        let WriteMode::Commit(transaction) = &mut self.mode else { return Ok(None) };
        if let Some(operation) = self.operation {
            return Ok(Some((*transaction, operation)));
        }
        let Input { request_id, digest, personal, .. } = self.command.input;
        let salted = digest.filter(|_| personal).map(Salted::new).transpose()?;
        let operation = transaction.begin_operation(&NewOperation {
            request_id: request_id.filter(|_| self.earlier.is_none()),
            input_digest: salted.as_ref().map(|it| it.digest.as_str()).or(digest),
            salt: salted.as_ref().map(|it| it.salt.as_str()),
            ..self.who.under(
                self.command.name,
                &self.now.to_string(),
                self.bundle.as_deref().unwrap_or(&self.book.digest),
            )
        })?;
        self.operation = Some(operation);
        Ok(Some((*transaction, operation)))
    }

    /// Looks for a clock or a date that cannot be right, while the newest operation is still that
    /// of another command.
    fn check_clock(&mut self) -> Result<()> {
        let Clock::Checked(date) = self.command.clock else { return Ok(()) };
        let (book, now) = (self.book, self.now);
        let behind = clock::behind(book, self.view(), now)?;
        self.notes.clock.extend(behind.into_iter().chain(clock::far_ahead(date, today(book, now))));
        Ok(())
    }

    /// Judges the rules, and looks whether the request was answered before.
    fn open(&mut self) -> Result<()> {
        match (self.command.rules, &mut self.mode) {
            (Rules::InHand, WriteMode::Commit(transaction)) => {
                self.notes.adopted = current::ensure(self.book, *transaction, self.who, self.now)?;
            }
            (Rules::InHand, WriteMode::DryRun(view)) => drop(current::judge(self.book, *view)?),
            (Rules::OfLedger, _) => {
                current::refuse_backup(self.view())?;
                self.bundle = self.view().info()?.bundle;
            }
            (Rules::OfCommand, _) => {}
        }
        let Input { request_id, digest, .. } = self.command.input;
        let Some(id) = request_id else { return Ok(()) };
        self.earlier = self.view().find_request(id)?;
        match &self.earlier {
            None => Ok(()),
            Some(operation) => match (operation.input_digest.as_deref(), operation.salt.as_deref()) {
                (Some(known), Some(salt))
                    if digest.map(|it| Salted::digest(salt, it)).as_deref() == Some(known) =>
                {
                    Ok(())
                }
                (Some(known), None) if Some(known) == digest => Ok(()),
                _ => Err(used_otherwise(id, operation)),
            },
        }
    }

    /// Takes the session apart: its operation, whether to keep it, and what a person should know of
    /// it.
    fn close(self) -> (Option<i64>, bool, Notes) {
        (self.operation, !self.discarded, self.notes)
    }
}

/// A request id that stands for another request.
fn used_otherwise(id: &str, operation: &Operation) -> Error {
    Error::Conflict {
        what: format!(
            "request id {id:?} was used for another request: `{}` at {}",
            operation.command, operation.at
        ),
        code: None,
        hint: Some("repeat the request exactly, or choose a new --request-id".to_owned()),
    }
}

/// The ledger of a registry, for sessions.
pub(crate) struct Ledger<'l> {
    pub(crate) book: &'l RuleBook,
    pub(crate) store: &'l mut dyn Store,
    pub(crate) who: &'l Who,
    pub(crate) now: Timestamp,
    pub(crate) patience: Patience<'l>,
}

impl Registry<'_> {
    /// The rules, and the ledger beside them.
    pub(crate) fn parts(&mut self) -> (&RuleBook, Ledger<'_>) {
        let Self { book, store, who, now, patience, .. } = self;
        (book, Ledger { book, store: store.as_mut(), who, now: *now, patience: *patience })
    }
}

impl Ledger<'_> {
    /// One consistent view of the ledger for `work`; one that reads for `long` gets a copy where it
    /// would hold up those who write.
    pub(crate) fn read<T>(
        &mut self,
        long: bool,
        work: impl FnOnce(&mut dyn Snapshot) -> Result<T>,
    ) -> Result<T> {
        let mut copy = if long { self.store.private_copy()? } else { None };
        let mut view = match &mut copy {
            Some(copy) => copy.read()?,
            None => self.store.read()?,
        };
        work(view.as_mut())
    }

    /// Writes what `work` makes of the ledger; begins again when the connection was lost before
    /// anything was written.
    pub(crate) fn write<T>(
        &mut self,
        command: &Command<'_>,
        mut work: impl FnMut(&mut Session<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        retried(|| self.write_once(command, &mut work))
    }

    /// The same for work that can be done only once.
    pub(crate) fn write_once<T>(
        &mut self,
        command: &Command<'_>,
        work: impl FnOnce(&mut Session<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        let (book, who, now) = (self.book, self.who, self.now);
        if command.dry_run {
            return self.read(command.long, |view| {
                let mut session = Session::new(book, who, now, command, WriteMode::DryRun(view));
                session.open()?;
                let value = work(&mut session)?;
                Ok(Written { value, operation: None, clock: session.notes.clock, adopted: None })
            });
        }
        let mut transaction = begin(self.store, command.intent, command.holder, self.patience)?;
        let mode = WriteMode::Commit(transaction.as_mut());
        let mut session = Session::new(book, who, now, command, mode);
        session.open()?;
        let value = work(&mut session)?;
        let (operation, kept, notes) = session.close();
        if kept && operation.is_some() {
            transaction.commit()?;
            let Notes { clock, adopted } = notes;
            return Ok(Written { value, operation, clock, adopted });
        }
        if kept {
            transaction.confirm()?;
        }
        Ok(Written { value, operation: None, clock: Vec::new(), adopted: None })
    }
}

/// Waits for the ledger and begins to write.
pub(crate) fn begin<'s>(
    store: &'s mut dyn Store,
    intent: Intent,
    holder: &str,
    patience: Patience<'_>,
) -> Result<Box<dyn Transaction + 's>> {
    let holder = format!("{holder} (process {})", std::process::id());
    Ok(store.write(intent, &holder, patience)?)
}

/// Begins again when the connection to the ledger was lost and it is certain that nothing was
/// written.
pub(crate) fn retried<T>(mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 1..store::ATTEMPTS {
        match attempt() {
            Err(Error::Store(store::Error::Unreachable { .. })) => {}
            other => return other,
        }
    }
    attempt()
}
