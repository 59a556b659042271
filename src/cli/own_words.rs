//! Values that begin with `-`: a company's own words are told from options before clap reads them.

use std::ffi::OsString;

/// Options whose values are a company's own words and may begin with `-`, as the code `-259` does.
const OWN_WORDS: [&str; 15] = [
    "--code",
    "--name",
    "--ref",
    "--request-id",
    "--reason",
    "--attr",
    "--set",
    "--type",
    "--region",
    "--where",
    "--at-least",
    "--actor",
    "--map",
    "--key",
    "--column",
];

/// The options of one letter that some command has.
const LETTERS: [&str; 6] = ["h", "V", "q", "v", "o", "k"];

/// The arguments with `--code -259` written as `--code=-259`, for clap would take `-259` for
/// options. What is an option by its looks, `--json` or `-q`, stays one: `--code --json` is a code
/// forgotten, and with `=` any value can be given.
pub(super) fn joined(arguments: &[OsString]) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let value = rest.as_slice().first().and_then(|next| next.to_str());
        match (word.to_str(), value) {
            (Some("--"), _) => {
                joined.push(word.clone());
                joined.extend(rest.by_ref().cloned());
            }
            (Some(option), Some(value)) if OWN_WORDS.contains(&option) && is_own_word(value) => {
                joined.push(format!("{option}={value}").into());
                rest.next();
            }
            _ => joined.push(word.clone()),
        }
    }
    joined
}

/// Whether a value that begins with `-` is none of the options: `-` and a letter of theirs, or two
/// dashes and a word.
fn is_own_word(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('-') else { return false };
    match rest.strip_prefix('-') {
        Some("") => false,
        Some(word) => !word.starts_with(|first: char| first.is_ascii_alphabetic()) || word.contains(' '),
        None => !rest.is_empty() && !LETTERS.contains(&rest),
    }
}
