//! The password: out of a file or the environment, never out of the URL, and nowhere repeated.
//!
//! In this order: the URL's `passfile`, the file that `CUSTCODE_PASSWORD_FILE` names (the password
//! alone, as services mount it), `PGPASSWORD`, then `PGPASSFILE` or `~/.pgpass`, read by libpq's
//! rules.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::store::Result;
use crate::store::address::{Address, wrong};

/// A file of passwords is read no further; nobody has so many.
const MOST: u64 = 1 << 20;

/// Whom a password belongs to, as a password file names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Login<'l> {
    /// The host, or `localhost` for a socket.
    pub(super) host: &'l str,
    pub(super) port: u16,
    pub(super) database: &'l str,
    pub(super) user: &'l str,
}

/// The password, if there is one. A file that was named and cannot be used is an error.
pub(super) fn find(address: &Address, login: Login<'_>) -> Result<Option<String>> {
    if let Some(file) = address.parameter("passfile") {
        return Ok(matching(&secret_file(Path::new(file))?, login));
    }
    if let Some(file) = variable("CUSTCODE_PASSWORD_FILE") {
        let text = secret_file(Path::new(&file))?;
        return Ok(Some(text.lines().next().unwrap_or_default().to_owned()));
    }
    if let Some(password) = variable("PGPASSWORD") {
        return Ok(Some(password));
    }
    if let Some(file) = variable("PGPASSFILE") {
        return Ok(matching(&secret_file(Path::new(&file))?, login));
    }
    let Some(home) = variable("HOME") else { return Ok(None) };
    let file = PathBuf::from(home).join(".pgpass");
    // HOME=/dev/null has none; one that cannot be looked at is told.
    if let Err(ErrorKind::NotFound | ErrorKind::NotADirectory) =
        file.symlink_metadata().map_err(|error| error.kind())
    {
        return Ok(None);
    }
    Ok(matching(&secret_file(&file)?, login))
}

/// An environment variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads a file that only its owner may read.
fn secret_file(path: &Path) -> Result<String> {
    let shown = path.display();
    let unreadable = |error: &std::io::Error| {
        let hint = match error.kind() {
            ErrorKind::NotFound => "name another file, or none",
            _ => "it has to be a text file that you may read",
        };
        wrong(&format!("the password file {shown} cannot be read: {error}"), hint)
    };
    // A pipe without a writer would keep the program waiting before it could see that it is one.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = opened.map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(wrong(&format!("the password file {shown} is not a file"), "name a text file"));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(wrong(
            &format!(
                "the password file {shown} can be read by others (mode {:04o})",
                metadata.mode() & 0o7777
            ),
            &format!("chmod 0600 {shown}"),
        ));
    }
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    Ok(text)
}

/// The first line that fits: `HOST:PORT:DATABASE:USER:PASSWORD`, where `*` is anything and `\`
/// makes `:` and `\` ordinary.
fn matching(text: &str, login: Login<'_>) -> Option<String> {
    let port = login.port.to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut rest = line;
        for wanted in [login.host, &port, login.database, login.user] {
            let (field, after) = field(rest)?;
            if field != "*" && unescaped(field) != wanted {
                return None;
            }
            rest = after;
        }
        let password = unescaped(until_colon(rest).0);
        (!password.is_empty()).then_some(password)
    })
}

/// A field that ends with a colon, and what follows it.
fn field(text: &str) -> Option<(&str, &str)> {
    let (field, rest) = until_colon(text);
    Some((field, rest.strip_prefix(':')?))
}

fn until_colon(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.find(|letter| {
        let ends = letter == ':' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    text.split_at(end.unwrap_or(text.len()))
}

fn unescaped(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next()),
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const LOGIN: Login<'static> = Login { host: "db.example", port: 5432, database: "custcode", user: "erp" };

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        for (text, password) in [
            ("db.example:5432:custcode:erp:one", Some("one")),
            ("# db.example:5432:custcode:erp:no\n*:*:*:*:any", Some("any")),
            (
                "other:*:*:*:no\n*:5433:*:*:no\n*:*:x:*:no\n*:*:*:li:no\n*:*:*:erp:yes\n*:*:*:*:late",
                Some("yes"),
            ),
            (r"db\.example:5432:custcode:erp:a\:b\\c", Some(r"a:b\c")),
            ("db.example:5432:custcode:erp:a:b", Some("a")),
            ("db.example:5432:custcode:erp", None),
            ("db.example:5432:custcode:erp:", None),
            ("db.example:5432:custcode:er*:no", None),
            ("db.example:5432:custcode:erp:crlf\r\n", Some("crlf")),
            ("", None),
        ] {
            assert_eq!(matching(text, LOGIN).as_deref(), password, "{text:?}");
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pgpass");
        std::fs::write(&path, "*:*:*:*:s3cret").expect("written");
        for (mode, fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("mine");
            let read = secret_file(&path);
            assert_eq!(read.is_ok(), fine, "{mode:o}");
            if let Err(error) = read {
                assert!(!format!("{error:?}").contains("s3cret"));
            }
        }
        assert!(secret_file(folder.path()).is_err());
        assert!(secret_file(&folder.path().join("none")).is_err());
    }
}
