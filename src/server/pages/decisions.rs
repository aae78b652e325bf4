//! Forms with which an editor decides on an event, and the list of what was decided.

use super::facts;
use super::{Editor, Site};
use crate::believe::curate::{self, Published};
use crate::facts::decision::{Correction, Origin};
use crate::facts::place::Mode;
use crate::store::Logged;
use chrono::NaiveDate;
use maud::{Markup, html};

/// An event that can be decided on from a page.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The event as the page shows it.
    pub event: &'a Published,
    /// What tells this state of it from a later one; sent back with the decision.
    pub version: &'a str,
    /// The path to return to.
    pub back: &'a str,
    /// The part of the page, a word: one event may stand in several, and each form needs names of its own.
    pub part: &'a str,
}

impl Subject<'_> {
    /// A name that no other element of the page has.
    fn id(&self, field: &str) -> String {
        format!("{}-{field}-{}", self.part, self.event.id)
    }
}

/// Decisions that need nothing but a reason.
pub(super) const SIMPLE: [(&str, &str); 6] = [
    ("hide", "Hide it from the section"),
    ("hide-everywhere", "Hide it everywhere"),
    ("show", "It takes place: show it, whatever hid it"),
    ("cancel", "It is cancelled"),
    ("postpone", "It is postponed, the new day is not known"),
    ("split", "It is no twin of any other event"),
];

/// What every form carries; `action` is left out where the form lets the editor choose.
fn hidden(editor: Editor<'_>, subject: Subject<'_>, action: Option<&str>) -> Markup {
    html! {
        input type="hidden" name="token" value=(editor.token);
        input type="hidden" name="event" value=(subject.event.id);
        input type="hidden" name="version" value=(subject.version);
        input type="hidden" name="back" value=(subject.back);
        @if let Some(action) = action { input type="hidden" name="ruling" value=(action); }
    }
}

fn reason(id: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { "Reason" }
            input type="text" id=(id) name="reason" required maxlength="500" autocomplete="off";
        }
    }
}

/// The decisions without further words in one form.
pub(super) fn simple(editor: Editor<'_>, subject: Subject<'_>) -> Markup {
    let id = |field: &str| subject.id(field);
    html! {
        form.decision method="post" action="/decisions" {
            (hidden(editor, subject, None))
            div.field {
                label for=(id("ruling")) { "Decision" }
                select id=(id("ruling")) name="ruling" required {
                    option value="" { "choose" }
                    @for (name, words) in SIMPLE { option value=(name) { (words) } }
                }
            }
            (reason(&id("reason")))
            p.actions { button type="submit" { "Decide" } }
        }
    }
}

/// That another event is this one.
pub(super) fn merge(editor: Editor<'_>, subject: Subject<'_>, other: Option<&Published>) -> Markup {
    let id = |field: &str| match other {
        Some(other) => format!("{}-{}", subject.id(field), other.id),
        None => subject.id(field),
    };
    html! {
        form.decision method="post" action="/decisions" {
            (hidden(editor, subject, Some("merge")))
            @match other {
                Some(other) => input type="hidden" name="other" value=(other.id);,
                None => div.field {
                    label for=(id("other")) { "The same event as" }
                    input type="text" id=(id("other")) name="other" required autocomplete="off"
                        aria-describedby=(id("other-hint"));
                    p.hint id=(id("other-hint")) { "The other's link, or its id." }
                }
            }
            (reason(&id("merge-reason")))
            p.actions { button type="submit" { "Merge" } }
        }
    }
}

/// That it is printed until a day, whatever the window.
pub(super) fn pin(editor: Editor<'_>, subject: Subject<'_>) -> Markup {
    let id = |field: &str| subject.id(field);
    html! {
        form.decision method="post" action="/decisions" {
            (hidden(editor, subject, Some("print")))
            div.field {
                label for=(id("until")) { "Print it in every issue until" }
                input type="date" id=(id("until")) name="until" required value=[subject.event.print_until];
            }
            (reason(&id("until-reason")))
            p.actions { button type="submit" { "Pin" } }
        }
    }
}

/// The fields of an event to be corrected: those left as they are correct nothing.
pub(super) fn edit(editor: Editor<'_>, subject: Subject<'_>) -> Markup {
    html! {
        form.decision method="post" action="/decisions" {
            (hidden(editor, subject, Some("edit")))
            div.fields {
                @for name in Correction::FIELDS { (edited(name, subject.event)) }
            }
            (reason("edit-reason"))
            p.actions { button type="submit" { "Correct what was changed" } }
        }
    }
}

fn edited(name: &str, event: &Published) -> Markup {
    let value = curate::said(event, name);
    let id = format!("edit-{name}");
    let hint_id = format!("{id}-hint");
    let hint = hint(name);
    html! {
        div.field.wide[name == "description"] {
            label for=(id) { (words(name)) }
            @match name {
                "mode" => select id=(id) name=(name) {
                    @for mode in [Mode::InPerson, Mode::Virtual, Mode::Hybrid] {
                        option value=(mode.name()) selected[mode.name() == value] { (mode.name()) }
                    }
                },
                // A line break right after the tag would be swallowed.
                "description" => textarea id=(id) name=(name) rows="6" { "\n" (value) },
                _ => input type="text" id=(id) name=(name) value=(value) autocomplete="off"
                    aria-describedby=[hint.map(|_| &hint_id)];
            }
            @if let Some(hint) = hint { p.hint id=(hint_id) { (hint) } }
        }
    }
}

/// A field of an event in words.
pub(super) fn words(field: &str) -> &str {
    named(field).unwrap_or(field)
}

/// What a form calls a field, if an editor sees it.
pub(super) fn named(field: &str) -> Option<&'static str> {
    Some(match field {
        "title" => "Title",
        "start" => "Start",
        "end" => "End",
        "zone" => "Time zone",
        "place" => "Place",
        "mode" => "How it is held",
        "organiser" => "Organiser",
        "organiser-url" => "The organiser's page",
        "link" => "The event's page",
        "description" => "Description",
        "status" => "Status",
        "ruling" => "Decision",
        "other" => "The same event as",
        "until" => "Print it in every issue until",
        "reason" => "Reason",
        _ => return None,
    })
}

/// What a decision that a form asks for is called there.
pub(super) fn ruling(name: &str) -> &str {
    let further = [
        ("edit", "Correct what was changed"),
        ("confirm", "It is right as it is"),
        ("merge", "Merge"),
        ("print", "Pin"),
    ];
    let known = SIMPLE.into_iter().chain(further);
    known
        .into_iter()
        .find(|(own, _)| *own == name)
        .map_or(name, |(_, words)| words)
}

fn hint(field: &str) -> Option<&'static str> {
    match field {
        "start" => Some("2026-08-27T19:00 where it is, or 2026-08-27 for whole days"),
        "end" => Some("like the start; of whole days the last"),
        "zone" => Some("such as Europe/Berlin"),
        "place" => Some("Berlin, DE or Seattle, WA, US"),
        _ => None,
    }
}

/// What editors decided, the latest first; an editor can take back what the database keeps.
///
/// `of` names the event that a decision is about, on pages about more than one.
pub(super) fn decided<'a>(
    site: &Site<'_>,
    decisions: impl DoubleEndedIterator<Item = &'a Logged>,
    back: &str,
    of: impl Fn(&Logged) -> Markup,
) -> Markup {
    html! {
        ul.decided {
            @for logged in decisions.rev() {
                @let decision = &logged.decision;
                li {
                    p {
                        (of(logged))
                        b { (decision.action) }
                        " by " (decision.by.as_deref().unwrap_or("an editor"))
                        " on " (facts::instant(decision.at)) ": " (decision.reason)
                    }
                    @match (&logged.undone, &decision.origin) {
                        (Some(undone), _) => p.note {
                            "Taken back by " (undone.by.as_deref().unwrap_or("an editor"))
                            " on " (facts::instant(undone.at))
                            @if !undone.reason.is_empty() { ": " (undone.reason) }
                        },
                        (None, Origin::File(path, line)) => p.note {
                            "It stands in the configuration ("
                            (path.file_name().unwrap_or_default().to_string_lossy()) ", line " (line)
                            "); to take it back, take it out there."
                        },
                        (None, Origin::Database(number)) => @if let Some(editor) = site.editor { (undo(editor, *number, back)) },
                    }
                }
            }
        }
    }
}

fn undo(editor: Editor<'_>, number: i64, back: &str) -> Markup {
    let id = format!("undo-reason-{number}");
    html! {
        form.decision.short method="post" action="/decisions/undo" {
            input type="hidden" name="token" value=(editor.token);
            input type="hidden" name="number" value=(number);
            input type="hidden" name="back" value=(back);
            div.field {
                label for=(id) { "Reason to take it back" }
                input type="text" id=(id) name="reason" maxlength="500" autocomplete="off";
            }
            p.actions { button type="submit" { "Undo" span.unseen { " decision " (number) } } }
        }
    }
}

/// Until when an event is pinned, in words.
pub(super) fn pinned(until: NaiveDate) -> Markup {
    html! { "Printed in every issue until " (facts::day(until)) "." }
}
