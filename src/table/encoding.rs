//! The text encodings a file may have. Never guessed: a guess is only offered as a hint.

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

impl Encoding {
    /// The name as it is given to `--encoding`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Gb18030 => "gb18030",
            Self::Utf16 => "utf-16",
        }
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
