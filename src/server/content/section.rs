//! The section: as the newsletter prints it, and as the editor's page.

use super::super::pages::section::{Draft, Section};
use super::{Content, DATA, Refusal, View, as_markdown, selection, window};
use crate::compose::{self, Difference, Given, Updated};
use crate::config;
use crate::facts::event::EventId;
use crate::facts::issue::{self, Window};
use crate::pulls;
use crate::refresh;
use crate::render;
use crate::section::grammar;
use crate::section::merge::{Change, Report};
use crate::section::print;
use crate::section::pulled::{About, Judged};
use crate::section::select::{self, Heading};
use crate::server::pages;
use crate::store::Dismissal;
use crate::suspects::{self, Named};
use axum::http::StatusCode;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

/// Bytes of a draft's file.
const LONGEST_DRAFT: u64 = 4 << 20;
/// Rows of a draft that is pasted in: ten times as many as an issue ever had.
const MOST_ROWS: usize = 1_000;
/// Decisions that the page offers to take back.
const LATEST_DECISIONS: usize = 20;

/// A draft's own section and what it is once it is brought up to date, or why it could not be read.
type Outcome = Result<(String, Updated), String>;

/// What is asked of a section.
struct Asked {
    question: usize,
    window: Window,
    issue: Option<NaiveDate>,
    headings: Vec<Heading>,
}

fn asked(view: &View<'_>) -> Result<Asked, Refusal> {
    let mut headings = Vec::new();
    let mut said: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, value) in &view.question.pairs {
        match key.as_str() {
            "region" if value.trim().is_empty() => {}
            "region" => headings.push(Heading::parse(value).ok_or_else(|| {
                let known: Vec<&str> = Heading::all().map(Heading::slug).collect();
                Refusal::bad(
                    key,
                    format!("{value:?} is no region; there are {}", known.join(", ")),
                )
            })?),
            "issue" | "from" | "to" | "question" => {
                if said.insert(key, value).is_some() {
                    return Err(Refusal::bad(key, "is said twice"));
                }
            }
            _ => {
                return Err(Refusal::bad(
                    key,
                    "is no parameter here; there are issue, from, to, region, question",
                ));
            }
        }
    }
    let said = |key: &str| said.get(key).copied();
    let settings = &view.state.setup.configuration.settings;
    let (window, issue) = window(
        said("issue"),
        said("from"),
        said("to"),
        view.today(),
        settings,
    )?;
    let question = match said("question").map(str::trim).unwrap_or_default() {
        "" => 1,
        number => number
            .parse()
            .ok()
            .filter(|number| (1..=100_000).contains(number))
            .ok_or_else(|| Refusal::bad("question", "is a number from 1 on"))?,
    };
    Ok(Asked {
        question,
        window,
        issue,
        headings,
    })
}

fn selected(view: &View<'_>, asked: &Asked) -> select::Section {
    select::select(
        view.everything(),
        &view.snapshot.suspicions,
        &selection(asked.window, &asked.headings),
        &view.state.setup.style,
    )
}

/// The section as Markdown; of an issue that is out, as it was.
pub(super) fn markdown(view: &View<'_>) -> Result<Content, Refusal> {
    let asked = asked(view)?;
    let out = asked
        .issue
        .filter(|day| *day < view.today() && asked.headings.is_empty());
    let printed = match out {
        Some(day) => view.state.with_store(|store| store.issue(day))?,
        None => None,
    };
    let body = match printed {
        Some(issue) => issue.text,
        None => as_markdown(view, &selection(asked.window, &asked.headings)),
    };
    Ok(Content {
        file: Some(format!("{}-events.md", asked.window.from)),
        ..Content::public("text/markdown; charset=utf-8", body, DATA)
    })
}

/// The section as JSON.
pub(super) fn json(view: &View<'_>) -> Result<Content, Refusal> {
    let asked = asked(view)?;
    let body = render::json::section(&selected(view, &asked));
    Ok(Content::public(
        "application/json",
        format!("{body}\n"),
        DATA,
    ))
}

/// The section as a small page.
pub(super) fn html(view: &View<'_>) -> Result<Content, Refusal> {
    let asked = asked(view)?;
    let body = render::html::document(&selected(view, &asked), &view.state.setup.style);
    Ok(Content::public("text/html; charset=utf-8", body, DATA))
}

/// The editor's page with a draft that was pasted in.
///
/// # Errors
/// As for [`super::shown`].
pub fn pasted(
    state: &crate::server::State,
    question: &super::Question,
    editor: Option<&crate::server::question::Editor>,
    draft: &str,
) -> Result<Content, Refusal> {
    let snapshot = state.snapshot();
    let view = View {
        editor,
        ..View::of(state, &snapshot, question, state.setup.clock.now())
    };
    page(&view, Some(draft)).map(Content::fleeting)
}

/// The editor's page.
pub(super) fn page(view: &View<'_>, pasted: Option<&str>) -> Result<Content, Refusal> {
    let mut asked = asked(view)?;
    let style = &view.state.setup.style;
    let configuration = &view.state.setup.configuration;
    let configured = configured(view);
    let text: Option<(&str, Result<&str, &str>)> = match (pasted, &configured) {
        (Some(text), _) => Some(("the draft pasted in", Ok(text))),
        (None, Some((name, Ok(text)))) => Some((name, Ok(text))),
        (None, Some((name, Err(why)))) => Some((name, Err(why))),
        (None, None) => None,
    };
    let updated = match text {
        Some((name, text)) => {
            updated(view, &mut asked, text, pasted.is_some())?.map(|outcome| (name, outcome))
        }
        None => None,
    };
    let section = selected(view, &asked);
    let since: Option<Difference> = view
        .state
        .with_store(|store| store.learned_before(asked.window.from))?
        .map(|issue| {
            compose::difference(&section, &asked.headings, &issue, &view.state.setup.style)
        });
    let rhythm = configuration.settings.newsletter.rhythm;
    let neighbours = asked.issue.and_then(|day| issue::around(day, rhythm));
    let versions: BTreeMap<EventId, String> = match view.editor {
        None => BTreeMap::new(),
        Some(_) => super::public::versions(view, &section)?,
    };
    let mut decisions = match view.editor {
        None => Vec::new(),
        Some(_) => view.state.with_store(|store| store.decisions())?,
    };
    decisions.retain(|logged| logged.undone.is_none());
    let latest = decisions.len().saturating_sub(LATEST_DECISIONS);
    let stale = refresh::in_doubt(
        &configuration.sources,
        &view.snapshot.standings,
        configuration.settings.stale_after,
        view.now,
    );
    let done = updated.as_ref().and_then(|(_, done)| done.as_ref().ok());
    let (suspects, dismissed) = missing(view, &section, done.map(|(_, updated)| updated))?;
    let pulls = pulls_of(view)?;
    let shown = Section {
        section: &section,
        style,
        english: view.site().in_english(),
        issue: asked.issue,
        neighbours,
        headings: &asked.headings,
        query: &view.question.pairs,
        question: asked.question,
        suspicions: match view.editor {
            Some(_) => &view.snapshot.suspicions,
            None => &[],
        },
        since: since.as_ref(),
        draft: updated.as_ref().map(|(name, outcome)| Draft {
            name,
            pasted,
            outcome: match outcome {
                Ok((own, updated)) => Ok((own.as_str(), updated)),
                Err(why) => Err(why.as_str()),
            },
        }),
        stale: &stale,
        published: &view.snapshot.published,
        versions: &versions,
        decisions: &decisions[latest..],
        suspects: &suspects,
        pulls: &pulls,
        dismissed: &dismissed,
    };
    let page = pages::section::page(&view.site(), &shown);
    let content = Content::page(page, view.editor);
    // The draft is a file that changes by itself.
    Ok(if configured.is_some() || pasted.is_some() {
        content.fleeting()
    } else {
        content
    })
}

/// For an editor, the pull requests that touch the draft of an issue to come.
fn pulls_of(view: &View<'_>) -> Result<Vec<Judged>, Refusal> {
    let set = &view.state.setup;
    let settings = &set.configuration.settings;
    let repository = settings.newsletter.pull_requests.as_deref();
    let Some(repository) = repository.filter(|_| view.editor.is_some()) else {
        return Ok(Vec::new());
    };
    let about = About {
        style: &set.style,
        topic: &settings.topic,
        rhythm: settings.newsletter.rhythm,
        days: settings.section.days,
        today: view.today(),
    };
    let judged = view
        .state
        .with_store(|store| pulls::judged(store, repository, &about))?;
    Ok(judged)
}

/// A draft brought up to date, or why it cannot be read. The draft says itself for which issue it is, unless the
/// question names days. `None` if a configured draft is of another issue, or only some headings are asked.
fn updated(
    view: &View<'_>,
    asked: &mut Asked,
    text: Result<&str, &str>,
    is_pasted: bool,
) -> Result<Option<Outcome>, Refusal> {
    let style = &view.state.setup.style;
    let settings = &view.state.setup.configuration.settings;
    let read = text.map_err(str::to_owned).and_then(|text| {
        let draft = grammar::draft(text, style);
        let draft = draft.map_err(|error| error.to_string())?;
        Ok((text, draft))
    });
    let (text, draft) = match read {
        Ok(read) => read,
        Err(why) => return Ok(Some(Err(why))),
    };
    if is_pasted && draft.rows().count() > MOST_ROWS {
        return Err(Refusal {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Refusal::bad("draft", format!("has more than {MOST_ROWS} rows"))
        });
    }
    let names_days = |(key, value): &(String, String)| {
        matches!(key.as_str(), "issue" | "from") && !value.trim().is_empty()
    };
    let stated = draft.stated.0.or(draft.stated.1);
    if let Some(day) = stated
        && !view.question.pairs.iter().any(names_days)
    {
        asked.window = Window::starting(day, settings.section.days);
        asked.issue = Some(day);
    }
    if !(is_pasted || stated == asked.issue) || !asked.headings.is_empty() {
        return Ok(None);
    }
    let path = match &settings.newsletter.draft {
        Some(config::Draft::File(path)) if !is_pasted => compose::path_of(path),
        _ => None,
    };
    let given = Given {
        path: path.as_deref(),
        ..Given::pasted(text, &draft)
    };
    let all = Change::ALL.into();
    let done = view
        .state
        .with_store(|store| compose::update(store, &given, asked.window, &all, style))?;
    Ok(Some(Ok((text[draft.span.clone()].to_owned(), done))))
}

/// For an editor, the groups that are missing by their habit, and those that are no longer expected.
fn missing(
    view: &View<'_>,
    section: &select::Section,
    updated: Option<&Updated>,
) -> Result<(Vec<Named>, Vec<Dismissal>), Refusal> {
    if view.editor.is_none() {
        return Ok(Default::default());
    }
    let setup = &view.state.setup;
    let (text, report) = match updated {
        Some(updated) => (updated.text.clone(), updated.report.clone()),
        None => (print::section(section, &setup.style), Report::default()),
    };
    let sources = &setup.configuration.sources;
    Ok(view.state.with_store(|store| {
        let named = suspects::named(
            store,
            sources,
            section.window,
            (&text, &report),
            &setup.style,
        )?;
        Ok((named, store.dismissals()?))
    })?)
}

/// The configured draft: its name, and its text or why it could not be read.
fn configured(view: &View<'_>) -> Option<(String, Result<String, String>)> {
    match view
        .state
        .setup
        .configuration
        .settings
        .newsletter
        .draft
        .as_ref()?
    {
        config::Draft::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = name.to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            let read = fs::File::open(path)
                .and_then(|file| file.take(LONGEST_DRAFT).read_to_end(&mut bytes));
            let text = match read {
                Err(error) => Err(format!("it cannot be read: {error}")),
                Ok(_) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()),
            };
            Some((name, text))
        }
        config::Draft::Web(url) => Some((url.clone(), view.state.draft())),
    }
}
