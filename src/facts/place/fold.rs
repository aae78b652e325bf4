//! The key under which names are compared: `São Paulo`, `SAO PAULO` and `sao-paulo` have one.

use unicode_normalization::UnicodeNormalization;

/// Lower case, without accents and punctuation, single spaces, `St.`, `Ft.` and `Mt.` spelled out.
///
/// Letters outside Latin stay what they are.
///
/// `data/derive-places.py` makes the keys of the tables by the same rules; a test compares the two.
pub(super) fn fold(text: &str) -> String {
    let lower = text.nfkd().collect::<String>().to_lowercase();
    let mut plain = String::with_capacity(lower.len());
    for letter in lower.chars() {
        match letter {
            '\u{300}'..='\u{36f}' => {}
            '.' | '\'' | '`' | '´' | '’' | '‘' | 'ʻ' | 'ʼ' | 'ʹ' | 'ʺ' | '′' | '·' => {}
            '–' | '—' | '‐' | '‑' | '／' | '・' | '、' | '，' => plain.push(' '),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ł' => plain.push('l'),
            'ı' => plain.push('i'),
            'ħ' => plain.push('h'),
            'ə' => plain.push('e'),
            'ς' => plain.push('σ'),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => plain.push(' '),
            _ => plain.push(letter),
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
