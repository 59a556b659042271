//! The start of a connection over the network: encrypted where both sides will, and watched where they do not, so that no server is
//! given the password in the open.
//!
//! The driver sends a password in clear text to whoever asks for it. Here every message of an unencrypted server is looked at until it
//! says that the login is done, before the driver sees it.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use postgres::Socket;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The request for encryption: its length and a number that is no version.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// What an unencrypted server may ask for. SCRAM shows nobody the password and is always allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowed {
    /// The password itself: to this host, where nobody listens.
    pub(super) cleartext: bool,
    /// Its MD5, from which it can be guessed: to a server that a file of one's own names.
    pub(super) md5: bool,
}

impl Allowed {
    /// What a host may ask for that a file of one's own or of somebody else (`foreign`) names.
    pub(super) fn of(host: &str, foreign: bool) -> Self {
        Self { cleartext: !foreign && is_here(host), md5: !foreign }
    }
}

/// Whether a host is this one.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The refusal to give a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Withheld {
    #[error("the server asks for the password in clear text, and the connection is not encrypted")]
    Cleartext,
    #[error("the server asks for the password as MD5, and the connection is not encrypted")]
    Md5,
}

impl Withheld {
    /// Finds the refusal among the causes of an error.
    pub(super) fn behind(error: &postgres::Error) -> Option<Self> {
        let mut next = std::error::Error::source(error);
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

/// Begins connections to a host of the network.
#[derive(Clone)]
pub(super) struct Connector {
    /// None: never encrypted.
    tls: Option<MakeRustlsConnect>,
    /// Whether it must be encrypted.
    demanded: bool,
    allowed: Allowed,
}

impl Connector {
    pub(super) fn new(tls: Option<MakeRustlsConnect>, demanded: bool, allowed: Allowed) -> Self {
        Self { tls, demanded, allowed }
    }

    /// Whether encryption is wished for, not demanded.
    pub(super) fn prefers(&self) -> bool {
        self.tls.is_some() && !self.demanded
    }

    /// The same without encryption.
    pub(super) fn in_the_open(&self) -> Self {
        Self { tls: None, demanded: false, allowed: self.allowed }
    }
}

type RustlsConnect = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type RustlsStream = <RustlsConnect as TlsConnect<Socket>>::Stream;

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Stream;
    type TlsConnect = Start;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Start> {
        let tls = match &mut self.tls {
            Some(tls) => {
                Some(MakeTlsConnect::<Socket>::make_tls_connect(tls, host).map_err(io::Error::other)?)
            }
            None => None,
        };
        Ok(Start { tls, demanded: self.demanded, allowed: self.allowed })
    }
}

/// The start of one connection.
pub(super) struct Start {
    tls: Option<RustlsConnect>,
    demanded: bool,
    allowed: Allowed,
}

impl TlsConnect<Socket> for Start {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, mut socket: Socket) -> Self::Future {
        Box::pin(async move {
            if let Some(tls) = self.tls {
                socket.write_all(&SSL_REQUEST).await?;
                let mut answer = [0];
                socket.read_exact(&mut answer).await?;
                if answer == *b"S" {
                    return Ok(Stream::Encrypted(Box::new(tls.connect(socket).await?)));
                }
                if self.demanded {
                    return Err(io::Error::other("the server does not support TLS"));
                }
            }
            Ok(Stream::Open(Watched::new(socket, self.allowed)))
        })
    }
}

/// A connection.
pub(super) enum Stream {
    Encrypted(Box<RustlsStream>),
    Open(Watched<Socket>),
}

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        match self {
            Self::Encrypted(stream) => stream.channel_binding(),
            Self::Open(_) => ChannelBinding::none(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Open(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Open(stream) => Pin::new(&mut stream.inner).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted(stream) => Pin::new(stream).poll_flush(context),
            Self::Open(stream) => Pin::new(&mut stream.inner).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Open(stream) => Pin::new(&mut stream.inner).poll_shutdown(context),
        }
    }
}

/// A letter for the kind of a message, then its length.
const HEAD: usize = 5;
/// And then, in messages of the login, what it is about.
const LOGIN_HEAD: usize = 9;
/// How much is passed on at once while the server is watched.
const CHUNK: usize = 512;

/// An unencrypted connection whose login is watched.
pub(super) struct Watched<S> {
    inner: S,
    allowed: Allowed,
    /// The login goes on.
    watching: bool,
    /// The beginning of a message that is not whole.
    head: Vec<u8>,
    /// How much of the message that was looked at is still to come.
    rest: usize,
    /// What was looked at and is to be passed on.
    seen: Vec<u8>,
}

impl<S> Watched<S> {
    fn new(inner: S, allowed: Allowed) -> Self {
        Self { inner, allowed, watching: true, head: Vec::new(), rest: 0, seen: Vec::new() }
    }

    /// How many bytes are wanted next.
    fn wanted(&self) -> usize {
        match self.head.first() {
            _ if self.rest > 0 => self.rest,
            Some(b'R') => LOGIN_HEAD - self.head.len(),
            _ => HEAD - self.head.len(),
        }
    }

    /// Looks at what came.
    fn look(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.rest > 0 {
            self.rest -= bytes.len();
            self.seen.extend(bytes);
            return Ok(());
        }
        self.head.extend(bytes);
        let login = self.head.first() == Some(&b'R');
        if self.head.len() < if login { LOGIN_HEAD } else { HEAD } {
            return Ok(());
        }
        let number = |at: usize| self.head[at..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let length = usize::try_from(number(1)).unwrap_or(usize::MAX);
        let known = self.head.len() - 1;
        self.rest = length.checked_sub(known).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "a message of the login is too short")
        })?;
        if login {
            match number(HEAD) {
                0 => self.watching = false,
                3 if !self.allowed.cleartext => return Err(io::Error::other(Withheld::Cleartext)),
                5 if !self.allowed.md5 => return Err(io::Error::other(Withheld::Md5)),
                _ => {}
            }
        }
        self.seen.append(&mut self.head);
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.seen.is_empty() {
            if !self.watching {
                return Pin::new(&mut self.inner).poll_read(context, buffer);
            }
            let mut chunk = [0; CHUNK];
            let mut read = ReadBuf::new(&mut chunk[..self.wanted().min(CHUNK)]);
            ready!(Pin::new(&mut self.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.look(read.filled())?;
        }
        let fit = self.seen.len().min(buffer.remaining());
        buffer.put_slice(&self.seen[..fit]);
        self.seen.drain(..fit);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Allowed = Allowed { cleartext: false, md5: false };

    /// Everything that is passed on of `bytes`, given in pieces of `size`.
    fn passed(bytes: &[u8], size: usize, allowed: Allowed) -> io::Result<Vec<u8>> {
        let mut watched = Watched::new((), allowed);
        let (mut rest, mut passed) = (bytes, Vec::new());
        while watched.watching && !rest.is_empty() {
            let (piece, after) = rest.split_at(watched.wanted().min(size).min(rest.len()));
            watched.look(piece)?;
            passed.append(&mut watched.seen);
            rest = after;
        }
        passed.extend(rest);
        Ok(passed)
    }

    #[test]
    fn a_login_without_a_password_passes_as_it_is() {
        let notice = [b"N".as_slice(), &[0, 0, 0, 7], b"abc"].concat();
        let scram = [b"R".as_slice(), &[0, 0, 0, 23, 0, 0, 0, 10], b"SCRAM-SHA-256\0\0"].concat();
        let done = [b"R".as_slice(), &[0, 0, 0, 8, 0, 0, 0, 0], b"R\0\0\0\x08\0\0\0\x03"].concat();
        let whole = [notice, scram, done].concat();
        for size in [1, 2, 7, 1000] {
            assert_eq!(passed(&whole, size, NOTHING).expect("passes"), whole);
        }
    }

    #[test]
    fn a_password_in_the_open_is_asked_for_in_vain() {
        let cleartext = b"R\0\0\0\x08\0\0\0\x03";
        let md5 = b"R\0\0\0\x0c\0\0\0\x05salt";
        for size in [1, 4, 1000] {
            assert!(passed(cleartext, size, NOTHING).is_err());
            assert!(passed(md5, size, NOTHING).is_err());
            assert!(passed(cleartext, size, Allowed { cleartext: true, md5: false }).is_ok());
            assert!(passed(md5, size, Allowed { cleartext: false, md5: true }).is_ok());
            assert!(passed(b"R\0\0\0\x05\0\0\0\x03", size, NOTHING).is_err());
        }
    }

    #[test]
    fn this_host_is_known_by_its_names() {
        for (host, here) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("::1", true),
            ("10.0.0.1", false),
            ("localhost.evil", false),
        ] {
            assert_eq!(Allowed::of(host, false), Allowed { cleartext: here, md5: true }, "{host}");
            assert_eq!(Allowed::of(host, true), NOTHING, "{host}");
        }
    }
}
