//! `service.toml` → [`Settings`].

use super::table::{Document, Table, mistyped};
use super::topic;
use super::wrong::Wrong;
use super::{
    CredentialSource, Draft, FetchSettings, MirrorTarget, Newsletter, Problem, Schedule,
    SectionStyle, Server, Settings, address, searches,
};
use super::{secret, value};
use crate::facts::issue::{DaysOfMonth, LAST_DAY, MOST_WINDOW_DAYS, Rhythm};
use crate::facts::place::Country;
use crate::facts::source::Credential;
use crate::facts::topic::Topic;
use crate::facts::wording::quoted;
use crate::schedule::Cron;
use crate::section::style::{Heading, Names};
use chrono::{Datelike, TimeDelta, Weekday};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::DeValue;

mod language;
mod style;

pub use language::{language_of, style_in};

/// The days of the week as the configuration names them, from Monday on.
pub const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The day of the week on which issues are dated where nothing is configured.
pub(super) const USUAL_WEEKDAY: Weekday = Weekday::Wed;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);

pub(super) fn read(
    document: &Document<'_>,
    root: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Settings {
    let default = Settings::default();
    let mut top = document.table();
    let database = top.take("database", |value| value::text(value).map(PathBuf::from));
    let stale_after = top.take("stale-after", |value| {
        let span = value::duration(value, MINUTE..=YEAR)?;
        TimeDelta::from_std(span).map_err(Wrong::bare)
    });
    let mut table = top.table("newsletter");
    let newsletter = newsletter(&mut table, default.newsletter, root);
    top.absorb("newsletter", table);
    let mut table = top.table("topic");
    let topic = topic(&mut table);
    top.absorb("topic", table);
    let mut table = top.table("section");
    let mut words = language::defaults(&newsletter, default.section);
    words.days = super::usual_days(newsletter.rhythm);
    let section = section(&mut table, words);
    top.absorb("section", table);
    let mut table = top.table("fetch");
    let fetch = fetch(&mut table, default.fetch, root);
    top.absorb("fetch", table);
    let mut table = top.table("schedule");
    let schedule = schedule(&mut table, default.schedule);
    top.absorb("schedule", table);
    let mut table = top.table("server");
    // The pages bear the newsletter's name, unless they have one of their own. Without either they are called what the
    // section is called, which is in the newsletter's language.
    let mut pages = default.server;
    pages.title = match &newsletter.name {
        Some(name) => name.clone(),
        None => section.heading.trim_start_matches('#').trim().to_owned(),
    };
    let server = server(&mut table, pages);
    top.absorb("server", table);
    let notify = super::notify::read(&mut top, document, root, problems);
    let mut table = top.table("discover");
    let discover = searches::discover(&mut table, default.discover);
    top.absorb("discover", table);
    top.finish("", document.path(), problems);
    Settings {
        database,
        stale_after: stale_after.unwrap_or(default.stale_after),
        newsletter,
        topic,
        section,
        fetch,
        schedule,
        server,
        notify,
        discover,
    }
}

fn newsletter(table: &mut Table<'_>, default: Newsletter, root: Option<&Path>) -> Newsletter {
    Newsletter {
        name: table
            .take("name", |value| {
                unless_empty(value, |text| Ok(text.trim().to_owned()))
            })
            .flatten(),
        url: table
            .take("url", |value| {
                unless_empty(value, |text| match address::web(text) {
                    Some(url) => Ok(url?.into()),
                    None => Err(Wrong::bare(format!(
                        "{} is not an http(s) address",
                        quoted(text)
                    ))),
                })
            })
            .flatten(),
        repository: table
            .take("repository", |value| {
                unless_empty(value, |text| value::path(text, root))
            })
            .flatten(),
        draft: table
            .take("draft", |value| {
                unless_empty(value, |text| match address::web(text) {
                    Some(url) => Ok(Draft::Web(url?.into())),
                    None => value::path(text, root).map(Draft::File),
                })
            })
            .flatten(),
        pull_requests: table
            .take("pull-requests", |value| unless_empty(value, repository))
            .flatten(),
        issues: table
            .take("issues", |value| {
                unless_empty(value, |text| match address::web(text) {
                    Some(url) => Ok(url?.into()),
                    None => Err(Wrong::bare(format!(
                        "{} is not an http(s) address",
                        quoted(text)
                    ))),
                })
            })
            .flatten(),
        language: table.take("language", language),
        rhythm: rhythm(table, USUAL_WEEKDAY),
        zone: table.take("zone", value::zone).unwrap_or(default.zone),
    }
}

/// The language of the section's words.
fn language(value: &DeValue<'_>) -> Result<String, Wrong> {
    let tag = value::text(value)?;
    let mut parts = tag.split('-');
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begins = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    if begins && parts.all(|part| (1..=8).contains(&part.len()) && is_plain(part)) {
        return Ok(tag.to_owned());
    }
    let known: Vec<&str> = language::known().collect();
    Err(Wrong::advised(format!(
        "{} is not a language such as \"pt\" or \"pt-BR\"; of {} the words are known, of others set them under [section]",
        quoted(tag),
        known.join(", ")
    )))
}

/// What stands for a number of weeks, or for a month.
pub(super) const EVERY: [&str; 5] = ["week", "2 weeks", "3 weeks", "4 weeks", "month"];

/// Where a month stands among them.
const MONTH: usize = 4;

fn rhythm(table: &mut Table<'_>, default: Weekday) -> Rhythm {
    let weekday = table
        .take("weekday", |value| {
            value::one_of(value, "a day of the week", &WEEKDAYS, weekday)
        })
        .unwrap_or(default);
    let every = table.take("every", |value| {
        let place = |written: &str| EVERY.iter().position(|known| *known == written);
        value::one_of(value, "a rhythm of issues", &EVERY, place)
    });
    if let Some(days) = table.take("days-of-month", days_of_month) {
        return on_days_of_month(table, days, every);
    }
    let first = table.take("first-issue", |value| {
        let day = value::date(value)?;
        match day.weekday() == weekday {
            true => Ok(day),
            false => Err(Wrong::advised(format!(
                "{day} is a {}, and issues appear on {weekday}: name another day, or set weekday",
                day.weekday()
            ))),
        }
    });
    let weeks = match every {
        None | Some(0) => return weekday.into(),
        // The first such weekday of the month, unless an issue's day says another.
        Some(MONTH) => {
            let which = first.map_or(0, |day| day.day0() / 7);
            if which > 3 {
                table.note("first-issue", "is the fifth such day of its month, which most months do not have: name another issue's day");
            }
            return Rhythm::Month(weekday, u8::try_from(which.min(3) + 1).unwrap_or(1));
        }
        Some(place) => u32::try_from(place + 1).unwrap_or(1),
    };
    let Some(first) = first else {
        if !table.has("first-issue") {
            table.note(
                "every",
                "needs first-issue too, the day of any issue, to know which weeks have one",
            );
        }
        return weekday.into();
    };
    Rhythm::Weeks(weekday, weeks, first)
}

/// The numbers of days of the month.
fn days_of_month(value: &DeValue<'_>) -> Result<DaysOfMonth, Wrong> {
    let list = value.as_array().ok_or_else(|| mistyped("a list", value))?;
    let days = list.iter().map(|day| {
        let number = value::number(day.get_ref(), 1..=u64::from(LAST_DAY))?;
        u32::try_from(number).map_err(Wrong::bare)
    });
    let days: Vec<u32> = days.collect::<Result<_, Wrong>>()?;
    DaysOfMonth::new(days).ok_or_else(|| Wrong::bare("names no day"))
}

/// The rhythm of issues on days of the month, with which the other keys must agree.
fn on_days_of_month(table: &mut Table<'_>, days: DaysOfMonth, every: Option<usize>) -> Rhythm {
    let rhythm = Rhythm::Dates(days);
    if let Some(every) = every.filter(|every| *every != MONTH) {
        let what = format!(
            "{:?} does not go with days-of-month: write every = \"month\", or remove days-of-month",
            EVERY[every]
        );
        table.note("every", what);
    }
    if table.has("weekday") {
        table.note(
            "weekday",
            "does not go with days-of-month, which are on any day of the week: remove one of the two",
        );
    }
    table.take("first-issue", |value| {
        let day = value::date(value)?;
        match rhythm.is_on(day) {
            true => Ok(()),
            false => Err(Wrong::advised(format!(
                "{day} is no such day, and issues appear on {rhythm}: remove it, or correct days-of-month"
            ))),
        }
    });
    rhythm
}

/// What the newsletter is about.
fn topic(table: &mut Table<'_>) -> Topic {
    let name = table.take("name", |value| value::text(value).map(str::to_owned));
    let words = table.list("words", topic::word);
    let not = table.list("not", |value| value::text(value).map(str::to_owned));
    if words.is_empty() && !not.is_empty() {
        table.note(
            "not",
            "says what the words do not mean, and there are no words: add words = [\"Go\"], or remove this",
        );
    }
    Topic::new(words, &not).named(name)
}

/// A repository on GitHub: `OWNER/NAME`.
fn repository(text: &str) -> Result<String, Wrong> {
    let is_name = |part: &str| {
        let mut chars = part.chars();
        let plain = chars.all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char));
        plain && (1..=100).contains(&part.len()) && !part.starts_with('.')
    };
    match text.split_once('/') {
        Some((owner, name)) if is_name(owner) && is_name(name) => Ok(text.to_owned()),
        _ => Err(Wrong::advised(format!(
            "{} is no repository on GitHub: write OWNER/NAME, as in \"rust-lang/this-week-in-rust\"",
            quoted(text)
        ))),
    }
}

/// A text; `None` for an empty one.
fn unless_empty<T>(
    value: &DeValue<'_>,
    read: impl FnOnce(&str) -> Result<T, Wrong>,
) -> Result<Option<T>, Wrong> {
    if value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    read(value::text(value)?).map(Some)
}

fn weekday(name: &str) -> Option<Weekday> {
    let days = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    WEEKDAYS
        .into_iter()
        .zip(days)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, day)| day)
}

fn section(table: &mut Table<'_>, default: SectionStyle) -> SectionStyle {
    SectionStyle {
        days: table
            .take("days", |value| value::number(value, 1..=MOST_WINDOW_DAYS))
            .unwrap_or(default.days),
        names: names(table, default.names),
        heading: table
            .take("heading", style::heading)
            .unwrap_or(default.heading),
        line: table.take("line", style::line).unwrap_or(default.line),
        virtual_label: table
            .take("virtual-label", style::virtual_label)
            .unwrap_or(default.virtual_label),
        dates: table.take("dates", style::dates).unwrap_or(default.dates),
        organiser_separator: table
            .take("organiser-separator", style::separator)
            .unwrap_or(default.organiser_separator),
        hybrid_label: table
            .take("hybrid-label", style::hybrid_label)
            .unwrap_or(default.hybrid_label),
        states: {
            let states = table.list("states", country);
            let configured = table.has("states");
            if configured { states } else { default.states }
        },
        calls_heading: table
            .take("calls-heading", style::calls_heading)
            .unwrap_or(default.calls_heading),
        no_calls: table
            .take("no-calls", style::no_calls)
            .unwrap_or(default.no_calls),
    }
}

/// The words of the headings inside.
fn names(table: &mut Table<'_>, mut names: Names) -> Names {
    let mut inner = table.table("headings");
    for heading in Heading::all() {
        if let Some(words) = inner.take(heading.slug(), style::name) {
            names.set(heading, words);
        }
    }
    // Read back, each must be itself.
    let twice = Heading::all().find(|heading| names.find(names.of(*heading)) != Some(*heading));
    let words = twice.map(|heading| quoted(names.of(heading)));
    table.absorb("headings", inner);
    if let Some(words) = words {
        table.note(
            "headings",
            format!("{words} names two headings: give each words of its own"),
        );
    }
    names
}

fn country(value: &DeValue<'_>) -> Result<Country, Wrong> {
    let code = value::text(value)?;
    Country::parse(code)
        .ok_or_else(|| Wrong::bare(format!("{} is not a country of ISO 3166", quoted(code))))
}

fn fetch(table: &mut Table<'_>, default: FetchSettings, root: Option<&Path>) -> FetchSettings {
    let mut mirrors = table.map("mirrors", |prefix, value| mirror(prefix, value, root));
    // The longest prefix wins; the order in the file does not matter.
    mirrors.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    if let Some(twice) = mirrors.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let what = format!(
            "{} is written twice: remove one of the two",
            quoted(&twice[0].0)
        );
        table.note("mirrors", what);
    }
    FetchSettings {
        contact: table.take("contact", contact).or(default.contact),
        requests_in_flight: table
            .take("requests-in-flight", |value| value::count(value, 1..=256))
            .unwrap_or(default.requests_in_flight),
        per_host_in_flight: table
            .take("per-host-in-flight", |value| value::count(value, 1..=16))
            .unwrap_or(default.per_host_in_flight),
        per_host_interval: table
            .take("per-host-interval", |value| {
                value::duration(value, Duration::ZERO..=HOUR)
            })
            .unwrap_or(default.per_host_interval),
        event_pages: table
            .take("event-pages", |value| value::count(value, 0..=10_000))
            .unwrap_or(default.event_pages),
        allow: table.list("allow", socket_address),
        mirrors,
        keys: keys(table, root),
    }
}

fn contact(value: &DeValue<'_>) -> Result<String, Wrong> {
    let contact = value::text(value)?;
    let reachable = contact.contains("://") || contact.contains('@');
    if !reachable || !contact.bytes().all(|byte| byte.is_ascii_graphic()) {
        let contact = quoted(contact);
        return Err(Wrong::bare(format!(
            "{contact} is neither a web address nor a mail address"
        )));
    }
    Ok(contact.to_owned())
}

fn socket_address(value: &DeValue<'_>) -> Result<SocketAddr, Wrong> {
    let written = value::text(value)?;
    written
        .parse::<SocketAddr>()
        .ok()
        .filter(|address| address.port() != 0)
        .ok_or_else(|| {
            let written = quoted(written);
            Wrong::advised(format!(
                "{written} is not an IP address and port, as in \"127.0.0.1:8123\""
            ))
        })
}

/// A prefix without a slash at its end, and where it is fetched.
fn mirror(
    prefix: &str,
    value: &DeValue<'_>,
    root: Option<&Path>,
) -> Result<(String, MirrorTarget), Wrong> {
    let target = value::text(value)?;
    let target = match address::web(target) {
        Some(url) => MirrorTarget::Server(without_query(&url?)?),
        None => MirrorTarget::Folder(value::path(target, root)?),
    };
    if matches!(prefix, "https://" | "http://") {
        return Ok((prefix.to_owned(), target));
    }
    match address::web(prefix) {
        Some(url) => Ok((without_query(&url?)?, target)),
        None => Err(Wrong::advised(
            "the prefix must begin with https:// or http://, as in \"https://www.meetup.com\"",
        )),
    }
}

/// An address to which paths are added; without a slash at its end.
fn without_query(url: &url::Url) -> Result<String, Wrong> {
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Wrong::advised(format!(
            "{} has a query: write the address without it",
            quoted(url.as_str())
        )));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn keys(table: &mut Table<'_>, root: Option<&Path>) -> BTreeMap<Credential, CredentialSource> {
    let mut keys = BTreeMap::new();
    let mut platforms = table.table("keys");
    for key in Credential::ALL {
        let Some(mut entry) = platforms.table_if_there(key.name()) else {
            continue;
        };
        let source = secret::kept_elsewhere(&mut entry, root, "key");
        keys.extend(source.map(|source| (key, source)));
        platforms.absorb(key.name(), entry);
    }
    table.absorb("keys", platforms);
    keys
}

fn schedule(table: &mut Table<'_>, default: Schedule) -> Schedule {
    let zone = table.take("zone", value::zone).unwrap_or(default.zone);
    Schedule {
        refresh: table
            .take("refresh", |value| {
                let line = value::text(value)?;
                if line.split_whitespace().count() != 5 {
                    return Err(Wrong::advised(format!(
                        "{} is not a cron line of five fields: minute, hour, day, month, day of the week",
                        quoted(line)
                    )));
                }
                match Cron::parse(line, zone) {
                    Ok(_) => Ok(line.to_owned()),
                    Err(error) => Err(Wrong::bare(format!("{} {error}", quoted(line)))),
                }
            })
            .unwrap_or(default.refresh),
        zone,
    }
}

fn server(table: &mut Table<'_>, default: Server) -> Server {
    Server {
        listen: table
            .take("listen", |value| {
                let written = value::text(value)?;
                written.parse().map_err(|_| {
                    let written = quoted(written);
                    Wrong::advised(format!(
                        "{written} is not an IP address and port, as in \"127.0.0.1:8080\""
                    ))
                })
            })
            .unwrap_or(default.listen),
        url: table
            .take("url", |value| {
                unless_empty(value, |text| match address::web(text) {
                    Some(url) => without_query(&url?),
                    None => Err(Wrong::bare(format!(
                        "{} is not an http(s) address",
                        quoted(text)
                    ))),
                })
            })
            .flatten(),
        title: table
            .take("title", |value| value::text(value).map(str::to_owned))
            .unwrap_or(default.title),
        proxies: {
            let named = table.has("proxies");
            let proxies = table.list("proxies", |value| {
                let written = value::text(value)?;
                written
                    .parse()
                    .map_err(|_| Wrong::bare(format!("{} is not an IP address", quoted(written))))
            });
            if named { proxies } else { default.proxies }
        },
    }
}
