//! The walk to chats: posts what is new, moved and called off, each at most once.
//!
//! What a chat has heard of each event is kept. It is changed before the message is sent and changed back only if the
//! message certainly did not arrive: a message that is lost is better than one that is posted again and again.

use crate::believe::curate::Published;
use crate::believe::normalise::Groups;
use crate::facts::chat::Chat;
use crate::facts::event::EventId;
use crate::facts::source::Source;
use crate::fetch::{Fetcher, Unsent};
use crate::filter::{Filter, Names, Wrong, address};
use crate::news::{News, Said, What};
use crate::render::chat::{self, Look};
use crate::store::{self, Store};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Messages to one chat in one run; the rest comes with the next.
const MOST_MESSAGES: usize = 5;
/// Events of one message.
const MOST_OF_A_MESSAGE: usize = 10;

/// A chat that wants to hear.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its name in the configuration, under which is kept what it has heard.
    pub name: String,
    /// What takes the messages.
    pub chat: Chat,
    /// The address that takes them.
    pub webhook: Webhook,
    /// Which events it wants to hear of: the query of an address, or the address of a page or feed.
    pub filter: String,
    /// What it wants to hear of them.
    pub what: BTreeSet<What>,
}

/// An address that lets its holder post: it is never shown.
#[derive(Clone)]
pub struct Webhook(String);

impl Webhook {
    /// From the text of its file or variable.
    pub fn new(text: &str) -> Webhook {
        Webhook(text.trim().to_owned())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Webhook(…)")
    }
}

/// What a run did, or would do, for one chat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Its name.
    pub channel: String,
    /// Whether it is heard of for the first time, or with another filter: what is known by then is no news.
    pub is_first: bool,
    /// The messages that were sent, or would be: their lines.
    pub sent: Vec<Vec<String>>,
    /// Events of which there is news for a later run.
    pub left: usize,
    /// Why the rest was not sent.
    pub failed: Option<Failed>,
}

/// Why a chat was not sent everything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// Its filter in the configuration.
    #[error("filter: {0}")]
    Filter(Wrong),
    /// Its host.
    #[error(transparent)]
    Host(Unsent),
}

/// What a run works with.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The chats.
    pub channels: &'a [Channel],
    /// The groups of the configuration, which filters may name.
    pub groups: &'a Groups,
    /// The sources, likewise.
    pub sources: &'a [Source],
    /// Who posts; `None` for a dry run, which changes nothing.
    pub fetcher: Option<&'a Fetcher>,
    /// How events are written.
    pub look: Look<'a>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Tells each chat what is news to it.
///
/// # Errors
/// If the database cannot be read or written. That a filter is wrong or a host refuses is in the chat's report: the others
/// hear their news.
pub async fn run(run: &Run<'_>, store: &mut Store) -> Result<Vec<Report>, store::Error> {
    let published = store.published()?;
    let mut events: Vec<&Published> = published.values().collect();
    events.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
    let names = Names::of(store.groups_known()?, run.groups, run.sources, &events);
    let mut reports = Vec::new();
    for channel in run.channels {
        let pairs = address::pairs(&channel.filter, run.look.base);
        let filter = pairs.and_then(|pairs| names.filter(&pairs));
        reports.push(match filter {
            Ok(filter) => post((channel, &filter), &events, store, run).await?,
            Err(wrong) => Report {
                channel: channel.name.clone(),
                failed: Some(Failed::Filter(wrong)),
                ..Report::default()
            },
        });
    }
    Ok(reports)
}

async fn post(
    (channel, filter): (&Channel, &Filter),
    events: &[&Published],
    store: &mut Store,
    run: &Run<'_>,
) -> Result<Report, store::Error> {
    let mut report = Report {
        channel: channel.name.clone(),
        ..Report::default()
    };
    let known = store.channel(&channel.name, &channel.filter)?;
    report.is_first = known.is_none();
    let since = known.unwrap_or(run.now);
    let heard = store.heard(&channel.name)?;
    let (news, quiet) = news((channel, filter), events, &heard, (since, run.now));
    if run.fetcher.is_some() {
        store.keep_heard(&channel.name, &quiet, run.now)?;
        if report.is_first {
            store.keep_channel(&channel.name, &channel.filter, run.now)?;
        }
    }
    let mut messages = messages(channel.chat, &news, &run.look);
    let posted = messages.len().min(MOST_MESSAGES);
    for (_, later) in messages.drain(posted..) {
        report.left += later.len();
    }
    for (lines, events) in messages {
        if let Some(fetcher) = run.fetcher {
            let said = events.iter();
            let said = said.map(|one| (one.event.id.clone(), Some(Said::of(one.event))));
            let said: Heard = said.collect();
            store.keep_heard(&channel.name, &said, run.now)?;
            let body = chat::body(channel.chat, &lines);
            if let Err(unsent) = fetcher.post(&channel.webhook.0, body).await {
                if matches!(unsent, Unsent::Certainly(_)) {
                    let before = said.into_keys();
                    let before = before.map(|id| (id.clone(), heard.get(&id).copied()));
                    store.keep_heard(&channel.name, &before.collect(), run.now)?;
                }
                report.failed = Some(Failed::Host(unsent));
                break;
            }
        }
        report.sent.push(lines);
    }
    Ok(report)
}

type Heard = BTreeMap<EventId, Option<Said>>;

/// What is news to a chat, in the order of the events; and what it takes note of in silence.
fn news<'a>(
    (channel, filter): (&Channel, &Filter),
    events: &[&'a Published],
    heard: &BTreeMap<EventId, Said>,
    (since, now): (DateTime<Utc>, DateTime<Utc>),
) -> (Vec<News<'a>>, Heard) {
    let (mut news, mut quiet) = (Vec::new(), Heard::new());
    for event in events.iter().filter(|event| event.when.over() >= now) {
        let before = heard.get(&event.id).copied();
        let said = Said::of(event);
        // What it heard of it goes on to it, though it would no longer be chosen.
        if before.is_none() && !filter.holds(event) {
            continue;
        }
        let what = said.after(before);
        let is_old = what == Some(What::New) && event.created <= since;
        match what.filter(|what| !is_old && channel.what.contains(what)) {
            Some(what) => news.push(News {
                what,
                event,
                km: filter.distance(event),
            }),
            // Called off before it was announced: if it takes place after all, it is new.
            None if before.is_none() && said == Said::Off && event.created > since => {}
            None if before != Some(said) => drop(quiet.insert(event.id.clone(), Some(said))),
            None => {}
        }
    }
    (news, quiet)
}

/// Messages of some events each, with those events.
fn messages<'n, 'a>(
    chat: Chat,
    news: &'n [News<'a>],
    look: &Look<'_>,
) -> Vec<(Vec<String>, Vec<&'n News<'a>>)> {
    let mut messages: Vec<(Vec<String>, Vec<&News<'_>>)> = Vec::new();
    let mut length = 0;
    for one in news {
        let lines = chat::lines(chat, one, look);
        let more = lines.chars().count() + 2;
        let fits = |events: &Vec<&News<'_>>| {
            events.len() < MOST_OF_A_MESSAGE && length + more <= chat::LONGEST
        };
        match messages.last_mut().filter(|(_, events)| fits(events)) {
            Some((all, events)) => {
                all.push(lines);
                events.push(one);
                length += more;
            }
            None => {
                messages.push((vec![lines], vec![one]));
                length = more;
            }
        }
    }
    messages
}
