//! `preview`: reads one page, feed or file as a source would be read. Nothing is stored.

use super::{Exit, Invocation, Misused};
use super::{block_on, day, pipe, place, platform, print, report, say, zone};
use anyhow::Context;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use clap::Args;
use rusty_events::believe::curate::Published;
use rusty_events::believe::normalise::{self, Groups};
use rusty_events::believe::{self, Believed};
use rusty_events::facts::event::{Flag, counted};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::{Link, Meaning};
use rusty_events::facts::listing::{Listing, Problem};
use rusty_events::facts::place::Place;
use rusty_events::facts::source::{Address, Organiser, Platform, Source};
use rusty_events::preview::{self, Seen};
use rusty_events::render;
use rusty_events::section::select;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Bytes of a file that are looked at to see what it is.
const LOOKED_AT: u64 = 64 * 1024;

/// Days ahead that are shown without --to.
const DAYS_AHEAD: u64 = 365;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A page, a feed or a file; - is standard input
    #[arg(value_name = "URL|FILE")]
    page: String,
    /// Who reads it (page, html, meetup, luma, ics, …) [default: known by the address or the content]
    #[arg(long, value_parser = platform)]
    platform: Option<Platform>,
    /// Zone of times that name none
    #[arg(long, value_parser = zone)]
    zone: Option<Tz>,
    /// Home of the group: for events that name no place
    #[arg(long, value_parser = place)]
    place: Option<Place>,
    /// Show the window of this issue
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with_all = ["from", "to"])]
    issue: Option<NaiveDate>,
    /// First day shown [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<NaiveDate>,
    /// Last day shown [default: a year on]
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<NaiveDate>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.page.trim().is_empty() {
        return Err(Misused("nothing is named: give a page's address or a file".to_owned()).into());
    }
    let named = Path::new(&arguments.page);
    let piped = match pipe::is_pipe(named) {
        true => Some(pipe::kept()?),
        false => None,
    };
    let file = piped.as_ref().map_or(named, |piped| piped.path());
    let source = source(invocation, arguments, file)?;
    let is_an_events_page = matches!(
        Link::parse(&arguments.page).map(|link| link.meaning()),
        Ok(Meaning::Event { .. })
    );
    let shown = window(invocation, arguments)?;

    let tools = invocation.tools()?;
    let read = block_on(preview::read(&source, &tools))?
        .map_err(|failure| anyhow::anyhow!("{}: {failure}", pipe::shown(named)))?;
    let Seen {
        entries,
        listed,
        listings,
        mut problems,
        read_as,
    } = read;

    // A page with one event alone is that event's.
    let single = is_an_events_page
        || (matches!(
            source.platform,
            Platform::Jsonld | Platform::Page | Platform::Html
        ) && entries == 1);
    let groups = invocation.groups();
    let believed = believe::believed_of(&source, &listings, shown, &groups);
    let believed = if single && believed.events.is_empty() {
        preview::whenever(&source, &listings, &groups).unwrap_or(believed)
    } else {
        believed
    };
    let (believed, without_zone) = in_some_zone(&source, &listings, shown, &groups, believed);
    problems.extend(believed.problems);
    // Not to be about the topic is no problem of the page.
    let (off_topic, unbelieved): (Vec<_>, Vec<_>) = believed
        .rejected
        .iter()
        .partition(|reject| reject.field == normalise::TOPIC);
    let off_topic: Vec<String> = off_topic
        .iter()
        .map(|reject| format!("left out: {:?}: {}", reject.title, reject.reason))
        .collect();
    problems.extend(unbelieved.into_iter().map(preview::not_believed));
    let shown_keys: BTreeSet<&str> = believed
        .events
        .iter()
        .map(|event| event.listing.as_str())
        .collect();
    let refused: BTreeSet<&str> = believed
        .rejected
        .iter()
        .map(|reject| reject.key.as_str())
        .collect();
    let outside = listings[..listed]
        .iter()
        .filter(|listing| listing.instance.is_none())
        .filter(|listing| {
            let key = listing.key.as_str();
            !shown_keys.contains(key) && !refused.contains(key)
        })
        .count();

    let events = preview::published(&source, believed.events, invocation.now);

    if arguments.json {
        print(&format!(
            "{:#}\n",
            as_json(invocation, &source, (entries, read_as), &events, &problems)
        ))?;
    } else {
        print(&as_text(invocation, &events))?;
        if let Some(form) = read_as {
            say(&format!("read as {form}"));
        }
        say(&format!(
            "{}, {outside} outside {}…{}",
            counted(entries, "entry", "entries"),
            shown.from,
            shown.to
        ));
        let waiting = events.iter().filter(|event| waits(event)).count();
        if waiting > 0 {
            say(&format!(
                "{waiting} would not be printed before a human has looked: see the remarks"
            ));
        }
        if without_zone > 0 {
            say(&format!(
                "{without_zone} name no zone and are shown by UTC's clock: set --zone or --place"
            ));
        }
        for (title, taken, concluded) in sentences(&events) {
            let concluded = match concluded {
                "" => String::new(),
                concluded => format!(" ({concluded})"),
            };
            say(&format!("{title:?} was read from {taken:?}{concluded}"));
        }
        for left_out in &off_topic {
            say(left_out);
        }
        for problem in &problems {
            say(&format!("problem: {}", preview::in_words(problem)));
        }
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

/// Shows what names no zone too, by UTC's clock; answers how many events that are.
fn in_some_zone(
    source: &Source,
    listings: &[Listing],
    shown: Window,
    groups: &Groups,
    mut believed: Believed,
) -> (Believed, usize) {
    if source.zone.is_some() || source.place.is_some() {
        return (believed, 0);
    }
    let refused: BTreeSet<&str> = believed
        .rejected
        .iter()
        .filter(|reject| reject.field == "start" && reject.reason == normalise::NO_ZONE)
        .map(|reject| reject.key.as_str())
        .collect();
    let without: Vec<Listing> = listings
        .iter()
        .filter(|listing| refused.contains(listing.key.as_str()))
        .cloned()
        .collect();
    if without.is_empty() {
        return (believed, 0);
    }
    let by_utc = Source {
        zone: Some(Tz::UTC),
        ..source.clone()
    };
    let again = believe::believed_of(&by_utc, &without, shown, groups);
    let keys: BTreeSet<String> = without.into_iter().map(|listing| listing.key).collect();
    believed
        .rejected
        .retain(|reject| !keys.contains(&reject.key));
    believed.rejected.extend(again.rejected);
    let count = again.events.len();
    believed.events.extend(again.events);
    (believed, count)
}

/// The sentences from which events were read, each with its event's title and what was concluded beside it.
fn sentences(events: &[Published]) -> Vec<(&str, &str, &str)> {
    let mut sentences = Vec::new();
    for event in events {
        let choices = event.choices.iter();
        for choice in choices.filter(|choice| choice.flag == Flag::FromProse) {
            sentences.push((
                event.title.as_str(),
                choice.taken.as_str(),
                choice.other.as_str(),
            ));
        }
    }
    sentences
}

/// A source as the configuration would name it: its own entry, if there is one, else one of the arguments. `file` is read
/// unless they name a web page.
fn source(invocation: &Invocation, arguments: &Arguments, file: &Path) -> anyhow::Result<Source> {
    let page = &arguments.page;
    let web = page.contains("://");
    let link = Link::parse(page).ok();
    let event = link
        .as_ref()
        .is_some_and(|link| matches!(link.meaning(), Meaning::Event { .. }));
    let configured = invocation.configuration.sources.iter().find(|source| {
        matches!(&source.address, Address::Web(url) if link.is_some() && Link::parse(url).ok() == link)
    });
    let mut source = match configured {
        Some(source) => source.clone(),
        None => {
            let known = rusty_events::config::platform_of(page);
            let platform = match arguments.platform {
                Some(platform) => platform,
                // Their readers take groups and calendars; the page of one event has schema.org's data.
                None if event && matches!(known, Platform::Meetup | Platform::Luma) => {
                    Platform::Jsonld
                }
                None if web && known == Platform::Jsonld => Platform::Page,
                None if web => known,
                None => platform_of_file(file)?,
            };
            let address = if web {
                Address::web(page)
            } else {
                Address::File(file.to_owned())
            };
            // Without a name the events would "need a human"; here they are only looked at. Conferences hold
            // themselves.
            let organiser = (platform != Platform::Conferences).then(|| Organiser {
                name: pipe::shown(Path::new(page)),
                url: link,
            });
            Source {
                organiser,
                ..Source::new(page, address, platform)
            }
        }
    };
    if let Some(platform) = arguments.platform {
        source.platform = platform;
    }
    if let Some(place) = &arguments.place {
        source.zone = source.zone.or_else(|| place.zone());
        source.place = Some(place.clone());
    }
    source.zone = arguments.zone.or(source.zone);
    Ok(source)
}

fn window(invocation: &Invocation, arguments: &Arguments) -> Result<Window, Misused> {
    if let Some(issue) = arguments.issue {
        return Ok(Window::starting(
            invocation.issue_day(issue)?,
            invocation.configuration.settings.section.days,
        ));
    }
    let from = arguments
        .from
        .unwrap_or_else(|| invocation.now.date_naive());
    let to = arguments
        .to
        .unwrap_or_else(|| from.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(from));
    Window::new(from, to).ok_or_else(|| {
        Misused(format!(
            "--to {to} lies before --from {from}: name a later day, or swap them"
        ))
    })
}

/// Tells a file's platform from its first bytes.
fn platform_of_file(path: &Path) -> anyhow::Result<Platform> {
    use std::io::Read;
    let mut head = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LOOKED_AT).read_to_end(&mut head))
        .with_context(|| {
            format!(
                "cannot read the file {} (an address begins with https://)",
                path.display()
            )
        })?;
    let head = String::from_utf8_lossy(&head);
    Ok(if head.to_ascii_uppercase().contains("BEGIN:VCALENDAR") {
        Platform::Ics
    } else if let Some(platform) = platform_of_answer(&head) {
        platform
    } else {
        Platform::Page
    })
}

/// The platform of an interface's answer, by what only its answers hold.
fn platform_of_answer(head: &str) -> Option<Platform> {
    let marks = [
        ("\"groupByUrlname\"", Platform::Meetup),
        ("\"has_more_items\"", Platform::Eventbrite),
        ("\"results_available\"", Platform::Connpass),
        ("\"calendar_api_id\"", Platform::Luma),
    ];
    let json = head
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{');
    let is_list = head
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('[');
    let of_conferences = ["\"startDate\"", "\"hyperlink\""];
    if is_list && of_conferences.iter().any(|mark| head.contains(mark)) {
        return Some(Platform::Conferences);
    }
    let found = marks
        .into_iter()
        .find(|(mark, _)| json && head.contains(mark));
    found.map(|(_, platform)| platform)
}

/// Whether the newsletter would not print it before an editor has decided.
fn waits(event: &Published) -> bool {
    event.flags.iter().any(|flag| flag.needs_a_human())
}

fn as_json(
    invocation: &Invocation,
    source: &Source,
    (entries, read_as): (usize, Option<String>),
    events: &[Published],
    problems: &[Problem],
) -> Value {
    let style = invocation.style();
    let seen = BTreeMap::from([(source.id.0.clone(), invocation.now.to_rfc3339())]);
    json!({
        "platform": source.platform.name(),
        "read_as": read_as,
        "entries": entries,
        "events": events.iter().map(|event| render::json::event(event, &seen, None)).collect::<Vec<_>>(),
        "rows": events
            .iter()
            .filter(|event| event.status.takes_place() && !waits(event))
            .map(|event| render::json::row(&select::row(event, &style)))
            .collect::<Vec<_>>(),
        "sentences": sentences(events)
            .into_iter()
            .map(|(title, taken, concluded)| json!({"title": title, "sentence": taken, "concluded": concluded}))
            .collect::<Vec<_>>(),
        "problems": problems
            .iter()
            .map(|problem| json!({"line": problem.line, "what": problem.what, "item": problem.item}))
            .collect::<Vec<_>>(),
    })
}

fn as_text(invocation: &Invocation, events: &[Published]) -> String {
    let rows = events
        .iter()
        .map(|event| {
            let when = match event.when {
                rusty_events::facts::when::When::Timed { start, zone, .. } => {
                    rusty_events::facts::when::to_local(start, zone)
                        .format("%Y-%m-%d %H:%M")
                        .to_string()
                }
                rusty_events::facts::when::When::Days { first, .. } => first.to_string(),
            };
            let place = event
                .place
                .as_ref()
                .map(|place| place.printed(&[]))
                .unwrap_or_default();
            let zone = event
                .when
                .zone()
                .map(|zone| zone.name().to_owned())
                .unwrap_or_default();
            let flags: Vec<&str> = event.flags.iter().map(|flag| flag.name()).collect();
            let status = if event.status.takes_place() {
                ""
            } else {
                event.status.name()
            };
            let remarks = [status, &flags.join(" ")].join(" ");
            vec![
                when,
                zone,
                event.mode.name().to_owned(),
                place,
                event.title.to_string(),
                remarks.trim().to_owned(),
            ]
        })
        .collect();
    let header = ["when", "zone", "mode", "place", "title", "remarks"];
    let mut text = report::table(&header, &[], rows);
    text.push_str("\n\n");
    let printed: Vec<Published> = events
        .iter()
        .filter(|event| !waits(event))
        .cloned()
        .collect();
    text.push_str(&preview::rows(&invocation.style(), &printed));
    text
}
