//! What is published, as of one state of the database: read once, and after that as far as it has changed.

use crate::believe::curate::{Published, Shown};
use crate::believe::deduplicate::Suspicion;
use crate::believe::directory::{Directory, GroupId};
use crate::believe::normalise::Groups;
use crate::facts::issue::Window;
use crate::facts::place::{CityName, Place};
use crate::facts::source::SourceId;
use crate::facts::when::{When, to_utc};
use crate::filter::{Filter, Known, Looked};
use crate::render::ical;
use crate::store::{self, Events, Standing, Store};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

mod agenda;
mod to_come;

pub(super) use agenda::ON_A_PAGE;
pub use agenda::{Agenda, Row};
pub use to_come::{Counts, ToCome};

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
    /// The groups that are known, by any name or page.
    pub directory: Arc<Directory>,
    groups: Arc<BTreeMap<GroupId, Vec<Dated>>>,
    by_source: Arc<BTreeMap<SourceId, Vec<Dated>>>,
    /// The cities of events, as filters compare them.
    cities: Arc<BTreeSet<String>>,
    /// What is to come, as of the time for which it was last asked.
    to_come: Arc<Mutex<Option<Timed>>>,
    publication: i64,
    version: i64,
}

/// What is to come at a time.
type Timed = (DateTime<Utc>, Arc<ToCome>);

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

/// Whether an event is in lists: one that is hidden everywhere is in none; one that is off stays until its end.
pub(super) fn is_listed(event: &Published, today: NaiveDate) -> bool {
    event.shown != Shown::Nowhere && ical::is_told(event, today)
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
        configured: &Groups,
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
        let directory = Directory::new(
            store.groups_known()?,
            configured,
            in_order.iter().map(|dated| &*dated.event),
        );
        Ok(Snapshot {
            news: self.news.next(now),
            groups: Arc::new(groups(&in_order, &directory)),
            directory: Arc::new(directory),
            by_source: Arc::new(by_source(&in_order)),
            cities: Arc::new(cities(&in_order)),
            to_come: Arc::default(),
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

    /// What is to come at a time. It is worked out once for all who ask for the same time; the others wait for it.
    pub fn to_come(&self, now: DateTime<Utc>) -> Arc<ToCome> {
        let mut kept = self.to_come.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, to_come)) = &*kept
            && *of == now
        {
            return Arc::clone(to_come);
        }
        let today = now.date_naive();
        let events = self.of(&Filter::default(), today).into_iter();
        let events = events.filter(|dated| is_listed(&dated.event, today) && !dated.is_over(now));
        let to_come = Arc::new(ToCome::new(events.cloned().collect(), today));
        tracing::debug!(events = to_come.events.len(), "what is to come was counted");
        *kept = Some((now, Arc::clone(&to_come)));
        to_come
    }

    /// What filters may name.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            cities: self.cities.iter().map(String::as_str).collect(),
            directory: &self.directory,
            sources: self.by_source.keys().map(|id| &*id.0).collect(),
        }
    }

    /// The events of a group, in the order of their starts.
    pub(super) fn of_group(&self, group: &GroupId) -> &[Dated] {
        self.groups.get(group).map_or(&[], Vec::as_slice)
    }

    /// The groups that hold events, with them in the order of their starts.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&GroupId, &[Dated])> {
        let groups = self.groups.iter();
        groups.map(|(group, events)| (group, events.as_slice()))
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

fn groups(events: &[Dated], directory: &Directory) -> BTreeMap<GroupId, Vec<Dated>> {
    let mut known: HashMap<&str, Option<&GroupId>> = HashMap::new();
    let mut groups: BTreeMap<GroupId, Vec<Dated>> = BTreeMap::new();
    for dated in events {
        let mut seen = BTreeSet::new();
        for organiser in &dated.event.organisers {
            let name = organiser.name.as_str();
            let group = *known.entry(name).or_insert_with(|| directory.named(name));
            if let Some(group) = group.filter(|group| seen.insert(*group)) {
                let events = groups.entry(group.clone()).or_default();
                events.push(dated.clone());
            }
        }
    }
    groups
}

fn cities(events: &[Dated]) -> BTreeSet<String> {
    let places = events.iter().filter_map(|dated| dated.event.place.as_ref());
    let cities: BTreeSet<&str> = places.filter_map(|place| place.city()).collect();
    let cities = cities.into_iter();
    cities
        .map(|city| CityName::parse(city).key().to_owned())
        .collect()
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
