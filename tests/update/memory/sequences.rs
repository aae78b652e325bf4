//! Drafts as people use them: updated, reverted to earlier versions, half merged, edited by hand, while their events
//! change, move and are cancelled. In every order nothing that a person typed is lost, no event is there twice, no
//! event is missing unless a person removed it, and what was removed stays out.
//!
//! The chance is a number: `RUSTY_EVENTS_SEQUENCES=10000` tries that many instead of the usual few, and
//! `RUSTY_EVENTS_SEQUENCES=5000-10000` the later half of them.

use super::super::{Desk, cancelled, draft_of, evening, row};
use rusty_events::compose::Updated;
use rusty_events::facts::listing::Listing;
use rusty_events::section::merge::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const SEQUENCES: u64 = 200;
const STEPS: usize = 12;

/// Numbers that look like chance and are the same for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, many: usize) -> usize {
        let many = u64::try_from(many.max(1)).unwrap();
        usize::try_from(self.next() % many).unwrap()
    }
}

#[derive(Clone)]
struct Event {
    id: usize,
    title: String,
    day: usize,
    takes_place: bool,
}

impl Event {
    fn listing(&self) -> Listing {
        let day = format!("2026-09-{:02}", self.day);
        let listing = evening(&format!("50{:02}", self.id), &self.title, &day);
        if self.takes_place {
            listing
        } else {
            cancelled(listing)
        }
    }
}

/// What happened in all sequences together.
#[derive(Default, Debug)]
struct Tally {
    updates: usize,
    rows: usize,
    taken_out: usize,
    written_again: usize,
    edits: usize,
    edits_overruled: usize,
    /// Rows that count as removed though no person removed them: the draft is an old one, and looks exactly as if
    /// they had been removed from a text that we wrote.
    indistinguishable: usize,
}

struct World {
    desk: Desk,
    events: Vec<Event>,
    /// Every state of the draft.
    history: Vec<String>,
    draft: String,
    /// Marks that people made: in rows of their own, and in the words of others.
    written: usize,
    edited: usize,
    /// Events of which a person removed the row at any time.
    ever_taken_out: BTreeSet<String>,
    /// The rows of every text that an update wrote.
    texts: Vec<Vec<String>>,
    /// The rows of every text that an update was given.
    given: Vec<Vec<String>>,
    /// The day of each event that counts as taken out.
    out: BTreeMap<String, String>,
    story: String,
}

/// Whether a person typed the row.
fn is_typed(row: &str) -> bool {
    page(row).contains("oslo.example")
}

/// The rows of a draft.
fn rows(draft: &str) -> Vec<String> {
    let lines: Vec<&str> = draft.split_inclusive('\n').collect();
    lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("* 2026"))
        .map(|pair| pair.concat())
        .collect()
}

fn with_rows(rows: &[String]) -> String {
    if rows.is_empty() {
        draft_of(&[])
    } else {
        draft_of(&[("Europe", rows)])
    }
}

/// The link of a row's event: the same for all its life.
fn page(row: &str) -> &str {
    let start = row.rfind("](").unwrap() + 2;
    &row[start..start + row[start..].find(')').unwrap()]
}

/// The marks in a text that begin with a letter, each with its number.
fn marks(text: &str, letter: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for word in text.split(|char: char| !char.is_ascii_alphanumeric()) {
        let number = word.strip_prefix(letter);
        if number.is_some_and(|number| number.parse::<usize>().is_ok()) {
            *found.entry(word.to_owned()).or_default() += 1;
        }
    }
    found
}

impl World {
    fn new(chance: &mut Chance) -> World {
        let mut world = World {
            desk: Desk::new(),
            events: Vec::new(),
            history: Vec::new(),
            draft: draft_of(&[]),
            written: 0,
            edited: 0,
            ever_taken_out: BTreeSet::new(),
            texts: Vec::new(),
            given: Vec::new(),
            out: BTreeMap::new(),
            story: String::new(),
        };
        for _ in 0..1 + chance.below(7) {
            world.new_event(chance);
        }
        world.tell();
        // Some of the events, people had typed before.
        let typed: Vec<String> = world
            .events
            .iter()
            .filter(|event| event.id.is_multiple_of(3))
            .map(|event| {
                let day = format!("2026-09-{:02}", event.day);
                row(&format!("50{:02}", event.id), &event.title, &day)
            })
            .collect();
        world.draft = with_rows(&typed);
        world.write(chance);
        world.history.push(world.draft.clone());
        world
    }

    fn new_event(&mut self, chance: &mut Chance) {
        let id = self.events.len() + 1;
        self.events.push(Event {
            id,
            title: format!("Title {id}"),
            day: 1 + chance.below(22),
            takes_place: true,
        });
    }

    fn tell(&mut self) {
        // A return to what was said shortly before is believed a day later.
        self.desk.now += chrono::TimeDelta::hours(25);
        let listed: Vec<Listing> = self.events.iter().map(Event::listing).collect();
        self.desk.tell(&listed);
    }

    fn write(&mut self, chance: &mut Chance) {
        self.written += 1;
        let (number, day) = (self.written, 1 + chance.below(22));
        let mut rows = rows(&self.draft);
        let at = chance.below(rows.len() + 1);
        rows.insert(at, format!("* 2026-09-{day:02} | Oslo, NO | [Rust Oslo](https://oslo.example/)\n    * [**By hand w{number}**](https://oslo.example/w{number})\n"));
        self.draft = with_rows(&rows);
    }

    fn step(&mut self, chance: &mut Chance, tally: &mut Tally) {
        let before = self.draft.clone();
        let what = match chance.below(12) {
            0..=3 => {
                self.update(tally);
                "update"
            }
            4 | 5 => {
                let at = chance.below(self.history.len());
                self.draft = self.history[at].clone();
                "take back"
            }
            6 => {
                let at = chance.below(self.history.len());
                let cut = format!("* 2026-09-{:02}", 1 + chance.below(22));
                let other = rows(&self.history[at]);
                let (kept, lost): (Vec<String>, Vec<String>) = rows(&self.draft)
                    .into_iter()
                    .partition(|row| row[..12] <= cut[..]);
                let (left, taken): (Vec<String>, Vec<String>) =
                    other.into_iter().partition(|row| row[..12] <= cut[..]);
                let merged = [kept, taken].concat();
                // Such a merge removes rows, even if that was not meant.
                let lost = lost.iter().chain(&left).filter(|row| !merged.contains(row));
                self.ever_taken_out
                    .extend(lost.map(|row| page(row).to_owned()));
                self.draft = with_rows(&merged);
                "half a merge"
            }
            7 => {
                self.write(chance);
                "write"
            }
            8 => {
                let mut rows = rows(&self.draft);
                if !rows.is_empty() {
                    let at = chance.below(rows.len());
                    self.edited += 1;
                    let mark = format!(" e{}**](", self.edited);
                    rows[at] = rows[at].replacen("**](", &mark, 1);
                    self.draft = with_rows(&rows);
                }
                "edit"
            }
            9 => {
                let mut rows = rows(&self.draft);
                if !rows.is_empty() {
                    let at = chance.below(rows.len());
                    let row = rows.remove(at);
                    self.ever_taken_out.insert(page(&row).to_owned());
                    self.draft = with_rows(&rows);
                }
                "take out"
            }
            10 => {
                self.new_event(chance);
                self.tell();
                "new event"
            }
            _ => {
                let at = chance.below(self.events.len());
                let event = &mut self.events[at];
                match chance.below(3) {
                    0 => event.title.push_str(", again"),
                    1 => event.day = 1 + chance.below(22),
                    _ => event.takes_place = !event.takes_place,
                }
                self.tell();
                "an event changes"
            }
        };
        let _ = writeln!(self.story, "--- {what}");
        if self.draft != before {
            let _ = writeln!(self.story, "{}", rows(&self.draft).concat());
            self.history.push(self.draft.clone());
        }
    }

    fn update(&mut self, tally: &mut Tally) {
        let given = self.draft.clone();
        let (new, updated) = self.desk.update(&given);
        let failed = self.wrong(&given, &new, &updated, tally);
        let (again, _) = self.desk.update(&new);
        let failed =
            failed.or_else(|| (again != new).then(|| "a second run changes it".to_owned()));
        if let Some(what) = failed {
            panic!(
                "{what}\n{}=== given\n{}\n=== written\n{}\n{:?}\n{:#?}",
                self.story,
                rows(&given).concat(),
                rows(&new).concat(),
                updated.report.without_base,
                updated.report.entries
            );
        }
        self.texts.push(rows(&new));
        self.given.push(rows(&given));
        self.draft = new;
    }

    /// Whether a draft is a text that we wrote, without the rows that the report calls removed, and with nothing
    /// else than rows that people typed. Then nothing in it can show that it is an older version, unless an update
    /// was given just these rows: that one is remembered, and its draft must be recognised.
    fn looks_like_a_removal(&self, draft: &[String], removed: &BTreeSet<&str>) -> bool {
        let is_gone =
            |row: &String| removed.contains(page(row)) || self.ever_taken_out.contains(page(row));
        let was_given = self.given.iter().any(|given| given == draft);
        !was_given
            && self.texts.iter().any(|text| {
                let mut missing = text.iter().filter(|row| !draft.contains(row));
                let mut further = draft.iter().filter(|row| !text.contains(row));
                missing.all(is_gone) && further.all(|row| is_typed(row))
            })
    }

    /// What is wrong with an update.
    fn wrong(
        &mut self,
        given: &str,
        new: &str,
        updated: &Updated,
        tally: &mut Tally,
    ) -> Option<String> {
        tally.updates += 1;
        let (old_rows, new_rows) = (rows(given), rows(new));
        tally.rows += new_rows.len();
        if *new != with_rows(&new_rows) {
            return Some("more than rows changed".to_owned());
        }
        // What people wrote stands as often as it did: its mark is in its title and in its page.
        let own = |text: &str| marks(text, "w");
        if own(given) != own(new) {
            return Some("a row that people wrote was lost or doubled".to_owned());
        }
        // What people changed stands, or the report says what took its place.
        let report = format!("{:?}", updated.report.entries);
        for mark in marks(given, "e").keys() {
            tally.edits += 1;
            if !marks(new, "e").contains_key(mark) {
                tally.edits_overruled += 1;
                if !marks(&report, "e").contains_key(mark) {
                    return Some(format!("the word {mark} was lost"));
                }
            }
        }
        let removed: BTreeSet<&str> = updated
            .report
            .of(Kind::RemovedByHand)
            .filter_map(|entry| entry.page.as_deref())
            .collect();
        tally.taken_out += removed.len();
        tally.written_again += usize::from(updated.report.without_base.is_some());
        let published = self.desk.store.published().unwrap();
        for event in published.values() {
            let link = event.links[0].url.as_str();
            if !link.contains("/rust-berlin/") {
                continue;
            }
            let day = event.when.first_day().to_string();
            let in_rows = |rows: &[String]| rows.iter().filter(|row| page(row) == link).count();
            let (stood, stands) = (in_rows(&old_rows), in_rows(&new_rows));
            if stands > 1 {
                return Some(format!("{link} stands {stands} times"));
            }
            if stood > 0 {
                self.out.remove(link);
            }
            if !event.status.takes_place() {
                if stands > 0 {
                    return Some(format!("{link} is cancelled, and stands"));
                }
                continue;
            }
            if stands == 0 && !removed.contains(link) {
                return Some(format!("{link} is missing, and nothing says why"));
            }
            if removed.contains(link) && !self.ever_taken_out.contains(link) {
                if !self.looks_like_a_removal(&old_rows, &removed) {
                    return Some(format!("no human took {link} out"));
                }
                tally.indistinguishable += 1;
                self.ever_taken_out.insert(link.to_owned());
            }
            if removed.contains(link) && stood > 0 {
                return Some(format!("{link} stood there"));
            }
            if self.out.get(link) == Some(&day) && stood == 0 && stands > 0 {
                return Some(format!("{link} was out, and is in again"));
            }
            if removed.contains(link) {
                self.out.insert(link.to_owned(), day);
            }
        }
        None
    }
}

#[test]
fn nothing_is_lost_and_nothing_doubled_in_whatever_order() {
    let asked = std::env::var("RUSTY_EVENTS_SEQUENCES").unwrap_or_default();
    let (first, last) = asked.split_once('-').unwrap_or(("0", &asked));
    let first: u64 = first.parse().unwrap();
    let last: u64 = last.parse().unwrap_or(SEQUENCES);
    let started = std::time::Instant::now();
    let mut tally = Tally::default();
    for seed in first..last {
        let mut chance = Chance(seed);
        let mut world = World::new(&mut chance);
        let _ = writeln!(world.story, "seed {seed}");
        for _ in 0..STEPS {
            world.step(&mut chance, &mut tally);
        }
        world.update(&mut tally);
    }
    let many = last - first;
    crate::said(&format!(
        "{many} sequences in {:.1?}: {tally:?}",
        started.elapsed()
    ));
    assert!(tally.taken_out > 0 && tally.written_again > 0);
    assert!(
        tally.indistinguishable * 1_000 <= tally.updates,
        "old drafts are taken for removals too often"
    );
}
