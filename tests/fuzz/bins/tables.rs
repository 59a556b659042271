//! The libFuzzer program of `targets/tables.rs`.
#![no_main]

#[path = "../targets/second.rs"]
mod second;
#[path = "../targets/tables.rs"]
mod tables;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tables::run(data));
