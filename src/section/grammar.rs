//! The text of a printed section, read: the one place that knows where a row, a heading or a mark of an
//! unfinished merge begins.
//!
//! A row is two lines. The first says when, where and who, the second what:
//!
//! ```text
//! * 2026-08-27 | Virtual (Berlin, DE) | [Rust Berlin](https://www.meetup.com/rust-berlin)
//!     * [**Rust Hack and Learn**](https://www.meetup.com/rust-berlin/events/313345334/)
//! ```
//!
//! Organisers are joined by ` | ` today, by ` + ` until 2025-05, and by ` and ` now and then.
//!
//! A text is read in three steps. [`lines()`] says what each line is. [`parse`] puts the lines that belong together
//! into blocks, reads the rows among them, and notes each block's [`Fault`]s with their mends. [`draft()`] sorts the
//! blocks of an issue's section by heading. A text with a fault is read as what it is mended to: an indented row is a
//! row.

mod blocks;
mod characters;
mod conflict;
mod days;
mod draft;
mod extent;
mod heading;
mod lines;
mod links;
mod location;
mod repair;
mod row;
mod window;

pub use blocks::{
    Block, Content, Fault, INDENTATION, Parsed, Unreadable, Wrong, parse, parse_from, rows,
};
pub use characters::{Hidden, hidden, is_hidden};
pub use days::{Days, NotDays, days};
pub use draft::{Draft, Item, NotADraft, Part, draft};
pub use extent::{extent, stated_day};
pub use heading::{HeadingLine, heading_line};
pub use lines::{Line, Shape, content, lines};
pub use links::{Bold, LinkSpan, emphasis, link_spans, unescaped};
pub use location::location;
pub use repair::{Repair, repairs, with_scheme};
pub use row::{Cells, Columns, PrintedRow, columns};
pub use window::{StatedWindow, stated_window, window_in_other_words};
