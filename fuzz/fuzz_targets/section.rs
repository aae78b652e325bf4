//! Any text as a draft that holds a section.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::section(bytes));
