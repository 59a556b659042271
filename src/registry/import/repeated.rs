//! Rows of one file that share a code, a reference or a name: the same customer twice, or a contradiction.

use std::collections::{BTreeMap, HashMap};

use super::decision::Decision;
use super::rejects::Rejects;
use super::row::Row;
use super::{ImportRequest, Listener};
use crate::code::normalize;
use crate::registry::Result;

/// A row that may repeat another, with what is compared.
pub(super) struct Candidate {
    row: u64,
    line: u64,
    code: Option<String>,
    written: Option<String>,
    brought: bool,
    reference: Option<String>,
    name: Option<String>,
    namesake: String,
    decision: Decision,
}

impl Candidate {
    pub(super) fn new(row: &Row<'_>, namesake: &str, decision: Decision) -> Self {
        Self {
            row: row.row,
            line: row.line,
            code: row.code.map(|code| normalize::canonical(code).into_owned()),
            written: row.code.map(str::to_owned),
            brought: row.brought,
            reference: row.reference.map(str::to_owned),
            name: row.name.map(|name| normalize::folded(name).into_owned()),
            namesake: namesake.to_owned(),
            decision,
        }
    }

    /// The keys under which it could be another row.
    fn keys(&self) -> Vec<String> {
        let code = self.code.as_ref().map(|code| format!("c{code}"));
        let reference = self.reference.as_ref().map(|reference| format!("r{reference}"));
        let namesake = match (&self.code, &self.reference, &self.name) {
            (None, None, Some(name)) => Some(format!("n{name}\u{1f}{}", self.namesake)),
            _ => None,
        };
        code.into_iter().chain(reference).chain(namesake).collect()
    }

    fn words(&self) -> String {
        let who = self.reference.as_ref().or(self.name.as_ref());
        who.map_or_else(|| "a customer without a name".to_owned(), |who| format!("{who:?}"))
    }
}

/// What became of the candidates.
pub(super) struct Resolved {
    pub(super) overrides: BTreeMap<u64, Decision>,
    pub(super) codes: HashMap<u64, String>,
}

/// Decides for every candidate which the ledger did not know: the first row of a customer stands, coded rows before others; the rest are the
/// same customer, or refused.
pub(super) fn resolve(
    request: &ImportRequest<'_>,
    candidates: &[Candidate],
    rejects: &mut Rejects,
    listener: &mut dyn Listener,
) -> Result<Resolved> {
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    order.sort_by_key(|candidate| (candidate.code.is_none(), candidate.row));
    let mut first: HashMap<String, &Candidate> = HashMap::new();
    let mut resolved = Resolved { overrides: BTreeMap::new(), codes: HashMap::new() };
    let mut refused: BTreeMap<u64, (u64, String)> = BTreeMap::new();
    for candidate in order {
        if candidate.decision == Decision::Rejected {
            continue;
        }
        if let Decision::Known(code) = &candidate.decision {
            resolved.codes.insert(candidate.row, code.clone());
        }
        let keys = candidate.keys();
        let earlier = keys.iter().find_map(|key| Some((key, *first.get(key)?)));
        match earlier {
            Some((key, other)) if candidate.decision == Decision::New => match meet(key, candidate, other) {
                Meeting::Other(reason) => {
                    refused.insert(candidate.row, (candidate.line, reason));
                    continue;
                }
                Meeting::Same if key.starts_with('n') && request.allow_same => {}
                Meeting::Same => {
                    if key.starts_with('n') {
                        listener.note(&format!(
                            "{}:{} (row {}): skipped: {} stands already in row {} (number it all the same: --allow-same)",
                            request.source.name,
                            candidate.line,
                            candidate.row,
                            candidate.words(),
                            other.row
                        ));
                    }
                    let original = match resolved.overrides.get(&other.row) {
                        Some(Decision::Same(row)) => *row,
                        _ => other.row,
                    };
                    resolved.overrides.insert(candidate.row, Decision::Same(original));
                }
            },
            None | Some(_) => {}
        }
        for key in keys {
            first.entry(key).or_insert(candidate);
        }
    }
    for (row, (line, reason)) in refused {
        rejects.push(row, line, &reason)?;
        resolved.overrides.insert(row, Decision::Rejected);
    }
    Ok(resolved)
}

/// Whether two rows that share a key are one customer.
enum Meeting {
    Same,
    Other(String),
}

fn meet(key: &str, candidate: &Candidate, other: &Candidate) -> Meeting {
    if key.starts_with('r') {
        return match (&candidate.code, &other.code) {
            (Some(a), Some(b)) if a != b => Meeting::Other(format!(
                "reference {} has code {} in row {}; this row brings {}",
                candidate.words(),
                other.written.as_deref().unwrap_or_default(),
                other.row,
                candidate.written.as_deref().unwrap_or_default()
            )),
            _ if !candidate.brought && !other.brought && candidate.namesake != other.namesake => {
                Meeting::Other(format!(
                    "reference {} stands in row {} with other fields, which would give it another code",
                    candidate.words(),
                    other.row
                ))
            }
            _ => Meeting::Same,
        };
    }
    if key.starts_with('n') {
        return Meeting::Same;
    }
    let same = match (&candidate.reference, &other.reference) {
        (Some(a), Some(b)) => a == b,
        _ => candidate.name.is_none() || candidate.name == other.name,
    };
    if same {
        return Meeting::Same;
    }
    Meeting::Other(format!(
        "code {} stands in row {} for {}; this row is {}",
        candidate.written.as_deref().unwrap_or_default(),
        other.row,
        other.words(),
        candidate.words()
    ))
}
