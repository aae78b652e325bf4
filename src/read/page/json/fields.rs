//! What programs call the fields of an event: one table for all of them.
//!
//! Names are compared without case, `_`, `-` and spaces: `start_date`, `startDate` and `Start Date` are one.
//! Seen in answers (corpus of pages, 2026-08): The Events Calendar, Squarespace, Wix, Trumba, Indico, Elfsight,
//! Eventbrite, Meetup (GraphQL, Apollo's state, version 2), Luma, `conference-data`, developers.events. As
//! commonly documented, with no answer seen and none asked for live: gancio, Mobilizon, pretalx and frab (`schedule.json`), Discourse, FullCalendar,
//! Google Calendar, Localist, OpenAgenda, Ticketmaster, Ticket Tailor, Legistar, Doorkeeper, Teamup, Tockify.

use crate::facts::event::one_line;
use crate::read::json;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Names of a field, the one that says most first.
pub(super) type Names = &'static [&'static str];

pub(super) const TITLE: Names = &[
    "title",
    "name",
    "summary",
    "subject",
    "headline",
    "eventname",
    "eventtitle",
    "displayname",
    "eventbodyname",
    "posttitle",
];

/// Fields that only say when something begins.
pub(super) const START: Names = &[
    "startdatetime",
    "startsat",
    "startat",
    "startedat",
    "beginsat",
    "beginson",
    "startson",
    "startdate",
    "startdt",
    "starttimestamp",
    "startts",
    "starttime",
    "startutc",
    "startdateutc",
    "starts",
    "start",
    "dtstart",
    "datestart",
    "begindate",
    "begindatetime",
    "begintime",
    "begins",
    "begin",
    "datefrom",
    "fromdate",
    "from",
    "timestart",
    "eventstart",
    "eventstartsat",
    "eventstartdate",
    "eventstarttime",
    "eventdate",
    "eventdatetime",
    "startdateisoformatnotutc",
    "scheduledat",
    "scheduledfor",
    "scheduledstart",
    "timings",
    "localstart",
    "startlocal",
    "firstdate",
    "startunix",
    "startepoch",
    "startmillis",
];

/// Fields that may say when something was written too.
pub(super) const DATE: Names = &[
    "date",
    "dates",
    "datetime",
    "when",
    "day",
    "time",
    "timestamp",
];

pub(super) const END: Names = &[
    "enddatetime",
    "endsat",
    "endat",
    "endedat",
    "endson",
    "enddate",
    "enddt",
    "endtimestamp",
    "endts",
    "endtime",
    "endutc",
    "enddateutc",
    "ends",
    "end",
    "dtend",
    "dateend",
    "dateto",
    "todate",
    "to",
    "until",
    "timeend",
    "finish",
    "finishat",
    "finishes",
    "eventend",
    "eventendsat",
    "eventenddate",
    "eventendtime",
    "enddateisoformatnotutc",
    "scheduledend",
    "localend",
    "endlocal",
    "lastdate",
    "endunix",
    "endepoch",
    "endmillis",
];

/// The hour, where the day stands alone.
pub(super) const TIME: Names = &[
    "starttime",
    "timestart",
    "starthour",
    "eventtime",
    "eventstarttime",
    "localtime",
    "time",
    "hour",
];

/// The last hour, where the day stands alone.
pub(super) const END_TIME: Names = &["endtime", "timeend", "endhour", "eventendtime"];

pub(super) const DURATION: Names = &["duration", "durationms", "durationminutes"];

pub(super) const ZONE: Names = &[
    "timezone",
    "timezoneid",
    "timezonename",
    "tz",
    "tzid",
    "starttimezone",
    "starttz",
    "eventtimezone",
    "timezoneidentifier",
    "ianatimezone",
];

pub(super) const OFFSET: Names = &["starttimezoneoffset", "utcoffset", "timezoneoffset"];

pub(super) const ALL_DAY: Names = &["allday", "isallday", "alldayevent", "wholeday", "fullday"];

pub(super) const LINK: Names = &[
    "eventurl",
    "url",
    "permalink",
    "permalinkurl",
    "fullurl",
    "link",
    "hyperlink",
    "htmllink",
    "href",
    "publicurl",
    "weburl",
    "pageurl",
    "canonicalurl",
    "localisturl",
    "detailurl",
    "detailsurl",
    "detaillink",
    "eventlink",
    "eventinsiteurl",
    "siteurl",
    "website",
    "homepage",
    "weblink",
    "register",
    "registerurl",
    "registration",
    "registrationurl",
    "registrationlink",
    "rsvp",
    "rsvpurl",
    "signup",
    "signupurl",
    "ticketurl",
    "ticketsurl",
    "tickets",
    "meetup",
    "meetupurl",
    "luma",
    "externalurl",
];

pub(super) const ID: Names = &["uid", "id", "eventid", "guid", "apiid", "uuid", "code"];

pub(super) const PLACE: Names = &[
    "venue",
    "location",
    "place",
    "venues",
    "locations",
    "places",
    "where",
    "physicaladdress",
    "geoaddressinfo",
    "venuename",
    "locationname",
    "placename",
    "eventlocation",
    "eventplace",
    "geoaddressjson",
    "address",
    "hall",
    "room",
];

pub(super) const VENUE: Names = &[
    "name",
    "venue",
    "title",
    "addresstitle",
    "displayname",
    "description",
    "venuename",
    "locationname",
    "label",
];

pub(super) const ADDRESS: Names = &[
    "address",
    "address1",
    "addressline1",
    "street",
    "streetaddress",
    "fulladdress",
    "formattedaddress",
    "localizedaddressdisplay",
    "addressstring",
    "formatted",
];

pub(super) const CITY: Names = &[
    "city",
    "locality",
    "addresslocality",
    "town",
    "localizedcity",
];

pub(super) const STATE: Names = &[
    "state",
    "region",
    "province",
    "stateprovince",
    "addressregion",
    "regionshort",
    "statecode",
];

pub(super) const COUNTRY: Names = &[
    "countrycode",
    "country",
    "countryname",
    "addresscountry",
    "localizedcountryname",
    "countryfullname",
];

pub(super) const LATITUDE: Names = &["latitude", "lat"];
pub(super) const LONGITUDE: Names = &["longitude", "lng", "lon", "long"];

pub(super) const ONLINE: Names = &[
    "online",
    "isonline",
    "onlineevent",
    "isonlineevent",
    "virtual",
    "isvirtual",
    "remote",
    "webinar",
];

pub(super) const MODE: Names = &[
    "eventtype",
    "attendancemode",
    "eventattendancemode",
    "locationtype",
    "format",
    "mode",
    "venuetype",
];

pub(super) const STATUS: Names = &["eventstatus", "status", "state"];
pub(super) const CANCELLED: Names = &["canceled", "cancelled", "iscanceled", "iscancelled"];

pub(super) const ABOUT: Names = &[
    "description",
    "summary",
    "excerpt",
    "body",
    "content",
    "details",
    "about",
    "shortdescription",
    "teaser",
    "abstract",
];

pub(super) const ORGANISER: Names = &[
    "organizer",
    "organiser",
    "organizers",
    "organisers",
    "hosts",
    "host",
    "group",
    "groupname",
    "hostname",
    "organizername",
];

/// What only events have.
pub(super) const OF_EVENTS: Names = &[
    "venue",
    "venues",
    "location",
    "place",
    "where",
    "physicaladdress",
    "city",
    "end",
    "endtime",
    "enddate",
    "endsat",
    "register",
    "registration",
    "registrationurl",
    "rsvp",
    "rsvpurl",
    "allday",
    "starttime",
    "time",
    "timezone",
    "eventurl",
    "eventtype",
    "online",
    "speakers",
    "signup",
    "cfp",
    "cfpurl",
    "hyperlink",
    "tickets",
    "ticketurl",
    "utcoffset",
];

/// What posts, commits, files and releases have: their date is no event's.
pub(super) const OF_OTHERS: Names = &[
    "dategmt",
    "modified",
    "modifiedgmt",
    "publishedat",
    "datepublished",
    "published",
    "pubdate",
    "author",
    "authors",
    "excerpt",
    "commentcount",
    "email",
    "version",
    "sha",
    "filesize",
    "mimetype",
    "extension",
    "tarball",
    "price",
    "wordcount",
    "readingtime",
    "draft",
    "layout",
    "categories",
    "tags",
];

/// Objects inside of an event that hold its own fields.
const HOLDERS: Names = &[
    "scheduling",
    "config",
    "dates",
    "date",
    "when",
    "content",
    "event",
    "attributes",
    "fields",
    "properties",
    "acf",
    "meta",
    "schedule",
    "details",
    "eventdetails",
    "eventdata",
    "extendedprops",
    "eventmeta",
    "time",
    "structuredcontent",
    "post",
    "topic",
];

/// Objects of one event that are looked into.
const MOST_HOLDERS: usize = 8;

/// Fields of one object that are looked at: an event of Tribe's has 60.
const MOST_FIELDS: usize = 400;

/// Characters of a field's name in a message.
const LONGEST_NAME: usize = 40;

/// A name as the tables spell it.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// A field's name, for messages.
pub(super) fn shown(name: &str) -> String {
    one_line(name).chars().take(LONGEST_NAME).collect()
}

/// The fields of one object.
pub(super) struct Fields<'a> {
    /// By their names in the spelling of the tables; each with its own.
    by_name: BTreeMap<String, (&'a str, &'a Value)>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(object: &'a Map<String, Value>) -> Fields<'a> {
        let mut by_name = BTreeMap::new();
        for (name, value) in object.iter().take(MOST_FIELDS) {
            if says_something(value) {
                by_name.entry(plain_name(name)).or_insert((&**name, value));
            }
        }
        Fields { by_name }
    }

    /// The first of these fields that says something, with its name as written.
    pub(super) fn named(&self, names: Names) -> Option<(&'a str, &'a Value)> {
        names
            .iter()
            .find_map(|name| self.by_name.get(*name).copied())
    }

    pub(super) fn get(&self, names: Names) -> Option<&'a Value> {
        self.named(names).map(|(_, value)| value)
    }

    /// All of these fields that say something, in the order of the names.
    pub(super) fn all(&self, names: Names) -> impl Iterator<Item = (&'a str, &'a Value)> {
        names
            .iter()
            .filter_map(|name| self.by_name.get(*name).copied())
    }

    /// The first of these fields that holds words.
    pub(super) fn text(&self, names: Names) -> Option<String> {
        self.all(names).find_map(|(_, value)| words(value))
    }

    pub(super) fn is_true(&self, names: Names) -> bool {
        self.all(names).any(|(_, value)| match value {
            Value::Bool(is_so) => *is_so,
            Value::String(text) => matches!(text.as_str(), "true" | "1" | "yes"),
            Value::Number(number) => number.as_u64() == Some(1),
            _ => false,
        })
    }

    pub(super) fn holds(&self, names: Names) -> bool {
        self.get(names).is_some()
    }
}

/// An object that may be an event: its own fields, and those that stand one or two objects deeper.
pub(super) struct Entry<'a> {
    pub(super) own: Fields<'a>,
    held: Vec<Fields<'a>>,
}

impl<'a> Entry<'a> {
    pub(super) fn of(object: &'a Map<String, Value>) -> Entry<'a> {
        let own = Fields::of(object);
        let mut held: Vec<Fields<'a>> = Vec::new();
        let inside = |fields: &Fields<'a>| -> Vec<Fields<'a>> {
            let objects = fields
                .all(HOLDERS)
                .filter_map(|(_, value)| value.as_object());
            objects.map(Fields::of).collect()
        };
        let mut level = inside(&own);
        for _ in 0..2 {
            let deeper: Vec<Fields<'a>> = level.iter().flat_map(inside).collect();
            held.append(&mut level);
            level = deeper;
        }
        held.truncate(MOST_HOLDERS);
        Entry { own, held }
    }

    /// All objects with its fields, its own first.
    pub(super) fn objects(&self) -> impl Iterator<Item = &Fields<'a>> {
        std::iter::once(&self.own).chain(&self.held)
    }

    pub(super) fn text(&self, names: Names) -> Option<String> {
        self.objects().find_map(|fields| fields.text(names))
    }

    pub(super) fn is_true(&self, names: Names) -> bool {
        self.objects().any(|fields| fields.is_true(names))
    }

    pub(super) fn holds(&self, names: Names) -> bool {
        self.objects().any(|fields| fields.holds(names))
    }
}

/// Whether a value says anything: `null`, `""`, `{}`, `[]` and `"-"` do not.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !matches!(text.trim(), "" | "-" | "–" | "null" | "None"),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A value as words: a text, or an object that holds it as text, as markup or in several languages.
pub(in crate::read) fn words(value: &Value) -> Option<String> {
    let Value::Object(object) = value else {
        return json::text(value);
    };
    let forms = [
        "text", "rendered", "plain", "value", "en", "html", "name", "title", "default",
    ];
    let said = forms
        .iter()
        .find_map(|form| object.get(*form).filter(|value| !value.is_object()));
    // `{"de": "…", "fr": "…"}`
    let is_language = |(name, value): &(&String, &Value)| name.len() == 2 && value.is_string();
    let said = said.or_else(|| {
        let all = object.iter().take(MOST_FIELDS);
        all.clone()
            .all(|field| is_language(&field))
            .then(|| all.map(|(_, value)| value).next())?
    });
    json::text(said?)
}
