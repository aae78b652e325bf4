//! A walk through the served site, as readers and editors take it: the real program on the sample set-up.

use super::driver::{Browser, DESK, PHONE, USUAL_PHONE};
use super::{browser, fits_phones, judge, looked_at, pictures};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const NOW: &str = "2024-11-06T09:00:00Z";
const PASSWORD: &str = "correct horse battery staple";

/// A meetup of the sample that is printed in the issue of the day.
const DELFT: &str = "Embedded evening by the canal";

/// The program, serving the sample on a port of its own until it is dropped.
struct Site {
    process: Child,
    address: String,
    _folder: TempDir,
}

impl Site {
    fn start() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let command = |arguments: &[&str]| {
            let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
            let mut command = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
            command.arg("--config").arg(sample);
            command.args(["--database", "events.db", "--now", NOW]);
            command
                .args(arguments)
                .current_dir(folder.path())
                .env_clear();
            command
        };
        assert_eq!(
            command(&["-q", "refresh"]).status().unwrap().code(),
            Some(0)
        );
        let mut login = command(&["user", "set-password", "ann"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(login.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(login.wait().unwrap().success());
        let mut process = command(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the server ended");
            if let Some((_, address)) = line.split_once("serving http://") {
                break address.trim().to_owned();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Site {
            process,
            address,
            _folder: folder,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The body at a path, as a program gets it.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        assert!(!head.to_lowercase().contains("chunked"), "{path}: {head}");
        body.to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Nothing may be complained about on the page that is open, and it fits its window on a phone.
fn in_order(browser: &Browser, name: &str) {
    assert_eq!(fits_phones(browser, name), Vec::<String>::new());
    browser.look(PHONE, false);
    browser.picture(&pictures().join(format!("walk-{name}-{PHONE}.png")));
    browser.look(DESK, false);
    browser.picture(&pictures().join(format!("walk-{name}-{DESK}.png")));
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
}

#[test]
fn a_reader_filters_the_events_and_finds_a_calendar_of_them() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.in_zone("Asia/Tokyo");
    browser.look(DESK, false);
    browser.open(&site.url("/"));
    assert_eq!(
        browser.tab(1),
        "Skip to the content",
        "the first stop of the keyboard"
    );
    let all = browser.count(".event");
    in_order(&browser, "upcoming");
    browser.look(PHONE, false);
    let hit = browser.run(
        "const row = document.querySelector('.agenda .event');
         row.scrollIntoView({block: 'center'});
         const at = selector => {
             // Of words on two lines, the first.
             const box = row.querySelector(selector).getClientRects()[0];
             const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
             return hit.closest('a')?.getAttribute('href') ?? null;
         };
         const own = selector => row.querySelector(selector).getAttribute('href');
         return [at('.when') === own('h3 a'), at('.what p a') === own('.what p a'), at('.add') === own('.add')];",
    );
    assert_eq!(
        hit,
        serde_json::json!([true, true, true]),
        "a finger on a row"
    );
    browser.look(DESK, false);

    browser.click("details.filter > summary");
    browser.click("input[name=region][value=europe]");
    browser.write("#q", "embedded");
    browser.follow("details.filter button[type=submit]");
    let some = browser.count(".event");
    assert!(0 < some && some < all, "{some} of {all}");
    assert!(
        browser.address().contains("region=europe"),
        "{}",
        browser.address()
    );
    assert!(browser.text("main").contains(DELFT));
    in_order(&browser, "filtered");

    browser.open(&site.url("/?region=europe"));
    let links = browser.run("return [...document.querySelectorAll('.subscribe a')].map(link => link.getAttribute('href'))");
    let links: Vec<&str> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link.as_str().unwrap())
        .collect();
    let address = &site.address;
    assert_eq!(links[0], format!("webcal://{address}/feeds/europe.ics"));
    assert!(
        links[1].starts_with("https://calendar.google.com/")
            && links[1].contains("cid=webcal%3A%2F%2F"),
        "{links:?}"
    );
    assert!(
        links[2].starts_with("https://outlook.live.com/") && links[2].contains("url=http%3A%2F%2F"),
        "{links:?}"
    );
    assert!(
        links[3].starts_with("https://outlook.office.com/"),
        "{links:?}"
    );
    assert_eq!(links[4], "/feeds/europe.ics");
    let feed = site.get("/feeds/europe.ics");
    assert!(
        feed.starts_with("BEGIN:VCALENDAR") && feed.contains(DELFT),
        "{feed}"
    );

    // A day of the month, and one event of it.
    browser.click("details.glance > summary");
    browser.follow(".month a.some");
    assert!(browser.address().contains("from=") && browser.address().contains("region=europe"));
    assert!(browser.count(".event") > 0);
    browser.follow(".event h3 a[href^='/events/']");
    assert!(browser.address().contains("/events/"));
    in_order(&browser, "event");
    assert!(!browser.text("main").contains("Its id is"), "folded away");

    // Who joins from elsewhere sees the hour on their own clock.
    browser.open(&site.url("/?region=virtual"));
    assert!(
        browser.text(".viewer").contains("for you"),
        "{}",
        browser.text("main")
    );
}

#[test]
fn a_reader_presses_a_button_and_finds_what_is_near() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.is_at(&site.url(""), (52.011_58, 4.357_07));
    browser.look(PHONE, false);
    browser.open(&site.url("/"));
    assert_eq!(browser.text(".here button"), "Near me");
    let untouched = browser.run("return document.getElementById('near').value");
    assert_eq!(
        untouched,
        json!(""),
        "nothing is asked before it is pressed"
    );
    browser.follow(".here button");
    let address = browser.address();
    assert!(address.contains("near=52.01%2C+4.36"), "{address}");
    assert!(browser.text("main").contains(DELFT));
    in_order(&browser, "near-me");
}

#[test]
fn a_reader_without_scripts_misses_nothing_but_what_is_handier() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.with_script(false);
    browser.open(&site.url("/?region=europe"));
    assert!(browser.count(".event") > 0);
    assert_eq!(
        browser.count("button[data-copy]:not([hidden])"),
        0,
        "no button that does nothing"
    );
    browser.open(&site.url("/section"));
    assert!(browser.text("#markdown").starts_with("## Upcoming Events"));
    browser.write("#pasted", "## Upcoming Events\n\n### Virtual\n");
    browser.follow("aside button[type=submit]");
    assert!(
        browser.text("#draft + p").contains("Compared with"),
        "{}",
        browser.text("aside")
    );
}

#[test]
fn an_editor_copies_the_section_as_it_is_served() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.look(DESK, false);
    browser.allow_clipboard(&site.url(""));
    browser.open(&site.url("/section"));
    browser.click("button[data-copy=markdown]");
    assert_eq!(browser.text("button[data-copy=markdown]"), "Copied");
    let copied = browser.wait_for("return await navigator.clipboard.readText()");
    assert_eq!(copied, json!(site.get("/section.md")));
    in_order(&browser, "section");
}

#[test]
fn an_editor_logs_in_hides_an_event_and_takes_it_back() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.look(DESK, false);
    assert!(site.get("/section.md").contains(DELFT));

    browser.open(&site.url("/login?back=/section"));
    browser.write("#name", "ann");
    browser.write("#password", "not the password at all");
    browser.follow("main button[type=submit]");
    assert!(browser.text("[role=alert]").contains("not right"));
    browser.write("#password", PASSWORD);
    browser.follow("main button[type=submit]");
    assert!(
        browser.address().ends_with("/section"),
        "{}",
        browser.address()
    );
    assert!(browser.text("footer").contains("ann"));
    in_order(&browser, "section-editor");

    // On the section's own page, row by row.
    let row = browser.run(&format!("const row = [...document.querySelectorAll('.rows > li')].find(row => row.textContent.includes('{DELFT}')); row.id = 'wanted'; return row.id"));
    assert_eq!(row, json!("wanted"));
    browser.click("#wanted > details > summary");
    browser.run("document.querySelector('#wanted select').value = 'hide'");
    browser.write("#wanted input[name=reason]", "not about <b>Rust</b>");
    browser.follow("#wanted form button[type=submit]");
    assert!(
        browser.address().ends_with("/section"),
        "{}",
        browser.address()
    );
    assert!(
        !site.get("/section.md").contains(DELFT),
        "hidden for everybody"
    );
    assert!(
        browser.text(".decided").contains("not about <b>Rust</b>"),
        "shown as it was written"
    );

    // On the event's page it is taken back.
    browser.follow(".decided a[href^='/events/']");
    assert!(
        browser.text("h1").contains("Not in the section"),
        "{}",
        browser.text("h1")
    );
    assert!(browser.text(".verdict").contains("will not be printed"));
    in_order(&browser, "event-editor");
    browser.write(".decided input[name=reason]", "it is");
    browser.follow(".decided button[type=submit]");
    assert!(browser.text(".decided").contains("Taken back by ann"));
    assert!(site.get("/section.md").contains(DELFT), "there again");

    // What somebody else has changed meanwhile is not overwritten unseen.
    let event = browser.address();
    browser.click("#rule ~ details > summary");
    browser.write("#edit-title", "Embedded evening at the harbour");
    browser.write("#edit-reason, .desk details input[name=reason]", "moved");
    browser
        .run("document.querySelector('.desk details input[name=version]').value = 'an older one'");
    browser.follow(".desk details button[type=submit]");
    assert!(
        browser.text("h1").contains("changed while you wrote"),
        "{}",
        browser.text("body")
    );
    assert!(
        browser.text("fieldset").contains("harbour") && browser.text("fieldset").contains(DELFT),
        "both values"
    );
    in_order(&browser, "conflict");
    browser.click("fieldset label:nth-of-type(2) input");
    browser.follow("main button[type=submit]");
    browser.open(&event);
    assert!(
        browser.text("h1").contains("harbour"),
        "{}",
        browser.text("h1")
    );

    browser.follow("footer button[type=submit]");
    browser.open(&event);
    assert_eq!(browser.count(".desk"), 0, "logged out");
}

#[test]
fn an_organiser_asks_why() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.look(DESK, false);
    browser.open(&site.url("/why"));
    browser.write(
        "#url",
        "https://www.meetup.com/rust-nederland/events/304310211/",
    );
    browser.follow("main button[type=submit]");
    assert!(browser.text("#answer").contains(DELFT));
    assert!(browser.text(".verdict").contains("will be printed"));
    let row = browser.text("#row");
    assert!(site.get("/section.md").contains(&row), "{row}");
    in_order(&browser, "why");

    browser.write("#url", "https://www.meetup.com/rust-nowhere/events/1/");
    browser.follow("main button[type=submit]");
    assert!(browser.text("#entry").contains("[[source]]"));
    in_order(&browser, "why-unknown");

    for path in ["/sources", "/organisers/rustnl", "/check", "/nowhere"] {
        browser.open(&site.url(path));
        in_order(&browser, path.trim_matches('/').replace('/', "-").as_str());
    }
    browser.open(&site.url("/check?url=http://127.0.0.1/"));
    assert!(
        browser.text(".verdict").len() > 10,
        "a private address is refused with a reason"
    );
}

/// Without a script, for people who choose their language; with it, it writes in that language.
#[test]
fn a_visitor_changes_the_language_and_long_words_fit_on_a_phone() {
    let Some(browser) = browser() else { return };
    let site = Site::start();
    browser.in_zone("Asia/Tokyo");
    browser.look(PHONE, false);
    browser.with_script(false);
    browser.open(&site.url("/?region=virtual"));
    browser.follow(".languages a[hreflang=de]");
    assert!(browser.address().ends_with("/?region=virtual&lang=de"));
    assert_eq!(browser.text(".languages a[aria-current]"), "Deutsch");
    browser.with_script(true);
    browser.open(&site.url("/?region=virtual&lang=de"));
    let hours = browser.text(".viewer:not([hidden])");
    assert!(hours.ends_with(" bei dir"), "{hours}");
    // In the agenda it is a line of its own at most, and makes no row higher than its words do.
    let heights = |selector: &str| -> Vec<f64> {
        let script = format!(
            "return [...document.querySelectorAll('.agenda {selector}')].map(part => part.getBoundingClientRect().height)"
        );
        let heights = browser.run(&script);
        let heights = heights.as_array().unwrap().iter();
        heights.map(|height| height.as_f64().unwrap()).collect()
    };
    let one_line = |height: &f64| (10.0..30.0).contains(height);
    let lines = heights(".viewer:not([hidden])");
    assert!(lines.iter().all(one_line), "{lines:?}");
    let higher = browser.run("return [...document.querySelectorAll('.agenda .event')].filter(row => { const last = row.querySelector('.when').lastElementChild.getBoundingClientRect(); return last.bottom > row.querySelector('.what').getBoundingClientRect().bottom + 1 }).length");
    assert_eq!(higher, json!(0), "rows that their hours make higher");
    let mut wrong = Vec::new();
    for language in ["de", "es", "fr", "pt"] {
        for path in [
            "/",
            "/in/paris",
            "/follow",
            "/groups",
            "/cfp",
            "/check",
            "/why",
            "/events/50ff3da903cc2955",
        ] {
            browser.open(&site.url(&format!("{path}?lang={language}")));
            browser.run("document.querySelectorAll('details:not(.behind)').forEach(part => part.open = true)");
            wrong.extend(fits_phones(&browser, &format!("{path} in {language}")));
            for width in [USUAL_PHONE, 704, 960, 1000, 1250, DESK] {
                browser.look(width, false);
                let cut = browser.cut().into_iter();
                wrong.extend(
                    cut.map(|words| {
                        format!("{path} in {language} at {width} px: {words:?} is cut")
                    }),
                );
            }
            browser.look(PHONE, false);
            if let Some(judge) = judge().filter(|_| language == "de") {
                let name = format!("german-{}", path.replace('/', "-"));
                wrong.extend(looked_at(&browser, &judge, &name));
                browser.look(PHONE, false);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
