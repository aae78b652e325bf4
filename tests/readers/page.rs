//! The reader of any document: which form it takes, what it reads of each, and what it says where there is none.

mod answers;
mod feeds;
mod markdown;

use super::{
    Listing, NaiveDate, Platform, Purpose, Reading, Tz, Unreadable, Way, day, floating, list, next,
    offset, page, problems, read_page, refused, titles, utc, zoned,
};
use rusty_events::facts::listing::{End, Status};

const URL: &str = "https://club.example/events/";

fn read(body: &str) -> Reading {
    list(Platform::Page, Way::Page, URL, body)
}

fn why_not(body: &str) -> String {
    refused(Platform::Page, Way::Page, URL, body).to_string()
}

fn form(reading: &Reading) -> &str {
    reading.read_as.as_deref().unwrap_or_default()
}

fn only(reading: &Reading) -> &Listing {
    assert_eq!(reading.listings.len(), 1, "{:?}", titles(reading));
    &reading.listings[0]
}

fn cities(listing: &Listing) -> Vec<&str> {
    let places = listing.locations.iter();
    places.filter_map(|place| place.city.as_deref()).collect()
}

#[test]
fn an_event_in_two_forms_is_read_once() {
    let reading = read(
        "<body class=h-event><div itemscope itemtype=\"https://schema.org/Event\"><h1 class=p-name itemprop=name>Rust \
         day</h1><time class=dt-start itemprop=startDate datetime=\"2026-09-12T10:00+02:00\">12 September</time></div>",
    );
    assert_eq!(only(&reading).title, "Rust day");
    assert_eq!(form(&reading), "schema.org");
}

#[test]
fn events_without_a_day_are_no_events_and_the_page_is_read_on() {
    let undated =
        "<div typeof=Event resource=m1><p>Reading <span property=name>A book</span></p></div>";
    let said = why_not(undated);
    assert!(said.contains("but none with a day"), "{said}");
    let dated = format!(
        "{undated}<div class=vevent><b class=summary>Hack night</b> <abbr class=dtstart title=2026-09-03>3 Sept</abbr></div>"
    );
    let reading = read(&dated);
    assert_eq!(titles(&reading), ["Hack night"]);
    assert_eq!(form(&reading), "microformats (h-event)");
}

#[test]
fn a_place_is_a_card_and_an_attendee_is_none() {
    let reading = read(
        "<div class=h-event><a class='p-name u-url' href=/2026>Camp</a> <time class=dt-start>2026-06-30</time> to <time \
         class=dt-end>2026-07-01</time> at <span class='p-location h-card'><a class='p-name u-url' \
         href=https://hall.example>The Hall</a>, <span class=p-locality>Portland</span>, <abbr class=p-region \
         title=Oregon>OR</abbr></span> <ul><li class='p-attendee h-card'><span class=p-name>Ada</span>, <span \
         class=p-locality>Paris</span></ul></div>",
    );
    let camp = only(&reading);
    assert_eq!(camp.title, "Camp");
    assert_eq!(camp.link.as_deref(), Some("https://club.example/2026"));
    assert_eq!(
        (camp.start, camp.end),
        (day("2026-06-30"), Some(End::At(day("2026-07-02"))))
    );
    assert_eq!(cities(camp), ["Portland"]);
    assert_eq!(camp.locations[0].venue.as_deref(), Some("The Hall"));
    assert_eq!(camp.locations[0].state.as_deref(), Some("Oregon"));
}

#[test]
fn a_date_and_its_hour_may_stand_in_pieces() {
    for (hour, start) in [
        ("07:30pm", "2026-09-03T19:30:00"),
        ("7:30 p.m.", "2026-09-03T19:30:00"),
        ("7am", "2026-09-03T07:00:00"),
        ("19:30:00", "2026-09-03T19:30:00"),
    ] {
        let reading = read(&format!(
            "<div class=vevent><span class=summary>Party</span> <p class=dtstart><span class=value>{hour} </span>on \
             <time class=value datetime=2026-09-03>3 September</time></p></div>"
        ));
        assert_eq!(only(&reading).start, floating(start), "{hour}");
    }
    let reading = read(
        "<div class=vevent><b class=summary>Night</b><abbr class=dtstart title='2026-09-03T22:00+02:00'>22</abbr>-<span \
         class=dtend>02:00</span></div>",
    );
    let end = Some(End::At(offset("2026-09-04T02:00:00+02:00")));
    assert_eq!(only(&reading).end, end);
}

#[test]
fn sessions_of_a_marked_conference_are_no_events() {
    let reading = read(
        "<main class=h-event><h1 class=p-name>Conf</h1><time class=dt-start datetime=2026-10-01>1</time><span \
         class=p-status>cancelled</span><div class=h-event><b class=p-name>Talk</b><time class=dt-start \
         datetime=2026-10-01T10:00>10</time></div></main>",
    );
    assert_eq!(only(&reading).title, "Conf");
    assert_eq!(only(&reading).start, day("2026-10-01"));
    assert_eq!(only(&reading).status, Status::Cancelled);
}

#[test]
fn data_inside_of_a_page_is_read() {
    let reading = read(
        "<script>var n = [1,2]; window.__STATE__ = {\"user\":{\"name\":\"x\",\"created\":\"2026-01-01\"},\"list\":[{\"title\":\
         \"Warm-up\",\"slug\":\"warm-up\",\"scheduling\":{\"config\":{\"startDate\":\"2026-09-12T17:00:00.000Z\",\
         \"endDate\":\"2026-09-12T19:00:00.000Z\",\"timeZoneId\":\"Europe/Madrid\"}},\"location\":{\"name\":\"Sala\",\
         \"fullAddress\":{\"city\":\"Girona\",\"country\":\"ES\"}}}]};</script>",
    );
    let found = only(&reading);
    assert_eq!(
        (found.start, found.zone),
        (utc("2026-09-12T17:00:00Z"), Some(Tz::Europe__Madrid))
    );
    assert_eq!(
        found.link.as_deref(),
        Some("https://club.example/event-details/warm-up")
    );
    assert_eq!(cities(found), ["Girona"]);
    assert!(
        form(&reading).ends_with("inside of the page"),
        "{}",
        form(&reading)
    );
}

#[test]
fn a_link_that_adds_an_event_to_a_calendar_states_it() {
    let google = "https://www.google.com/calendar/render?action=TEMPLATE&text=Rust%20%2317&dates=20260907T160000Z/20260907T180000Z&location=Library%2C%20Augsburg";
    let outlook = "https://outlook.live.com/owa/?rru=addevent&subject=Rust%20%2317&startdt=2026-09-07T16:00:00Z&enddt=2026-09-07T18:00:00Z";
    let reading = read(&format!(
        "<ul><li>07.09. <a href=17.html>Rust #17</a> <a href=\"{google}\">Google</a> <a href=\"{outlook}\">Outlook</a> \
         <li>09.10. <a href=\"https://calendar.google.com/calendar/r/eventedit?text=Rust+%2318&dates=20261009T190000/20261009T210000&ctz=Europe/Berlin\">add</a></ul>"
    ));
    assert_eq!(titles(&reading), ["Rust #17", "Rust #18"]);
    let first = &reading.listings[0];
    assert_eq!(
        first.link.as_deref(),
        Some("https://club.example/events/17.html")
    );
    assert_eq!(first.end, Some(End::At(utc("2026-09-07T18:00:00Z"))));
    assert_eq!(
        first.locations[0].address.as_deref(),
        Some("Library, Augsburg")
    );
    assert_eq!(
        reading.listings[1].start,
        zoned("2026-10-09T19:00:00", Tz::Europe__Berlin)
    );
    assert_eq!(reading.listings[1].link, None);
}

#[test]
fn calendars_that_a_page_links_to_are_asked_for() {
    let reading = read(
        "<link rel=alternate type=text/calendar href=/all><a href=17.ics>add</a> <a href=17.ics>again</a> <a \
         href=webcal://cal.example/x>subscribe</a> <a href=https://holidays.example/de.ics>holidays</a>",
    );
    let asked: Vec<&str> = next(&reading).into_iter().map(|(url, _)| url).collect();
    let expected = [
        "https://club.example/all",
        "https://club.example/events/17.ics",
        "https://cal.example/x",
    ];
    assert_eq!(asked, expected);
    assert_eq!(reading.entries, 3);
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:17@club.example\r\nDTSTART:20260907T160000Z\r\nSUMMARY:Rust #17\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let purpose = Purpose::Event {
        key: asked[1].to_owned(),
        mark: String::new(),
    };
    let read = read_page(
        Platform::Page,
        &page(asked[1], purpose, Way::Page, calendar),
    )
    .unwrap();
    assert_eq!(
        (only(&read).key.as_str(), only(&read).way),
        ("17@club.example", Way::Page)
    );
}

#[test]
fn marked_dates_of_a_page_about_events_are_theirs() {
    let card = |n: u32, date: &str| {
        format!(
            "<article class=post><h3><a href=/eventi/{n}/>Serata {n}</a> <time datetime={date}>x</time></h3><a rel=tag href=/tags/linux>linux</a></article>"
        )
    };
    let reading = list(
        Platform::Page,
        Way::Page,
        "https://lug.example/archivio/",
        format!(
            "<h1>LUG</h1>{}{}",
            card(1, "2026-03-12"),
            card(2, "2026-04-09")
        ),
    );
    assert_eq!(titles(&reading), ["Serata 1", "Serata 2"]);
    assert_eq!(reading.listings[0].start, day("2026-03-12"));
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://lug.example/eventi/1/")
    );
}

#[test]
fn a_marked_date_of_a_post_is_not_its_events() {
    let other_day = "<h1>Termine</h1><article><h3><a href=/termine/1/>Treffen</a></h3><time datetime=2026-02-01>1.2.</time><p>Am 15.02.2026 um 19 Uhr</p></article>";
    let marked = "<h1>Events</h1><article><h3><a href=/1/>Report</a></h3><time class=entry-date datetime=2026-02-01>x</time></article>";
    let blog = "<h1>News</h1><article><h3><a href=/news/1/>We moved</a></h3><time datetime=2026-02-01>x</time></article>";
    for page in [other_day, marked, blog] {
        let read = read_page(
            Platform::Page,
            &super::page(URL_OF_NEWS, Purpose::List, Way::Page, page),
        );
        let Ok(reading) = read else { continue };
        let first = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
        assert!(
            reading
                .listings
                .iter()
                .all(|listing| listing.start.date() != first),
            "{page}"
        );
    }
}

const URL_OF_NEWS: &str = "https://club.example/";

#[test]
fn a_pages_meta_elements_may_state_its_event() {
    let reading = read(
        "<title>x</title><meta property=og:title content='Rust &amp; Wein'><meta property=event:start_time \
         content=2026-09-12T19:00:00+02:00><meta property=event:location content='Wien'>",
    );
    assert_eq!(only(&reading).title, "Rust & Wein");
    assert_eq!(only(&reading).start, offset("2026-09-12T19:00:00+02:00"));
    assert_eq!(only(&reading).link.as_deref(), Some(URL));
}

#[test]
fn a_page_that_gives_nothing_says_why() {
    let script = "<script src=app.js></script>";
    for (page, says) in [
        (
            format!("{script}<h1>Termine</h1><p>Die Termine werden geladen ...</p>"),
            "needs a script",
        ),
        (format!("<div id=root></div>{script}"), "needs a script"),
        (
            format!("{script}<noscript>Please enable JavaScript.</noscript>"),
            "needs a script",
        ),
        (
            format!("<p>{}</p>", "We meet and talk about Rust. ".repeat(20)),
            "no date on this page",
        ),
    ] {
        let said = why_not(&page);
        assert!(said.contains(says), "{says}: {said}");
    }
    let Unreadable::Damaged(said) = refused(Platform::Page, Way::Page, URL, "{\"events\": [")
    else {
        panic!("no JSON was read");
    };
    assert!(said.contains("not valid JSON"), "{said}");
    assert!(problems(&read("{\"events\": []}")).is_empty());
}
