//! One integration binary: real files, real SQLite, a loopback server, the real program.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod ics;
mod torture;
