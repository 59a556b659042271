//! A pattern as a row of places, for counting what its check digit catches.

use std::collections::BTreeSet;

use crate::code::Alphabet;
use crate::code::check::rates::{Place, Role};

use super::layout::{allowed, combinations};
use super::{Pattern, Shape};

impl Pattern {
    /// The places of the codes, one row for each combination of segment widths; `None` without a
    /// check digit or where there are too many combinations.
    ///
    /// A place is a letter or digit of the code; what is only ever a sign is none. Any letter or
    /// digit of the code or of the check digit's alphabets may be typed anywhere by mistake. Places
    /// are taken to be independent of each other, whether they are or not.
    pub fn places(&self) -> Option<Vec<Vec<Place>>> {
        let typed = self.typed()?;
        let rows = combinations(&self.segments)?.into_iter().map(|widths| {
            let places = self.places_of(&widths).into_iter();
            places.map(|(_, place)| Place { typed: typed.clone(), ..place }).collect()
        });
        Some(rows.collect())
    }

    /// The characters that are typed by mistake, in the order of their codes; `None` without a
    /// check digit.
    pub(super) fn typed(&self) -> Option<Vec<u8>> {
        let (_, checker, _) = self.check()?;
        let mut typed: BTreeSet<u8> =
            [checker.payload(), checker.symbols()].into_iter().flat_map(Alphabet::symbols).copied().collect();
        for segment in &self.segments {
            for width in segment.shape.byte_widths() {
                typed.extend(places_of(&segment.shape, width).flat_map(|(_, legal)| legal));
            }
        }
        Some(typed.into_iter().collect())
    }

    /// The characters that occur in a segment, signs that stand alone left out; some may be named
    /// twice.
    pub fn characters(&self, segment: usize) -> Vec<u8> {
        let shape = &self.segments[segment].shape;
        let widths = shape.byte_widths().into_iter();
        widths.flat_map(|width| places_of(shape, width).flat_map(|(_, legal)| legal)).collect()
    }

    /// The places of codes with these segment widths and their offsets in the code, nothing typed
    /// by mistake yet.
    pub(super) fn places_of(&self, widths: &[usize]) -> Vec<(usize, Place)> {
        let over = self.check().map_or(&[][..], |(_, _, over)| over);
        let mut start = 0;
        let mut places = Vec::new();
        for (index, (segment, &width)) in self.segments.iter().zip(widths).enumerate() {
            places.extend(places_of(&segment.shape, width).map(|(place, legal)| {
                let role = match segment.shape {
                    Shape::Check(..) => Role::Check(place),
                    _ if over.contains(&index) => Role::Summed,
                    _ => Role::Outside,
                };
                (start + place, Place { legal, typed: Vec::new(), role })
            }));
            start += width;
        }
        places
    }
}

/// The places of a segment of `width` bytes that are not only ever a sign, and what can stand
/// there.
fn places_of(shape: &Shape, width: usize) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let dates = match shape {
        Shape::Date(format) => format.places(),
        _ => Vec::new(),
    };
    (0..width).filter_map(move |place| {
        let legal = dates.get(place).cloned().unwrap_or_else(|| allowed(shape, width, place));
        let legal: BTreeSet<u8> = legal.into_iter().collect();
        let is_place = matches!(shape, Shape::Check(..)) || legal.iter().any(u8::is_ascii_alphanumeric);
        is_place.then(|| (place, legal.into_iter().collect()))
    })
}
