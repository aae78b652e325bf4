//! An editor's page on an event that its source no longer lists.

use super::editing::asked;
use super::{NOW, Served, set_password};
use crate::program_in;
use std::fs;

#[test]
fn an_editor_answers_that_an_event_takes_place_although_no_source_lists_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::create_dir(config.join("nowhere")).unwrap();
    let mirrors = "[fetch.mirrors]\n\"https://\" = \"nowhere\"\n";
    fs::write(config.join("service.toml"), mirrors).unwrap();
    let source = "[[source]]\nid = \"club\"\nurl = \"club.ics\"\nplatform = \"ics\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n";
    fs::write(config.join("sources/club.toml"), source).unwrap();
    let lists = |numbers: &[u32]| {
        let events = numbers.iter().fold(String::new(), |text, number| {
            text + &format!("BEGIN:VEVENT\r\nUID:{number}\r\nDTSTART;TZID=Europe/Berlin:202411{number}T190000\r\nSUMMARY:Evening of the {number}th\r\nURL:https://club.example/{number}\r\nEND:VEVENT\r\n")
        });
        let calendar = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//club//EN\r\n{events}END:VCALENDAR\r\n"
        );
        fs::write(config.join("club.ics"), calendar).unwrap();
    };
    let run = |now: &str, arguments: &[&str]| {
        let on = [
            "--config",
            "config",
            "--database",
            "events.db",
            "--now",
            now,
        ];
        let ran = program_in(folder.path(), &[&on[..], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    lists(&[14, 15, 16]);
    run("2024-11-01T09:00:00Z", &["refresh"]);
    let link = "https://club.example/15";
    run(
        "2024-11-01T10:00:00Z",
        &["decide", "show", link, "--reason", "r"],
    );
    lists(&[14, 16]);
    run("2024-11-02T09:00:00Z", &["refresh"]);
    run("2024-11-04T09:00:00Z", &["refresh"]);
    let title = "Evening of the 15th";
    assert!(!run(NOW, &["section"]).contains(title));
    set_password(folder.path(), "ann", super::PASSWORD);

    let served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let cookie = served.login();
    let (asked_of, answers) = asked(&served, &cookie, "/section").unwrap();
    assert_eq!(asked_of, title);
    let words = "It takes place all the same: print it";
    let answer = answers.iter().find(|(said, ..)| said == words);
    let (_, effect, fields) = answer.unwrap_or_else(|| panic!("{answers:?}"));
    assert!(
        effect.starts_with("Prints this row under Europe") && effect.contains(title),
        "{effect}"
    );
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .collect();
    let done = served.post("/decisions", Some(&cookie), &fields);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(served.get("/section.md").text().contains(title));
    assert!(
        asked(&served, &cookie, "/section").is_none(),
        "it is settled"
    );
}
