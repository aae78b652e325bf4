//! The open calls for papers: a page, a calendar, JSON and Atom.

use super::{Content, DATA, Refusal, View};
use crate::believe::curate::{Published, Shown};
use crate::facts::call::Call;
use crate::render::calls::{self, Feed};
use crate::server::pages;

impl<'a> View<'a> {
    /// Those that are not over everywhere on Earth before today, of events that take place; the next deadline first.
    fn open_calls(&self) -> Result<Vec<(&'a Published, &'a Call)>, Refusal> {
        if let Some((key, _)) = self.question.pairs.first() {
            return Err(Refusal::bad(key, "is no parameter here; there are none"));
        }
        let with_call = self
            .everything()
            .filter_map(|event| Some((event, event.call.as_ref()?)));
        let mut open: Vec<_> = with_call
            .filter(|(event, call)| {
                let shown = event.shown != Shown::Nowhere && event.status.takes_place();
                let ends = call.until.over().min(event.when.over());
                shown && ends.date_naive() >= self.utc_today()
            })
            .collect();
        open.sort_by_key(|(event, call)| (call.until.over(), event.when.start(), event.id.clone()));
        Ok(open)
    }

    /// The lists' name, and the address of one of them.
    fn calls_name(&self, path: &str) -> (String, String) {
        let title = &self.state.setup.configuration.settings.server.title;
        let url = format!("{}{path}", self.state.setup.base);
        (format!("{title}: calls for papers"), url)
    }

    fn calls_feed<'b>(&'b self, name: &'b str, url: &'b str) -> Feed<'b> {
        Feed {
            name,
            url,
            base: &self.state.setup.base,
            states: &self.state.setup.style.states,
        }
    }

    pub(super) fn calls(&self) -> Result<Content, Refusal> {
        let open = self.open_calls()?;
        let page = pages::calls::page(&self.site(), &open, &self.state.setup.style.states);
        Ok(Content::page(page, self.editor))
    }

    pub(super) fn calls_ics(&self) -> Result<Content, Refusal> {
        let open = self.open_calls()?;
        let (name, url) = self.calls_name("/cfp.ics");
        let body = calls::ics(&open, &self.calls_feed(&name, &url));
        Ok(Content {
            modified: self.last_modified(),
            file: Some("cfp.ics".to_owned()),
            ..Content::public("text/calendar; charset=utf-8", body, DATA)
        })
    }

    pub(super) fn calls_json(&self) -> Result<Content, Refusal> {
        let open = self.open_calls()?;
        let body = calls::json(&open, &self.state.setup.style.states);
        Ok(Content::public(
            "application/json",
            format!("{body}\n"),
            DATA,
        ))
    }

    pub(super) fn calls_atom(&self) -> Result<Content, Refusal> {
        let open = self.open_calls()?;
        let (name, url) = self.calls_name("/cfp.atom");
        let body = calls::atom(&open, &self.calls_feed(&name, &url));
        Ok(Content {
            modified: self.last_modified(),
            ..Content::public("application/atom+xml; charset=utf-8", body, DATA)
        })
    }
}
