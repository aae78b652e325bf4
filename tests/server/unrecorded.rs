//! Forms of editors that are refused: the page says why, keeps what was written, and leads on.

use super::{Answer, Served, form, forms};
use scraper::{Html, Selector};

fn send(served: &Served, cookie: Option<&str>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let origin = format!("http://{}", served.address);
    let mut headers = vec![
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "text/html"),
        ("Origin", origin.as_str()),
    ];
    headers.extend(cookie.map(|cookie| ("Cookie", cookie)));
    served.ask("POST", path, &headers, &form(fields))
}

/// The text of what a selector finds, white space folded.
fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let found = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.select(&found).map(text).collect()
}

/// An event, the page of it as Ann sees it, and her cookie.
fn desk(served: &Served) -> (String, String, String) {
    let section = served.get("/section.json").json();
    let id = section["regions"][0]["rows"][0]["event"].as_str().unwrap();
    let cookie = served.login();
    let headers = [("Cookie", cookie.as_str()), ("Accept", "text/html")];
    let page = served.get_with(&format!("/events/{id}"), &headers).text();
    (id.to_owned(), page, cookie)
}

#[test]
fn a_wrong_field_comes_back_with_the_form_and_the_corrected_form_is_recorded() {
    let served = Served::sample();
    let (id, page, cookie) = desk(&served);
    let edit = "form:has(#edit-title)";
    let mut fields = forms::sent(&page, edit);
    let set = |fields: &mut Vec<(String, String)>, key: &str, value: &str| {
        fields.retain(|(own, _)| own != key);
        fields.push((key.to_owned(), value.to_owned()));
    };
    set(&mut fields, "start", "tomorrow");
    set(&mut fields, "title", "A \"new\" title");
    set(&mut fields, "description", "\nTwo\nlines");
    set(&mut fields, "reason", "they say <so>");
    let pairs = |fields: &[(String, String)]| -> Vec<(String, String)> {
        let mut pairs = fields.to_vec();
        pairs.sort();
        pairs
    };
    let post = |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(key, value)| (&**key, &**value))
            .collect();
        send(&served, Some(&cookie), "/decisions", &fields)
    };
    let refused = post(&fields);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("cache-control"), Some("private, no-store"));
    let text = refused.text();
    let lead = &texts(&text, ".lead")[0];
    assert!(
        lead.starts_with("Start: \"tomorrow\" is neither a date"),
        "{lead}"
    );
    assert!(texts(&text, "footer")[0].contains("Logged in as ann"));
    let again = "main form[action='/decisions']";
    let mut shown = forms::sent(&text, again);
    assert_eq!(
        pairs(&shown),
        pairs(&fields),
        "nothing that was written is lost"
    );
    let wrong = Selector::parse("main [aria-invalid][autofocus]").unwrap();
    let parsed = Html::parse_document(&text);
    let wrong: Vec<_> = parsed
        .select(&wrong)
        .filter_map(|field| field.attr("name"))
        .collect();
    assert_eq!(wrong, ["start"]);
    assert!(
        text.contains(&format!("href=\"/events/{id}\"")),
        "the way back"
    );

    set(&mut shown, "start", "2024-11-08T19:00");
    let done = post(&shown);
    assert_eq!(done.status, 303, "{}", done.text());
    let list = served.beside(&["decide", "list"]).out;
    assert!(
        list.contains("they say <so>") && list.contains("2024-11-08T19:00"),
        "{list}"
    );
}

#[test]
fn each_refusal_says_what_to_do_and_keeps_what_was_written() {
    let served = Served::sample();
    let (id, page, cookie) = desk(&served);
    let own = forms::sent(&page, "form:has(#edit-title)");
    let hidden = |key: &str| -> String {
        let found = own.iter().find(|(own, _)| own == key);
        found.unwrap().1.clone()
    };
    let (token, version) = (hidden("token"), hidden("version"));
    let back = format!("/events/{id}");
    let base = [
        ("token", &*token),
        ("version", &*version),
        ("event", &*id),
        ("back", &*back),
    ];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        let kept = base
            .iter()
            .filter(|(key, _)| more.iter().all(|(other, _)| other != key));
        kept.copied().chain(more.iter().copied()).collect()
    };
    let reason = ("reason", "because it rains");
    let logged_in = Some(cookie.as_str());
    for (cookie, fields, status, heading, lead, form) in [
        (
            logged_in,
            with(&[("ruling", "hide")]),
            400,
            "This was not recorded",
            "Reason: is empty",
            true,
        ),
        (
            logged_in,
            with(&[("ruling", ""), reason]),
            400,
            "This was not recorded",
            "Decision: choose one",
            true,
        ),
        (
            logged_in,
            with(&[("ruling", "edit"), ("end", "2001-01-01T10:00"), reason]),
            400,
            "This was not recorded",
            "End: lies before the start",
            true,
        ),
        (
            logged_in,
            with(&[("ruling", "edit"), reason]),
            400,
            "This was not recorded",
            "Nothing was changed",
            true,
        ),
        (
            logged_in,
            with(&[("ruling", "merge"), ("other", "nobody"), reason]),
            400,
            "This was not recorded",
            "The same event as: \"nobody\" names no event",
            true,
        ),
        (
            logged_in,
            with(&[("ruling", "hide"), ("event", "0123456789abcdef"), reason]),
            400,
            "This was not recorded",
            "The event is not known any more",
            false,
        ),
        (
            logged_in,
            with(&[("ruling", "hide"), ("token", "old"), reason]),
            403,
            "This form is too old",
            "It is of another login",
            false,
        ),
        (
            None,
            with(&[("ruling", "hide"), reason]),
            401,
            "You are not logged in",
            "Nothing was recorded",
            false,
        ),
    ] {
        let refused = send(&served, cookie, "/decisions", &fields);
        let text = refused.text();
        assert_eq!(
            (refused.status, &*texts(&text, "h1")[0]),
            (status, heading),
            "{fields:?}"
        );
        let said = &texts(&text, ".lead")[0];
        assert!(said.starts_with(lead), "{said}");
        assert_eq!(
            text.contains("because it rains"),
            fields.contains(&reason),
            "{said}"
        );
        assert_eq!(texts(&text, "main form").len(), usize::from(form), "{said}");
        assert!(texts(&text, "main a.button").contains(&"Back to the page".to_owned()));
        let login = format!("/login?back=%2Fevents%2F{id}");
        assert_eq!(text.contains(&login), status == 401, "{said}");
    }
    assert!(
        served.beside(&["decide", "list"]).out.is_empty(),
        "nothing was taken"
    );

    // From another site: where it is to be opened, and what is to be set if it is known by another name.
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "text/html"),
        ("Origin", "https://elsewhere.example"),
    ];
    let foreign = served
        .ask("POST", "/decisions", &headers, "ruling=hide")
        .text();
    let said = &texts(&foreign, ".lead")[0];
    assert!(
        said.contains(&format!("http://{}", served.address)) && said.contains("[server] url"),
        "{said}"
    );
    // What is no page leads back to the form.
    let asked = served.get_with("/decisions", &[("Accept", "text/html")]);
    assert_eq!(asked.status, 405);
    assert!(texts(&asked.text(), ".lead")[0].contains("go back to the page with the form"));
}
