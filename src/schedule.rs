//! What is known of a source + now → may it be visited.

use crate::source::{Platform, Way};
use chrono::{DateTime, TimeDelta, Utc};

/// The least time between two visits that a platform asks for; zero where it asks for none.
///
/// Luma's feed says `REFRESH-INTERVAL:PT12H` (seen 2026-01).
pub fn least_interval(platform: Platform, way: Way) -> TimeDelta {
    match (platform, way) {
        (Platform::Luma, Way::Feed) => TimeDelta::hours(12),
        _ => TimeDelta::zero(),
    }
}

/// Until when a source is to be left alone; `None` if it may be visited now.
///
/// Its Retry-After always holds; its platform's least interval unless somebody `named` the source.
pub fn wait(
    platform: Platform,
    way: Option<Way>,
    last_visit: Option<DateTime<Utc>>,
    not_before: Option<DateTime<Utc>>,
    named: bool,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let asked = not_before.filter(|until| *until > now);
    let interval = way.map_or_else(TimeDelta::zero, |way| least_interval(platform, way));
    // A visit in the future is a clock that was set back: it binds nobody.
    let polite = last_visit
        .filter(|last| !named && *last <= now)
        .map(|last| last + interval);
    [asked, polite.filter(|until| *until > now)]
        .into_iter()
        .flatten()
        .max()
}
