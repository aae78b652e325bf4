//! Any text as an address, a city or the location column of a row.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::place(bytes));
