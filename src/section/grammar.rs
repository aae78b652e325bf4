//! The text of a printed section, read: the one place that knows where a row, a heading or a mark of an
//! unfinished merge begins.
//!
//! A row is two lines, of which the first tells when, where and who, and the second what:
//!
//! ```text
//! * 2026-08-27 | Virtual (Berlin, DE) | [Rust Berlin](https://www.meetup.com/rust-berlin)
//!     * [**Rust Hack and Learn**](https://www.meetup.com/rust-berlin/events/313345334/)
//! ```
//!
//! Organisers are joined by ` | ` today, by ` + ` until 2025-05, and by ` and ` now and then.

mod blocks;
mod days;
mod draft;
mod extent;
mod links;
mod row;

pub use blocks::{Piece, pieces};
pub use draft::{Draft, Item, NotADraft, Part, draft};
pub use extent::{extent, stated_day};
pub use links::{LinkSpan, link_spans, unescaped};
pub use row::PrintedRow;
