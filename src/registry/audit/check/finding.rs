//! What a check finds, in words that whoever answers for the ledger understands; many of one kind
//! are counted, not listed.

use std::collections::BTreeMap;

use crate::registry::{Error, Result};
use crate::store::{self, Flaw, FlawKind, LawName, Operation, Snapshot};

/// So many findings of a kind are told; of the others only the number.
const TOLD: u64 = 20;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The operation that was edited or removed, or whose rows are wrong; its columns as they stand
    /// now, where it is there.
    pub operation: Option<(i64, Option<Operation>)>,
    /// The counter, code, customer … concerned.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
    /// What to look at, or what to do.
    pub advice: String,
}

/// What a finding is about. The words are an interface: they are added to, never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Pages or rows that cannot be read, or rows that name rows which are not there.
    Damage,
    /// A table, column, index … that is not as the program made it.
    Schema,
    /// An index that is not in step with its rows.
    Index,
    /// What an operation wrote is no longer what was hashed then.
    Operation,
    /// An operation was taken out of a chain, or put into it.
    Chain,
    /// A customer changed without an operation.
    Customer,
    /// A checkpoint, or what it sealed, is not what it was.
    Checkpoint,
    /// A code is not what its rules print.
    Code,
    /// A code without its customer, or the reverse.
    Carrier,
    /// A reference that no operation gave to its customer, or took away.
    Reference,
    /// A customer who was erased and is not, or the reverse.
    Erasure,
    /// The kept state of a code is not that of its history.
    State,
    /// Something unique stands there twice.
    Duplicate,
    /// The totals of an operation.
    Totals,
    /// A counter below its codes: numbers would be issued again.
    CounterBehind,
    /// A counter above everything that accounts for it.
    CounterAhead,
    /// Numbers that issuing will step over.
    Ahead,
    /// A block of numbers that goes on at another number than it should.
    Lease,
    /// Rules that are missing or were changed.
    Bundle,
    /// An attribute whose name is not listed.
    Attribute,
    /// The kept key of a name is not that of the name: look-ups by name miss its customer.
    NameKey,
    /// The surroundings of the ledger.
    Surroundings(FlawKind),
}

impl FindingKind {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Damage => "damage",
            Self::Schema => "schema",
            Self::Index => "index",
            Self::Operation => "operation",
            Self::Chain => "chain",
            Self::Customer => "customer",
            Self::Checkpoint => "checkpoint",
            Self::Code => "code",
            Self::Carrier => "carrier",
            Self::Reference => "reference",
            Self::Erasure => "erasure",
            Self::State => "state",
            Self::Duplicate => "duplicate",
            Self::Totals => "totals",
            Self::CounterBehind => "counter-behind",
            Self::CounterAhead => "counter-ahead",
            Self::Ahead => "numbers-ahead",
            Self::Lease => "lease",
            Self::Bundle => "bundle",
            Self::Attribute => "attribute",
            Self::NameKey => "name-key",
            Self::Surroundings(FlawKind::Permissions) => "permissions",
            Self::Surroundings(FlawKind::Names) => "hard-link",
            Self::Surroundings(FlawKind::Network) => "network",
            Self::Surroundings(FlawKind::Durability) => "durability",
            Self::Surroundings(FlawKind::Leftover) => "leftover",
        }
    }

    /// What to look at or to do, where the finding itself says nothing else.
    fn advice(self) -> &'static str {
        match self {
            Self::Damage => {
                "issue nothing more; keep the file as it is and restore the last backup that is clean"
            }
            Self::Schema => {
                "find out who changed it; store backup, then store restore to a new place makes every table and index anew"
            }
            Self::Index | Self::State | Self::CounterBehind | Self::Ahead | Self::NameKey => {
                "custcode store repair"
            }
            Self::Operation => {
                "compare its customers, codes and gaps with a backup from after it, and ask who has had write access since"
            }
            Self::Chain => {
                "compare with the last clean backup which operations it has there, and ask who has had write access since"
            }
            Self::Customer => {
                "compare the customer with custcode show and the last clean backup; put it right with custcode edit"
            }
            Self::Checkpoint => "compare with the last clean backup; trust nothing that is not in it",
            Self::Code | Self::Carrier | Self::Duplicate => {
                "compare the code and its customer with the last clean backup"
            }
            Self::Reference | Self::Erasure => "compare the customer with the last clean backup",
            Self::Totals => "compare the operation with the last clean backup",
            Self::CounterAhead => {
                "compare the counter with the last clean backup; the numbers between were never given"
            }
            Self::Lease => {
                "compare the block with the last clean backup; its next numbers may be on paper already"
            }
            Self::Bundle => "restore the last backup that is clean; the codes are read with these rules",
            Self::Attribute => {
                "compare the names of attributes with the last clean backup; an export leaves this one out"
            }
            Self::Surroundings(_) => "",
        }
    }
}

impl From<LawName> for FindingKind {
    fn from(law: LawName) -> Self {
        match law {
            LawName::Carrier => Self::Carrier,
            LawName::Reference => Self::Reference,
            LawName::Erasure => Self::Erasure,
            LawName::State => Self::State,
            LawName::Duplicate => Self::Duplicate,
            LawName::Totals => Self::Totals,
            LawName::CounterBehind => Self::CounterBehind,
            LawName::CounterAhead => Self::CounterAhead,
            LawName::Ahead => Self::Ahead,
            LawName::Lease => Self::Lease,
            LawName::Bundle => Self::Bundle,
        }
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    told: Vec<Finding>,
    counts: BTreeMap<FindingKind, u64>,
}

impl Findings {
    /// Adds one; `operation` 0 is none.
    pub(super) fn add(
        &mut self,
        kind: FindingKind,
        operation: impl Into<Option<i64>>,
        subject: impl Into<String>,
        what: impl Into<String>,
    ) {
        let finding = Finding {
            kind,
            operation: operation.into().map(|id| (id, None)),
            subject: subject.into(),
            what: what.into(),
            advice: kind.advice().to_owned(),
        };
        self.push(finding);
    }

    /// Adds a flaw of the ledger's surroundings.
    pub(super) fn flaw(&mut self, location: &str, flaw: Flaw) {
        let kind = FindingKind::Surroundings(flaw.kind);
        self.push(Finding {
            kind,
            operation: None,
            subject: location.to_owned(),
            what: flaw.what,
            advice: flaw.advice,
        });
    }

    fn push(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.kind).or_default();
        *count += 1;
        if *count <= TOLD {
            self.told.push(finding);
        }
    }

    /// How many there are of a kind.
    pub(super) fn count(&self, kind: FindingKind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// What a part of the check comes to, and whether another can follow. That damage kept it from
    /// reading on is a finding, too; that it could not look is none, and nothing can be said of the
    /// ledger then, unless damage was found before.
    pub(super) fn survive(&mut self, part: &'static str, outcome: store::Result<()>) -> Result<bool> {
        let damaged = self.count(FindingKind::Damage) + self.count(FindingKind::Schema) > 0;
        match outcome {
            Ok(()) => Ok(true),
            Err(store::Error::Unusable { reason, .. }) => {
                self.add(FindingKind::Damage, None, part, reason);
                Ok(true)
            }
            Err(source @ store::Error::Engine { .. }) if damaged => {
                self.add(FindingKind::Damage, None, part, format!("it could not be looked at: {source}"));
                Ok(false)
            }
            Err(store::Error::Interrupted) => Err(store::Error::Interrupted.into()),
            Err(source) => Err(Error::Unchecked { part, source }),
        }
    }

    /// Everything, by kind: the findings that are told, each with its operation, and how many there
    /// are of each kind.
    pub(super) fn finish(mut self, view: &mut dyn Snapshot) -> (Vec<Finding>, Vec<(FindingKind, u64)>) {
        self.told.sort_by_key(|finding| finding.kind);
        for finding in &mut self.told {
            if let Some((id, operation)) = &mut finding.operation {
                // In a damaged ledger the operation itself may be unreadable; then its number has
                // to do.
                *operation = view.operation(*id).ok().flatten();
            }
        }
        (self.told, self.counts.into_iter().collect())
    }
}
