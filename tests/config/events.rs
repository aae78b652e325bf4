//! Events written by hand.

use super::{one, problems, read, source};
use rusty_events::facts::source::Address;

/// The one problem of an event with these further lines.
fn event(lines: &str) -> String {
    source(&format!("[[event]]\ntitle = \"T\"\n{lines}\n"))
}

#[test]
fn an_event_needs_title_and_start() {
    assert_eq!(
        problems(&[("sources/s.toml", "[[event]]\nmode = \"virtual\"\n")]),
        [
            "sources/s.toml:1: event: start: is missing: add it as in start = \"2026-09-08T19:00\"",
            "sources/s.toml:1: event: title: is missing: add it as in title = \"Hack and Learn\"",
        ]
    );
    assert_eq!(
        source("[[event]]\ntitle = \"\\u200B\"\nstart = 2026-09-08\n"),
        "sources/s.toml:2: event: title: \"\\u{200b}\" holds nothing visible: write it as in title = \"Hack and Learn\""
    );
}

#[test]
fn a_start_that_is_no_date_is_refused() {
    let not = |written: &str| {
        format!(
            "sources/s.toml:3: event \"T\": start: {written:?} is neither a date nor a local time; write \"2026-09-08\" or \"2026-09-08T19:00\""
        )
    };
    for written in [
        "2026-9-8",
        "2026- 9-08",
        "2026-02-30",
        "8 September 2026",
        "2026-09-08T25:00",
        "2026-09-08T19",
        "2026-09-08T23:59:60",
        "2026-09-08T19:00:00.5",
        "19:00",
    ] {
        assert_eq!(event(&format!("start = {written:?}")), not(written));
    }
    assert_eq!(event("start = 07:32:00"), not("07:32:00"));
    assert_eq!(
        event("start = true"),
        "sources/s.toml:3: event \"T\": start: a string is expected, not true or false: write it as in start = \"2026-09-08T19:00\""
    );
    assert_eq!(
        event("start = \"0206-09-08\""),
        "sources/s.toml:3: event \"T\": start: the year 206 is not within 2000…2100"
    );
    for written in ["\"2026-09-08T19:00:00+02:00\"", "2026-09-08T19:00:00+02:00"] {
        assert_eq!(
            event(&format!("start = {written}")),
            "sources/s.toml:3: event \"T\": start: \"2026-09-08T19:00:00+02:00\" has an offset from UTC; write the local time, and its zone as zone = \"…\""
        );
    }
}

#[test]
fn an_end_before_the_start_is_refused() {
    assert_eq!(
        event("start = 2026-09-08\nend = 2026-09-07"),
        "sources/s.toml:4: event \"T\": end: is before start: name a later one, or swap them"
    );
    assert_eq!(
        event("zone = \"UTC\"\nstart = \"2026-09-08T19:00\"\nend = \"2026-09-08T18:59\""),
        "sources/s.toml:5: event \"T\": end: is before start: name a later one, or swap them"
    );
    assert_eq!(
        event("start = 2026-09-08\nend = \"2026-09-08T18:00\""),
        "sources/s.toml:4: event \"T\": end: must be a date where start is one, and a time where start is one"
    );
    read(&[(
        "sources/s.toml",
        "[[event]]\ntitle = \"T\"\nstart = 2026-09-08\nend = 2026-09-08\n\
         [[event]]\ntitle = \"U\"\nstart = 2026-09-08T19:00\nend = 2026-09-08T19:00\nzone = \"UTC\"\n",
    )]);
}

#[test]
fn a_time_needs_a_zone() {
    assert_eq!(
        event("start = \"2026-09-08T19:00\""),
        "sources/s.toml:1: event \"T\": zone: is missing: start is a time, and there is no place to give its zone; add zone = \"Europe/Berlin\" or place = \"Berlin, DE\""
    );
    // A wrong zone is reported once.
    assert_eq!(
        event("start = \"2026-09-08T19:00\"\nzone = \"Mars/Olympus\""),
        "sources/s.toml:4: event \"T\": zone: \"Mars/Olympus\" is not a time zone; write its name, as in \"Europe/Berlin\""
    );
}

#[test]
fn a_status_is_one_of_four() {
    assert_eq!(
        event("start = 2026-09-08\nstatus = \"canceled\""),
        "sources/s.toml:4: event \"T\": status: \"canceled\" is not a status; did you mean \"cancelled\"?"
    );
    assert_eq!(
        event("start = 2026-09-08\nstatus = \"moved\""),
        "sources/s.toml:4: event \"T\": status: \"moved\" is not a status; known: confirmed, tentative, cancelled, postponed"
    );
}

#[test]
fn two_events_of_a_file_never_share_an_id() {
    let twice = "[[event]]\ntitle = \"A\"\nstart = 2026-09-08\nlink = \"https://a.example/\"\n";
    assert_eq!(
        source(&format!("{twice}{}", twice.replace("\"A\"", "\"B\""))),
        "sources/s.toml:5: event \"B\": id: is \"https://a.example/ 2026-09-08\" like that of the event in line 1; give one of the two an id of its own"
    );
    read(&[("sources/a.toml", twice), ("sources/b.toml", twice)]);
}

#[test]
fn an_event_without_a_link_is_known_by_title_and_date() {
    let configuration = read(&[(
        "sources/s.toml",
        "[[event]]\ntitle = \"Rust, an Évening\"\nstart = 2026-09-08\n",
    )]);
    let Address::Inline(events) = &configuration.sources[0].address else {
        panic!("{configuration:#?}")
    };
    assert_eq!(events[0].id, "rust an evening 2026-09-08");
}

#[test]
fn the_file_for_events_by_hand_is_a_source_even_without_any() {
    let configuration = read(&[("sources/manual.toml", "# none\n"), ("sources/s.toml", "")]);
    let [source] = &configuration.sources[..] else {
        panic!("{configuration:#?}")
    };
    assert_eq!(source.address, Address::Inline(Vec::new()));
    assert!(source.expect_empty);
}

#[test]
fn a_page_without_a_name_is_no_organiser() {
    assert_eq!(
        event("start = 2026-09-08\norganiser-url = \"https://a.example/\""),
        "sources/s.toml:4: event \"T\": organiser-url: stands without the name that links to it: add organiser = \"…\""
    );
}

#[test]
fn an_event_in_the_single_form_is_refused() {
    assert_eq!(
        one(problems(&[("sources/s.toml", "[event]\ntitle = \"T\"\n")])),
        "sources/s.toml:1: event: a list of tables is expected, not a table: write [[event]], with two brackets"
    );
}
