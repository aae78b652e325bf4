//! Base + draft + calls → the section of calls, brought up to date.
//!
//! *Base* holds the rows that we last wrote into this draft, by event. A row that stands there as we wrote it follows
//! its event. What people changed in one stays, column by column. A row that people wrote stays until its deadline
//! has passed; if it is that of an event we know, and the two differ, the report says so. A row of the base that is
//! no longer in the draft was removed by hand and is not written again.

use super::parse::{Closes, Content, Printed, Section, row};
use super::{CallStyle, is_open};
use crate::believe::curate::Published;
use crate::facts::call::Call;
use crate::facts::event::{EventId, folded};
use crate::section::style::DateForm;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that we wrote into a draft, by event.
pub type Written = BTreeMap<EventId, String>;

/// What a reconciliation needs.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The draft's section as people left it.
    pub section: &'a Section,
    /// All events with a call, open or not.
    pub events: &'a [(&'a Published, &'a Call)],
    /// The rows of the calls that are open, in order.
    pub rows: &'a [(EventId, String)],
    /// The rows that we last wrote into this draft.
    pub base: &'a Written,
    /// The day.
    pub day: NaiveDate,
    /// How it is printed.
    pub style: &'a CallStyle,
}

/// A section brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// Its new text, with the line ends that it had.
    pub text: String,
    /// What was done, in the order of lines; new rows last.
    pub entries: Vec<Entry>,
    /// The next base.
    pub written: Written,
}

/// What was done with one row, or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub kind: Kind,
    /// The name of the event, as printed.
    pub name: String,
    /// The line of the draft, if it stood there.
    pub line: Option<usize>,
    /// What a person should know beside that; may be empty.
    pub what: String,
}

/// What can be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It was added.
    New,
    /// It follows its event.
    Changed,
    /// Its deadline has passed, or its event is over: it was taken out.
    Past,
    /// Its event does not take place or is hidden: it was taken out.
    Off,
    /// People took it out: it is not written again.
    RemovedByHand,
    /// People wrote or changed it, and its event says something else.
    KeptByHand,
    /// People wrote it, and no event is known for it.
    ByHand,
}

impl Kind {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Changed => "changed",
            Kind::Past => "past",
            Kind::Off => "cancelled",
            Kind::RemovedByHand => "removed by hand",
            Kind::KeptByHand => "kept by hand",
            Kind::ByHand => "written by hand",
        }
    }
}

/// Brings a draft's section of calls up to date.
pub fn reconcile(inputs: &Inputs<'_>) -> Reconciled {
    let known = Known::of(inputs);
    let mut entries = Vec::new();
    let mut standing = BTreeSet::new();
    let mut lines: Vec<(Content, String)> = Vec::new();
    for line in &inputs.section.lines {
        let Content::Row(printed) = &line.kind else {
            lines.push((line.kind.clone(), line.text.clone()));
            continue;
        };
        let event = known.event_of(printed);
        let first = event.is_none_or(|(event, _)| standing.insert(event.id.clone()));
        let done = match event {
            Some((event, call)) if first => inputs.of_event(printed, &line.text, event, call),
            _ => inputs.by_hand(printed),
        };
        let name = printed.name.clone();
        let number = Some(printed.line);
        if let Some((kind, what)) = done.entry {
            entries.push(Entry {
                kind,
                name,
                line: number,
                what,
            });
        }
        match done.text {
            Text::Stands => lines.push((line.kind.clone(), line.text.clone())),
            Text::Gone => {}
            Text::Becomes(text) => {
                let read = row(text.trim_end(), printed.line);
                let kind = read.map_or(Content::Text, |row| Content::Row(Box::new(row)));
                lines.push((kind, text));
            }
        }
    }
    for (event, text) in inputs.rows {
        if standing.contains(event) {
            continue;
        }
        let removed = inputs.base.contains_key(event);
        let Some(printed) = row(text.trim_end(), 0) else {
            continue;
        };
        entries.push(Entry {
            kind: if removed {
                Kind::RemovedByHand
            } else {
                Kind::New
            },
            name: printed.name.clone(),
            line: None,
            what: String::new(),
        });
        if !removed {
            insert(&mut lines, printed, text.clone());
        }
    }
    none_line(&mut lines, &inputs.style.none);
    let mut text: String = lines.into_iter().map(|(_, text)| text).collect();
    if inputs.section.crlf {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let rows = inputs.rows.iter();
    Reconciled {
        text,
        entries,
        written: rows.cloned().collect(),
    }
}

/// What becomes of a row that stands in the draft.
struct Done {
    text: Text,
    entry: Option<(Kind, String)>,
}

enum Text {
    Stands,
    Gone,
    Becomes(String),
}

impl Done {
    fn stands(entry: Option<(Kind, String)>) -> Done {
        Done {
            text: Text::Stands,
            entry,
        }
    }

    fn gone(kind: Kind, what: impl Into<String>) -> Done {
        Done {
            text: Text::Gone,
            entry: Some((kind, what.into())),
        }
    }
}

impl Inputs<'_> {
    /// A row without an event: it stays until it is over by its own words.
    fn by_hand(&self, printed: &Printed) -> Done {
        match self.past(printed) {
            Some(why) => Done::gone(Kind::Past, why),
            None => Done::stands(Some((Kind::ByHand, String::new()))),
        }
    }

    /// Why a row is over by its own words.
    fn past(&self, printed: &Printed) -> Option<String> {
        if let Closes::On(day) = printed.closes
            && day < self.day
        {
            return Some(format!("it closed on {day}"));
        }
        let days = printed.days?;
        let last = days.last.unwrap_or(days.first).max(days.first);
        (last < self.day).then(|| format!("the event was on {last}"))
    }

    fn of_event(&self, printed: &Printed, text: &str, event: &Published, call: &Call) -> Done {
        let base = self.base.get(&event.id);
        let is_ours = base.is_some_and(|base| base.trim_end() == text.trim_end());
        let now = self.rows.iter().find(|(id, _)| *id == event.id);
        let Some((_, now)) = now else {
            return self.not_open(printed, event, call, is_ours);
        };
        if is_ours {
            return match base.is_some_and(|base| base == now) {
                true => Done::stands(None),
                false => Done {
                    text: Text::Becomes(now.clone()),
                    entry: Some((Kind::Changed, differences(printed, now))),
                },
            };
        }
        if let Some(base) = base {
            let merged = merged(text, base, now);
            if merged.trim_end() != text.trim_end() {
                return Done {
                    text: Text::Becomes(merged),
                    entry: Some((Kind::Changed, differences(printed, now))),
                };
            }
        }
        if self.past(printed).is_some() {
            // Its source has put the deadline off: the row says a day that has passed.
            return Done {
                text: Text::Becomes(now.clone()),
                entry: Some((Kind::Changed, differences(printed, now))),
            };
        }
        let differing = differences(printed, now);
        let differs = !differing.is_empty();
        Done::stands(differs.then_some((Kind::KeptByHand, differing)))
    }

    /// The row of an event that has no open call.
    fn not_open(&self, printed: &Printed, event: &Published, call: &Call, is_ours: bool) -> Done {
        if let Some(why) = self.past(printed) {
            return Done::gone(Kind::Past, why);
        }
        let closed = call.until.day();
        let (kind, why) = match closed < self.day {
            true => (
                Kind::Past,
                format!("its source says that it closed on {closed}"),
            ),
            false => (Kind::Off, format!("the event is {}", event.status.name())),
        };
        match is_ours {
            true => Done::gone(kind, why),
            false => Done::stands(Some((Kind::KeptByHand, why))),
        }
    }
}

/// The events with a call, by what a row may name them with.
struct Known<'a> {
    events: BTreeMap<&'a EventId, (&'a Published, &'a Call)>,
    by_link: BTreeMap<String, &'a EventId>,
    by_name: BTreeMap<(String, NaiveDate), &'a EventId>,
}

impl<'a> Known<'a> {
    fn of(inputs: &Inputs<'a>) -> Known<'a> {
        let mut known = Known {
            events: BTreeMap::new(),
            by_link: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for (event, call) in inputs.events {
            let id = &event.id;
            known.events.insert(id, (event, call));
            // Two years of a conference share a page, and two conferences may share a form.
            let open = is_open(event, call, inputs.day);
            let links = event.links.iter().map(|link| &link.url);
            for link in links.chain([&call.link]) {
                let link = link.to_string();
                if open {
                    known.by_link.insert(link, id);
                } else {
                    known.by_link.entry(link).or_insert(id);
                }
            }
            let name = (
                name(event.title.as_str(), event.when.first_day()),
                event.when.first_day(),
            );
            known.by_name.entry(name).or_insert(id);
        }
        for (event, text) in inputs.base {
            let Some((id, _)) = known.events.get_key_value(event) else {
                continue;
            };
            let links = row(text.trim_end(), 0).into_iter().flat_map(|row| {
                let links: Vec<String> = row.links().map(|link| link.to_string()).collect();
                links
            });
            for link in links {
                known.by_link.insert(link, id);
            }
        }
        known
    }

    fn event_of(&self, printed: &Printed) -> Option<(&'a Published, &'a Call)> {
        let by_link = printed
            .links()
            .find_map(|link| self.by_link.get(link.as_str()));
        let by_name = || {
            let first = printed.days?.first;
            self.by_name.get(&(name(&printed.name, first), first))
        };
        let id = by_link.or_else(by_name)?;
        self.events.get(*id).copied()
    }
}

/// A name as it is compared: without the year of the event.
fn name(text: &str, day: NaiveDate) -> String {
    let year = day.year().to_string();
    let words = folded(text);
    words.trim_end_matches(year.as_str()).trim().to_owned()
}

/// The row of the draft with what the event has changed since the base: a column that stands as in the base follows,
/// any other stays.
fn merged(text: &str, base: &str, now: &str) -> String {
    let (Some(read), Some(was), Some(is)) = (
        row(text.trim_end(), 0),
        row(base.trim_end(), 0),
        row(now.trim_end(), 0),
    ) else {
        return text.to_owned();
    };
    let mut cells = read.cells;
    for cell in &mut cells {
        let same = was.cells.iter().position(|old| old == cell);
        if let Some(new) = same.and_then(|at| is.cells.get(at)) {
            cell.clone_from(new);
        }
    }
    format!("* {}\n", cells.join(" | "))
}

/// What an event says otherwise than a row does.
fn differences(printed: &Printed, now: &str) -> String {
    let Some(now) = row(now.trim_end(), 0) else {
        return String::new();
    };
    let mut differing = Vec::new();
    if let Closes::On(day) = now.closes
        && printed.closes != now.closes
    {
        let was = match printed.closes {
            Closes::On(day) => day.to_string(),
            Closes::Rolling => "a rolling deadline".to_owned(),
            Closes::Unsaid => "no deadline".to_owned(),
        };
        differing.push(format!(
            "its source says that it closes on {day}, the row {was}"
        ));
    }
    if let (Some(days), Some(printed)) = (now.days, printed.days)
        && days.written(DateForm::default()) != printed.written(DateForm::default())
    {
        let [days, printed] = [days, printed].map(|days| days.written(DateForm::default()));
        differing.push(format!("the event is on {days}, the row says {printed}"));
    }
    if now.links().next() != printed.links().next() {
        differing.push(format!("its call is at {}", now.link));
    }
    differing.join("; ")
}

/// Puts a new row before the first that closes later, else behind the last row; without rows where the line that
/// there is none stands, else behind the last comment, else behind what introduces the section.
fn insert(lines: &mut Vec<(Content, String)>, printed: Printed, text: String) {
    let is_row = |content: &Content| matches!(content, Content::Row(_));
    let later = |content: &Content| match (content, printed.closes) {
        (Content::Row(row), Closes::On(day)) => {
            matches!(row.closes, Closes::On(other) if other > day)
        }
        _ => false,
    };
    let place = |is: &dyn Fn(&Content) -> bool| lines.iter().rposition(|(content, _)| is(content));
    let at = lines
        .iter()
        .position(|(content, _)| later(content))
        .or_else(|| place(&is_row).map(|at| at + 1))
        .or_else(|| place(&|content| *content == Content::None))
        .or_else(|| place(&|content| *content == Content::Comment).map(|at| at + 1))
        .unwrap_or_else(|| {
            // The heading, what introduces the section, and the blank line behind that.
            let texts = lines.iter().enumerate();
            let mut texts = texts.filter(|(_, (content, _))| *content == Content::Text);
            let intro = texts.nth(1).map_or(0, |(at, _)| at);
            let blank = lines
                .get(intro + 1)
                .is_some_and(|(content, _)| *content == Content::Blank);
            intro + 1 + usize::from(blank)
        });
    if let Some((_, before)) = at.checked_sub(1).and_then(|before| lines.get_mut(before))
        && !before.ends_with('\n')
    {
        before.push('\n');
    }
    // Markdown takes a row below a paragraph for a part of it, and the text behind a row for a part of the row.
    let goes_on = |content: Option<&(Content, String)>| {
        content.is_some_and(|(content, _)| *content == Content::Text)
    };
    let (above, below) = (
        at.checked_sub(1).and_then(|at| lines.get(at)),
        lines.get(at),
    );
    let blank = (Content::Blank, "\n".to_owned());
    let mut new = Vec::new();
    new.extend(goes_on(above).then(|| blank.clone()));
    new.push((Content::Row(Box::new(printed)), text));
    new.extend(goes_on(below).then_some(blank));
    lines.splice(at..at, new);
}

/// Takes out the line that there is no call where there is one, and writes it where there is none.
fn none_line(lines: &mut Vec<(Content, String)>, none: &str) {
    let has_rows = lines
        .iter()
        .any(|(content, _)| matches!(content, Content::Row(_)));
    if has_rows {
        lines.retain(|(content, _)| *content != Content::None);
        return;
    }
    if lines.iter().any(|(content, _)| *content == Content::None) {
        return;
    }
    let comment = lines
        .iter()
        .rposition(|(content, _)| *content == Content::Comment);
    let at = comment.map_or_else(
        || {
            let texts = lines.iter().enumerate();
            let mut texts = texts.filter(|(_, (content, _))| *content == Content::Text);
            texts.nth(1).map_or(lines.len().min(1), |(at, _)| at + 1)
        },
        |at| at + 1,
    );
    let above = at.checked_sub(1).and_then(|at| lines.get_mut(at));
    let mut new = Vec::new();
    if let Some((content, text)) = above {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        if *content == Content::Text {
            new.push((Content::Blank, "\n".to_owned()));
        }
    }
    new.push((Content::None, format!("{none}\n")));
    if lines
        .get(at)
        .is_some_and(|(content, _)| *content == Content::Text)
    {
        new.push((Content::Blank, "\n".to_owned()));
    }
    lines.splice(at..at, new);
}
