//! An example of each key's value, for messages: a mistake in the type of a value, or a missing one, is answered with a
//! line that can be copied.

use std::mem::discriminant;
use toml::de::{DeTable, DeValue};

/// Keys, each with an example of its value in TOML. A key that means something else in one table has that table's name
/// before it.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &str)] = &[
    ("aliases", r#"["https://www.example.org/calendar"]"#),
    ("allow", r#"["127.0.0.1:8123"]"#),
    ("assume", "true"),
    ("at", "2026-08-18T20:00:00Z"),
    ("by", r#""Ann""#),
    ("calls-heading", r####""### CFP - Events""####),
    ("cancel", "true"),
    ("cfp", r#""https://www.example.org/talks""#),
    ("cfp-until", r#""2026-08-31""#),
    ("chat", r#""slack""#),
    ("check", r#""https://www.example.org/events""#),
    ("contact", r#""https://www.example.org/about""#),
    ("database", r#""events.db""#),
    ("dates", r#""DD/MM/YYYY""#),
    ("days", "28"),
    ("days-of-month", "[1, 15]"),
    ("description", r#""Two talks and a quiz""#),
    ("draft", r#""draft/2026-08-26.md""#),
    ("end", r#""2026-09-08T21:00""#),
    ("env", r#""NAME_OF_A_VARIABLE""#),
    ("event", r#""https://www.example.org/events/1""#),
    ("event-pages", "200"),
    ("every", r#""2 weeks""#),
    ("exact", "true"),
    ("except", r#"["2026-12-24"]"#),
    ("expect-empty", "true"),
    ("file", r#""/run/secrets/token""#),
    ("filter", r#""near=Cologne""#),
    ("first-issue", r#""2026-03-02""#),
    ("force-mode", r#""virtual""#),
    ("force-place", r#""Berlin, DE""#),
    ("from", r#""2026-03-02""#),
    ("heading", r####""## Upcoming Events""####),
    ("headings.africa", r#""Afrika""#),
    ("headings.asia", r#""Asien""#),
    ("headings.europe", r#""Europa""#),
    ("headings.north-america", r#""Nordamerika""#),
    ("headings.oceania", r#""Ozeanien""#),
    ("headings.south-america", r#""Südamerika""#),
    ("headings.virtual", r#""Online""#),
    ("hide", r#""section""#),
    ("hybrid-label", r#""Hybrid""#),
    ("id", r#""berlin""#),
    ("issues", r#""https://github.com/OWNER/NAME/issues/new""#),
    ("language", r#""pt-BR""#),
    ("line", r#""Events between {from} - {to}""#),
    ("link", r#""https://www.example.org/events/1""#),
    ("listen", r#""127.0.0.1:8080""#),
    ("merge", r#""https://www.example.org/events/2""#),
    ("mode", r#""in-person""#),
    ("name", r#""Berlin Meetup""#),
    ("no-calls", r#""*No calls for papers were submitted.*""#),
    ("not", r#"["let's go"]"#),
    ("only", r#""topic""#),
    ("organiser", r#""Berlin Meetup""#),
    ("organiser-separator", r#"" | ""#),
    ("organiser-url", r#""https://www.example.org/""#),
    ("pages", "3"),
    ("part", "true"),
    ("per-host-in-flight", "1"),
    ("per-host-interval", r#""1s""#),
    ("place", r#""Berlin, DE""#),
    ("platform", r#""ics""#),
    ("postpone", "true"),
    ("print-from", r#""2026-08-26""#),
    ("print-until", r#""2026-08-26""#),
    ("proxies", r#"["127.0.0.1"]"#),
    ("pull-requests", r#""OWNER/NAME""#),
    ("reason", r#""listed twice""#),
    ("refresh", r#""0 */6 * * *""#),
    ("repeats", r#""second thursday""#),
    ("repository", r#""../newsletter""#),
    ("requests", "50"),
    ("requests-in-flight", "16"),
    ("rules.date", r#""time""#),
    ("rules.date-format", r#""%d.%m.%Y""#),
    ("rules.empty", r#"".no-events""#),
    ("rules.end", r#"".end""#),
    ("rules.item", r#""li.event""#),
    ("rules.language", r#""de""#),
    ("rules.link", r#""a""#),
    ("rules.mode", r#"".mode""#),
    ("rules.next", r#""a.next""#),
    ("rules.place", r#"".place""#),
    ("rules.time", r#"".time""#),
    ("rules.title", r#""h3""#),
    ("search.every", r#""7d""#),
    ("search.url", r#""https://www.example.org/find?q={words}&page={page}""#),
    ("search.words", r#"["python"]"#),
    ("show", "true"),
    ("split", "true"),
    ("stale-after", r#""48h""#),
    ("start", r#""2026-09-08T19:00""#),
    ("states", r#"["US", "CA"]"#),
    ("status", r#""cancelled""#),
    ("title", r#""Hack and Learn""#),
    ("topic", r#""python""#),
    ("topic.name", r#""Python""#),
    ("until", r#""2026-12-31""#),
    ("url", r#""https://www.example.org/events""#),
    ("virtual-label", r#""Virtual""#),
    ("weekday", r#""wednesday""#),
    ("what", r#"["new", "moved", "cancelled"]"#),
    ("word", r#""Go""#),
    ("words", r#"["python"]"#),
    ("zone", r#""Europe/Berlin""#),
];

/// An example of a key's value. `table` is the name of the key's table, such as `section` or `source.rules`. `None` if the
/// value is itself a table.
pub(super) fn of(table: &str, key: &str) -> Option<&'static str> {
    let table = table.rsplit('.').next().unwrap_or_default();
    let named = |name: &str| EXAMPLES.iter().find(|(of, _)| *of == name);
    let own = named(&format!("{table}.{key}")).or_else(|| named(key));
    own.map(|(_, value)| *value)
}

/// What to write instead of a value of the wrong type: the value itself in the right one, else an example. `None` if its
/// type is that of the example, and something else is wrong.
pub(super) fn instead(table: &str, key: &str, found: &DeValue<'_>) -> Option<String> {
    let example = of(table, key)?;
    let text = format!("value = {example}");
    let parsed = DeTable::parse(&text).ok()?;
    let right = parsed.get_ref().get("value")?.get_ref();
    if discriminant(right) == discriminant(found) {
        return None;
    }
    let own = match (right, found) {
        (DeValue::Array(_), DeValue::String(one)) if !one.trim().is_empty() => {
            Some(format!("[{:?}]", one.trim()))
        }
        (DeValue::Array(_), DeValue::Integer(one)) if one.radix() == 10 => {
            Some(format!("[{}]", one.as_str()))
        }
        (DeValue::Integer(_), DeValue::String(one)) => {
            one.trim().parse::<u32>().ok().map(|one| one.to_string())
        }
        (DeValue::Boolean(_), DeValue::String(one)) => {
            one.trim().parse::<bool>().ok().map(|one| one.to_string())
        }
        _ => None,
    };
    Some(match own {
        Some(own) => format!("write {key} = {own}"),
        None => as_in(key, example),
    })
}

/// What to write, by an example.
pub(super) fn as_in(key: &str, right: &str) -> String {
    format!("write it as in {key} = {right}")
}
