//! Any bytes as a calendar: read, expanded, believed, printed.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::ics(bytes));
