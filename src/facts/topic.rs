//! Whether a text names a topic.

use super::event::folded;

/// Whether one of the words of a text is the topic. Names are often written in one: the words of `EuroRust` are `Euro`
/// and `Rust`. Part of a word does not count: "trust" and "rustic" are not about Rust.
pub fn names(text: &str, topic: &str) -> bool {
    let padded = |text: &str| format!(" {} ", folded(text));
    let topic = padded(topic);
    padded(text).contains(&topic) || padded(&in_words(text)).contains(&topic)
}

/// A text with a space before each capital that follows a small letter, and before the last of several capitals
/// that a small letter follows: `EuroRust`, `ACMERust`.
fn in_words(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut parted = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            parted.push(' ');
        }
        parted.push(*letter);
    }
    parted
}
