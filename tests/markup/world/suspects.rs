//! Groups that are missing from an issue, and one that was dismissed.

use super::issue;
use chrono::{DateTime, Utc};
use rusty_events::section::grammar::rows;
use rusty_events::section::habits::{Suspect, habits};
use rusty_events::section::select::Style;
use rusty_events::store::Dismissal;
use rusty_events::suspects::Named;

/// A group with markup in its name.
pub(super) fn missing() -> Named {
    let printed = "* 2024-10-10 | Berlin, DE | [<b>Missing & Co.</b>](https://example.org/missing)\n    * [**T**](https://example.org/t)\n";
    let learned = [(
        issue() - chrono::TimeDelta::days(30),
        rows(printed, &Style::default()),
    )];
    Named {
        suspect: Suspect {
            habit: habits(&learned, issue()).remove(0),
            expected: issue(),
        },
        reason: "its source <i>lists</i> nothing".to_owned(),
        command: Some("rusty-events source add <b>".to_owned()),
    }
}

pub(super) fn dismissal(at: DateTime<Utc>) -> Dismissal {
    Dismissal {
        group: "<gone>".to_owned(),
        name: "Gone & <b>forgotten</b>".to_owned(),
        reason: "<i>it has ended</i>".to_owned(),
        by: Some("Ann".to_owned()),
        at,
    }
}
