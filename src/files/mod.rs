//! Files in the making, and what the file systems they lie on can do.

pub(crate) mod draft;
pub(crate) mod network;
