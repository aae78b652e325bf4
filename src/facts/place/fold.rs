//! The key under which names are compared: `São Paulo`, `SAO PAULO` and `sao-paulo` have one.

use unicode_normalization::UnicodeNormalization;

/// Lower case, without accents and punctuation, single spaces, `St.`, `Ft.` and `Mt.` spelled out.
///
/// Letters outside Latin stay what they are.
///
/// `data/derive-places.py` makes the keys of the tables by the same rules; a test compares the two.
pub(super) fn fold(text: &str) -> String {
    let lower = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.nfkd().collect::<String>().to_lowercase()
    };
    let mut plain = String::with_capacity(lower.len());
    for letter in lower.chars() {
        match letter {
            '\u{300}'..='\u{36f}' => {}
            '.' | '\'' | '`' | '´' | '’' | '‘' | 'ʻ' | 'ʼ' | 'ʹ' | 'ʺ' | '′' | '·' => {}
            '–' | '—' | '‐' | '‑' | '／' | '・' | '、' | '，' => plain.push(' '),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => plain.push(' '),
            _ => match plain_letter(letter) {
                Some(letters) => plain.push_str(letters),
                None => plain.push(letter),
            },
        }
    }
    // Marks of other scripts were taken apart above: put them together again.
    let whole: String = if plain.is_ascii() {
        plain
    } else {
        plain.nfkc().collect()
    };
    let mut key = String::with_capacity(whole.len());
    let mut words = whole.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let last = words.peek().is_none();
        key.push_str(match word {
            "st" if !last => "saint",
            "ft" if !last => "fort",
            "mt" if !last => "mount",
            _ => word,
        });
        if !last {
            key.push(' ');
        }
    }
    key
}

/// What is written for a small letter that Unicode does not take apart into a letter and a mark.
pub fn plain_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ı' => "i",
        'ħ' => "h",
        'ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}
