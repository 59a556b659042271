//! Export beside the `sqlite3` program that writes the same SELECT as CSV.

use super::Plan;
use super::measure::{compare, custcode, heading, memory, program, summary, weighed, workplace};
use super::prepare;

/// What custcode reads for an export: each customer with its current code.
const SELECT: &str = include_str!("export.sql");

/// Compares.
pub(crate) fn run(plan: &Plan) {
    let folder = workplace("export");
    let company = folder.join("company");
    prepare::full_company(&company, plan.rows);

    let export = custcode(&company, &["export", "-o", "own.csv", "--force"]);
    let select = program("sqlite3", &company, &["-csv", "-header", "custcode.db", SELECT]);
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        own.push(weighed(&export, None, &company.join("printed"), &[0]));
        peer.push(weighed(&select, None, &company.join("peer.csv"), &[0]));
        // `-o` overwrites nothing, so the next run starts without the file.
        std::fs::remove_file(company.join("own.csv")).expect("the export wrote its file");
    }
    let own = summary(&own);
    heading(&format!("export {} customers, beside sqlite3 -csv", plan.rows));
    compare("all columns", own.wall, summary(&peer).wall, 0.65);
    memory("peak", own, 24);
}
