//! The real program serving, asked over real connections; beside it, in the same run, axum serving the same bytes.
//!
//! ```sh
//! cargo bench --bench serving                     # all cases
//! cargo bench --bench serving -- cached version   # some of them
//! ```
//!
//! `benches/compare.sh` puts the figures beside the aims.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod archive;
mod client;
mod world;

use client::{Client, Figures, get, post_and_hang_up};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rusty-events");

/// Connections that ask at the same time.
const CONNECTIONS: usize = 4;

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let cases: [(&str, fn()); 7] = [
        ("version", version),
        ("cached", cached),
        ("writes", while_a_refresh_writes),
        ("hostile", under_hostile_checks),
        ("aborted", aborted_forms),
        ("start", start),
        ("export", export),
    ];
    for (name, case) in cases {
        if asked.is_empty() || asked.iter().any(|word| word == name) {
            case();
        }
    }
}

/// The program, serving a copy of an archive on a port of its own.
struct Served {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Served {
    fn new(archive: &Path) -> Served {
        let folder = copy_of(archive);
        let mut child = Command::new(PROGRAM)
            .args([
                "--config",
                "config",
                "--database",
                "events.db",
                "serve",
                "--listen",
                "127.0.0.1:0",
            ])
            .current_dir(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(
                std::io::BufRead::read_line(&mut said, &mut line).unwrap(),
                0,
                "it ended"
            );
            if let Some(address) = line.trim().strip_prefix("serving http://") {
                break address.to_owned();
            }
        };
        thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Served {
            child,
            address,
            folder,
        }
    }

    /// Waits until its worker has nothing to do for two seconds; CPU seconds until then.
    fn settled(&self) -> f64 {
        let mut before = cpu_of(self.child.id());
        loop {
            thread::sleep(Duration::from_secs(2));
            let now = cpu_of(self.child.id());
            if now - before < 0.03 {
                return now;
            }
            before = now;
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy_of(archive: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(archive.join("events.db"), folder.path().join("events.db")).unwrap();
    std::os::unix::fs::symlink(archive.join("config"), folder.path().join("config")).unwrap();
    folder
}

/// CPU seconds that a process has used (proc(5): fields 14 and 15, in hundredths).
fn cpu_of(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

fn mib_of(pid: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kib = line.and_then(|line| {
        line.trim_start_matches(':')
            .trim()
            .trim_end_matches(" kB")
            .parse::<u64>()
            .ok()
    });
    kib.unwrap_or(0) / 1024
}

/// The start of the process, against a program that prints a line.
fn version() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("hello.rs");
    fs::write(&source, "fn main() { println!(\"hello\"); }").unwrap();
    let hello = folder.path().join("hello");
    let built = Command::new("rustc")
        .args(["-O", "-o"])
        .arg(&hello)
        .arg(&source)
        .status()
        .unwrap();
    assert!(built.success());
    let once = |program: &Path, argument: &str| {
        let began = Instant::now();
        let ran = Command::new(program)
            .arg(argument)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(ran.success());
        began.elapsed()
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        ours.push(once(Path::new(PROGRAM), "--version"));
        theirs.push(once(&hello, ""));
    }
    let (ours, theirs) = (Figures::of(ours).median, Figures::of(theirs).median);
    println!(
        "version: {ours:.2} ms, hello world {theirs:.2} ms, ratio {:.2}",
        ours / theirs
    );
}

/// A kept page and its 304, against axum with the same bytes and nothing else to do.
fn cached() {
    let served = Served::new(&archive::folder(10_000, 10_000));
    served.settled();
    let page = get(&served.address, "/", "");
    let tag = page.header("etag").unwrap();
    let condition = format!("If-None-Match: {tag}\r\n");
    let hello = client::hello(&page);
    for (name, headers) in [("body", ""), ("304", condition.as_str())] {
        let rate = |address: &str| requests_per_second(address, headers);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // In turns, so that the machine's other work falls on both.
        for _ in 0..5 {
            ours.push(rate(&served.address));
            theirs.push(rate(&hello));
        }
        let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
        let (ours, theirs) = (best(&ours), best(&theirs));
        println!(
            "cached {name}: {ours:.0} requests/s, axum {theirs:.0}, ratio {:.2}",
            ours / theirs
        );
    }
}

fn requests_per_second(address: &str, headers: &str) -> f64 {
    let began = Instant::now();
    let done: usize = thread::scope(|scope| {
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = Client::new(address);
                    let mut done = 0;
                    while began.elapsed() < Duration::from_secs(2) {
                        client.get("/", headers);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        asking
            .into_iter()
            .map(|asking| asking.join().unwrap())
            .sum()
    });
    done as f64 / began.elapsed().as_secs_f64()
}

/// Kept pages while another process reads 100 sources, of which every tenth has changed, and publishes.
fn while_a_refresh_writes() {
    let served = Served::new(&archive::folder(10_000, 10_000));
    served.settled();
    let paths = ["/", "/feeds/europe.ics", "/section.md", "/events.atom"];
    let asked = |running: &dyn Fn() -> bool| {
        let mut client = Client::new(&served.address);
        let mut took = Vec::new();
        while running() {
            for path in paths {
                let began = Instant::now();
                client.get(path, "");
                took.push(began.elapsed());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Figures::of(took)
    };
    let began = Instant::now();
    let quiet = asked(&|| began.elapsed() < Duration::from_secs(5));
    let config = changed_config(served.folder.path());
    let mut refresh = Command::new(PROGRAM)
        .args([
            "--config",
            config.to_str().unwrap(),
            "--database",
            "events.db",
            "--quiet",
            "refresh",
        ])
        .current_dir(served.folder.path())
        .spawn()
        .unwrap();
    let refresh = std::cell::RefCell::new(&mut refresh);
    let busy = asked(&|| refresh.borrow_mut().try_wait().unwrap().is_none());
    println!("kept pages, nothing else: {quiet}");
    println!("kept pages while a refresh writes: {busy}");
}

/// The same sources, where the events of every tenth calendar have other titles.
fn changed_config(folder: &Path) -> PathBuf {
    let changed = folder.join("changed");
    world::configure(&changed, 100, 100);
    for group in (0..100).step_by(10) {
        let path = changed.join(format!("{group}.ics"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("SUMMARY:", "SUMMARY:New: ")).unwrap();
    }
    changed
}

/// `/healthz` while four visitors have pages checked that are made to keep a parser busy.
fn under_hostile_checks() {
    let folder = archive::folder(1_000, 1_000);
    let hostile = client::Hostile::serve(copy_of(&folder).path());
    let running = AtomicBool::new(true);
    let health = thread::scope(|scope| {
        for number in 0..4 {
            let (hostile, running) = (&hostile, &running);
            scope.spawn(move || {
                while running.load(Ordering::Relaxed) {
                    hostile.check(number);
                }
            });
        }
        let mut client = Client::new(&hostile.address);
        let mut took = Vec::new();
        let all = Instant::now();
        while all.elapsed() < Duration::from_secs(20) {
            let began = Instant::now();
            client.get("/healthz", "");
            took.push(began.elapsed());
            thread::sleep(Duration::from_millis(2));
        }
        running.store(false, Ordering::Relaxed);
        Figures::of(took)
    });
    println!("/healthz under four hostile checks: {health}");
}

/// A hundred logins and a hundred drafts; the senders hang up at once.
fn aborted_forms() {
    let served = Served::new(&archive::folder(1_000, 1_000));
    served.settled();
    let before = mib_of(served.child.id(), "VmHWM");
    let login = "name=ann&password=wrong+wrong+wrong".to_owned();
    let draft = format!("draft={}", "Some+words+that+are+no+row.%0A".repeat(60_000));
    for (path, body) in [("/login", login), ("/section", draft)] {
        thread::scope(|scope| {
            for visitor in 0..100 {
                let (address, body) = (&served.address, &body);
                scope.spawn(move || post_and_hang_up(address, path, visitor, body));
            }
        });
        thread::sleep(Duration::from_secs(2));
        let peak = mib_of(served.child.id(), "VmHWM");
        println!("100 aborted POST {path}: peak {peak} MiB, before {before} MiB");
    }
}

/// From the start of `serve` until its worker has believed what is stored; then its memory under load.
fn start() {
    for events in [20_000, 100_000] {
        let served = Served::new(&archive::folder(events, events));
        let cpu = served.settled();
        let front = Instant::now();
        let length = get(&served.address, "/", "").body.len();
        let front = front.elapsed().as_secs_f64() * 1e3;
        let idle = mib_of(served.child.id(), "VmRSS");
        let began = Instant::now();
        let mut client = Client::new(&served.address);
        let mut asked: usize = 0;
        while began.elapsed() < Duration::from_secs(30) {
            let page = asked % 60 + 2;
            let path = [
                "/",
                "/events.json",
                "/feeds/all.ics",
                "/sources",
                "/section",
            ][asked % 5];
            client.get(path, "");
            client.get(&format!("/page/{page}"), "");
            asked += 1;
        }
        let (after, peak) = (
            mib_of(served.child.id(), "VmRSS"),
            mib_of(served.child.id(), "VmHWM"),
        );
        println!(
            "serve, {events} events: current after {cpu:.1} CPU s; / first {front:.0} ms, {length} bytes; {idle} MiB, after {asked} rounds {after} MiB, peak {peak} MiB"
        );
    }
}

fn export() {
    for events in [1_000, 10_000] {
        let folder = copy_of(&archive::folder(events, events));
        let once = || {
            let began = Instant::now();
            let ran = Command::new(PROGRAM)
                .args([
                    "--config",
                    "config",
                    "--database",
                    "events.db",
                    "--now",
                    world::NOW,
                    "--quiet",
                    "export",
                    "public",
                ])
                .current_dir(folder.path())
                .status()
                .unwrap();
            assert_ne!(ran.code(), Some(1));
            began.elapsed().as_secs_f64()
        };
        let (first, again) = (once(), once());
        println!("export of {events} events: {first:.1} s; again, nothing changed: {again:.1} s");
    }
}
