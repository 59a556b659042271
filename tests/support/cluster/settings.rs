//! How a server is set up before its first start.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::programs;

/// The port where nobody names one.
pub(super) const USUAL_PORT: u16 = 5432;

/// Settings of a new server; the default is what a careful company runs.
#[derive(Default)]
pub(crate) struct Settings {
    pub(super) tcp: bool,
    options: Vec<(String, String)>,
    files: Vec<(String, Vec<u8>)>,
}

impl Settings {
    /// A durable server, reached by its socket only.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What it writes may be lost when the machine fails, and each test is faster.
    pub(super) fn fast() -> Self {
        [
            ("fsync", "off"),
            // What custcode wants to hear of such a server.
            ("custcode.disposable", "on"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "on"),
            ("max_connections", "200"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("autovacuum", "off"),
            ("checkpoint_timeout", "1h"),
        ]
        .into_iter()
        .fold(Self::new(), |settings, (name, value)| settings.set(name, value))
    }

    /// Listens also on a free port of 127.0.0.1.
    pub(crate) fn tcp(mut self) -> Self {
        self.tcp = true;
        self
    }

    /// A line of `postgresql.conf`.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.options.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file in the data folder, readable by the server alone: `server.key`, `pg_hba.conf` …
    pub(crate) fn file(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    /// Writes all this into a new data folder.
    pub(super) fn write(&self, data: &Path) {
        let mut settings =
            File::options().append(true).open(data.join("postgresql.conf")).expect("initdb made it");
        // Who asks for the time in a session must not depend on this machine.
        writeln!(settings, "timezone = 'UTC'\nlog_timezone = 'UTC'").expect("the settings can be written");
        for (name, value) in &self.options {
            writeln!(settings, "{name} = '{value}'").expect("the settings can be written");
        }
        for (name, content) in &self.files {
            let path = data.join(name);
            fs::write(&path, content).expect("the data folder can be written");
            fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("the file is ours");
            programs::hand_over(&path);
        }
    }
}

/// A port of 127.0.0.1 that nobody listens on.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
