//! What `source add` refuses, and what it says then.

use super::source::{add, pasted};
use super::{World, script};

#[test]
fn where_nothing_is_found_it_is_said_what_was_tried_and_what_to_do() {
    let world = World::new();
    world.page(
        "/rust.example/",
        "<title>Soon</title><a href='/about'>us</a>",
    );
    let ran = add(&world, "https://rust.example/");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains("links to no known calendar"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains(" event add URL`"), "{}", ran.err);

    world.page(
        "/rust.example/",
        "<a href='webcal://rust.example/feed'>x</a><a href='https://www.meetup.com/gone/'>y</a>",
    );
    world.page("/rust.example/feed", "<title>Sign in</title>");
    let ran = add(&world, "https://rust.example/");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    for said in [
        "https://rust.example/feed (the page links to it): parse: ",
        "Sign in",
        "https://www.meetup.com/gone/",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }

    let ran = add(&world, "https://gone.example/");
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("https://gone.example/: http: "),
        "{}",
        ran.err
    );
}

#[test]
fn what_no_source_can_be_is_refused_before_anybody_is_asked() {
    let world = World::new();
    for (url, code, said) in [
        ("rust.example", 2, "https://"),
        ("ftp://rust.example/x.ics", 2, "scheme"),
        ("http://127.0.0.1:9/feed.ics", 2, "allow"),
        ("https://user:secret@rust.example/", 2, "password"),
        (
            "https://calendar.google.com/calendar/ical/a%40b.example/private-0123/basic.ics",
            2,
            "secret",
        ),
        (
            "https://api2.luma.com/ics/get?entity=user&id=icssk-0123",
            2,
            "secret",
        ),
        (
            "https://www.eventbrite.de/e/rust-tickets-123",
            1,
            "event add",
        ),
    ] {
        let ran = add(&world, url);
        assert_eq!(ran.code, code, "{url}: {}", ran.err);
        assert!(ran.err.contains(said), "{url}: {}", ran.err);
        assert!(!ran.err.contains("0123") && !ran.err.contains("user:secret"));
    }
    assert_eq!(world.asked().len(), 0);
}

#[test]
fn a_hostile_page_causes_no_further_request() {
    let world = World::new();
    let canary = crate::loopback::start();
    world.write(
        "service.toml",
        &format!(
            "{}\n\"https://public.example\" = \"{}\"\n",
            world.text("service.toml").replace(
                "[fetch]\n",
                &format!("[fetch]\nallow = [\"{}\"]\n", canary.address())
            ),
            world.web.url("")
        ),
    );
    let mut page = format!(
        "<title>\u{202e}a\"\\\n[[source]]</title><a href='{}'>allowed, but not for pages</a>",
        canary.url("/feed.ics")
    );
    for href in [
        "javascript:alert(1)//.ics",
        "data:text/calendar,BEGIN:VCALENDAR",
        "file:///etc/passwd.ics",
        "http://169.254.169.254/latest.ics",
        "webcal://[::1]/feed.ics",
        "https://a:b@rust.example/feed.ics",
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F127.0.0.1%2Ffeed.ics",
        "https://calendar.google.com/calendar/ical/x%40y.example/private-1/basic.ics",
    ] {
        page.push_str(&format!("<a type='text/calendar' href='{href}'>x</a>"));
    }
    for number in 0..2_000 {
        page.push_str(&format!(
            "<a href='https://host{number}.example/?ical=1'>x</a>"
        ));
    }
    page.push_str(&"<div><a href='".repeat(10_000));
    world.page("/evil.example/", &page);
    let ran = add(&world, "https://evil.example/");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert_eq!(canary.connections(), 0);
    let asked = world.asked();
    let (robots, others): (Vec<_>, Vec<_>) =
        asked.iter().partition(|path| path.ends_with("/robots.txt"));
    assert_eq!(robots[0], "/evil.example/robots.txt");
    assert!(robots.len() <= others.len(), "{asked:?}");
    assert_eq!(others.len(), 6, "the page and five candidates: {asked:?}");
    assert!(ran.err.lines().count() < 30, "{}", ran.err);
}

#[test]
fn whatever_a_page_is_called_its_entry_is_valid() {
    for name in [
        "a \"quoted\" name \\ with slashes",
        "two\nlines\r\n[[source]]\nurl = \"x\"",
        "# no comment",
        "controls \u{1}\u{7f}\u{85} and \u{202e}marks\u{2066}",
        "''' \"\"\"",
        "Ünïcødé 🦀",
    ] {
        let world = World::new();
        let name = serde_json::to_string(name).unwrap();
        let event = format!(
            r#"{{"@type":"Event","name":{name},"startDate":"2026-08-27T19:00+02:00","url":"/x","location":{name},"organizer":{{"name":{name}}}}}"#
        );
        world.page("/rust.example/", &script(&event));
        let ran = add(&world, "https://rust.example/");
        assert!(matches!(ran.code, 0 | 3), "{}\n{}", ran.out, ran.err);
        let source = pasted(&world, &ran);
        assert!(source.organiser.is_some(), "{}", ran.out);
        assert_eq!(ran.out.matches("\n[[source]]").count(), 0, "{}", ran.out);
    }
}

#[test]
fn the_set_up_that_is_compiled_in_is_no_place_to_add_to() {
    let folder = tempfile::tempdir().unwrap();
    let ran = crate::program_in(
        folder.path(),
        &["source", "add", "https://www.meetup.com/bcnrust/"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("(config/sources/meetup.toml:"),
        "{}",
        ran.out
    );
}
