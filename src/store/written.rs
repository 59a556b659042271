//! What a write keeps between its calls, whatever the engine.

use super::chain::Pending;

/// What a transaction wrote so far.
#[derive(Debug, Default)]
pub struct Written {
    /// What its operations will be linked with.
    pub(super) chain: Pending,
    /// The operation begun last.
    pub(super) operation: Option<i64>,
    /// How new customers get their ids; not known before the first.
    pub(super) ids: Ids,
}

/// How new customers and codes get their ids.
#[derive(Debug, Default, Clone, Copy)]
pub(super) enum Ids {
    /// The engine has to be asked.
    #[default]
    Unknown,
    /// The next customer and the next code.
    Counted(i64, i64),
    /// The engine gives them with each row.
    Given,
}
