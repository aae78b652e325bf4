//! What sources tell, straight into a database: a visit without a network, and what is made of it.

use crate::markdown::topic;
use chrono::{DateTime, Utc};
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::decision::Decision;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::source::{Source, SourceId, Way};
use rusty_events::refresh::{self, Orders};
use rusty_events::section::select::Style;
use rusty_events::store::{self, Outcome, Recorded, Store, Visit};
use std::time::Duration;

/// Records visits as a refresh does.
pub(crate) trait Records {
    fn record(&mut self, visit: &Visit, now: DateTime<Utc>) -> Result<Recorded, store::Error>;
}

impl Records for Store {
    fn record(&mut self, visit: &Visit, now: DateTime<Utc>) -> Result<Recorded, store::Error> {
        refresh::record(self, visit, &topic(), now)
    }
}

/// A visit that reads these listings, whole, without a problem and with nothing beyond.
pub(crate) fn read(source: &str, way: Way, listings: Vec<Listing>) -> Visit {
    Visit {
        source: SourceId(source.to_owned()),
        outcome: Outcome::Read {
            way,
            entries: listings.len(),
            listings,
            problems: Vec::new(),
            whole: true,
            cut_off: false,
            validators: None,
            read_as: None,
            made: None,
            is_behind: false,
        },
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best: true,
        took: Duration::ZERO,
    }
}

/// A visit that reads nothing.
pub(crate) fn failed(source: &str) -> Visit {
    Visit {
        outcome: Outcome::Failed {
            phase: "http",
            error: "status 500".to_owned(),
            not_before: None,
        },
        ..read(source, Way::Feed, Vec::new())
    }
}

/// Believes what is stored, and publishes it.
pub(crate) fn believe(
    store: &mut Store,
    sources: &[Source],
    groups: &Groups,
    decisions: &[Decision],
    now: DateTime<Utc>,
) {
    let mut groups = groups.clone();
    groups.topic = topic();
    let orders = Orders {
        sources,
        groups: &groups,
        style: &Style::default(),
        decisions,
        only: &[],
        event_pages: 0,
        now,
    };
    refresh::believe(&orders, store).unwrap();
}
