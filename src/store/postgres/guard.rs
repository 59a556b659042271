//! What a server may ask of a password where the connection is not encrypted, so that none is given
//! to whoever listens.
//!
//! The driver answers every server as it asks, also in clear text. So [`super::stream`] looks at
//! the messages of the login before the driver does.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;

/// What an unencrypted server may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowed {
    /// The password itself: to this host, where nobody listens.
    cleartext: bool,
    /// What the password can be guessed from, if not read (MD5, SCRAM): to a server that a file of
    /// one's own names.
    digest: bool,
}

impl Allowed {
    /// Where the connection is encrypted.
    pub(super) const ALL: Self = Self { cleartext: true, digest: true };

    /// What a host, or the folder of a socket, may ask for that a file of one's own or of somebody
    /// else (`foreign`) names.
    pub(super) fn of(host: &str, foreign: bool) -> Self {
        Self { cleartext: !foreign && is_here(host), digest: !foreign }
    }

    /// Looks at the number by which a message of the login says how the password is asked for
    /// (protocol 3.0).
    pub(super) fn demand(self, asked: u32) -> io::Result<()> {
        match asked {
            3 if !self.cleartext => Err(io::Error::other(Withheld::Cleartext)),
            5 | 10 if !self.digest => Err(io::Error::other(Withheld::Digest)),
            _ => Ok(()),
        }
    }
}

/// Whether a host is this one.
fn is_here(host: &str) -> bool {
    host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The refusal to give a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Withheld {
    #[error("the server asks for the password in clear text, and the connection is not encrypted")]
    Cleartext,
    #[error("the server asks for a password, and the connection is not encrypted")]
    Digest,
}

impl Withheld {
    /// Finds the refusal among the causes of an error.
    pub(super) fn behind(error: &tokio_postgres::Error) -> Option<Self> {
        let mut next = error.source();
        while let Some(cause) = next {
            let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            if let Some(withheld) = inner.and_then(|inner| inner.downcast_ref::<Self>()) {
                return Some(*withheld);
            }
            next = cause.source();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_is_known_by_its_names() {
        for (host, here) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("::1", true),
            ("/run/postgresql", true),
            ("10.0.0.1", false),
            ("localhost.evil", false),
        ] {
            assert_eq!(Allowed::of(host, false), Allowed { cleartext: here, digest: true }, "{host}");
            assert_eq!(Allowed::of(host, true), Allowed { cleartext: false, digest: false }, "{host}");
        }
    }
}
