//! Faults of single rows: days, places, marks, links, words and characters.

use super::{CLEAN, found, mended, report, reported, with};
use rusty_events::section::lint::Kind;
use std::collections::BTreeSet;

#[test]
fn days_are_of_the_calendar_and_in_one_form() {
    reported("* 2026-08-27", "* 2026-02-30", &[(6, Kind::DateImpossible)]);
    reported(
        "* 2026-09-02 |",
        "* next week 2026 |",
        &[(8, Kind::RowUnreadable)],
    );
    reported(
        "2026-09-08 - 2026-09-11",
        "2026-09-11 - 2026-09-08",
        &[(16, Kind::DateOrder)],
    );
    mended(
        "2026-08-26 | Köln",
        "2026-08-26 - 2026-08-26 | Köln",
        &[(14, Kind::DateOrder)],
    );
    for form in [
        "2026-09-08 – 2026-09-11",
        "2026-09-08 & 2026-09-11",
        "2026-09-08 * 2026-09-11",
        "2026-09-08-11",
        "2026-9-8 - 2026-09-11",
    ] {
        mended("2026-09-08 - 2026-09-11", form, &[(16, Kind::DateForm)]);
    }
    reported(
        "2026-09-08 - 2026-09-11",
        "2026-09-08 - 2026-09-22",
        &[(16, Kind::DateLong)],
    );
    reported("**Soirée**", "**Monday soirée**", &[(22, Kind::Weekday)]);
    reported(
        "**Soirée**",
        "**Soirée, Sept 16**",
        &[(22, Kind::TitleDate)],
    );
    for right in [
        "**Tuesdays**",
        "**Soirée, Sep 15th**",
        "**May 2026**",
        "**Preparing for Sep 17**",
        "**Monday or Tuesday**",
    ] {
        assert_eq!(found(&with("**Soirée**", right)), [], "{right}");
    }
}

#[test]
fn places_are_written_as_the_house_writes_them() {
    let place = |new: &str, kind: Kind| {
        mended("| London, UK", new, &[(16, kind)]);
    };
    place("| London, GB", Kind::CountrySpelling);
    place("| London, England", Kind::CountrySpelling);
    place("| London, uk", Kind::CountrySpelling);
    place("| London, LND, UK", Kind::StateStray);
    place("| london, UK", Kind::CityCase);
    place("| LONDON, UK", Kind::CityCase);
    place("|  London , UK", Kind::Spaces);
    let says = |new: &str, kind: Kind| {
        reported("| London, UK", new, &[(16, kind)]);
    };
    says("| London, XQ", Kind::CountryUnknown);
    says("| London", Kind::CountryMissing);
    says("| Germany, DE", Kind::CountryAlone);
    says("| 12 Baker Street, London, UK", Kind::Venue);
    says("| Crab Hall, London, UK", Kind::Venue);
    says("| NW1 6XE London, UK", Kind::Venue);
    says("| Crab Hall, Baker Row, London, UK", Kind::Venue);
    says("| , UK", Kind::PlaceMissing);
    says("| London, UK / Paris, FR", Kind::PlaceUnreadable);
    says("| Koln, DE", Kind::CitySpelling);
    mended(
        "Hybrid (Seattle, WA, US)",
        "Hybrid (Seattle, Washington, US)",
        &[(10, Kind::StateSpelling)],
    );
    for (wrong, kind) in [
        ("Montréal, QC", Kind::CountryUnknown),
        ("Montréal, ZZ, CA", Kind::StateUnknown),
    ] {
        assert!(
            found(&with("Montréal, QC, CA", wrong))
                .iter()
                .any(|found| found.1 == kind),
            "{wrong}"
        );
    }
    let seattle = |new: &str| -> Vec<Kind> {
        found(&CLEAN.replace("Seattle, WA, US", new))
            .into_iter()
            .map(|found| found.1)
            .collect()
    };
    assert_eq!(seattle("Seattle, WA"), [Kind::CountryMissing; 2]);
    assert_eq!(seattle("Seattle, WA US"), [Kind::StateSpelling; 2]);
    assert_eq!(seattle("Seattle, US"), [Kind::StateMissing; 2]);
    assert_eq!(seattle("Charlottesville, NC, US"), [Kind::StateWrong; 2]);
    assert_eq!(seattle("Seattle/Bellevue, WA, US"), []);
    assert_eq!(seattle("Boulder, CO")[0], Kind::CountryMissing);
    let online = |new: &str| found(&with("Virtual (Berlin, DE)", new));
    assert_eq!(online("Virtual (, TV)"), [(6, Kind::PlaceMissing)]);
    assert_eq!(online("Virtual ()"), [(6, Kind::PlaceMissing)]);
    assert_eq!(online("Virtual (Tel Aviv-yafo, IL)"), [(6, Kind::CityCase)]);
    assert_eq!(online("Virtual( Berlin, DE)"), [(6, Kind::Spaces)]);
    assert_eq!(online("Hybrid"), [(6, Kind::PlaceMissing)]);
    // Canada and Australia may be printed with a state or without.
    assert_eq!(found(&with("Montréal, QC, CA", "Montréal, CA")), []);
    for name in [
        "Rio de Janeiro, BR",
        "Aix-en-Provence, FR",
        "Frankfurt am Main, DE",
        "Tel Aviv-Yafo, IL",
    ] {
        assert_eq!(online(&format!("Virtual ({name})")), [], "{name}");
    }
}

#[test]
fn marks_columns_and_second_lines_are_of_one_form() {
    mended("* 2026-08-27", "- 2026-08-27", &[(6, Kind::ListMark)]);
    mended("* 2026-08-27", "2026-08-27", &[(6, Kind::ListMark)]);
    mended("\n* 2026-08-27", "\n  * 2026-08-27", &[(6, Kind::Indent)]);
    for indentation in ["  * ", "* ", "\t* ", "     * ", "    - ", "    *", "    "] {
        mended(
            "    * [**Open",
            &format!("{indentation}[**Open"),
            &[(9, Kind::Indent)],
        );
    }
    mended(
        "2026-08-27 | Virtual",
        "2026-08-27| Virtual",
        &[(6, Kind::Spaces)],
    );
    mended("Köln, DE | [", "Köln, DE |[", &[(14, Kind::Spaces)]);
    mended(
        "UK | [Crab Conf]",
        "UK, [Crab Conf]",
        &[(16, Kind::OrganiserMissing)],
    );
    reported(
        " | [Ferris Friends](https://luma.com/ferris-friends)",
        "",
        &[(8, Kind::OrganiserMissing)],
    );
    reported(
        "[Ferris Friends](https://luma.com/ferris-friends)",
        "Ferris Friends",
        &[(8, Kind::OrganiserBare)],
    );
    reported(
        "    * [**Open call [EN] & more**](https://luma.com/ff-call)\n",
        "",
        &[(8, Kind::SubRowMissing)],
    );
    for joint in [" + ", " x ", " & ", " and ", ", ", "/"] {
        let joined = format!("conf/){joint}[Sound");
        mended("conf/) | [Sound", &joined, &[(16, Kind::Separator)]);
    }
    mended("**Soirée**", "Soirée", &[(23, Kind::Bold)]);
    mended("[Crabes]", "[**Crabes**]", &[(22, Kind::Bold)]);
    reported("* [**Soirée", "* $[**Soirée", &[(23, Kind::StrayText)]);
    reported(
        "### Europe\n",
        "### Europe\n* Nothing yet\n",
        &[(14, Kind::RowUnreadable)],
    );
    reported(
        "### Europe\n",
        "### Europe\nNothing yet\n",
        &[(14, Kind::StrayText)],
    );
    let commented = with("### Europe\n", "### Europe\n<!-- * [ - ]() TODO\n* x -->\n");
    assert_eq!(found(&commented), []);
    assert_eq!(report(&commented).mended, commented);
}

#[test]
fn links_have_one_spelling_and_lead_somewhere() {
    let link = "https://www.meetup.com/crabes/events/300000003/";
    for (wrong, kind) in [
        (
            "http://www.meetup.com/crabes/events/300000003/",
            Kind::LinkHttp,
        ),
        (
            "https://www.meetup.com/de-DE/crabes/events/300000003/",
            Kind::LinkLocale,
        ),
        (
            "https://www.meetup.com/de-de/crabes/events/300000003/",
            Kind::LinkLocale,
        ),
        (
            "https://www.meetup.com/crabes/events/300000003/?utm_source=x",
            Kind::LinkTracking,
        ),
        (
            "https://www.meetup.com/crabes/events/300000003/#comments",
            Kind::LinkFragment,
        ),
        (
            "https://www.meetup.com/crabes/events/300000003",
            Kind::LinkMeetup,
        ),
        (
            "https://www.meetup.com/Crabes/events/300000003/",
            Kind::LinkMeetup,
        ),
    ] {
        mended(link, wrong, &[(23, kind)]);
    }
    for group in ["crabes/", "crabes/events/", "crabes/events"] {
        mended(
            "(https://www.meetup.com/crabes)",
            &format!("(https://www.meetup.com/{group})"),
            &[(22, Kind::LinkMeetup)],
        );
    }
    mended(
        "https://luma.com/ff-call",
        "https://lu.ma/ff-call",
        &[(9, Kind::LinkLuma)],
    );
    mended(
        "https://luma.com/ff-call",
        " https://luma.com/ff-call ",
        &[(9, Kind::Spaces)],
    );
    let says = |address: &str, kind: Kind| {
        reported("https://luma.com/ff-call", address, &[(9, kind)]);
    };
    says("", Kind::LinkEmpty);
    says("#", Kind::LinkEmpty);
    says("javascript:alert(1)", Kind::LinkScheme);
    says("mailto:crab@luma.com", Kind::LinkScheme);
    says("https://crab:secret@luma.com/ff-call", Kind::LinkBroken);
    says("https://luma.com/ff call", Kind::LinkBroken);
    reported("edu/koeln/1", "edu//koeln/1", &[(15, Kind::LinkSpelling)]);
    reported("[**Soirée**]", "[****]", &[(23, Kind::LinkEmpty)]);
    // An organiser's page that is the event's too, a fragment that may name the event, a bare host.
    for right in [
        "https://crabs.example.edu/#october",
        "https://crabs.example.edu",
    ] {
        assert_eq!(
            found(&with("https://crabs.example.edu/koeln/1", right)),
            [],
            "{right}"
        );
    }
}

#[test]
fn words_are_shown_as_they_are_written() {
    for (title, kind) in [
        ("Vec<T>", Kind::Tag),
        ("<script>x</script>", Kind::Tag),
        ("a ` b", Kind::Backticks),
        ("`` b", Kind::Backticks),
        ("the _new_ one", Kind::Unescaped),
        ("a *new* one", Kind::Unescaped),
        (r"5 \< 6", Kind::Unescaped),
        (r"half [0, 10)", Kind::Unescaped),
        ("YYYY-MM-DD", Kind::Placeholder),
        ("{{title}}", Kind::Placeholder),
    ] {
        let kinds: BTreeSet<Kind> = found(&with("Soirée", title))
            .iter()
            .map(|found| found.1)
            .collect();
        assert_eq!(kinds, BTreeSet::from([kind]), "{title}");
    }
    for title in [
        r"\_\_init\_\_ \*const &lt;T> &amp;amp; &#96;x",
        "`cargo test`",
        "a < b, 1 * 2, snake_case, C#, [EN] & <3",
        "Emoji 👩‍💻 🏳️‍🌈 and नमस्ते",
    ] {
        assert_eq!(found(&with("Soirée", title)), [], "{title}");
    }
    reported(
        "https://luma.com/ff-call",
        "https://example.com/ff",
        &[(9, Kind::Placeholder)],
    );
}

#[test]
fn characters_that_cannot_be_seen_are() {
    mended("**Soirée**", "**Soirée  **", &[(23, Kind::Spaces)]);
    for space in ["  ", "\t", "\u{a0}", " \u{2009}", "\u{3000}"] {
        mended(
            "September evening",
            &format!("September{space}evening"),
            &[(11, Kind::Spaces)],
        );
    }
    mended("/300000003/)", "/300000003/) \t", &[(23, Kind::Spaces)]);
    mended(
        "\n\n### Europe",
        "\n    \n### Europe",
        &[(12, Kind::Spaces)],
    );
    for mark in [
        '\u{200e}', '\u{feff}', '\u{200b}', '\u{202e}', '\u{7}', '\u{ad}',
    ] {
        mended(
            "**Soirée**",
            &format!("**{mark}Soirée**"),
            &[(23, Kind::Character)],
        );
        mended(
            "**Soirée**",
            &format!("**Soirée{mark}**"),
            &[(23, Kind::Character)],
        );
    }
    // All of a run at once, though only the last stands beside the end of the word.
    mended(
        "**Soirée**",
        &format!("**Soirée{}**", "\u{7}".repeat(100)),
        &[(23, Kind::Character); 100],
    );
    reported("**Soirée**", "**Soi\u{202e}rée**", &[(23, Kind::Character)]);
    assert_eq!(
        found(&with("Soirée", "\u{5e9}\u{5d9}\u{5d7}\u{200f} Rust")),
        []
    );
}
