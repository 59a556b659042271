//! The rule book: what the registry asks when it issues or reads a code.

use std::ops::Deref;

use jiff::tz::TimeZone;

use super::compile::{self, Compiled, RuleSpan};
use super::document::Findings;
use super::{Bundle, Diagnostics, Field, Rule, Severity, Target, prove};

/// Rules, fields and settings of a rule file without errors of its own. Whether no two customers
/// get one code is known of a [`ProvedBook`], and of rules that a ledger has adopted.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// The texts it came from.
    pub bundle: Bundle,
    /// Their digest.
    pub digest: String,
    /// Warnings that no rule's `allow` accepts.
    pub warnings: Diagnostics,
    /// The user's folder in which whoever adopts these rules notes where they lie.
    pub noted_in: Option<std::path::PathBuf>,
    timezone: Option<TimeZone>,
    store: Option<String>,
    store_group: Option<String>,
    targets: Vec<&'static Target>,
    fields: Vec<Field>,
    rules: Vec<Rule>,
    /// By rule: where it stands.
    spans: Vec<RuleSpan>,
    /// Indices of the default rules, in the order in which they are asked.
    defaults: Vec<usize>,
}

/// A rule book that the prover passed: no two customers get one code, and every code is read in one
/// way.
#[derive(Debug, Clone)]
pub struct ProvedBook(RuleBook);

impl ProvedBook {
    /// Compiles and proves `bundle`.
    ///
    /// # Errors
    /// Everything that is wrong with it, with the warnings.
    pub fn load(bundle: Bundle) -> Result<Self, Diagnostics> {
        let book = RuleBook::compile(bundle)?;
        book.prove()?;
        Ok(Self(book))
    }
}

impl Deref for ProvedBook {
    type Target = RuleBook;

    fn deref(&self) -> &RuleBook {
        &self.0
    }
}

impl From<ProvedBook> for RuleBook {
    fn from(ProvedBook(book): ProvedBook) -> Self {
        book
    }
}

impl RuleBook {
    /// Compiles `bundle`, without proving it. Whether a file must carry `custcode = 1` is the
    /// caller's affair ([`Bundle::declares_format`]).
    ///
    /// # Errors
    /// Everything that is wrong with the file, with the warnings.
    pub fn compile(bundle: Bundle) -> Result<Self, Diagnostics> {
        let (compiled, findings) = compile::compile(&bundle);
        let bundle = bundle.without_document();
        let findings = diagnostics(findings, &bundle);
        if findings.has_errors() {
            return Err(findings);
        }
        let digest = bundle.digest();
        let Compiled { timezone, store, store_group, targets, fields, rules, spans, defaults, .. } = compiled;
        let warnings = findings;
        let noted_in = None;
        Ok(Self {
            bundle,
            digest,
            warnings,
            noted_in,
            timezone,
            store,
            store_group,
            targets,
            fields,
            rules,
            spans,
            defaults,
        })
    }

    /// Proves that no two customers get one code.
    ///
    /// # Errors
    /// What could not be proved, with counter-examples where there are some, and the warnings.
    pub fn prove(&self) -> Result<(), Diagnostics> {
        let mut findings = Findings { list: self.warnings.list.clone() };
        prove::prove(&self.fields, &self.rules, &self.spans, &mut findings);
        if !findings.list.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(());
        }
        Err(diagnostics(findings, &self.bundle))
    }

    /// The time zone of record dates; `None` where no rule prints a date and none is given.
    pub fn timezone(&self) -> Option<&TimeZone> {
        self.timezone.as_ref()
    }

    /// `store = …` of the rule file.
    pub fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// `store_group = …` of the rule file.
    pub fn store_group(&self) -> Option<&str> {
        self.store_group.as_deref()
    }

    /// The systems that codes are carried into: `targets = …` of the rule file.
    pub fn targets(&self) -> &[&'static Target] {
        &self.targets
    }

    /// Declared fields in file order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Indices of the fields that decide which rule issues and what it prints; the others never
    /// show in a code.
    pub fn deciding_fields(&self) -> Vec<usize> {
        let named = |name: &str| {
            self.rules().iter().any(|rule| {
                rule.printed_fields().contains(&name)
                    || rule.applies_to.iter().any(|(field, _)| field == name)
            })
        };
        (0..self.fields().len()).filter(|index| named(&self.fields()[*index].name)).collect()
    }

    /// Rules in file order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this name or id.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let named = self.rules.iter().find(|rule| rule.name == name);
        named.or_else(|| self.rules.iter().find(|rule| rule.id == name))
    }

    /// The default rules, in the order in which they are asked.
    pub fn defaults(&self) -> impl Iterator<Item = &Rule> {
        self.defaults.iter().map(|index| &self.rules[*index])
    }
}

/// Findings with the texts that they point into; dictionaries may be large, so without a finding
/// there are none.
fn diagnostics(findings: Findings, bundle: &Bundle) -> Diagnostics {
    let files = if findings.list.is_empty() { Vec::new() } else { bundle.files.clone() };
    Diagnostics::new(findings.list, files)
}
