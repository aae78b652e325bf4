//! What a reconciliation did → Markdown, for the body of a pull request, and text for a terminal or a log.
//!
//! Titles and names come from strangers. In a pull request they must not mention people, refer to issues or close
//! them, or become links ([`inert`]). In a log they must not form a command of the machine that runs the job, or
//! steer the terminal ([`plain`]).

use crate::facts::event::counted;
use crate::facts::link::Link;
use crate::section::grammar::is_hidden;
use crate::section::merge::{Detail, Entry, Kind, Report};
use crate::section::print::escaped;
use std::fmt::Write;

/// The most bytes of a report: the body of a pull request may have 65,536 characters, and people may want to add
/// a word.
const LONGEST: usize = 50_000;

/// The report as Markdown, under a heading. What would make it too long for a pull request is counted
/// instead of shown.
pub fn markdown(title: &str, report: &Report) -> String {
    let mut text = format!("## {}\n\n{}\n", inert(title), inert(&summary(report)));
    if let Some(why) = &report.without_base {
        let _ = write!(text, "\n{}\n", inert(why));
    }
    let mut cut = 0;
    for kind in Kind::ALL {
        let lines: Vec<String> = match kind {
            Kind::Past => past(report)
                .iter()
                .map(|line| format!("* {line}"))
                .collect(),
            kind => report.of(kind).map(line).collect(),
        };
        let count = report.of(kind).count();
        list(&mut text, kind.title(), count, &lines, &mut cut);
    }
    for (title, waits) in [
        ("Not printed, needs a human", true),
        ("Printed, worth a look", false),
    ] {
        let lines: Vec<String> = report
            .attention
            .iter()
            .filter(|doubt| doubt.waits == waits)
            .map(|doubt| format!("* {}: {}", inert(&doubt.subject()), inert(&doubt.text)))
            .collect();
        list(&mut text, title, lines.len(), &lines, &mut cut);
    }
    if cut > 0 {
        let _ = write!(
            text,
            "\n{} left out: the page would be too long.\n",
            counted(cut, "line is", "lines are")
        );
    }
    text
}

/// The rows that are over, on one line: those that were taken out; and on another those that were left, as other
/// changes were asked for.
pub fn past(report: &Report) -> Vec<String> {
    let lines = [true, false].into_iter().filter_map(|done| {
        let mut days: Vec<_> = report
            .of(Kind::Past)
            .filter(|entry| entry.done == done)
            .map(|entry| entry.day)
            .collect();
        days.sort_unstable();
        let (first, last) = (days.first()?, days.last()?);
        let when = if first == last {
            format!("of {first}")
        } else {
            format!("of {first} to {last}")
        };
        let rows = counted(
            days.len(),
            "row that is over was",
            "rows that are over were",
        );
        let what = if done { "taken out" } else { "left, as asked" };
        Some(format!("{rows} {what}: {when}"))
    });
    lines.collect()
}

fn list(text: &mut String, title: &str, count: usize, lines: &[String], cut: &mut usize) {
    if lines.is_empty() {
        return;
    }
    if text.len() + title.len() < LONGEST {
        let _ = write!(text, "\n### {} ({})\n\n", inert(title), count);
    }
    for line in lines {
        if text.len() + line.len() < LONGEST {
            text.push_str(line);
            text.push('\n');
        } else {
            *cut += 1;
        }
    }
}

/// One line: how many rows there are, and what was done to them.
pub fn summary(report: &Report) -> String {
    let mut parts = vec![counted(report.rows, "row", "rows")];
    for (kind, word) in [
        (Kind::New, "new"),
        (Kind::Changed, "changed"),
        (Kind::Moved, "moved"),
        (Kind::Cancelled, "cancelled"),
        (Kind::Hidden, "hidden by an editor"),
        (Kind::Past, "past"),
        (Kind::Conflict, "in conflict"),
        (Kind::Restored, "restored"),
        (Kind::Twice, "listed twice"),
        (Kind::RemovedByHand, "removed by hand"),
        (Kind::KeptByHand, "kept by hand"),
        (Kind::ByHand, "written by hand"),
        (Kind::Unconfirmed, "vanished and unconfirmed"),
        (Kind::PossibleTwin, "suspected duplicates"),
    ] {
        let word = |count: usize| match (kind, count) {
            (Kind::PossibleTwin, 1) => "suspected duplicate",
            _ => word,
        };
        let (done, not): (Vec<_>, Vec<_>) = report.of(kind).partition(|entry| entry.done);
        if !done.is_empty() {
            parts.push(format!("{} {}", done.len(), word(done.len())));
        }
        if !not.is_empty() {
            parts.push(format!(
                "{} {} but left, as asked",
                not.len(),
                word(not.len())
            ));
        }
    }
    if report.spelling > 0 {
        let rows = counted(report.spelling, "row", "rows");
        parts.push(format!("spelling mended in {rows}"));
    }
    if report.reordered > 0 {
        parts.push(format!("{} put in order", report.reordered));
    }
    let waiting = report.of(Kind::NeedsAHuman).count()
        + report
            .attention
            .chunk_by(|a, b| a.event == b.event)
            .filter(|of| of.iter().any(|doubt| doubt.waits))
            .count();
    if waiting > 0 {
        parts.push(counted(waiting, "needs a human", "need a human"));
    }
    parts.join(", ")
}

/// A stranger's text as Markdown for a forge (GitHub, GitLab, Forgejo) that shows it and does nothing else: on one
/// line, without marks that hide or turn text, and with a space of no width wherever a forge would see a mention
/// (`@name`, `@org/team`), a reference (`#12`, `owner/repo#1`, `GH-12`, `!7`, a commit's hash), a link or an
/// address. Escaping or an entity would not do: forges look at the text that is rendered.
///
/// ```
/// use rusty_events::render::report::inert;
/// assert_eq!(inert("fixes #12, @ann"), "fixes #&#8203;12, @&#8203;ann");
/// ```
pub fn inert(text: &str) -> String {
    const BREAK: &str = "&#8203;";
    // Where the text itself is broken up before it is escaped: a mark that no text of ours holds.
    const HERE: char = '\u{e000}';
    let chars: Vec<char> = visible(text).replace(HERE, "").chars().collect();
    let mut broken = String::with_capacity(text.len() + 16);
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|char| char.is_alphanumeric())
    };
    for (at, &char) in chars.iter().enumerate() {
        broken.push(char);
        let (before, after) = (at.checked_sub(1), at + 1);
        let breaks = match char {
            '@' | '#' => true,
            // `GH-12`, `RFC-3`: a repository may link any such prefix to its tracker.
            '-' => {
                chars.get(after).is_some_and(char::is_ascii_digit)
                    && before.is_some_and(|at| chars[at].is_ascii_alphabetic())
            }
            // GitLab's merge requests, snippets, milestones and epics.
            '!' | '$' | '%' | '&' | '~' => is_word(Some(after)),
            // `https://`, `mailto:x`.
            ':' => {
                before.is_some_and(|at| chars[at].is_ascii_alphabetic())
                    && !after_space(&chars, after)
            }
            '.' => {
                at >= 3
                    && chars[at - 3..at]
                        .iter()
                        .all(|char| matches!(char, 'w' | 'W'))
            }
            // A hash is linked from seven digits on: it never gets so many in a row.
            digit if digit.is_ascii_hexdigit() => {
                let run = chars[..=at]
                    .iter()
                    .rev()
                    .take_while(|char| char.is_ascii_hexdigit())
                    .count();
                run % 6 == 0 && in_hash(&chars, at)
            }
            _ => false,
        };
        if breaks {
            broken.push(HERE);
        }
    }
    escaped(&broken).replace(HERE, BREAK)
}

/// A command or an address as Markdown code, to be copied as it is: forges look for nothing in code.
pub fn code(text: &str) -> String {
    format!("`{}`", visible(text).replace('`', "%60"))
}

/// Whether what stands there is white space, or nothing.
fn after_space(chars: &[char], at: usize) -> bool {
    chars.get(at).is_none_or(|char| char.is_whitespace())
}

/// Whether a digit stands in a word of seven and more hexadecimal digits with a number among them: `added` and
/// years are none.
fn in_hash(chars: &[char], at: usize) -> bool {
    let is_digit = |char: &&char| char.is_ascii_hexdigit();
    let before = chars[..at].iter().rev().take_while(is_digit);
    let after = chars[at..].iter().take_while(is_digit);
    let word: Vec<&char> = before.chain(after).collect();
    word.len() >= 7 && word.iter().any(|char| char.is_ascii_digit())
}

/// Whether a page is on a host where links to issues and commits have consequences.
fn is_forge(page: &Link) -> bool {
    let host = page.host();
    ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"]
        .iter()
        .any(|forge| crate::facts::link::is_host(host, forge))
        || [
            "/issues/",
            "/pull/",
            "/pulls/",
            "/merge_requests/",
            "/commit/",
            "/-/",
        ]
        .iter()
        .any(|part| page.as_str().contains(part))
}

/// A text on one line, without marks that cannot be seen.
fn visible(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|char| {
            if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                char
            }
        })
        .filter(|char| !is_hidden(*char) || *char == '\u{200d}')
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text for a terminal or a job's log: its lines stay, but nothing in it steers the terminal, and no line is a
/// command of the machine that runs the job: `::set-output …` at a line's beginning (GitHub), `##[…]` and
/// `##vso[…]` anywhere (GitHub, Azure, TeamCity).
pub fn plain(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line: String = line
            .chars()
            .filter(|char| !char.is_control() || *char == '\t')
            .filter(|char| !is_hidden(*char) || *char == '\u{200d}')
            .map(|char| match char {
                '\u{2028}' | '\u{2029}' => ' ',
                char => char,
            })
            .collect();
        let line = without_commands(&line);
        match line.trim_start() {
            rest if rest.starts_with("::") => {
                let indent = &line[..line.len() - rest.len()];
                format!("{indent}: :{}", &rest[2..])
            }
            _ => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line without `##[` and `##name[`: a heading (`## Upcoming Events`) stays what it is.
fn without_commands(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for part in line.split_inclusive('[') {
        let before = part
            .strip_suffix('[')
            .map(|part| part.trim_end_matches(|char: char| char.is_ascii_alphanumeric()));
        match before {
            Some(before) if before.ends_with("##") => {
                let last = before.len() - 1;
                safe.push_str(&part[..last]);
                safe.push(' ');
                safe.push_str(&part[last..]);
            }
            _ => safe.push_str(part),
        }
    }
    safe
}

/// One entry as an item.
fn line(entry: &Entry) -> String {
    let mut text = format!("* {}", entry.day);
    if !entry.location.is_empty() {
        let _ = write!(text, " | {}", inert(&entry.location));
    }
    let page = entry
        .page
        .as_deref()
        .and_then(|page| Link::parse(page).ok());
    match page {
        // A link to an issue or a commit would refer to it there, and "fixes" before it would close it.
        Some(page) if is_forge(&page) => {
            let _ = write!(text, " | {} `{page}`", inert(&entry.title));
        }
        Some(page) => {
            let _ = write!(text, " | [{}]({page})", inert(&entry.title));
        }
        None => {
            let _ = write!(text, " | {}", inert(&entry.title));
        }
    }
    if let Some(event) = &entry.event {
        let _ = write!(text, " `{:.8}`", event.as_str());
    }
    if let Some(line) = entry.line {
        let _ = write!(text, ", line {line}");
    }
    let details: Vec<String> = entry
        .details
        .iter()
        .map(|detail| inert(&in_words(entry.kind, detail)))
        .collect();
    if !details.is_empty() {
        let _ = write!(text, ": {}", details.join("; "));
    }
    if let Some(help) = lasting(entry) {
        let _ = write!(text, " (`{help}`)");
    }
    if !entry.done {
        text.push_str(" (not done: not asked for)");
    }
    text
}

/// A detail in words.
pub fn in_words(kind: Kind, detail: &Detail) -> String {
    let (field, theirs, ours) = match detail {
        Detail::Note(note) => return note.clone(),
        Detail::Field {
            field,
            theirs,
            ours,
        } => (field.name(), theirs, ours),
    };
    match (kind, theirs.is_empty(), ours.is_empty()) {
        (Kind::KeptByHand, true, _) => format!("{field}: left out {ours:?}, which the event has"),
        (Kind::KeptByHand, _, true) => format!("{field}: kept {theirs:?}, which the event lacks"),
        (Kind::KeptByHand, ..) => format!("{field}: kept {theirs:?}, the event says {ours:?}"),
        (Kind::Conflict, ..) => format!("{field}: {theirs:?} by hand, now {ours:?} by its source"),
        (Kind::ByHand, ..) => format!("{field}: {theirs:?}, though it belongs under {ours:?}"),
        (_, true, _) => format!("{field}: added {ours:?}"),
        (_, _, true) => format!("{field}: without {theirs:?}"),
        _ => format!("{field}: {theirs:?} → {ours:?}"),
    }
}

/// The command that makes what people did last beyond this issue.
pub fn lasting(entry: &Entry) -> Option<String> {
    let event = entry.event.as_ref()?;
    (entry.kind == Kind::RemovedByHand).then(|| {
        format!(
            "rusty-events decide hide --from section {:.8} --reason \"…\"",
            event.as_str()
        )
    })
}
