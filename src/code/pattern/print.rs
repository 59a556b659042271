//! From parts, date and number to a code.

use jiff::civil::Date;

use super::{Pattern, Shape};

/// Why a number has no code; the next number may have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unprintable {
    /// The payload has no valid check digit.
    #[error("no check digit")]
    NoCheckDigit,
    /// The number contains a forbidden digit, or is off the start/step grid, or above the maximum.
    #[error("not a number of the sequence")]
    NotInSequence,
}

impl Pattern {
    /// Prints a code onto `out`. `parts[i]` is the text of segment i (empty for literal, date,
    /// sequence and check segments, which are printed from the pattern, `date` and `number`). On an
    /// error `out` is as before.
    pub fn print(
        &self,
        parts: &[&str],
        date: Date,
        number: u64,
        out: &mut String,
    ) -> Result<(), Unprintable> {
        if self.sequence().is_some_and(|sequence| !sequence.takes(number)) {
            return Err(Unprintable::NotInSequence);
        }
        let before = out.len();
        let mut ranges = Vec::with_capacity(self.segments.len());
        for (index, segment) in self.segments.iter().enumerate() {
            let start = out.len();
            match &segment.shape {
                Shape::Literal(text) => out.push_str(text),
                Shape::Values(_) | Shape::Text(_) => out.push_str(parts.get(index).copied().unwrap_or("")),
                Shape::Date(format) => format.print(date, out),
                Shape::Sequence(sequence) => sequence.print(number, out),
                // Its place; the digit itself depends on what comes after, too.
                Shape::Check(checker, _) => out.extend(std::iter::repeat_n('?', checker.width())),
            }
            ranges.push(start..out.len());
        }
        let Some((place, checker, over)) = self.check() else { return Ok(()) };
        let summed: Vec<&[u8]> = over.iter().map(|&index| &out.as_bytes()[ranges[index].clone()]).collect();
        let Some(check) = checker.check_of(&summed) else {
            out.truncate(before);
            return Err(Unprintable::NoCheckDigit);
        };
        let check: String = check[..checker.width()].iter().map(|&symbol| char::from(symbol)).collect();
        out.replace_range(ranges[place].clone(), &check);
        Ok(())
    }
}
