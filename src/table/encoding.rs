//! Text encodings of files: decoded strictly, never guessed; a guess is only offered as a hint.

/// An encoding of `--encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8; a BOM is skipped when reading, not written.
    #[default]
    Utf8,
    /// UTF-8 with BOM when writing.
    Utf8Bom,
    /// GB 18030 (a superset of GBK, which Excel in China saves).
    Gb18030,
    /// UTF-16 with BOM (little endian when writing and where a BOM is missing).
    Utf16,
}
