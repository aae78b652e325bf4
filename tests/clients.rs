//! What subscribers' programs make of the feeds: two calendar libraries that many of them are built on
//! read what the real server serves, and must see what its JSON says.

use crate::server::{NOW, Served};
use crate::{program_in, skipped};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Reads a calendar, prints its events as a JSON list; says what is wrong and fails where anything is.
const PYTHON: &str = r#"
import datetime, json, sys
import icalendar

def spelled(time):
    if isinstance(time, datetime.datetime):
        assert time.utcoffset() == datetime.timedelta(0), time
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return time.isoformat()

calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
events = []
for component in calendar.walk():
    assert not component.errors, component.errors
    for name in component.required:
        assert name in component, name
    for name in component.singletons:
        assert not isinstance(component.get(name), list), name
    if component.name == "VEVENT":
        events.append({
            "uid": str(component["UID"]), "start": spelled(component.decoded("DTSTART")),
            "end": spelled(component.decoded("DTEND")) if "DTEND" in component else None,
            "summary": str(component["SUMMARY"]), "status": str(component["STATUS"]),
            "sequence": int(component["SEQUENCE"]), "description": str(component["DESCRIPTION"]),
        })
print(json.dumps(events))
"#;

const NODE: &str = r#"
const ICAL = require("ical.js");
const spelled = (time) => {
  if (time === null) return null;
  if (!time.isDate && time.zone !== ICAL.Timezone.utcTimezone) throw new Error(`${time} is not in UTC`);
  return time.toString();
};
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((event) => {
  const value = (name) => event.getFirstPropertyValue(name);
  return {
    uid: value("uid"), start: spelled(value("dtstart")), end: spelled(value("dtend")), summary: value("summary"),
    status: value("status"), sequence: value("sequence"), description: value("description"),
  };
});
console.log(JSON.stringify(events));
"#;

/// A program that reads calendars.
struct Judge {
    name: &'static str,
    program: String,
    arguments: [&'static str; 2],
    folder: PathBuf,
}

impl Judge {
    /// Those that are here; of the others it is said that they were not asked.
    fn all() -> Vec<Judge> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var("RUSTY_EVENTS_PYTHON");
        let modules = std::env::var_os("RUSTY_EVENTS_NODE");
        let icalendar = Judge {
            name: "icalendar",
            program: python.unwrap_or_else(|_| "python3".to_owned()),
            arguments: ["-c", PYTHON],
            folder: project.to_owned(),
        };
        let ical_js = Judge {
            name: "ical.js",
            program: "node".to_owned(),
            arguments: ["-e", NODE],
            folder: modules.map_or(project.join("target/judges/node"), PathBuf::from),
        };
        let mut judges = Vec::new();
        for (judge, probe) in [
            (icalendar, "import icalendar"),
            (ical_js, "require('ical.js')"),
        ] {
            let mut command = Command::new(&judge.program);
            command.arg(judge.arguments[0]).arg(probe);
            command.current_dir(&judge.folder).stderr(Stdio::null());
            if command.status().is_ok_and(|status| status.success()) {
                judges.push(judge);
            } else {
                let (name, program) = (judge.name, judge.program);
                skipped(&format!(
                    "{program} has no package {name}: it is not asked to read the feeds"
                ));
            }
        }
        judges
    }

    /// The events of a calendar by UID, as this one reads them.
    fn read(&self, calendar: &[u8]) -> BTreeMap<String, Value> {
        let mut child = Command::new(&self.program)
            .args(self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(calendar).unwrap();
        let said = child.wait_with_output().unwrap();
        let wrong = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{}: {wrong}", self.name);
        let events: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
        let count = events.len();
        let by_uid: BTreeMap<String, Value> = events
            .into_iter()
            .map(|event| (event["uid"].as_str().unwrap().to_owned(), event))
            .collect();
        assert_eq!(by_uid.len(), count, "{}: two events of one UID", self.name);
        by_uid
    }
}

/// What a calendar is to make of an event that the JSON tells of; its sequence is not in there.
fn expected(event: &Value) -> Value {
    let is_off = event["status"] == "cancelled";
    let title = event["title"].as_str().unwrap();
    let day = |value: &Value| value.as_str().unwrap().parse::<NaiveDate>().unwrap();
    let instant = |value: &Value| {
        let time = DateTime::parse_from_rfc3339(value.as_str()?).unwrap();
        let spelled = time.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%SZ");
        Some(spelled.to_string())
    };
    let (start, end) = if event["all_day"] == true {
        let last = match &event["end"] {
            Value::Null => day(&event["start"]),
            end => day(end),
        };
        let end = (last + Days::new(1)).to_string();
        (json!(day(&event["start"]).to_string()), json!(end))
    } else {
        (
            json!(instant(&event["start"])),
            json!(instant(&event["end"])),
        )
    };
    json!({
        "uid": format!("{}@rusty-events", event["id"].as_str().unwrap()),
        "start": start,
        "end": end,
        "summary": if is_off { format!("Cancelled: {title}") } else { title.to_owned() },
        "status": if is_off { "CANCELLED" } else { "CONFIRMED" },
    })
}

/// All events that the JSON tells of.
fn shown(served: &Served, filter: &str) -> Vec<Value> {
    let mut events = Vec::new();
    let mut next = Some(format!("/events.json{filter}"));
    while let Some(path) = next {
        let path = path.trim_start_matches(&served.url("")).to_owned();
        let page = served.get(&path).json();
        events.extend(page["events"].as_array().unwrap().iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
    }
    events
}

/// Lets every judge read a feed and compares what it saw with the JSON under the same filter; the number
/// of events, and each judge's view of them.
fn judge(
    judges: &[Judge],
    served: &Served,
    feed: &str,
    filter: &str,
) -> (usize, Vec<BTreeMap<String, Value>>) {
    let answer = served.get(feed);
    assert_eq!(answer.status, 200, "{feed}: {}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("text/calendar; charset=utf-8"),
        "{feed}"
    );
    let shown = shown(served, filter);
    let seen: Vec<_> = judges
        .iter()
        .map(|judge| judge.read(&answer.body))
        .collect();
    for (judge, seen) in judges.iter().zip(&seen) {
        let uids = |event: &Value| expected(event)["uid"].as_str().unwrap().to_owned();
        let mut listed: Vec<String> = shown.iter().map(uids).collect();
        listed.sort();
        let read: Vec<String> = seen.keys().cloned().collect();
        assert_eq!(read, listed, "{}: {feed} and {filter}", judge.name);
        for event in &shown {
            let expected = expected(event);
            let read = &seen[expected["uid"].as_str().unwrap()];
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(
                    &read[name], value,
                    "{}: {feed}: {name} of {read}",
                    judge.name
                );
            }
        }
    }
    (shown.len(), seen)
}

/// A feed of a club, as it is before and after one of its events is called off and one is moved.
fn club(after: bool) -> String {
    let (off, moved) = match after {
        true => ("STATUS:CANCELLED\r\n", "20241128"),
        false => ("", "20241121"),
    };
    let long = LONG
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;");
    let mut text =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Club//EN\r\nX-WR-TIMEZONE:Europe/Berlin\r\n"
            .to_owned();
    for (number, lines) in [
        "DTSTART;TZID=Europe/Berlin:20241120T190000\r\nDTEND;TZID=Europe/Berlin:20241120T213000\r\nSUMMARY:A plain evening of Rust\r\n".to_owned(),
        format!("DTSTART;TZID=Europe/Berlin:20241122T190000\r\nSUMMARY:Evening without a speaker\r\n{off}"),
        format!("DTSTART;TZID=Europe/Berlin:{moved}T190000\r\nDTEND;TZID=Europe/Berlin:{moved}T210000\r\nSUMMARY:Evening that is moved\r\n"),
        "DTSTART;VALUE=DATE:20241125\r\nDTEND;VALUE=DATE:20241128\r\nSUMMARY:Three whole days of workshops\r\n".to_owned(),
        "DTSTART;VALUE=DATE:20241130\r\nSUMMARY:One whole day\r\n".to_owned(),
        format!("DTSTART;TZID=Europe/Berlin:20241203T190000\r\nDTEND;TZID=Europe/Berlin:20241204T003000\r\nSUMMARY:{long}\r\nDESCRIPTION:{}\r\n", format!("{long}\\n").repeat(20)),
        "DTSTART;TZID=Europe/Berlin:20250330T013000\r\nDTEND;TZID=Europe/Berlin:20250330T033000\r\nSUMMARY:Night of the lost hour\r\n".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&format!("BEGIN:VEVENT\r\nUID:{number}@club.example\r\nDTSTAMP:20241101T000000Z\r\n{lines}END:VEVENT\r\n"));
    }
    text + "END:VCALENDAR\r\n"
}

/// Of letters of one to four octets, sequences of them, and what a line means something else by.
const LONG: &str = r#"🦀 Crab: a, b; c\d "e" café Ünïcødé 日本語のRust勉強会 👩‍👩‍👧‍👦 Москва, and on and on ééééééééééééééééééééé"#;

/// The server on what the club's feed said yesterday and says now.
fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let pages = config.join("pages/club.example");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::create_dir_all(&pages).unwrap();
    let write = |file: &str, text: &str| fs::write(config.join(file), text).unwrap();
    write(
        "service.toml",
        "[fetch.mirrors]\n\"https://\" = \"pages\"\n",
    );
    write(
        "sources/club.toml",
        "[[source]]\nid = \"club\"\nurl = \"https://club.example/feed.ics\"\norganiser = \"Crab Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n",
    );
    for (after, now) in [(false, "2024-11-05T09:00:00Z"), (true, NOW)] {
        fs::write(pages.join("feed.ics"), club(after)).unwrap();
        let ran = refresh(&folder, now);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    Served::in_folder(folder, "config", "127.0.0.1:0")
}

fn refresh(folder: &TempDir, now: &str) -> crate::Ran {
    let all = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        now,
    ];
    program_in(folder.path(), &[&all[..], &["refresh"]].concat())
}

#[test]
fn calendar_libraries_see_in_the_feeds_what_the_json_says() {
    let judges = Judge::all();
    let served = served();
    let mut counts = Vec::new();
    for (feed, filter) in [
        ("/events.ics", ""),
        ("/feeds/all.ics", ""),
        ("/feeds/europe.ics", "?region=europe"),
        ("/feeds/country/de.ics", "?country=DE"),
        ("/feeds/organiser/crab-club.ics", "?organiser=crab-club"),
    ] {
        let (count, seen) = judge(&judges, &served, feed, filter);
        counts.push(count);
        for seen in seen {
            for event in seen.values() {
                let summary = event["summary"].as_str().unwrap();
                let was_changed =
                    summary.contains("without a speaker") || summary.contains("moved");
                assert_eq!(event["sequence"], u64::from(was_changed), "{feed}: {event}");
                let shown = event["description"].as_str().unwrap();
                if summary == LONG {
                    assert!(shown.contains(&format!("{LONG}\n{LONG}")), "{shown}");
                }
                if summary.contains("moved") {
                    assert!(
                        shown.contains("2024-11-21 19:00 (Europe/Berlin)"),
                        "{shown}"
                    );
                }
            }
        }
    }
    assert_eq!(counts, [7; 5]);
    for judge in judges {
        eprintln!(
            "{} read {counts:?} events as the JSON tells them",
            judge.name
        );
    }
}

#[test]
fn calendar_libraries_see_the_samples_events_as_the_json_does() {
    let judges = Judge::all();
    let served = Served::sample();
    let (all, _) = judge(&judges, &served, "/events.ics", "");
    let (europe, _) = judge(&judges, &served, "/feeds/europe.ics", "?region=europe");
    assert!(all > europe && europe > 5, "{all} {europe}");
    // What a person chose, and a single event.
    let choice = "match=any&organiser=rust-berlin&near=Sydney&q=hack";
    let (chosen, _) = judge(
        &judges,
        &served,
        &format!("/events.ics?{choice}"),
        &format!("?{choice}"),
    );
    assert!(chosen > 0 && chosen < all, "{chosen}");
    for event in shown(&served, "?region=europe").iter().take(3) {
        let id = event["id"].as_str().unwrap();
        let single = served.get(&format!("/events/{id}.ics"));
        assert_eq!(single.status, 200);
        for judge in &judges {
            let read = judge.read(&single.body);
            assert_eq!(read.len(), 1, "{}: {id}", judge.name);
            let expected = expected(event);
            let read = &read[expected["uid"].as_str().unwrap()];
            assert_eq!(read["start"], expected["start"], "{}: {id}", judge.name);
        }
    }
}
