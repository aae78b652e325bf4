//! News of events: in a chat, once each, and in a digest by mail.

use crate::feeds::evening;
use crate::loopback::{self, Answer};
use crate::server::Served;
use crate::{Ran, program_in};
use rusty_events::facts::chat::Chat;
use rusty_events::facts::event::Title;
use rusty_events::news::{News, What};
use rusty_events::render::chat::{self, Look};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

mod addresses;

/// An event of `sources/manual.toml`: its id, its day of September, its title, and further lines.
fn write_events(folder: &Path, events: &[(&str, u32, &str, &str)]) {
    write_events_of("2026-09", folder, events);
}

fn write_events_of(month: &str, folder: &Path, events: &[(&str, u32, &str, &str)]) {
    let mut text = String::new();
    for (id, day, title, more) in events {
        text.push_str(&format!(
            "[[event]]\nid = \"{id}\"\ntitle = \"{title}\"\nstart = {month}-{day:02}T19:00\nzone = \"Europe/Berlin\"\nplace = \"Köln, DE\"\nmode = \"in-person\"\norganiser = \"Rust Köln\"\norganiser-url = \"https://rust.cologne/\"\nlink = \"https://rust.cologne/{id}\"\n{more}\n"
        ));
    }
    fs::write(folder.join("config/sources/manual.toml"), text).unwrap();
}

/// A configuration that posts to these chats.
fn desk(world: &loopback::Server, chats: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config/sources")).unwrap();
    let service = format!(
        "[fetch]\nper-host-interval = \"0s\"\nallow = [\"{}\"]\n[server]\nurl = \"https://events.example.org\"\n{chats}",
        world.address()
    );
    fs::write(folder.path().join("config/service.toml"), service).unwrap();
    fs::write(folder.path().join("hook"), world.url("/secret-hook")).unwrap();
    folder
}

fn run(folder: &Path, now: &str, command: &[&str]) -> Ran {
    let all = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        now,
    ];
    program_in(folder, &[&all[..], command].concat())
}

const ZULIP: &str = "[[notify]]\nname = \"zulip\"\nchat = \"slack\"\nwebhook = { file = \"../hook\" }\nfilter = \"https://events.example.org/events.ics?near=Bonn\"\n";

#[test]
fn news_is_posted_once_and_again_only_if_it_did_not_arrive() {
    let world = loopback::start();
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    let folder = desk(&world, ZULIP);
    let folder = folder.path();
    let bodies = || -> Vec<String> {
        let asked = world.asked("/secret-hook").into_iter();
        asked
            .map(|asked| String::from_utf8(asked.body).unwrap())
            .collect()
    };
    let post = |now: &str| {
        let read = run(folder, now, &["refresh"]);
        assert_eq!(read.code, 0, "{}", read.err);
        let dry = run(folder, now, &["notify", "--dry-run"]);
        let before = bodies().len();
        let ran = run(folder, now, &["-vv", "notify"]);
        assert!(!ran.err.contains("secret-hook"), "{}", ran.err);
        (dry.out, ran, bodies().split_off(before))
    };
    write_events(
        folder,
        &[("a", 10, "Old news", ""), ("b", 17, "Workshop", "")],
    );
    let (dry, ran, posted) = post("2026-08-01T08:00:00Z");
    assert_eq!(
        (dry.as_str(), ran.code, posted.len()),
        ("", 0, 0),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("already known is not posted"),
        "{}",
        ran.err
    );

    // One is announced, one moves, one is called off; and one of them changes its title only.
    write_events(
        folder,
        &[
            ("a", 11, "Old news", ""),
            ("b", 17, "Workshop", "status = \"cancelled\"\n"),
            ("c", 24, "<!channel> @here & *free* pizza", ""),
        ],
    );
    let (dry, ran, posted) = post("2026-08-02T08:00:00Z");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let [message] = &posted[..] else {
        panic!("{posted:?}");
    };
    for said in [
        "*Moved:*",
        "Old news",
        "*Cancelled:*",
        "Workshop",
        "*New:*",
        "&lt;!channel&gt;",
        "https://events.example.org/events/",
    ] {
        assert!(message.contains(said), "{said}: {message}");
    }
    assert!(
        !message.contains("@here") && !message.contains("<!channel>"),
        "{message}"
    );
    assert!(dry.contains("*Moved:*"), "{dry}");
    let (dry, ran, posted) = post("2026-08-03T08:00:00Z");
    assert_eq!(
        (dry.as_str(), ran.code, posted.len()),
        ("", 0, 0),
        "{}",
        ran.err
    );

    // The chat refuses: it comes again. The answer is lost: it does not.
    write_events(
        folder,
        &[
            ("a", 12, "Old news", ""),
            ("b", 17, "Workshop", ""),
            ("c", 24, "<!channel> @here & *free* pizza", ""),
        ],
    );
    world.serve("/secret-hook", Answer::status(503));
    let (_, ran, posted) = post("2026-08-04T08:00:00Z");
    assert_eq!((ran.code, posted.len()), (3, 1), "{}", ran.err);
    world.serve("/secret-hook", Answer::status(204));
    let (_, ran, posted) = post("2026-08-05T08:00:00Z");
    assert_eq!((ran.code, posted.len()), (0, 1), "{}", ran.err);
    assert!(posted[0].contains("*Takes place after all:*"), "{posted:?}");
    write_events(
        folder,
        &[
            ("a", 13, "Old news", ""),
            ("b", 17, "Workshop", ""),
            ("c", 24, "Pizza", ""),
        ],
    );
    world.serve("/secret-hook", Answer::raw(b""));
    let (_, ran, posted) = post("2026-08-06T08:00:00Z");
    assert_eq!((ran.code, posted.len()), (3, 1), "{}", ran.err);
    assert!(ran.err.contains("may have arrived"), "{}", ran.err);
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    let (_, ran, posted) = post("2026-08-07T08:00:00Z");
    assert_eq!((ran.code, posted.len()), (0, 0), "{}", ran.err);
}

#[test]
fn a_wrong_filter_keeps_its_own_chat_alone_from_its_news() {
    let world = loopback::start();
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    let wrong = |name: &str| {
        ZULIP
            .replace("\"zulip\"", &format!("\"{name}\""))
            .replace("Bonn", "Bnon")
    };
    let chats = format!("{}{ZULIP}{}", wrong("first"), wrong("last"));
    let folder = desk(&world, &chats);
    for (now, events) in [
        ("2026-08-01T08:00:00Z", &[("a", 10, "Old news", "")][..]),
        (
            "2026-08-02T08:00:00Z",
            &[("a", 10, "Old news", ""), ("b", 17, "Workshop", "")],
        ),
    ] {
        write_events(folder.path(), events);
        assert_eq!(run(folder.path(), now, &["refresh"]).code, 0);
        let ran = run(folder.path(), now, &["notify"]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        let dry = run(folder.path(), now, &["notify", "--dry-run", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&dry.out).unwrap();
        let error = json["chats"][0]["error"].as_str().unwrap();
        assert!(error.starts_with("filter: near:"), "{error}");
        assert_eq!(json["chats"][1]["error"], serde_json::Value::Null);
        for name in ["first", "last"] {
            let named = format!("[[notify]] \"{name}\": filter: near:");
            assert!(ran.err.contains(&named), "{}", ran.err);
        }
    }
    let asked = world.asked("/secret-hook");
    assert_eq!(asked.len(), 1);
    assert!(String::from_utf8_lossy(&asked[0].body).contains("Workshop"));

    write_events(folder.path(), &[("c", 24, "Hack Night", "")]);
    let now = "2026-08-03T08:00:00Z";
    assert_eq!(run(folder.path(), now, &["refresh"]).code, 0);
    let dry = run(
        folder.path(),
        now,
        &["notify", "zulip", "--dry-run", "--json"],
    );
    assert_eq!(dry.code, 0, "{}", dry.err);
    let json: serde_json::Value = serde_json::from_str(&dry.out).unwrap();
    let message = json["chats"][0]["messages"][0].as_str().unwrap();
    assert!(message.contains("Hack Night"), "{json:#}");
}

#[test]
fn an_event_that_was_called_off_before_it_was_announced_is_new_if_it_takes_place() {
    let world = loopback::start();
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    let folder = desk(&world, ZULIP);
    let off = "status = \"cancelled\"\n";
    for (now, events) in [
        ("2026-08-01T08:00:00Z", &[("a", 10, "Old news", "")][..]),
        (
            "2026-08-02T08:00:00Z",
            &[("a", 10, "Old news", ""), ("b", 17, "Workshop", off)],
        ),
        (
            "2026-08-03T08:00:00Z",
            &[("a", 10, "Old news", ""), ("b", 17, "Workshop", "")],
        ),
    ] {
        write_events(folder.path(), events);
        for command in ["refresh", "notify"] {
            let ran = run(folder.path(), now, &[command]);
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
    }
    let asked = world.asked("/secret-hook");
    assert_eq!(asked.len(), 1);
    let body = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(
        body.contains("*New:*") && body.contains("Workshop"),
        "{body}"
    );
}

#[test]
fn the_service_tells_its_chats_what_changed_while_it_was_away() {
    let world = loopback::start();
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    // Nothing real is visited, so the service takes a time that is not the machine's.
    let folder = desk(
        &world,
        &format!("{ZULIP}[fetch.mirrors]\n\"https://\" = \"pages\"\n"),
    );
    fs::create_dir_all(folder.path().join("config/pages")).unwrap();
    write_events_of("2024-11", folder.path(), &[("a", 20, "Hack Night", "")]);
    for command in ["refresh", "notify"] {
        let ran = run(folder.path(), "2024-11-01T08:00:00Z", &[command]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    write_events_of(
        "2024-11",
        folder.path(),
        &[("a", 21, "Hack Night", ""), ("b", 27, "Workshop", "")],
    );
    let _served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let began = Instant::now();
    while world.asked("/secret-hook").is_empty() && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let asked = world.asked("/secret-hook");
    assert_eq!(asked.len(), 1, "one message for both");
    let body = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(
        body.contains("*Moved:*") && body.contains("*New:*"),
        "{body}"
    );
}

#[test]
fn a_wrong_notify_is_named() {
    let world = loopback::start();
    let wrong = "[[notify]]\nname = \"x\"\nchat = \"irc\"\nwebhook = \"https://hooks.example/T0/B0\"\nwhat = [\"newest\"]\n";
    let folder = desk(&world, wrong);
    write_events(folder.path(), &[("a", 10, "A", "")]);
    let ran = run(folder.path(), "2026-08-01T08:00:00Z", &["source", "check"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let said = ran.err + &ran.out;
    for named in [
        "notify \"x\": chat",
        "notify \"x\": webhook",
        "notify \"x\": what",
    ] {
        assert!(said.contains(named), "{named}: {said}");
    }
    let unknown = ZULIP.replace("Bonn", "Bnon");
    let folder = desk(&world, &unknown);
    write_events(folder.path(), &[("a", 10, "A", "")]);
    assert_eq!(
        run(folder.path(), "2026-08-01T08:00:00Z", &["refresh"]).code,
        0
    );
    let ran = run(
        folder.path(),
        "2026-08-01T08:00:00Z",
        &["notify", "--dry-run"],
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("zulip") && ran.err.contains("near"),
        "{}",
        ran.err
    );
}

#[test]
fn no_chat_finds_a_mark_or_a_mention_in_a_title() {
    let mut event = evening(10, "x");
    let hostile =
        "@everyone <@123> [x](https://evil.example) **b** `c` https://evil.example/ ~~d~~ \\";
    event.title = Title::parse(hostile).unwrap();
    let news = News {
        what: What::New,
        event: &event,
        km: None,
    };
    let look = Look {
        base: Some("https://events.example.org"),
        states: &[],
    };
    for chat in Chat::ALL {
        let lines = chat::lines(chat, &news, &look);
        let body: serde_json::Value =
            serde_json::from_str(&chat::body(chat, std::slice::from_ref(&lines))).unwrap();
        for mark in [
            "@everyone",
            "<@1",
            "[x](",
            "**b**",
            " https://evil",
            "~~d~~",
        ] {
            let is_marked = !(chat == Chat::Matrix
                && mark.contains(['*', '~', '@', '<', ']'])
                && mark != "@everyone");
            assert!(
                !is_marked || !lines.contains(mark),
                "{chat:?} {mark}: {lines}"
            );
        }
        if chat == Chat::Matrix {
            assert!(!body["html"].as_str().unwrap().contains("<@"), "{body}");
        }
        if chat == Chat::Discord {
            assert_eq!(body["allowed_mentions"]["parse"], serde_json::json!([]));
        }
    }
}

#[test]
fn a_digest_is_a_message_that_mailers_take() {
    let world = loopback::start();
    let folder = desk(&world, "");
    let folder = folder.path();
    write_events(
        folder,
        &[
            ("a", 10, "Hack Night", ""),
            ("b", 15, "Workshop", "end = 2026-09-15T21:00"),
        ],
    );
    assert_eq!(run(folder, "2026-08-01T08:00:00Z", &["refresh"]).code, 0);
    write_events(
        folder,
        &[
            ("a", 11, "Hack Night", ""),
            ("b", 15, "Workshop", "end = 2026-09-15T21:00"),
            ("c", 12, "Ünïcode für alle", ""),
        ],
    );
    assert_eq!(run(folder, "2026-09-01T08:00:00Z", &["refresh"]).code, 0);
    let digest = |more: &[&str]| {
        let command = [
            "digest",
            "--from",
            "Rüsty Events <events@example.org>",
            "--to",
            "ann@example.org",
        ];
        run(
            folder,
            "2026-09-02T08:00:00Z",
            &[&command[..], more].concat(),
        )
    };
    let ran = digest(&["--near", "Bonn", "--since", "2026-08-26"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        digest(&["--near", "Bonn", "--since", "2026-08-26"]).out,
        ran.out,
        "the same bytes"
    );
    assert!(ran.out.is_ascii(), "{}", ran.out);
    for line in [
        "To: <ann@example.org>",
        "MIME-Version: 1.0",
        "Date: Wed, 2 Sep 2026 08:00:00 +0000",
    ] {
        assert!(
            ran.out.lines().any(|own| own.trim_end() == line),
            "{line}: {}",
            ran.out
        );
    }
    let running = "2026-09-15T17:30:00Z";
    let digest_at = |now, days| {
        run(
            folder,
            now,
            &["digest", "--from", "x@example.org", "--days", days],
        )
    };
    assert_eq!(digest_at(running, "1").code, 0, "the workshop is on");
    assert_eq!(
        digest_at(running, "0").code,
        1,
        "0 days list nothing but news"
    );
    let none = digest(&["--near", "Tokyo"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    let wrong = digest(&["--near", "Nowhereville-on-Sea"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert_eq!(
        run(
            folder,
            "2026-09-02T08:00:00Z",
            &["digest", "--from", "x\nBcc: y@z"]
        )
        .code,
        2
    );

    // Another program reads it.
    let Some(python) = std::env::var_os("RUSTY_EVENTS_PYTHON") else {
        crate::skipped("$RUSTY_EVENTS_PYTHON is not set: the message is not parsed");
        return;
    };
    fs::write(folder.join("message.eml"), &ran.out).unwrap();
    let script = "import email, email.policy, sys\n\
        m = email.message_from_binary_file(open('message.eml', 'rb'), policy=email.policy.default)\n\
        assert not m.defects, m.defects\n\
        assert m['from'].addresses[0].display_name == 'Rüsty Events', m['from']\n\
        print(m['subject'])\n\
        for part in m.walk():\n\
        \x20   assert not part.defects, part.defects\n\
        \x20   if not part.is_multipart(): print(part.get_content_type()); print(part.get_content())\n";
    let read = Command::new(python)
        .args(["-X", "utf8", "-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stdout).replace("\r\n", "\n");
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    for part in [
        "1 new event, 1 change: within 100 km of Bonn, DE",
        "New\n===\n\nSat 12 Sep 2026, 19:00 (Europe/Berlin)\nÜnïcode für alle\nKöln, DE · 24 km · Rust Köln\nhttps://events.example.org/events/",
        "Moved: Hack Night",
        "Also coming up",
        "text/html",
        "<b>Ünïcode für alle</b>",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
