//! What an import is known by when it comes again.

use serde_json::{Map, Value};

use super::ImportRequest;
use crate::files::Digest;
use crate::registry::{Error, Result};
use crate::table::{Encoding, WorkbookReading};

/// Names the file, by the SHA-256 of its bytes, and the options that change what its rows mean. The
/// order in which options were typed says nothing.
pub(super) fn digest(request: &ImportRequest<'_>) -> Result<String> {
    let content = request
        .source
        .digest()
        .map_err(|source| Error::Unreadable { path: request.source.name.clone(), source })?;
    let options = options(request);
    if options.is_empty() {
        return Ok(content);
    }
    let mut digest = Digest::default();
    digest.add(Value::Object(options).to_string());
    Ok(format!("{content} {}", digest.hex()))
}

/// The options that were given, by name.
fn options(request: &ImportRequest<'_>) -> Map<String, Value> {
    let sorted = |list: &[(String, String)]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        (!list.is_empty()).then(|| list.into_iter().map(|(name, value)| [name, value]).collect::<Value>())
    };
    let encoding = request.encoding.filter(|encoding| *encoding != Encoding::default());
    let WorkbookReading { sheet, visible_only, fill_merged } = &request.workbook;
    let flag = |given: bool| given.then_some(Value::Bool(true));
    let options = [
        ("map", sorted(&request.map)),
        ("set", sorted(&request.set)),
        ("key", request.key.clone().map(Value::from)),
        ("rule", request.rule.clone().map(Value::from)),
        ("date", request.date.map(|date| date.to_string().into())),
        ("raw", flag(request.raw)),
        ("encoding", encoding.map(|encoding| encoding.to_string().into())),
        ("keep_totals", flag(request.keep_totals)),
        ("ref_prefix", request.ref_prefix.clone().map(Value::from)),
        ("delimiter", request.delimiter.map(|delimiter| char::from(delimiter).to_string().into())),
        ("header", request.header.map(|(first, last)| Value::from(vec![first, last]))),
        ("comment", request.comment.clone().map(Value::from)),
        ("date_order", request.date_order.map(|order| order.name().into())),
        ("repair", flag(request.repair)),
        ("sheet", sheet.clone().map(Value::from)),
        ("visible_only", flag(*visible_only)),
        ("fill_merged", flag(*fill_merged)),
    ];
    options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
