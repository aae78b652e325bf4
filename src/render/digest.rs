//! A digest of events by mail: text and HTML in one message (RFC 5322, MIME), ready for any mailer.

use crate::believe::curate::Published;
use crate::facts::event::counted;
use crate::facts::link::Link;
use crate::facts::place::{Country, Mode};
use crate::facts::when::{self, When};
use crate::news::{News, What};
use chrono::{DateTime, Utc};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::mime::MimePart;
use maud::{DOCTYPE, Markup, html};
use sha2::{Digest as _, Sha256};
use std::fmt::Write;

/// What a digest holds.
#[derive(Debug, Clone)]
pub struct Digest<'a> {
    /// The name of the site.
    pub title: &'a str,
    /// What is asked for, in words; `None` for everything.
    pub words: Option<&'a str>,
    /// Where the server is seen, without a slash at the end; `None` without one: then events link to their own pages.
    pub base: Option<&'a str>,
    /// Events that were announced, in the order of their starts.
    pub new: Vec<News<'a>>,
    /// Events that were moved or called off.
    pub changed: Vec<News<'a>>,
    /// Further events of the days to come.
    pub coming: Vec<News<'a>>,
    /// Countries that print their places with a state.
    pub states: &'a [Country],
}

/// Who writes to whom, and when.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The sender: a name, if there is one, and the address.
    pub from: (Option<&'a str>, &'a str),
    /// The recipient, in the same form; a mailer may add it.
    pub to: Option<(Option<&'a str>, &'a str)>,
    /// The time of the message.
    pub at: DateTime<Utc>,
}

impl Digest<'_> {
    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.coming.is_empty()
    }

    /// `3 new events within 100 km of Köln, DE`.
    pub fn subject(&self) -> String {
        let mut said = Vec::new();
        if !self.new.is_empty() {
            said.push(counted(self.new.len(), "new event", "new events"));
        }
        if !self.changed.is_empty() {
            said.push(counted(self.changed.len(), "change", "changes"));
        }
        if said.is_empty() {
            said.push(counted(
                self.coming.len(),
                "event to come",
                "events to come",
            ));
        }
        let what = said.join(", ");
        match self.words {
            Some(words) => format!("{what}: {words}"),
            None => format!("{what} ({})", self.title),
        }
    }

    fn parts(&self) -> [(&'static str, &[News<'_>]); 3] {
        [
            ("New", &self.new),
            ("Moved or cancelled", &self.changed),
            ("Also coming up", &self.coming),
        ]
    }

    /// The message as plain text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (heading, news) in self.parts() {
            if news.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{heading}\n{}\n", "=".repeat(heading.len()));
            for one in news {
                let title = match one.what {
                    What::New => one.event.title.to_string(),
                    what => format!("{}: {}", what.in_words(), one.event.title),
                };
                let _ = writeln!(text, "{}\n{title}", day_and_hour(&one.event.when));
                let facts = self.facts(one);
                if !facts.is_empty() {
                    let _ = writeln!(text, "{facts}");
                }
                if let Some(link) = self.link(one.event) {
                    let _ = writeln!(text, "{link}");
                }
                text.push('\n');
            }
        }
        if let Some(base) = self.base {
            let _ = writeln!(text, "-- \n{}: {base}/", self.title);
        }
        text
    }

    /// The message as HTML.
    pub fn html(&self) -> String {
        let item = |one: &News<'_>| -> Markup {
            let facts = self.facts(one);
            html! {
                p {
                    (day_and_hour(&one.event.when)) br;
                    @if one.what != What::New { b { (one.what.in_words()) ":" } " " }
                    @match self.link(one.event) {
                        Some(link) => a href=(link) { b { (one.event.title) } },
                        None => b { (one.event.title) },
                    }
                    @if !facts.is_empty() { br; (facts) }
                }
            }
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { (self.subject()) } }
                body {
                    @for (heading, news) in self.parts() {
                        @if !news.is_empty() { h2 { (heading) } @for one in news { (item(one)) } }
                    }
                    @if let Some(base) = self.base { p { a href={ (base) "/" } { (self.title) } } }
                }
            }
        };
        page.into_string()
    }

    /// Place, distance and groups in one line.
    fn facts(&self, news: &News<'_>) -> String {
        facts(news, self.states)
    }

    fn link(&self, event: &Published) -> Option<String> {
        link(event, self.base)
    }

    /// The whole message. The same digest at the same time has the same bytes.
    ///
    /// # Errors
    /// None that writing to memory does not have.
    pub fn message(&self, envelope: &Envelope<'_>) -> std::io::Result<String> {
        let address = |(name, email): (Option<&str>, &str)| {
            Address::new_address(name.map(str::to_owned), email.to_owned())
        };
        let (text, html) = (self.text(), self.html());
        let digest = Sha256::digest(format!("{}\n{text}", envelope.at.timestamp()).as_bytes());
        let id: String = digest
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let host = envelope.from.1.rsplit('@').next().unwrap_or("localhost");
        let part = |kind: &'static str, body: String| {
            MimePart::new(ContentType::new(kind).attribute("charset", "utf-8"), body)
        };
        let both = MimePart::new(
            ContentType::new("multipart/alternative").attribute("boundary", format!("={id}=")),
            vec![part("text/plain", text), part("text/html", html)],
        );
        let mut message = MessageBuilder::new()
            .from(address(envelope.from))
            .subject(self.subject())
            .date(Date::new(envelope.at.timestamp()))
            .message_id(format!("{id}@{host}"))
            .body(both);
        if let Some(to) = envelope.to {
            message = message.to(address(to));
        }
        message.write_to_string()
    }
}

/// Where an event is, how far that is, and who holds it.
pub(super) fn facts(news: &News<'_>, states: &[Country]) -> String {
    let event = news.event;
    let mut parts = Vec::new();
    let place = event.place.as_ref().map(|place| place.printed(states));
    match event.mode {
        Mode::Virtual => parts.push("Online".to_owned()),
        Mode::InPerson => parts.extend(place),
        Mode::Hybrid => parts.push(match place {
            Some(place) => format!("{place} and online"),
            None => "In person and online".to_owned(),
        }),
    }
    parts.extend(news.km.map(|km| format!("{km:.0} km")));
    let groups: Vec<&str> = event.organisers.iter().map(|group| &*group.name).collect();
    if !groups.is_empty() {
        parts.push(groups.join(" and "));
    }
    parts.join(" · ")
}

/// Its page on the server, else its own.
pub(super) fn link(event: &Published, base: Option<&str>) -> Option<String> {
    match base {
        Some(base) => Some(format!("{base}/events/{}", event.id)),
        None => event
            .links
            .first()
            .map(|link| Link::as_str(&link.url).to_owned()),
    }
}

/// `Thu 27 Aug 2026, 19:00 (Europe/Berlin)`.
pub(super) fn day_and_hour(when: &When) -> String {
    match *when {
        When::Timed { start, zone, .. } => {
            let local = when::to_local(start, zone);
            format!("{} ({})", local.format("%a %-d %b %Y, %H:%M"), zone.name())
        }
        When::Days { first, last } if first == last => first.format("%a %-d %b %Y").to_string(),
        When::Days { first, last } => {
            format!(
                "{} to {}",
                first.format("%a %-d %b"),
                last.format("%a %-d %b %Y")
            )
        }
    }
}
