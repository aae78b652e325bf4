//! The interface described for programs: an OpenAPI 3.1 document, made from [`ROUTES`].
//!
//! What a route shows is described beside its [`Kind`]; what every route has in common (validators, refusals) is
//! said once. So a route cannot be forgotten, and a filter key or a flag is described where it is defined.

mod parameters;
mod schemas;

use super::question::{Kind, MOST_EVENTS};
use super::{Does, ROUTES};
use crate::section::select::Heading;
use crate::words::Languages;
use parameters::{
    cancelled, day, filters, form_query, language, path, query, question, reference, section,
    some_text,
};
use schemas::schemas;
use serde_json::{Map, Value, json};

/// How a route is asked, and with what it answers.
struct Described {
    summary: &'static str,
    /// Media types of the answer, each with the name of its schema if it has one.
    answers: Vec<(&'static str, Option<&'static str>)>,
    parameters: Vec<Value>,
    /// Fields of the form: name, description, and whether it must be there.
    form: &'static [(&'static str, &'static str, bool)],
    /// The statuses of refusals beside 400 and 503.
    refusals: &'static [u16],
    /// Whether it answers 304.
    kept: bool,
}

/// The whole document.
pub(super) fn document(languages: &Languages) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (path, does) in ROUTES {
        let (method, described) = match does {
            Does::Shows(kind) => {
                let mut described = shown(*kind);
                if kind.is_translated() {
                    described.parameters.push(language(languages));
                }
                ("get", described)
            }
            _ => ("post", posted(*does)),
        };
        let methods = paths.entry(*path).or_insert_with(|| json!({}));
        methods[method] = operation(&described, method);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "rusty-events",
            "version": "1",
            "description": "Events of a newsletter's community: lists, calendars, and the section that an issue prints. Public data needs no login. The format of addresses that begin with /v1/ is stable: fields may be added, but none is changed or removed. Wrong input gets a 4xx and a problem (RFC 9457) that names the parameter.",
        },
        "paths": paths,
        "components": {"schemas": schemas()},
    })
}

fn operation(described: &Described, method: &str) -> Value {
    let problem = || {
        json!({
            "description": "What is wrong; `parameter` names it where there is one.",
            "content": {"application/problem+json": {"schema": reference("Problem")}, "text/html": {}},
        })
    };
    let mut responses = Map::new();
    let content: Map<String, Value> = described
        .answers
        .iter()
        .map(|(media, schema)| {
            let body = schema.map_or(json!({}), |name| json!({"schema": reference(name)}));
            ((*media).to_owned(), body)
        })
        .collect();
    if method == "get" {
        let text = json!({"schema": {"type": "string"}});
        responses.insert(
            "200".to_owned(),
            json!({
                "description": "Done.",
                "headers": {"ETag": text, "Last-Modified": text, "Cache-Control": text},
                "content": content,
            }),
        );
        responses.insert(
            "301".to_owned(),
            json!({"description": "Location is the address that lasts: with the present name of a group, or spelled as it is here."}),
        );
        responses.insert(
            "414".to_owned(),
            json!({"description": "The query is longer than 8,192 bytes. An address of more than 65,534 bytes ends the connection."}),
        );
    } else if content.is_empty() {
        let done = json!({"description": "Done; Location names the page to see."});
        responses.insert("303".to_owned(), done);
    } else {
        let page = json!({"description": "The page.", "content": content});
        responses.insert("200".to_owned(), page);
    }
    if described.kept {
        let unchanged = json!({"description": "Not modified."});
        responses.insert("304".to_owned(), unchanged);
    }
    for status in [400, 503].iter().chain(described.refusals) {
        responses.insert(status.to_string(), problem());
    }
    let mut operation = json!({"summary": described.summary, "responses": responses});
    if !described.parameters.is_empty() {
        operation["parameters"] = described.parameters.clone().into();
    }
    if !described.form.is_empty() {
        let properties: Map<String, Value> = described
            .form
            .iter()
            .map(|(name, what, _)| {
                let field = json!({"type": "string", "description": what});
                ((*name).to_owned(), field)
            })
            .collect();
        let required: Vec<&str> = described
            .form
            .iter()
            .filter(|(.., required)| *required)
            .map(|(name, ..)| *name)
            .collect();
        operation["requestBody"] = json!({
            "required": true,
            "content": {"application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": properties, "required": required},
            }},
        });
    }
    operation
}

fn shown(kind: Kind) -> Described {
    const HTML: &str = "text/html";
    let (summary, media, parameters) = match kind {
        Kind::Upcoming => ("The upcoming events, by day", HTML, filters()),
        Kind::UpcomingPage => {
            let page = path(
                "page",
                "The number of the page, from 2 on",
                json!({"type": "integer", "minimum": 2}),
            );
            (
                "A further page of the upcoming events",
                HTML,
                [vec![page], filters()].concat(),
            )
        }
        Kind::Section => (
            "The section as the editor's page",
            HTML,
            [
                section(),
                vec![form_query(
                    "question",
                    "Which of the open questions an editor sees, counted from 1.",
                    json!({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100_000}, {"const": ""}]}),
                )],
            ]
            .concat(),
        ),
        Kind::SectionMarkdown => (
            "The section as the newsletter prints it",
            "text/markdown",
            section(),
        ),
        Kind::SectionJson => ("The section as JSON", "application/json", section()),
        Kind::SectionHtml => ("The section as HTML", HTML, section()),
        Kind::Follow => (
            "A choice of groups, places and words as feeds",
            HTML,
            filters(),
        ),
        Kind::Calls => ("The open calls for papers", HTML, Vec::new()),
        Kind::CallsIcs => ("Their deadlines as a calendar", "text/calendar", Vec::new()),
        Kind::CallsJson => (
            "The open calls for papers as JSON",
            "application/json",
            Vec::new(),
        ),
        Kind::CallsAtom => (
            "The open calls for papers as Atom",
            "application/atom+xml",
            Vec::new(),
        ),
        Kind::EventsIcs => {
            let parameters = [filters(), vec![cancelled()]].concat();
            ("A calendar of events", "text/calendar", parameters)
        }
        Kind::EventsJson => {
            let page = vec![
                query(
                    "limit",
                    "Events at most.",
                    json!({"type": "integer", "minimum": 1, "maximum": MOST_EVENTS}),
                ),
                query(
                    "after",
                    "Where the list continues, as in `next`. It stays valid if the event there is hidden or moved.",
                    json!({"type": "string", "pattern": "^(-?[0-9]+\\.)?[0-9a-f]{16}$"}),
                ),
            ];
            (
                "Events as JSON, 500 at most; `next` is the address of the following ones",
                "application/json",
                [filters(), page].concat(),
            )
        }
        Kind::EventsAtom => {
            let sort = query(
                "sort",
                "`new`: by when they were first known; `soon`: those of the next seven days.",
                json!({"type": "string", "enum": ["new", "soon", ""]}),
            );
            (
                "Events as Atom: newly announced, or soon",
                "application/atom+xml",
                [filters(), vec![sort]].concat(),
            )
        }
        Kind::Feed => {
            let feeds: Vec<String> = ["all"]
                .into_iter()
                .chain(Heading::all().map(Heading::slug))
                .map(|name| format!("{name}.ics"))
                .collect();
            (
                "A calendar under a short address: all.ics, virtual.ics, europe.ics, …",
                "text/calendar",
                vec![
                    path(
                        "feed",
                        "all or a region, with .ics",
                        json!({"type": "string", "enum": feeds}),
                    ),
                    cancelled(),
                ],
            )
        }
        Kind::CountryFeed => (
            "A calendar of a country: de.ics",
            "text/calendar",
            vec![
                path("feed", "The country's code, with .ics", some_text()),
                cancelled(),
            ],
        ),
        Kind::OrganiserFeed => (
            "A calendar of a group: rust-berlin.ics",
            "text/calendar",
            vec![
                path(
                    "feed",
                    "The group's name in addresses, with .ics",
                    some_text(),
                ),
                cancelled(),
            ],
        ),
        Kind::Organiser => (
            "A group; with .atom what changed of its events",
            HTML,
            vec![path(
                "organiser",
                "Its name in addresses: rust-berlin, rust-berlin.atom",
                some_text(),
            )],
        ),
        Kind::Event => (
            "One event: facts, evidence, history, decisions; with .ics, a calendar file",
            HTML,
            vec![path(
                "event",
                "Its id; 80ae96e80fd8fb85.ics for the file",
                some_text(),
            )],
        ),
        Kind::Why => (
            "Why something is there, or is not",
            HTML,
            vec![
                question("A link, an id, a group or words."),
                day("issue", "For which issue; the next one unless said."),
            ],
        ),
        Kind::Check => (
            "What would be read behind an address; read once, now",
            HTML,
            vec![question("The address of a page or feed.")],
        ),
        Kind::Discover => ("Groups that no source reads, for editors", HTML, Vec::new()),
        Kind::Sources => ("How every source is doing", HTML, Vec::new()),
        Kind::SourcesJson => ("The same as JSON", "application/json", Vec::new()),
        Kind::Login => (
            "The login",
            HTML,
            vec![query(
                "back",
                "The page to see next.",
                json!({"type": "string", "maxLength": 500}),
            )],
        ),
        Kind::Style => ("The stylesheet", "text/css", Vec::new()),
        Kind::Script => ("The script", "text/javascript", Vec::new()),
        Kind::City => (
            "The upcoming events in a city",
            HTML,
            vec![path(
                "city",
                "The city by any of its names; add the state or country if several share the name: cologne, portland-me",
                some_text(),
            )],
        ),
        Kind::Embedded => (
            "The next events as a frame for another site",
            HTML,
            [
                filters(),
                vec![query(
                    "limit",
                    "The largest number of rows, 10 by default. Empty means not given.",
                    json!({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100}, {"const": ""}]}),
                )],
            ]
            .concat(),
        ),
        Kind::Groups => ("All groups, by region", HTML, Vec::new()),
        Kind::Sitemap => ("The addresses of the pages", "application/xml", Vec::new()),
        Kind::Robots => ("What robots may read", "text/plain", Vec::new()),
        Kind::OpenApi => ("This document", "application/json", Vec::new()),
        Kind::Health => ("Whether the process answers", "text/plain", Vec::new()),
        Kind::Ready => (
            "Whether there is anything to show",
            "text/plain",
            Vec::new(),
        ),
        Kind::Metrics => ("Figures for Prometheus", "text/plain", Vec::new()),
    };
    let schema = match kind {
        Kind::SectionJson => Some("Section"),
        Kind::CallsJson => Some("Calls"),
        Kind::EventsJson => Some("Events"),
        Kind::SourcesJson => Some("Sources"),
        _ => None,
    };
    let mut answers = vec![(media, schema)];
    if kind == Kind::Organiser {
        answers.push(("application/atom+xml", None));
    }
    if kind == Kind::Event {
        answers.push(("text/calendar", None));
    }
    let refusals: &[u16] = match kind {
        Kind::Check => &[429],
        Kind::UpcomingPage
        | Kind::City
        | Kind::Feed
        | Kind::CountryFeed
        | Kind::OrganiserFeed
        | Kind::Organiser
        | Kind::Event => &[404],
        _ => &[],
    };
    let kept = !matches!(
        kind,
        Kind::Why
            | Kind::Check
            | Kind::Discover
            | Kind::Login
            | Kind::Health
            | Kind::Ready
            | Kind::Metrics
    );
    Described {
        summary,
        answers,
        parameters,
        form: &[],
        refusals,
        kept,
    }
}

fn posted(does: Does) -> Described {
    type Form = &'static [(&'static str, &'static str, bool)];
    let (summary, form, refusals): (_, Form, &[u16]) = match does {
        Does::Shows(_) | Does::Reconciles => (
            "The section brought together with a draft that is sent; changes nothing",
            &[("draft", "The draft, as Markdown", true)],
            &[403, 413, 415],
        ),
        Does::LogsIn => (
            "Logs an editor in",
            &[
                ("name", "The editor's", true),
                ("password", "Theirs", true),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 413, 415, 429],
        ),
        Does::LogsOut => (
            "Logs an editor out",
            &[("token", "The login's", true)],
            &[401, 403, 413, 415],
        ),
        Does::Decides => (
            "An editor's decision on an event; 409 shows what the editor did not see",
            &[
                ("token", "The login's", true),
                ("event", "Its id", true),
                ("version", "What the editor saw", true),
                (
                    "ruling",
                    "hide, hide-everywhere, show, edit, cancel, postpone, merge, split, print",
                    true,
                ),
                ("reason", "Why", true),
                ("other", "merge: the other event", false),
                ("until", "print: the last issue day", false),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 409, 413, 415],
        ),
        Does::Dismisses => (
            "Stops naming a group as missing by its habit",
            &[
                ("token", "The login's", true),
                ("group", "Its key, its name or its page", true),
                ("reason", "Why", true),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 413, 415],
        ),
        Does::Expects => (
            "Names a group again that was dismissed",
            &[
                ("token", "The login's", true),
                ("group", "Its key, its name or its page", true),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 413, 415],
        ),
        Does::Ignores => (
            "Ignores a group that no source reads",
            &[
                ("token", "The login's", true),
                ("candidate", "Its id", true),
                ("reason", "Why", false),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 413, 415],
        ),
        Does::ShowsAgain => (
            "Shows a group again that was ignored",
            &[
                ("token", "The login's", true),
                ("candidate", "Its id", true),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 413, 415],
        ),
        Does::Undoes => (
            "Takes a decision back; 409 if it was taken back before",
            &[
                ("token", "The login's", true),
                ("number", "The decision's", true),
                ("reason", "Why", false),
                ("back", "The page to see next", false),
            ],
            &[401, 403, 409, 413, 415],
        ),
    };
    let answers = match does {
        Does::Reconciles => vec![("text/html", None)],
        _ => Vec::new(),
    };
    Described {
        summary,
        answers,
        parameters: Vec::new(),
        form,
        refusals,
        kept: false,
    }
}
