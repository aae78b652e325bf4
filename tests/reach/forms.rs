//! Groups that announce their evenings in every form that is read: their pages and the entries that read them.

use crate::loopback::Answer;
use chrono::NaiveDate;

/// A group with two evenings.
pub(super) struct Group {
    pub(super) number: u32,
    pub(super) form: &'static str,
    pub(super) city: &'static str,
    pub(super) evenings: Vec<Evening>,
}

/// One evening of a group, from seven to nine.
pub(super) struct Evening {
    pub(super) day: NaiveDate,
    pub(super) title: String,
    /// Its page; `None` where the form has none.
    pub(super) link: Option<String>,
}

/// What one form is: its name, the lines of an entry beside address and organiser, and what is served.
pub(super) struct Form {
    pub(super) name: &'static str,
    /// Further lines of the entry.
    pub(super) entry: &'static str,
    /// The path of the source on the group's host.
    pub(super) path: &'static str,
    /// Whether evenings have pages of their own.
    pub(super) has_links: bool,
    pub(super) pages: fn(&Group) -> Vec<(String, Answer)>,
}

const HTML: &str = "text/html; charset=utf-8";

pub(super) const FORMS: [Form; 18] = [
    form("ics", "platform = \"ics\"", "/all.ics", true, ics),
    form("jsonld", "platform = \"jsonld\"", "/events/", true, jsonld),
    form(
        "microdata",
        "platform = \"page\"",
        "/events/",
        true,
        microdata,
    ),
    form("rdfa", "platform = \"page\"", "/events/", true, rdfa),
    form("h-event", "platform = \"page\"", "/events/", true, h_event),
    form(
        "hcalendar",
        "platform = \"page\"",
        "/events/",
        true,
        hcalendar,
    ),
    form("time", "platform = \"page\"", "/events/", true, time),
    form(
        "linked-ics",
        "platform = \"page\"",
        "/events/",
        true,
        linked_ics,
    ),
    form("feed", "platform = \"page\"", "/feed.xml", true, feed),
    form("script", "platform = \"page\"", "/events/", true, script),
    form(
        "add-links",
        "platform = \"page\"",
        "/events/",
        true,
        add_links,
    ),
    form(
        "markdown",
        "platform = \"page\"",
        "/README.md",
        true,
        markdown,
    ),
    form("list", "platform = \"list\"", "/events/", true, list),
    form("json", "platform = \"json\"", "/events.json", true, json),
    form(
        "json-rules",
        "platform = \"json\"\nrules.item = \"daten.treffen\"\nrules.title = \"worum\"\nrules.date = \"wann\"\nrules.link = \"seite\"",
        "/treffen.json",
        true,
        json_rules,
    ),
    form(
        "rules",
        "platform = \"html\"\nrules.item = \"article.event\"\nrules.title = \"h3 a\"\nrules.date = \"p.when\"\nrules.time = \"p.hours\"\nrules.link = \"h3 a @href\"",
        "/termine/",
        true,
        rules,
    ),
    form("prose", "platform = \"html\"", "/termine/", true, prose),
    form("meta", "platform = \"page\"", "/next/", false, meta),
];

const fn form(
    name: &'static str,
    entry: &'static str,
    path: &'static str,
    has_links: bool,
    pages: fn(&Group) -> Vec<(String, Answer)>,
) -> Form {
    Form {
        name,
        entry,
        path,
        has_links,
        pages,
    }
}

impl Group {
    pub(super) fn host(&self) -> String {
        format!("club-{}.example", self.number)
    }

    pub(super) fn name(&self) -> String {
        format!("Crab Club {}", self.number)
    }

    pub(super) fn home(&self) -> String {
        format!("https://{}/", self.host())
    }

    fn each(&self, item: impl Fn(&Evening) -> String) -> String {
        self.evenings.iter().map(item).collect()
    }

    /// A page of its own form, under the form's path.
    fn page(&self, kind: &'static str, body: String) -> Vec<(String, Answer)> {
        let form = FORMS.iter().find(|form| form.name == self.form).unwrap();
        vec![(form.path.to_owned(), Answer::ok(kind, body))]
    }
}

impl Evening {
    fn href(&self) -> &str {
        self.link.as_deref().unwrap_or_default()
    }

    fn start(&self) -> String {
        format!("{}T19:00:00+02:00", self.day)
    }

    fn end(&self) -> String {
        format!("{}T21:00:00+02:00", self.day)
    }

    /// In UTC, as calendars write it.
    fn stamp(&self, hour: u32) -> String {
        format!("{}T{hour:02}0000Z", self.day.format("%Y%m%d"))
    }

    fn vevent(&self, city: &str) -> String {
        format!(
            "BEGIN:VEVENT\r\nUID:{}\r\nSUMMARY:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nLOCATION:Old Mill\\, {city}\\, Austria\r\nURL:{}\r\nEND:VEVENT\r\n",
            self.href(),
            self.title,
            self.stamp(17),
            self.stamp(19),
            self.href()
        )
    }

    fn in_schema(&self, city: &str) -> String {
        format!(
            "{{\"@context\":\"https://schema.org\",\"@type\":\"Event\",\"name\":\"{}\",\"startDate\":\"{}\",\"endDate\":\"{}\",\"url\":\"{}\",\
             \"location\":{{\"@type\":\"Place\",\"name\":\"Old Mill\",\"address\":{{\"@type\":\"PostalAddress\",\"addressLocality\":\"{city}\",\"addressCountry\":\"AT\"}}}}}}",
            self.title,
            self.start(),
            self.end(),
            self.href()
        )
    }
}

pub(super) fn calendar(group: &Group) -> String {
    let events = group.each(|of| of.vevent(group.city));
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{events}END:VCALENDAR\r\n")
}

fn ics(group: &Group) -> Vec<(String, Answer)> {
    group.page("text/calendar", calendar(group))
}

fn jsonld(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        let data = of.in_schema(group.city);
        format!("<script type=\"application/ld+json\">{data}</script>")
    });
    group.page(
        HTML,
        format!("<html><body><h1>Events</h1>{events}</body></html>"),
    )
}

fn microdata(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<div itemscope itemtype=\"https://schema.org/Event\"><a itemprop=\"url\" href=\"{}\"><span itemprop=\"name\">{}</span></a>\
             <time itemprop=\"startDate\" datetime=\"{}\">soon</time>\
             <div itemprop=\"location\" itemscope itemtype=\"https://schema.org/Place\"><span itemprop=\"name\">Old Mill</span>\
             <div itemprop=\"address\" itemscope itemtype=\"https://schema.org/PostalAddress\"><span itemprop=\"addressLocality\">{}</span>, \
             <span itemprop=\"addressCountry\">AT</span></div></div></div>",
            of.href(), of.title, of.start(), group.city
        )
    });
    group.page(HTML, format!("<html><body>{events}</body></html>"))
}

fn rdfa(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<div vocab=\"https://schema.org/\" typeof=\"Event\"><a property=\"url\" href=\"{}\"><span property=\"name\">{}</span></a>\
             <span property=\"startDate\" content=\"{}\">soon</span></div>",
            of.href(), of.title, of.start()
        )
    });
    group.page(HTML, format!("<html><body>{events}</body></html>"))
}

fn h_event(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<div class=\"h-event\"><a class=\"p-name u-url\" href=\"{}\">{}</a> <time class=\"dt-start\" datetime=\"{}\">soon</time> \
             <span class=\"p-location\">{}, Austria</span></div>",
            of.href(), of.title, of.start(), group.city
        )
    });
    group.page(HTML, format!("<html><body>{events}</body></html>"))
}

fn hcalendar(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<div class=\"vevent\"><a class=\"url summary\" href=\"{}\">{}</a> <abbr class=\"dtstart\" title=\"{}\">soon</abbr> \
             <span class=\"location\">{}, Austria</span></div>",
            of.href(), of.title, of.start(), group.city
        )
    });
    group.page(HTML, format!("<html><body>{events}</body></html>"))
}

fn time(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<li><a href=\"{}\">{}</a> <time datetime=\"{}\">soon</time></li>",
            of.href(),
            of.title,
            of.start()
        )
    });
    group.page(
        HTML,
        format!("<html><body><h1>Upcoming events</h1><ul>{events}</ul></body></html>"),
    )
}

fn linked_ics(group: &Group) -> Vec<(String, Answer)> {
    let mut pages = Vec::new();
    let mut items = String::new();
    for (number, evening) in group.evenings.iter().enumerate() {
        let path = format!("/events/{number}.ics");
        items.push_str(&format!(
            "<li>Evening {number}: <a href=\"{path}\">calendar</a></li>"
        ));
        let event = evening.vevent(group.city);
        let body = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{event}END:VCALENDAR\r\n"
        );
        pages.push((path, Answer::ok("text/calendar", body)));
    }
    pages.extend(group.page(HTML, format!("<html><body><ul>{items}</ul></body></html>")));
    pages
}

fn feed(group: &Group) -> Vec<(String, Answer)> {
    let items = group.each(|of| {
        format!(
            "<item><title>{}</title><link>{}</link><pubDate>Wed, 22 Jul 2026 06:35:25 +0000</pubDate>\
             <ev:startdate>{}</ev:startdate><ev:location>{}, Austria</ev:location></item>",
            of.title, of.href(), of.start(), group.city
        )
    });
    let body = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:ev=\"http://purl.org/rss/1.0/modules/event/\"><channel><title>Club</title>{items}</channel></rss>"
    );
    group.page("application/rss+xml", body)
}

fn script(group: &Group) -> Vec<(String, Answer)> {
    let events: Vec<String> = group
        .evenings
        .iter()
        .map(|of| {
            format!(
                "{{\"title\":\"{}\",\"startDate\":\"{}\",\"url\":\"{}\",\"venue\":{{\"name\":\"Old Mill\",\"city\":\"{}\",\"country\":\"AT\"}}}}",
                of.title, of.start(), of.href(), group.city
            )
        })
        .collect();
    let body = format!(
        "<html><body><div id=root></div><script id=\"__NEXT_DATA__\" type=\"application/json\">{{\"props\":{{\"events\":[{}]}}}}</script></body></html>",
        events.join(",")
    );
    group.page(HTML, body)
}

fn add_links(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<li><a href=\"{}\">{}</a> <a href=\"https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text={}&amp;dates={}/{}&amp;location={}%2C%20Austria\">add</a></li>",
            of.href(), of.title, of.title.replace(' ', "%20"), of.stamp(17), of.stamp(19), group.city
        )
    });
    group.page(HTML, format!("<html><body><ul>{events}</ul></body></html>"))
}

fn markdown(group: &Group) -> Vec<(String, Answer)> {
    let rows = group.each(|of| format!("| {} 19:00 | [{}]({}) |\n", of.day, of.title, of.href()));
    let body = format!("# Crab Club\n\nWe meet.\n\n| Date | Topic |\n|---|---|\n{rows}");
    group.page("text/plain; charset=utf-8", body)
}

fn list(group: &Group) -> Vec<(String, Answer)> {
    let links = group.each(|of| format!("<li><a href=\"{}\">{}</a></li>\n", of.href(), of.title));
    let mut pages = group.page(HTML, format!("<html><body><ul>{links}</ul></body></html>"));
    for evening in &group.evenings {
        let data = evening.in_schema(group.city);
        let body = format!("<html><script type=\"application/ld+json\">{data}</script></html>");
        let path = evening
            .href()
            .split(&group.host())
            .nth(1)
            .unwrap()
            .to_owned();
        pages.push((path, Answer::ok(HTML, body)));
    }
    pages
}

fn json(group: &Group) -> Vec<(String, Answer)> {
    let events: Vec<String> = group
        .evenings
        .iter()
        .map(|of| {
            format!(
                "{{\"title\":\"{}\",\"start_date\":\"{}\",\"end_date\":\"{}\",\"url\":\"{}\",\"city\":\"{}\",\"country\":\"Austria\"}}",
                of.title, of.start(), of.end(), of.href(), group.city
            )
        })
        .collect();
    group.page(
        "application/json",
        format!("{{\"events\":[{}]}}", events.join(",")),
    )
}

fn json_rules(group: &Group) -> Vec<(String, Answer)> {
    let events: Vec<String> = group
        .evenings
        .iter()
        .map(|of| {
            format!(
                "{{\"worum\":\"{}\",\"wann\":\"{}\",\"seite\":\"{}\"}}",
                of.title,
                of.start(),
                of.href()
            )
        })
        .collect();
    let body = format!("{{\"daten\":{{\"treffen\":[{}]}}}}", events.join(","));
    group.page("application/json", body)
}

fn rules(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<article class=\"event\"><h3><a href=\"{}\">{}</a></h3><p class=\"when\">{}</p><p class=\"hours\">19–21 Uhr</p></article>",
            of.href(), of.title, of.day.format("%d.%m.%Y")
        )
    });
    group.page(
        HTML,
        format!("<html lang=\"de\"><body>{events}</body></html>"),
    )
}

fn prose(group: &Group) -> Vec<(String, Answer)> {
    let events = group.each(|of| {
        format!(
            "<li><a href=\"{}\">{}</a>, am {}. September {}, 19 Uhr</li>",
            of.href(),
            of.title,
            of.day.format("%-d"),
            of.day.format("%Y")
        )
    });
    group.page(
        HTML,
        format!("<html lang=\"de\"><body><h1>Termine</h1><ul>{events}</ul></body></html>"),
    )
}

/// A page about the next evening alone.
fn meta(group: &Group) -> Vec<(String, Answer)> {
    let next = &group.evenings[0];
    let body = format!(
        "<html><head><meta property=\"og:title\" content=\"{}\"><meta property=\"event:start_time\" content=\"{}\"></head><body></body></html>",
        next.title,
        next.start()
    );
    group.page(HTML, body)
}
