//! From data to text. An [`answer::Answer`] is what a command found; a [`writer::Writer`] writes
//! rows in each of the five formats, whether they are few or millions.

pub(crate) mod anatomy;
pub(crate) mod answer;
pub(crate) mod explanation;
pub(crate) mod json;
pub(crate) mod page;
pub(crate) mod plain;
pub(crate) mod segments;
pub(crate) mod table;
pub(crate) mod writer;
