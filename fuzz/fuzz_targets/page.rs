//! Any bytes as a document that may announce events.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::page(bytes));
