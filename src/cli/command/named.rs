//! The commands by name, for the commands that describe them.

use crate::cli::pages::PAGES;
use crate::registry::Error;
use crate::rule::nearest;

/// The command of these words: `rules check`, or as its manual page is called, `rules-check` or
/// `custcode-rules-check`. No word names the program.
///
/// # Errors
/// A usage error with what was probably meant.
pub(super) fn find<'a>(root: &'a clap::Command, words: &[String]) -> Result<&'a clap::Command, Error> {
    let whole = words.join("-");
    let name = whole.strip_prefix("custcode").map_or(&*whole, |rest| rest.trim_start_matches('-'));
    if name.is_empty() {
        return Ok(root);
    }
    below(root, name).ok_or_else(|| {
        let known = root.get_subcommands().map(clap::Command::get_name);
        let hint = if PAGES.iter().any(|page| page.name == name) {
            format!("it is a page: custcode help -k {name}")
        } else if let Some(likely) = nearest(words.first().map_or("", String::as_str), known) {
            format!("did you mean {likely}? custcode --help lists the commands")
        } else {
            "custcode --help lists the commands".to_owned()
        };
        Error::usage(format!("no command {:?}", words.join(" ")), hint)
    })
}

/// The command of this name below `command`.
fn below<'a>(command: &'a clap::Command, name: &str) -> Option<&'a clap::Command> {
    command.get_subcommands().find_map(|found| match name.strip_prefix(found.get_name())? {
        "" => Some(found),
        rest => below(found, rest.strip_prefix('-')?),
    })
}
