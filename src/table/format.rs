//! The file formats rows come in, and which of them a file name tells.

use std::path::Path;

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
    /// A workbook of Excel since 2007.
    Xlsx,
    /// A workbook of Excel before 2007; read only.
    Xls,
    /// A workbook of `LibreOffice`; read only.
    Ods,
}

impl Format {
    /// The format that a file's extension tells; `None` for an extension that tells nothing.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "xls" | "et" => Some(Self::Xls),
            "ods" => Some(Self::Ods),
            _ => None,
        }
    }

    /// Whether it is that of a workbook.
    pub fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xls | Self::Ods)
    }

    /// The format for rows that go where no name tells one: its own, CSV for a workbook.
    #[must_use]
    pub fn streamed(self) -> Self {
        if self.is_workbook() { Self::Csv } else { self }
    }

    /// Its name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_the_format_or_nothing() {
        assert_eq!(Format::of_path(Path::new("out/VIP.CSV")), Some(Format::Csv));
        assert_eq!(Format::of_path(Path::new("vip.ndjson")), Some(Format::Jsonl));
        assert_eq!(Format::of_path(Path::new("vip.json")), Some(Format::Json));
        assert_eq!(Format::of_path(Path::new("vip.xlsx")), Some(Format::Xlsx));
        assert_eq!(Format::of_path(Path::new("/dev/stdout")), None);
    }
}
