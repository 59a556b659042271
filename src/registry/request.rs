//! What is asked of the registry, checked against the rule book: fields resolved, one record date.

use jiff::civil::Date;

/// A customer as somebody describes it: raw inputs, not yet resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Name.
    pub name: Option<String>,
    /// Id in another system.
    pub reference: Option<String>,
    /// Record date; today when not given.
    pub date: Option<Date>,
    /// Declared fields: (name, key, code, label or alias).
    pub fields: Vec<(String, String)>,
    /// Free attributes.
    pub attributes: Vec<(String, String)>,
}

/// What to do with a reference or code that is known, when other attributes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// Keep what the ledger has, and say so.
    #[default]
    Keep,
    /// Take the new attributes (never the code).
    Update,
    /// Refuse.
    Error,
}

/// What to do with a brought number that leaves its scope nearly used up or skips many numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Jump {
    /// Refuse it.
    #[default]
    Refuse,
    /// Take it and move the counter above it.
    Allow,
    /// Take it and leave the counter; issuing steps over it later.
    KeepBelow,
}
