//! The JSON objects of texts in which the ledger keeps a customer's fields and its attributes.

use std::borrow::Cow;

use crate::store;
use crate::table::push_json;

/// A JSON object of texts, in the order given.
pub(crate) fn object<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut json = String::from("{");
    for (key, text) in pairs {
        if json.len() > 1 {
            json.push(',');
        }
        push_json(&mut json, key);
        json.push(':');
        push_json(&mut json, text);
    }
    json.push('}');
    json
}

/// The pairs of an object of the ledger, in its order.
pub(crate) fn pairs(object: &str) -> store::Result<Vec<(String, String)>> {
    let Texts(pairs) = Texts::of(object)?;
    Ok(pairs.into_iter().map(|(key, text)| (key.into_owned(), text.into_owned())).collect())
}

/// What a list of pairs says of a name.
pub(crate) fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
}

/// The pairs of a JSON object of texts, borrowed where nothing is escaped.
pub(crate) struct Texts<'t>(Vec<(Cow<'t, str>, Cow<'t, str>)>);

impl<'t> Texts<'t> {
    /// Reads an object of the ledger; anything else there is damage.
    pub(crate) fn of(object: &'t str) -> store::Result<Self> {
        serde_json::from_str(object).map_err(|error| store::Error::Unusable {
            location: "the ledger".to_owned(),
            reason: format!("the fields or attributes of a customer cannot be read: {error}"),
        })
    }

    /// Appends the text of each column. Objects are mostly in column order, so each search starts
    /// where the last one ended.
    pub(crate) fn lay<'s>(&'s self, columns: &[&str], row: &mut Vec<Option<&'s str>>) {
        let mut next = 0;
        for column in columns {
            let ahead = self.0[next..].iter().position(|(key, _)| key == column).map(|place| next + place);
            let found = ahead.or_else(|| self.0[..next].iter().position(|(key, _)| key == column));
            if let Some(place) = found {
                next = place + 1;
            }
            row.push(found.map(|place| self.0[place].1.as_ref()));
        }
    }
}

impl<'de: 't, 't> serde::Deserialize<'de> for Texts<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Vec<(Cow<'de, str>, Cow<'de, str>)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(8);
                while let Some((Borrowed(key), Borrowed(text))) = map.next_entry()? {
                    pairs.push((key, text));
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Pairs).map(Texts)
    }
}

/// A text that stays borrowed from the JSON where it can.
#[derive(serde::Deserialize)]
struct Borrowed<'b>(#[serde(borrow)] Cow<'b, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_reads_back_as_its_pairs() {
        let given = [("电话", "010\n\"6262\""), ("", ""), ("a", "b")];
        let read = pairs(&object(given.into_iter())).expect("an object of texts");
        assert_eq!(read, given.map(|(key, text)| (key.to_owned(), text.to_owned())));
    }

    #[test]
    fn anything_else_is_damage() {
        for damaged in ["", "[]", "{\"a\":1}", "{\"a\":\"b\""] {
            assert!(matches!(pairs(damaged), Err(store::Error::Unusable { .. })), "{damaged}");
        }
    }
}
