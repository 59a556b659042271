//! Sixty-four processes want codes at the same moment, the first ones of their scope.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};

use super::{company, issue, lines, sound, strangers};
use crate::support::{Folder, rows};

const PROCESSES: u64 = 64;
const REGULAR: &[&str] = &["new", "--type", "regular", "--set", "industry=trade"];

#[test]
fn sixty_four_processes_get_sixty_four_numbers() {
    let world = company();
    let children: Vec<_> = (0..PROCESSES).map(|number| start(&world, &format!("CRM:{number}"))).collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len() as u64, PROCESSES, "{codes:?}");
    let ledger = sound(&world, "the crowd");
    assert!(codes.iter().all(|code| ledger.codes.contains(code)));
    let numbers: BTreeSet<u64> =
        codes.iter().map(|code| code[3..10].parse().expect("seven digits are the number")).collect();
    assert_eq!(numbers, (1..=PROCESSES).collect(), "numbers without a gap");
    assert_eq!(strangers(&world, &[]), [""; 0]);
}

#[test]
fn sixty_four_processes_on_three_scopes_leave_no_gap() {
    let world = company();
    let before = sound(&world, "before").customers;
    let scopes = ["trade", "services", "food"];
    let children: Vec<_> = (0..PROCESSES)
        .zip(scopes.iter().cycle())
        .map(|(number, scope)| start_in(&world, scope, &format!("CRM:{number}")))
        .collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len() as u64, PROCESSES, "{codes:?}");
    assert_eq!(sound(&world, "three scopes").customers, before + PROCESSES);
    let gaps = world.custcode(["gaps"]).output().expect("custcode starts");
    assert_eq!((gaps.status.code(), lines(&gaps.stdout)), (Some(0), Vec::new()));
}

#[test]
fn sixty_four_processes_with_one_reference_get_one_code() {
    let world = company();
    let before = sound(&world, "before").customers;
    let children: Vec<_> = (0..PROCESSES).map(|_| start(&world, "CRM:1")).collect();
    let codes: BTreeSet<_> = children.into_iter().flat_map(finish).collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    assert_eq!(sound(&world, "the crowd").customers, before + 1);
}

#[test]
fn issuing_goes_on_around_an_import() {
    let world = company();
    world.write("customers.csv", rows::customers(2_000, 5));
    let mut import = world
        .custcode(["import", "customers.csv", "-o", "coded.csv"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("custcode starts");
    let mut issued = BTreeSet::new();
    while import.try_wait().expect("the import can be asked").is_none() {
        issued.extend(issue(&world, REGULAR));
    }
    assert!(import.wait().expect("the import ends").success());
    issued.extend(issue(&world, REGULAR));
    let ledger = sound(&world, "import and issues");
    assert!(issued.iter().all(|code| ledger.codes.contains(code)));
}

fn start(world: &Folder, reference: &str) -> Child {
    start_in(world, "trade", reference)
}

fn start_in(world: &Folder, industry: &str, reference: &str) -> Child {
    let mut command = world.custcode(["new", "--type", "regular", "--set", &format!("industry={industry}")]);
    command.args(["--ref", reference]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("custcode starts")
}

#[track_caller]
fn finish(child: Child) -> Vec<String> {
    let output = child.wait_with_output().expect("custcode ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lines(&output.stdout)
}
