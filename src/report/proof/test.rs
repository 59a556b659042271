//! What a code is tested for.

/// What a code is tested for: a small automaton over its bytes. State 0 is the start.
pub(super) trait Test {
    /// Tells tests apart where what they say of a dictionary is remembered.
    fn name(&self) -> (&'static str, usize);
    /// The state after `byte`; `None` where no code that begins so is accepted.
    fn step(&self, state: u32, byte: u8) -> Option<u32>;
    /// Whether a code may end here.
    fn accepts(&self, state: u32) -> bool;

    /// The state after `text`.
    fn run(&self, state: u32, text: &str) -> Option<u32> {
        text.bytes().try_fold(state, |state, byte| self.step(state, byte))
    }

    /// Whether a whole code passes.
    fn takes(&self, code: &str) -> bool {
        self.run(0, code).is_some_and(|end| self.accepts(end))
    }
}

/// The test that every code passes.
pub(super) struct Anything;

impl Test for Anything {
    fn name(&self) -> (&'static str, usize) {
        ("anything", 0)
    }

    fn step(&self, _: u32, _: u8) -> Option<u32> {
        Some(0)
    }

    fn accepts(&self, _: u32) -> bool {
        true
    }
}
