//! `man`: manual pages.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::named;
use crate::cli::error::failure::Failure;
use crate::cli::language;
use crate::cli::markdown::manual;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::pages::{self, PAGES, ReferencePage};
use crate::cli::ui::Ui;
use crate::cli::words::counted;
use crate::registry::outputs;

/// Print the manual page of the program, of a command, or of a page of the reference
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode man > custcode.1
  custcode man rules check | man -l -
  custcode man -k import | man -l -
  custcode man --dir ~/.local/share/man")]
pub(crate) struct Man {
    /// The command, as two words or by hyphen: rules check, rules-check
    command: Vec<String>,
    /// A page of the reference; custcode help -k lists them
    #[arg(short, long, value_name = "PAGE", conflicts_with = "command")]
    keyword: Option<String>,
    /// Write the manual page of every command into DIR/man1 and of every page of the reference into
    /// DIR/man7
    #[arg(long, value_name = "DIR", conflicts_with_all = ["command", "keyword"])]
    dir: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long, requires = "dir")]
    force: bool,
}

impl Man {
    pub(super) fn run(&self, ui: Ui, mut root: clap::Command) -> Outcome {
        root.build();
        if let Some(dir) = &self.dir {
            let count = self.write_all(dir, &root)?;
            ui.status(&format!("{} in {}", counted(count, "manual page"), dir.display()));
            return Ok(Status::Done);
        }
        let text = match &self.keyword {
            Some(name) => of_page(pages::find(name)?).into_bytes(),
            None => of_command(named::find(&root, &self.command)?),
        };
        Ui::print(|out| out.write_all(&text))?;
        Ok(Status::Done)
    }

    /// Writes every manual page and says how many there are.
    fn write_all(&self, dir: &Path, root: &clap::Command) -> Result<u64, Failure> {
        let commands = commands(root).into_iter().map(|it| (format!("man1/{}.1", title(it)), of_command(it)));
        let pages = PAGES.iter().map(|it| (format!("man7/custcode-{}.7", it.name), of_page(it).into_bytes()));
        let files: Vec<(PathBuf, Vec<u8>)> =
            commands.chain(pages).map(|(name, text)| (dir.join(name), text)).collect();
        for (path, _) in &files {
            outputs::demand_absent(path, self.force)?;
        }
        for (path, text) in &files {
            self.write(path, text).map_err(|source| outputs::fault(path, source))?;
        }
        Ok(files.len() as u64)
    }

    /// Writes a file that everybody may read, as `man` does.
    fn write(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(!self.force).create(true).truncate(self.force);
        options.open(path)?.write_all(text)
    }
}

/// A command and those below it.
fn commands(command: &clap::Command) -> Vec<&clap::Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(commands)).collect()
}

/// What the page of a command is called. The built name holds a blank (`custcode rules check`), a
/// page has hyphens.
fn title(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or("custcode")
}

fn of_command(command: &clap::Command) -> Vec<u8> {
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.clone())
        .title(title(command))
        .source(concat!("custcode ", env!("CARGO_PKG_VERSION")));
    page.render(&mut text).expect("memory can be written to");
    text
}

fn of_page(page: &ReferencePage) -> String {
    let language = language::of_the_reader();
    manual::render(page.name, page.title(language), page.text(language))
}
