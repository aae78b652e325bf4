//! Pages without mark-up, as a person reads them: `platform = "html"` without rules.

use super::*;
use rusty_events::facts::listing::{About, End, Status};

const URL: &str = "https://crab.example/events/";

fn seen(html: &str) -> Reading {
    list(Platform::Html, Way::Page, URL, html)
}

fn nothing(html: &str) -> String {
    refused(Platform::Html, Way::Page, URL, html).to_string()
}

/// The only event of a page about one event with that text in it.
fn alone(text: &str) -> Listing {
    let reading = seen(&format!(
        "<html lang=en><h1>Crab night</h1><p>{text}</p></html>"
    ));
    let [only] = &reading.listings[..] else {
        panic!("{text}: {reading:?}");
    };
    only.clone()
}

fn until(listing: &Listing) -> Option<Stamp> {
    match listing.end {
        Some(End::At(end)) => Some(end),
        _ => None,
    }
}

fn sentence(listing: &Listing) -> &str {
    let mut doubts = listing.doubts.iter();
    let prose = doubts.find(|doubt| doubt.about == About::Prose);
    &prose.unwrap().taken
}

/// A text, its start, and its end.
type Said = (&'static str, &'static str, Option<&'static str>);

fn stamp(text: &str) -> Stamp {
    if text.contains('T') {
        floating(text)
    } else {
        day(text)
    }
}

#[test]
fn days_and_times_are_read_in_the_languages_of_the_groups() {
    #[rustfmt::skip]
    let all: [Said; 26] = [
        ("On Thursday, August 13, 2026 at 7 pm we meet.", "2026-08-13T19:00:00", None),
        ("Wir treffen uns am Donnerstag, 13. August 2026, 19 Uhr.", "2026-08-13T19:00:00", None),
        ("Donnerstag, den 13. August 2026 von 19 bis 21:30 Uhr", "2026-08-13T19:00:00", Some("2026-08-13T21:30:00")),
        ("Rendez-vous le jeudi 13 août 2026 à 19h00", "2026-08-13T19:00:00", None),
        ("El jueves 13 de agosto de 2026 desde las 19:00", "2026-08-13T19:00:00", None),
        ("Quinta-feira, 13 de agosto de 2026, às 19h", "2026-08-13T19:00:00", None),
        ("Giovedì 13 agosto 2026, dalle 9 alle 18", "2026-08-13T09:00:00", Some("2026-08-13T18:00:00")),
        ("Donderdag 13 augustus 2026 om 19.30 uur", "2026-08-13T19:30:00", None),
        ("Czwartek, 13 sierpnia 2026, godz. 18:00", "2026-08-13T18:00:00", None),
        ("Ve čtvrtek 13. srpna 2026 v 18:00", "2026-08-13T18:00:00", None),
        ("Dijous 13 d'agost de 2026 a les 19:00", "2026-08-13T19:00:00", None),
        ("Torsdagen den 13 augusti 2026 kl 17.00", "2026-08-13T17:00:00", None),
        ("В четверг, 13 августа 2026 г. в 19:00", "2026-08-13T19:00:00", None),
        ("日時: 2026/08/13(木) 14:00 〜 17:30(開場: 13:30)", "2026-08-13T14:00:00", Some("2026-08-13T17:30:00")),
        ("2026年8月13日（木）午後7時 から", "2026-08-13T19:00:00", None),
        ("时间：2026年8月13日 下午2:00", "2026-08-13T14:00:00", None),
        ("Next meetup: 13. 8. 2026", "2026-08-13", None),
        ("13.08.2026, 19:00", "2026-08-13T19:00:00", None),
        ("June 20th & 21st, 2026", "2026-06-20", Some("2026-06-22")),
        ("June 5th - 7th, 2026", "2026-06-05", Some("2026-06-08")),
        ("Wed Feb 4–Sun Mar 1 2026", "2026-02-04", Some("2026-03-02")),
        ("April 18th and 19th, 2026 10am to 4pm", "2026-04-18T10:00:00", Some("2026-04-19T16:00:00")),
        ("Sat Feb 21 2026, 1:30–2:30 pm", "2026-02-21T13:30:00", Some("2026-02-21T14:30:00")),
        ("Sat Feb 21 2026, 11 am–2 pm", "2026-02-21T11:00:00", Some("2026-02-21T14:00:00")),
        ("Friday, 21 August 2026, 8pm – 1am", "2026-08-21T20:00:00", Some("2026-08-22T01:00:00")),
        ("the <b>13</b><i>th</i> of <em>August</em>, <span>2026</span>, doors at 18:30, talks at 19:00", "2026-08-13T19:00:00", None),
    ];
    for (text, start, end) in all {
        let listing = alone(text);
        assert_eq!(listing.start, stamp(start), "{text}");
        assert_eq!(until(&listing), end.map(stamp), "{text}");
        assert_eq!(listing.title, "Crab night", "{text}");
    }
}

#[test]
fn an_offset_inside_of_a_span_of_times_counts() {
    let listing = alone("時間：2026/08/15 14:00(+0800)~16:40");
    assert_eq!(listing.start, offset("2026-08-15T14:00:00+08:00"));
    assert_eq!(until(&listing), Some(offset("2026-08-15T16:40:00+08:00")));
}

#[test]
fn the_sentence_is_kept_and_what_was_concluded_beside_it() {
    let listing = alone("We meet again on Thursday, 27 August, at 19:00 in the old library.");
    assert_eq!(listing.start, floating("2026-08-27T19:00:00"));
    assert!(sentence(&listing).starts_with("We meet again on Thursday, 27 August"));
    assert!(
        listing.doubts[0].other.contains("the year 2026"),
        "{:?}",
        listing.doubts
    );
}

#[test]
fn a_day_without_a_year_is_not_given_one_that_nothing_shows() {
    let said = nothing("<h1>Crab night</h1><p>We meet on 27 August at 19:00.</p>");
    assert!(said.contains("names no year"), "{said}");
    let said = nothing("<h1>Crab night 2024</h1><p>We meet on Monday, 27 August at 19:00.</p>");
    assert!(
        said.contains("no year") || said.contains("day of the week"),
        "{said}"
    );
}

#[test]
fn numbers_are_read_as_the_rest_of_the_page_writes_them() {
    let page = |first: &str| {
        format!(
            "<h1>Crab night</h1><ul><li><a href=/a>Macro night</a> {first}</li><li><a href=/b>Lifetimes</a> 03/09/2026</li>
             <li><a href=/c>Pinning</a> 01/10/2026</li></ul>"
        )
    };
    let starts = |html: &str| starts(&seen(html));
    assert_eq!(
        starts(&page("20/08/2026")),
        [day("2026-08-20"), day("2026-09-03"), day("2026-10-01")]
    );
    assert_eq!(
        starts(&page("02/20/2026")),
        [day("2026-02-20"), day("2026-03-09"), day("2026-01-10")]
    );
    let said = nothing(&page("02/08/2026"));
    assert!(
        said.contains("may put the day or the month first"),
        "{said}"
    );
    // No other language puts the month first.
    assert_eq!(
        starts(&format!("<html lang=it>{}", page("02/08/2026")))[0],
        day("2026-08-02")
    );
}

#[test]
fn a_post_has_a_date_of_its_own() {
    let html = "<main><h1>Termine</h1>
        <article><header><h3><a href=/t/1>Tokio im Betrieb</a></h3><div><time datetime=2026-08-01>01.08.2026</time></div></header>
        <div>Das nächste Treffen findet am 15. August 2026 um 19:00 Uhr statt.</div></article>
        <article><header><h3><a href=/t/2>Embassy</a></h3><div><time datetime=2026-09-01>01.09.2026</time></div></header>
        <div>Das nächste Treffen findet am 15. September 2026 um 19:00 Uhr statt.</div></article>
        <article><header><h3><a href=/t/3>Makros</a></h3><p>Posted on May 17, 1018</p></header>
        <div>Wir treffen uns am Dienstag, 13. Oktober 2026.</div></article></main>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["Tokio im Betrieb", "Embassy", "Makros"]);
    assert_eq!(
        starts(&reading),
        [
            floating("2026-08-15T19:00:00"),
            floating("2026-09-15T19:00:00"),
            day("2026-10-13")
        ]
    );
    assert_eq!(
        reading.listings[1].link.as_deref(),
        Some("https://crab.example/t/2")
    );
}

#[test]
fn a_programme_and_marks_in_a_recording_are_no_events() {
    let html = "<h1>Crab day</h1><p>Sabato 21 marzo 2026, dalle 9 alle 18, presso la biblioteca.</p>
        <ul><li>09:00 - Registrazione</li><li>09:30 - Macro</li><li>11:00 - Async</li><li>12:30 - Pranzo</li></ul>
        <h3>Audio</h3><ul><li>[<a href=#a>0:30</a>] Macro</li><li>[<a href=#b>46:10</a>] Async</li><li>[1:27:02] Fine</li></ul>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["Crab day"]);
    assert_eq!(reading.listings[0].start, floating("2026-03-21T09:00:00"));
    assert_eq!(
        until(&reading.listings[0]),
        Some(floating("2026-03-21T18:00:00"))
    );
    let only_times = "<h1>Crab day</h1><p><code>18:30</code> Вход</p><p><code>19:00</code> Открытие</p><p>20:30 Закрытие</p>";
    assert!(
        nothing(only_times).contains("no day"),
        "{}",
        nothing(only_times)
    );
}

#[test]
fn news_and_deadlines_are_no_days_of_the_event() {
    let html = "<h2>大阪Ruby会議09</h2><h3>お知らせ</h3><ul><li>[2026/08/21] 本ページを公開しました。</li></ul>
        <h3>開催概要</h3><ul><li>開催日時： 2026年9月1日(火) 10:00〜17:10 (懇親会: 18:00〜20:00)</li><li>会場: 市民会館</li></ul>
        <p>Registration closes on 2026-08-25.</p>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["大阪Ruby会議09"]);
    let only = &reading.listings[0];
    assert_eq!(
        (only.start, until(only)),
        (
            floating("2026-09-01T10:00:00"),
            Some(floating("2026-09-01T17:10:00"))
        )
    );
    assert_eq!(only.locations[0].venue.as_deref(), Some("市民会館"));
}

#[test]
fn headings_give_title_year_and_time_to_the_lines_below_them() {
    let html = "<h2>Board Meeting</h2><h2>2026 Meeting Schedule</h2><p>All meetings begin at 9 a.m.</p>
        <div class=row><div class=col><h4>Friday, January 16</h4></div><div class=col><h4>Friday, July 17</h4></div></div>
        <div class=row><div class=col><h4>Friday, March 20</h4></div><div class=col><h4>Friday, September 18</h4></div></div>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["Board Meeting"; 4]);
    assert_eq!(
        starts(&reading),
        ["2026-01-16", "2026-07-17", "2026-03-20", "2026-09-18"]
            .map(|day| floating(&format!("{day}T09:00:00")))
    );
}

#[test]
fn rows_of_a_table_are_titled_by_its_heading_and_cancelled_by_a_column() {
    let html = "<h3>Board of Crabs</h3><table><tr><th>Date</th><th>Time</th><th>Alerts</th></tr>
        <tr><td>January 15, 2026</td><td>2:00 PM</td><td><a href=/n1>Meeting Notice</a></td></tr>
        <tr><td>May 21, 2026</td><td>2:00 PM</td><td><a href=/n2>MEETING CANCELLED</a></td></tr>
        <tr><td>June 18, 2026</td><td>4:30 PM</td><td><a href=/n3>LOCATION CHANGE</a></td></tr></table>
        <h3>Citizens' Council</h3><table><tr><th>Date</th><th>Time</th><th>Alerts</th></tr>
        <tr><td>January 12, 2026</td><td>10:00 AM</td><td><a href=/n4>Meeting Notice</a></td></tr>
        <tr><td>May 12, 2026</td><td>10:00 AM</td><td><a href=/n5>Meeting Notice</a></td></tr></table>";
    let reading = seen(html);
    let board = "Board of Crabs";
    assert_eq!(
        titles(&reading),
        [
            board,
            board,
            board,
            "Citizens' Council",
            "Citizens' Council"
        ]
    );
    let off: Vec<bool> = reading
        .listings
        .iter()
        .map(|listing| listing.status == Status::Cancelled)
        .collect();
    assert_eq!(off, [false, true, false, false, false]);
    assert_eq!(reading.listings[2].start, floating("2026-06-18T16:30:00"));
}

#[test]
fn a_table_names_its_titles_and_places_in_columns() {
    let html = "<table><tr><th>Datum</th><th>Thema</th><th>Ort</th></tr>
        <tr><td>13.08.2026</td><td><a href=/t1>Allokatoren</a></td><td>Stadtbücherei</td></tr>
        <tr><td>10.09.2026</td><td><a href=/t2>Makros</a></td><td>Stadtbücherei</td></tr></table>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["Allokatoren", "Makros"]);
    assert_eq!(
        reading.listings[1].link.as_deref(),
        Some("https://crab.example/t2")
    );
    assert_eq!(venues(&reading), ["Stadtbücherei"; 2]);
}

/// Only the beginning of a heading is read, also where its letters take several bytes each.
#[test]
fn a_long_heading_of_a_column_is_cut_between_two_letters() {
    let table = |letters: usize| {
        let heading = format!("{}会場", "長".repeat(letters));
        seen(&format!(
            "<table><tr><th>日付</th><th>タイトル</th><th>{heading}</th></tr>
        <tr><td>2026-08-13</td><td><a href=/t1>Allocators</a></td><td>Old Mill</td></tr>
        <tr><td>2026-09-10</td><td><a href=/t2>Macros</a></td><td>Old Mill</td></tr></table>"
        ))
    };
    assert_eq!(venues(&table(64)), ["Old Mill"; 2]);
    // 200 bytes end within the last letter but one.
    assert_eq!(venues(&table(65)), [""; 2]);
}

/// The venue of each event; empty where it has none.
fn venues(reading: &Reading) -> Vec<&str> {
    let locations = reading
        .listings
        .iter()
        .map(|listing| listing.locations.first());
    locations
        .map(|location| {
            location
                .and_then(|location| location.venue.as_deref())
                .unwrap_or_default()
        })
        .collect()
}

#[test]
fn a_table_in_markdown_names_places_in_a_column() {
    let text = "# Crab meetups\n\n| Date | Where | Topic |\n|---|---|---|
| 2026-08-20 | [Old Mill](https://maps.example/1), Graz | [Tokio](https://crab.example/1) |
| 2026-09-17 | online | [Embassy](https://crab.example/2) |
| 2026-10-15 | | [Bevy](https://crab.example/3) |\n";
    let reading = seen(text);
    assert_eq!(titles(&reading), ["Tokio", "Embassy", "Bevy"]);
    assert_eq!(venues(&reading), ["Old Mill, Graz", "online", ""]);
    let links = reading
        .listings
        .iter()
        .map(|listing| listing.link.as_deref());
    assert_eq!(links.flatten().next(), Some("https://crab.example/1"));
}

#[test]
fn cards_with_a_badge_with_many_dates_and_with_more_elsewhere() {
    let card = |title: &str, when: &str, hours: &str, badge: &str| {
        format!(
            "<article><a href='/e/{title}'><div><p>{title}</p><div><p class=when>{when}</p><p class=when>{hours}</p></div>
             <p>Crab Museum</p>{badge}</div></a></article>"
        )
    };
    let html = [
        card("Wax", "Wed Feb 4–Sun Mar 1 2026", "10 am–5 pm", ""),
        card(
            "Figures",
            "Feb 14 & 21, Mar 14 & 21, Apr 11 & 18 2026",
            "1:30–4 pm",
            "",
        ),
        card("Tour", "Sat Feb 21 2026", "1:30–2:30 pm", "<p>canceled</p>"),
        card("Farm", "Sun 29 Mar 2026 (+ 3 other dates)", "noon", ""),
    ]
    .concat();
    let reading = seen(&html);
    assert_eq!(
        (reading.entries, titles(&reading)),
        (4, vec!["Wax", "Figures", "Tour", "Farm"])
    );
    let figures = &reading.listings[1];
    assert_eq!(figures.start, floating("2026-02-14T13:30:00"));
    let further = &figures.rule.as_ref().unwrap().dates;
    assert_eq!(further.len(), 5);
    assert_eq!(further[4].0, floating("2026-04-18T13:30:00"));
    assert_eq!(reading.listings[2].status, Status::Cancelled);
    assert!(
        problems(&reading)
            .iter()
            .any(|what| what.contains("3 more dates")),
        "{:?}",
        problems(&reading)
    );
}

#[test]
fn a_run_is_not_one_more_of_its_performances() {
    let html = "<title>Crab theatre</title><div class=event-title>Sally Shore</div>
        <div class=run>Runs <span>May 29</span> – <span>Jun 13, 2026</span></div>
        <div class=start>Friday, May 29, 2026, 7:30PM</div><div class=start>Saturday, May 30, 2026, 7:30PM</div>
        <div class=start>Thursday, June 4, 2026, 7:30PM</div><div class=start>Saturday, June 13, 2026, 7:30PM</div>
        <a href=https://tickets.example/135>Buy Tickets</a>";
    let reading = seen(html);
    assert_eq!(
        (reading.entries, titles(&reading)),
        (4, vec!["Sally Shore"; 4])
    );
    assert_eq!(reading.listings[0].start, floating("2026-05-29T19:30:00"));
}

#[test]
fn a_banner_cancels_the_event_of_a_page() {
    let html = "<h1>Crab Conf 2026</h1><p>This conference will not take place!</p><p>September 22, 2026, Girona</p>";
    assert_eq!(seen(html).listings[0].status, Status::Cancelled);
    let talk = "<h1>Crab Conf 2026</h1><p>September 22, 2026</p><p>A talk on how async tasks are cancelled.</p>";
    assert_eq!(seen(talk).listings[0].status, Status::Unsaid);
}

#[test]
fn the_day_of_the_week_decides_the_year() {
    let html = "<div><div class=e><p>Sep 08</p><a href=/a>Town hall</a><p>Tuesday, 6:00pm to 7:30pm</p></div>
        <div class=e><p>Sep 16</p><a href=/b>Workshop</a><p>Wednesday, 6:00pm to 8:00pm</p></div></div>
        <h2>Past Events</h2><div><div class=e><p>Apr 27</p><a href=/c>Open day</a><p>Monday, 6:30pm to 8:00pm</p></div></div>";
    let reading = seen(html);
    assert_eq!(titles(&reading), ["Town hall", "Workshop", "Open day"]);
    assert_eq!(
        starts(&reading),
        [
            floating("2026-09-08T18:00:00"),
            floating("2026-09-16T18:00:00"),
            floating("2026-04-27T18:30:00")
        ]
    );
}

#[test]
fn a_menu_that_repeats_the_headings_is_not_read() {
    let html = "<nav><ul><li><a href=#a>12-08-2026 (Dock)</a></li><li><a href=#b>22-07-2026 (Dock)</a></li></ul></nav>
        <section><h2>12-08-2026 (Dock)</h2><ul><li>next</li></ul><h2>22-07-2026 (Dock)</h2><ul><li>a talk</li></ul></section>";
    let reading = seen(html);
    assert_eq!(reading.entries, 2);
    assert_eq!(reading.listings[0].start, day("2026-08-12"));
}

#[test]
fn a_recurring_appointment_is_a_series_where_no_day_stands() {
    let rule = |text: &str| {
        let listing = alone(text);
        (
            listing.rule.unwrap().rules.concat(),
            listing
                .doubts
                .iter()
                .any(|doubt| doubt.about == About::Time),
        )
    };
    let monthly = |rule: &str| (rule.to_owned(), false);
    assert_eq!(
        rule("Nous nous retrouvons le deuxième mardi du mois."),
        monthly("FREQ=MONTHLY;BYDAY=2TU")
    );
    assert_eq!(
        rule("Every last Friday of the month, 19:00"),
        monthly("FREQ=MONTHLY;BYDAY=-1FR")
    );
    assert_eq!(
        rule("Jeden 2. Donnerstag im Monat um 19 Uhr"),
        monthly("FREQ=MONTHLY;BYDAY=2TH")
    );
    assert_eq!(rule("毎月第2木曜日"), monthly("FREQ=MONTHLY;BYDAY=2TH"));
    assert_eq!(
        rule("We meet every Wednesday at 6 pm."),
        monthly("FREQ=WEEKLY;BYDAY=WE")
    );
    // "Every second Thursday" may mean every two weeks: the editor sees both.
    assert_eq!(
        rule("Every second Thursday"),
        ("FREQ=MONTHLY;BYDAY=2TH".to_owned(), true)
    );
    assert_eq!(
        rule("Jeden zweiten Donnerstag"),
        ("FREQ=MONTHLY;BYDAY=2TH".to_owned(), true)
    );
    let dated = "<h1>Crab night</h1><p>We meet every Thursday.</p><ul><li>Thursday, 20 August 2026: Pinning</li>
        <li>Thursday, 27 August 2026: Macros</li></ul>";
    let reading = seen(dated);
    assert_eq!(titles(&reading), ["Pinning", "Macros"]);
    assert!(
        problems(&reading)[0].contains("recurs"),
        "{:?}",
        problems(&reading)
    );
}

#[test]
fn the_items_of_a_feed_are_read_in_their_words_and_not_by_their_posts_dates() {
    let item = |title: &str, text: &str, posted: &str| {
        format!(
            "<item><title>{title}</title><link>https://crab.example/{title}</link><pubDate>{posted}</pubDate>
             <description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )
    };
    let feed = [
        "<rss version=\"2.0\"><channel><title>Crabs</title>",
        &item(
            "Tokio",
            "Wir treffen uns am 20. August 2026 um 19 Uhr.",
            "Sat, 01 Aug 2026 10:00:00 +0000",
        ),
        &item(
            "Embassy",
            "Am 17. September 2026, 19 Uhr, im Dock.",
            "Mon, 01 Jan 0001 00:00:00 +0000",
        ),
        "</channel></rss>",
    ]
    .concat();
    let reading = seen(&feed);
    assert_eq!(titles(&reading), ["Tokio", "Embassy"]);
    assert_eq!(reading.listings[0].start, floating("2026-08-20T19:00:00"));
    assert_eq!(
        reading.listings[1].link.as_deref(),
        Some("https://crab.example/Embassy")
    );
}

#[test]
fn a_table_in_markdown_is_read_as_the_page_that_is_made_of_it() {
    let text = "# Crab meetups\n\n| Date | Topic |\n|---|---|\n| 20 August 2026 | [Tokio](https://crab.example/1) |
| 17 September 2026 | [Embassy](https://crab.example/2) |\n";
    let reading = seen(text);
    assert_eq!(titles(&reading), ["Tokio", "Embassy"]);
    assert_eq!(reading.listings[1].start, day("2026-09-17"));
}

#[test]
fn a_title_with_its_day_is_no_date_of_a_post() {
    let entry = |title: &str, text: &str| {
        format!("<article><h3><a href='/2026/{title}'>{title}</a></h3><p>{text}</p></article>")
    };
    let html = [
        entry(
            "Meetup 20 Augusti",
            "Datum: torsdag 20 augusti 2026 kl. 17.00",
        ),
        entry(
            "Meetup 17 September",
            "Datum: torsdag 17 september 2026 kl. 17.00",
        ),
        entry("Meetup 15 Oktober", "Mer information kommer."),
    ]
    .concat();
    let reading = seen(&html);
    assert_eq!(reading.listings.len(), 3, "{reading:?}");
    assert_eq!(reading.listings[2].start, day("2026-10-15"));
}
