//! Issuing: which rule, which values, which day, which number — and what is answered when it was
//! asked before.

mod days;
mod namesakes;
mod numbers;
mod periods;
mod references;
mod requests;
mod rules;
mod values;
