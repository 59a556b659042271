//! Why something was not done. The exit code and the hint of each kind are decided in `cli::error`.

use jiff::civil::Date;

use crate::registry::customer::likely::LikelyCustomer;
use crate::registry::import::Unclear;
use crate::registry::scope;
use crate::rule::bundle::BundleError;
use crate::rule::{Diagnostics, SelectError, UnfitValues};
use crate::{store, table};

/// A refusal or a failure of the registry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The rule file is wrong.
    #[error(transparent)]
    Rules(#[from] Diagnostics),
    /// A numbering mask of another system that cannot be carried over; the file of the findings is
    /// the mask.
    #[error("nothing was printed: {}", not_carried(system, findings))]
    Mask {
        /// Whose mask it is.
        system: &'static str,
        /// Every part that cannot be carried over.
        findings: Diagnostics,
    },
    /// Where a rule file is looked for, something is that cannot be looked at or is no file.
    #[error("{} cannot be used as the rule file: {reason}", path.display())]
    RulesUnseen {
        /// The name.
        path: std::path::PathBuf,
        /// Why.
        reason: String,
    },
    /// A rule file was found by search that somebody else put there.
    #[error("{} was found by search and belongs to {owner}, so it is not obeyed", path.display())]
    Untrusted {
        /// The file.
        path: std::path::PathBuf,
        /// Whose it is.
        owner: String,
    },
    /// A ledger lies without its rules where they were looked for.
    #[error("{} lies here without its rules.toml, and {instead} would issue into another ledger", ledger.display())]
    Orphan {
        /// The ledger.
        ledger: std::path::PathBuf,
        /// Which rules would be used.
        instead: String,
    },
    /// The built-in rules would begin a ledger of their own though the user has rule files.
    #[error(
        "no rules.toml was found from here, and the built-in rules would begin a ledger of their own; rule files of yours: {}",
        paths(files)
    )]
    RulesElsewhere {
        /// The rule files.
        files: Vec<std::path::PathBuf>,
    },
    /// The rule file cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A question of the check came to nothing, for a reason that says nothing of the ledger: for
    /// want of space, time or a privilege.
    #[error("{part} could not be checked: {source}")]
    Unchecked {
        /// What of the ledger.
        part: &'static str,
        /// Why.
        #[source]
        source: store::Error,
    },
    /// An input file is unreadable or malformed.
    #[error(transparent)]
    Table(#[from] table::ReadError),
    /// The columns of an input file are not understood.
    #[error(transparent)]
    Columns(#[from] Unclear),
    /// A file could not be written.
    #[error("could not write {path}: {source}")]
    Output {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is there that was not to be replaced.
    #[error("{path} is there already, and nothing is written over it")]
    OutputExists {
        /// The file.
        path: String,
    },
    /// An import is in the ledger, but the file with its codes could not be written.
    #[error("the codes are in the ledger, but {path} could not be written: {source}")]
    Unpublished {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file could not be read.
    #[error("could not read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A temporary file failed.
    #[error("could not use a temporary file in {}: {source}", folder.display())]
    Temporary {
        /// The folder.
        folder: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No rule, or no such rule.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A printed field has no value.
    #[error("{}", unfit(rule, source))]
    Unfit {
        /// The rule.
        rule: String,
        /// Which field.
        #[source]
        source: UnfitValues,
    },
    /// No field of this name is declared.
    #[error("no field {name:?} is declared in the rule file")]
    UnknownField {
        /// As given.
        name: String,
        /// The nearest.
        suggestion: Option<String>,
        /// All fields.
        fields: Vec<String>,
    },
    /// Not a value of the field.
    #[error("{field}: unknown value {input:?}; expected {expected}")]
    UnknownValue {
        /// The field.
        field: String,
        /// As given.
        input: String,
        /// What is expected.
        expected: String,
        /// The nearest.
        suggestion: Option<String>,
    },
    /// Arguments that do not go together, a bad date and the like.
    #[error("{message}")]
    Usage {
        /// What.
        message: String,
        /// What to type.
        hint: Option<String>,
    },
    /// The rule file asks for a ledger that is not there.
    #[error("there is no ledger at {location}")]
    LedgerMissing {
        /// Where.
        location: String,
    },
    /// The ledger to be copied is not there.
    #[error("there is no ledger at {location} that could be copied")]
    NothingToCopy {
        /// Where it was looked for.
        location: String,
    },
    /// Every number of a scope is used.
    #[error("rule {rule} has {}{}: {limit} is the last", numbers_left(*left), scope::within(scope))]
    Exhausted {
        /// The rule.
        rule: String,
        /// The scope.
        scope: String,
        /// Its last number.
        limit: u64,
        /// Numbers that are left; fewer than were asked for.
        left: u64,
        /// Printed characters of a wider number; none where no ledger could hold one.
        wider: Option<usize>,
        /// The record date from which on there are more, where that is planned.
        widens: Option<Date>,
    },
    /// A rule without a sequence: the combination has its customer.
    #[error(
        "code {code} is taken by {holder}; rule {rule} has no sequence and gives one code for each combination"
    )]
    Taken {
        /// The code.
        code: String,
        /// The rule.
        rule: String,
        /// The customer that has it.
        holder: String,
    },
    /// The combination has no valid check digit, so no code.
    #[error("rule {rule} cannot print a code for these values: {reason}")]
    NoCode {
        /// The rule.
        rule: String,
        /// Why.
        reason: String,
    },
    /// A reference, request id or code is known with other content.
    #[error("{what}")]
    Conflict {
        /// What meets what.
        what: String,
        /// The code that is there.
        code: Option<String>,
        /// What to do.
        hint: Option<String>,
    },
    /// The code was cancelled, or that of the customer.
    #[error("{message}")]
    Void {
        /// Which code, whose, since when, by whom and why.
        message: String,
        /// The code.
        code: String,
        /// How to free the reference, where there is one.
        hint: Option<String>,
    },
    /// Somebody who is known may be meant.
    #[error("{message}")]
    LikelyCustomer {
        /// What is known, and what is asked.
        message: String,
        /// There is one candidate.
        only: bool,
        /// Who may be meant.
        candidates: Vec<LikelyCustomer>,
    },
    /// What was typed may mean several customers.
    #[error("{message}")]
    Several {
        /// What was typed, and whom it may mean.
        message: String,
        /// Who may be meant.
        candidates: Vec<LikelyCustomer>,
        /// How to say which one.
        hint: String,
    },
    /// The reference was taken away from its customer once.
    #[error("{message}")]
    DroppedReference {
        /// From whom, when, by whom and why.
        message: String,
        /// The code of the customer that had it.
        code: String,
    },
    /// The customer was erased.
    #[error("{message}")]
    Erased {
        /// Who, when, by whom and why.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A code from outside that no rule reads.
    #[error("{code} is no code of these rules: {reason}")]
    InvalidCode {
        /// As given.
        code: String,
        /// Segment, position, found, expected.
        reason: String,
        /// What to type.
        hint: Option<String>,
    },
    /// A brought number would waste or use up most of a scope.
    #[error("{code}: {reason}")]
    Jump {
        /// The code.
        code: String,
        /// What would happen.
        reason: String,
    },
    /// The code is not in the ledger.
    #[error("{} is not in the ledger", named(code))]
    NotFound {
        /// As given.
        code: String,
        /// Why it is no code either, when it is none.
        reason: Option<String>,
    },
    /// The rule file is older than the ledger's, or is the built-in one on a ledger with rules of
    /// its own.
    #[error("{reason}")]
    StaleRules {
        /// Which, adopted when.
        reason: String,
    },
    /// A changed rule file under which codes of the ledger would read otherwise.
    #[error("the changed rule file would break {broken} of {total} codes in the ledger")]
    BreakingRules {
        /// How many would.
        broken: u64,
        /// Of how many.
        total: u64,
        /// Some, with the reason.
        examples: Vec<String>,
    },
    /// Rules to be adopted touch another number of codes than the person agreed to.
    #[error("these rules would break {broken} of {total} codes in the ledger, not {asked}")]
    OtherBreaks {
        /// The number agreed to.
        asked: u64,
        /// How many it would be.
        broken: u64,
        /// Of how many.
        total: u64,
    },
    /// The ledger refuses to issue.
    #[error("the ledger does not issue: {reason}")]
    Fenced {
        /// Why.
        reason: String,
    },
    /// The ledger is not whole: a copy that did not come to its end.
    #[error("the ledger is an unfinished copy of {of} and not fit for use")]
    Unfinished {
        /// The ledger that it is copied from.
        of: String,
    },
    /// Something is at the place where a ledger is to be made.
    #[error("{location} is {reason}; nothing is written over it")]
    Occupied {
        /// The place.
        location: String,
        /// What is there.
        reason: String,
    },
    /// A file is no backup that could be restored.
    #[error("{path} cannot be restored: {reason}")]
    NotABackup {
        /// The file.
        path: String,
        /// What it is.
        reason: String,
        /// The way on.
        hint: Option<String>,
    },
    /// A copy is not like its source.
    #[error("the copy differs from the ledger in {what}")]
    Differs {
        /// Tables and the like.
        what: String,
    },
    /// A ledger that does not pass its own check.
    #[error("{location} does not pass its check: {first}{}", further(*findings))]
    Unsound {
        /// The ledger.
        location: String,
        /// How many findings.
        findings: u64,
        /// The first.
        first: String,
    },
    /// A file whose references or codes mean other customers than in the ledger.
    #[error(
        "this looks like another list with the same numbers: {contradicting} of {met} customers whose reference or \
         code is known have another name, first {first}"
    )]
    AnotherList {
        /// Rows whose name is another.
        contradicting: u64,
        /// Rows whose reference or code is known.
        met: u64,
        /// The first of them.
        first: String,
    },
    /// What is asked for needs a yes, and nobody is there to give it.
    #[error("{question}")]
    Unconfirmed {
        /// What would be done.
        question: String,
    },
    /// A date outside what a code or the ledger can hold.
    #[error("{date} is no record date: {reason}")]
    BadDate {
        /// As given.
        date: Date,
        /// Why.
        reason: String,
    },
}

/// Why a rule cannot print the values; some reasons name the rule themselves.
fn not_carried(system: &str, findings: &Diagnostics) -> String {
    match findings.list.len() {
        1 => format!("a part of the {system} mask cannot be carried over"),
        parts => format!("{parts} parts of the {system} mask cannot be carried over"),
    }
}

fn unfit(rule: &str, reason: &UnfitValues) -> String {
    match reason {
        UnfitValues::Elsewhere { .. } => reason.to_string(),
        _ => format!("rule {rule}: {reason}"),
    }
}

/// Findings besides the first, in words.
fn further(findings: u64) -> String {
    if findings > 1 { format!(" (and {} more)", findings - 1) } else { String::new() }
}

/// A code as a sentence can name it.
fn named(code: &str) -> &str {
    if code.trim().is_empty() { "a code without any character" } else { code }
}

/// How many numbers are left, in words.
fn numbers_left(count: u64) -> String {
    match count {
        0 => "no number left".to_owned(),
        1 => "only 1 number left".to_owned(),
        count => format!("only {count} numbers left"),
    }
}

/// Paths in a row.
pub(super) fn paths(paths: &[std::path::PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// A name that could not be looked at.
    pub(crate) fn unseen(path: &std::path::Path, source: &std::io::Error) -> Self {
        Self::RulesUnseen { path: path.to_owned(), reason: source.to_string() }
    }

    /// A usage error with a hint.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<Option<String>>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }
}
