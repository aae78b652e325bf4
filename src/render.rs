//! Sections and events → text. No clock, no file: the same values give the same bytes.

pub mod atom;
pub mod calls;
pub mod chat;
pub mod digest;
pub mod discover;
pub mod html;
pub mod ical;
pub mod json;
pub mod jsonld;
pub mod pulls;
pub mod report;
