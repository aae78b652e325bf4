//! An export that is cut off half-way.

use super::{Desk, calendar};
use crate::loopback::{Answer, start};
use std::fs;

const NOW: &str = "2026-08-20T06:00:00Z";

#[test]
fn an_export_that_was_cut_off_is_not_taken_for_whole() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", Answer::ok("text/calendar", calendar(&[1])));
    desk.run(NOW, &["refresh", "-q"]);
    let export = || {
        let ran = desk.run(NOW, &["export", "public", "-q"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let pages = ["index.html", "events.json", "feeds/all.ics"];
        pages.map(|page| fs::read(desk.path("public").join(page)).unwrap_or_default())
    };
    let first = export();
    assert!(first.iter().all(|page| !page.is_empty()));
    let folder = desk.path(
        fs::read_link(desk.path("public"))
            .unwrap()
            .to_str()
            .unwrap(),
    );
    // What a power cut leaves of files that were not on the disk yet.
    fs::write(folder.join("events.json"), "").unwrap();
    assert!(export() == first);
    // What is left of an old export that was being removed, when its bytes come again.
    let now = desk.path(
        fs::read_link(desk.path("public"))
            .unwrap()
            .to_str()
            .unwrap(),
    );
    fs::remove_dir_all(&now).unwrap();
    fs::create_dir(&now).unwrap();
    assert!(export() == first);
    assert!(desk.path("public").is_symlink());
}
