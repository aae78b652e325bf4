//! A subscriber's month: a calendar that asks every six hours sees each change once, and nothing else.

use super::worker::Service;
use crate::loopback::{self, Answer};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

/// What a client keeps of an event.
type Block = BTreeMap<String, String>;

struct Subscriber {
    tag: Option<String>,
    events: BTreeMap<String, Block>,
    asked: usize,
    unchanged: usize,
}

impl Subscriber {
    /// Asks once; what is different for the subscriber: the uid, and the properties that changed.
    fn ask(&mut self, service: &Service) -> Vec<(String, Vec<String>)> {
        let mut stream = TcpStream::connect(service.address).unwrap();
        let condition = self
            .tag
            .as_ref()
            .map(|tag| format!("If-None-Match: {tag}\r\n"))
            .unwrap_or_default();
        write!(
            stream,
            "GET /feeds/all.ics HTTP/1.1\r\nHost: x\r\n{condition}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        self.asked += 1;
        if head.starts_with("HTTP/1.1 304") {
            assert!(body.is_empty());
            self.unchanged += 1;
            return Vec::new();
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
        self.tag = Some(tag.unwrap().to_owned());
        let fresh = blocks(body);
        let mut news = Vec::new();
        for (uid, block) in &fresh {
            let old = self.events.get(uid);
            if old == Some(block) {
                continue;
            }
            let changed = block
                .iter()
                .filter(|(name, value)| old.and_then(|old| old.get(*name)) != Some(value))
                .map(|(name, _)| name.clone())
                .collect();
            news.push((uid.clone(), changed));
        }
        for (uid, old) in &self.events {
            if !fresh.contains_key(uid) {
                news.push((uid.clone(), vec!["gone".to_owned()]));
                let off = old
                    .get("STATUS")
                    .is_some_and(|status| status == "CANCELLED");
                assert!(off, "what takes place never leaves in silence: {old:?}");
            }
        }
        self.events = fresh;
        news
    }
}

fn blocks(text: &str) -> BTreeMap<String, Block> {
    let text = text.replace("\r\n ", "");
    let mut found = BTreeMap::new();
    for block in text.split("BEGIN:VEVENT\r\n").skip(1) {
        let block = block.split("END:VEVENT").next().unwrap();
        let block: Block = block
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        found.insert(block["UID"].clone(), block);
    }
    found
}

fn feed(events: &[(&str, &str, &str, &str)]) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (uid, start, title, more) in events {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{start}\r\nSUMMARY:{title}\r\nURL:https://rust.example/{uid}\r\n{more}END:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}

#[test]
fn each_change_is_seen_once_and_nineteen_polls_of_twenty_find_nothing_new() {
    let world = loopback::start();
    let serve = |events: &[(&str, &str, &str, &str)]| {
        world.serve(
            "/a.ics",
            Answer::ok("text/calendar", feed(events).as_bytes()),
        );
    };
    let first = ("1", "20260820T170000Z", "Hack Night", "");
    let second = ("2", "20260827T170000Z", "Talks", "");
    let third = ("3", "20260915T170000Z", "Workshop", "");
    let later = ("4", "20260922T170000Z", "Social", "");
    serve(&[first, second, third, later]);
    let begin: DateTime<Utc> = "2026-08-01T00:30:00Z".parse().unwrap();
    let mut service = Service::without_worker(&world, &["/a.ics"], &begin.to_rfc3339());
    service.look();
    let mut subscriber = Subscriber {
        tag: None,
        events: BTreeMap::new(),
        asked: 0,
        unchanged: 0,
    };
    assert_eq!(subscriber.ask(&service).len(), 4);
    let mut seen: Vec<(i64, Vec<String>)> = Vec::new();
    let renamed = ("2", "20260827T170000Z", "Talks and pizza", "");
    let moved = ("3", "20260916T180000Z", "Workshop", "");
    let off = ("4", "20260922T170000Z", "Social", "STATUS:CANCELLED\r\n");
    let new = ("5", "20260925T170000Z", "Another one", "");
    for quarter in 1..=120 {
        let now = begin + TimeDelta::hours(6 * quarter);
        match quarter {
            20 => serve(&[first, renamed, third, later]),
            40 => serve(&[first, renamed, moved, later]),
            60 => serve(&[first, renamed, moved, off]),
            80 => serve(&[first, renamed, moved, off, new]),
            // Its past leaves the feed, as feeds do.
            90 => serve(&[renamed, moved, off, new]),
            // A day of failures, and one of nonsense.
            100 => world.serve("/a.ics", Answer::status(500)),
            103 => world.serve(
                "/a.ics",
                Answer::ok("text/html", b"<html>maintenance</html>"),
            ),
            106 => serve(&[renamed, moved, off, new]),
            _ => {}
        }
        let before = world.asked("/a.ics").len();
        service.set_clock(now);
        service.look();
        if !(101..=106).contains(&quarter) {
            assert!(world.asked("/a.ics").len() > before, "quarter {quarter}");
        }
        for (uid, changed) in subscriber.ask(&service) {
            assert!(uid.ends_with("@rusty-events"), "{uid}");
            seen.push((quarter, changed));
        }
    }
    let what: Vec<(i64, &[String])> = seen
        .iter()
        .map(|(quarter, changed)| (*quarter, &changed[..]))
        .collect();
    let words = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let wanted = [
        (20, words("DTSTAMP LAST-MODIFIED SUMMARY")),
        (
            40,
            words("DESCRIPTION DTSTAMP DTSTART LAST-MODIFIED SEQUENCE"),
        ),
        (
            60,
            words("DESCRIPTION DTSTAMP LAST-MODIFIED SEQUENCE STATUS SUMMARY"),
        ),
    ];
    for (at, names) in &wanted {
        let found: Vec<_> = what.iter().filter(|(quarter, _)| quarter == at).collect();
        assert_eq!(found.len(), 1, "quarter {at}: {what:?}");
        assert_eq!(found[0].1, &names[..], "quarter {at}");
    }
    assert_eq!(what.iter().filter(|(quarter, _)| *quarter == 80).count(), 1);
    assert_eq!(what.len(), 4, "nothing else: {what:?}");
    let rate = subscriber.unchanged * 100 / subscriber.asked;
    crate::said(&format!(
        "a subscriber's month: {} polls, {} of them 304 ({rate} %), 4 changes seen, each once",
        subscriber.asked, subscriber.unchanged
    ));
    assert!(rate >= 95, "{rate} %");
    service.stop();
}
