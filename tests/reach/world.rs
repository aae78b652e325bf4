//! The groups of the season, the server that has their pages, and what the program prints of them.

use super::forms::{Evening, FORMS, Group};
use crate::loopback::{Answer, Server, start};
use crate::{Ran, program_in};
use chrono::{Days, NaiveDate};
use rusty_events::section::grammar::rows;
use rusty_events::section::select::Style;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Groups of each form.
const OF_EACH: u32 = 3;
const CITIES: [&str; 5] = ["Linz", "Graz", "Wels", "Salzburg", "Innsbruck"];
pub(super) const MONDAY: &str = "2026-08-24T09:00:00Z";

pub(super) fn groups() -> Vec<Group> {
    let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    let mut groups = Vec::new();
    for form in &FORMS {
        for _ in 0..OF_EACH {
            let number = u32::try_from(groups.len()).unwrap() + 1;
            let evening = |which: u32, topic: &str| Evening {
                day: first + Days::new(u64::from(number % 9 + 10 * which)),
                title: format!("{topic} with club {number}"),
                link: form
                    .has_links
                    .then(|| format!("https://club-{number}.example/events/{number}-{which}")),
            };
            let evenings = vec![evening(0, "Traits"), evening(1, "Lifetimes")];
            let alone = form.name == "meta";
            groups.push(Group {
                number,
                form: form.name,
                city: CITIES[groups.len() % CITIES.len()],
                evenings: evenings
                    .into_iter()
                    .take(if alone { 1 } else { 2 })
                    .collect(),
            });
        }
    }
    groups
}

/// What a row says: day, organiser, title and page.
pub(super) type Row = (NaiveDate, String, String, String);

pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    pub(super) server: Server,
    pub(super) groups: Vec<Group>,
}

impl World {
    pub(super) fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let server = start();
        let groups = groups();
        fs::create_dir_all(folder.path().join("config/sources")).unwrap();
        let service = format!(
            "[topic]\nwords = [\"rust\"]\n[newsletter]\npull-requests = \"crabs/newsletter\"\n[fetch]\nper-host-interval = \"0s\"\n\
             per-host-in-flight = 8\n[fetch.mirrors]\n\"https://\" = \"{}\"\n",
            server.url("/")
        );
        fs::write(folder.path().join("config/service.toml"), service).unwrap();
        let mut sources = String::from("# Sixty groups.\n");
        for group in &groups {
            let form = FORMS.iter().find(|form| form.name == group.form).unwrap();
            sources.push_str(&format!(
                "\n[[source]]\nid = \"{}/{}\"\nurl = \"https://{}{}\"\n{}\norganiser = \"{}\"\norganiser-url = \"{}\"\nplace = \"{}, AT\"\nmode = \"in-person\"\n",
                form.name, group.number, group.host(), form.path, form.entry, group.name(), group.home(), group.city
            ));
        }
        // Two that repeat: one is held to a page that names only the first of two days, one is trusted.
        sources.push_str(
            "\n[[event]]\ntitle = \"Crab Night\"\nstart = \"2026-01-01T19:00\"\nrepeats = \"first and third thursday\"\nplace = \"Steyr, AT\"\nmode = \"in-person\"\n\
             organiser = \"Night Club\"\norganiser-url = \"https://night.example/\"\nlink = \"https://night.example/night\"\ncheck = \"https://night.example/termine/\"\n\
             \n[[event]]\ntitle = \"Crab Morning\"\nstart = \"2026-01-01T09:00\"\nrepeats = \"second friday\"\nplace = \"Steyr, AT\"\nmode = \"in-person\"\n\
             organiser = \"Morning Club\"\norganiser-url = \"https://morning.example/\"\nlink = \"https://morning.example/m\"\nassume = true\n",
        );
        fs::write(folder.path().join("config/sources/all.toml"), sources).unwrap();
        let world = World {
            folder,
            server,
            groups,
        };
        world.serve(
            "night.example/termine/",
            Answer::ok(
                "text/html",
                "<html lang=de><p>Nächstes Treffen: Donnerstag, 3. September 2026.</p></html>",
            ),
        );
        for group in &world.groups {
            world.serve_group(group);
        }
        world.serve_pulls(&[]);
        world
    }

    pub(super) fn serve(&self, address: &str, answer: Answer) {
        self.server.serve(&format!("/{address}"), answer);
    }

    pub(super) fn serve_group(&self, group: &Group) {
        let form = FORMS.iter().find(|form| form.name == group.form).unwrap();
        for (path, answer) in (form.pages)(group) {
            self.serve(&format!("{}{path}", group.host()), answer);
        }
    }

    pub(super) fn serve_pulls(&self, pulls: &[Value]) {
        let body = Value::from(pulls.to_vec()).to_string();
        self.serve(
            "api.github.com/repos/crabs/newsletter/pulls?state=open&per_page=100&page=1",
            Answer::ok("application/json", body),
        );
    }

    /// The first group of a form.
    pub(super) fn group_of(&self, form: &str) -> &Group {
        let mut groups = self.groups.iter();
        groups.find(|group| group.form == form).unwrap()
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn run(&self, now: &str, arguments: &[&str]) -> Ran {
        let mut all = vec!["--now", now];
        all.extend(arguments);
        program_in(self.path(), &all)
    }

    /// The rows of the issue of 2026-08-26.
    pub(super) fn section(&self, now: &str) -> BTreeSet<Row> {
        let ran = self.run(now, &["section", "--issue", "2026-08-26"]);
        assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
        printed(&ran.out)
    }

    /// What its groups and the events that repeat are expected to print.
    pub(super) fn expected(&self) -> BTreeSet<Row> {
        let of_groups = self.groups.iter().flat_map(|group| {
            group.evenings.iter().map(|of| {
                let link = of.link.clone().unwrap_or_else(|| {
                    let form = FORMS.iter().find(|form| form.name == group.form).unwrap();
                    format!("https://{}{}", group.host(), form.path)
                });
                (of.day, group.name(), of.title.clone(), link)
            })
        });
        let day = |day| NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
        let night = (
            day(3),
            "Night Club",
            "Crab Night",
            "https://night.example/night",
        );
        let morning = (
            day(11),
            "Morning Club",
            "Crab Morning",
            "https://morning.example/m",
        );
        let of_rules = [night, morning]
            .map(|(day, who, what, link)| (day, who.to_owned(), what.to_owned(), link.to_owned()));
        of_groups.chain(of_rules).collect()
    }

    /// Id and UID of each coming event, by title.
    pub(super) fn identities(&self) -> BTreeMap<String, (String, String)> {
        let ran = self.run(
            MONDAY,
            &[
                "section",
                "--from",
                "2026-08-26",
                "--to",
                "2026-10-01",
                "--format",
                "ics",
            ],
        );
        let mut found = BTreeMap::new();
        for event in ran.out.split("BEGIN:VEVENT").skip(1) {
            let unfolded = event.replace("\r\n ", "");
            let line = |name: &str| {
                let line = unfolded.lines().find(|line| line.starts_with(name));
                line.map(|line| line[name.len()..].to_owned())
                    .unwrap_or_default()
            };
            found.insert(line("SUMMARY:"), (line("UID:"), line("X-RUSTY-EVENTS-ID:")));
        }
        assert!(!found.is_empty(), "{}", ran.out);
        found
    }
}

pub(super) fn printed(section: &str) -> BTreeSet<Row> {
    let rows = rows(section, &Style::default()).into_iter();
    rows.map(|row| {
        let (title, link) = row.links[0].clone();
        (row.date, row.organisers[0].0.clone(), title, link)
    })
    .collect()
}

pub(super) fn assert_same(found: &BTreeSet<Row>, expected: &BTreeSet<Row>) {
    let missing: Vec<&Row> = expected.difference(found).collect();
    let more: Vec<&Row> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "missing: {missing:#?}\nmore: {more:#?}"
    );
}
