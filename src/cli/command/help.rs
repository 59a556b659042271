//! `help`: of a command, or a page of the reference.

use std::io::Write as _;

use clap::Args;

use super::named;
use crate::cli::language;
use crate::cli::markdown::terminal;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::table;
use crate::cli::pages::{self, PAGES};
use crate::cli::ui::Ui;

/// Print the help of a command, or a page of the reference
///
/// A page comes in Chinese where CUSTCODE_LANG, LC_ALL, LC_MESSAGES or LANG (the first that is set)
/// says zh, else in English. In a pipe it is Markdown.
#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "the comments are help texts")]
#[command(after_long_help = "\
Examples:
  custcode help rules check
  custcode help -k            # the pages there are
  custcode help -k import
  CUSTCODE_LANG=zh custcode help -k import > import.md")]
pub(crate) struct Help {
    /// The command; none means the program
    #[arg(conflicts_with = "keyword")]
    command: Vec<String>,
    /// Print this page of the reference; without PAGE, list the pages
    #[arg(short, long, value_name = "PAGE")]
    #[expect(clippy::option_option, reason = "the option may stand alone")]
    keyword: Option<Option<String>>,
}

impl Help {
    pub(super) fn run(&self, ui: Ui, mut root: clap::Command) -> Outcome {
        let page = ui.page();
        let text = match &self.keyword {
            None => {
                root.build();
                let help = named::find(&root, &self.command)?.clone().render_long_help();
                if page.colour { help.ansi().to_string() } else { help.to_string() }
            }
            Some(None) => {
                let language = language::of_the_reader();
                let rows: Vec<_> = PAGES
                    .iter()
                    .map(|page| vec![page.name.to_owned(), page.title(language).to_owned()])
                    .collect();
                table::render(&language.pick(["页", "内容"], ["page", "about"]), &rows, page)
            }
            Some(Some(name)) => {
                let text = pages::find(name)?.text(language::of_the_reader());
                if page.escape { terminal::render(text, page) } else { text.to_owned() }
            }
        };
        Ui::print(|out| out.write_all(text.as_bytes()))?;
        Ok(Status::Done)
    }
}
