//! Counting over all codes and all errors.

use std::collections::HashMap;
use std::rc::Rc;

use crate::code::Checker;

use super::TypingError;
use super::budget::Budget;
use super::changes::Change;
use super::compiled::{Compiled, NONE};
use super::graph::Graph;
use super::machine::Machine;
use super::number::Count;
use super::windows::{Pairs, Search};

/// Pairs of a code and an error that befalls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally<N> {
    /// All of them.
    pub all: N,
    /// Those that give another valid code: nobody notices.
    pub missed: N,
}

/// Counts every code of `graph` with every error, in the order of [`TypingError::ALL`]. `None`
/// where that would take too much time or memory.
pub fn count<N: Count>(checker: &Checker, graph: &Graph) -> Option<[Tally<N>; 7]> {
    count_within(checker, graph, &mut Budget::new())
}

/// The same within a budget for several shapes of one code.
pub(super) fn count_within<N: Count>(
    checker: &Checker,
    graph: &Graph,
    budget: &mut Budget,
) -> Option<[Tally<N>; 7]> {
    budget.release_all();
    let machine = Machine::new(checker, graph);
    let compiled = if machine.reversed {
        Compiled::new(machine, &graph.reversed()?, budget)?
    } else {
        Compiled::new(machine, graph, budget)?
    };
    Counter::<N>::of(&compiled, budget).all()
}

/// One count in progress.
struct Counter<'a, 'c, 'b, N> {
    compiled: &'a Compiled<'c>,
    /// In how many ways two texts go on with the same characters to codes, once counted.
    known: HashMap<Place, N>,
    /// By change and the classes of the layers: what can happen in a window.
    windows: HashMap<(Change, Vec<usize>), Rc<Vec<Pairs>>>,
    budget: &'b mut Budget,
}

/// Numbers that take as much memory as one that is known with its key.
const KNOWN: usize = 8;
/// What is looked up among what is known takes as long as so many steps in a table.
const LOOK_UP: usize = 8;

/// How many layers were met, and the state and sum of each of two texts.
type Place = (u32, [(u32, u32); 2]);

impl<'a, 'c, 'b, N: Count> Counter<'a, 'c, 'b, N> {
    fn of(compiled: &'a Compiled<'c>, budget: &'b mut Budget) -> Self {
        Self { compiled, known: HashMap::new(), windows: HashMap::new(), budget }
    }

    fn all(mut self) -> Option<[Tally<N>; 7]> {
        let tables = &self.compiled.tables;
        let places: Vec<usize> = (0..tables.len()).filter(|at| !tables[*at].typed.is_empty()).collect();
        let codes = self.rest(0, [(0, 0), (0, 0)])?;
        let mut tallies = [Tally { all: N::from(0), missed: N::from(0) }; 7];
        // The ways to each state and sum before a layer.
        let mut before = vec![N::from(1)];
        for at in 0..tables.len() {
            let place = places.iter().position(|place| *place == at);
            for (kind, error) in TypingError::ALL.into_iter().enumerate() {
                let window = place.and_then(|place| places.get(place..place + error.span()));
                if let Some(window) = window {
                    let layers = [at, window[window.len() - 1]];
                    let tally = self.window(error, layers, codes, &before)?;
                    tallies[kind].all += tally.all;
                    tallies[kind].missed += tally.missed;
                }
            }
            before = self.further(at, &before)?;
        }
        Some(tallies)
    }

    /// Counts one kind of error from the first of these layers to the last.
    fn window(&mut self, error: TypingError, layers: [usize; 2], codes: N, before: &[N]) -> Option<Tally<N>> {
        // What comes in is typed at the leftmost place.
        let left = if self.compiled.machine.reversed { layers[1] } else { layers[0] };
        let others = u32::try_from(self.compiled.tables[left].typed.len()).ok()? - 1;
        let all = match error {
            TypingError::Single => codes * N::from(others),
            TypingError::AdjacentTransposition | TypingError::JumpTransposition => {
                codes.without(self.pairs(Change::Equal, layers, before)?)
            }
            TypingError::Twin | TypingError::JumpTwin => {
                self.pairs(Change::Equal, layers, before)? * N::from(others)
            }
            TypingError::Phonetic => self.pairs(Change::Misheard, layers, before)?,
            TypingError::Glyph => self.pairs(Change::Alike, layers, before)?,
        };
        let missed = self.pairs(Change::Mistake(error), layers, before)? * N::from(2);
        Some(Tally { all, missed })
    }

    /// How many pairs of codes differ by `change` from the first of these layers to the last.
    fn pairs(&mut self, change: Change, layers: [usize; 2], before: &[N]) -> Option<N> {
        let [first, last] = layers;
        let tables = &self.compiled.tables;
        let classes: Vec<usize> = tables[first..=last].iter().map(|table| table.class).collect();
        let known = self.windows.get(&(change, classes.clone())).map(Rc::clone);
        let pairs = if let Some(pairs) = known {
            pairs
        } else {
            let pairs = Rc::new(Search::new(self.compiled, change, layers).run(self.budget)?);
            self.budget.hold(2 * pairs.len())?;
            self.windows.insert((change, classes), Rc::clone(&pairs));
            pairs
        };
        let sums = tables[first].sums;
        let free = tables.get(last + 1).is_some_and(|table| table.is_free);
        let mut all = N::from(0);
        for Pairs { state, sum, ends, count, text } in pairs.iter() {
            let count = N::from(*count);
            let ways = &before[*state as usize * sums..][..sums];
            if !self.compiled.machine.is_group() {
                let ways = ways[*sum as usize];
                if ways != N::from(0) {
                    all += ways * count * self.rest(last + 1, *ends)?;
                }
            } else if free {
                let mut together = N::from(0);
                for ways in ways {
                    together += *ways;
                }
                all += together * count * self.rest(last + 1, *ends)?;
            } else {
                self.budget.walk(LOOK_UP * sums)?;
                for (sum, &ways) in (0..).zip(ways).filter(|(_, ways)| **ways != N::from(0)) {
                    let step =
                        |sum, (table, column): (_, &u32)| super::compiled::Table::next(table, sum, *column);
                    let sum = tables[first..=last].iter().zip(text).fold(sum, step);
                    let ends = ends.map(|(state, _)| (state, sum));
                    all += ways * count * self.rest(last + 1, ends)?;
                }
            }
        }
        Some(all)
    }

    /// In how many ways two texts go on with the same characters to codes.
    fn rest(&mut self, met: usize, mut ends: [(u32, u32); 2]) -> Option<N> {
        let compiled = self.compiled;
        let sum = |end: usize| compiled.sums[met][ends[end].1 as usize];
        let (one, two) = (sum(0), sum(1));
        if compiled.machine.are_apart(one, two) {
            return Some(N::from(0));
        }
        let Some(table) = compiled.tables.get(met) else {
            let both = compiled.machine.accepts(one) && compiled.machine.accepts(two);
            return Some(N::from(u32::from(both)));
        };
        if one == two && table.is_free {
            ends = ends.map(|(state, _)| (state, 0));
        }
        ends.sort_unstable();
        let place = (u32::try_from(met).ok()?, ends);
        if let Some(known) = self.known.get(&place) {
            return Some(*known);
        }
        let [(one, first), (two, second)] = ends;
        let common = table.common(one, two);
        self.budget.walk(LOOK_UP * (1 + common.len()))?;
        self.budget.hold(KNOWN)?;
        let mut all = N::from(0);
        for (column, one, two) in common {
            let (first, second) = (table.next(first, column), table.next(second, column));
            if first != NONE && second != NONE {
                all += self.rest(met + 1, [(one, first), (two, second)])?;
            }
        }
        self.known.insert(place, all);
        Some(all)
    }

    /// The ways to each state and sum behind a layer.
    fn further(&mut self, met: usize, before: &[N]) -> Option<Vec<N>> {
        let tables = &self.compiled.tables;
        let table = &tables[met];
        let states = tables.get(met + 1).map_or(1, |next| next.edges.len());
        let (size, steps) = (states * table.sums_after, table.edges.iter().map(Vec::len).sum::<usize>());
        self.budget.hold(size)?;
        self.budget.walk(steps * table.sums)?;
        let mut after = vec![N::from(0); size];
        for (edges, ways) in table.edges.iter().zip(before.chunks(table.sums)) {
            for (sum, ways) in (0..).zip(ways).filter(|(_, ways)| **ways != N::from(0)) {
                for &(column, to) in edges {
                    let next = table.next(sum, column);
                    if next != NONE {
                        after[to as usize * table.sums_after + next as usize] += *ways;
                    }
                }
            }
        }
        Some(after)
    }
}
