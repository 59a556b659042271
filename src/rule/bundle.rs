//! A rule file with every file it reads; its digest names it.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::standard::PREFIX;
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

/// The texts of a rule set: the rule file, the CSV files it names, by the name used there, and ready-made dictionaries.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Where it was found.
    pub origin: Origin,
    /// Name (`rules.toml`, `regions.csv`) and text; the rule file is the first.
    pub files: Vec<(String, String)>,
    /// CSV files that are named and could not be taken, and why; those that are not there are not among them.
    pub(super) unread: Vec<(String, Unread)>,
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
        Self { origin, files, unread: Vec::new() }
    }

    /// The built-in rules.
    pub fn built_in() -> Self {
        let text = include_str!("../../rules.example.toml").to_owned();
        Self::new(Origin::BuiltIn, vec![("rules.example.toml".to_owned(), text)])
    }

    /// Reads a rule file and, relative to its folder, every file its `values_from` keys name; and the
    /// ready-made dictionaries that its `standard` keys name. A TOML syntax error, a file
    /// that does not exist and a name that leaves the folder or leads to no regular file are no errors here: [`super::RuleBook::load`] reports them
    /// with a caret. `values_from` never leaves the folder tree of the rule file, not through a symbolic link either.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        Self::of_text(path, read_text(path, RULE_FILE_LIMIT)?)
    }

    /// The same of a rule file that is open: what was asked of the file holds for what is read.
    pub fn read_opened(path: &Path, file: File) -> Result<Self, BundleError> {
        Self::of_text(path, text_of(path, file, RULE_FILE_LIMIT)?)
    }

    fn of_text(path: &Path, text: String) -> Result<Self, BundleError> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut files = vec![(name, text)];
        let named = named_files(&files[0].1);
        let (mut size, mut unread) = (0, Vec::new());
        for name in named.values_from {
            let known = files[1..].iter().any(|(known, _)| *known == name);
            if known || !stays_inside(&name) || name.starts_with(PREFIX) {
                continue;
            }
            let file = match inside(folder, &name)? {
                Place::File(file) => file,
                Place::Absent => continue,
                Place::Unread(why) => {
                    unread.push((name, why));
                    continue;
                }
            };
            size += size_of(&file)?;
            if size > VALUES_LIMIT {
                let reason = format!(
                    "with it the CSV files of the rule file have {size} bytes; at most {VALUES_LIMIT} (32 MiB) are possible"
                );
                return Err(BundleError::Unfit { path: file, reason });
            }
            let text = read_text(&file, VALUES_LIMIT)?;
            files.push((name, text));
        }
        let mut bundle = Self { unread, ..Self::new(Origin::File(path.to_owned()), files) };
        bundle.add_standards(&named.standards);
        Ok(bundle)
    }

    /// SHA-256 over names and texts, in hex. Neither the rule file's own name nor the kind of line ends counts: a copy, or a checkout
    /// on Windows, is the same bundle.
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

/// What a rule file names besides itself.
struct Named {
    values_from: Vec<String>,
    standards: Vec<String>,
}

/// The names after `values_from` and `standard`, as far as the text can be read.
fn named_files(text: &str) -> Named {
    let (tree, _) = DeTable::parse_recoverable(text);
    let fields = tree.get_ref().get("fields").and_then(|fields| fields.get_ref().as_table());
    let named = |key: &str| {
        let fields = fields.into_iter().flat_map(DeTable::values);
        let text = |field: &Spanned<DeValue<'_>>| {
            Some(field.get_ref().as_table()?.get(key)?.get_ref().as_str()?.to_owned())
        };
        fields.filter_map(text).collect()
    };
    Named { values_from: named("values_from"), standards: named("standard") }
}

/// What `values_from` leads to.
enum Place {
    File(PathBuf),
    Absent,
    Unread(Unread),
}

/// What `name` leads to below `folder`.
fn inside(folder: &Path, name: &str) -> Result<Place, BundleError> {
    let path = folder.join(name);
    let failed = |source| BundleError::Read { path: path.clone(), source };
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(match path.read_link() {
                Ok(target) => Place::Unread(Unread::Dangling(target)),
                Err(_) => Place::Absent,
            });
        }
        Err(error) => return Err(failed(error)),
    };
    let root = folder.canonicalize().map_err(failed)?;
    if !real.starts_with(root) {
        return Ok(Place::Unread(Unread::Outside(real)));
    }
    let kind = real.metadata().map_err(failed)?.file_type();
    Ok(if kind.is_file() {
        Place::File(path)
    } else if kind.is_dir() {
        Place::Unread(Unread::NoFile("a folder"))
    } else if kind.is_fifo() {
        Place::Unread(Unread::NoFile("a pipe"))
    } else {
        Place::Unread(Unread::NoFile("a device or a socket"))
    })
}

fn size_of(path: &Path) -> Result<u64, BundleError> {
    let metadata = std::fs::metadata(path);
    Ok(metadata.map_err(|source| BundleError::Read { path: path.to_owned(), source })?.len())
}

fn read_text(path: &Path, limit: u64) -> Result<String, BundleError> {
    let failed = |source| BundleError::Read { path: path.to_owned(), source };
    // Looked at before it is opened: a pipe would wait for whoever writes into it.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        let reason = "it is no regular file".to_owned();
        return Err(BundleError::Unfit { path: path.to_owned(), reason });
    }
    text_of(path, File::open(path).map_err(failed)?, limit)
}

fn text_of(path: &Path, file: File, limit: u64) -> Result<String, BundleError> {
    let failed = |source| BundleError::Read { path: path.to_owned(), source };
    let unfit = |reason: String| BundleError::Unfit { path: path.to_owned(), reason };
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
