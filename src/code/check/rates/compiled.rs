//! A graph and a machine as one table for each layer.

use super::budget::Budget;
use super::graph::Graph;
use super::machine::{Machine, Sum};
use super::{Layer, Role};

/// No way on.
pub(super) const NONE: u32 = u32::MAX;

/// More sums are not followed through a layer.
const SUMS: usize = 20_000;
/// A step of the machine takes as long as so many steps in a table.
const STEP: usize = 8;

/// What leads on from a state: the column of its character, and the next state.
pub(super) type Edge = (u32, u32);

/// One character of the codes; states and sums are numbered layer by layer.
pub(super) struct Table {
    /// Characters that can stand here, ascending: one for each column.
    pub(super) bytes: Vec<u8>,
    /// Characters typed by mistake where a new one comes in; none where only signs stand.
    pub(super) typed: Vec<u8>,
    /// For each state: what leads on, ascending by column.
    pub(super) edges: Vec<Vec<Edge>>,
    /// How many sums there are before it.
    pub(super) sums: usize,
    /// By sum and column: the sum after it; [`NONE`] where no code goes on so.
    pub(super) next: Vec<u32>,
    /// How many sums there are after it.
    pub(super) sums_after: usize,
    /// Tables that are equal have equal classes.
    pub(super) class: usize,
    /// What was read before it has no part in how many codes go on: each has its own check digit.
    pub(super) is_free: bool,
}

/// The codes of a graph as a machine reads them.
pub(super) struct Compiled<'c> {
    pub(super) machine: Machine<'c>,
    pub(super) tables: Vec<Table>,
    /// By number of characters met: the machine's own sums.
    pub(super) sums: Vec<Vec<Sum>>,
}

impl<'c> Compiled<'c> {
    pub(super) fn new(machine: Machine<'c>, graph: &Graph, budget: &mut Budget) -> Option<Self> {
        let mut compiled = Self { machine, tables: Vec::new(), sums: vec![vec![Machine::start()]] };
        let is_check = |layer: &Layer| matches!(layer.role, Role::Check(_));
        let check = graph.layers.iter().position(is_check).unwrap_or(0);
        for (met, layer) in graph.layers.iter().enumerate() {
            let is_free = compiled.machine.complete && met <= check;
            let table = compiled.table(met, layer, is_free, budget)?;
            compiled.tables.push(table);
        }
        Some(compiled)
    }

    fn table(&mut self, met: usize, layer: &Layer, is_free: bool, budget: &mut Budget) -> Option<Table> {
        let mut bytes: Vec<u8> = layer.edges.iter().flatten().map(|(byte, _)| *byte).collect();
        bytes.sort_unstable();
        bytes.dedup();
        let sums = &self.sums[met];
        if sums.len() > SUMS {
            return None;
        }
        budget.walk(STEP * sums.len() * bytes.len())?;
        budget.hold(sums.len() * bytes.len() / 4)?;
        let step = |sum: &Sum| bytes.iter().map(|byte| self.machine.step(met, *sum, *byte)).collect();
        let steps: Vec<Vec<Option<Sum>>> = sums.iter().map(step).collect();
        let mut after: Vec<Sum> = steps.iter().flatten().copied().flatten().collect();
        after.sort_unstable();
        after.dedup();
        let numbered = |sum: Option<Sum>| {
            sum.and_then(|sum| after.binary_search(&sum).ok())
                .map_or(NONE, |place| u32::try_from(place).expect("a check digit table has under 2^32 rows"))
        };
        let next: Vec<u32> = steps.into_iter().flatten().map(numbered).collect();
        let column = |byte: u8| (0..).zip(&bytes).find_map(|(column, own)| (*own == byte).then_some(column));
        let state = |edges: &Vec<(u8, u32)>| -> Option<Vec<Edge>> {
            edges.iter().map(|(byte, to)| Some((column(*byte)?, *to))).collect()
        };
        let edges: Vec<Vec<Edge>> = layer.edges.iter().map(state).collect::<Option<_>>()?;
        let typed = layer.typed.clone();
        let equal = |other: &Table| {
            (&other.bytes, &other.typed, &other.edges, &other.next) == (&bytes, &typed, &edges, &next)
        };
        let alike = |known: &usize| {
            equal(&self.tables[*known]) && self.sums[*known] == *sums && self.sums[known + 1] == after
        };
        let class = (0..met).find(alike).unwrap_or(met);
        let (sums, sums_after) = (sums.len(), after.len());
        self.sums.push(after);
        Some(Table { bytes, typed, edges, sums, next, sums_after, class, is_free })
    }
}

impl Table {
    /// The sum after the character of a column.
    pub(super) fn next(&self, sum: u32, column: u32) -> u32 {
        self.next[sum as usize * self.bytes.len() + column as usize]
    }

    /// Where `byte` leads from a state.
    pub(super) fn edge(&self, state: u32, byte: u8) -> Option<Edge> {
        let edges = &self.edges[state as usize];
        let place = edges.partition_point(|(column, _)| self.bytes[*column as usize] < byte);
        edges.get(place).copied().filter(|(column, _)| self.bytes[*column as usize] == byte)
    }

    /// Where one character leads from two states: its column and both states, for each.
    pub(super) fn common(&self, one: u32, two: u32) -> Vec<(u32, u32, u32)> {
        let (mut one, two) = (self.edges[one as usize].iter(), &self.edges[two as usize]);
        let mut common = Vec::with_capacity(two.len());
        let mut first = one.next();
        for &(column, to) in two {
            while first.is_some_and(|(own, _)| *own < column) {
                first = one.next();
            }
            if let Some(&(own, at)) = first
                && own == column
            {
                common.push((column, at, to));
            }
        }
        common
    }
}
