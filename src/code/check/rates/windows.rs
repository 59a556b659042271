//! What can happen in the windows of a graph, counted by where it begins and ends.

use std::collections::HashMap;

use super::budget::Budget;
use super::changes::Change;
use super::compiled::{Compiled, NONE, Table};
use super::error::look_alike;

/// Pairs of texts of a window that begin at one state with one sum, and end with sums from which
/// the same characters can lead to codes.
#[derive(Debug, Clone)]
pub(super) struct Pairs {
    pub(super) state: u32,
    /// The sum before; for a group, one that stands for all.
    pub(super) sum: u32,
    /// The states and sums behind both.
    pub(super) ends: [(u32, u32); 2],
    pub(super) count: u32,
    /// Columns of a text of the first of the pairs: in a group, what it makes of one sum tells what
    /// it makes of all.
    pub(super) text: Vec<u32>,
}

/// The search for the pairs of one window.
pub(super) struct Search<'a, 'c> {
    pub(super) compiled: &'a Compiled<'c>,
    pub(super) change: Change,
    pub(super) first: usize,
    pub(super) last: usize,
    found: HashMap<Key, (u32, Vec<u32>)>,
}

/// More kinds of pairs are not counted in one window.
const FOUND: usize = 1 << 20;

/// State and sum before, states and sums behind.
type Key = (u32, u32, [(u32, u32); 2]);

/// Two texts under way: their state, for each sum before them the sums so far, and the columns of
/// the first.
struct Begun<'b> {
    states: [u32; 2],
    sums: &'b [[u32; 2]],
    text: &'b mut Vec<u32>,
}

impl<'a, 'c> Search<'a, 'c> {
    pub(super) fn new(compiled: &'a Compiled<'c>, change: Change, [first, last]: [usize; 2]) -> Self {
        Self { compiled, change, first, last, found: HashMap::new() }
    }

    /// The pairs, each two texts once; `None` where they take too much.
    pub(super) fn run(mut self, budget: &mut Budget) -> Option<Vec<Pairs>> {
        let compiled = self.compiled;
        let table = &compiled.tables[self.first];
        let sums = if compiled.machine.is_group() { 1 } else { table.sums };
        for state in 0..u32::try_from(table.edges.len()).ok()? {
            let edges = &table.edges[state as usize];
            for (at, &(one, left)) in edges.iter().enumerate() {
                let others = if self.change.parts() { &edges[at + 1..] } else { &edges[at..=at] };
                for &(two, right) in others {
                    let begun = (0..u32::try_from(sums).ok()?)
                        .map(|sum| [table.next(sum, one), table.next(sum, two)]);
                    let begun: Vec<[u32; 2]> = begun.collect();
                    let bytes = [table.bytes[one as usize], table.bytes[two as usize]];
                    let mut text = vec![one];
                    for (one, two) in self.lasts(table, bytes) {
                        let mut begun = Begun { states: [left, right], sums: &begun, text: &mut text };
                        self.further(self.first + 1, state, &mut begun, [one, two], budget)?;
                    }
                }
            }
        }
        let pairs = self.found.into_iter().map(|((state, sum, ends), (count, text))| Pairs {
            state,
            sum,
            ends,
            count,
            text,
        });
        Some(pairs.collect())
    }

    /// The last characters of two texts that begin with these bytes.
    fn lasts(&self, table: &Table, [one, two]: [u8; 2]) -> Vec<(u8, u8)> {
        let alike = || look_alike(one).is_some_and(|other| table.typed.contains(&other));
        if self.change == Change::Alike && !alike() {
            return Vec::new();
        }
        self.change.last(one, two, self.compiled.machine.reversed)
    }

    /// Goes on from layer `at` with the same characters, and with `last` at the end.
    fn further(
        &mut self,
        at: usize,
        state: u32,
        begun: &mut Begun<'_>,
        last: [u8; 2],
        budget: &mut Budget,
    ) -> Option<()> {
        budget.walk(begun.sums.len())?;
        if at > self.last {
            self.note(state, begun);
            return (self.found.len() <= FOUND).then_some(());
        }
        let table = &self.compiled.tables[at];
        let [one, two] = begun.states;
        let ways = if at == self.last {
            let ways = table.edge(one, last[0]).zip(table.edge(two, last[1]));
            ways.map(|((one, left), (two, right))| (one, two, left, right)).into_iter().collect()
        } else {
            let same = table.common(one, two).into_iter();
            same.map(|(column, left, right)| (column, column, left, right)).collect::<Vec<_>>()
        };
        let mut sums = Vec::with_capacity(begun.sums.len());
        for (one, two, left, right) in ways {
            sums.clear();
            sums.extend(begun.sums.iter().map(|[a, b]| match (*a, *b) {
                (NONE, _) | (_, NONE) => [NONE, NONE],
                (a, b) => [table.next(a, one), table.next(b, two)],
            }));
            begun.text.push(one);
            let mut more = Begun { states: [left, right], sums: &sums, text: &mut *begun.text };
            self.further(at + 1, state, &mut more, last, budget)?;
            begun.text.pop();
        }
        Some(())
    }

    fn note(&mut self, state: u32, begun: &Begun<'_>) {
        let sums = &self.compiled.sums[self.last + 1];
        for (sum, [one, two]) in (0..).zip(begun.sums) {
            if *one == NONE || *two == NONE {
                continue;
            }
            if one != two && self.compiled.machine.are_apart(sums[*one as usize], sums[*two as usize]) {
                continue;
            }
            let ends = [(begun.states[0], *one), (begun.states[1], *two)];
            let found = self.found.entry((state, sum, ends));
            found.or_insert_with(|| (0, begun.text.clone())).0 += 1;
        }
    }
}
