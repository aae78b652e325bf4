//! The page of a missing event that leads to another one's: an address that a platform made anew.

use super::{Entry, SECOND, World};
use crate::loopback::Answer;
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::Status;

/// Two events of which the second is listed anew: under another id, title and page, on a day in September.
struct Renumbered {
    world: World,
    before: Published,
    anew: Entry,
}

impl Renumbered {
    fn new(day: u32) -> Renumbered {
        let world = World::new();
        world.lists(&world.entries(1..3));
        world.refresh(0);
        let before = world.one(SECOND);
        let mut anew = world.entry(7);
        anew.title = "Something else altogether".to_owned();
        anew.start = format!("202609{day:02}T183000");
        Renumbered {
            world,
            before,
            anew,
        }
    }

    fn lists_anew(&self) {
        let listed = [self.world.entry(1), self.anew.clone()];
        self.world.lists(&listed);
    }

    fn leads_to(&self, path: &str) {
        let to = self.world.server.url(path);
        let answer = Answer::redirect(301, &to);
        self.world.server.serve("/events/2", answer);
        self.world
            .server
            .serve(path, Answer::ok("text/html", "<html></html>"));
    }

    fn standing(&self) -> Vec<Published> {
        let mut standing = self.world.published();
        standing.retain(|event| event.status != Status::Withdrawn);
        standing
    }
}

#[test]
fn the_page_of_a_missing_event_that_leads_to_a_new_one_says_that_they_are_one() {
    let renumbered = Renumbered::new(4);
    renumbered.lists_anew();
    renumbered.leads_to("/events/7");
    let report = renumbered.world.refresh(6);
    let now = renumbered.world.one("Something else altogether");
    assert_eq!(now.id, renumbered.before.id, "{report:#}");
    assert_eq!(now.sequence, renumbered.before.sequence + 1);
    assert_eq!(renumbered.world.published().len(), 2);
    let old_link = renumbered.before.links[0].url.to_string();
    let why = renumbered.world.run(7, &["why", &old_link]);
    assert!(why.out.contains("Something else altogether"), "{}", why.out);
    for hours in [30, 54] {
        renumbered.world.refresh(hours);
        assert_eq!(
            renumbered.world.one("Something else altogether"),
            now,
            "{hours}"
        );
    }
}

#[test]
fn where_it_was_not_asked_at_once_the_event_is_one_from_the_day_on_which_it_was() {
    let renumbered = Renumbered::new(4);
    renumbered.lists_anew();
    renumbered.leads_to("/events/7");
    let source = renumbered.world.source("club");
    renumbered.world.configure(&source, "event-pages = 0\n");
    renumbered.world.refresh(6);
    assert_eq!(renumbered.standing().len(), 3, "it cannot be known yet");
    renumbered.world.configure(&source, "");
    for hours in [12, 30, 54] {
        renumbered.world.refresh(hours);
        let standing = renumbered.standing();
        assert_eq!(standing.len(), 2, "{hours}: {standing:#?}");
        assert!(
            standing
                .iter()
                .any(|event| event.id == renumbered.before.id),
            "{hours}: {standing:#?}"
        );
    }
}

#[test]
fn what_stood_beside_it_or_is_far_off_or_no_event_is_not_what_its_page_leads_to() {
    for (what, day, path) in [
        ("the other one", 4, "/events/1"),
        (
            "nine days later, on another page of a club",
            12,
            "/events/7",
        ),
        ("the group's page", 4, "/"),
        ("a page that the list does not name", 4, "/events/8"),
    ] {
        let renumbered = Renumbered::new(day);
        renumbered.lists_anew();
        renumbered.leads_to(path);
        renumbered.world.refresh(6);
        assert_eq!(renumbered.standing().len(), 3, "{what}");
        renumbered.world.refresh(30);
        let anew = renumbered.world.one("Something else altogether");
        assert_ne!(anew.id, renumbered.before.id, "{what}");
        assert_eq!(
            renumbered.world.one(SECOND).status,
            Status::Withdrawn,
            "{what}"
        );
    }
}

#[test]
fn of_two_events_whose_pages_lead_to_one_only_the_first_goes_on_as_that() {
    let world = World::new();
    world.lists(&world.entries(1..4));
    world.refresh(0);
    let [second, third] = [SECOND, "Evening number 3"].map(|title| world.one(title));
    let mut anew = world.entry(7);
    anew.title = "Something else altogether".to_owned();
    anew.start = "20260904T183000".to_owned();
    let to = world.server.url("/events/7");
    for path in ["/events/2", "/events/3"] {
        world.server.serve(path, Answer::redirect(301, &to));
    }
    let page = Answer::ok("text/html", "<html></html>");
    world.server.serve("/events/7", page);
    world.lists(&[world.entry(1), anew]);
    world.refresh(6);
    assert_eq!(world.one("Something else altogether").id, second.id);
    let other = world.one("Evening number 3");
    assert_eq!((other.id, other.status), (third.id, Status::Confirmed));
}

#[test]
fn the_page_of_an_event_that_is_known_under_its_new_id_is_not_asked() {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(0);
    let before = world.one(SECOND);
    let anew = Entry {
        uid: "anew".to_owned(),
        page: Some(world.server.url("/events/7")),
        ..world.entry(2)
    };
    world.lists(&[world.entry(1), anew]);
    world.refresh(6);
    assert_eq!(world.one(SECOND).id, before.id);
    assert_eq!(world.asked(2), 0);
}
