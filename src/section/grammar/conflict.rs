//! Marks that Git leaves in a file which it could not merge: the one place that knows them.

/// Whether a line is such a mark. `open` keeps from line to line whether a merge has begun: outside of one a line of
/// equals signs is a heading's underline.
pub(super) fn is_mark(line: &str, open: &mut bool) -> bool {
    let mark = |char: char| {
        let rest = line.trim_start_matches(char);
        line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    if mark('<') || mark('|') {
        *open = true;
    } else if mark('>') {
        *open = false;
    } else {
        return *open && mark('=');
    }
    true
}
