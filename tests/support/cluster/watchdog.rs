//! What is left when a test process dies: a shell that then stops the server and removes its
//! folder.
//!
//! Its standard input is a pipe from the test process, which the system closes also on kill -9.
//! Nobody else holds that pipe: Rust opens pipes so that other children do not inherit them.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Reads the server's process id, the last line counts (empty: it does not run), and acts at the
/// end of the input. The server may still be removing files of its own, hence the tries.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
server=
while read -r line; do server=$line; done
[ -z "$server" ] || kill -QUIT "$server"
tries=0
until rm -rf "$1" || [ "$tries" -eq 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
"#;

/// The guard of one folder and of the server in it.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Guards `folder`, in which no server runs yet.
    pub(super) fn over(folder: &Path) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SCRIPT, "watchdog"]).arg(folder);
        // In a group of its own Ctrl-C does not reach it, and whoever waits for the output of the
        // tests does not wait for it.
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.current_dir("/").spawn().expect("sh starts"))
    }

    /// The server that is to end with the test process, from now on.
    pub(super) fn guard(&mut self, server: Option<u32>) {
        let pipe = self.0.stdin.as_mut().expect("the pipe is open until the end");
        let line = server.map_or_else(String::new, |id| id.to_string());
        writeln!(pipe, "{line}").expect("the watchdog reads");
    }

    /// Lets it do its work, and waits.
    pub(super) fn end(&mut self) {
        self.0.wait().expect("the watchdog ends");
    }
}
