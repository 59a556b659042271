//! `rules guide`: the staff handbook.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::ui::Ui;
use crate::cli::words::counted;
use crate::registry::{self, Error, outputs};
use crate::report::guide::{self, Form, Languages, Request};
use crate::report::language::Language;
use crate::rule::RuleBook;

/// Write the staff handbook of the rules in use
///
/// How to read a code, which rule is used when, how to get a code, every dictionary, what to do
/// when something goes wrong: as
/// Markdown, or as one HTML page that needs nothing else and prints on A4. The same rules on the
/// same day give the same bytes.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules guide -o handbook.html --title \"华东机械有限公司\"
  custcode rules guide --lang en > handbook.md
  custcode rules guide --html --lang zh > 手册.html")]
pub(crate) struct Guide {
    /// Write one HTML page
    #[arg(long, conflicts_with = "markdown")]
    html: bool,
    /// Write Markdown, which is also the default unless the file's name ends with .html
    #[arg(long)]
    markdown: bool,
    /// Write this file; standard output when not given or -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace FILE when it is there
    #[arg(long, requires = "output")]
    force: bool,
    /// Write in Chinese (zh), English (en) or both; labels stand as the rule file has them
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value = "both", hide_possible_values = true)]
    lang: Lang,
    /// Put this under the title, such as the company's name; the rule file's name when not given
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

/// `--lang`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// 简体中文
    Zh,
    /// English
    En,
    /// Chinese, with English beside or below it
    Both,
}

impl Guide {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        if context.format_option
            && let Some(format) = context.ui.asked()
        {
            return Err(Error::usage(
                format!("the handbook is no {}", format!("{format:?}").to_lowercase()),
                "--html or --markdown; custcode rules show --json has the facts".to_owned(),
            )
            .into());
        }
        let workspace = context.rules()?;
        let location = workspace.location.to_string();
        let book = RuleBook::load(workspace.bundle, false)?;
        let target = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let request = Request {
            form: self.form(target),
            languages: match self.lang {
                Lang::Zh => Languages::Only(Language::Chinese),
                Lang::En => Languages::Only(Language::English),
                Lang::Both => Languages::Both,
            },
            owner: self.title.clone(),
        };
        let text = || guide::write(&book, &request, registry::today(&book, context.now()));
        let Some(target) = target else {
            Ui::print(|out| out.write_all(text().as_bytes()))?;
            return Ok(Status::Done);
        };
        outputs::protect(&location, &book.bundle, target)?;
        let fault = |source| Failure::from(Error::Output { path: target.display().to_string(), source });
        let mut file = outputs::create(target, self.force)?;
        file.write_all(text().as_bytes()).map_err(fault)?;
        outputs::publish(file, target)?;
        let rules = counted(book.rules().len() as u64, "rule");
        context.ui.status(&format!("handbook of {rules} in {}", target.display()));
        Ok(Status::Done)
    }

    /// As asked, else as the target is named, else Markdown.
    fn form(&self, target: Option<&Path>) -> Form {
        let ending = target.and_then(Path::extension).and_then(|ending| ending.to_str()).unwrap_or_default();
        let named = ["html", "htm"].iter().any(|html| ending.eq_ignore_ascii_case(html));
        if self.html || (named && !self.markdown) { Form::Html } else { Form::Markdown }
    }
}
