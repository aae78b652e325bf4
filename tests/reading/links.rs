//! Which of all links is the event's page.

use super::{believed, group};
use rusty_events::facts::event::{Event, Flag};

const THIS: &str = "https://www.meetup.com/crab-berlin/events/313000002/";
const LAST: &str = "https://www.meetup.com/crab-berlin/events/313000001/";

/// An event of that URL and description.
fn event(url: &str, description: &str) -> Event {
    let url = if url.is_empty() {
        String::new()
    } else {
        format!("URL:{url}\n")
    };
    let description = description.replace('\n', "\\n").replace(',', "\\,");
    let (mut believed, problems) = believed(
        &group("Berlin, DE"),
        &format!(
            "BEGIN:VEVENT\nUID:1\nDTSTART:20261210T180000Z\nSUMMARY:Crab night\n{url}DESCRIPTION:{description}\nEND:VEVENT"
        ),
    );
    assert_eq!((believed.events.len(), problems), (1, Vec::new()));
    believed.events.remove(0)
}

/// Its page; of an event without one its organiser's, which the flag says.
fn page(url: &str, description: &str) -> String {
    let event = event(url, description);
    if event.flags.contains(&Flag::NoLink) {
        return "none".to_owned();
    }
    event.link.unwrap().to_string()
}

#[test]
fn a_link_of_the_text_is_the_page_where_it_can_be_one() {
    let map = "https://maps.app.goo.gl/AbC123";
    for (url, description, expected) in [
        ("", format!("How to get there: {map}"), "none"),
        (
            "",
            "We follow https://www.rust-lang.org/policies/code-of-conduct".to_owned(),
            "none",
        ),
        (
            "",
            format!("{map}\nMore: https://crab.example/night"),
            "https://crab.example/night",
        ),
        ("", format!("{map}\nRSVP: {THIS}"), THIS),
        // A map in the field for the page is not the page either.
        (map, String::new(), "none"),
        (map, format!("RSVP: {THIS}"), THIS),
        // Of two pages the one where one signs up; of two that say nothing neither.
        (
            "",
            "https://crab.example/ Register: https://tickets.example/7".to_owned(),
            "https://tickets.example/7",
        ),
        (
            "",
            "https://crab.example/ https://tickets.example/7".to_owned(),
            "none",
        ),
        (
            "https://eur03.safelinks.protection.outlook.com/?url=javascript%3Aalert&data=ferris",
            format!("See {THIS}"),
            THIS,
        ),
        (
            "",
            format!(
                "<a href=\"https://www.google.com/url?q={THIS}&amp;sa=D&amp;source=calendar\">Details</a>"
            ),
            THIS,
        ),
    ] {
        assert_eq!(page(url, &description), expected, "{url} {description}");
    }
}

#[test]
fn of_two_evenings_in_a_text_the_one_to_come_is_taken_or_both_are_shown() {
    let believed = event("", &format!("Notes of last time: {LAST}\nRSVP: {THIS}"));
    assert_eq!(believed.link.unwrap().as_str(), THIS);
    assert!(!believed.flags.contains(&Flag::LinkAssumed));

    let unsure = event("", &format!("{LAST} and {THIS}"));
    assert_eq!(unsure.link.unwrap().as_str(), LAST);
    assert!(unsure.flags.contains(&Flag::LinkAssumed));
    let [choice] = &unsure.choices[..] else {
        panic!("{:?}", unsure.choices)
    };
    assert_eq!((choice.taken.as_str(), choice.other.as_str()), (LAST, THIS));
}

#[test]
fn an_events_page_in_the_text_is_better_than_its_groups_in_the_field() {
    let group = "https://www.meetup.com/crab-berlin";
    let believed = event(group, &format!("RSVP: {THIS}"));
    assert_eq!(believed.link.unwrap().as_str(), THIS);
    let [choice] = &believed.choices[..] else {
        panic!("{:?}", believed.choices)
    };
    assert_eq!(
        (choice.flag, choice.taken.as_str(), choice.other.as_str()),
        (Flag::LinkAssumed, THIS, group)
    );
    // Not another platform's, nor one of several.
    assert_eq!(page(group, "https://luma.com/crab-night"), group);
    assert_eq!(page(group, &format!("{LAST} {THIS}")), group);
}

#[test]
fn a_meetings_password_is_not_printed() {
    let believed = event("https://us02web.zoom.us/j/1?pwd=c2VjcmV0", "");
    assert_eq!(
        believed.link.unwrap().as_str(),
        "https://us02web.zoom.us/j/1"
    );
    let (believed, _) = super::believed(
        &super::group("Berlin, DE"),
        "BEGIN:VEVENT\nUID:1\nDTSTART:20261210T180000Z\nSUMMARY:Crab night\nLOCATION:https://us02web.zoom.us/j/1?pwd=c2VjcmV0\nEND:VEVENT",
    );
    let online = believed.events[0].online_url.as_ref().unwrap();
    assert_eq!(online.as_str(), "https://us02web.zoom.us/j/1");
}
