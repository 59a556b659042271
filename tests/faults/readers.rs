//! Somebody looks at a long list and goes to lunch: the company issues codes all the same.

use std::io::Read as _;
use std::process::{Command, Stdio};

use super::{BEFORE, company, issue, sound};
use crate::support::{Folder, rows};

const ROWS: u64 = 5_000;

#[test]
fn export_into_a_pipe_nobody_reads_blocks_nobody() {
    // A header and one line for each customer of the moment the export began.
    let text = falls_asleep(|world| world.custcode(["export"]));
    assert_eq!(text.lines().count() as u64, 1 + BEFORE + ROWS);
}

#[test]
fn list_into_a_pager_that_waits_blocks_nobody() {
    let text = falls_asleep(|world| world.custcode(["list", "--format", "plain"]));
    assert!(text.lines().count() as u64 >= BEFORE + ROWS);
}

/// Starts `reader`, leaves it with a full pipe while others write, then reads on to its end.
fn falls_asleep(reader: impl Fn(&Folder) -> Command) -> String {
    let world = company();
    world.write("customers.csv", rows::customers(ROWS, 3));
    issue(&world, &["import", "customers.csv", "-o", "coded.csv"]);
    world.write("more.csv", "外部编号,客户名称,客户类型,行业\nNEW:1,王伟,vip,food\nNEW:2,李娜,vip,food\n");

    let mut sleeper =
        reader(&world).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("custcode starts");
    let mut pipe = sleeper.stdout.take().expect("stdout is a pipe");
    // With the first byte here, it is writing; the rest is more than a pipe holds.
    let mut text = vec![0];
    pipe.read_exact(&mut text).expect("something is printed");

    issue(&world, &["new", "--type", "vip", "--set", "industry=food", "--ref", "NEW:3"]);
    issue(&world, &["import", "more.csv", "-o", "more-coded.csv"]);
    assert_eq!(sleeper.try_wait().expect("the sleeper can be asked"), None, "it had nothing to wait for");
    assert_eq!(sound(&world, "asleep").customers, BEFORE + ROWS + 3);

    pipe.read_to_end(&mut text).expect("the rest is printed");
    assert!(sleeper.wait().expect("the sleeper ends").success());
    assert_eq!(sound(&world, "awake").customers, BEFORE + ROWS + 3);
    String::from_utf8(text).expect("UTF-8 is printed")
}
