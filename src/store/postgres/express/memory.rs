//! What a connection remembers from one issue to the next; only ever a guess.

use std::collections::HashMap;

use super::Place;
use super::lease::Block;
use crate::store::ScopeKey;

/// Where counters and blocks stood when they were last issued from.
#[derive(Debug, Default)]
pub(in crate::store::postgres) struct Memory {
    /// Counters.
    pub(super) places: ByScope<Place>,
    /// Of each counter, the block that was taken from last.
    pub(super) blocks: ByScope<Block>,
}

impl Memory {
    /// Whether a block may be held.
    pub(in crate::store::postgres) fn holds_blocks(&self) -> bool {
        !self.blocks.is_empty()
    }
}

/// Something of each counter: by rule, then scope, so that nothing is copied to look it up.
#[derive(Debug)]
pub(super) struct ByScope<T>(HashMap<String, HashMap<String, T>>);

impl<T> Default for ByScope<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy> ByScope<T> {
    pub(super) fn get(&self, key: &ScopeKey<'_>) -> Option<T> {
        self.0.get(key.rule)?.get(key.scope).copied()
    }

    pub(super) fn set(&mut self, key: &ScopeKey<'_>, value: T) {
        self.0.entry(key.rule.to_owned()).or_default().insert(key.scope.to_owned(), value);
    }

    pub(super) fn forget(&mut self, key: &ScopeKey<'_>) {
        if let Some(scopes) = self.0.get_mut(key.rule) {
            scopes.remove(key.scope);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.values().all(HashMap::is_empty)
    }
}
