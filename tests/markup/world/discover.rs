//! The page of candidates.

use chrono::{DateTime, NaiveDate, Utc};
use rusty_events::facts::candidate::{Candidate, Decided, Evidence, Kind, State};
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Platform;
use rusty_events::facts::topic::Topic;
use rusty_events::server::pages::Site;
use rusty_events::server::pages::discover::{Discover, page};

fn candidate(url: &str, now: DateTime<Utc>) -> Candidate {
    let mut candidate = Candidate::new(Link::parse(url).unwrap(), url, Platform::Meetup, now);
    candidate.name = Some("Rust <Group>".to_owned());
    candidate.place = Some("Berlin, DE".to_owned());
    let day = NaiveDate::from_ymd_opt(2024, 11, 20).unwrap();
    candidate.events.insert((day, "A <b>title</b>".to_owned()));
    candidate.add(Evidence {
        kind: Kind::Moved,
        subject: "meetup/old".to_owned(),
        words: "its page says \"we are <i>now</i> on …\"".to_owned(),
        link: Some("https://old.example/?a=1&b=2".to_owned()),
        since: now,
    });
    candidate
}

/// Two that wait, with an entry and without one, and one that is ignored.
pub(super) fn discover(site: &Site<'_>) -> String {
    let mut with = candidate("https://www.meetup.com/rust-group/", site.now);
    with.entry = Some("[[source]]\nurl = \"https://www.meetup.com/rust-group/\"\n".to_owned());
    let mut without = candidate("https://rust-group.example/", site.now);
    without.looked = Some((site.now, Some("http: <404>".to_owned())));
    let mut ignored = candidate("https://www.meetup.com/other/", site.now);
    ignored.state = State::Ignored;
    ignored.decided = Some(Decided {
        by: Some("Ann".to_owned()),
        reason: "no <group>".to_owned(),
        at: site.now,
    });
    let rank = with.rank(&Topic::of(&["rust"]));
    let file = || "config/sources/meetup.toml".to_owned();
    let shown = Discover {
        waiting: &[(&with, &rank, file()), (&without, &rank, file())],
        off_topic: 3,
        ignored: &[&ignored],
    };
    page(site, &shown).into_string()
}
