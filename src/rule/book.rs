//! The proved rule book: what the registry asks when it issues or reads a code.

use jiff::tz::TimeZone;

use super::compile::{self, Compiled, Place};
use super::document::Findings;
use super::{Bundle, Diagnostics, Field, Rule, Severity, Target, prove};

/// Rules, fields and settings; proved, unless loaded with a proof already known.
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
    places: Vec<Place>,
    /// Indices of the default rules, in the order in which they are asked.
    defaults: Vec<usize>,
}

impl RuleBook {
    /// Compiles and proves `bundle`. `proved` = this digest was proved before (its proof is in the ledger): the prover is skipped.
    /// Whether a file must carry `custcode = 1` is the caller's affair ([`Bundle::declares_format`]).
    pub fn load(bundle: Bundle, proved: bool) -> Result<Self, Diagnostics> {
        let (compiled, mut findings) = compile::compile(&bundle);
        let broken = findings.list.iter().any(|finding| finding.severity == Severity::Error);
        if !broken && !proved {
            let Compiled { fields, rules, places, .. } = &compiled;
            prove::prove(fields, rules, places, &mut findings);
        }
        let findings = diagnostics(findings, &bundle);
        if findings.has_errors() {
            return Err(findings);
        }
        let digest = bundle.digest();
        let Compiled { timezone, store, store_group, targets, fields, rules, places, defaults, .. } =
            compiled;
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
            places,
            defaults,
        })
    }

    /// Runs the prover on a book that was loaded without it.
    pub fn prove(&self) -> Result<(), Diagnostics> {
        let mut findings = Findings::default();
        prove::prove(&self.fields, &self.rules, &self.places, &mut findings);
        let findings = diagnostics(findings, &self.bundle);
        if findings.has_errors() { Err(findings) } else { Ok(()) }
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

    /// Indices of the fields that decide which rule issues and what it prints; the others never show in a code.
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

/// Findings with the texts that they point into; dictionaries may be large, so without a finding there are none.
fn diagnostics(findings: Findings, bundle: &Bundle) -> Diagnostics {
    let files = if findings.list.is_empty() { Vec::new() } else { bundle.files.clone() };
    Diagnostics::new(findings.list, files)
}
