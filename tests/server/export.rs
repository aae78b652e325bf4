//! What is public as files.

use super::{NOW, Served, sample};
use crate::program_in;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        super::database().join("events.db"),
        folder.path().join("events.db"),
    )
    .unwrap();
    folder
}

fn export(desk: &Path, now: &str) -> crate::Ran {
    let sample = sample();
    let all = [
        "--config",
        sample.to_str().unwrap(),
        "--database",
        "events.db",
        "--now",
        now,
        "export",
        "public",
    ];
    let ran = program_in(desk, &all);
    // Two weeks after the last visit something may be missing.
    let code = if now == NOW { 0 } else { 3 };
    assert_eq!(ran.code, code, "{}", ran.err);
    ran
}

/// Path → bytes of everything in a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let folder = fs::canonicalize(folder).unwrap();
    walk(&folder, &folder, &mut found);
    found
}

#[test]
fn every_file_is_listed_with_its_type_and_every_link_of_a_page_leads_to_a_file() {
    let desk = desk();
    export(desk.path(), NOW);
    let files = files(&desk.path().join("public"));
    let headers: Value = serde_json::from_slice(&files["headers.json"]).unwrap();
    let listed: BTreeSet<&str> = headers
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["path"].as_str().unwrap())
        .collect();
    let there: BTreeSet<&str> = files
        .keys()
        .map(String::as_str)
        .filter(|path| *path != "headers.json")
        .collect();
    assert_eq!(listed, there);
    for entry in headers.as_array().unwrap() {
        let path = entry["path"].as_str().unwrap();
        let kind = entry["content_type"].as_str().unwrap();
        assert_eq!(
            path.ends_with(".ics"),
            kind == "text/calendar; charset=utf-8",
            "{path}"
        );
        assert_eq!(
            path.ends_with(".html"),
            kind.starts_with("text/html"),
            "{path}"
        );
        assert!(
            entry["cache_control"]
                .as_str()
                .unwrap()
                .starts_with("public, max-age="),
            "{path}"
        );
    }
    for feed in [
        "feeds/all.ics",
        "feeds/europe.ics",
        "feeds/virtual.ics",
        "events.json",
        "section.md",
        "404.html",
        "section/index.html",
    ] {
        assert!(there.contains(feed), "{feed}");
    }
    let link = scraper::Selector::parse("[href], [src], [action]").unwrap();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = scraper::Html::parse_document(std::str::from_utf8(bytes).unwrap());
        for element in page.select(&link) {
            for name in ["href", "src", "action"] {
                let Some(address) = element.value().attr(name).filter(|of| of.starts_with('/'))
                else {
                    continue;
                };
                let own = address
                    .split(['#', '?'])
                    .next()
                    .unwrap()
                    .trim_start_matches('/');
                let file = if own.is_empty() || own.ends_with('/') {
                    format!("{own}index.html")
                } else {
                    own.to_owned()
                };
                assert!(there.contains(file.as_str()), "{path} leads to {address}");
            }
        }
        assert!(
            page.select(&scraper::Selector::parse("form").unwrap())
                .next()
                .is_none(),
            "{path}: a file cannot answer a form"
        );
    }
}

#[test]
fn it_is_what_the_server_serves_and_a_second_export_touches_nothing() {
    let desk = desk();
    export(desk.path(), NOW);
    let public = desk.path().join("public");
    let first = files(&public);
    let served = Served::sample();
    for path in ["section.md", "section.json"] {
        assert_eq!(first[path], served.get(&format!("/{path}")).body, "{path}");
    }
    let uids = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with("UID:"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        uids(std::str::from_utf8(&first["feeds/europe.ics"]).unwrap()),
        uids(&served.get("/feeds/europe.ics").text())
    );
    let before = fs::read_link(&public).unwrap();
    let time = |path: &str| fs::metadata(public.join(path)).unwrap().modified().unwrap();
    let again = export(desk.path(), NOW);
    assert!(
        again.err.contains("0 of them new or changed"),
        "{}",
        again.err
    );
    assert_eq!(fs::read_link(&public).unwrap(), before);
    // A later day: another export as a whole, and what is the same in it is the same file.
    export(desk.path(), "2024-11-20T09:00:00Z");
    assert_ne!(fs::read_link(&public).unwrap(), before);
    assert_ne!(files(&public)["section.md"], first["section.md"]);
    assert_eq!(
        time("style.css"),
        fs::metadata(desk.path().join(&before).join("style.css"))
            .unwrap()
            .modified()
            .unwrap()
    );
    for day in ["2024-11-27", "2024-12-04", "2024-12-11"] {
        export(desk.path(), &format!("{day}T09:00:00Z"));
    }
    let kept = fs::read_dir(desk.path()).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".public-")
    });
    assert_eq!(kept.count(), 2, "this one and the last");
}

/// A reading that finds nothing new must not make every event's page another file: all of them would be published
/// again, several times a day.
#[test]
fn a_reading_that_changes_nothing_leaves_the_pages_of_events_and_groups_as_they_are() {
    let desk = desk();
    export(desk.path(), NOW);
    let public = desk.path().join("public");
    let first = files(&public);
    let sample = sample();
    let later = "2024-11-06T10:00:00Z";
    let all = [
        "--config",
        sample.to_str().unwrap(),
        "--database",
        "events.db",
        "--now",
        later,
        "refresh",
    ];
    assert_eq!(program_in(desk.path(), &all).code, 0);
    let all = all.map(|word| if word == "refresh" { "export" } else { word });
    let ran = program_in(desk.path(), &[&all[..], &["public"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let second = files(&public);
    let changed: Vec<&String> = second
        .iter()
        .filter(|(path, bytes)| first.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    // The list of the sources says when each was read.
    assert!(
        changed.contains(&&"sources/index.html".to_owned()),
        "{changed:?}"
    );
    let of_events: Vec<_> = changed
        .iter()
        .filter(|path| path.starts_with("events/") || path.starts_with("organisers/"))
        .collect();
    assert!(of_events.is_empty(), "{of_events:?}");
}

#[test]
fn a_folder_that_no_export_made_is_left_alone() {
    let desk = desk();
    let public = desk.path().join("public");
    fs::create_dir(&public).unwrap();
    fs::write(public.join("thesis.txt"), "mine").unwrap();
    let sample = sample();
    let all = [
        "--config",
        sample.to_str().unwrap(),
        "--database",
        "events.db",
        "--now",
        NOW,
        "export",
        "public",
    ];
    let ran = program_in(desk.path(), &all);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no export made it"), "{}", ran.err);
    assert_eq!(fs::read(public.join("thesis.txt")).unwrap(), b"mine");
    // Nor is a link turned away from where somebody wants it to lead.
    let elsewhere = desk.path().join("elsewhere");
    fs::rename(&public, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &public).unwrap();
    assert_eq!(program_in(desk.path(), &all).code, 1);
    assert_eq!(fs::read_link(&public).unwrap(), elsewhere);
    fs::remove_file(&public).unwrap();
    fs::create_dir(&public).unwrap();
    export(desk.path(), NOW);
}
