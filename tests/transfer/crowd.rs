//! Backups and copies while eight processes issue without a pause: each is the ledger of one moment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{company, content, must, run, sound};

const ISSUERS: usize = 8;

#[test]
fn what_is_taken_from_a_busy_ledger_is_sound() {
    let folder = company();
    let ended = AtomicBool::new(false);
    let issued: usize = thread::scope(|scope| {
        let issuers: Vec<_> = (0..ISSUERS)
            .map(|issuer| {
                let (folder, ended) = (&folder, &ended);
                scope.spawn(move || {
                    let mut issued = 0;
                    while !ended.load(Ordering::Relaxed) {
                        let reference = format!("R{issuer}-{issued}");
                        must(folder, &["new", "--type", "vip", "--ref", &reference]);
                        issued += 1;
                    }
                    issued
                })
            })
            .collect();
        for round in 0..4 {
            must(&folder, &["store", "backup", &format!("b{round}.jsonl")]);
            must(&folder, &["store", "copy", "custcode.db", &format!("c{round}.db")]);
        }
        ended.store(true, Ordering::Relaxed);
        issuers.into_iter().map(|issuer| issuer.join().expect("every code was issued")).sum()
    });
    assert_eq!(sound(&folder.path("custcode.db"), "the crowd").codes.len(), issued + 4);
    for round in 0..4 {
        let restored = format!("r{round}.db");
        must(&folder, &["store", "restore", &format!("b{round}.jsonl"), "--store", &restored]);
        for taken in [restored, format!("c{round}.db")] {
            let ledger = sound(&folder.path(&taken), &taken);
            assert!(ledger.codes.len() <= issued + 4);
        }
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
