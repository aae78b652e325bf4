//! The title of an event: bold as a whole, and of an event that takes place.

use super::{Kind, Notes, links, quoted};
use crate::believe::normalise::{CalledOff, called_off};
use crate::facts::topic::Topic;
use crate::section::grammar::{Bold, Line, emphasis, unescaped};
use std::ops::Range;

/// Checks the words of the link to an event, which stand in these bytes of the line.
pub(super) fn check(line: &Line<'_>, words: Range<usize>, topic: &Topic, notes: &mut Notes) {
    let text = &line.text[words.clone()];
    let (bold, plain) = emphasis(text);
    if plain.is_empty() {
        let message = format!("{} is a link without a title", quoted(&format!("[{text}]")));
        return notes.say(line, words.start, Kind::LinkEmpty, message);
    }
    off(line, words.start, (&unescaped(&plain), topic), notes);
    let right = format!("**{plain}**");
    match bold {
        Bold::None => {
            let message = format!("the title {} is not bold", quoted(text.trim()));
            notes.mend(line, words, right, Kind::Bold, message);
        }
        Bold::Part if plain.matches('[').count() != plain.matches(']').count() => {
            let message = format!(
                "{} holds the bracket of another link: write each as `[**Title**](address)`",
                quoted(text.trim())
            );
            notes.say(line, words.start, Kind::LinkBroken, message);
        }
        Bold::Part => {
            let message = format!("only a part of the title {} is bold", quoted(text.trim()));
            notes.mend(line, words, right, Kind::BoldPart, message);
        }
        Bold::Whole if right != text => {
            let message = format!("spaces around the title {}", quoted(text));
            notes.mend(line, words, right, Kind::Spaces, message);
        }
        Bold::Whole => links::words(line, words.start + 2, &plain, notes),
    }
}

/// A title that says that its event does not take place on the row's day.
fn off(line: &Line<'_>, at: usize, (title, topic): (&str, &Topic), notes: &mut Notes) {
    let (state, advice) = match called_off(title, topic) {
        Some(CalledOff::Cancelled) => ("cancelled", "remove the row, or correct the title"),
        Some(CalledOff::Postponed) => ("postponed", "remove the row until its new day is known"),
        // The row may have the new day already.
        Some(CalledOff::Moved) | None => return,
    };
    let message = format!("{} says that the event is {state}: {advice}", quoted(title));
    notes.say(line, at, Kind::TitleCancelled, message);
}
