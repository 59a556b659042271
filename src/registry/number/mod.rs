//! Numbers and the codes that carry them: issue, register, allocate, void.

pub mod allocate;
pub(crate) mod external_code;
pub mod issue;
mod outcome;
pub mod register;
pub mod void;
