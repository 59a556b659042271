//! Where a ledger is: a file path, or the URL of a database.

use std::path::{Path, PathBuf};

use super::Result;
use super::address::{Address, wrong};

/// The scheme of a plain file.
const SQLITE: &str = "sqlite:";

/// Words that libpq's `name=value` form and the URLs of other programs put before a `=`.
const KEYS: [&str; 10] =
    ["host", "hostaddr", "port", "user", "username", "dbname", "database", "password", "passwd", "sslmode"];

/// Programs whose command line leads to a database.
const CLIENTS: [&str; 8] = ["psql", "pg_dump", "pgcli", "createdb", "usql", "mysql", "mariadb", "sqlcmd"];

/// Whether a text looks like an address rather than the name of a file: `jdbc:…`, `user@host`,
/// `host=… password=…`, or like the command line of another program: `psql -h … -U …`, `-h … -W …`.
/// A path that says that it is one, by `./` in front, never does; one that begins at the root only
/// where a scheme, a password or such a program stands in it.
fn is_address(text: &str) -> bool {
    if text.starts_with("./") && !text.starts_with(".//") {
        return text.contains('\0');
    }
    let plain = text.replace('：', ":").replace('／', "/").replace('＝', "=").replace('＠', "@");
    let plain =
        plain.to_lowercase().replace("%3a", ":").replace("%2f", "/").replace("%3d", "=").replace("%40", "@");
    let key = |key: &str| {
        plain.match_indices(key).any(|(at, _)| {
            let before = plain[..at].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric())
                && plain[at + key.len()..].trim_start().starts_with('=')
        })
    };
    if plain.contains("://")
        || plain.contains('\0')
        || (plain.starts_with("//") && !plain.starts_with("///"))
        || KEYS.into_iter().any(key)
    {
        return true;
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let is_program = |word: &&str| word.rsplit('/').next().is_some_and(|name| CLIENTS.contains(&name));
    if words.len() > 1 && words.first().is_some_and(is_program) {
        return true;
    }
    if text.starts_with('/') || text.starts_with("../") {
        return false;
    }
    let is_option = |word: &&str| {
        let name = word.trim_start_matches('-');
        name.len() < word.len() && name.starts_with(char::is_alphanumeric) && !name.contains(['.', '/'])
    };
    if words.len() > 1 && words.iter().any(is_option)
        || words.iter().filter(|word| KEYS.contains(word)).count() > 1
    {
        return true;
    }
    let first = plain.split('/').next().unwrap_or_default();
    let blank = |letter: Option<char>| {
        letter.is_some_and(|one| one.is_whitespace() || one.is_control() || one == '\u{feff}')
    };
    plain.contains(':')
        || first.contains(['=', '@', '?', '"', '\''])
        || blank(text.chars().next())
        || blank(text.chars().next_back())
}

/// A ledger's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Address),
}

impl Location {
    /// Reads `postgres://USER@HOST/DATABASE`, `sqlite:PATH` or a plain path. What looks like the
    /// address of a server and is none that is known is no file: it would be a ledger of its own
    /// beside the one that was meant.
    ///
    /// # Errors
    /// [`super::Error::Address`] for what cannot be used, above all a URL with a password in it. It
    /// repeats nothing of the text.
    pub fn parse(text: &str) -> Result<Self> {
        if Address::looks_like(text) {
            return Ok(Self::Postgres(Address::parse(text)?));
        }
        let path = match text.split_at_checked(SQLITE.len()) {
            Some((scheme, path)) if scheme.eq_ignore_ascii_case(SQLITE) => path,
            _ => text,
        };
        if path.is_empty() {
            return Err(wrong("the ledger has no name", "name a file, or postgres://USER@HOST/DATABASE"));
        }
        if is_address(path) {
            return Err(wrong(
                "what was given for the ledger is neither a file name nor a URL of a kind that is known",
                "a PostgreSQL database is written postgres://USER@HOST:PORT/DATABASE, without the password; \
                 a file whose name looks like an address ./NAME",
            ));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// The same place, a relative path taken from `folder`.
    #[must_use]
    pub fn beside(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            elsewhere @ Self::Postgres(_) => elsewhere,
        }
    }

    /// The same place, named by a file of somebody else: it gets no password in the open.
    #[must_use]
    pub fn of_others(self) -> Self {
        match self {
            Self::Postgres(address) => Self::Postgres(address.of_others()),
            file @ Self::Sqlite(_) => file,
        }
    }

    /// The file, where the ledger is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_a_file() {
        for (text, path) in [
            ("custcode.db", "custcode.db"),
            ("sqlite:data/codes.db", "data/codes.db"),
            ("SQLite:/srv/codes.db", "/srv/codes.db"),
            ("sqlite:///srv/codes.db", "///srv/codes.db"),
            ("客户 编码.db", "客户 编码.db"),
            ("/srv/dt=2024/li@home.db", "/srv/dt=2024/li@home.db"),
            ("../a:b.db", "../a:b.db"),
            ("data/li@home.db", "data/li@home.db"),
            ("./host=db user=app", "./host=db user=app"),
            ("./postgres:x", "./postgres:x"),
            ("/home/me/my files/x.db", "/home/me/my files/x.db"),
            ("my files/x -old.db", "my files/x -old.db"),
            ("codes - 2026.db", "codes - 2026.db"),
            ("psql.db", "psql.db"),
            ("./psql -h files.db", "./psql -h files.db"),
        ] {
            let read = Location::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read, Location::Sqlite(PathBuf::from(path)), "{text}");
        }
    }
}
