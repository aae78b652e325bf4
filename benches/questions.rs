//! What one question costs that was not asked before, by the number of events in the database.
//!
//! ```sh
//! cargo bench --bench questions              # up to 100,000 events
//! cargo bench --bench questions -- 1000000   # any size: a filter on the names
//! ```
//!
//! Each is measured in this process, without HTTP and without what the server keeps of earlier answers. The databases are
//! made in `target/bench-archives` first, which takes some minutes.

#![allow(clippy::unwrap_used, missing_docs)]

mod archive;
mod world;

use divan::{Bencher, black_box};
use rusty_events::compose;
use rusty_events::configured;
use rusty_events::facts::event::EventId;
use rusty_events::facts::issue::Window;
use rusty_events::section::print;
use rusty_events::section::select::Selection;
use rusty_events::server::State;
use rusty_events::server::content::{self, View};
use rusty_events::server::question::{Kind, Question};
use rusty_events::store::Store;

/// Events in all; 10,000 of them are to come, or all of a smaller one.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Events to come.
const UPCOMING: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

fn selection() -> Selection {
    Selection {
        window: Window::starting(archive::now().date_naive(), 35),
        headings: Vec::new(),
        new_since: None,
    }
}

/// The section of the next issue, from the file: what the command prints, but for the start of the process.
#[divan::bench(args = SIZES, sample_count = 20)]
fn section(bencher: Bencher<'_, '_>, events: usize) {
    let folder = archive::folder(events, events.min(10_000));
    let configuration = rusty_events::config::read(&folder.join("config")).unwrap();
    let style = configured::style(&configuration);
    bencher.bench_local(|| {
        let store = Store::open(&folder.join("events.db")).unwrap();
        let section = compose::section(&store, &selection(), &style).unwrap();
        print::section(&section, &style)
    });
}

/// The events of three days, about a hundred.
#[divan::bench(args = SIZES, sample_count = 1000)]
fn window_of_100_rows(bencher: Bencher<'_, '_>, events: usize) {
    let folder = archive::folder(events, events.min(10_000));
    let store = Store::open(&folder.join("events.db")).unwrap();
    let from = archive::now().date_naive() + chrono::Days::new(30);
    bencher.bench_local(|| {
        store
            .published_for(black_box(Window::starting(from, 1)))
            .unwrap()
    });
}

fn asked(state: &State, kind: Kind, question: &Question) -> usize {
    let snapshot = state.snapshot();
    let view = View::of(state, &snapshot, question, archive::now());
    let content = content::shown(&view, kind);
    content.unwrap().body.len()
}

/// The page of one event.
#[divan::bench(args = UPCOMING, sample_count = 100)]
fn event_page(bencher: Bencher<'_, '_>, events: usize) {
    let state = upcoming(events);
    let id = state.snapshot().in_order[events / 2].event.id.to_string();
    let question = Question {
        path: Some(id),
        pairs: Vec::new(),
    };
    bencher.bench_local(|| asked(&state, Kind::Event, &question));
}

/// `/why?url=` of an event.
#[divan::bench(args = UPCOMING, sample_count = 100)]
fn why_of_a_link(bencher: Bencher<'_, '_>, events: usize) {
    let state = upcoming(events);
    let url = state.snapshot().in_order[events / 2].event.links[0]
        .url
        .to_string();
    let question = Question {
        path: None,
        pairs: vec![("url".to_owned(), url)],
    };
    bencher.bench_local(|| asked(&state, Kind::Why, &question));
}

/// `/why?url=` of a page of which nothing is known.
#[divan::bench(args = UPCOMING, sample_count = 20)]
fn why_of_an_unknown_link(bencher: Bencher<'_, '_>, events: usize) {
    let state = upcoming(events);
    let question = Question {
        path: None,
        pairs: vec![(
            "url".to_owned(),
            "https://nowhere.example/unheard-of".to_owned(),
        )],
    };
    bencher.bench_local(|| asked(&state, Kind::Why, &question));
}

/// The front page.
#[divan::bench(args = UPCOMING, sample_count = 20)]
fn front_page(bencher: Bencher<'_, '_>, events: usize) {
    let state = upcoming(events);
    let length = asked(&state, Kind::Upcoming, &Question::default());
    assert!(length < 200_000, "{length} bytes");
    bencher.bench_local(|| asked(&state, Kind::Upcoming, &Question::default()));
}

/// What the server reads when it starts.
#[divan::bench(args = UPCOMING, sample_count = 3)]
fn start(bencher: Bencher<'_, '_>, events: usize) {
    let folder = archive::folder(events, events);
    bencher.bench_local(|| archive::state(&folder));
}

/// What the server reads after a publication that changed one event.
#[divan::bench(args = UPCOMING, sample_count = 10)]
fn one_event_changed(bencher: Bencher<'_, '_>, events: usize) {
    let state = upcoming(events);
    let id: EventId = state.snapshot().in_order[events / 2].event.id.clone();
    let other = rusqlite::Connection::open(&state.setup.database).unwrap();
    bencher
        .with_inputs(|| {
            other
                .execute("UPDATE publication SET number = number + 1", [])
                .unwrap();
            let set =
                "UPDATE published SET publication = (SELECT number FROM publication) WHERE id = ?1";
            other.execute(set, [id.as_str()]).unwrap();
        })
        .bench_local_values(|()| state.snapshot());
}

fn upcoming(events: usize) -> State {
    archive::state(&archive::folder(events, events))
}
