//! The words in which a filter says what it asks for.

use crate::facts::place::Mode;
use crate::section::select::Heading;

/// The words of a language.
pub trait Wording {
    /// A heading of the newsletter.
    fn heading(&self, heading: Heading) -> String;
    /// How an event is held.
    fn mode(&self, mode: Mode) -> String;
    /// A distance around places.
    fn within(&self, distance: &str, places: &str) -> String;
    /// The word for *or*, with its spaces.
    fn or(&self) -> String;
}

/// English: a feed has the same name for every reader.
pub(super) struct English;

impl Wording for English {
    fn heading(&self, heading: Heading) -> String {
        heading.name().to_owned()
    }

    fn mode(&self, mode: Mode) -> String {
        let words = match mode {
            Mode::InPerson => "in person",
            Mode::Virtual => "online",
            Mode::Hybrid => "hybrid",
        };
        words.to_owned()
    }

    fn within(&self, distance: &str, places: &str) -> String {
        format!("within {distance} of {places}")
    }

    fn or(&self) -> String {
        " or ".to_owned()
    }
}
