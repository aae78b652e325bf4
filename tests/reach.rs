//! A season of some sixty groups in every form that is read, over loopback and by the real program: what the section
//! prints, and what happens when a site is redesigned, an address moves, a pull request is merged, a group leaves its
//! platform, and a search finds other groups.

mod forms;
mod world;

use crate::loopback::Answer;
use serde_json::{Value, json};
use std::fs;
use world::{MONDAY, World, assert_same, printed};

#[test]
fn sixty_sources_in_every_form_print_a_right_section() {
    let world = World::new();
    assert!(world.groups.len() >= 50, "{}", world.groups.len());
    let ran = world.run(MONDAY, &["refresh"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_same(&world.section(MONDAY), &world.expected());
    // The day that the checked page does not name waits for an editor.
    let ran = world.run(MONDAY, &["section", "--issue", "2026-08-26"]);
    assert!(
        ran.err.contains("2026-09-17") && ran.err.contains("Crab Night"),
        "{}",
        ran.err
    );
    // Unchanged pages change nothing.
    world.run("2026-08-25T09:00:00Z", &["refresh"]);
    assert_same(&world.section(MONDAY), &world.expected());
}

#[test]
fn a_redesigned_page_is_a_failed_reading_and_its_last_good_events_stand() {
    let world = World::new();
    world.run(MONDAY, &["refresh"]);
    let of = |form: &str| {
        world
            .groups
            .iter()
            .find(|group| group.form == form)
            .unwrap()
    };
    let (page, data) = (of("rules"), of("json-rules"));
    let cards: String = page
        .evenings
        .iter()
        .map(|of| {
            let (day, link) = (of.day.format("%d.%m.%Y"), of.link.as_deref().unwrap());
            format!(
                "<div class=\"card\"><h2><a href=\"{link}\">{}</a></h2><span>{day}</span></div>",
                of.title
            )
        })
        .collect();
    world.serve(
        &format!("{}/termine/", page.host()),
        Answer::ok(
            "text/html",
            format!("<html lang=\"de\"><body>{cards}</body></html>"),
        ),
    );
    world.serve(
        &format!("{}/treffen.json", data.host()),
        Answer::ok(
            "application/json",
            "{\"meetings\":[{\"topic\":\"Traits\",\"on\":\"2026-09-02\"}]}",
        ),
    );
    let tuesday = "2026-08-25T09:00:00Z";
    let ran = world.run(tuesday, &["refresh"]);
    assert_eq!(
        ran.code, 0,
        "the last good events are of yesterday: {}",
        ran.err
    );
    let list = world.run(tuesday, &["source", "list"]).out;
    let state = |id: String| {
        let line = list
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{id} ")));
        line.unwrap_or_else(|| panic!("{id}: {list}")).to_owned()
    };
    let of_page = state(format!("rules/{}", page.number));
    assert!(
        of_page.contains("failed, last good events stand"),
        "{of_page}"
    );
    assert!(
        of_page.contains("rule item = \"article.event\" finds nothing on the page"),
        "{of_page}"
    );
    assert!(
        of_page.contains("days stand in"),
        "what the page has instead: {of_page}"
    );
    let of_data = state(format!("json-rules/{}", data.number));
    assert!(
        of_data.contains(
            "rule item = \"daten.treffen\" finds nothing; the document has the keys meetings"
        ),
        "{of_data}"
    );
    assert_same(&world.section(tuesday), &world.expected());
}

/// The candidate with this page, as `discover` prints it as JSON.
fn candidate(world: &World, now: &str, arguments: &[&str], page: &str) -> Value {
    let ran = world.run(now, &[&["discover", "--json"], arguments].concat());
    let all: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let found = all["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["page"] == page);
    found.unwrap_or_else(|| panic!("{page}: {all:#}")).clone()
}

/// Takes the entry of a source out of the configuration.
fn remove(world: &World, id: &str) {
    let path = world.path().join("config/sources/all.toml");
    let text = fs::read_to_string(&path).unwrap();
    let begin = text.find(&format!("\n[[source]]\nid = \"{id}\"")).unwrap();
    let rest = &text[begin + 1..];
    let end = rest.find("\n[[").map_or(text.len(), |end| begin + 1 + end);
    fs::write(&path, format!("{}{}", &text[..begin], &text[end..])).unwrap();
}

#[test]
fn an_address_that_moves_is_followed_and_its_new_place_is_a_candidate() {
    let world = World::new();
    world.run(MONDAY, &["refresh"]);
    let before = world.identities();
    let group = world.group_of("ics");
    let old = format!("{}/all.ics", group.host());
    let new = format!("https://calendars.example/{}.ics", group.number);
    world.serve(&old, Answer::status(301).header("Location", &new));
    world.serve(
        &format!("calendars.example/{}.ics", group.number),
        Answer::ok("text/calendar", forms::calendar(group)),
    );
    let tuesday = "2026-08-25T09:00:00Z";
    world.run(tuesday, &["refresh"]);
    assert_same(&world.section(tuesday), &world.expected());
    let moved = candidate(&world, tuesday, &[], &new);
    let id = format!("ics/{}", group.number);
    assert_eq!(
        moved["evidence"][0]["words"],
        format!("the address of {id} has moved there for good")
    );
    assert_eq!(moved["name"], group.name());
    // It is added, and the old entry goes.
    let ran = world.run(tuesday, &["discover", "add", moved["id"].as_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    remove(&world, &id);
    world.serve(&old, Answer::status(404));
    for now in [
        "2026-08-26T09:00:00Z",
        "2026-08-27T09:00:00Z",
        "2026-08-28T09:00:00Z",
    ] {
        world.run(now, &["refresh"]);
    }
    assert_same(&world.section("2026-08-28T09:00:00Z"), &world.expected());
    assert_eq!(world.identities(), before);
}

#[test]
fn a_group_that_leaves_its_site_for_a_platform_keeps_the_ids_of_its_events() {
    let world = World::new();
    world.run(MONDAY, &["refresh"]);
    let before = world.identities();
    let group = world.group_of("jsonld");
    world.serve(&format!("{}/events/", group.host()), Answer::status(410));
    world.serve(
        &format!("{}/", group.host()),
        Answer::ok(
            "text/html",
            "<html><body><p>We have moved to <a href=\"https://www.meetup.com/crab-club-moved/\">Meetup</a>.</p></body></html>",
        ),
    );
    let mut feed = forms::calendar(group);
    for (which, evening) in group.evenings.iter().enumerate() {
        let link = evening.link.as_deref().unwrap();
        feed = feed
            .replace(
                &format!("UID:{link}"),
                &format!("UID:event_31000000{which}@meetup.com"),
            )
            .replace(
                link,
                &format!("https://www.meetup.com/crab-club-moved/events/31000000{which}/"),
            );
    }
    world.serve(
        "www.meetup.com/crab-club-moved/events/ical/",
        Answer::ok("text/calendar", feed),
    );
    for now in ["2026-08-25T09:00:00Z", "2026-08-25T21:00:00Z"] {
        world.run(now, &["refresh"]);
    }
    let page = "https://www.meetup.com/crab-club-moved";
    let tuesday = "2026-08-25T22:00:00Z";
    let moved = candidate(&world, tuesday, &["--refresh"], page);
    let id = format!("jsonld/{}", group.number);
    assert_eq!(
        moved["evidence"][0]["words"],
        format!("its page says \"We have moved to Meetup.\" ({id})")
    );
    assert_same(&world.section(tuesday), &world.expected());
    let ran = world.run(tuesday, &["discover", "add", moved["id"].as_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("replaces = [{ url = "), "{}", ran.out);
    remove(&world, &id);
    for now in [
        "2026-08-26T09:00:00Z",
        "2026-08-27T09:00:00Z",
        "2026-08-28T09:00:00Z",
    ] {
        world.run(now, &["refresh"]);
    }
    let section = world.section("2026-08-28T09:00:00Z");
    assert_eq!(
        section.len(),
        world.expected().len(),
        "no evening stands twice: {section:#?}"
    );
    let ids = world.identities();
    for evening in &group.evenings {
        assert_eq!(
            ids.get(&evening.title),
            before.get(&evening.title),
            "{}",
            evening.title
        );
    }
    assert_eq!(ids.len(), before.len());
}

#[test]
fn a_pull_request_is_new_then_merged_then_covered() {
    let world = World::new();
    world.run(MONDAY, &["refresh"]);
    let row = "* 2026-09-12 | Villach, AT | [Crab Villach](https://www.meetup.com/crab-villach)\n    * [**Pinning**](https://www.meetup.com/crab-villach/events/320000001/)\n";
    let added: String = row.lines().map(|line| format!("+{line}\n")).collect();
    let pull = json!({
        "number": 7, "title": "Add Villach", "state": "open", "html_url": "https://github.com/crabs/newsletter/pull/7",
        "user": {"login": "ferris"}, "head": {"sha": "aaa"}, "updated_at": "2026-08-20T10:00:00Z",
    });
    world.serve_pulls(&[pull]);
    let files = json!([{
        "filename": "draft/2026-08-26-this-week.md", "status": "modified",
        "patch": format!("@@ -20,2 +20,4 @@ Rusty Events between 2026-08-26 - 2026-09-23\n \n ### Europe\n{added}"),
    }]);
    world.serve(
        "api.github.com/repos/crabs/newsletter/pulls/7/files?per_page=100",
        Answer::ok("application/json", files.to_string()),
    );
    let ran = world.run(MONDAY, &["pulls", "--refresh"]);
    assert!(
        ran.out.contains("2026-09-12 Pinning") && ran.out.contains("new: goes under Europe"),
        "{}",
        ran.out
    );
    let page = "https://www.meetup.com/crab-villach";
    let sent = candidate(&world, MONDAY, &[], page);
    assert_eq!(
        sent["evidence"][0]["words"],
        "ferris sent 1 event with pull request 7 (Add Villach)"
    );
    // Merged: the row stands in the draft, and stays when that is brought up to date.
    world.serve_pulls(&[]);
    let draft = format!(
        "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{row}\n## Jobs\n"
    );
    let path = world.path().join("2026-08-26-this-week.md");
    fs::write(&path, draft).unwrap();
    let ran = world.run(MONDAY, &["update", "2026-08-26-this-week.md", "--refresh"]);
    assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(row), "{text}");
    let all = world.expected().len() + 1;
    assert_eq!(printed(&text).len(), all, "{text}");
    let typed = candidate(&world, MONDAY, &[], page);
    let words: Vec<&Value> = typed["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| &of["kind"])
        .collect();
    assert_eq!(words, ["by-hand", "pull-request"]);
    // Its group is added: the row that was typed and the event of the feed are one.
    world.serve(
        "www.meetup.com/crab-villach/events/ical/",
        Answer::ok(
            "text/calendar",
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:event_320000001@meetup.com\r\nSUMMARY:Pinning\r\n\
             DTSTART:20260912T170000Z\r\nDTEND:20260912T190000Z\r\nLOCATION:Hall\\, Villach\\, Austria\r\n\
             URL:https://www.meetup.com/crab-villach/events/320000001/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
    );
    let ran = world.run(MONDAY, &["discover", "add", typed["id"].as_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    world.run(
        "2026-08-25T09:00:00Z",
        &["update", "2026-08-26-this-week.md", "--refresh"],
    );
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(printed(&text).len(), all, "one row for it: {text}");
    assert_eq!(
        text.matches("crab-villach/events/320000001").count(),
        1,
        "{text}"
    );
}

#[test]
fn a_search_full_of_other_groups_adds_no_row() {
    let world = World::new();
    let search = "[[search]]\nurl = \"https://search.example/?q={words}\"\nwords = [\"rust\"]\n";
    fs::write(world.path().join("config/sources/searches.toml"), search).unwrap();
    let events: Vec<Value> = (0..40)
        .map(|number| {
            json!({
                "@context": "https://schema.org", "@type": "Event", "name": format!("Pottery {number}"),
                "startDate": format!("2026-09-{:02}T18:00:00+02:00", 1 + number % 20),
                "location": {"@type": "Place", "name": "Hall", "address": {"@type": "PostalAddress", "addressLocality": "Vienna", "addressCountry": "AT"}},
                "url": format!("https://www.meetup.com/pottery-{number}/events/3300000{number:02}/"),
                "organizer": {"@type": "Organization", "name": format!("Pottery {number}"), "url": format!("https://www.meetup.com/pottery-{number}/")},
            })
        })
        .collect();
    let body = format!(
        "<script type=\"application/ld+json\">{}</script>",
        Value::from(events)
    );
    world.serve("search.example/?q=rust", Answer::ok("text/html", body));
    world.run(MONDAY, &["refresh"]);
    let ran = world.run(MONDAY, &["discover", "--refresh"]);
    assert!(!ran.out.contains("Pottery"), "{}", ran.out);
    assert!(ran.err.contains("40 more are not shown"), "{}", ran.err);
    world.run("2026-08-25T09:00:00Z", &["refresh"]);
    assert_same(&world.section(MONDAY), &world.expected());
}

/// Real pages (corpus: `pages/`), each a source of its own beside the sixty.
#[test]
fn real_pages_beside_them_are_read_or_say_why_not() {
    let Some(folder) = crate::corpus().map(|folder| folder.join("pages")) else {
        return;
    };
    let world = World::new();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "INDEX.tsv" && name != "README.md" && !name.contains("pulls"))
        .collect();
    names.sort();
    let mut sources = String::new();
    for (number, name) in names.iter().enumerate() {
        let kind = match name.rsplit('.').next() {
            Some("json") => "application/json",
            Some("xml") => "application/xml",
            Some("md") => "text/markdown",
            _ => "text/html",
        };
        let body = fs::read(folder.join(name)).unwrap();
        world.serve(
            &format!("page-{number}.example/{name}"),
            Answer::ok(kind, body),
        );
        sources.push_str(&format!(
            "[[source]]\nid = \"real/{number}\"\nurl = \"https://page-{number}.example/{name}\"\nplatform = \"page\"\norganiser = \"Real {number}\"\n\
             organiser-url = \"https://page-{number}.example/\"\nplace = \"Linz, AT\"\nmode = \"in-person\"\n"
        ));
    }
    fs::write(world.path().join("config/sources/real.toml"), sources).unwrap();
    world.run(MONDAY, &["refresh"]);
    let list = world.run(MONDAY, &["source", "list", "--json"]).out;
    let list: Value = serde_json::from_str(&list).unwrap();
    let real: Vec<&Value> = list["sources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|of| of["id"].as_str().unwrap().starts_with("real/"))
        .collect();
    assert_eq!(real.len(), names.len());
    let failed: Vec<&&Value> = real.iter().filter(|of| of["failures"] != 0).collect();
    for source in &failed {
        assert!(
            source["error"].as_str().is_some_and(|why| why.len() > 20),
            "{source:#}"
        );
    }
    eprintln!(
        "{} of {} real pages are read",
        real.len() - failed.len(),
        real.len()
    );
    assert!(
        (real.len() - failed.len()) * 5 >= real.len() * 4,
        "{failed:#?}"
    );
    // The rows of the sixty are there beside whatever those say.
    let section = world.section(MONDAY);
    assert!(section.is_superset(&world.expected()));
}
