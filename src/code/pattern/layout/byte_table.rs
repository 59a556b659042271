//! One place of a fixed layout: which bytes can stand there, and their columns in the check digit's
//! automaton.

use crate::code::Checker;
use crate::code::pattern::Shape;

/// A 256-entry table.
#[derive(Debug, Clone)]
pub(super) struct ByteTable {
    columns: [u8; 256],
}

/// No column: the byte cannot stand here. Automata have at most 96 columns.
const REFUSED: u8 = u8::MAX;

impl ByteTable {
    /// The column of `byte`; `None` where it cannot stand here.
    #[inline]
    pub(super) fn column(&self, byte: u8) -> Option<u8> {
        let column = self.columns[usize::from(byte)];
        (column != REFUSED).then_some(column)
    }
}

/// The tables of the bytes of a segment of `width` bytes. `summed` is the check digit that the
/// segment is part of; bytes outside the sum get the column `skip`, and letters or digits without a
/// value in it cannot be part of a valid code.
pub(super) fn of_shape(
    shape: &Shape,
    width: usize,
    summed: Option<&Checker>,
    skip: u8,
) -> impl Iterator<Item = ByteTable> {
    let column = move |byte| summed.map_or(Some(skip), |checker| checker.column(byte));
    (0..width).map(move |place| {
        let mut columns = [REFUSED; 256];
        for byte in allowed(shape, width, place) {
            columns[usize::from(byte)] = column(byte).unwrap_or(REFUSED);
        }
        ByteTable { columns }
    })
}

/// The bytes that can stand at `place`; a byte may be named more than once.
pub(in crate::code::pattern) fn allowed(shape: &Shape, width: usize, place: usize) -> Vec<u8> {
    match shape {
        Shape::Literal(text) => vec![text.as_bytes()[place]],
        Shape::Values(values) => values.of_width(width).map(|text| text[place]).collect(),
        Shape::Text(text) => text.alphabet.symbols().to_vec(),
        Shape::Date(format) => match format.template().nth(place).flatten() {
            Some(literal) => vec![literal],
            None => b"0123456789".to_vec(),
        },
        Shape::Sequence(sequence) => {
            let digits = sequence.alphabet.symbols().iter().copied();
            digits.filter(|digit| !sequence.skip_digits.contains(digit)).collect()
        }
        Shape::Check(checker, _) => checker.symbols().symbols().to_vec(),
    }
}
