//! For an editor: what the doubts ask, one event at a time. Beside each answer stands what it would do.

use super::super::Editor;
use super::*;
use crate::believe::curate::{self, Published};
use crate::config;
use crate::facts::decision::Action;
use crate::facts::event::Flag;
use crate::facts::place::{self, Asked, Place};
use crate::section::select::{self, Selection};

/// The fields that an editor confirms as they are, in words. `{}` is what the field says.
const CONFIRMED: [(&str, &str); 4] = [
    ("title", "The title is right, and it takes place"),
    ("start", "The day and hour are right: {}"),
    ("place", "The place is right: {}"),
    ("link", "This is its page: {}"),
];
const MODES: [(&str, &str); 3] = [
    ("in-person", "It is in person"),
    ("virtual", "It is online"),
    ("hybrid", "It is in person and online"),
];

/// Places that are offered for one that is not known.
const MOST_PLACES: usize = 5;

/// One answer: what is sent, and what would come of it.
struct Answer {
    words: String,
    /// Whether the event stays in the section.
    keeps: bool,
    fields: Vec<(&'static str, String)>,
    effect: Markup,
}

/// The next question, with its answers.
pub(super) fn panel(editor: Editor<'_>, shown: &Section<'_>, back: &str) -> Markup {
    let mut asked: Vec<&[Attention]> = shown
        .section
        .attention
        .chunk_by(|a, b| a.event == b.event)
        .collect();
    // What is not printed before a human has looked comes first.
    asked.sort_by_key(|doubts| !doubts.iter().any(|doubt| doubt.waits));
    let number = shown.question.min(asked.len());
    let question = number.checked_sub(1).and_then(|at| asked.get(at));
    let turn = |to: usize| {
        let rest = query::without(shown.query, &["draft", "token", "question"]);
        let to = to.to_string();
        query::address("/section", rest.chain([("question", to.as_str())])) + "#questions"
    };
    html! {
        section.desk.questions aria-labelledby="questions" {
            h2 id="questions" { "Questions " span.number { (asked.len()) } }
            @match question.and_then(|doubts| Some((doubts, shown.published.get(&doubts.first()?.event)?))) {
                None => p { "There are no open questions: every row is certain." },
                Some((doubts, event)) => {
                    (asks(editor, shown, (doubts, event), back))
                    nav.turn aria-label="Questions" {
                        @if number > 1 { a href=(turn(number - 1)) { "Previous question" } " " }
                        span { (number) " of " (asked.len()) }
                        @if number < asked.len() { " " a href=(turn(number + 1)) { "Skip to the next" } }
                    }
                }
            }
        }
    }
}

fn asks(
    editor: Editor<'_>,
    shown: &Section<'_>,
    (doubts, event): (&[Attention], &Published),
    back: &str,
) -> Markup {
    let version = shown.versions.get(&event.id).map_or("", String::as_str);
    let say = shown.english;
    let answers = answers(shown, doubts, event);
    let waits = doubts.iter().any(|doubt| doubt.waits);
    html! {
        h3 { a href=(facts::own_page(event)) { (event.title) } }
        p.note { (facts::days(say, event)) ", " (facts::place(say, event)) @if !event.organisers.is_empty() { " · " (facts::organisers(say, event)) } }
        ul { @for doubt in doubts { li { (in_code(&doubt.text)) } } }
        ol.answers {
            @for (number, answer) in answers.iter().enumerate() {
                li {
                    form method="post" action="/decisions" {
                        input type="hidden" name="token" value=(editor.token);
                        input type="hidden" name="event" value=(event.id);
                        input type="hidden" name="version" value=(version);
                        input type="hidden" name="back" value=(back);
                        @for (name, value) in &answer.fields { input type="hidden" name=(name) value=(value); }
                        @let id = format!("why-{number}");
                        @let effect = format!("effect-{number}");
                        button type="submit" aria-describedby=(effect) { (answer.words) }
                        div.effect id=(effect) { (answer.effect) }
                        label.hint for=(id) { "Reason (other editors will read it)" }
                        input type="text" id=(id) name="reason" value=(answer.words) required maxlength="500" autocomplete="off";
                    }
                }
            }
        }
        @if !answers.iter().any(|answer| answer.keeps) {
            p.note { @if waits { "No row is printed until its facts are corrected." } @else { "Its row stays as it is until you answer." } }
        }
        p { a href={ (facts::own_page(event)) "#rule" } { "None of these: correct its facts" } }
    }
}

/// The answers that settle one of the doubts at least, and that it is left out.
fn answers(shown: &Section<'_>, doubts: &[Attention], event: &Published) -> Vec<Answer> {
    let mut found = Vec::new();
    let flags: Vec<Flag> = doubts.iter().map(|doubt| doubt.kind).collect();
    let mut offer = |words: String, fields: Vec<(&'static str, String)>, action: Action| {
        let after = curate::with(event, action);
        let settles = |flag: &Flag| event.flags.contains(flag) && !after.flags.contains(flag);
        if flags.iter().any(settles) {
            let effect = printed(shown, event, Some(&after));
            found.push(Answer {
                words,
                keeps: true,
                fields,
                effect,
            });
        }
    };
    let ruling = |name: &str| ("ruling", name.to_owned());
    let off = !event.status.takes_place();
    let may_be_off = [Flag::Unlisted, Flag::Unconfirmed, Flag::Dormant];
    let show = match off || flags.iter().any(|flag| may_be_off.contains(flag)) {
        true => "It takes place all the same: print it",
        false => "It belongs here: print it",
    };
    offer(show.to_owned(), vec![ruling("show")], Action::Show);
    let modes = MODES.map(|(mode, words)| ("mode", mode.to_owned(), words.to_owned()));
    let said = CONFIRMED.map(|(field, words)| {
        let said = curate::said(event, field);
        let words = words.replace("{}", &said);
        (field, said, words)
    });
    let places = places(event).into_iter().map(|place| {
        let printed = place.printed(&[place.country()]);
        let words = format!("It is in {printed}");
        ("place", printed, words)
    });
    for (field, value, words) in said.into_iter().chain(places).chain(modes) {
        if let Ok(correction) = config::correction(field, &value) {
            let fields = vec![ruling("confirm"), (field, value)];
            offer(words, fields, Action::Edit(vec![correction]));
        }
    }
    if flags.contains(&Flag::StatusUnsure) || flags.contains(&Flag::Unlisted) {
        found.push(Answer {
            words: "It does not take place".to_owned(),
            keeps: false,
            fields: vec![ruling("cancel")],
            effect: html! { "Prints no row. Calendars that already have it show it as cancelled." },
        });
    }
    for suspicion in shown.suspicions {
        let other = match (&suspicion.one, &suspicion.other) {
            (one, other) if *one == event.id => other,
            (one, other) if *other == event.id => one,
            _ => continue,
        };
        if let Some(other) = shown.published.get(other) {
            found.extend(twins(shown, event, other));
        }
    }
    found.push(Answer {
        words: "Leave it out of the section".to_owned(),
        keeps: false,
        fields: vec![ruling("hide")],
        effect: html! { "Prints no row. It stays on the other pages and in calendars." },
    });
    found
}

/// The places that the words for an event's venue may mean, if its own is not known.
fn places(event: &Published) -> Vec<Place> {
    let venue = event.venue.as_ref().filter(|_| event.place.is_none());
    let texts = venue.map(|venue| [venue.address.as_deref(), venue.name.as_deref()]);
    let texts = texts.into_iter().flatten().flatten();
    let meant = texts.flat_map(|text| match place::asked(text) {
        Asked::One(spot) => vec![spot.place],
        Asked::Several(places) | Asked::Unknown(places) => places,
    });
    meant.take(MOST_PLACES).collect()
}

/// Whether two events that look alike are one.
fn twins(shown: &Section<'_>, event: &Published, other: &Published) -> [Answer; 2] {
    let rows = |of: &[&Published]| {
        let rows: Vec<Row> = of
            .iter()
            .map(|event| select::row(event, shown.style))
            .collect();
        render::html::rows(&rows, shown.style)
    };
    [
        Answer {
            words: format!("It is the same event as “{}”", other.title),
            keeps: true,
            fields: vec![
                ("ruling", "merge".to_owned()),
                ("other", other.id.to_string()),
            ],
            effect: html! { p { "Joins these two. One row is printed for both, with each fact from the better source:" } (rows(&[event, other])) },
        },
        Answer {
            words: "It is a separate event; the others only look similar".to_owned(),
            keeps: true,
            fields: vec![("ruling", "split".to_owned())],
            effect: html! { p { "Prints both rows:" } (rows(&[event, other])) },
        },
    ]
}

/// The row that an event would have, or why it would have none.
fn printed(shown: &Section<'_>, before: &Published, after: Option<&Published>) -> Markup {
    let selection = Selection {
        window: shown.section.window,
        headings: Vec::new(),
        new_since: None,
    };
    let selected =
        |event: Option<&Published>| select::select(event.into_iter(), &[], &selection, shown.style);
    let texts = |headings: &[(Heading, Vec<Row>)]| -> Vec<(Heading, String)> {
        let rows = headings
            .iter()
            .flat_map(|(heading, rows)| rows.iter().map(|row| (*heading, row)));
        rows.map(|(heading, row)| (heading, print::row(row, shown.style)))
            .collect()
    };
    let (was, after) = (selected(Some(before)).headings, selected(after));
    let is = after.headings;
    let mut open = after.attention.iter().filter(|doubt| doubt.waits);
    html! {
        @if is.is_empty() {
            "Prints no row yet"
            @match open.next() { Some(doubt) => { ": " (in_code(&doubt.text)) }, None => "." }
        } @else if texts(&was) == texts(&is) {
            "Prints the row as it is, and does not ask this again."
        } @else {
            @for (heading, rows) in &is {
                p { "Prints this row under " b { (shown.style.name(*heading)) } ":" }
                (render::html::rows(rows, shown.style))
            }
        }
    }
}
