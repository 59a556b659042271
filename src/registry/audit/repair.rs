//! Putting right what can be derived from what is whole: counters, kept states, numbers ahead, keys
//! of names, indexes, permissions. Nothing else is ever touched, and nothing at all in a ledger
//! that is damaged.

use super::check::{CheckReport, CheckRequest, Finding, FindingKind};
use crate::code::normalize::canonical;
use crate::registry::customer::names;
use crate::registry::rules::current::refuse_backup;
use crate::registry::session::{Command, Rules};
use crate::registry::{Registry, Result, scope};
use crate::store::{self, Compaction, Counter, FlawKind, LAWS, LawName, Snapshot};

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// A counter below numbers that were spent moves up.
    Counter {
        /// Row id.
        id: i64,
        /// Rule and scope.
        name: String,
        /// Where it stands.
        from: Option<u64>,
        /// Where it will stand.
        to: u64,
    },
    /// The numbers in use above a counter are counted anew.
    Ahead {
        /// Row id.
        id: i64,
        /// Rule and scope.
        name: String,
    },
    /// The kept state of a code becomes that of its history.
    State {
        /// Row id.
        id: i64,
        /// The code.
        code: String,
    },
    /// The kept key of a customer's name becomes that of the name.
    NameKey {
        /// Row id of the customer.
        customer: i64,
        /// The key; none where there is no name to compare.
        key: Option<i64>,
    },
    /// All indexes are built anew.
    Indexes,
    /// The file is taken away from other users.
    Surroundings,
    /// The ledger is written anew after an erasure.
    Rewrite {
        /// When somebody was erased, RFC 3339.
        since: String,
    },
}

impl Repair {
    /// The word for programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Counter { .. } => "counter",
            Self::Ahead { .. } => "numbers-ahead",
            Self::State { .. } => "state",
            Self::NameKey { .. } => "name-key",
            Self::Indexes => "indexes",
            Self::Surroundings => "permissions",
            Self::Rewrite { .. } => "erasure-unfinished",
        }
    }
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Counter { name, from, to, .. } => {
                let from = from.map_or("nothing".to_owned(), |from| from.to_string());
                write!(f, "counter {name}: move it up from {from} to {to}")
            }
            Self::Ahead { name, .. } => write!(f, "counter {name}: count the numbers in use above it anew"),
            Self::State { code, .. } => write!(f, "{code}: set its state to the one of its history"),
            Self::NameKey { customer, .. } => {
                write!(f, "customer {customer}: set the kept key to that of its name")
            }
            Self::Indexes => f.write_str("build the indexes anew"),
            Self::Surroundings => f.write_str("take the file away from other users"),
            Self::Rewrite { since } => {
                write!(f, "write the ledger anew, as the erasure of {since} could not")
            }
        }
    }
}

/// What a repair came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// What was found.
    pub report: CheckReport,
    /// What is put right, in this order.
    pub repairs: Vec<Repair>,
    /// What has to be put right by other means.
    pub left: Vec<Finding>,
    /// Whether it was done.
    pub done: bool,
}

impl Registry<'_> {
    /// Checks the ledger and says what a repair would do; does that with `act`, unless the ledger
    /// is damaged.
    pub fn repair(&mut self, act: bool) -> Result<Repaired> {
        let report = self.check(&CheckRequest::default())?;
        let left: Vec<Finding> =
            report.findings.iter().filter(|finding| !mendable(finding.kind)).cloned().collect();
        let damaged = left.iter().any(|finding| finding.kind == FindingKind::Damage);
        let repairs = if damaged { Vec::new() } else { self.plan(&report)? };
        let done = act && !repairs.is_empty();
        if done {
            self.mend(&repairs)?;
        }
        Ok(Repaired { report, repairs, left, done })
    }

    fn plan(&mut self, report: &CheckReport) -> Result<Vec<Repair>> {
        let has = |kind| report.counts.iter().any(|(found, _)| *found == kind);
        let mut repairs = Vec::new();
        if self.store.surroundings()?.iter().any(|flaw| flaw.mendable) {
            repairs.push(Repair::Surroundings);
        }
        if has(FindingKind::Index) {
            // Look-ups may lie until the indexes are whole; what else is wrong shows at the next
            // check.
            repairs.push(Repair::Indexes);
            return Ok(repairs);
        }
        repairs.extend(self.unfinished_erasure()?.map(|since| Repair::Rewrite { since }));
        self.parts().1.read(false, |view| {
            if has(FindingKind::CounterBehind) || has(FindingKind::Ahead) {
                counters(view, &mut repairs)?;
            }
            if has(FindingKind::State) {
                states(view, &mut repairs)?;
            }
            if has(FindingKind::NameKey) {
                view.scan_name_keys(&mut |kept| {
                    let key = kept.name.and_then(names::key);
                    let repair = Repair::NameKey { customer: kept.customer, key };
                    repairs.extend((key != kept.key).then_some(repair));
                    Ok(())
                })?;
            }
            Ok(repairs)
        })
    }

    fn mend(&mut self, repairs: &[Repair]) -> Result<()> {
        refuse_backup(self.store.read()?.as_mut())?;
        if repairs.contains(&Repair::Surroundings) {
            self.store.mend_surroundings()?;
        }
        let command = Command { rules: Rules::OfLedger, ..Command::new("repair") };
        self.parts().1.write(&command, |session| {
            if !session.has_rules() {
                // Nothing was ever written to the ledger, so that there is nothing to put right
                // inside.
                return Ok(());
            }
            if repairs.iter().all(|repair| matches!(repair, Repair::Rewrite { .. })) {
                return Ok(());
            }
            let Some((transaction, _)) = session.writing()? else { return Ok(()) };
            for repair in repairs {
                match repair {
                    Repair::Surroundings | Repair::Rewrite { .. } => {}
                    Repair::Indexes => transaction.rebuild_indexes()?,
                    Repair::Counter { id, to, .. } => {
                        transaction.advance(*id, *to)?;
                        transaction.recount_ahead(*id)?;
                    }
                    Repair::Ahead { id, .. } => transaction.recount_ahead(*id)?,
                    Repair::State { id, .. } => transaction.restate(*id)?,
                    Repair::NameKey { customer, key } => transaction.set_name_key(*customer, *key)?,
                }
            }
            Ok(())
        })?;
        match self.compact()? {
            Compaction::Done => Ok(()),
            Compaction::Refused { reason, commands } => Err(store::Error::Refused {
                location: self.store.location().to_owned(),
                reason: format!("the tables could not be written anew: {reason}"),
                hint: commands.join(" "),
            }
            .into()),
        }
    }
}

/// Whether repairing is all there is to do about it.
fn mendable(kind: FindingKind) -> bool {
    matches!(
        kind,
        FindingKind::Index
            | FindingKind::State
            | FindingKind::CounterBehind
            | FindingKind::Ahead
            | FindingKind::NameKey
            | FindingKind::Surroundings(FlawKind::Permissions)
    )
}

/// Counters below numbers that were spent, and those whose numbers ahead are not those of their
/// codes.
fn counters(view: &mut dyn Snapshot, repairs: &mut Vec<Repair>) -> Result<()> {
    let spent = view.highest_spent()?;
    for (rule, scope, Counter { id, last, highest }) in view.counters()? {
        let ahead = view.numbers_ahead(id)?;
        let mut used = Vec::new();
        view.scan_counter(id, &mut |code| {
            if let Some(number) = code.number.filter(|number| last.is_none_or(|last| *number > last)) {
                used.push(number);
            }
            Ok(())
        })?;
        let name = scope::named(&rule, &scope);
        // Up to the highest that was spent: a number between may be on paper already.
        if let Some(to) = spent.get(&id).copied().filter(|to| last.is_none_or(|last| last < *to)) {
            repairs.push(Repair::Counter { id, name, from: last, to });
        } else if used != ahead || used.last().copied() != highest {
            repairs.push(Repair::Ahead { id, name });
        }
    }
    Ok(())
}

/// Codes whose kept state is not that of their history.
fn states(view: &mut dyn Snapshot, repairs: &mut Vec<Repair>) -> Result<()> {
    let mut codes = Vec::new();
    for law in LAWS.iter().filter(|law| law.name == LawName::State) {
        view.breaches(law, &mut |breach| {
            codes.push(canonical(breach.subject).into_owned());
            Ok(())
        })?;
    }
    let keys: Vec<&str> = codes.iter().map(String::as_str).collect();
    let rows = view.find_codes(&keys)?;
    repairs.extend(
        rows.into_iter().flatten().map(|row| Repair::State { id: row.id, code: row.text().to_owned() }),
    );
    Ok(())
}
