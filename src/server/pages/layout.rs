//! What all pages have around them: head, navigation, footer.

use super::say::in_language;
use super::{SCRIPT, STYLE, Say, Site, fingerprint};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page's place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Upcoming,
    Follow,
    Section,
    Discover,
    Calls,
    Why,
    Check,
    Sources,
    Groups,
    /// None of those in the navigation.
    Other,
}

/// What visitors look for, each with the key of its words.
const VISITORS: &[(Part, &str, &str)] = &[
    (Part::Groups, "/groups", "menu.groups"),
    (Part::Follow, "/follow", "menu.follow"),
    (Part::Calls, "/cfp", "menu.calls"),
    (Part::Check, "/check", "menu.check"),
];

/// What editors of the newsletter work with, in English. An export has no answers to questions.
const EDITORS: &[(Part, &str, &str)] = &[
    (Part::Section, "/section", "Section"),
    (Part::Discover, "/discover", "Groups to add"),
    (Part::Sources, "/sources", "Sources"),
    (Part::Why, "/why", "Why?"),
];

/// Whether it needs a server that answers, so that an export cannot have it.
fn is_question(part: Part) -> bool {
    matches!(
        part,
        Part::Why | Part::Check | Part::Follow | Part::Discover
    )
}

/// A menu in a language, without what this site cannot answer. Words that are no key stand as they are.
fn menu(site: &Site<'_>, part: Part, say: Say<'_>, entries: &[(Part, &str, &str)]) -> Markup {
    html! {
        ul {
            @for (own, path, words) in entries.iter().filter(|(own, ..)| site.answers || !is_question(*own)) {
                li { a href=(say.to(path)) aria-current=[(*own == part).then_some("page")] { (say.text(words)) } }
            }
        }
    }
}

/// The page in each language; their names are words of those languages.
fn switch(site: &Site<'_>) -> Markup {
    let languages = site.languages.all().iter();
    html! {
        @if let Some(here) = site.here {
            nav.languages aria-label=(site.say.text("page.languages")) {
                ul {
                    @for language in languages {
                        @let tag = language.tag();
                        @let is_current = tag == site.say.language.tag();
                        li {
                            a href=(in_language(here, language)) lang=(tag) hreflang=(tag) aria-current=[is_current.then_some("true")] {
                                (language.name())
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A calendar sheet; drawn in one colour that shows on light and on dark.
const ICON: &str = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2016%2016'%3E%3Crect%20x='1'%20y='2'%20width='14'%20height='13'%20rx='2'%20fill='%23b7410e'/%3E%3Cpath%20d='M3%206h10v7H3z'%20fill='%23fff'/%3E%3C/svg%3E";

/// What a page says of itself to search engines and to programs that show a link: where it is, its title and a line.
pub(super) fn described(site: &Site<'_>, title: &str, line: &str, path: &str) -> Markup {
    // A page by the browser's language, and one in a language that its address names, are two pages.
    let address = format!("{}{}", site.base, site.say.to(path));
    html! {
        link rel="canonical" href=(address);
        @if site.here.is_some() {
            @for language in site.languages.all() {
                link rel="alternate" hreflang=(language.tag()) href={ (site.base) (in_language(path, language)) };
            }
            link rel="alternate" hreflang="x-default" href={ (site.base) (path) };
        }
        meta name="description" content=(line);
        meta property="og:site_name" content=(site.title);
        meta property="og:type" content="website";
        meta property="og:title" content=(title);
        meta property="og:description" content=(line);
        meta property="og:url" content=(address);
        meta name="twitter:card" content="summary";
    }
}

/// The script of every page, with the words that it writes. It adds lines with hours: a page that is shown before that
/// jumps, unless the browser waits for the script. An agenda is long and seldom jumps; it is shown while it arrives.
fn script(say: Say<'_>, part: Part) -> Markup {
    let waits = (part != Part::Upcoming).then_some("render");
    let time = [("time", "{time}")];
    html! {
        script src={ "/script.js?v=" (format!("{:x}", fingerprint(SCRIPT))) } defer blocking=[waits]
            data-copied=(say.text("script.copied")) data-marked=(say.text("script.marked"))
            data-yours=(say.with("script.yours", &time)) data-nowhere=(say.text("script.nowhere")) {}
    }
}

/// A page for a frame on another site: nothing around its content, and every link opens outside of the frame.
pub(super) fn frame(site: &Site<'_>, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(site.say.language.tag()) {
            head {
                meta charset="utf-8";
                title { (title) " · " (site.title) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                base target="_blank";
                link rel="stylesheet" href={ "/style.css?v=" (format!("{:x}", fingerprint(STYLE))) };
                (script(site.say, Part::Upcoming))
            }
            body.frame { main { (content) } }
        }
    }
}

/// A whole page: `title` is its `h1` for the window's title, `head` stands in the head, `content` in `main`.
pub(super) fn page(
    site: &Site<'_>,
    part: Part,
    title: &str,
    head: &Markup,
    content: &Markup,
) -> Markup {
    let say = site.say;
    let english = site.in_english();
    let window = if title == site.title {
        title.to_owned()
    } else {
        format!("{title} · {}", site.title)
    };
    html! {
        (DOCTYPE)
        html lang=(say.language.tag()) {
            head {
                meta charset="utf-8";
                title { (window) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href=(PreEscaped(ICON));
                link rel="stylesheet" href={ "/style.css?v=" (format!("{:x}", fingerprint(STYLE))) };
                (script(say, part))
                (head)
            }
            body {
                a.skip href="#main" { (say.text("page.skip")) }
                header.site {
                    p.name { a href=(say.to("/")) aria-current=[(part == Part::Upcoming).then_some("page")] { (site.title) } }
                    nav aria-label=(say.text("page.menu")) { (menu(site, part, say, VISITORS)) }
                    @if site.editor.is_some() {
                        nav.editors lang=[say.of_english()] aria-label="For editors" { (menu(site, part, english, EDITORS)) }
                    }
                }
                main id="main" tabindex="-1" { (content) }
                footer.site {
                    p {
                        (say.text("page.data")) " "
                        a href="/events.ics" { "iCalendar" } ", "
                        a href="/events.atom" { "Atom" } ", "
                        a href="/events.json" { "JSON" }
                        @if site.answers { ", " a href="/openapi.json" { (say.text("page.openapi")) } }
                        "."
                    }
                    (switch(site))
                    @match &site.editor {
                        Some(editor) if site.answers => {
                            form.inline lang=[say.of_english()] method="post" action="/logout" {
                                input type="hidden" name="token" value=(editor.token);
                                span { "Logged in as " b { (editor.name) } } " "
                                button.quiet type="submit" { "Log out" }
                            }
                        }
                        _ => nav.editors lang=[say.of_english()] aria-label="For editors" {
                            p { "For editors:" }
                            (menu(site, part, english, EDITORS))
                            @if site.answers { p { a href="/login" rel="nofollow" { "Log in" } } }
                        }
                    }
                }
            }
        }
    }
}
