//! Calendars made to keep a reader busy: how long each takes to be answered or refused, and how much
//! memory, beside an ordinary calendar in the same run.
//!
//! ```sh
//! cargo bench --bench bombs
//! ```

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use rusty_events::believe::believed_of;
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::issue::Window;
use rusty_events::facts::source::{Address, Page, Platform, Purpose, Request, Source, Way};
use rusty_events::read::{self, Known};
use std::time::Instant;

/// What each is aimed to stay below.
const AIM: (u128, u64) = (250, 64);

fn main() {
    println!("{:<44} {:>8} {:>10}  answer", "calendar", "ms", "MiB more");
    for (name, body) in bombs() {
        let before = peak_mib();
        let began = Instant::now();
        let answer = walked(body);
        let took = began.elapsed().as_millis();
        let more = peak_mib().saturating_sub(before);
        let over = if took > AIM.0 || more > AIM.1 {
            "  OVER THE AIM"
        } else {
            ""
        };
        println!("{name:<44} {took:>8} {more:>10}  {answer}{over}");
    }
    println!("aim: {} ms and {} MiB each", AIM.0, AIM.1);
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let event = |lines: &str| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:b\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
            .into_bytes()
    };
    let list = |from: u32, to: u32| {
        (from..=to)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let cross = format!(
        "RRULE:FREQ=YEARLY;BYMONTH={};BYMONTHDAY={};BYHOUR={};BYMINUTE={};BYSECOND={};COUNT=1",
        list(1, 12),
        list(1, 31),
        list(0, 23),
        list(0, 30),
        list(0, 20)
    );
    let rdates: Vec<String> = (0..86_400)
        .map(|second: u32| {
            format!(
                "20261101T{:02}{:02}{:02}Z",
                second / 3600,
                second / 60 % 60,
                second % 60
            )
        })
        .collect();
    let ordinary: String = (0..100)
        .map(|number| {
            format!("BEGIN:VEVENT\r\nUID:{number}@x\r\nSUMMARY:Talk {number}\r\nDTSTART;TZID=Europe/Berlin:202611{:02}T190000\r\nEND:VEVENT\r\n", 1 + number % 28)
        })
        .collect();
    vec![
        (
            "yardstick: 100 plain events",
            format!("BEGIN:VCALENDAR\r\n{ordinary}END:VCALENDAR\r\n").into_bytes(),
        ),
        (
            "FREQ=SECONDLY",
            event("DTSTART:19970101T000000Z\r\nRRULE:FREQ=SECONDLY"),
        ),
        (
            "FREQ=DAILY;COUNT=1000000000",
            event("DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY;COUNT=1000000000"),
        ),
        (
            "MINUTELY with an equal EXRULE",
            event("DTSTART:19700101T000000Z\r\nRRULE:FREQ=MINUTELY\r\nEXRULE:FREQ=MINUTELY"),
        ),
        (
            "INTERVAL=0",
            event("DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY;INTERVAL=0"),
        ),
        (
            "30 February, yearly",
            event("DTSTART:20260101T000000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        ),
        (
            "all months × days × hours × minutes × seconds",
            event(&format!("DTSTART:20260101T000000Z\r\n{cross}")),
        ),
        (
            "SECONDLY from year 1 to 9999",
            event("DTSTART:00010101T000000Z\r\nRRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z"),
        ),
        (
            "RDATE with 86,400 values",
            event(&format!(
                "DTSTART:20261101T000000Z\r\nRDATE:{}",
                rdates.join(",")
            )),
        ),
        (
            "VALARM REPEAT:2147483647",
            event(
                "DTSTART:20261101T000000Z\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1M\r\nDURATION:PT1S\r\nREPEAT:2147483647\r\nEND:VALARM",
            ),
        ),
        ("200,000 bare line feeds", "\n".repeat(200_000).into_bytes()),
        (
            "20,000 nested VCALENDAR",
            "BEGIN:VCALENDAR\r\n".repeat(20_000).into_bytes(),
        ),
        (
            "10 MB in one line",
            event(&format!(
                "DTSTART:20261101T000000Z\r\nDESCRIPTION:{}",
                "x".repeat(10_000_000)
            )),
        ),
        (
            "200,000 folds of one line",
            event(&format!(
                "DTSTART:20261101T000000Z\r\nDESCRIPTION:{}",
                "x\r\n ".repeat(200_000)
            )),
        ),
    ]
}

/// Through the reader and the stages, as a refresh would take it.
fn walked(body: Vec<u8>) -> String {
    let now = chrono::DateTime::from_timestamp(1_793_000_000, 0).unwrap();
    let url = "https://bombs.example/a.ics".to_owned();
    let source = Source::new("bomb", Address::Web(url.clone()), Platform::Ics);
    let request = Request::get(&url, Purpose::List, Way::Feed);
    let page = Page {
        request,
        url,
        content_type: None,
        body,
        at: now,
    };
    match read::read(&source, &page, &Known::default(), now) {
        Err(error) => format!("refused: {error}"),
        Ok(reading) => {
            let window = Window::starting(now.date_naive(), 28);
            let believed = believed_of(&source, &reading.listings, window, &Groups::default());
            let problem = reading.problems.iter().chain(&believed.problems).next();
            let said = problem
                .map(|problem| format!("; line {}: {}", problem.line, problem.what))
                .unwrap_or_default();
            format!(
                "{} of {} entries, {} occurrences{said}",
                reading.listings.len(),
                reading.entries,
                believed.events.len()
            )
        }
    }
}

/// The most memory this process has held so far.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
