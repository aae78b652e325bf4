//! Checks of the section as a whole. Their mends move or remove whole rows and headings.

mod copies;
mod window;
mod written;

pub(super) use window::is_line as is_window_line;

use super::touched::Touched;
use super::usual::Usual;
use super::{Finding, Kind, Rules, Severity, dates, facts, quoted};
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place, Region, parse_location};
use crate::section::grammar::{Block, Content, Line, Parsed, PrintedRow, Shape, Wrong, parse_from};
use crate::section::select::{Heading, Style, order_key};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the text around the section.
pub(super) struct Surroundings<'a> {
    /// The line of the file on which the section begins.
    pub(super) first_line: usize,
    /// The issue's day, as the file states it.
    pub(super) stated: Option<NaiveDate>,
    /// Whether anything but white space follows.
    pub(super) followed: bool,
    /// Blank lines between the section and what follows.
    pub(super) blank_after: usize,
    /// The lines that a change touches, if only its faults are looked for.
    pub(super) touched: Option<&'a Touched>,
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

/// A row, with its contents if they can be read.
struct Row {
    line: usize,
    /// Its lines with their newlines.
    text: String,
    /// Why it cannot be read.
    unreadable: Option<String>,
    printed: Option<PrintedRow>,
    mode: Option<Mode>,
    place: Option<Place>,
    /// Its links in their one spelling, as far as they are links.
    links: Vec<Link>,
    /// It is not written again.
    gone: bool,
    /// Its day is a slip of the pen. It is unknown where it belongs, so it keeps its place.
    misdated: bool,
    /// Whether the change touches it, where only the faults of a change are looked for. Of two rows that do not fit
    /// together, the one that is touched gets the finding.
    touched: bool,
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
    surroundings: &Surroundings<'_>,
    rules: &Rules<'_>,
    findings: &mut Vec<Finding>,
) -> (String, usize) {
    let parsed = parse_from(section, surroundings.first_line, Some(rules.style));
    let mut notes = Findings {
        subjects: super::subjects(&parsed),
        found: Vec::new(),
    };
    blank_lines(&parsed, surroundings, section, &mut notes);
    let mut whole = read(&parsed, surroundings.touched);
    let window = window::check(&whole.opening, surroundings, rules, &mut notes);
    unread(&parsed.lines, &whole, (findings, rules), &mut notes);
    let published = facts::by_link(rules.published);
    let usual = Usual::of(rules.habits);
    for group in &mut whole.groups {
        for item in &mut group.items {
            let Item::Row(row) = item else { continue };
            days(row, window.days, &mut notes);
            let Some(printed) = &row.printed else {
                continue;
            };
            let held = facts::Held {
                mode: row.mode,
                place: row.place.as_ref(),
            };
            let event = facts::event(printed, &row.links, &published);
            let differs = event.map_or_else(Vec::new, |event| {
                facts::check(printed, held, event, rules.style)
            });
            let unusual = usual.check(printed, held, event);
            for (kind, text) in differs.into_iter().chain(unusual) {
                notes.say(row.line, kind, text);
            }
        }
    }
    headings(&whole, rules.style, &mut notes);
    copies::check(&mut whole, rules.style, &mut notes);
    order(&whole, &mut notes);
    findings.append(&mut notes.found);

    let blank_after = usize::from(surroundings.followed);
    (
        written::written(&whole, window.line.as_ref(), rules.style),
        blank_after,
    )
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

fn read<'a>(parsed: &Parsed<'a>, touched: Option<&Touched>) -> Whole<'a> {
    let mut whole = Whole {
        opening: Vec::new(),
        groups: Vec::new(),
    };
    for block in &parsed.blocks {
        let lines = &parsed.lines[block.lines.clone()];
        let line = lines[0];
        let text: String = lines
            .iter()
            .filter(|line| line.shape != Shape::Gap)
            .map(|line| format!("{}\n", line.text))
            .collect();
        let item = match &block.content {
            Content::Heading(words) => {
                whole.groups.push(Group {
                    known: Heading::parse(words),
                    heading: Some((line.number, line.text.to_owned())),
                    items: Vec::new(),
                });
                continue;
            }
            _ if line.shape == Shape::Row => Item::Row(Box::new(row(block, text, touched))),
            _ if whole.groups.is_empty() => {
                whole.opening.extend(lines);
                continue;
            }
            Content::Blank => Item::Blank,
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

fn row(block: &Block, text: String, touched: Option<&Touched>) -> Row {
    let (printed, unreadable) = match &block.content {
        Content::Row(row) => (Some((**row).clone()), None),
        Content::Unreadable(item) => (None, Some(item.reason.clone())),
        _ => (None, None),
    };
    let location = printed
        .as_ref()
        .and_then(|row| parse_location(&row.location).ok());
    let links = printed
        .iter()
        .flat_map(|row| &row.links)
        .filter_map(|(_, url)| Link::parse(url).ok())
        .collect();
    let lines = block.line..block.line + block.lines.len();
    Row {
        line: block.line,
        text,
        unreadable,
        mode: location.as_ref().map(|(mode, _)| *mode),
        place: location.and_then(|(_, place)| place),
        links,
        printed,
        gone: false,
        misdated: false,
        touched: touched.is_none_or(|touched| touched.holds(lines)),
    }
}

/// Rows that cannot be read although no finding says why, other list items, and text between rows.
fn unread(
    lines: &[Line<'_>],
    whole: &Whole<'_>,
    (found, rules): (&[Finding], &Rules<'_>),
    notes: &mut Findings,
) {
    let explained: BTreeSet<usize> = found
        .iter()
        .filter(|finding| finding.mend.is_none() && finding.kind.severity() == Severity::Error)
        .map(|finding| finding.line)
        .collect();
    for row in whole.groups.iter().flat_map(Group::rows) {
        let own = row.line..row.line + row.text.matches('\n').count();
        if row.printed.is_some() || own.clone().any(|line| explained.contains(&line)) {
            continue;
        }
        let reason = row.unreadable.as_deref().unwrap_or("it has no columns");
        let shown = quoted(row.text.lines().next().unwrap_or_default());
        let message = format!("{shown} cannot be read: {reason}");
        notes.say(row.line, Kind::RowUnreadable, message);
    }
    for group in whole.groups.iter().filter(|group| group.heading.is_none()) {
        for row in group.rows() {
            let shown = quoted(row.text.lines().next().unwrap_or_default());
            let message = format!("{shown} stands above all headings: move it below its own");
            notes.say(row.line, Kind::HeadingMissing, message);
        }
    }
    let mut in_code = false;
    for line in lines {
        let goes_on = std::mem::replace(&mut in_code, line.shape == Shape::Code);
        match line.shape {
            Shape::Code if !goes_on => {
                let message = format!(
                    "the block of code {} belongs to no row",
                    quoted(line.text.trim())
                );
                notes.say(line.number, Kind::StrayText, message);
            }
            Shape::Item => {
                let message = format!(
                    "{} is no row: write `* DATE | Place | [Organiser](address)`",
                    quoted(line.text.trim())
                );
                notes.say(line.number, Kind::RowUnreadable, message);
            }
            Shape::Text if !window::is_line(line, rules.style) => {
                let message = format!(
                    "{} belongs to no row: remove it, or put it into a comment",
                    quoted(line.text.trim())
                );
                notes.say(line.number, Kind::StrayText, message);
            }
            _ => {}
        }
    }
}

/// One blank line before a heading, none after it, none between rows.
fn blank_lines(
    parsed: &Parsed<'_>,
    surroundings: &Surroundings<'_>,
    section: &str,
    notes: &mut Findings,
) {
    let faults = parsed.blocks.iter().flat_map(|block| &block.faults);
    for gap in faults.filter(|fault| fault.what == Wrong::Gap) {
        let text = "a blank line stands inside a row";
        notes.mend(gap.line, Kind::BlankLines, text, "remove it");
    }
    let lines = &parsed.lines;
    let mut above: Option<&Line<'_>> = None;
    let mut blank = 0;
    for line in lines {
        if line.shape == Shape::Blank {
            blank += 1;
            continue;
        }
        if line.shape == Shape::Gap {
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
                let text = format!("{} above {}", stand(blank), quoted(line.text.trim()));
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
        let text = format!("{} below the section", stand(surroundings.blank_after));
        let mend = format!("leave {}", counted(wanted));
        notes.mend(last.number, Kind::BlankLines, text, mend);
    }
}

fn stand(lines: usize) -> String {
    let verb = if lines > 1 { "stand" } else { "stands" };
    format!("{} {verb}", counted(lines))
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
        let text =
            format!("{first} is in another year than the section: write {meant} if that is meant");
        row.misdated = true;
        notes.say(row.line, Kind::DateYear, text);
    } else if last < window.from {
        let text = format!(
            "{last} is before the section's first day, {}: the event is over",
            window.from
        );
        row.gone = true;
        notes.mend(row.line, Kind::Past, text, "remove the row");
    } else {
        let text = format!(
            "{first} is after the section's last day, {}: leave the event to a later issue",
            window.to
        );
        notes.say(row.line, Kind::Beyond, text);
    }
}

/// The first day in another year, if that is in the window. Such a row is an event to come with a slip of the pen, and
/// must not be removed as past.
fn of_another_year(first: NaiveDate, last: NaiveDate, window: Window) -> Option<NaiveDate> {
    const YEARS: i32 = 5;
    let moved = |day: NaiveDate, years: i32| day.with_year(day.year() + years);
    (-YEARS..=YEARS).find_map(|years| {
        let (first, last) = (moved(first, years)?, moved(last, years)?);
        window.holds(first, last).then_some(first)
    })
}

/// Headings: their order, copies and rows.
fn headings(whole: &Whole<'_>, style: &Style, notes: &mut Findings) {
    let mut seen: Vec<(Heading, usize)> = Vec::new();
    let mut firsts: Vec<(Heading, usize)> = Vec::new();
    for group in &whole.groups {
        let Some((line, text)) = &group.heading else {
            continue;
        };
        let words: &str = match group.known {
            Some(known) => style.name(known),
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
            wrong_heading(heading, row, style, notes);
        }
    }
    let keys: Vec<(Heading, usize)> = firsts.iter().map(|(heading, _)| (*heading, 1)).collect();
    for (in_place, (heading, line)) in in_order(&keys).into_iter().zip(&firsts) {
        if !in_place {
            let all: Vec<&str> = style.names.all().collect();
            let text = format!(
                "{} is out of order, which is {}",
                quoted(style.name(*heading)),
                all.join(", ")
            );
            notes.mend(*line, Kind::HeadingOrder, text, "move it with its rows");
        }
    }
}

/// A row under a heading that is not its own.
fn wrong_heading(heading: Heading, row: &Row, style: &Style, notes: &mut Findings) {
    let of = |region: Region| style.name(Heading::Region(region));
    let online = style.name(Heading::Virtual);
    let (Some(mode), Some(printed)) = (row.mode, &row.printed) else {
        return;
    };
    let own = row.place.as_ref().map(Place::region);
    let message = match (heading, mode) {
        (Heading::Virtual, Mode::InPerson) => format!(
            "{} is in person and stands under `{online}`: move it under {}, or write {}",
            quoted(&printed.location),
            own.map_or("its region", of),
            quoted(&format!("{} ({})", style.virtual_label, printed.location))
        ),
        (Heading::Region(region), Mode::Virtual) => format!(
            "{} is online and stands under {}: move it under {online}",
            quoted(&printed.location),
            quoted(of(region))
        ),
        (Heading::Region(region), _) => match own {
            Some(own) if own != region => format!(
                "{} is in {} and stands under {}: move it",
                quoted(&printed.location),
                of(own),
                quoted(of(region))
            ),
            _ => return,
        },
        (Heading::Virtual, _) => return,
    };
    notes.say(row.line, Kind::WrongHeading, message);
}

/// What a row is sorted by; `None` if that is not known.
fn key(row: &Row) -> Option<impl Ord + Clone + use<>> {
    let printed = row.printed.as_ref().filter(|_| !row.misdated)?;
    let organiser = printed.organisers.first().map(|(name, _)| name.as_str());
    let title = printed.links.first().map(|(title, _)| title.as_str());
    Some(order_key(printed.date, &printed.location, organiser, title))
}

/// Rows before one that they should follow: as few as have to move, and rows that a change touches before others.
fn order(whole: &Whole<'_>, notes: &mut Findings) {
    for group in &whole.groups {
        let rows: Vec<(&Row, _)> = group
            .rows()
            .filter(|row| !row.gone)
            .filter_map(|row| Some((row, key(row)?)))
            .collect();
        // To leave one row that is not touched in its place, any number of touched rows may move.
        let all = rows.len() + 1;
        let keys: Vec<_> = rows
            .iter()
            .map(|(row, key)| (key.clone(), if row.touched { 1 } else { all }))
            .collect();
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
            let shown = quoted(row.text.lines().next().unwrap_or_default());
            let text = format!("{shown} is out of order by day, place, organiser and title");
            let mend = match before {
                Some(line) => format!("move it below the row of line {line}"),
                None => "move it to the top".to_owned(),
            };
            notes.mend(row.line, Kind::Order, text, mend);
        }
    }
}

/// Which of the keys are in order and can stay: those that together weigh most.
fn in_order<K: Ord>(keys: &[(K, usize)]) -> Vec<bool> {
    // The best chains so far by their last key: the weight, which rises with the key, and the place of that key.
    let mut ends: BTreeMap<&K, (usize, usize)> = BTreeMap::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(keys.len());
    for (at, (key, weight)) in keys.iter().enumerate() {
        let chain = ends.range::<&K, _>(..=key).next_back().map(|(_, end)| *end);
        let weight = weight + chain.map_or(0, |(weight, _)| weight);
        before.push(chain.map(|(_, last)| last));
        // Chains that end later and weigh no more are of no use any more.
        while let Some((later, _)) = ends
            .range::<&K, _>(key..)
            .next()
            .filter(|(_, (other, _))| *other <= weight)
        {
            let later = *later;
            ends.remove(later);
        }
        ends.insert(key, (weight, at));
    }
    let mut stays = vec![false; keys.len()];
    let mut next = ends.last_key_value().map(|(_, (_, at))| *at);
    while let Some(at) = next {
        stays[at] = true;
        next = before[at];
    }
    stays
}
