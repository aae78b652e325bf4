//! A draft with a section of calls for papers.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::calls(bytes));
