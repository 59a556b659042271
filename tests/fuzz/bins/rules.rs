//! The libFuzzer program of `targets/rules.rs`.
#![no_main]

#[path = "../targets/issued.rs"]
mod issued;
#[path = "../targets/rules.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|data: &[u8]| rules::run(data));
