//! Feeds and lists: iCalendar, Atom and JSON, under filters and under short addresses.

use super::{Content, DATA, MOST_ENTRIES, MOST_EVENTS, Refusal, View};
use crate::believe::curate::Published;
use crate::facts::event::EventId;
use crate::facts::place::Country;
use crate::filter::{Filter, slug};
use crate::render::{atom, ical, json};
use crate::section::select::Heading;
use crate::server::snapshot::is_listed;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl<'a> View<'a> {
    /// The value of a parameter in the path without the end of its name.
    fn named(&self, end: &str) -> Result<&'a str, Refusal> {
        let path = self.question.path.as_deref().unwrap_or_default();
        path.strip_suffix(end)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| Refusal::missing(format!("{path:?} is no feed: its name ends in {end}")))
    }

    pub(super) fn feed(&self) -> Result<Content, Refusal> {
        let name = self.named(".ics")?;
        if name.eq_ignore_ascii_case("all") {
            return self.calendar(&self.question.pairs, "/feeds/all.ics");
        }
        let Some(heading) = Heading::parse(name) else {
            let known: Vec<&str> = Heading::all().map(Heading::slug).collect();
            return Err(Refusal::missing(format!(
                "there is no feed {name:?}; there are all, {}",
                known.join(", ")
            )));
        };
        let path = format!("/feeds/{}.ics", heading.slug());
        self.short("region", heading.slug(), &path)
    }

    pub(super) fn country_feed(&self) -> Result<Content, Refusal> {
        let name = self.named(".ics")?;
        if name.len() != 2 || Country::parse(name).is_none() {
            return Err(Refusal::missing(format!(
                "{name:?} is no country's code, such as de"
            )));
        }
        let name = name.to_ascii_lowercase();
        self.short("country", &name, &format!("/feeds/country/{name}.ics"))
    }

    pub(super) fn organiser_feed(&self) -> Result<Content, Refusal> {
        let name = self.named(".ics")?;
        let group = self.group(name)?;
        let address = self.snapshot.directory.address_of(group);
        let path = format!("/feeds/organiser/{address}.ics");
        self.short("organiser", group.as_str(), &path)
    }

    /// A calendar with its filter in its address; it takes `cancelled` and no other parameter.
    fn short(&self, key: &str, value: &str, path: &str) -> Result<Content, Refusal> {
        let mut pairs = vec![(key.to_owned(), value.to_owned())];
        for (key, value) in &self.question.pairs {
            if key != "cancelled" {
                return Err(Refusal::bad(
                    key,
                    "is no parameter here; /events.ics takes filters",
                ));
            }
            pairs.push((key.clone(), value.clone()));
        }
        self.calendar(&pairs, path)
    }

    pub(super) fn calendar(
        &self,
        pairs: &[(String, String)],
        path: &str,
    ) -> Result<Content, Refusal> {
        let mut mark = false;
        let mut rest = Vec::new();
        for (key, value) in pairs {
            match (key.as_str(), value.as_str()) {
                ("cancelled", "mark") => mark = true,
                ("cancelled", _) => {
                    return Err(Refusal::bad("cancelled", "may be `mark`, or be left out"));
                }
                pair => rest.push(pair),
            }
        }
        let filter = self.filter(rest)?;
        let today = self.utc_today();
        let events = self.filtered(&filter, today);
        let url = format!(
            "{}{path}{}",
            self.state.setup.base,
            self.query_of(pairs, path)
        );
        let mut asked = pairs.to_vec();
        asked.retain(|(key, _)| key != "cancelled");
        let page = format!("{}{}", self.state.setup.base, self.page_of(&filter, &asked));
        let name = self.feed_name(&filter);
        let settings = &self.state.setup.configuration.settings;
        let body = ical::feed(
            events.iter().copied(),
            &ical::Feed {
                name: &name,
                url: Some(&url),
                base: Some(&self.state.setup.base),
                page: Some(&page),
                mark,
                states: &settings.section.states,
                today,
            },
        );
        Ok(Content {
            modified: self.last_modified(),
            file: Some(file_name(path, &filter)),
            ..Content::public("text/calendar; charset=utf-8", body, DATA)
        })
    }

    /// One event as a file for a calendar; `None` if there is nothing to tell of it.
    pub(super) fn single(&self, id: &str) -> Option<Content> {
        let event = self
            .snapshot
            .published
            .get(&EventId::stored(id.to_owned()))?;
        let today = self.utc_today();
        if !ical::is_told(event, today) {
            return None;
        }
        let base = &self.state.setup.base;
        let body = ical::feed(
            [&**event],
            &ical::Feed {
                name: event.title.as_str(),
                url: Some(&format!("{base}/events/{id}.ics")),
                base: Some(base),
                page: Some(&format!("{base}/events/{id}")),
                mark: false,
                states: &self.state.setup.configuration.settings.section.states,
                today,
            },
        );
        Some(Content {
            modified: Some(event.modified),
            file: Some(format!("{id}.ics")),
            ..Content::public("text/calendar; charset=utf-8", body, DATA)
        })
    }

    /// The query of a feed's own address: a short address has none but its mark.
    fn query_of(&self, pairs: &[(String, String)], path: &str) -> String {
        let short = path.starts_with("/feeds/") && path != "/feeds/all.ics";
        let own = pairs.iter().filter(|(key, value)| {
            // A form sends its empty fields, too.
            !value.trim().is_empty() && (!short || key == "cancelled")
        });
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in own {
            query.append_pair(key, value);
        }
        let query = query.finish();
        if query.is_empty() {
            query
        } else {
            format!("?{query}")
        }
    }

    /// The page that shows what a filter does. A choice is shown, and changed, where it was made.
    fn page_of(&self, filter: &Filter, pairs: &[(String, String)]) -> String {
        let page = if filter.is_choice() { "/follow" } else { "/" };
        format!("{page}{}", self.query_of(pairs, page))
    }

    fn feed_name(&self, filter: &Filter) -> String {
        let title = &self.state.setup.configuration.settings.server.title;
        match filter.in_words() {
            Some(words) => format!("{title}: {words}"),
            None => title.clone(),
        }
    }

    /// When what is shown last changed: with any event, for one that changed may have been in it before, or when
    /// the day changed what is in it.
    pub(super) fn last_modified(&self) -> Option<DateTime<Utc>> {
        let newest = self.everything().map(|event| event.modified).max();
        let day = self.utc_today().and_time(chrono::NaiveTime::MIN).and_utc();
        newest.max(Some(day))
    }

    pub(super) fn atom(&self) -> Result<Content, Refusal> {
        let mut soon = false;
        let mut rest = Vec::new();
        for (key, value) in &self.question.pairs {
            match (key.as_str(), value.as_str()) {
                ("sort", "soon") => soon = true,
                ("sort", "new" | "") => {}
                ("sort", other) => {
                    return Err(Refusal::bad(
                        "sort",
                        format!("{other:?} is neither new nor soon"),
                    ));
                }
                pair => rest.push(pair),
            }
        }
        let filter = self.filter(rest)?;
        let mut events = self.filtered(&filter, self.utc_today());
        self.only_shown(&mut events);
        if soon {
            // Those of the next week, the next one first.
            let week = self.now + TimeDelta::days(7);
            events.retain(|event| event.when.over() >= self.now && event.when.start() <= week);
        } else {
            events.sort_by(|a, b| (b.created, &a.id).cmp(&(a.created, &b.id)));
        }
        events.truncate(MOST_ENTRIES);
        let name = self.feed_name(&filter);
        let name = if soon { format!("{name}: soon") } else { name };
        let query = self.query_of(&self.question.pairs, "/events.atom");
        let url = format!("{}/events.atom{query}", self.state.setup.base);
        let mut shown = self.question.pairs.clone();
        shown.retain(|(key, _)| key != "sort");
        let page = self.page_of(&filter, &shown);
        Ok(self.atom_of(&name, (&url, &page), &events))
    }

    /// Leaves out the events that are in no list.
    pub(super) fn only_shown(&self, events: &mut Vec<&'a Published>) {
        events.retain(|event| is_listed(event, self.utc_today()));
    }

    /// A feed of a name, under an address, with the path of the page that shows the same.
    pub(super) fn atom_of(
        &self,
        name: &str,
        (url, page): (&str, &str),
        events: &[&Published],
    ) -> Content {
        let base = &self.state.setup.base;
        let today = self.utc_today().and_time(chrono::NaiveTime::MIN);
        let body = atom::feed(
            events,
            &atom::Feed {
                name,
                url,
                base,
                page: &format!("{base}{page}"),
                since: today.and_utc(),
                style: &self.state.setup.style,
            },
        );
        Content {
            modified: self.last_modified(),
            ..Content::public("application/atom+xml; charset=utf-8", body, DATA)
        }
    }

    pub(super) fn events(&self, most: usize) -> Result<Content, Refusal> {
        let mut after = None;
        let mut limit = most;
        let mut rest = Vec::new();
        for (key, value) in &self.question.pairs {
            match key.as_str() {
                "after" => after = Some(value.as_str()),
                "limit" => {
                    limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST_EVENTS).contains(limit))
                        .ok_or_else(|| {
                            Refusal::bad("limit", format!("is a number from 1 to {MOST_EVENTS}"))
                        })?;
                }
                key => rest.push((key, value.as_str())),
            }
        }
        let filter = self.filter(rest)?;
        let mut events = self.filtered(&filter, self.utc_today());
        self.only_shown(&mut events);
        if let Some(after) = after {
            let (start, id) = self.place_after(after)?;
            events.retain(|event| (event.when.start(), event.id.as_str()) > (start, id));
        }
        let more = events.len() > limit;
        events.truncate(limit);
        let next = events.last().filter(|_| more).map(|last| {
            let mut pairs: Vec<(String, String)> = self.question.pairs.clone();
            pairs.retain(|(key, _)| key != "after");
            let after = format!("{}.{}", last.when.start().timestamp(), last.id);
            pairs.push(("after".to_owned(), after));
            let query = self.query_of(&pairs, "/v1/events.json");
            format!("{}/v1/events.json{query}", self.state.setup.base)
        });
        // When each source was last read changes with every visit and says nothing about the event: it is in `sources.json`.
        let never = BTreeMap::new();
        let base = Some(&*self.state.setup.base);
        let listed: Vec<Value> = events
            .iter()
            .map(|event| json::event(event, &never, base))
            .collect();
        let body = json!({"events": listed, "next": next});
        Ok(Content {
            modified: self.last_modified(),
            ..Content::public("application/json", format!("{body}\n"), DATA)
        })
    }

    /// Where a list goes on: behind the start of an event and its id, whether or not it still is in the list. An id alone
    /// is that of an event which is still known.
    fn place_after<'q>(&self, after: &'q str) -> Result<(DateTime<Utc>, &'q str), Refusal> {
        let wrong = || Refusal::bad("after", "is no place in this list: take `next` as it is");
        match after.split_once('.') {
            Some((start, id)) => {
                let start = start.parse().ok();
                let start = start.and_then(|start| DateTime::from_timestamp(start, 0));
                let start = start.filter(|_| is_id(id));
                Ok((start.ok_or_else(wrong)?, id))
            }
            None => {
                let id = EventId::stored(after.to_owned());
                let event = self.snapshot.published.get(&id).ok_or_else(wrong)?;
                Ok((event.when.start(), after))
            }
        }
    }
}

/// Whether a text has the form of an event's id.
fn is_id(text: &str) -> bool {
    text.len() == 16
        && text
            .bytes()
            .all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'))
}

/// The name of a calendar's file, in ASCII: `rust-berlin.ics`, `within-100-km-of-koln-de.ics`.
fn file_name(path: &str, filter: &Filter) -> String {
    let short = path.rsplit('/').next().unwrap_or_default();
    let name = match (path.starts_with("/feeds/"), filter.in_words()) {
        (true, _) => short.trim_end_matches(".ics").to_owned(),
        (false, Some(words)) => slug(&words),
        (false, None) => String::new(),
    };
    let name: String = name
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || *char == '-')
        .take(80)
        .collect();
    match name.trim_matches('-') {
        "" => "events.ics".to_owned(),
        name => format!("{name}.ics"),
    }
}
