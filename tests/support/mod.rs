//! What the suite is built of: hermetic folders, the [`Test`] builder, transcripts, a terminal and
//! the ledger's checker.
//!
//! No test depends on another one, on the network, on the clock or on the user's own files.

pub(crate) mod audit;
pub(crate) mod browser;
pub(crate) mod cluster;
pub(crate) mod diff;
pub(crate) mod engine;
pub(crate) mod folder;
pub(crate) mod ledger;
pub(crate) mod like;
pub(crate) mod proxy;
pub(crate) mod rows;
pub(crate) mod terminal;
pub(crate) mod test;
pub(crate) mod transcript;

#[path = "../bench/customers.rs"]
pub(crate) mod customers;
#[path = "../bench/random.rs"]
pub(crate) mod random;

pub(crate) use cluster::Cluster;
pub(crate) use engine::{Engine, engine, skipped_on_postgres};
pub(crate) use folder::Folder;
pub(crate) use ledger::{Ledger, Tables};
pub(crate) use random::Random;
pub(crate) use test::{Done, Test};

/// Whether expectations kept in files (help, README, examples) are to be written anew instead of
/// compared.
pub(crate) fn blessing() -> bool {
    std::env::var_os("CUSTCODE_BLESS").is_some()
}

/// The project's own folder.
pub(crate) fn project() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents of the project, by their paths in it: both READMEs and every page of the
/// reference.
pub(crate) fn documents() -> Vec<(String, String)> {
    let mut files = vec!["README.md".to_owned(), "README.zh-CN.md".to_owned()];
    for language in ["en", "zh"] {
        let folder = format!("src/cli/pages/{language}");
        let entries = std::fs::read_dir(project().join(&folder)).expect("the reference has pages");
        let names = entries.map(|entry| entry.expect("readable").file_name());
        files.extend(names.map(|name| format!("{folder}/{}", name.to_string_lossy())));
    }
    files.sort();
    let read = |file: String| {
        let text = std::fs::read_to_string(project().join(&file)).expect("the project can be read");
        (file, text)
    };
    files.into_iter().map(read).collect()
}

/// The English ones of them.
pub(crate) fn english_documents() -> Vec<(String, String)> {
    let mut documents = documents();
    documents.retain(|(file, _)| !file.contains("/zh/") && !file.contains(".zh-"));
    documents
}

/// Copies the program by another process: what this one has open for writing cannot be started
/// while a test beside it forks.
pub(crate) fn copy_program(to: &std::path::Path) {
    let copied = std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_custcode")).arg(to).status();
    assert!(copied.expect("cp starts").success(), "the program cannot be copied to {}", to.display());
}
