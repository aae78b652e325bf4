//! The words of a page in the language that it is asked in, and links that stay in that language.

use crate::facts::place::{Mode, Region};
use crate::facts::when::{When, with_offset};
use crate::filter::Wording;
use crate::section::select::Heading;
use crate::words::{Language, Piece};
use chrono::NaiveDate;
use maud::{Markup, html};

/// Says things in one language.
#[derive(Debug, Clone, Copy)]
pub struct Say<'a> {
    /// The language.
    pub language: &'a Language,
    /// Whether the address of the page names it, so that the links of the page name it, too.
    pub is_asked: bool,
}

/// What stands for a placeholder of a text.
#[derive(Debug)]
pub enum Fill {
    /// For `{name}`: anything that is shown.
    Shown(Markup),
    /// For `[words](name)`: where the link leads.
    Leads(String),
}

impl<'a> Say<'a> {
    /// A text without placeholders.
    pub fn text(self, key: &'a str) -> &'a str {
        self.language.text(key)
    }

    /// A text with values for its placeholders.
    pub fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        self.language.with(key, values)
    }

    /// A text in the form of a number.
    pub fn count(self, key: &str, number: usize) -> String {
        self.language.count(key, number)
    }

    /// A day, by a pattern of the table `[dates]`.
    pub fn date(self, key: &str, day: NaiveDate) -> String {
        self.language.date(key, day)
    }

    /// A name, and what it is narrowed to: `Rust events: Europe`.
    pub fn titled(self, name: &str, words: &str) -> String {
        self.with("page.titled", &[("name", name), ("words", words)])
    }

    /// A day for people: `Thu 27 Aug 2026`.
    pub fn day(self, day: NaiveDate) -> Markup {
        html! { time datetime=(day) { (self.date("dates.day", day)) } }
    }

    /// A time with its zone: `Thu 27 Aug 2026, 19:00 (Europe/Berlin)`.
    pub fn time(self, when: &When) -> String {
        let day = |day| self.date("dates.day", day);
        match *when {
            When::Timed { start, zone, .. } => {
                let at = with_offset(start, zone);
                let day = day(at.date_naive());
                format!("{day}, {} ({})", at.format("%H:%M"), zone.name())
            }
            When::Days { first, last } if first < last => {
                let (first, last) = (day(first), day(last));
                self.with("event.from-to", &[("first", &first), ("last", &last)])
            }
            When::Days { first, .. } => day(first),
        }
    }

    /// A text with links, and with values that are marked up.
    pub fn html(self, key: &str, parts: &[(&str, Fill)]) -> Markup {
        let part = |name: &str| {
            let found = parts.iter().find(|(known, _)| *known == name);
            found.map(|(_, part)| part)
        };
        html! {
            @for piece in self.language.pieces(key) {
                @match &piece {
                    Piece::Words(words) => (words),
                    Piece::Value(name) => {
                        @match part(name) { Some(Fill::Shown(shown)) => (shown), _ => { "{" (name) "}" } }
                    }
                    Piece::Link { words, name } => {
                        @match part(name) { Some(Fill::Leads(to)) => a href=(to) { (words) }, _ => (words) }
                    }
                }
            }
        }
    }

    /// The address of a page of this site that stays in this language: `/groups?lang=de`.
    pub fn to(self, address: &str) -> String {
        match self.is_asked {
            true => in_language(address, self.language),
            false => address.to_owned(),
        }
    }

    /// A hidden field that keeps a form's answer in this language.
    pub fn field(self) -> Markup {
        html! { @if self.is_asked { input type="hidden" name="lang" value=(self.language.tag()); } }
    }

    /// What the program knows in English only, marked as such on a page in another language.
    pub fn english(self, part: Markup) -> Markup {
        match self.of_english() {
            Some(tag) => html! { div lang=(tag) { (part) } },
            None => part,
        }
    }

    /// The `lang` of a part of the page that is in English: none where the whole page is.
    pub fn of_english(self) -> Option<&'static str> {
        (self.language.tag() != "en").then_some("en")
    }

    /// What a heading of the newsletter is for a visitor.
    pub fn heading(self, heading: Heading) -> &'a str {
        self.text(match heading {
            Heading::Virtual => "regions.online",
            Heading::Region(Region::Africa) => "regions.africa",
            Heading::Region(Region::Asia) => "regions.asia",
            Heading::Region(Region::Europe) => "regions.europe",
            Heading::Region(Region::NorthAmerica) => "regions.north-america",
            Heading::Region(Region::Oceania) => "regions.oceania",
            Heading::Region(Region::SouthAmerica) => "regions.south-america",
        })
    }

    /// What a key of the filter is called.
    pub fn key(self, key: &'a str) -> &'a str {
        match key {
            "region" => self.text("filter.region"),
            "country" => self.text("filter.country"),
            "state" => self.text("filter.state"),
            "city" => self.text("filter.city"),
            "near" => self.text("filter.near"),
            "within" => self.text("filter.within-key"),
            "mode" => self.text("filter.mode"),
            "organiser" => self.text("filter.organiser"),
            "source" => self.text("filter.source"),
            "q" => self.text("filter.words"),
            "match" => self.text("filter.match"),
            "from" => self.text("filter.from"),
            "to" => self.text("filter.to"),
            other => other,
        }
    }

    /// A value of a key of the filter, as people name it.
    pub fn value(self, key: &str, value: &'a str) -> &'a str {
        let named = match key {
            "region" => Heading::parse(value).map(|heading| self.heading(heading)),
            "mode" => Mode::parse(value).map(|mode| self.mode(mode)),
            _ => None,
        };
        named.unwrap_or(value)
    }

    /// How an event is held, inside a sentence.
    pub fn mode(self, mode: Mode) -> &'a str {
        self.text(match mode {
            Mode::InPerson => "filter.in-person",
            Mode::Virtual => "filter.online",
            Mode::Hybrid => "filter.hybrid",
        })
    }
}

impl Wording for Say<'_> {
    fn heading(&self, heading: Heading) -> String {
        match heading {
            Heading::Virtual => self.text("regions.virtual").to_owned(),
            other => Say::heading(*self, other).to_owned(),
        }
    }

    fn mode(&self, mode: Mode) -> String {
        Say::mode(*self, mode).to_owned()
    }

    fn within(&self, distance: &str, names: &str) -> String {
        self.with("filter.within", &[("distance", distance), ("place", names)])
    }

    fn or(&self) -> String {
        format!(" {} ", self.text("filter.or"))
    }
}

/// An address of this site, in a language.
pub(super) fn in_language(address: &str, language: &Language) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}lang={}{fragment}", language.tag())
}
