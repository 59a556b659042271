//! An erased reference that comes back is known by its mark.

use super::{WHEN, erased, known};
use crate::support::Ledger;

#[test]
fn a_reference_that_comes_back_is_refused() {
    let refused = |reference: &str| {
        format!(
            "error: the customer of reference {reference:?} was {WHEN}\n\
             hint: --after-erasure new makes a new customer, who gets another code\n"
        )
    };
    erased()
        .then()
        .args(["new", "--type", "vip", "--ref", "CRM-4712", "--name", "王芳"])
        .stderr(&refused("CRM-4712"))
        .status(4)
        .run()
        .then()
        // One that she had before is refused as well.
        .args(["new", "--type", "vip", "--ref", "CRM-4711", "--dry-run"])
        .stderr(&refused("CRM-4711"))
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "01A0009", "--ref", "CRM-4711"])
        .stderr(&refused("CRM-4711"))
        .status(4)
        .run()
        .then()
        .args(["edit", "01A0002", "--add-ref", "CRM-4711"])
        .stderr(&format!(
            "error: the customer of reference \"CRM-4711\" was {WHEN}\n\
             hint: custcode new --ref \"CRM-4711\" --after-erasure new makes a new customer\n"
        ))
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "01A0001", "--name", "王芳"])
        .stderr(&format!(
            "error: the customer of code 01A0001 was {WHEN}\n\
             hint: its code stays as it is; who comes back is a new customer: custcode new\n"
        ))
        .status(4)
        .run();
}

#[test]
fn whoever_comes_back_on_purpose_is_a_new_customer() {
    let done = erased()
        .then()
        .args(["new", "--type", "vip", "--ref", "CRM-4712", "--name", "王芳", "--after-erasure", "new"])
        .stdout("01A0003\n")
        .run()
        .then()
        .args(["new", "--ref", "CRM-4712"])
        .stdout("01A0003\n")
        .run()
        .then()
        .args(["erase", "01A0003", "--reason", "ticket 900", "--yes", "--quiet"])
        .stdout_like("01A0003\t[..]\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--ref", "CRM-4712"])
        .stderr_like("error: the customer of reference \"CRM-4712\" was erased [..] by li: ticket 900\n...\n")
        .status(4)
        .run();
    Ledger::sound_in(&done.folder, "a customer was erased twice");
}

#[test]
fn a_mark_is_left_only_where_it_is_wanted() {
    known()
        .args(["erase", "01A0001", "--reason", "ticket 812", "--yes", "--forget-refs", "--quiet"])
        .stdout_like("01A0001\t[..]\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--ref", "CRM-4712"])
        .stdout("01A0003\n")
        .run();
}

#[test]
fn a_row_of_a_file_is_refused_likewise() {
    let rows = "ref,name,type\nCRM-4712,王芳,vip\nCRM-3,赵四,vip\n";
    erased()
        .then()
        .file("rows.csv", rows)
        .args(["import", "rows.csv"])
        .stderr_like(&format!(
            "...\nrows.csv:2 (row 1): the customer of reference \"CRM-4712\" was {WHEN}; --after-erasure new [..]\n...\n"
        ))
        .status(1)
        .run()
        .then()
        .args(["import", "rows.csv", "--after-erasure", "new", "--quiet", "-o", "-"])
        .stdout("ref,name,type,code\nCRM-4712,王芳,vip,01A0003\nCRM-3,赵四,vip,01A0004\n")
        .run()
        .then()
        .file("coded.csv", "code,name\n01A0001,王芳\n")
        .args(["import", "coded.csv"])
        .stderr_like(&format!("...\ncoded.csv:2 (row 1): the customer of code 01A0001 was {WHEN}; [..]\n...\n"))
        .status(1)
        .run();
}

#[test]
fn the_same_file_again_brings_nobody_back() {
    known()
        .file("rows.csv", "ref,name,type\nCRM-3,赵四,vip\n")
        .args(["import", "rows.csv", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["erase", "01A0003", "--reason", "ticket 1", "--yes", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["import", "rows.csv"])
        .stderr_like(
            "...\nrows.csv:2 (row 1): the customer of [..] was erased [..] by li: ticket 1; [..]\n...\n",
        )
        .status(1)
        .run();
}
