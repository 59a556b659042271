//! Codes of one shape as a graph: a layer for each character, and what can follow what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::code::Checker;

use super::{Place, Role};

/// For each state before a character: the characters that can stand there, each once and ascending,
/// and the state that each leads to.
pub type Edges = Vec<Vec<(u8, u32)>>;

/// More states of a layer that is turned around are not made.
const STATES: usize = 20_000;

/// One character of the codes.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What it is to the check digit.
    pub role: Role,
    /// Characters typed by mistake where a new one comes in, among them all that can stand here.
    /// None where only signs stand: nobody swaps a digit with a hyphen unseen.
    pub typed: Vec<u8>,
    /// What leads on.
    pub edges: Edges,
}

/// Codes of one shape, with every text for their check digit, right or wrong. State 0 of the first
/// layer is the start; the last layer leads to state 0 alone.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(super) layers: Vec<Layer>,
}

impl Graph {
    /// The codes that `layers` lead through, without those that hold a letter for which the check
    /// digit has no value. States that go on alike become one.
    pub fn new(checker: &Checker, layers: Vec<Layer>) -> Self {
        Self::merged(layers, |role, byte| role != Role::Summed || checker.column(byte).is_some())
    }

    fn merged(mut layers: Vec<Layer>, can_stand: impl Fn(Role, u8) -> bool) -> Self {
        let mut next: Vec<Option<u32>> = vec![Some(0)];
        for layer in layers.iter_mut().rev() {
            let role = layer.role;
            let mut known: HashMap<Vec<(u8, u32)>, u32> = HashMap::new();
            let mut kept = Vec::new();
            let mut places = Vec::with_capacity(layer.edges.len());
            for edges in &layer.edges {
                let leads = |&(byte, to): &(u8, u32)| Some((byte, next[to as usize]?));
                let edges = edges.iter().filter(|(byte, _)| can_stand(role, *byte));
                let edges: Vec<(u8, u32)> = edges.filter_map(leads).collect();
                places.push((!edges.is_empty()).then(|| {
                    *known.entry(edges).or_insert_with_key(|edges| {
                        kept.push(edges.clone());
                        number(kept.len() - 1)
                    })
                }));
            }
            (layer.edges, next) = (kept, places);
        }
        if let (Some(first), Some(None)) = (layers.first_mut(), next.first()) {
            first.edges = vec![Vec::new()];
        }
        Self { layers }
    }

    /// The codes in which each place holds whatever it can hold, whatever the others hold.
    pub fn free(checker: &Checker, places: &[Place]) -> Self {
        let checks = check_edges(checker);
        let layer = |place: &Place| {
            let edges = match place.role {
                Role::Check(index) => checks[index].clone(),
                _ => {
                    let mut legal = place.legal.clone();
                    legal.sort_unstable();
                    vec![legal.into_iter().map(|byte| (byte, 0)).collect()]
                }
            };
            Layer { role: place.role, typed: place.typed.clone(), edges }
        };
        Self::new(checker, places.iter().map(layer).collect())
    }

    /// Whether a summed character can be a sign as well as a letter or digit: then equally long
    /// codes have sums of several lengths.
    pub(super) fn is_uneven(&self, checker: &Checker) -> bool {
        let skip = Some(checker.automaton().skip());
        let summed = self.layers.iter().filter(|layer| layer.role == Role::Summed && !layer.typed.is_empty());
        summed.flat_map(|layer| layer.edges.iter().flatten()).any(|(byte, _)| checker.column(*byte) == skip)
    }

    /// The codes read from the right; `None` where that takes too many states.
    pub(super) fn reversed(&self) -> Option<Self> {
        let mut states: Vec<BTreeSet<u32>> = vec![BTreeSet::from([0])];
        let mut layers = Vec::with_capacity(self.layers.len());
        for (at, layer) in self.layers.iter().enumerate().rev() {
            let mut known: HashMap<BTreeSet<u32>, u32> = HashMap::new();
            let mut next: Vec<BTreeSet<u32>> = Vec::new();
            let mut before: BTreeMap<u32, Vec<(u8, u32)>> = BTreeMap::new();
            for (from, edges) in (0..).zip(&layer.edges) {
                edges.iter().for_each(|(byte, to)| before.entry(*to).or_default().push((*byte, from)));
            }
            let mut turned = Vec::with_capacity(states.len());
            for state in &states {
                let mut reached: BTreeMap<u8, BTreeSet<u32>> = BTreeMap::new();
                for (byte, from) in state.iter().flat_map(|to| before.get(to)).flatten() {
                    reached.entry(*byte).or_default().insert(*from);
                }
                let leads = |(byte, reached): (u8, BTreeSet<u32>)| {
                    let to = *known.entry(reached).or_insert_with_key(|reached| {
                        next.push(reached.clone());
                        number(next.len() - 1)
                    });
                    (byte, if at == 0 { 0 } else { to })
                };
                turned.push(reached.into_iter().map(leads).collect());
            }
            if next.len() > STATES {
                return None;
            }
            layers.push(Layer { edges: turned, ..layer.clone() });
            states = next;
        }
        Some(Self::merged(layers, |_, _| true))
    }
}

/// The layers of a check digit: every text that it can have.
pub fn check_edges(checker: &Checker) -> Vec<Edges> {
    let mut seconds: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
    for [first, second] in checker.automaton().checks() {
        seconds.entry(first).or_default().insert(second);
    }
    if checker.width() == 1 {
        return vec![vec![seconds.keys().map(|byte| (*byte, 0)).collect()]];
    }
    let firsts = seconds.keys().zip(0..).map(|(byte, state)| (*byte, state)).collect();
    vec![vec![firsts], seconds.values().map(|bytes| bytes.iter().map(|byte| (*byte, 0)).collect()).collect()]
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("a layer has under 2^32 states")
}
