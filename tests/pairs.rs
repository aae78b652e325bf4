//! Sameness measured on pairs of rows of the newsletter's archive that a human has labelled
//! (`tests/pairs.tsv`): how many of those that are one event are found, and that none of those that are
//! two is merged.

use crate::markdown::topic;
use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusty_events::believe::absence;
use rusty_events::believe::believed_of;
use rusty_events::believe::deduplicate::{Identities, deduplicate, suspicions};
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::event::{Event, Key, Status, Title};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::{Link, Meaning};
use rusty_events::facts::listing::{End, Listing, Part};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Organiser, Platform, Source, SourceId, Way};
use rusty_events::facts::when::{Stamp, When};
use rusty_events::store::{Store, Visit};
use std::collections::{BTreeMap, BTreeSet};

/// The labelled pairs: facts of the newsletter's archive.
const PAIRS: &str = include_str!("pairs.tsv");

/// The zone of all: the newsletter prints no times, and all begin at 19:00.
const ZONE: chrono_tz::Tz = chrono_tz::Tz::Europe__Berlin;

struct Pair {
    line: usize,
    label: &'static str,
    class: &'static str,
    rows: [Row; 2],
}

#[derive(Clone)]
struct Row {
    first: NaiveDate,
    last: Option<NaiveDate>,
    hour: u32,
    mode: Mode,
    place: Option<Place>,
    organiser: Organiser,
    title: Title,
    link: Link,
}

impl Pair {
    fn read((number, line): (usize, &'static str)) -> Pair {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 19, "line {}", number + 1);
        let hours: u32 = fields[4].parse().unwrap();
        Pair {
            line: number + 1,
            label: fields[1],
            class: fields[2],
            rows: [
                Row::read(&fields[5..12], 19),
                Row::read(&fields[12..19], 19 + hours),
            ],
        }
    }

    /// The platforms' own sources of both rows: equal if one source tells both.
    fn own(&self) -> [Source; 2] {
        [self.rows[0].source(), self.rows[1].source()]
    }

    /// As two sources tell them: each row by its own, or the second by a calendar of many groups.
    fn as_two_sources(&self) -> ([Source; 2], [Event; 2]) {
        let [one, mut other] = self.own();
        if one.id == other.id {
            other = community();
        }
        let events = [self.rows[0].event(&one), self.rows[1].event(&other)];
        ([one, other], events)
    }
}

impl Row {
    fn read(fields: &[&'static str], hour: u32) -> Row {
        let (first, last) = match fields[0].split_once('/') {
            Some((first, last)) => (first, last.parse().ok()),
            None => (fields[0], None),
        };
        Row {
            first: first.parse().unwrap(),
            last,
            hour,
            mode: Mode::parse(fields[1]).unwrap(),
            place: (fields[2] != "-").then(|| Place::parse(fields[2]).unwrap()),
            organiser: Organiser {
                name: fields[3].to_owned(),
                url: Link::parse(fields[4]).ok(),
            },
            title: Title::parse(fields[5]).unwrap(),
            link: Link::parse(fields[6]).unwrap(),
        }
    }

    fn source(&self) -> Source {
        let parts: Vec<&str> = self.link.as_str().split('/').collect();
        let name = &*self.organiser.name;
        let (platform, group) = match self.link.meaning() {
            Meaning::Event {
                scope: "meetup", ..
            } => (Platform::Meetup, parts[3]),
            Meaning::Event { scope: "luma", .. } => (Platform::Luma, name),
            Meaning::Event {
                scope: "eventbrite",
                ..
            } => (Platform::Eventbrite, name),
            Meaning::Event {
                scope: "hasgeek", ..
            } => (Platform::Hasgeek, parts[3]),
            _ => (Platform::Jsonld, parts[2]),
        };
        let id = format!("{platform}/{group}");
        source(
            &id,
            platform,
            Some(self.organiser.clone()),
            self.place.clone(),
        )
    }

    fn event(&self, source: &Source) -> Event {
        let id = match self.link.meaning() {
            Meaning::Event { id, .. } if source.organiser.is_some() => id,
            _ => format!("{}@{}", self.link, self.first),
        };
        let start = self.first.and_hms_opt(self.hour, 0, 0).unwrap();
        Event {
            keys: vec![Key::new(source.platform.scope(&source.id), &id, None)],
            listing: id,
            source: source.id.clone(),
            ways: vec![(Way::Feed, Part::List)],
            line: 1,
            title: self.title.clone(),
            when: match self.last {
                Some(last) => When::Days {
                    first: self.first,
                    last,
                },
                None => When::Timed {
                    start: Stamp::Zoned(start, ZONE).instant(ZONE),
                    end: None,
                    zone: ZONE,
                },
            },
            mode: self.mode,
            mode_is_forced: false,
            place: self.place.clone(),
            place_is_forced: false,
            venue: None,
            online_url: None,
            organisers: vec![self.organiser.clone()],
            link: Some(self.link.clone()),
            further_links: Vec::new(),
            mentions: Vec::new(),
            status: Status::Confirmed,
            unlisted: None,
            call: None,
            print_from: None,
            description: String::new(),
            flags: Vec::new(),
            choices: Vec::new(),
        }
    }

    fn listing(&self) -> Option<Listing> {
        let Meaning::Event { id, .. } = self.link.meaning() else {
            return None;
        };
        let start = Stamp::Zoned(self.first.and_hms_opt(self.hour, 0, 0)?, ZONE);
        let mut listing = Listing::new(id, self.title.as_str(), start, Way::Feed);
        listing.end = Some(End::After(TimeDelta::hours(2)));
        listing.link = Some(self.link.to_string());
        listing.mode = Some(self.mode);
        Some(listing)
    }
}

fn source(
    id: &str,
    platform: Platform,
    organiser: Option<Organiser>,
    place: Option<Place>,
) -> Source {
    Source {
        organiser,
        place,
        zone: Some(ZONE),
        ..Source::new(
            id,
            Address::Web(format!("https://example.org/{id}")),
            platform,
        )
    }
}

fn community() -> Source {
    source("ics/community", Platform::Ics, None, None)
}

fn pairs() -> impl Iterator<Item = Pair> {
    let lines = PAIRS.lines().enumerate();
    lines
        .filter(|(_, line)| !line.starts_with('#'))
        .map(Pair::read)
}

/// What became of pairs: how many of each label were merged, suspected or left apart.
#[derive(Debug, Default, PartialEq)]
struct Score {
    counts: BTreeMap<(&'static str, &'static str), usize>,
    lines: Vec<String>,
}

impl Score {
    fn add(&mut self, pair: &Pair, outcome: &'static str) {
        *self.counts.entry((pair.label, outcome)).or_default() += 1;
        let right = matches!(
            (pair.label, outcome),
            ("one", "merged") | ("two", "apart") | ("unsure", _)
        );
        if !right {
            self.lines.push(format!(
                "line {}: {} ({}) {outcome}: {} / {}",
                pair.line, pair.label, pair.class, pair.rows[0].title, pair.rows[1].title
            ));
        }
    }

    fn of(&self, label: &'static str, outcome: &'static str) -> usize {
        self.counts.get(&(label, outcome)).copied().unwrap_or(0)
    }

    /// Merged, suspected and apart: of those that are one, then of those that are two.
    fn figures(&self) -> [[usize; 3]; 2] {
        ["one", "two"]
            .map(|label| ["merged", "suspected", "apart"].map(|outcome| self.of(label, outcome)))
    }

    /// The figures in words, for readers of the tests' output (`--nocapture`).
    fn report(&self, what: &str) -> String {
        let [[merged, suspected, missed], [wrong, doubted, apart]] = self.figures();
        let percent = |part: usize, whole: usize| (part * 1000 + whole / 2) / whole.max(1);
        let tenths = |permille: usize| format!("{}.{} %", permille / 10, permille % 10);
        format!(
            "{what}: of {} that are one {merged} merged, {suspected} suspected, {missed} missed; of {} that are two {wrong} merged, {doubted} suspected.\n\
             Merges: precision {}, recall {}; with suspicions: precision {}, recall {}.\n{}",
            merged + suspected + missed,
            wrong + doubted + apart,
            tenths(percent(merged, merged + wrong)),
            tenths(percent(merged, merged + suspected + missed)),
            tenths(percent(
                merged + suspected,
                merged + suspected + wrong + doubted
            )),
            tenths(percent(merged + suspected, merged + suspected + missed)),
            self.lines.join("\n")
        )
    }
}

fn outcome(sources: &[Source], events: Vec<Event>) -> &'static str {
    let twins = deduplicate(events, sources, &Identities::default(), &topic());
    match (twins.len(), suspicions(&twins, &topic()).len()) {
        (1, _) => "merged",
        (_, 0) => "apart",
        _ => "suspected",
    }
}

#[test]
fn pairs_of_two_sources_are_merged_if_they_are_one_and_never_if_they_are_two() {
    let mut score = Score::default();
    for pair in pairs() {
        let (sources, events) = pair.as_two_sources();
        score.add(&pair, outcome(&sources, events.to_vec()));
        let [one, other] = events;
        let turned = outcome(&sources, vec![other, one]);
        score.add(&pair, turned);
    }
    for count in score.counts.values_mut() {
        assert_eq!(*count % 2, 0, "the order of the events matters");
        *count /= 2;
    }
    score.lines.dedup();
    let report = score.report("as two sources tell them");
    crate::said(&report);
    assert_eq!(score.figures(), [[54, 10, 2], [0, 8, 68]], "{report}");
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn read(source: &Source, listings: Vec<Listing>) -> Visit {
    telling::read(&source.id.0, Way::Feed, listings)
}

/// What two readings of one source make of a pair, the first naming the one row and the second the
/// other, with a neighbour that stays: one event under the id it had, or two.
fn as_readings(pair: &Pair) -> Option<&'static str> {
    // A misprint is none of the source's: it never said so in any reading.
    if pair.class.starts_with("wrong-") {
        return None;
    }
    let [source, other] = pair.own();
    let [before, after] = [pair.rows[0].listing()?, pair.rows[1].listing()?];
    if source.id != other.id || before.key == after.key {
        return None;
    }
    let mut neighbour = before.clone();
    neighbour.key = "neighbour".to_owned();
    neighbour.start = neighbour.start.plus(TimeDelta::days(14))?;

    let mut store = Store::in_memory().unwrap();
    let early = pair.rows[0].first.min(pair.rows[1].first);
    let day = early - TimeDelta::days(3);
    let [first, second] = ["06:00", "12:00"].map(|time| at(&format!("{day}T{time}:00Z")));
    let window = Window {
        from: day,
        to: day + TimeDelta::days(60),
    };
    let events = |store: &Store| {
        let listings = store.listings().unwrap();
        believed_of(&source, &listings[&source.id], window, &Groups::default()).events
    };
    store
        .record(
            &read(&source, vec![before.clone(), neighbour.clone()]),
            first,
        )
        .unwrap();
    let mut identities = Identities::default();
    let all = events(&store);
    for (key, id) in identities.new_keys(all.iter()) {
        identities.keys.insert(key, (id, first));
    }
    let old = all.iter().find(|event| event.listing == before.key)?;
    let (old, _) = identities.of(old);

    store
        .record(&read(&source, vec![after.clone(), neighbour]), second)
        .unwrap();
    let twins = deduplicate(
        events(&store),
        std::slice::from_ref(&source),
        &identities,
        &topic(),
    );
    let ids: BTreeSet<_> = twins.iter().map(|set| &set.id).collect();
    let new = twins
        .iter()
        .find(|set| set.members[0].1.listing == after.key)?;
    Some(if new.id == old {
        assert_eq!(ids.len(), 2, "line {}", pair.line);
        "merged"
    } else {
        assert_eq!(ids.len(), 3, "line {}", pair.line);
        "apart"
    })
}

#[test]
fn an_event_with_an_id_that_changes_is_handed_over_and_no_other() {
    let mut score = Score::default();
    for pair in pairs() {
        if let Some(outcome) = as_readings(&pair) {
            score.add(&pair, outcome);
        }
    }
    let report = score.report("as two readings of one source");
    crate::said(&report);
    assert_eq!(score.figures(), [[39, 0, 0], [0, 0, 37]], "{report}");
}

#[test]
fn two_events_that_two_sources_list_each_stay_two() {
    for pair in pairs().filter(|pair| pair.label == "two") {
        let [one, other] = pair.own();
        let calendar = community();
        let [a, b] = [pair.rows[0].event(&one), pair.rows[1].event(&other)];
        let copies = [&pair.rows[0], &pair.rows[1]].map(|row| row.event(&calendar));
        let mut events = vec![a.clone(), b.clone()];
        // One page under both names is one event to its platform.
        if one.id == other.id && a.keys == b.keys {
            continue;
        }
        events.extend(copies.iter().cloned());
        let sources = [one, other, calendar];
        let twins = deduplicate(events, &sources, &Identities::default(), &topic());
        let of = |event: &Event| {
            twins
                .iter()
                .position(|set| set.members.iter().any(|(_, member)| member == event))
        };
        assert_eq!(
            of(&a),
            of(&copies[0]),
            "line {}: the first's copy",
            pair.line
        );
        assert_eq!(
            of(&b),
            of(&copies[1]),
            "line {}: the second's copy",
            pair.line
        );
        assert_ne!(of(&a), of(&b), "line {}", pair.line);
    }
}

#[test]
fn the_table_is_whole() {
    let count = |label: &str| pairs().filter(|pair| pair.label == label).count();
    assert_eq!((count("one"), count("two"), count("unsure")), (66, 76, 9));
    assert_eq!(pairs().count(), 151, "no other label");
}

/// The rows of one source in one issue of the archive, by the platform's ids, as its listings.
type Reading = BTreeMap<String, Listing>;

/// What each source's readings were: those of successive issues, by the day of the issue.
fn readings_of_the_archive(rows: &str) -> BTreeMap<SourceId, BTreeMap<NaiveDate, Reading>> {
    let mut readings: BTreeMap<SourceId, BTreeMap<NaiveDate, Reading>> = BTreeMap::new();
    for line in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let read = || {
            let link = &row["links"][0];
            let row = Row {
                first: text(&row["date"])?.parse().ok()?,
                last: None,
                hour: 19,
                mode: Mode::parse(&text(&row["mode"])?)?,
                place: None,
                organiser: Organiser {
                    name: text(&row["organisers"][0]["name"])?,
                    url: None,
                },
                title: Title::parse(&text(&link["title"])?)?,
                link: Link::parse(&text(&link["url"])?).ok()?,
            };
            Some((row.source().id, row.listing()?))
        };
        let Some((source, listing)) = read() else {
            continue;
        };
        let issue = text(&row["issue_date"]).unwrap().parse().unwrap();
        let reading = readings
            .entry(source)
            .or_default()
            .entry(issue)
            .or_default();
        reading.entry(listing.key.clone()).or_insert(listing);
    }
    readings
}

#[test]
fn ids_that_change_from_issue_to_issue_of_the_archive_are_handed_over() {
    let Some(folder) = crate::corpus() else {
        return;
    };
    let rows = std::fs::read_to_string(folder.join("rows.jsonl")).unwrap();
    // Handed over on the same day, and to another; listed under a new id on the day of one that went, and
    // not handed over.
    let (mut same, mut moved, mut left) = (0, Vec::new(), Vec::new());
    for (source, issues) in readings_of_the_archive(&rows) {
        let days: Vec<_> = issues.iter().collect();
        for pair in days.windows(2) {
            let [(_, before), (today, after)] = pair else {
                unreachable!()
            };
            let unknown = |known: &Reading, listing: &Listing| !known.contains_key(&listing.key);
            let new: Vec<&Listing> = after.values().filter(|new| unknown(before, new)).collect();
            let missing: Vec<&Listing> = before
                .values()
                .filter(|old| unknown(after, old) && old.start.date() >= **today)
                .collect();
            let named: Vec<&Listing> = after.values().collect();
            let now = today.and_time(chrono::NaiveTime::MIN).and_utc();
            let handed = absence::handovers(&new, &missing, &named, None, &topic(), now);
            for (to, from) in &handed {
                let (to, from) = (new[*to], missing[*from]);
                if to.start == from.start {
                    same += 1;
                } else {
                    moved.push(format!(
                        "{today} {source}: {} ({:?}) to {} ({:?})",
                        from.key, from.start, to.key, to.start
                    ));
                }
            }
            left.extend(missing.iter().enumerate().filter_map(|(from, old)| {
                let is_handed = handed.iter().any(|(_, handed)| *handed == from);
                let again = new.iter().any(|new| new.start == old.start);
                (again && !is_handed).then(|| format!("{today} {source}: {}", old.key))
            }));
        }
    }
    let report = format!(
        "from issue to issue: {same} handed over on their day, {} moved {moved:#?}, {} not {left:#?}",
        moved.len(),
        left.len()
    );
    crate::said(&report);
    // The one is another: a meeting in person in the week of an online one.
    assert_eq!((same, moved.len(), left.len()), (30, 0, 1), "{report}");
}
