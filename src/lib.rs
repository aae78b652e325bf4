//! Community calendars and event pages in, a newsletter's "Upcoming Events" out.
//!
//! ```text
//!  config/sources/*.toml
//!         │ Source
//!         ▼
//!      fetch ──Page──▶ read ──Listing──▶ store                                 in: refresh
//!       (net)          pure              (SQLite)
//!                                           │ Listing (stored, also when the page was unchanged)
//!                                           ▼
//!                           recur ─▶ normalise ──Event──▶ deduplicate ──Twins──▶ curate ──▶ store
//!                           pure     pure                 pure                   pure        │
//!                                                                                            │ Published
//!    files, pages  ◀──text── render ◀──Section── select ◀────────────────────────────────────┘  out: compose
//!                              pure              pure
//! ```
//!
//! An event's name at each point is its type. A [`facts::source::Page`] is bytes that somebody served. A
//! [`facts::listing::Listing`] is what a platform *says*, in its own words, with its line. An
//! [`facts::event::Event`] is what *we believe*, every field checked; what cannot be believed is an
//! [`facts::event::Rejected`], with its reason. [`believe::deduplicate::Twins`] are events held to be one, with the
//! rule. [`believe::curate::Published`] is what the world sees, with its id, SEQUENCE and times. A
//! [`section::select::Section`] is what an issue prints.
//!
//! Fetching only decides whether listings are replaced: everything after the store runs over all that
//! is stored, on every refresh. Everything but the edges is a plain function from values to values: no
//! clock, no network, no async. Time is an argument; only `main` reads the clock.

// What things are: values without I/O, clock or async.
pub mod facts;

// Stages: pure functions, one an arrow.
pub mod believe;
pub mod filter;
pub mod read;
pub mod render;
pub mod schedule;
pub mod section;

// Edges: each touches one part of the world.
pub mod config;
pub mod fetch;
pub mod publish;
pub mod store;

// Walks: know the order, decide nothing.
pub mod compose;
pub mod configured;
pub mod decide;
pub mod learn;
pub mod preview;
pub mod refresh;
pub mod suspects;
pub mod why;

// Doors.
pub mod server;
pub mod service;
