//! The address of a ledger in PostgreSQL: a URL as libpq reads it, without the password, which is never written there.
//!
//! What the URL leaves open comes from libpq's variables (`PGHOST`, `PGUSER` …) when a connection is made; nothing is looked up here.

use std::fmt;

use crate::store::{Error, Result};

/// What a URL says; kept as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// As given. Holds no secret: a URL with a password is never taken.
    text: String,
    pub(super) user: Option<String>,
    /// Hosts in the order they are tried, each with its port; a host that begins with `/` is the folder of a socket.
    pub(super) hosts: Vec<(String, Option<u16>)>,
    pub(super) database: Option<String>,
    /// The parameters behind the question mark, by name.
    parameters: Vec<(&'static str, String)>,
}

/// The parameters that mean something here. `host`, `port`, `user` and `dbname` say the same as the front of the URL.
const KNOWN: [&str; 11] = [
    "host",
    "port",
    "user",
    "dbname",
    "sslmode",
    "sslrootcert",
    "passfile",
    "connect_timeout",
    "target_session_attrs",
    "channel_binding",
    "application_name",
];

/// Parameters that would carry a secret.
const SECRETS: [&str; 2] = ["password", "sslpassword"];

impl Address {
    /// Whether a text is such a URL.
    pub(in crate::store) fn looks_like(text: &str) -> bool {
        scheme(text).is_some()
    }

    /// Reads `postgres://USER@HOST:PORT/DATABASE?sslmode=…`; `postgresql://` means the same.
    ///
    /// # Errors
    /// [`Error::Address`] for a password, an unknown parameter and what cannot be read. It never repeats what could be a secret.
    pub fn parse(text: &str) -> Result<Self> {
        let rest = scheme(text)
            .ok_or_else(|| wrong("the URL does not begin with postgres://", "postgres://HOST/DATABASE"))?;
        let (front, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        // Behind the last @, so that a password with an @ in it is seen as one, and refused.
        let (person, place) = match front.rsplit_once('@') {
            Some((person, place)) => (person, place),
            None => ("", front),
        };
        if person.contains(':') {
            return Err(secret());
        }
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let mut address = Self {
            text: text.to_owned(),
            user: given(&decoded(person, "user")?),
            hosts: hosts(authority)?,
            database: given(&decoded(database, "database")?),
            parameters: Vec::new(),
        };
        for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
            address.add(pair)?;
        }
        Ok(address)
    }

    fn add(&mut self, pair: &str) -> Result<()> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
            return Err(secret());
        }
        let Some(name) = KNOWN.into_iter().find(|known| *known == name) else {
            let name = name.escape_debug();
            return Err(wrong(
                &format!("the URL has an unknown parameter \"{name}\""),
                &format!("known are {}", KNOWN.join(", ")),
            ));
        };
        let value = decoded(value, name)?;
        match name {
            "host" => {
                self.hosts = value.split(',').map(|host| (host.to_owned(), None)).collect();
            }
            "port" => {
                let ports = value.split(',').map(port).collect::<Result<Vec<_>>>()?;
                if self.hosts.is_empty() {
                    self.hosts = vec![(String::new(), None)];
                }
                for (index, (_, port)) in self.hosts.iter_mut().enumerate() {
                    *port = ports.get(index).or(ports.last()).copied().flatten();
                }
            }
            "user" => self.user = given(&value),
            "dbname" => self.database = given(&value),
            _ => {
                self.parameters.retain(|(known, _)| *known != name);
                self.parameters.push((name, value));
            }
        }
        Ok(())
    }

    /// A parameter's value, if given.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({:?})", self.text)
    }
}

fn scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// An address that cannot be used.
pub(super) fn wrong(reason: &str, hint: &str) -> Error {
    Error::Address { reason: reason.to_owned(), hint: hint.to_owned() }
}

fn secret() -> Error {
    wrong(
        "the URL of the ledger has a password in it, where every list of processes, log and rule file would show it",
        "leave it out; it is taken from ~/.pgpass (HOST:PORT:DATABASE:USER:PASSWORD, mode 0600), from the file that \
         CUSTCODE_PASSWORD_FILE or ?passfile= names, or from PGPASSWORD",
    )
}

/// `HOST:PORT,HOST:PORT`; an IPv6 address stands in brackets.
fn hosts(text: &str) -> Result<Vec<(String, Option<u16>)>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(',')
        .map(|one| {
            let (host, rest) = match one.strip_prefix('[') {
                Some(bracketed) => bracketed.split_once(']').ok_or_else(|| {
                    wrong("the URL has [ without ] in its host", "postgres://[::1]:5432/DATABASE")
                })?,
                None => one.split_at(one.find(':').unwrap_or(one.len())),
            };
            let port = port(rest.strip_prefix(':').unwrap_or(rest))?;
            Ok((decoded(host, "host")?, port))
        })
        .collect()
}

fn port(text: &str) -> Result<Option<u16>> {
    if text.is_empty() {
        return Ok(None);
    }
    // Not repeated: behind a colon there could be a password whose @ was forgotten.
    text.parse().map(Some).map_err(|_| {
        wrong("the URL has something behind a colon that is no port", "postgres://USER@HOST:5432/DATABASE")
    })
}

/// Resolves `%41`.
fn decoded(text: &str, part: &str) -> Result<String> {
    let unreadable = || {
        wrong(
            &format!("the {part} in the URL cannot be read: % is followed by two hexadecimal digits"),
            "write % itself as %25",
        )
    };
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or_else(unreadable)?;
        let digits = str::from_utf8(digits).map_err(|_| unreadable())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| unreadable())?);
        rest = after;
    }
    if bytes.contains(&0) {
        return Err(unreadable());
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Address {
        Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_url_is_read_as_libpq_does() {
        let whole =
            read("postgresql://erp%40hq@db.example:5433/custcode?sslmode=verify-full&sslrootcert=%2Fca.crt");
        assert_eq!(whole.user.as_deref(), Some("erp@hq"));
        assert_eq!(whole.hosts, [("db.example".to_owned(), Some(5433))]);
        assert_eq!(whole.database.as_deref(), Some("custcode"));
        assert_eq!(whole.parameter("sslmode"), Some("verify-full"));
        assert_eq!(whole.parameter("sslrootcert"), Some("/ca.crt"));

        let socket = read("postgres://custcode@/t1?host=/tmp/ccX&port=5555");
        assert_eq!(socket.hosts, [("/tmp/ccX".to_owned(), Some(5555))]);
        let several = read("postgres://a:1,[::1]:2,c/x");
        let hosts =
            [("a", Some(1)), ("::1", Some(2)), ("c", None)].map(|(host, port)| (host.to_owned(), port));
        assert_eq!(several.hosts, hosts);
        assert_eq!(read("postgres://").hosts, []);
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        for text in [
            "postgres://li:s3cret@db/x",
            "postgres://li:s3c@ret@db/x",
            "postgres://li:@db/x",
            "postgres://db/x?password=s3cret",
            "postgres://db/x?PASSWORD=s3cret",
            "postgres://db/x?sslpassword=s3cret",
            "postgres://db:s3cret/x",
            "postgres://db/x?pasword=s3cret",
            "postgres://[li:s3cret/x",
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(matches!(error, Error::Address { .. }), "{error:?}");
            assert!(!format!("{error:?}{error}").contains("s3c"), "{error:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "postgres://%zz@db/x",
            "postgres://db/%f",
            "postgres://db/%00",
            "postgres://db/x?host",
            "mysql://db",
        ] {
            let read = Address::parse(text);
            assert!(read.is_err() || text.ends_with("?host"), "{text}");
        }
    }
}
