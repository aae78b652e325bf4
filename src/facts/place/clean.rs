//! The text of a place without what people and programs decorate it with: invisible marks, emoji, a label.

use super::country::Country;

/// Labels that stand before a place, in lower case.
const LABELS: &[&str] = &[
    "address",
    "adresa",
    "adresse",
    "adres",
    "adress",
    "at",
    "cidade",
    "città",
    "city",
    "ciudad",
    "dirección",
    "direccion",
    "dove",
    "endereço",
    "indirizzo",
    "lieu",
    "local",
    "location",
    "locatie",
    "lokalizacja",
    "luogo",
    "lugar",
    "miasto",
    "miejsce",
    "mjesto",
    "město",
    "místo",
    "ort",
    "osoite",
    "place",
    "plaats",
    "plats",
    "stad",
    "stadt",
    "standort",
    "sted",
    "treffpunkt",
    "venue",
    "veranstaltungsort",
    "ville",
    "wo",
    "où",
    "where",
    "адрес",
    "город",
    "место",
];

/// The same in scripts without spaces between words.
const LABELS_UNSPACED: &[&str] = &["会場", "場所", "開催地", "地点", "地點", "地址", "장소"];

/// A text as an address is read: flags as their country's code, a country behind a dash or slash behind a
/// comma. Texts that are too long stay as they are.
pub(super) fn clean(text: &str) -> String {
    if text.len() > super::MAX_TEXT_BYTES {
        return text.to_owned();
    }
    let plain = without_decoration(text);
    // A crab alone is something that was said.
    if plain.trim().is_empty() && plain.contains(' ') {
        return text.to_owned();
    }
    let text = plain;
    let text = without_label(text.trim());
    country_behind_comma(&without_dots(text))
}

/// `Washington, D.C.` → `Washington, DC`, `U.S.A.` → `USA`: single capitals, each with its dot.
fn without_dots(text: &str) -> String {
    let is_abbreviated = |word: &str| {
        let bare = word.trim_end_matches(',');
        let letters: Vec<&str> = bare.split_terminator('.').collect();
        let is_capital =
            |letter: &&str| letter.len() == 1 && letter.as_bytes()[0].is_ascii_uppercase();
        bare.contains('.') && letters.len() > 1 && letters.iter().all(is_capital)
    };
    if !text.contains('.') {
        return text.to_owned();
    }
    let words = text.split_inclusive(char::is_whitespace);
    words
        .map(|word| match is_abbreviated(word.trim_end()) {
            true => word.replace('.', ""),
            false => word.to_owned(),
        })
        .collect()
}

fn without_decoration(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // A flag: the two letters of its country.
            '\u{1F1E6}'..='\u{1F1FF}' => {
                let Some(second) =
                    letters.next_if(|next| ('\u{1F1E6}'..='\u{1F1FF}').contains(next))
                else {
                    continue;
                };
                let code: String = [letter, second]
                    .into_iter()
                    .filter_map(letter_of_flag)
                    .collect();
                // A flag before the city, or behind a country that is named, only decorates.
                let named = plain
                    .rsplit(',')
                    .next()
                    .is_some_and(|last| Country::parse(last).is_some());
                if !named && !plain.trim().is_empty() && Country::parse(&code).is_some() {
                    plain.push_str(", ");
                    plain.push_str(&code);
                }
            }
            '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0000}'..='\u{E007F}'
            | '\u{00AD}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{FEFF}' => {}
            '\u{2190}'..='\u{21FF}'
            | '\u{2300}'..='\u{23FF}'
            | '\u{2600}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}' => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

fn letter_of_flag(flag: char) -> Option<char> {
    char::from_u32(u32::from(flag) - 0x1F1E6 + u32::from('A'))
}

/// `Ort: Berlin` → `Berlin`.
fn without_label(text: &str) -> &str {
    let Some((label, rest)) = text.split_once([':', '：']) else {
        return text;
    };
    let label = label.trim().to_lowercase();
    // `https://…` and `18:00` are no labels.
    if rest.starts_with("//") || rest.trim().is_empty() {
        return text;
    }
    if LABELS.contains(&label.as_str()) || LABELS_UNSPACED.contains(&label.as_str()) {
        rest.trim()
    } else {
        text
    }
}

/// `Berlin / Germany`, `Berlin – Germany` → `Berlin, Germany`.
fn country_behind_comma(text: &str) -> String {
    for sign in [" / ", " – ", " — ", " - ", "/"] {
        if let Some((before, country)) = text.rsplit_once(sign)
            && country.trim().len() > 3
            && Country::parse(country).is_some()
        {
            return format!("{}, {}", before.trim(), country.trim());
        }
    }
    text.to_owned()
}
