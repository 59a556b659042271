//! A connection pool before a server: Debian's `pgbouncer`.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Config, NoTls};

use super::{Cluster, PATIENCE, ROLE, programs};

/// For how long a client keeps its place on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// Until it leaves.
    Session,
    /// Until the end of a transaction.
    Transaction,
}

/// A running pool; it ends with this value.
pub(crate) struct Pool {
    folder: PathBuf,
    port: u16,
    process: Child,
}

impl Pool {
    /// One before a server; `settings` are lines of its file.
    pub(crate) fn before(cluster: &Cluster, pooling: Pooling, settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("cb").tempdir().expect("a temporary folder").keep();
        let mode = match pooling {
            Pooling::Session => "session",
            Pooling::Transaction => "transaction",
        };
        let port = super::settings::free_port();
        let (server, here) = (cluster.folder().display(), folder.display());
        let text = format!(
            "[databases]\n* = host={server} port={} user={ROLE}\n[pgbouncer]\nlisten_addr =\nlisten_port = {port}\n\
             unix_socket_dir = {here}\nauth_type = any\npool_mode = {mode}\nlogfile = {here}/log\n{settings}\n",
            cluster.port()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, text).expect("the folder is ours");
        let mut command = Command::new("/usr/sbin/pgbouncer");
        if let Some((user, group)) = programs::other_user() {
            command.uid(user).gid(group);
            programs::hand_over(&folder);
            programs::hand_over(&file);
        }
        command.arg("-q").arg(&file).env_clear().stdin(Stdio::null());
        let process =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pgbouncer (tests/setup)");
        let pool = Self { folder, port, process };
        pool.await_answer();
        pool
    }

    /// Where the role of the tests finds `database`, through the pool.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@/{database}?host={}&port={}", self.folder.display(), self.port)
    }

    fn await_answer(&self) {
        let deadline = Instant::now() + PATIENCE;
        let mut config = Config::new();
        config.host_path(&self.folder).port(self.port).user(ROLE).dbname("postgres");
        while let Err(error) = config.connect(NoTls) {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "pgbouncer: {error}\n{log}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Should one of these fail, the system sweeps up behind the tests.
        let _ = (self.process.kill(), self.process.wait(), fs::remove_dir_all(&self.folder));
    }
}
