//! Eight issuers who do not give up: what failed is repeated under the same name until its code is
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::faults::{BEFORE, PATIENCE, lines};
use crate::support::{Folder, Ledger};

const ISSUERS: usize = 8;

/// What a crowd was given.
pub(super) struct Crowd {
    /// The printed codes, by the reference or request id under which they were asked for.
    codes: BTreeMap<String, Vec<String>>,
    /// Commands that said: safe to repeat.
    failed: usize,
    /// Commands that could not find out what became of their commit.
    uncertain: usize,
}

/// How far a working crowd has come.
pub(super) struct Progress<'a>(&'a Work<'a>);

struct Work<'a> {
    folder: &'a Folder,
    codes: Mutex<BTreeMap<String, Vec<String>>>,
    issued: AtomicUsize,
    failed: AtomicUsize,
    uncertain: AtomicUsize,
    ended: AtomicBool,
    complaints: Mutex<Vec<String>>,
}

impl Crowd {
    /// Lets eight issuers work as long as `disturb` does.
    #[track_caller]
    pub(super) fn work(folder: &Folder, disturb: impl FnOnce(&Progress<'_>)) -> Self {
        let work = Work {
            folder,
            codes: Mutex::default(),
            issued: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            uncertain: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            complaints: Mutex::default(),
        };
        thread::scope(|scope| {
            for desk in 0..ISSUERS {
                let work = &work;
                scope.spawn(move || work.issue(desk));
            }
            // Whatever becomes of the disturber, the issuers go home.
            let _end = End(&work.ended);
            disturb(&Progress(&work));
        });
        let complaints = work.complaints.into_inner().expect("nobody panics");
        assert!(complaints.is_empty(), "{complaints:#?}");
        Self {
            codes: work.codes.into_inner().expect("nobody panics"),
            failed: work.failed.into_inner(),
            uncertain: work.uncertain.into_inner(),
        }
    }

    /// Whether any command failed.
    pub(super) fn failed(&self) -> bool {
        self.failed + self.uncertain > 0
    }

    /// The ledger has every printed code under its name, and no other.
    #[track_caller]
    pub(super) fn is_kept_by(&self, ledger: &Ledger, occasion: &str) {
        for (name, printed) in &self.codes {
            let kept = ledger.requests.get(name).cloned();
            let kept = kept.unwrap_or_else(|| ledger.references.get(name).cloned().into_iter().collect());
            assert_eq!(*printed, kept, "{occasion}: {name}");
        }
        let printed: Vec<_> = self.codes.values().flatten().collect();
        assert_eq!(printed.iter().collect::<BTreeSet<_>>().len(), printed.len(), "{occasion}: a code twice");
        assert_eq!(
            ledger.customers,
            BEFORE + printed.len() as u64,
            "{occasion}: codes that nobody asked for"
        );
    }
}

impl fmt::Display for Crowd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (asked, codes) = (self.codes.len(), self.codes.values().flatten().count());
        let Self { failed, uncertain, .. } = self;
        write!(
            f,
            "{asked} commands gave {codes} codes, {failed} were told to repeat, {uncertain} were left uncertain, 0 violations"
        )
    }
}

impl Work<'_> {
    /// One issuer: single codes at even desks, batches at odd ones.
    fn issue(&self, desk: usize) {
        for turn in 0.. {
            if self.ended.load(Ordering::Relaxed) {
                return;
            }
            let name = format!("desk-{desk}-{turn}");
            let end: &[&str] = if desk.is_multiple_of(2) {
                &["--ref", &name]
            } else {
                &["--count", "3", "--request-id", &name]
            };
            let args = [&["new", "--type", "vip", "--set", "industry=food"], end].concat();
            let Some(codes) = self.insist(&args) else { return };
            self.issued.fetch_add(codes.len(), Ordering::Relaxed);
            self.codes.lock().expect("nobody panics").insert(name, codes);
        }
    }

    /// Repeats a command as it is told to; none when it failed otherwise.
    fn insist(&self, args: &[&str]) -> Option<Vec<String>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.folder.custcode(args).output().expect("custcode starts");
            let complaint = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => return Some(lines(&output.stdout)),
                Some(5) if Instant::now() < deadline => self.failed.fetch_add(1, Ordering::Relaxed),
                Some(3) if complaint.contains("could not be found out") && Instant::now() < deadline => {
                    self.uncertain.fetch_add(1, Ordering::Relaxed)
                }
                _ => {
                    let complaint = format!("{}: {}: {complaint}", args.join(" "), output.status);
                    self.complaints.lock().expect("nobody panics").push(complaint);
                    self.ended.store(true, Ordering::Relaxed);
                    return None;
                }
            };
            if !output.stdout.is_empty() {
                let complaint = format!("{}: printed a code and failed: {complaint}", args.join(" "));
                self.complaints.lock().expect("nobody panics").push(complaint);
            }
        }
    }
}

impl Progress<'_> {
    /// Waits until so many codes more were issued, or there is a complaint.
    pub(super) fn await_more(&self, codes: usize) {
        let wanted = self.0.issued.load(Ordering::Relaxed) + codes;
        self.until(|| self.0.issued.load(Ordering::Relaxed) >= wanted);
    }

    /// Waits for a condition, or until there is a complaint.
    pub(super) fn until(&self, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds() && !self.0.ended.load(Ordering::Relaxed) {
            assert!(Instant::now() < deadline, "the issuers came no further");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Sends the issuers home when it is dropped.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
