//! How results are written, and when they are coloured.

use clap::ValueEnum;

/// A format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns and explanations, for people
    Table,
    /// One record a line, cells separated by tabs
    Plain,
    /// One JSON document with a schema number
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, where the environment does not forbid it
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
