//! A page's bytes → text.

use crate::facts::listing::Problem;
use crate::facts::source::Page;
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// Bytes at the head of a page in which a declared character set is looked for, as browsers do.
const HEAD_BYTES: usize = 1024;

/// The text of a page, and what had to be replaced in it.
///
/// A byte-order mark decides; else what is valid UTF-8 *is* UTF-8, whatever the server declares (a
/// text in another encoding hardly ever is); else the declared one, in the header or in the page.
pub(super) fn text(page: &Page) -> (Cow<'_, str>, Option<Problem>) {
    let bytes = &page.body[..];
    let declared = declared(page);
    let encoding = if declared.is_ascii_compatible() && std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        declared
    };
    // Decoding looks for the byte-order mark itself.
    let (text, encoding, damaged) = encoding.decode(bytes);
    let problem = damaged.then(|| {
        let before = text.split('\u{FFFD}').next().unwrap_or_default();
        Problem {
            line: before.matches('\n').count() + 1,
            what: format!(
                "bytes that are no {} were replaced by U+FFFD",
                encoding.name()
            ),
            item: None,
            lost: false,
        }
    });
    (text, problem)
}

fn declared(page: &Page) -> &'static Encoding {
    let head = &page.body[..page.body.len().min(HEAD_BYTES)];
    let head = String::from_utf8_lossy(head);
    [page.content_type.as_deref().unwrap_or_default(), &head]
        .into_iter()
        .find_map(|text| {
            let at = text.to_ascii_lowercase().find("charset=")? + "charset=".len();
            let label = text.get(at..)?.trim_start_matches(['"', '\'', ' ']);
            let end = label
                .find(|char: char| !char.is_ascii_alphanumeric() && !"-_:.".contains(char))
                .unwrap_or(label.len());
            Encoding::for_label(&label.as_bytes()[..end])
        })
        .unwrap_or(UTF_8)
}
