//! `digest`: what is new and what is to come, as a message for any mailer.

use super::{Exit, Invocation, Misused, deliver, report, time};
use chrono::{DateTime, Days, TimeDelta, Utc};
use clap::Args;
use rusty_events::believe::curate::{Published, Shown};
use rusty_events::filter::{Filter, Names, address};
use rusty_events::news::{self, News, What};
use rusty_events::render::digest::{Digest, Envelope};

/// By default: days back for what is new, and days ahead for what is to come.
const DAYS: u32 = 7;
const DAYS_AHEAD: u64 = 14;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Near a city, or degrees north and east: Cologne, 50.94,6.96 (may be repeated)
    #[arg(long, value_name = "PLACE", value_parser = super::filled)]
    near: Vec<String>,
    /// How far from it: 50km, 30mi [default: 100km]
    #[arg(long, value_name = "DISTANCE", value_parser = super::filled)]
    within: Option<String>,
    /// A group by its name, its id or its page (may be repeated)
    #[arg(long, value_name = "GROUP", value_parser = super::filled)]
    organiser: Vec<String>,
    /// Any filter, or the address of a page or feed that has one: 'match=any&organiser=rust-berlin&near=Cologne'
    #[arg(long, value_name = "QUERY")]
    filter: Option<String>,
    /// List what is new since this time or day [default: 7 days ago]
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Also list the other events of this many days ahead; 0 for none [default: 14]
    #[arg(long, value_name = "N")]
    days: Option<u64>,
    /// The sender: 'Events <events@example.org>'
    #[arg(long, value_name = "ADDRESS", value_parser = mailbox)]
    from: Address,
    /// The recipient
    #[arg(long, value_name = "ADDRESS", value_parser = mailbox)]
    to: Option<Address>,
    /// Write the message to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
}

/// A mail address, with the name before it if there is one.
#[derive(Debug, Clone)]
struct Address {
    name: Option<String>,
    email: String,
}

impl Address {
    fn parts(&self) -> (Option<&str>, &str) {
        (self.name.as_deref(), &self.email)
    }
}

fn mailbox(text: &str) -> Result<Address, String> {
    let wrong = || format!("{text:?} is not an address such as 'Ann <ann@example.org>'");
    let (name, email) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, email)) => (name.trim().trim_matches('"'), email),
        None => ("", text),
    };
    let (local, host) = email.split_once('@').ok_or_else(wrong)?;
    let is_plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"<>()[],;:\\\"@".contains(&byte))
    };
    if !is_plain(local) || !is_plain(host) || name.contains(char::is_control) {
        return Err(wrong());
    }
    Ok(Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email: email.to_owned(),
    })
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let store = invocation.existing_store()?;
    let published = store.published()?;
    let events: Vec<&Published> = published.values().collect();
    let settings = &invocation.configuration.settings;
    let pairs = asked(arguments, settings.server.url.as_deref())?;
    let filter = invocation.filter(&store, &events, &pairs)?;
    let now = invocation.now;
    let since = arguments
        .since
        .unwrap_or(now - TimeDelta::days(i64::from(DAYS)));
    if since > now {
        let now = report::minute(now);
        let what = format!("--since lies ahead of now, {now} UTC: name a time before");
        return Err(Misused(what).into());
    }
    let days = arguments.days.unwrap_or(DAYS_AHEAD).min(366);
    let last = now + Days::new(days);
    let mut to_come: Vec<&Published> = events
        .into_iter()
        .filter(|event| event.when.over() >= now && filter.holds(event))
        .collect();
    to_come.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
    let (mut new, mut changed, mut coming) = (Vec::new(), Vec::new(), Vec::new());
    for event in to_come {
        let news = |what| News {
            what,
            event,
            km: filter.distance(event),
        };
        match news::since(event, since) {
            Some(What::New) => new.push(news(What::New)),
            Some(what) => changed.push(news(what)),
            // Without days ahead, what is on now is not listed either.
            None if days > 0
                && event.status.takes_place()
                && event.shown != Shown::Nowhere
                && event.when.start() <= last =>
            {
                coming.push(news(What::New));
            }
            None => {}
        }
    }
    let words = filter.in_words();
    let digest = Digest {
        title: &settings.server.title,
        words: words.as_deref(),
        base: settings.server.url.as_deref(),
        new,
        changed,
        coming,
        states: &settings.section.states,
    };
    if digest.is_empty() {
        invocation.say("nothing is new or coming up: no message");
        return Ok(Exit::NoResult);
    }
    let message = digest.message(&Envelope {
        from: arguments.from.parts(),
        to: arguments.to.as_ref().map(Address::parts),
        at: now,
    })?;
    deliver(&message, arguments.output.as_deref())?;
    Ok(Exit::Done)
}

/// The pairs of the filter. `site` is the address of the server.
fn asked(arguments: &Arguments, site: Option<&str>) -> anyhow::Result<Vec<(String, String)>> {
    let misused = |wrong: rusty_events::filter::Wrong| Misused(format!("--filter: {wrong}"));
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let mut pairs = address::pairs(filter, site).map_err(misused)?;
    for (key, values) in [
        ("near", &arguments.near),
        ("organiser", &arguments.organiser),
    ] {
        let values = values.iter().map(|value| (key.to_owned(), value.clone()));
        pairs.extend(values);
    }
    if let Some(within) = &arguments.within {
        let is_near = |(key, value): &(String, String)| key == "near" && !value.trim().is_empty();
        if !pairs.iter().any(is_near) {
            let what = "--within says how far from a place: name the place by --near";
            return Err(Misused(what.to_owned()).into());
        }
        pairs.push(("within".to_owned(), within.clone()));
    }
    Ok(pairs)
}

impl Invocation {
    /// The filter of these pairs; the names in it are looked up among these events.
    pub(super) fn filter(
        &self,
        store: &rusty_events::store::Store,
        events: &[&Published],
        pairs: &[(String, String)],
    ) -> anyhow::Result<Filter> {
        let groups = self.groups();
        let sources = &self.configuration.sources;
        let known = Names::of(store.groups_known()?, &groups, sources, events);
        known
            .filter(pairs)
            .map_err(|wrong| Misused(wrong.to_string()).into())
    }
}
