//! What the program is built from: every dependency comes from the one registry that `.deny.toml`
//! allows. Licences and advisories are for `cargo deny`, which CI runs; this needs nothing.

use std::collections::BTreeSet;
use std::fs;

use crate::support::project;

#[test]
fn every_source_is_allowed() {
    let allowed = list("sources", "allow-registry");
    let lock: toml::Table = file("Cargo.lock");
    let packages = lock["package"].as_array().expect("Cargo.lock lists packages");
    let foreign: Vec<String> = packages
        .iter()
        .filter(|package| {
            let source = package.get("source").and_then(|source| source.as_str());
            let registry = source.map(|source| source.strip_prefix("registry+").unwrap_or(source));
            let ours = package["name"].as_str() == Some(env!("CARGO_PKG_NAME"));
            !registry.map_or(ours, |registry| allowed.contains(registry))
        })
        .map(ToString::to_string)
        .collect();
    assert!(foreign.is_empty(), "{}", foreign.join("\n"));
}

/// A list of texts in `.deny.toml`.
fn list(section: &str, key: &str) -> BTreeSet<String> {
    let deny = file(".deny.toml");
    let texts = deny[section][key].as_array().expect("a list");
    texts.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

fn file(name: &str) -> toml::Table {
    let text = fs::read_to_string(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}
