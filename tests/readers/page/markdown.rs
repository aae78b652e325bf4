//! Markdown: the head of a text, and links that add to a calendar.

use super::{
    End, Purpose, Reading, Unreadable, Way, day, floating, form, only, page, read_page, titles,
};
use rusty_events::facts::source::Platform;

fn read(text: &str) -> Result<Reading, Unreadable> {
    let url = "https://forge.example/club/raw/events/42.md";
    read_page(Platform::Page, &page(url, Purpose::List, Way::Page, text))
}

#[test]
fn a_head_with_a_date_and_more_is_an_event() {
    let reading = read(
        "---\ndate: 2026.09.23\ntime: \"18:00\"\ntitle: \"In person: Rust\"\nonline: false\nregister: https://www.meetup.com/rust-x/events/312989544/\nschedule:\n  - mingling\n---\n\nText\n",
    )
    .unwrap();
    let found = only(&reading);
    assert_eq!(
        (found.title.as_str(), found.start),
        ("In person: Rust", floating("2026-09-23T18:00:00"))
    );
    assert!(
        found.link.as_deref().unwrap().contains("312989544"),
        "{:?}",
        found.link
    );
    assert_eq!(form(&reading), "front matter");
}

#[test]
fn a_head_may_list_its_days_or_be_toml() {
    let reading = read(
        "---\ntitle: 'Unconference'\nvenue: \n    name: 'The Hall'\ndates: ['2026-09-16', '2026-09-17']\nstartTime: \"09:00\"\n---\n",
    )
    .unwrap();
    assert_eq!(only(&reading).start, floating("2026-09-16T09:00:00"));
    assert_eq!(
        only(&reading).end,
        Some(End::At(floating("2026-09-18T00:00:00")))
    );
    assert_eq!(
        only(&reading).locations[0].venue.as_deref(),
        Some("The Hall")
    );
    let toml =
        read("+++\ntitle = \"Day\"\n[extra]\nx = 1\n[event]\nstart = 2026-09-16\n+++\n").unwrap();
    assert_eq!(
        (titles(&toml), only(&toml).start),
        (vec!["Day"], day("2026-09-16"))
    );
}

#[test]
fn the_date_of_a_post_in_its_head_is_no_event() {
    let post = read(
        "---\ntitle: What we did\ndate: 2026-02-03\nlayout: post\ntags: [rust]\n---\nText without more.\n",
    );
    assert!(post.is_err(), "{post:?}");
}

#[test]
fn a_text_is_read_like_the_page_that_is_made_of_it() {
    let reading = read(
        "# Wann\n- 07.09.2026 - [Rust #17](./17.md) — [Google](https://www.google.com/calendar/render?action=TEMPLATE&text=Rust%20%2317&dates=20260907T160000Z/20260907T180000Z)\n",
    )
    .unwrap();
    assert_eq!(
        only(&reading).link.as_deref(),
        Some("https://forge.example/club/raw/events/17.md")
    );
    assert!(form(&reading).starts_with("Markdown"), "{}", form(&reading));
}
