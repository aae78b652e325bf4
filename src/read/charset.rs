//! A page's bytes → text, and which character set bytes are in that declare none.

use crate::facts::listing::Problem;
use crate::facts::source::Page;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};
use std::borrow::Cow;
use url::Url;

/// Bytes at the head of a page in which a declared character set is looked for, as browsers do.
const HEAD_BYTES: usize = 1024;

/// Bytes from which a character set is detected: a page's letters do not change after so many.
const SAMPLE_BYTES: usize = 256 * 1024;

/// How ISO-2022-JP switches to Japanese (RFC 1468). All its bytes are ASCII.
const TO_JAPANESE: [&[u8]; 2] = [b"\x1b$B", b"\x1b$@"];

/// The text of a page, and what had to be replaced in it.
///
/// A byte-order mark decides. Otherwise what is valid UTF-8 *is* UTF-8, whatever the server declares: a
/// text in another encoding hardly ever is. Otherwise the declared one, in the header or in the page.
/// Where none is declared, or UTF-8 is and the page is not even damaged UTF-8, its letters tell.
pub(super) fn text(page: &Page) -> (Cow<'_, str>, Option<Problem>) {
    let bytes = &page.body[..];
    let declared = declared(page);
    let mut problem = None;
    let encoding = match declared {
        Some(declared) if declared != UTF_8 => {
            let is_utf8 = declared.is_ascii_compatible() && std::str::from_utf8(bytes).is_ok();
            if is_utf8 { UTF_8 } else { declared }
        }
        _ if Encoding::for_bom(bytes).is_some() => UTF_8,
        _ => match undeclared([bytes], top_level_domain(&page.url).as_deref()) {
            None => UTF_8,
            Some(detected) => {
                problem = Some(Problem {
                    line: 1,
                    what: format!("the page is not UTF-8: read as {}", detected.name()),
                    item: None,
                    lost: false,
                });
                detected
            }
        },
    };
    // Decoding looks for the byte-order mark itself.
    let (text, encoding, damaged) = encoding.decode(bytes);
    if damaged {
        let before = text.split('\u{FFFD}').next().unwrap_or_default();
        problem = Some(Problem {
            line: before.matches('\n').count() + 1,
            what: format!(
                "bytes that are no {} were replaced by U+FFFD",
                encoding.name()
            ),
            item: None,
            lost: false,
        });
    }
    (text, problem)
}

/// The character set of bytes that declare none; `None` if they are UTF-8, though perhaps damaged.
///
/// They are UTF-8 if they hold at least as many characters of UTF-8 beyond ASCII as bytes that are none:
/// bytes of another encoding are valid UTF-8 only by chance, in GB18030 one character of seven. `tld` is
/// the top-level domain of the host, which breaks ties.
pub(super) fn undeclared<'a>(
    parts: impl IntoIterator<Item = &'a [u8]> + Clone,
    tld: Option<&str>,
) -> Option<&'static Encoding> {
    let (mut good, mut bad, mut japanese) = (0, 0, false);
    for part in parts.clone() {
        for chunk in part.utf8_chunks() {
            good += chunk
                .valid()
                .chars()
                .filter(|char| !char.is_ascii())
                .count();
            bad += usize::from(!chunk.invalid().is_empty());
        }
        japanese |= part.contains(&0x1b)
            && part
                .windows(TO_JAPANESE[0].len())
                .any(|bytes| TO_JAPANESE.contains(&bytes));
    }
    if japanese && good == 0 && bad == 0 {
        return Some(ISO_2022_JP);
    }
    if bad == 0 || good >= bad {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut left = SAMPLE_BYTES;
    for part in parts.into_iter().filter(|part| !part.is_ascii()) {
        let sample = &part[..part.len().min(left)];
        left -= sample.len();
        detector.feed(sample, false);
        // Parts are lines: a character does not go on in the next one.
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    Some(detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny))
}

/// The last part of a host's name, as the detector asks for it.
pub(super) fn top_level_domain(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let last = url.domain()?.trim_end_matches('.').rsplit('.').next()?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!last.is_empty() && last.bytes().all(is_plain)).then(|| last.to_owned())
}

fn declared(page: &Page) -> Option<&'static Encoding> {
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
}
