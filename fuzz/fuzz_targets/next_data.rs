//! Any bytes as a page of Meetup: of a group, and of an event.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rusty_events::source::{Platform, Purpose, Way};

mod walk;

fuzz_target!(|body: &[u8]| {
    walk::walk(Platform::Meetup, Way::Page, Purpose::List, body);
    let event = Purpose::Event { key: "1".to_owned(), mark: String::new() };
    walk::walk(Platform::Meetup, Way::Page, event, body);
});
