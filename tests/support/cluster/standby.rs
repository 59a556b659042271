//! A second server that repeats what a first one writes, and takes over when told.

use std::thread;
use std::time::{Duration, Instant};

use super::{Cluster, PATIENCE, programs};

impl Cluster {
    /// A standby of `primary`. With `synchronous`, a commit on the primary waits from now on until
    /// the standby has it.
    pub(crate) fn standby_of(primary: &Self, synchronous: bool) -> Self {
        let standby = Self::unborn(primary.tcp, false);
        // `-R` writes down whom to follow, with the name given here.
        let source = format!(
            "host={} port={} user=postgres application_name=standby",
            primary.folder().display(),
            primary.port()
        );
        let mut copy = programs::command("pg_basebackup", standby.folder());
        copy.args(["-D", "data", "-R", "--checkpoint=fast", "--no-sync", "-d", &source]);
        programs::run(&mut copy);
        standby.start();
        if synchronous {
            primary.reload("synchronous_standby_names", "standby");
        }
        primary.await_standby(if synchronous { "sync" } else { "async" });
        standby
    }

    fn await_standby(&self, state: &str) {
        let sql = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = $1";
        let mut client = self.client("postgres");
        let deadline = Instant::now() + PATIENCE;
        while client.query_one(sql, &[&state]).expect("a view of the server").get::<_, i64>(0) == 0 {
            assert!(Instant::now() < deadline, "no {state} standby came\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes a standby the primary, and waits until it takes writes.
    pub(crate) fn promote(&self) {
        let row = self.client("postgres").query_one("SELECT pg_promote()", &[]).expect("a standby");
        assert!(row.get::<_, bool>(0), "the standby was not promoted\n{}", self.log());
    }
}
