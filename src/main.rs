//! custcode.
fn main() {}
