//! What comparisons start from: files of customers, ledgers that are full already, SQL for the
//! peers.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::customers::Customers;
use super::measure::{custcode, program, timed};

/// The rule file of every comparison.
const RULES: &str = include_str!("rules.toml");

/// Writes `rows` customers.
pub(crate) fn customers(path: &Path, rows: u64) {
    write(path, Customers::new(rows, 1));
}

/// Writes `first` customers and `more` others whose references lie anywhere among theirs, as those
/// of a company that grows.
pub(crate) fn customers_and_more(folder: &Path, first: u64, more: u64) {
    let mut all = Customers::new(first + more, 1);
    let count = first.try_into().expect("a file of rows fits the memory's addresses");
    write(&folder.join("all.csv"), all.by_ref().take(count));
    write(&folder.join("more.csv"), all);
}

fn write<C: std::fmt::Display>(path: &Path, customers: impl Iterator<Item = C>) {
    let mut out = BufWriter::new(File::create(path).expect("the workplace is writable"));
    writeln!(out, "{}", Customers::HEADER).expect("the workplace is writable");
    for customer in customers {
        writeln!(out, "{customer}").expect("the workplace is writable");
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
    customers(&folder.join("customers.csv"), rows);
    timed(custcode(folder, &["import", "customers.csv", "-o", "coded.csv", "--force"]));
}

/// A second folder like `from`.
pub(crate) fn twin(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let names = [from, to].map(|path| path.to_str().expect("the workplace has a plain name"));
    timed(program("cp", Path::new("/"), &["-r", names[0], names[1]]));
}
