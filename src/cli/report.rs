//! What people see beside the result: the table of sources, the progress bar.

use super::Invocation;
use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rusty_events::believe::normalise;
use rusty_events::facts::event::counted;
use rusty_events::facts::source::SourceId;
use rusty_events::preview::{in_words, not_believed};
use rusty_events::refresh::{self, Ended, Line, Report};
use rusty_events::store::Standing;
use std::collections::BTreeMap;
use std::io::IsTerminal;

/// The most listings named that are not believed.
const MOST_REJECTED: usize = 20;

/// The most series named that cannot be read whole.
const MOST_SERIES: usize = 20;

/// A bar on a terminal; nothing anywhere else.
pub(super) fn bar(invocation: &Invocation, sources: usize) -> ProgressBar {
    if invocation.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(sources as u64), ProgressDrawTarget::stderr());
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30} {pos}/{len} sources, {eta} left  {wide_msg}")
    {
        bar.set_style(style);
    }
    bar
}

/// A table for people: columns in the order given, those of `numbers` to the right.
pub(super) fn table(header: &[&str], numbers: &[usize], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for &column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// What a refresh did, a line a source: those that failed or lost something first.
pub(super) fn refreshed(report: &Report) -> String {
    let mut lines: Vec<&Line> = report.sources.iter().collect();
    lines.sort_by_key(|line| {
        (
            !matches!(line.ended, Ended::Failed { .. } | Ended::Held(..)),
            line.source.clone(),
        )
    });
    let rows = lines.iter().map(|line| cells(line)).collect();
    let header = [
        "source", "outcome", "way", "events", "new", "changed", "gone", "problems", "time",
    ];
    let mut text = table(&header, &[3, 4, 5, 6, 7, 8], rows);
    let believed = &report.believed;
    // A group that has other topics too says so in every reading.
    let rejected = believed.rejected.iter();
    let (off_topic, rejected): (Vec<_>, Vec<_>) =
        rejected.partition(|reject| reject.field == normalise::TOPIC);
    text.push_str(&format!(
        "\n{} believed, {} after joining copies: {} new, {} changed, {} withdrawn; {} not believed",
        counted(believed.events, "event", "events"),
        believed.twins,
        believed.new,
        believed.changed,
        believed.withdrawn,
        rejected.len()
    ));
    if !off_topic.is_empty() {
        text.push_str(&format!(", {} not about the topic", off_topic.len()));
    }
    let failed = lines.iter().filter_map(|line| match &line.ended {
        Ended::Failed { phase, error } => {
            Some((format!("({phase}): {error}"), line.source.to_string()))
        }
        _ => None,
    });
    for (why, sources) in refresh::by_reason(failed) {
        text.push_str(&format!("\nfailed: {sources} {why}"));
    }
    for line in &lines {
        if let Ended::Held(_, doubt) = &line.ended {
            text.push_str(&format!(
                "\nheld: {}: {doubt}; what it said before stands: {}",
                line.source,
                refresh::how_to_accept(&line.source, *doubt)
            ));
        }
    }
    for alarm in &believed.alarms {
        let sources = alarm.sources.iter();
        let named = refresh::by_reason(sources.map(|id| (String::new(), id.to_string())));
        for (_, sources) in named {
            text.push_str(&format!(
                "\nalarm: {} are held: {}; {sources}: {}",
                alarm.sources.len(),
                alarm.why,
                refresh::how_to_accept_all(&alarm.scope)
            ));
        }
    }
    for reject in rejected.iter().take(MOST_REJECTED) {
        let problem = in_words(&not_believed(reject));
        text.push_str(&format!("\nnot believed: {}: {problem}", reject.source));
    }
    if let Some(more @ 1..) = rejected.len().checked_sub(MOST_REJECTED) {
        text.push_str(&format!(
            "\nnot believed: and {more} more: `rusty-events why SOURCE` shows those of a source"
        ));
    }
    // A series that cannot be read whole, and a group that was renamed, must be reported.
    for (source, problem) in believed.problems.iter().take(MOST_SERIES) {
        text.push_str(&format!("\nproblem: {source}: {}", in_words(problem)));
    }
    if let Some(more @ 1..) = believed.problems.len().checked_sub(MOST_SERIES) {
        text.push_str(&format!("\nproblem: and {more} more"));
    }
    text
}

/// What a refresh did with one source, in the columns of its table.
fn cells(line: &Line) -> Vec<String> {
    let (outcome, way) = outcome(&line.ended);
    let recorded = line.recorded;
    let numbers = [
        recorded.events,
        recorded.new,
        recorded.changed,
        recorded.gone,
        line.problems,
    ];
    let shown = numbers.into_iter().map(|number| match number {
        0 => "·".to_owned(),
        number => number.to_string(),
    });
    let took = format!("{:.1} s", line.took.as_secs_f64());
    let mut cells = vec![line.source.to_string(), outcome, way];
    cells.extend(shown.chain([took]));
    cells
}

fn outcome(ended: &Ended) -> (String, String) {
    match ended {
        Ended::Read(way) => ("read".to_owned(), way.clone()),
        Ended::Held(way, _) => ("held".to_owned(), way.clone()),
        Ended::Unchanged(way) => ("unchanged".to_owned(), way.clone()),
        Ended::Failed { phase, .. } => (format!("failed: {phase}"), String::new()),
        Ended::NotDue(until) => (
            format!("not due until {}", until.format("%m-%d %H:%M")),
            String::new(),
        ),
    }
}

/// The sources that may be missing something, each with why, in the order of ids.
pub(super) fn stale(
    invocation: &Invocation,
    standings: &BTreeMap<SourceId, Standing>,
) -> Vec<String> {
    let configuration = &invocation.configuration;
    refresh::in_doubt(
        &configuration.sources,
        standings,
        configuration.settings.stale_after,
        invocation.now,
    )
}

/// The sources that failed since a reading that is good enough, each with why.
pub(super) fn failing(
    invocation: &Invocation,
    standings: &BTreeMap<SourceId, Standing>,
) -> Vec<String> {
    let configuration = &invocation.configuration;
    refresh::failing(
        &configuration.sources,
        standings,
        configuration.settings.stale_after,
        invocation.now,
    )
}

/// A time for people, in UTC.
pub(super) fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}
