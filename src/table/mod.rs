//! Files of rows: CSV, JSON Lines and JSON in and out, encodings, headers.

pub mod encoding;
pub mod headers;
pub mod output;
pub mod read;
pub mod spool;
pub mod write;

pub use encoding::Encoding;
pub use output::OutputFile;
pub use read::{ReadError, Reader, Record};
pub use spool::Source;
pub use write::{Format, RowWriter};
