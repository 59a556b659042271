//! `derive = { from = "name", as = "pinyin" }`: how a free text comes out of the customer's name.

use super::Compiled;
use crate::rule::derive::{Derivation, LEGAL_FORMS, Method, Source};
use crate::rule::document::{Findings, Section, nearest};
use crate::rule::{Diagnostic, FieldKind};

/// The derivation of a field; `kind` is what the field holds.
pub(super) fn read(field: &Section<'_>, kind: &FieldKind, findings: &mut Findings) -> Option<Derivation> {
    let section = field.section("derive", findings)?;
    section.only(&["from", "as", "drop"], findings);
    check_text(field, kind, findings);
    if field.has("default") {
        let message = "a derived field needs no default";
        findings.add(
            Diagnostic::error("conflicting-keys", field.key_at("default"), message)
                .hint("remove one of the two: a name that cannot be derived from is refused, not filled in"),
        );
    }
    let from = match section.text("from", findings).map_or("name", |from| from.text) {
        "name" => Source::Name,
        attribute => Source::Attribute(attribute.to_owned()),
    };
    let drop = match section.list("drop", findings) {
        Some(endings) => endings.iter().map(|ending| ending.text.to_owned()).collect(),
        None => LEGAL_FORMS.iter().map(|form| (*form).to_owned()).collect(),
    };
    Some(Derivation { from, method: method(&section, findings)?, drop })
}

/// What is derived is free text of letters, and may be shorter than its field.
fn check_text(field: &Section<'_>, kind: &FieldKind, findings: &mut Findings) {
    let FieldKind::Text { width, alphabet, pad } = kind else {
        let finding =
            Diagnostic::error("conflicting-keys", field.key_at("derive"), "only free text is derived");
        findings.add(finding.hint(
            "say what is printed of it: text = { width = 4, charset = \"letters\", pad = \"X\" }, and no values",
        ));
        return;
    };
    if !alphabet.symbols().iter().any(u8::is_ascii_alphabetic) {
        let message = "letters are derived, and the charset has none";
        findings.add(
            Diagnostic::error("bad-alphabet", field.at("text"), message)
                .hint("charset = \"letters\", or \"alphanumeric\" to keep digits as well"),
        );
    }
    if *width > 1 && pad.is_none() {
        let message = "derived letters may be fewer than the text is wide";
        findings.add(
            Diagnostic::error("missing-key", field.at("text"), message)
                .label("what fills the rest?")
                .hint("add pad = \"X\", or another character of the charset; it is put at the end"),
        );
    }
}

fn method(section: &Section<'_>, findings: &mut Findings) -> Option<Method> {
    let Some(given) = section.text("as", findings) else {
        if !section.has("as") {
            findings.add(
                Diagnostic::error("missing-key", section.span.clone(), "derive without as").hint(
                    "write as = \"initials\" for Latin names, as = \"pinyin\" for Chinese and mixed ones",
                ),
            );
        }
        return None;
    };
    let method = Method::ALL.into_iter().find(|method| method.name() == given.text);
    if method.is_none() {
        let message = format!("unknown derivation {:?}", given.text);
        findings.add(
            Diagnostic::error("unknown-derivation", given.span, message)
                .hint("there are initials and pinyin")
                .suggest(nearest(given.text, Method::ALL.map(Method::name))),
        );
    }
    method
}

/// Refuses to derive from a declared field: it holds a key, and perhaps none.
pub(super) fn check_sources(root: &Section<'_>, compiled: &Compiled, findings: &mut Findings) {
    for field in &compiled.fields {
        let Some(Derivation { from: Source::Attribute(name), .. }) = &field.derivation else { continue };
        if compiled.field(name).is_some() || compiled.broken.contains(name.as_str()) {
            let path = ["fields", &field.name, "derive"];
            let place = path.iter().try_fold(root.clone(), |section, key| section.section(key, findings));
            let span = place.map(|section| section.at("from")).unwrap_or_default();
            let message = format!("{} cannot be derived from the field {name}", field.name);
            findings.add(Diagnostic::error("bad-derivation", span, message).hint(
                "a field is derived from \"name\" or from a free attribute (--attr, a column of a file)",
            ));
        }
    }
}
