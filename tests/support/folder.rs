//! A temporary world of its own for each test: working folder, home, temp folder, clock, actor and
//! host, and on PostgreSQL a database, which every command is told of by `CUSTCODE_STORE`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Once, OnceLock};

use rustix::fs::Mode;
use tempfile::TempDir;

use super::cluster::{Cluster, Database};
use super::ledger::SIDE_FILES;
use super::{Engine, audit, engine};

/// The moment at which tests take place unless they say otherwise.
pub(crate) const NOW: &str = "2026-11-22T09:00:00+08:00";

/// Between two questions to a server lie so many commands.
const OFTEN: u32 = 8;

/// A folder to work in, with nothing of the user's environment.
pub(crate) struct Folder {
    root: TempDir,
    variables: BTreeMap<String, String>,
    engine: Engine,
    /// Made when first needed.
    database: OnceLock<Database>,
    /// What the ledgers were asked after the commands so far.
    asked: audit::Asked,
    /// Commands so far.
    commands: AtomicU32,
    /// Why the ledgers are not asked any more.
    unasked: OnceLock<&'static str>,
}

impl Folder {
    /// An empty world at [`NOW`], whose ledger the engine of this run will keep.
    pub(crate) fn new() -> Self {
        Self::on(engine())
    }

    /// An empty world whose ledger is a file in every run.
    pub(crate) fn sqlite() -> Self {
        Self::on(Engine::Sqlite)
    }

    fn on(engine: Engine) -> Self {
        hermetic();
        let root = tempfile::tempdir().expect("the system has a temporary folder");
        for name in ["work", "home", "tmp"] {
            fs::create_dir(root.path().join(name)).expect("a new folder can be filled");
        }
        Self {
            root,
            variables: BTreeMap::new(),
            engine,
            database: OnceLock::new(),
            asked: audit::Asked::default(),
            commands: AtomicU32::new(0),
            unasked: OnceLock::new(),
        }
    }

    /// A second world with the same variables, copies of the same files in `work` and `home` and a
    /// copy of the ledger.
    pub(crate) fn copy(&self) -> Self {
        let mut copy = Self::on(self.engine);
        copy.variables.clone_from(&self.variables);
        copy.unasked.clone_from(&self.unasked);
        if let Some(original) = self.database.get() {
            copy.database = Cluster::shared().copy_of(original).into();
        }
        for name in ["work", "home"] {
            copy_tree(&self.root.path().join(name), &copy.root.path().join(name));
        }
        copy
    }

    /// The database of the ledger, where PostgreSQL keeps it.
    pub(crate) fn database(&self) -> Option<&Database> {
        let wanted = self.engine == Engine::Postgres;
        wanted.then(|| self.database.get_or_init(|| Cluster::shared().database()))
    }

    /// The same, as far as somebody needed it already.
    pub(crate) fn made_database(&self) -> Option<&Database> {
        self.database.get()
    }

    /// From here on nobody asks whether the ledgers are sound: this test damages one on purpose, or
    /// leaves it in a state for which the program has no words yet. Says why.
    pub(crate) fn unasked(&self, why: &'static str) {
        self.unasked.get_or_init(|| why);
    }

    /// After a command: what the program itself finds wrong with ledgers that were written to since
    /// it was asked last. A file is asked every time. To ask a server costs twice as much as a
    /// command, so there it is every [`OFTEN`]th command and, as for files, the end of the test.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let commands = self.commands.fetch_add(1, Ordering::Relaxed) + 1;
        if self.database.get().is_some() && !commands.is_multiple_of(OFTEN) {
            return Vec::new();
        }
        self.last_complaints()
    }

    /// Asks the ledger now, and demands an answer.
    pub(crate) fn ask(&self) -> Result<(), String> {
        let place = self.variables.get("CUSTCODE_STORE").cloned().unwrap_or_else(|| self.store());
        audit::ask_now(&place)?;
        self.asked.note(self, &place);
        Ok(())
    }

    /// The same as [`Folder::complaints`], however often that was asked.
    fn last_complaints(&self) -> Vec<String> {
        if self.unasked.get().is_some() { Vec::new() } else { audit::complaints(self, &self.asked) }
    }

    /// Where the built-in rules have their files.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.root.path().join("home/.local/share/custcode").join(name)
    }

    /// Where the ledger is or will be, as `--store` takes it.
    pub(crate) fn store(&self) -> String {
        self.database()
            .map_or_else(|| self.path("custcode.db").display().to_string(), |it| it.url().to_owned())
    }

    /// A path in the working folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// Writes a file in the working folder, and the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let parent = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(parent).expect("the working folder can be written");
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Copies a file or folder of the project into the working folder, under the same name.
    pub(crate) fn bring(&self, name: &str) {
        let source = super::project().join(name);
        if source.is_dir() {
            copy_tree(&source, &self.path(name));
        } else {
            self.write(name, fs::read(&source).unwrap_or_else(|error| panic!("{name}: {error}")));
        }
    }

    /// The text of a file in the working folder.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        let bytes = fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Names in the working folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(&self.path(""))
    }

    /// Names in the working folder but for the ledger and its side file, which only SQLite has
    /// there.
    pub(crate) fn names_beside_ledger(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| name != "custcode.db" && !SIDE_FILES.contains(&name.as_str()));
        names
    }

    /// Names left behind in the temp folder.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        names(&self.root.path().join("tmp"))
    }

    /// Sets an environment variable for every command to come.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// A program in the working folder that sees this world only; stdin is empty.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.root.path().join("home");
        let binary = Path::new(env!("CARGO_BIN_EXE_custcode"));
        let programs = binary.parent().expect("a binary lies in a folder");
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("TMPDIR", self.root.path().join("tmp"))
            .env("CUSTCODE_CEILING", self.root.path())
            .env("TZ", "Asia/Shanghai")
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "100")
            .env("CUSTCODE_NOW", NOW)
            .env("CUSTCODE_ACTOR", "li")
            .env("CUSTCODE_HOST", "office")
            .envs(self.database().map(|database| ("CUSTCODE_STORE", database.url())))
            .envs(&self.variables)
            .current_dir(self.path(""))
            .stdin(Stdio::null());
        command
    }

    /// custcode with these arguments, not yet started. `CUSTCODE_TEST_BINARY` names another build
    /// of it: with an older one a case shows what it would have found.
    pub(crate) fn custcode<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let other = std::env::var_os("CUSTCODE_TEST_BINARY");
        let mut command = self.command(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_custcode").into()));
        command.args(args);
        command
    }

    /// Runs `custcode init`, which makes what is missing: the ledger beside an existing
    /// `rules.toml`.
    #[track_caller]
    pub(crate) fn init(&self) {
        let done = self.custcode(["init"]).output().expect("custcode starts");
        assert!(done.status.success(), "custcode init: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Replaces the paths of this world: `[DIR]` is the working folder, `[HOME]` the home, `[TMP]`
    /// the temp folder, `[DIR]/custcode.db` the ledger.
    pub(crate) fn portable(&self, text: &str) -> String {
        let mut text = match self.database.get() {
            Some(database) => text.replace(database.url(), "[DIR]/custcode.db"),
            None => text.to_owned(),
        };
        for root in [self.root.path().to_path_buf(), resolved(self.root.path())] {
            for (folder, placeholder) in [("work", "[DIR]"), ("home", "[HOME]"), ("tmp", "[TMP]")] {
                text = text.replace(&root.join(folder).display().to_string(), placeholder);
            }
        }
        text
    }
}

impl Drop for Folder {
    /// Whatever ran here left sound ledgers behind.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let complaints = self.last_complaints();
            assert!(
                complaints.is_empty(),
                "a ledger that was left behind is not sound:\n{}",
                complaints.join("\n")
            );
        }
    }
}

/// What the environment of a command cannot shut out of its world.
fn hermetic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Permissions of new files are part of what is tested; every process started from here
        // inherits this.
        rustix::process::umask(Mode::from_raw_mode(0o022));
        let machine = Path::new("/etc/custcode/rules.toml");
        assert!(!machine.exists(), "{} serves every user of this machine, tests too", machine.display());
    });
}

/// The path without symlinks (on macOS temporary folders lie behind one).
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().expect("the folder exists")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the copy's folder can be made");
    for name in names(from) {
        let (source, target) = (from.join(&name), to.join(&name));
        if source.is_dir() {
            copy_tree(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
        }
    }
}
