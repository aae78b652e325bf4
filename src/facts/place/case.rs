//! The case of a city's letters, where a text has it wrong: `Tel Aviv-yafo`, `BERLIN`.

use super::Place;

/// Words inside a city's name that begin with a small letter.
#[rustfmt::skip]
const SMALL_WORDS: &[&str] = &[
    "am", "an", "auf", "aan", "bei", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos",
    "du", "e", "el", "en", "im", "in", "i", "l", "la", "las", "le", "les", "los", "na", "nad", "of", "on", "op",
    "ob", "s", "sous", "sur", "t", "the", "under", "und", "upon", "van", "von", "y", "a", "al", "ad", "and", "près",
    "près", "lès", "aux", "u", "v", "w", "by", "under", "ved", "om", "og", "och",
];

impl Place {
    /// The same place with its city in the case of names: as the table writes it if only the case differs,
    /// else each word by itself. For a text that people wrote; what a platform says is looked up.
    pub fn cased(&self) -> Place {
        let Some(city) = self.city() else {
            return self.clone();
        };
        let known = self.spelled();
        let right = match known.as_ref().and_then(Place::city) {
            Some(table) if table.to_lowercase() == city.to_lowercase() => table.to_owned(),
            _ => cased(city),
        };
        Place {
            city: Some(right),
            ..self.clone()
        }
    }
}

/// A name with its words in the case of names: each begins with a capital, but small words, and no word
/// of four letters and more is all capitals.
fn cased(name: &str) -> String {
    let mut right = String::with_capacity(name.len());
    for word in
        name.split_inclusive(|char: char| !char.is_alphanumeric() && char != '\'' && char != '’')
    {
        let letters = word.trim_end_matches(|char: char| !char.is_alphanumeric());
        let small = SMALL_WORDS.contains(&letters) && !right.is_empty();
        let shouted = letters.chars().count() >= 4 && letters.chars().all(char::is_uppercase);
        let begins_small = letters.chars().next().is_some_and(char::is_lowercase);
        let elided = letters.contains(['\'', '’']);
        if (begins_small && !small && !elided) || shouted {
            let mut chars = word.chars();
            right.extend(chars.next().into_iter().flat_map(char::to_uppercase));
            right.extend(chars.flat_map(char::to_lowercase));
        } else {
            right.push_str(word);
        }
    }
    right
}
