//! The next number of a scope that has a code.
