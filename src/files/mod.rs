//! Files and their bytes, for whoever reads or writes some: digests, files in the making, and what
//! the file systems they lie on can do.

mod digest;
#[cfg(feature = "ledger")]
pub(crate) mod draft;
#[cfg(feature = "ledger")]
pub(crate) mod network;
#[cfg(feature = "ledger")]
pub(crate) mod space;

pub(crate) use digest::Digest;
