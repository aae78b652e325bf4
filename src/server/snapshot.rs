//! What is published, as of one state of the database: read once, and after that as far as it has changed.

use crate::believe::curate::Published;
use crate::believe::deduplicate::Suspicion;
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{CityName, Place};
use crate::facts::source::SourceId;
use crate::facts::when::{When, to_utc};
use crate::filter::{Filter, Known, Looked, slug};
use crate::store::{self, Events, Standing, Store};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What is published, as of one state of the database.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Of this state, visits and decisions included.
    pub state: Stamp,
    /// Of what is published. It stays the same while sources are visited and nothing comes of it.
    pub news: Stamp,
    /// Every event, by id.
    pub published: Arc<Events>,
    /// The same in the order of their starts.
    pub in_order: Arc<Vec<Dated>>,
    /// Events that look alike.
    pub suspicions: Arc<Vec<Suspicion>>,
    /// How each source is doing.
    pub standings: BTreeMap<SourceId, Standing>,
    groups: Arc<BTreeMap<String, Group>>,
    by_source: Arc<BTreeMap<SourceId, Vec<Dated>>>,
    names: Arc<Names>,
    publication: i64,
    version: i64,
}

/// A state of something, distinct from earlier ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Another number for each state that was read.
    pub number: u64,
    /// When it was first read: what is shown of it has changed then at the latest.
    pub since: DateTime<Utc>,
}

/// An event and its days, which take long to work out of its instants and zone.
#[derive(Debug, Clone)]
pub struct Dated {
    /// The event.
    pub event: Arc<Published>,
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// What filters look at in it.
    looked: Arc<Looked>,
}

/// What events name: by these a filter may ask.
#[derive(Debug, Default)]
struct Names {
    /// Cities, as filters compare them.
    cities: BTreeSet<String>,
    /// The pages of groups.
    pages: BTreeSet<Link>,
}

/// A group that holds events.
#[derive(Debug)]
struct Group {
    name: String,
    events: Vec<Dated>,
}

impl Stamp {
    fn next(self, now: DateTime<Utc>) -> Stamp {
        Stamp {
            number: self.number + 1,
            since: now,
        }
    }
}

impl From<Arc<Published>> for Dated {
    fn from(event: Arc<Published>) -> Dated {
        Dated {
            first: event.when.first_day(),
            last: event.when.last_day(),
            looked: Arc::default(),
            event,
        }
    }
}

/// How long an event without an end is taken to last.
const USUAL_HOURS: TimeDelta = TimeDelta::hours(4);
/// The distance from UTC of the last place where a day ends.
const LAST_MIDNIGHT: TimeDelta = TimeDelta::hours(12);

impl Dated {
    /// Whether it has ended at its venue. Without an end it lasts four hours. Whole days end at midnight in their place;
    /// if its zone is not known, at the last midnight on the globe.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        let today = now.date_naive();
        // No clock is more than a day from UTC. Zones take long to look up, and most events are far from now.
        if self.first > today + Days::new(1) {
            return false;
        }
        let midnight = (self.last + Days::new(1)).and_time(NaiveTime::MIN);
        let end = match self.event.when {
            When::Timed { zone, .. } if self.event.when.is_too_long() => to_utc(midnight, zone),
            When::Timed { start, end, .. } => end.unwrap_or(start + USUAL_HOURS),
            When::Days { .. } if self.last + Days::new(2) < today => return true,
            When::Days { .. } => match self.event.place.as_ref().and_then(Place::zone) {
                Some(zone) => to_utc(midnight, zone),
                None => midnight.and_utc() + LAST_MIDNIGHT,
            },
        };
        end <= now
    }

    /// Whether a filter lets it through, whatever day it is on.
    pub fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_known(&self.event, &self.looked)
    }
}

impl Snapshot {
    /// Whether it is of the database's state of that number ([`Store::data_version`]).
    pub(super) fn is_of(&self, version: i64) -> bool {
        self.version == version && self.state.number > 0
    }

    /// What has changed since it was taken, read and put into a new one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(super) fn renewed(
        &self,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Snapshot, store::Error> {
        // First the version: what changes while we read is then read again.
        let version = store.data_version()?;
        let fresh = Snapshot {
            state: self.state.next(now),
            standings: store.standings()?,
            version,
            ..self.clone()
        };
        let publication = store.publication()?;
        let is_known = self.news.number > 0;
        if publication == self.publication && is_known {
            return Ok(fresh);
        }
        // A number that went back is another database's.
        let goes_on = is_known && publication > self.publication;
        let known = if goes_on { self } else { &Snapshot::default() };
        let since = if goes_on { self.publication } else { -1 };
        let mut published = Events::clone(&known.published);
        let mut changed = BTreeSet::new();
        let mut in_order = Vec::new();
        for event in store.published_since(since)? {
            let event = Arc::new(event);
            changed.insert(event.id.clone());
            published.insert(event.id.clone(), Arc::clone(&event));
            in_order.push(Dated::from(event));
        }
        let same = known.in_order.iter();
        in_order.extend(
            same.filter(|dated| !changed.contains(&dated.event.id))
                .cloned(),
        );
        in_order.sort_by(|a, b| {
            let order = a.event.when.start().cmp(&b.event.when.start());
            order.then_with(|| a.event.id.cmp(&b.event.id))
        });
        Ok(Snapshot {
            news: self.news.next(now),
            groups: Arc::new(groups(&in_order)),
            by_source: Arc::new(by_source(&in_order)),
            names: Arc::new(names(&in_order)),
            published: Arc::new(published),
            in_order: Arc::new(in_order),
            suspicions: Arc::new(store.suspicions()?),
            publication,
            ..fresh
        })
    }

    /// The events that a filter lets through on its days, in the order of their starts.
    pub(super) fn of(&self, filter: &Filter, today: NaiveDate) -> Vec<&Dated> {
        let window = filter.window(today);
        match filter.only_group() {
            Some(group) => chosen(self.of_group(group), filter, window),
            None => chosen(&self.in_order, filter, window),
        }
    }

    /// What filters may name.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            cities: self.names.cities.iter().map(String::as_str).collect(),
            groups: self.groups.keys().map(String::as_str).collect(),
            pages: self.names.pages.iter().collect(),
            sources: self.by_source.keys().map(|id| &*id.0).collect(),
        }
    }

    /// The events of the group with that name in addresses, in the order of their starts.
    pub(super) fn of_group(&self, slug: &str) -> &[Dated] {
        self.groups.get(slug).map_or(&[], |group| &group.events)
    }

    /// The name of the group with that name in addresses.
    pub(super) fn group_name(&self, slug: &str) -> Option<&str> {
        self.groups.get(slug).map(|group| group.name.as_str())
    }

    /// The events that a source lists, in the order of their starts.
    pub(super) fn of_source(&self, source: &SourceId) -> &[Dated] {
        self.by_source.get(source).map_or(&[], Vec::as_slice)
    }
}

fn chosen<'a>(events: &'a [Dated], filter: &Filter, window: Window) -> Vec<&'a Dated> {
    let on_its_days = |dated: &&Dated| window.holds(dated.first, dated.last);
    let wanted = |dated: &&Dated| dated.is_wanted(filter);
    events.iter().filter(on_its_days).filter(wanted).collect()
}

fn groups(events: &[Dated]) -> BTreeMap<String, Group> {
    let mut slugs: HashMap<&str, String> = HashMap::new();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for dated in events {
        let mut seen = BTreeSet::new();
        for organiser in &dated.event.organisers {
            let name = organiser.name.as_str();
            let slug = slugs.entry(name).or_insert_with(|| slug(name));
            if !seen.insert(slug.clone()) {
                continue;
            }
            let group = groups.entry(slug.clone()).or_insert_with(|| Group {
                name: name.to_owned(),
                events: Vec::new(),
            });
            group.events.push(dated.clone());
        }
    }
    groups
}

fn names(events: &[Dated]) -> Names {
    let events = || events.iter().map(|dated| &dated.event);
    let places = events().filter_map(|event| event.place.as_ref());
    let cities: BTreeSet<&str> = places.filter_map(|place| place.city()).collect();
    let organisers = events().flat_map(|event| &event.organisers);
    let pages: BTreeSet<&Link> = organisers.filter_map(|known| known.url.as_ref()).collect();
    Names {
        cities: cities
            .into_iter()
            .map(|city| CityName::parse(city).key().to_owned())
            .collect(),
        pages: pages.into_iter().cloned().collect(),
    }
}

fn by_source(events: &[Dated]) -> BTreeMap<SourceId, Vec<Dated>> {
    let mut by_source: BTreeMap<SourceId, Vec<Dated>> = BTreeMap::new();
    for dated in events {
        for seen in &dated.event.evidence {
            let of_source = by_source.entry(seen.source.clone()).or_default();
            of_source.push(dated.clone());
        }
    }
    by_source
}
