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
//! An event's name at each point is its type. A [`source::Page`] is bytes that somebody served. A
//! [`listing::Listing`] is what a platform *says*, in its own words, with its line. An
//! [`event::Event`] is what *we believe*, every field checked; what cannot be believed is an
//! [`event::Rejected`], with its reason. [`deduplicate::Twins`] are events held to be one, with the
//! rule. [`curate::Published`] is what the world sees, with its id, SEQUENCE and times. A
//! [`select::Section`] is what an issue prints.
//!
//! Fetching only decides whether listings are replaced: everything after the store runs over all that
//! is stored, on every refresh. Everything but the edges is a plain function from values to values: no
//! clock, no network, no async. Time is an argument; only `main` reads the clock.

// What things are.
pub mod decision;
pub mod event;
pub mod internet;
pub mod issue;
pub mod link;
pub mod listing;
pub mod place;
pub mod source;
pub mod when;

// Stages: pure functions, one an arrow.
pub mod absence;
pub mod curate;
pub mod deduplicate;
pub mod filter;
pub mod habits;
pub mod lint;
pub mod normalise;
pub mod read;
pub mod reconcile;
pub mod recur;
pub mod render;
pub mod rulings;
pub mod schedule;
pub mod select;

// Edges: each touches one part of the world.
pub mod config;
pub mod fetch;
pub mod publish;
pub mod store;

// Walks: know the order, decide nothing.
pub mod believe;
pub mod compose;
pub mod configured;
pub mod learn;
pub mod look;
pub mod refresh;
pub mod why;

// Doors.
pub mod server;
pub mod service;
