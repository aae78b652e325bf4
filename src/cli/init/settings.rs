//! `service.toml` of a new configuration: the compiled-in one with every key as a comment, and what was learned in its
//! place.

use super::Files;
use chrono::{NaiveDate, Weekday};
use rusty_events::config;
use rusty_events::facts::issue::Rhythm;
use rusty_events::section::observed::Observed;
use rusty_events::section::style::Heading;

/// A value that was learned: its table, its key, and the value as TOML writes it.
type Learned = (&'static str, &'static str, String);

/// A template: every key is explained, none is set.
pub(super) fn start() -> Files {
    vec![
        ("service.toml".to_owned(), with(&[])),
        ("sources/groups.toml".to_owned(), GROUPS.to_owned()),
        ("organisers.toml".to_owned(), ORGANISERS.to_owned()),
    ]
}

const GROUPS: &str = "\
#:schema ../schema/sources.json
# The groups to read, one entry for each. `rusty-events source add URL` finds a group's calendar and prints its entry.

# [[source]]
# url = \"https://www.meetup.com/rust-berlin/\"
# organiser = \"Rust Berlin\"        # what the newsletter prints
# place = \"Berlin, DE\"             # home: for events that name no place, and for online events
# mode = \"in-person\"               # where the source cannot say: \"in-person\", \"virtual\" or \"hybrid\"
# only = \"topic\"                   # for a group that has other topics too: keeps the events about [topic] in service.toml
";

const ORGANISERS: &str = "\
#:schema schema/organisers.json
# Groups without a source of their own, and other names of groups. They are used for events in shared calendars.

# [[organiser]]
# name = \"Rust Berlin\"
# url = \"https://www.meetup.com/rust-berlin/\"
# aliases = [\"Rust User Group Berlin\"]
# place = \"Berlin, DE\"
";

/// The settings that printed issues show.
pub(super) fn learned(observed: &Observed) -> (String, String) {
    let mut values: Vec<Learned> = Vec::new();
    let style = &observed.style;
    let language = config::language_of(style);
    let usual = config::style_in(language);
    if let Some(language) = language {
        values.push(("newsletter", "language", text(language)));
    }
    if let Some(rhythm) = observed.rhythm {
        values.extend(days(rhythm));
    }
    let mut section = |key, is: &str, usual: &str| {
        if is != usual {
            values.push(("section", key, text(is)));
        }
    };
    section("heading", &style.heading, &usual.heading);
    section("line", &style.line, &usual.line);
    section(
        "organiser-separator",
        &style.organiser_separator,
        &usual.organiser_separator,
    );
    section("virtual-label", &style.virtual_label, &usual.virtual_label);
    section("hybrid-label", &style.hybrid_label, &usual.hybrid_label);
    section("dates", &style.dates.pattern(), &usual.dates.pattern());
    let usual_days = observed.rhythm.map_or(usual.days, config::usual_days);
    if let Some(days) = observed.days.filter(|days| *days != usual_days) {
        values.push(("section", "days", days.to_string()));
    }
    if style.states != usual.states {
        let states: Vec<String> = style
            .states
            .iter()
            .map(|state| text(state.code()))
            .collect();
        values.push(("section", "states", format!("[{}]", states.join(", "))));
    }
    for heading in Heading::all() {
        // A heading that no issue has keeps the name that it has in the language.
        let is_printed = style.name(heading) != heading.name();
        if is_printed && style.name(heading) != usual.names.of(heading) {
            values.push((
                "section.headings",
                heading.slug(),
                text(style.name(heading)),
            ));
        }
    }
    ("service.toml".to_owned(), with(&values))
}

fn days(rhythm: Rhythm) -> Vec<Learned> {
    let on = |weekday: Weekday| {
        let name = config::WEEKDAYS[weekday.num_days_from_monday() as usize];
        ("newsletter", "weekday", text(name))
    };
    let first = |day: NaiveDate| ("newsletter", "first-issue", text(&day.to_string()));
    let every = |every: &str| ("newsletter", "every", text(every));
    match rhythm {
        Rhythm::Weeks(weekday, 1, _) => vec![on(weekday)],
        Rhythm::Weeks(weekday, weeks, from) => {
            vec![on(weekday), every(&format!("{weeks} weeks")), first(from)]
        }
        Rhythm::Month(weekday, which) => {
            let of_january = NaiveDate::from_weekday_of_month_opt(2026, 1, weekday, which);
            let mut days = vec![on(weekday), every("month")];
            days.extend(of_january.map(first));
            days
        }
        Rhythm::Dates(dates) => {
            let numbers: Vec<String> = dates.numbers().map(|day| day.to_string()).collect();
            let numbers = format!("[{}]", numbers.join(", "));
            vec![every("month"), ("newsletter", "days-of-month", numbers)]
        }
    }
}

/// A text as TOML writes it; JSON has the same escapes.
pub(super) fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// The compiled-in settings with every key as a comment, but for those that are given.
fn with(values: &[Learned]) -> String {
    let own = config::COMPILED_IN
        .iter()
        .find(|(path, _)| *path == "service.toml");
    let mut written = String::new();
    let mut table = "";
    for line in own.map_or("", |(_, text)| text).lines() {
        let plain = line.strip_prefix("# ").unwrap_or(line);
        if let Some(header) = plain
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next())
        {
            table = header;
            let is_used = values.iter().any(|(of, ..)| *of == table);
            written.push_str(if is_used { plain } else { line });
            written.push('\n');
            continue;
        }
        let key = plain.split(" = ").next().unwrap_or_default();
        let is_key = plain.contains(" = ") && !key.contains(' ');
        let value = values
            .iter()
            .find(|(of, name, _)| *of == table && *name == key);
        match value {
            Some((_, name, value)) => written.push_str(&format!("{name} = {value}")),
            // What is set there is that newsletter's own, and no default.
            None if is_key && !line.starts_with('#') => {
                let example = line.replacen("  # ", "  # example: ", 1);
                written.push_str(&format!("# {example}"));
            }
            None => written.push_str(line),
        }
        written.push('\n');
    }
    written
}
