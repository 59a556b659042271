//! Numbers and the codes that carry them: issue, register, allocate, void.

pub mod allocate;
pub mod issue;
pub mod register;
pub mod void;
