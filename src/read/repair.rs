//! What is mended in the texts of every platform alike: tags in titles, UTF-8 that was encoded twice.

use super::plain;
use crate::facts::listing::{Listing, Problem, Reading};
use crate::facts::mojibake::{self, Example};

/// Mends the texts of a reading, and says so once.
pub(super) fn texts(reading: &mut Reading) {
    let mut first: Option<(usize, String, Example)> = None;
    let mut places = 0;
    for listing in &mut reading.listings {
        if let Some((found, example)) = self::listing(listing) {
            places += found;
            first.get_or_insert((listing.line, listing.key.clone(), example));
        }
    }
    if let Some((line, key, example)) = first {
        reading.problems.push(Problem {
            line,
            what: format!(
                "UTF-8 was encoded twice, in {places} {}, first {:?} for {:?}: mended",
                if places == 1 { "place" } else { "places" },
                example.wrong,
                example.meant
            ),
            item: Some(key.chars().take(80).collect()),
            lost: false,
        });
    }
}

/// Mends the texts of a listing; answers how many characters had been encoded twice, and the first of them.
pub(super) fn listing(listing: &mut Listing) -> Option<(usize, Example)> {
    listing.title = plain::title(&listing.title);
    let locations = listing.locations.iter_mut().flat_map(|location| {
        [
            &mut location.venue,
            &mut location.address,
            &mut location.city,
            &mut location.state,
            &mut location.country,
        ]
    });
    let organisers = listing.organisers.iter_mut().map(|(name, _)| name);
    let texts = [&mut listing.title, &mut listing.description]
        .into_iter()
        .chain(locations.flatten())
        .chain(organisers);
    let mut first = None;
    let mut places = 0;
    for text in texts.filter(|text| !text.is_ascii()) {
        if let Some(mended) = mojibake::mended(text) {
            *text = mended.text;
            places += mended.places;
            first.get_or_insert(mended.first);
        }
    }
    first.map(|example| (places, example))
}
