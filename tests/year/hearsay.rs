//! What the feeds have said so far, by the server's log: a feed that was not asked has said nothing.

use super::pages::{Day, Says};
use super::story::Record;
use super::world::{Kind, Notice, World};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::facts::place::Mode;
use std::collections::{BTreeMap, BTreeSet};

/// How long an event must have been left out of whole readings before it may be held to be gone.
const SECOND_READING_AFTER: TimeDelta = TimeDelta::hours(20);

/// For how long what was said before may come from a copy that is behind; one visit more, for that is when it was
/// last said.
const DOUBTED_FOR: TimeDelta = TimeDelta::days(9);

/// What one feed has said of one gathering so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// What its list said last.
    pub(crate) list: Notice,
    /// What the gathering's own page there said last.
    pub(crate) page: Option<Notice>,
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
    /// Two readings that did not lie, or its page, have said that it is gone: it must not be believed to stand.
    pub(crate) is_surely_gone: bool,
}

/// What a list that lied has said of a gathering.
#[derive(Debug, Clone)]
pub(crate) struct Doubtful {
    pub(crate) list: Notice,
    /// What the gathering's own page said of what that list names.
    page: Option<Notice>,
    at: DateTime<Utc>,
}

/// What a feed said before it said again what it had said a few days earlier.
#[derive(Debug, Clone)]
pub(crate) struct TakenBack {
    pub(crate) list: Notice,
    since: DateTime<Utc>,
}

/// What was said, and until when.
type Earlier = (Notice, DateTime<Utc>);

/// Everything that was said.
pub(crate) struct Hearsay<'a> {
    world: &'a World,
    /// The names under which each feed has ever listed a gathering.
    names: BTreeMap<(String, String), usize>,
    /// The addresses of pages that lists have named.
    pages: BTreeSet<String>,
    /// By gathering and feed.
    pub(crate) standing: BTreeMap<(usize, usize), Standing>,
    /// What a feed has said in a list that lied, by gathering and feed, and when: it may be believed and
    /// need not be, for who sees that half is missing cannot know what of the other half is true. It
    /// stands until honest readings have had their two words on it.
    pub(crate) doubtful: BTreeMap<(usize, usize), Doubtful>,
    /// What a feed without stamps took back, by gathering and feed. A copy of the list that is behind says the
    /// same, so it may stand until the list has said otherwise for 20 hours.
    pub(crate) taken_back: BTreeMap<(usize, usize), TakenBack>,
    /// What each feed said of a gathering before it said something else, and until when.
    earlier: BTreeMap<(usize, usize), Vec<Earlier>>,
    /// Feeds that nothing was to be believed of when they last answered.
    in_doubt: BTreeSet<usize>,
    /// What pages said anew of those feeds' gatherings, by gathering and feed: it may have its effect when an honest
    /// list ends the doubt.
    waiting: BTreeSet<(usize, usize)>,
    /// Gatherings of which something was said otherwise than before, at this refresh.
    pub(crate) noticed_anew: BTreeSet<usize>,
}

impl<'a> Hearsay<'a> {
    pub(crate) fn new(world: &'a World) -> Hearsay<'a> {
        Hearsay {
            world,
            names: BTreeMap::new(),
            pages: BTreeSet::new(),
            standing: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            taken_back: BTreeMap::new(),
            earlier: BTreeMap::new(),
            in_doubt: BTreeSet::new(),
            waiting: BTreeSet::new(),
            noticed_anew: BTreeSet::new(),
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
        self.noticed_anew.clear();
        // Lists first: what a page says counts for what is listed.
        let asked = || asked.iter().filter_map(|path| served.get(path));
        for says in asked() {
            let Says::List {
                feed,
                weather,
                notices,
                until,
                is_full,
                ..
            } = says
            else {
                continue;
            };
            if !weather.is_readable() || weather.lies() {
                self.in_doubt.insert(*feed);
            }
            if !weather.is_readable() {
                continue;
            }
            record.readings += 1;
            record.lies += usize::from(weather.lies());
            for notice in notices {
                if weather.lies() {
                    self.hear_doubtful(notice, now, record);
                } else {
                    self.hear_taken_back(notice, now);
                    self.hear_listed(notice, *is_full, record);
                }
            }
            if !weather.lies() {
                self.end_doubts(*feed, now);
            }
            let named: BTreeSet<usize> = notices.iter().map(|notice| notice.gathering).collect();
            let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
            for ((gathering, of), standing) in &mut self.standing {
                let start = standing.list.facts.start;
                if of != feed || named.contains(gathering) || start < now || start > until {
                    continue;
                }
                let since = *standing.left_out_since.get_or_insert(now);
                if since == now {
                    self.noticed_anew.insert(*gathering);
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
                    self.noticed_anew.insert(*gathering);
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
                notice,
                is_cancelled,
                is_gone,
            } = says
            else {
                continue;
            };
            record.pages += 1;
            if let (Some(notice), Some(doubtful)) =
                (notice, self.doubtful.get_mut(&(*gathering, *feed)))
                && notice.key == doubtful.list.key
            {
                doubtful.page = Some(notice.clone());
            }
            let Some(standing) = self.standing.get_mut(&(*gathering, *feed)) else {
                continue;
            };
            // Where an old address leads to a new one no feed has said yet that the two are one. A club's
            // page keeps its address whatever becomes of the UID in its calendar.
            let of = &self.world.feeds[*feed];
            let is_known =
                |notice: &Notice| of.page_of(&notice.key) == of.page_of(&standing.list.key);
            if !notice.as_ref().is_none_or(is_known) {
                continue;
            }
            let before = standing.clone();
            if notice.is_some() {
                standing.page = notice.clone();
                standing.page_read_at = Some(now);
            }
            // A list that lied left out what its own page has: that was no word on it.
            if notice.is_some() && !is_cancelled && !standing.is_gone {
                standing.missing_since = None;
                standing.honestly_missing_since = None;
            }
            standing.cancelled_by_page |= *is_cancelled;
            let is_gone_too = *is_gone && standing.left_out_since.is_some();
            standing.is_gone |= is_gone_too;
            standing.is_surely_gone |= is_gone_too;
            if before != *standing {
                self.noticed_anew.insert(*gathering);
                if self.in_doubt.contains(feed) {
                    self.waiting.insert((*gathering, *feed));
                }
                let what = match (notice, is_gone) {
                    (Some(_), _) if *is_cancelled => "says cancelled".to_owned(),
                    (Some(notice), _) => format!(
                        "says {:?} {} {:?}",
                        notice.facts.title, notice.facts.start, notice.facts.mode
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

    fn hear_doubtful(&mut self, notice: &Notice, now: DateTime<Utc>, record: &mut Record) {
        let feed = &self.world.feeds[notice.feed];
        self.names.insert(
            (feed.id.clone(), name_in(self.world, notice)),
            notice.gathering,
        );
        if feed.group.is_some() {
            self.pages.insert(feed.page_of(&notice.key));
        }
        let place = (notice.gathering, notice.feed);
        let standing = self.standing.get(&place);
        if standing
            .is_some_and(|standing| standing.list == *notice && standing.left_out_since.is_none())
        {
            return;
        }
        let doubtful = Doubtful {
            list: notice.clone(),
            page: None,
            at: now,
        };
        self.doubtful.insert(place, doubtful);
        self.noticed_anew.insert(notice.gathering);
        let facts = &notice.facts;
        let what = format!(
            "{} lists, where half is missing, {} {:?} {} +{} {:?} {:?}",
            feed.id, notice.key, facts.title, facts.start, facts.minutes, facts.mode, facts.state
        );
        record.tell(notice.gathering, what);
    }

    /// An honest list has spoken: what it names is certain now, and what it does not name after a second
    /// one.
    fn end_doubts(&mut self, feed: usize, now: DateTime<Utc>) {
        self.in_doubt.remove(&feed);
        let waiting = self.waiting.iter().filter(|(_, of)| *of == feed);
        self.noticed_anew
            .extend(waiting.map(|(gathering, _)| gathering));
        self.waiting.retain(|(_, of)| *of != feed);
        let of_feed = self.doubtful.keys().filter(|(_, of)| *of == feed);
        self.noticed_anew
            .extend(of_feed.map(|(gathering, _)| gathering));
        let standing = &self.standing;
        self.doubtful.retain(|place, doubtful| {
            let is_certain = standing
                .get(place)
                .is_some_and(|standing| standing.left_out_since.is_none());
            place.1 != feed || (!is_certain && now - doubtful.at < SECOND_READING_AFTER * 2)
        });
    }

    fn hear_taken_back(&mut self, notice: &Notice, now: DateTime<Utc>) {
        let place = (notice.gathering, notice.feed);
        let is_stamped = !matches!(
            self.world.feeds[notice.feed].kind,
            Kind::Luma | Kind::LumaCommunity | Kind::Website
        );
        let before = self.standing.get(&place).map(|standing| &standing.list);
        let Some(before) = before.filter(|_| !is_stamped) else {
            return;
        };
        if before.facts == notice.facts {
            let taken_back = self.taken_back.get(&place);
            if taken_back.is_some_and(|one| now - one.since >= SECOND_READING_AFTER) {
                self.taken_back.remove(&place);
                self.noticed_anew.insert(notice.gathering);
            }
            return;
        }
        let earlier = self.earlier.entry(place).or_default();
        earlier.push((before.clone(), now));
        let mut lately = earlier
            .iter()
            .filter(|(_, until)| now - *until <= DOUBTED_FOR);
        if lately.any(|(said, _)| said.facts == notice.facts) {
            let taken_back = TakenBack {
                list: before.clone(),
                since: now,
            };
            self.taken_back.insert(place, taken_back);
        } else {
            self.taken_back.remove(&place);
        }
    }

    fn hear_listed(&mut self, notice: &Notice, is_full: bool, record: &mut Record) {
        let feed = &self.world.feeds[notice.feed];
        self.names.insert(
            (feed.id.clone(), name_in(self.world, notice)),
            notice.gathering,
        );
        if feed.group.is_some() {
            self.pages.insert(feed.page_of(&notice.key));
        }
        let place = (notice.gathering, notice.feed);
        let before = self.standing.get(&place);
        // A page that was read for what a list said that lied is not read again.
        let doubtful = self.doubtful.get(&place);
        let page = doubtful
            .filter(|doubtful| doubtful.list.key == notice.key)
            .and_then(|doubtful| doubtful.page.clone())
            .or_else(|| before.and_then(|standing| standing.page.clone()));
        let after = Standing {
            list: notice.clone(),
            page: if is_full && feed.kind == Kind::Meetup {
                Some(notice.clone())
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
            self.noticed_anew.insert(notice.gathering);
            let facts = &notice.facts;
            let what = format!(
                "{} lists {} {:?} {} +{} {:?} {:?}",
                feed.id,
                notice.key,
                facts.title,
                facts.start,
                facts.minutes,
                facts.mode,
                facts.state
            );
            record.tell(notice.gathering, what);
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

    /// Whether a copy of it links to a page that no list has named yet: no one has said which group it copies.
    pub(crate) fn has_unknown_copy(&self, gathering: usize) -> bool {
        self.of(gathering).any(|standing| {
            let page = standing.list.points_to.as_ref();
            page.is_some_and(|page| !self.pages.contains(page))
        })
    }

    /// What was said by the holders of the gathering, also by those that may no longer hold it.
    pub(crate) fn may_hold(&self, gathering: usize) -> Vec<&Standing> {
        let is_holder = |standing: &&Standing| {
            self.world.feeds[standing.list.feed].group.is_some() && !standing.is_surely_gone
        };
        self.of(gathering).filter(is_holder).collect()
    }

    /// What stands of those who hold the gathering: the best word on it.
    pub(crate) fn own(&self, gathering: usize) -> Vec<&Standing> {
        let mut held = self.may_hold(gathering);
        held.retain(|standing| !standing.is_gone);
        let on_a_page_of_their_own = held.iter().any(|standing| {
            matches!(
                self.world.feeds[standing.list.feed].kind,
                Kind::Calendar | Kind::Series | Kind::Website
            )
        });
        debug_assert!(!on_a_page_of_their_own || held.len() == 1);
        held
    }

    /// The mode that a feed and its event's page have said, if the last word is what the `notice` says; where neither
    /// can, the configuration has.
    pub(crate) fn mode(&self, standing: &Standing, notice: &Notice) -> Mode {
        let feed = &self.world.feeds[standing.list.feed];
        match (feed.kind, &standing.page, feed.group) {
            (Kind::Meetup, Some(page), _) => page.facts.mode,
            (Kind::Meetup, None, Some(group)) => self.world.groups[group].mode,
            _ => notice.facts.mode,
        }
    }
}

/// The name by which evidence refers to what was notice.
fn name_in(world: &World, notice: &Notice) -> String {
    let feed = &world.feeds[notice.feed];
    match (feed.kind, notice.original) {
        (Kind::Website, _) => feed.page_of(&notice.key),
        (Kind::Series, Some(date)) => format!("{}@{date}", notice.key),
        _ => notice.key.clone(),
    }
}

/// The scope of a source's keys, which stands before them.
fn scope(source: &str) -> &str {
    match source {
        "shared/world" => "luma",
        _ => match source.split('/').next() {
            Some(platform @ ("meetup" | "luma" | "pretix")) => platform,
            _ => source,
        },
    }
}
