//! Any bytes as a web page that a person reads.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::visible(bytes));
