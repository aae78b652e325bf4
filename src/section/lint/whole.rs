//! Checks of the section as a whole, and what is mended by moving or removing whole rows and headings.

mod copies;
mod window;
mod written;

use super::outline;
use super::{Finding, Kind, Rules, Severity, dates, facts, quoted};
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place, parse_location};
use crate::section::grammar::{Content, Line, PrintedRow, Shape, lines, parse};
use crate::section::select::{Heading, order_key};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the text around the section.
pub(super) struct Surroundings {
    /// The line of the file on which the section begins.
    pub(super) first_line: usize,
    /// The issue's day, as the file states it.
    pub(super) stated: Option<NaiveDate>,
    /// Whether anything but white space follows.
    pub(super) followed: bool,
    /// Blank lines between the section and what follows.
    pub(super) blank_after: usize,
}

/// The section in its parts.
struct Whole<'a> {
    /// The lines above the first heading inside and the first row.
    opening: Vec<Line<'a>>,
    groups: Vec<Group>,
}

/// A heading with what stands below it.
struct Group {
    /// Its line, and the text of that; `None` for rows above all headings.
    heading: Option<(usize, String)>,
    /// What it names.
    known: Option<Heading>,
    items: Vec<Item>,
}

enum Item {
    Row(Box<Row>),
    Blank,
    /// A comment, or anything else, with its newlines.
    Other(String),
}

/// A row, with what it says if it can be read.
struct Row {
    line: usize,
    /// Its lines with their newlines.
    text: String,
    printed: Option<PrintedRow>,
    mode: Option<Mode>,
    place: Option<Place>,
    /// Its links in their one spelling, as far as they are links.
    links: Vec<Link>,
    /// It is not written again.
    gone: bool,
    /// Its day is a slip of the pen: nobody knows where it belongs, and it keeps its place.
    misdated: bool,
}

impl Group {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.items.iter().filter_map(|item| match item {
            Item::Row(row) => Some(&**row),
            _ => None,
        })
    }
}

/// The second pass: adds its findings, and answers the section mended and the blank lines that follow it.
pub(super) fn check(
    section: &str,
    surroundings: &Surroundings,
    rules: &Rules<'_>,
    findings: &mut Vec<Finding>,
) -> (String, usize) {
    let heading = Some(&*rules.style.heading);
    let lines = lines(section, surroundings.first_line, heading);
    let mut notes = Findings {
        subjects: outline::subjects(&lines),
        found: Vec::new(),
    };
    blank_lines(&lines, surroundings, section, &mut notes);
    let mut whole = read(&lines);
    let window = window::check(&whole.opening, surroundings, rules, &mut notes);
    unread(&lines, &whole, findings, &mut notes);
    let published = facts::by_link(rules.published);
    for group in &mut whole.groups {
        for item in &mut group.items {
            let Item::Row(row) = item else { continue };
            days(row, window.days, &mut notes);
            if let Some(printed) = &row.printed {
                for (kind, text) in facts::check(
                    printed,
                    row.mode,
                    row.place.as_ref(),
                    &row.links,
                    &published,
                ) {
                    notes.say(row.line, kind, text);
                }
            }
        }
    }
    headings(&whole, &mut notes);
    copies::check(&mut whole, &mut notes);
    order(&whole, &mut notes);
    findings.append(&mut notes.found);

    let blank_after = usize::from(surroundings.followed);
    (written::written(&whole, window.line.as_ref()), blank_after)
}

/// The findings of this pass.
struct Findings {
    subjects: BTreeMap<usize, String>,
    found: Vec<Finding>,
}

impl Findings {
    fn say(&mut self, line: usize, kind: Kind, text: impl Into<String>) {
        self.found.push(Finding {
            line,
            column: 1,
            kind,
            text: text.into(),
            mend: None,
            subject: self.subjects.get(&line).cloned().unwrap_or_default(),
        });
    }

    fn mend(&mut self, line: usize, kind: Kind, text: impl Into<String>, mend: impl Into<String>) {
        self.say(line, kind, text);
        if let Some(finding) = self.found.last_mut() {
            finding.mend = Some(mend.into());
        }
    }
}

fn read<'a>(lines: &[Line<'a>]) -> Whole<'a> {
    let mut whole = Whole {
        opening: Vec::new(),
        groups: Vec::new(),
    };
    for (shape, block) in outline::blocks(lines) {
        let line = block[0];
        let text: String = block
            .iter()
            .filter(|line| line.shape != Shape::Gap)
            .map(|line| format!("{}\n", line.text))
            .collect();
        let item = match shape {
            Shape::Heading => {
                let heading = line.heading();
                whole.groups.push(Group {
                    known: heading.and_then(|heading| Heading::parse(&heading.words)),
                    heading: Some((line.number, line.text.to_owned())),
                    items: Vec::new(),
                });
                continue;
            }
            Shape::Row => Item::Row(Box::new(row(line.number, text))),
            _ if whole.groups.is_empty() => {
                whole.opening.push(line);
                continue;
            }
            Shape::Blank => Item::Blank,
            _ => Item::Other(text),
        };
        if whole.groups.is_empty() {
            whole.groups.push(Group {
                heading: None,
                known: None,
                items: Vec::new(),
            });
        }
        if let Some(group) = whole.groups.last_mut() {
            group.items.push(item);
        }
    }
    whole
}

fn row(line: usize, text: String) -> Row {
    let printed = parse(&text, None).into_rows().next();
    let location = printed
        .as_ref()
        .and_then(|row| parse_location(&row.location).ok());
    let links = printed
        .iter()
        .flat_map(|row| &row.links)
        .filter_map(|(_, url)| Link::parse(url).ok())
        .collect();
    Row {
        line,
        text,
        mode: location.as_ref().map(|(mode, _)| *mode),
        place: location.and_then(|(_, place)| place),
        links,
        printed,
        gone: false,
        misdated: false,
    }
}

/// Rows that cannot be read although no finding says why, other list items, and text between rows.
fn unread(lines: &[Line<'_>], whole: &Whole<'_>, told: &[Finding], notes: &mut Findings) {
    let explained: BTreeSet<usize> = told
        .iter()
        .filter(|finding| finding.mend.is_none() && finding.kind.severity() == Severity::Error)
        .map(|finding| finding.line)
        .collect();
    for row in whole.groups.iter().flat_map(Group::rows) {
        let own = row.line..row.line + row.text.matches('\n').count();
        if row.printed.is_some() || own.clone().any(|line| explained.contains(&line)) {
            continue;
        }
        let blocks = parse(&row.text, None).blocks.into_iter();
        let reason = blocks
            .filter_map(|block| match block.content {
                Content::Unreadable(item) => Some(item.reason),
                _ => None,
            })
            .next();
        let reason = reason.unwrap_or_else(|| "it has no columns".to_owned());
        notes.say(row.line, Kind::RowUnreadable, reason);
    }
    for group in whole.groups.iter().filter(|group| group.heading.is_none()) {
        for row in group.rows() {
            notes.say(
                row.line,
                Kind::HeadingMissing,
                "the row stands above all headings",
            );
        }
    }
    let mut in_code = false;
    for line in lines {
        let goes_on = std::mem::replace(&mut in_code, line.shape == Shape::Code);
        match line.shape {
            Shape::Code if !goes_on => {
                let message = "a block of code belongs to no row";
                notes.say(line.number, Kind::StrayText, message);
            }
            Shape::Item => {
                let message = "no row: write `* DATE | Place | [Organiser](address)`";
                notes.say(line.number, Kind::RowUnreadable, message);
            }
            Shape::Text if !window::is_line(line) => {
                let message = format!("{} belongs to no row", quoted(line.text.trim()));
                notes.say(line.number, Kind::StrayText, message);
            }
            _ => {}
        }
    }
}

/// One blank line before a heading, none after it, none between rows.
fn blank_lines(
    lines: &[Line<'_>],
    surroundings: &Surroundings,
    section: &str,
    notes: &mut Findings,
) {
    let mut above: Option<&Line<'_>> = None;
    let mut blank = 0;
    for line in lines {
        if line.shape == Shape::Blank {
            blank += 1;
            continue;
        }
        if line.shape == Shape::Gap {
            let text = "a blank line inside a row";
            notes.mend(line.number, Kind::BlankLines, text, "remove it");
            continue;
        }
        if let Some(above) = above {
            let wanted = match (above.shape, line.shape) {
                (_, Shape::Heading) | (Shape::SectionHeading, _) => Some(1),
                (Shape::Heading, _) => Some(0),
                (Shape::Row | Shape::SubRow, Shape::Row) => Some(0),
                _ if blank > 1 => Some(1),
                _ => None,
            };
            if let Some(wanted) = wanted.filter(|wanted| *wanted != blank) {
                let text = format!("{} above, where {} stands", counted(blank), counted(wanted));
                let mend = format!("leave {}", counted(wanted));
                notes.mend(line.number, Kind::BlankLines, text, mend);
            }
        }
        blank = 0;
        above = Some(line);
    }
    let Some(last) = lines.last() else { return };
    if !section.ends_with('\n') {
        let text = "the text does not end with a newline";
        notes.mend(last.number, Kind::BlankLines, text, "add it");
    }
    let wanted = usize::from(surroundings.followed);
    if surroundings.blank_after != wanted {
        let text = format!(
            "{} below the section, where {} stands",
            counted(surroundings.blank_after),
            counted(wanted)
        );
        let mend = format!("leave {}", counted(wanted));
        notes.mend(last.number, Kind::BlankLines, text, mend);
    }
}

fn counted(lines: usize) -> String {
    match lines {
        0 => "no blank line".to_owned(),
        1 => "one blank line".to_owned(),
        more => format!("{more} blank lines"),
    }
}

/// A row's days against the window and its title.
fn days(row: &mut Row, window: Option<Window>, notes: &mut Findings) {
    let Some(printed) = &row.printed else { return };
    let first = printed.date;
    let last = printed.end_date.unwrap_or(first).max(first);
    if let Some((title, _)) = printed.links.first()
        && let Some((kind, text)) = dates::contradicted(title, first, last)
    {
        notes.say(row.line, kind, text);
    }
    let Some(window) = window else { return };
    if window.holds(first, last) {
        return;
    }
    if let Some(meant) = of_another_year(first, last, window) {
        let text = format!("{first} is of another year: is {meant} meant?");
        row.misdated = true;
        notes.say(row.line, Kind::DateYear, text);
    } else if last < window.from {
        let text = format!("over before the section's first day, {}", window.from);
        row.gone = true;
        notes.mend(row.line, Kind::Past, text, "remove the row");
    } else {
        let text = format!("begins after the section's last day, {}", window.to);
        notes.say(row.line, Kind::Beyond, text);
    }
}

/// The first day with the number of another year, if that falls into the window: such a row is an event to
/// come with a slip of the pen, and must not go as past.
fn of_another_year(first: NaiveDate, last: NaiveDate, window: Window) -> Option<NaiveDate> {
    const YEARS: i32 = 5;
    let moved = |day: NaiveDate, years: i32| day.with_year(day.year() + years);
    (-YEARS..=YEARS).find_map(|years| {
        let (first, last) = (moved(first, years)?, moved(last, years)?);
        window.holds(first, last).then_some(first)
    })
}

/// Headings: their order, copies and rows.
fn headings(whole: &Whole<'_>, notes: &mut Findings) {
    let mut seen: Vec<(Heading, usize)> = Vec::new();
    let mut firsts: Vec<(Heading, usize)> = Vec::new();
    for group in &whole.groups {
        let Some((line, text)) = &group.heading else {
            continue;
        };
        let words: &str = match group.known {
            Some(known) => known.name(),
            None => text,
        };
        if group.known.is_some() && group.items.iter().all(|item| matches!(item, Item::Blank)) {
            let text = format!("no row stands under {}", quoted(words));
            notes.mend(*line, Kind::HeadingEmpty, text, "remove the heading");
            continue;
        }
        let Some(heading) = group.known else { continue };
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == heading) {
            let text = format!("{} stands on line {first} already", quoted(words));
            let mend = "move its rows there";
            notes.mend(*line, Kind::HeadingDuplicate, text, mend);
        } else {
            firsts.push((heading, *line));
        }
        seen.push((heading, *line));
        for row in group.rows() {
            wrong_heading(heading, row, notes);
        }
    }
    let keys: Vec<Heading> = firsts.iter().map(|(heading, _)| *heading).collect();
    for (in_place, (heading, line)) in in_order(&keys).into_iter().zip(&firsts) {
        if !in_place {
            let all: Vec<&str> = Heading::all().map(Heading::name).collect();
            let text = format!(
                "{} is out of order: {}",
                quoted(heading.name()),
                all.join(", ")
            );
            notes.mend(*line, Kind::HeadingOrder, text, "move it with its rows");
        }
    }
}

/// A row under a heading that is not its own.
fn wrong_heading(heading: Heading, row: &Row, notes: &mut Findings) {
    let (Some(mode), Some(printed)) = (row.mode, &row.printed) else {
        return;
    };
    let own = row.place.as_ref().map(Place::region);
    let message = match (heading, mode) {
        (Heading::Virtual, Mode::InPerson) => format!(
            "{} is in person: it belongs under {}, or reads {}",
            quoted(&printed.location),
            own.map_or("its region", |region| region.name()),
            quoted(&format!("Virtual ({})", printed.location))
        ),
        (Heading::Region(_), Mode::Virtual) => "online: it belongs under Virtual".to_owned(),
        (Heading::Region(region), _) => match own {
            Some(own) if own != region => {
                format!("{} is in {}", quoted(&printed.location), own.name())
            }
            _ => return,
        },
        (Heading::Virtual, _) => return,
    };
    notes.say(row.line, Kind::WrongHeading, message);
}

/// What a row is sorted by; `None` if that cannot be told.
fn key(row: &Row) -> Option<impl Ord + Clone + use<>> {
    let printed = row.printed.as_ref().filter(|_| !row.misdated)?;
    let organiser = printed.organisers.first().map(|(name, _)| name.as_str());
    let title = printed.links.first().map(|(title, _)| title.as_str());
    Some(order_key(printed.date, &printed.location, organiser, title))
}

/// Rows before one that they follow: as few as have to move.
fn order(whole: &Whole<'_>, notes: &mut Findings) {
    for group in &whole.groups {
        let rows: Vec<(&Row, _)> = group
            .rows()
            .filter(|row| !row.gone)
            .filter_map(|row| Some((row, key(row)?)))
            .collect();
        let keys: Vec<_> = rows.iter().map(|(_, key)| key.clone()).collect();
        let stays = in_order(&keys);
        for (at, (row, own)) in rows.iter().enumerate() {
            if stays[at] {
                continue;
            }
            let before = rows
                .iter()
                .zip(&stays)
                .filter(|((_, key), stays)| **stays && key <= own)
                .map(|((row, _), _)| row.line)
                .next_back();
            let text = "rows are sorted by day, place, organiser and title";
            let mend = match before {
                Some(line) => format!("move it below the row of line {line}"),
                None => "move it to the top".to_owned(),
            };
            notes.mend(row.line, Kind::Order, text, mend);
        }
    }
}

/// Which of the keys are in order and can stay: the most that can.
fn in_order<K: Ord>(keys: &[K]) -> Vec<bool> {
    // Patience sorting: the ends of the best chains of each length, and of each key the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(keys.len());
    for (at, key) in keys.iter().enumerate() {
        let length = ends.partition_point(|end| keys[*end] <= *key);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut stays = vec![false; keys.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        stays[at] = true;
        next = before[at];
    }
    stays
}
