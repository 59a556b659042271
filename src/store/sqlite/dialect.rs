//! The statements of the ledger in SQLite's words.
//!
//! | the ledger's | SQLite's |
//! |---|---|
//! | `custcode.codes` | `codes` |
//! | `$1` | `?1`: a `$1` would be a name |
//! | `x COLLATE "C"` | `x`, which compares bytes anyway |
//! | `x = ANY($1)` | `x IN (SELECT value FROM json_each(?1))` |
//! | `INNER JOIN` | `CROSS JOIN`, which keeps the tables in this order |
//! | `CAST(x AS json) ->> $1` | `json_extract`, with a path that names nothing but the member |

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Words that are put in other words, outside quotes.
const WORDS: [(&str, &str); 4] =
    [("custcode.", ""), (" COLLATE \"C\"", ""), ("INNER JOIN", "CROSS JOIN"), ("$", "?")];

/// A comparison with each of a list.
const ANY: &str = "= ANY(";

/// How the member of a JSON object is asked for: the object, then its name, a value.
const MEMBER: (&str, &str) = ("CAST(", " AS json) ->> $");

/// A statement in SQLite's words.
pub(in crate::store) fn translated(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // What was put in other words or copied ends at `done`.
    let (mut done, mut at, mut quoted) = (0, 0, false);
    while let Some(&letter) = text.as_bytes().get(at) {
        let next = text.as_bytes().get(at + 1).copied().unwrap_or_default();
        // Each `new` says some twenty statements: only where one of the words can begin is it
        // looked for.
        let found = match (letter, next) {
            (b'\'', _) => {
                quoted = !quoted;
                None
            }
            (b'$', _) | (b'c', b'u') | (b' ', b'C') | (b'I', b'N') | (b'=', b' ') | (b'C', b'A')
                if !quoted =>
            {
                other_words(&text[at..])
            }
            _ => None,
        };
        let Some((length, other)) = found else {
            at += 1;
            continue;
        };
        out.push_str(&text[done..at]);
        out.push_str(&other);
        at += length;
        done = at;
    }
    out.push_str(&text[done..]);
    out
}

/// How many bytes at the beginning of a text are put in other words, and in which.
fn other_words(text: &str) -> Option<(usize, Cow<'static, str>)> {
    if let Some(cast) = text.strip_prefix(MEMBER.0) {
        let (object, rest) = cast.split_once(MEMBER.1).filter(|(object, _)| !object.contains(')'))?;
        let key = &rest[..rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len())];
        let other = format!("json_extract({}, '$.' || json_quote(?{key}))", translated(object));
        return Some((text.len() - rest.len() + key.len(), other.into()));
    }
    if let Some(list) = text.strip_prefix(ANY) {
        let (list, rest) = list.split_once(')')?;
        let other = format!("IN (SELECT value FROM json_each({}))", translated(list));
        return Some((text.len() - rest.len(), other.into()));
    }
    let (word, other) = WORDS.iter().find(|(word, _)| text.starts_with(word))?;
    Some((word.len(), Cow::Borrowed(other)))
}

/// Constants by their place, their length and whether one key is given at a time, in SQLite's
/// words.
type Known = HashMap<(usize, usize, bool), &'static str>;

/// The same for a constant text, put in other words at most once. `alone`: one key is given at a
/// time where many are asked for.
pub(super) fn constant(text: &str, alone: bool) -> &'static str {
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry((text.as_ptr().addr(), text.len(), alone)).or_insert_with(|| {
        let words = if alone { translated(&text.replace("= ANY($1)", "= $1")) } else { translated(text) };
        // There are some hundred constants.
        Box::leak(words.into_boxed_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_in_other_words_outside_quotes() {
        for (ledgers, sqlites) in [
            ("SELECT a FROM custcode.codes WHERE b = $1", "SELECT a FROM codes WHERE b = ?1"),
            ("SELECT '$1 custcode.x', 'it''s $2', $3", "SELECT '$1 custcode.x', 'it''s $2', ?3"),
            ("ORDER BY rule COLLATE \"C\", id", "ORDER BY rule, id"),
            ("id = ANY($1) AND x", "id IN (SELECT value FROM json_each(?1)) AND x"),
            ("a INNER JOIN custcode.b", "a CROSS JOIN b"),
            (
                "CAST(a AS text), CAST(c.fields AS json) ->> $1 = $2",
                "CAST(a AS text), json_extract(c.fields, '$.' || json_quote(?1)) = ?2",
            ),
            ("CAST(c.fields AS json) ->> $12", "json_extract(c.fields, '$.' || json_quote(?12))"),
            ("客户 = '客户' || $12", "客户 = '客户' || ?12"),
        ] {
            assert_eq!(translated(ledgers), sqlites);
        }
        assert_eq!(constant("id = ANY($1)", true), "id = ?1");
    }
}
