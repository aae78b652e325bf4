//! Microformats: h-event (<https://microformats.org/wiki/h-event>) and the hCalendar before it
//! (<https://microformats.org/wiki/hcalendar>).
//!
//! An event's properties are classes of the elements inside of it. What stands inside of a further object (an
//! attendee's card, a session) belongs to that object, but for the place: that is a card itself.

mod value;

use super::Document;
use super::found::{Facts, Found};
use super::words::words;
use crate::facts::event::folded;
use crate::facts::listing::{End, Listing, Location, Status};
use crate::read::dates;
use crate::read::tree::Tree;
use value::Value;

/// Objects of microformats: what stands in them are their properties, not those of the event around.
const OBJECTS: [&str; 15] = [
    "h-adr",
    "h-card",
    "h-cite",
    "h-entry",
    "h-event",
    "h-feed",
    "h-geo",
    "h-item",
    "h-product",
    "h-recipe",
    "h-resume",
    "h-review",
    "vcard",
    "vevent",
    "hentry",
];

/// A property, by the classes that name it: in h-event, and in hCalendar.
type Property = [&'static str; 2];

const NAME: Property = ["p-name", "summary"];
const START: Property = ["dt-start", "dtstart"];
const END: Property = ["dt-end", "dtend"];
const DURATION: Property = ["dt-duration", "duration"];
const URL: Property = ["u-url", "url"];
const PLACE: Property = ["p-location", "location"];
const ABOUT: Property = ["e-content", "description"];
const SUMMARY: Property = ["p-summary", "p-description"];
const STATUS: Property = ["p-status", "status"];
const ORGANISER: Property = ["p-organizer", "organizer"];

/// The events of a page.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    if !["h-event", "vevent"]
        .iter()
        .any(|mark| document.text.contains(mark))
    {
        return None;
    }
    let tree = document.tree();
    let mut page = Page {
        classes: Vec::new(),
        tree,
        document,
    };
    page.classes = page.all_classes();
    let mut found = Found::read_as("microformats (h-event)");
    let mut inside_of = 0;
    for root in 0..tree.nodes.len() {
        // A session belongs to its conference, as it does in JSON-LD.
        if root < inside_of || !page.is_any(root, &["h-event", "vevent"]) {
            continue;
        }
        if page.first(root, START).is_some() {
            inside_of = tree.nodes[root].end;
        }
        page.event(root, &mut found);
        if found.is_full() {
            break;
        }
    }
    if tree.is_cut {
        found.doubt(0, None, "the page has more elements than are read");
    }
    (found.entries > 0).then_some(found)
}

struct Page<'a> {
    tree: &'a Tree,
    /// The classes of each element that has any, in the order of the elements.
    classes: Vec<(usize, Vec<String>)>,
    document: &'a Document<'a>,
}

impl Page<'_> {
    /// The first element behind one and all in it.
    fn end(&self, node: usize) -> usize {
        self.tree.nodes[node].end
    }

    fn all_classes(&self) -> Vec<(usize, Vec<String>)> {
        let nodes = self.tree.nodes.iter().enumerate();
        nodes
            .map(|(place, node)| {
                let classes = node.attribute("class").split_ascii_whitespace();
                (place, classes.map(str::to_owned).collect::<Vec<_>>())
            })
            .filter(|(_, classes)| !classes.is_empty())
            .collect()
    }

    fn classes(&self, node: usize) -> &[String] {
        match self.classes.binary_search_by_key(&node, |(node, _)| *node) {
            Ok(place) => &self.classes[place].1,
            Err(_) => &[],
        }
    }

    fn is_any(&self, node: usize, classes: &[&str]) -> bool {
        self.classes(node)
            .iter()
            .any(|class| classes.contains(&class.as_str()))
    }

    /// The elements with a property of an object, in their order; those inside of another object are that one's.
    fn all(&self, root: usize, property: Property) -> Vec<usize> {
        let end = self.end(root);
        let from = self.classes.partition_point(|(node, _)| *node <= root);
        let mut found = Vec::new();
        let mut behind = 0;
        for (node, classes) in &self.classes[from..] {
            if *node >= end {
                break;
            }
            if *node < behind {
                continue;
            }
            let holds =
                |names: &[&str]| classes.iter().any(|class| names.contains(&class.as_str()));
            if holds(&property) {
                found.push(*node);
            }
            if holds(&OBJECTS) {
                behind = self.end(*node);
            }
        }
        found
    }

    fn first(&self, root: usize, property: Property) -> Option<usize> {
        self.all(root, property).first().copied()
    }

    /// A property's words, by the pattern of values.
    fn words(&self, root: usize, property: Property) -> Option<String> {
        let node = self.first(root, property)?;
        Some(self.value(node).words()).filter(|words| !words.is_empty())
    }

    fn value(&self, node: usize) -> Value<'_> {
        Value { page: self, node }
    }

    fn event(&self, root: usize, found: &mut Found) {
        let line = self.tree.nodes[root].line;
        let title = self.title(root);
        let starts = self.all(root, START);
        let Some(first) = starts.first() else {
            found.entries += 1;
            found.doubt(line, Some(&title), "has no dt-start");
            return;
        };
        let said = self.value(*first).time();
        let start = match dates::parse(&said) {
            Ok(start) => start,
            Err(what) => {
                found.lose(line, Some(&title), format!("dt-start {what}"));
                return;
            }
        };
        let read = |node: &usize| dates::parse(&self.value(*node).time()).ok();
        if starts[1..]
            .iter()
            .filter_map(read)
            .any(|other| other != start)
        {
            let what = format!("has {} starts: the first one counts", starts.len());
            found.doubt(line, Some(&title), what);
        }
        let facts = Facts {
            title,
            start,
            link: self.link(root),
            id: None,
            line,
        };
        let mut listing = facts.listing();
        self.describe(root, &mut listing);
        if let Some(node) = self.first(root, END) {
            let said = self.value(node).time();
            match value::end(&said, &listing.start) {
                Ok(end) => listing.end = end.map(End::At),
                Err(what) => {
                    let what = format!("dt-end {what}: read without its end");
                    found.doubt(line, Some(&listing.title), what);
                }
            }
        } else if let Some(said) = self.words(root, DURATION) {
            listing.end = dates::duration(&said).map(End::After);
        }
        found.take(listing);
    }

    /// The name, else the words of the first heading, else those of the first link.
    fn title(&self, root: usize) -> String {
        if let Some(name) = self.words(root, NAME) {
            return name;
        }
        let mut inside = root + 1..self.end(root);
        let is_link = |node: &usize| self.tree.nodes[*node].name == "a";
        let named = inside
            .clone()
            .find(|node| self.tree.nodes[*node].heading().is_some());
        let named = named.or_else(|| inside.find(is_link));
        named.map_or_else(String::new, |node| words(self.tree, node))
    }

    fn link(&self, root: usize) -> Option<String> {
        let nodes = self.all(root, URL).into_iter();
        let own = nodes.filter_map(|node| self.value(node).address());
        let own: Vec<String> = own.collect();
        // A name may be the link itself, without a class that says so.
        let of_name = self.first(root, NAME).and_then(|node| {
            let mut inside = self.tree.nodes[node..self.end(node)].iter();
            let address = inside
                .find_map(|node| Some(node.attribute("href")).filter(|href| !href.is_empty()));
            address.map(str::to_owned)
        });
        own.into_iter()
            .chain(of_name)
            .find_map(|address| self.document.resolved(&address))
    }

    fn describe(&self, root: usize, listing: &mut Listing) {
        listing.locations = self.places(root);
        listing.description = [SUMMARY, ABOUT]
            .into_iter()
            .find_map(|property| self.words(root, property))
            .unwrap_or_default();
        let status = folded(&self.words(root, STATUS).unwrap_or_default());
        listing.status = match status.as_str() {
            "cancelled" | "canceled" => Status::Cancelled,
            "postponed" => Status::Postponed,
            "confirmed" => Status::Confirmed,
            "tentative" => Status::Tentative,
            _ => Status::Unsaid,
        };
        let organisers = self.all(root, ORGANISER).into_iter().take(20);
        listing.organisers = organisers
            .map(|node| {
                let name = self.part(node, &["p-name", "fn"]);
                let name = name.unwrap_or_else(|| self.value(node).words());
                (name, None)
            })
            .filter(|(name, _)| !name.is_empty())
            .collect();
    }

    /// Where it is: each place as a card, an address, or words.
    fn places(&self, root: usize) -> Vec<Location> {
        let mut nodes = self.all(root, PLACE);
        if nodes.is_empty() {
            nodes = self.all(root, ["h-adr", "adr"]);
        }
        let places = nodes.into_iter().take(20).map(|node| self.place(node));
        places
            .filter(|place| *place != Location::default())
            .collect()
    }

    fn place(&self, node: usize) -> Location {
        let place = Location {
            venue: self.part(node, &["p-name", "fn", "p-org", "org"]),
            address: self.part(node, &["p-street-address", "street-address"]),
            city: self.part(node, &["p-locality", "locality"]),
            state: self.part(node, &["p-region", "region"]),
            country: self.part(node, &["p-country-name", "country-name"]),
            latitude: self.degrees(node, &["p-latitude", "latitude"], 90.0),
            longitude: self.degrees(node, &["p-longitude", "longitude"], 180.0),
        };
        if place != Location::default() {
            return place;
        }
        let words = self.value(node).words();
        Location {
            address: (!words.is_empty()).then_some(words),
            ..Location::default()
        }
    }

    /// The words of the first element inside of another that has one of these classes, at any depth.
    fn part(&self, node: usize, classes: &[&str]) -> Option<String> {
        let end = self.end(node);
        let from = self.classes.partition_point(|(inner, _)| *inner < node);
        let inside = self.classes[from..].iter().map(|(node, _)| *node);
        let mut inside = inside.take_while(|inner| *inner < end);
        let part = inside.find(|inner| self.is_any(*inner, classes))?;
        Some(self.value(part).words()).filter(|words| !words.is_empty())
    }

    fn degrees(&self, node: usize, classes: &[&str], limit: f64) -> Option<f64> {
        let degrees: f64 = self.part(node, classes)?.parse().ok()?;
        (degrees.is_finite() && degrees.abs() <= limit).then_some(degrees)
    }
}
