//! An event → links that put it into a calendar or show it on a map, as the services document them.

use super::super::query;
use crate::believe::curate::Published;
use crate::facts::place::Mode;
use crate::facts::when::When;
use crate::render::ical;
use chrono::{DateTime, Days, SecondsFormat, Utc};
use maud::html;

/// A service's name, and the address that leads there.
pub(super) type Leads = (&'static str, String);

/// To calendars on the web. An event without an end has its start there for an end.
pub(super) fn calendars(event: &Published, page: &str) -> [Leads; 3] {
    let country = event.place.as_ref().map(|place| place.country());
    let location = ical::location(event, country.as_slice()).unwrap_or_default();
    let text = match event.links.first() {
        Some(link) => format!("{}\n{page}", link.url),
        None => page.to_owned(),
    };
    let title = event.title.as_str();
    let (dates, start, end, all_day) = times(&event.when);
    // `docs/feeds.md` names where each is documented.
    let google = query::away(
        "https://calendar.google.com/calendar/render",
        [
            ("action", "TEMPLATE"),
            ("text", title),
            ("dates", &dates),
            ("details", &text),
            ("location", &location),
            ("ctz", event.when.zone().map_or("", |zone| zone.name())),
        ],
    );
    // Outlook reads HTML there: a line's end is a space in it, and `&copy=` a sign.
    let signup = event.links.first().map(|link| link.url.as_str());
    let html = html! {
        @for url in signup.into_iter().chain([page]) { a href=(url) { (url) } br; }
    };
    let html = html.into_string();
    let outlook = |host: &str| {
        query::away(
            &format!("https://{host}/calendar/0/deeplink/compose"),
            [
                ("path", "/calendar/action/compose"),
                ("rru", "addevent"),
                ("subject", title),
                ("startdt", &start),
                ("enddt", &end),
                ("allday", all_day),
                ("body", &html),
                ("location", &location),
            ],
        )
    };
    [
        ("Google Calendar", google),
        ("Outlook.com", outlook("outlook.live.com")),
        ("Microsoft 365", outlook("outlook.office.com")),
    ]
}

/// Google's span; Outlook's start and end, and its mark for whole days. The end of whole days is the day after them.
fn times(when: &When) -> (String, String, String, &'static str) {
    match *when {
        When::Timed { start, end, .. } => {
            let end = end.unwrap_or(start);
            let iso = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
            let short = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ");
            (
                format!("{}/{}", short(start), short(end)),
                iso(start),
                iso(end),
                "",
            )
        }
        When::Days { first, last } => {
            let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
            let dates = format!("{}/{}", first.format("%Y%m%d"), after.format("%Y%m%d"));
            (dates, first.to_string(), after.to_string(), "true")
        }
    }
}

/// To maps; none for what is online only, or if nothing more than a country is known.
pub(super) fn maps(event: &Published) -> Vec<Leads> {
    if event.mode == Mode::Virtual {
        return Vec::new();
    }
    let venue = event.venue.as_ref();
    let city = event.place.as_ref().filter(|place| place.city().is_some());
    if venue.is_none_or(|venue| venue.address.is_none() && venue.coordinates.is_none())
        && city.is_none()
    {
        return Vec::new();
    }
    let country = event.place.as_ref().map(|place| place.country());
    let text = ical::location(event, country.as_slice()).unwrap_or_default();
    let point = venue.and_then(|venue| venue.coordinates);
    let point_text = point
        .map(|(north, east)| format!("{north},{east}"))
        .unwrap_or_default();
    let street_map = match point {
        Some((north, east)) => {
            format!("https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=17/{north}/{east}")
        }
        None => query::away(
            "https://www.openstreetmap.org/search",
            [("query", text.as_str())],
        ),
    };
    // <https://developers.google.com/maps/documentation/urls/get-started>, seen 2026-11.
    let google = [("api", "1"), ("query", text.as_str())];
    // <https://developer.apple.com/library/archive/featuredarticles/iPhoneURLScheme_Reference/MapLinks/MapLinks.html>
    let apple = [("ll", point_text.as_str()), ("q", text.as_str())];
    vec![
        ("OpenStreetMap", street_map),
        (
            "Google Maps",
            query::away("https://www.google.com/maps/search/", google),
        ),
        ("Apple Maps", query::away("https://maps.apple.com/", apple)),
    ]
}
