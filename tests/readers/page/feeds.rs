//! Feeds that announce events, and the schedules of conferences.

use super::{End, day, floating, form, offset, only, problems, read, titles, why_not};

fn rss(namespaces: &str, items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" {namespaces}><channel><title>Club</title>{items}</channel></rss>"
    )
}

fn post(n: u32, date: &str, path: &str) -> String {
    format!(
        "<item><title>Meetup #{n}</title><link>https://club.example/{path}/{n}/</link><pubDate>{date}</pubDate><description/></item>"
    )
}

#[test]
fn an_element_of_its_own_says_when_the_event_is() {
    for (start, end) in [
        (
            "<ev:start_date>2026-09-12 19:30:00</ev:start_date>",
            "<ev:end_date>2026-09-12 21:00:00</ev:end_date>",
        ),
        (
            "<mec:startDate>2026-09-12</mec:startDate><mec:startHour>7:30 pm</mec:startHour>",
            "<mec:endDate>2026-09-12</mec:endDate><mec:endHour>9:00 pm</mec:endHour>",
        ),
        (
            "<x:dtStart><![CDATA[2026-09-12T19:30:00]]></x:dtStart>",
            "<x:dtEnd>2026-09-12T21:00:00</x:dtEnd>",
        ),
        (
            "<gd:when startTime='2026-09-12T19:30:00' endTime='2026-09-12T21:00:00'/>",
            "",
        ),
    ] {
        let reading = read(&rss(
            "xmlns:ev=\"https://club.example\"",
            &format!(
                "<item><title>Sh&#8217;ma &#038; friends</title><link>/event/1</link><pubDate>Wed, 22 Apr 2026 06:35:25 +0000</pubDate><description><![CDATA[Doors <b>6:30</b>]]></description>{start}{end}<ev:location>-</ev:location></item>"
            ),
        ));
        let found = only(&reading);
        assert_eq!(found.title, "Sh’ma & friends");
        assert_eq!(
            (found.start, found.end),
            (
                floating("2026-09-12T19:30:00"),
                Some(End::At(floating("2026-09-12T21:00:00")))
            ),
            "{start}"
        );
        assert_eq!(found.link.as_deref(), Some("https://club.example/event/1"));
        assert!(found.locations.is_empty());
    }
}

#[test]
fn the_moment_of_saving_is_no_start() {
    let item = |title: &str, start: &str| {
        format!("<item><title>{title}</title><e:start>{start}</e:start></item>")
    };
    let reading = read(&rss(
        "",
        &(item("Good", "2026-09-12 19:30:00") + &item("Left over", "2026-07-10 01:13:16")),
    ));
    assert_eq!(titles(&reading), ["Good"]);
    assert_eq!((reading.entries, reading.whole), (2, false));
    assert!(
        problems(&reading)[0].contains("saved"),
        "{:?}",
        problems(&reading)
    );
}

#[test]
fn the_date_of_a_post_is_its_events_only_where_there_is_evidence() {
    let ahead = rss(
        "",
        &(post(65, "Wed, 30 Sep 2026 18:00:00 +0200", "p")
            + &post(64, "Wed, 27 Nov 2024 00:00:00 +0000", "p")),
    );
    let reading = read(&ahead);
    assert_eq!(
        reading.listings[0].start,
        offset("2026-09-30T18:00:00+02:00")
    );
    assert_eq!(reading.listings[1].start, day("2024-11-27"));
    assert!(form(&reading).contains("future"), "{}", form(&reading));

    let months = ["Jan", "Feb", "Mar", "Apr", "May"];
    let tuesdays = [27, 24, 24, 28, 26];
    let days = months.iter().zip(tuesdays);
    let rhythm: String = days
        .clone()
        .map(|(month, day)| {
            post(
                day,
                &format!("Tue, {day} {month} 2026 00:00:00 +0000"),
                "meetups",
            )
        })
        .collect();
    assert!(form(&read(&rss("", &rhythm))).contains("rhythm"));
    // The same days below an address of posts, and posts below one of events at any minute.
    let blog: String = days
        .clone()
        .map(|(month, day)| {
            post(
                day,
                &format!("Tue, {day} {month} 2026 00:00:00 +0000"),
                "blog",
            )
        })
        .collect();
    let typed: String = days
        .map(|(month, day)| {
            post(
                day,
                &format!("Tue, {day} {month} 2026 09:17:31 +0000"),
                "meetups",
            )
        })
        .collect();
    for posts in [blog, typed] {
        let said = why_not(&rss("", &posts));
        assert!(
            said.contains("the date of a post is not that of the event"),
            "{said}"
        );
    }
}

#[test]
fn a_post_whose_title_names_another_day_is_dated_by_no_event() {
    let item = |title: &str, date: &str| {
        format!(
            "<item><title>{title}</title><link>https://club.example/events/x</link><pubDate>{date}</pubDate></item>"
        )
    };
    let other = item("Meetup 15.02.2026", "Sun, 01 Feb 2026 00:00:00 +0000");
    assert!(why_not(&rss("", &other)).contains("no item says"));
    let same = item("Meetup 2026-02-15", "Sun, 15 Feb 2026 00:00:00 +0000");
    assert_eq!(only(&read(&rss("", &same))).start, day("2026-02-15"));
}

#[test]
fn nonsense_years_are_no_dates_and_fillers_are_doubted() {
    let nonsense = rss("", &post(1, "Mon, 01 Jan 0001 00:00:00 +0000", "event"));
    assert!(why_not(&nonsense).contains("no item says"));
    // Not well-formed: a blank line before the declaration, a bare ampersand, relative links.
    let entry = |n: u32, day: &str| {
        format!(
            "<entry><title>{n} & more</title><link href=\"/meetups/{n}/\"/><updated>{day}T00:00:00+00:00</updated></entry>"
        )
    };
    let days = [
        "2016-01-01",
        "2016-01-01",
        "2016-01-01",
        "2026-01-27",
        "2026-02-24",
        "2026-03-24",
        "2026-04-28",
    ];
    let entries: String = days.iter().zip(1..).map(|(day, n)| entry(n, day)).collect();
    let atom = format!(
        "\n<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title></title>{entries}</feed>"
    );
    let reading = read(&atom);
    assert_eq!((reading.entries, reading.listings.len()), (7, 7));
    assert_eq!(reading.listings[6].title, "7 & more");
    assert_eq!(
        reading.listings[6].link.as_deref(),
        Some("https://club.example/meetups/7/")
    );
    assert_eq!(
        problems(&reading)
            .iter()
            .filter(|what| what.contains("filler"))
            .count(),
        3
    );
}

#[test]
fn an_empty_feed_says_that_there_is_nothing() {
    let reading = read(&rss("", ""));
    assert_eq!((reading.entries, reading.whole), (0, true));
}

#[test]
fn a_schedule_is_one_conference() {
    let session = "<event id='1'><start>10:00</start><title>Talk</title><abstract>Since February 3, 1998</abstract></event>";
    let conference = "<conference><title>Conf 2026</title><venue>Hall</venue><city>Brussels</city><start>2026-02-03</start><end>2026-02-04</end></conference>";
    let days = format!(
        "<day index='1' date='2026-02-03'><room name='A'>{session}</room></day><day date='2026-02-04'/>"
    );
    for conference in [
        conference,
        "<conference><title>Conf 2026</title><city>Brussels</city></conference>",
    ] {
        let reading = read(&format!(
            "<?xml version='1.0'?><schedule>{conference}{days}</schedule>"
        ));
        let found = only(&reading);
        assert_eq!(
            (found.title.as_str(), found.start),
            ("Conf 2026", day("2026-02-03"))
        );
        assert_eq!(found.end, Some(End::At(day("2026-02-05"))));
        assert_eq!(found.locations[0].city.as_deref(), Some("Brussels"));
    }
}
