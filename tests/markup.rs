//! The pages as text: well-formed, accessible in their structure, free of what the policy forbids, and with
//! nothing foreign in them unescaped. How they look, and what a browser makes of them, is tested elsewhere.

use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use world::World;

mod foreign;
mod parts;
mod world;

/// Each page is written below the build's folder, where somebody who wants to see it finds it.
pub(crate) fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    let pages = World::new().pages();
    for (name, page) in &pages {
        let page = page
            .replace("\"/style.css", "\"style.css")
            .replace("\"/script.js", "\"script.js");
        fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
    fs::write(folder.join("style.css"), rusty_events::server::pages::STYLE).unwrap();
    fs::write(
        folder.join("script.js"),
        rusty_events::server::pages::SCRIPT,
    )
    .unwrap();
    pages
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// What is wrong with the structure of a page.
fn wrong_with(source: &str) -> Vec<String> {
    let page = Html::parse_document(source);
    let mut wrong = Vec::new();
    // A parser closes and adds what stands where it must not: then there are other elements than were written.
    let mut written: BTreeMap<String, i32> = BTreeMap::new();
    for tag in source
        .split('<')
        .skip(1)
        .filter(|tag| tag.starts_with(char::is_alphabetic))
    {
        let name = tag.split(|char: char| !char.is_ascii_alphanumeric()).next();
        *written.entry(name.unwrap().to_owned()).or_default() += 1;
    }
    for element in all(&page, "*") {
        *written
            .entry(element.value().name().to_owned())
            .or_default() -= 1;
    }
    for (name, more) in written.iter().filter(|(_, more)| **more != 0) {
        wrong.push(format!("{more} more <{name}> written than read"));
    }
    for (what, selector) in [
        ("title", "head > title"),
        ("h1", "h1"),
        ("main", "main"),
        ("banner", "body > header"),
        ("footer", "body > footer"),
        ("skip link", "body > a[href='#main']:first-child"),
        ("language", "html[lang]"),
    ] {
        let number = all(&page, selector).len();
        if number != 1 {
            wrong.push(format!("{number} × {what}"));
        }
    }
    // The policy: nothing inline, nothing from elsewhere.
    let events = ["onclick", "onload", "onsubmit", "onchange", "style"];
    for attribute in events {
        if !all(&page, &format!("[{attribute}]")).is_empty() {
            wrong.push(format!("an attribute {attribute}"));
        }
    }
    for element in all(
        &page,
        "style, iframe, object, embed, base, script:not([src]):not([type='application/ld+json']), img",
    ) {
        wrong.push(format!("forbidden: {}", element.html()));
    }
    for script in all(&page, "script[src]") {
        if !script.attr("src").unwrap().starts_with("/script.js?v=") || !text(script).is_empty() {
            wrong.push(format!("another script: {}", script.html()));
        }
    }
    let mut ids = BTreeSet::new();
    for element in all(&page, "[id]") {
        let id = element.attr("id").unwrap();
        if !ids.insert(id.to_owned()) {
            wrong.push(format!("id {id:?} twice"));
        }
    }
    for (attribute, selector) in [
        ("for", "label[for]"),
        ("aria-labelledby", "[aria-labelledby]"),
        ("aria-describedby", "[aria-describedby]"),
        ("data-copy", "[data-copy]"),
    ] {
        for element in all(&page, selector) {
            let names = element.attr(attribute).unwrap();
            if !names.split(' ').all(|name| ids.contains(name)) {
                wrong.push(format!("{attribute}={names:?} names nothing"));
            }
        }
    }
    for link in all(&page, "a[href^='#']") {
        if !ids.contains(&link.attr("href").unwrap()[1..]) {
            wrong.push(format!("{} leads nowhere", link.html()));
        }
    }
    for link in all(&page, "a") {
        let href = link.attr("href").unwrap_or_default();
        let fine = ["/", "#", "https://", "http://", "webcal://"]
            .iter()
            .any(|start| href.starts_with(start));
        if !fine || text(link).is_empty() {
            wrong.push(format!(
                "a link to {href:?} with the words {:?}",
                text(link)
            ));
        }
    }
    for field in all(&page, "input:not([type=hidden]), select, textarea") {
        let labelled = field.attr("id").is_some_and(|id| {
            all(&page, "label[for]")
                .iter()
                .any(|label| label.attr("for") == Some(id))
        });
        let inside = field
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|around| around.value().name() == "label");
        if !labelled && !inside {
            wrong.push(format!("without a label: {}", field.html()));
        }
    }
    for cell in all(&page, "th:not([scope])") {
        wrong.push(format!("without a scope: {}", cell.html()));
    }
    let mut level = 1;
    for heading in all(&page, "h1, h2, h3, h4, h5, h6") {
        let own: usize = heading.value().name()[1..].parse().unwrap();
        if own > level + 1 {
            wrong.push(format!("a level is left out before {:?}", text(heading)));
        }
        level = own;
    }
    for form in all(&page, "form[method=post]") {
        let action = form.attr("action").unwrap_or_default();
        let token = Selector::parse("input[name=token]").unwrap();
        let free = action == "/login" || action.starts_with("/section");
        if form.select(&token).count() != usize::from(!free) {
            wrong.push(format!("the form for {action} has no token"));
        }
    }
    wrong
}

#[test]
fn every_page_is_well_formed_and_stands_under_the_policy() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        wrong.extend(
            wrong_with(&page)
                .into_iter()
                .map(|what| format!("{name}: {what}")),
        );
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_site_of_static_files_asks_nothing_and_links_to_nothing_that_is_not_there() {
    let mut wrong = Vec::new();
    for (name, page) in World::new().files() {
        for what in wrong_with(&page) {
            wrong.push(format!("{name}: {what}"));
        }
        let page = Html::parse_document(&page);
        for form in all(&page, "form") {
            wrong.push(format!("{name}: {}", form.html()));
        }
        for link in all(&page, "a[href^='/']") {
            let href = link.attr("href").unwrap();
            let path = href.split('?').next().unwrap();
            // An address of data keeps its meaning without its question.
            let asks = path == "/" && href.contains('?');
            if asks || ["/why", "/check", "/login", "/openapi.json"].contains(&path) {
                wrong.push(format!("{name}: a link to {href}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
