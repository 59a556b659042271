//! The codes of a pattern as graphs, for counting what a check digit catches among them.

use std::collections::{BTreeSet, HashMap};

use super::automaton::{Content, Workshop};
use super::dates;
use super::numbers::WIDEST_STEP;
use super::trie::each;
use crate::code::check::rates::{Edges, Graph, Layer, Role, check_edges};
use crate::code::{Checker, Pattern, Shape};
use crate::rule::Rule;

/// More shapes of one pattern are not counted.
const SHAPES: usize = 32;
/// More states of a segment are not gone through.
const STATES: usize = 100_000;

/// Why codes are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uncounted {
    /// A field or the date is printed in two segments: what one prints depends on the other.
    Dependent,
    /// A date with directives that depend on each other in more than the length of months and
    /// years.
    Calendar,
    /// Two segments vary in length: one code can have several shapes.
    Lengths,
    /// Too many states, or numbers in very long steps.
    Large,
}

/// The codes of `rule` if its check digit were `checker` over the segments `over`: a graph for each
/// shape.
pub(crate) fn graphs(rule: &Rule, checker: &Checker, over: &[usize]) -> Result<Vec<Graph>, Uncounted> {
    if rule.repeats {
        return Err(Uncounted::Dependent);
    }
    of_pattern(&rule.pattern, checker, over)
}

fn of_pattern(pattern: &Pattern, checker: &Checker, over: &[usize]) -> Result<Vec<Graph>, Uncounted> {
    let segments = pattern.segments();
    let is_date = |shape: &Shape| matches!(shape, Shape::Date(_));
    if segments.iter().filter(|segment| is_date(&segment.shape)).count() > 1 {
        return Err(Uncounted::Dependent);
    }
    let widths: Vec<Vec<usize>> = segments.iter().map(|segment| widths(&segment.shape, checker)).collect();
    let varying = widths.iter().filter(|widths| widths.len() > 1).count();
    let shapes = widths.iter().map(Vec::len).max().unwrap_or(0);
    if varying > 1 {
        return Err(Uncounted::Lengths);
    }
    if shapes > SHAPES {
        return Err(Uncounted::Large);
    }
    let mut workshop = Workshop::exact();
    let mut all = Vec::with_capacity(shapes);
    for shape in 0..shapes {
        let mut layers = Vec::new();
        for (index, (segment, widths)) in segments.iter().zip(&widths).enumerate() {
            let width = widths[shape.min(widths.len() - 1)];
            let summed = if over.contains(&index) { Role::Summed } else { Role::Outside };
            for (place, edges) in (0..).zip(edges(&segment.shape, width, checker, &mut workshop)?) {
                let role = if let Shape::Check(..) = segment.shape { Role::Check(place) } else { summed };
                layers.push(Layer { role, typed: Vec::new(), edges });
            }
        }
        all.push(layers);
    }
    let letters = || [checker.payload(), checker.symbols()].into_iter().flat_map(|own| own.symbols());
    let shown = all.iter().flatten().filter(|layer| is_place(layer)).flat_map(bytes);
    let typed: BTreeSet<u8> = shown.chain(letters().copied()).collect();
    let typed: Vec<u8> = typed.into_iter().collect();
    for layer in all.iter_mut().flatten().filter(|layer| is_place(layer)) {
        layer.typed.clone_from(&typed);
    }
    Ok(all.into_iter().map(|layers| Graph::new(checker, layers)).collect())
}

/// Whether a letter or digit can stand in a layer: what is only ever a sign is no place.
fn is_place(layer: &Layer) -> bool {
    matches!(layer.role, Role::Check(_)) || bytes(layer).any(|byte| byte.is_ascii_alphanumeric())
}

fn bytes(layer: &Layer) -> impl Iterator<Item = u8> {
    layer.edges.iter().flatten().map(|(byte, _)| *byte)
}

/// The widths that a segment can have, shortest first.
fn widths(shape: &Shape, checker: &Checker) -> Vec<usize> {
    match shape {
        Shape::Values(values) => {
            let widths: BTreeSet<usize> = values.texts().iter().map(String::len).collect();
            widths.into_iter().collect()
        }
        Shape::Literal(text) => vec![text.len()],
        Shape::Text(text) => vec![text.width],
        Shape::Date(format) => vec![format.byte_width()],
        Shape::Sequence(sequence) => vec![sequence.width],
        Shape::Check(..) => vec![checker.width()],
    }
}

/// The layers of a segment; the last one leads to state 0.
fn edges(
    shape: &Shape,
    width: usize,
    checker: &Checker,
    workshop: &mut Workshop,
) -> Result<Vec<Edges>, Uncounted> {
    match shape {
        Shape::Check(..) => Ok(check_edges(checker)),
        Shape::Date(format) => dates::layers(format).ok_or(Uncounted::Calendar),
        Shape::Sequence(sequence) if sequence.step() > WIDEST_STEP => Err(Uncounted::Large),
        _ => {
            let mut layers = Vec::new();
            for content in workshop.contents(shape) {
                layers.extend(explored(&content, width).ok_or(Uncounted::Large)?);
            }
            Ok(layers)
        }
    }
}

/// The states of `content` after each of `width` bytes, as far as they lead to its end.
fn explored(content: &Content, width: usize) -> Option<Vec<Edges>> {
    let mut states = vec![content.start()];
    let mut layers = Vec::with_capacity(width);
    for met in 1..=width {
        let mut known: HashMap<u32, u32> = HashMap::new();
        let mut next = Vec::new();
        let mut leads = |state: u32, byte: u8| {
            let after = content.step(state, byte)?;
            if met == width {
                return content.ends(after).then_some((byte, 0));
            }
            let number = *known.entry(after).or_insert_with(|| {
                next.push(after);
                u32::try_from(next.len() - 1).unwrap_or(u32::MAX)
            });
            Some((byte, number))
        };
        let edges = states.iter().map(|state| {
            each(content.bytes(*state)).filter_map(|byte| leads(*state, byte)).collect::<Vec<_>>()
        });
        layers.push(edges.collect());
        if next.len() > STATES {
            return None;
        }
        states = next;
    }
    Some(layers)
}
