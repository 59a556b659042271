//! One code judged: by which rule it reads, or why none does.

use crate::cli::Failure;
use crate::cli::command::lines::LONGEST;
use crate::code::Invalid;
use crate::registry::validate::{Verdict, verdict};
use crate::rule::reading::ReadSegment;
use crate::rule::{self, Rule, RuleBook, SelectError};
use crate::store::CodeState;

/// Characters shown of a line that is too long to be a code.
const SHOWN: usize = 60;

/// How codes are judged in this run.
pub(super) struct Judge<'a> {
    book: &'a RuleBook,
    only: Option<&'a Rule>,
    normalize: bool,
}

/// Everything about one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Finding {
    /// As given; a stand-in where it is no text or too long.
    pub(super) code: String,
    /// Whether the answer is yes.
    pub(super) valid: bool,
    /// The rule that reads it, or came furthest; none where no rule was asked.
    pub(super) rule: Option<String>,
    /// The segments of a valid code.
    pub(super) segments: Vec<ReadSegment>,
    /// Where it goes wrong.
    pub(super) fault: Option<Invalid>,
    /// Why it is invalid, when no segment is to blame.
    pub(super) reason: Option<String>,
    /// The right spelling: accepted where the code is valid, else only a suggestion.
    pub(super) spelling: Option<String>,
    /// State in the ledger.
    pub(super) state: Option<&'static str>,
    /// One rule was asked: what others say of the code does not count.
    pub(super) single: bool,
}

impl<'a> Judge<'a> {
    /// Judges by every rule of `book`, or by the one named.
    pub(super) fn new(book: &'a RuleBook, only: Option<&str>, normalize: bool) -> Result<Self, Failure> {
        let only = only.map(|name| book.rule(name).ok_or_else(|| unknown(book, name))).transpose()?;
        Ok(Self { book, only, normalize })
    }

    /// The rule that reads `code` as it stands; allocates nothing.
    pub(super) fn reads(&self, code: &[u8]) -> Option<&'a Rule> {
        self.book.matches(code).filter(|rule| self.only.is_none_or(|only| self.means(only, &rule.id)))
    }

    /// Whether the rule of this id is `only`, or one that took over from it with wider numbers.
    fn means(&self, only: &Rule, id: &str) -> bool {
        self.book.family(only).any(|rule| rule.id == id)
    }

    /// Everything about `code`.
    pub(super) fn find(&self, code: &[u8]) -> Finding {
        let Ok(text) = str::from_utf8(code) else {
            let reason = "not UTF-8 text".to_owned();
            return refused(String::from_utf8_lossy(code).chars().take(SHOWN).collect(), reason);
        };
        if code.len() > LONGEST {
            let begin: String = text.chars().take(SHOWN).collect();
            return refused(begin + "…", format!("longer than {LONGEST} bytes"));
        }
        match self.only {
            Some(only) => self.by_rule(only, text),
            None => self.by_any(text),
        }
    }

    fn by_any(&self, text: &str) -> Finding {
        match verdict(self.book, text) {
            Verdict::Valid { rule, segments } => Finding {
                code: text.to_owned(),
                valid: true,
                rule: Some(rule),
                segments,
                ..Finding::default()
            },
            Verdict::Invalid { rule, fault, suggestion } => {
                let spelled = suggestion.as_deref().filter(|_| self.normalize);
                if let Some(Verdict::Valid { rule, segments }) = spelled.map(|code| verdict(self.book, code))
                {
                    return Finding {
                        code: text.to_owned(),
                        valid: true,
                        rule: Some(rule),
                        segments,
                        spelling: suggestion,
                        ..Finding::default()
                    };
                }
                Finding {
                    code: text.to_owned(),
                    rule: Some(rule),
                    fault: Some(fault),
                    spelling: suggestion,
                    ..Finding::default()
                }
            }
        }
    }

    /// As [`Judge::by_any`], where only one rule counts.
    fn by_rule(&self, only: &Rule, text: &str) -> Finding {
        let any = self.by_any(text);
        if any.valid && any.rule.as_ref().is_some_and(|id| self.means(only, id)) {
            return any;
        }
        let fault = only.pattern.parse(text).err();
        let reason = fault.is_none().then(|| format!("not read as a code of rule {}", only.id));
        let spelling = any.spelling.filter(
            |code| matches!(verdict(self.book, code), Verdict::Valid { rule, .. } if self.means(only, &rule)),
        );
        let rule = Some(only.id.clone());
        Finding { code: any.code, rule, fault, reason, spelling, single: true, ..Finding::default() }
    }
}

impl Finding {
    /// Takes the ledger's answer in: a code that is not there is not registered, and one that was cancelled is nobody's; any other
    /// that is there is a code, whatever the rules are now, unless it is only spelled like one.
    pub(super) fn registered(&mut self, state: Option<CodeState>) {
        self.state = state.map(CodeState::as_str);
        match state {
            None if self.valid => {
                self.valid = false;
                self.reason = Some("not in the ledger".to_owned());
            }
            Some(CodeState::Void) if self.spelling.is_none() => {
                self.valid = false;
                self.fault = None;
                self.reason = Some("cancelled for good".to_owned());
            }
            Some(_) if !self.valid && !self.single && self.spelling.is_none() && self.fault.is_some() => {
                self.valid = true;
                self.rule = None;
                self.fault = None;
            }
            _ => {}
        }
    }
}

/// A line that is no code by its looks.
fn refused(code: String, reason: String) -> Finding {
    Finding { code, reason: Some(reason), ..Finding::default() }
}

/// There is no such rule; the nearest name is suggested.
fn unknown(book: &RuleBook, name: &str) -> SelectError {
    let suggestion = rule::nearest(name, book.rules().iter().map(|rule| rule.name.as_str()));
    SelectError::Unknown { name: name.to_owned(), suggestion: suggestion.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(spelling: Option<&str>) -> Finding {
        let fault = Invalid {
            kind: crate::code::Kind::Format,
            index: 0,
            segment: "type".into(),
            offset: 0,
            found: "X".into(),
            expected: "one of 01".into(),
        };
        Finding {
            code: "X1".into(),
            rule: Some("graded".into()),
            fault: Some(fault),
            spelling: spelling.map(str::to_owned),
            ..Finding::default()
        }
    }

    #[test]
    fn an_old_code_in_the_ledger_is_registered() {
        let mut finding = faulty(None);
        finding.registered(Some(CodeState::Active));
        assert!(finding.valid);
        assert_eq!((finding.rule, finding.state), (None, Some("active")));
    }

    #[test]
    fn a_wrong_spelling_stays_wrong() {
        let mut finding = faulty(Some("01A0001"));
        finding.registered(Some(CodeState::Active));
        assert!(!finding.valid);
    }

    #[test]
    fn a_cancelled_code_is_no_good() {
        let mut finding = Finding { code: "01A0002".into(), valid: true, ..Finding::default() };
        finding.registered(Some(CodeState::Void));
        assert!(!finding.valid);
        assert_eq!(finding.reason.as_deref(), Some("cancelled for good"));
        assert_eq!(finding.state, Some("void"));
    }

    #[test]
    fn a_valid_code_that_was_never_issued_is_not_registered() {
        let mut finding = Finding { code: "01A0001".into(), valid: true, ..Finding::default() };
        finding.registered(None);
        assert!(!finding.valid);
        assert_eq!(finding.reason.as_deref(), Some("not in the ledger"));
    }
}
