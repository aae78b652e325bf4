//! The language of the pages: who asks for which gets it, keeps it, and sees no other on the page.

use super::worker::state_of;
use super::{NOW, Served, database, sample};
use rusty_events::facts::issue::Window;
use rusty_events::facts::source::Platform;
use rusty_events::server::content::{self, View};
use rusty_events::server::pages::{self, Say, Site};
use rusty_events::server::question::{Kind, Question};
use rusty_events::server::{Clock, State};
use rusty_events::words::Languages;
use scraper::{ElementRef, Html, Node, Selector};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const EVENT: &str = "/events/50ff3da903cc2955";

fn german(served: &Served, path: &str) -> super::Answer {
    let headers = [("Accept-Language", "de-AT,de;q=0.9,en;q=0.5")];
    served.get_with(path, &headers)
}

/// The language that a page says it is in, and its first heading.
fn heading(answer: &super::Answer) -> (String, String) {
    let page = Html::parse_document(&answer.text());
    let first = |selector: &str| {
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).next().unwrap()
    };
    let language = first("html").value().attr("lang").unwrap().to_owned();
    (language, first("h1").text().collect())
}

#[test]
fn the_browsers_language_is_the_pages() {
    let served = Served::sample();
    let english = served.get("/");
    let own = german(&served, "/");
    let title = "Meetups und Konferenzen zu Rust, weltweit";
    assert_eq!(heading(&own), ("de".to_owned(), title.to_owned()));
    assert_eq!(own.header("content-language"), Some("de"));
    let vary = "Accept-Encoding, Accept-Language, Cookie";
    assert_eq!(own.header("vary"), Some(vary));
    assert_eq!(english.header("vary"), Some(vary));
    assert_eq!(english.header("content-language"), Some("en"));
    assert_eq!(heading(&english).0, "en");
    // What is kept for one language is not given to another, and neither is "you have it already".
    assert_ne!(own.header("etag"), english.header("etag"));
    assert_eq!(german(&served, "/").body, own.body);
    assert_eq!(served.get("/").body, english.body);
    for (language, status) in [("de", 304), ("en", 200), ("fr", 200)] {
        let headers = [
            ("Accept-Language", language),
            ("If-None-Match", own.header("etag").unwrap()),
        ];
        assert_eq!(served.get_with("/", &headers).status, status, "{language}");
    }
    // The script and the days of the heading are in the page's language, too.
    assert!(own.text().contains("data-yours=\"{time} bei dir\""));
    assert!(own.text().contains("6. November"));
}

#[test]
fn an_address_names_a_language_and_its_links_keep_it() {
    let served = Served::sample();
    let page = german(&served, "/?near=Paris&lang=fr");
    assert_eq!(heading(&page).0, "fr");
    assert_eq!(page.header("vary"), Some("Accept-Encoding, Cookie"));
    for path in [
        "/?near=Paris&lang=fr",
        "/in/paris?lang=fr",
        "/groups?lang=fr",
        "/cfp?lang=fr",
        "/follow?near=Paris&lang=fr",
        "/why?lang=fr",
        "/check?lang=fr",
        "/embed?lang=fr",
        &format!("{EVENT}?lang=fr"),
        "/nothing-here?lang=fr",
        "/?near=Nowhere&mode=in-person&lang=fr",
    ] {
        let page = served.get_with(path, &[("Accept", "text/html")]);
        let page = Html::parse_document(&page.text());
        let links = Selector::parse("a[href^='/']:not([hreflang])").unwrap();
        let forms = Selector::parse("form[method=get]").unwrap();
        let field = Selector::parse("input[name=lang][value=fr]").unwrap();
        for link in page.select(&links) {
            let href = link.value().attr("href").unwrap();
            let plain = href.split(['?', '#']).next().unwrap();
            let is_data = plain.rsplit_once('.').is_some();
            let is_desk = ["/section", "/sources", "/login"].contains(&plain)
                || in_english(&link) && path.starts_with("/events/");
            assert!(
                is_data || is_desk || in_english(&link) || href.contains("lang=fr"),
                "{path}: {href}"
            );
            assert!(!(is_data && href.contains("lang=")), "{path}: {href}");
        }
        for form in page.select(&forms) {
            assert!(
                form.select(&field).next().is_some(),
                "{path}: {}",
                form.html()
            );
        }
    }
    // The switch: this page in each language, with its filter, and the current one marked.
    let page = Html::parse_document(&page.text());
    let switch = Selector::parse("nav.languages a").unwrap();
    let switch: Vec<(&str, &str, bool)> = page
        .select(&switch)
        .map(|link| {
            let of = |name| link.value().attr(name);
            assert_eq!(of("lang"), of("hreflang"));
            let current = of("aria-current") == Some("true");
            (of("lang").unwrap(), of("href").unwrap(), current)
        })
        .collect();
    let expected = [
        ("en", "/?near=Paris&lang=en", false),
        ("de", "/?near=Paris&lang=de", false),
        ("es", "/?near=Paris&lang=es", false),
        ("fr", "/?near=Paris&lang=fr", true),
        ("pt", "/?near=Paris&lang=pt", false),
    ];
    assert_eq!(switch, expected);
    for (language, address, _) in switch {
        assert_eq!(heading(&served.get(address)).0, language);
    }
    // Search engines hear of each, and of the one that goes by the browser.
    let alternate = Selector::parse("link[hreflang]").unwrap();
    let alternate = page.select(&alternate);
    let alternate: Vec<&str> = alternate
        .map(|link| link.value().attr("hreflang").unwrap())
        .collect();
    assert_eq!(alternate, ["en", "de", "es", "fr", "pt", "x-default"]);
    let canonical = Selector::parse("link[rel=canonical]").unwrap();
    let canonical = page.select(&canonical).next().unwrap();
    let canonical = canonical.value().attr("href").unwrap();
    assert!(canonical.ends_with("/?near=Paris&lang=fr"), "{canonical}");
}

/// Whether an element stands in a part that is marked as English.
fn in_english(element: &ElementRef<'_>) -> bool {
    let lang = |element: ElementRef<'_>| element.value().attr("lang") == Some("en");
    let above = element.ancestors().filter_map(ElementRef::wrap);
    lang(*element)
        || above
            .filter(|above| above.value().name() != "html")
            .any(lang)
}

#[test]
fn a_language_that_there_is_not_is_refused_with_those_that_there_are() {
    let served = Served::sample();
    let answer = served.get("/groups?lang=tlh");
    assert_eq!(answer.status, 400);
    let problem = answer.json();
    assert_eq!(problem["parameter"], "lang");
    let detail = problem["detail"].as_str().unwrap();
    assert_eq!(
        detail,
        "lang: \"tlh\" is no language here; there are en, de, es, fr, pt"
    );
    assert_eq!(served.get("/groups?lang=de&lang=fr").status, 400);
    assert_eq!(served.get("/groups?lang=").status, 200, "an empty field");
    assert_eq!(heading(&served.get("/groups?lang=DE-ch")).0, "de");
    // People are told so in a language that they accept, and led on.
    let headers = [("Accept", "text/html"), ("Accept-Language", "es")];
    let page = served.get_with("/groups?lang=tlh", &headers);
    assert_eq!(page.status, 400);
    assert_eq!(heading(&page).0, "es");
    assert!(page.text().contains("href=\"/groups\""), "{}", page.text());
    // Sixteen kilobytes of languages are no reason to work, or to fail.
    let long = "de;q=0.1,".repeat(900);
    let page = served.get_with("/", &[("Accept-Language", &long)]);
    assert_eq!((page.status, heading(&page).0.as_str()), (200, "en"));
}

/// Subscribers must not see one text today and another tomorrow.
#[test]
fn feeds_data_and_editors_pages_are_in_english_for_every_reader() {
    let served = Served::sample();
    for path in [
        "/events.ics",
        "/events.ics?near=Paris&mode=in-person",
        "/feeds/europe.ics",
        &format!("{EVENT}.ics"),
        "/events.atom?region=europe",
        "/events.json",
        "/cfp.ics",
        "/section.html",
        "/section",
        "/sources",
        "/login",
        "/sitemap.xml",
    ] {
        let (plain, own) = (served.get(path), german(&served, path));
        assert_eq!(plain.status, 200, "{path}");
        assert_eq!(plain.body, own.body, "{path}");
        assert!(!own.header("vary").unwrap().contains("Language"), "{path}");
        assert_eq!(own.header("content-language"), None, "{path}");
        let joint = if path.contains('?') { '&' } else { '?' };
        let named = served.get(&format!("{path}{joint}lang=de"));
        assert_eq!(
            named.status, 400,
            "{path}: it promises nothing that it does not keep"
        );
    }
}

#[test]
fn a_newsletter_has_a_language_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample-pt");
    let config = config.to_str().unwrap();
    let all = [
        "--config",
        config,
        "--database",
        "events.db",
        "--now",
        "2026-03-24T09:00:00Z",
    ];
    let run = |more: &[&str]| {
        let ran = crate::program_in(folder.path(), &[&all[..], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    run(&["refresh"]);
    run(&["export", "own"]);
    run(&["export", "german", "--lang", "de"]);
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let own = page("own/index.html");
    assert!(own.contains("<html lang=\"pt\">"), "{own}");
    assert!(own.contains("Encontros e conferências de Go"), "{own}");
    let german = page("german/index.html");
    assert!(german.contains("Meetups und Konferenzen zu Go"), "{german}");
    // Static files are in one language: there is none to switch to.
    let links = Selector::parse("[href]").unwrap();
    let parsed = Html::parse_document(&german);
    let links: Vec<&str> = (parsed.select(&links))
        .map(|link| link.value().attr("href").unwrap())
        .collect();
    assert!(links.len() > 10, "{links:?}");
    assert!(!links.iter().any(|to| to.contains("lang=")), "{links:?}");
    assert_eq!(page("own/events.ics"), page("german/events.ics"));
    let ran = crate::program_in(
        folder.path(),
        &[&all[..], &["export", "x", "--lang", "tlh"]].concat(),
    );
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("tlh"), "{}", ran.err);
    let served = Served::in_folder(folder, config, "127.0.0.1:0");
    assert_eq!(heading(&served.get("/")).0, "pt");
    let english = served.get_with("/", &[("Accept-Language", "en")]);
    assert_eq!(heading(&english).0, "en");
    let finnish = served.get_with("/", &[("Accept-Language", "fi")]);
    assert_eq!(heading(&finnish).0, "pt");
}

/// English with each text in brackets: what stands outside of brackets on a page is no text of a language.
fn bracketed() -> String {
    let english = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words/en.toml");
    let english = fs::read_to_string(english).unwrap();
    let value = regex_lite::Regex::new("\"([^\"]*)\"").unwrap();
    let comment = regex_lite::Regex::new(" {3,}#.*$").unwrap();
    let head = ["name =", "locale =", "#"];
    let lines = english.lines().map(|line| {
        if head.iter().any(|head| line.starts_with(head)) {
            return line.to_owned();
        }
        let line = comment.replace(line, "");
        value.replace_all(&line, "\"⟦$1⟧\"").into_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The sample's state with the bracketed language in place of German.
fn bracketed_state(folder: &Path) -> State {
    fs::copy(database().join("events.db"), folder.join("events.db")).unwrap();
    let now = NOW.parse().unwrap();
    let mut state = state_of(&sample(), folder.join("events.db"), Clock::new(move || now));
    let english = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words/en.toml");
    let english = fs::read_to_string(english).unwrap();
    let files = [("en", &*english), ("de", &*bracketed())];
    state.setup.languages = Languages::read(&files).unwrap();
    state
}

/// What is shown of events, groups and places, and the names of programs: none of it is translated.
fn data(state: &State) -> Vec<String> {
    let mut data: BTreeSet<String> = [
        "Apple Calendar",
        "Google Calendar",
        "Outlook.com",
        "Microsoft 365",
        "OpenStreetMap",
        "Google Maps",
        "Apple Maps",
        "iCalendar",
        "Atom",
        "JSON",
        "Rusty Events",
        "UTC",
        " km",
        "Rust",
        "Paris",
        "Cologne",
        "embedded",
        "https://www.meetup.com/…",
    ]
    .map(str::to_owned)
    .into();
    for source in &state.setup.configuration.sources {
        data.extend(source.organiser.iter().map(|known| known.name.clone()));
        data.extend(
            source
                .place
                .iter()
                .map(|place| place.printed(&[place.country()])),
        );
    }
    for event in state.snapshot().published.values() {
        data.insert(event.title.to_string());
        for organiser in &event.organisers {
            data.insert(organiser.name.clone());
            data.extend(organiser.url.as_ref().map(ToString::to_string));
        }
        for link in &event.links {
            data.insert(link.url.host().trim_start_matches("www.").to_owned());
            data.insert(link.title.to_string());
        }
        if let Some(place) = &event.place {
            data.insert(place.printed(&[place.country()]));
            data.extend(place.city().map(str::to_owned));
            data.insert(place.country().name().to_owned());
            data.extend(
                place
                    .spelled()
                    .map(|place| place.printed(&[place.country()])),
            );
        }
        let venue = event.venue.as_ref();
        data.extend(venue.and_then(|venue| venue.name.clone()));
        data.extend(venue.and_then(|venue| venue.address.clone()));
    }
    let mut data: Vec<String> = data.into_iter().collect();
    data.sort_by_key(|words| std::cmp::Reverse(words.len()));
    data
}

/// What a page shows in words that are neither bracketed, nor data, nor marked as English.
fn untranslated(page: &str, data: &[String]) -> Vec<String> {
    let page = Html::parse_document(page);
    let mut outside = String::new();
    let mut depth = 0;
    let mut take = |text: &str, depth: &mut i32| {
        for char in text.chars() {
            match char {
                '⟦' => *depth += 1,
                '⟧' => *depth -= 1,
                char if *depth == 0 => outside.push(char),
                _ => {}
            }
        }
        outside.push('\n');
    };
    for node in page.root_element().descendants() {
        let parent = node.parent().and_then(ElementRef::wrap);
        match node.value() {
            Node::Text(text) => {
                let parent = parent.unwrap();
                let above =
                    std::iter::once(parent).chain(parent.ancestors().filter_map(ElementRef::wrap));
                let is_left_out = above.clone().any(|element| {
                    let value = element.value();
                    ["script", "code", "pre"].contains(&value.name())
                        || value
                            .classes()
                            .any(|class| ["languages", "description"].contains(&class))
                });
                if !is_left_out && !in_english(&parent) {
                    take(text, &mut depth);
                }
            }
            Node::Element(element) => {
                let wrapped = ElementRef::wrap(node).unwrap();
                for name in ["aria-label", "title", "placeholder", "abbr", "alt"] {
                    let is_zone = element.classes().any(|class| class == "zone");
                    if let Some(text) = element
                        .attr(name)
                        .filter(|_| !is_zone && !in_english(&wrapped))
                    {
                        take(text, &mut 0);
                    }
                }
                if element.attr("name") == Some("description") {
                    take(element.attr("content").unwrap(), &mut 0);
                }
            }
            _ => {}
        }
    }
    let mut rest = outside;
    for words in data {
        rest = rest.replace(words.as_str(), "");
    }
    let lines = rest.lines().map(str::trim);
    let is_word = |line: &&str| line.chars().any(char::is_alphabetic);
    lines.filter(is_word).map(str::to_owned).collect()
}

/// A page: its kind, its name and its query.
type Asked<'a> = (Kind, Option<String>, Vec<(&'a str, &'a str)>);

#[test]
fn no_page_for_visitors_has_words_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let state = bracketed_state(folder.path());
    let data = data(&state);
    let snapshot = state.snapshot();
    let now = NOW.parse().unwrap();
    let say = Say {
        language: state.setup.languages.named("de").unwrap(),
        is_asked: true,
    };
    let mut asked: Vec<Asked<'_>> = vec![
        (Kind::Upcoming, None, vec![]),
        (
            Kind::Upcoming,
            None,
            vec![("near", "Paris"), ("mode", "in-person"), ("match", "any")],
        ),
        (
            Kind::Upcoming,
            None,
            vec![("region", "europe"), ("to", "2024-11-20")],
        ),
        (Kind::Upcoming, None, vec![("q", "Zebra")]),
        (Kind::City, Some("paris".to_owned()), vec![]),
        (Kind::Embedded, None, vec![("region", "virtual")]),
        (Kind::Groups, None, vec![]),
        (Kind::Follow, None, vec![]),
        (
            Kind::Follow,
            None,
            vec![("near", "Paris"), ("region", "asia"), ("mode", "virtual")],
        ),
        (Kind::Calls, None, vec![]),
        (Kind::Why, None, vec![]),
        (Kind::Why, None, vec![("url", "Paris")]),
    ];
    let mut groups = BTreeSet::new();
    for event in snapshot.published.values() {
        asked.push((Kind::Event, Some(event.id.to_string()), vec![]));
        let group = event.organisers.first();
        groups.extend(group.map(|group| rusty_events::believe::directory::address(&group.name)));
    }
    let groups = groups.into_iter();
    asked.extend(groups.map(|group| (Kind::Organiser, Some(group), vec![])));
    assert!(asked.len() > 40, "{}", asked.len());
    let mut wrong = Vec::new();
    let mut judge = |name: String, page: &str| {
        assert!(page.contains('⟦'), "{name}");
        wrong.extend(
            untranslated(page, &data)
                .into_iter()
                .map(|words| format!("{name}: {words}")),
        );
    };
    for (kind, path, pairs) in asked {
        let name = format!("{kind:?} {path:?} {pairs:?}");
        let pairs = pairs.into_iter();
        let question = Question {
            path,
            pairs: pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        };
        let view = View::of(&state, &snapshot, &question, now).in_language(say, Some("/here"));
        let page = content::shown(&view, kind).unwrap();
        judge(name, &page.body);
    }
    let site = Site {
        say,
        here: Some("/here"),
        ..content::site(&state, now, None)
    };
    let checked = pages::check::Checked {
        platform: Platform::Ics,
        entries: 3,
        events: &[],
        problems: &[],
        rejected: &[],
        source: Some("Rust"),
        entry: None,
        issue: None,
    };
    for found in [None, Some(Err("in English")), Some(Ok(&checked))] {
        let shown = pages::check::Check {
            url: "",
            found,
            style: &state.setup.style,
            window: Window::starting("2024-11-13".parse().unwrap(), 28),
        };
        let page = pages::check::page(&site, &shown).into_string();
        judge(format!("check {found:?}"), &page);
    }
    for status in [400, 404, 405, 408, 413, 414, 429, 503] {
        let problem = pages::problem::Problem {
            status,
            title: "English",
            detail: if status == 404 {
                pages::problem::NO_PAGE
            } else {
                "in English"
            },
            not_found: (status == 404).then_some(pages::problem::NotFound::Page),
            instead: Some(pages::problem::Again {
                path: "/",
                pairs: &[("near".to_owned(), "Nowhere".to_owned())],
                wrong: "near",
                is_asked: true,
                without: "/",
                meant: None,
            }),
        };
        judge(
            format!("problem in a frame {status}"),
            &pages::problem::frame(&site, &problem).into_string(),
        );
        judge(
            format!("problem {status}"),
            &pages::problem::page(&site, &problem).into_string(),
        );
    }
    assert!(wrong.is_empty(), "not translated:\n{}", wrong.join("\n"));
}

#[test]
fn what_is_unknown_is_said_in_the_language_of_the_page() {
    let served = Served::sample();
    for (path, status, words) in [
        (
            "/events/0123456789abcdef?lang=es",
            404,
            "En esta dirección no hay ningún evento.",
        ),
        (
            "/organisers/nobody?lang=pt",
            404,
            "Neste endereço não há nenhum grupo.",
        ),
        (
            "/in/xyzzyplugh?lang=fr",
            404,
            "Aucune ville de ce nom n’est connue ici.",
        ),
        (
            "/?near=Xyzzyplugh&lang=es",
            400,
            "Escribe el nombre de una ciudad grande",
        ),
        (
            "/?from=soon&lang=de",
            400,
            "Schreib einen Tag so: 2026-08-26.",
        ),
        ("/nothing-here?lang=pt", 404, "Esta página não existe."),
        ("/in/xyzzyplugh?lang=en", 404, "no city is known as"),
    ] {
        let page = served.get_with(path, &[("Accept", "text/html")]);
        assert_eq!(page.status, status, "{path}");
        let page = Html::parse_document(&page.text());
        let lead = Selector::parse("main .lead").unwrap();
        let lead: String = page.select(&lead).flat_map(|lead| lead.text()).collect();
        assert!(lead.starts_with(words), "{path}: {lead}");
    }
}
