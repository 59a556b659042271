//! Which rule issues: `--rule`, else the one whose `applies_to` matches, else the default rule in
//! force.

use jiff::civil::Date;

use super::document::nearest;
use super::{Rule, RuleBook};

/// No rule, or no such rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// `--rule` names none.
    #[error("unknown rule {name:?}")]
    Unknown {
        /// As given.
        name: String,
        /// The nearest.
        suggestion: Option<String>,
    },
    /// The named rule does not hold on the record date.
    #[error("rule {name} holds {period}, not on {date}")]
    NotInForce {
        /// The rule.
        name: String,
        /// `from 2024-01-01 until 2030-12-31`.
        period: String,
        /// The record date.
        date: Date,
    },
    /// Nothing applies.
    #[error("no rule applies to this customer on {date}")]
    None {
        /// The record date.
        date: Date,
    },
}

impl RuleBook {
    /// The rule that issues: `explicit`, else the one whose `applies_to` matches, else the default
    /// rule in force on `date`. `value(field)` gives the key (or text) the customer has for a
    /// field, default included.
    pub fn select(
        &self,
        explicit: Option<&str>,
        value: &dyn Fn(&str) -> Option<String>,
        date: Date,
    ) -> Result<&Rule, SelectError> {
        if let Some(name) = explicit {
            return self.named(name, date);
        }
        let takes = |rule: &Rule| {
            rule.holds_on(date)
                && rule
                    .applies_to
                    .iter()
                    .all(|(field, keys)| value(field).is_some_and(|key| keys.contains(&key)))
        };
        let applying = self.rules().iter().find(|rule| !rule.applies_to.is_empty() && takes(rule));
        applying.or_else(|| self.defaults().find(|rule| takes(rule))).ok_or(SelectError::None { date })
    }

    /// A rule and those that take over from it by a planned widening.
    pub fn family<'b>(&'b self, rule: &'b Rule) -> impl Iterator<Item = &'b Rule> {
        std::iter::successors(Some(rule), |rule| self.rule(rule.wider.as_deref()?))
    }

    /// The rule of this name or id, else the one that was probably meant.
    pub fn find(&self, name: &str) -> Result<&Rule, SelectError> {
        self.rule(name).ok_or_else(|| SelectError::Unknown {
            name: name.to_owned(),
            suggestion: nearest(name, self.rules().iter().map(|rule| rule.name.as_str())).map(str::to_owned),
        })
    }

    fn named(&self, name: &str, date: Date) -> Result<&Rule, SelectError> {
        let rule = self.find(name)?;
        // Whoever names a rule that was widened means the one in force.
        if let Some(rule) = self.family(rule).find(|rule| rule.holds_on(date)) {
            return Ok(rule);
        }
        Err(SelectError::NotInForce { name: rule.name.clone(), period: rule.period().to_string(), date })
    }
}
