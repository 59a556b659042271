//! A fenced ledger can be read by every command and written to by none.

use super::{company, content, must, refused, run};
use crate::support::Folder;

fn moved() -> Folder {
    let folder = company();
    folder.write("customers.csv", "type,name\nvip,A\n");
    folder.write("known.csv", "ref,type,name\nCRM:1,vip,B\n");
    must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
    folder
}

#[test]
fn nobody_writes() {
    let folder = moved();
    let before = content(&folder.path("custcode.db"));
    for args in [
        &["new", "--type", "vip"][..],
        &["new", "--type", "vip", "--ref", "CRM:1"],
        &["new", "--type", "vip", "--count", "3", "--request-id", "r"],
        &["new", "--type", "vip", "--dry-run"],
        &["new", "--code", "020009", "--name", "C"],
        &["new", "--code", "L-9", "--legacy", "--name", "C"],
        &["edit", "010001", "--name", "C"],
        &["edit", "010001", "--name", "C", "--dry-run"],
        &["import", "customers.csv", "-o", "out.csv"],
        &["import", "known.csv", "--on-existing", "update"],
        &["import", "customers.csv", "--dry-run"],
    ] {
        let complaint = refused(&folder, args, 4);
        assert!(
            complaint
                .contains("error: the ledger does not issue: moved to [DIR]/new.db\nhint: write store = "),
            "custcode {}: {complaint}",
            args.join(" ")
        );
    }
    assert_eq!(content(&folder.path("custcode.db")), before);
    assert!(!folder.path("out.csv").exists());
    let json = refused(&folder, &["new", "--type", "vip", "--json"], 4);
    assert!(json.contains("\"kind\":\"fenced\""), "{json}");
}

#[test]
fn everybody_reads() {
    let folder = moved();
    for args in [
        &["show", "010001"][..],
        &["list"],
        &["export"],
        &["validate", "010001", "--registered"],
        &["store", "backup", "-"],
    ] {
        assert!(run(&folder, args).status.success(), "custcode {}", args.join(" "));
    }
    let info = must(&folder, &["store", "info"]);
    assert!(info.contains("moved to "), "{info}");
}
