//! Files of rows: CSV, JSON Lines, JSON and workbooks in and out, encodings.
//!
//! The way of a row in: [`Source`] (bytes that can be read twice) → decoded text → [`Reader`] (one
//! strict row at a time, every fault with its line). The way out: [`RowWriter`] over an
//! [`OutputFile`] that is whole or absent. What a column means is not decided here.

mod columns;
mod csv;
mod decode;
pub mod dialect;
mod encode;
pub mod encoding;
pub mod fault;
pub mod format;
mod guard;
mod json;
mod object;
pub mod output;
pub mod private;
pub mod read;
pub mod reading;
pub mod record;
mod scan;
pub mod spool;
mod suspect;
mod window;
pub mod workbook;
pub mod write;

pub use dialect::{Dialect, LineEnd, Quoting};
pub use encoding::{Candidate, Encoding, Evidence};
pub use fault::ReadError;
pub use format::Format;
pub use output::OutputFile;
pub use private::private_file;
pub use read::Reader;
pub use reading::{Description, Reading, WorkbookReading};
pub use record::{Cell, Record};
pub use spool::Source;
pub use window::CELL_LIMIT;
pub use write::{RowWriter, json_member, push_json};
