//! A real browser for pages: headless Chromium shows a page in frames of several widths and tells
//! what it finds in them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// Names that Chromium goes by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What is asked of a page in a frame.
const PROBE: &str = include_str!("browser.js");

/// What the browser found.
pub(crate) struct Seen {
    /// One for each width asked for.
    pub(crate) frames: Vec<Value>,
    /// What it wrote to the console.
    pub(crate) console: Vec<String>,
    /// Addresses that the page made it ask for, other than files of the test.
    pub(crate) requests: Vec<String>,
}

/// Shows `page` in a frame of each of `widths` (CSS pixels).
#[track_caller]
pub(crate) fn look(page: &str, widths: &[u16]) -> Seen {
    let folder = TempDir::new().expect("the system has a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let frame = |width: &u16| format!("<iframe src=\"page.html\" width=\"{width}\" height=\"800\"></iframe>");
    let frames: String = widths.iter().map(frame).collect();
    let around = format!(
        "<!DOCTYPE html><title>frames</title>{frames}<pre id=\"probe\"></pre><script>{PROBE}</script>"
    );
    fs::write(at("page.html"), page).expect("written");
    fs::write(at("around.html"), around).expect("written");
    let output = run(folder.path(), &at("around.html"));
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let found = dom.split_once("<pre id=\"probe\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let Some((found, _)) = found.filter(|(found, _)| !found.is_empty()) else {
        panic!("the browser did not show the page: {:?}\n{log}", output.status);
    };
    let log = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    let requests = requests(&at("net.json"));
    Seen { frames: serde_json::from_str(found).expect("the probe writes JSON"), console: log, requests }
}

fn run(folder: &Path, page: &Path) -> Output {
    let mut command = Command::new(program());
    let inside = |name: &str, file: &str| format!("--{name}={}", folder.join(file).display());
    command
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .args([
            "--headless",
            "--dump-dom",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--allow-file-access-from-files",
        ])
        // Our own page needs no sandbox, which root and containers cannot have.
        .args([
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ])
        // Whatever the browser itself would like to ask the world: no name is found.
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-default-apps", "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND"])
        .args([inside("user-data-dir", "profile"), inside("log-net-log", "net.json")])
        .arg(format!("file://{}", page.display()));
    command.output().expect("Chromium starts")
}

/// The addresses in Chromium's record of the network that a page began to ask for; what the browser
/// begins itself has no origin.
fn requests(record: &Path) -> Vec<String> {
    let text = fs::read_to_string(record).expect("Chromium keeps a record of the network");
    let record: Value = serde_json::from_str(&text).expect("the record is JSON");
    let events = record["events"].as_array().expect("the record has events");
    let of_page =
        |event: &&Value| event["params"]["initiator"].as_str().is_some_and(|one| one != "not an origin");
    let addresses = events.iter().filter(of_page).filter_map(|event| event["params"]["url"].as_str());
    let mut addresses: Vec<String> =
        addresses.filter(|address| !address.starts_with("file://")).map(str::to_owned).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The browser's path.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = NAMES.iter().find_map(|name| {
            env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
        });
        found.expect(
            "no chromium, chromium-browser or google-chrome on the PATH; `sh tests/setup` installs it",
        )
    })
}
