//! The bytes between here and the server: a socket that can be given up, and that looks at the head
//! of every message.
//!
//! A message of the server says at its beginning how long it is. One that is longer than anything a
//! ledger holds is not read: a hostile server could fill the memory with it. The head also tells
//! which process of the server the session has, by which a connection pool in between is known.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::guard::Allowed;

/// The longest message that is read. A rule file with its dictionaries may have 64 MiB, and its
/// proof comes with it.
const LONGEST: u64 = 256 << 20;

/// The tag of the message that names the process of a session.
const PROCESS: u8 = b'K';

/// The tag of the messages of the login.
const LOGIN: u8 = b'R';

/// What those who hold a connection and its socket tell each other.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Nobody waits any more.
    given_up: AtomicBool,
    process: AtomicI32,
}

impl Shared {
    /// Ends the connection at the next look at it.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// The process that the other side names as that of this session.
    pub(super) fn process(&self) -> i32 {
        self.process.load(Ordering::Relaxed)
    }
}

/// A socket.
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Notices a network that is gone.
    pub(super) fn keep_alive(&self, silence: std::time::Duration) -> Result<()> {
        use rustix::net::sockopt;
        let Self::Tcp(stream) = self else { return Ok(()) };
        stream.set_nodelay(true)?;
        let socket = stream.as_fd();
        #[cfg(target_os = "linux")]
        sockopt::set_tcp_user_timeout(socket, u32::try_from(silence.as_millis()).unwrap_or(u32::MAX))?;
        sockopt::set_socket_keepalive(socket, true)?;
        sockopt::set_tcp_keepidle(socket, silence / 3)?;
        sockopt::set_tcp_keepintvl(socket, silence / 6)?;
        Ok(sockopt::set_tcp_keepcnt(socket, 4)?)
    }
}

/// What is asked of either kind of socket.
macro_rules! either {
    ($self:ident, $call:ident, $($argument:expr),*) => {
        match $self.get_mut() {
            Socket::Tcp(stream) => Pin::new(stream).$call($($argument),*),
            Socket::Unix(stream) => Pin::new(stream).$call($($argument),*),
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        either!(self, poll_read, cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        either!(self, poll_write, cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        either!(self, poll_flush, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        either!(self, poll_shutdown, cx)
    }
}

/// A stream whose messages are looked at.
pub(super) struct Watched<S> {
    stream: S,
    shared: Arc<Shared>,
    allowed: Allowed,
    heads: Heads,
}

impl<S> Watched<S> {
    /// Watches a stream that everybody on the way can read unless its messages are encrypted.
    /// `asks`: first it is asked whether they are to be. `allowed` is how the password may be asked
    /// for where they are not.
    pub(super) fn open(stream: S, shared: Arc<Shared>, asks: bool, allowed: Allowed) -> Self {
        let heads = if asks { Heads::Asked } else { Heads::default() };
        Self { stream, shared, allowed, heads }
    }

    /// Watches what was encrypted on its way.
    fn decrypted(stream: S, shared: Arc<Shared>) -> Self {
        Self { stream, shared, allowed: Allowed::ALL, heads: Heads::default() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        if this.shared.is_given_up() {
            return Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the server does not answer")));
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if let Poll::Ready(Ok(())) = read {
            this.heads.pass(&buf.filled()[before..], &this.shared, this.allowed)?;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Watched<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// Makes encrypted streams that are watched within.
pub(super) struct Encrypted<C> {
    pub(super) connector: C,
    pub(super) shared: Arc<Shared>,
}

impl<S, C> TlsConnect<S> for Encrypted<C>
where
    C: TlsConnect<S>,
    C::Stream: Unpin,
    C::Future: Send + 'static,
{
    type Stream = Watched<C::Stream>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self::Stream, C::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let Self { connector, shared } = self;
        let connecting = connector.connect(stream);
        Box::pin(async move { Ok(Watched::decrypted(connecting.await?, shared)) })
    }
}

/// Where in the messages a stream is.
enum Heads {
    /// The next byte says whether what follows is encrypted.
    Asked,
    /// Nothing can be seen here.
    Veiled,
    /// So many bytes of a head are there, or all five and so many bytes of the message are to come.
    Open { head: [u8; 9], have: usize, left: u64 },
}

impl Default for Heads {
    fn default() -> Self {
        Self::Open { head: [0; 9], have: 0, left: 0 }
    }
}

impl Heads {
    /// Follows the bytes that came.
    fn pass(&mut self, mut bytes: &[u8], shared: &Shared, allowed: Allowed) -> Result<()> {
        if matches!(self, Self::Asked)
            && let Some((answer, rest)) = bytes.split_first()
        {
            bytes = rest;
            *self = if *answer == b'S' { Self::Veiled } else { Self::default() };
        }
        let Self::Open { head, have, left } = self else { return Ok(()) };
        while let Some(byte) = bytes.first() {
            // The number of the process follows its message's head, and so does what a login asks
            // for.
            let wanted = if *have >= 5 && matches!(head[0], PROCESS | LOGIN) { 9 } else { 5 };
            if *have < wanted {
                head[*have] = *byte;
                *have += 1;
                bytes = &bytes[1..];
                if *have == 5 {
                    *left = length(head)?;
                } else if *have > 5 {
                    *left -= 1;
                }
                if *have == 9 {
                    let number = [head[5], head[6], head[7], head[8]];
                    if head[0] == LOGIN {
                        allowed.demand(u32::from_be_bytes(number))?;
                    } else {
                        shared.process.store(i32::from_be_bytes(number), Ordering::Relaxed);
                    }
                }
            } else {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let passed = most.min(bytes.len());
                bytes = &bytes[passed..];
                *left -= passed as u64;
            }
            if *have >= 5 && *left == 0 {
                *have = 0;
            }
        }
        Ok(())
    }
}

/// The bytes that follow a message's head; its length counts itself.
fn length(head: &[u8; 9]) -> Result<u64> {
    let length = u64::from(u32::from_be_bytes([head[1], head[2], head[3], head[4]]));
    if length > LONGEST {
        let message = format!("it begins a message of {length} bytes, and none has more than {LONGEST}");
        return Err(Error::new(ErrorKind::InvalidData, message));
    }
    Ok(length.saturating_sub(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message: a tag and what it says.
    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).expect("a short message");
        [&[tag][..], &length.to_be_bytes(), body].concat()
    }

    #[test]
    fn messages_are_followed_however_they_are_cut() {
        let mut all = message(b'R', &[0; 4]);
        all.extend(message(PROCESS, &[0, 0, 4, 210, 9, 9, 9, 9]));
        all.extend(message(b'1', &[]));
        all.extend(message(b'D', &[7; 300]));
        for cut in [1, 2, 3, 4, 5, 7, 100, 1_000] {
            let (shared, mut heads) = (Shared::default(), Heads::default());
            for piece in all.chunks(cut) {
                heads.pass(piece, &shared, Allowed::ALL).expect("short messages");
            }
            assert_eq!(shared.process(), 1234, "in pieces of {cut}");
            assert!(
                heads.pass(&[b'D', 0xff, 0xff, 0xff, 0xff], &shared, Allowed::ALL).is_err(),
                "in pieces of {cut}"
            );
        }
    }

    #[test]
    fn what_is_encrypted_is_not_looked_at() {
        let (shared, mut heads) = (Shared::default(), Heads::Asked);
        heads.pass(b"S", &shared, Allowed::ALL).expect("an answer");
        heads.pass(&[b'D', 0xff, 0xff, 0xff, 0xff], &shared, Allowed::ALL).expect("nothing that can be read");
        let mut heads = Heads::Asked;
        heads.pass(b"N", &shared, Allowed::ALL).expect("an answer");
        assert!(heads.pass(&[b'D', 0xff, 0xff, 0xff, 0xff], &shared, Allowed::ALL).is_err());
    }

    #[test]
    fn a_password_is_asked_for_in_vain_in_the_open() {
        let [here, there, others] =
            [("::1", false), ("db", false), ("::1", true)].map(|(host, foreign)| Allowed::of(host, foreign));
        let scram = message(LOGIN, &[&[0, 0, 0, 10][..], b"SCRAM-SHA-256\0\0"].concat());
        let asked = [
            (message(LOGIN, &[0, 0, 0, 0]), [true, true, true]),
            (message(LOGIN, &[0, 0, 0, 3]), [true, false, false]),
            (message(LOGIN, &[0, 0, 0, 5, 1, 2, 3, 4]), [true, true, false]),
            (scram, [true, true, false]),
        ];
        for (bytes, given) in asked {
            for (allowed, given) in [here, there, others].into_iter().zip(given) {
                for cut in [1, 4, 100] {
                    let mut heads = Heads::default();
                    let passed = bytes
                        .chunks(cut)
                        .try_for_each(|piece| heads.pass(piece, &Shared::default(), allowed));
                    assert_eq!(passed.is_ok(), given, "{bytes:?} in pieces of {cut}");
                }
            }
        }
    }
}
