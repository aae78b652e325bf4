//! What messages say of a text that somebody wrote: the text in quotes, and the name that was probably meant.

/// A text for a message: in quotes, control characters escaped, cut after 80 characters.
pub fn quoted(text: &str) -> String {
    let mut chars = text.chars();
    let mut cut: String = chars.by_ref().take(80).collect();
    if chars.next().is_some() {
        cut.push('…');
    }
    format!("{cut:?}")
}

/// The name that was probably meant: the nearest within two typing errors, or one for a short name.
pub fn near<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let word = word.to_lowercase();
    let slips = match word.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=60 => 2,
        _ => return None,
    };
    names
        .into_iter()
        .map(|name| (distance(&word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= slips)
        .min()
        .map(|(_, name)| name)
}

/// How many letters to insert, drop, replace or swap with a neighbour to turn one word into the other.
pub fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(a != b))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
