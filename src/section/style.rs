//! How a newsletter prints its section: the words of its headings and labels, and the form of its days.

use crate::facts::place::{Country, Region};
use chrono::{Datelike, NaiveDate};

/// How a newsletter prints its section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The language of the words below, as HTML names it: `en`, `pt-BR`.
    pub language: String,
    /// The heading of the whole section.
    pub heading: String,
    /// The line below it, with `{from}` and `{to}`.
    pub line: String,
    /// The words of the headings inside.
    pub names: Names,
    /// What stands between two organisers of a row.
    pub organiser_separator: String,
    /// The word for events online.
    pub virtual_label: String,
    /// The word for events both in person and online.
    pub hybrid_label: String,
    /// How days are written.
    pub dates: DateForm,
    /// Countries that are printed with a state.
    pub states: Vec<Country>,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            language: "en".to_owned(),
            heading: "## Upcoming Events".to_owned(),
            line: "Events between {from} - {to}".to_owned(),
            names: Names::default(),
            organiser_separator: " | ".to_owned(),
            virtual_label: "Virtual".to_owned(),
            hybrid_label: "Hybrid".to_owned(),
            dates: DateForm::default(),
            states: ["US", "CA"]
                .into_iter()
                .filter_map(Country::parse)
                .collect(),
        }
    }
}

impl Style {
    /// The words of a heading, as the newsletter prints them.
    pub fn name(&self, heading: Heading) -> &str {
        self.names.of(heading)
    }

    /// A heading as the newsletter prints it; a heading that is not ours stays as written.
    pub fn words<'a>(&'a self, heading: &'a str) -> &'a str {
        Heading::parse(heading).map_or(heading, |known| self.name(known))
    }
}

/// A heading inside the section. In the order in which they are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heading {
    /// Online and hybrid events.
    Virtual,
    /// In-person and hybrid events of a region.
    Region(Region),
}

impl Heading {
    /// Every heading, in the order in which they are printed.
    pub fn all() -> impl Iterator<Item = Heading> {
        std::iter::once(Heading::Virtual).chain(Region::ALL.map(Heading::Region))
    }

    /// Its English name, by which the program knows it whatever the newsletter prints.
    pub fn name(self) -> &'static str {
        match self {
            Heading::Virtual => "Virtual",
            Heading::Region(region) => region.name(),
        }
    }

    /// Its name in addresses: `virtual`, `north-america`.
    pub fn slug(self) -> &'static str {
        match self {
            Heading::Virtual => "virtual",
            Heading::Region(region) => region.slug(),
        }
    }

    /// The heading of that English name, in any case; `north-america` too.
    pub fn parse(text: &str) -> Option<Heading> {
        if text.trim().eq_ignore_ascii_case("virtual") {
            return Some(Heading::Virtual);
        }
        Region::parse(text).map(Heading::Region)
    }
}

/// The words of the headings inside a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(Vec<(Heading, String)>);

impl Default for Names {
    /// The English ones.
    fn default() -> Names {
        Names(
            Heading::all()
                .map(|heading| (heading, heading.name().to_owned()))
                .collect(),
        )
    }
}

impl Names {
    /// Gives a heading other words.
    pub fn set(&mut self, heading: Heading, words: String) {
        for (of, known) in &mut self.0 {
            if *of == heading {
                known.clone_from(&words);
            }
        }
    }

    /// The words of a heading.
    pub fn of(&self, heading: Heading) -> &str {
        let found = self.0.iter().find(|(of, _)| *of == heading);
        found.map_or(heading.name(), |(_, words)| words)
    }

    /// The heading that these words are of, in any case: those of the newsletter, else the English ones.
    pub fn find(&self, words: &str) -> Option<Heading> {
        let lower = words.trim().to_lowercase();
        let own = self.0.iter().find(|(_, own)| own.to_lowercase() == lower);
        own.map(|(heading, _)| *heading)
            .or_else(|| Heading::parse(words))
    }

    /// All of them, in the order in which they are printed.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        Heading::all().map(|heading| self.of(heading))
    }
}

/// How days are written: year, month and day in some order, as numbers of four, two and two digits. In every form
/// that is ten characters, all of ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateForm {
    order: Order,
    mark: char,
}

/// The order of the numbers of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `2026-08-27`
    YearFirst,
    /// `27/08/2026`
    DayFirst,
    /// `08/27/2026`
    MonthFirst,
}

impl Default for DateForm {
    /// ISO 8601: `2026-08-27`.
    fn default() -> DateForm {
        DateForm {
            order: Order::YearFirst,
            mark: '-',
        }
    }
}

impl DateForm {
    /// The form of a pattern: `YYYY-MM-DD`, `DD/MM/YYYY`, `MM/DD/YYYY`, with `-`, `/` or `.` between the numbers.
    pub fn parse(pattern: &str) -> Option<DateForm> {
        let mark = pattern.chars().find(|char| !char.is_ascii_alphabetic())?;
        let parts: Vec<&str> = pattern.split(mark).collect();
        let order = match parts[..] {
            ["YYYY", "MM", "DD"] => Order::YearFirst,
            ["DD", "MM", "YYYY"] => Order::DayFirst,
            ["MM", "DD", "YYYY"] => Order::MonthFirst,
            _ => return None,
        };
        matches!(mark, '-' | '/' | '.').then_some(DateForm { order, mark })
    }

    /// The pattern that [`DateForm::parse`] reads.
    pub fn pattern(self) -> String {
        let mark = self.mark;
        match self.order {
            Order::YearFirst => format!("YYYY{mark}MM{mark}DD"),
            Order::DayFirst => format!("DD{mark}MM{mark}YYYY"),
            Order::MonthFirst => format!("MM{mark}DD{mark}YYYY"),
        }
    }

    /// The order of its numbers.
    pub fn order(self) -> Order {
        self.order
    }

    /// What stands between its numbers.
    pub fn mark(self) -> char {
        self.mark
    }

    /// A day in this form.
    pub fn written(self, day: NaiveDate) -> String {
        let (year, month, number) = (day.year(), day.month(), day.day());
        let mark = self.mark;
        match self.order {
            Order::YearFirst => format!("{year:04}{mark}{month:02}{mark}{number:02}"),
            Order::DayFirst => format!("{number:02}{mark}{month:02}{mark}{year:04}"),
            Order::MonthFirst => format!("{month:02}{mark}{number:02}{mark}{year:04}"),
        }
    }

    /// One day, or a first and a last one with a hyphen between them.
    pub fn span(self, first: NaiveDate, last: Option<NaiveDate>) -> String {
        match last {
            Some(last) if last != first => {
                format!("{} - {}", self.written(first), self.written(last))
            }
            _ => self.written(first),
        }
    }

    /// The day with which a text begins, in exactly this form; and what follows it.
    pub fn read(self, text: &str) -> Option<(NaiveDate, &str)> {
        let (day, rest) = text.split_at_checked(10)?;
        let mut numbers = day.split(self.mark).map(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok())?
        });
        let (one, two, three) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let (year, month, number) = match self.order {
            Order::YearFirst => (one, two, three),
            Order::DayFirst => (three, two, one),
            Order::MonthFirst => (three, one, two),
        };
        let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, number)?;
        // The form alone, so that `1-1-2026--` is none.
        text.starts_with(&self.written(day)).then_some((day, rest))
    }
}
