//! Is the network down, or are the hosts? Failed connections are not recorded until one host answers.

use super::{Error, visit};
use crate::facts::source::{Address, Source, SourceId};
use crate::store::{Outcome, Visit};
use std::collections::{BTreeMap, BTreeSet};

/// Hosts that must be out of reach, with none answering, before it is taken that there is no network;
/// all of them, where a run asks fewer.
const OFFLINE_AFTER: usize = 8;

/// Hosts below which being out of reach is taken for theirs, not ours: a club's one server is down now
/// and then.
const FEWEST_HOSTS: usize = 3;

/// The visits that wait for the first answer of this run.
pub(super) struct Offline<'a> {
    hosts: BTreeMap<&'a SourceId, &'a str>,
    waiting: Vec<Visit>,
    answered: bool,
    enough: usize,
}

impl<'a> Offline<'a> {
    /// For a run that visits these sources.
    pub(super) fn of(visited: impl Iterator<Item = &'a Source>) -> Offline<'a> {
        let hosts: BTreeMap<&SourceId, &str> = visited
            .filter_map(|source| Some((&source.id, host_of(source)?)))
            .collect();
        let distinct: BTreeSet<&&str> = hosts.values().collect();
        let enough = distinct.len().clamp(FEWEST_HOSTS, OFFLINE_AFTER);
        Offline {
            enough,
            hosts,
            waiting: Vec::new(),
            answered: false,
        }
    }

    /// Takes a visit that has ended; answers those that may be recorded now.
    ///
    /// # Errors
    /// [`Error::Offline`] when enough hosts are out of reach and none has answered.
    pub(super) fn judge(&mut self, ended: Visit) -> Result<Vec<Visit>, Error> {
        let Some(_) = self.hosts.get(&ended.source).filter(|_| !self.answered) else {
            return Ok(vec![ended]);
        };
        let none_answers =
            matches!(&ended.outcome, Outcome::Failed { phase, .. } if visit::is_unreachable(phase));
        self.waiting.push(ended);
        if !none_answers {
            self.answered = true;
            return Ok(std::mem::take(&mut self.waiting));
        }
        let silent: BTreeSet<&&str> = self
            .waiting
            .iter()
            .filter_map(|visit| self.hosts.get(&visit.source))
            .collect();
        if silent.len() < self.enough {
            return Ok(Vec::new());
        }
        let example = self.waiting.iter().find_map(|visit| match &visit.outcome {
            Outcome::Failed { error, .. } => Some(error.clone()),
            _ => None,
        });
        Err(Error::Offline {
            hosts: silent.len(),
            example: example.unwrap_or_default(),
        })
    }

    /// What still waits when the run is over: too few hosts to blame the network.
    pub(super) fn rest(self) -> Vec<Visit> {
        self.waiting
    }
}

/// The host a source stands on, if it stands on one.
fn host_of(source: &Source) -> Option<&str> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    url.split("://").nth(1)?.split(['/', '?', '#']).next()
}
