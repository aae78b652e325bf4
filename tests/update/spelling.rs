//! What of a row is spelling, and what is left as people wrote it; and where a row goes that the issue before
//! printed under another heading.

use super::{DAY, Desk, city, draft_of, evening, hybrid, online, row};
use crate::markdown::style;
use rusty_events::section::grammar::rows;
use rusty_events::store::Origin;

/// What becomes of a row that stands for no event.
fn kept(row: &str) -> String {
    let mut desk = Desk::new();
    let (new, _) = desk.settled(&draft_of(&[("Europe", &[row.to_owned()])]));
    let section = new.split("### Europe\n").nth(1).unwrap();
    section.split("\nIf you are").next().unwrap().to_owned()
}

fn by_hand(place: &str, title: &str, link: &str) -> String {
    format!(
        "* 2026-09-01 | {place} | [A group](https://group.example/a)\n    * [{title}]({link})\n"
    )
}

#[test]
fn a_city_in_wrong_case_is_mended_as_the_linter_mends_it() {
    for (wrong, right) in [
        ("Tel Aviv-yafo, IL", "Tel Aviv-Yafo, IL"),
        ("Virtual (Tel Aviv-yafo, IL)", "Virtual (Tel Aviv-Yafo, IL)"),
        ("Mountain view, CA, US", "Mountain View, CA, US"),
        ("BERLIN, DE", "Berlin, DE"),
        ("Frankfurt am Main, DE", "Frankfurt am Main, DE"),
        ("Rio de Janeiro, BR", "Rio de Janeiro, BR"),
    ] {
        let link = "https://group.example/1";
        let wanted = by_hand(right, "**Tell**", link);
        assert_eq!(kept(&by_hand(wrong, "**Tell**", link)), wanted);
    }
}

#[test]
fn what_is_no_fault_to_a_reader_keeps_its_bytes() {
    for (place, link) in [
        ("Berlin, DE", "https://group.example"),
        ("Berlin, DE", "https://group.example/"),
        (
            "Berlin, DE",
            "https://www.eventbrite.com/e/tell-tickets-62876317658/",
        ),
        ("Virtual (Kenya)", "https://group.example/1"),
        ("Virtual (US)", "https://group.example/1"),
        ("Malaysia, MY", "https://group.example/1"),
        ("Nuremberg/Nürnberg, DE", "https://group.example/1"),
    ] {
        let row = by_hand(place, "**Tell**", link);
        assert_eq!(kept(&row), row);
    }
    let empty = "* 2026-09-01 || [A group](https://group.example/a)\n    * [**Tell**](https://group.example/1)\n";
    assert_eq!(kept(empty), empty);
}

#[test]
fn stars_beside_a_space_make_nothing_bold_and_lose_it() {
    let link = "https://group.example/1";
    let wanted = by_hand("Berlin, DE", "**Tell**", link);
    for title in ["**Tell **", "** Tell**", "**Tell** "] {
        assert_eq!(kept(&by_hand("Berlin, DE", title, link)), wanted);
    }
}

#[test]
fn a_title_that_is_bold_in_part_is_read_without_its_stars() {
    let title = |words: &str| {
        let text = by_hand("Berlin, DE", words, "https://group.example/1");
        rows(&text, &style())[0].links[0].0.clone()
    };
    assert_eq!(title("**Meetup #17**: TockOS"), "Meetup #17: TockOS");
    assert_eq!(title("**One** and **Two**"), "One and Two");
    assert_eq!(title("**All of it**"), "All of it");
    assert_eq!(title("None of it"), "None of it");
    assert_eq!(title(r"2 \*\* 3"), "2 ** 3");
    assert_eq!(title("An odd ** star"), "An odd ** star");
}

/// A desk that has learned the issue before, with these rows.
fn after(parts: &[(&str, &[String])]) -> Desk {
    let mut desk = Desk::new();
    let rows: String = parts
        .iter()
        .map(|(heading, rows)| format!("\n### {heading}\n{}", rows.concat()))
        .collect();
    let text =
        format!("## Upcoming Events\n\nRusty Events between 2026-08-19 - 2026-09-16 🦀\n{rows}");
    let day = "2026-08-19".parse().unwrap();
    desk.store
        .keep_issue(day, Origin::Learned, "before.md", &text, desk.now)
        .unwrap();
    desk
}

#[test]
fn an_event_that_goes_online_between_two_issues_leaves_its_region() {
    assert_eq!(DAY, "2026-08-26");
    let there = row("1", "Tell", "2026-09-01");
    let parts: &[(&str, &[String])] = &[("Europe", std::slice::from_ref(&there))];
    let mut desk = after(parts);
    desk.tell(&[online(evening("1", "Tell", "2026-09-01"))]);
    let (new, _) = desk.settled(&draft_of(parts));
    let wanted = there.replace("Berlin, DE", "Virtual (Berlin, DE)");
    assert_eq!(new, draft_of(&[("Virtual", &[wanted])]));
}

#[test]
fn an_event_that_is_no_longer_hybrid_leaves_the_heading_that_it_lost() {
    let both = [row("1", "Tell", "2026-09-01").replace("Berlin, DE", "Hybrid (Berlin, DE)")];
    let parts: &[(&str, &[String])] = &[("Virtual", &both), ("Europe", &both)];
    for (listing, heading, place) in [
        (
            online(evening("1", "Tell", "2026-09-01")),
            "Virtual",
            "Virtual (Berlin, DE)",
        ),
        (evening("1", "Tell", "2026-09-01"), "Europe", "Berlin, DE"),
    ] {
        let mut desk = after(parts);
        desk.tell(&[listing]);
        let (new, _) = desk.settled(&draft_of(parts));
        let wanted = both[0].replace("Hybrid (Berlin, DE)", place);
        assert_eq!(new, draft_of(&[(heading, &[wanted])]));
    }
    // And one that has become hybrid stands in both.
    let there = row("1", "Tell", "2026-09-01");
    let before: &[(&str, &[String])] = &[("Europe", std::slice::from_ref(&there))];
    let mut desk = after(before);
    desk.tell(&[hybrid(evening("1", "Tell", "2026-09-01"))]);
    let (new, _) = desk.settled(&draft_of(before));
    assert_eq!(new, draft_of(parts));
}

#[test]
fn an_event_that_moves_to_another_country_between_two_issues_goes_under_its_region() {
    let there = row("1", "Tell", "2026-09-01");
    let parts: &[(&str, &[String])] = &[("Europe", std::slice::from_ref(&there))];
    let mut desk = after(parts);
    let mut listing = evening("1", "Tell", "2026-09-01");
    listing.locations = vec![city("Tunis", "TN")];
    desk.tell(&[listing]);
    let (new, _) = desk.settled(&draft_of(parts));
    let wanted = there.replace("Berlin, DE", "Tunis, TN");
    assert_eq!(new, draft_of(&[("Africa", &[wanted])]));
}
