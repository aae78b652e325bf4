//! Ways to subscribe to a calendar: one link for each of the large calendar programs, and the plain address.

use super::query;
use super::{Fill, Site, query::Pairs};
use crate::facts::link::Link;
use crate::facts::place::{Country, Region};
use crate::filter::slug;
use maud::{Markup, html};

/// The shortest address that serves the events of a filter, from the slash on, as iCalendar.
///
/// One region, one country or one organiser alone have an address of their own; `/feeds/europe.ics` does
/// not hold online events. Days are left out: who subscribes wants what is to come.
pub fn feed(pairs: &Pairs) -> String {
    let kept: Vec<(&str, &str)> = query::without(pairs, &["from", "to"])
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    match kept[..] {
        [] => return "/feeds/all.ics".to_owned(),
        [("region", name)] if name.trim().eq_ignore_ascii_case("virtual") => {
            return "/feeds/virtual.ics".to_owned();
        }
        [("region", name)] => {
            if let Some(region) = Region::parse(name) {
                return format!("/feeds/{}.ics", region.slug());
            }
        }
        [("organiser", name)] if Link::parse(name).is_err() => {
            return format!("/feeds/organiser/{}.ics", slug(name));
        }
        [("country", name)] => {
            if let Some(country) = Country::parse(name) {
                return format!("/feeds/country/{}.ics", country.code().to_lowercase());
            }
        }
        _ => {}
    }
    query::address("/events.ics", kept)
}

/// Links to subscribe to the feed at a path of ours, which holds what `name` says.
pub fn links(site: &Site<'_>, path: &str, name: &str) -> Markup {
    let https = format!("{}{path}", site.base);
    // What a calendar program on the reader's own machine opens.
    let webcal = match https.split_once("://") {
        Some((_, rest)) => format!("webcal://{rest}"),
        None => https.clone(),
    };
    let outlook = |host: &str| {
        query::away(
            &format!("https://{host}/calendar/0/addfromweb"),
            [("url", https.as_str()), ("name", name)],
        )
    };
    // Google Calendar hides events that are CANCELLED; the others show that they are. Deadlines are never cancelled, and
    // a static file cannot be asked.
    let marked = match webcal.contains('?') {
        _ if !site.answers || path.starts_with("/cfp") => webcal.clone(),
        true => format!("{webcal}&cancelled=mark"),
        false => format!("{webcal}?cancelled=mark"),
    };
    let google = query::away(
        "https://calendar.google.com/calendar/render",
        [("cid", marked.as_str())],
    );
    html! {
        ul.buttons {
            li { a.button href=(webcal) { "Apple Calendar" } }
            li { a.button href=(google) rel="noreferrer" { "Google Calendar" } }
            li { a.button href=(outlook("outlook.live.com")) rel="noreferrer" { "Outlook.com" } }
            li { a.button href=(outlook("outlook.office.com")) rel="noreferrer" { "Microsoft 365" } }
        }
        p.note {
            (site.say.html("subscribe.other", &[("address", Fill::Leads(path.to_owned()))])) " "
            code id="feed-address" { (https) } " "
            button.quiet type="button" hidden data-copy="feed-address" { (site.say.text("page.copy-address")) }
        }
    }
}
