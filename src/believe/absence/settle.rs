//! What one visit changes in what is stored of a source: computed here, from values, and written by the store.

use super::{Belief, Doubt, Read, Verdict, belief, doubt, ends_at, handovers, is_another, judge};
use crate::facts::listing::{Answer, Listing};
use crate::facts::source::Way;
use crate::facts::topic::Topic;
use crate::facts::when::Stamp;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};

mod again;

use again::{doubt_return, is_as_it_was, is_off_by_its_page, wavers};

/// An event of a source's list, or a series, or an edited occurrence of one, as it is stored: the latest version of
/// what was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its row; none if it is of the reading that is settled.
    pub row: Option<i64>,
    /// What was said, and since when it is known or missing.
    pub listing: Listing,
    /// Whether it is gone.
    pub gone: bool,
    /// When it was said last, or since when it is gone; of one that is gone and was named again, when that began.
    pub last_seen: DateTime<Utc>,
    /// The ways that have named it, in this version or an earlier one.
    pub ways: BTreeSet<Way>,
    /// Whether any version of it took over from another key.
    pub is_heir: bool,
    /// The versions before this one that were said lately, the latest first.
    pub earlier: Vec<Earlier>,
}

/// A version before the latest.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// The number under which the store keeps it; none if this visit made it one.
    pub row: Option<i64>,
    /// What was said.
    pub listing: Listing,
    /// Until when.
    pub last_seen: DateTime<Utc>,
}

/// What a visit heard of a source's list.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a, 'b> {
    /// By which way.
    pub way: Way,
    /// What its events are about: words that tell none from another.
    pub topic: &'b Topic,
    /// The reading; none if the page is as it was.
    pub read: Option<Read<'a>>,
    /// What the pages of events answered that the list went without.
    pub answers: &'b [PageAnswer<'b>],
    /// Since when readings by this way are held, and for what kind of doubt.
    pub held: Option<(DateTime<Utc>, doubt::Kind)>,
    /// Whether a human has looked at the reading and believes it.
    pub accepted: bool,
    /// Whether the source is held together with others: then nothing is gone by what it says, or does not.
    pub held_with_others: bool,
}

/// What the page of a missing event answered.
#[derive(Debug, Clone, Copy)]
pub struct PageAnswer<'a> {
    /// The event's key.
    pub key: &'a str,
    /// The answer.
    pub answer: Answer,
    /// The key of the event that the list names now and that this page leads to.
    pub leads_to: Option<&'a str>,
}

/// What a visit changes, in the order in which it is to be written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes<'a> {
    /// Why the reading is held, if it is: then it changes nothing.
    pub held: Option<Doubt>,
    /// The changes.
    pub steps: Vec<Step<'a>>,
    /// Events that are new.
    pub new: usize,
    /// Events that say something else, or have another key.
    pub changed: usize,
    /// Events that are gone, or missing for the first time.
    pub gone: usize,
    /// Events that say again what they said before they last changed: not believed for the time being.
    pub wavering: usize,
}

/// One change of what is stored of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<'a> {
    /// It is named again after it was missing or gone: what its own page answered meanwhile no longer counts.
    Back(&'a str),
    /// It says what it said.
    Same(&'a Listing),
    /// It is new, or says something else: a version of its own.
    Version {
        /// What it says.
        listing: &'a Listing,
        /// The key under which its source knew it before.
        predecessor: Option<String>,
        /// The day that tells it from an earlier event under the same key.
        renewed: Option<NaiveDate>,
    },
    /// An earlier version was said again, and is not believed yet.
    Again(i64),
    /// It goes on under another key.
    Succeeded {
        /// The key it had.
        from: Named,
        /// The key it has.
        to: String,
        /// The day that tells it from an earlier event under the old key.
        renewed: Option<NaiveDate>,
    },
    /// It is missing.
    Missing(Named),
    /// It is gone.
    Gone(Named),
}

/// A listing's name in its source: its key, and the occurrence it stands for.
pub type Named = (String, Option<Stamp>);

fn name(listing: &Listing) -> Named {
    (listing.key.clone(), listing.instance)
}

/// What a visit to a source changes, given what is stored of its list.
///
/// A reading that is doubtful is held: then nothing changes ([`belief`]). Else what it names is written, and of a whole
/// reading what it does not name goes on under a new key ([`handovers`]), is missing or is gone ([`judge`]). Where
/// the page is as it was, what it went without is missing a second time.
pub fn settle<'a>(stored: Vec<Stored>, heard: Heard<'a, '_>, now: DateTime<Utc>) -> Changes<'a> {
    let mut settling = Settling::of(stored, heard, now);
    let Some(read) = heard.read else {
        settling.changes.changed = settling.follow().len();
        let named = settling.not_missing();
        settling.absent(&named, None, Terms::AsItIs);
        return settling.changes;
    };
    let terms = match settling.terms(read) {
        Ok(terms) => terms,
        Err(doubt) => {
            settling.changes.held = Some(doubt);
            return settling.changes;
        }
    };
    let mut new: Vec<&Listing> = Vec::new();
    for listing in read.listings {
        if settling.name(listing) {
            new.push(listing);
        }
    }
    if read.whole {
        // First what the pages say: they know it, the rest is a guess.
        let led = settling.follow();
        new.retain(|listing| !led.contains(&listing.key));
        let named: BTreeSet<usize> = read
            .listings
            .iter()
            .filter_map(|listing| settling.places.get(&name(listing)).copied())
            .collect();
        let handed = settling.hand_over(&new, &named);
        new.retain(|listing| !handed.contains(&listing.key));
        settling.changes.changed += led.len() + handed.len();
        let until = read.cut_off.then(|| ends_at(read.listings)).flatten();
        settling.absent(&named, until, terms);
    }
    settling.changes.new = new.len();
    settling.changes
}

/// On what terms a reading is believed.
#[derive(Clone, Copy)]
enum Terms {
    /// What it does not name is missing from now on.
    AsItIs,
    /// An earlier one that was held said the like: what it does not name is missing since then.
    Agreed(DateTime<Utc>),
    /// A human has looked: what it does not name is gone.
    Accepted,
}

struct Settling<'a, 'b> {
    stored: Vec<Stored>,
    places: HashMap<Named, usize>,
    /// Which event goes on for a key that its source knew before.
    heirs: HashMap<String, usize>,
    /// What the reading names as it was before it changed, and is not believed.
    behind: BTreeSet<usize>,
    /// Where the list ended when it was last read, if it is cut off.
    seen_until: Option<DateTime<Utc>>,
    heard: Heard<'a, 'b>,
    now: DateTime<Utc>,
    changes: Changes<'a>,
}

impl<'a, 'b> Settling<'a, 'b> {
    fn of(stored: Vec<Stored>, heard: Heard<'a, 'b>, now: DateTime<Utc>) -> Settling<'a, 'b> {
        let named = stored.iter().enumerate();
        let places = named.map(|(place, known)| (name(&known.listing), place));
        let heirs = stored.iter().enumerate().filter_map(|(place, known)| {
            let before = known.listing.predecessor.as_ref()?;
            Some((before.clone(), place))
        });
        Settling {
            heirs: heirs.collect(),
            behind: BTreeSet::new(),
            places: places.collect(),
            seen_until: ended_at(&stored).filter(|_| heard.read.is_some_and(|read| read.cut_off)),
            stored,
            heard,
            now,
            changes: Changes::default(),
        }
    }

    fn terms(&self, read: Read<'_>) -> Result<Terms, Doubt> {
        if self.heard.accepted {
            return Ok(Terms::Accepted);
        }
        let current = self.stored.iter().filter(|known| !known.gone);
        let current: Vec<&Listing> = current.map(|known| &known.listing).collect();
        let (way, held, topic) = (self.heard.way, self.heard.held, self.heard.topic);
        match belief(way, &current, read, held, topic, self.now) {
            Belief::Believed => Ok(Terms::AsItIs),
            Belief::Agreed(since) => Ok(Terms::Agreed(since)),
            Belief::Held(doubt) => Err(doubt),
        }
    }

    /// When the event was last named that goes on for the one with that key, if one does.
    fn heir_of(&self, key: &str) -> Option<DateTime<Utc>> {
        let &heir = self.heirs.get(key)?;
        let heir = &self.stored[heir];
        (!heir.gone).then_some(heir.last_seen)
    }

    /// Takes in what the reading says of one event; answers whether it is new.
    fn name(&mut self, listing: &'a Listing) -> bool {
        let heir = self.heir_of(&listing.key);
        let steps = &mut self.changes.steps;
        let Some(&place) = self.places.get(&name(listing)) else {
            self.places.insert(name(listing), self.stored.len());
            self.stored.push(Stored {
                row: None,
                listing: Listing {
                    known_since: Some(self.now),
                    ..listing.clone()
                },
                gone: false,
                last_seen: self.now,
                ways: BTreeSet::from([listing.way]),
                is_heir: false,
                earlier: Vec::new(),
            });
            steps.push(Step::Version {
                listing,
                predecessor: None,
                renewed: None,
            });
            return true;
        };
        let known = &mut self.stored[place];
        let is_old_copy = self.heard.read.is_some_and(|read| read.is_behind);
        if is_old_copy && !is_as_it_stands(known, listing) {
            self.changes.wavering += 1;
            self.behind.insert(place);
            return false;
        }
        if known.gone
            && let Some(heir) = heir
            && is_as_it_was(known, listing)
            && let Some(again) = doubt_return(&mut known.last_seen, known.row, heir, self.now)
        {
            steps.extend(again.0.map(Step::Again));
            self.changes.wavering += 1;
            return false;
        }
        if let Some(again) = is_off_by_its_page(known, listing, self.heard, self.now) {
            steps.extend(again.0.map(Step::Again));
            self.changes.wavering += 1;
            return false;
        }
        let was_missing = known.listing.missing.is_some();
        if was_missing || known.gone {
            steps.push(Step::Back(&listing.key));
        }
        if !known.gone && known.listing.says_the_same(listing) {
            (known.listing.missing, known.last_seen) = (None, self.now);
            steps.push(Step::Same(listing));
            return false;
        }
        if !known.gone
            && !was_missing
            && let Some(again) = wavers(known, listing, self.now)
        {
            steps.extend(again.0.map(Step::Again));
            self.changes.wavering += 1;
            self.behind.insert(place);
            return false;
        }
        let was_gone = known.gone;
        let (before, topic) = (&known.listing, self.heard.topic);
        let (predecessor, renewed, is_new) = if is_another(before, listing, topic, self.now) {
            (None, Some(listing.start.date()), true)
        } else {
            (before.predecessor.clone(), before.renewed, was_gone)
        };
        let said = Listing {
            predecessor: predecessor.clone(),
            renewed,
            known_since: known.listing.known_since,
            ..listing.clone()
        };
        known.earlier.insert(
            0,
            Earlier {
                row: None,
                listing: std::mem::replace(&mut known.listing, said),
                last_seen: known.last_seen,
            },
        );
        known.ways.insert(listing.way);
        (known.gone, known.last_seen) = (false, self.now);
        self.changes.changed += usize::from(!is_new);
        steps.push(Step::Version {
            listing,
            predecessor,
            renewed,
        });
        is_new
    }

    /// Ends the events with own pages that lead to another that the list names: that one remembers their keys. Answers
    /// the keys of those.
    ///
    /// Only what the list has not named before it went without the old one: of two that stood beside each other no
    /// page makes one.
    fn follow(&mut self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for asked in self.heard.answers {
            let Some(to) = asked.leads_to else {
                continue;
            };
            let Some(&place) = self.places.get(&(asked.key.to_owned(), None)) else {
                continue;
            };
            let old = &self.stored[place];
            if old.gone {
                continue;
            }
            let since = old
                .listing
                .missing
                .map_or(self.now, |missing| missing.since);
            let with_key = self.stored.iter().enumerate();
            let heirs: Vec<usize> = with_key
                .filter(|(_, one)| one.listing.key == to)
                .map(|(heir, _)| heir)
                .collect();
            let is_new = |heir: &usize| {
                let heir = &self.stored[*heir];
                !heir.is_heir && heir.listing.known_since.is_none_or(|known| known >= since)
            };
            if !heirs.is_empty() && heirs.iter().all(is_new) {
                self.succeed(place, to, &heirs);
                known.insert(to.to_owned());
            }
        }
        known
    }

    /// Finds the new events that are known ones under a new key; answers their keys.
    fn hand_over(&mut self, new: &[&Listing], named: &BTreeSet<usize>) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        if new.is_empty() {
            return known;
        }
        let (mut read, mut missing, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for (place, one) in self.stored.iter().enumerate().filter(|(_, one)| !one.gone) {
            if named.contains(&place) {
                read.push(&one.listing);
            } else {
                missing.push(&one.listing);
                places.push(place);
            }
        }
        let (until, topic) = (self.seen_until, self.heard.topic);
        let handed = handovers(new, &missing, &read, until, topic, self.now);
        let mut heirs: HashMap<&str, Vec<usize>> = handed
            .iter()
            .map(|(to, _)| (new[*to].key.as_str(), Vec::new()))
            .collect();
        for (place, one) in self.stored.iter().enumerate() {
            if let Some(heirs) = heirs.get_mut(one.listing.key.as_str()) {
                heirs.push(place);
            }
        }
        for (to, from) in handed {
            let to = new[to].key.as_str();
            self.succeed(places[from], to, &heirs[to]);
            known.insert(to.to_owned());
        }
        known
    }

    /// Ends the event at a place: it goes on under another key, as those at the places `heirs`.
    fn succeed(&mut self, place: usize, to: &str, heirs: &[usize]) {
        let old = &mut self.stored[place];
        old.gone = true;
        let from = name(&old.listing);
        let renewed = old.listing.renewed;
        for &heir in heirs {
            let heir = &mut self.stored[heir];
            heir.listing.predecessor = Some(from.0.clone());
            heir.listing.renewed = renewed;
            heir.is_heir = true;
        }
        self.changes.steps.push(Step::Succeeded {
            from,
            to: to.to_owned(),
            renewed,
        });
    }

    /// The events that the page went without before are the only ones that it goes without now. What left it
    /// because it is over, or beyond its end, never went missing by it.
    fn not_missing(&self) -> BTreeSet<usize> {
        let known = self.stored.iter().enumerate();
        let named = known.filter(|(_, one)| one.listing.missing.is_none());
        named.map(|(place, _)| place).collect()
    }

    /// Judges what the reading does not name.
    ///
    /// Only what this way has named before can be gone because it does not name it: another may carry more. Of the
    /// rest it only gives cause to ask its own page. That the other was the last to name it does not matter.
    fn absent(&mut self, named: &BTreeSet<usize>, until: Option<DateTime<Utc>>, terms: Terms) {
        let answers: BTreeMap<&str, Answer> = self
            .heard
            .answers
            .iter()
            .map(|asked| (asked.key, asked.answer))
            .collect();
        for (place, known) in self.stored.iter().enumerate() {
            if known.gone || named.contains(&place) {
                continue;
            }
            let listing = &known.listing;
            let mut since = listing.missing.map(|missing| missing.since);
            if let Terms::Agreed(held) = terms {
                since = Some(since.map_or(held, |since| since.min(held)));
            }
            let asked = answers.get(listing.key.as_str()).copied();
            let before = listing.missing.and_then(|missing| missing.answer);
            let answer = match (asked, before) {
                (Some(Answer::Silent), Some(_)) | (None, _) => before,
                (Some(_), _) => asked,
            };
            let mut verdict = judge(listing, since, answer, until, self.heard.topic, self.now);
            // What is deleted from the configuration, or by an editor's word, needs no second look.
            // Nor does an edited occurrence of a series that is there: it is as its rule says again.
            let series = (listing.key.clone(), None);
            let series = self
                .places
                .get(&series)
                .filter(|place| named.contains(place) && !self.behind.contains(place));
            let is_reset = listing.instance.is_some() && series.is_some();
            let is_certain = is_reset
                || self.heard.way == Way::Configuration
                || matches!(terms, Terms::Accepted);
            let is_of_way = known.ways.contains(&self.heard.way);
            if is_certain && is_of_way && verdict == Verdict::Missing {
                verdict = Verdict::Gone;
            }
            if !is_of_way && verdict == Verdict::Gone && answer != Some(Answer::Gone) {
                verdict = Verdict::Missing;
            }
            if self.heard.held_with_others && verdict == Verdict::Gone {
                verdict = Verdict::Missing;
            }
            let changes = &mut self.changes;
            match verdict {
                Verdict::OutsideTheReading => {}
                Verdict::Missing => {
                    changes.gone += usize::from(listing.missing.is_none());
                    changes.steps.push(Step::Missing(name(listing)));
                }
                Verdict::Gone => {
                    changes.gone += 1;
                    changes.steps.push(Step::Gone(name(listing)));
                }
            }
        }
    }
}

/// Where the list ended when it was last read: at the last start of what it named then.
fn ended_at(stored: &[Stored]) -> Option<DateTime<Utc>> {
    let current = || stored.iter().filter(|known| !known.gone);
    let read_at = current().map(|known| known.last_seen).max();
    let named = current().filter(|known| Some(known.last_seen) == read_at);
    ends_at(named.map(|known| &known.listing))
}

/// Whether a listing says what is believed: that it takes place, and as it did.
fn is_as_it_stands(known: &Stored, listing: &Listing) -> bool {
    !known.gone && known.listing.missing.is_none() && known.listing.says_the_same(listing)
}
