//! Files of other systems as they are: what their columns mean, and files that are not understood,
//! for which no number is spent.

mod codes;
mod dates;
mod dialect;
mod explain;
mod identity;
mod names;
mod no_customers;
mod returned;

use crate::support::Test;

/// Rules that print nothing but a number.
fn counted() -> Test {
    Test::new().rules("custcode = 1\n[rules.customer]\npattern = \"K{seq:5}\"\n")
}
