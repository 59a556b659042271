//! The dialect of a CSV file: what stands between its cells, how its lines end, what is quoted; and
//! how its delimiter is found out.

/// Delimiters that are found out, those that files use most first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The delimiter of files that hold only one column, as far as anybody can see.
const USUAL: u8 = b',';
/// Rows that are looked at.
const ROWS: usize = 50;

/// How rows of CSV are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// An ASCII character that [`is_delimiter`].
    pub delimiter: u8,
    /// How lines end.
    pub line_end: LineEnd,
    /// Which cells stand in quotes.
    pub quoting: Quoting,
    /// Whether the first line names the delimiter, as `sep=;`.
    pub sep_line: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: USUAL, line_end: LineEnd::Lf, quoting: Quoting::Needed, sep_line: false }
    }
}

/// Which cells stand in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// Those that need it.
    #[default]
    Needed,
    /// All of them.
    All,
}

impl Quoting {
    /// A word that stays: `needed` or `all`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::All => "all",
        }
    }
}

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnd {
    /// LF, as on Unix.
    #[default]
    Lf,
    /// CR LF, as on Windows.
    CrLf,
    /// CR, as on old Macs.
    Cr,
}

impl LineEnd {
    /// A word that stays: `lf`, `crlf` or `cr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Cr => "cr",
        }
    }

    /// Its bytes.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// Whether a byte can stand between cells.
pub fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t' | b' ') || byte.is_ascii_punctuation() && !matches!(byte, b'"' | b'\'')
}

/// Whether a cell of a header must be quoted lest a reader take what is in it for the delimiter.
pub(super) fn misleads(header: &str) -> bool {
    header.bytes().any(|byte| CANDIDATES.contains(&byte))
}

/// The delimiter that a first line of the form `sep=;` names.
pub(super) fn named_by(line: &[u8]) -> Option<u8> {
    let (word, rest) = line.split_at_checked(4)?;
    match rest {
        [delimiter] if word.eq_ignore_ascii_case(b"sep=") && is_delimiter(*delimiter) => Some(*delimiter),
        _ => None,
    }
}

/// What the beginning of a file shows of its delimiter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// This one.
    Certain(u8),
    /// The rows agree with the header whichever of these is taken.
    Open(Vec<u8>),
}

/// Finds the delimiter of a file from its header on: one that is in the header, and by which the
/// rows have as many cells as the header has. `whole`: the sample is all of the file.
pub(super) fn sniff(sample: &[u8], whole: bool) -> Sniffed {
    let mut rows = occurrences(sample, whole);
    if rows.is_empty() {
        return Sniffed::Certain(USUAL);
    }
    let header = rows.remove(0);
    let mut found: Vec<usize> = (0..CANDIDATES.len()).filter(|at| header[*at] > 0).collect();
    // A bar is common in cells and rare between them.
    if found.len() > 1 {
        found.retain(|at| CANDIDATES[*at] != b'|');
    }
    let [first, ref others @ ..] = found[..] else { return Sniffed::Certain(USUAL) };
    if others.is_empty() {
        return Sniffed::Certain(CANDIDATES[first]);
    }
    let agreeing = |at: usize| rows.iter().filter(|row| row[at] == header[at]).count();
    let best = found.iter().map(|at| agreeing(*at)).max().unwrap_or_default();
    let likely: Vec<u8> =
        found.iter().filter(|at| agreeing(**at) == best).map(|at| CANDIDATES[*at]).collect();
    match likely[..] {
        [one] => Sniffed::Certain(one),
        _ if best == 0 => Sniffed::Certain(CANDIDATES[first]),
        _ => Sniffed::Open(likely),
    }
}

/// How often each candidate stands outside of quotes in each of the first rows; blank lines are no
/// rows.
fn occurrences(sample: &[u8], whole: bool) -> Vec<[usize; CANDIDATES.len()]> {
    let mut rows = Vec::new();
    let (mut row, mut begun) = ([0; CANDIDATES.len()], false);
    for (byte, quoted) in Unquoted::over(sample, &CANDIDATES) {
        if !quoted && matches!(byte, b'\n' | b'\r') {
            if begun {
                rows.push(row);
            }
            if rows.len() == ROWS {
                return rows;
            }
            (row, begun) = ([0; CANDIDATES.len()], false);
            continue;
        }
        begun = true;
        if !quoted && let Some(at) = CANDIDATES.iter().position(|candidate| *candidate == byte) {
            row[at] += 1;
        }
    }
    // What was cut off says nothing, unless there is nothing else.
    if begun && (whole || rows.is_empty()) {
        rows.push(row);
    }
    rows
}

/// Whether the header and the first row below it have all their cells in quotes.
pub(super) fn quoting(sample: &[u8], delimiter: u8) -> Quoting {
    let (mut lines, mut opens, mut begun, mut quoted_cells) = (0, true, false, 0);
    for (byte, quoted) in Unquoted::over(sample, &[delimiter]) {
        match byte {
            b'"' if opens => (opens, begun, quoted_cells) = (false, true, quoted_cells + 1),
            _ if quoted => {}
            b'\n' | b'\r' if !begun => {}
            byte if opens && (byte == delimiter || matches!(byte, b'\n' | b'\r')) => {
                return Quoting::Needed;
            }
            b'\n' | b'\r' => {
                lines += 1;
                if lines == 2 {
                    break;
                }
                (opens, begun) = (true, false);
            }
            byte if byte == delimiter => opens = true,
            b' ' if opens => {}
            _ if opens => return Quoting::Needed,
            _ => {}
        }
    }
    if quoted_cells > 0 { Quoting::All } else { Quoting::Needed }
}

/// Each byte of a text with whether it stands inside of quotes; a quote opens at the beginning of a
/// cell only.
struct Unquoted<'s> {
    sample: &'s [u8],
    /// What may stand between cells.
    delimiters: &'s [u8],
    at: usize,
    opens: bool,
    quoted: bool,
}

impl<'s> Unquoted<'s> {
    fn over(sample: &'s [u8], delimiters: &'s [u8]) -> Self {
        Self { sample, delimiters, at: 0, opens: true, quoted: false }
    }
}

impl Iterator for Unquoted<'_> {
    type Item = (u8, bool);

    fn next(&mut self) -> Option<(u8, bool)> {
        let byte = *self.sample.get(self.at)?;
        self.at += 1;
        if self.quoted {
            if byte == b'"' {
                if self.sample.get(self.at) == Some(&b'"') {
                    self.at += 1;
                } else {
                    self.quoted = false;
                }
            }
            return Some((byte, true));
        }
        if byte == b'"' && self.opens {
            (self.quoted, self.opens) = (true, false);
            return Some((byte, true));
        }
        self.opens =
            self.delimiters.contains(&byte) || matches!(byte, b'\n' | b'\r') || self.opens && byte == b' ';
        Some((byte, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_in_the_header_and_the_rows_agree() {
        for (sample, expected) in [
            ("name|phone\nA|1\n", Sniffed::Certain(b'|')),
            ("a,b|c\n1,2\n", Sniffed::Certain(b',')),
            ("a;b\n1,5;2\n", Sniffed::Certain(b';')),
            ("No;Name, Ort;Tel\n1;A;2\n2;B;3\n", Sniffed::Certain(b';')),
            ("code,a;b\n1,2\n", Sniffed::Certain(b',')),
            ("\"a,b\";c\n1;2\n", Sniffed::Certain(b';')),
            ("\"Ref\", \"Na;me\"\n1,2\n", Sniffed::Certain(b',')),
            ("a\tb,c\n1\t2\n", Sniffed::Certain(b'\t')),
            ("a,b;c\n", Sniffed::Certain(b',')),
            ("a,b;c\n1,2;3\n", Sniffed::Open(vec![b',', b';'])),
            ("a\n1,2\n", Sniffed::Certain(b',')),
            ("", Sniffed::Certain(b',')),
        ] {
            assert_eq!(sniff(sample.as_bytes(), true), expected, "{sample:?}");
        }
    }

    #[test]
    fn all_cells_are_quoted_or_those_that_need_it() {
        for (sample, expected) in [
            ("\"a\",\"b\"\n\"1\",\"\"\n", Quoting::All),
            ("\"a\", \"b\"\r\n\"1\", \"2\"", Quoting::All),
            ("\"a\",\"b\"\n\n\"1\",\"2\"\n3,4\n", Quoting::All),
            ("\"a\",\"b\"\n1,\"2\"\n", Quoting::Needed),
            ("a,\"b\"\n", Quoting::Needed),
            ("\"a\",\"b\"\n\"1\",\n", Quoting::Needed),
        ] {
            assert_eq!(quoting(sample.as_bytes(), b','), expected, "{sample:?}");
        }
    }

    #[test]
    fn a_first_line_may_name_the_delimiter() {
        assert_eq!(named_by(b"sep=;"), Some(b';'));
        assert_eq!(named_by(b"SEP=\t"), Some(b'\t'));
        for other in [&b"sep="[..], b"sep=a", b"sep=;;", b"separ", b"\"sep=;\""] {
            assert_eq!(named_by(other), None);
        }
    }
}
