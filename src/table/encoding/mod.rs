//! The text encodings a file may have, by their WHATWG labels, and how one is found out.

pub(super) mod detect;
mod frequent;
mod score;

use encoding_rs::Encoding as Charset;

pub use detect::{Candidate, Evidence};

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
    /// Any other encoding of the WHATWG Encoding Standard; made by [`Encoding::of_label`].
    Legacy(LegacyEncoding),
}

/// An encoding that is neither a Unicode one nor GB 18030.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegacyEncoding(&'static Charset);

impl Encoding {
    /// The encoding of a WHATWG label such as `windows-1252`, `latin1`, `gbk` or `shift_jis`, in
    /// any case; and of `utf-8-bom`. `None` for what is no label, and for encodings that cannot be
    /// read (`hz-gb-2312`, `iso-2022-cn` …).
    pub fn of_label(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-8-bom" | "utf8-bom" => Some(Self::Utf8Bom),
            "utf16" => Some(Self::Utf16),
            label => Charset::for_label_no_replacement(label.as_bytes()).map(Self::of_charset),
        }
    }

    pub(super) fn of_charset(charset: &'static Charset) -> Self {
        if charset == encoding_rs::UTF_8 {
            Self::Utf8
        } else if charset == encoding_rs::GBK || charset == encoding_rs::GB18030 {
            Self::Gb18030
        } else if charset == encoding_rs::UTF_16LE {
            Self::Utf16
        } else {
            Self::Legacy(LegacyEncoding(charset))
        }
    }

    /// How its bytes are read; the byte order of UTF-16 is told by `head`, the beginning of the
    /// file.
    pub(super) fn charset(self, head: &[u8]) -> &'static Charset {
        match self {
            Self::Utf8 | Self::Utf8Bom => encoding_rs::UTF_8,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Utf16 if head.starts_with(&[0xFE, 0xFF]) => encoding_rs::UTF_16BE,
            Self::Utf16 => encoding_rs::UTF_16LE,
            Self::Legacy(LegacyEncoding(charset)) => charset,
        }
    }

    /// The name as it is given to `--encoding`: the WHATWG name in lower case.
    pub fn name(self) -> String {
        match self {
            Self::Utf8 => "utf-8".to_owned(),
            Self::Utf8Bom => "utf-8-bom".to_owned(),
            Self::Gb18030 => "gb18030".to_owned(),
            Self::Utf16 => "utf-16".to_owned(),
            Self::Legacy(LegacyEncoding(charset)) => charset.name().to_ascii_lowercase(),
        }
    }

    /// Whether every text can be written in it and read again.
    pub fn is_unicode(self) -> bool {
        !matches!(self, Self::Legacy(_))
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_encodings() {
        for (label, name) in [
            ("UTF8", "utf-8"),
            ("utf-8-bom", "utf-8-bom"),
            ("gbk", "gb18030"),
            ("GB2312", "gb18030"),
            ("latin1", "windows-1252"),
            ("iso-8859-1", "windows-1252"),
            ("sjis", "shift_jis"),
            ("big5", "big5"),
            ("ks_c_5601-1987", "euc-kr"),
            ("koi8-r", "koi8-r"),
            ("utf-16", "utf-16"),
            ("utf-16be", "utf-16be"),
        ] {
            assert_eq!(Encoding::of_label(label).map(Encoding::name).as_deref(), Some(name), "{label}");
        }
        for label in ["", "utf-9", "hz-gb-2312", "replacement"] {
            assert_eq!(Encoding::of_label(label), None, "{label}");
        }
    }

    #[test]
    fn names_are_labels_of_the_same_encoding() {
        for label in ["utf-8", "utf-8-bom", "gb18030", "utf-16", "utf-16be", "x-mac-cyrillic", "big5"] {
            let encoding = Encoding::of_label(label).expect("a label");
            assert_eq!(Encoding::of_label(&encoding.name()), Some(encoding));
        }
    }
}
