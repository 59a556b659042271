//! The address of a ledger in PostgreSQL: a URL as libpq reads it, without the password, which is
//! never written there.
//!
//! What the URL leaves open comes from libpq's variables (`PGHOST`, `PGUSER` …) when a connection
//! is made; nothing is looked up here.

use std::fmt;

use crate::store::{Error, Result};

/// What a URL says; kept as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// As given. Holds no secret: a URL with a password is never taken.
    text: String,
    pub(crate) user: Option<String>,
    /// Hosts in the order they are tried, each with its port; a host that begins with `/` is the
    /// folder of a socket.
    pub(crate) hosts: Vec<(String, Option<u16>)>,
    pub(crate) database: Option<String>,
    /// The parameters behind the question mark, by name.
    parameters: Vec<(&'static str, String)>,
    /// Named by a file of somebody else.
    foreign: bool,
}

/// The parameters that mean something here. `host`, `port`, `user` and `dbname` say the same as the
/// front of the URL.
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

/// Parameters that libpq knows and this program does not: their names may be repeated in a message,
/// unlike a word that could be anything.
const OTHERS: [&str; 12] = [
    "hostaddr",
    "options",
    "sslcert",
    "sslkey",
    "sslcrl",
    "sslnegotiation",
    "gssencmode",
    "krbsrvname",
    "keepalives",
    "service",
    "client_encoding",
    "load_balance_hosts",
];

/// How many letters may be wrong in a word that is repeated.
const SLIPS: usize = 2;

impl Address {
    /// Whether a text is such a URL.
    pub(in crate::store) fn looks_like(text: &str) -> bool {
        scheme(text).is_some()
    }

    /// Reads `postgres://USER@HOST:PORT/DATABASE?sslmode=…`; `postgresql://` means the same.
    ///
    /// # Errors
    /// [`Error::Address`] for a password, an unknown parameter and what cannot be read. It never
    /// repeats what could be a secret.
    pub fn parse(text: &str) -> Result<Self> {
        let rest = scheme(text)
            .ok_or_else(|| wrong("the URL does not begin with postgres://", "postgres://HOST/DATABASE"))?;
        // A password by its name, however it is put there, and what ends a URL for other programs.
        if gives_password(text) || text.contains(['#', ';']) {
            return Err(secret());
        }
        if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(wrong("the URL has a blank in it", "write a blank in a URL as %20"));
        }
        let (front, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        // Behind the last @, so that a password with an @ in it is seen as one, and refused.
        let (person, place) = match front.rsplit_once('@') {
            Some((person, place)) => (person, place),
            None => ("", front),
        };
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let mut address = Self {
            text: text.to_owned(),
            user: name(&decoded(person, "user")?)?,
            hosts: hosts(authority)?,
            database: name(&decoded(database, "database")?)?,
            parameters: Vec::new(),
            foreign: false,
        };
        for pair in parameters.split('&').filter(|pair| !pair.is_empty()) {
            address.add(pair)?;
        }
        address.hosts.iter().try_for_each(|(host, _)| host_name(host))?;
        Ok(address)
    }

    /// The same address, named by a file of somebody else: it gets no password in the open.
    pub(in crate::store) fn of_others(self) -> Self {
        Self { foreign: true, ..self }
    }

    /// Whether a file of somebody else named it.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    fn add(&mut self, pair: &str) -> Result<()> {
        let (word, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = KNOWN.into_iter().find(|known| *known == word) else {
            let slip = KNOWN.into_iter().chain(OTHERS).any(|known| strsim::levenshtein(known, word) <= SLIPS);
            let word = if slip { format!(" \"{}\"", word.escape_debug()) } else { String::new() };
            return Err(wrong(
                &format!("the URL has an unknown parameter{word}"),
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
            "user" => self.user = self::name(&value)?,
            "dbname" => self.database = self::name(&value)?,
            _ => {
                demand_known(name, &value)?;
                self.parameters.retain(|(known, _)| *known != name);
                self.parameters.push((name, value));
            }
        }
        Ok(())
    }

    /// A parameter's value, if given.
    #[cfg(any(test, feature = "postgres"))]
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
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
    ["postgres://", "postgresql://"].into_iter().find_map(|scheme| {
        let (front, rest) = text.split_at_checked(scheme.len())?;
        front.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// Whether a text gives a password by name, `password=` or `sslpassword=`; `passfile=/run/password`
/// does not.
fn gives_password(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace("%3d", "=");
    ["password=", "passwd=", "pwd="].into_iter().any(|word| text.contains(word))
}

/// The name of a user or a database, if given. One with a colon, a question mark or an equals sign
/// has a password in it.
fn name(text: &str) -> Result<Option<String>> {
    if text.contains([':', '?', '=', ';', '#', '/']) {
        return Err(secret());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Makes sure of a host: a name, an address, or the folder of a socket.
fn host_name(host: &str) -> Result<()> {
    let fits = |letter: char| letter.is_alphanumeric() || "-._:%".contains(letter);
    if host.starts_with(['/', '@']) || host.chars().all(fits) {
        return Ok(());
    }
    Err(wrong("the URL has a host that is none", "postgres://USER@HOST:5432/DATABASE"))
}

/// Refuses the value of an option that has a few known ones, before the URL is shown anywhere.
fn demand_known(name: &str, value: &str) -> Result<()> {
    let known: &[&str] = match name {
        "sslmode" => &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "channel_binding" => &["disable", "prefer", "require"],
        "target_session_attrs" => &["any", "read-write", "primary", "read-only", "standby"],
        "connect_timeout" if value.parse::<u32>().is_err() => {
            return Err(wrong(
                &format!("connect_timeout is {}", quoted_number(value)),
                "a number of seconds",
            ));
        }
        _ => return Ok(()),
    };
    if known.contains(&value) {
        return Ok(());
    }
    Err(wrong(&format!("{name} {} is unknown", quoted(value)), &known.join(", ")))
}

/// A value that was given for an option, for a message, where it is a short plain word; anything
/// else could be a secret.
pub(crate) fn quoted(value: &str) -> String {
    let plain = value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if plain { format!("{value:?}") } else { "as given".to_owned() }
}

/// The same of a value that was to be a number: one that nearly is, such as `-1` or `5s`, is no
/// secret.
pub(crate) fn quoted_number(value: &str) -> String {
    let digits =
        value.trim_start_matches(['-', '+']).trim_end_matches(|last: char| last.is_ascii_lowercase());
    let nearly = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match quoted(value) {
        _ if nearly && value.len() <= 12 => format!("{value:?}"),
        told if told == "as given" => "no number".to_owned(),
        told => told,
    }
}

/// An address that cannot be used.
pub(in crate::store) fn wrong(reason: &str, hint: &str) -> Error {
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
            "POSTGRES://li:s3cret@db/x",
            "postgres://li%3As3cret@db/x",
            "postgres://db/x?user=li:s3cret",
            "postgres://db/x?user=li%3As3cret",
            "postgres://db/x#s3cret",
            "postgres://db/x;user=s3cret",
            "postgres://li/s3cret@db/x",
            "postgres://db/x?s3cret",
            "postgres://db/x?port=s3cret",
            "postgres://db=s3cret/x",
            "postgres://db/x?dbname=host=a%20key=s3cret",
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
