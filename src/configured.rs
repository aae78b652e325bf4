//! The configuration in the terms of the stages and of the fetcher.

use crate::believe::normalise::{Group, Groups};
use crate::config::{self, Configuration, MirrorTarget};
use crate::facts::link::Link;
use crate::facts::source::Organiser;
use crate::fetch;
use crate::news::What;
use crate::notify::{Channel, Webhook};
use crate::section::calls::CallStyle;
use crate::section::select::Style;

/// The groups that are known: the sources' organisers, and those without a source.
pub fn groups(configuration: &Configuration) -> Groups {
    let mut groups = Groups::default();
    groups.topic = configuration.settings.topic.clone();
    groups.add_sources(&configuration.sources);
    for known in &configuration.organisers {
        let links: Vec<Link> = known
            .aliases
            .iter()
            .filter_map(|alias| Link::parse(alias).ok())
            .collect();
        let organiser = Organiser {
            name: known.name.clone(),
            url: known.url.clone(),
        };
        let group = Group {
            organiser,
            place: known.place.clone(),
            mode: known.mode,
        };
        groups.add(group, &links, &known.aliases);
    }
    groups
}

/// The chats that hear of events; `webhook` reads the address of each.
///
/// # Errors
/// What `webhook` says.
pub fn channels<E>(
    written: &[config::Notify],
    webhook: impl Fn(&config::Notify) -> Result<Webhook, E>,
) -> Result<Vec<Channel>, E> {
    let channel = |chat: &config::Notify| {
        let what = [
            (What::New, chat.new),
            (What::Moved, chat.moved),
            (What::Off, chat.cancelled),
            (What::Back, chat.cancelled),
        ];
        Ok(Channel {
            name: chat.name.clone(),
            chat: chat.chat,
            webhook: webhook(chat)?,
            filter: chat.filter.clone(),
            what: what
                .into_iter()
                .filter_map(|(what, wanted)| wanted.then_some(what))
                .collect(),
        })
    };
    written.iter().map(channel).collect()
}

/// How the newsletter prints its section.
pub fn style(configuration: &Configuration) -> Style {
    let section = &configuration.settings.section;
    Style {
        heading: section.heading.clone(),
        line: section.line.clone(),
        language: configuration
            .settings
            .newsletter
            .language
            .clone()
            .unwrap_or_else(|| "en".to_owned()),
        names: section.names.clone(),
        organiser_separator: section.organiser_separator.clone(),
        virtual_label: section.virtual_label.clone(),
        dates: section.dates,
        hybrid_label: section.hybrid_label.clone(),
        states: section.states.clone(),
    }
}

/// How the newsletter prints its calls for papers.
pub fn call_style(configuration: &Configuration) -> CallStyle {
    let section = &configuration.settings.section;
    CallStyle {
        heading: section.calls_heading.clone(),
        none: section.no_calls.clone(),
        states: section.states.clone(),
    }
}

/// How the world is asked, with the keys that were read.
pub fn fetching(configuration: &Configuration, keys: fetch::Credentials) -> fetch::Settings {
    let written = &configuration.settings.fetch;
    let mirrors = written.mirrors.iter().map(|(prefix, to)| fetch::Mirror {
        prefix: prefix.clone(),
        to: match to {
            MirrorTarget::Server(url) => fetch::MirrorTarget::Server(url.clone()),
            MirrorTarget::Folder(path) => fetch::MirrorTarget::Folder(path.clone()),
        },
    });
    fetch::Settings {
        contact: written.contact.clone(),
        requests_in_flight: written.requests_in_flight,
        per_host_in_flight: written.per_host_in_flight,
        per_host_interval: written.per_host_interval,
        allow: written.allow.clone(),
        mirrors: mirrors.collect(),
        keys,
        ..fetch::Settings::default()
    }
}
