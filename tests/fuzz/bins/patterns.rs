//! The libFuzzer program of `targets/patterns.rs`.
#![no_main]

#[path = "../targets/issued.rs"]
mod issued;
#[path = "../targets/patterns.rs"]
mod patterns;

libfuzzer_sys::fuzz_target!(|data: &[u8]| patterns::run(data));
