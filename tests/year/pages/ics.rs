//! Calendar feeds in the shapes of Meetup, of Google and of a club's own program.

use crate::year::world::{CallingOff, Feed, Group, Kind, Notice, State, World};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rusty_events::facts::when;
use std::fmt::Write;

/// A Meetup group's feed: never a place, never a status but CONFIRMED.
pub(crate) fn meetup(world: &World, feed: &Feed, group: &Group, notices: &[Notice]) -> String {
    let mut text = head("-//Meetup//Meetup Calendar 1.0//EN", &group.name);
    for notice in notices {
        let zone = group.home.zone;
        let mut event = Vevent::new(format!("event_{}@meetup.com", notice.key));
        event.timed("DTSTART", &zoned(notice.facts.start, zone));
        event.timed("DTEND", &zoned(notice.facts.end(), zone));
        event.text("SUMMARY", &title(Kind::Meetup, notice));
        event.text(
            "DESCRIPTION",
            &description(notice, &format!("{}\n", group.name)),
        );
        event.line("URL;VALUE=URI", &feed.page_of(&notice.key));
        event.line("STATUS", "CONFIRMED");
        event.stamps(world, notice);
        event.end(&mut text);
    }
    tail(text)
}

/// A calendar of many groups at Google: times in UTC, the link in the text, a cancellation in the title.
pub(crate) fn community(world: &World, notices: &[Notice]) -> String {
    let mut text = head(
        "-//Google Inc//Google Calendar 70.9054//EN",
        "Rust Community Calendar",
    );
    for notice in notices {
        let mut event = Vevent::new(notice.key.clone());
        event.line("DTSTART", &utc(notice.facts.start));
        event.line("DTEND", &utc(notice.facts.end()));
        event.text("SUMMARY", &title(Kind::Community, notice));
        event.text("DESCRIPTION", &description(notice, ""));
        event.text("LOCATION", &location(notice));
        event.line("STATUS", "CONFIRMED");
        event.stamps(world, notice);
        event.end(&mut text);
    }
    tail(text)
}

/// A club's own calendar file, with everything in its field.
pub(crate) fn club(world: &World, feed: &Feed, group: &Group, notices: &[Notice]) -> String {
    let mut text = head("-//Club Calendar//EN", &group.name);
    for notice in notices {
        let mut event = Vevent::new(notice.key.clone());
        event.timed(
            "DTSTART",
            &zoned(notice.facts.start, notice.facts.town.zone),
        );
        event.timed("DTEND", &zoned(notice.facts.end(), notice.facts.town.zone));
        event.text("SUMMARY", &title(Kind::Calendar, notice));
        event.text("DESCRIPTION", &description(notice, ""));
        event.text("LOCATION", &location(notice));
        event.line("URL", &feed.page_of(&notice.key));
        event.line("STATUS", status(notice));
        event.stamps(world, notice);
        event.end(&mut text);
    }
    tail(text)
}

/// A Google calendar of one recurring event, or of two if it was parted. `all` are all its occurrences as announced,
/// `notices` those that are still there.
pub(crate) fn series(world: &World, group: &Group, all: &[Notice], notices: &[Notice]) -> String {
    let mut text = head("-//Google Inc//Google Calendar 70.9054//EN", &group.name);
    for part in all.chunk_by(|one, next| one.key == next.key) {
        recurring(&mut text, world, group, part, notices);
    }
    tail(text)
}

/// One recurring event: the rule once, what differs from it as exceptions.
fn recurring(text: &mut String, world: &World, group: &Group, all: &[Notice], notices: &[Notice]) {
    let first = &all[0];
    let zone = group.home.zone;
    let time = |notice: &Notice| when::to_local(notice.facts.start, zone).time();
    let usual = time(first);
    let dates: Vec<NaiveDate> = all.iter().filter_map(|notice| notice.original).collect();
    let step = dates
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).num_weeks())
        .min()
        .unwrap_or(1);
    let on = |date: NaiveDate| {
        let at = date.and_time(usual);
        (format!("TZID={}", zone.name()), local(at))
    };
    let mut rule = Vevent::new(first.key.clone());
    rule.timed("DTSTART", &on(dates[0]));
    let minutes = first.facts.minutes;
    rule.line("DURATION", &format!("PT{minutes}M"));
    rule.line(
        "RRULE",
        &format!("FREQ=WEEKLY;INTERVAL={step};COUNT={}", dates.len()),
    );
    for date in dates
        .iter()
        .filter(|date| !notices.iter().any(|notice| notice.original == Some(**date)))
    {
        rule.timed("EXDATE", &on(*date));
    }
    rule.text("SUMMARY", &title(Kind::Series, first));
    rule.text("DESCRIPTION", &description(first, ""));
    rule.text("LOCATION", &location(first));
    rule.line("STATUS", "CONFIRMED");
    rule.end(text);
    for (notice, usually) in notices.iter().filter_map(|notice| {
        let usually = all.iter().find(|usual| usual.original == notice.original)?;
        let same_time = time(notice) == usual && notice.original == Some(notice.facts.local_day());
        let same = same_time
            && notice.facts.minutes == minutes
            && (
                &notice.facts.title,
                notice.facts.house,
                notice.facts.mode,
                notice.facts.state,
            ) == (
                &first.facts.title,
                first.facts.house,
                first.facts.mode,
                first.facts.state,
            );
        (!same).then_some((notice, usually))
    }) {
        let mut event = Vevent::new(notice.key.clone());
        event.timed("RECURRENCE-ID", &on(usually.original.unwrap()));
        event.timed("DTSTART", &zoned(notice.facts.start, zone));
        event.timed("DTEND", &zoned(notice.facts.end(), zone));
        event.text("SUMMARY", &title(Kind::Series, notice));
        event.text("DESCRIPTION", &description(notice, ""));
        event.text("LOCATION", &location(notice));
        event.line("STATUS", status(notice));
        event.stamps(world, notice);
        event.end(text);
    }
}

/// A shop's feed: no URL and no STATUS; the page is on the first line of the description, the club on the last.
pub(crate) fn pretix(world: &World, feed: &Feed, group: &Group, notices: &[Notice]) -> String {
    let mut text = head("-//pretix//pretix.eu//", &group.name);
    for notice in notices {
        let mut event = Vevent::new(notice.key.clone());
        let zone = notice.facts.town.zone;
        event.timed("DTSTART", &zoned(notice.facts.start, zone));
        event.timed("DTEND", &zoned(notice.facts.end(), zone));
        event.text("SUMMARY", &title(Kind::Pretix, notice));
        let page = feed.page_of(&notice.key);
        let words = format!("Tickets: {page}\nOrganizer: {}", group.name);
        event.text("DESCRIPTION", &words);
        let place = match notice.facts.mode {
            rusty_events::facts::place::Mode::Virtual => "Online".to_owned(),
            _ => location(notice).replace(", ", "\n"),
        };
        event.text("LOCATION", &place);
        event.stamps(world, notice);
        event.end(&mut text);
    }
    tail(text)
}

/// The title as its platform shows it.
pub(crate) fn title(kind: Kind, notice: &Notice) -> String {
    let has_field = matches!(kind, Kind::Calendar | Kind::Series | Kind::Website);
    match notice.facts.state {
        State::Cancelled if notice.calling_off == CallingOff::Title || !has_field => {
            format!("CANCELLED: {}", notice.facts.title)
        }
        State::Postponed if kind != Kind::Website => format!("Postponed: {}", notice.facts.title),
        _ => notice.facts.title.clone(),
    }
}

pub(crate) fn description(notice: &Notice, before: &str) -> String {
    let points_to = notice.points_to.as_ref();
    let link = points_to
        .map(|url| format!("More at {url}\n"))
        .unwrap_or_default();
    format!("{before}{link}Everybody is welcome.\n")
}

fn status(notice: &Notice) -> &'static str {
    match notice.facts.state {
        State::Cancelled if notice.calling_off == CallingOff::Status => "CANCELLED",
        _ => "CONFIRMED",
    }
}

/// One text for everything, as calendars have it; an online event's is its room.
pub(crate) fn location(notice: &Notice) -> String {
    match notice.facts.mode {
        rusty_events::facts::place::Mode::Virtual => "https://meet.example/rust".to_owned(),
        _ => format!(
            "Station Road {}, {}",
            notice.facts.house, notice.facts.town.place
        ),
    }
}

fn head(program: &str, name: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{program}\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:{name}\r\n"
    )
}

fn tail(mut text: String) -> String {
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

fn zoned(at: DateTime<Utc>, zone: chrono_tz::Tz) -> (String, String) {
    (
        format!("TZID={}", zone.name()),
        local(when::to_local(at, zone)),
    )
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

struct Vevent(String);

impl Vevent {
    fn new(uid: String) -> Vevent {
        Vevent(format!("BEGIN:VEVENT\r\nUID:{uid}\r\n"))
    }

    fn line(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        // Folded after 70 characters; all of them are ASCII here.
        let mut rest = line.as_str();
        while rest.len() > 70 {
            let (now, later) = rest.split_at(70);
            let _ = write!(self.0, "{now}\r\n ");
            rest = later;
        }
        let _ = write!(self.0, "{rest}\r\n");
    }

    fn timed(&mut self, name: &str, (zone, at): &(String, String)) {
        self.line(&format!("{name};{zone}"), at);
    }

    fn text(&mut self, name: &str, value: &str) {
        let escaped = value
            .replace('\\', "\\\\")
            .replace(',', "\\,")
            .replace(';', "\\;")
            .replace('\n', "\\n");
        self.line(name, &escaped);
    }

    fn stamps(&mut self, world: &World, notice: &Notice) {
        let edited = world
            .date(notice.edited)
            .and_hms_opt(1, 0, 0)
            .unwrap()
            .and_utc();
        self.line("DTSTAMP", &utc(edited));
        self.line("LAST-MODIFIED", &utc(edited));
    }

    fn end(self, text: &mut String) {
        text.push_str(&self.0);
        text.push_str("END:VEVENT\r\n");
    }
}
