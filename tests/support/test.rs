//! One run of custcode and what it must say: stdout, stderr and status are compared exactly unless
//! a test asks for less.
//!
//! ```ignore
//! Test::new()
//!     .args(["new", "--type", "vip"])
//!     .stdout("01A0001\n")
//!     .stderr_like("note: [..]\n")
//!     .run()
//!     .then()
//!     .args(["validate", "01X0001"])
//!     .status(1)
//!     .run();
//! ```

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Output, Stdio};
use std::thread;

use super::{Folder, diff, like, terminal};

/// What a stream must hold.
enum Expected {
    Exactly(String),
    Like(String),
}

/// A run in the making.
#[must_use = "nothing happens before `run`"]
pub(crate) struct Test {
    folder: Folder,
    args: Vec<String>,
    stdin: Option<Vec<u8>>,
    stdout: Expected,
    stderr: Expected,
    status: i32,
}

/// A run that did what was expected; its folder is still there.
pub(crate) struct Done {
    /// Where it ran.
    pub(crate) folder: Folder,
    /// What it printed, with the folder's own paths.
    pub(crate) stdout: String,
}

impl Test {
    /// A run in an empty world that expects silence and success.
    pub(crate) fn new() -> Self {
        Self::within(Folder::new())
    }

    /// A run in `folder`.
    pub(crate) fn within(folder: Folder) -> Self {
        Self {
            folder,
            args: Vec::new(),
            stdin: None,
            stdout: Expected::Exactly(String::new()),
            stderr: Expected::Exactly(String::new()),
            status: 0,
        }
    }

    /// Writes `rules.toml` and makes its ledger.
    #[track_caller]
    pub(crate) fn rules(self, toml: &str) -> Self {
        self.folder.write("rules.toml", toml);
        self.folder.init();
        self
    }

    /// Writes a file.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.folder.write(name, content);
        self
    }

    /// Sets an environment variable, also for the runs that follow in this folder.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.folder.set(name, value);
        self
    }

    /// Sets the clock (RFC 3339), also for the runs that follow in this folder.
    pub(crate) fn now(self, time: &str) -> Self {
        self.env("CUSTCODE_NOW", time)
    }

    /// Adds arguments.
    pub(crate) fn args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// What is piped into standard input; without it the input is empty.
    pub(crate) fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(input.into());
        self
    }

    /// Standard output, exactly. `[DIR]`, `[HOME]` and `[TMP]` stand for the world's folders.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = Expected::Exactly(text.to_owned());
        self
    }

    /// Standard output by a pattern: `[..]` is any text within a line, a line `...` any number of
    /// lines.
    pub(crate) fn stdout_like(mut self, pattern: &str) -> Self {
        self.stdout = Expected::Like(pattern.to_owned());
        self
    }

    /// Standard error, exactly.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = Expected::Exactly(text.to_owned());
        self
    }

    /// Standard error by a pattern, as in [`Test::stdout_like`].
    pub(crate) fn stderr_like(mut self, pattern: &str) -> Self {
        self.stderr = Expected::Like(pattern.to_owned());
        self
    }

    /// The exit status, 0 unless said otherwise.
    pub(crate) fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Runs it and compares.
    #[track_caller]
    pub(crate) fn run(self) -> Done {
        let output = self.output();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();

        let mut report = String::new();
        if output.status.code() != Some(self.status) {
            let _ = writeln!(report, "status: expected {}, was {}", self.status, describe(output.status));
        }
        for (name, expected, actual) in [("stdout", &self.stdout, &stdout), ("stderr", &self.stderr, &stderr)]
        {
            if let Some(difference) = expected.difference(&self.folder.portable(actual)) {
                let _ = writeln!(report, "{name} ( - expected, + actual):\n{difference}");
            }
        }
        let leftovers = self.folder.leftovers();
        if !leftovers.is_empty() {
            let _ = writeln!(report, "left in the temp folder: {leftovers:?}");
        }
        for complaint in self.folder.complaints() {
            let _ = writeln!(report, "the ledger is not sound: {complaint}");
        }
        assert!(report.is_empty(), "custcode {}\n{report}", self.args.join(" "));
        Done { folder: self.folder, stdout }
    }

    /// Runs it on a terminal of `columns` and gives what the terminal received, escape sequences
    /// included.
    pub(crate) fn on_terminal(self, columns: u16) -> String {
        let screen = terminal::capture(&self.folder, columns, &self.args);
        self.folder.portable(&screen)
    }

    fn output(&self) -> Output {
        let mut command = self.folder.custcode(&self.args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let Some(input) = &self.stdin else {
            return command.output().expect("custcode starts");
        };
        let mut child = command.stdin(Stdio::piped()).spawn().expect("custcode starts");
        let mut pipe = child.stdin.take().expect("stdin is a pipe");
        thread::scope(|scope| {
            // A command may end without reading all of it: a broken pipe is its right.
            scope.spawn(move || pipe.write_all(input));
            child.wait_with_output().expect("custcode ends")
        })
    }
}

impl Done {
    /// The next run in the same folder.
    pub(crate) fn then(self) -> Test {
        Test::within(self.folder)
    }
}

impl Expected {
    fn difference(&self, actual: &str) -> Option<String> {
        match self {
            Self::Exactly(text) => (text != actual).then(|| diff::lines(text, actual)),
            Self::Like(pattern) => (!like::matches(pattern, actual)).then(|| diff::lines(pattern, actual)),
        }
    }
}

/// An exit status in words.
pub(crate) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => code.to_string(),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "unknown".to_owned(),
    }
}
