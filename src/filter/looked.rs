//! What filters look at in an event, worked out when it is first asked for.

use super::words;
use crate::believe::curate::Published;
use crate::facts::place::{Located, Point};
use std::sync::OnceLock;

/// Kilometres between a venue's coordinates and the middle of its city beyond which the city counts: a wrong sign
/// puts a venue on another continent.
const FARTHEST_VENUE_KM: f64 = 150.0;

/// What filters look at in an event, kept beside it while it stays as it is.
#[derive(Debug, Default)]
pub struct Looked {
    place: OnceLock<Option<Located>>,
    point: OnceLock<Option<Point>>,
    words: OnceLock<Box<str>>,
}

impl Looked {
    /// Its place, looked up in the table.
    pub fn place(&self, event: &Published) -> Option<&Located> {
        let located = || event.place.as_ref().map(|place| place.located());
        self.place.get_or_init(located).as_ref()
    }

    /// Where it is: its venue, or the middle of its city.
    pub(super) fn point(&self, event: &Published) -> Option<Point> {
        *self.point.get_or_init(|| {
            let middle = self.place(event).and_then(Located::middle);
            let venue = event.venue.as_ref().and_then(|venue| venue.coordinates);
            let venue = venue.and_then(|(north, east)| Point::new(north, east));
            match (venue, middle) {
                (Some(venue), Some(middle)) if venue.km_to(middle) > FARTHEST_VENUE_KM => {
                    Some(middle)
                }
                (venue, middle) => venue.or(middle),
            }
        })
    }

    /// Its words, as [`words::searched`] joins them.
    pub(super) fn words(&self, event: &Published) -> &str {
        self.words
            .get_or_init(|| words::searched(event).into_boxed_str())
    }
}
