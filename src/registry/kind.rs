//! The stable kind of every error: the one table of them.

use super::Error;
use crate::rule::bundle::BundleError;
use crate::rule::{SelectError, UnfitValues};
use crate::{store, table};

impl Error {
    /// The kind of this error, such as `exhausted` or `busy`, for programs that act on it: the
    /// `error.kind` in the JSON of the command line. Kinds are added, never renamed.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rules(_) => "rules",
            Self::Mask { .. } => "mask",
            Self::Bundle(error) => bundle(error),
            Self::RulesUnseen { .. } => "rules-unseen",
            Self::Untrusted { .. } => "untrusted-rules",
            Self::Orphan { .. } => "rules-missing",
            Self::RulesElsewhere { .. } => "rules-elsewhere",
            Self::Store(error) | Self::Unchecked { source: error, .. } => stored(error),
            Self::Table(table::ReadError::Io { .. }) | Self::Unreadable { .. } => "file-unreadable",
            Self::Table(table::ReadError::Malformed { .. } | table::ReadError::Workbook { .. }) => {
                "file-malformed"
            }
            Self::Table(table::ReadError::AmbiguousEncoding { .. }) => "ambiguous-encoding",
            Self::Table(table::ReadError::AmbiguousDelimiter { .. }) => "ambiguous-delimiter",
            Self::Table(table::ReadError::Sheets { wanted: None, .. }) => "ambiguous-sheet",
            Self::Table(table::ReadError::Sheets { .. }) => "unknown-sheet",
            Self::Table(table::ReadError::Merged { .. }) => "merged-cells",
            Self::Columns(unclear) => unclear.kind,
            Self::Output { .. } => "output",
            Self::OutputExists { .. } => "output-exists",
            Self::Unpublished { .. } => "unpublished",
            Self::Temporary { .. } => "temporary",
            Self::Select(error) => select(error),
            Self::Unfit { source, .. } => unfit(source),
            Self::UnknownField { .. } => "unknown-field",
            Self::UnknownValue { .. } => "unknown-value",
            Self::Usage { .. } => "usage",
            Self::LedgerMissing { .. } | Self::NothingToCopy { .. } => "ledger-missing",
            Self::Exhausted { .. } => "exhausted",
            Self::Taken { .. } => "taken",
            Self::NoCode { .. } => "no-code",
            Self::Conflict { .. } => "conflict",
            Self::Void { .. } => "void",
            Self::DroppedReference { .. } => "dropped-reference",
            Self::LikelyCustomer { .. } => "likely-customer",
            Self::Several { .. } => "several-customers",
            Self::Erased { .. } => "erased",
            Self::InvalidCode { .. } => "invalid-code",
            Self::Jump { .. } => "jump",
            Self::NotFound { .. } => "not-found",
            Self::StaleRules { .. } => "stale-rules",
            Self::BreakingRules { .. } => "breaking-rules",
            Self::OtherBreaks { .. } => "other-breaks",
            Self::Fenced { .. } => "fenced",
            Self::Unfinished { .. } => "unfinished-copy",
            Self::Occupied { .. } => "occupied",
            Self::NotABackup { .. } => "not-a-backup",
            Self::Differs { .. } => "copy-differs",
            Self::Unsound { .. } => "unsound",
            Self::AnotherList { .. } => "another-list",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::BadDate { .. } => "bad-date",
        }
    }
}

fn bundle(error: &BundleError) -> &'static str {
    match error {
        BundleError::Read { .. } => "rules-unreadable",
        BundleError::Unfit { .. } => "rules-unfit",
        BundleError::Decode(_) => "store-unusable",
    }
}

fn stored(error: &store::Error) -> &'static str {
    use store::Error as E;
    match error {
        E::Missing { .. } => "ledger-missing",
        E::Exists { .. } => "ledger-exists",
        E::Unusable { .. } => "store-unusable",
        E::Old { .. } => "old-ledger",
        E::ReadOnly { .. } => "store-read-only",
        E::Busy { .. } => "busy",
        E::Conflict { .. } => "conflict",
        E::Full { .. } => "disk-full",
        E::Unreachable { .. } => "store-unreachable",
        E::Uncertain { .. } => "outcome-unknown",
        E::Refused { .. } => "store-refused",
        E::Address { .. } => "store-address",
        E::Interrupted => "interrupted",
        E::Engine { .. } => "store",
    }
}

fn select(error: &SelectError) -> &'static str {
    match error {
        SelectError::Unknown { .. } => "unknown-rule",
        SelectError::NotInForce { .. } => "rule-not-in-force",
        SelectError::None { .. } => "no-rule",
    }
}

fn unfit(error: &UnfitValues) -> &'static str {
    match error {
        UnfitValues::Missing { .. } => "missing-value",
        UnfitValues::Underivable { .. } => "underivable",
        UnfitValues::Elsewhere { .. } => "rule-elsewhere",
        UnfitValues::Outdated(_) => "outdated-value",
        UnfitValues::NoAttribute { .. } => "no-attribute",
    }
}
