//! What check digits catch: computed rates against published tables, and against counting code by
//! code.

mod counted;
mod enumerated;
mod report;
mod tables;
