//! The groups of printed issues → `sources/*.toml` and `organisers.toml`, with their usual places and modes.

use super::Files;
use chrono::NaiveDate;
use rusty_events::config::{self, Entry, FetchSettings, Settings};
use rusty_events::facts::event::counted;
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Platform;
use rusty_events::read::discover::{self, Candidate};
use rusty_events::section::habits::{Habit, habits};
use rusty_events::section::observed::Observed;
use std::collections::{BTreeMap, BTreeSet};

/// The files of the groups that were printed in the year before the last issue.
pub(super) fn of(observed: &Observed, today: NaiveDate, notes: &mut Vec<String>) -> Files {
    let last = observed.issues.last().map_or(today, |(day, _)| *day);
    let settings = Settings::default().fetch;
    let mut sources: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut organisers = String::from(
        "#:schema schema/organisers.json\n# Groups without a known calendar: `rusty-events source add URL` finds it behind a group's page, and prints the entry\n# to add to sources/.\n",
    );
    let mut ids = BTreeSet::new();
    let mut pages = BTreeSet::new();
    let (mut with, mut without) = (0, 0);
    // The last issue itself counts.
    for habit in habits(&observed.issues, last) {
        let own = habit.pages.iter().find_map(|page| source(page, &settings));
        if let Some((candidate, id)) = own
            && ids.insert(id)
        {
            let file = sources.entry(candidate.platform.file()).or_insert_with(|| {
                "#:schema ../schema/sources.json\n# Groups of printed issues, each with the place and mode that were printed most often.\n".to_owned()
            });
            file.push_str(&format!("\n{}", entry(&habit, &candidate)));
            pages.extend(habit.pages.iter().cloned());
            with += 1;
            continue;
        }
        let free = habit.pages.iter().find(|page| !pages.contains(*page));
        organisers.push_str(&format!("\n{}", organiser(&habit, free)));
        pages.extend(habit.pages.iter().cloned());
        without += 1;
    }
    notes.push(format!(
        "{} with a source, {} without: their pages are in organisers.toml",
        counted(with, "group", "groups"),
        counted(without, "group", "groups")
    ));
    let files = sources
        .into_iter()
        .map(|(file, text)| (format!("sources/{file}.toml"), text));
    files
        .chain([("organisers.toml".to_owned(), organisers)])
        .collect()
}

/// The source behind a group's page, if the address alone says it, and its id.
fn source(page: &str, settings: &FetchSettings) -> Option<(Candidate, String)> {
    let platform_of = |url: &str| Some(config::infer(url, None, settings).ok()?.platform);
    let link = Link::parse(page).ok()?;
    let found = discover::behind_address(link.as_str(), platform_of);
    let [candidate] = <[Candidate; 1]>::try_from(found).ok()?;
    // Any page may be read as one with events in it; whether it has some, only the network tells.
    let is_known = !matches!(candidate.platform, Platform::Jsonld | Platform::Page);
    let id = config::infer(&candidate.url, Some(candidate.platform), settings)
        .ok()?
        .id?;
    is_known.then_some((candidate, id.0))
}

fn entry(habit: &Habit, candidate: &Candidate) -> Entry {
    let mut entry = Entry::new("source");
    entry.text("url", &candidate.url, "");
    let settings = Settings::default().fetch;
    let inferred = config::infer(&candidate.url, None, &settings).ok();
    if inferred.as_ref().map(|inferred| inferred.platform) != Some(candidate.platform) {
        entry.text("platform", candidate.platform.name(), "");
    }
    entry.text("organiser", &habit.name, "");
    let page = inferred.and_then(|inferred| inferred.page);
    let printed = habit.pages.first();
    if let Some(printed) =
        printed.filter(|printed| page.as_ref().map(Link::as_str) != Some(printed))
    {
        entry.text("organiser-url", printed, "");
    }
    common(habit, &mut entry);
    entry
}

fn organiser(habit: &Habit, page: Option<&String>) -> Entry {
    let mut entry = Entry::new("organiser");
    entry.text("name", &habit.name, "");
    if let Some(page) = page {
        entry.text("url", page, "");
    }
    common(habit, &mut entry);
    entry
}

/// The usual place and mode, each with how often it was printed.
fn common(habit: &Habit, entry: &mut Entry) {
    let of = |count: usize, all: usize| match all {
        1 => "printed once".to_owned(),
        _ if count == all => format!("all {all} times"),
        _ => format!("{count} of {all} times"),
    };
    let all: usize = habit.places.iter().map(|(_, count)| count).sum();
    if let Some((place, count)) = habit.places.iter().max_by_key(|(_, count)| *count) {
        entry.text(
            "place",
            &place.printed(&[place.country()]),
            &of(*count, all),
        );
    }
    let all: usize = habit.modes.values().sum();
    if let Some((mode, count)) = habit.modes.iter().max_by_key(|(_, count)| **count) {
        entry.text("mode", mode.name(), &of(*count, all));
    }
}
