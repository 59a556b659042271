//! First pass over the numbers of a counter: which of them no active code carries. Sees each code
//! once, in order of its number.

use serde::{Deserialize, Serialize};

use crate::store::{CodeRow, CodeState};

/// What the pass found, as it is left for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Found {
    /// Numbers between two codes, whether or not the sequence takes them.
    Missing {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
        /// The operation that wrote the code above them, if there is one.
        above: Option<i64>,
    },
    /// A code that is not active.
    Idle {
        /// Its number.
        number: u64,
        /// Its row.
        id: i64,
        /// Its state.
        state: String,
        /// As written.
        text: String,
        /// The operation that made it.
        operation: i64,
    },
}

/// One counter under way.
pub(super) struct Sweep {
    /// The first number not yet accounted for; none before the first code of a counter whose rule
    /// is gone.
    next: Option<u64>,
    last: Option<u64>,
    /// The number seen last, and its codes unless one of them is active.
    number: Option<(u64, bool, Vec<Found>)>,
    /// The oldest operation that gave the counter a code.
    pub(super) oldest: Option<i64>,
}

impl Sweep {
    /// Begins at `start`, the rule's first number, where the rule is known; the counter stands at
    /// `last`, or has not moved yet.
    pub(super) fn new(start: Option<u64>, last: Option<u64>) -> Self {
        Self { next: start, last, number: None, oldest: None }
    }

    /// The next code. Numbers between codes above the counter are none of its gaps: their turn is
    /// still to come.
    pub(super) fn code(&mut self, row: &CodeRow, found: &mut Vec<Found>) {
        let Some(number) = row.number else { return };
        let reached = self.last.is_some_and(|last| number <= last);
        if reached {
            self.oldest = Some(self.oldest.map_or(row.operation, |oldest| oldest.min(row.operation)));
        }
        if self.number.as_ref().is_none_or(|(current, ..)| *current != number) {
            if reached {
                self.settle(found);
                let next = self.next.unwrap_or(number);
                if next < number {
                    found.push(Found::Missing { first: next, last: number - 1, above: Some(row.operation) });
                }
                self.next = Some(next.max(number.saturating_add(1)));
            } else {
                self.end(found);
            }
            self.number = Some((number, false, Vec::new()));
        }
        let Some((_, carried, idle)) = &mut self.number else { return };
        if row.state == CodeState::Active {
            *carried = true;
        } else {
            idle.push(Found::Idle {
                number,
                id: row.id,
                state: row.state.as_str().to_owned(),
                text: row.text().to_owned(),
                operation: row.operation,
            });
        }
    }

    /// No code follows that the counter has reached.
    pub(super) fn end(&mut self, found: &mut Vec<Found>) {
        self.settle(found);
        if let (Some(first), Some(last)) = (self.next.take(), self.last)
            && first <= last
        {
            found.push(Found::Missing { first, last, above: None });
        }
    }

    /// Tells of the number seen last, unless an active code carries it; rules that changed may have
    /// printed it twice.
    fn settle(&mut self, found: &mut Vec<Found>) {
        if let Some((_, false, idle)) = self.number.take() {
            found.extend(idle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, state: CodeState) -> CodeRow {
        CodeRow {
            id: i64::try_from(number).expect("small"),
            canonical: format!("A{number}"),
            written: None,
            brought: None,
            state,
            customer: Some(1),
            counter: Some(1),
            number: Some(number),
            operation: 7,
        }
    }

    /// Missing ranges, and idle numbers as ranges of one.
    fn swept(start: Option<u64>, last: u64, rows: &[(u64, CodeState)]) -> Vec<(u64, u64, bool)> {
        let (mut sweep, mut found) = (Sweep::new(start, Some(last)), Vec::new());
        for (number, state) in rows {
            sweep.code(&row(*number, *state), &mut found);
        }
        sweep.end(&mut found);
        let told = |found| match found {
            Found::Missing { first, last, .. } => (first, last, true),
            Found::Idle { number, .. } => (number, number, false),
        };
        found.into_iter().map(told).collect()
    }

    #[test]
    fn what_no_active_code_carries_is_found() {
        use CodeState::{Active, Void};
        assert_eq!(swept(Some(1), 3, &[(1, Active), (2, Active), (3, Active)]), []);
        assert_eq!(
            swept(Some(1), 9, &[(2, Active), (3, Void), (7, Active)]),
            [(1, 1, true), (3, 3, false), (4, 6, true), (8, 9, true)]
        );
        assert_eq!(swept(Some(1), 4, &[]), [(1, 4, true)]);
    }

    #[test]
    fn numbers_above_the_counter_and_below_its_start_are_no_gaps() {
        use CodeState::Active;
        assert_eq!(swept(Some(10), 11, &[(2, Active), (10, Active), (11, Active), (90, Active)]), []);
        assert_eq!(swept(None, 7, &[(5, Active), (7, Active)]), [(6, 6, true)]);
        assert_eq!(swept(None, 7, &[]), []);
    }

    #[test]
    fn a_code_above_the_counter_that_is_not_active_is_one() {
        use CodeState::{Active, Void};
        let above = [(1, Active), (5, Active), (90, Void), (95, Active), (96, Void)];
        assert_eq!(swept(Some(1), 7, &above), [(2, 4, true), (6, 7, true), (90, 90, false), (96, 96, false)]);
        let mut found = Vec::new();
        let mut unmoved = Sweep::new(Some(0), None);
        unmoved.code(&row(9, Void), &mut found);
        unmoved.end(&mut found);
        assert!(matches!(found[..], [Found::Idle { number: 9, .. }]), "{found:?}");
    }

    #[test]
    fn a_number_printed_twice_is_carried_when_one_of_its_codes_is() {
        use CodeState::{Active, Former};
        assert_eq!(swept(Some(1), 1, &[(1, Former), (1, Active)]), []);
        assert_eq!(swept(Some(1), 1, &[(1, Former), (1, Former)]), [(1, 1, false), (1, 1, false)]);
    }
}
