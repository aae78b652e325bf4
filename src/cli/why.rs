//! `why`: all that is known of an event or a group, and why it is printed or is not.

use super::{Exit, Invocation, Misused, day, print, report};
use chrono::NaiveDate;
use clap::Args;
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::{Event, EventId, counted};
use rusty_events::facts::issue;
use rusty_events::facts::link::Meaning;
use rusty_events::facts::when::{self, When};
use rusty_events::section::print;
use rusty_events::section::select::Style;
use rusty_events::store::{Logged, Version};
use rusty_events::why::{
    self, Account, Answer, Newsletter, Next, Seen, Unbelieved, Unknown, lookup,
};
use std::fmt::Write;

mod group;
mod json;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// An event's link, its id or the id's first digits; a group's page, a source's id; or words of a title or a name
    #[arg(value_name = "URL|EVENT|TEXT")]
    question: String,
    /// The issue's day [default: the next one]
    #[arg(long, value_name = "DATE", value_parser = day)]
    issue: Option<NaiveDate>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.question.trim().is_empty() {
        let what = "nothing is asked for: give an event's link or id, a group, or words of a title";
        return Err(Misused(what.to_owned()).into());
    }
    let settings = &invocation.configuration.settings;
    let rhythm = settings.newsletter.rhythm;
    let issue = match arguments.issue {
        None => issue::next_issue(invocation.today(), rhythm),
        Some(day) => invocation.issue_day(day)?,
    };
    let store = invocation.existing_store()?;
    let style = invocation.style();
    let newsletter = Newsletter {
        issue,
        days: settings.section.days,
        rhythm,
        zone: settings.newsletter.zone,
        style: &style,
        stale_after: settings.stale_after,
    };
    let groups = invocation.groups();
    let answer = why::why(
        &arguments.question,
        &invocation.orders(&groups),
        newsletter,
        &store,
    )?;
    let exit = match answer {
        Answer::Unknown(ref unknown) if unknown.printed.is_empty() => Exit::NoResult,
        _ => Exit::Done,
    };
    if arguments.json {
        print(&format!("{:#}\n", json::answer(&answer, &style)))?;
    } else {
        print(&as_text(&answer, newsletter))?;
    }
    Ok(exit)
}

fn as_text(answer: &Answer, newsletter: Newsletter<'_>) -> String {
    match answer {
        Answer::Event(account) => of_event(account, newsletter),
        Answer::Several(events, more) => {
            let mut text = format!(
                "{}; ask for one by the first digits of its id:\n",
                counted(events.len() + more, "event", "events")
            );
            for event in events {
                let _ = writeln!(text, "  {}", line(event));
            }
            if *more > 0 {
                let _ = writeln!(text, "and {more} more");
            }
            text
        }
        Answer::Group(group) => group::of_group(group, newsletter),
        Answer::Listed(entries) => entries.iter().map(of_entry).collect(),
        Answer::Unknown(unknown) => of_unknown(unknown, newsletter.style),
    }
}

fn of_event(account: &Account, newsletter: Newsletter<'_>) -> String {
    let event = &account.event;
    let mut text = format!(
        "{:?}\n  {}, {}, id {}\n",
        event.title.as_str(),
        times(&event.when),
        event.status.name(),
        event.id
    );
    let organisers: Vec<&str> = event
        .organisers
        .iter()
        .map(|known| known.name.as_str())
        .collect();
    if !organisers.is_empty() {
        let _ = writeln!(text, "  by {}", organisers.join(" and "));
    }
    for link in &event.links {
        let _ = writeln!(text, "  {}", link.url);
    }
    text.push_str(&of_next(&account.next, newsletter));
    text.push_str(&of_drafts(account, newsletter));
    text.push_str("\nSeen\n");
    for seen in &account.seen {
        text.push_str(&of_seen(seen));
    }
    if !account.merged.is_empty() {
        text.push_str("\nHeld to be one with\n");
        for (id, rule) in &account.merged {
            let rule = rule.as_deref().unwrap_or("it was, and keeps the id");
            let _ = writeln!(text, "  {id} by the rule {rule}");
        }
    }
    if !account.suspected.is_empty() {
        text.push_str("\nLooks like\n");
        for (id, why) in &account.suspected {
            let _ = writeln!(
                text,
                "  {id}: {why}; `rusty-events decide merge {id} {}` joins them",
                short(&event.id)
            );
        }
    }
    if !account.decisions.is_empty() {
        text.push_str("\nDecided\n");
        for logged in &account.decisions {
            let _ = writeln!(text, "  {}", of_decision(logged));
        }
        for overruled in event
            .overruled
            .iter()
            .filter(|overruled| overruled.is_conflict())
        {
            let _ = writeln!(
                text,
                "  conflict: {} was {:?} when it was decided to be {:?}; its source says {:?} now",
                overruled.field, overruled.said, overruled.decided, overruled.says
            );
        }
    }
    text.push_str("\nPrinted\n");
    if account.printed.is_empty() {
        text.push_str("  in no issue that is known here\n");
    }
    for (day, heading, row) in &account.printed {
        let heading = newsletter.style.words(heading);
        let first = row.lines().next().unwrap_or_default();
        let _ = writeln!(text, "  issue of {day}, under {heading}: {first}");
    }
    text
}

fn of_next(next: &Next, newsletter: Newsletter<'_>) -> String {
    let mut text = String::from("\n");
    if next.reasons.is_empty() {
        let headings = next.headings.iter().map(|of| newsletter.style.name(*of));
        let _ = writeln!(
            text,
            "In the issue of {}, under {}:",
            next.issue,
            headings.collect::<Vec<_>>().join(" and ")
        );
        for row in print::row(&next.row, newsletter.style).lines() {
            let _ = writeln!(text, "  {row}");
        }
    } else {
        let _ = writeln!(text, "Not in the issue of {}:", next.issue);
        for reason in &next.reasons {
            let _ = writeln!(text, "  {reason}");
        }
    }
    for uncertain in &next.uncertain {
        let _ = writeln!(text, "  not certain ({uncertain})");
    }
    for doubt in &next.doubts {
        let _ = writeln!(text, "  but {doubt}");
    }
    let deadline = when::with_offset(next.deadline, newsletter.zone);
    let began = format!(
        "{} ({})",
        deadline.format("%Y-%m-%d %H:%M"),
        newsletter.zone.name()
    );
    let _ = match next.ahead {
        None => writeln!(
            text,
            "  the issue's day begins {began}: what is read before then is sure to count"
        ),
        Some(ahead) => writeln!(
            text,
            "  the issue's day began {began}: what is read from now on is sure to count for the issue of {ahead}"
        ),
    };
    text
}

/// The drafts that people took it out of, and how to take that back.
fn of_drafts(account: &Account, newsletter: Newsletter<'_>) -> String {
    let mut text = String::new();
    let today = account.event.when.first_day();
    for out in &account.taken_out {
        let _ = writeln!(
            text,
            "\nTaken out by hand of the draft of the issue of {}{}, under {}; noticed {}",
            out.issue,
            match out.file.as_str() {
                "" => String::new(),
                file => format!(" ({file})"),
            },
            newsletter.style.words(&out.heading),
            report::minute(out.noticed)
        );
        if out.day != today {
            let _ = writeln!(
                text,
                "  it was on {} then and is on {today} now: the next `update` writes it again",
                out.day
            );
            continue;
        }
        let _ = writeln!(
            text,
            "  `update` does not write it again on this day; to take that back, put its row into the draft again:"
        );
        for row in print::row(&account.next.row, newsletter.style).lines() {
            let _ = writeln!(text, "  {row}");
        }
    }
    text
}

fn of_seen(seen: &Seen) -> String {
    let mut text = format!("  {} as {}", seen.source, seen.key);
    if let (Some(first), Some(last)) = (seen.versions.first(), seen.versions.last()) {
        let _ = write!(
            text,
            ": first {}, last {} by way of its {}{}",
            report::minute(first.seen.0),
            report::minute(last.seen.1),
            ways(&seen.versions),
            match seen
                .versions
                .iter()
                .filter(|version| version.part == last.part)
                .count()
            {
                1 => String::new(),
                count => format!(", {count} versions"),
            }
        );
    }
    text.push('\n');
    match &seen.event {
        Some(event) => {
            let _ = writeln!(text, "    says {}", says(event));
        }
        None => text.push_str("    says nothing of it today\n"),
    }
    let changes = seen
        .versions
        .windows(2)
        .filter(|pair| pair[0].part == pair[1].part);
    for pair in changes {
        let changed = changed(&pair[0], &pair[1]);
        if !changed.is_empty() {
            let _ = writeln!(text, "    {}: {changed}", report::minute(pair[1].seen.0));
        }
    }
    if let Some(version) = seen.versions.last() {
        if let Some(since) = version.missing_since {
            let _ = writeln!(text, "    not listed since {}", report::minute(since));
        }
        if let Some(at) = version.gone_at {
            let _ = writeln!(text, "    held to be gone since {}", report::minute(at));
        }
    }
    for question in &seen.questions {
        let _ = writeln!(
            text,
            "    {}: its page was asked ({}) and answered: {}",
            report::minute(question.at),
            question.url,
            question.detail
        );
    }
    text
}

fn ways(versions: &[Version]) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for version in versions {
        let way = match version.part {
            rusty_events::facts::listing::Part::List => version.way.name(),
            rusty_events::facts::listing::Part::Page => "page",
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join("+")
}

/// What a version changed of the one before it.
fn changed(before: &Version, after: &Version) -> String {
    let (before, after) = (&before.listing, &after.listing);
    let mut changes = Vec::new();
    if before.title != after.title {
        changes.push(format!("title {:?} became {:?}", before.title, after.title));
    }
    if before.start != after.start {
        changes.push(format!(
            "start {} became {}",
            before.start.date(),
            after.start.date()
        ));
    }
    if before.locations != after.locations {
        changes.push("its venue".to_owned());
    }
    if before.status != after.status {
        changes
            .push(format!("status {:?} became {:?}", before.status, after.status).to_lowercase());
    }
    if changes.is_empty() && before.description != after.description {
        changes.push("its description".to_owned());
    }
    changes.join(", ")
}

fn says(event: &Event) -> String {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&[place.country()]));
    format!(
        "{:?}, {}, {}{}, {}",
        event.title.as_str(),
        times(&event.when),
        event.mode.name(),
        place.map(|place| format!(", {place}")).unwrap_or_default(),
        event.status.name()
    )
}

fn times(when: &When) -> String {
    match when {
        When::Timed { start, end, zone } => {
            let start = when::to_local(*start, *zone);
            let end = end.map(|end| when::to_local(end, *zone));
            let until = match end {
                Some(end) if end.date() == start.date() => format!("–{}", end.format("%H:%M")),
                Some(end) => format!(" to {}", end.format("%Y-%m-%d %H:%M")),
                None => String::new(),
            };
            format!("{}{until} {}", start.format("%Y-%m-%d %H:%M"), zone.name())
        }
        When::Days { first, last } if first == last => first.to_string(),
        When::Days { first, last } => format!("{first} to {last}"),
    }
}

fn of_decision(logged: &Logged) -> String {
    let decision = &logged.decision;
    let undone = logged.undone.as_ref().map(|undone| {
        format!(
            "; taken back by {} on {}",
            undone.by.as_deref().unwrap_or("an editor"),
            undone.at.date_naive()
        )
    });
    format!(
        "{} by {} on {}: {} (decision {}){}",
        decision.action,
        decision.by.as_deref().unwrap_or("an editor"),
        decision.at.date_naive(),
        decision.reason,
        decision.origin,
        undone.unwrap_or_default()
    )
}

fn of_entry(entry: &Unbelieved) -> String {
    let listing = &entry.listing;
    let head = format!(
        "{} lists {:?} on {}",
        entry.source,
        listing.title,
        listing.start.date()
    );
    match &entry.rejected {
        Some(reject) => format!(
            "{head}, and it is not printed\n  {}: {}\n",
            reject.field, reject.reason
        ),
        None => format!(
            "{head}, and it is not printed\n  it lies more than 90 days back or more than a year ahead, or its source is no longer configured\n"
        ),
    }
}

fn of_unknown(unknown: &Unknown, style: &Style) -> String {
    let mut text = match unknown.printed.is_empty() {
        true => format!("nothing is known of {:?}\n", unknown.question),
        false => format!("no source lists {:?}\n", unknown.question),
    };
    text.push_str(&printed(&unknown.printed, style));
    match (&unknown.link, &unknown.group) {
        (Some(link), Some(group)) => {
            let _ = write!(
                text,
                "  its group is not configured. To add it, find its feed and print the entry:\n    rusty-events source add {group}\n  To take in this one event:\n    rusty-events event add {link}\n"
            );
        }
        (Some(link), None) if matches!(link.meaning(), Meaning::Group { .. }) => {
            let _ = write!(
                text,
                "  it is not configured. To add it, find its feed and print the entry:\n    rusty-events source add {link}\n"
            );
        }
        (Some(link), None) => {
            let _ = write!(
                text,
                "  no source lists it. To add its group, find the feed behind the group's page and print the entry:\n    rusty-events source add URL-OF-THE-GROUP\n  To take in this one event:\n    rusty-events event add {link}\n"
            );
        }
        _ => text.push_str(
            "  ask by the event's link, the group's page, or other words; `rusty-events source list` shows all sources\n",
        ),
    }
    text
}

/// The printed rows that hold a page.
fn printed(rows: &[lookup::Printed], style: &Style) -> String {
    let mut text = String::new();
    for lookup::Printed { issue, row, .. } in rows {
        let first = row.text.lines().next().unwrap_or_default();
        let _ = writeln!(
            text,
            "  printed in the issue of {issue}, under {}: {first}",
            style.words(&row.heading)
        );
    }
    text
}

/// An event on one line: the first digits of its id, day, title, status.
fn line(event: &Published) -> String {
    let status = if event.status.takes_place() {
        String::new()
    } else {
        format!(" ({})", event.status.name())
    };
    format!(
        "{} {} {:?}{status}",
        short(&event.id),
        event.when.first_day(),
        event.title.as_str()
    )
}

fn short(id: &EventId) -> &str {
    id.as_str().get(..8).unwrap_or(id.as_str())
}
