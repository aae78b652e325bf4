//! Whether a page or an address speaks of events: by words of its address and headings, in several languages.

use super::Document;
use super::words::words;
use crate::facts::event::folded;
use url::Url;

/// Headings of one page that are looked at.
const MOST_HEADINGS: usize = 10;

/// Words for what people go to, as [`folded`] spells them, with their plurals.
const EVENTS: [&str; 62] = [
    "event",
    "events",
    "meetup",
    "meetups",
    "meeting",
    "meetings",
    "talks",
    "workshop",
    "workshops",
    "conference",
    "conferences",
    "calendar",
    "agenda",
    "termin",
    "termine",
    "veranstaltung",
    "veranstaltungen",
    "treffen",
    "stammtisch",
    "kalender",
    "evenement",
    "evenements",
    "rencontre",
    "rencontres",
    "rendez",
    "soirees",
    "evento",
    "eventos",
    "encuentro",
    "encuentros",
    "reuniones",
    "encontro",
    "encontros",
    "eventi",
    "incontro",
    "incontri",
    "appuntamenti",
    "bijeenkomst",
    "bijeenkomsten",
    "evenementen",
    "spotkanie",
    "spotkania",
    "wydarzenia",
    "akce",
    "sraz",
    "srazy",
    "setkani",
    "traff",
    "traffar",
    "evenemang",
    "esdeveniment",
    "esdeveniments",
    "trobada",
    "trobades",
    "митап",
    "митапы",
    "встречи",
    "イヘント",
    "勉強会",
    "活動",
    "聚會",
    "聚会",
];

fn is_one(words: &str) -> bool {
    words.split(' ').any(|word| EVENTS.contains(&word))
}

/// Whether an address, or a path, lies below one of events.
pub(super) fn is_below_events(address: &str) -> bool {
    let path = Url::parse(address).map_or_else(|_| address.to_owned(), |url| url.path().to_owned());
    path.split('/')
        .any(|part| EVENTS.contains(&folded(part).as_str()))
}

/// Whether a page speaks of events: in its address, its title or one of its first headings.
pub(super) fn of_events(document: &Document<'_>) -> bool {
    if document
        .url
        .as_ref()
        .is_some_and(|url| is_below_events(url.path()))
    {
        return true;
    }
    let title = crate::read::html::title(document.text).unwrap_or_default();
    if is_one(&folded(&title)) {
        return true;
    }
    let tree = document.tree();
    let headings = tree.nodes.iter().enumerate();
    let mut headings = headings.filter(|(_, node)| node.heading().is_some_and(|level| level <= 2));
    headings
        .by_ref()
        .take(MOST_HEADINGS)
        .any(|(place, _)| is_one(&folded(&words(tree, place))))
}
