//! The text encodings a file may have, by name. Never guessed: a guess is only offered as a hint.

use std::fmt;
use std::str::FromStr;

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

/// A name that is no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding {0:?}: give one of utf-8, utf-8-bom, gb18030 (also gbk, gb2312), utf-16")]
pub struct UnknownEncoding(pub String);

impl Encoding {
    /// The names to offer, in the order of the variants.
    pub const NAMES: [&'static str; 4] = ["utf-8", "utf-8-bom", "gb18030", "utf-16"];

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

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name.to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "utf-8-bom" | "utf8-bom" | "utf-8-sig" => Ok(Self::Utf8Bom),
            "gb18030" | "gb-18030" | "gbk" | "gb2312" | "cp936" => Ok(Self::Gb18030),
            "utf-16" | "utf16" | "utf-16le" => Ok(Self::Utf16),
            _ => Err(UnknownEncoding(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        for name in Encoding::NAMES {
            assert_eq!(name.parse::<Encoding>().map(|e| e.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn the_names_people_know_are_understood() {
        assert_eq!("GBK".parse(), Ok(Encoding::Gb18030));
        assert_eq!("gb2312".parse(), Ok(Encoding::Gb18030));
        assert_eq!("UTF8".parse(), Ok(Encoding::Utf8));
        assert_eq!("utf_16".parse(), Ok(Encoding::Utf16));
    }

    #[test]
    fn another_name_is_refused_with_the_list() {
        let refused = "latin1".parse::<Encoding>().expect_err("no encoding of ours").to_string();
        assert_eq!(
            refused,
            "unknown encoding \"latin1\": give one of utf-8, utf-8-bom, gb18030 (also gbk, gb2312), utf-16"
        );
    }
}
