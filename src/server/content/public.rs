//! The pages about events, groups and sources.

use super::super::pages;
use super::super::pages::problem::NotFound;
use super::{Content, DATA, Refusal, View};
use crate::believe::curate::{Published, Shown};
use crate::config::{self, Entry};
use crate::facts::event::EventId;
use crate::facts::link::Link;
use crate::facts::source::{Source, SourceId, successor};
use crate::refresh;
use crate::schedule::Cron;
use crate::section::select::Section;
use crate::server::Dated;
use crate::server::question::LONGEST_QUESTION;
use crate::store::{self, Standing};
use crate::why::{Answer, Newsletter, Unknown};
use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Events that are over, on the page of a group.
const PAST_SHOWN: usize = 20;

/// What tells a state of an event from a later one: the last decision on it, and a fingerprint of its facts.
pub(in crate::server) fn version(event: &Published, last_decision: i64) -> String {
    let facts = Published {
        // Where it was read changes with every reading, and is nothing that an editor decided on.
        evidence: Vec::new(),
        ..event.clone()
    };
    let digest = Sha256::digest(format!("{facts:?}").as_bytes());
    let digest: String = digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{last_decision}.{digest}")
}

/// The versions of the events that a section shows or doubts.
pub(super) fn versions(
    view: &View<'_>,
    section: &Section,
) -> Result<BTreeMap<EventId, String>, store::Error> {
    let rows = section.headings.iter().flat_map(|(_, rows)| rows);
    let shown: BTreeSet<&EventId> = rows
        .filter_map(|row| row.event.as_ref())
        .chain(section.attention.iter().map(|doubt| &doubt.event))
        .collect();
    view.state.with_store(|store| {
        shown
            .into_iter()
            .filter_map(|id| view.snapshot.published.get(id))
            .map(|event| {
                let last = store.last_decision(&event.id)?;
                Ok((event.id.clone(), version(event, last)))
            })
            .collect()
    })
}

/// A part of a path as an address has it: names of groups have letters of every script.
pub(super) fn encoded(part: &str) -> String {
    percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
}

impl<'a> View<'a> {
    fn answer(&self, question: &str, newsletter: Newsletter<'_>) -> Result<Answer, store::Error> {
        if let Some(known) = self.known {
            return known.answer(question);
        }
        let orders = self.state.setup.orders(self.now);
        self.state.with_store(|store| {
            super::known(self.state, self.snapshot, &orders, newsletter, store)?.answer(question)
        })
    }

    pub(super) fn event(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let path = self.question.path.as_deref().unwrap_or_default();
        let id = path.strip_suffix(".ics").unwrap_or(path);
        let unknown = || Refusal::not_found(NotFound::Event, format!("no event has the id {id:?}"));
        let is_id = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id {
            return Err(unknown());
        }
        if path != id {
            return self.single(id).ok_or_else(unknown);
        }
        let newsletter = super::newsletter(self.state, self.now);
        let Answer::Event(account) = self.answer(id, newsletter)? else {
            return Err(unknown());
        };
        let last = self
            .state
            .with_store(|store| store.last_decision(&account.event.id))?;
        let page = pages::event::page(
            &self.site(),
            &pages::event::Event {
                account: &account,
                newsletter,
                published: &self.snapshot.published,
                version: &version(&account.event, last),
            },
        );
        Ok(Content::page(page, self.editor))
    }

    pub(super) fn why(&self) -> Result<Content, Refusal> {
        let mut question = "";
        let mut day = None;
        for (place, (key, value)) in self.question.pairs.iter().enumerate() {
            let before = &self.question.pairs[..place];
            if before.iter().any(|(known, _)| known == key) {
                return Err(Refusal::bad(key, "is said twice"));
            }
            match key.as_str() {
                "url" if value.len() > LONGEST_QUESTION => {
                    return Err(Refusal::bad(
                        "url",
                        format!("is longer than {LONGEST_QUESTION} bytes"),
                    ));
                }
                "url" => question = named_here(&self.state.setup.base, value),
                "issue" => day = Some(value.as_str()),
                _ => {
                    return Err(Refusal::bad(
                        key,
                        "is no parameter here; there are url and issue",
                    ));
                }
            }
        }
        let settings = &self.state.setup.configuration.settings;
        let (window, _) = super::window(day, None, None, self.today(), settings)?;
        let newsletter = super::newsletter_of(self.state, window.from);
        let answer = match question {
            "" => None,
            question => Some(self.answer(question, newsletter)?),
        };
        let (entry, issue) = match &answer {
            Some(Answer::Unknown(unknown)) => self.wanted(unknown),
            _ => (None, None),
        };
        let page = pages::why::page(
            &self.site(),
            &pages::why::Why {
                question,
                answer: answer.as_ref(),
                newsletter,
                published: &self.snapshot.published,
                entry: entry.as_deref(),
                issue: issue.as_deref(),
            },
        );
        // Each question is another page: it is hardly asked twice.
        Ok(Content::page(page, self.editor).fleeting())
    }

    /// The entry that would make an unknown group a source, and where to ask for it.
    fn wanted(&self, unknown: &Unknown) -> (Option<String>, Option<String>) {
        let Some(link) = unknown.group.as_ref().or(unknown.link.as_ref()) else {
            return (None, None);
        };
        let entry = entry(link, &self.state.setup.configuration.settings.fetch);
        let issue = self.issue_form(link, entry.as_deref());
        (entry, issue)
    }

    /// The form by which a group is asked for, filled in.
    pub(super) fn issue_form(&self, link: &Link, entry: Option<&str>) -> Option<String> {
        issue_form(&self.state.setup.configuration.settings, link, entry)
    }

    pub(super) fn organiser(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let path = self.question.path.as_deref().unwrap_or_default();
        let wanted = path.strip_suffix(".atom").unwrap_or(path);
        let group = self.group(wanted)?;
        let directory = &self.snapshot.directory;
        let (name, address) = (
            directory.name_of(group).unwrap_or(wanted),
            directory.address_of(group),
        );
        // A reader of feeds may not follow to a new address; a browser does.
        if !path.ends_with(".atom") && wanted != address {
            let there = self.say.to(&format!("/organisers/{}", encoded(&address)));
            return Ok(Content::moved(&self.state.setup.base, there));
        }
        let of_group = self.snapshot.of_group(group).iter();
        let mut events: Vec<&Published> = of_group.map(|dated| &*dated.event).collect();
        events.retain(|event| event.shown != Shown::Nowhere);
        if path.ends_with(".atom") {
            events.sort_by(|a, b| (b.modified, &a.id).cmp(&(a.modified, &b.id)));
            events.truncate(super::MOST_ENTRIES);
            let address = encoded(&address);
            let url = format!("{}/organisers/{address}.atom", self.state.setup.base);
            let page = format!("/organisers/{address}");
            return Ok(self.atom_of(name, (&url, &page), &events));
        }
        let (coming, mut past): (Vec<&Published>, Vec<&Published>) = events
            .into_iter()
            .partition(|event| event.when.over() >= self.now);
        past.reverse();
        past.truncate(PAST_SHOWN);
        let healths = Healths::of(self)?;
        let sources: Vec<_> = healths
            .all()
            .filter(|health| {
                health
                    .source
                    .organiser
                    .as_ref()
                    .is_some_and(|known| directory.named(&known.name) == Some(group))
            })
            .collect();
        let mut rejected = self.state.with_store(|store| store.rejected())?;
        rejected.retain(|reject| {
            sources
                .iter()
                .any(|health| health.source.id == reject.source)
        });
        let url = coming
            .iter()
            .chain(&past)
            .flat_map(|event| &event.organisers)
            .chain(
                sources
                    .iter()
                    .filter_map(|health| health.source.organiser.as_ref()),
            )
            .find(|known| directory.named(&known.name) == Some(group) && known.url.is_some())
            .and_then(|known| known.url.as_ref());
        let page = pages::organiser::page(
            &self.site(),
            &pages::organiser::Organiser {
                name,
                slug: &address,
                url,
                coming: &coming,
                past: &past,
                sources: &sources,
                rejected: &rejected,
            },
        );
        Ok(Content::page(page, self.editor))
    }

    pub(super) fn sources(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let healths = Healths::of(self)?;
        let healths: Vec<_> = healths.all().collect();
        let orphans = self.orphans();
        let orphans: Vec<(&SourceId, usize)> =
            orphans.iter().map(|(id, events)| (id, *events)).collect();
        let page = pages::sources::page(
            &self.site(),
            &pages::sources::Sources {
                sources: &healths,
                orphans: &orphans,
            },
        );
        Ok(Content::page(page, self.editor))
    }

    pub(super) fn sources_json(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let healths = Healths::of(self)?;
        let time = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
        let sources: Vec<_> = healths
            .all()
            .map(|health| {
                let standing = health.standing;
                json!({
                    "id": health.source.id.0,
                    "platform": health.source.platform.name(),
                    "organiser": health.source.organiser.as_ref().map(|known| &known.name),
                    "way": standing.way.map(|way| way.name()),
                    "entries": standing.entries,
                    "events": health.coming,
                    "last_event": health.last_event.map(|day| day.to_string()),
                    "last_visit": time(standing.last_visit),
                    "last_good": time(standing.last_good),
                    "next_visit": time(health.next_visit),
                    "failures": standing.failures,
                    "error": standing.error.as_ref().filter(|_| standing.failures > 0),
                    "stale": health.stale,
                    "held": standing.hold().map(|(_, why)| why),
                    "problems": health.problems.iter().map(|problem| json!({
                        "line": problem.line, "what": problem.what, "item": problem.item,
                    })).collect::<Vec<_>>(),
                    "reproduce": format!("rusty-events refresh {} -vv", health.source.id),
                })
            })
            .collect();
        let orphans: Vec<_> = self
            .orphans()
            .into_iter()
            .map(|(id, events)| json!({"id": id.0, "events": events}))
            .collect();
        let body = json!({"sources": sources, "no_longer_configured": orphans});
        Ok(Content::public(
            "application/json",
            format!("{body}\n"),
            DATA,
        ))
    }

    fn orphans(&self) -> BTreeMap<SourceId, usize> {
        let sources = &self.state.setup.configuration.sources;
        refresh::orphans(sources, self.everything(), self.now)
    }

    /// The login; with the name that was tried, and why it failed.
    pub(super) fn login(&self, tried: Option<(&str, &str)>) -> Result<Content, Refusal> {
        let back = match self.question.pairs.as_slice() {
            [] => "/",
            [(key, back)] if key == "back" && is_own_path(back) => back,
            [(key, _), ..] => return Err(Refusal::bad(key, "is no path of this site")),
        };
        let page = pages::login::page(
            &self.site(),
            &pages::login::Login {
                name: tried.map_or("", |(name, _)| name),
                problem: tried.map(|(_, problem)| problem),
                back,
            },
        );
        Ok(Content::page(page, self.editor).fleeting())
    }

    pub(super) fn no_parameters(&self) -> Result<(), Refusal> {
        match self.question.pairs.first() {
            None => Ok(()),
            Some((key, _)) => Err(Refusal::bad(key, "is no parameter here; there are none")),
        }
    }
}

/// The form of the newsletter by which a group is asked for, filled in; `None` if none is configured.
pub(in crate::server) fn issue_form(
    settings: &config::Settings,
    link: &Link,
    entry: Option<&str>,
) -> Option<String> {
    let form = settings.newsletter.issues.as_ref()?;
    let mut form = url::Url::parse(form).ok()?;
    let body = match entry {
        Some(entry) => format!("Please read the events of {link}.\n\n```toml\n{entry}```\n"),
        None => format!("Please read the events of {link}.\n"),
    };
    form.query_pairs_mut()
        .append_pair("title", &format!("Events of {link}"))
        .append_pair("body", &body);
    Some(form.into())
}

/// The entry that would make the page of a group a source.
pub(in crate::server) fn entry(link: &Link, settings: &config::FetchSettings) -> Option<String> {
    let inferred = config::infer(link.as_str(), None, settings).ok()?;
    let mut entry = Entry::new("source");
    if let Some(id) = &inferred.id {
        entry.text("id", &id.0, "");
    }
    entry.text("url", link.as_str(), "");
    entry.missing("organiser", "…", "what the newsletter is to print");
    entry.missing("place", "…", "the group's home: City, CC");
    Some(entry.to_string())
}

/// The id or slug in the address of an event's or a group's page on this site. Any other text is returned as it is.
pub(in crate::server) fn named_here<'t>(base: &str, typed: &'t str) -> &'t str {
    let typed = typed.trim();
    let Some(path) = typed.strip_prefix(base) else {
        return typed;
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches('/').trim_end_matches(".ics");
    let name = ["/events/", "/organisers/"];
    let name = name.iter().find_map(|folder| path.strip_prefix(folder));
    name.filter(|name| !name.is_empty()).unwrap_or(typed)
}

/// Whether a path leads to a page of this site and nowhere else.
pub(in crate::server) fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.len() <= 2_048
}

/// How every source is doing.
struct Healths<'a> {
    view: &'a View<'a>,
    cron: Option<Cron>,
    standings: BTreeMap<&'a SourceId, Standing>,
    problems: BTreeMap<SourceId, Vec<crate::facts::listing::Problem>>,
}

impl<'a> Healths<'a> {
    fn of(view: &'a View<'a>) -> Result<Healths<'a>, store::Error> {
        let schedule = &view.state.setup.configuration.settings.schedule;
        let sources = &view.state.setup.configuration.sources;
        let standing = |source: &'a Source| {
            let known = view.snapshot.standings.get(&source.id);
            (&source.id, known.cloned().unwrap_or_default())
        };
        Ok(Healths {
            view,
            cron: Cron::parse(&schedule.refresh, schedule.zone).ok(),
            standings: sources.iter().map(standing).collect(),
            problems: view.state.with_store(|store| store.problems())?,
        })
    }

    fn all(&'a self) -> impl Iterator<Item = pages::sources::Health<'a>> + use<'a> {
        let settings = &self.view.state.setup.configuration.settings;
        let sources = &self.view.state.setup.configuration.sources;
        let mut sorted: Vec<&Source> = sources.iter().collect();
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        sorted.into_iter().filter_map(move |source| {
            let standing = self.standings.get(&source.id)?;
            let events = self.view.snapshot.of_source(&source.id).iter();
            let is_coming = |dated: &&Dated| {
                dated.event.when.over() >= self.view.now && dated.event.status.takes_place()
            };
            let tick = self.cron.as_ref().and_then(|cron| cron.next(self.view.now));
            Some(pages::sources::Health {
                source,
                standing,
                stale: refresh::is_stale(Some(standing), settings.stale_after, self.view.now),
                moves: successor(sources, source).map(|(to, from)| (&to.id, from)),
                next_visit: tick.max(refresh::next_visit(source, standing, self.view.now)),
                problems: self.problems.get(&source.id).map_or(&[], Vec::as_slice),
                coming: events.clone().filter(is_coming).count(),
                last_event: events.map(|dated| dated.first).max(),
            })
        })
    }
}
