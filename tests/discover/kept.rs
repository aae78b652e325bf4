//! How much is kept: of candidates, of the evidence for one, and of a description that is looked through.

use super::{TODAY, TOWN, World};
use chrono::{DateTime, Utc};
use rusty_events::facts::candidate::{Candidate, Evidence, Kind};
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Platform;

/// The calendar of many groups, with so many further links, each to another group.
fn with_links(links: usize) -> String {
    let all: Vec<String> = (0..links)
        .map(|number| format!("https://www.meetup.com/group-{number:04}/"))
        .collect();
    let mut text = TOWN.replace("END:VCALENDAR\r\n", "");
    for (number, links) in all.chunks(45).enumerate() {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:links-{number}\r\nSUMMARY:Fair {number}\r\nDTSTART:20260904T180000Z\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\n",
            links.join(" ")
        ));
    }
    text + "END:VCALENDAR\r\n"
}

#[test]
fn much_evidence_of_one_kind_leaves_room_for_the_others() {
    let now: DateTime<Utc> = TODAY.parse().unwrap();
    let page = "https://www.meetup.com/crab-graz/";
    let mut candidate = Candidate::new(Link::parse(page).unwrap(), page, Platform::Meetup, now);
    let mut add = |kind: Kind, subject: String| {
        candidate.add(Evidence {
            kind,
            subject,
            words: "it does".to_owned(),
            link: None,
            since: now,
        });
    };
    add(Kind::Twice, "compared with a".to_owned());
    for number in 0..25 {
        add(Kind::Search, format!("page {number}"));
    }
    add(Kind::Linked, "a".to_owned());
    let kinds: Vec<Kind> = candidate.evidence.iter().map(|of| of.kind).collect();
    let search = [Kind::Search; 4];
    assert_eq!(kinds, [&search[..], &[Kind::Linked, Kind::Twice]].concat());
}
