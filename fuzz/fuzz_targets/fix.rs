//! Any text as a draft that is mended.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::fix(bytes));
