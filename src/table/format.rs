//! The file formats rows come in, by name and by file extension.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A file format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Comma-separated, quoted where needed, LF line ends.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON document: `{"schema":1,"rows":[…]}`.
    Json,
}

/// A name that is no format of rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown file format {0:?}: give one of csv, jsonl, json")]
pub struct UnknownFormat(pub String);

impl Format {
    /// The names to offer, in the order of the variants.
    pub const NAMES: [&'static str; 3] = ["csv", "jsonl", "json"];

    /// The name of the format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
        }
    }

    /// The format that a file's extension tells; `None` for an extension that tells nothing.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        for name in Format::NAMES {
            assert_eq!(name.parse::<Format>().map(|f| f.to_string()), Ok(name.to_owned()));
        }
        assert_eq!("xlsx".parse::<Format>(), Err(UnknownFormat("xlsx".to_owned())));
    }

    #[test]
    fn an_extension_tells_the_format_or_nothing() {
        assert_eq!(Format::of_path(Path::new("out/VIP.CSV")), Some(Format::Csv));
        assert_eq!(Format::of_path(Path::new("vip.ndjson")), Some(Format::Jsonl));
        assert_eq!(Format::of_path(Path::new("vip.json")), Some(Format::Json));
        assert_eq!(Format::of_path(Path::new("vip.xlsx")), None);
        assert_eq!(Format::of_path(Path::new("/dev/stdout")), None);
    }
}
