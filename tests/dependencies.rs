//! What the program is built from: every dependency comes from the one registry, under a licence
//! that `.deny.toml` allows.
//!
//! `cargo deny` says the same and more; this needs nothing but cargo, and no network.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

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

#[test]
fn every_licence_is_allowed() {
    let allowed = list("licenses", "allow");
    let mut used = BTreeSet::new();
    let mut refused = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().expect("a package has a name");
        let Some(licence) = package["license"].as_str() else {
            refused.push(format!("{name} names no licence"));
            continue;
        };
        used.extend(allowed.iter().filter(|allowed| licence.contains(allowed.as_str())).cloned());
        if !Terms(licence.replace('/', " OR ")).fit(&allowed) {
            refused.push(format!("{name}: {licence}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert_eq!(used, allowed, "no licence is allowed that nobody needs");
}

#[test]
fn licence_terms_are_understood() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    for (terms, fit) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0 OR MIT AND BSD-3-Clause", false),
        ("ISC AND (GPL-3.0 OR BSD-3-Clause)", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(Terms(terms.to_owned()).fit(&allowed), fit, "{terms}");
    }
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

/// The packages that a build on this machine takes; those of other systems need not be here.
fn packages() -> Vec<serde_json::Value> {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let metadata = ["metadata", "--offline", "--locked", "--format-version=1", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&metadata)).expect("cargo writes JSON");
    metadata["packages"].as_array().expect("a list of packages").clone()
}

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program).args(arguments).current_dir(project()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// A licence expression of SPDX: names joined by OR and, more tightly, AND, with brackets.
struct Terms(String);

impl Terms {
    /// Whether they can be met with these licences.
    fn fit(&self, allowed: &BTreeSet<String>) -> bool {
        let spaced = self.0.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut rest = &words[..];
        any(&mut rest, allowed) && rest.is_empty()
    }
}

/// Reads up to the end or a closing bracket.
fn any(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut fits = all(words, allowed);
    while next_is(words, "OR") {
        fits |= all(words, allowed);
    }
    fits
}

fn all(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut fits = one(words, allowed);
    while next_is(words, "AND") {
        fits &= one(words, allowed);
    }
    fits
}

fn one(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    if next_is(words, "(") {
        return any(words, allowed) & next_is(words, ")");
    }
    let Some((&name, rest)) = words.split_first() else { return false };
    *words = rest;
    if !next_is(words, "WITH") {
        return allowed.contains(name);
    }
    let Some((exception, rest)) = words.split_first() else { return false };
    *words = rest;
    allowed.contains(&format!("{name} WITH {exception}"))
}

/// Passes `word`, if it stands there.
fn next_is(words: &mut &[&str], word: &str) -> bool {
    let there = words.first() == Some(&word);
    if there {
        *words = &words[1..];
    }
    there
}
