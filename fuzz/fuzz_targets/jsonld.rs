//! Any bytes as a web page with schema.org events.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rusty_events::source::{Platform, Purpose, Way};

mod walk;

fuzz_target!(|body: &[u8]| walk::walk(Platform::Jsonld, Way::Page, Purpose::List, body));
