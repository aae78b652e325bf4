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

//!
//! A text is read in three steps: [`lines()`] says what each line is, [`parse`] puts lines that belong together
//! into blocks and reads the rows among them, and [`draft()`] sorts the blocks of an issue's section by heading.
//! What `lint` mends with certainty is read as what it is mended to: an indented row is a row.

mod blocks;
mod characters;
mod conflict;
mod days;
mod draft;
mod extent;
mod heading;
mod lines;
mod links;
mod row;

pub use blocks::{Block, Content, Fault, Parsed, Unreadable, Wrong, parse, rows};
pub use characters::{Hidden, hidden, is_hidden};
pub use days::{Days, NotDays, days};
pub use draft::{Draft, Item, NotADraft, Part, draft};
pub use extent::{extent, stated_day};
pub use heading::{HeadingLine, heading_line};
pub use lines::{Line, Shape, content, lines};
pub use links::{LinkSpan, link_spans, repaired, unescaped};
pub use row::{Cells, Columns, PrintedRow, columns};
