//! Any three texts as versions of a draft that are merged.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::versions(bytes));
