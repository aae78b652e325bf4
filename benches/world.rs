//! A made-up world of feeds for benches: groups, their calendars, and the configuration that reads them. The same in
//! every run.
//!
//! An event takes about 835 bytes, which is what the real feeds of the archive take in the mean.

#![allow(dead_code)]

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The time at which the world is read.
pub(crate) const NOW: &str = "2026-12-01T09:00:00Z";

const CITIES: &[(&str, &str)] = &[
    ("Berlin", "DE"),
    ("Hamburg", "DE"),
    ("Paris", "FR"),
    ("London", "GB"),
    ("Warsaw", "PL"),
    ("Vienna", "AT"),
    ("Amsterdam", "NL"),
    ("Madrid", "ES"),
    ("Oslo", "NO"),
    ("Tokyo", "JP"),
];

const THEMES: &[&str] = &[
    "Async without tears",
    "Embedded evening",
    "The borrow checker explained",
    "Hack night",
    "WebAssembly in production",
    "Parsing with combinators",
    "Unsafe, safely",
    "Lightning talks",
    "Game engines",
    "Compilers for the curious",
    "Profiling day",
    "Contributing to the compiler",
    "Macros by example",
];

/// A group's calendar with so many single events, spread over the 300 days after [`NOW`].
pub(crate) fn calendar(group: usize, events: usize) -> String {
    let (city, country) = CITIES[group % CITIES.len()];
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//own//EN\r\n");
    for event in 0..events {
        let day = (event * 300 / events.max(1) + group * 7) % 300;
        let date = day_after(day);
        let hour = 16 + (event * 7 + group) % 5;
        let theme = THEMES[(event + group) % THEMES.len()];
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{event}-of-{group}@example.org\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{date}T{hour}{:02}00Z\r\nDTEND:{date}T{}{:02}00Z\r\nSUMMARY:{theme} {event}\r\nURL:https://group{group}.example.org/events/{event}\r\nLOCATION:House {}\\, Long Street {}\\, {city}\\, {country}\r\nDESCRIPTION:",
            event % 4 * 15,
            hour + 2,
            event % 4 * 15,
            event % 9,
            event % 200,
        );
        for line in 0..6 {
            let _ = write!(
                text,
                "We meet at the usual place and talk about {theme} in part {line} of {event}.\\n"
            );
        }
        text.push_str("\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// One calendar with so many series: weekly, every second Tuesday of the month, daily and yearly, some for years.
pub(crate) fn series(series: usize) -> String {
    const RULES: &[&str] = &[
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY",
    ];
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//own//EN\r\n");
    for one in 0..series {
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{one}@example.org\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20{:02}0{}{:02}T190000\r\nDTEND;TZID=Europe/Berlin:20{:02}0{}{:02}T210000\r\nRRULE:{}\r\nSUMMARY:{} {one}\r\nEND:VEVENT\r\n",
            10 + one % 15,
            1 + one % 9,
            1 + one % 28,
            10 + one % 15,
            1 + one % 9,
            1 + one % 28,
            RULES[one % RULES.len()],
            THEMES[one % THEMES.len()],
        );
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// Writes a configuration that reads so many groups' calendars of so many events.
pub(crate) fn configure(folder: &Path, groups: usize, events: usize) {
    fs::create_dir_all(folder.join("sources")).unwrap();
    let mut sources = String::new();
    for group in 0..groups {
        fs::write(folder.join(format!("{group}.ics")), calendar(group, events)).unwrap();
        let (city, country) = CITIES[group % CITIES.len()];
        let _ = write!(
            sources,
            "[[source]]\nid = \"group/{group}\"\nurl = \"{group}.ics\"\nplatform = \"ics\"\norganiser = \"Rust Group {group}\"\norganiser-url = \"https://group{group}.example.org/\"\nplace = \"{city}, {country}\"\nmode = \"in-person\"\n\n"
        );
    }
    fs::write(folder.join("sources/all.toml"), sources).unwrap();
}

fn day_after(days: usize) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2026, 12, 2).unwrap();
    let day = first + chrono::Days::new(u64::try_from(days).unwrap());
    day.format("%Y%m%d").to_string()
}
