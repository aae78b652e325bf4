//! `source add`: finds the feed behind a page, and prints the entry that would make it a source.
//!
//! Standard output is TOML: the entry, and the rest as comments. No file is written: a person has to judge
//! what was guessed.

use super::super::{Exit, Invocation, Misused, block_on, print, quoted, say};
use anyhow::anyhow;
use clap::Args;
use rusty_events::believe;
use rusty_events::config;
use rusty_events::facts::event::counted;
use rusty_events::facts::issue::{self, Window};
use rusty_events::facts::listing::Problem;
use rusty_events::facts::source::{Platform, Source};
use rusty_events::preview;
use rusty_events::propose::{self, Attempt, Failed, Lookup, Readable};
use rusty_events::read::discover;
use rusty_events::section::print;
use rusty_events::section::select::{self, Selection};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// If the next issue prints no event, the next one within so many days is shown.
const DAYS_AHEAD: u64 = 365;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A group, a calendar, a feed, or a page that leads to one
    #[arg(value_name = "URL")]
    url: String,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let url = arguments.url.trim();
    if discover::is_secret(url) {
        let what = "this address is a secret, and everyone who sees the configuration would see it: make the calendar public, and name its public address";
        return Err(Misused(what.to_owned()).into());
    }
    if !url.is_empty() && Path::new(url).exists() {
        return Err(Misused(format!(
            "{url} is a file: `rusty-events preview {}` shows what would come of it; for a source, write its path as `url` into an entry, as seen from the configuration's folder",
            quoted(Path::new(url))
        ))
        .into());
    }
    if let Some(reader) = invocation.configuration.reader_of(url, None) {
        print(&config::comments(&format!(
            "{url} {}",
            propose::already(&reader)
        )))?;
        return Ok(Exit::Done);
    }
    let tools = invocation.tools()?;
    let groups = invocation.groups();
    let about = invocation.about(&groups);
    let looked = block_on(propose::find(&about, url, &tools))?;
    match looked.map_err(|failed| match failed {
        Failed::Refused(why) => anyhow::Error::from(Misused(why)),
        Failed::NotFound(why) => anyhow!(why),
    })? {
        Lookup::Known(text) => {
            print(&config::comments(&text))?;
            Ok(Exit::Done)
        }
        Lookup::Readable(found) => propose(invocation, url, *found),
        Lookup::Nothing(attempts) => Err(nothing(url, &attempts)),
    }
}

/// The error if nothing can be read, with what was tried and what to do.
fn nothing(url: &str, attempts: &[Attempt]) -> anyhow::Error {
    let mut text = format!("nothing behind {url} can be read as a source");
    if attempts.is_empty() {
        text.push_str(
            ": it links to no known calendar, feed or group, and holds no schema.org event",
        );
    }
    for attempt in attempts {
        let _ = write!(text, "\n  {}", in_words(attempt));
    }
    text.push_str("\nname the group's page on Meetup, its calendar on Luma or its iCalendar feed yourself; a single event is added with `rusty-events event add URL`");
    anyhow!(text)
}

fn in_words(attempt: &Attempt) -> String {
    let Attempt { candidate, outcome } = attempt;
    format!("{} ({}): {outcome}", candidate.url, candidate.why)
}

/// Prints the entry, the rows it gives, and what else was found.
fn propose(invocation: &Invocation, url: &str, found: Readable) -> anyhow::Result<Exit> {
    let groups = invocation.groups();
    let entry = propose::entry(
        &invocation.about(&groups),
        url,
        &propose::Found::new(&found),
    )
    .map_err(|what| anyhow!(what))?
    .to_string();
    let address = &found.candidate.url;
    let root = invocation.configuration.root.as_deref();
    // The entry is read back, so that the rows shown are those of this very source.
    let with_it = config::read_with(root, &entry).map_err(|problems| {
        anyhow!("the entry for {address} would be refused:\n{problems}\n\n{entry}")
    })?;
    let source = with_it.sources.last();
    let source = source.ok_or_else(|| anyhow!("the entry for {address} was not read back"))?;

    let mut problems = found.seen.problems.clone();
    let shown = expected(invocation, source, &found, &mut problems);
    let mut text = format!("{entry}\n{}", config::comments(&shown));
    if !found.others.is_empty() {
        text.push_str("\n# also found:\n");
    }
    for attempt in &found.others {
        text.push_str(&config::comments(&in_words(attempt)));
    }
    print(&text)?;

    if !invocation.quiet {
        say(&format!(
            "\n{} read from {address} ({})",
            counted(found.seen.entries, "entry", "entries"),
            found.candidate.why
        ));
        if found.seen.entries == 1 && source.platform == Platform::Jsonld {
            say(&format!(
                "it holds one event: if the page is about that event alone, use `rusty-events event add {address}`"
            ));
        }
        say(&where_to(invocation, source.platform));
    }
    for problem in &problems {
        say(&format!("problem: {}", preview::in_words(problem)));
    }
    let read_well = problems.iter().all(|problem| !problem.lost);
    Ok(if read_well {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

/// Where the entry belongs.
fn where_to(invocation: &Invocation, platform: Platform) -> String {
    let file = invocation.configuration.file_for(platform);
    if invocation.configuration.root.is_some() {
        return format!("add it to {}", file.display());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "the configuration in use is compiled in, and cannot be added to: write the entry to sources/{name} in a folder of your own, and name that folder with --config"
    )
}

/// The rows of a source that the newsletter's next issue would print.
fn expected(
    invocation: &Invocation,
    source: &Source,
    found: &Readable,
    problems: &mut Vec<Problem>,
) -> String {
    let settings = &invocation.configuration.settings;
    let today = invocation.today();
    let year = Window::starting(today, DAYS_AHEAD);
    let believed = believe::believed_of(source, &found.seen.listings, year, &invocation.groups());
    problems.extend(believed.problems);
    let unbelieved = believed.rejected.len();
    problems.extend(believed.rejected.iter().map(preview::not_believed));
    let events = preview::published(source, believed.events, invocation.now);

    let issue = issue::next_issue(today, settings.newsletter.rhythm);
    let window = Window::starting(issue, settings.section.days);
    let selection = Selection {
        window,
        headings: Vec::new(),
        new_since: None,
    };
    let style = invocation.style();
    let section = select::select(events.iter(), &[], &selection, &style);
    let rows: usize = section.headings.iter().map(|(_, rows)| rows.len()).sum();
    let mut text = match rows {
        0 => format!("the issue of {issue} would print no row"),
        1 => format!("the issue of {issue} would print 1 row"),
        _ => format!("the issue of {issue} would print {rows} rows"),
    };
    match events.first() {
        Some(event) if rows == 0 => {
            let (day, title) = (event.when.first_day(), event.title.as_str());
            let _ = write!(text, "; its next event is {title:?} on {day}");
        }
        Some(_) => {}
        None if unbelieved > 0 => text.push_str("; the problems below say why"),
        None => text.push_str("; it lists nothing for the next year"),
    }
    for (heading, rows) in &section.headings {
        let _ = write!(text, "\n\n### {}\n", style.name(*heading));
        for row in rows {
            text.push_str(print::row(row, &style).trim_end());
            text.push('\n');
        }
    }
    // Often one thing is wrong with all events of a source: it is said once.
    let mut waiting: BTreeMap<&str, (String, usize)> = BTreeMap::new();
    for doubt in section.attention.iter().filter(|d| d.waits) {
        let same = waiting.entry(&doubt.text);
        same.or_insert_with(|| (doubt.subject(), 0)).1 += 1;
    }
    for (why, (subject, events)) in waiting {
        let more = match events {
            1 => String::new(),
            _ => format!(" and {} more", events - 1),
        };
        let _ = write!(text, "\nneeds a human: {subject}{more}: {why}");
    }
    text
}
