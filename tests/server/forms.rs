//! The forms of filters, sent as they were opened: nothing that was asked for is lost.

use super::Served;
use rusty_events::filter::{Filter, KEYS};
use scraper::{ElementRef, Html, Selector};

/// What a browser sends if somebody opens a page and presses the button of a form.
pub(super) fn sent(page: &str, form: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let all = |from: ElementRef<'_>, selector: &str| -> Vec<(String, String)> {
        let selector = Selector::parse(selector).unwrap();
        let pair = |element: ElementRef<'_>| {
            let name = element.attr("name").or_else(|| {
                let select = ElementRef::wrap(element.parent()?)?;
                select.attr("name")
            });
            let value = element.attr("value").unwrap_or_default();
            (name.unwrap().to_owned(), value.to_owned())
        };
        from.select(&selector).map(pair).collect()
    };
    let form = Selector::parse(form).unwrap();
    let form = page.select(&form).next().unwrap();
    let mut pairs = all(form, "input[name]:not([type=checkbox])");
    pairs.extend(all(form, "input[type=checkbox][checked]"));
    pairs.extend(all(form, "option[selected]"));
    // A line break right after the tag is none of the text.
    let areas = Selector::parse("textarea[name]").unwrap();
    let area = |area: ElementRef<'_>| {
        let text: String = area.text().collect();
        (area.attr("name").unwrap().to_owned(), text)
    };
    pairs.extend(form.select(&areas).map(area));
    pairs
}

fn filter(pairs: &[(String, String)]) -> Filter {
    let mut pairs = pairs.to_vec();
    pairs.sort();
    let pairs = pairs.iter().map(|(key, value)| (&**key, &**value));
    Filter::parse(pairs.filter(|(key, _)| KEYS.contains(key))).unwrap()
}

/// Each query is sent again by the form as it was asked.
fn keeps(path: &str, form: &str, queries: &[&str]) {
    let served = Served::sample();
    for query in queries {
        let page = served.get_with(&format!("{path}?{query}"), &[("Accept", "text/html")]);
        let page = page.text();
        let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let again = sent(&page, form);
        assert_eq!(filter(&again), filter(&asked), "{path}?{query}: {again:?}");
    }
}

#[test]
fn a_choice_that_is_opened_again_keeps_all_of_it() {
    let near: Vec<String> = (40..52)
        .map(|degrees| format!("near={degrees},7"))
        .collect();
    let queries = [
        "near=Sydney&within=60mi&q=rust&q=embedded",
        "region=Europe&region=virtual",
        "mode=In-Person",
        "mode=hybrid",
        "mode=virtual&mode=hybrid",
        "country=DE&country=nl&city=Delft&state=CA",
        "source=canberra&from=2024-11-10&to=2024-12-12",
        &near.join("&"),
    ];
    keeps("/follow", "form.follow", &queries);
}

#[test]
fn a_search_that_is_opened_again_keeps_all_of_it() {
    let queries = [
        "q=rust&q=embedded&organiser=Rust+Girona&organiser=Canberra+Rust+User+Group",
        "near=Sydney&near=Delft&within=60mi",
        "near=Sydney&within=250",
        "country=BO&country=DE&city=Delft&city=Berlin&state=CA",
        "region=Europe&region=north-america&from=2024-11-10&to=2024-12-12",
        "mode=Virtual",
        "source=canberra",
        "match=any&near=Sydney&organiser=Rust+Girona",
    ];
    keeps("/", "form.search", &queries);
    let served = Served::sample();
    let page = |query: &str| {
        let page = served.get_with(&format!("/?{query}"), &[("Accept", "text/html")]);
        page.text()
    };
    // Hybrid events can be gone to.
    let modes = sent(&page("mode=hybrid&mode=in-person"), "form.search");
    assert!(modes.contains(&("mode".to_owned(), "in-person".to_owned())));
    let miles = page("near=Sydney&within=60mi");
    assert!(miles.contains(">60 mi</option>"), "{miles}");
    assert!(page("q=rust").contains("words: rust"), "what is in force");
}

#[test]
fn a_page_that_refuses_a_key_offers_no_form_that_is_refused_again() {
    let served = Served::sample();
    let (forms, inputs) = ("main form[method=get]", "input[name]");
    let [forms, inputs] = [forms, inputs].map(|selector| Selector::parse(selector).unwrap());
    let html = [("Accept", "text/html")];
    let mut offered = 0;
    let paths = [
        "/",
        "/why",
        "/check",
        "/follow",
        "/section",
        "/cfp",
        "/groups",
        "/sources",
        "/in/paris",
        "/organisers/rustnl",
        "/events/50ff3da903cc2955",
        "/discover",
        "/page/2",
    ];
    for path in paths {
        for key in KEYS {
            let asked = format!("{path}?{key}=%20%22nowhere%22");
            let page = served.get_with(&asked, &html);
            if page.status != 400 {
                continue;
            }
            let page = Html::parse_document(&page.text());
            for form in page.select(&forms) {
                offered += 1;
                let corrected: Vec<String> = (form.select(&inputs))
                    .filter_map(|input| input.attr("name"))
                    .filter(|name| *name != "region" && *name != "mode" && *name != "organiser")
                    .map(|name| format!("{name}="))
                    .collect();
                let action = form.attr("action").unwrap();
                let again = format!("{action}?{}", corrected.join("&"));
                let again_page = served.get_with(&again, &html);
                assert_ne!(again_page.status, 400, "{asked} offers {again}");
            }
        }
    }
    assert!(offered > 10, "{offered}");
}

#[test]
fn what_a_choice_matches_is_one_of_two_words() {
    let served = Served::sample();
    for (query, status) in [
        ("match=any&q=rust", 200),
        ("match=all&q=rust", 200),
        ("match=&q=rust", 200),
        ("match=null&match=null", 400),
    ] {
        let page = served.get_with(&format!("/follow?{query}"), &[("Accept", "text/html")]);
        assert_eq!(page.status, status, "{query}");
    }
}
