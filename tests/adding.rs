//! `source add` and `event add`: what is found behind a page, and what is written of it.
//!
//! The real program, against pages of our own on a server that stands in for the whole web.

mod discover;
mod event;
mod refused;
mod source;

use crate::loopback::{self, Answer, Server};
use crate::{Ran, program_in};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const NOW: &str = "2026-08-19T12:00:00Z";

/// A configuration with mirrors: every address leads to a server on this machine.
struct World {
    web: Server,
    folder: TempDir,
}

impl World {
    fn new() -> World {
        let web = loopback::start();
        let folder = tempfile::tempdir().unwrap();
        let world = World { web, folder };
        let everything = world.web.url("");
        world.write(
            "service.toml",
            &format!(
                "[fetch]\nper-host-interval = \"0s\"\n[fetch.mirrors]\n\"https://\" = \"{everything}\"\n\"http://\" = \"{everything}\"\n"
            ),
        );
        world
    }

    /// Serves a body at an address of any host, without its `https:/`.
    fn serve(&self, at: &str, kind: &str, body: impl AsRef<[u8]>) {
        self.web.serve(at, Answer::ok(kind, body));
    }

    fn page(&self, at: &str, body: &str) {
        self.serve(at, "text/html; charset=utf-8", body);
    }

    /// The paths that were asked for, in their order.
    fn asked(&self) -> Vec<String> {
        let asked = self.web.requests().into_iter();
        asked.map(|asked| asked.path).collect()
    }

    fn config(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.config().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.config().join(file)).unwrap()
    }

    /// Every file of the configuration with its bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        gather(self.config(), &mut files);
        files
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let config = self.config().display().to_string();
        let mut all = vec!["--config", &config, "--now", NOW];
        all.extend(arguments);
        program_in(tempfile::tempdir().unwrap().path(), &all)
    }
}

fn gather(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
}

/// A file of `tests/pages`.
fn file(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/pages/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A calendar with events on these days, each `UID|DTSTART…|further lines`.
fn calendar(name: &str, events: &[(&str, &str)]) -> String {
    let mut text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nX-WR-CALNAME:{name}\r\nX-WR-TIMEZONE:Europe/Berlin\r\n"
    );
    for (number, (start, lines)) in events.iter().enumerate() {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{number}@example\r\nDTSTAMP:20260801T000000Z\r\nDTSTART:{start}\r\nSUMMARY:Evening {number}\r\n{lines}END:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}

fn script(json: &str) -> String {
    format!("<script type=\"application/ld+json\">{json}</script>")
}
