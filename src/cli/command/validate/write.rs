//! Verdicts written as they come, in every format, without holding them.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::judge::Finding;
use crate::cli::args::Format;
use crate::cli::render::{Page, json, object, plain, segments};
use crate::table::{self, Encoding, RowWriter};

/// Bytes collected before they are written.
pub(super) const BLOCK: usize = 256 * 1024;

/// Columns of CSV.
const HEADERS: [&str; 6] = ["code", "verdict", "rule", "reason", "state", "spelling"];

/// Writes and counts verdicts.
pub(super) struct Verdicts<W: Write> {
    sink: Sink<W>,
    page: Page,
    /// So few codes that valid ones are explained too.
    few: bool,
    valid: u64,
    invalid: u64,
}

enum Sink<W: Write> {
    Table(W),
    Plain(W),
    Json(W),
    Jsonl(W),
    Csv(RowWriter<W>),
}

impl<W: Write> Verdicts<W> {
    /// Verdicts onto `out`.
    pub(super) fn new(format: Format, page: Page, few: bool, mut out: W) -> io::Result<Self> {
        let sink = match format {
            Format::Table => Sink::Table(out),
            Format::Plain => Sink::Plain(out),
            Format::Json => {
                write!(out, "{{\"schema\":{},\"codes\":[", json::SCHEMA)?;
                Sink::Json(out)
            }
            Format::Jsonl => Sink::Jsonl(out),
            Format::Csv => {
                Sink::Csv(RowWriter::new(out, table::Format::Csv, Encoding::Utf8, false, &HEADERS)?)
            }
        };
        Ok(Self { sink, page, few, valid: 0, invalid: 0 })
    }

    /// Whether more is told of a valid code than its rule.
    pub(super) fn explains(&self) -> bool {
        match self.sink {
            Sink::Json(_) | Sink::Jsonl(_) => true,
            Sink::Table(_) => self.few,
            Sink::Plain(_) | Sink::Csv(_) => false,
        }
    }

    /// A code that `rule` reads as it stands, so it is plain ASCII. The fast path.
    pub(super) fn valid(&mut self, code: &[u8], rule: &str) -> io::Result<()> {
        let Sink::Plain(out) = &mut self.sink else {
            let code = String::from_utf8_lossy(code).into_owned();
            let rule = Some(rule.to_owned());
            return self.finding(&Finding { code, valid: true, rule, ..Finding::default() });
        };
        out.write_all(code)?;
        out.write_all(b"\tvalid\t")?;
        out.write_all(rule.as_bytes())?;
        out.write_all(b"\n")?;
        self.valid += 1;
        Ok(())
    }

    /// Any other code.
    pub(super) fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let first = self.valid + self.invalid == 0;
        *(if finding.valid { &mut self.valid } else { &mut self.invalid }) += 1;
        let page = self.page;
        match &mut self.sink {
            Sink::Table(out) => out.write_all(paragraph(finding, self.few, page).as_bytes()),
            Sink::Plain(out) => out.write_all(line(finding, page).as_bytes()),
            Sink::Json(out) => {
                if !first {
                    out.write_all(b",")?;
                }
                out.write_all(json::text(&facts(finding), page)?.as_bytes())
            }
            Sink::Jsonl(out) => json::line(&facts(finding), page, out),
            Sink::Csv(writer) => {
                let code = page.text(&finding.code);
                let reason = (!finding.valid).then(|| reason(finding));
                writer.row(&[
                    Some(code.as_ref()),
                    Some(word(finding)),
                    finding.rule.as_deref(),
                    reason.as_deref(),
                    finding.state,
                    finding.spelling.as_deref(),
                ])
            }
        }
    }

    /// Lets out what was written so far; a CSV lies whole in its own buffer.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Table(out) | Sink::Plain(out) | Sink::Json(out) | Sink::Jsonl(out) => out.flush(),
            Sink::Csv(_) => Ok(()),
        }
    }

    /// Ends the output and tells how many codes were valid and how many were not.
    pub(super) fn finish(mut self) -> io::Result<(u64, u64)> {
        if let Sink::Json(out) = &mut self.sink {
            writeln!(out, "],\"valid\":{},\"invalid\":{}}}", self.valid, self.invalid)?;
        }
        self.flush()?;
        if let Sink::Csv(writer) = self.sink {
            writer.finish()?.flush()?;
        }
        Ok((self.valid, self.invalid))
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

/// A verdict for scripts: code, verdict, rule or reason; then state and spelling, where there are any.
fn line(finding: &Finding, page: Page) -> String {
    let mut cells = vec![page.text(&finding.code).into_owned(), word(finding).to_owned()];
    cells.push(if finding.valid {
        rule(finding).to_owned()
    } else {
        page.text(&reason(finding)).into_owned()
    });
    cells.extend(finding.state.map(str::to_owned));
    cells.extend(finding.spelling.clone().filter(|_| finding.valid));
    let mut text = String::new();
    plain::line(cells.iter().map(String::as_str), &mut text);
    text
}

/// A verdict for people: the segments of a valid code, a caret under what is wrong with an invalid one.
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
fn facts(finding: &Finding) -> Map<String, Value> {
    let mut facts = object([
        ("code", finding.code.as_str().into()),
        ("valid", finding.valid.into()),
        ("rule", finding.rule.clone().into()),
    ]);
    if finding.valid {
        // A spelling that was accepted is the code that the segments were read from.
        let code = finding.spelling.as_deref().unwrap_or(&finding.code);
        facts.insert("segments".to_owned(), segments::list(code, &finding.segments));
    } else {
        facts.insert("error".to_owned(), finding.fault.as_ref().map(segments::fault).into());
        facts.insert("reason".to_owned(), reason(finding).into());
    }
    facts.insert("spelling".to_owned(), finding.spelling.clone().into());
    facts.insert("state".to_owned(), finding.state.into());
    facts
}

#[cfg(test)]
mod tests {
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
        assert_eq!(verdicts.finish().expect("memory"), (1, 1));
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
