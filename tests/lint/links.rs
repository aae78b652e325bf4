//! Broken links: what is certain is mended, what is not is reported, and no sound link is taken for a broken one.

use super::{found, mended, report, reported, with};
use rusty_events::section::grammar::{repairs, with_scheme};
use rusty_events::section::lint::Kind;

const CALL: &str = "[**Open call [EN] & more**](https://luma.com/ff-call)";
const SOIREE: &str = "[**Soirée**](https://www.meetup.com/crabes/events/300000003/)";
const FRIENDS: &str = "[Ferris Friends](https://luma.com/ferris-friends)";

/// A link that is written in another way, which is mended to the right one.
fn broken(right: &str, wrong: &str, line: usize) {
    mended(right, wrong, &[(line, Kind::LinkBroken)]);
}

#[test]
fn brackets_that_make_no_link_are_mended() {
    let page = "https://www.meetup.com/crabes/events/300000003/";
    for wrong in [
        "(**Soirée**)(PAGE)",
        "[**Soirée**] (PAGE)",
        "[**Soirée**](PAGE",
        "[**Soirée**](<PAGE",
        "[**Soirée**](<PAGE>)",
        "[**Soirée**][PAGE]",
        "[**Soirée**]((PAGE)",
        "[**Soirée**]((PAGE))",
        "[**Soirée**](PAGE))",
        "[**Soirée**](PAGE)]",
        "[**Soirée**]PAGE)",
        "[**Soirée**]: PAGE",
        "[**Soirée**]:(PAGE)",
        "[**Soirée**]<PAGE>",
        "[**Soirée**]{PAGE}",
        "{**Soirée**}(PAGE)",
        "［**Soirée**］（PAGE）",
        "[**Soirée**(PAGE)",
        "**Soirée**](PAGE)",
        "**Soirée** (PAGE)",
        "**Soirée**(PAGE)",
        "**[Soirée](PAGE)**",
        "**[Soirée**](PAGE)",
        "[**Soirée](PAGE)**",
        "![**Soirée**](PAGE)",
        "\\[**Soirée**\\](PAGE)",
        "\\[**Soirée**\\]\\(PAGE\\)",
        "(PAGE)[**Soirée**]",
        "[[**Soirée**](PAGE)](PAGE)",
        "[**Soirée**](PAGE)(PAGE)",
        "[**Soirée**](PAGEPAGE)",
        "[**Soirée**](PAGE \"Soirée\")",
        "[**Soirée**](PAGE 'Soirée')",
        "[**Soirée**]( <PAGE> )",
    ] {
        broken(SOIREE, &wrong.replace("PAGE", page), 23);
    }
    broken(
        CALL,
        "[**Open call [EN] & more**] (https://luma.com/ff-call)",
        9,
    );
    broken(
        CALL,
        "(**Open call [EN] & more**)(https://luma.com/ff-call)",
        9,
    );
}

#[test]
fn an_organisers_broken_link_is_mended_too() {
    for wrong in [
        "(Ferris Friends)(https://luma.com/ferris-friends)",
        "Ferris Friends (https://luma.com/ferris-friends)",
        "Ferris Friends](https://luma.com/ferris-friends)",
        "[Ferris Friends](https://luma.com/ferris-friends",
        "[Ferris Friends] https://luma.com/ferris-friends",
        "[Ferris Friends](<https://luma.com/ferris-friends>)",
    ] {
        broken(FRIENDS, wrong, 8);
    }
    // One of two links on a line.
    let right =
        "[**Hack and Learn**](https://www.meetup.com/crab-circle/events/300000001/) | [**Mirror";
    let wrong =
        "[**Hack and Learn**](https://www.meetup.com/crab-circle/events/300000001/ | [**Mirror";
    broken(right, wrong, 7);
}

#[test]
fn a_missing_or_mistyped_scheme_is_mended() {
    let page = "https://luma.com/ff-call";
    for wrong in [
        "luma.com/ff-call",
        "www.luma.com/ff-call",
        "//luma.com/ff-call",
        "hhttps://luma.com/ff-call",
        "ttps://luma.com/ff-call",
        "htps://luma.com/ff-call",
        "htttps://luma.com/ff-call",
        "https//luma.com/ff-call",
        "https:luma.com/ff-call",
        "https:/luma.com/ff-call",
        "https:///luma.com/ff-call",
        "https;//luma.com/ff-call",
        "https:\\\\luma.com/ff-call",
        "https://https://luma.com/ff-call",
        "http://https://luma.com/ff-call",
        "https://http//luma.com/ff-call",
    ] {
        let text = with(page, wrong);
        let report = report(&text);
        let kinds: Vec<Kind> = report.findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(
            kinds[0],
            Kind::LinkScheme,
            "{wrong}: {:#?}",
            report.findings
        );
        let right = report.mended.replace("www.luma.com", "luma.com");
        assert_eq!(right, super::CLEAN, "{wrong}");
    }
    for other in [
        "javascript:alert(1)",
        "mailto:crab@luma.com",
        "ftp://luma.com/ff-call",
        "httpbin",
        "Node.js",
        "https://",
        "tel:123",
        "stop/here.html",
    ] {
        assert_eq!(with_scheme(other), None, "{other}");
    }
    for right in [
        page,
        "http://luma.com/x",
        "https://http.cat/200",
        "https://a.example/?u=https://b.example/",
    ] {
        assert_eq!(with_scheme(right), None, "{right}");
    }
    assert_eq!(
        with_scheme("http.cat/200").as_deref(),
        Some("https://http.cat/200")
    );
}

#[test]
fn what_leaves_a_doubt_is_reported() {
    let says = |wrong: &str| reported(CALL, wrong, &[(9, Kind::LinkBroken)]);
    // Two addresses for one text, a text without an address, an address without a text, words beside a link.
    says("[**Open call**](https://luma.com/ff-call)(https://luma.com/other)");
    says("[**Open call**]");
    says("https://luma.com/ff-call");
    says("[**Open call** and [**more**](https://luma.com/ff-call)");
    says("See [**Open call**](https://luma.com/ff-call)");
    says("[**Open call**](https://luma.com/ff-call) (online at https://luma.com/other)");
    reported(CALL, "[**Open call**]()", &[(9, Kind::LinkEmpty)]);
}

#[test]
fn sound_links_are_not_repaired() {
    for sound in [
        CALL,
        SOIREE,
        FRIENDS,
        "[**a (b) c**](https://a.example/(b)c)",
        "[**a \\[b\\]**](https://a.example/) | [**c**](https://c.example/)",
        "[a](https://a.example/) + [b](https://b.example/) and [c](https://c.example/)",
        "[a](www.a.example/x)",
        "[a]( https://a.example/ )",
        "Ferris Friends",
        "Ferris (and) Friends",
        "",
    ] {
        assert_eq!(repairs(sound), [], "{sound}");
    }
}

#[test]
fn titles_are_bold_as_a_whole() {
    let part = |wrong: &str| mended("**Soirée**", wrong, &[(23, Kind::BoldPart)]);
    for wrong in [
        "**Soi**rée",
        "Soi**rée**",
        "**Soirée",
        "Soirée**",
        "**Soi****rée**",
        "**S**oi**rée**",
    ] {
        part(wrong);
    }
    let none = |wrong: &str| mended("**Soirée**", wrong, &[(23, Kind::Bold)]);
    for wrong in ["Soirée", "__Soirée__", "*Soirée*", "_Soirée_"] {
        none(wrong);
    }
    mended("[Crabes]", "[__Crabes__]", &[(22, Kind::Bold)]);
    for right in [
        "**2 ** 10**",
        "**`a**b`**",
        "**\\*\\*kwargs**",
        "**C\\*\\***",
    ] {
        let kinds: Vec<Kind> = found(&with("**Soirée**", right))
            .iter()
            .map(|found| found.1)
            .collect();
        assert!(!kinds.contains(&Kind::BoldPart), "{right}: {kinds:?}");
    }
}

#[test]
fn a_title_that_says_that_its_event_is_off_is_an_error() {
    for off in [
        "CANCELLED: Soirée",
        "Cancelled",
        "[CANCELED] Soirée",
        "Soirée (cancelled)",
        "Soirée – abgesagt",
        "ANNULÉ : Soirée",
        "【中止】もくもく会",
        "POSTPONED: Soirée",
        "Отменено: встреча",
    ] {
        let title = off.replace('[', "\\[").replace(']', "\\]");
        let text = with("**Soirée**", &format!("**{title}**"));
        assert_eq!(found(&text), [(23, Kind::TitleCancelled)], "{off}");
        // The row stays: only an editor can say that the title is right.
        assert_eq!(report(&text).mended, text, "{off}");
    }
    for on in [
        "How cancelled futures leak",
        "Cancelling tasks in Tokio",
        "Not cancelled: the Soirée",
        "Cancellation safety",
        "Soirée, moved to room 3",
    ] {
        assert_eq!(found(&with("Soirée", on)), [], "{on}");
    }
}
