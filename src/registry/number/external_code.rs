//! A code from outside, before the ledger takes it in.

use jiff::civil::Date;

use crate::code::normalize;
use crate::registry::customer::code_reading;
use crate::registry::customer::request::{Values, field_index};
use crate::registry::{Error, Result, limits};
use crate::rule::{Reading, RuleBook};
use crate::store::NewCode;

/// The longest code that is taken in, in characters.
const LONGEST: usize = 128;

/// A code from outside, read under the rules.
pub(crate) struct ExternalCode<'b> {
    /// As the rule that reads it prints it; one from outside the rules as it came, blanks around it
    /// taken off.
    pub(crate) written: String,
    /// Its canonical form.
    pub(crate) canonical: String,
    /// As it came, blanks around it taken off, where that is neither of the two.
    pub(crate) brought: Option<String>,
    /// What it says; none for a legacy code.
    pub(crate) reading: Option<Reading<'b>>,
}

impl<'b> ExternalCode<'b> {
    /// Reads a code; one that no rule reads is refused unless `legacy`.
    pub(crate) fn read(book: &'b RuleBook, code: &str, legacy: bool) -> Result<Self> {
        let written = code.trim().to_owned();
        let canonical = normalize::canonical(&written).into_owned();
        let unfit = |reason: &str| Error::InvalidCode {
            code: written.clone(),
            reason: reason.to_owned(),
            hint: None,
        };
        if canonical.is_empty() {
            return Err(unfit("it is empty"));
        }
        if let Some(control) = limits::control_character(&written) {
            return Err(unfit(&format!("it has {control}")));
        }
        if canonical == "AUTO" {
            return Err(unfit("in a file the word asks for a new code"));
        }
        if canonical.chars().count() > LONGEST {
            return Err(unfit("it is longer than 128 characters"));
        }
        let came = written.clone();
        let (written, reading) = match code_reading::read(book, &written) {
            // In whatever spelling it comes, a code that a rule reads is kept as that rule prints
            // it.
            Ok(reading) => (reading.text(), Some(reading)),
            Err(_) if legacy => (written, None),
            Err(rejection) => {
                let fault = &rejection.invalid;
                return Err(Error::InvalidCode {
                    reason: format!("{fault} (position {}, rule {})", fault.offset + 1, rejection.rule.name),
                    code: written,
                    hint: Some("to keep a code that no rule reads: --legacy".to_owned()),
                });
            }
        };
        let brought = Some(came).filter(|came| *came != written && *came != canonical);
        Ok(Self { written, canonical, brought, reading })
    }

    /// The date that the code itself prints, when it prints a whole one.
    pub(crate) fn date(&self) -> Option<Date> {
        self.reading.as_ref()?.date
    }

    /// How the ledger keeps it: as written only where that differs.
    pub(crate) fn row(&self, counter: Option<i64>) -> NewCode<'_> {
        NewCode {
            canonical: &self.canonical,
            written: (self.written != self.canonical).then_some(self.written.as_str()),
            brought: self.brought.as_deref(),
            counter,
            number: self.reading.as_ref().and_then(|reading| reading.number),
        }
    }

    /// Gives the fields whose values the code names these values, where the record has none.
    pub(crate) fn fill(&self, book: &RuleBook, values: &mut Values) {
        let Some(reading) = &self.reading else { return };
        for (name, key) in reading.values(book) {
            if let Ok(index) = field_index(book, name) {
                values.fill(index, key);
            }
        }
    }
}
