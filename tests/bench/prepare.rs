//! What comparisons start from: files of customers, ledgers that are full already, SQL for the peers.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::customers::Customers;
use super::measure::{custcode, program, timed};

/// The rule file of every comparison.
const RULES: &str = include_str!("rules.toml");

/// Writes `rows` customers; other seeds give other references, since `prefix` replaces `CRM`.
pub(crate) fn customers(path: &Path, rows: u64, prefix: &str) {
    let mut out = BufWriter::new(File::create(path).expect("the workplace is writable"));
    writeln!(out, "{}", Customers::HEADER).expect("the workplace is writable");
    for customer in Customers::new(rows, 1) {
        let line = customer.to_string();
        let rest = line.strip_prefix("CRM").expect("a reference begins so");
        writeln!(out, "{prefix}{rest}").expect("the workplace is writable");
    }
    out.flush().expect("the workplace is writable");
}

/// A folder with rules and an empty ledger.
pub(crate) fn company(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("the workplace is writable");
    fs::write(folder.join("rules.toml"), RULES).expect("the workplace is writable");
    timed(custcode(folder, &["init"]));
}

/// A folder with rules and a ledger of `rows` customers; `coded.csv` is what the import gave back.
pub(crate) fn full_company(folder: &Path, rows: u64) {
    company(folder);
    customers(&folder.join("customers.csv"), rows, "CRM");
    timed(custcode(folder, &["import", "customers.csv", "-o", "coded.csv"]));
}

/// A second folder like `from`.
pub(crate) fn twin(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let names = [from, to].map(|path| path.to_str().expect("the workplace has a plain name"));
    timed(program("cp", Path::new("/"), &["-r", names[0], names[1]]));
}
