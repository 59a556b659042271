//! Backups and copies while twelve processes issue without a pause: each is the ledger of one
//! moment.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{company, content, must, run, sound};

const ISSUERS: usize = 12;

#[test]
fn what_is_taken_from_a_busy_ledger_is_sound_and_holds_every_code_printed_before_it_began() {
    const BACKUPS: usize = 20;
    const COPIES: usize = 4;
    let folder = company();
    let ended = AtomicBool::new(false);
    let printed = Mutex::new(Vec::new());
    let before: Vec<Vec<String>> = thread::scope(|scope| {
        for issuer in 0..ISSUERS {
            let (folder, ended, printed) = (&folder, &ended, &printed);
            scope.spawn(move || {
                for number in 0.. {
                    if ended.load(Ordering::Relaxed) {
                        return;
                    }
                    let reference = format!("R{issuer}-{number}");
                    let code = must(folder, &["new", "--type", "vip", "--ref", &reference]);
                    printed.lock().expect("no issuer failed").push(code.trim().to_owned());
                }
            });
        }
        let before = (0..BACKUPS).map(|round| {
            let before = printed.lock().expect("no issuer failed").clone();
            must(&folder, &["store", "backup", &format!("b{round}.db")]);
            if round < COPIES {
                must(&folder, &["store", "copy", "custcode.db", &format!("c{round}.db")]);
            }
            before
        });
        let before = before.collect();
        ended.store(true, Ordering::Relaxed);
        before
    });
    let issued = printed.into_inner().expect("no issuer failed").len() + 4;
    assert_eq!(sound(&folder.path("custcode.db"), "the crowd").codes.len(), issued);
    for (round, before) in before.iter().enumerate() {
        let name = format!("b{round}.db");
        let backup = sound(&folder.path(&name), &name);
        let codes: HashSet<_> = backup.codes.iter().collect();
        assert!(
            before.iter().all(|code| codes.contains(code)),
            "{name} lacks a code that was printed before"
        );
        assert!(backup.codes.len() <= issued, "{name}");
    }
    for round in 0..COPIES {
        let (backup, restored) = (format!("b{round}.db"), format!("r{round}.db"));
        must(&folder, &["store", "restore", &backup, "--store", &restored]);
        assert_eq!(content(&folder.path(&restored)), content(&folder.path(&backup)));
        assert!(sound(&folder.path(&format!("c{round}.db")), "copied").codes.len() <= issued);
    }
}

#[test]
fn a_move_from_under_a_crowd_loses_no_code_and_gives_none_twice() {
    let folder = company();
    let codes: Vec<String> = thread::scope(|scope| {
        let issuers: Vec<_> = (0..ISSUERS)
            .map(|_| {
                let folder = &folder;
                scope.spawn(move || {
                    let mut issued = Vec::new();
                    // Until the ledger has moved.
                    loop {
                        let output = run(folder, &["new", "--type", "vip"]);
                        if output.status.code() == Some(4) {
                            return issued;
                        }
                        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                        issued.push(String::from_utf8_lossy(&output.stdout).trim().to_owned());
                    }
                })
            })
            .collect();
        must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
        issuers.into_iter().flat_map(|issuer| issuer.join().expect("an issuer ends")).collect()
    });
    assert_eq!(content(&folder.path("custcode.db")), content(&folder.path("new.db")));
    let ledger = sound(&folder.path("new.db"), "moved");
    assert!(codes.iter().all(|code| ledger.codes.contains(code)));
    assert_eq!(ledger.codes.len(), codes.len() + 4);
    let next = must(&folder, &["new", "--type", "vip", "--store", "new.db"]);
    assert_eq!(next, format!("01{:04}\n", codes.len() + 3));
}
