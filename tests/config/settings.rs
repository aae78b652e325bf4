//! `service.toml`, refused.

use super::{problems, service};

#[test]
fn numbers_have_bounds() {
    for (text, what) in [
        ("[section]\ndays = 0", "section.days: 0 is not within 1…366"),
        (
            "[section]\ndays = 367",
            "section.days: 367 is not within 1…366",
        ),
        (
            "[section]\ndays = -1",
            "section.days: -1 is not within 1…366",
        ),
        (
            "[section]\ndays = 99999999999999999999999",
            "section.days: 99999999999999999999999 is not within 1…366",
        ),
        (
            "[section]\ndays = 28.0",
            "section.days: a whole number is expected, not a fraction: write it as in days = 28",
        ),
        (
            "[section]\ndays = \"28\"",
            "section.days: a whole number is expected, not a string: write days = 28",
        ),
        (
            "[fetch]\nrequests-in-flight = 0",
            "fetch.requests-in-flight: 0 is not within 1…256",
        ),
        (
            "[fetch]\nrequests-in-flight = 257",
            "fetch.requests-in-flight: 257 is not within 1…256",
        ),
        (
            "[fetch]\nper-host-in-flight = 17",
            "fetch.per-host-in-flight: 17 is not within 1…16",
        ),
        (
            "[fetch]\nevent-pages = 10001",
            "fetch.event-pages: 10001 is not within 0…10000",
        ),
        (
            "[fetch]\nevent-pages = 0x1_0000",
            "fetch.event-pages: 0x10000 is not within 0…10000",
        ),
    ] {
        assert_eq!(service(text), format!("service.toml:2: {what}"));
    }
}

#[test]
fn spans_of_time_have_units_and_bounds() {
    let not = |written: &str| {
        format!(
            "{written:?} is not a span of time; write a number and ms, s, m, h or d, as in \"48h\""
        )
    };
    for written in ["48", "h", "2 days", "-1h", "1.5h", "1h30m", "48H", "²h"] {
        assert_eq!(
            service(&format!("stale-after = {written:?}")),
            format!("service.toml:1: stale-after: {}", not(written))
        );
    }
    for written in [
        "0h",
        "59s",
        "367d",
        "99999999999999999999d",
        "213503982335d",
    ] {
        assert_eq!(
            service(&format!("stale-after = {written:?}")),
            format!("service.toml:1: stale-after: {written:?} is not within 1m…366d")
        );
    }
    assert_eq!(
        service("stale-after = 48"),
        "service.toml:1: stale-after: a span of time is expected, not a number: write it as in stale-after = \"48h\""
    );
    assert_eq!(
        service("[fetch]\nper-host-interval = \"61m\""),
        "service.toml:2: fetch.per-host-interval: \"61m\" is not within 0s…1h"
    );
}

#[test]
fn texts_have_their_form() {
    for (text, what) in [
        (
            "[newsletter]\nweekday = \"Mittwoch\"",
            "newsletter.weekday: \"Mittwoch\" is not a day of the week; known: monday, tuesday, wednesday, thursday, friday, saturday, sunday",
        ),
        (
            "[newsletter]\nweekday = \"wendesday\"",
            "newsletter.weekday: \"wendesday\" is not a day of the week; did you mean \"wednesday\"?",
        ),
        (
            "[newsletter]\nzone = \"Europe/Berln\"",
            "newsletter.zone: \"Europe/Berln\" is not a time zone; did you mean \"Europe/Berlin\"?",
        ),
        (
            "[newsletter]\ndraft = \"ftp://a.example/d.md\"",
            "newsletter.draft: scheme \"ftp\" is not read; write an https or http address, or a file's path",
        ),
        (
            "[section]\nheading = \" \"",
            "section.heading: is empty: write it as in heading = \"## Upcoming Events\"",
        ),
        (
            "[section]\nheading = \"a\\nb\"",
            "section.heading: holds a line break, a tab or another control character: write it as in heading = \"## Upcoming Events\"",
        ),
        (
            "[section]\nline = \"from {from}\"",
            "section.line: \"from {from}\" must hold {from} and {to}, once each: write it as in line = \"Events between {from} - {to}\"",
        ),
        (
            "[section]\nline = \"{from} {to} {to}\"",
            "section.line: \"{from} {to} {to}\" must hold {from} and {to}, once each: write it as in line = \"Events between {from} - {to}\"",
        ),
        (
            "[section]\nline = \"{from} to {to}\"",
            "section.line: \"{from} to {to}\" must begin with words, then {from}, then something between it and {to}, as in \"Events from {from} to {to}\"",
        ),
        (
            "[section]\nline = \"# To {to} from {from}\"",
            "section.line: \"# To {to} from {from}\" must begin with words, then {from}, then something between it and {to}, as in \"Events from {from} to {to}\"",
        ),
        (
            "[section]\norganiser-separator = \"\"",
            "section.organiser-separator: is empty: write it as in organiser-separator = \" | \"",
        ),
        (
            "[section]\norganiser-separator = \" ~ \"",
            "section.organiser-separator: \" ~ \" is not read as what stands between two links: write one of | + & , ; / $ · – — - × ✕ • or \"and\", with spaces around it",
        ),
        (
            "[section]\norganiser-separator = \"band\"",
            "section.organiser-separator: \"band\" is not read as what stands between two links: write one of | + & , ; / $ · – — - × ✕ • or \"and\", with spaces around it",
        ),
        (
            "[section]\nhybrid-label = \"Both\"",
            "section.hybrid-label: \"Both\" is not read as a hybrid event's: write \"Hybrid\", \"Virtual and In-Person\" or \"In-Person and Virtual\", or the usual word of another language, as in \"Híbrido\" or \"En ligne\"",
        ),
        (
            "[section]\nhybrid-label = \"Hybrid |\"",
            "section.hybrid-label: \"Hybrid |\" is not read as a hybrid event's: write \"Hybrid\", \"Virtual and In-Person\" or \"In-Person and Virtual\", or the usual word of another language, as in \"Híbrido\" or \"En ligne\"",
        ),
        (
            "[section]\nstates = [\"US\", \"Texas\"]",
            "section.states: \"Texas\" is not a country of ISO 3166: write it as in states = [\"US\", \"CA\"]",
        ),
        (
            "[section]\nstates = \"US\"",
            "section.states: a list is expected, not a string: write states = [\"US\"]",
        ),
        (
            "[fetch]\ncontact = \"somebody\"",
            "fetch.contact: \"somebody\" is neither a web address nor a mail address: write it as in contact = \"https://www.example.org/about\"",
        ),
        (
            "[fetch]\ncontact = \"https://a.example/ü\"",
            "fetch.contact: \"https://a.example/ü\" is neither a web address nor a mail address: write it as in contact = \"https://www.example.org/about\"",
        ),
        (
            "[fetch]\nallow = [\"127.0.0.1\"]",
            "fetch.allow: \"127.0.0.1\" is not an IP address and port, as in \"127.0.0.1:8123\"",
        ),
        (
            "[fetch]\nallow = [\"localhost:80\"]",
            "fetch.allow: \"localhost:80\" is not an IP address and port, as in \"127.0.0.1:8123\"",
        ),
        (
            "[fetch]\nallow = [\"10.0.0.1:0\"]",
            "fetch.allow: \"10.0.0.1:0\" is not an IP address and port, as in \"127.0.0.1:8123\"",
        ),
        (
            "[schedule]\nrefresh = \"hourly\"",
            "schedule.refresh: \"hourly\" is not a cron line of five fields: minute, hour, day, month, day of the week",
        ),
        (
            "[server]\nlisten = \"8080\"",
            "server.listen: \"8080\" is not an IP address and port, as in \"127.0.0.1:8080\"",
        ),
        (
            "[server]\nurl = \"events.example.org\"",
            "server.url: \"events.example.org\" is not an http(s) address: write it as in url = \"https://www.example.org/events\"",
        ),
        (
            "[server]\nurl = \"https://e.example/?a=1\"",
            "server.url: \"https://e.example/?a=1\" has a query: write the address without it",
        ),
    ] {
        assert_eq!(service(text), format!("service.toml:2: {what}"));
    }
}

#[test]
fn an_item_of_a_list_has_its_own_line() {
    assert_eq!(
        problems(&[(
            "service.toml",
            "[fetch]\nallow = [\n  \"127.0.0.1:1\",\n  \"here\",\n  7,\n]\n"
        )]),
        [
            "service.toml:4: fetch.allow: \"here\" is not an IP address and port, as in \"127.0.0.1:8123\"",
            "service.toml:5: fetch.allow: a string is expected, not a number: write it as in allow = [\"127.0.0.1:8123\"]",
        ]
    );
}

#[test]
fn mirrors_stand_for_web_addresses() {
    assert_eq!(
        problems(&[(
            "service.toml",
            r#"[fetch.mirrors]
"www.meetup.com" = "pages"
"https://a.example/?x" = "pages"
"https://b.example" = "http://u:p@127.0.0.1/"
"https://c.example" = 7
"https://d.example" = "a"
"https://d.example/" = "b"
"#
        )]),
        [
            "service.toml:1: fetch.mirrors: \"https://d.example\" is written twice: remove one of the two",
            "service.toml:2: fetch.mirrors.\"www.meetup.com\": the prefix must begin with https:// or http://, as in \"https://www.meetup.com\"",
            "service.toml:3: fetch.mirrors.\"https://a.example/?x\": \"https://a.example/?x\" has a query: write the address without it",
            "service.toml:4: fetch.mirrors.\"https://b.example\": holds a user name or password, and everyone who sees the configuration would see it; write the address without them",
            "service.toml:5: fetch.mirrors.\"https://c.example\": a string is expected, not a number",
        ]
    );
}

#[test]
fn a_key_itself_never_stands_in_the_configuration_nor_in_a_message() {
    let problems = problems(&[(
        "service.toml",
        r#"[fetch.keys]
meetup = "s3cret-one"
eventbrite = { token = "s3cret-two" }
connpass = { file = "a", env = "B" }
luma = { env = "C" }
mastodon = { env = "C" }
"#,
    )]);
    assert_eq!(
        problems,
        [
            "service.toml:2: fetch.keys.meetup: a table is expected, not a string: write its keys below a line [fetch.keys.meetup]",
            "service.toml:3: fetch.keys.eventbrite.file: write either file or env; the key itself does not belong here",
            "service.toml:3: fetch.keys.eventbrite.token: unknown key; known here: file, env",
            "service.toml:4: fetch.keys.connpass.file: write either file or env; the key itself does not belong here",
            "service.toml:5: fetch.keys.luma: unknown key; known here: meetup, eventbrite, connpass, github",
            "service.toml:6: fetch.keys.mastodon: unknown key; known here: meetup, eventbrite, connpass, github",
        ]
    );
    assert!(!problems.concat().contains("s3cret"));
}

#[test]
fn a_value_where_a_table_belongs_is_refused() {
    assert_eq!(
        problems(&[("service.toml", "fetch = true\nserver = [1]\n")]),
        [
            "service.toml:1: fetch: a table is expected, not true or false: write its keys below a line [fetch]",
            "service.toml:2: server: a table is expected, not a list: write [server], with one bracket",
        ]
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        problems(&[(
            "service.toml",
            "stale_after = \"1h\"\nfecth = {}\nverbose = true\n\"a key\" = 1\n[section]\norganizer-separator = \"x\"\n"
        )]),
        [
            "service.toml:1: stale_after: unknown key; did you mean \"stale-after\"?",
            "service.toml:2: fecth: unknown key; did you mean \"fetch\"?",
            "service.toml:3: verbose: unknown key; known here: database, stale-after, newsletter, topic, section, fetch, schedule, server, notify, discover",
            "service.toml:4: \"a key\": unknown key; known here: database, stale-after, newsletter, topic, section, fetch, schedule, server, notify, discover",
            "service.toml:6: section.organizer-separator: unknown key; did you mean \"organiser-separator\"?",
        ]
    );
}

#[test]
fn a_section_begins_with_a_heading_above_those_of_its_regions() {
    for wrong in [
        "Events",
        "### Events",
        "#Events",
        "##  Events",
        "## Odd  Words",
        "## Events:",
        "# # A",
    ] {
        let said = service(&format!("[section]\nheading = \"{wrong}\""));
        let expected = format!(
            "service.toml:2: section.heading: {wrong:?} is no heading such as \"## Upcoming Events\": "
        );
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn another_newsletter_is_told_what_it_cannot_have() {
    for (text, what) in [
        (
            "[newsletter]\nlanguage = \"Portuguese\"",
            "newsletter.language: \"Portuguese\" is not a language such as \"pt\" or \"pt-BR\"; of en, de, es, fr, it, nl, pl, pt the words are known, of others set them under [section]",
        ),
        (
            "[newsletter]\nevery = \"2 weeks\"",
            "newsletter.every: needs first-issue too, the day of any issue, to know which weeks have one",
        ),
        (
            "[newsletter]\nevery = \"fortnight\"",
            "newsletter.every: \"fortnight\" is not a rhythm of issues; known: week, 2 weeks, 3 weeks, 4 weeks, month",
        ),
        (
            "[newsletter]\nevery = \"2 weeks\"\ndays-of-month = [1]",
            "newsletter.every: \"2 weeks\" does not go with days-of-month: write every = \"month\", or remove days-of-month",
        ),
        (
            "[newsletter]\nweekday = \"monday\"\ndays-of-month = [1]",
            "newsletter.weekday: does not go with days-of-month, which are on any day of the week: remove one of the two",
        ),
        (
            "[newsletter]\nfirst-issue = \"2026-03-03\"\ndays-of-month = [1]",
            "newsletter.first-issue: 2026-03-03 is no such day, and issues appear on the 1st of a month: remove it, or correct days-of-month",
        ),
        (
            "[newsletter]\ndays-of-month = 15",
            "newsletter.days-of-month: a list is expected, not a number: write days-of-month = [15]",
        ),
        (
            "[newsletter]\ndays-of-month = [0, 15]",
            "newsletter.days-of-month: 0 is not within 1…31",
        ),
        (
            "[newsletter]\ndays-of-month = [\"first\"]",
            "newsletter.days-of-month: a whole number is expected, not a string: write it as in days-of-month = [1, 15]",
        ),
        (
            "[newsletter]\ndays-of-month = []",
            "newsletter.days-of-month: names no day: write it as in days-of-month = [1, 15]",
        ),
        (
            "[newsletter]\nfirst-issue = \"2026-03-03\"",
            "newsletter.first-issue: 2026-03-03 is a Tue, and issues appear on Wed: name another day, or set weekday",
        ),
        (
            "[section]\ndates = \"DD.MM.YY\"",
            "section.dates: \"DD.MM.YY\" is no form of days: write \"YYYY-MM-DD\", \"DD/MM/YYYY\" or \"MM/DD/YYYY\", with - / or . between the numbers",
        ),
        (
            "[section]\nvirtual-label = \"Sofa\"",
            "section.virtual-label: \"Sofa\" is not read as an online event's: write \"Virtual\" or \"Online\", or the usual word of another language, as in \"Híbrido\" or \"En ligne\"",
        ),
        (
            "[section]\nheadings.asia = \"Europe\"",
            "section.headings: \"Europe\" names two headings: give each words of its own",
        ),
        (
            "[section]\nheadings.asia = \"# Asia\"",
            "section.headings.asia: \"# Asia\" is no name of a heading: letters and digits with single spaces, at most 60, without number signs",
        ),
        (
            "[topic]\nnot = [\"let's go\"]",
            "topic.not: says what the words do not mean, and there are no words: add words = [\"Go\"], or remove this",
        ),
        (
            "[topic]\nwords = [{ wort = \"Go\" }]",
            "topic.words: unknown key \"wort\"; did you mean \"word\"?",
        ),
        (
            "[topic]\nwords = [{ exact = true }]",
            "topic.words: names no word: write word = \"…\"",
        ),
    ] {
        assert_eq!(service(text), format!("service.toml:2: {what}"));
    }
}

/// Whether an example follows does not depend on the signs in what somebody wrote.
#[test]
fn a_mistake_is_answered_with_an_example_whatever_signs_stand_in_it() {
    for (text, what) in [
        (
            "[server]\nurl = \"later; see below\"",
            "server.url: \"later; see below\" is not an http(s) address: write it as in url = \"https://www.example.org/events\"",
        ),
        (
            "[fetch]\ncontact = \"Ann; Ben\"",
            "fetch.contact: \"Ann; Ben\" is neither a web address nor a mail address: write it as in contact = \"https://www.example.org/about\"",
        ),
        (
            "[section]\nstates = [\"US, as in USA…\"]",
            "section.states: \"US, as in USA…\" is not a country of ISO 3166: write it as in states = [\"US\", \"CA\"]",
        ),
    ] {
        assert_eq!(service(text), format!("service.toml:2: {what}"));
    }
}
