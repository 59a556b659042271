//! Whether codes are right, and if not, where they go wrong. The rules alone decide, unless a
//! ledger is asked too.

use crate::code::Invalid;
use crate::code::normalize::canonical;
use crate::registry::{Error, Result};
use crate::rule::reading::{ReadSegment, Reading};
use crate::rule::{self, Rule, RuleBook, SelectError};
use crate::store::{CodeState, Store};

/// Bytes of the longest text that is looked at; far more than a code has.
pub const LONGEST: usize = 4096;

/// Characters shown of a text that is longer or no text at all.
const SHOWN: usize = 60;

/// Findings wait for the ledger's answer in batches of this size.
const BATCH: usize = 1000;

/// The answer for one code.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// A code of these rules.
    Valid {
        /// Rule id.
        rule: String,
        /// Its segments.
        segments: Vec<ReadSegment>,
    },
    /// Not a code of any rule: the fault of the rule that read furthest.
    Invalid {
        /// That rule's id.
        rule: String,
        /// The fault.
        fault: Invalid,
        /// A valid code that differs in spelling only.
        suggestion: Option<String>,
    },
}

/// Judges one code by the rules alone, exactly as it is written.
pub fn verdict(book: &RuleBook, code: &str) -> Verdict {
    match book.read(code) {
        Ok(reading) => Verdict::Valid { rule: reading.rule.id.clone(), segments: reading.segments },
        Err(rejection) => Verdict::Invalid {
            rule: rejection.rule.id.clone(),
            fault: rejection.invalid,
            suggestion: rejection.suggestion,
        },
    }
}

/// How codes are judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'o> {
    /// Only by the rule of this name or id.
    pub rule: Option<&'o str>,
    /// Codes that differ from a valid one in spelling only (case, width, blanks) are valid too.
    pub normalize: bool,
    /// Valid codes are read segment by segment, too.
    pub explain: bool,
}

/// Everything about one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// As given; a stand-in where it is no text or too long.
    pub code: String,
    /// Whether the answer is yes.
    pub valid: bool,
    /// The id of the rule that reads it, or came furthest; none where no rule was asked.
    pub rule: Option<String>,
    /// The segments of a valid code.
    pub segments: Vec<ReadSegment>,
    /// Where it goes wrong.
    pub fault: Option<Invalid>,
    /// Why it is invalid, when no segment is to blame.
    pub reason: Option<String>,
    /// The right spelling: accepted where the code is valid, else only a suggestion.
    pub spelling: Option<String>,
    /// State in the ledger.
    pub state: Option<&'static str>,
    /// One rule was asked: what others say of the code does not count.
    pub(crate) single: bool,
}

/// What is said of one code.
#[derive(Debug)]
pub enum Judged<'j> {
    /// A rule reads it as it stands, so it is plain ASCII; more was not asked for.
    Read {
        /// The code.
        code: &'j [u8],
        /// The rule.
        rule: &'j Rule,
    },
    /// Anything else.
    Found(Box<Finding>),
}

/// Codes under judgement, one after the other.
pub struct Validation<'a> {
    book: &'a RuleBook,
    ledger: Option<&'a mut dyn Store>,
    only: Option<&'a Rule>,
    normalize: bool,
    explain: bool,
    waiting: Vec<Finding>,
}

impl<'a> Validation<'a> {
    /// Judges by the rules of `book`. With a ledger a code must also be in it and not void.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn new(book: &'a RuleBook, ledger: Option<&'a mut dyn Store>, options: Options<'_>) -> Result<Self> {
        let only = options.rule.map(|name| book.rule(name).ok_or_else(|| unknown(book, name))).transpose()?;
        let Options { normalize, explain, .. } = options;
        Ok(Self { book, ledger, only, normalize, explain, waiting: Vec::new() })
    }

    /// Judges one code. `each` gets what is said of it, now or, where the ledger is asked, with
    /// others later: see [`Self::settle`].
    ///
    /// # Errors
    /// Those of the ledger and of `each`.
    pub fn judge<E: From<Error>>(
        &mut self,
        code: &[u8],
        each: &mut impl FnMut(Judged<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        if self.ledger.is_some() {
            self.waiting.push(self.find(code));
            return if self.waiting.len() < BATCH { Ok(()) } else { self.settle(each) };
        }
        match self.reads(code).filter(|_| !self.explain) {
            Some(rule) => each(Judged::Read { code, rule }),
            None => each(Judged::Found(Box::new(self.find(code)))),
        }
    }

    /// Hands over what still waits for the ledger's answer.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn settle<E: From<Error>>(
        &mut self,
        each: &mut impl FnMut(Judged<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        if let Some(ledger) = &mut self.ledger {
            let codes: Vec<&str> = self.waiting.iter().map(|finding| finding.code.as_str()).collect();
            let states = states(*ledger, &codes)?;
            for (finding, state) in self.waiting.iter_mut().zip(states) {
                finding.registered(state);
            }
        }
        self.waiting.drain(..).try_for_each(|finding| each(Judged::Found(Box::new(finding))))
    }

    /// The rule that reads `code` as it stands; allocates nothing.
    fn reads(&self, code: &[u8]) -> Option<&'a Rule> {
        self.book.matches(code).filter(|rule| self.only.is_none_or(|only| self.means(only, &rule.id)))
    }

    /// Whether the rule of this id is `only`, or one that took over from it with wider numbers.
    fn means(&self, only: &Rule, id: &str) -> bool {
        self.book.family(only).any(|rule| rule.id == id)
    }

    /// What the rules say.
    fn find(&self, code: &[u8]) -> Finding {
        let Ok(text) = str::from_utf8(code) else {
            let shown = String::from_utf8_lossy(code).chars().take(SHOWN).collect();
            return refused(shown, "not UTF-8 text".to_owned());
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
        let rejection = match self.book.read(text) {
            Ok(reading) => return valid(text, reading, None),
            Err(rejection) => rejection,
        };
        if let Some(spelling) = rejection.suggestion.as_deref().filter(|_| self.normalize)
            && let Ok(reading) = self.book.read(spelling)
        {
            return valid(text, reading, Some(spelling));
        }
        Finding {
            code: text.to_owned(),
            rule: Some(rejection.rule.id.clone()),
            fault: Some(rejection.invalid),
            spelling: rejection.suggestion,
            ..Finding::default()
        }
    }

    /// As [`Self::by_any`], where only one rule counts.
    fn by_rule(&self, only: &Rule, text: &str) -> Finding {
        let any = self.by_any(text);
        if any.valid && any.rule.as_ref().is_some_and(|id| self.means(only, id)) {
            return any;
        }
        let fault = only.pattern.parse(text).err();
        let reason = fault.is_none().then(|| format!("not read as a code of rule {}", only.id));
        let is_of = |code: &String| self.book.read(code).is_ok_and(|it| self.means(only, &it.rule.id));
        let (spelling, rule) = (any.spelling.filter(is_of), Some(only.id.clone()));
        Finding { code: any.code, rule, fault, reason, spelling, single: true, ..Finding::default() }
    }
}

impl Finding {
    /// Takes the ledger's answer in: a code that is not there is not registered, and one that was
    /// cancelled is nobody's; any other that is there is a code, whatever the rules are now, unless
    /// it is only spelled like one.
    fn registered(&mut self, state: Option<CodeState>) {
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

fn valid(code: &str, reading: Reading<'_>, spelling: Option<&str>) -> Finding {
    Finding {
        code: code.to_owned(),
        valid: true,
        rule: Some(reading.rule.id.clone()),
        segments: reading.segments,
        spelling: spelling.map(str::to_owned),
        ..Finding::default()
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

/// The state of each code (any spelling) in the ledger; `None` = it is not there.
fn states(ledger: &mut dyn Store, codes: &[&str]) -> Result<Vec<Option<CodeState>>> {
    let canonical: Vec<_> = codes.iter().map(|code| canonical(code)).collect();
    let canonical: Vec<&str> = canonical.iter().map(AsRef::as_ref).collect();
    let rows = ledger.read()?.find_codes(&canonical)?;
    Ok(rows.into_iter().map(|row| row.map(|row| row.state)).collect())
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
