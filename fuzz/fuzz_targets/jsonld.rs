//! Any bytes as a web page with schema.org events.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::jsonld(bytes));
