//! A list of conferences, by the real program: what is printed of it, and that copies of a conference are one.

use crate::loopback::{Answer, Server, start};
use crate::program_in;
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("../pages/conferences/rust.json");

/// Written by hand from the list, before there was a reader.
const PRINTED: &str = "\
### Virtual
* 2026-09-10 | Virtual | [shellDay() Rust](https://rust.shellday.example/)
    * [**shellDay() Rust**](https://rust.shellday.example/)
* 2026-09-20 - 2026-09-22 | Hybrid (Portland, OR, US) | [TideConf](https://www.tideconf.example/)
    * [**TideConf**](https://www.tideconf.example/)

### Europe
* 2026-09-07 - 2026-09-12 | Utrecht, NL | [CrabWeek](https://2026.crabweek.example/)
    * [**CrabWeek 2026**](https://2026.crabweek.example/)

### North America
* 2026-09-20 - 2026-09-22 | Hybrid (Portland, OR, US) | [TideConf](https://www.tideconf.example/)
    * [**TideConf**](https://www.tideconf.example/)
";

fn configure(folder: &Path, server: &Server, more: &str) {
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    let address = server.url("").replace("http://", "");
    let service = format!("[fetch]\nallow = [\"{address}\"]\nper-host-interval = \"0s\"\n");
    fs::write(folder.join("config/service.toml"), service).unwrap();
    let list = server.url("/{year}/rust.json");
    let sources = format!("[[source]]\nid = \"conferences\"\nurl = \"{list}\"\n\n{more}");
    fs::write(folder.join("config/sources/all.toml"), sources).unwrap();
}

/// What is printed, what is said beside it, and the exit code.
fn section(folder: &Path) -> (String, String, i32) {
    let now = "2026-09-02T09:00:00Z";
    let ran = program_in(folder, &["section", "--refresh", "--now", now]);
    (ran.out, ran.err, ran.code)
}

#[test]
fn a_list_of_this_year_prints_the_section_that_was_written_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    server.serve("/2026/rust.json", Answer::ok("application/json", LIST));
    configure(folder.path(), &server, "");
    let (out, err, code) = section(folder.path());
    assert!(out.contains(PRINTED), "{out}\n{err}");
    assert_eq!(out.matches("* [**").count(), 4, "{out}");
    assert_eq!(code, 0, "next year's list is not there yet: {err}");
    assert_eq!(server.asked("/2027/rust.json").len(), 1);
}

#[test]
fn a_list_of_neither_year_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    configure(folder.path(), &server, "");
    let (_, err, code) = section(folder.path());
    assert!(code != 0 && err.contains("404"), "{err}");
}

#[test]
fn a_failing_list_of_next_year_is_not_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    server.serve("/2026/rust.json", Answer::ok("application/json", LIST));
    server.serve("/2027/rust.json", Answer::status(500));
    configure(folder.path(), &server, "");
    let (_, err, code) = section(folder.path());
    assert!(code != 0 && err.contains("500"), "{err}");
}

#[test]
fn a_conference_in_a_list_on_its_page_and_in_an_issue_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    let page = r#"<title>TideConf</title><script type="application/ld+json">{"@context": "https://schema.org",
        "@type": "Event", "name": "TideConf 2026", "startDate": "2026-09-20", "endDate": "2026-09-22",
        "url": "https://www.tideconf.example/", "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": {"@type": "Place", "name": "Harbour Hall", "address": "1 Quay, Portland, OR, USA"}}</script>"#;
    let issue = "## Upcoming Events\n\n### North America\n\
        * 2026-09-20 - 2026-09-22 | Hybrid (Portland, OR, US) | [TideConf](https://www.tideconf.example/)\n    \
        * [**TideConf 2026**](https://www.tideconf.example/schedule/)\n\n### Europe\n\
        * 2026-09-07 - 2026-09-12 | Utrecht, NL | [CrabWeek](https://crabweek.example/)\n    \
        * [**CrabWeek**](https://crabweek.example/)\n";
    server.serve("/2026/rust.json", Answer::ok("application/json", LIST));
    server.serve("/tideconf", Answer::ok("text/html", page));
    server.serve("/issue.md", Answer::ok("text/markdown", issue));
    let more = format!(
        "[[source]]\nurl = \"{}\"\norganiser = \"TideConf\"\n\n[[source]]\nurl = \"{}\"\nplatform = \"section\"\n",
        server.url("/tideconf"),
        server.url("/issue.md"),
    );
    configure(folder.path(), &server, &more);
    let (out, err, code) = section(folder.path());
    assert_eq!(code, 0, "{err}");
    // A hybrid one stands online and on its continent.
    assert_eq!(
        out.matches("TideConf 2026").count(),
        2,
        "the organiser's own word counts: {out}"
    );
    assert_eq!(out.matches("| [CrabWeek]").count(), 1, "{out}");
    assert_eq!(out.matches("* [**").count(), 4, "{out}");
}
