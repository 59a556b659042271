//! What a write keeps between its calls, whatever the engine.

use super::chain::Pending;
use super::salt::Salts;

/// What a transaction wrote so far.
#[derive(Debug, Default)]
pub struct Written {
    /// What its operations will be linked with.
    pub(super) chain: Pending,
    /// The operation begun last.
    pub(super) operation: Option<i64>,
    /// How new customers get their ids; not known before the first.
    pub(super) ids: Ids,
    /// The salts of new customers.
    pub(super) salts: Salts,
}

/// The ids that come next.
#[derive(Debug, Clone, Copy)]
pub struct NextIds {
    pub(super) customer: i64,
    pub(super) reference: i64,
    pub(super) code: i64,
}

/// How new customers, their references and codes get their ids.
#[derive(Debug, Default, Clone, Copy)]
pub(super) enum Ids {
    /// The engine has to be asked.
    #[default]
    Unknown,
    /// They are counted here.
    Counted(NextIds),
    /// The engine gives them with each row.
    Given,
}
