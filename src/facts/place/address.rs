//! An address taken apart: its parts between commas, their postcodes, and the names a part may hold.

use super::country::Country;

/// Parts that are read at most, from the end.
const MAX_PARTS: usize = 14;

/// Countries that write the postcode before the city: what stands after it is the city and nothing else.
const POSTCODE_FIRST: &str = "AR AT BA BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IL IS IT LI LT LU LV MC MD ME MK MX NL NO \
                              PL PT RO RS SE SI SK SM TR UY VA XK";

/// One part of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The text without its postcode.
    pub(super) text: String,
    /// A postcode stood before the text.
    pub(super) after_postcode: bool,
    /// A postcode stood behind the text, or was all of it.
    pub(super) before_postcode: bool,
    /// The country that writes its postcodes in this form, where only one does.
    pub(super) country: Option<Country>,
    /// The postcode is one of London's districts.
    pub(super) in_london: bool,
    /// It holds a number: a street, a floor, a room.
    pub(super) numbered: bool,
}

/// Whether a country writes the postcode before the city.
pub(super) fn postcode_first(country: Country) -> bool {
    POSTCODE_FIRST
        .split_whitespace()
        .any(|code| code == country.code())
}

/// The parts between commas, lines and brackets, in the order of the text.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let between = [
        ',', ';', '\n', '\r', '\t', '|', '(', ')', '（', '）', '，', '、', '·', '\u{2028}',
    ];
    let mut parts: Vec<Part> = text
        .rsplit(between)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .take(MAX_PARTS)
        .flat_map(|part| match before_postcode(part) {
            Some((street, city)) => vec![Part::read(city), Part::read(street)],
            None => vec![Part::read(part)],
        })
        .collect();
    parts.reverse();
    parts
}

/// A street and the city behind it without a comma: `Rungestr. 20 10179 Berlin`, `Damrak 1 1012 AB Amsterdam`.
fn before_postcode(part: &str) -> Option<(&str, &str)> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let ends_with_number =
        |word: &str| word.starts_with(|first: char| first.is_ascii_digit()) && word.len() <= 5;
    (1..words.len().saturating_sub(1)).find_map(|at| {
        let (word, next) = (words[at], words[at + 1]);
        let is_postcode = match (shape(word).as_str(), shape(next).as_str()) {
            ("99999" | "99-999" | "9999AA", _) => true,
            ("9999", _) | ("999", "99") => ends_with_number(words[at - 1]),
            (shape, _) => shape.ends_with("-99999"),
        };
        let goes_on = words
            .last()
            .is_some_and(|last| last.starts_with(char::is_alphabetic));
        if !is_postcode || !goes_on {
            return None;
        }
        let start = word.as_ptr().addr() - part.as_ptr().addr();
        Some((part[..start].trim(), &part[start..]))
    })
}

/// What stands behind the last number of a street: `Rungestr. 20 Berlin`, `3109 Shannon Rd STE 201 Durham`.
pub(super) fn behind_number(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    let at = words.iter().rposition(is_number).filter(|at| *at > 0)?;
    let behind = &words[at + 1..];
    let is_name = behind.first()?.starts_with(char::is_alphabetic);
    (is_name && behind.len() <= 3).then(|| behind.join(" "))
}

impl Part {
    /// Takes the postcode off: `10115 Berlin`, `D-10115 Berlin`, `1012 AB Amsterdam`, `London E2 6DG`, `NC 27707`.
    pub(super) fn read(text: &str) -> Part {
        let text = text
            .trim()
            .trim_start_matches('〒')
            .trim_end_matches(['.', '-']);
        let words: Vec<&str> = text.split_whitespace().collect();
        let (start, country) = leading(&words);
        let mut part = Part {
            text: String::new(),
            after_postcode: start > 0 && start < words.len(),
            before_postcode: start > 0 && start == words.len(),
            country,
            in_london: false,
            numbered: false,
        };
        let mut end = words.len();
        if start == 0 {
            let (taken, country) = trailing(&words);
            part.before_postcode = taken > 0;
            part.country = country;
            end = words.len() - taken;
            // The letters of these areas are London's alone; most others cover several towns.
            let outward = words.get(end).copied().unwrap_or("");
            let area = outward
                .split(|letter: char| letter.is_ascii_digit())
                .next()
                .unwrap_or("");
            part.in_london = taken == 2
                && country.is_some_and(|country| country.code() == "GB")
                && ["E", "EC", "N", "NW", "SE", "SW", "W", "WC"].contains(&area);
        }
        part.text = words.get(start..end).unwrap_or_default().join(" ");
        part.text
            .truncate(part.text.trim_end_matches(['-', '–', ' ']).len());
        part.numbered = part.text.chars().any(|letter| letter.is_ascii_digit());
        part
    }

    /// The names that the part may hold, the likeliest first: itself, then without what districts add.
    pub(super) fn names(&self) -> Vec<String> {
        names(&self.text, self.after_postcode)
    }
}

/// What `Praha-Praha 8`, `Frankfurt (Main)`, `São Paulo - SP`, `København V` and `City of Leeds` are names of.
///
/// With `districts` also the word before a hyphen, `Berlin-Kreuzberg`: only where nothing but a city can stand.
pub(super) fn names(text: &str, districts: bool) -> Vec<String> {
    let mut names = vec![text.trim().to_owned()];
    let push = |names: &mut Vec<String>, name: &str| {
        let name = name.trim();
        if name.chars().count() > 1 && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    if let Some((name, _)) = text.split_once('(') {
        push(&mut names, name);
    }
    if let Some((name, tail)) = text.rsplit_once(" - ").or_else(|| text.rsplit_once('/'))
        && tail.trim().len() == 2
    {
        push(&mut names, name);
    }
    let lower = text.to_lowercase();
    for start in [
        "city of ",
        "greater ",
        "stadt ",
        "г. ",
        "город ",
        "м. ",
        "місто ",
    ] {
        if lower.starts_with(start) {
            push(&mut names, text.get(start.len()..).unwrap_or(""));
        }
    }
    if lower.ends_with(" city") {
        push(
            &mut names,
            text.get(..text.len() - " city".len()).unwrap_or(""),
        );
    }
    for name in names.clone() {
        let mut words: Vec<&str> = name.split_whitespace().collect();
        while words.len() > 1 && words.last().is_some_and(|word| is_district_mark(word)) {
            words.pop();
            push(
                &mut names,
                words.join(" ").trim_end_matches(['-', ',', ' ']),
            );
        }
    }
    for city in municipality(text) {
        push(&mut names, &city);
    }
    // "at c-base in Berlin"
    if let Some((_, city)) = text.rsplit_once(" in ") {
        push(&mut names, city);
    }
    if let Some(city) = behind_number(text) {
        push(&mut names, &city);
    }
    if districts {
        for name in names.clone() {
            if let Some((city, _)) = name.split_once(['-', '–']) {
                push(&mut names, city);
            }
        }
    }
    names
}

/// `8`, `10e`, `V`, `XI`, `Ø`, `N1`: the number or letter of a district.
fn is_district_mark(word: &str) -> bool {
    let word = word.trim_end_matches(['.', 'º', 'ª']);
    let letters = word.chars().count();
    word.starts_with(|first: char| first.is_ascii_digit())
        || letters <= 1
        || (letters == 2 && word.chars().all(char::is_uppercase))
        || (letters <= 5 && word.chars().all(|letter| "IVX".contains(letter)))
        || (letters <= 4 && is_uk_outward(word))
}

/// The city in an address written from the big to the small, in the forms it may have in the table.
///
/// `大阪府枚方市…` is in 枚方市, `東京都渋谷区…` in Tokyo, `서울특별시 강남구` in 서울. Empty where the text does not say by
/// its own grammar which word is the city.
pub(super) fn municipality(text: &str) -> Vec<String> {
    if text.starts_with(|letter| ('\u{ac00}'..='\u{d7a3}').contains(&letter)) {
        let mut words = text
            .split_whitespace()
            .skip_while(|word| *word == "대한민국");
        let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let ends = ["특별자치시", "특별시", "광역시", "시"];
        let city = ends.iter().find_map(|end| first.strip_suffix(end));
        let before_district = second.ends_with(['구', '군', '시']).then_some(first);
        return city
            .or(before_district)
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    let countries = ["日本国", "日本", "中国", "中國"];
    let rest = countries
        .iter()
        .find_map(|country| text.strip_prefix(country))
        .unwrap_or(text);
    let rest =
        rest.trim_start_matches(|mark: char| "〒-− ".contains(mark) || mark.is_ascii_digit());
    let han = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
    let han: String = rest.chars().take_while(han).take(14).collect();
    let tokyo = han.strip_prefix("東京都");
    let (before, _) = match (tokyo, tokyo.unwrap_or(&han).split_once('市')) {
        (None, None) => return Vec::new(),
        (Some(_), None) => return vec!["東京".to_owned()],
        (Some(_), Some((ward, _))) if ward.contains('区') => return vec!["東京".to_owned()],
        (_, Some(parts)) => parts,
    };
    // A prefecture's own name has two letters at least: the first letter of 府中市 ends none.
    let city = before
        .char_indices()
        .skip(2)
        .find(|(_, letter)| "府県道省縣".contains(*letter))
        .and_then(|(at, letter)| before.get(at + letter.len_utf8()..))
        .unwrap_or(before);
    if city.is_empty() {
        Vec::new()
    } else {
        vec![format!("{city}市"), city.to_owned()]
    }
}

/// How many words at the start are a postcode, and of which country.
fn leading(words: &[&str]) -> (usize, Option<Country>) {
    let Some(first) = words.first() else {
        return (0, None);
    };
    let (letters, code) = match first.split_once('-') {
        Some((letters, code))
            if !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            (letters, code)
        }
        _ => ("", *first),
    };
    let country = match letters {
        "" => None,
        "D" => Country::parse("DE"),
        "A" => Country::parse("AT"),
        "F" => Country::parse("FR"),
        "B" => Country::parse("BE"),
        "I" => Country::parse("IT"),
        "L" => Country::parse("LU"),
        "E" => Country::parse("ES"),
        _ if letters.len() == 2 => Country::parse(letters),
        _ => return (0, None),
    };
    let second = words.get(1).copied().unwrap_or("");
    let shape = shape(code);
    match (shape.as_str(), self::shape(second).as_str()) {
        // 1012 AB Amsterdam
        ("9999", "AA") if words.len() > 2 => (2, country.or_else(|| Country::parse("NL"))),
        ("9999AA", _) if words.len() > 1 => (1, country.or_else(|| Country::parse("NL"))),
        // 00-001 Warszawa
        ("99-999", _) => (1, country.or_else(|| Country::parse("PL"))),
        // 〒150-0002, 1000-001 Lisboa
        ("999-9999", _) => (1, Country::parse("JP")),
        ("9999-999", _) => (1, Country::parse("PT")),
        // 110 00 Praha, 111 22 Stockholm, 105 64 Athens
        ("999", "99") => (2, country),
        // C1043AAX Buenos Aires
        ("A9999" | "A9999AAA", _) => (1, Country::parse("AR")),
        ("9999" | "99999" | "999999", _) => (1, country),
        _ => (0, None),
    }
}

/// How many words at the end are a postcode, and of which country.
fn trailing(words: &[&str]) -> (usize, Option<Country>) {
    let Some(&last) = words.last() else {
        return (0, None);
    };
    let before = words
        .len()
        .checked_sub(2)
        .and_then(|at| words.get(at))
        .copied()
        .unwrap_or("");
    match (shape(before).as_str(), shape(last).as_str()) {
        (_, "9AA") if is_uk_outward(before) => (2, Country::parse("GB")),
        ("A9A", "9A9") => (2, Country::parse("CA")),
        (_, "A9A9A9") => (1, Country::parse("CA")),
        ("9999", "AA") if words.len() == 2 => (2, Country::parse("NL")),
        ("999", "999") if words.len() > 2 => (2, Country::parse("IN")),
        ("999", "99") if words.len() > 2 => (2, None),
        (_, "999-9999") => (1, Country::parse("JP")),
        (_, "99999-999") => (1, Country::parse("BR")),
        (_, "99999-9999") => (1, Country::parse("US")),
        (_, "9999" | "99999" | "999999") => (1, None),
        _ => (0, None),
    }
}

/// `E2`, `M16`, `EC1A`: the first half of a British postcode.
fn is_uk_outward(word: &str) -> bool {
    matches!(
        shape(word).as_str(),
        "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A"
    )
}

/// Capitals as `A`, digits as `9`; empty for what no postcode looks like.
fn shape(word: &str) -> String {
    if word.len() > 10 {
        return String::new();
    }
    let shape: String = word
        .chars()
        .map(|letter| match letter {
            '0'..='9' => '9',
            'A'..='Z' => 'A',
            '-' => '-',
            _ => ' ',
        })
        .collect();
    if shape.contains(' ') {
        String::new()
    } else {
        shape
    }
}
