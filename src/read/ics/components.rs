//! Content lines → the events, zone definitions and properties of each calendar in a file.

use super::problems::{Problems, shown};
use super::text::{Line, is_skipped};

/// Components inside one another beyond which nothing is read; RFC 5545 needs three. The `icalendar`
/// crate reads nested components by recursion, and a feed of 28 KB can end the process.
const DEEPEST: usize = 8;

/// Events of one file that are read. The largest community calendars hold a few thousand.
const MOST_EVENTS: usize = 50_000;

/// Properties of one event that are read, not counting the skipped ones and lists of dates.
const MOST_PROPERTIES: usize = 500;

/// The lines of one component, without those of components inside it.
#[derive(Debug, Default)]
pub(super) struct Component {
    /// The calendar it stands in.
    pub(super) calendar: usize,
    /// The line of its BEGIN.
    pub(super) line: usize,
    /// Its properties.
    pub(super) lines: Vec<Line>,
    /// Of a zone its observances: STANDARD and DAYLIGHT.
    pub(super) inner: Vec<Component>,
    counted: usize,
}

/// The components of a file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The properties of each VCALENDAR; the first also holds what stands outside of any.
    pub(super) calendars: Vec<Vec<Line>>,
    /// VTIMEZONE.
    pub(super) zones: Vec<Component>,
    /// VEVENT.
    pub(super) events: Vec<Component>,
    /// How many VEVENTs were begun.
    pub(super) entries: usize,
    /// Whether every calendar was begun and ended.
    pub(super) whole: bool,
}

/// Sorts lines into components.
///
/// A component without its END is closed by the next that cannot stand inside it, and kept; one that the
/// end of the file cuts off is lost, for its time or its rule may be missing.
pub(super) fn split(lines: Vec<Line>, problems: &mut Problems) -> File {
    let mut split = Split {
        file: File {
            calendars: vec![Vec::new()],
            whole: true,
            ..File::default()
        },
        open: Vec::new(),
        too_deep: 0,
        told_depth: false,
        seen_calendar: false,
        problems,
    };
    for line in lines {
        match line.name() {
            "BEGIN" => split.begin(&line),
            "END" => split.end(&line),
            _ => split.property(line),
        }
    }
    split.finish()
}

struct Open {
    name: String,
    line: usize,
    kind: Kind,
}

enum Kind {
    Calendar,
    Event(Component),
    Zone(Component),
    Observance(Component),
    Other,
}

struct Split<'a> {
    file: File,
    open: Vec<Open>,
    too_deep: usize,
    told_depth: bool,
    seen_calendar: bool,
    problems: &'a mut Problems,
}

impl Split<'_> {
    fn begin(&mut self, line: &Line) {
        let name = line.plain_value().to_ascii_uppercase();
        match name.as_str() {
            "VCALENDAR" => {
                self.close_from(0, line.number);
                self.too_deep = 0;
                if self.seen_calendar {
                    self.file.calendars.push(Vec::new());
                }
                self.seen_calendar = true;
            }
            "VEVENT" => {
                let inside = |open: &Open| {
                    !matches!(open.kind, Kind::Calendar | Kind::Other)
                        || matches!(
                            open.name.as_str(),
                            "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "VALARM"
                        )
                };
                if let Some(depth) = self.open.iter().position(inside) {
                    self.close_from(depth, line.number);
                    self.too_deep = 0;
                }
            }
            _ => {}
        }
        if self.too_deep > 0 || self.open.len() >= DEEPEST {
            self.too_deep += 1;
            if !self.told_depth {
                self.told_depth = true;
                self.file.whole = false;
                self.problems.note(
                    line.number,
                    format!("components more than {DEEPEST} deep are not read"),
                    None,
                );
            }
            return;
        }
        let kind = self.kind(&name, line);
        self.open.push(Open {
            name,
            line: line.number,
            kind,
        });
    }

    /// What a component is, where it begins; an event is counted.
    fn kind(&mut self, name: &str, line: &Line) -> Kind {
        let component = || Component {
            calendar: self.file.calendars.len() - 1,
            line: line.number,
            ..Component::default()
        };
        match name {
            "VCALENDAR" => Kind::Calendar,
            "VEVENT" => {
                self.file.entries += 1;
                if self.file.entries == MOST_EVENTS + 1 {
                    self.file.whole = false;
                    self.problems.lost(
                        line.number,
                        format!("only the first {MOST_EVENTS} events are read"),
                        None,
                    );
                }
                if !self.seen_calendar {
                    self.problems.lost(
                        line.number,
                        "an event before any BEGIN:VCALENDAR is part of no calendar".to_owned(),
                        None,
                    );
                }
                if self.file.entries > MOST_EVENTS || !self.seen_calendar {
                    Kind::Other
                } else {
                    Kind::Event(component())
                }
            }
            "VTIMEZONE" => Kind::Zone(component()),
            "STANDARD" | "DAYLIGHT"
                if matches!(
                    self.open.last(),
                    Some(Open {
                        kind: Kind::Zone(_),
                        ..
                    })
                ) =>
            {
                Kind::Observance(component())
            }
            _ => Kind::Other,
        }
    }

    fn end(&mut self, line: &Line) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = line.plain_value().to_ascii_uppercase();
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else {
            self.problems.note(
                line.number,
                format!("END:{} ends nothing", shown(&name)),
                None,
            );
            return;
        };
        self.close_from(depth + 1, line.number);
        if let Some(open) = self.open.pop() {
            self.keep(open);
        }
    }

    /// Closes what was begun at that depth or deeper, because of the line `by`.
    fn close_from(&mut self, depth: usize, by: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            self.problems.note(
                open.line,
                format!("BEGIN:{} has no END before line {by}", shown(&open.name)),
                None,
            );
            if matches!(open.kind, Kind::Calendar) {
                self.file.whole = false;
            }
            self.keep(open);
        }
    }

    fn keep(&mut self, open: Open) {
        match open.kind {
            Kind::Event(event) => self.file.events.push(event),
            Kind::Zone(zone) => self.file.zones.push(zone),
            Kind::Observance(observance) => {
                if let Some(Open {
                    kind: Kind::Zone(zone),
                    ..
                }) = self.open.last_mut()
                {
                    zone.inner.push(observance);
                }
            }
            Kind::Calendar | Kind::Other => {}
        }
    }

    fn property(&mut self, line: Line) {
        if self.too_deep > 0 {
            return;
        }
        let component = match self.open.last_mut().map(|open| &mut open.kind) {
            Some(Kind::Event(component) | Kind::Zone(component) | Kind::Observance(component)) => {
                component
            }
            Some(Kind::Other) => return,
            Some(Kind::Calendar) | None => {
                if let Some(calendar) = self.file.calendars.last_mut()
                    && calendar.len() < MOST_PROPERTIES
                {
                    calendar.push(line);
                }
                return;
            }
        };
        if is_skipped(line.name()) {
            return;
        }
        if !matches!(line.name(), "RDATE" | "EXDATE") {
            component.counted += 1;
            if component.counted > MOST_PROPERTIES {
                if component.counted == MOST_PROPERTIES + 1 {
                    self.problems.note(
                        line.number,
                        format!(
                            "only the first {MOST_PROPERTIES} properties of this event are read"
                        ),
                        None,
                    );
                }
                return;
            }
        }
        component.lines.push(line);
    }

    fn finish(mut self) -> File {
        if !self.seen_calendar {
            self.file.whole = false;
            self.problems
                .note(0, "there is no BEGIN:VCALENDAR".to_owned(), None);
        }
        for open in std::mem::take(&mut self.open) {
            match open.kind {
                Kind::Event(event) => self.problems.lost(
                    event.line,
                    "the file ends inside this event, which is lost".to_owned(),
                    None,
                ),
                Kind::Calendar => self.problems.note(
                    open.line,
                    "no END:VCALENDAR: the file is cut off".to_owned(),
                    None,
                ),
                _ => {}
            }
            self.file.whole = false;
        }
        self.file
    }
}
