//! What is usual for the groups of a shared calendar, by the issues that were printed: it fills in what such a
//! calendar does not say of an event.

use super::Orders;
use crate::believe::normalise::Groups;
use crate::facts::place::parse_location;
use crate::store::{self, Store};
use crate::suspects;
use std::borrow::Cow;

/// The groups that are known, each with its usual place and mode where the configuration states none.
///
/// # Errors
/// If the database cannot be read.
pub(super) fn groups<'a>(
    orders: &Orders<'a>,
    store: &Store,
) -> Result<Cow<'a, Groups>, store::Error> {
    let is_of_many = |source: &crate::facts::source::Source| source.organiser.is_none();
    if !orders.sources.iter().any(is_of_many) {
        return Ok(Cow::Borrowed(orders.groups));
    }
    let mut groups = orders.groups.clone();
    for habit in suspects::habits(store, orders.now.date_naive(), orders.style)? {
        let place = parse_location(&habit.location)
            .ok()
            .and_then(|(_, place)| place);
        groups.fill(
            habit.names.iter(),
            habit.pages.iter(),
            place.as_ref(),
            habit.mode,
        );
    }
    Ok(Cow::Owned(groups))
}
