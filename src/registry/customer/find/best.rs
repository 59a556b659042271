//! The closest of many matches, with no more of them in memory than are wanted, and how many
//! customers there are in all.

use std::collections::HashMap;

use super::{Closeness, What};

/// A customer that matches.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) customer: i64,
    pub(super) closeness: Closeness,
    pub(super) what: What,
    /// What of it matches.
    pub(super) text: String,
}

/// What matches are sorted by: the closest, then the shortest, then the oldest.
type Key = (Closeness, usize, i64);

impl Candidate {
    fn key(&self) -> Key {
        (self.closeness, self.text.len(), self.customer)
    }
}

/// The closest matches so far.
pub(super) struct Best {
    most: usize,
    found: Vec<Candidate>,
    /// Whatever is not before it is not among the closest.
    worst: Option<Key>,
    customers: Customers,
}

/// So many matches more than wanted are gathered before they are sorted.
const GATHERED: usize = 1_024;

impl Best {
    pub(super) fn new(most: usize) -> Self {
        Self { most, found: Vec::new(), worst: None, customers: Customers::default() }
    }

    /// Takes a match.
    pub(super) fn push(
        &mut self,
        customer: i64,
        closeness: Closeness,
        text: &str,
        what: impl FnOnce() -> What,
    ) {
        self.customers.add(customer);
        if self.worst.is_some_and(|worst| (closeness, text.len(), customer) >= worst) {
            return;
        }
        self.found.push(Candidate { customer, closeness, what: what(), text: text.to_owned() });
        if self.found.len() >= self.most.saturating_add(GATHERED) {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.found.sort_by_key(|one| (one.customer, one.key()));
        self.found.dedup_by_key(|one| one.customer);
        self.found.sort_by_key(Candidate::key);
        self.found.truncate(self.most);
        if self.found.len() == self.most {
            self.worst = self.found.last().map(Candidate::key);
        }
    }

    /// The closest match of each of the closest customers, and how many customers match.
    pub(super) fn finish(mut self) -> (Vec<Candidate>, u64) {
        self.sort();
        (self.found, self.customers.count)
    }
}

/// Customers, each counted once: a bit for each, as ids lie close together.
#[derive(Default)]
struct Customers {
    bits: HashMap<i64, [u64; 8]>,
    count: u64,
}

impl Customers {
    fn add(&mut self, customer: i64) {
        let place = usize::try_from(customer & 511).expect("nine bits");
        let word = &mut self.bits.entry(customer >> 9).or_default()[place / 64];
        let bit = 1 << (place % 64);
        self.count += u64::from(*word & bit == 0);
        *word |= bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_match_of_each_customer_counts() {
        let mut best = Best::new(2);
        for customer in (1..=3_000).rev() {
            best.push(customer, Closeness::Part, "some name", || What::Name);
        }
        best.push(2_999, Closeness::Beginning, "K1", || What::Ref);
        best.push(7, Closeness::Attribute, "1", || What::Name);
        let (found, count) = best.finish();
        let found: Vec<_> = found.iter().map(|it| (it.customer, it.closeness)).collect();
        assert_eq!(found, [(2_999, Closeness::Beginning), (1, Closeness::Part)]);
        assert_eq!(count, 3_000);
    }
}
