//! `kill -9` at moments nobody chose.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Output};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Random;

/// Kills processes at random moments of their lives.
pub(crate) struct Killer {
    random: Random,
    life: Duration,
}

impl Killer {
    /// A killer of processes that live about as long as `sample`, which is waited for.
    ///
    /// The length only says where the moments may lie; nothing is concluded from it.
    pub(crate) fn measuring(mut sample: Child, seed: u64) -> Self {
        let start = Instant::now();
        let status = sample.wait().expect("the sample ends");
        assert!(status.success(), "undisturbed, it failed: {status}");
        Self { random: Random::new(seed), life: start.elapsed() }
    }

    /// Waits until a random moment of a life.
    pub(crate) fn wait(&mut self) {
        let micros = u64::try_from(self.life.as_micros()).expect("lives are short").max(1);
        thread::sleep(Duration::from_micros(self.random.below(micros)));
    }

    /// Kills `victim` at a random moment; false when it had ended by itself before.
    pub(crate) fn strike(&mut self, victim: Child) -> bool {
        self.strike_and_hear(victim).0
    }

    /// The same, with what the victim said before it ended; it must be little enough to wait in a
    /// pipe.
    pub(crate) fn strike_and_hear(&mut self, mut victim: Child) -> (bool, Output) {
        self.wait();
        victim.kill().expect("a child can be killed, even after its end");
        let output = victim.wait_with_output().expect("the victim ends");
        let landed = output.status.signal() == Some(9);
        if !landed {
            self.life = self.life * 19 / 20;
        }
        (landed, output)
    }
}
