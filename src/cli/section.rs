//! `section`: prints an issue's section.

use super::apart::Named;
use super::{Exit, Invocation, Misused, day, deliver, heading, refresh, report, say};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use rusty_events::compose;
use rusty_events::facts::event::{EventId, counted};
use rusty_events::facts::issue::{self, Window};
use rusty_events::render;
use rusty_events::section::select::{Heading, Section, Selection};
use rusty_events::section::{calls, print};
use rusty_events::store::{KeptIssue, Store};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The issue's day [default: the next one]
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with_all = ["from", "to"])]
    issue: Option<NaiveDate>,
    /// The first day; without --to the window that begins there
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<NaiveDate>,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = day, requires = "from")]
    to: Option<NaiveDate>,
    /// Only this region (virtual, africa, asia, europe, north-america, oceania, south-america); may be repeated
    #[arg(long, value_name = "REGION", value_parser = heading)]
    region: Vec<Heading>,
    /// Only events first seen on or after this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    new_since: Option<NaiveDate>,
    /// The section of calls for papers instead: those that are open on the issue's day
    #[arg(long, conflicts_with_all = ["from", "to", "region", "new_since", "as_of", "report"])]
    cfp: bool,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Write to this file instead of standard output; it is replaced as a whole, and only if it changes
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write what needs attention to this file, as Markdown
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Read the sources first
    #[arg(long)]
    refresh: bool,
    /// What would have been printed at a time: what was said and decided by then, under today's program and
    /// configuration
    #[arg(long, value_name = "TIME", value_parser = super::time, conflicts_with = "refresh")]
    as_of: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Markdown,
    Json,
    Html,
    Ics,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let window = window(invocation, arguments)?;
    let named = [
        ("--output", &arguments.output),
        ("--report", &arguments.report),
    ];
    let given = named
        .into_iter()
        .filter_map(|(what, path)| Some(Named::output(what, path.as_deref()?)));
    invocation.are_apart(&given.collect::<Vec<_>>())?;
    let files = [&arguments.output, &arguments.report];
    super::are_ready(files.into_iter().flatten().map(PathBuf::as_path))?;
    let store = if arguments.refresh {
        let mut store = invocation.store()?;
        refresh::walk(invocation, &mut store, &[])?;
        store
    } else {
        invocation.existing_store()?
    };
    let standings = store.standings()?;
    if standings.is_empty() {
        return Err(invocation.nothing_stored());
    }
    let exit = refresh::ended(invocation, &store, &[])?;
    if exit == Exit::NoResult {
        anyhow::bail!(
            "no source could be read, and nothing is stored: `rusty-events source list` shows why"
        );
    }
    if arguments.cfp {
        let text = calls(invocation, &store, window.from, arguments.format)?;
        deliver(&text, arguments.output.as_deref())?;
        return Ok(exit);
    }
    let new_since = arguments.new_since.map(|day| {
        rusty_events::facts::when::to_utc(
            day.and_time(chrono::NaiveTime::MIN),
            invocation.configuration.settings.newsletter.zone,
        )
    });
    let selection = Selection {
        window,
        headings: arguments.region.clone(),
        new_since,
    };
    let style = invocation.style();
    if let Some(printed) = printed(invocation, &store, arguments)? {
        deliver(&printed.text, arguments.output.as_deref())?;
        say(&format!(
            "the issue of {} as it was {} on {}; --as-of {} tells what we would have printed then",
            printed.day,
            printed.origin.name(),
            report::minute(printed.at),
            printed
                .at
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        ));
        return Ok(exit);
    }
    let section = match arguments.as_of {
        None => compose::section(&store, &selection, &style)?,
        Some(at) => {
            is_known_at(at, invocation, &store)?;
            let configuration = &invocation.configuration;
            let configured = (
                &configuration.sources[..],
                &invocation.groups(),
                &configuration.decisions[..],
            );
            compose::section_as_of(at, configured, &store, &selection, &style)?
        }
    };
    let text = match arguments.format {
        Format::Markdown => print::section(&section, &style),
        Format::Json => format!("{:#}\n", render::json::section(&section)),
        Format::Html => render::html::document(&section, &style),
        Format::Ics => calendar(invocation, &store, &section)?,
    };
    deliver(&text, arguments.output.as_deref())?;

    let stale = report::stale(invocation, &standings);
    if !invocation.quiet {
        // The table of a walk has named them already.
        let failing = match arguments.refresh {
            true => Vec::new(),
            false => report::failing(invocation, &standings),
        };
        let by_days = arguments.from.is_some();
        say(&remarks(&section, by_days, &stale, &failing));
    }
    if let Some(path) = &arguments.report {
        deliver(&as_markdown(&section, &stale), Some(path))?;
    }
    Ok(exit)
}

/// Refuses a time for which nothing can be said: one ahead, or one before the first event was published.
fn is_known_at(at: DateTime<Utc>, invocation: &Invocation, store: &Store) -> anyhow::Result<()> {
    if at > invocation.now {
        let now = report::minute(invocation.now);
        let what = format!("--as-of lies ahead of now, {now} UTC: name a time before");
        return Err(Misused(what).into());
    }
    let published = store.published()?;
    let first = published.values().map(|event| event.created).min();
    match first.filter(|first| at < *first) {
        Some(first) => Err(Misused(format!(
            "--as-of lies before the first event of the database was published, {} UTC: name a later time",
            report::minute(first)
        ))
        .into()),
        None => Ok(()),
    }
}

/// The calls for papers that are open on the day of an issue.
fn calls(
    invocation: &Invocation,
    store: &Store,
    day: NaiveDate,
    format: Format,
) -> anyhow::Result<String> {
    let style = invocation.call_style();
    let published = store.published()?;
    let open = calls::open(published.values(), day);
    Ok(match format {
        Format::Markdown => calls::print(&compose::calls(store, day, &style)?, &style),
        Format::Json => format!("{:#}\n", render::calls::json(&open, &style.states)),
        Format::Ics => {
            let settings = &invocation.configuration.settings;
            let feed = render::calls::Feed {
                name: &format!("{}: calls for papers", settings.server.title),
                url: "",
                base: settings.server.url.as_deref().unwrap_or_default(),
                states: &style.states,
            };
            render::calls::ics(&open, &feed)
        }
        Format::Html => {
            return Err(Misused("--cfp has the forms markdown, json and ics".to_owned()).into());
        }
    })
}

/// The events of a section's rows as a calendar.
fn calendar(invocation: &Invocation, store: &Store, section: &Section) -> anyhow::Result<String> {
    let rows = section.headings.iter().flat_map(|(_, rows)| rows);
    let ids: BTreeSet<&EventId> = rows.filter_map(|row| row.event.as_ref()).collect();
    let mut events = Vec::new();
    for id in ids {
        events.extend(store.event(id)?);
    }
    events.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
    let settings = &invocation.configuration.settings;
    let window = section.window;
    Ok(render::ical::feed(
        &events,
        &render::ical::Feed {
            name: &format!(
                "{}: {} to {}",
                settings.server.title, window.from, window.to
            ),
            url: None,
            base: settings.server.url.as_deref(),
            page: None,
            mark: false,
            states: &settings.section.states,
            today: invocation.now.date_naive(),
        },
    ))
}

/// The bytes of an issue that is out, if they were kept and nothing but they are asked for.
fn printed(
    invocation: &Invocation,
    store: &Store,
    arguments: &Arguments,
) -> anyhow::Result<Option<KeptIssue>> {
    let Some(day) = arguments.issue.filter(|day| *day < invocation.today()) else {
        return Ok(None);
    };
    let whole = arguments.region.is_empty()
        && arguments.new_since.is_none()
        && arguments.as_of.is_none()
        && arguments.report.is_none()
        && arguments.format == Format::Markdown;
    Ok(if whole { store.issue(day)? } else { None })
}

fn window(invocation: &Invocation, arguments: &Arguments) -> Result<Window, Misused> {
    let settings = &invocation.configuration.settings;
    let (rhythm, days) = (settings.newsletter.rhythm, settings.section.days);
    match (arguments.issue, arguments.from, arguments.to) {
        (Some(day), ..) => Ok(Window::starting(invocation.issue_day(day)?, days)),
        (None, Some(from), Some(to)) => Window::new(from, to).ok_or_else(|| {
            Misused(format!(
                "--to {to} lies before --from {from}: name a later day, or swap them"
            ))
        }),
        (None, Some(from), None) => Ok(Window::starting(from, days)),
        (None, None, _) => Ok(Window::starting(
            issue::next_issue(invocation.today(), rhythm),
            days,
        )),
    }
}

/// What the editor should know, beside the section.
fn remarks(section: &Section, by_days: bool, stale: &[String], failing: &[String]) -> String {
    let rows: usize = section.headings.iter().map(|(_, rows)| rows.len()).sum();
    let Window { from, to } = section.window;
    let issue = match by_days {
        true => String::new(),
        false => format!("issue of {from}: "),
    };
    let mut text = format!(
        "\n{issue}{} for {from} to {to}",
        counted(rows, "row", "rows")
    );
    for (title, events) in doubts(section) {
        let _ = write!(text, "\n{title}:");
        for event in events {
            let _ = write!(text, "\n  {event}");
        }
    }
    let sources = [
        ("sources that may be missing something", stale),
        (
            "sources that failed since, and are taken as last read",
            failing,
        ),
    ];
    for (title, sources) in sources {
        if !sources.is_empty() {
            let _ = write!(text, "\n{title}:\n  {}", sources.join("\n  "));
        }
    }
    text
}

/// The same as Markdown, for a pull request or a note to editors.
fn as_markdown(section: &Section, stale: &[String]) -> String {
    use print::escaped;
    let mut text = format!(
        "# Events from {} to {}\n",
        section.window.from, section.window.to
    );
    for (title, events) in doubts(section) {
        let _ = write!(text, "\n## {title}\n\n");
        for event in events {
            let _ = writeln!(text, "* {}", escaped(&event));
        }
    }
    if !stale.is_empty() {
        text.push_str("\n## Sources that may be missing something\n\n");
        for source in stale {
            let _ = writeln!(text, "* {}", escaped(source));
        }
    }
    text
}

/// The doubts, a line an event: those that keep it out of the section first.
fn doubts(section: &Section) -> Vec<(&'static str, Vec<String>)> {
    let mut events: Vec<(bool, String)> = Vec::new();
    for of_event in section.attention.chunk_by(|a, b| a.event == b.event) {
        let waits = of_event.iter().any(|doubt| doubt.waits);
        let words: Vec<&str> = of_event.iter().map(|doubt| doubt.text.as_str()).collect();
        events.push((
            waits,
            format!("{}: {}", of_event[0].subject(), words.join("; ")),
        ));
    }
    let of = |waiting: bool| {
        events
            .iter()
            .filter(|(waits, _)| *waits == waiting)
            .map(|(_, text)| text.clone())
            .collect()
    };
    let titled = [
        ("not printed, needs a human", of(true)),
        ("printed, worth a look", of(false)),
    ];
    titled
        .into_iter()
        .filter(|(_, events): &(&str, Vec<String>)| !events.is_empty())
        .collect()
}
