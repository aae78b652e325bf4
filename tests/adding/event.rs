//! `event add`.

use super::{World, file, script};
use crate::{Ran, program};
use rusty_events::config;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Handwritten};
use std::fs;

const URL: &str = "https://conf.example/2026/";
const AT: &str = "/conf.example/2026/";

/// Runs `event add`, and looks after what it must never touch.
fn add(world: &World, url: &str) -> Ran {
    let mut before = world.files();
    let ran = world.run(&["event", "add", url]);
    let mut after = world.files();
    let manual = world.config().join("sources/manual.toml");
    let manual = manual.display().to_string();
    let old = before.remove(&manual).unwrap_or_default();
    if let Some(new) = after.remove(&manual) {
        assert!(new.starts_with(&old), "what stood there stands there");
    }
    assert_eq!(after, before, "no other file is touched");
    ran
}

fn events(world: &World) -> Vec<Handwritten> {
    let configuration =
        config::read(world.config()).unwrap_or_else(|problems| panic!("{problems}"));
    let mut events = Vec::new();
    for source in configuration.sources {
        if let Address::Inline(inline) = source.address {
            events.extend(inline);
        }
    }
    events
}

fn event(json: &str) -> String {
    script(&format!("{{\"@type\":\"Event\",{json}}}"))
}

const WHOLE: &str = r#""name":"Ferris Conf","startDate":"2026-09-08","endDate":"2026-09-10","eventAttendanceMode":"https://schema.org/MixedEventAttendanceMode","location":[{"@type":"Place","name":"Hall","address":{"addressLocality":"Montreal","addressRegion":"QC","addressCountry":"CA"}},{"@type":"VirtualLocation","url":"https://live.example/"}],"organizer":{"name":"Ferris Conf","url":"https://conf.example/"}"#;

#[test]
fn an_event_is_appended_and_its_rows_are_printed() {
    let world = World::new();
    let old = "# by hand\r\n\n[[event]]\ntitle = \"Old\"\nstart = \"2026-01-01\"\n# no line end";
    world.write("sources/manual.toml", old);
    world.page(&format!("{AT}?utm_source=x"), &event(WHOLE));
    let ran = add(&world, &format!("{URL}?utm_source=x"));
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert_eq!(
        world.text("sources/manual.toml"),
        format!(
            "{old}\n\n[[event]]\ntitle = \"Ferris Conf\"\nstart = \"2026-09-08\"\nend = \"2026-09-10\"\nplace = \"Montréal, QC, CA\"\nmode = \"hybrid\"\norganiser = \"Ferris Conf\"\norganiser-url = \"https://conf.example/\"\nlink = \"{URL}\"\n"
        )
    );
    let written = &events(&world)[1];
    assert_eq!(written.line, 8);
    assert_eq!(written.mode, Some(Mode::Hybrid));
    assert_eq!(
        ran.out,
        "* 2026-09-08 - 2026-09-10 | Hybrid (Montréal, QC, CA) | [Ferris Conf](https://conf.example/)\n    * [**Ferris Conf**](https://conf.example/2026/)\n"
    );
    assert!(ran.err.contains("/sources/manual.toml:8\n"), "{}", ran.err);
}

#[test]
fn the_file_and_its_folder_are_made_if_they_are_not_there() {
    let world = World::new();
    world.page(AT, &event(WHOLE));
    assert_eq!(add(&world, URL).code, 0);
    assert!(world.text("sources/manual.toml").starts_with("[[event]]\n"));
}

#[test]
fn times_are_those_of_the_place() {
    let world = World::new();
    world.page(
        AT,
        &event(
            r#""name":"Evening","startDate":"2026-08-27T17:00:01Z","endDate":"2026-08-27T19:30:00Z","location":{"address":"Rungestraße 20, 10179 Berlin, Germany"},"organizer":"Rust Spree""#,
        ),
    );
    assert_eq!(add(&world, URL).code, 0);
    let text = world.text("sources/manual.toml");
    assert!(
        text.contains("start = \"2026-08-27T19:00\"\nend = \"2026-08-27T21:30\"\n"),
        "{text}"
    );
    assert!(!text.contains("\nzone"), "{text}");
    assert!(text.contains("\n# organiser-url = "), "{text}");
}

#[test]
fn an_online_event_names_its_zone() {
    let world = World::new();
    world.page(
        AT,
        &event(
            r#""name":"Call","startDate":"2026-08-27T19:00:00+02:00","location":{"@type":"VirtualLocation","url":"https://live.example/"},"organizer":"Rust Spree""#,
        ),
    );
    let ran = add(&world, URL);
    assert_eq!(ran.code, 0, "no place is needed: {}", ran.err);
    let written = events(&world).remove(0);
    assert_eq!(written.zone.unwrap().name(), "Etc/GMT-2");
    assert_eq!(written.mode, Some(Mode::Virtual));
}

#[test]
fn a_page_of_meetup_is_read_by_who_knows_it() {
    let world = World::new();
    world.write(
        "sources/meetup.toml",
        "[[source]]\nurl = \"https://www.meetup.com/rust-example/\"\norganiser = \"Rust Beispiel\"\nplace = \"Berlin, DE\"\n",
    );
    world.page(
        "/www.meetup.com/rust-example/events/310000001/",
        &file("meetup/event.html").replace("NEXT", ""),
    );
    let ran = add(
        &world,
        "https://www.meetup.com/de-DE/rust-example/events/310000001/?eventOrigin=x",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let written = events(&world).remove(0);
    assert_eq!(written.title, "Hack & Learn, August");
    assert_eq!(written.place, Some(Place::parse("Berlin, DE").unwrap()));
    assert_eq!(
        written.organiser.unwrap().name,
        "Rust Beispiel",
        "as it is printed"
    );
    assert_eq!(
        written.link.unwrap().as_str(),
        "https://www.meetup.com/rust-example/events/310000001/"
    );
    assert!(
        ran.err.contains("note: source meetup/rust-example reads"),
        "{}",
        ran.err
    );
}

#[test]
fn what_the_page_does_not_tell_is_left_to_be_filled_in() {
    let world = World::new();
    world.page(
        AT,
        &event(r#""name":"Evening","startDate":"2026-08-27T19:00:00+02:00","location":"the usual place""#),
    );
    let ran = add(&world, URL);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let text = world.text("sources/manual.toml");
    for line in [
        "# place = \"City, ??\"  # the page says \"the usual place\"\n",
        "# organiser = \"…\"  # the page names none\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for said in ["to be filled in: place", "to be filled in: organiser"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(
        events(&world).len(),
        1,
        "the configuration is right all the same"
    );
}

#[test]
fn without_a_title_or_a_zone_the_whole_entry_is_a_comment() {
    for (json, missing) in [
        (
            r#""name":" ","startDate":"2026-08-27T19:00:00+02:00","location":"Berlin, Germany""#,
            "# title = \"…\"  # the page has none\n",
        ),
        (
            r#""name":"Evening","startDate":"2026-08-27T19:00","location":"somewhere""#,
            "# zone = \"Area/City\"  # the page",
        ),
    ] {
        let world = World::new();
        world.page(AT, &event(json));
        let ran = add(&world, URL);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
        let text = world.text("sources/manual.toml");
        assert!(
            text.starts_with("# [[event]]\n") && text.contains(missing),
            "{text}"
        );
        assert!(text.contains("# start = \"2026-08-27T19:00\"\n"), "{text}");
        assert!(text.lines().all(|line| line.starts_with("# ")), "{text}");
        assert_eq!(events(&world), []);
    }
}

#[test]
fn an_event_is_not_written_twice() {
    let world = World::new();
    world.write(
        "sources/conferences.toml",
        "[[event]]\ntitle = \"Otherwise named\"\nstart = 2026-09-08\nlink = \"http://conf.example/2026/\"\n",
    );
    world.page(AT, &event(WHOLE));
    let before = world.files();
    let ran = add(&world, URL);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("/sources/conferences.toml:1, with the same link"),
        "{}",
        ran.err
    );
    assert_eq!(world.files(), before);
    // On another day it is another event.
    world.page(AT, &event(&WHOLE.replace("2026-09-08", "2026-09-09")));
    assert_eq!(add(&world, URL).code, 0);
    assert_eq!(add(&world, URL).code, 1);
}

#[test]
fn of_several_events_the_page_s_own_is_taken_and_of_its_dates_the_next() {
    let world = World::new();
    let one = |name: &str, day: &str, url: &str| {
        format!(
            r#"{{"@type":"Event","name":"{name}","startDate":"{day}","url":"{url}","location":"Berlin, Germany","organizer":"Rust Spree"}}"#
        )
    };
    let events_on_page = [
        one("other", "2026-08-20", "/other"),
        one("past", "2026-08-18", URL),
        one("later", "2026-10-18", URL),
        one("next", "2026-09-18", URL),
    ];
    world.page(AT, &script(&format!("[{}]", events_on_page.join(","))));
    let ran = add(&world, URL);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(events(&world)[0].title, "next");
    assert!(
        ran.err.contains("2 more events under the same address"),
        "{}",
        ran.err
    );

    let list = [one("a", "2026-08-20", "/a"), one("b", "2026-08-21", "/b")];
    world.page(
        "/conf.example/all",
        &script(&format!("[{}]", list.join(","))),
    );
    let ran = add(&world, "https://conf.example/all");
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("source add https://conf.example/all"),
        "{}",
        ran.err
    );
}

#[test]
fn if_the_configuration_would_be_wrong_the_file_is_put_back() {
    let world = World::new();
    world.write(
        "sources/other.toml",
        "[[source]]\nid = \"x\"\nurl = \"https://a.example/f.ics\"\n",
    );
    world.page(AT, &event(&WHOLE.replace("2026-09", "2101-09")));
    for old in [None, Some("# mine\n")] {
        if let Some(old) = old {
            world.write("sources/manual.toml", old);
        }
        let before = world.files();
        let ran = add(&world, URL);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains("2101"), "{}", ran.err);
        assert_eq!(world.files(), before);
    }

    // Nothing is left of a folder that was made for it.
    fs::remove_dir_all(world.config().join("sources")).unwrap();
    assert_eq!(add(&world, URL).code, 1);
    assert!(!world.config().join("sources").exists());
}

#[test]
fn what_cannot_be_read_or_written_is_refused() {
    let world = World::new();
    world.page(AT, "<title>Sold out</title>");
    let before = world.files();
    for (url, code, said) in [
        (URL, 1, "Sold out"),
        ("https://gone.example/", 1, "http: "),
        ("conf.example/2026", 2, "in full"),
        ("http://127.0.0.1:9/x", 2, "allow"),
    ] {
        let ran = add(&world, url);
        assert_eq!(ran.code, code, "{url}: {}", ran.err);
        assert!(ran.err.contains(said), "{url}: {}", ran.err);
    }
    assert_eq!(world.files(), before);

    let ran = program(&["event", "add", URL]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--config"), "{}", ran.err);
}

#[test]
fn whatever_an_event_says_the_file_stays_valid() {
    for text in [
        "a \"quoted\" name \\ with slashes",
        "two\nlines\r\n[[event]]\ntitle = \"x\"",
        "controls \u{1}\u{7f}\u{85} and \u{202e}marks\u{2066}",
        "''' \"\"\" #",
    ] {
        let world = World::new();
        let text = serde_json::to_string(text).unwrap();
        world.page(
            AT,
            &event(&format!(
                r#""name":{text},"startDate":"2026-08-27T19:00:00+02:00","location":{text},"organizer":{text}"#
            )),
        );
        let ran = add(&world, URL);
        assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
        assert_eq!(
            events(&world).len(),
            1,
            "{}",
            world.text("sources/manual.toml")
        );
    }
}

#[test]
fn its_rows_are_put_into_a_draft_and_all_else_of_it_stays() {
    let world = World::new();
    // Another event, over a row that people wrote: neither comes in, neither is mended.
    world.write(
        "sources/manual.toml",
        "[[event]]\ntitle = \"Other\"\nstart = \"2026-09-01\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\norganiser = \"Rust Spree\"\nlink = \"https://spree.example/\"\n",
    );
    let section = |virtually: &str, america: &str| {
        format!(
            "Date: 2026-08-19\n\n# Some issue\n\n## Upcoming Events\n\nRusty Events between 2026-08-19 - 2026-09-16 🦀\n\n### Virtual\n{virtually}* 2026-09-20 | Virtual (berlin, DE) | [Spree](https://www.meetup.com/spree/events/)\n    * [**Written by hand**](https://hand.example/)\n\n{america}## Jobs\n"
        )
    };
    let draft = section("", "");
    world.write("drafts/next.md", &draft);
    world.page(AT, &event(WHOLE));
    let path = world.config().join("drafts/next.md");
    let path = path.to_str().unwrap();
    let ran = world.run(&["event", "add", URL, "--update", path]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("its rows were added"), "{}", ran.err);
    let row = "* 2026-09-08 - 2026-09-10 | Hybrid (Montréal, QC, CA) | [Ferris Conf](https://conf.example/)\n    * [**Ferris Conf**](https://conf.example/2026/)\n";
    let america = format!("### North America\n{row}\n");
    assert_eq!(world.text("drafts/next.md"), section(row, &america));
    // The weekly job knows the rows for the event's.
    let again = world.run(&["update", path, "--only", "new,changed,moved,cancelled"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let updated = world.text("drafts/next.md");
    assert_eq!(updated.matches("[**Ferris Conf**]").count(), 2, "{updated}");
    assert!(updated.contains("[**Other**]"), "{updated}");
}

#[test]
fn a_draft_that_cannot_be_read_is_reported_before_the_event_is_written() {
    let world = World::new();
    world.page(AT, &event(WHOLE));
    world.write("drafts/empty.md", "");
    for draft in ["drafts/empty.md", "drafts/none.md"] {
        let path = world.config().join(draft).display().to_string();
        let before = world.files();
        let ran = world.run(&["event", "add", URL, "--update", &path]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains(draft), "{}", ran.err);
        assert_eq!(world.files(), before);
    }
    assert!(world.asked().is_empty());
}
