//! A rule file with every file it reads; its digest names it.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::document::{Document, Table, Value};
use super::standard::{PREFIX, Standard};
use crate::files::Digest;

/// Largest rule file.
const RULE_FILE_LIMIT: u64 = 1 << 20;
/// Largest CSV files that `values_from` names, all of them together.
const VALUES_LIMIT: u64 = 32 << 20;

/// Where a bundle was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in (`rules.example.toml`).
    BuiltIn,
    /// A rule file on disk.
    File(PathBuf),
    /// Out of a ledger's `bundles` table.
    Ledger,
}

/// The texts of a rule set: the rule file, the CSV files it names, by the name used there, and
/// ready-made dictionaries.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Where it was found.
    pub origin: Origin,
    /// Name (`rules.toml`, `regions.csv`) and text; the rule file is the first.
    pub files: Vec<(String, String)>,
    /// CSV files that are named and could not be taken, and why; those that are not there are not
    /// among them.
    pub(super) unread: Vec<(String, Unread)>,
    /// The rule file as it was parsed, until it is compiled.
    parsed: OnceLock<Arc<Document>>,
}

/// Why what `values_from` names was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unread {
    /// A link leads out of the folder, to this file.
    Outside(PathBuf),
    /// A link to this file, which is not there.
    Dangling(PathBuf),
    /// It is no regular file but this.
    NoFile(&'static str),
}

/// A bundle that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file could not be read.
    #[error("could not read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than the limit (rule file 1 MiB, all CSV files 32 MiB) or not UTF-8.
    #[error("{}: {reason}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A stored bundle does not decode.
    #[error("the stored rule bundle does not decode: {0}")]
    Decode(String),
}

/// The form kept in a ledger.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    files: Vec<(String, String)>,
}

impl Bundle {
    /// A bundle of these texts.
    pub fn new(origin: Origin, files: Vec<(String, String)>) -> Self {
        Self { origin, files, unread: Vec::new(), parsed: OnceLock::new() }
    }

    /// The built-in rules.
    pub fn built_in() -> Self {
        let text = include_str!("../../rules.example.toml").to_owned();
        Self::new(Origin::BuiltIn, vec![("rules.example.toml".to_owned(), text)])
    }

    /// Reads a rule file and, relative to its folder, every file its `values_from` keys name; and
    /// the ready-made dictionaries that its `standard` keys name. A TOML syntax error, a file that
    /// does not exist and a name that leaves the folder or leads to no regular file are no errors
    /// here: [`super::RuleBook::compile`] reports them with a caret. `values_from` never leaves the
    /// folder tree of the rule file, not through a symbolic link either.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let failed = |source| BundleError::Read { path: path.to_owned(), source };
        if !path.metadata().map_err(failed)?.is_file() {
            return Err(not_regular(path));
        }
        let file = open(path).map_err(failed)?;
        Self::read_opened(path, file)
    }

    /// The same of a rule file that is open: what was asked of the file holds for what is read.
    pub fn read_opened(path: &Path, file: File) -> Result<Self, BundleError> {
        let text = read_text(path, file, RULE_FILE_LIMIT)?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut bundle = Self::new(Origin::File(path.to_owned()), vec![(name, text)]);
        let mut left = VALUES_LIMIT;
        for name in bundle.named("values_from") {
            let known = bundle.files[1..].iter().any(|(known, _)| *known == name);
            if known || !stays_inside(&name) || name.starts_with(PREFIX) {
                continue;
            }
            let (path, file) = match inside(folder, &name)? {
                Found::File(path, file) => (path, file),
                Found::Absent => continue,
                Found::Unread(why) => {
                    bundle.unread.push((name, why));
                    continue;
                }
            };
            let size = size_of(&path, &file)?;
            left = left.checked_sub(size).ok_or_else(|| too_large(&path, VALUES_LIMIT - left + size))?;
            let text = read_text(&path, file, VALUES_LIMIT)?;
            bundle.files.push((name, text));
        }
        bundle.add_standards();
        Ok(bundle)
    }

    /// Adds the ready-made dictionaries that the rule file names; one that is there already, out of
    /// a ledger, stays as it is.
    pub(super) fn add_standards(&mut self) {
        for standard in self.named("standard").iter().filter_map(|name| Standard::named(name)) {
            let file = standard.file();
            if !self.files.iter().any(|(known, _)| *known == file.0) {
                self.files.push(file);
            }
        }
    }

    /// The rule file, parsed when it is first asked for.
    pub(super) fn document(&self) -> &Document {
        self.parsed.get_or_init(|| {
            let text = self.files.first().map_or("", |(_, text)| text.as_str());
            Arc::new(Document::parse(text))
        })
    }

    /// Lets the parsed rule file go: compiled rules need no more of it.
    pub(super) fn without_document(mut self) -> Self {
        self.parsed.take();
        self
    }

    /// The texts under `key` in the tables of the fields, as far as the rule file can be read.
    fn named(&self, key: &str) -> Vec<String> {
        let fields = self.document().root.get("fields").and_then(Value::table);
        let fields = fields.into_iter().flat_map(Table::values);
        fields.filter_map(|field| Some(field.table()?.get(key)?.text()?.to_owned())).collect()
    }

    /// Whether the rule file carries the format key `custcode`; a file found by search must.
    pub fn declares_format(&self) -> bool {
        // A file with a syntax error further down is custcode's too: its errors are reported, not
        // passed over.
        self.files[0].1.lines().any(|line| {
            line.trim_start().strip_prefix("custcode").is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    }

    /// The top-level `store` and `store_group` of the rule file, where they are there and the file
    /// is TOML.
    pub fn store(&self) -> (Option<String>, Option<String>) {
        let document = self.document();
        if !document.is_whole() {
            return (None, None);
        }
        let text = |key: &str| document.root.get(key).and_then(Value::text).map(str::to_owned);
        (text("store"), text("store_group"))
    }

    /// SHA-256 over names and texts, in hex. Neither the rule file's own name nor the kind of line
    /// ends counts: a copy, or a checkout on Windows, is the same bundle.
    pub fn digest(&self) -> String {
        let mut hash = Digest::default();
        for (place, (name, text)) in self.files.iter().enumerate() {
            let name = if place == 0 { "" } else { name };
            // The length first: two files never hash like one.
            hash.add((name.len() as u64).to_le_bytes());
            hash.add(name);
            hash.add(((text.len() - text.matches("\r\n").count()) as u64).to_le_bytes());
            let mut lines = text.split("\r\n");
            lines.next().into_iter().for_each(|line| hash.add(line));
            for line in lines {
                hash.add("\n");
                hash.add(line);
            }
        }
        hash.hex()
    }

    /// One text that holds every file (JSON), for the ledger.
    pub fn encode(&self) -> String {
        serde_json::json!({ "format": 1, "files": self.files }).to_string()
    }

    /// The reverse of [`Bundle::encode`].
    pub fn decode(text: &str) -> Result<Self, BundleError> {
        let stored: Stored = serde_json::from_str(text).map_err(|e| BundleError::Decode(e.to_string()))?;
        if stored.format != 1 {
            return Err(BundleError::Decode(format!("format {} is newer than this program", stored.format)));
        }
        if stored.files.is_empty() {
            return Err(BundleError::Decode("it holds no file".to_owned()));
        }
        Ok(Self::new(Origin::Ledger, stored.files))
    }
}

/// Whether a `values_from` name is a relative path that goes down only.
pub(super) fn stays_inside(name: &str) -> bool {
    !name.is_empty()
        && Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// What `values_from` leads to.
enum Found {
    File(PathBuf, File),
    Absent,
    Unread(Unread),
}

/// What `name` leads to below `folder`.
fn inside(folder: &Path, name: &str) -> Result<Found, BundleError> {
    let path = folder.join(name);
    let failed = |source| BundleError::Read { path: path.clone(), source };
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(match path.read_link() {
                Ok(target) => Found::Unread(Unread::Dangling(target)),
                Err(_) => Found::Absent,
            });
        }
        Err(error) => return Err(failed(error)),
    };
    let root = folder.canonicalize().map_err(failed)?;
    if !real.starts_with(root) {
        return Ok(Found::Unread(Unread::Outside(real)));
    }
    // Nothing is opened that is no file: a pipe or a device may do something of itself.
    let kind = real.metadata().map_err(failed)?.file_type();
    Ok(if kind.is_file() {
        let file = open(&real).map_err(failed)?;
        Found::File(path, file)
    } else if kind.is_dir() {
        Found::Unread(Unread::NoFile("a folder"))
    } else if kind.is_fifo() {
        Found::Unread(Unread::NoFile("a pipe"))
    } else {
        Found::Unread(Unread::NoFile("a device or a socket"))
    })
}

fn too_large(path: &Path, size: u64) -> BundleError {
    let reason = format!(
        "with it the CSV files of the rule file have {size} bytes; at most {VALUES_LIMIT} (32 MiB) are possible"
    );
    BundleError::Unfit { path: path.to_owned(), reason }
}

/// Opens a file for reading. Should a pipe have taken its place, nobody waits for whoever writes
/// into it.
pub fn open(path: &Path) -> std::io::Result<File> {
    File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}

fn not_regular(path: &Path) -> BundleError {
    BundleError::Unfit { path: path.to_owned(), reason: "it is no regular file".to_owned() }
}

fn size_of(path: &Path, file: &File) -> Result<u64, BundleError> {
    let metadata = file.metadata();
    Ok(metadata.map_err(|source| BundleError::Read { path: path.to_owned(), source })?.len())
}

/// The text of an open file; `path` is what it is called.
fn read_text(path: &Path, file: File, limit: u64) -> Result<String, BundleError> {
    let failed = |source| BundleError::Read { path: path.to_owned(), source };
    let unfit = |reason: String| BundleError::Unfit { path: path.to_owned(), reason };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(not_regular(path));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(unfit(format!("larger than {} MiB", limit >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|byte| *byte == b'\n').count();
        unfit(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    #[test]
    fn reads_the_files_that_values_from_names_once() {
        let rules = "[fields.a]\nvalues_from = \"v.csv\"\n[fields.b]\nvalues_from = \"v.csv\"\n";
        let folder = folder_with(&[("rules.toml", rules), ("v.csv", "key,code\n")]);
        let bundle = Bundle::read(&folder.path().join("rules.toml")).expect("readable");
        assert_eq!(bundle.files.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["rules.toml", "v.csv"]);
    }

    #[test]
    fn never_leaves_the_folder() {
        let folder = folder_with(&[("secret.csv", "key,code\n")]);
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("made");
        std::os::unix::fs::symlink("../secret.csv", inner.join("link.csv")).expect("linked");
        for name in ["../secret.csv", "/etc/passwd", "link.csv"] {
            std::fs::write(inner.join("rules.toml"), format!("[fields.a]\nvalues_from = {name:?}\n"))
                .expect("written");
            let bundle = Bundle::read(&inner.join("rules.toml")).expect("readable");
            assert_eq!(bundle.files.len(), 1, "{name}");
        }
    }

    #[test]
    fn the_file_that_was_opened_is_read_whatever_its_name_leads_to_now() {
        let folder = folder_with(&[("rules.toml", "a = 1\n"), ("other", "a = 2\n")]);
        let path = folder.path().join("rules.toml");
        let file = open(&path).expect("opened");
        std::fs::rename(folder.path().join("other"), &path).expect("renamed");
        let bundle = Bundle::read_opened(&path, file).expect("readable");
        assert_eq!(bundle.files[0], ("rules.toml".to_owned(), "a = 1\n".to_owned()));
    }

    #[test]
    fn the_rule_file_is_parsed_once() {
        let folder = folder_with(&[("rules.toml", "store = \"a.db\"\n")]);
        let bundle = Bundle::read(&folder.path().join("rules.toml")).expect("readable");
        let parsed = bundle.parsed.get().cloned().expect("parsed for the files that it names");
        assert_eq!(bundle.store(), (Some("a.db".to_owned()), None));
        assert_eq!(Arc::as_ptr(&parsed), std::ptr::from_ref(bundle.clone().document()));
    }

    #[test]
    fn survives_the_ledger() {
        let bundle = Bundle::new(Origin::Ledger, vec![("规则.toml".into(), "a = \"华东\"\n".into())]);
        let back = Bundle::decode(&bundle.encode()).expect("decodes");
        assert_eq!((back.files.clone(), back.digest()), (bundle.files.clone(), bundle.digest()));
        assert!(Bundle::decode("{}").is_err());
        assert!(Bundle::decode(r#"{"format":2,"files":[]}"#).is_err());
    }

    #[test]
    fn the_digest_sees_where_a_file_ends() {
        let digest = |files: &[(&str, &str)]| {
            let files = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
            Bundle::new(Origin::Ledger, files).digest()
        };
        assert_ne!(digest(&[("a", "bc")]), digest(&[("ab", "c")]));
        assert_eq!(digest(&[("a", "")]).len(), 64);
    }

    #[test]
    fn a_large_or_foreign_file_is_named() {
        let folder = folder_with(&[]);
        let path = folder.path().join("rules.toml");
        std::fs::write(&path, [b"a = 1\n".as_slice(), &[0xbb, 0xaa]].concat()).expect("written");
        assert!(
            Bundle::read(&path)
                .expect_err("GBK")
                .to_string()
                .ends_with("line 2 is not UTF-8; save the file as UTF-8")
        );
        std::fs::write(&path, vec![b'#'; (1 << 20) + 1]).expect("written");
        assert!(Bundle::read(&path).expect_err("large").to_string().ends_with("larger than 1 MiB"));
    }
}
