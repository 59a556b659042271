//! What an error means to a caller (its exit status, what to type next: [`kind`]), and how it is
//! written. No other room or file decides any of this.
//!
//! The kinds (`error.kind` in JSON) are those of [`Error::kind`], for programs that use the library
//! as for those that read JSON, and a few of the program's own.

pub(crate) mod failure;
mod kind;
pub(crate) mod problems;

use std::error::Error as _;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Value};

use self::failure::Failure;
use self::kind::{classify, kind};
use super::early::Early;
use super::ui::Ui;
use crate::registry::Error;

/// The document of an error.
#[derive(Serialize)]
struct Document<'a> {
    error: Members<'a>,
}

/// What it tells of the error.
#[derive(Serialize)]
struct Members<'a> {
    kind: &'static str,
    message: &'a str,
    causes: Vec<String>,
    hint: Option<&'a str>,
    details: &'a Map<String, Value>,
}

/// Writes an error to stderr and gives the exit status.
pub(crate) fn report(ui: Ui, failure: &Failure) -> u8 {
    let class = classify(failure);
    let message = message(failure);
    if ui.json() {
        ui.document(&Document {
            error: Members {
                kind: kind(failure),
                message: &message,
                causes: causes(failure),
                hint: class.hint.as_deref(),
                details: &class.details,
            },
        });
        return class.exit;
    }
    if let Failure::Registry(Error::Rules(diagnostics) | Error::Mask { findings: diagnostics, .. }) = failure
    {
        ui.block(&diagnostics.render(false), || diagnostics.render(true));
    }
    ui.error(&message);
    for cause in causes(failure) {
        ui.cause(&cause);
    }
    if let Some(hint) = class.hint {
        ui.hint(&hint);
    }
    class.exit
}

/// Writes what clap has to say: help and version to stdout, wrong usage to stderr with exit status
/// 2.
pub(crate) fn arguments(error: &clap::Error, early: Early) -> io::Result<u8> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        error.print()?;
        return Ok(0);
    }
    let ui = early.ui();
    let hint = code_like(error).map(|code| format!("custcode show {code}"));
    if early.json {
        let hint = hint.or_else(|| nearest(error).map(|word| format!("did you mean {word}?")));
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let usage = Error::Usage { message: first.to_owned(), hint };
        return Ok(report(ui, &Failure::Registry(usage)));
    }
    let styled = error.render();
    ui.block(&styled.to_string(), || styled.ansi().to_string());
    if let Some(hint) = hint {
        ui.hint(&hint);
    }
    Ok(2)
}

/// A first argument that is no command but looks like a code.
fn code_like(error: &clap::Error) -> Option<&str> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => {
            let shaped = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (shaped && word.bytes().any(|byte| byte.is_ascii_digit())).then_some(word)
        }
        _ => None,
    }
}

/// The word that clap thinks was meant; its text form tells it already.
fn nearest(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => words.first().cloned(),
        _ => None,
    })
}

/// One sentence, lower case.
fn message(failure: &Failure) -> String {
    match failure {
        Failure::Registry(error) => error.to_string(),
        Failure::System(error) => error.to_string(),
        Failure::Stdout(error) => format!("could not write to standard output: {error}"),
        Failure::Interrupted(_) => "interrupted; nothing was written".to_owned(),
        Failure::Halted(_) => "interrupted".to_owned(),
    }
}

/// The causes below the message that it does not tell itself.
fn causes(failure: &Failure) -> Vec<String> {
    let error = match failure {
        Failure::Registry(error) => error,
        Failure::System(error) => return error.chain().skip(1).map(ToString::to_string).collect(),
        Failure::Stdout(_) | Failure::Interrupted(_) | Failure::Halted(_) => return Vec::new(),
    };
    let mut told = error.to_string();
    let mut causes = match error {
        Error::NotFound { reason: Some(reason), .. } => vec![reason.clone()],
        Error::BreakingRules { examples, .. } => examples.clone(),
        _ => Vec::new(),
    };
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !told.contains(&text) {
            told.push_str(&text);
            causes.push(text);
        }
        next = cause.source();
    }
    causes
}

#[cfg(test)]
mod tests;
