//! Series, their copies and their edits; whole days; zones.

use super::{believed, group};

/// The first days of the events in Berlin, and what is said.
fn days(lines: &str) -> (Vec<String>, Vec<String>) {
    let (believed, problems) = believed(&group("Berlin, DE"), lines);
    let days = believed.events.iter().map(|event| {
        let status = if event.status.takes_place() {
            ""
        } else {
            " off"
        };
        let kind = if event.when.zone().is_none() {
            " all day"
        } else {
            ""
        };
        format!("{}{kind}{status}", event.when.first_day().format("%m-%d"))
    });
    (days.collect(), problems)
}

fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Crabs\n{lines}\nEND:VEVENT\n")
}

const WEEKLY: &str = "DTSTART;TZID=Europe/Berlin:20261202T190000\nRRULE:FREQ=WEEKLY;COUNT=3";

#[test]
fn one_uid_for_many_evenings_is_many_evenings() {
    let one = |day: &str, more: &str| event("a", &format!("DTSTART:202612{day}T180000Z\n{more}"));
    let many = one("03", "LAST-MODIFIED:20261101T000000Z")
        + &one("10", "LAST-MODIFIED:20261102T000000Z")
        + &one("17", "LAST-MODIFIED:20261103T000000Z\nSEQUENCE:1");
    assert_eq!(days(&many).0, ["12-03", "12-10", "12-17"]);
    // A move raises SEQUENCE: then the older one is a version.
    let moved = one("03", "SEQUENCE:0") + &one("10", "SEQUENCE:1");
    assert_eq!(days(&moved).0, ["12-10"]);
}

#[test]
fn a_cancellation_reaches_what_it_names() {
    let off = event(
        "a",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261209T190000\nSTATUS:CANCELLED\nSEQUENCE:1",
    );
    assert_eq!(
        days(&(event("a", WEEKLY) + &off)).0,
        ["12-02", "12-09 off", "12-16"]
    );
    let series = event("a", &format!("{WEEKLY}\nSTATUS:CANCELLED\nSEQUENCE:3"));
    let edit = event(
        "a",
        "RECURRENCE-ID:20261209T180000Z\nDTSTART:20261209T190000Z\nSEQUENCE:2",
    );
    assert_eq!(
        days(&(series + &edit)).0,
        ["12-02 off", "12-09 off", "12-16 off"]
    );
    let method = format!(
        "METHOD:CANCEL\n{}",
        event("a", "DTSTART:20261210T180000Z\nSTATUS:CONFIRMED")
    );
    assert_eq!(days(&method).0, ["12-10 off"]);
}

#[test]
fn an_edit_or_an_exclusion_that_misses_by_its_form_finds_its_evening() {
    let floating = event("a", "DTSTART:20261202T190000\nRRULE:FREQ=WEEKLY;COUNT=3");
    let edit = event(
        "a",
        "RECURRENCE-ID:20261209T190000Z\nDTSTART:20261210T200000",
    );
    assert_eq!(days(&(floating + &edit)).0, ["12-02", "12-10", "12-16"]);
    let old_hour = event(
        "a",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261209T180000\nDTSTART:20261210T190000Z",
    );
    let (found, said) = days(&(event("a", WEEKLY) + &old_hour));
    assert_eq!(found, ["12-02", "12-10", "12-16"]);
    assert!(said[0].contains("another hour on that day"), "{said:?}");
    // Google parts a series: what was edited behind its end is a ghost.
    let old = event(
        "a@google.com",
        "DTSTART;TZID=Europe/Berlin:20261202T190000\nRRULE:FREQ=WEEKLY;UNTIL=20261208T225959Z",
    );
    let new = event(
        "a_R20261209T180000@google.com",
        "DTSTART;TZID=Europe/Berlin:20261209T190000\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    let ghost = event(
        "a@google.com",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261209T190000\nDTSTART;TZID=Europe/Berlin:20261209T193000",
    );
    assert_eq!(days(&(old + &new + &ghost)).0, ["12-02", "12-09", "12-16"]);
    let inside = event(
        "a",
        &WEEKLY.replace("COUNT=3", "COUNT=3;EXDATE=20261209T190000"),
    );
    assert_eq!(days(&inside).0, ["12-02", "12-16"]);
}

#[test]
fn whole_days_are_whole_days_however_they_are_written() {
    for lines in [
        "DTSTART;VALUE=DATE:20261210T000000\nDTEND;VALUE=DATE:20261211T000000",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\nDTSTART:20261210T000000Z\nDTEND:20261211T000000Z",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\nDTSTART:20261209T230000Z\nDTEND:20261210T230000Z",
        "EVENT-ALLDAY:true\nDTSTART;TZID=W. Europe Standard Time:20261210T000000\nDTEND;TZID=W. Europe Standard Time:20261211T000000",
    ] {
        assert_eq!(days(&event("a", lines)).0, ["12-10 all day"], "{lines}");
    }
    let series = "DTSTART;VALUE=DATE:20261202\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261208T230000Z";
    let shown = format!("X-WR-TIMEZONE:Europe/Berlin\n{}", event("a", series));
    assert_eq!(days(&shown).0, ["12-02 all day", "12-16 all day"]);
}

#[test]
fn rules_are_followed_or_reported() {
    let rule = |rule: &str| {
        days(&event(
            "a",
            &format!("DTSTART;TZID=Europe/Berlin:20261231T190000\nRRULE:{rule}"),
        ))
    };
    let month_ends = "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31;COUNT=3";
    assert_eq!(rule(month_ends).0, ["12-31", "01-31", "02-28"]);
    assert_eq!(rule("FREQ=WEEKLY;UNTIL=2027-01-07").0, ["12-31", "01-07"]);
    assert_eq!(rule("RRULE:FREQ=WEEKLY;COUNT=2").0, ["12-31", "01-07"]);
    let (found, said) = rule("FREQ=WEEKLY;UNTIL=soon");
    assert_eq!((found.len(), said.len()), (1, 1));
    let (found, said) = rule("FREQ=WEEKLY;COUNT=2;BYEASTER=1");
    assert_eq!(found.len(), 2);
    assert!(said[0].contains("BYEASTER=1 is not known"), "{said:?}");
}

#[test]
fn a_zone_is_known_by_what_it_can_only_mean() {
    let start = |tzid: &str| {
        let lines = event("a", &format!("DTSTART;TZID=\"{tzid}\":20261210T190000"));
        let (believed, said) = believed(&group("New York, NY, US"), &lines);
        assert_eq!(said, Vec::<String>::new(), "{tzid}");
        believed.events[0].when.start().format("%H:%M").to_string()
    };
    for (tzid, utc) in [
        (
            "Amsterdam, Belgrade, Berlin, Brussels, Budapest, Madrid, Paris, Prague, Stockholm",
            "18:00",
        ),
        ("GMT+05:30", "13:30"),
        ("UTC+5:45", "13:15"),
        ("UTC", "19:00"),
        ("CEST", "18:00"),
        ("Kolkata", "13:30"),
    ] {
        assert_eq!(start(tzid), utc, "{tzid}");
    }
}
