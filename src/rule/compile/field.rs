//! `[fields.NAME]`: what a field holds.

use super::names::RESERVED;
use super::placed::WIDEST;
use super::size::MOST_TEXTS;
use super::values_csv::Files;
use super::{Compiled, derive, names, overlap, standard, values, values_csv};
use crate::code::Alphabet;
use crate::rule::document::{Findings, Section, Text, nearest};
use crate::rule::field::{FieldKind, Spellings, Value};
use crate::rule::{Bundle, Diagnostic, Field, Origin};

pub(super) fn read(root: &Section<'_>, bundle: &Bundle, compiled: &mut Compiled, findings: &mut Findings) {
    let Some(fields) = root.section("fields", findings) else { return };
    let limit = if bundle.origin == Origin::Ledger { usize::MAX } else { MOST_TEXTS };
    let mut files = Files { bundle, room: limit };
    for (name, section) in fields.sections(findings) {
        match read_one(&name, &section, &mut files, findings) {
            Some(field) => compiled.fields.push(field),
            None => _ = compiled.broken.insert(name.text.to_owned()),
        }
    }
    names::check(root, findings);
    derive::check_sources(root, compiled, findings);
}

fn read_one(
    name: &Text<'_>,
    section: &Section<'_>,
    files: &mut Files<'_>,
    findings: &mut Findings,
) -> Option<Field> {
    let known = [
        "label",
        "aliases",
        "default",
        "values",
        "values_from",
        "standard",
        "only",
        "levels",
        "leaf_only",
        "text",
        "derive",
    ];
    section.only(&known, findings);
    check_name(name, findings);
    let label = section.text("label", findings).map_or(name.text, |label| label.text).to_owned();
    let aliases = section.list("aliases", findings).unwrap_or_default();
    let aliases = aliases.iter().map(|alias| alias.text.to_owned()).collect();
    one_source(name, section, findings)?;
    if section.has("only") && !section.has("standard") {
        let finding = Diagnostic::error("conflicting-keys", section.key_at("only"), "only without standard");
        findings
            .add(finding.hint("only picks values out of a ready-made dictionary: standard = \"iso3166\""));
    }
    let kind = kind(section, findings)?;
    let derivation = derive::read(section, &kind, findings);
    let placed = match &kind {
        FieldKind::Text { .. } => Vec::new(),
        _ if section.has("values") => values::read(section, findings)?,
        _ if section.has("standard") => standard::read(section, files, findings)?,
        _ => values_csv::read(section, files, findings)?,
    };
    if placed.is_empty() && !matches!(kind, FieldKind::Text { .. }) {
        // Every value of it is refused already.
        return None;
    }
    let spellings = Spellings::of(placed.len(), |id| &placed[id].value);
    if spellings.overlap {
        overlap::check(name.text, &placed, findings);
    }
    if let FieldKind::Levels { widths, .. } = &kind {
        overlap::check_levels(name.text, widths, &placed, findings);
    }
    let values: Vec<Value> = placed.into_iter().map(|placed| placed.value).collect();
    let mut field = Field::new(name.text.to_owned(), label, aliases, kind, values, spellings);
    field.derivation = derivation;
    if let Some(default) = section.text("default", findings) {
        match field.resolve(default.text).map(std::borrow::Cow::into_owned) {
            Ok(key) => field.default = Some(key),
            Err(unknown) => findings.add(
                Diagnostic::error("unknown-value", default.span, format!("{unknown} of field {}", name.text))
                    .label(format!("expected {}", unknown.expected))
                    .suggest(unknown.suggestion.as_deref()),
            ),
        }
    }
    Some(field)
}

fn check_name(name: &Text<'_>, findings: &mut Findings) {
    if RESERVED.contains(&name.text) {
        findings.add(
            Diagnostic::error(
                "field-name",
                name.span.clone(),
                format!("a field cannot be called {:?}", name.text),
            )
            .label(format!("{{{}}} means something else in a pattern", name.text)),
        );
    } else if name.text.is_empty() || name.text.contains(['{', '}', '.', '@', ':']) {
        findings.add(
            Diagnostic::error(
                "field-name",
                name.span.clone(),
                format!("a field cannot be called {:?}", name.text),
            )
            .hint("a name has none of { } . @ :"),
        );
    }
}

/// A field says in one way what it holds.
fn one_source(name: &Text<'_>, section: &Section<'_>, findings: &mut Findings) -> Option<()> {
    let given: Vec<&str> =
        ["values", "values_from", "standard", "text"].into_iter().filter(|key| section.has(key)).collect();
    match given.as_slice() {
        [_] => Some(()),
        [] => {
            findings.add(
                Diagnostic::error("missing-key", name.span.clone(), format!("field {:?} has no values", name.text)).hint(
                    "give it values = { key = \"code\" }, values_from = \"file.csv\", standard = \"iso3166\" or text = { width = 4, charset = \"digits\" }",
                ),
            );
            None
        }
        [first, second, ..] => {
            let message = format!("field {:?} has both {first} and {second}", name.text);
            findings.add(
                Diagnostic::error("conflicting-keys", section.key_at(second), message)
                    .hint("keep one of them"),
            );
            None
        }
    }
}

fn kind(section: &Section<'_>, findings: &mut Findings) -> Option<FieldKind> {
    if let Some(text) = section.section("text", findings) {
        return text_kind(&text, findings);
    }
    if section.has("text") {
        return None;
    }
    let leaf_only = section.flag("leaf_only", findings);
    let Some(levels) = section.wholes("levels", findings) else {
        if leaf_only.is_some() && !section.has("levels") {
            findings.add(
                Diagnostic::error("missing-key", section.key_at("leaf_only"), "leaf_only without levels")
                    .hint("say how many characters each level adds: levels = [2, 2, 3]"),
            );
        }
        return Some(FieldKind::Dictionary);
    };
    let mut widths = Vec::new();
    for level in &levels {
        match usize::try_from(level.number) {
            Ok(width @ 1..=WIDEST) => widths.push(width),
            _ => findings.add(Diagnostic::error(
                "bad-levels",
                level.span.clone(),
                "a level adds 1 to 64 characters",
            )),
        }
    }
    if widths.is_empty() {
        findings.add(
            Diagnostic::error("bad-levels", section.at("levels"), "levels names no level")
                .hint("say how many characters each level adds: levels = [2, 2, 3]"),
        );
        return None;
    }
    Some(FieldKind::Levels { widths, leaf_only: leaf_only.unwrap_or(false) })
}

fn text_kind(text: &Section<'_>, findings: &mut Findings) -> Option<FieldKind> {
    text.only(&["width", "charset", "pad"], findings);
    for key in ["width", "charset"] {
        if !text.has(key) {
            findings.add(
                Diagnostic::error("missing-key", text.span.clone(), format!("text without {key}"))
                    .hint("write text = { width = 4, charset = \"digits\", pad = \"0\" }"),
            );
        }
    }
    let width = text.whole("width", findings);
    let charset = text.text("charset", findings);
    let pad = text.text("pad", findings);
    let width = width.and_then(|width| {
        let fits = usize::try_from(width.number).ok().filter(|fits| (1..=WIDEST).contains(fits));
        if fits.is_none() {
            findings.add(Diagnostic::error("bad-width", width.span, "a text prints 1 to 64 characters"));
        }
        fits
    });
    let alphabet = charset.and_then(|charset| alphabet(&charset, findings))?;
    let pad = match pad {
        None => None,
        Some(pad) => match pad.text.chars().collect::<Vec<_>>().as_slice() {
            [symbol] if u8::try_from(*symbol).is_ok_and(|byte| alphabet.value(byte).is_some()) => {
                Some(*symbol)
            }
            _ => {
                findings.add(
                    Diagnostic::error("bad-pad", pad.span, format!("cannot pad with {:?}", pad.text))
                        .label("expected one character of the charset"),
                );
                None
            }
        },
    };
    Some(FieldKind::Text { width: width?, alphabet, pad })
}

/// A named alphabet, or the symbols themselves. One letter in two cases is refused: the ledger
/// keeps codes upper-cased.
pub(super) fn alphabet(given: &Text<'_>, findings: &mut Findings) -> Option<Alphabet> {
    const NAMES: [&str; 7] = ["digits", "decimal", "hex", "letters", "alphanumeric", "uscc", "crockford"];
    let name = if given.text == "digits" { "decimal" } else { given.text };
    if let Some(alphabet) = Alphabet::named(name) {
        return Some(alphabet);
    }
    let alphabet = match Alphabet::new(given.text) {
        Ok(alphabet) => alphabet,
        Err(error) => {
            findings.add(
                Diagnostic::error(
                    "bad-alphabet",
                    given.span.clone(),
                    format!("{:?} is no alphabet: {error}", given.text),
                )
                .hint(format!("name one of {}, or write its symbols in order", NAMES.join(", ")))
                .suggest(nearest(given.text, NAMES)),
            );
            return None;
        }
    };
    // "digit" would be an alphabet of five letters: more likely a slip.
    if let Some(meant) = nearest(given.text, NAMES).filter(|name| strsim::levenshtein(name, given.text) <= 2)
    {
        findings.add(
            Diagnostic::error(
                "bad-alphabet",
                given.span.clone(),
                format!("unknown alphabet {:?}", given.text),
            )
            .suggest(Some(meant)),
        );
        return None;
    }
    let twice = alphabet
        .symbols()
        .iter()
        .find(|s| s.is_ascii_lowercase() && alphabet.value(s.to_ascii_uppercase()).is_some());
    if let Some(letter) = twice {
        let (lower, upper) = (char::from(*letter), char::from(letter.to_ascii_uppercase()));
        findings.add(
            Diagnostic::error(
                "mixed-case",
                given.span.clone(),
                format!("the alphabet has both {lower} and {upper}"),
            )
            .label("codes that differ in case only are one code to the ledger"),
        );
        return None;
    }
    Some(alphabet)
}
