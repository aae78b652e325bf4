//! `event`: writes an event into the configuration.

use super::apart::{Named, WRITTEN_BY_HAND};
use super::append::append;
use super::{Exit, Invocation, Misused, block_on, decide, pipe, print, refresh, say, update};
use anyhow::{anyhow, bail};
use chrono::{NaiveDateTime, Timelike};
use clap::Subcommand;
use rusty_events::believe::curate::Evidence;
use rusty_events::compose::{self, Given};
use rusty_events::config::{self, Configuration, Entry};
use rusty_events::facts::event::{Event, Flag, Status, Title};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::{Link, Meaning};
use rusty_events::facts::listing::{Listing, Part, Reading};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Platform, Source, Way};
use rusty_events::facts::when::{self, When};
use rusty_events::fetch::{Fetched, Validators};
use rusty_events::preview;
use rusty_events::read::{self, Known, discover};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read one event's page, and write the event into sources/manual.toml of the configuration
    #[command(
        after_help = "Examples:\n  rusty-events event add https://www.meetup.com/rust-berlin/events/313345334/\n  rusty-events --config ~/events event add https://rust-conference.example/2027/\n  rusty-events event add https://rust-conference.example/2027/ --update draft/2026-08-26-this-week-in-rust.md\n\nWhat stands in the file stays as it is. What the page does not tell is written as a comment to be filled in (exit code 3). The rows that the event will give are printed."
    )]
    Add {
        /// The page of the event
        #[arg(value_name = "URL")]
        url: String,
        /// Put its rows into this draft of the newsletter too, and change nothing else in it
        #[arg(long, value_name = "FILE")]
        update: Option<PathBuf>,
    },
}

pub(super) fn run(invocation: &Invocation, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Add { url, update } => add(invocation, url.trim(), update.as_deref()),
    }
}

fn add(invocation: &Invocation, url: &str, draft: Option<&Path>) -> anyhow::Result<Exit> {
    let Some(root) = &invocation.configuration.root else {
        let what = "the configuration in use is compiled in, and nothing can be written into it: name a folder of your own with --config";
        return Err(Misused(what.to_owned()).into());
    };
    let settings = &invocation.configuration.settings.fetch;
    config::infer(url, Some(Platform::Jsonld), settings)
        .map_err(|what| Misused(format!("the address {what}")))?;
    let link = Link::parse(url).map_err(|error| Misused(error.to_string()))?;
    let by_hand = root.join("sources").join("manual.toml");
    let mut named = vec![Named::output(WRITTEN_BY_HAND, &by_hand)];
    named.extend(draft.map(Named::draft));
    invocation.are_apart(&named)?;
    // A draft that cannot be written is reported before anything is written.
    if let Some(draft) = draft {
        if pipe::is_pipe(draft) {
            return Err(Misused("--update: name a file, not standard input".to_owned()).into());
        }
        update::read(draft, &invocation.style())?;
        super::are_ready([draft])?;
    }

    let source = source(url, &link);
    let reading = block_on(read_page(invocation, &source))??;
    let (listing, others) = chosen(invocation, url, &link, reading)?;
    let written = Written::of(invocation, source, listing, &link)?;
    if let Some(place) = standing(&invocation.configuration, &link, &written.event) {
        bail!("the event is already in {place}, with the same link and date");
    }
    let (path, line) = append(root, &by_hand, &written.text, "event")?;

    print(&rows(invocation, root, &path, line)?)?;
    if !invocation.quiet {
        let path = path.display();
        say(&format!("\nwritten to {path}:{line}\n\n{}", written.text));
        if others > 0 {
            say(&format!(
                "the page has {others} more events under the same address: only this one was written"
            ));
        }
        read_already(invocation, url);
    }
    if written.missing.is_empty() {
        if let Some(draft) = draft {
            put_into(invocation, root, &path, line, draft)?;
        }
        return Ok(Exit::Done);
    }
    for missing in &written.missing {
        say(&format!("to be filled in: {missing}"));
    }
    if let Some(draft) = draft {
        say(&format!(
            "nothing was added to {}: fill in what is missing, then run `rusty-events update FILE`",
            draft.display()
        ));
    }
    Ok(Exit::Incomplete)
}

/// Puts the rows of the event at this line of the configuration into a draft, as if a person had typed them.
fn put_into(
    invocation: &Invocation,
    root: &Path,
    path: &Path,
    line: usize,
    draft: &Path,
) -> anyhow::Result<()> {
    let configuration = config::read(root).map_err(|problems| anyhow!("{problems}"))?;
    let Some((source, listings)) = entry_at(&configuration, path, line) else {
        bail!("{}:{line}: the event was not read back", path.display());
    };
    let manual = source.id.clone();
    let keys: BTreeSet<String> = listings.into_iter().map(|listing| listing.key).collect();
    let invocation = Invocation {
        style: invocation.style(),
        configuration,
        database: invocation.database.clone(),
        now: invocation.now,
        quiet: true,
        color: invocation.color,
        options: invocation.options.clone(),
    };
    let mut store = invocation.store()?;
    refresh::walk(&invocation, &mut store, std::slice::from_ref(&manual))?;
    let published = store.published()?;
    let event = published.values().find(|event| {
        let is_it = |of: &Evidence| of.source == manual && keys.contains(&of.listing);
        event.evidence.iter().any(is_it)
    });
    let shown = draft.display();
    let Some(event) = event else {
        bail!(
            "{shown}: nothing was added: the event is not believed; `rusty-events preview` shows why"
        );
    };
    let style = invocation.style();
    let file = update::read(draft, &style)?;
    let window = Window::starting(file.day, invocation.configuration.settings.section.days);
    let whole = compose::path_of(draft);
    let given = Given {
        path: whole.as_deref(),
        ..Given::pasted(&file.text, &file.draft)
    };
    let with = compose::with_event(&store, &given, window, &event.id, &style)?;
    if file.replace(&file.with(&with.text))? {
        let revision = update::revision(draft);
        let revision = revision.as_deref();
        if compose::keep(&mut store, &given, &with, revision, invocation.now)? {
            decide::take_effect(&invocation, &mut store)?;
        }
        say(&format!("{shown}: its rows were added"));
    } else {
        say(&format!(
            "{shown}: nothing was added: the event is already there, or is not printed from {} to {}; `rusty-events why {}` says which",
            window.from, window.to, event.id
        ));
    }
    Ok(())
}

/// The source of a file of events written by hand, and the listings of the entry at a line.
fn entry_at<'c>(
    configuration: &'c Configuration,
    path: &Path,
    line: usize,
) -> Option<(&'c Source, Vec<Listing>)> {
    configuration.sources.iter().find_map(|source| {
        let (file, _) = configuration.written_at.get(&source.id)?;
        let Address::Inline(events) = &source.address else {
            return None;
        };
        let at_line: Vec<_> = events.iter().filter(|e| e.line == line).cloned().collect();
        (file == path).then(|| (source, read::read_inline(source, &at_line).listings))
    })
}

/// The source that reads the page of a single event. Meetup's own reader finds more on its pages than schema.org
/// has; Eventbrite's pages show a series as one event.
fn source(url: &str, link: &Link) -> Source {
    let platform = match link.meaning() {
        Meaning::Event {
            scope: "meetup", ..
        } => Platform::Meetup,
        Meaning::Event {
            scope: "eventbrite",
            ..
        } => Platform::Eventbrite,
        _ => Platform::Jsonld,
    };
    Source::new(url, Address::Web(url.to_owned()), platform)
}

async fn read_page(invocation: &Invocation, source: &Source) -> anyhow::Result<Reading> {
    let url = &source.id;
    let tools = invocation.tools()?;
    let request = read::first_request(source, Way::Page, invocation.now)
        .ok_or_else(|| anyhow!("{url} is not a page that can be read"))?;
    let nothing = Validators::default();
    match tools
        .fetcher
        .fetch(&request, &nothing, invocation.now)
        .await
    {
        Ok(Fetched::Page { page, .. }) => {
            read::read(source, &page, &Known::default(), invocation.now).map_err(|error| {
                anyhow!("{url}: {error}; write the event into sources/manual.toml yourself")
            })
        }
        Ok(Fetched::Unchanged) => {
            bail!("{url}: the server says \"unchanged\", but this page was never read")
        }
        Err(error) => bail!("{url}: {}: {error}", error.phase()),
    }
}

/// The event that a page is about, and how many more events have the page's own address. Of a series it is the
/// next one.
fn chosen(
    invocation: &Invocation,
    url: &str,
    link: &Link,
    reading: Reading,
) -> anyhow::Result<(Listing, usize)> {
    let is_own = |listing: &Listing| {
        let own = listing.link.as_deref();
        own.and_then(|own| Link::parse(own).ok()).as_ref() == Some(link)
    };
    let all = reading.listings;
    let (mut own, mut rest): (Vec<Listing>, Vec<Listing>) = all.into_iter().partition(is_own);
    if own.is_empty() && rest.len() == 1 {
        own.append(&mut rest);
    }
    own.sort_by_key(|listing| listing.start.date());
    let today = invocation.today();
    let next = own.iter().position(|listing| listing.start.date() >= today);
    let at = next.unwrap_or(own.len().saturating_sub(1));
    let others = own.len().saturating_sub(1);
    if let Some(listing) = own.into_iter().nth(at) {
        return Ok((listing, others));
    }
    if rest.is_empty() {
        let problems = reading.problems.iter().map(preview::in_words);
        let problems: Vec<String> = problems.collect();
        bail!(
            "{url} holds no event that can be read: {}",
            problems.join("; ")
        );
    }
    bail!(
        "{url} lists {} events, and none has this address: name the page of one event, or add them all with `rusty-events source add {url}`",
        rest.len()
    )
}

/// An event as it is written into the configuration.
struct Written {
    event: Event,
    text: String,
    /// What a person has to fill in.
    missing: Vec<String>,
}

impl Written {
    fn of(
        invocation: &Invocation,
        mut source: Source,
        mut listing: Listing,
        link: &Link,
    ) -> anyhow::Result<Written> {
        listing.part = Part::List;
        let titled = Title::parse(&listing.title).is_some();
        if !titled {
            "Title".clone_into(&mut listing.title);
        }
        let listings = [listing];
        let groups = invocation.groups();
        let mut believed = preview::whenever(&source, &listings, &groups).unwrap_or_default();
        // A local time without a zone is written as it is, for a person to add the zone.
        let zoned = !believed
            .rejected
            .iter()
            .any(|reject| reject.field == "start");
        if !zoned {
            source.zone = Some(chrono_tz::Tz::UTC);
            believed = preview::whenever(&source, &listings, &groups).unwrap_or_default();
        }
        let Some(event) = believed.events.into_iter().next() else {
            let why = believed.rejected.first().map(preview::not_believed);
            let why = why.as_ref().map(preview::in_words).unwrap_or_default();
            bail!("{}: cannot be believed: {why}", source.id);
        };

        let mut entry = Entry::new("event");
        let mut missing = Vec::new();
        if titled {
            entry.text("title", event.title.as_str(), "");
        } else {
            entry.missing("title", "…", "the page has none");
            missing.push("title".to_owned());
        }
        times(&mut entry, &event.when);
        let place = place(&mut entry, &event, &mut missing);
        if zoned {
            zone(&mut entry, &event.when, place);
        } else {
            entry.missing(
                "zone",
                "Area/City",
                "the page does not say in which zone this time is",
            );
            missing.push("zone".to_owned());
        }
        let assumed = event.flags.contains(&Flag::ModeAssumed);
        let remark = if assumed { "the page does not say" } else { "" };
        entry.text("mode", event.mode.name(), remark);
        organiser(&mut entry, &event, &mut missing);
        entry.text("link", link.as_str(), "");
        if matches!(event.status, Status::Cancelled | Status::Postponed) {
            entry.text("status", event.status.name(), "");
        }
        // Without these keys the entry would make the whole configuration wrong.
        let text = if titled && zoned {
            entry.to_string()
        } else {
            entry.commented_out()
        };
        Ok(Written {
            event,
            text,
            missing,
        })
    }
}

/// Start and end, as dates or on the clock of the event's zone.
fn times(entry: &mut Entry, when: &When) {
    match when {
        When::Days { first, last } => {
            entry.text("start", &first.to_string(), "");
            if last > first {
                entry.text("end", &last.to_string(), "");
            }
        }
        When::Timed { start, end, zone } => {
            let start = minute(when::to_local(*start, *zone));
            entry.text("start", &start.format("%Y-%m-%dT%H:%M").to_string(), "");
            let end = end.map(|end| minute(when::to_local(end, *zone)));
            // If the clock is set back in between, the event would end before it starts.
            if let Some(end) = end.filter(|end| *end > start) {
                entry.text("end", &end.format("%Y-%m-%dT%H:%M").to_string(), "");
            }
        }
    }
}

/// Some platforms begin an event at one second past the hour.
fn minute(local: NaiveDateTime) -> NaiveDateTime {
    local.with_second(0).unwrap_or(local)
}

fn place<'e>(entry: &mut Entry, event: &'e Event, missing: &mut Vec<String>) -> Option<&'e Place> {
    let doubted = event.flags.contains(&Flag::UnknownPlace);
    let place = event.place.as_ref().filter(|_| !doubted);
    let readable = place.and_then(|place| {
        let text = place.printed(&[place.country()]);
        let is_read = Place::parse(&text).is_ok_and(|read| read == *place);
        is_read.then_some((place, text))
    });
    if let Some((place, text)) = readable {
        let assumed = event.flags.contains(&Flag::PlaceAssumed);
        let remark = if assumed {
            "the organiser's home: the page names no known place"
        } else {
            ""
        };
        entry.text("place", &text, remark);
        return Some(place);
    }
    if event.mode == Mode::Virtual {
        return None;
    }
    let venue = event.venue.as_ref();
    let said = venue.and_then(|venue| venue.address.as_ref().or(venue.name.as_ref()));
    let remark = match said {
        Some(said) => format!("the page says {said:?}"),
        None => "the page has none".to_owned(),
    };
    entry.missing("place", "City, ??", &remark);
    missing.push(format!("place ({remark})"));
    None
}

/// The zone, unless the place has the same time.
fn zone(entry: &mut Entry, when: &When, place: Option<&Place>) {
    let When::Timed { start, zone, .. } = when else {
        return;
    };
    let same = |home| when::to_local(*start, home) == when::to_local(*start, *zone);
    if !place.and_then(Place::zone).is_some_and(same) {
        entry.text("zone", zone.name(), "");
    }
}

fn organiser(entry: &mut Entry, event: &Event, missing: &mut Vec<String>) {
    let Some(organiser) = event.organisers.first() else {
        entry.missing("organiser", "…", "the page names none");
        missing.push("organiser (the page names none)".to_owned());
        return;
    };
    entry.text("organiser", &organiser.name, "");
    match &organiser.url {
        Some(url) => entry.text("organiser-url", url.as_str(), ""),
        None => {
            let remark = "the page that the name links to, if there is one";
            entry.missing("organiser-url", "https://…", remark);
        }
    }
}

/// Where an event with this link and date is already written.
fn standing(configuration: &Configuration, link: &Link, event: &Event) -> Option<String> {
    configuration.sources.iter().find_map(|source| {
        let Address::Inline(events) = &source.address else {
            return None;
        };
        let same = events.iter().find(|written| {
            written.link.as_ref() == Some(link) && written.start.date() == event.when.first_day()
        })?;
        let (file, _) = configuration.written_at.get(&source.id)?;
        Some(format!("{}:{}", file.display(), same.line))
    })
}

/// The rows of the entry at a line, read back from the file.
fn rows(invocation: &Invocation, root: &Path, path: &Path, line: usize) -> anyhow::Result<String> {
    let configuration = config::read(root).map_err(|problems| anyhow!("{problems}"))?;
    let Some((source, listings)) = entry_at(&configuration, path, line) else {
        return Ok(String::new());
    };
    let believed = preview::whenever(source, &listings, &invocation.groups());
    let events = believed.map(|believed| believed.events).unwrap_or_default();
    let events = preview::published(source, events, invocation.now);
    Ok(preview::rows(&invocation.style(), &events))
}

/// Prints a note if a configured source reads this event already.
fn read_already(invocation: &Invocation, url: &str) {
    let settings = &invocation.configuration.settings.fetch;
    let platform_of = |url: &str| Some(config::infer(url, None, settings).ok()?.platform);
    for group in discover::behind_address(url, platform_of) {
        let reader = invocation
            .configuration
            .reader_of(&group.url, Some(group.platform));
        if let Some(reader) = reader {
            let id = &reader.source.id;
            say(&format!(
                "note: source {id} reads {}; the event is joined with the entry that was written",
                group.url
            ));
        }
    }
}
