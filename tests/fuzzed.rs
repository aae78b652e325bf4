//! The seeds of the fuzzers, and what is made of them by small edits, held to what the fuzzers check.
//!
//! The edits are the same in every run: what fails here fails again.

mod edits;

#[path = "../fuzz/fuzz_targets/checks.rs"]
pub(crate) mod checks;

use crate::corpus;
use edits::{edit, edited, edited_value};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// What must hold of any bytes.
type Check = fn(&[u8]);

/// The targets, each with what it checks.
const TARGETS: [(&str, Check); 15] = [
    ("calendar", checks::calendar),
    ("calls", checks::calls),
    ("conferences", checks::conferences),
    ("fix", checks::fix),
    ("ics", checks::ics),
    ("jsonld", checks::jsonld),
    ("next_data", checks::next_data),
    ("page", checks::page),
    ("patch", checks::patch),
    ("place", checks::place),
    ("report", checks::reported),
    ("rrule", checks::rrule),
    ("section", checks::section),
    ("versions", checks::versions),
    ("visible", checks::visible),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(name)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder("seeds").join(target);
    names(&folder)
        .into_iter()
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

fn texts(target: &str) -> Vec<String> {
    seeds(target)
        .into_iter()
        .filter_map(|(_, bytes)| String::from_utf8(bytes).ok())
        .collect()
}

fn values(target: &str) -> Vec<serde_json::Value> {
    texts(target)
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect()
}

#[test]
fn every_seed_holds() {
    for (target, check) in TARGETS {
        for (name, bytes) in seeds(target) {
            // Shown only if the next line panics.
            eprintln!("fuzz/seeds/{target}/{name}");
            check(&bytes);
        }
    }
}

#[test]
fn every_target_has_its_check_here_and_seeds() {
    let all = TARGETS.map(|(target, _)| target);
    let mut programs = names(&folder("fuzz_targets"));
    programs.retain(|name| !["checks.rs", "written.rs"].contains(&name.as_str()));
    assert_eq!(programs, all.map(|target| format!("{target}.rs")));
    assert_eq!(names(&folder("seeds")), all);
    for target in all {
        assert!(seeds(target).len() >= 5, "{target}");
    }
}

const CALENDAR: [&str; 24] = [
    "\r\n",
    "\n ",
    ":",
    ";",
    "VALUE=DATE",
    "TZID=Europe/Berlin",
    "TZID=Moon",
    "BEGIN:VEVENT\r\n",
    "END:VEVENT\r\n",
    "BEGIN:VTIMEZONE\r\n",
    "RRULE:FREQ=WEEKLY\r\n",
    "RDATE:20260401T180000Z\r\n",
    "EXDATE:20260401\r\n",
    "RECURRENCE-ID:20260401T180000Z\r\n",
    "DURATION:-P1D\r\n",
    "STATUS:CANCELLED\r\n",
    "20260329T023000",
    "20260229",
    "99991231T235959Z",
    "00000101T000000",
    "\\n",
    "\u{202E}",
    "LOCATION:Paris, France\r\n",
    "\"",
];

const DOCUMENT: [&str; 24] = [
    "\n",
    "<div class=h-event>",
    "<time class=dt-start datetime=2026-04-01>",
    "<span class=value>7pm</span>",
    "</div>",
    "<time datetime=2026-04-01T19:00>",
    "<a href=/events/1>Rust</a>",
    "<a href=webcal://x.example/a.ics>",
    "<item><title>x</title>",
    "<pubDate>Wed, 22 Apr 2026 06:35:25 +0000</pubDate>",
    "<e:start_date>2026-04-01</e:start_date>",
    "<![CDATA[",
    "]]>",
    "&#8217;",
    "{\"title\":\"x\",\"start_date\":\"2026-04-01\"}",
    "\"start\":{\"date\":\"2026-04-01\",\"time\":\"19:00\"}",
    "1790985600000",
    "-9223372036854775808",
    "0001-01-01",
    "2026-13-41",
    "---\ntitle: x\ndate: 2026.04.01\ntime: 19:00\n---\n",
    "| 2026-04-01 | x |\n",
    "\u{202E}",
    "<h1>",
];

const PLACE: [&str; 24] = [
    ", ",
    " ",
    "(",
    ")",
    "/",
    "Virtual (",
    "Hybrid (",
    "US",
    "DE",
    "UK",
    "CA",
    "WA",
    "Berlin",
    "Paris",
    "London",
    "Georgia",
    "San Jose",
    "Washington",
    "Springfield",
    "Frankfurt am Main",
    "12345",
    "東京都",
    "\u{301}",
    "Street",
];

const WORDS: [&str; 24] = [
    "\n%%\n",
    "\r\nBEGIN:VALARM\r\n",
    "\r",
    "\n ",
    "\\",
    "\\n",
    ";",
    ",",
    ":",
    "\"",
    "🦀👩‍👩‍👧",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "@rust-lang/core",
    "fixes #12",
    "https://github.com/o/r/pull/1",
    "[x](https://evil.example)",
    "![](https://evil.example/p.png)",
    "<img src=x>",
    "::set-output name=x::y",
    "##[error]",
    "`",
    "\n\n## Heading\n\n* item\n",
];

const VISIBLE: [&str; 24] = [
    "<li>",
    "</li>",
    "<p>",
    "<tr><td>",
    "<h2>",
    "</h2>",
    "<article>",
    "<a href=/x>",
    "</a>",
    "<br>",
    "<table>",
    "<!--",
    "12 August 2026",
    "13.08.2026",
    "8/9/2026",
    "2026年9月1日(火)",
    " – ",
    ", ",
    "19:00",
    "1:30–4 pm",
    "every second Thursday",
    "Friday, ",
    "2026",
    "\u{301}",
];

const SECTION: [&str; 24] = [
    "\n%%\n",
    "\n",
    "* ",
    "    * ",
    "2026-03-20",
    "2026-03-20 - 2026-03-22",
    " | ",
    "Berlin, DE",
    "Virtual (Berlin, DE)",
    "[Rust Berlin](https://berlin.example/)",
    "[**Talks**](https://berlin.example/1)",
    "\n### Europe\n\n",
    "\n### Virtual\n\n",
    "## Upcoming Events\n",
    "Rusty Events between 2026-03-18 - 2026-04-15\n",
    "<!-- a remark -->",
    "<!--",
    "```\n",
    "\r\n",
    "\t",
    "**",
    "](",
    "<<<<<<< HEAD\n",
    "If you are running a Rust event\n",
];

/// Parts of a rule that hold numbers, each with the range in which they mean something.
const NUMBERED: [(&str, i32, i32); 10] = [
    ("INTERVAL", 1, 5),
    ("COUNT", 1, 5_000),
    ("BYMONTH", 1, 12),
    ("BYMONTHDAY", -31, 31),
    ("BYYEARDAY", -366, 366),
    ("BYWEEKNO", -53, 53),
    ("BYHOUR", 0, 23),
    ("BYMINUTE", 0, 59),
    ("BYSECOND", 0, 60),
    ("BYSETPOS", -5, 5),
];

const WEEKDAYS: [&str; 12] = [
    "MO", "TU", "WE", "TH", "FR", "SA", "SU", "1MO", "-1SU", "5FR", "53MO", "XX",
];

const OTHER_PARTS: [&str; 6] = [
    "UNTIL=20260929T023000Z",
    "UNTIL=20261025",
    "UNTIL=19690101",
    "WKST=SU",
    "X=1",
    "",
];

const FREQUENCIES: [&str; 9] = [
    "YEARLY", "YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "WEEKLY", "DAILY", "HOURLY", "SECONDLY",
];

/// A part of a rule; one of twenty means nothing.
fn part() -> impl Strategy<Value = String> {
    let numbered = prop::sample::select(&NUMBERED[..]).prop_flat_map(|(name, least, most)| {
        let number = prop_oneof![19 => least..=most, 1 => any::<i32>()];
        let most_numbers = if name.starts_with("BY") { 4 } else { 2 };
        prop::collection::vec(number, 1..most_numbers).prop_map(move |numbers| {
            let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
            format!("{name}={}", numbers.join(","))
        })
    });
    let days = prop::collection::vec(prop::sample::select(&WEEKDAYS[..]), 1..4)
        .prop_map(|days| format!("BYDAY={}", days.join(",")));
    let other = prop::sample::select(&OTHER_PARTS[..]).prop_map(str::to_owned);
    prop_oneof![4 => numbered, 2 => days, 1 => other]
}

/// A rule of parts that know nothing of each other; half are refused or never fall on a day.
fn rule() -> impl Strategy<Value = String> {
    let frequency = prop::sample::select(&FREQUENCIES[..]);
    (frequency, prop::collection::vec(part(), 0..4))
        .prop_map(|(frequency, parts)| format!("FREQ={frequency};{}", parts.join(";")))
}

proptest! {
    #![proptest_config(crate::cases(1_000))]

    #[test]
    fn edited_calendars_hold(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = texts("ics");
        let text = edited(&seeds[which.index(seeds.len())], &['\n', ':', ';', '=', ','], &CALENDAR, &edits);
        checks::ics(text.as_bytes());
    }

    #[test]
    fn edited_events_of_pages_hold(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let mut value = which.get(&values("jsonld")).clone();
        edited_value(&mut value, &edits);
        checks::jsonld(value.to_string().as_bytes());
    }

    #[test]
    fn edited_data_of_meetup_holds(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let mut value = which.get(&values("next_data")).clone();
        edited_value(&mut value, &edits);
        checks::next_data(value.to_string().as_bytes());
    }

    #[test]
    fn edited_documents_hold(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = texts("page");
        let text = edited(&seeds[which.index(seeds.len())], &['<', '>', '"', ',', ':', '\n'], &DOCUMENT, &edits);
        checks::page(text.as_bytes());
    }

    #[test]
    fn edited_places_hold(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..6)) {
        let seeds = texts("place");
        let text = edited(&seeds[which.index(seeds.len())], &[' ', ',', '(', ')', '/'], &PLACE, &edits);
        checks::place(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(crate::cases(1_000))]

    #[test]
    fn edited_events_are_read_back_from_the_calendar(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = texts("calendar");
        let text = edited(&seeds[which.index(seeds.len())], &['\n', ' ', ',', ':'], &WORDS, &edits);
        checks::calendar(text.as_bytes());
    }

    #[test]
    fn edited_words_in_a_report_are_words(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = texts("report");
        let text = edited(&seeds[which.index(seeds.len())], &['\n', ' ', ',', ':'], &WORDS, &edits);
        checks::reported(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn edited_drafts_are_mended_once_and_merged(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let mut seeds = texts("fix");
        seeds.extend(texts("section"));
        let text = edited(&seeds[which.index(seeds.len())], &['\n', ' ', '|', '*', ')'], &SECTION, &edits);
        checks::section(text.as_bytes());
        checks::fix(text.as_bytes());
        let mut seeds = texts("versions");
        seeds.extend(texts("section"));
        let text = edited(&seeds[which.index(seeds.len())], &['\n', ' ', '|', '*', ')'], &SECTION, &edits);
        checks::versions(text.as_bytes());
    }

    #[test]
    fn edited_pages_hold_as_people_read_them(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = texts("visible");
        let text = edited(&seeds[which.index(seeds.len())], &['<', '>', ' ', ',', '.'], &VISIBLE, &edits);
        checks::visible(text.as_bytes());
    }

    #[test]
    fn rules_of_any_parts_hold(rules in prop::collection::vec(rule(), 1..3)) {
        checks::rrule(rules.join("\n").as_bytes());
    }
}

/// Bytes of a calendar of the archive beyond which it is left to the fuzzer.
const LONGEST: u64 = 4_000;

#[test]
fn damaged_calendars_of_the_archive_hold() {
    let Some(corpus) = corpus() else { return };
    let mut files = Vec::new();
    collect(&corpus.join("ics-torture"), &mut files);
    files.sort();
    let mut random = edits::Random::new(5545);
    for file in &files {
        let mut body = fs::read(file).unwrap();
        for _ in 0..4 {
            random.damage(&mut body);
        }
        eprintln!("{}", file.display());
        checks::ics(&body);
    }
    assert!(files.len() > 300, "{}", files.len());
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, about) = (entry.path(), entry.metadata().unwrap());
        if about.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "ics") && about.len() < LONGEST {
            files.push(path);
        }
    }
}
