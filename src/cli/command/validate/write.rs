//! Verdicts written as they come, in every format, without holding them.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::error::failure::Failure;
use crate::cli::format::Format;
use crate::cli::output::page::Page;
use crate::cli::output::plain;
use crate::cli::output::segments::{self, Fault, Segment};
use crate::cli::output::writer::Writer;
use crate::registry::validate::{Finding, Judged};

/// Bytes collected before they are written.
pub(super) const BLOCK: usize = 256 * 1024;

/// Columns of CSV.
const HEADERS: [&str; 6] = ["code", "verdict", "rule", "reason", "state", "spelling"];

/// How many codes were valid and how many were not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Totals {
    pub(super) valid: u64,
    pub(super) invalid: u64,
}

/// Writes and counts verdicts.
pub(super) struct Verdicts<W: Write> {
    format: Format,
    writer: Writer<W>,
    page: Page,
    /// So few codes that valid ones are explained too.
    few: bool,
    totals: Totals,
}

impl<W: Write> Verdicts<W> {
    /// Verdicts onto `out`.
    pub(super) fn new(format: Format, page: Page, few: bool, out: W) -> io::Result<Self> {
        let writer = Writer::new(format, page, "codes", &HEADERS, out)?;
        Ok(Self { format, writer, page, few, totals: Totals::default() })
    }

    /// What is said of a code.
    pub(super) fn write(&mut self, judged: Judged<'_>) -> Result<(), Failure> {
        let written = match judged {
            Judged::Read { code, rule } => self.valid(code, &rule.id),
            Judged::Found(finding) => self.finding(&finding),
        };
        written.map_err(Failure::Stdout)
    }

    /// A code that `rule` reads as it stands. The fast path.
    fn valid(&mut self, code: &[u8], rule: &str) -> io::Result<()> {
        if self.format == Format::Plain
            && let Some(out) = self.writer.text()
        {
            self.totals.valid += 1;
            out.write_all(code)?;
            out.write_all(b"\tvalid\t")?;
            out.write_all(rule.as_bytes())?;
            return out.write_all(b"\n");
        }
        let (code, rule) = (String::from_utf8_lossy(code).into_owned(), Some(rule.to_owned()));
        self.finding(&Finding { code, valid: true, rule, ..Finding::default() })
    }

    /// Any other code.
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        *(if finding.valid { &mut self.totals.valid } else { &mut self.totals.invalid }) += 1;
        let text = match self.format {
            Format::Table => paragraph(finding, self.few, self.page),
            Format::Plain => line(finding, self.page),
            Format::Json | Format::Jsonl | Format::Csv => {
                let reason = if finding.valid { String::new() } else { reason(finding) };
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let state = finding.state.unwrap_or_default().to_owned();
                let (code, verdict) = (finding.code.clone(), word(finding).to_owned());
                let cells = [code, verdict, text(&finding.rule), reason, state, text(&finding.spelling)];
                return self.writer.row(&cells, || Members::from(finding));
            }
        };
        self.writer.text().map_or(Ok(()), |out| out.write_all(text.as_bytes()))
    }

    /// Lets out what was written so far.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Ends the output.
    pub(super) fn finish(self) -> io::Result<Totals> {
        self.writer.finish(&self.totals)?.out.flush()?;
        Ok(self.totals)
    }
}

fn word(finding: &Finding) -> &'static str {
    if finding.valid { "valid" } else { "invalid" }
}

/// The rule's id, or what stands in its place for a code that only the ledger knows.
fn rule(finding: &Finding) -> &str {
    finding.rule.as_deref().unwrap_or("legacy")
}

/// Why a code is invalid, in one line.
fn reason(finding: &Finding) -> String {
    let why = match (&finding.reason, &finding.fault) {
        (Some(reason), _) => reason.clone(),
        (None, Some(fault)) => segments::sentence(rule(finding), fault),
        (None, None) => String::new(),
    };
    match &finding.spelling {
        Some(spelling) if !finding.valid => format!("{why}; did you mean {spelling}?"),
        _ => why,
    }
}

/// A verdict for scripts: code, verdict, rule or reason; then state and spelling, where there are
/// any.
fn line(finding: &Finding, page: Page) -> String {
    let why = if finding.valid { rule(finding).to_owned() } else { reason(finding) };
    let mut cells = vec![finding.code.as_str(), word(finding), &why];
    cells.extend(finding.state);
    cells.extend(finding.spelling.as_deref().filter(|_| finding.valid));
    let mut text = String::new();
    plain::line(cells, page, &mut text);
    text
}

/// A verdict for people: the segments of a valid code, a caret under what is wrong with an invalid
/// one.
fn paragraph(finding: &Finding, few: bool, page: Page) -> String {
    let mut head = vec![page.text(&finding.code).into_owned(), word(finding).to_owned()];
    head.extend(finding.rule.as_ref().map(|rule| format!("rule {rule}")));
    head.extend(finding.state.map(str::to_owned));
    head.extend(finding.spelling.iter().filter(|_| finding.valid).map(|code| format!("written {code}")));
    let mut text = head.join("  ") + "\n";
    if finding.valid {
        if few {
            text.push_str(&segments::lines(&finding.segments, page));
        }
        return text;
    }
    match (&finding.reason, &finding.fault) {
        (Some(reason), _) => text.extend(["  ", &page.text(reason), "\n"]),
        (None, Some(fault)) => text.push_str(&segments::caret(&finding.code, fault, page)),
        (None, None) => {}
    }
    if let Some(spelling) = &finding.spelling {
        text.extend(["  did you mean ", spelling, "?\n"]);
    }
    text
}

/// A verdict as JSON.
#[derive(Serialize)]
struct Members<'a> {
    code: &'a str,
    valid: bool,
    rule: Option<&'a str>,
    /// Of a valid code.
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<Vec<Segment<'a>>>,
    #[serde(flatten)]
    invalid: Option<Why<'a>>,
    spelling: Option<&'a str>,
    state: Option<&'static str>,
}

/// Why a code is invalid, as JSON.
#[derive(Serialize)]
struct Why<'a> {
    error: Option<Fault<'a>>,
    reason: String,
}

impl<'a> From<&'a Finding> for Members<'a> {
    fn from(finding: &'a Finding) -> Self {
        // A spelling that was accepted is the code that the segments were read from.
        let read = finding.spelling.as_deref().unwrap_or(&finding.code);
        let why = || Why { error: finding.fault.as_ref().map(Fault::from), reason: reason(finding) };
        Self {
            code: &finding.code,
            valid: finding.valid,
            rule: finding.rule.as_deref(),
            segments: finding.valid.then(|| segments::list(read, &finding.segments)),
            invalid: (!finding.valid).then(why),
            spelling: finding.spelling.as_deref(),
            state: finding.state,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::code::{Invalid, Kind};

    fn invalid() -> Finding {
        let fault = Invalid {
            kind: Kind::Component,
            index: 1,
            segment: "industry".into(),
            offset: 2,
            found: "X".into(),
            expected: "one of A, B, C".into(),
        };
        Finding {
            code: "01X0001".into(),
            rule: Some("graded".into()),
            fault: Some(fault),
            ..Finding::default()
        }
    }

    fn written(format: Format) -> String {
        let mut out = Vec::new();
        let mut verdicts = Verdicts::new(format, Page::default(), false, &mut out).expect("memory");
        verdicts.valid(b"01A0001", "graded").expect("memory");
        verdicts.finding(&invalid()).expect("memory");
        assert_eq!(verdicts.finish().expect("memory"), Totals { valid: 1, invalid: 1 });
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_pipe_gets_one_line_a_code() {
        assert_eq!(
            written(Format::Plain),
            "01A0001\tvalid\tgraded\n\
             01X0001\tinvalid\tindustry is one of A, B, C, not \"X\" at character 3 (rule graded)\n"
        );
    }

    #[test]
    fn a_person_gets_a_caret() {
        assert_eq!(
            written(Format::Table),
            "01A0001  valid  rule graded\n\
             01X0001  invalid  rule graded\n  01X0001\n    ^ industry is one of A, B, C\n"
        );
    }

    #[test]
    fn json_is_one_document_with_totals() {
        let whole: Value = serde_json::from_str(&written(Format::Json)).expect("parses");
        assert_eq!(whole["schema"], 1);
        assert_eq!((&whole["valid"], &whole["invalid"]), (&1.into(), &1.into()));
        assert_eq!(whole["codes"][0]["valid"], true);
        assert_eq!(whole["codes"][1]["error"]["segment"], "industry");
        assert_eq!(whole["codes"][1]["error"]["position"], 3);
    }

    #[test]
    fn json_lines_are_objects() {
        let lines = written(Format::Jsonl);
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    }
}
