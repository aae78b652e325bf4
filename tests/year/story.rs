//! What the judge has found, and the story of each gathering, printed when something went wrong.

use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

/// What is counted, and must be zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// Gatherings that a feed announced, take place, and were not published or not printed.
    Lost,
    /// Gatherings printed under two ids in one issue.
    Doubled,
    /// Two gatherings under one id, at once or one after the other.
    WrongMerge,
    /// Gatherings with an id that changed.
    IdChanged,
    /// SEQUENCE that did not rise when it must, or rose when it must not.
    Sequence,
    /// Changes of an event of which no feed said anything new.
    Restless,
    /// Rows of what is called off.
    CancelledPrinted,
    /// Facts that none of its feeds said.
    WrongFact,
}

impl Figure {
    pub(crate) const ALL: [Figure; 8] = [
        Figure::Lost,
        Figure::Doubled,
        Figure::WrongMerge,
        Figure::IdChanged,
        Figure::Sequence,
        Figure::Restless,
        Figure::CancelledPrinted,
        Figure::WrongFact,
    ];

    fn name(self) -> &'static str {
        match self {
            Figure::Lost => "events lost",
            Figure::Doubled => "doubled in an issue",
            Figure::WrongMerge => "wrong merges",
            Figure::IdChanged => "ids changed",
            Figure::Sequence => "SEQUENCE errors",
            Figure::Restless => "changed for nothing",
            Figure::CancelledPrinted => "called off and printed",
            Figure::WrongFact => "wrong facts",
        }
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The refresh that is judged.
    pub(crate) now: Option<DateTime<Utc>>,
    pub(crate) refreshes: usize,
    pub(crate) requests: usize,
    /// Lists that were read, and how many of them lied.
    pub(crate) readings: usize,
    pub(crate) lies: usize,
    pub(crate) pages: usize,
    pub(crate) issues: usize,
    pub(crate) rows: usize,
    /// Rows that wait for a human, and rows of what only a copy still tells.
    pub(crate) waiting: usize,
    pub(crate) on_a_copys_word: usize,
    /// Rows of copies of which no one could know what they copy.
    pub(crate) unknowable: usize,
    /// The first fault of each gathering and figure.
    faults: BTreeMap<(Figure, usize), String>,
    lines: BTreeMap<usize, Vec<String>>,
}

impl Record {
    /// Adds a line to a gathering's story.
    pub(crate) fn tell(&mut self, gathering: usize, what: String) {
        let line = format!("{} {what}", self.at());
        self.lines.entry(gathering).or_default().push(line);
    }

    /// Notes a fault; of one kind each gathering has at most one.
    pub(crate) fn fault(&mut self, figure: Figure, gathering: usize, what: String) {
        let line = format!("{} {what}", self.at());
        let lines = self.lines.entry(gathering).or_default();
        if let std::collections::btree_map::Entry::Vacant(place) =
            self.faults.entry((figure, gathering))
        {
            lines.push(format!("{line}   <== {}", figure.name()));
            place.insert(line);
        }
    }

    pub(crate) fn count(&self, figure: Figure) -> usize {
        self.faults.keys().filter(|(of, _)| *of == figure).count()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// The stories of the first gatherings with a fault, a dozen of each kind.
    pub(crate) fn stories(&self) -> String {
        let mut text = String::new();
        let mut shown = BTreeSet::new();
        for figure in Figure::ALL {
            let of_figure = self.faults.keys().filter(|(of, _)| *of == figure);
            for (_, gathering) in of_figure.take(12) {
                if !shown.insert(*gathering) {
                    continue;
                }
                let _ = writeln!(text, "\ngathering {gathering}: {}", figure.name());
                for line in self.lines.get(gathering).into_iter().flatten() {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
        text
    }

    fn at(&self) -> String {
        self.now
            .map(|now| now.format("%m-%d %H:%M").to_string())
            .unwrap_or_default()
    }
}

impl fmt::Display for Record {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} gatherings announced; {} refreshes, {} requests, {} lists read ({} lied), {} pages of events; {} issues, {} rows ({} events waited for a human, {} stood on a copy's word, {} were copies of something unknown)",
            self.lines.len(),
            self.refreshes,
            self.requests,
            self.readings,
            self.lies,
            self.pages,
            self.issues,
            self.rows,
            self.waiting,
            self.on_a_copys_word,
            self.unknowable
        )?;
        for figure in Figure::ALL {
            writeln!(out, "{:>24}: {}", figure.name(), self.count(figure))?;
        }
        Ok(())
    }
}
