//! Which recorded ranges explain missing numbers, and which numbers stay unexplained.

use super::Reason;
use crate::code::Sequence;
use crate::store::{Gap, Lease};

/// Numbers that the ledger gives a reason for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) reason: Reason,
    /// The machine that holds leased numbers.
    pub(super) holder: Option<String>,
    pub(super) operation: i64,
}

/// What is recorded of a counter, ascending and without overlaps: where two ranges meet, the one
/// that begins first counts.
pub(super) fn covers(gaps: Vec<Gap>, leases: Vec<Lease>) -> Vec<Cover> {
    let held = leases.into_iter().map(|lease| Cover {
        first: lease.next,
        last: lease.last,
        reason: Reason::Leased,
        holder: Some(lease.holder),
        operation: lease.operation,
    });
    let passed = gaps.into_iter().map(|gap| Cover {
        first: gap.first,
        last: gap.last,
        reason: gap.reason.into(),
        holder: None,
        operation: gap.operation,
    });
    let mut all: Vec<Cover> = held.chain(passed).collect();
    all.sort_by_key(|cover| cover.first);
    let mut free = 0;
    all.retain_mut(|cover| {
        cover.first = cover.first.max(free);
        let keeps = cover.first <= cover.last;
        if keeps {
            free = cover.last.saturating_add(1);
        }
        keeps
    });
    all
}

/// Cuts missing numbers where their explanation changes: each piece with what covers it, or
/// nothing.
pub(super) fn cut(first: u64, last: u64, covers: &[Cover]) -> Vec<(u64, u64, Option<&Cover>)> {
    let mut pieces = Vec::new();
    let mut next = first;
    let begin = covers.partition_point(|cover| cover.last < first);
    for cover in covers[begin..].iter().take_while(|cover| cover.first <= last) {
        if next < cover.first {
            pieces.push((next, cover.first - 1, None));
        }
        pieces.push((next.max(cover.first), last.min(cover.last), Some(cover)));
        next = cover.last.saturating_add(1);
    }
    if next <= last {
        pieces.push((next, last, None));
    }
    pieces
}

/// The numbers of a piece that its rule takes; none where it takes none of them. What was recorded
/// under another step stands as it is.
pub(super) fn of_the_sequence(
    (first, last, cover): (u64, u64, Option<&Cover>),
    sequence: Option<&Sequence>,
) -> Option<(u64, u64)> {
    let Some(sequence) = sequence else { return Some((first, last)) };
    if let Some(cover) = cover {
        let fits = [cover.first, cover.last].into_iter().all(|end| sequence.grid(end, end).is_some());
        return if fits { sequence.grid(first, last) } else { Some((first, last)) };
    }
    let (_, last) = sequence.grid(first, last)?;
    let first = sequence.after(first.checked_sub(1)).filter(|first| *first <= last)?;
    Some((first, last))
}

/// So many numbers are looked at one by one; what is more stays unexplained.
const MOST: u64 = 100_000;

/// Cuts unexplained numbers where an earlier form of the rule did not take them: `true` = the rule
/// of then explains them.
pub(super) fn by_earlier_rules(
    (first, last): (u64, u64),
    sequence: &Sequence,
    earlier: &[Sequence],
) -> Vec<(u64, u64, bool)> {
    if earlier.is_empty() || sequence.count(first, last) > MOST {
        return vec![(first, last, false)];
    }
    let mut pieces: Vec<(u64, u64, bool)> = Vec::new();
    let mut next = Some(first);
    while let Some(number) = next.filter(|number| *number <= last) {
        let explained = earlier.iter().any(|rule| !rule.takes(number));
        match pieces.last_mut() {
            Some((_, end, same)) if *same == explained => *end = number,
            _ => pieces.push((number, number, explained)),
        }
        next = sequence.after(Some(number));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Alphabet;
    use crate::store::GapReason;

    fn gap(first: u64, last: u64, reason: GapReason) -> Gap {
        Gap { counter: 1, first, last, reason, operation: 3 }
    }

    fn sequence(start: u64, step: u64, skip: &str) -> Sequence {
        let alphabet = Alphabet::named("decimal").expect("known");
        Sequence { width: 4, alphabet, start, step, max: 9_999, skip_digits: skip.as_bytes().to_vec() }
    }

    fn lease(first: u64, next: u64, last: u64) -> Lease {
        Lease { id: 1, counter: 1, first, last, next, holder: "pos-3".into(), operation: 9 }
    }

    #[test]
    fn ranges_that_meet_are_told_apart() {
        let gaps =
            vec![gap(2, 9, GapReason::Import), gap(5, 12, GapReason::Restore), gap(6, 7, GapReason::InUse)];
        let all = covers(gaps, vec![lease(20, 25, 29), lease(30, 40, 39)]);
        let told: Vec<_> = all.iter().map(|cover| (cover.first, cover.last, cover.reason)).collect();
        assert_eq!(
            told,
            [(2, 9, Reason::Import), (10, 12, Reason::Restore), (25, 29, Reason::Leased)],
            "a lease that was used up covers nothing"
        );
    }

    #[test]
    fn missing_numbers_are_cut_at_their_explanations() {
        let all = covers(vec![gap(3, 5, GapReason::Import), gap(8, 20, GapReason::Import)], Vec::new());
        let cut = |first, last| -> Vec<_> {
            cut(first, last, &all).into_iter().map(|(a, b, cover)| (a, b, cover.is_some())).collect()
        };
        assert_eq!(cut(1, 10), [(1, 2, false), (3, 5, true), (6, 7, false), (8, 10, true)]);
        assert_eq!(cut(4, 4), [(4, 4, true)]);
        assert_eq!(cut(6, 7), [(6, 7, false)]);
        assert_eq!(cut(21, 22), [(21, 22, false)]);
    }

    #[test]
    fn numbers_that_the_rule_does_not_take_are_no_gaps() {
        let no_four = sequence(1, 1, "4");
        assert_eq!(of_the_sequence((4, 4, None), Some(&no_four)), None);
        assert_eq!(of_the_sequence((4, 6, None), Some(&no_four)), Some((5, 6)));
        let tens = sequence(5, 10, "");
        assert_eq!(of_the_sequence((6, 14, None), Some(&tens)), None);
        assert_eq!(of_the_sequence((0, 30, None), Some(&tens)), Some((5, 25)));
        let all = covers(vec![gap(15, 95, GapReason::Import), gap(100, 101, GapReason::InUse)], Vec::new());
        assert_eq!(of_the_sequence((15, 44, Some(&all[0])), Some(&tens)), Some((15, 35)));
        assert_eq!(of_the_sequence((100, 101, Some(&all[1])), Some(&tens)), Some((100, 101)));
    }

    #[test]
    fn an_earlier_step_explains_what_it_left_out() {
        let (ones, tens) = (sequence(1, 1, ""), sequence(1, 10, ""));
        assert_eq!(
            by_earlier_rules((2, 20), &ones, &[tens]),
            [(2, 10, true), (11, 11, false), (12, 20, true)]
        );
        assert_eq!(by_earlier_rules((2, 20), &ones, &[]), [(2, 20, false)]);
    }
}
