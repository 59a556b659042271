//! The tables compared with what the migrations made of them: each object has a name and a
//! definition.

use std::collections::BTreeMap;

/// Objects by name (`table codes`, `index codes_canonical` …), each with its definition.
pub(super) type Objects = BTreeMap<String, String>;

/// What is missing, other, or none of the program's, in words.
pub(super) fn differences(made: &Objects, found: &Objects) -> Vec<String> {
    let missing =
        made.keys().filter(|name| !found.contains_key(*name)).map(|name| format!("{name} is not there"));
    let other = made.iter().filter_map(|(name, made)| {
        let found = found.get(name).filter(|found| *found != made)?;
        Some(format!("{name} is not as it was made: {found} (made: {made})"))
    });
    let foreign = found.iter().filter(|(name, _)| !made.contains_key(*name));
    let foreign = foreign.map(|(name, definition)| format!("{name} is none of custcode's: {definition}"));
    missing.chain(other).chain(foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_other_or_foreign_is_told_apart() {
        let objects = |pairs: &[(&str, &str)]| -> Objects {
            pairs.iter().map(|(name, definition)| ((*name).to_owned(), (*definition).to_owned())).collect()
        };
        let made = objects(&[("table a", "x"), ("table b", "y"), ("index c", "z")]);
        let found = objects(&[("table a", "x"), ("table b", "Y"), ("trigger d", "w")]);
        assert_eq!(
            differences(&made, &found),
            [
                "index c is not there",
                "table b is not as it was made: Y (made: y)",
                "trigger d is none of custcode's: w"
            ]
        );
        assert_eq!(differences(&made, &made), [""; 0]);
    }
}
