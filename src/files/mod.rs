//! Files in the making, and what the file systems they lie on can do.

pub(crate) mod digest;
pub(crate) mod draft;
pub(crate) mod network;
pub(crate) mod space;
