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
//! The type of a value shows how far it has come. A [`facts::source::Page`] is the bytes that a host served. A
//! [`facts::listing::Listing`] is one event in the words of its platform, with its line. An
//! [`facts::event::Event`] is what we believe, with every field checked; otherwise it is an
//! [`facts::event::Rejected`], with the reason. [`believe::deduplicate::Twins`] are events that are one, with the
//! rule that joined them. [`believe::curate::Published`] is what the world sees: an id, a SEQUENCE and times. A
//! [`section::select::Section`] is what an issue prints.
//!
//! Fetching only decides whether listings are replaced. A refresh runs everything after the store over all listings
//! that are stored, unless nothing that beliefs rest on has changed since that ran last. `facts`, `read`, `believe`,
//! `section`, `render`, `filter` and `words` are plain functions from values to values: no clock, no network, no async.
//! The time is an argument: `main` reads the clock for a command, and `serve` has a [`server::Clock`].

// What things are: values without I/O, clock or async.
pub mod facts;

// Stages: pure functions, one an arrow.
pub mod believe;
pub mod filter;
pub mod news;
pub mod read;
pub mod render;
pub mod schedule;
pub mod section;
pub mod words;

// Edges: each does one kind of I/O.
pub mod config;
pub mod fetch;
pub mod publish;
pub mod store;

// A configuration → what fetching, believing and printing take.
pub mod configured;

// Walks: know the order, decide nothing.
pub mod compose;
pub mod decide;
pub mod discover;
pub mod learn;
pub mod notify;
pub mod preview;
pub mod propose;
pub mod pulls;
pub mod refresh;
pub mod suspects;
pub mod why;

// Doors.
pub mod server;
pub mod service;
