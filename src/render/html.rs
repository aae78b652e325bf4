//! A section → HTML: the same rows as the Markdown, and the same look.
//!
//! Plain HTML without a stylesheet, to paste it somewhere or to read it in a feed reader. Text is
//! escaped where it is written down; addresses are [`Link`]s, which are `https` whatever a source wrote.

use crate::facts::link::Link;
use crate::section::print::window_line;
use crate::section::select::{Row, Section, Style};
use maud::{DOCTYPE, Markup, html};

/// The whole section as a small document.
pub fn document(section: &Section, style: &Style) -> String {
    let title = style.heading.trim_start_matches('#').trim();
    let page = html! {
        (DOCTYPE)
        html lang=(style.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
            }
            body {
                h1 { (title) }
                (parts(section, style, |name| html! { h2 { (name) } }))
            }
        }
    };
    page.into_string() + "\n"
}

/// The section alone: an `h2`, the line that tells the days, and an `h3` and a list for each heading.
pub fn fragment(section: &Section, style: &Style) -> Markup {
    html! {
        h2 { (style.heading.trim_start_matches('#').trim()) }
        (parts(section, style, |name| html! { h3 { (name) } }))
    }
}

/// The line with the days, and each heading with its rows. A whole document has no title above its own, so its
/// headings are a level higher than in a page.
fn parts(section: &Section, style: &Style, titled: fn(&str) -> Markup) -> Markup {
    html! {
        p { (window_line(section.window, style)) }
        @for (heading, rows) in &section.headings {
            (titled(style.name(*heading)))
            (self::rows(rows, style))
        }
    }
}

/// Rows as a list.
pub fn rows(rows: &[Row], style: &Style) -> Markup {
    html! { ul { @for row in rows { (self::row(row, style)) } } }
}

/// One row as an item of a list: when, where and who, and below it what.
fn row(row: &Row, style: &Style) -> Markup {
    let fallback = row.links.first().map(|(_, url)| url);
    html! {
        li {
            (style.dates.span(row.date, row.end_date))
            " | " (row.location)
            @for (number, (name, url)) in row.organisers.iter().enumerate() {
                @if number == 0 { " | " } @else { (style.organiser_separator) }
                @match url.as_ref().or(fallback) {
                    Some(url) => (link(url, &html! { (name) })),
                    None => (name),
                }
            }
            ul {
                li {
                    @for (number, (title, url)) in row.links.iter().enumerate() {
                        @if number > 0 { " | " }
                        (link(url, &html! { b { (title) } }))
                    }
                }
            }
        }
    }
}

fn link(url: &Link, words: &Markup) -> Markup {
    html! { a href=(url.as_str()) { (words) } }
}
