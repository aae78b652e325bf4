//! Sources and organisers, refused.

use super::{one, problems, source};

/// The one problem of a source with these lines.
fn refused(lines: &str) -> String {
    let problem = source(&format!("[[source]]\n{lines}\n"));
    problem.strip_prefix("sources/s.toml:").unwrap().to_owned()
}

fn url(url: &str) -> String {
    refused(&format!("id = \"x\"\nurl = {url:?}"))
}

#[test]
fn problems_of_all_files_are_reported_at_once_in_order() {
    let files = [
        ("service.toml", "[section]\ndays = 0\n"),
        (
            "sources/luma.toml",
            "[[source]]\nid = \"rust-girona\"\nurl = \"https://luma.com/rust-girona\"\nzone = \"Europe/Girona\"\nmode = \"somewhere\"\n\n[[source]]\nurl = \"https://luma.com/a\"\norganizer = \"A\"\n",
        ),
        (
            "sources/meetup.toml",
            "[[source]]\nonly = [\"rust\", \"\"]\n",
        ),
        ("organisers.toml", "[[organiser]]\nurl = \"nowhere\"\n"),
        ("decisions/d.toml", "[[verdict]]\n"),
    ];
    let expected = [
        "decisions/d.toml:1: verdict: unknown key; known here: decision",
        "organisers.toml:1: organiser: name: is missing: add it as in name = \"Berlin Meetup\"",
        "organisers.toml:2: organiser: url: \"nowhere\" is not an absolute http(s) address: write it as in url = \"https://www.example.org/events\"",
        "service.toml:2: section.days: 0 is not within 1…366",
        "sources/luma.toml:4: source \"rust-girona\": zone: \"Europe/Girona\" is not a time zone; write its name, as in \"Europe/Berlin\"",
        "sources/luma.toml:5: source \"rust-girona\": mode: \"somewhere\" is not a mode; known: in-person, virtual, hybrid",
        "sources/luma.toml:9: source \"luma/a\": organizer: unknown key; did you mean \"organiser\"?",
        "sources/meetup.toml:1: source: url: is missing: add it as in url = \"https://www.example.org/events\"",
        "sources/meetup.toml:2: source: only: is empty: write it as in only = \"topic\"",
    ];
    assert_eq!(problems(&files), expected);
    let mut backwards = files;
    backwards.reverse();
    assert_eq!(problems(&backwards), expected);
}

#[test]
fn a_platform_without_a_reader_is_refused() {
    let platform = |name: &str| {
        refused(&format!(
            "url = \"https://a.example/\"\nplatform = {name:?}"
        ))
    };
    assert_eq!(
        platform("facebok"),
        "3: source: platform: \"facebok\" is not a platform; known: meetup, luma, hasgeek, bevy, pretix, mobilizon, eventbrite, connpass, ics, jsonld, page, list, conferences, html, json, section"
    );
    assert_eq!(
        platform("meetpu"),
        "3: source: platform: \"meetpu\" is not a platform; did you mean \"meetup\"?"
    );
    assert_eq!(
        platform("facebook"),
        "3: source: platform: \"facebook\" is not a platform; known: meetup, luma, hasgeek, bevy, pretix, mobilizon, eventbrite, connpass, ics, jsonld, page, list, conferences, html, json, section"
    );
    assert_eq!(
        platform("manual"),
        "3: source: platform: events written by hand stand as [[event]], not in a [[source]]; known: meetup, luma, hasgeek, bevy, pretix, mobilizon, eventbrite, connpass, ics, jsonld, page, list, conferences, html, json, section"
    );
    assert_eq!(
        refused("url = \"lists/upcoming.md\""),
        "1: source: platform: a file's name does not tell its platform; write platform, one of meetup, luma, hasgeek, bevy, pretix, mobilizon, eventbrite, connpass, ics, jsonld, page, list, conferences, html, json, section"
    );
}

#[test]
fn an_address_with_credentials_is_refused_and_not_repeated() {
    for address in [
        "https://user:s3cret@a.example/x.ics",
        "webcal://s3cret@a.example/",
    ] {
        let problem = refused(&format!("url = {address:?}"));
        assert_eq!(
            problem,
            "2: source: url: holds a user name or password, and everyone who sees the configuration would see it; write the address without them"
        );
    }
}

#[test]
fn an_address_of_the_own_machine_or_network_is_refused() {
    for (address, ip, allow) in [
        ("http://127.0.0.1:8123/", "127.0.0.1", "127.0.0.1:8123"),
        ("https://127.1/", "127.0.0.1", "127.0.0.1:443"),
        ("http://2130706433/", "127.0.0.1", "127.0.0.1:80"),
        ("http://0x7f.1/", "127.0.0.1", "127.0.0.1:80"),
        ("http://017700000001/", "127.0.0.1", "127.0.0.1:80"),
        ("http://１２７.0.0.1/", "127.0.0.1", "127.0.0.1:80"),
        ("http://0.0.0.0/", "0.0.0.0", "0.0.0.0:80"),
        ("http://10.1.2.3/", "10.1.2.3", "10.1.2.3:80"),
        ("http://100.64.0.1/", "100.64.0.1", "100.64.0.1:80"),
        (
            "http://169.254.169.254/",
            "169.254.169.254",
            "169.254.169.254:80",
        ),
        ("http://192.168.0.1/", "192.168.0.1", "192.168.0.1:80"),
        ("http://[::1]/", "::1", "[::1]:80"),
        (
            "http://[::ffff:127.0.0.1]/",
            "::ffff:127.0.0.1",
            "[::ffff:127.0.0.1]:80",
        ),
        (
            "http://[64:ff9b::7f00:1]/",
            "64:ff9b::7f00:1",
            "[64:ff9b::7f00:1]:80",
        ),
        (
            "http://[2002:7f00:1::]/",
            "2002:7f00:1::",
            "[2002:7f00:1::]:80",
        ),
        ("http://[fd00::1]/", "fd00::1", "[fd00::1]:80"),
        ("http://[fe80::1]/", "fe80::1", "[fe80::1]:80"),
        (
            "webcal://192.168.0.1/a.ics",
            "192.168.0.1",
            "192.168.0.1:443",
        ),
    ] {
        let problem = url(address);
        let begins = format!("3: source \"x\": url: {ip} is a");
        let ends =
            format!("; if it is meant, write allow = [\"{allow}\"] under [fetch] in service.toml");
        assert!(
            problem.starts_with(&begins) && problem.ends_with(&ends),
            "{address}: {problem}"
        );
    }
    for address in [
        "http://localhost:80/",
        "http://LOCALHOST./",
        "http://a.localhost/",
    ] {
        let problem = url(address);
        assert!(
            problem.ends_with(
                "is this machine; write its IP address and port, and allow them in fetch.allow"
            ),
            "{problem}"
        );
    }
    // Another port is not the one that was allowed.
    let problem = one(problems(&[
        ("service.toml", "[fetch]\nallow = [\"127.0.0.1:8123\"]\n"),
        (
            "sources/s.toml",
            "[[source]]\nurl = \"http://127.0.0.1:8124/\"\n",
        ),
    ]));
    assert!(problem.contains("127.0.0.1:8124"), "{problem}");
}

#[test]
fn an_address_of_another_scheme_is_refused() {
    for scheme in ["ftp", "file", "javascript", "gopher", "data"] {
        assert_eq!(
            url(&format!("{scheme}://a.example/")),
            format!(
                "3: source \"x\": url: scheme {scheme:?} is not read; write an https or http address, or a file's path"
            )
        );
    }
    assert_eq!(
        url("https://"),
        "3: source \"x\": url: is not an address: empty host; write it in full, as in https://www.example.org/events"
    );
    assert_eq!(
        url(&format!("https://a.example/{}", "a".repeat(2031))),
        "3: source \"x\": url: is longer than 2048 characters: write it as in url = \"https://www.example.org/events\""
    );
}

#[test]
fn an_address_without_its_scheme_is_not_taken_for_a_file() {
    assert_eq!(
        url("www.meetup.com/rust-berlin/"),
        "3: source \"x\": url: \"www.meetup.com/rust-berlin/\" would be a file; did you mean \"https://www.meetup.com/rust-berlin/\"?"
    );
    assert_eq!(
        url("lu.ma/rust"),
        "3: source \"x\": url: \"lu.ma/rust\" would be a file; did you mean \"https://lu.ma/rust\"?"
    );
}

#[test]
fn a_single_event_of_a_platform_is_no_source() {
    assert_eq!(
        url("https://www.meetup.com/rust-berlin/events/313345334/"),
        "3: source \"x\": url: is not a group's page on Meetup; a source is its group, https://www.meetup.com/rust-berlin/"
    );
    assert_eq!(
        url("https://www.meetup.com/"),
        "3: source \"x\": url: is not a group's page on Meetup; a source is a group, as in https://www.meetup.com/rust-berlin/"
    );
    assert_eq!(
        url("https://luma.com/event/evt-1"),
        "3: source \"x\": url: is not a calendar on Luma, as https://luma.com/calendar/cal-… or https://luma.com/NAME"
    );
    assert_eq!(
        url("https://hasgeek.com/rustbangalore/may-2026-rustacean-meetup/"),
        "3: source \"x\": url: is not an account's page on hasgeek.com, as https://hasgeek.com/rustbangalore"
    );
    assert_eq!(
        url("https://mobilizon.fr/events/4ba93021-c43a-4e4a-b3e5-09c1c0d0a957"),
        "3: source \"x\": url: is not a group's page on Mobilizon, as https://mobilizon.fr/@rust_paris"
    );
}

#[test]
fn a_page_of_a_platform_that_is_neither_an_organiser_nor_an_event_is_refused() {
    for page in [
        "https://www.eventbrite.com/d/online/rust/",
        "https://www.eventbrite.sg/cc/rust-meetup-2017119",
        "https://www.eventbrite.com/o/no-number",
        "https://www.eventbrite.com/",
    ] {
        let said = url(page);
        assert!(
            said.starts_with("3: source \"x\": url: is neither an organiser's page on Eventbrite"),
            "{said}"
        );
        assert!(
            said.ends_with("is read with platform = \"jsonld\""),
            "{said}"
        );
    }
    for page in [
        "https://connpass.com/",
        "https://connpass.com/search/?q=rust",
        "https://a.b.connpass.com/",
    ] {
        assert_eq!(
            url(page),
            "3: source \"x\": url: is neither a group on connpass, as https://GROUP.connpass.com/, nor an event's page"
        );
    }
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    assert_eq!(
        problems(&[(
            "sources/s.toml",
            r#"[[source]]
url = "https://a.example/"
organiser = ["A"]
place = 7
only = "rust"
aliases = ["b.example"]
replaces = [{ url = "https://c.example/" }, 7]
expect-empty = "yes"
"#
        )]),
        [
            "sources/s.toml:3: source \"jsonld/a.example\": organiser: a string is expected, not a list: write it as in organiser = \"Berlin Meetup\"",
            "sources/s.toml:4: source \"jsonld/a.example\": place: a string is expected, not a number: write it as in place = \"Berlin, DE\"",
            "sources/s.toml:5: source \"jsonld/a.example\": only: \"rust\" is neither a list of words nor \"topic\": write [\"rust\"]",
            "sources/s.toml:6: source \"jsonld/a.example\": aliases: \"b.example\" is not an absolute http(s) address: write it as in aliases = [\"https://www.example.org/calendar\"]",
            "sources/s.toml:7: source \"jsonld/a.example\": replaces: a table is expected, not a number: write its keys below a line [[source.replaces]]",
            "sources/s.toml:7: source \"jsonld/a.example\": replaces.from: is missing: add it as in from = \"2026-03-02\"",
            "sources/s.toml:8: source \"jsonld/a.example\": expect-empty: true or false is expected, not a string: write it as in expect-empty = true",
        ]
    );
}

#[test]
fn a_place_that_is_none_is_refused() {
    let problem = refused("url = \"https://a.example/\"\nplace = \"somewhere over the rainbow\"");
    let start =
        "3: source \"jsonld/a.example\": place: \"somewhere over the rainbow\" is not a place: ";
    assert!(problem.starts_with(start), "{problem}");
}

#[test]
fn a_page_without_a_name_is_no_organiser() {
    assert_eq!(
        refused("url = \"https://a.example/\"\norganiser-url = \"https://b.example/\""),
        "3: source \"jsonld/a.example\": organiser-url: stands without the name that links to it: add organiser = \"…\""
    );
}

#[test]
fn an_id_can_be_typed() {
    for id in ["two words", "-dash", "semi;colon", "x<script>", "/etc"] {
        assert_eq!(
            refused(&format!("url = \"https://a.example/\"\nid = {id:?}")),
            format!(
                "3: source \"jsonld/a.example\": id: {id:?} is not an id: it begins with a letter or digit and holds only those and / - _ . @ +, at most 100"
            )
        );
    }
    assert_eq!(
        refused("url = \"---.ics\""),
        "1: source: id: is missing, and cannot be made from the url: add a name of your own, as in id = \"berlin\""
    );
}

#[test]
fn two_sources_never_share_an_id() {
    assert_eq!(
        problems(&[
            (
                "sources/a.toml",
                "[[source]]\nurl = \"https://x.example/a/events.ics\"\n"
            ),
            (
                "sources/b.toml",
                "\n[[source]]\nurl = \"https://x.example/a/all/events.ics\"\nid = \"ics/x.example/a\"\n"
            ),
        ]),
        [
            "sources/b.toml:2: source \"ics/x.example/a\": id: is the id of another source too (sources/a.toml:1); give one of the two another, as in id = \"ics/x.example/a-2\""
        ]
    );
    assert_eq!(
        problems(&[
            ("sources/manual.toml", ""),
            (
                "sources/s.toml",
                "[[source]]\nurl = \"https://x.example/\"\nid = \"manual\"\n"
            ),
        ]),
        [
            "sources/s.toml:1: source \"manual\": id: is the id of another source too (sources/manual.toml:1); give one of the two another, as in id = \"manual-2\""
        ]
    );
}

#[test]
fn no_group_is_read_twice() {
    let twice = |first: &str, second: &str| {
        problems(&[
            (
                "sources/a.toml",
                &format!("[[source]]\nid = \"a\"\nurl = {first:?}\n"),
            ),
            (
                "sources/b.toml",
                &format!("[[source]]\nid = \"b\"\nurl = {second:?}\n"),
            ),
        ])
    };
    for (first, second) in [
        (
            "https://www.meetup.com/rust-berlin/",
            "http://meetup.com/de-DE/Rust-Berlin/events/",
        ),
        (
            "https://www.meetup.com/rust-berlin/",
            "https://www.meetup.com/rust-berlin/events/ical/",
        ),
        ("https://lu.ma/rust", "https://luma.com/rust/"),
        (
            "https://x.example/a.ics",
            "webcal://x.example/a.ics?utm_source=y",
        ),
        ("a.ics", "a.ics"),
    ] {
        assert_eq!(
            twice(first, second),
            [
                "sources/b.toml:1: source \"b\": url: is read already, by source \"a\" (sources/a.toml:1); remove one of the two"
            ],
            "{first} {second}"
        );
    }
}

#[test]
fn an_alias_of_one_source_is_not_another_source() {
    assert_eq!(
        problems(&[(
            "sources/s.toml",
            r#"[[source]]
url = "https://lu.ma/rust-x"
[[source]]
url = "https://www.meetup.com/rust-x/"
aliases = ["https://luma.com/rust-x", "https://www.meetup.com/rust-x/"]
"#
        )]),
        [
            "sources/s.toml:1: source \"luma/rust-x\": url: is an alias of source \"meetup/rust-x\" (sources/s.toml:3); remove this source, or there the alias"
        ]
    );
}

#[test]
fn two_organisers_never_share_an_address() {
    assert_eq!(
        problems(&[(
            "organisers.toml",
            r#"[[organiser]]
name = "A"
url = "https://a.example/"
aliases = ["https://a.example/", "https://c.example/"]
[[organiser]]
name = "B"
url = "https://b.example/"
aliases = ["http://c.example/"]
"#
        )]),
        [
            "organisers.toml:8: organiser \"B\": aliases: https://c.example/ belongs to organiser \"A\" too (line 1): remove it from one of them"
        ]
    );
}

#[test]
fn an_unknown_table_is_refused() {
    assert_eq!(
        problems(&[("sources/s.toml", "[[sources]]\n[[evnet]]\n")]),
        [
            "sources/s.toml:1: sources: unknown key; did you mean \"source\"?",
            "sources/s.toml:2: evnet: unknown key; did you mean \"event\"?",
        ]
    );
}
