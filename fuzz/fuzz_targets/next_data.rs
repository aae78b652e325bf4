//! Any bytes as a page of Meetup, or as the data in it.

#![no_main]

mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::next_data(bytes));
