//! Any text as recurrence rules, around changes of the clock.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::rrule(bytes));
