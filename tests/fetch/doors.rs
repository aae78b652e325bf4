//! Every way by which an address comes in from outside: none leads to this machine or its network.

use crate::loopback::{self, Answer};
use crate::server::Served;
use crate::{Ran, program_in};
use std::fs;
use std::path::Path;

const NOW: &str = "2026-08-20T06:00:00Z";

fn run(folder: &Path, now: &str, arguments: &[&str]) -> Ran {
    program_in(folder, &[&["--now", now], arguments].concat())
}

fn configure(folder: &Path, service: &str, sources: &str) {
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    fs::write(folder.join("config/service.toml"), service).unwrap();
    fs::write(folder.join("config/sources/all.toml"), sources).unwrap();
}

#[test]
fn no_command_and_no_page_asks_what_a_stranger_names_in_the_network() {
    let canary = loopback::start();
    let port = canary.address().port();
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), "", "");
    let served = Served::sample();
    for url in [
        canary.url("/a.ics"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("webcal://127.0.0.1:{port}/a.ics"),
    ] {
        for command in [
            &["preview", &url][..],
            &["source", "add", &url],
            &["event", "add", &url],
        ] {
            let ran = run(folder.path(), NOW, command);
            assert!(matches!(ran.code, 1 | 2), "{command:?}: {}", ran.err);
            assert!(!ran.err.is_empty(), "{command:?}");
        }
        let checked = served.get(&format!(
            "/check?url={}",
            crate::server::form(&[("", &url)])[1..].to_owned()
        ));
        assert!(checked.status < 500, "{url}: {}", checked.text());
        served.get(&format!("/why?{}", crate::server::form(&[("url", &url)])));
        // In the configuration it is refused by name, before anything is asked.
        for (service, sources) in [
            (
                String::new(),
                format!("[[source]]\nurl = \"{url}\"\norganiser = \"Club\"\n"),
            ),
            (format!("[newsletter]\ndraft = \"{url}\"\n"), String::new()),
        ] {
            configure(folder.path(), &service, &sources);
            let ran = run(folder.path(), NOW, &["refresh"]);
            assert!(ran.code == 2 || sources.is_empty(), "{url}: {}", ran.err);
        }
        configure(folder.path(), "", "");
    }
    assert_eq!(canary.connections(), 0);
}

#[test]
fn what_a_page_links_to_or_leads_to_in_the_network_is_not_asked() {
    let world = loopback::start();
    let canary = loopback::start();
    let folder = tempfile::tempdir().unwrap();
    configure(
        folder.path(),
        &format!(
            "[fetch]\nper-host-interval = \"0s\"\nallow = [\"{}\"]\n",
            world.address()
        ),
        &format!(
            "[[source]]\nid = \"list\"\nurl = \"{0}/events/\"\nplatform = \"list\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n\n[[source]]\nid = \"feed\"\nurl = \"{0}/a.ics\"\nplatform = \"ics\"\norganiser = \"Circle\"\norganiser-url = \"https://circle.example/\"\nplace = \"Berlin, DE\"\n",
            world.url("")
        ),
    );
    let links = |to: &str| {
        format!(
            "<base href=\"{to}\"><meta http-equiv=refresh content=\"0; url={to}\"><a href=\"{to}/events/1\">One</a> <a href=\"/events/2\">Two</a>"
        )
    };
    world.serve("/events/", Answer::ok("text/html", links(&canary.url(""))));
    world.serve("/events/2", Answer::redirect(302, &canary.url("/events/2")));
    // Events with pages of their own, which are asked about when the feed goes without them.
    let event = |uid: u32, page: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:2026090{uid}T170000Z\r\nSUMMARY:Evening {uid}\r\nURL:{page}\r\nATTACH:{page}\r\nEND:VEVENT\r\n"
        )
    };
    let feed = |events: &[String]| {
        let text = format!(
            "BEGIN:VCALENDAR\r\nSOURCE:{0}\r\nURL:{0}\r\n{1}END:VCALENDAR\r\n",
            canary.url("/feed"),
            events.concat()
        );
        Answer::ok("text/calendar", text)
    };
    let kept = event(3, "https://circle.example/3");
    let all = [
        event(1, &canary.url("/page/1")),
        event(2, &world.url("/page/2")),
        kept.clone(),
    ];
    world.serve("/a.ics", feed(&all));
    world.serve("/page/2", Answer::redirect(301, &canary.url("/page/2")));
    run(folder.path(), NOW, &["refresh", "-q"]);
    world.serve("/a.ics", feed(&[kept]));
    run(folder.path(), "2026-08-20T12:00:00Z", &["refresh", "-q"]);
    assert_eq!(
        world.asked("/page/2").len(),
        1,
        "the page of its own host is asked"
    );
    assert_eq!(world.asked("/events/2").len(), 2);
    assert_eq!(canary.connections(), 0);
}
