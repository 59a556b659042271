//! Bringing a file of customers in, in three passes: read and check everything against the rules
//! (no ledger, nobody waits); find out who is who; then register, number and write. All or nothing,
//! unless a partial run was asked for.

mod attributes;
mod brought;
mod coded;
mod contradictions;
mod date;
mod decision;
mod defaulted;
mod digest;
mod explain;
mod failure;
mod identify;
mod inspection;
mod mapping;
mod mended;
mod namesakes;
mod numbering;
mod party;
mod read;
mod rejects;
mod repeated;
mod repeats;
mod replay;
mod request;
mod row;
mod run;
mod understood;
mod words;
mod write;

pub use date::{DateOrder, day};
pub use explain::{Explained, ExplainedColumn, Odd, Stop, explain};
pub use inspection::{SeenColumn, Unclear};
pub use mapping::Why;
pub use request::{
    CounterMove, ImportReport, ImportRequest, Listener, Mapped, Means, Rejection, Stand, Target,
};
