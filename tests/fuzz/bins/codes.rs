//! The libFuzzer program of `targets/codes.rs`.
#![no_main]

#[path = "../targets/codes.rs"]
mod codes;
#[path = "../targets/days.rs"]
mod days;

libfuzzer_sys::fuzz_target!(|data: &[u8]| codes::run(data));
