//! What a text of the ledger may be: stated here and asked by every command that takes one in, so
//! that what one command takes in another can write, `import` reads again, and every engine can
//! index. Keys have no control characters: a list with one customer a line would tear them apart.

use crate::registry::customer::request::{Description, present};
use crate::registry::json_fields::pairs;
use crate::registry::{Error, Result, Who};
use crate::table::CELL_LIMIT;

/// A kind of text, and the most bytes of UTF-8 that are kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    what: &'static str,
    most: usize,
    /// Whether it stands on one line.
    line: bool,
}

/// Whatever is looked up must fit into an index; PostgreSQL takes some 2,700 bytes there,
/// [`INDEXED`] is on the safe side.
const KEY: usize = 1_024;

pub(crate) const NAME: Limit = Limit { what: "name", most: KEY, line: false };
pub(crate) const REFERENCE: Limit = Limit { what: "reference", most: KEY, line: true };
pub(crate) const REQUEST_ID: Limit = Limit { what: "request id", most: KEY, line: true };
pub(crate) const ATTRIBUTE_NAME: Limit = Limit { what: "name of an attribute", most: KEY, line: false };
/// A cell of a file holds no more.
pub(crate) const ATTRIBUTE: Limit = Limit { what: "value of an attribute", most: CELL_LIMIT, line: false };
pub(crate) const REASON: Limit = Limit { what: "reason", most: 4 * 1_024, line: false };
pub(crate) const ACTOR: Limit = Limit { what: "actor", most: KEY, line: true };
pub(crate) const HOST: Limit = Limit { what: "host", most: KEY, line: true };
/// All texts of a customer together: a row of a file holds 1 MiB, and JSON writes some signs with
/// six bytes.
const RECORD: usize = 128 * 1_024;

/// The longest text that every engine can index.
pub(crate) const INDEXED: usize = 2_600;

/// Signs of a text that is too long that are shown.
const SHOWN: usize = 20;

/// A code for a message: one that is longer than any is cut.
pub(crate) fn shown(code: &str) -> String {
    if code.len() <= KEY {
        return code.to_owned();
    }
    let begin: String = code.chars().take(SHOWN).collect();
    begin + "…"
}

impl Limit {
    /// Why a text is not kept, where it is too long or does not stand on one line.
    pub(crate) fn excess(&self, text: &str) -> Option<String> {
        if text.len() > self.most {
            let shown: String = text.chars().take(SHOWN).collect();
            let bytes = text.len();
            return Some(format!(
                "the {} {shown:?}… has {bytes} bytes; at most {} are kept",
                self.what, self.most
            ));
        }
        let control = Some(text).filter(|_| self.line).and_then(control_character)?;
        Some(format!("the {} {text:?} has {control}", self.what))
    }

    /// Refuses a text that is not kept.
    pub(crate) fn check(&self, text: Option<&str>) -> Result<()> {
        refuse(text.and_then(|text| self.excess(text)))
    }
}

/// The first control character of a text, such as a line feed, and its place, in words.
pub(crate) fn control_character(text: &str) -> Option<String> {
    // Nearly every text is passed over by this loop.
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return None;
    }
    let (place, found) = text.chars().enumerate().find(|(_, character)| character.is_control())?;
    Some(format!("the control character U+{:04X} at position {}", u32::from(found), place + 1))
}

fn refuse(excess: Option<String>) -> Result<()> {
    match excess {
        None => Ok(()),
        Some(message) => {
            let hint = if message.contains("control character") { "leave it out" } else { "shorten it" };
            Err(Error::usage(message, hint.to_owned()))
        }
    }
}

/// Why a customer is not kept, where some text of it is too long, or all of them together are.
pub(crate) fn excess<'t>(
    name: Option<&str>,
    reference: Option<&str>,
    fields: impl Iterator<Item = (&'t str, &'t str)>,
    attributes: impl Iterator<Item = (&'t str, &'t str)>,
) -> Option<String> {
    let mut all = name.map_or(0, str::len) + reference.map_or(0, str::len);
    let own = name.and_then(|it| NAME.excess(it)).or_else(|| reference.and_then(|it| REFERENCE.excess(it)));
    let mut found = own;
    for (name, text) in attributes {
        all += name.len() + text.len();
        found = found.or_else(|| ATTRIBUTE_NAME.excess(name)).or_else(|| ATTRIBUTE.excess(text));
    }
    all += fields.map(|(name, text)| name.len() + text.len()).sum::<usize>();
    let together =
        || format!("the texts of the customer have {all} bytes together; at most {RECORD} are kept");
    found.or_else(|| (all > RECORD).then(together))
}

/// The same of a row of a file, whose attributes are a JSON object; a short one is not looked into.
pub(crate) fn excess_of_row(
    name: Option<&str>,
    reference: Option<&str>,
    attributes: &str,
) -> Result<Option<String>> {
    if name.map_or(0, str::len).max(reference.map_or(0, str::len)).max(attributes.len()) <= KEY {
        return Ok(reference.and_then(|reference| REFERENCE.excess(reference)));
    }
    let attributes = pairs(attributes)?;
    let attributes = attributes.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(excess(name, reference, std::iter::empty(), attributes))
}

/// Refuses a description with a text that is too long.
pub(crate) fn check(description: &Description) -> Result<()> {
    fn lent(list: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
        list.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
    refuse(excess(
        description.name.as_deref(),
        description.reference.as_deref(),
        lent(&description.fields),
        lent(&description.attributes),
    ))
}

/// Refuses a command that nobody can take back without its reason; `hint` is what to say in it.
pub(crate) fn demand_reason(reason: &str, hint: &str) -> Result<()> {
    if present(Some(reason)).is_none() {
        return Err(Error::usage("--reason is empty", hint.to_owned()));
    }
    REASON.check(Some(reason))
}

/// Refuses a person or a machine whose name is too long or does not stand on one line.
pub(crate) fn check_who(who: &Who) -> Result<()> {
    ACTOR.check(Some(&who.actor)).and_then(|()| HOST.check(Some(&who.host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_and_not_signs() {
        assert_eq!(NAME.excess(&"a".repeat(1_024)), None);
        let reason = NAME.excess(&"李".repeat(342)).expect("1,026 bytes");
        assert!(
            reason.starts_with("the name \"李李")
                && reason.ends_with("has 1026 bytes; at most 1024 are kept"),
            "{reason}"
        );
    }

    #[test]
    fn a_customer_is_limited_as_a_whole() {
        let text = "x".repeat(60_000);
        let attributes =
            |count: usize| ["a", "b", "c"].into_iter().take(count).map(|name| (name, text.as_str()));
        assert_eq!(excess(None, None, std::iter::empty(), attributes(2)), None);
        assert!(excess(None, None, std::iter::empty(), attributes(3)).is_some());
    }
}
