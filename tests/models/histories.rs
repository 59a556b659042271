//! Random histories of all commands, by several processes, beside a ledger that is a list.
//!
//! The first form is carried out step by step: every exit status, every printed code and, now and
//! then, the whole ledger are what the model says. The second form deals the steps to several
//! processes at once, and holds what comes of it against what is promised whoever comes first. A
//! history that fails is shortened and printed as a script for a shell.

mod compare;
mod crowd;
mod generate;
mod import;
mod ledger;
mod rules;
mod step;
mod world;

use generate::Next;
use step::Step;
use world::World;

use super::with_seeds;
use crate::support::{Engine, Random, engine};

/// Steps of a history.
const LENGTH: usize = 40;

/// Attempts at leaving steps out of a history that fails.
const ATTEMPTS: usize = 150;

#[test]
fn every_command_does_what_is_said_of_it() {
    let seeds = if engine() == Engine::Sqlite { 30 } else { 4 };
    with_seeds(seeds, |random| {
        if let Some((steps, failure)) = history(random) {
            let (script, failure) = shortened(steps, failure);
            panic!("{failure}\n\nThe commands, the last of which went wrong:\n\n{script}");
        }
    });
}

#[test]
fn several_processes_at_once_break_no_promise() {
    let seeds = if engine() == Engine::Sqlite { 12 } else { 3 };
    with_seeds(seeds, |random| crowd::deal(random).unwrap_or_else(|broken| panic!("{broken}")));
}

/// Makes up a history while carrying it out; gives its steps and what went wrong, if something did.
fn history(random: &mut Random) -> Option<(Vec<Step>, String)> {
    let mut world = World::new();
    let mut steps = Vec::new();
    for at in 0..LENGTH {
        let step =
            if at + 1 == LENGTH { Step::Compare } else { Next { random, ledger: &world.model, at }.step() };
        let done = world.carry_out(&step);
        steps.push(step);
        if let Err(failure) = done {
            return Some((steps, failure));
        }
    }
    None
}

/// Leaves steps out while the history still fails; gives what is left as a script.
fn shortened(mut steps: Vec<Step>, mut failure: String) -> (String, String) {
    let mut attempts = 0;
    let mut size = steps.len() / 2;
    let mut script = String::new();
    while size > 0 {
        let mut at = 0;
        while at < steps.len() && attempts < ATTEMPTS {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            attempts += 1;
            match again(&fewer) {
                Some((length, told, typed)) => {
                    fewer.truncate(length);
                    (steps, failure, script) = (fewer, told, typed);
                }
                None => at += size,
            }
        }
        size /= 2;
    }
    if script.is_empty()
        && let Some((_, told, typed)) = again(&steps)
    {
        (failure, script) = (told, typed);
    }
    (script, failure)
}

/// Carries out steps; where one fails, how many there were, what went wrong and all that was typed.
fn again(steps: &[Step]) -> Option<(usize, String, String)> {
    let mut world = World::new();
    for (at, step) in steps.iter().enumerate() {
        if let Err(failure) = world.carry_out(step) {
            return Some((at + 1, failure, world.script));
        }
    }
    None
}
