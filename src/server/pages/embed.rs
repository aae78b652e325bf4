//! The next events of a filter as a frame on another site: no menu, no form, no login, and links open outside of it.

use super::query::{self, Pairs};
use super::{Site, layout, upcoming};
use crate::filter::Filter;
use crate::server::Agenda;
use chrono::NaiveDate;
use maud::{Markup, html};

/// Rows of a frame unless said otherwise.
pub const USUAL_ROWS: usize = 10;

/// What a frame shows.
#[derive(Debug, Clone, Copy)]
pub struct Embedded<'a> {
    /// The events.
    pub agenda: &'a Agenda,
    /// Rows of it that are shown.
    pub rows: usize,
    /// The filter.
    pub filter: &'a Filter,
    /// The filter as pairs.
    pub query: &'a Pairs,
    /// Today in UTC.
    pub today: NaiveDate,
}

/// The frame.
pub fn page(site: &Site<'_>, shown: &Embedded<'_>) -> Markup {
    let say = site.say;
    let events = site.about("about.events-of-topic", "about.events");
    let title = match shown.filter.worded(&say) {
        Some(words) => format!("{events}: {words}"),
        None => events,
    };
    let all = query::address("/", query::without(shown.query, &[]));
    let content = html! {
        h1 { (title) }
        @if shown.agenda.events() == 0 { p { (say.text("embed.none")) } }
        (upcoming::days_alone(say, shown.agenda.first(shown.rows), shown.filter, shown.today))
        p.note { a href=(say.to(&all)) { (say.with("embed.all", &[("site", site.title)])) } }
    };
    layout::frame(site, &title, &content)
}
