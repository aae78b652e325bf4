//! The page of candidates, for editors.

use super::{Content, Refusal, View};
use crate::discover;
use crate::facts::candidate::{Candidate, State};
use crate::server::pages::discover::{Discover, page};
use std::cmp::Reverse;

impl View<'_> {
    /// The candidates as they were gathered last; the worker does that after each refresh.
    pub(super) fn discover(&self) -> Result<Content, Refusal> {
        if let Some((key, _)) = self.question.pairs.first() {
            return Err(Refusal::bad(key, "is no parameter here; there are none"));
        }
        let configuration = &self.state.setup.configuration;
        let ranked = match self.editor {
            None => Vec::new(),
            Some(_) => {
                let topic = &configuration.settings.topic;
                self.state
                    .with_store(|store| discover::ranked(store, topic))?
            }
        };
        let waiting: Vec<_> = ranked
            .iter()
            .filter(|(candidate, rank)| discover::waits(candidate, rank))
            .map(|(candidate, rank)| {
                let file = configuration.file_for(candidate.platform);
                (candidate, rank, file.display().to_string())
            })
            .collect();
        let new = ranked.iter().filter(|(of, _)| of.state == State::New);
        let mut ignored: Vec<&Candidate> = ranked
            .iter()
            .map(|(candidate, _)| candidate)
            .filter(|candidate| candidate.state == State::Ignored)
            .collect();
        ignored.sort_by_key(|of| Reverse(of.decided.as_ref().map(|decided| decided.at)));
        let shown = Discover {
            waiting: &waiting,
            off_topic: new.count() - waiting.len(),
            ignored: &ignored,
        };
        Ok(Content::page(page(&self.site(), &shown), self.editor).fleeting())
    }
}
