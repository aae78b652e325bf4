//! Whatever is decided against an equally good reading is shown with both.

use super::{believed, group};
use rusty_events::facts::event::{Choice, Event, Flag, Status};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::Source;

/// The events of a calendar of a group at home in that city, each with these lines.
fn events(home: &str, all: &[&str]) -> Vec<Event> {
    of(&group(home), all)
}

fn of(group: &Source, all: &[&str]) -> Vec<Event> {
    let lines: String = all
        .iter()
        .enumerate()
        .map(|(at, lines)| format!("BEGIN:VEVENT\nUID:{at}\n{lines}\nEND:VEVENT\n"))
        .collect();
    let (believed, problems) = believed(group, lines.trim_end());
    assert_eq!(believed.events.len(), all.len(), "{problems:?}");
    believed.events
}

fn one(home: &str, lines: &str) -> Event {
    events(home, &[lines]).remove(0)
}

const EVENING: &str = "DTSTART;TZID=Europe/Berlin:20261210T190000\nSUMMARY:Crab night";
const HALL: &str = "LOCATION:Crab House\\, Kai 1\\, 20095 Hamburg\\, Germany";

#[track_caller]
fn chose(event: &Event, flag: Flag, taken: &str, other: &str) {
    assert!(event.flags.contains(&flag), "{:?}", event.flags);
    let choice = Choice::new(flag, taken, other);
    assert!(event.choices.contains(&choice), "{:?}", event.choices);
}

#[test]
fn a_group_that_meets_at_home_by_a_foreign_clock_is_shown_by_both() {
    let at = |zone: &str, place: &str| {
        let start = format!("DTSTART;TZID={zone}:20261210T190000\nSUMMARY:Crab night");
        one("Bangalore, IN", &format!("{start}\nLOCATION:{place}"))
    };
    let event = at("Europe/Berlin", "Bengaluru\\, India");
    chose(
        &event,
        Flag::ZoneAssumed,
        "2026-12-10 23:30 in Asia/Kolkata",
        "2026-12-10 19:00 in Europe/Berlin",
    );
    for (zone, place) in [
        ("Asia/Kolkata", "Bengaluru\\, India"),
        // Away from home, the calendar's clock may be the place's neighbour.
        ("Europe/London", "Berlin\\, Germany"),
    ] {
        let event = at(zone, place);
        assert!(
            !event.flags.contains(&Flag::ZoneAssumed),
            "{:?}",
            event.choices
        );
    }
}

#[test]
fn a_hall_and_a_video_room_are_in_person_and_both_are_shown() {
    let room = "X-GOOGLE-CONFERENCE:https://meet.jit.si/crabs?jwt=secret";
    let event = one("Hamburg, DE", &format!("{EVENING}\n{HALL}\n{room}"));
    assert_eq!(event.mode, Mode::InPerson);
    // The address may let its reader in: only its host is shown.
    chose(
        &event,
        Flag::ModeAssumed,
        "in-person",
        "online on meet.jit.si",
    );
    let mut group = group("Hamburg, DE");
    group.mode = Some(Mode::InPerson);
    let event = of(&group, &[&format!("{EVENING}\n{room}")]).remove(0);
    chose(
        &event,
        Flag::ModeAssumed,
        "in-person",
        "online on meet.jit.si",
    );
}

#[test]
fn a_title_against_the_fields_is_shown_with_both() {
    let title = "DTSTART;TZID=Europe/Berlin:20261210T190000\nSUMMARY:Crab night (online)";
    let event = one("Hamburg, DE", &format!("{title}\n{HALL}"));
    chose(&event, Flag::ModeConflict, "Crab night (online)", "Hamburg");
    let title = "DTSTART;TZID=Europe/Berlin:20261210T190000\nSUMMARY:Crab night (hybrid)";
    let event = one("Hamburg, DE", &format!("{title}\nLOCATION:Zoom"));
    assert_eq!(event.mode, Mode::Hybrid);
    let field = "a field that says online";
    chose(&event, Flag::ModeConflict, "Crab night (hybrid)", field);
}

#[test]
fn a_place_that_was_assumed_is_shown_with_what_was_said() {
    let at = |place: &str| one("Hamburg, DE", &format!("{EVENING}\nLOCATION:{place}"));
    let event = at("Zum Krebs");
    chose(&event, Flag::PlaceAssumed, "Hamburg, DE", "Zum Krebs");
    let event = at("Germany");
    chose(&event, Flag::PlaceAssumed, "Hamburg, DE", "Germany");
    let event = at("Crabclub Berlin");
    assert_eq!(event.place.unwrap().city(), Some("Berlin"));
    let event = at("Crabclub Berlin");
    chose(&event, Flag::PlaceAssumed, "Berlin, DE", "Crabclub Berlin");
    assert_eq!(at("Crabclub Hamburg").choices, []);
    let event = at("Krabbenham\\, Malta");
    chose(&event, Flag::UnknownPlace, "Malta", "Krabbenham, Malta");
    let event = one("Oslo, NO", &format!("{EVENING}\nLOCATION:Springfield"));
    assert!(
        event.flags.contains(&Flag::UnknownPlace),
        "{:?}",
        event.flags
    );
    assert!(
        event.choices[0].other.contains("Springfield, MO, US; "),
        "{:?}",
        event.choices
    );
}

#[test]
fn coordinates_far_from_the_city_are_shown() {
    let at = |geo: &str| one("Hamburg, DE", &format!("{EVENING}\n{HALL}\nGEO:{geo}"));
    assert_eq!(at("53.55;10.0").choices, []);
    let event = at("48.14;11.58");
    assert_eq!(event.place.as_ref().unwrap().city(), Some("Hamburg"));
    chose(
        &event,
        Flag::PlaceAssumed,
        "Hamburg, DE",
        "the coordinates 48.14, 11.58",
    );
}

#[test]
fn an_event_that_has_another_day_on_its_places_clock_is_shown_with_both() {
    let lines = "DTSTART;TZID=Europe/Berlin:20261210T023000\nSUMMARY:Crab night\nLOCATION:New York\\, NY\\, USA";
    let event = one("Hamburg, DE", lines);
    let (there, here) = (
        "2026-12-09 20:30 in America/New_York",
        "2026-12-10 02:30 in Europe/Berlin",
    );
    chose(&event, Flag::ZoneAssumed, there, here);
}

#[test]
fn a_calendar_of_evenings_by_night_is_doubted() {
    let all = |hour: usize, zone: &str| {
        let lines: Vec<String> = (1..=4)
            .map(|day| {
                format!("DTSTART;TZID={zone}:2026120{day}T{hour:02}0000\nSUMMARY:Crab night")
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let events = events("Hamburg, DE", &lines);
        events
            .iter()
            .filter(|event| event.flags.contains(&Flag::FalseUtc))
            .count()
    };
    assert_eq!(all(3, "Europe/Berlin"), 4);
    assert_eq!(all(19, "Europe/Berlin"), 0);
    // At midnight it may be a whole day.
    assert_eq!(all(0, "Europe/Berlin"), 0);
}

#[test]
fn a_title_that_may_be_a_talks_is_off_and_shown() {
    let titled = |title: &str| {
        one(
            "Hamburg, DE",
            &format!("DTSTART:20261210T180000Z\nSUMMARY:{title}\n{HALL}"),
        )
    };
    let event = titled("Crab async: cancelled");
    assert_eq!(event.status, Status::Cancelled);
    let other = "confirmed, a talk about it";
    chose(&event, Flag::StatusUnsure, "cancelled", other);
    for title in [
        "CANCELLED: Crab night",
        "Crab night (cancelled)",
        "Crab night - CANCELLED",
        "Crab night",
    ] {
        let flags = titled(title).flags;
        assert!(!flags.contains(&Flag::StatusUnsure), "{title}: {flags:?}");
    }
    let lines = format!(
        "DTSTART:20261210T180000Z\nSUMMARY:Crab async: cancelled\nSTATUS:CANCELLED\n{HALL}"
    );
    let flags = one("Hamburg, DE", &lines).flags;
    assert!(!flags.contains(&Flag::StatusUnsure), "{flags:?}");
}
