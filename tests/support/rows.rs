//! Files of customers as people have them, from the generator of the benches.

use std::fmt::Write as _;

use super::customers::Customers;

/// The rule file that fits the generated customers.
pub(crate) const RULES: &str = include_str!("../bench/rules.toml");

/// `rows` customers as CSV, the same ones for the same seed.
pub(crate) fn customers(rows: u64, seed: u64) -> String {
    let mut text = format!("{}\n", Customers::HEADER);
    for customer in Customers::new(rows, seed) {
        let _ = writeln!(text, "{customer}");
    }
    text
}
