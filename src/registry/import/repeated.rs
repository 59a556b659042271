//! Rows of one file that share a code, a reference or a name: the same customer twice, or a contradiction.

use std::collections::{BTreeMap, HashMap};

use super::decision::Decision;
use super::rejects::Rejects;
use super::row::Row;
use super::{ImportRequest, Listener};
use crate::code::normalize;
use crate::registry::{self, known};

/// A row that may repeat another, with what is compared.
pub(super) struct Candidate {
    row: u64,
    line: u64,
    code: Option<String>,
    written: Option<String>,
    brought: bool,
    reference: Option<String>,
    name: Option<String>,
    /// The name as names are compared.
    folded: Option<String>,
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
            name: row.name.map(str::to_owned),
            folded: row.name.map(|name| normalize::folded(name).into_owned()),
            namesake: namesake.to_owned(),
            decision,
        }
    }

    /// The keys under which it could be another row.
    fn keys(&self) -> Vec<String> {
        let code = self.code.as_ref().map(|code| format!("c{code}"));
        let reference = self.reference.as_ref().map(|reference| format!("r{reference}"));
        let namesake = self.folded.as_ref().map(|name| format!("n{name}\u{1f}{}", self.namesake));
        code.into_iter().chain(reference).chain(namesake).collect()
    }

    /// Whether it can only be told from others by its name.
    fn has_no_key(&self) -> bool {
        self.code.is_none() && self.reference.is_none()
    }

    fn words(&self) -> String {
        known::who(self.reference.as_deref(), self.name.as_deref())
    }
}

/// What became of the candidates.
pub(super) struct Resolved {
    pub(super) overrides: BTreeMap<u64, Decision>,
    pub(super) codes: HashMap<u64, String>,
}

/// Decides for every candidate: the first row of a customer stands, coded rows before others and, among each, those with a reference; the rest are the same customer, or refused.
pub(super) fn resolve(
    request: &ImportRequest<'_>,
    candidates: &[Candidate],
    rejects: &mut Rejects,
    listener: &mut dyn Listener,
) -> registry::Result<Resolved> {
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    order.sort_by_key(|candidate| (candidate.code.is_none(), candidate.reference.is_none(), candidate.row));
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
        // A name is no key where there is a better one.
        let asked = keys.iter().filter(|key| candidate.has_no_key() || !key.starts_with('n'));
        let earlier: Vec<_> = asked.filter_map(|key| Some((key, *first.get(key)?))).collect();
        // Known or new: a file that contradicts itself is refused the second time as the first.
        if let Some(reason) = earlier.iter().find_map(|(key, other)| meet(key, candidate, other).err()) {
            refused.insert(candidate.row, (candidate.line, reason));
            continue;
        }
        if let (Some((key, other)), Decision::New) = (earlier.first(), &candidate.decision)
            && !(key.starts_with('n') && request.allow_same)
        {
            if key.starts_with('n') {
                listener.note(&format!(
                    "{}:{} (row {}): skipped: {:?} stands already in row {} (number it all the same: --allow-same)",
                    request.source.name,
                    candidate.line,
                    candidate.row,
                    candidate.name.as_deref().unwrap_or_default(),
                    other.row
                ));
            }
            let original = match resolved.overrides.get(&other.row) {
                Some(Decision::Same(row)) => *row,
                _ => other.row,
            };
            resolved.overrides.insert(candidate.row, Decision::Same(original));
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

/// Two rows that share a key are one customer, or the later one is refused for a reason.
fn meet(key: &str, candidate: &Candidate, other: &Candidate) -> Result<(), String> {
    match key.as_bytes().first() {
        Some(b'c') => share_code(candidate, other),
        Some(b'r') => share_reference(candidate, other),
        _ => Ok(()),
    }
}

fn share_code(candidate: &Candidate, other: &Candidate) -> Result<(), String> {
    let same = match (&candidate.reference, &other.reference) {
        (Some(a), Some(b)) => a == b,
        _ => candidate.folded.is_none() || candidate.folded == other.folded,
    };
    if same {
        return Ok(());
    }
    Err(format!(
        "code {} stands in row {} for {}; this row is {}{}",
        candidate.written.as_deref().unwrap_or_default(),
        other.row,
        other.words(),
        candidate.words(),
        known::why_one(candidate.brought)
    ))
}

fn share_reference(candidate: &Candidate, other: &Candidate) -> Result<(), String> {
    let (reference, row) = (candidate.reference.as_deref().unwrap_or_default(), other.row);
    if let (Some(mine), Some(theirs)) = (&candidate.code, &other.code)
        && mine != theirs
    {
        return Err(format!(
            "reference {reference:?} has code {} in row {row}; this row brings {}",
            other.written.as_deref().unwrap_or_default(),
            candidate.written.as_deref().unwrap_or_default()
        ));
    }
    if let (Some(mine), Some(theirs)) = (&candidate.name, &other.name)
        && candidate.folded != other.folded
    {
        return Err(format!(
            "reference {reference:?} stands in row {row} for {theirs:?}; this row is {mine:?}"
        ));
    }
    if !candidate.brought && !other.brought && candidate.namesake != other.namesake {
        return Err(format!(
            "reference {reference:?} stands in row {row} with other fields, which would give it another code"
        ));
    }
    Ok(())
}
