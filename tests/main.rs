//! One integration binary: real files, the library linked once.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod place;
