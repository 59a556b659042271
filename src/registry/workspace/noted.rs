//! The rule files of a user, noted in the data folder when they are made or adopted, so that the
//! built-in rules do not silently begin a second ledger beside them. Best effort: what cannot be
//! noted is not, and nothing is ever refused for it.

use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::files::draft::{Kind, draft};

/// The file of notes, one path a line, the newest last.
const FILE: &str = "rule-files";

/// More are not noted: the oldest go.
const MOST: usize = 20;

/// Notes a rule file, unless it is known.
pub(in crate::registry) fn note(data: Option<&Path>, rules: &Path) {
    // Nobody depends on it: a read-only home, a full disk or a race of two is no failure of the
    // command.
    let _ = data.map(|folder| write(folder, rules));
}

fn write(folder: &Path, rules: &Path) -> io::Result<()> {
    let path = std::path::absolute(rules)?;
    let Some(line) = path.to_str().filter(|line| !line.contains('\n')) else { return Ok(()) };
    let known = read(folder);
    if known.iter().any(|one| one == line) {
        return Ok(());
    }
    let kept = known.iter().filter(|one| is_there(Path::new(one)));
    let mut lines: Vec<&str> = kept.map(String::as_str).chain([line]).collect();
    lines.drain(..lines.len().saturating_sub(MOST));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = draft(folder, Kind::Notes)?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.persist(folder.join(FILE)).map_err(|failed| failed.error)?;
    Ok(())
}

fn read(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    text.lines().filter(|line| line.starts_with('/')).map(str::to_owned).collect()
}

/// The noted rule files that are still there, or that cannot be looked at.
pub(super) fn live(data: &Path) -> Vec<PathBuf> {
    read(data).into_iter().map(PathBuf::from).filter(|path| is_there(path)).collect()
}

fn is_there(path: &Path) -> bool {
    !matches!(
        path.symlink_metadata().map_err(|error| error.kind()),
        Err(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_twenty_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let files: Vec<_> = (0..25).map(|number| folder.path().join(format!("{number}.toml"))).collect();
        for file in &files {
            std::fs::write(file, "").expect("written");
            note(Some(&data), file);
            note(Some(&data), file);
        }
        assert_eq!(live(&data), files[5..]);
        std::fs::remove_file(&files[24]).expect("removed");
        assert_eq!(live(&data), files[5..24]);
    }

    #[test]
    fn what_cannot_be_noted_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("file");
        std::fs::write(&data, "").expect("written");
        note(Some(&data), Path::new("/a/rules.toml"));
        note(None, Path::new("/a/rules.toml"));
        assert!(live(&data).is_empty());
    }
}
