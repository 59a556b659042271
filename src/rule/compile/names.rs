//! The names, labels and aliases of fields among each other and beside the columns that every
//! export has: a header means one thing.

use std::collections::HashMap;
use std::ops::Range;

use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section};
use crate::rule::headers;

/// Names that a pattern uses for something else.
pub(super) const RESERVED: [&str; 3] = ["date", "seq", "check"];

/// One way in which a field may head a column.
struct Claim<'t> {
    field: &'t str,
    /// `name`, `label` or `alias`.
    role: &'static str,
    text: &'t str,
    span: Range<usize>,
}

/// Refuses what could head the column of something else: two fields, or a field and what an export
/// has anyway.
pub(super) fn check(root: &Section<'_>, findings: &mut Findings) {
    let mut unread = Findings::default();
    let Some(fields) = root.section("fields", &mut unread) else { return };
    let mut owners: HashMap<String, Claim<'_>> = HashMap::new();
    for claim in claims(&fields, &mut unread) {
        if claim.role == "name" && RESERVED.contains(&claim.text) {
            // Refused already.
            continue;
        }
        if let Some(what) = headers::own(claim.text) {
            findings.add(taken(&claim, what));
            continue;
        }
        let folded = headers::fold(claim.text);
        match owners.get(&folded) {
            None => _ = owners.insert(folded, claim),
            Some(owner) if owner.field == claim.field => {}
            Some(owner) => findings.add(shared(&claim, owner)),
        }
    }
}

/// All names, then all labels, then all aliases: what a header is looked up in, in this order.
fn claims<'t>(fields: &Section<'t>, unread: &mut Findings) -> Vec<Claim<'t>> {
    let fields = fields.sections(unread);
    let mut claims: Vec<Claim<'t>> = fields
        .iter()
        .map(|(name, _)| Claim { field: name.text, role: "name", text: name.text, span: name.span.clone() })
        .collect();
    for (name, section) in &fields {
        if let Some(label) = section.text("label", unread) {
            claims.push(Claim { field: name.text, role: "label", text: label.text, span: label.span });
        }
    }
    for (name, section) in &fields {
        let aliases = section.list("aliases", unread).unwrap_or_default().into_iter();
        claims.extend(aliases.map(|alias| Claim {
            field: name.text,
            role: "alias",
            text: alias.text,
            span: alias.span,
        }));
    }
    claims
}

/// A field that would head a column which every export has.
fn taken(claim: &Claim<'_>, what: &str) -> Diagnostic {
    let message = match claim.role {
        "name" => format!("a field cannot be called {:?}", claim.text),
        role => format!("{:?} cannot be {role} of field {}", claim.text, claim.field),
    };
    let hint = match claim.role {
        "name" => format!("call it otherwise, e.g. [fields.customer-{}]", claim.text),
        "label" => "take another label".to_owned(),
        _ => format!(
            "remove it; a file with such a column is read with: custcode import FILE --map '{}={}'",
            claim.text, claim.field
        ),
    };
    Diagnostic::error("ambiguous-header", claim.span.clone(), message)
        .label(format!("this heads the column of {what} in every file"))
        .hint(hint)
}

/// Two fields that would head one column.
fn shared(claim: &Claim<'_>, owner: &Claim<'_>) -> Diagnostic {
    let message = format!(
        "{} {:?} of field {} is the {} of field {} as well",
        claim.role, claim.text, claim.field, owner.role, owner.field
    );
    Diagnostic::error("ambiguous-header", claim.span.clone(), message)
        .label("case, width, blanks, _ and - make no difference in a header")
        .note(format!("field {} has the {} {:?}", owner.field, owner.role, owner.text))
        .hint("a column of a file must mean one field: call one of them otherwise")
}
