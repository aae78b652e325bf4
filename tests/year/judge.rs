//! What was published against what is true.
//!
//! The judge believes the server's log: a feed has said what it served when it was asked, and nothing
//! else. It never looks at what the program stores of it. Where no honest program could know better it
//! says so in the words of [`Judge`]'s own methods, and counts it.

use super::hearsay::{Hearsay, Standing};
use super::pages::{Day, ics};
use super::story::{Figure, Record};
use super::world::{State, World};
use chrono::{DateTime, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::{EventId, Status};
use rusty_events::section::select::Section;
use std::collections::{BTreeMap, BTreeSet};

/// Compares, refresh by refresh.
pub(crate) struct Judge<'a> {
    world: &'a World,
    said: Hearsay<'a>,
    /// The id under which each gathering was first published, and the reverse.
    id_of: BTreeMap<usize, EventId>,
    truth_of: BTreeMap<EventId, usize>,
    before: BTreeMap<EventId, Published>,
    /// The days on which each published start changed.
    moved_on: BTreeMap<EventId, Vec<i64>>,
    pub(crate) record: Record,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(world: &'a World) -> Judge<'a> {
        Judge {
            world,
            said: Hearsay::new(world),
            id_of: BTreeMap::new(),
            truth_of: BTreeMap::new(),
            before: BTreeMap::new(),
            moved_on: BTreeMap::new(),
            record: Record::default(),
        }
    }

    /// Judges one refresh: what was asked of the day's pages, and what is published after it; of an
    /// issue's day the section too.
    pub(crate) fn judge(
        &mut self,
        now: DateTime<Utc>,
        served: &Day,
        asked: &BTreeSet<String>,
        published: BTreeMap<EventId, Published>,
        section: Option<&Section>,
    ) {
        self.record.now = Some(now);
        self.said.hear(now, served, asked, &mut self.record);
        let shown = self.recognise(now, &published);
        self.look_for_the_lost(now, &shown, &published);
        self.compare_with_before(now, &published);
        if let Some(section) = section {
            self.read_issue(now, section, &published);
        }
        self.before = published;
    }

    /// Finds out which gathering each published event is, and holds its identity against what it was.
    fn recognise(
        &mut self,
        now: DateTime<Utc>,
        published: &BTreeMap<EventId, Published>,
    ) -> BTreeMap<usize, Vec<EventId>> {
        let mut shown: BTreeMap<usize, Vec<EventId>> = BTreeMap::new();
        let mut known: BTreeMap<usize, Vec<EventId>> = BTreeMap::new();
        for event in published.values() {
            if event.status == Status::Withdrawn || event.when.over() < now {
                continue;
            }
            let truths = self.said.truths(event);
            for truth in &truths {
                known.entry(*truth).or_default().push(event.id.clone());
                if event.status.takes_place() {
                    shown.entry(*truth).or_default().push(event.id.clone());
                }
            }
            let &[truth] = &truths.iter().copied().collect::<Vec<_>>()[..] else {
                for truth in &truths {
                    let what = format!("{:.8} stands for gatherings {truths:?}", event.id.as_str());
                    self.record.fault(Figure::WrongMerge, *truth, what);
                }
                if truths.is_empty() {
                    let what = format!(
                        "{:.8} {:?} is no one's: {:?}",
                        event.id.as_str(),
                        event.title.as_str(),
                        event.evidence
                    );
                    self.record.fault(Figure::WrongMerge, usize::MAX, what);
                }
                continue;
            };
            let was = *self.truth_of.entry(event.id.clone()).or_insert(truth);
            if was != truth {
                let what = format!("{:.8} was gathering {was} before", event.id.as_str());
                self.record.fault(Figure::WrongMerge, truth, what);
            }
        }
        for (truth, ids) in &known {
            let id = self.id_of.entry(*truth).or_insert_with(|| ids[0].clone());
            if !ids.contains(id) {
                let what = format!("was {:.8}, is {:.8}", id.as_str(), ids[0].as_str());
                self.record.fault(Figure::IdChanged, *truth, what);
                *id = ids[0].clone();
            }
        }
        shown
    }

    /// Whether a gathering must be published: it takes place and is still to come, somebody has said so,
    /// and no feed that still counts says otherwise. What every one of its feeds has left out of two
    /// readings 20 hours apart, no program can know of.
    fn must_be_shown(&self, gathering: usize, now: DateTime<Utc>) -> bool {
        let facts = self.world.gatherings[gathering].facts(self.world.day(now));
        let mut said = self
            .said
            .of(gathering)
            .filter(|standing| !standing.is_gone)
            .peekable();
        facts.state == State::On
            && facts.start > now
            && said.peek().is_some()
            && said.all(|standing| {
                standing.list.facts.state == State::On && standing.list.facts.start > now
            })
    }

    fn look_for_the_lost(
        &mut self,
        now: DateTime<Utc>,
        shown: &BTreeMap<usize, Vec<EventId>>,
        published: &BTreeMap<EventId, Published>,
    ) {
        let gatherings: BTreeSet<usize> = self
            .said
            .standing
            .keys()
            .map(|(gathering, _)| *gathering)
            .collect();
        for gathering in gatherings {
            if !self.must_be_shown(gathering, now) {
                continue;
            }
            let Some(ids) = shown.get(&gathering) else {
                self.record
                    .fault(Figure::Lost, gathering, "is not published".to_owned());
                continue;
            };
            if let [id] = &ids[..] {
                self.compare_facts(gathering, &published[id]);
            }
        }
    }

    /// The published facts must be those of some feed of its holders, as last said. If only lists that
    /// lied left it out, both are right: that its holder is gone, and that it is not.
    fn compare_facts(&mut self, gathering: usize, event: &Published) {
        if self.said.own(gathering).is_empty() {
            return;
        }
        let own = self.said.may_hold(gathering);
        let start = event.when.start();
        let fits = |standing: &&Standing| {
            // Of what its list goes without, its own page is the last word.
            let by_page = standing
                .page
                .as_ref()
                .filter(|_| standing.page_read_at >= standing.left_out_since)
                .filter(|_| standing.left_out_since.is_some());
            let notice = by_page.unwrap_or(&standing.list);
            let kind = self.world.feeds[notice.feed].kind;
            notice.facts.start == start
                && notice.facts.end() == event.when.over()
                && self.said.mode(standing, notice) == event.mode
                && ics::title(kind, notice) == event.title.as_str()
        };
        // What a list said that lied may have been believed, and what one took back may stand for a day.
        let doubted = own.iter().flat_map(|standing| {
            let place = (gathering, standing.list.feed);
            let doubtful = self.said.doubtful.get(&place).map(|one| &one.list);
            let taken_back = self.said.taken_back.get(&place).map(|one| &one.list);
            let doubted = doubtful.into_iter().chain(taken_back);
            doubted.map(move |notice| (*standing, notice))
        });
        let mut doubted = doubted.map(|(standing, notice)| {
            let with_page = |page| Standing {
                list: notice.clone(),
                page,
                left_out_since: None,
                ..(*standing).clone()
            };
            // Its page may have been read for it too.
            [with_page(None), with_page(Some(notice.clone()))]
        });
        if !own.iter().any(fits) && !doubted.any(|[list, page]| fits(&&list) || fits(&&page)) {
            let what = format!(
                "is published as {:?} {start} to {} {:?}",
                event.title.as_str(),
                event.when.over(),
                event.mode
            );
            self.record.fault(Figure::WrongFact, gathering, what);
        }
    }

    /// SEQUENCE rises by one when start, end, place, mode or status change, and only then; nothing at all changes in an
    /// event of which no feed has said anything new; and two caches that answer in turn move it once.
    fn compare_with_before(
        &mut self,
        now: DateTime<Utc>,
        published: &BTreeMap<EventId, Published>,
    ) {
        let day = self.world.day(now);
        let is_reconfigured = self
            .world
            .feeds
            .iter()
            .any(|feed| feed.from == day || feed.until == day);
        let mut faults = Vec::new();
        for event in published.values() {
            let truths = self.said.truths(event);
            let (Some(&truth), 1) = (truths.first(), truths.len()) else {
                continue;
            };
            let Some(before) = self.before.get(&event.id) else {
                self.record.tell(
                    truth,
                    format!(
                        "published as {:.8} {:?} {}",
                        event.id.as_str(),
                        event.title.as_str(),
                        event.when.start()
                    ),
                );
                continue;
            };
            if before == event {
                continue;
            }
            let what = format!("{:.8} {}", event.id.as_str(), differences(before, event));
            self.record.tell(truth, what.clone());
            // The zone in which its dates are shown is neither start nor end.
            let span = |event: &Published| (event.when.start(), event.when.over());
            let moved = span(before) != span(event)
                || before.place != event.place
                || before.mode != event.mode
                || before.status != event.status;
            if event.sequence != before.sequence + u32::from(moved) {
                faults.push((
                    Figure::Sequence,
                    truth,
                    format!(
                        "SEQUENCE {} after {}: {what}",
                        event.sequence, before.sequence
                    ),
                ));
            }
            if before.when.start() != event.when.start() {
                let moved_on = self.moved_on.entry(event.id.clone()).or_default();
                moved_on.push(day);
                let moves = moved_on.iter().filter(|moved| **moved > day - 8).count();
                let truly = self.world.gatherings[truth].moves(day - 12..=day);
                if moves > truly + 1 {
                    let what = format!("moved {moves} times while it truly moved {truly} times");
                    faults.push((Figure::Restless, truth, what));
                }
            }
            let is_seen = *before != as_seen_before(before, event);
            if (event.modified == now) != is_seen
                || (event.modified != now && event.modified != before.modified)
            {
                faults.push((
                    Figure::Restless,
                    truth,
                    format!("is marked as changed at {}: {what}", event.modified),
                ));
            }
            // Left out once: nothing may change by it. Two readings may be needed to believe it.
            let is_left_out = self
                .said
                .of(truth)
                .any(|standing| standing.left_out_since.is_some());
            if is_seen
                && !self.said.noticed_anew.contains(&truth)
                && !is_left_out
                && !is_reconfigured
                && event.when.over() > now
            {
                faults.push((Figure::Restless, truth, what));
            }
        }
        for (figure, truth, what) in faults {
            self.record.fault(figure, truth, what);
        }
    }

    /// An issue must hold everything that takes place in its window once, and nothing that does not.
    fn read_issue(
        &mut self,
        now: DateTime<Utc>,
        section: &Section,
        published: &BTreeMap<EventId, Published>,
    ) {
        self.record.issues += 1;
        let day = self.world.day(now);
        let mut printed: BTreeMap<usize, BTreeSet<EventId>> = BTreeMap::new();
        for row in section.headings.iter().flat_map(|(_, rows)| rows) {
            let Some(event) = row.event.as_ref().and_then(|id| published.get(id)) else {
                continue;
            };
            for truth in self.said.truths(event) {
                printed.entry(truth).or_default().insert(event.id.clone());
            }
        }
        self.record.rows += printed.len();
        for (gathering, ids) in &printed {
            // A copy that tells another time than its holder, and links to a page under a name that no list
            // has given it yet, may be of another event of the group: two of one title on one day are two.
            let starts: BTreeSet<DateTime<Utc>> =
                ids.iter().map(|id| published[id].when.start()).collect();
            let is_unknowable = starts.len() == ids.len() && self.said.has_unknown_copy(*gathering);
            if ids.len() > 1 && is_unknowable {
                self.record.unknowable += 1;
            } else if ids.len() > 1 {
                let shown: Vec<String> = ids
                    .iter()
                    .map(|id| format!("{:.8} on {}", id.as_str(), published[id].when.first_day()))
                    .collect();
                self.record.fault(
                    Figure::Doubled,
                    *gathering,
                    format!("is printed as {}", shown.join(" and ")),
                );
            }
            if self.world.gatherings[*gathering].facts(day).state != State::On {
                self.judge_called_off(*gathering);
            }
        }
        let waiting: BTreeSet<&EventId> = section
            .attention
            .iter()
            .map(|attention| &attention.event)
            .collect();
        let gatherings: BTreeSet<usize> = self
            .said
            .standing
            .keys()
            .map(|(gathering, _)| *gathering)
            .collect();
        for gathering in gatherings {
            let Some(notice) = self
                .said
                .own(gathering)
                .first()
                .map(|standing| standing.list.clone())
            else {
                continue;
            };
            let first = notice.facts.local_day();
            let in_window = section.window.holds(first, first)
                && self.said.own(gathering).iter().all(|standing| {
                    let place = (gathering, standing.list.feed);
                    standing.list.facts.start == notice.facts.start
                        && !self.said.taken_back.contains_key(&place)
                });
            if !in_window || printed.contains_key(&gathering) || !self.must_be_shown(gathering, now)
            {
                continue;
            }
            if self
                .id_of
                .get(&gathering)
                .is_some_and(|id| waiting.contains(id))
            {
                self.record.waiting += 1;
            } else {
                self.record
                    .fault(Figure::Lost, gathering, "is not printed".to_owned());
            }
        }
    }

    /// A row of what does not take place is wrong as soon as somebody has said so. Where it only left its
    /// own list, and a calendar of many groups still has it, it stands there on that one's word: counted,
    /// not wrong.
    fn judge_called_off(&mut self, gathering: usize) {
        let said: Vec<&Standing> = self.said.of(gathering).collect();
        let by_word = said
            .iter()
            .any(|standing| standing.list.facts.state != State::On || standing.cancelled_by_page);
        // A list that lied need not have been believed.
        let gone = said.iter().any(|standing| standing.is_surely_gone);
        let carried = said.iter().any(|standing| !standing.is_surely_gone);
        if by_word || (gone && !carried) {
            self.record.fault(
                Figure::CancelledPrinted,
                gathering,
                "is printed, and called off".to_owned(),
            );
        } else if gone {
            self.record.on_a_copys_word += 1;
        }
    }
}

/// The event as it is now, but for what no one outside sees: where it is known from, and the doubts.
fn as_seen_before(before: &Published, event: &Published) -> Published {
    Published {
        evidence: before.evidence.clone(),
        flags: before.flags.clone(),
        choices: before.choices.clone(),
        overruled: before.overruled.clone(),
        uncorrected: before.uncorrected.clone(),
        unlisted: before.unlisted,
        modified: before.modified,
        ..event.clone()
    }
}

fn differences(before: &Published, after: &Published) -> String {
    let mut said = Vec::new();
    if before.title != after.title {
        said.push(format!(
            "title {:?} → {:?}",
            before.title.as_str(),
            after.title.as_str()
        ));
    }
    if before.when != after.when {
        said.push(format!("when {:?} → {:?}", before.when, after.when));
    }
    if before.mode != after.mode {
        said.push(format!("mode {:?} → {:?}", before.mode, after.mode));
    }
    if before.place != after.place {
        said.push(format!("place {:?} → {:?}", before.place, after.place));
    }
    if before.venue != after.venue {
        said.push(format!("venue {:?} → {:?}", before.venue, after.venue));
    }
    if before.description != after.description {
        said.push(format!(
            "description {:?} → {:?}",
            before.description, after.description
        ));
    }
    if (&before.organisers, &before.links) != (&after.organisers, &after.links) {
        said.push(format!("links {:?} → {:?}", before.links, after.links));
    }
    if before.status != after.status {
        said.push(format!("status {:?} → {:?}", before.status, after.status));
    }
    if before.evidence != after.evidence {
        let sources = |event: &Published| {
            event
                .evidence
                .iter()
                .map(|evidence| format!("{} {}", evidence.source, evidence.key.as_str()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        said.push(format!(
            "evidence [{}] → [{}]",
            sources(before),
            sources(after)
        ));
    }
    if said.is_empty() {
        said.push("in flags".to_owned());
    }
    said.join("; ")
}
