//! Real PostgreSQL servers for the tests: one that all share, and others that a test may stop,
//! crash and fail over.
//!
//! Each lives in a temporary folder, is reached by a unix socket in it and ends with the test
//! process, however that ends (see [`watchdog`]). It knows nothing of custcode: it gives empty
//! databases.

mod database;
pub(crate) mod pool;
mod programs;
mod settings;
mod standby;
mod watchdog;

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls};
use rustix::process::{Pid, Signal, kill_process};

pub(crate) use database::Database;
pub(crate) use programs::program;
pub(crate) use settings::Settings;
use watchdog::Watchdog;

/// The role that owns every database; it is no superuser.
pub(crate) const ROLE: &str = "custcode";

/// When a server that neither answers nor ends is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of its own; dropped, it is stopped at once and its folder removed.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    tcp: bool,
    shared: bool,
    made: AtomicU64,
    server: Mutex<Server>,
    /// The superuser's connection that makes and drops databases, while it lasts.
    superuser: Mutex<Option<Client>>,
}

/// The running parts of a cluster.
struct Server {
    postmaster: Option<Child>,
    watchdog: Watchdog,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Connections are cut and what was written is flushed: how a service is stopped.
    Fast,
    /// Everything is dropped at once, and recovered at the next start: as a crash.
    Immediate,
}

impl Cluster {
    /// The server of this test process, made when first asked for; durability is traded for speed.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::new(&Settings::fast(), true))
    }

    /// A server for one test, which may do to it what it likes.
    pub(crate) fn own(settings: &Settings) -> Self {
        Self::new(settings, false)
    }

    fn new(settings: &Settings, shared: bool) -> Self {
        let cluster = Self::unborn(settings.tcp, shared);
        let mut initdb = programs::command("initdb", &cluster.folder);
        initdb.args([
            "-D",
            "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]);
        programs::run(&mut initdb);
        settings.write(&cluster.data());
        cluster.start();
        let role = format!("CREATE ROLE {ROLE} LOGIN");
        cluster.client("postgres").batch_execute(&role).expect("a new cluster knows no such role");
        cluster
    }

    /// A folder, guarded, in which there is no server yet.
    fn unborn(tcp: bool, shared: bool) -> Self {
        // A socket's path may have 107 bytes, so names are short.
        let folder = tempfile::Builder::new().prefix("cc").tempdir().expect("a temporary folder").keep();
        let watchdog = Watchdog::over(&folder);
        programs::hand_over(&folder);
        let port = if tcp { settings::free_port() } else { settings::USUAL_PORT };
        let server = Mutex::new(Server { postmaster: None, watchdog });
        Self { folder, port, tcp, shared, made: AtomicU64::new(0), server, superuser: Mutex::default() }
    }

    /// Starts the stopped server and waits until it answers.
    pub(crate) fn start(&self) {
        let log = File::options().create(true).append(true).open(self.log_file()).expect("a log file");
        let listen = if self.tcp { "127.0.0.1" } else { "" };
        let mut command = programs::command("postgres", &self.folder);
        command
            .args(["-D", "data", "-p", &self.port.to_string()])
            .arg("-k")
            .arg(&self.folder)
            .args(["-c", &format!("listen_addresses={listen}")])
            // Ctrl-C is for the test process; the watchdog ends the server.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log);
        let mut server = self.server();
        assert!(server.postmaster.is_none(), "the server runs already");
        let postmaster = command.spawn().expect("postgres starts");
        server.watchdog.guard(Some(postmaster.id()));
        server.postmaster = Some(postmaster);
        drop(server);
        self.await_answer();
    }

    fn await_answer(&self) {
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.config("postgres").connect(NoTls) {
            let ended = self
                .server()
                .postmaster
                .as_mut()
                .is_none_or(|server| server.try_wait().expect("a child").is_some());
            assert!(!ended && Instant::now() < deadline, "PostgreSQL: {error}\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops the running server and waits until it is gone.
    pub(crate) fn stop(&self, how: Stop) {
        let mut server = self.server();
        let mut postmaster = server.postmaster.take().expect("the server runs");
        let signal = match how {
            Stop::Fast => Signal::INT,
            Stop::Immediate => Signal::QUIT,
        };
        kill_process(Pid::from_child(&postmaster), signal).expect("the server is a child of this process");
        postmaster.wait().expect("the server ends");
        server.watchdog.guard(None);
    }

    /// Makes the server answer nobody new, as a machine that has no memory left; or go on.
    pub(crate) fn freeze(&self, frozen: bool) {
        let server = self.server();
        let postmaster = server.postmaster.as_ref().expect("the server runs");
        let signal = if frozen { Signal::STOP } else { Signal::CONT };
        kill_process(Pid::from_child(postmaster), signal).expect("the server is a child of this process");
    }

    /// Stops and starts the server.
    pub(crate) fn restart(&self, how: Stop) {
        self.stop(how);
        self.start();
    }

    /// The folder of the socket, as `host` in a URL.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The port, in the socket's name and, when asked for, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where `role` finds `database`, by the socket.
    pub(crate) fn url(&self, role: &str, database: &str) -> String {
        let port =
            if self.port == settings::USUAL_PORT { String::new() } else { format!("&port={}", self.port) };
        format!("postgres://{role}@/{database}?host={}{port}", self.folder.display())
    }

    /// A connection of the superuser.
    pub(crate) fn client(&self, database: &str) -> Client {
        self.config(database).connect(NoTls).unwrap_or_else(|error| panic!("{error}\n{}", self.log()))
    }

    fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.folder).port(self.port).user("postgres").dbname(database);
        config
    }

    /// A new, empty database.
    pub(crate) fn database(&self) -> Database {
        self.make("template0")
    }

    /// A new database with the content of `original`, to which nobody may be connected.
    pub(crate) fn copy_of(&self, original: &Database) -> Database {
        self.make(original.name())
    }

    fn make(&self, template: &str) -> Database {
        let name = format!("t{}", self.made.fetch_add(1, Ordering::Relaxed) + 1);
        // Without fsync, plain copies of the 300 files take half the time of the way through the
        // log (measured: 13 ms); before version 15 there is no choice. With fsync it is the other
        // way round.
        let choice = self.shared && self.version() >= 150_000;
        let strategy = if choice { "STRATEGY file_copy" } else { "" };
        let sql = format!("CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} {strategy}");
        self.administer(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let url = self.url(ROLE, &name);
        Database::new(name, url, self.shared)
    }

    /// The version of the server, as 150004 for 15.4.
    fn version(&self) -> i32 {
        static VERSION: OnceLock<i32> = OnceLock::new();
        let ask = || {
            let row = self.client("postgres").query_one("SHOW server_version_num", &[]);
            row.expect("a setting").get::<_, String>(0).parse().expect("a number")
        };
        *VERSION.get_or_init(ask)
    }

    /// A statement of the superuser on the databases themselves. The connection is kept for the
    /// next one, unless the statement failed: the server may have been stopped since.
    fn administer(&self, sql: &str) -> Result<(), postgres::Error> {
        let mut kept = self.superuser.lock().unwrap_or_else(PoisonError::into_inner);
        let open = kept.take().filter(|client| !client.is_closed());
        let mut client = open.unwrap_or_else(|| self.client("postgres"));
        client.batch_execute(sql)?;
        if self.shared {
            *kept = Some(client);
        }
        Ok(())
    }

    /// What the server wrote into its log.
    pub(crate) fn log(&self) -> String {
        fs::read(self.log_file())
            .map_or_else(|error| error.to_string(), |text| String::from_utf8_lossy(&text).into_owned())
    }

    /// Adds a setting and makes the running server read its settings again.
    pub(crate) fn reload(&self, name: &str, value: &str) {
        let file = self.data().join("postgresql.conf");
        let mut file = File::options().append(true).open(file).expect("the settings");
        writeln!(file, "{name} = '{value}'").expect("the settings can be written");
        self.client("postgres").batch_execute("SELECT pg_reload_conf()").expect("a superuser");
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut server = self.server();
        server.watchdog.end();
        if let Some(mut postmaster) = server.postmaster.take() {
            postmaster.wait().expect("the watchdog ended the server");
        }
    }
}
