//! Community events, read, believed carefully and printed.

pub mod place;
