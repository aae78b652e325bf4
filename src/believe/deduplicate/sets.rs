//! Sets of events that never hold two of one source.

use crate::facts::event::Event;
use crate::facts::source::SourceId;
use std::collections::HashMap;

/// Disjoint sets of events, none with two of one source.
pub(super) struct Sets {
    parent: Vec<usize>,
    /// For each root, the numbers of its members' sources. One repeats only if an editor merged them.
    sources: Vec<Vec<usize>>,
}

impl Sets {
    pub(super) fn of(events: &[Event]) -> Sets {
        let mut numbers: HashMap<&SourceId, usize> = HashMap::new();
        let sources = events.iter().map(|event| {
            let next = numbers.len();
            vec![*numbers.entry(&event.source).or_insert(next)]
        });
        Sets {
            sources: sources.collect(),
            parent: (0..events.len()).collect(),
        }
    }

    pub(super) fn root(&mut self, index: usize) -> usize {
        let mut root = index;
        while self.parent[root] != root {
            root = self.parent[root];
        }
        let mut walk = index;
        while self.parent[walk] != root {
            walk = std::mem::replace(&mut self.parent[walk], root);
        }
        root
    }

    /// Whether the two are in different sets, and none of the one has a source of the other.
    pub(super) fn may_join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        let of_both = |source: &usize| self.sources[b].contains(source);
        a != b && !self.sources[a].iter().any(of_both)
    }

    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (root, child) = (a.min(b), a.max(b));
        self.parent[child] = root;
        let moved = std::mem::take(&mut self.sources[child]);
        self.sources[root].extend(moved);
    }
}
