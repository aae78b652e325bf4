//! The question of organisers and editors: why is an event where it is, or why is it not there?

use super::evidence;
use super::facts;
use super::layout::{self, Part};
use super::query;
use super::sources;
use super::{Fill, Site};
use crate::believe::directory;
use crate::facts::event::Rejected;
use crate::store::Events;
use crate::why::{Account, Answer, Group, Newsletter, Unbelieved, Unknown, Usual};
use maud::{Markup, html};

/// What the page of an answer shows.
#[derive(Debug, Clone, Copy)]
pub struct Why<'a> {
    /// What was asked; empty if nothing was yet.
    pub question: &'a str,
    /// The answer.
    pub answer: Option<&'a Answer>,
    /// For which issue.
    pub newsletter: Newsletter<'a>,
    /// Every published event, to name those that look like another.
    pub published: &'a Events,
    /// For an unknown group: the entry to add to the configuration, as TOML.
    pub entry: Option<&'a str>,
    /// For an unknown group: where an issue can be opened that asks for it, filled in.
    pub issue: Option<&'a str>,
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Why<'_>) -> Markup {
    let say = site.say;
    let title = say.text("why.title");
    let content = html! {
        h1 { (title) }
        form.ask action="/why" method="get" role="search" aria-label=(say.text("why.form")) {
            (say.field())
            div.field {
                label for="url" { (say.text("why.question")) }
                input type="text" id="url" name="url" value=(shown.question) maxlength="2000" required
                    inputmode="url" autocomplete="off" placeholder="https://www.meetup.com/…";
            }
            p.actions { button type="submit" { (say.text("why.submit")) } }
        }
        @match shown.answer {
            None => p {
                (say.text("why.lead")) " "
                (say.html("why.check", &[("check", Fill::Leads(say.to("/check")))]))
            },
            Some(answer) => section lang=[say.of_english()] aria-labelledby="answer" {
                (self::answer(site, shown, answer))
            }
        }
    };
    let head = html! {
        @if shown.question.is_empty() { (layout::described(site, title, say.text("why.lead"), "/why")) }
    };
    layout::page(site, Part::Why, title, &head, &content)
}

fn answer(site: &Site<'_>, shown: &Why<'_>, answer: &Answer) -> Markup {
    let english = site.in_english();
    match answer {
        Answer::Event(account) => of_event(site, shown, account),
        Answer::Several(events, more) => html! {
            h2 id="answer" { (events.len() + more) " events" }
            ol.events { @for event in events { (facts::item(english, event, None)) } }
            @if *more > 0 { p { "And " (more) " more." } }
        },
        Answer::Group(group) => of_group(site, shown, group),
        Answer::Listed(entries) => html! {
            h2 id="answer" { "It is listed, and not printed" }
            @for entry in entries { (of_entry(entry)) }
        },
        Answer::Unknown(unknown) => of_unknown(site, shown, unknown),
    }
}

fn of_event(site: &Site<'_>, shown: &Why<'_>, account: &Account) -> Markup {
    let event = &account.event;
    let english = site.in_english();
    html! {
        h2 id="answer" { (facts::mark(english, event)) (event.title) }
        p.lead {
            (facts::days(english, event)) ", " (facts::hours(english, event)) br;
            (facts::place(english, event))
            @if !event.organisers.is_empty() { ", held by " (facts::organisers(english, event)) }
        }
        (evidence::next(&account.next, shown.newsletter))
        (evidence::taken_out(account, shown.newsletter.style))
        h3 { "Who says so" }
        (evidence::evidence(site, &account.seen))
        (evidence::alike(account, shown.published))
        p { a href=(facts::own_page(event)) { "All that is known of it" } ": its history, and what editors decided." }
    }
}

fn of_group(site: &Site<'_>, shown: &Why<'_>, group: &Group) -> Markup {
    let english = site.in_english();
    html! {
        @if let Some(link) = &group.unknown {
            h2 id="answer" { "No source lists this event" }
            p {
                (facts::away(link, link.as_str()))
                " may be new since the last reading, not public, or beyond the end of a list. Its group is known:"
            }
            p { a href=(query::address("/check", [("url", link.as_str())])) { "Read the page now" } " to see what would come of it." }
        } @else {
            h2 id="answer" { (facts::count(group.events.len(), "event")) " to come" }
        }
        @if group.sources.is_empty() {
            p {
                @if group.events.is_empty() { "The group has no source, and no source lists an event of it." }
                @else { "The group has no source of its own; its events come from other sources." }
            }
        }
        @for (source, standing) in &group.sources {
            article.evidence {
                h3 { @match &source.organiser { Some(known) => (known.name), None => "A calendar of many groups" } }
                p { (sources::read_at(source)) ", source " code { (source.id) } ": " (evidence::doing(standing, true)) }
                @if !source.only.is_empty() { p { "Only events with " (source.only.words().iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" or ")) " in the title." } }
            }
        }
        @if let Some(usual) = &group.usual { (habit(usual, shown)) }
        h2 { "The rows of the issue of " (facts::day(shown.newsletter.issue)) }
        (evidence::printed(group.events.iter(), shown.newsletter.window(), shown.newsletter.style))
        @if !group.events.is_empty() {
            h2 { "All its events to come" }
            ol.events { @for event in &group.events { (facts::item(english, event, None)) } }
        }
        (not_believed(&group.rejected))
        @if let Some(event) = group.events.first() {
            @if let Some(organiser) = event.organisers.first() {
                p { a href={ "/organisers/" (directory::address(&organiser.name)) } { "The group’s page" } ": its events, what changed, and what is wrong." }
            }
        }
        @let ahead = shown.newsletter.ahead(site.now);
        p.note { "Events read before " (facts::instant(ahead.deadline())) " are in time for the issue of " (facts::day(ahead.issue)) "." }
    }
}

/// The habit by which a group may be named as missing.
fn habit(usual: &Usual, shown: &Why<'_>) -> Markup {
    let habit = &usual.habit;
    html! {
        h3 { "Its habit" }
        p {
            "Printed for " (facts::count(habit.days.len(), "day")) " in the last year"
            @if let Some(last) = habit.days.last() { ", the last on " (facts::day(*last)) }
            ". "
            @match &habit.rhythm {
                Some(rhythm) => {
                    "It meets " (rhythm) ": "
                    @match usual.expected {
                        Some(day) => { "expected on " (facts::day(day)) },
                        None => "expected on no day",
                    }
                    " in the issue of " (facts::day(shown.newsletter.issue)) "."
                },
                None => "It keeps no rhythm, so it is not expected on any day.",
            }
        }
        @if let Some(dismissed) = &usual.dismissed {
            p.note {
                "Dismissed by " (dismissed.by.as_deref().unwrap_or("an editor")) " on "
                (facts::instant(dismissed.at)) ": " (dismissed.reason)
            }
        }
    }
}

/// What was listed and could not be believed, with field and reason.
pub(super) fn not_believed(rejected: &[Rejected]) -> Markup {
    html! {
        @if !rejected.is_empty() {
            h3 { "Listed, and not believed" }
            ul { @for reject in rejected { li { b { (reject.title) } ": " (reject.field) ": " (evidence::in_code(&reject.reason)) } } }
        }
    }
}

fn of_entry(entry: &Unbelieved) -> Markup {
    let listing = &entry.listing;
    html! {
        article.evidence {
            h3 { (listing.title) }
            p { code { (entry.source) } " lists it on " (facts::day(listing.start.date())) "." }
            @match &entry.rejected {
                Some(reject) => p { "It is not printed: " (reject.field) ": " (evidence::in_code(&reject.reason)) },
                None => p { "It lies more than 90 days back or more than a year ahead, or its source is no longer configured." }
            }
        }
    }
}

fn of_unknown(site: &Site<'_>, shown: &Why<'_>, unknown: &Unknown) -> Markup {
    html! {
        h2 id="answer" { "Nothing is known of it" }
        @match (&unknown.link, &unknown.group) {
            (Some(_), Some(group)) => p { "Its group, " (facts::away(group, group.as_str())) ", is not among the sources." },
            (Some(_), None) => p { "No source lists this address." },
            (None, _) => p { "No title, group or city holds these words. Ask by the event’s link or by other words; " a href="/sources" { "all sources" } "." },
        }
        @if let Some(link) = &unknown.link {
            p { a.button href=(query::address("/check", [("url", link.as_str())])) { "Read the page now" } }
            p { "That shows which events we find there, the rows they would print, and what is wrong." }
            (self::entry(shown.entry, shown.issue))
            @let ahead = shown.newsletter.ahead(site.now);
            p.note { "Events added and read before " (facts::instant(ahead.deadline())) " are in time for the issue of " (facts::day(ahead.issue)) "." }
        }
    }
}

/// The entry that makes a group a source, and where to ask for it.
pub(super) fn entry(entry: Option<&str>, issue: Option<&str>) -> Markup {
    html! {
        @if let Some(entry) = entry {
            h3 { "The entry that would make it a source" }
            pre.code tabindex="0" id="entry" { code { (entry) } }
            p { button type="button" hidden data-copy="entry" { "Copy the entry" } }
        }
        @if let Some(issue) = issue {
            p { a.button href=(issue) rel="noreferrer" { "Ask for it to be added" } }
        }
    }
}
