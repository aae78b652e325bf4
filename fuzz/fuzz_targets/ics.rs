//! Any bytes as a calendar: read, expanded, believed, printed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rusty_events::source::{Platform, Purpose, Way};

mod walk;

fuzz_target!(|body: &[u8]| walk::walk(Platform::Ics, Way::Feed, Purpose::List, body));
