//! `[[search]]` and `[discover]`: what is read, and what is refused.

use super::{read, service, source};
use std::time::Duration;

#[test]
fn a_search_has_an_address_for_each_of_its_words_and_pages() {
    let text = "[[search]]\nurl = \"https://search.example/{words}/?page={page}\"\nwords = [\"rust lang\", \"c++ & rust\"]\npages = 2\n\
        every = \"14d\"\nplatform = \"list\"\n\n[[search]]\nurl = \"https://other.example/rust\"\n";
    let configuration = read(&[("sources/searches.toml", text)]);
    let [first, second] = &configuration.searches[..] else {
        panic!("{:#?}", configuration.searches);
    };
    let addresses: Vec<String> = first.addresses().into_iter().map(|(url, _)| url).collect();
    assert_eq!(
        addresses,
        [
            "https://search.example/rust%20lang/?page=1",
            "https://search.example/rust%20lang/?page=2",
            "https://search.example/c%2B%2B%20%26%20rust/?page=1",
            "https://search.example/c%2B%2B%20%26%20rust/?page=2",
        ]
    );
    assert_eq!(first.every, Duration::from_secs(14 * 24 * 3600));
    assert_eq!(first.platform.map(|platform| platform.name()), Some("list"));
    assert_eq!(
        second.addresses(),
        [("https://other.example/rust".to_owned(), String::new())]
    );
    assert_eq!(second.every, Duration::from_secs(7 * 24 * 3600));
    assert!(configuration.sources.is_empty());
}

#[test]
fn a_search_that_cannot_be_asked_is_refused() {
    let at = "search \"https://s.example/{words}\"";
    for (text, what) in [
        (
            "[[search]]\nurl = \"https://s.example/{words}\"",
            format!("s.toml:1: {at}: words: are missing: {{words}} stands for them in the url"),
        ),
        (
            "[[search]]\nurl = \"https://s.example/\"\nwords = [\"rust\"]",
            "s.toml:3: search \"https://s.example/\": words: have no place: write {words} into the url".to_owned(),
        ),
        (
            "[[search]]\nurl = \"https://s.example/{words}\"\nwords = [\"rust\"]\npages = 2",
            format!("s.toml:4: {at}: pages: have no place: write {{page}} into the url"),
        ),
        (
            "[[search]]\nurl = \"https://s.example/{words}/{page}\"\nwords = [\"rust\"]\npages = 6",
            "s.toml:4: search \"https://s.example/{words}/{page}\": pages: 6 is not within 1…5".to_owned(),
        ),
        (
            "[[search]]\nurl = \"https://s.example/{group}\"",
            "s.toml:2: search: url: may have {words} and {page} in braces, and nothing else".to_owned(),
        ),
        (
            "[[search]]\nurl = \"http://127.0.0.1:1/{words}\"\nwords = [\"rust\"]",
            "s.toml:2: search: url: ".to_owned(),
        ),
        (
            "[[search]]\nurl = \"search.html\"",
            "s.toml:2: search: url: \"search.html\" is no http(s) address".to_owned(),
        ),
        (
            "[[search]]\nwords = [\"rust\"]",
            "s.toml:1: search: url: is missing".to_owned(),
        ),
    ] {
        let problem = source(text);
        assert!(
            problem.starts_with(&format!("sources/{what}")),
            "{text}\n{problem}"
        );
    }
    let often = source("[[search]]\nurl = \"https://s.example/\"\nevery = \"6d\"");
    assert!(often.starts_with("sources/s.toml:3:"), "{often}");
    let unknown = source("[[search]]\nurl = \"https://s.example/\"\nword = [\"rust\"]");
    assert!(unknown.contains("\"words\""), "did you mean: {unknown}");
}

#[test]
fn the_budget_has_bounds() {
    let text = "[discover]\nrequests = 0\n";
    assert_eq!(
        read(&[("service.toml", text)]).settings.discover.requests,
        0
    );
    assert_eq!(
        service("[discover]\nrequests = 1001"),
        "service.toml:2: discover.requests: 1001 is not within 0…1000"
    );
}
