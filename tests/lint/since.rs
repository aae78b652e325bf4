//! What a change has brought: only its own faults, each on the line that causes it.

use super::{CLEAN, house, rules, with};
use rusty_events::section::lint::{Finding, Kind, lint_since};

fn brought(before: &str, after: &str) -> Vec<Finding> {
    let style = house();
    lint_since(after, before, &rules(&style)).unwrap().findings
}

fn found(before: &str, after: &str) -> Vec<(usize, Kind)> {
    brought(before, after)
        .iter()
        .map(|finding| (finding.line, finding.kind))
        .collect()
}

fn row(day: &str, number: u32) -> String {
    format!(
        "* {day} | Bern, CH | [Crabs](https://crabs.example.edu/)\n    * [**Talk {number}**](https://crabs.example.edu/{number})\n"
    )
}

#[test]
fn faults_that_were_there_are_not_the_changes() {
    let before = with("London, UK", "London, GB").replace("Köln, DE |", "Köln, DE, Crab Hall |");
    assert_eq!(found(&before, &before), []);
    // The old fault stands on another line now, and a new one of its kind has come.
    let wrong = row("2026-08-26", 1).replace("Bern, CH", "Bern, Switzerland");
    let after = before.replace("### Europe\n", &format!("### Europe\n{wrong}"));
    assert_eq!(found(&before, &after), [(14, Kind::CountrySpelling)]);
    // How lines end is no change of a row.
    let windows = before.replace('\n', "\r\n");
    assert_eq!(found(&windows, &before), []);
    // All is new where nothing was.
    let all = found("", &before);
    assert!(
        all.contains(&(14, Kind::CountryUnknown)) && all.contains(&(16, Kind::CountrySpelling))
    );
}

#[test]
fn of_two_rows_the_one_that_is_touched_gets_the_finding() {
    let cologne = "* 2026-08-26 | Köln, DE | [Crab Cologne](https://crabs.example.edu/)\n    * [**Rust <3 Kölsch**](https://crabs.example.edu/koeln/1)\n";
    // Without a change in view the second of two copies would be the one.
    let copy = cologne.replace("Köln, DE", "Bonn, DE");
    let after = with(cologne, &format!("{copy}{cologne}"));
    assert_eq!(found(CLEAN, &after), [(14, Kind::Duplicate)]);
    let after = with(cologne, &format!("{cologne}{cologne}"));
    assert_eq!(found(CLEAN, &after).len(), 1);
    // A page on another day, above the row that was there.
    let montreal = "* 2026-09-15 | Montréal, QC, CA | [Crabes](https://www.meetup.com/crabes)\n    * [**Soirée**](https://www.meetup.com/crabes/events/300000003/)\n";
    let earlier = montreal.replace("09-15", "09-11");
    let after = with(montreal, &format!("{earlier}{montreal}"));
    assert_eq!(found(CLEAN, &after), [(22, Kind::SameLink)]);
    // Two new rows above an old one: they have to move, although moving the old one would be less.
    let (head, tail) = CLEAN.split_once("\n### North").unwrap();
    let rows = format!("{}{}", row("2026-08-27", 1), row("2026-08-28", 2));
    let after = format!("{head}{rows}\n### North{tail}");
    let lines: Vec<(usize, Kind)> = found(CLEAN, &after);
    assert_eq!(lines, [(18, Kind::Order), (20, Kind::Order)]);
}

#[test]
fn of_the_two_rows_of_a_hybrid_event_the_edited_one_gets_the_finding() {
    let after = with("**September evening**", "**An evening**");
    assert_eq!(found(CLEAN, &after), [(10, Kind::HybridUnequal)]);
    let at = CLEAN.rfind("**September evening**").unwrap();
    let after = format!(
        "{}**An evening**{}",
        &CLEAN[..at],
        &CLEAN[at + "**September evening**".len()..]
    );
    assert_eq!(found(CLEAN, &after), [(20, Kind::HybridUnequal)]);
    // The change took the other row away: the one that is left is wrong now.
    let hybrid = "* 2026-09-10 | Hybrid (Seattle, WA, US) | [Sound Crabs](https://www.meetup.com/sound-crabs)\n    * [**September evening**](https://www.meetup.com/sound-crabs/events/300000002/)\n";
    assert_eq!(found(CLEAN, &with(hybrid, "")), [(18, Kind::HybridOnce)]);
}

#[test]
fn a_line_that_makes_rows_wrong_gets_the_finding() {
    let after = with("2026-08-26 - 2026-09-23", "2026-09-09 - 2026-10-07");
    let brought = brought(CLEAN, &after);
    let [past] = &brought[..] else {
        panic!("{brought:#?}")
    };
    assert_eq!((past.line, past.kind), (3, Kind::Past));
    assert!(
        past.text.contains("line 6: ") && past.text.contains("for line 8, 14"),
        "{}",
        past.text
    );
    let after = with("### Europe", "### Asia");
    assert_eq!(found(CLEAN, &after)[0], (13, Kind::WrongHeading));
}

#[test]
fn rows_that_a_change_does_not_touch_are_left_alone() {
    // Of three rows in any order another one may be taken for the wrong one: none of them is the change's.
    let rows = [
        row("2026-09-01", 1),
        row("2026-08-30", 2),
        row("2026-08-31", 3),
    ]
    .concat();
    let (head, tail) = CLEAN.split_once("* 2026-09-08 - ").unwrap();
    let before = format!("{head}{rows}* 2026-09-08 - {tail}");
    let after = before.replace("Soirée", "Grande soirée");
    assert_eq!(found(&before, &after), []);
    let after = before.replace("Talk 1", "Talk one");
    let kinds = found(&before, &after);
    assert!(
        kinds.iter().all(|(line, _)| (16..18).contains(line)),
        "{kinds:?}"
    );
}
