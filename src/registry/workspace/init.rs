//! Making a rule file and its ledger, or the one that is missing; nothing is ever overwritten.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::ceiling::{demand_absolute, upward};
use super::{BUILT_IN, RULE_FILE, is_mine, is_there, ledger_of, note, read_obeyed};
use crate::registry::{Error, Places, Result};
use crate::rule::templates::Template;
use crate::rule::{Bundle, ProvedBook};
use crate::store::{self, Location, Waiting};

/// The line that keeps a ledger and its side files out of git.
const IGNORED: &str = "custcode.db*";

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initialized {
    /// The rule file, when it was not there already.
    pub rules: Option<PathBuf>,
    /// The ledger.
    pub ledger: Location,
    /// The `.gitignore` that got a line.
    pub gitignore: Option<PathBuf>,
    /// The group that shares the ledger from now on.
    pub group: Option<String>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Makes what is missing where it would be looked for: the rule file that is named, else
/// `rules.toml` in the working folder, out of `template` or the built-in rules; and its ledger:
/// where it is named, else where the rule file says, else `custcode.db` beside it. A rule file that
/// nobody named and that is there must say that it is custcode's; with a template one that is there
/// is refused, for it would be another one. A ledger that is there is refused, unless it only has
/// to be given to the group that shares it; one that cannot be made takes the rule file written for
/// it away again. The user's rule files are remembered.
///
/// `waiting` says how long a server is waited for.
pub fn init(places: &Places, template: Option<&Template>, waiting: Waiting) -> Result<Initialized> {
    demand_absolute(&places.ceiling)?;
    let given = places.rules_flag.as_ref().or(places.rules_env.as_ref());
    if given.is_some_and(|path| path.as_os_str() == BUILT_IN) {
        return Err(Error::usage(
            "the built-in rules are no file that could be made",
            "--rules FILE names one; ./builtin is a file of that name".to_owned(),
        ));
    }
    let rules = given.cloned().unwrap_or_else(|| places.folder.join(RULE_FILE));
    let ledger = places.store_flag.as_ref().or(places.store_env.as_ref());
    let ledger = ledger.map(|ledger| Location::parse(ledger)).transpose()?;
    let there = is_there(&rules)?;
    let (bundle, mine) = match (template, given) {
        (Some(template), _) if there => return Err(no_template_over(&rules, template)),
        (Some(template), _) => (template.bundle(), true),
        (None, None) if there => read_obeyed(&rules, places)?,
        (None, Some(_)) if there => (Bundle::read(&rules)?, is_mine(&rules, places)),
        (None, _) => (Bundle::built_in(), true),
    };
    let made = make(&rules, there, bundle, ledger, !mine, &places.ceiling, waiting)?;
    note(places.data.as_deref(), &rules);
    Ok(made)
}

fn no_template_over(rules: &Path, template: &Template) -> Error {
    Error::Conflict {
        what: format!("{} is there already, and a template never replaces a rule file", rules.display()),
        code: None,
        hint: Some(format!(
            "custcode init makes the ledger of the file that is there; \
             custcode init --template {} --rules FILE writes another file",
            template.name
        )),
    }
}

/// Makes the ledger of `bundle`, and the rule file unless it is `there`; `of_others` = the rule
/// file that is there is not mine; `ceiling` = where the search for git's folder ends.
fn make(
    rules: &Path,
    there: bool,
    bundle: Bundle,
    ledger: Option<Location>,
    of_others: bool,
    ceiling: &[PathBuf],
    waiting: Waiting,
) -> Result<Initialized> {
    let book = ProvedBook::load(bundle)?;
    let folder = rules.parent().unwrap_or(Path::new(""));
    let ledger = match ledger {
        Some(ledger) => ledger,
        None if of_others => ledger_of(rules, book.store())?.of_others(),
        None => ledger_of(rules, book.store())?,
    };
    let options = store::Options { group: book.store_group().map(str::to_owned), waiting };
    if let Some(file) = ledger.file() {
        store::sqlite::leads_somewhere(file)?;
    }
    if ledger.file().map_or(Ok(false), is_there)? {
        // A ledger that was its owner's alone is shared, which is all there is to make.
        if options.group.is_some() && store::share(&ledger, &options)? {
            return Ok(Initialized {
                rules: None,
                ledger,
                gitignore: None,
                group: options.group,
                notes: Vec::new(),
            });
        }
        return Err(store::Error::Exists { location: ledger.to_string() }.into());
    }
    if !there {
        let text = book.bundle.files.first().map_or("", |(_, text)| text);
        write_new(rules, text)?;
    }
    if let Err(error) = store::create_with(&ledger, &options) {
        if !there {
            // The error to tell is the ledger's; a rule file that stays behind does no harm.
            let _ = std::fs::remove_file(rules);
        }
        return Err(error.into());
    }
    let mut notes = Vec::new();
    let gitignore = match ledger {
        // The ledger is made; a line that could not be added is told, no failure.
        Location::Sqlite(_) => ignore(folder, ceiling).unwrap_or_else(|error| {
            notes.push(format!(
                "{} was left as it is ({error}); keep {IGNORED} out of git yourself",
                folder.join(".gitignore").display()
            ));
            None
        }),
        Location::Postgres(_) => None,
    };
    Ok(Initialized {
        rules: (!there).then(|| rules.to_owned()),
        gitignore,
        ledger,
        group: options.group,
        notes,
    })
}

/// Writes a file that must not exist, or leaves none.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let mut file = File::create_new(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => store::Error::Exists { location: path.display().to_string() }.into(),
        _ => output(path, source),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|source| {
        // The error to tell is that of the disk; half a rule file would be taken for a whole one.
        let _ = std::fs::remove_file(path);
        output(path, source)
    })
}

fn output(path: &Path, source: io::Error) -> Error {
    Error::Output { path: path.display().to_string(), source }
}

/// Adds the ledger to the folder's `.gitignore`, when there is one or git looks after the folder.
/// Gives the file when it was changed. It is never written through a link, which could lead to
/// anybody's file.
fn ignore(folder: &Path, ceiling: &[PathBuf]) -> io::Result<Option<PathBuf>> {
    let path = folder.join(".gitignore");
    let text = match path.symlink_metadata() {
        Ok(found) if found.is_file() => Some(std::fs::read(&path)?),
        Ok(found) => {
            let what = if found.is_symlink() { "it is a symbolic link" } else { "it is no regular file" };
            return Err(io::Error::other(what));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let whole = folder.canonicalize()?;
    if text.is_none() && !in_work_tree(&whole, ceiling)? {
        return Ok(None);
    }
    let text = text.unwrap_or_default();
    if text.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == IGNORED.as_bytes()) {
        return Ok(None);
    }
    let end = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
    let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).map_err(io::Error::other)?;
    let mut file = OpenOptions::new().create(true).append(true).custom_flags(flags).open(&path)?;
    writeln!(file, "{end}{IGNORED}")?;
    Ok(Some(path))
}

/// Whether git looks after a folder or one above it.
fn in_work_tree(folder: &Path, ceiling: &[PathBuf]) -> io::Result<bool> {
    for above in upward(folder, ceiling) {
        if above.join(".git").try_exists()? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        std::fs::read_to_string(path).expect("readable")
    }

    #[test]
    fn outside_git_nothing_is_ignored() {
        let folder = tempfile::tempdir().expect("a folder");
        let ceiling = [folder.path().to_owned()];
        assert_eq!(ignore(folder.path(), &ceiling).expect("works"), None);
        assert!(!folder.path().join(".gitignore").exists());
    }

    #[test]
    fn inside_git_the_ledger_is_ignored_once() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(".git")).expect("made");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("made");
        let path = inner.join(".gitignore");
        assert_eq!(ignore(&inner, &[]).expect("works"), Some(path.clone()));
        assert_eq!(text(&path), "custcode.db*\n");
        assert_eq!(ignore(&inner, &[]).expect("works"), None);
        assert_eq!(text(&path), "custcode.db*\n");
    }

    #[test]
    fn a_last_line_without_end_stays_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".gitignore");
        std::fs::write(&path, "target").expect("written");
        ignore(folder.path(), &[]).expect("works");
        assert_eq!(text(&path), "target\ncustcode.db*\n");
    }

    #[test]
    fn a_file_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rules.toml");
        std::fs::write(&path, "mine").expect("written");
        let error = write_new(&path, "other").expect_err("refused");
        assert!(matches!(error, Error::Store(store::Error::Exists { .. })));
        assert_eq!(text(&path), "mine");
    }
}
