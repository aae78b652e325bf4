//! The pages are prepared before anybody asks for them.

use super::worker::until;
use super::{NOW, Served, database, sample};
use crate::program_in;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

const COUNTED: &str = "what is to come was counted";

/// The sample, served by a program that logs what it does.
fn logging() -> (Served, Arc<Mutex<Vec<String>>>) {
    let folder = tempfile::tempdir().unwrap();
    let made = database().join("events.db");
    std::fs::copy(made, folder.path().join("events.db")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--config", sample().to_str().unwrap()])
        .args(["--database", "events.db", "--now", NOW, "-vv"])
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env_clear()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        lines
            .map_while(Result::ok)
            .for_each(|line| kept.lock().unwrap().push(line));
    });
    let address = || {
        let log = log.lock().unwrap();
        let mut addresses = log
            .iter()
            .filter_map(|line| line.strip_prefix("serving http://"));
        addresses.next().map(|address| address.parse().unwrap())
    };
    until("it listens", || address().is_some());
    let address = address().unwrap();
    let served = Served {
        child,
        address,
        folder,
    };
    (served, log)
}

#[test]
fn what_is_to_come_is_counted_before_a_visitor_asks_and_again_when_something_changed() {
    let (served, log) = logging();
    let counted = || {
        let log = log.lock().unwrap();
        log.iter().filter(|line| line.contains(COUNTED)).count()
    };
    until("it has counted, and nobody asked", || counted() == 1);

    let seoul = "https://www.meetup.com/rust-seoul-meetup/events/304590280/";
    let sample = sample();
    let on = [
        "--config",
        sample.to_str().unwrap(),
        "--database",
        "events.db",
        "--now",
        NOW,
    ];
    let hide = [
        "decide",
        "hide",
        seoul,
        "--from",
        "everywhere",
        "--reason",
        "r",
    ];
    let hidden = program_in(served.folder.path(), &[&on[..], &hide].concat());
    assert_eq!(hidden.code, 0, "{}", hidden.err);
    until("it has counted anew, and nobody asked", || counted() == 2);

    for path in ["/", "/?region=europe", "/groups", "/follow"] {
        assert_eq!(served.get(path).status, 200, "{path}");
    }
    assert_eq!(counted(), 2, "no visitor waits for it");
}
