//! What must be known of a rule file before it is compiled: whether it is one, and where its ledger is.

use super::Bundle;

impl Bundle {
    /// Whether the rule file carries the format key `custcode`; a file found by search must.
    pub fn declares_format(&self) -> bool {
        // A file with a syntax error further down is custcode's too: its errors are reported, not passed over.
        self.files[0].1.lines().any(|line| {
            line.trim_start().strip_prefix("custcode").is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    }

    /// The top-level `store` and `store_group` of the rule file, where they are there and the file is TOML.
    pub fn store(&self) -> (Option<String>, Option<String>) {
        let table: toml::Table = self.files[0].1.parse().unwrap_or_default();
        let text = |key: &str| Some(table.get(key)?.as_str()?.to_owned());
        (text("store"), text("store_group"))
    }
}
