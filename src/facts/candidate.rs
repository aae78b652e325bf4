//! Candidates: groups and calendars that no source reads, with the evidence that they should be read.

use super::event::counted;
use super::link::Link;
use super::listing::Listing;
use super::source::Platform;
use super::topic::Topic;
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Events that are kept of a candidate: the latest.
const MOST_EVENTS: usize = 10;
/// Pieces of evidence of one kind that are kept of a candidate: the latest. No more count for its rank.
const MOST_OF_A_KIND: usize = 4;

/// The prefix of a subject that comes from a comparison with a source; the source's id follows.
pub const COMPARED_WITH: &str = "compared with ";

/// A group or calendar that could become a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id: six hexadecimal digits of the SHA-256 of its page, more if two candidates share them.
    pub id: String,
    /// Its page in the newsletter's spelling; a group's feed has the page of the group. No two candidates share one.
    pub page: Link,
    /// The address that a source would read.
    pub url: String,
    /// Who would read it.
    pub platform: Platform,
    /// Its name, where something states it.
    pub name: Option<String>,
    /// Its place, as the newsletter prints it.
    pub place: Option<String>,
    /// Days and titles of its events, in the order of the days.
    pub events: BTreeSet<(NaiveDate, String)>,
    /// Why it is one, the strongest first.
    pub evidence: Vec<Evidence>,
    /// The entry that would make it a source, as TOML.
    pub entry: Option<String>,
    /// When its own page was last read, and what went wrong if something did.
    pub looked: Option<(DateTime<Utc>, Option<String>)>,
    /// When it was first found.
    pub first_seen: DateTime<Utc>,
    /// When something last spoke for it.
    pub last_seen: DateTime<Utc>,
    /// What an editor made of it.
    pub state: State,
    /// Who decided so, and why, where that was said.
    pub decided: Option<Decided>,
}

/// What an editor made of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing yet.
    New,
    /// It is not wanted.
    Ignored,
    /// A source reads it now.
    Added,
}

impl State {
    const ALL: [State; 3] = [State::New, State::Ignored, State::Added];

    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            State::New => "new",
            State::Ignored => "ignored",
            State::Added => "added",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Who decided about a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// An editor's name; `None` at a terminal.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A reason to read a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What kind of reason.
    pub kind: Kind,
    /// What it is about, within its kind: a source, a search, a pull request. The same again replaces the earlier one.
    pub subject: String,
    /// The reason, in a sentence without a capital and a full stop.
    pub words: String,
    /// Where a person can see it.
    pub link: Option<String>,
    /// When it was first found.
    pub since: DateTime<Utc>,
}

/// The kinds of evidence, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A group that is read elsewhere says or shows that it has moved here.
    Moved,
    /// People wrote its events into drafts.
    ByHand,
    /// People sent its events as a pull request.
    PullRequest,
    /// It holds events in a calendar of many groups.
    Organiser,
    /// A search found it.
    Search,
    /// An event's description links to it.
    Linked,
    /// A source that is read well lists the same events: most likely they are announced twice.
    Twice,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Moved,
        Kind::ByHand,
        Kind::PullRequest,
        Kind::Organiser,
        Kind::Search,
        Kind::Linked,
        Kind::Twice,
    ];

    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Moved => "moved",
            Kind::ByHand => "by-hand",
            Kind::PullRequest => "pull-request",
            Kind::Organiser => "organiser",
            Kind::Search => "search",
            Kind::Linked => "linked",
            Kind::Twice => "twice",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What one such piece of evidence is worth. People who know the topic come before anything that a program
    /// finds: an editor typed the event, a contributor sent it, a group said where it went.
    fn points(self) -> i32 {
        match self {
            Kind::Moved => 60,
            Kind::ByHand => 50,
            Kind::PullRequest => 40,
            Kind::Organiser => 20,
            Kind::Search => 10,
            Kind::Linked => 5,
            Kind::Twice => -40,
        }
    }

    /// Whether it shows by itself that the group is about the topic: it is read already, or people who know the topic
    /// wrote down its events.
    fn is_about_the_topic(self) -> bool {
        matches!(self, Kind::Moved | Kind::ByHand | Kind::PullRequest)
    }
}

/// How likely a candidate is to be wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    /// More is better.
    pub points: i32,
    /// Whether anything shows that it is about the topic. Others are not counted and not listed unless asked for.
    pub is_about_the_topic: bool,
    /// What speaks of the topic, in words.
    pub of_topic: String,
}

impl Candidate {
    /// A candidate of which nothing is known but its address.
    pub fn new(page: Link, url: &str, platform: Platform, now: DateTime<Utc>) -> Candidate {
        Candidate {
            id: id_of(&page, SHORTEST_ID),
            page,
            url: url.to_owned(),
            platform,
            name: None,
            place: None,
            events: BTreeSet::new(),
            evidence: Vec::new(),
            entry: None,
            looked: None,
            first_seen: now,
            last_seen: now,
            state: State::New,
            decided: None,
        }
    }

    /// Takes in the events of a look or a piece of evidence.
    pub fn list(&mut self, listings: &[Listing]) {
        let found = listings
            .iter()
            .map(|of| (of.start.date(), of.title.clone()));
        self.events.extend(found);
        while self.events.len() > MOST_EVENTS {
            self.events.pop_first();
        }
    }

    /// Takes in a piece of evidence. What was said before about the same subject goes, but its day stays.
    pub fn add(&mut self, evidence: Evidence) {
        let same = |of: &&mut Evidence| of.kind == evidence.kind && of.subject == evidence.subject;
        match self.evidence.iter_mut().find(same) {
            Some(known) => {
                known.words = evidence.words;
                known.link = evidence.link;
            }
            None => self.evidence.push(evidence),
        }
        self.evidence
            .sort_by(|a, b| (a.kind, b.since, &a.subject).cmp(&(b.kind, a.since, &b.subject)));
        let (mut kind, mut pieces) = (None, 0);
        self.evidence.retain(|of| {
            pieces = if kind == Some(of.kind) { pieces + 1 } else { 1 };
            kind = Some(of.kind);
            pieces <= MOST_OF_A_KIND
        });
    }

    /// The id of the source that the group seems to have left for this page.
    pub fn moved_from(&self) -> Option<&str> {
        let moved = self.evidence.iter().find(|of| of.kind == Kind::Moved)?;
        let compared = moved.subject.strip_prefix(COMPARED_WITH);
        Some(compared.unwrap_or(&moved.subject))
    }

    /// How likely it is to be wanted, given the topic. Without one, all are about it.
    ///
    /// Each kind of evidence counts once, and half for each further piece up to three: fifty links say little more than
    /// three. A word of the topic in the name counts as much as an event typed by hand, and so does one in every title.
    pub fn rank(&self, topic: &Topic) -> Rank {
        let mut points = 0;
        for kind in Kind::ALL {
            let pieces = self.evidence.iter().filter(|of| of.kind == kind).count();
            let further =
                i32::try_from(pieces.saturating_sub(1).min(MOST_OF_A_KIND - 1)).unwrap_or(0);
            points += match pieces {
                0 => 0,
                _ => kind.points() + further * kind.points() / 2,
            };
        }
        let names = |text: &str| topic.is_named_in(text);
        let address = self
            .page
            .as_str()
            .split_once("://")
            .map_or("", |(_, rest)| rest);
        let in_name = self.name.as_deref().is_some_and(names) || names(address);
        let all = self.events.len();
        let on = self.events.iter().filter(|(_, title)| names(title)).count();
        points += if in_name { 50 } else { 0 };
        points += i32::try_from(50 * on / all.max(1)).unwrap_or(0);
        let by_people = self.evidence.iter().any(|of| of.kind.is_about_the_topic());
        let titles = format!("{on} of {}", counted(all, "title", "titles"));
        Rank {
            points,
            is_about_the_topic: in_name || on > 0 || by_people || topic.is_empty(),
            of_topic: match (in_name, on, by_people) {
                (true, 0, _) => "its name is about the topic".to_owned(),
                (true, ..) => format!("its name and {titles} are about the topic"),
                (false, 0, true) => {
                    "people who know the topic wrote down its events, or its source is read already"
                        .to_owned()
                }
                (false, 0, false) => {
                    "neither its name nor a title has a word of the topic".to_owned()
                }
                (false, 1, _) => format!("{titles} has a word of the topic"),
                (false, ..) => format!("{titles} have a word of the topic"),
            },
        }
    }
}

/// Digits of an id, unless two candidates share them.
const SHORTEST_ID: usize = 6;

/// The id of a page, with so many hexadecimal digits.
fn id_of(page: &Link, digits: usize) -> String {
    let digest = Sha256::digest(page.as_str().as_bytes());
    let id: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    id.chars().take(digits).collect()
}

/// Gives a candidate an id that none of the others has.
pub fn tell_apart(new: &mut Candidate, others: &BTreeSet<String>) {
    let mut digits = SHORTEST_ID;
    while others.contains(&new.id) && digits < 64 {
        digits += 1;
        new.id = id_of(&new.page, digits);
    }
}
