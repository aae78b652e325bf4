//! The difference of a file in a pull request.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::patch(bytes));
