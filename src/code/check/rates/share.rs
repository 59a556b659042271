//! From counts to per cent.

use crate::code::Checker;

use super::budget::Budget;
use super::count::count_within;
use super::number::Count;
use super::{Graph, Layer, Tally};

/// Per cent of the errors caught, in the order of [`TypingError::ALL`](super::TypingError::ALL);
/// `None` where no such error is possible.
///
/// Two decimals; 100 only where not one error is missed, 0 only where none is caught.
pub type Shares = [Option<f64>; 7];

/// Codes and errors beyond so many bits are counted in floating point numbers; 128 bits hold what
/// is below.
const EXACT_BITS: f64 = 120.0;

/// The share of errors that is caught in the codes of all of `shapes` together; `None` where that
/// would take too much time or memory: then it is not known.
pub fn caught(checker: &Checker, shapes: &[Graph]) -> Option<Shares> {
    // Each character adds its choices, and an error at it those of up to three characters again.
    let bits = |shape: &Graph| -> f64 {
        let most = |layer: &Layer| layer.edges.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let choices =
            shape.layers.iter().map(|layer| f64::from(u8::try_from(most(layer)).unwrap_or(u8::MAX)));
        choices.map(f64::log2).sum::<f64>() + 16.0
    };
    if shapes.iter().map(bits).fold(0.0, f64::max) + 5.0 < EXACT_BITS {
        sum::<u128>(checker, shapes)
    } else {
        sum::<f64>(checker, shapes)
    }
}

fn sum<N: Count>(checker: &Checker, shapes: &[Graph]) -> Option<Shares> {
    let mut sums = [Tally { all: N::from(0), missed: N::from(0) }; 7];
    let mut budget = Budget::new();
    for graph in shapes {
        for (sum, tally) in sums.iter_mut().zip(count_within::<N>(checker, graph, &mut budget)?) {
            sum.all += tally.all;
            sum.missed += tally.missed;
        }
    }
    Some(sums.map(percent))
}

fn percent<N: Count>(Tally { all, missed }: Tally<N>) -> Option<f64> {
    if all == N::from(0) {
        return None;
    }
    let percent = 100.0 - 100.0 * missed.float() / all.float();
    let rounded = (percent * 100.0).round() / 100.0;
    Some(match (missed == N::from(0), missed == all) {
        (true, _) => 100.0,
        (_, true) => 0.0,
        _ => rounded.clamp(0.01, 99.99),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;
    use crate::code::{Algorithm, CheckSpec};

    #[test]
    fn a_hundred_means_not_one() {
        let share = |missed, all| percent(Tally::<u128> { all, missed });
        assert_eq!(share(0, 7), Some(100.0));
        assert_eq!(share(1, 1_000_000), Some(99.99));
        assert_eq!(share(999_999, 1_000_000), Some(0.01));
        assert_eq!(share(7, 7), Some(0.0));
        assert_eq!(share(1, 3), Some(66.67));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn codes_too_many_for_whole_numbers_have_the_same_rates() {
        let checker = Checker::compile(&CheckSpec::of(Algorithm::Damm)).expect("defaults are right");
        let free = |length| Graph::free(&checker, &Place::free(&checker, length));
        let rates = |length| caught(&checker, &[free(length)]).expect("quickly counted");
        for (short, long) in rates(20).into_iter().zip(rates(100)) {
            let (short, long) = (short.unwrap_or_default(), long.unwrap_or_default());
            assert!((short - long).abs() < 1.0, "{short} and {long}");
            assert_eq!(short >= 100.0, long >= 100.0);
        }
    }
}
