//! The network between custcode and a server of the tests, which can be cut, and can keep what it
//! was given.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::Cluster;

/// Listens on 127.0.0.1 and passes everything on to the socket of a server.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// Both ends of every connection.
    ends: Vec<(TcpStream, UnixStream)>,
    /// The first message with these words in it is kept.
    wanted: Option<Vec<u8>>,
    /// Whether who sent it is cut off.
    cuts: bool,
    /// Nobody gets through any more.
    closed: bool,
    /// What was kept, and the way on which it would have gone.
    kept: Option<(Vec<u8>, UnixStream)>,
    /// What the server says on that way.
    said: Vec<u8>,
    /// How often the server said that it is ready for the next question.
    answers: u64,
}

impl Proxy {
    /// One before a server.
    pub(crate) fn before(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::<Mutex<Shared>>::default();
        let socket = cluster.folder().join(format!(".s.PGSQL.{}", cluster.port()));
        let of_threads = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                pass(&client, &socket, &of_threads);
            }
        });
        Self { port, shared }
    }

    /// Where `role` finds `database`.
    pub(crate) fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Keeps the next message with these words in it, and what follows, instead of passing it on;
    /// `cuts` off who sent it.
    pub(crate) fn keep(&self, words: &str, cuts: bool) {
        let mut shared = lock(&self.shared);
        (shared.wanted, shared.cuts) = (Some(words.as_bytes().to_vec()), cuts);
    }

    /// Cuts every connection; new ones get through.
    pub(crate) fn cut(&self) {
        for (client, server) in lock(&self.shared).ends.drain(..) {
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
    }

    /// Lets nobody through any more.
    pub(crate) fn close(&self) {
        lock(&self.shared).closed = true;
    }

    /// Whether a message was kept.
    pub(crate) fn has_kept(&self) -> bool {
        lock(&self.shared).kept.is_some()
    }

    /// How many round trips there were: how often the server said that it is ready for the next
    /// question.
    pub(crate) fn round_trips(&self) -> u64 {
        lock(&self.shared).answers
    }

    /// Passes on what was kept, long after, and gives what the server says to it until it waits for
    /// the next.
    pub(crate) fn deliver(&self) -> String {
        let (message, mut server) = lock(&self.shared).kept.take().expect("a message was kept");
        server.write_all(&message).expect("the server listens still");
        loop {
            let said = lock(&self.shared).said.clone();
            if said.ends_with(b"Z\0\0\0\x05I") {
                return String::from_utf8_lossy(&said).into_owned();
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes on what one client and the server say to each other, in threads that end with them.
fn pass(client: &TcpStream, socket: &Path, shared: &Arc<Mutex<Shared>>) {
    let path: PathBuf = socket.to_owned();
    let Ok(server) = UnixStream::connect(path) else { return };
    let twice = || Some((client.try_clone().ok()?, server.try_clone().ok()?));
    let (Some(ends), Some(here), Some(back)) = (twice(), twice(), twice()) else { return };
    {
        let mut shared = lock(shared);
        if shared.closed {
            return;
        }
        shared.ends.push(ends);
    }
    let kept = Arc::<AtomicBool>::default();
    let (of_there, of_back) = ((Arc::clone(shared), Arc::clone(&kept)), (Arc::clone(shared), kept));
    thread::spawn(move || there(here.0, here.1, &of_there.0, &of_there.1));
    thread::spawn(move || back_again(back.0, back.1, &of_back.0, &of_back.1));
}

/// From the server to a client, or to nobody where a message of the client was kept.
fn back_again(mut client: TcpStream, mut server: UnixStream, shared: &Mutex<Shared>, kept: &AtomicBool) {
    let mut piece = [0; 16 * 1024];
    let mut heads = Heads::default();
    while let Ok(read @ 1..) = server.read(&mut piece) {
        let piece = &piece[..read];
        lock(shared).answers += heads.answers(piece);
        if kept.load(Ordering::SeqCst) {
            lock(shared).said.extend_from_slice(piece);
        } else if client.write_all(piece).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// From a client to the server.
fn there(mut client: TcpStream, mut server: UnixStream, shared: &Mutex<Shared>, kept: &AtomicBool) {
    let mut piece = [0; 16 * 1024];
    while let Ok(read @ 1..) = client.read(&mut piece) {
        let piece = &piece[..read];
        let mut keeper = lock(shared);
        let found = keeper
            .wanted
            .as_ref()
            .is_some_and(|words| piece.windows(words.len()).any(|window| window == words.as_slice()));
        if found {
            keeper.wanted = None;
            kept.store(true, Ordering::SeqCst);
            keeper.kept = Some((piece.to_vec(), server));
            if keeper.cuts {
                let _ = client.shutdown(Shutdown::Both);
            }
            return;
        }
        drop(keeper);
        if server.write_all(piece).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}

/// Follows the messages of a server: a tag, then a length that counts itself.
#[derive(Default)]
struct Heads {
    head: Vec<u8>,
    left: usize,
}

impl Heads {
    /// How many messages of these bytes say that the server is ready.
    fn answers(&mut self, bytes: &[u8]) -> u64 {
        let mut answers = 0;
        for byte in bytes {
            if self.left > 0 {
                self.left -= 1;
                continue;
            }
            self.head.push(*byte);
            if let [tag, a, b, c, d] = self.head[..] {
                answers += u64::from(tag == b'Z');
                self.left = u32::from_be_bytes([a, b, c, d]) as usize - 4;
                self.head.clear();
            }
        }
        answers
    }
}
