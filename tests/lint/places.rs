//! Places: codes of states, and what stands beside `Virtual` and is no place.

use super::{CLEAN, found, mended, report, reported, with};
use rusty_events::section::lint::Kind;

/// The clean section with its row in Montréal in another place, which the house prints with a state.
fn montreal(place: &str) -> String {
    with("Montréal, QC, CA", place)
}

/// The place of that row after mending, and the kinds of findings.
fn of(place: &str) -> (String, Vec<Kind>) {
    let report = report(&montreal(place));
    let kinds = report.findings.iter().map(|finding| finding.kind).collect();
    let row = report.mended.lines().find(|line| line.contains("[Crabes]"));
    let cell = row.unwrap().split(" | ").nth(1).unwrap();
    (cell.to_owned(), kinds)
}

#[test]
fn old_and_shortened_codes_of_states_are_mended() {
    for (wrong, right) in [
        ("Gatineau, PQ, CA", "Gatineau, QC, CA"),
        ("Gatineau, Que., CA", "Gatineau, QC, CA"),
        ("St. John's, NF, CA", "St. John's, NL, CA"),
        ("Whitehorse, YK, CA", "Whitehorse, YT, CA"),
        ("Toronto, Ont., CA", "Toronto, ON, CA"),
        ("Portland, Ore., US", "Portland, OR, US"),
        ("Omaha, NB, US", "Omaha, NE, US"),
        ("Boston, Mass., US", "Boston, MA, US"),
        ("Dallas, Tex., US", "Dallas, TX, US"),
        ("Dallas, tx, US", "Dallas, TX, US"),
    ] {
        let (mended, kinds) = of(wrong);
        assert_eq!(
            (mended.as_str(), &kinds[..]),
            (right, &[Kind::StateSpelling][..]),
            "{wrong}"
        );
    }
    // What Meetup makes of Australia's states: their first two letters.
    for (wrong, right) in [
        ("Brisbane, QL, AU", "Brisbane, QLD, AU"),
        ("Canberra, AC, AU", "Canberra, ACT, AU"),
        ("Melbourne, VI, AU", "Melbourne, VIC, AU"),
        ("Sydney, NS, AU", "Sydney, NSW, AU"),
        ("Hobart, TA, AU", "Hobart, TAS, AU"),
        ("Canberra, ACt, AU", "Canberra, ACT, AU"),
        ("Brisbane, Queensland, AU", "Brisbane, QLD, AU"),
    ] {
        let rows = |place: &str| {
            let row = "* 2026-09-15 | Montréal, QC, CA | [Crabes](https://www.meetup.com/crabes)\n    * [**Soirée**](https://www.meetup.com/crabes/events/300000003/)\n";
            let (head, _) = CLEAN.split_once(row).unwrap();
            format!(
                "{head}\n### Oceania\n{}",
                row.replace("Montréal, QC, CA", place)
            )
        };
        let report = report(&rows(wrong));
        let found: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(found, [Kind::StateSpelling], "{wrong}");
        assert_eq!(report.mended, rows(right), "{wrong}");
        let finding = &report.findings[0];
        let (standing, _) = wrong.split_once(", AU").unwrap();
        let standing = standing.split(", ").nth(1).unwrap();
        assert!(
            finding.text.contains(&format!("`{standing}`")),
            "{}",
            finding.text
        );
    }
}

#[test]
fn a_wrong_code_is_mended_if_city_and_first_letter_leave_no_doubt() {
    let unknown = |place: &str| of(place);
    for (wrong, right) in [
        ("Seattle, WS, US", "Seattle, WA, US"),
        ("Chicago, IO, US", "Chicago, IL, US"),
        ("Toronto, OT, CA", "Toronto, ON, CA"),
        // Countries of their own in ISO 3166-1.
        ("San Juan, PR, US", "San Juan, PR"),
    ] {
        assert_eq!(
            unknown(wrong),
            (right.to_owned(), vec![Kind::StateUnknown]),
            "{wrong}"
        );
    }
    // Another letter, many cities of the name, no known city.
    for doubtful in [
        "Seattle, QX, US",
        "Springfield, IX, US",
        "Crabville, WS, US",
    ] {
        assert_eq!(
            unknown(doubtful),
            (doubtful.to_owned(), vec![Kind::StateUnknown]),
            "{doubtful}"
        );
    }
    let seattle = report(&montreal("Seattle, QX, US"));
    assert!(
        seattle.findings[0].text.contains("`Seattle, WA, US`"),
        "{:?}",
        seattle.findings
    );
    // A code that is a country's own where the city is in that country after all.
    let (place, _) = of("Hong Kong, HK, CN");
    assert_eq!(place, "Hong Kong, HK");
    let (place, _) = of("Montréal, DE, CA");
    assert_eq!(place, "Montréal, DE, CA");
}

#[test]
fn what_stands_beside_virtual_and_is_no_place_is_mended() {
    for wrong in [
        "Virtual (Global)",
        "Virtual (Worldwide)",
        "Virtual (World-Wide)",
        "Virtual (online)",
        "Virtual (Online, Worldwide)",
        "Virtual (Anywhere)",
        "Virtual (Various)",
        "Virtual (Internet)",
        "Virtual (Zoom)",
        "Virtual (weltweit)",
        "Virtual | Online",
        "Virtual | Virtual",
        "Online | Global",
    ] {
        mended(
            "| Virtual | [Ferris",
            &format!("| {wrong} | [Ferris"),
            &[(8, Kind::VirtualPlace)],
        );
    }
    for wrong in [
        "Online",
        "online",
        "Virtual/Online",
        "Virtual - Online",
        "Online Event",
        "VIRTUAL",
    ] {
        mended(
            "| Virtual | [Ferris",
            &format!("| {wrong} | [Ferris"),
            &[(8, Kind::ModeWord)],
        );
    }
    // The column in other marks than brackets.
    for wrong in [
        "Virtual - Berlin, DE",
        "Virtual: Berlin, DE",
        "Virtual, Berlin, DE",
        "Virtual | Berlin, DE",
        "Virtual – Berlin, DE",
        "Virtual Berlin, DE",
        "Online (Berlin, DE)",
        "Berlin, DE (Virtual)",
        "Berlin, DE (online)",
    ] {
        mended("Virtual (Berlin, DE)", wrong, &[(6, Kind::ModeWord)]);
    }
    mended(
        "| Köln, DE",
        "| In-person (Köln, DE)",
        &[(14, Kind::ModeWord)],
    );
    // Regions and time zones say something, but no place.
    for doubtful in [
        "Virtual (Europe)",
        "Virtual (North America)",
        "Virtual (UTC)",
        "Virtual (PDT Timezone)",
    ] {
        reported(
            "| Virtual | [Ferris",
            &format!("| {doubtful} | [Ferris"),
            &[(8, Kind::VirtualPlace)],
        );
    }
    for country in ["Israel", "US", "UK", "IL"] {
        let alone = format!("| Virtual ({country}) | [Ferris");
        reported("| Virtual | [Ferris", &alone, &[(8, Kind::CountryAlone)]);
    }
    for right in [
        "Virtual (Earth, TX, US)",
        "Virtual (Virginia Beach, VA, US)",
        "Virtual (Singapore, SG)",
    ] {
        assert_eq!(
            found(&with(
                "| Virtual | [Ferris",
                &format!("| {right} | [Ferris")
            )),
            [],
            "{right}"
        );
    }
    // A second organiser without a link is no place.
    let bare = found(&with("| Virtual | [Ferris", "| Virtual | Oxide | [Ferris"));
    assert_eq!(bare, [(8, Kind::LinkBroken)]);
}

#[test]
fn a_message_names_what_stands_there_and_what_to_write() {
    for (place, shown, right) in [
        ("Montréal", "`Montréal`", "`Montréal, "),
        ("Montréal, QX", "`QX`", "`Montréal, CC`"),
        ("Montréal, Canada", "`Canada`", "`CA`"),
        ("Montréal, XX, CA", "`XX`", "`Montréal, QC, CA`"),
        ("Chicago, US", "`Chicago, US`", "`Chicago, IL, US`"),
        ("Canada, CA", "`Canada, CA`", "`City, CA`"),
        (
            "Montréal; Laval, CA",
            "`Montréal; Laval, CA`",
            "one of them",
        ),
        (", CA", "`, CA`", "`City, CC`"),
    ] {
        let report = report(&montreal(place));
        let finding = &report.findings[0];
        let words = format!("{} {:?}", finding.text, finding.mend);
        assert!(
            words.contains(shown) && words.contains(right),
            "{place}: {words}"
        );
    }
}
