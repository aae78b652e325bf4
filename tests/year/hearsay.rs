//! What the feeds have said so far, by the server's log: to whom nobody came they have said nothing.

use super::pages::{Day, Says};
use super::story::Record;
use super::world::{Kind, Told, World};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::facts::place::Mode;
use std::collections::{BTreeMap, BTreeSet};

/// How long an event must have been left out of whole readings before it may be held to be gone.
const SECOND_READING_AFTER: TimeDelta = TimeDelta::hours(20);

/// What one feed has said of one gathering so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// What its list said last.
    pub(crate) list: Told,
    /// What the gathering's own page there said last.
    pub(crate) page: Option<Told>,
    /// When its page was last read.
    pub(crate) page_read_at: Option<DateTime<Utc>>,
    /// That its page said it was cancelled, though the list no longer has it.
    pub(crate) cancelled_by_page: bool,
    /// Since which reading it is left out.
    pub(crate) left_out_since: Option<DateTime<Utc>>,
    /// Since which reading it is left out without its page having said otherwise since.
    pub(crate) missing_since: Option<DateTime<Utc>>,
    /// Two readings or its page have said that it is gone.
    pub(crate) is_gone: bool,
    /// The same of readings that did not lie.
    pub(crate) honestly_missing_since: Option<DateTime<Utc>>,
    /// Two readings that did not lie, or its page, have said that it is gone: nobody may believe otherwise.
    pub(crate) is_surely_gone: bool,
}

/// What a list that lied has said of a gathering.
#[derive(Debug, Clone)]
pub(crate) struct Doubtful {
    pub(crate) list: Told,
    /// What the gathering's own page said of what that list names.
    page: Option<Told>,
    at: DateTime<Utc>,
}

/// Everything that was said.
pub(crate) struct Hearsay<'a> {
    world: &'a World,
    /// Under which names each feed has ever told a gathering.
    names: BTreeMap<(String, String), usize>,
    /// The addresses of pages that lists have named.
    pages: BTreeSet<String>,
    /// By gathering and feed.
    pub(crate) standing: BTreeMap<(usize, usize), Standing>,
    /// What a feed has said in a list that lied, by gathering and feed, and when: it may be believed and
    /// need not be, for who sees that half is missing cannot know what of the other half is true. It
    /// stands until honest readings have had their two words on it.
    pub(crate) doubtful: BTreeMap<(usize, usize), Doubtful>,
    /// Gatherings of which something was said otherwise than before, at this refresh.
    pub(crate) told_anew: BTreeSet<usize>,
}

impl<'a> Hearsay<'a> {
    pub(crate) fn new(world: &'a World) -> Hearsay<'a> {
        Hearsay {
            world,
            names: BTreeMap::new(),
            pages: BTreeSet::new(),
            standing: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            told_anew: BTreeSet::new(),
        }
    }

    /// Takes in what was said.
    pub(crate) fn hear(
        &mut self,
        now: DateTime<Utc>,
        served: &Day,
        asked: &BTreeSet<String>,
        record: &mut Record,
    ) {
        self.told_anew.clear();
        // Lists first: what a page says counts for what is listed.
        let asked = || asked.iter().filter_map(|path| served.get(path));
        for says in asked() {
            let Says::List {
                feed,
                weather,
                told,
                until,
                is_full,
                ..
            } = says
            else {
                continue;
            };
            if !weather.is_readable() {
                continue;
            }
            record.readings += 1;
            record.lies += usize::from(weather.lies());
            for told in told {
                if weather.lies() {
                    self.hear_doubtful(told, now, record);
                } else {
                    self.hear_listed(told, *is_full, record);
                }
            }
            if !weather.lies() {
                self.end_doubts(*feed, now);
            }
            let named: BTreeSet<usize> = told.iter().map(|told| told.gathering).collect();
            let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
            for ((gathering, of), standing) in &mut self.standing {
                let start = standing.list.facts.start;
                if of != feed || named.contains(gathering) || start < now || start > until {
                    continue;
                }
                let since = *standing.left_out_since.get_or_insert(now);
                if since == now {
                    self.told_anew.insert(*gathering);
                    record.tell(
                        *gathering,
                        format!("{} leaves it out", self.world.feeds[*feed].id),
                    );
                }
                if !weather.lies() {
                    let since = *standing.honestly_missing_since.get_or_insert(now);
                    standing.is_surely_gone |= now - since >= SECOND_READING_AFTER;
                }
                let since = *standing.missing_since.get_or_insert(now);
                if now - since >= SECOND_READING_AFTER && !standing.is_gone {
                    standing.is_gone = true;
                    self.told_anew.insert(*gathering);
                    record.tell(
                        *gathering,
                        format!("{} has left it out twice", self.world.feeds[*feed].id),
                    );
                }
            }
        }
        for says in asked() {
            let Says::Event {
                gathering,
                feed,
                told,
                is_cancelled,
                is_gone,
            } = says
            else {
                continue;
            };
            record.pages += 1;
            if let (Some(told), Some(doubtful)) =
                (told, self.doubtful.get_mut(&(*gathering, *feed)))
                && told.key == doubtful.list.key
            {
                doubtful.page = Some(told.clone());
            }
            let Some(standing) = self.standing.get_mut(&(*gathering, *feed)) else {
                continue;
            };
            // Where an old address leads to a new one nobody has told yet that the two are one. A club's
            // page keeps its address whatever becomes of the UID in its calendar.
            let of = &self.world.feeds[*feed];
            let is_known = |told: &Told| of.page_of(&told.key) == of.page_of(&standing.list.key);
            if !told.as_ref().is_none_or(is_known) {
                continue;
            }
            let before = standing.clone();
            if told.is_some() {
                standing.page = told.clone();
                standing.page_read_at = Some(now);
            }
            // A list that lied left out what its own page has: that was no word on it.
            if told.is_some() && !is_cancelled && !standing.is_gone {
                standing.missing_since = None;
                standing.honestly_missing_since = None;
            }
            standing.cancelled_by_page |= *is_cancelled;
            let is_gone_too = *is_gone && standing.left_out_since.is_some();
            standing.is_gone |= is_gone_too;
            standing.is_surely_gone |= is_gone_too;
            if before != *standing {
                self.told_anew.insert(*gathering);
                let what = match (told, is_gone) {
                    (Some(_), _) if *is_cancelled => "says cancelled".to_owned(),
                    (Some(told), _) => format!(
                        "says {:?} {} {:?}",
                        told.facts.title, told.facts.start, told.facts.mode
                    ),
                    (None, true) => "is gone".to_owned(),
                    (None, false) => "fails".to_owned(),
                };
                record.tell(
                    *gathering,
                    format!("its page at {} {what}", self.world.feeds[*feed].id),
                );
            }
        }
    }

    fn hear_doubtful(&mut self, told: &Told, now: DateTime<Utc>, record: &mut Record) {
        let feed = &self.world.feeds[told.feed];
        self.names
            .insert((feed.id.clone(), name_in(self.world, told)), told.gathering);
        if feed.group.is_some() {
            self.pages.insert(feed.page_of(&told.key));
        }
        let place = (told.gathering, told.feed);
        let standing = self.standing.get(&place);
        if standing
            .is_some_and(|standing| standing.list == *told && standing.left_out_since.is_none())
        {
            return;
        }
        let doubtful = Doubtful {
            list: told.clone(),
            page: None,
            at: now,
        };
        self.doubtful.insert(place, doubtful);
        self.told_anew.insert(told.gathering);
        let facts = &told.facts;
        let what = format!(
            "{} lists, where half is missing, {} {:?} {} +{} {:?} {:?}",
            feed.id, told.key, facts.title, facts.start, facts.minutes, facts.mode, facts.state
        );
        record.tell(told.gathering, what);
    }

    /// An honest list has spoken: what it names is certain now, and what it does not name after a second
    /// one.
    fn end_doubts(&mut self, feed: usize, now: DateTime<Utc>) {
        let of_feed = self.doubtful.keys().filter(|(_, of)| *of == feed);
        self.told_anew
            .extend(of_feed.map(|(gathering, _)| gathering));
        let standing = &self.standing;
        self.doubtful.retain(|place, doubtful| {
            let is_certain = standing
                .get(place)
                .is_some_and(|standing| standing.left_out_since.is_none());
            place.1 != feed || (!is_certain && now - doubtful.at < SECOND_READING_AFTER * 2)
        });
    }

    fn hear_listed(&mut self, told: &Told, is_full: bool, record: &mut Record) {
        let feed = &self.world.feeds[told.feed];
        self.names
            .insert((feed.id.clone(), name_in(self.world, told)), told.gathering);
        if feed.group.is_some() {
            self.pages.insert(feed.page_of(&told.key));
        }
        let place = (told.gathering, told.feed);
        let before = self.standing.get(&place);
        // A page that was read for what a list said that lied is not read again.
        let doubtful = self.doubtful.get(&place);
        let page = doubtful
            .filter(|doubtful| doubtful.list.key == told.key)
            .and_then(|doubtful| doubtful.page.clone())
            .or_else(|| before.and_then(|standing| standing.page.clone()));
        let after = Standing {
            list: told.clone(),
            page: if is_full && feed.kind == Kind::Meetup {
                Some(told.clone())
            } else {
                page
            },
            page_read_at: before.and_then(|standing| standing.page_read_at),
            cancelled_by_page: false,
            left_out_since: None,
            missing_since: None,
            is_gone: false,
            honestly_missing_since: None,
            is_surely_gone: false,
        };
        let is_anew = |before: &Standing| {
            before.list != after.list
                || before.page != after.page
                || before.left_out_since.is_some()
        };
        if before.is_none_or(is_anew) {
            self.told_anew.insert(told.gathering);
            let facts = &told.facts;
            let what = format!(
                "{} lists {} {:?} {} +{} {:?} {:?}",
                feed.id, told.key, facts.title, facts.start, facts.minutes, facts.mode, facts.state
            );
            record.tell(told.gathering, what);
        }
        self.standing.insert(place, after);
    }

    /// The gatherings that an event's evidence names.
    pub(crate) fn truths(&self, event: &Published) -> BTreeSet<usize> {
        let named = event.evidence.iter().filter_map(|evidence| {
            let text = evidence.key.as_str();
            let (_, key) = text.split_once(&format!("{}:", scope(&evidence.source.0)))?;
            let whole = (evidence.source.0.clone(), key.to_owned());
            // A page that does not tell alone which event it means is named with its day.
            let bare = (
                whole.0.clone(),
                key.rsplit_once('@').map_or(key, |(key, _)| key).to_owned(),
            );
            self.names
                .get(&whole)
                .or_else(|| self.names.get(&bare))
                .copied()
        });
        named.collect()
    }

    pub(crate) fn of(&self, gathering: usize) -> impl Iterator<Item = &Standing> {
        self.standing
            .range((gathering, 0)..=(gathering, usize::MAX))
            .map(|(_, standing)| standing)
    }

    /// Whether a copy of it links to a page that no list has named yet: nobody has told whose copy it is.
    pub(crate) fn has_unknown_copy(&self, gathering: usize) -> bool {
        self.of(gathering).any(|standing| {
            let page = standing.list.points_to.as_ref();
            page.is_some_and(|page| !self.pages.contains(page))
        })
    }

    /// What stands of those who hold the gathering: the best word on it.
    pub(crate) fn own(&self, gathering: usize) -> Vec<&Standing> {
        let held = |standing: &&Standing| {
            self.world.feeds[standing.list.feed].group.is_some() && !standing.is_gone
        };
        let held: Vec<&Standing> = self.of(gathering).filter(held).collect();
        let on_a_page_of_their_own = held.iter().any(|standing| {
            matches!(
                self.world.feeds[standing.list.feed].kind,
                Kind::Calendar | Kind::Series | Kind::Website
            )
        });
        debug_assert!(!on_a_page_of_their_own || held.len() == 1);
        held
    }

    /// The mode that a feed and its event's page have said, if the last word is what was `told`; where neither
    /// can, the configuration has.
    pub(crate) fn mode(&self, standing: &Standing, told: &Told) -> Mode {
        let feed = &self.world.feeds[standing.list.feed];
        match (feed.kind, &standing.page, feed.group) {
            (Kind::Meetup, Some(page), _) => page.facts.mode,
            (Kind::Meetup, None, Some(group)) => self.world.groups[group].mode,
            _ => told.facts.mode,
        }
    }
}

/// The name by which evidence refers to what was told.
fn name_in(world: &World, told: &Told) -> String {
    let feed = &world.feeds[told.feed];
    match (feed.kind, told.original) {
        (Kind::Website, _) => feed.page_of(&told.key),
        (Kind::Series, Some(date)) => format!("{}@{date}", told.key),
        _ => told.key.clone(),
    }
}

/// The scope of a source's keys, which stands before them.
fn scope(source: &str) -> &str {
    match source {
        "shared/world" => "luma",
        _ => match source.split('/').next() {
            Some(platform @ ("meetup" | "luma")) => platform,
            _ => source,
        },
    }
}
