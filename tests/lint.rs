//! The house style: each kind of fault is found where it stands, and what is mended stays mended.

mod corpus;
mod explained;
mod git;
mod labels;
mod links;
mod mixed;
mod places;
mod program;
mod rows;
mod since;
mod usual;

use crate::markdown::{style, topic};
use chrono::{NaiveDate, Weekday};
use rusty_events::believe::curate::Published;
use rusty_events::facts::place::Country;
use rusty_events::facts::topic::Topic;
use rusty_events::section::lint::{Kind, Report, Rules, Severity, lint};
use rusty_events::section::select::Style;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A section in which nothing is wrong.
const CLEAN: &str = "\
## Upcoming Events

Rusty Events between 2026-08-26 - 2026-09-23 🦀

### Virtual
* 2026-08-27 | Virtual (Berlin, DE) | [Crab Circle](https://www.meetup.com/crab-circle)
    * [**Hack and Learn**](https://www.meetup.com/crab-circle/events/300000001/) | [**Mirror: Stream**](https://crabs.example.edu/live)
* 2026-09-02 | Virtual | [Ferris Friends](https://luma.com/ferris-friends)
    * [**Open call [EN] & more**](https://luma.com/ff-call)
* 2026-09-10 | Hybrid (Seattle, WA, US) | [Sound Crabs](https://www.meetup.com/sound-crabs)
    * [**September evening**](https://www.meetup.com/sound-crabs/events/300000002/)

### Europe
* 2026-08-26 | Köln, DE | [Crab Cologne](https://crabs.example.edu/)
    * [**Rust <3 Kölsch**](https://crabs.example.edu/koeln/1)
* 2026-09-08 - 2026-09-11 | London, UK | [Crab Conf](https://crabs.example.edu/conf/) | [Sound Crabs](https://www.meetup.com/sound-crabs)
    * [**Crab Conf 2026**](https://crabs.example.edu/conf/)

### North America
* 2026-09-10 | Hybrid (Seattle, WA, US) | [Sound Crabs](https://www.meetup.com/sound-crabs)
    * [**September evening**](https://www.meetup.com/sound-crabs/events/300000002/)
* 2026-09-15 | Montréal, QC, CA | [Crabes](https://www.meetup.com/crabes)
    * [**Soirée**](https://www.meetup.com/crabes/events/300000003/)
";

fn house() -> Style {
    Style {
        states: ["US", "CA"]
            .iter()
            .map(|code| Country::parse(code).unwrap())
            .collect(),
        ..style()
    }
}

static TOPIC: LazyLock<Topic> = LazyLock::new(topic);

/// What a section is compared with where nothing else is known.
pub(crate) fn rules(style: &Style) -> Rules<'_> {
    Rules {
        style,
        topic: &TOPIC,
        rhythm: Weekday::Wed.into(),
        days: 28,
        issue: None,
        published: &[],
        habits: &[],
    }
}

fn checked(text: &str, issue: Option<NaiveDate>, published: &[&Published]) -> Option<Report> {
    let style = house();
    let rules = Rules {
        issue,
        published,
        ..rules(&style)
    };
    lint(text, &rules)
}

fn report(text: &str) -> Report {
    checked(text, None, &[]).unwrap()
}

/// What is found, without the words: line and kind.
fn found(text: &str) -> Vec<(usize, Kind)> {
    report(text)
        .findings
        .iter()
        .map(|finding| (finding.line, finding.kind))
        .collect()
}

/// The clean section with one text in the place of another, which it holds.
fn with(old: &str, new: &str) -> String {
    assert!(CLEAN.contains(old), "{old:?}");
    CLEAN.replacen(old, new, 1)
}

/// Checks that the change makes just this fault, and that mending restores the clean section.
fn mended(old: &str, new: &str, expected: &[(usize, Kind)]) {
    let text = with(old, new);
    let report = report(&text);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.line, finding.kind))
        .collect();
    assert_eq!(found, expected, "{new:?}: {:#?}", report.findings);
    assert!(
        report.findings.iter().all(|finding| finding.mend.is_some()),
        "{new:?}: {:#?}",
        report.findings
    );
    assert_eq!(report.mended, CLEAN, "{new:?}");
}

/// Checks that the change makes just this fault, which a human must settle: nothing is mended.
fn reported(old: &str, new: &str, expected: &[(usize, Kind)]) {
    let text = with(old, new);
    let report = report(&text);
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.line, finding.kind))
        .collect();
    assert_eq!(found, expected, "{new:?}: {:#?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.mend.is_none()));
    assert_eq!(report.mended, text, "{new:?}");
}

#[test]
fn a_clean_section_is_clean() {
    let report = report(CLEAN);
    assert_eq!(report.findings, []);
    assert_eq!(report.mended, CLEAN);
    let draft = format!(
        "Title: A newsletter\nDate: 2026-08-26\n\n## News\n* odd `\n\n{CLEAN}\nIf you are running a Rust event please add it.\n\n## Jobs\n"
    );
    let report = checked(&draft, None, &[]).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.mended, draft);
}

#[test]
fn what_this_program_prints_is_clean() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut sections = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What stands in another newsletter's words is linted in those (tests/newsletter.rs).
        let is_ours = !path.ends_with("sample-pt-2026-03-30.md");
        if is_ours && path.extension().is_some_and(|extension| extension == "md") {
            sections += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(report(&text).findings, [], "{}", path.display());
        }
    }
    assert!(sections > 0);
}

#[test]
fn a_text_without_a_section_has_no_report() {
    for text in ["", "## News\n* [a](b)\n", "Upcoming Events\n"] {
        assert!(checked(text, None, &[]).is_none(), "{text:?}");
    }
    // The section alone, without its own heading.
    let report = report(CLEAN.split_once("🦀\n\n").unwrap().1);
    let kinds: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::SectionHeading, Kind::WindowMissing]);
}

#[test]
fn columns_are_counted_in_characters() {
    let text = with(
        "Soirée**](https://www.meetup",
        "Soirée 🦀**](http://www.meetup",
    );
    let column = report(&text).findings[0].column;
    assert_eq!(column, "    * [**Soirée 🦀**](".chars().count() + 1);
    let text = with("Köln, DE |", "Köln, Germany |");
    assert_eq!(
        report(&text).findings[0].column,
        "* 2026-08-26 | ".len() + 1
    );
}

#[test]
fn kinds_have_names_of_their_own() {
    let names: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), Kind::ALL.len());
    for name in names {
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{name}"
        );
    }
    assert_eq!(Kind::Order.severity(), Severity::Error);
    assert_eq!(Kind::LinkMeetup.severity(), Severity::Warning);
}

#[test]
fn rows_outside_the_window_are_reported_and_past_ones_go() {
    let past = "* 2026-08-20 | Bern, CH | [Crabs](https://crabs.example.edu/)\n    * [**Over**](https://crabs.example.edu/1)\n";
    mended(
        "### Europe\n",
        &format!("### Europe\n{past}"),
        &[(14, Kind::Past)],
    );
    // It still runs on the first day.
    let running = past.replace("08-20 ", "08-20 - 2026-08-26 ");
    assert_eq!(
        found(&with("### Europe\n", &format!("### Europe\n{running}"))),
        []
    );
    let beyond = "* 2026-09-24 | Bern, CH | [Crabs](https://crabs.example.edu/)\n    * [**Later**](https://crabs.example.edu/1)\n";
    reported(
        "\n### North",
        &format!("{beyond}\n### North"),
        &[(18, Kind::Beyond)],
    );
    // A slip of the pen in the year is no past event.
    reported(
        "* 2026-08-26 | Köln",
        "* 2025-08-26 | Köln",
        &[(14, Kind::DateYear)],
    );
}

#[test]
fn the_window_is_the_issues() {
    let line = "Rusty Events between 2026-08-26 - 2026-09-23 🦀";
    let draft = |line: &str| {
        format!(
            "Date: 2026-08-26\n\n{}",
            with("Rusty Events between 2026-08-26 - 2026-09-23 🦀", line)
        )
    };
    let kinds = |text: &str| -> Vec<Kind> {
        report(text)
            .findings
            .iter()
            .map(|finding| finding.kind)
            .collect()
    };
    assert_eq!(kinds(&draft(line)), []);
    let right = draft(line);
    for wrong in [
        "Rusty Events between 2026-08-26 - 2026-09-22 🦀",
        "Rusty Events between 8/26/2026 - 9/23/2026 🦀",
        "Rusty Events between {{DATE}} - {{DATE}} 🦀",
    ] {
        let text = draft(wrong);
        assert!(kinds(&text).contains(&Kind::WindowWrong), "{wrong}");
        assert_eq!(report(&text).mended, right, "{wrong}");
    }
    let text = draft("").replace("\n\n\n\n", "\n\n");
    assert_eq!(kinds(&text), [Kind::WindowMissing]);
    assert_eq!(report(&text).mended, right);
    // Two witnesses that disagree: neither is believed, and no row goes.
    let text = draft("Rusty Events between 2026-09-02 - 2026-09-30 🦀");
    assert_eq!(kinds(&text), [Kind::WindowWrong]);
    assert_eq!(report(&text).mended, text);
    // Alone, it must at least begin on the weekday of issues and have the right length.
    let with_line = |new: &str| kinds(&with(line, new));
    assert_eq!(
        with_line("Rusty Events between 2026-08-25 - 2026-09-22 🦀"),
        [Kind::WindowWrong]
    );
    assert_eq!(
        with_line("Rusty Events between 2026-08-26 - 2026-09-30 🦀"),
        [Kind::WindowWrong]
    );
    assert_eq!(
        with_line("Rusty events between 2026-08-26 and 2026-09-23"),
        [Kind::WindowWording]
    );
    // The file's name is a witness too.
    let named = checked(CLEAN, "2026-08-19".parse().ok(), &[]).unwrap();
    assert_eq!(named.findings[0].kind, Kind::WindowWrong);
}

#[test]
fn headings_are_of_the_house_and_in_order() {
    mended(
        "### Europe\n",
        "### Europe:\n",
        &[(13, Kind::HeadingSpelling)],
    );
    mended(
        "### Europe\n",
        "#### europe\n",
        &[(13, Kind::HeadingSpelling)],
    );
    mended(
        "### Europe\n",
        "## Europe\n",
        &[(13, Kind::HeadingSpelling)],
    );
    mended(
        "## Upcoming Events\n",
        "### upcoming events\n",
        &[(1, Kind::SectionHeading)],
    );
    mended(
        "\n### Europe\n",
        "\n### Asia\n\n### Europe\n",
        &[(13, Kind::HeadingEmpty)],
    );
    reported(
        "### Europe\n",
        "### The Old World\n",
        &[(13, Kind::HeadingUnknown)],
    );
    // One that stands twice is put together again, and its rows sorted.
    let (head, tail) = CLEAN.split_once("* 2026-09-08 - ").unwrap();
    let twice = format!("{head}\n### Europe\n* 2026-09-08 - {tail}");
    assert_eq!(found(&twice), [(17, Kind::HeadingDuplicate)]);
    assert_eq!(report(&twice).mended, CLEAN);
    let (before, rest) = CLEAN.split_once("### Europe").unwrap();
    let (europe, america) = rest.split_once("### North").unwrap();
    let swapped = format!(
        "{before}### North{america}\n### Europe{}",
        europe.trim_end()
    ) + "\n";
    assert_eq!(
        found(&swapped)
            .iter()
            .map(|found| found.1)
            .collect::<Vec<_>>(),
        [Kind::HeadingOrder]
    );
    assert_eq!(report(&swapped).mended, CLEAN);
}

#[test]
fn blank_lines_stand_before_headings_only() {
    mended("### Europe\n", "### Europe\n\n", &[(15, Kind::BlankLines)]);
    mended("\n### Europe\n", "### Europe\n", &[(12, Kind::BlankLines)]);
    mended(
        "\n### Europe\n",
        "\n\n### Europe\n",
        &[(14, Kind::BlankLines)],
    );
    mended("* 2026-09-02", "\n* 2026-09-02", &[(9, Kind::BlankLines)]);
    mended("🦀\n\n", "🦀\n", &[(4, Kind::BlankLines)]);
    assert_eq!(report(CLEAN.trim_end()).mended, CLEAN);
    assert_eq!(report(&format!("{CLEAN}\n\n")).mended, CLEAN);
}

#[test]
fn rows_stand_in_order_under_their_own_headings() {
    let (head, tail) = CLEAN.split_once("* 2026-08-26 | Köln").unwrap();
    let (koeln, tail) = tail.split_once("* 2026-09-08").unwrap();
    let (london, tail) = tail.split_once("\n### North").unwrap();
    let unsorted = format!("{head}* 2026-09-08{london}* 2026-08-26 | Köln{koeln}\n### North{tail}");
    assert_eq!(found(&unsorted), [(14, Kind::Order)]);
    assert_eq!(report(&unsorted).mended, CLEAN);
    // By the whole text of the column, case and accents apart.
    let row = "* 2026-08-26 | Bern, CH | [Crabs](https://crabs.example.edu/)\n    * [**X**](https://crabs.example.edu/1)\n";
    let after = with("* 2026-09-08 - ", &format!("{row}* 2026-09-08 - "));
    assert_eq!(found(&after), [(14, Kind::Order)]);

    reported("London, UK", "Osaka, JP", &[(16, Kind::WrongHeading)]);
    reported(
        "Virtual (Berlin, DE)",
        "Berlin, DE",
        &[(6, Kind::WrongHeading)],
    );
    reported(
        "| Köln, DE",
        "| Virtual (Köln, DE)",
        &[(14, Kind::WrongHeading)],
    );
    reported(
        "### Virtual\n",
        "* 2026-08-26 | Virtual | [Crabs](https://crabs.example.edu/)\n    * [**Early**](https://crabs.example.edu/9)\n\n### Virtual\n",
        &[(5, Kind::HeadingMissing)],
    );
}

#[test]
fn a_hybrid_event_stands_twice_and_says_the_same() {
    let hybrid = "* 2026-09-10 | Hybrid (Seattle, WA, US) | [Sound Crabs](https://www.meetup.com/sound-crabs)\n    * [**September evening**](https://www.meetup.com/sound-crabs/events/300000002/)\n";
    reported(hybrid, "", &[(18, Kind::HybridOnce)]);
    let (head, tail) = CLEAN.rsplit_once(hybrid).unwrap();
    assert_eq!(found(&format!("{head}{tail}")), [(10, Kind::HybridOnce)]);
    reported(
        "**September evening**",
        "**An evening**",
        &[(20, Kind::HybridUnequal)],
    );
    // Printed once as online and once as in person.
    reported(
        "Hybrid (Seattle",
        "Virtual (Seattle",
        &[(20, Kind::HybridUnequal)],
    );
}

#[test]
fn one_event_stands_once_under_a_heading() {
    let row = "* 2026-09-15 | Montréal, QC, CA | [Crabes](https://www.meetup.com/crabes)\n    * [**Soirée**](https://www.meetup.com/crabes/events/300000003/)\n";
    mended(row, &format!("{row}{row}"), &[(24, Kind::Duplicate)]);
    let copy = |old: &str, new: &str| {
        let copy = row.replacen(old, new, 1);
        assert_ne!(copy, row);
        let text = with(row, &format!("{row}{copy}"));
        let report = report(&text);
        assert_eq!(report.mended, text);
        report
            .findings
            .iter()
            .map(|finding| finding.kind)
            .collect::<Vec<_>>()
    };
    // The same page in other words; the same words with another page; the series' page.
    assert_eq!(copy("**Soirée**", "**Soirée Rust**"), [Kind::Duplicate]);
    assert_eq!(
        copy("events/300000003", "events/300000004"),
        [Kind::Duplicate]
    );
    let series = row
        .replace("300000003", "xvkdgtyhcgbfc")
        .replace("Soirée", "Soiree mensuelle");
    assert_eq!(
        found(&with(row, &format!("{row}{series}"))),
        [(24, Kind::Duplicate)]
    );
    // The old day beside the new one, or the wrong link.
    assert_eq!(copy("2026-09-15", "2026-09-17"), [Kind::SameLink]);
    // Several days of it and the first of them are one.
    assert_eq!(
        copy("2026-09-15", "2026-09-15 - 2026-09-16"),
        [Kind::Duplicate]
    );
    // Two events of one group on a day are two, and one page for all days is none's alone.
    let two = row
        .replace("300000003", "300000004")
        .replace("Soirée", "Matinée");
    assert_eq!(found(&with(row, &format!("{two}{row}"))), []);
    let series = |day: &str| {
        format!(
            "* 2026-09-{day} | Montréal, QC, CA | [Crabes](https://www.eventbrite.com/e/crabes-tickets-628763176587)\n    * [**Crabes {day}**](https://www.eventbrite.com/e/crabes-tickets-628763176587)\n"
        )
    };
    assert_eq!(
        found(&with(
            row,
            &format!("{row}{}{}", series("16"), series("17"))
        )),
        []
    );
    // In two regions.
    let elsewhere = row.replace("Montréal, QC, CA", "Montreux, CH");
    let text = with(
        "\n### North America\n",
        &format!("{elsewhere}\n### North America\n"),
    );
    assert_eq!(found(&text), [(24, Kind::Duplicate)]);
}

#[test]
fn line_ends_of_windows_are_one_finding() {
    let windows = CLEAN.replace('\n', "\r\n");
    assert_eq!(found(&windows), [(1, Kind::LineEnds)]);
    assert_eq!(report(&windows).mended, CLEAN);
    // A draft that ends all its lines so may keep them: one finding, and no mend.
    let draft = format!("## News\n\n{CLEAN}\n## Jobs\n").replace('\n', "\r\n");
    let kept = report(&draft);
    assert_eq!(kept.findings.len(), 1);
    assert_eq!(kept.mended, draft);
    let wrong = draft.replace("London, UK", "London, GB");
    assert_eq!(report(&wrong).mended, draft);
}

#[test]
fn a_merge_that_was_not_finished_is_reported() {
    let text = with(
        "### Europe\n",
        "### Europe\n<<<<<<< HEAD\n=======\n>>>>>>> other\n",
    );
    let found = found(&text);
    assert_eq!(found, [14, 15, 16].map(|line| (line, Kind::ConflictMarker)));
    assert_eq!(report(&text).mended, text);
    // In the rest of a draft too. An underline is none, above a merge and behind it.
    let draft = format!("Title\n=======\n<<<<<<< HEAD\n>>>>>>> other\nTitle\n=======\n\n{CLEAN}");
    assert_eq!(found_in(&draft), [3, 4]);
}

fn found_in(text: &str) -> Vec<usize> {
    report(text)
        .findings
        .iter()
        .map(|finding| finding.line)
        .collect()
}

#[test]
fn a_second_section_is_reported_and_the_first_one_checked() {
    let draft = |second: &str| {
        format!(
            "{CLEAN}\nIf you are running a Rust event please add it.\n\n## Jobs\n\n{second}\n\n### Asia\n\n## Quote\n"
        )
    };
    for second in [
        "## Upcoming Events",
        "# upcoming events:",
        "##Upcoming Events",
        "### Upcoming Events",
    ] {
        let text = draft(second);
        let again = report(&text);
        let found: Vec<_> = again
            .findings
            .iter()
            .map(|finding| (finding.line, finding.kind))
            .collect();
        assert_eq!(found, [(29, Kind::SectionAgain)], "{second}");
        assert!(
            again.findings[0].text.contains("line 1 "),
            "{}",
            again.findings[0].text
        );
        assert_eq!(again.mended, text, "{second}");
    }
    let wrong = draft("## Upcoming Events").replace("London, UK", "London, GB");
    let kinds: Vec<Kind> = report(&wrong)
        .findings
        .iter()
        .map(|finding| finding.kind)
        .collect();
    assert_eq!(kinds, [Kind::CountrySpelling, Kind::SectionAgain]);
    // In a comment or in code it is none, and other words are none.
    for none in [
        "<!-- ## Upcoming Events -->",
        "```\n## Upcoming Events\n```",
        "## Upcoming Events in Asia",
    ] {
        assert_eq!(found(&draft(none)), [], "{none}");
    }
}

/// What a text becomes that is read in another encoding than it was written in.
fn misread(text: &str, encoding: &'static encoding_rs::Encoding) -> String {
    encoding
        .decode_without_bom_handling(text.as_bytes())
        .0
        .into_owned()
}

#[test]
fn a_wrong_encoding_is_reported_once_and_undone() {
    let draft = format!("## News\n* Nürnberg’s “crabs” — été ✅ 日本語 Łódź\n\n{CLEAN}");
    for (encoding, name) in [
        (encoding_rs::MACINTOSH, "Mac Roman"),
        (encoding_rs::WINDOWS_1252, "Windows-1252"),
    ] {
        let damaged = misread(&draft, encoding);
        let once = report(&damaged);
        assert_eq!(once.findings.len(), 1, "{:#?}", once.findings);
        let finding = &once.findings[0];
        assert_eq!((finding.line, finding.kind), (2, Kind::Mojibake));
        assert!(finding.text.contains(name), "{}", finding.text);
        assert_eq!(once.mended, draft);
        // Twice the wrong way, and one row only.
        assert_eq!(report(&misread(&damaged, encoding)).mended, draft);
        let row = draft.replace("Köln, DE", &misread("Köln, DE", encoding));
        assert_eq!(report(&row).mended, draft);
    }
}

#[test]
fn letters_beside_signs_are_no_wrong_encoding() {
    for title in [
        "l’été…» et “Évènement” — “É”",
        "«Ère» – Ñandú, ¿Año?",
        "été\u{a0}: à\u{a0}école",
        "Ünïcödé ‚Äpfel‘ „Öl“ Ångström…",
        "√2 ≈ 1,41 und ∂x",
        "Łódź, Ďáblice, Šumava",
    ] {
        let kinds: Vec<Kind> = found(&with("Soirée", title))
            .iter()
            .map(|found| found.1)
            .collect();
        assert!(!kinds.contains(&Kind::Mojibake), "{title}");
    }
}
