//! The sample set-up, read once by the real program, and every page made of it.

use crate::program_in;
use chrono::{DateTime, NaiveDate, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::believe::normalise::Groups;
use rusty_events::compose::{self, Difference, Given, Updated};
use rusty_events::config::{self, Configuration};
use rusty_events::configured;
use rusty_events::facts::event::{EventId, Rejected};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Problem;
use rusty_events::facts::source::{Platform, Source};
use rusty_events::filter::slug;
use rusty_events::refresh::Orders;
use rusty_events::section::grammar::draft;
use rusty_events::section::merge::Change;
use rusty_events::section::select::{Section, Selection, Style};
use rusty_events::server::pages::{self, Editor, Say, Site};
use rusty_events::server::{Dated, ToCome};
use rusty_events::store::{Events, Logged, Origin, Standing, Store};
use rusty_events::why::{self, Answer, Newsletter};
use rusty_events::words::Languages;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

mod discover;
mod suspects;

pub(super) const NOW: &str = "2024-11-06T09:00:00Z";

/// A meetup of the sample with a known place.
pub(super) const PARIS: &str =
    "https://www.eventbrite.fr/e/rust-meetup-in-paris-tickets-1037795553437";

/// What everybody's pages are made of.
pub(super) struct World {
    configuration: Configuration,
    groups: Groups,
    pub(super) store: Store,
    pub(super) published: Events,
    pub(super) style: Style,
    pub(super) section: Section,
    pub(super) now: DateTime<Utc>,
    languages: Languages,
    _folder: TempDir,
}

fn shared(events: BTreeMap<EventId, Published>) -> Events {
    let events = events.into_iter();
    events.map(|(id, event)| (id, Arc::new(event))).collect()
}

impl World {
    pub(super) fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
        let shown = sample.display().to_string();
        let run = |arguments: &[&str]| {
            let mut all = vec!["--config", &shown, "--database", "events.db", "--now", NOW];
            all.extend(arguments);
            program_in(folder.path(), &all)
        };
        assert_eq!(run(&["refresh"]).code, 0);
        let hid = run(&[
            "decide",
            "hide",
            "--from",
            "section",
            "https://www.meetup.com/rust-mx/events/304150412/",
            "--reason",
            "a test",
            "--by",
            "Ann",
        ]);
        assert_eq!(hid.code, 0, "{}", hid.err);
        let off = run(&["decide", "cancel", PARIS, "--reason", "its page says so"]);
        assert_eq!(off.code, 0, "{}", off.err);
        let configuration = config::read(&sample).unwrap();
        let mut groups = Groups::default();
        groups.add_sources(&configuration.sources);
        let style = configured::style(&configuration);
        let store = Store::open(&folder.path().join("events.db")).unwrap();
        let selection = Selection {
            window: window(),
            headings: Vec::new(),
            new_since: None,
        };
        World {
            section: compose::section(&store, &selection, &style).unwrap(),
            published: shared(store.published().unwrap()),
            now: NOW.parse().unwrap(),
            configuration,
            groups,
            store,
            style,
            languages: Languages::compiled().unwrap(),
            _folder: folder,
        }
    }

    pub(super) fn newsletter(&self) -> Newsletter<'_> {
        Newsletter {
            issue: issue(),
            days: 28,
            rhythm: chrono::Weekday::Wed.into(),
            zone: chrono_tz::Tz::America__Los_Angeles,
            style: &self.style,
            stale_after: chrono::TimeDelta::hours(48),
        }
    }

    pub(super) fn why(&self, question: &str) -> Answer {
        let orders = Orders {
            sources: &self.configuration.sources,
            groups: &self.groups,
            style: &self.style,
            decisions: &[],
            only: &[],
            event_pages: 0,
            now: self.now,
        };
        why::why(question, &orders, self.newsletter(), &self.store).unwrap()
    }

    pub(super) fn coming(&self) -> Vec<&Published> {
        let mut events: Vec<&Published> = self.published.values().map(|event| &**event).collect();
        events.retain(|event| event.when.over() >= self.now);
        events.sort_by_key(|event| (event.when.start(), event.id.clone()));
        events
    }

    pub(super) fn english(&self) -> Say<'_> {
        Say {
            language: self.languages.english(),
            is_asked: false,
        }
    }

    pub(super) fn site<'a>(&'a self, editor: Option<Editor<'a>>) -> Site<'a> {
        Site {
            title: "Rusty Events",
            base: "https://events.example.org",
            topic: Some("Rust"),
            now: self.now,
            say: self.english(),
            languages: &self.languages,
            here: None,
            editor,
            newsletter: Some(("This Week in Rust", Some("https://this-week-in-rust.org/"))),
            answers: true,
        }
    }

    /// The pages that stand on a site of static files.
    pub(super) fn files(&self) -> Vec<(&'static str, String)> {
        let site = Site {
            answers: false,
            ..self.site(None)
        };
        let problem = pages::problem::Problem {
            status: 404,
            title: "Not Found",
            detail: "there is no such page",
            not_found: Some(pages::problem::NotFound::Page),
            instead: None,
        };
        vec![
            ("upcoming", self.upcoming(&site, &[])),
            ("empty", self.upcoming_of(&site, &[], &[])),
            ("section", self.section(&site, None)),
            ("sources", self.sources(&site)),
            ("organiser", self.organiser(&site, "Rust Berlin")),
            ("event", self.event(&site, PARIS)),
            (
                "problem",
                pages::problem::page(&site, &problem).into_string(),
            ),
        ]
    }

    /// Every page, by a name for a file: for everybody, and as an editor sees it.
    pub(super) fn pages(&self) -> Vec<(String, String)> {
        let editor = Editor {
            name: "Ann",
            token: "a-token",
        };
        let mut all = Vec::new();
        for (who, editor) in [("", None), ("-editor", Some(editor))] {
            let site = self.site(editor);
            for (name, page) in self.pages_for(&site) {
                // Other pages are the same for an editor, but for the foot.
                let differs = ["event", "section", "discover"];
                if editor.is_none() || differs.iter().any(|begin| name.starts_with(begin)) {
                    all.push((format!("{name}{who}"), page));
                }
            }
        }
        let event = self.coming()[3];
        let posted = [
            ("event", event.id.as_str()),
            ("ruling", "edit"),
            ("version", "1"),
            ("title", "Another <title>"),
            ("mode", event.mode.name()),
            ("place", "Berlin, DE"),
            ("reason", "so it was"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
        let conflict = pages::conflict::Conflict {
            event,
            version: "2",
            posted: &posted,
            meanwhile: Some("Bea decided on it at 09:03."),
            editor,
        };
        let site = self.site(Some(editor));
        all.push((
            "conflict-editor".to_owned(),
            pages::conflict::page(&site, &conflict).into_string(),
        ));
        for (name, status, wrong) in [("unrecorded", 400, "place"), ("too-old", 403, "token")] {
            let refused = pages::unrecorded::Unrecorded {
                status,
                wrong: Some(wrong),
                detail: "\"Berlin\" names no country: write `City, CC`",
                posted: &posted,
                path: "/decisions",
                back: "/section",
                editor: Some(editor),
            };
            let page = pages::unrecorded::page(&site, &refused).into_string();
            all.push((format!("{name}-editor"), page));
        }
        all
    }

    fn pages_for(&self, site: &Site<'_>) -> Vec<(&'static str, String)> {
        let mut made = vec![
            ("upcoming", self.upcoming(site, &[])),
            (
                "filtered",
                self.upcoming(site, &[("region", "europe"), ("source", "manual/manual")]),
            ),
            ("empty", self.nothing_upcoming(site)),
            ("section", self.section(site, None)),
            ("section-draft", self.section(site, Some(DRAFT))),
            (
                "section-no-draft",
                self.section(site, Some("no section at all")),
            ),
            ("discover", discover::discover(site)),
            ("sources", self.sources(site)),
            ("organiser", self.organiser(site, "Rust Berlin")),
        ];
        for (name, url) in [
            ("event-cancelled", PARIS),
            (
                "event",
                "https://www.meetup.com/rust-berlin/events/298633272/",
            ),
        ] {
            made.push((name, self.event(site, url)));
        }
        let questions = [
            ("why", ""),
            ("why-event", PARIS),
            ("why-several", "rust"),
            ("why-group", "Rust Berlin"),
            (
                "why-unlisted",
                "https://www.meetup.com/rust-berlin/events/999/",
            ),
            (
                "why-unknown",
                "https://www.meetup.com/rust-nowhere/events/1/",
            ),
        ];
        for (name, question) in questions {
            made.push((name, self.why_page(site, question)));
        }
        for name in ["check", "check-found", "check-refused"] {
            made.push((name, self.check(site, name)));
        }
        let login = pages::login::Login {
            name: "ann",
            problem: Some("The name or the password is wrong."),
            back: "/section",
        };
        made.push(("login", pages::login::page(site, &login).into_string()));
        let problem = pages::problem::Problem {
            status: 404,
            title: "There is no such page",
            detail: "Nothing stands at `/nowhere`.",
            not_found: None,
            instead: None,
        };
        made.push((
            "problem",
            pages::problem::page(site, &problem).into_string(),
        ));
        made
    }

    pub(super) fn upcoming(&self, site: &Site<'_>, query: &[(&str, &str)]) -> String {
        let coming = self.coming();
        self.upcoming_of(site, query, &coming)
    }

    pub(super) fn upcoming_of(
        &self,
        site: &Site<'_>,
        query: &[(&str, &str)],
        events: &[&Published],
    ) -> String {
        let pairs: Vec<(String, String)> = query
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let events = events.iter();
        let events = events.map(|event| Dated::from(Arc::new(Published::clone(event))));
        let to_come = ToCome::new(events.collect(), issue());
        let upcoming = pages::upcoming::Upcoming {
            agenda: &to_come.agenda,
            page: 1,
            to_come: &to_come,
            query: &pairs,
            city: None,
            today: issue(),
        };
        pages::upcoming::page(site, &upcoming).into_string()
    }

    fn nothing_upcoming(&self, site: &Site<'_>) -> String {
        self.upcoming_of(site, &[("q", "no such words")], &[])
    }

    fn event(&self, site: &Site<'_>, url: &str) -> String {
        let Answer::Event(account) = self.why(url) else {
            panic!("{url} is an event of the sample")
        };
        let event = pages::event::Event {
            account: &account,
            newsletter: self.newsletter(),
            published: &self.published,
            version: "7",
        };
        pages::event::page(site, &event).into_string()
    }

    fn why_page(&self, site: &Site<'_>, question: &str) -> String {
        let answer = (!question.is_empty()).then(|| self.why(question));
        let shown = pages::why::Why {
            question,
            answer: answer.as_ref(),
            newsletter: self.newsletter(),
            published: &self.published,
            entry: Some("[[source]]\nurl = \"https://www.meetup.com/rust-nowhere/\"\n"),
            issue: Some("https://github.com/example/example/issues/new?title=Add"),
        };
        pages::why::page(site, &shown).into_string()
    }

    fn check(&self, site: &Site<'_>, which: &str) -> String {
        let events: Vec<Published> = self.coming().into_iter().take(4).cloned().collect();
        let problem = Problem {
            line: 12,
            what: "no `DTSTART`".to_owned(),
            item: Some("an <entry>".to_owned()),
            lost: true,
        };
        let rejected = Rejected {
            source: self.configuration.sources[0].id.clone(),
            key: "1".to_owned(),
            line: 3,
            title: "Not a date".to_owned(),
            field: "start".to_owned(),
            reason: "no such day".to_owned(),
        };
        let found = pages::check::Checked {
            platform: Platform::Ics,
            entries: 6,
            events: &events,
            problems: &[problem],
            rejected: &[rejected],
            source: None,
            entry: Some("[[source]]\nurl = \"https://example.org/feed.ics\"\n"),
            issue: None,
        };
        let shown = pages::check::Check {
            url: if which == "check" {
                ""
            } else {
                "https://example.org/feed.ics"
            },
            found: match which {
                "check" => None,
                "check-found" => Some(Ok(&found)),
                _ => Some(Err("the address is private: nothing is asked there")),
            },
            style: &self.style,
            window: window(),
        };
        pages::check::page(site, &shown).into_string()
    }

    /// How every source is doing, as the page of sources gets it.
    fn health<'a>(
        &'a self,
        standings: &'a [(&'a Source, Standing)],
        problems: &'a [Problem],
    ) -> Vec<pages::sources::Health<'a>> {
        standings
            .iter()
            .map(|(source, standing)| pages::sources::Health {
                source,
                standing,
                stale: standing.last_good.is_none(),
                moves: None,
                next_visit: standing
                    .last_visit
                    .map(|at| at + chrono::TimeDelta::hours(6)),
                problems: if standing.failures > 0 { problems } else { &[] },
                coming: 2,
                last_event: Some(issue()),
            })
            .collect()
    }

    fn standings(&self) -> Vec<(&Source, Standing)> {
        let mut known = self.store.standings().unwrap();
        let standing = |source: &Source| known.remove(&source.id).unwrap_or_default();
        let mut standing = standing;
        self.configuration
            .sources
            .iter()
            .map(|source| (source, standing(source)))
            .collect()
    }

    fn sources(&self, site: &Site<'_>) -> String {
        let standings = self.standings();
        let orphan = rusty_events::facts::source::SourceId("meetup/gone".to_owned());
        let shown = pages::sources::Sources {
            sources: &self.health(&standings, &[]),
            orphans: &[(&orphan, 3)],
        };
        pages::sources::page(site, &shown).into_string()
    }

    fn organiser(&self, site: &Site<'_>, name: &str) -> String {
        let standings: Vec<(&Source, Standing)> = self
            .standings()
            .into_iter()
            .filter(|(source, _)| {
                source
                    .organiser
                    .as_ref()
                    .is_some_and(|known| known.name == name)
            })
            .collect();
        let coming: Vec<&Published> = self
            .coming()
            .into_iter()
            .filter(|event| event.organisers.iter().any(|known| known.name == name))
            .collect();
        assert!(!coming.is_empty(), "{name} has events in the sample");
        let url = Link::parse("https://www.meetup.com/rust-berlin").unwrap();
        let shown = pages::organiser::Organiser {
            name,
            slug: &slug(name),
            url: Some(&url),
            coming: &coming,
            past: &coming[..1],
            sources: &self.health(&standings, &[]),
            rejected: &[],
        };
        pages::organiser::page(site, &shown).into_string()
    }

    pub(super) fn section(&self, site: &Site<'_>, pasted: Option<&str>) -> String {
        let since = self.since();
        let read = pasted.map(|text| self.updated(text));
        let draft = pasted
            .zip(read.as_ref())
            .map(|(text, read)| pages::section::Draft {
                name: "the draft pasted in",
                pasted: Some(text),
                outcome: match read {
                    Ok((span, updated)) => Ok((&text[span.clone()], updated)),
                    Err(why) => Err(why.as_str()),
                },
            });
        let versions: BTreeMap<EventId, String> = match site.editor {
            Some(_) => self
                .published
                .keys()
                .map(|id| (id.clone(), "0".to_owned()))
                .collect(),
            None => BTreeMap::new(),
        };
        let decisions: Vec<Logged> = self.store.decisions().unwrap();
        let (suspects, dismissed) = match site.editor {
            Some(_) => (
                vec![suspects::missing()],
                vec![suspects::dismissal(self.now)],
            ),
            None => (Vec::new(), Vec::new()),
        };
        let week = chrono::TimeDelta::days(7);
        let suspicions = self.store.suspicions().unwrap();
        let shown = pages::section::Section {
            section: &self.section,
            style: &self.style,
            english: self.english(),
            issue: Some(issue()),
            neighbours: Some((issue() - week, issue() + week)),
            headings: &[],
            query: &[("issue".to_owned(), issue().to_string())],
            question: 1,
            suspicions: &suspicions,
            since: Some(&since),
            draft,
            stale: &["meetup/rust-hack-learn-karlsruhe: never read".to_owned()],
            published: &self.published,
            versions: &versions,
            decisions: &decisions,
            suspects: &suspects,
            pulls: &[],
            dismissed: &dismissed,
        };
        pages::section::page(site, &shown).into_string()
    }

    /// The difference to an issue of the week before that printed some of the rows otherwise.
    pub(super) fn since(&self) -> Difference {
        let text = rusty_events::section::print::section(&self.section, &self.style);
        let mut lines: Vec<&str> = text.lines().collect();
        // Two rows of two lines.
        lines.drain(7..11);
        let mut text = lines.join("\n").replacen("Berlin", "Potsdam", 1);
        text.push_str("\n* 2024-11-20 | Nowhere, DE | [Nobody](https://example.org/nobody)\n    * [**Gone**](https://example.org/gone)\n");
        text.push_str("* 2024-11-01 | Nowhere, DE | [Nobody](https://example.org/nobody)\n    * [**Past**](https://example.org/past)\n");
        let printed = rusty_events::store::KeptIssue {
            day: issue() - chrono::TimeDelta::days(7),
            at: self.now,
            origin: Origin::Learned,
            file: "2024-10-30.md".to_owned(),
            text,
            event_rows: Vec::new(),
        };
        compose::difference(&self.section, &[], &printed, &self.style)
    }

    fn updated(&self, text: &str) -> Result<(std::ops::Range<usize>, Updated), String> {
        let draft = draft(text, &self.style).map_err(|error| error.to_string())?;
        let every: BTreeSet<Change> = Change::ALL.into_iter().collect();
        let updated = compose::update(
            &self.store,
            &Given::pasted(text, &draft),
            window(),
            &every,
            &self.style,
        )
        .unwrap();
        Ok((draft.span, updated))
    }
}

/// A draft in which somebody wrote a row and left the others to be filled in.
const DRAFT: &str = "## Upcoming Events\n\nRusty Events between 2024-11-06 - 2024-12-04 🦀\n\n### Virtual\n* 2024-11-12 | Virtual | [<b>Somebody</b>](https://example.org/group)\n    * [**By hand & <i>escaped</i>**](https://example.org/by-hand)\n\n### Europe\n\nIf you are running a Rust event please add it.\n";

pub(super) fn issue() -> NaiveDate {
    "2024-11-06".parse().unwrap()
}

pub(super) fn window() -> Window {
    Window::starting(issue(), 28)
}
