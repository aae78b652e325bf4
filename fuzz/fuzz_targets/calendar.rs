//! The words of an event in our calendar, which another library reads.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::calendar(bytes));
