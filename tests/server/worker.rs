//! The worker: what it visits, when, and how it ends.

use crate::loopback::{self, Answer};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::config;
use rusty_events::configured;
use rusty_events::fetch::{Credentials, Fetcher};
use rusty_events::refresh;
use rusty_events::schedule::Cron;
use rusty_events::server::{self, Clock, Fetchers, Setup, State};
use rusty_events::service;
use rusty_events::store::Store;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A server's state in this process, that of a folder with a configuration.
pub(super) fn state_of(config: &Path, database: PathBuf, clock: Clock) -> State {
    let configuration = config::read(config).unwrap();
    let fetcher = || {
        let settings = configured::fetching(&configuration, Credentials::default());
        Arc::new(Fetcher::new(settings).unwrap())
    };
    let fetchers = Fetchers {
        configured: fetcher(),
        foreign: fetcher(),
    };
    let base = "https://events.example.org".to_owned();
    let setup = Setup::new(configuration, database, base, fetchers, clock).unwrap();
    State::new(setup).unwrap()
}

/// A service in this process. The test moves its clock.
pub(super) struct Service {
    pub(super) state: Arc<State>,
    pub(super) address: std::net::SocketAddr,
    pub(super) folder: TempDir,
    now: Arc<Mutex<DateTime<Utc>>>,
    stop: watch::Sender<bool>,
    ended: Option<std::thread::JoinHandle<()>>,
}

impl Service {
    /// With a source of each of these addresses, which are the loopback's.
    pub(super) fn new(world: &loopback::Server, paths: &[&str], now: &str) -> Service {
        let folder = tempfile::tempdir().unwrap();
        Service::in_folder(folder, world, paths, now, true)
    }

    /// The server alone: the test says when the worker [looks](Service::look).
    pub(super) fn without_worker(world: &loopback::Server, paths: &[&str], now: &str) -> Service {
        let folder = tempfile::tempdir().unwrap();
        Service::in_folder(folder, world, paths, now, false)
    }

    fn in_folder(
        folder: TempDir,
        world: &loopback::Server,
        paths: &[&str],
        now: &str,
        worker: bool,
    ) -> Service {
        let configuration = folder.path().join("config");
        fs::create_dir_all(configuration.join("sources")).unwrap();
        let own = world.url("");
        let own = own.strip_prefix("http://").unwrap().trim_end_matches('/');
        fs::write(
            configuration.join("service.toml"),
            format!("[fetch]\nper-host-interval = \"0s\"\nper-host-in-flight = 4\nallow = [\"{own}\"]\n[schedule]\nrefresh = \"0 * * * *\"\n"),
        )
        .unwrap();
        let sources = world.as_sources("ics/", paths);
        fs::write(configuration.join("sources/all.toml"), sources).unwrap();
        let now = Arc::new(Mutex::new(now.parse::<DateTime<Utc>>().unwrap()));
        let clock = {
            let now = Arc::clone(&now);
            Clock::new(move || *now.lock().unwrap())
        };
        let database = folder.path().join("events.db");
        let state = Arc::new(state_of(&configuration, database, clock));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = Arc::clone(&state);
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                if worker {
                    service::run(serving, listener, stopped).await.unwrap();
                } else {
                    server::run(listener, serving, stopped).await;
                }
            });
        });
        Service {
            state,
            address,
            folder,
            now,
            stop,
            ended: Some(ended),
        }
    }

    pub(super) fn set_clock(&self, to: DateTime<Utc>) {
        *self.now.lock().unwrap() = to;
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// What the worker does when its time comes.
    pub(super) fn look(&self) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut store = Store::open(&self.folder.path().join("events.db")).unwrap();
        let cron = Cron::parse("0 * * * *", chrono_tz::Tz::UTC).unwrap();
        let setup = &self.state.setup;
        let looked = refresh::refresh_due(
            setup.orders(self.now()),
            &cron,
            &setup.fetchers.configured,
            &mut store,
            |_| {},
        );
        runtime.block_on(looked).unwrap();
    }

    /// Tells it to stop and waits; how long that took.
    pub(super) fn stop(&mut self) -> Duration {
        let began = Instant::now();
        self.stop.send(true).unwrap();
        self.ended.take().unwrap().join().unwrap();
        began.elapsed()
    }
}

/// Waits until something holds, for half a minute at most.
pub(super) fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(super) fn calendar(events: &[(&str, &str, &str)]) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (uid, start, title) in events {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{start}\r\nSUMMARY:{title}\r\nURL:https://rust.example/{uid}\r\nEND:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}

#[test]
fn what_was_missed_is_caught_up_once_and_a_restart_asks_no_one_again() {
    let world = loopback::start();
    let feed = calendar(&[("1", "20260901T170000Z", "Hack Night")]);
    world.serve("/a.ics", Answer::ok("text/calendar", feed.as_bytes()));
    let mut service = Service::new(&world, &["/a.ics"], "2026-08-01T10:30:00Z");
    until("the first visit", || world.asked("/a.ics").len() == 1);
    until("it is published", || {
        !service.state.snapshot_after_change().published.is_empty()
    });
    service.stop();
    // Off for thirty days, and then restarted every minute for an hour.
    let back = service.now() + TimeDelta::days(30);
    let mut folder = std::mem::replace(&mut service.folder, tempfile::tempdir().unwrap());
    for minute in 0..5 {
        let now = back + TimeDelta::minutes(minute);
        let mut again = Service::in_folder(folder, &world, &["/a.ics"], &now.to_rfc3339(), true);
        until("it has looked", || {
            again.state.snapshot_after_change();
            Store::open(&again.folder.path().join("events.db"))
                .unwrap()
                .standings()
                .unwrap()
                .values()
                .all(|standing| standing.last_visit >= Some(back))
        });
        again.stop();
        folder = std::mem::replace(&mut again.folder, tempfile::tempdir().unwrap());
    }
    assert_eq!(world.asked("/a.ics").len(), 2, "one catch-up");
}

#[test]
fn it_stops_within_ten_seconds_while_a_source_hangs_and_keeps_what_ended() {
    let world = loopback::start();
    let feed = calendar(&[("1", "20260901T170000Z", "Hack Night")]);
    world.serve("/good.ics", Answer::ok("text/calendar", feed.as_bytes()));
    world.serve("/hung.ics", Answer::silent());
    let mut service = Service::new(&world, &["/good.ics", "/hung.ics"], "2026-08-01T10:30:00Z");
    let read = || {
        let store = Store::open(&service.folder.path().join("events.db")).unwrap();
        store
            .standings()
            .unwrap()
            .values()
            .any(|of| of.last_good.is_some())
    };
    until("the good one is recorded", read);
    until("the other one is asked", || {
        !world.asked("/hung.ics").is_empty()
    });
    let took = service.stop();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let store = Store::open(&service.folder.path().join("events.db")).unwrap();
    let standings = store.standings().unwrap();
    let hung = standings.iter().find(|(id, _)| id.0.contains("hung"));
    assert!(
        hung.is_none_or(|(_, of)| of.last_visit.is_none()),
        "as before"
    );
    assert!(store.lock_refresh().is_ok(), "the lock is free");
}

#[test]
fn a_refresh_beside_it_waits_and_neither_visits_twice() {
    let world = loopback::start();
    let feed = calendar(&[("1", "20260901T170000Z", "Hack Night")]);
    world.serve("/a.ics", Answer::ok("text/calendar", feed.as_bytes()));
    let mut service = Service::new(&world, &["/a.ics"], "2026-08-01T10:30:00Z");
    until("the first visit", || world.asked("/a.ics").len() == 1);
    let folder = service.folder.path().to_owned();
    let database = folder.join("events.db");
    until("it is done", || {
        let store = Store::open(&database).unwrap();
        store.lock_refresh().is_ok() && !store.standings().unwrap().is_empty()
    });
    let lock = Store::open(&database).unwrap();
    let held = lock.lock_refresh().unwrap();
    let config = folder.join("config");
    let ran = crate::program_in(
        &folder,
        &[
            "--config",
            config.to_str().unwrap(),
            "--database",
            "events.db",
            "--now",
            "2026-08-01T11:30:00Z",
            "refresh",
            "--due",
        ],
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("another refresh is running"),
        "{}",
        ran.err
    );
    drop(held);
    let ran = crate::program_in(
        &folder,
        &[
            "--config",
            config.to_str().unwrap(),
            "--database",
            "events.db",
            "--now",
            "2026-08-01T10:45:00Z",
            "refresh",
            "--due",
        ],
    );
    assert!(ran.err.contains("no source is due"), "{}", ran.err);
    assert_eq!(world.asked("/a.ics").len(), 1);
    service.stop();
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_program_with_exit_code_0() {
    let mut served = super::Served::sample();
    assert_eq!(served.get("/healthz").status, 200);
    let began = Instant::now();
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &served.pid().to_string()])
        .status();
    assert!(killed.unwrap().success());
    assert_eq!(served.ended(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn who_fails_is_asked_ever_more_seldom_and_keeps_what_was_published() {
    const WALL: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
    let world = loopback::start();
    let paths = ["/down.ics", "/gone.ics", "/wall.ics", "/flaps.ics"];
    let good = |number: usize| {
        let feed = calendar(&[(&number.to_string(), "20260901T170000Z", "Hack Night")]);
        Answer::ok("text/calendar", feed)
    };
    for (number, path) in paths.iter().enumerate() {
        world.serve(path, good(number));
    }
    let service = Service::without_worker(&world, &paths, "2026-08-01T00:30:00Z");
    service.look();
    let shown = || {
        let published = service.state.snapshot_after_change().published.clone();
        published
            .iter()
            .map(|(id, event)| (id.clone(), event.sequence, event.modified, event.status))
            .collect::<Vec<_>>()
    };
    let before = shown();
    assert_eq!(before.len(), 4);
    world.start_anew();
    world.serve("/down.ics", Answer::status(500));
    world.serve("/gone.ics", Answer::status(410));
    world.serve("/wall.ics", Answer::ok("text/html", WALL));
    let turns = (0..80).map(|turn| {
        if turn % 2 == 0 {
            Answer::status(500)
        } else {
            good(3)
        }
    });
    world.serve_in_turn("/flaps.ics", turns.collect());
    // Three days; the schedule is hourly, and looked at more often.
    for _ in 0..3 * 72 {
        service.set_clock(service.now() + TimeDelta::minutes(20));
        service.look();
        assert_eq!(shown(), before, "{}", service.now());
    }
    for path in &paths[..3] {
        let asked = world.asked(path).len();
        assert!((3..=12).contains(&asked), "{path}: {asked}");
    }
    let asked = world.asked("/flaps.ics").len();
    assert!((60..=80).contains(&asked), "a success begins anew: {asked}");
    let store = Store::open(&service.folder.path().join("events.db")).unwrap();
    let standings = store.standings().unwrap();
    let error = |name: &str| {
        let standing = standings.iter().find(|(id, _)| id.0.contains(name));
        standing
            .and_then(|(_, of)| of.error.clone())
            .unwrap_or_default()
    };
    assert!(error("gone").contains("gone for good"), "{}", error("gone"));
    assert!(error("wall").contains("bot challenge"), "{}", error("wall"));
    assert!(error("down").contains("status 500"), "{}", error("down"));
}
