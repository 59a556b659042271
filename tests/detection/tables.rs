//! Rates of the algorithms themselves, all places free, in per cent with two decimals. The figures
//! were counted by another program, and for short codes by trying every code.

use custcode::code::check::Align::{self, Left, Right};
use custcode::code::check::rates::{Count, Graph, Place, count};
use custcode::code::{Algorithm, Alphabet, CheckSpec, Checker};

/// No such error is possible.
const NONE: f64 = -1.0;

/// An algorithm with its own defaults.
fn plain(name: &str) -> CheckSpec {
    CheckSpec::of(Algorithm::from_name(name).expect("a known algorithm"))
}

fn over(name: &str, alphabet: &str) -> CheckSpec {
    CheckSpec { alphabet: Alphabet::named(alphabet), ..plain(name) }
}

fn weighted(modulus: u16, weights: impl IntoIterator<Item = u16>, align: Align) -> CheckSpec {
    let symbols = (modulus == 11).then(|| Alphabet::new("0123456789X").expect("symbols"));
    let weights = Some(weights.into_iter().collect());
    CheckSpec { modulus: Some(modulus), weights, align: Some(align), symbols, ..plain("weighted") }
}

/// The rates in the order of the errors; glyphs last.
fn rates(spec: &CheckSpec, length: usize) -> Vec<f64> {
    let checker = Checker::compile(spec).expect("a right specification");
    let tallies = count::<u128>(&checker, &Graph::free(&checker, &Place::free(&checker, length)))
        .expect("quickly counted");
    let percent = |missed: u128, all: u128| 100.0 - 100.0 * missed.float() / all.float();
    tallies.iter().map(|tally| if tally.all == 0 { NONE } else { percent(tally.missed, tally.all) }).collect()
}

fn expect(name: &str, spec: &CheckSpec, length: usize, table: &[f64], wrong: &mut Vec<String>) {
    let rates = rates(spec, length);
    for (column, (rate, cell)) in rates.iter().zip(table).enumerate() {
        let exact = if *cell >= 100.0 { *rate >= 100.0 } else { (rate - cell).abs() < 0.005_001 };
        if !exact {
            wrong.push(format!("{name}, length {length}, column {column}: {rate:.3}, the table says {cell}"));
        }
    }
}

#[test]
fn digits_are_caught_as_in_the_table() {
    let mut wrong = Vec::new();
    let rows = [
        (
            "sum10",
            plain("sum10"),
            [100.0, 0.0, 0.0, 88.89, 88.89, 100.0],
            [100.0, 0.0, 0.0, 88.89, 88.89, 100.0],
        ),
        (
            "3,7,1",
            weighted(10, [3, 7, 1], Left),
            [100.0, 74.07, 88.89, 59.26, 71.11, 100.0],
            [100.0, 81.48, 88.89, 59.26, 64.65, 100.0],
        ),
        (
            "1,3,7,9",
            weighted(10, [1, 3, 7, 9], Left),
            [100.0, 88.89, 71.11, 59.26, 88.89, 100.0],
            [100.0, 88.89, 88.89, 44.44, 88.89, 100.0],
        ),
        (
            "1 to 9",
            weighted(10, 1..=9, Left),
            [88.89, 92.59, 88.89, 92.59, 71.11, 89.58],
            [92.31, 98.15, 91.92, 79.63, 83.84, 89.58],
        ),
        (
            "gs1",
            plain("gs1"),
            [100.0, 88.89, 0.0, 88.89, 88.89, 100.0],
            [100.0, 88.89, 0.0, 88.89, 88.89, 100.0],
        ),
        (
            "luhn",
            plain("luhn"),
            [100.0, 97.78, 0.0, 93.33, 88.89, 87.5],
            [100.0, 97.78, 0.0, 93.33, 88.89, 87.5],
        ),
        (
            "damm",
            plain("damm"),
            [100.0, 100.0, 90.19, 90.67, 88.34, 97.08],
            [100.0, 100.0, 89.74, 91.11, 88.26, 97.92],
        ),
        (
            "verhoeff",
            plain("verhoeff"),
            [100.0, 100.0, 94.22, 95.56, 94.22, 83.33],
            [100.0, 100.0, 94.22, 95.56, 94.22, 80.21],
        ),
        (
            "mod 11,10",
            plain("iso7064-mod11-10"),
            [100.0, 97.78, 90.67, 93.33, 94.67, 87.5],
            [100.0, 97.78, 90.67, 93.33, 94.67, 87.5],
        ),
        (
            "mod 11, 2 to 7",
            weighted(11, 2..=7, Right),
            [100.0, 100.0, 100.0, 83.08, 100.0, 87.5],
            [100.0, 100.0, 100.0, 83.21, 100.0, 87.5],
        ),
        (
            "mod 11, 2 to 10",
            weighted(11, 2..=10, Right),
            [100.0, 100.0, 100.0, 83.08, 100.0, 87.5],
            [100.0, 100.0, 100.0, 91.6, 90.83, 88.55],
        ),
        (
            "mod 11, 2 to 7, 10 not issued",
            CheckSpec { symbols: Alphabet::named("decimal"), ..weighted(11, 2..=7, Right) },
            [100.0, 100.0, 100.0, 83.33, 100.0, 87.5],
            [100.0, 100.0, 100.0, 83.33, 100.0, 87.5],
        ),
        (
            "mod 11-2",
            plain("iso7064-mod11-2"),
            [100.0, 100.0, 100.0, 100.0, 100.0, 87.5],
            [100.0, 100.0, 100.0, 100.0, 100.0, 87.5],
        ),
        ("mod 97-10", plain("iso7064-mod97-10"), [100.0; 6], [100.0; 6]),
    ];
    for (name, spec, six, twelve) in rows {
        expect(name, &spec, 6, &six, &mut wrong);
        expect(name, &spec, 12, &twelve, &mut wrong);
    }
    expect("ric", &plain("ric"), 17, &[100.0, 100.0, 100.0, 100.0, 100.0, 87.5], &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn digits_and_letters_are_caught_as_in_the_table() {
    let mut wrong = Vec::new();
    let mod10 = CheckSpec { alphabet: Alphabet::named("alphanumeric"), ..weighted(10, [3, 7, 1], Left) };
    // The table takes the check character of value 10 for the payload character of value 10, A; the
    // standard prints X, which is another payload character, so that 1X and X1 are both right.
    let gb = CheckSpec {
        alphabet: Alphabet::named("alphanumeric"),
        symbols: Alphabet::new("0123456789A").ok(),
        ..weighted(11, [2, 4, 8, 5, 10, 9, 7, 3], Right)
    };
    let rows = [
        ("sum10", over("sum10", "alphanumeric"), [92.65, 10.61, 12.38, 84.35, 84.71, 100.0, 100.0]),
        ("3,7,1", mod10, [92.65, 84.35, 80.90, 60.86, 57.30, 100.0, 100.0]),
        ("gb11714, A for X", gb, [93.59, 94.29, 94.44, 94.29, 94.44, 87.5, 80.0]),
        ("luhn mod 36", plain("luhn-mod-n"), [100.0, 99.84, 0.0, 98.10, 97.14, 92.86, 100.0]),
        ("mod 37,36", plain("iso7064-mod37-36"), [100.0, 99.84, 98.10, 98.10, 96.36, 87.5, 100.0]),
        ("mod 37-2", plain("iso7064-mod37-2"), [100.0, 100.0, 100.0, 100.0, 100.0, 87.5, 100.0]),
        ("mod 1271-36", plain("iso7064-mod1271-36"), [100.0; 7]),
        ("mod 27,26", plain("iso7064-mod27-26"), [100.0, 99.69, 97.51, 97.23, 94.91, NONE, NONE]),
        ("mod 661-26", plain("iso7064-mod661-26"), [100.0, 100.0, 100.0, 100.0, 100.0, NONE, NONE]),
    ];
    for (name, spec, seven) in rows {
        expect(name, &spec, 7, &seven, &mut wrong);
    }
    expect("uscc", &plain("uscc"), 7, &[100.0; 5], &mut wrong);
    expect("uscc", &plain("uscc"), 17, &[100.0, 100.0, 100.0, 100.0, 93.75], &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
