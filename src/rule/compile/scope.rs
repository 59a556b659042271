//! `seq = { scope = [ … ] }`: the segments that a sequence counts within.

use super::segments::Segments;
use crate::code::Shape;
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section, nearest};

/// The segments that the sequence counts within: those that `scope` names, else every printed field
/// and date.
pub(super) fn scope(seq: Option<&Section<'_>>, segments: &Segments, findings: &mut Findings) -> Vec<usize> {
    let printed = |index: &usize| {
        segments.printed[*index].is_some() || matches!(segments.list[*index].shape, Shape::Date(_))
    };
    let all = (0..segments.list.len()).filter(printed);
    let Some(names) = seq.and_then(|seq| seq.list("scope", findings)) else { return all.collect() };
    let mut chosen = Vec::new();
    for name in names {
        let found = named(segments, name.text).into_iter().filter(printed).collect::<Vec<_>>();
        if found.is_empty() {
            let known: Vec<&str> = all.clone().map(|index| segments.list[index].name.as_str()).collect();
            if !segments.broken {
                findings.add(
                    Diagnostic::error(
                        "unknown-segment",
                        name.span,
                        format!("the pattern prints no {:?}", name.text),
                    )
                    .label("a sequence counts within printed segments only")
                    .hint(if known.is_empty() {
                        "scope = [] counts everything together".to_owned()
                    } else {
                        format!("name some of {}", known.join(", "))
                    })
                    .suggest(nearest(name.text, known)),
                );
            }
        }
        chosen.extend(found);
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The segments that `name` means: as the pattern writes them, or every one of a field (or `date`).
pub(super) fn named(segments: &Segments, name: &str) -> Vec<usize> {
    let exactly: Vec<usize> =
        (0..segments.list.len()).filter(|index| segments.list[*index].name == name).collect();
    if !exactly.is_empty() {
        return exactly;
    }
    of_field(segments, name)
}

/// Every segment of a field (or `date`).
pub(super) fn of_field(segments: &Segments, name: &str) -> Vec<usize> {
    let is_of = |index: &usize| segments.list[*index].name.split(['.', '@', ':']).next() == Some(name);
    let is_date = |index: &usize| matches!(segments.list[*index].shape, Shape::Date(_));
    (0..segments.list.len()).filter(|i| (segments.printed[*i].is_some() || is_date(i)) && is_of(i)).collect()
}
