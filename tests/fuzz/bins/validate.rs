//! The libFuzzer program of `targets/validate.rs`.
#![no_main]

#[path = "../targets/validate.rs"]
mod validate;

libfuzzer_sys::fuzz_target!(|data: &[u8]| validate::run(data));
