//! How often a visitor may try a password, and have a page read.

use super::turns::lock;
use super::visitor::Visitor;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Mutex;

/// Failures within [`TRIES_WHILE`]: of one visitor with one name, of one visitor, of one network, and with one name
/// from anywhere.
const OF_BOTH: usize = 5;
const OF_VISITOR: usize = 20;
const OF_NETWORK: usize = 60;
const OF_NAME: usize = 100;
const TRIES_WHILE: TimeDelta = TimeDelta::minutes(15);
/// Failures that are remembered; the oldest are forgotten first.
const MOST_REMEMBERED: usize = 20_000;

/// Pages that one visitor may have read within [`CHECKS_WHILE`], one network, and all together.
const CHECKS_EACH: usize = 6;
const CHECKS_OF_A_NETWORK: usize = 18;
const CHECKS_IN_ALL: usize = 60;
const CHECKS_WHILE: TimeDelta = TimeDelta::minutes(10);

/// Logins that failed: the tries of one visitor have a limit.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failed: Vec<(Visitor, String, DateTime<Utc>)>,
    /// Who has been let in from where: a flood of guesses from elsewhere does not lock them out.
    known: HashMap<(Visitor, String), DateTime<Utc>>,
}

impl Attempts {
    pub(super) fn may_try(&mut self, from: Visitor, name: &str, now: DateTime<Utc>) -> bool {
        self.failed
            .retain(|(_, _, at)| (now - *at).abs() < TRIES_WHILE);
        let of_address = self.failed.iter().filter(|(of, ..)| *of == from);
        let of_name = self.failed.iter().filter(|(_, of, _)| of == name).count();
        let of_both = of_address.clone().filter(|(_, of, _)| of == name).count();
        let network = from.network();
        let of_network = self
            .failed
            .iter()
            .filter(|(of, ..)| of.network() == network);
        let known = self.known.contains_key(&(from, name.to_owned()));
        of_both < OF_BOTH
            && of_address.count() < OF_VISITOR
            && (known || (of_name < OF_NAME && of_network.count() < OF_NETWORK))
    }

    pub(super) fn failed(&mut self, from: Visitor, name: &str, now: DateTime<Utc>) {
        if self.failed.len() >= MOST_REMEMBERED {
            self.failed.remove(0);
        }
        self.failed.push((from, name.to_owned(), now));
    }

    pub(super) fn let_in(&mut self, from: Visitor, name: &str, now: DateTime<Utc>) {
        self.failed.retain(|(of, by, _)| *of != from || by != name);
        if self.known.len() >= MOST_REMEMBERED {
            self.known.clear();
        }
        self.known.insert((from, name.to_owned()), now);
    }
}

/// Checks of the last minutes, by address.
#[derive(Debug, Default)]
pub(super) struct Checks(Mutex<HashMap<Visitor, Vec<DateTime<Utc>>>>);

impl Checks {
    pub(super) fn may(&self, from: Visitor, now: DateTime<Utc>) -> bool {
        let mut checks = lock(&self.0);
        checks.retain(|_, times| {
            times.retain(|at| now - *at < CHECKS_WHILE);
            !times.is_empty()
        });
        let in_all: usize = checks.values().map(Vec::len).sum();
        let of_network: usize = checks
            .iter()
            .filter(|(of, _)| of.network() == from.network())
            .map(|(_, times)| times.len())
            .sum();
        let own = checks.entry(from).or_default();
        let may =
            own.len() < CHECKS_EACH && of_network < CHECKS_OF_A_NETWORK && in_all < CHECKS_IN_ALL;
        if may {
            own.push(now);
        }
        may
    }
}
