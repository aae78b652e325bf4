//! Editors at work on the pages.

use super::{PASSWORD, Served};
use rusty_events::server::session;

const HTML: [(&str, &str); 1] = [("Accept", "text/html")];

/// An event of the next issue: its id and title.
fn an_event(served: &Served) -> (String, String) {
    let section = served.get("/section.json").json();
    let row = &section["regions"][0]["rows"][0];
    (
        row["event"].as_str().unwrap().to_owned(),
        row["links"][0]["title"].as_str().unwrap().to_owned(),
    )
}

/// The page of an event as Ann sees it: token and version.
fn seen(served: &Served, cookie: &str, id: &str) -> (String, String) {
    let page = served.get_with(
        &format!("/events/{id}"),
        &[("Cookie", cookie), ("Accept", "text/html")],
    );
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(page.header("etag"), None);
    (page.hidden("token"), page.hidden("version"))
}

#[test]
fn an_editor_hides_an_event_and_takes_it_back_and_all_of_it_is_on_record() {
    let served = Served::sample();
    let (id, title) = an_event(&served);
    let before = served.get("/section.md").text();
    let cookie = served.login();
    let (token, version) = seen(&served, &cookie, &id);
    let back = format!("/events/{id}");
    let hide = [
        ("token", token.as_str()),
        ("version", &version),
        ("event", &id),
        ("ruling", "hide"),
        ("reason", "not about the topic"),
        ("back", &back),
    ];
    let done = served.post("/decisions", Some(&cookie), &hide);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(done.header("location"), Some(back.as_str()));
    let after = served.get("/section.md").text();
    assert_ne!(after, before, "it counts at once");
    assert!(before.lines().count() > after.lines().count());
    let list = served.beside(&["decide", "list"]).out;
    assert!(
        list.contains("ann") && list.contains("not about the topic"),
        "{list}"
    );
    let calendar = served.get("/events.ics").text();
    assert!(
        calendar.contains(&id),
        "hidden from the section alone: {title}"
    );

    let (token, _) = seen(&served, &cookie, &id);
    let undo = [
        ("token", token.as_str()),
        ("number", "1"),
        ("reason", "it is"),
        ("back", "//evil"),
    ];
    let done = served.post("/decisions/undo", Some(&cookie), &undo);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        done.header("location"),
        Some("/"),
        "to this site and nowhere else"
    );
    assert_eq!(served.get("/section.md").text(), before);
    let again = served.post("/decisions/undo", Some(&cookie), &undo);
    assert_eq!(again.status, 409, "{}", again.text());
}

#[test]
fn two_who_rule_on_one_event_at_once_both_see_what_the_other_said() {
    let served = Served::sample();
    let (id, _) = an_event(&served);
    let cookie = served.login();
    let (token, version) = seen(&served, &cookie, &id);
    let edit = |title: &str| {
        let fields = [
            ("token", token.as_str()),
            ("version", &version),
            ("event", &id),
            ("ruling", "edit"),
            ("title", title),
            ("reason", "a better title"),
        ];
        let mut headers = vec![("Cookie", cookie.as_str()), HTML[0]];
        headers.push(("Content-Type", "application/x-www-form-urlencoded"));
        served.ask("POST", "/decisions", &headers, &super::form(&fields))
    };
    assert_eq!(edit("The first title").status, 303);
    let second = edit("The second title");
    assert_eq!(second.status, 409);
    let page = second.text();
    assert!(
        page.contains("The first title") && page.contains("The second title"),
        "{page}"
    );
    assert!(
        page.contains("a better title") && page.contains("ann"),
        "{page}"
    );
    assert!(served.get("/section.md").text().contains("The first title"));
    // With what the page says now the second is taken.
    let version = second.hidden("version");
    let fields = [
        ("token", token.as_str()),
        ("version", version.as_str()),
        ("event", &id),
        ("ruling", "edit"),
        ("title", "The second title"),
        ("reason", "a better title"),
    ];
    assert_eq!(
        served.post("/decisions", Some(&cookie), &fields).status,
        303
    );
    assert!(
        served
            .get("/section.md")
            .text()
            .contains("The second title")
    );
}

#[test]
fn a_decision_that_cannot_be_meant_names_the_field() {
    let served = Served::sample();
    let (id, title) = an_event(&served);
    let cookie = served.login();
    let (token, version) = seen(&served, &cookie, &id);
    let rule = |more: &[(&str, &str)]| {
        let mut fields = vec![("token", token.as_str()), ("version", &version)];
        fields.extend(more);
        let answer = served.post("/decisions", Some(&cookie), &fields);
        let parameter = answer.json()["parameter"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (answer.status, parameter)
    };
    let event = ("event", id.as_str());
    let why = ("reason", "because");
    for (fields, parameter) in [
        (vec![event, ("ruling", "hide")], "reason"),
        (
            vec![event, ("ruling", "hide"), ("reason", " \u{200b} ")],
            "reason",
        ),
        (vec![event, ("ruling", "destroy"), why], "ruling"),
        (vec![("event", "nobody"), ("ruling", "hide"), why], "event"),
        (
            vec![event, ("ruling", "merge"), ("other", &id), why],
            "other",
        ),
        (
            vec![event, ("ruling", "print"), ("until", "soon"), why],
            "until",
        ),
        (
            vec![event, ("ruling", "edit"), ("start", "tomorrow"), why],
            "start",
        ),
        (
            vec![event, ("ruling", "edit"), ("place", "Atlantis"), why],
            "place",
        ),
        (
            vec![event, ("ruling", "edit"), ("title", &title), why],
            "edit",
        ),
    ] {
        assert_eq!(rule(&fields), (400, parameter.to_owned()), "{fields:?}");
    }
    assert!(
        served.beside(&["decide", "list"]).out.is_empty(),
        "nothing was taken"
    );
}

#[test]
fn a_login_is_a_cookie_that_scripts_do_not_see_and_the_database_does_not_know() {
    let served = Served::sample();
    let answer = served.post(
        "/login",
        None,
        &[
            ("name", "ann"),
            ("password", PASSWORD),
            ("back", "/section"),
        ],
    );
    assert_eq!(answer.header("location"), Some("/section"));
    let set = answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let value = set.split(['=', ';']).nth(1).unwrap();
    let bytes = std::fs::read(served.folder.path().join("events.db")).unwrap();
    let log = std::fs::read(served.folder.path().join("events.db-wal")).unwrap_or_default();
    let holds = |bytes: &[u8]| {
        bytes
            .windows(value.len())
            .any(|part| part == value.as_bytes())
    };
    assert!(!holds(&bytes) && !holds(&log));
    let cookie = format!("rusty-events-login={value}");
    let page = served.get_with("/", &[("Cookie", &cookie), HTML[0]]);
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    let again = served.post(
        "/login",
        Some(&cookie),
        &[("name", "ann"), ("password", PASSWORD)],
    );
    assert!(
        !again.header("set-cookie").unwrap().contains(value),
        "another one each time"
    );
    let token = page.hidden("token");
    assert_eq!(
        served
            .post("/logout", Some(&cookie), &[("token", &token)])
            .status,
        303
    );
    let after = served.post("/logout", Some(&cookie), &[("token", &token)]);
    assert_eq!(after.status, 401, "the cookie is worth nothing any more");
}

#[test]
fn a_new_password_logs_everybody_out_and_a_short_one_is_refused() {
    let served = Served::sample();
    let cookie = served.login();
    super::set_password(served.folder.path(), "ann", "another long password");
    let page = served.get_with("/", &[("Cookie", &cookie)]);
    assert!(page.header("etag").is_some(), "as for everybody");
    let old = served.post("/login", None, &[("name", "ann"), ("password", PASSWORD)]);
    assert_eq!(old.status, 401);
    let hash = session::hash_of("another long password").unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_ne!(
        hash,
        session::hash_of("another long password").unwrap(),
        "salted"
    );
    assert!(session::hash_of("short").is_err());
}

#[test]
fn guessing_is_stopped_and_does_not_lock_out_other_addresses() {
    let served = Served::sample();
    let tries = |name: &str, from: &str| {
        let fields = super::form(&[("name", name), ("password", "wrong wrong wrong")]);
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Forwarded-For", from),
        ];
        served.ask("POST", "/login", &headers, &fields).status
    };
    let mut got: Vec<u16> = (0..7).map(|_| tries("ann", "203.0.113.9")).collect();
    assert_eq!(got, [401, 401, 401, 401, 401, 429, 429]);
    got = (0..3).map(|_| tries("nobody", "203.0.113.8")).collect();
    assert_eq!(got, [401, 401, 401], "the same answer for an unknown name");
    served.login();
    let right = super::form(&[("name", "ann"), ("password", PASSWORD)]);
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Forwarded-For", "203.0.113.9"),
    ];
    let guesser = served.ask("POST", "/login", &headers, &right);
    assert_eq!(guesser.status, 429, "not even with the right one");
}

#[test]
fn a_pasted_draft_is_reconciled_and_nothing_is_kept_of_it() {
    let served = Served::sample();
    let draft = served
        .get("/section.md")
        .text()
        .lines()
        .filter(|line| !line.contains("Seoul"))
        .collect::<Vec<_>>()
        .join("\n");
    let answer = served.post("/section", None, &[("draft", &draft)]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("Seoul"), "the rows that it lacks");
    let broken = served.post("/section", None, &[("draft", "no section here")]);
    assert_eq!(broken.status, 200);
    assert!(broken.text().contains("no line is"), "{}", broken.text());
    assert!(!served.beside(&["section"]).out.is_empty());
}

/// Printed issues in which a group met every second Thursday until the one before this issue's.
fn learned(served: &Served) {
    let mut issues = String::new();
    for day in [
        "2024-08-28",
        "2024-09-11",
        "2024-09-25",
        "2024-10-09",
        "2024-10-23",
    ] {
        issues.push_str(&format!(
            "* {day} | Bonn, DE | [Rust <b>Bonn</b>](https://www.meetup.com/rust-bonn/)\n    * [**Talks**](https://www.meetup.com/rust-bonn/events/{}/)\n",
            day.replace('-', "")
        ));
    }
    let text = format!("Date: 2024-08-28\n\n## Upcoming Events\n\n### Europe\n{issues}");
    let file = served.folder.path().join("2024-08-28-issue.md");
    std::fs::write(&file, text).unwrap();
    let learned = served.beside(&["learn", file.to_str().unwrap()]);
    assert_eq!(learned.code, 0, "{}", learned.err);
}

#[test]
fn an_editor_dismisses_a_group_that_is_named_as_missing_and_expects_it_again() {
    let served = Served::sample();
    learned(&served);
    let cookie = served.login();
    let page = || {
        let headers = [("Cookie", cookie.as_str()), ("Accept", "text/html")];
        let page = served.get_with("/section?issue=2024-11-06", &headers);
        assert_eq!(page.status, 200, "{}", page.text());
        page
    };
    let before = page();
    let text = before.text();
    assert!(
        text.contains("Rust &lt;b&gt;Bonn&lt;/b&gt; (Bonn, DE): every 2 weeks on Wednesday"),
        "{text}"
    );
    // Visitors are not shown it.
    let public = served.get("/section?issue=2024-11-06").text();
    assert!(!public.contains("The usual suspects"), "{public}");

    let token = before.hidden("token");
    let named = [
        ("token", token.as_str()),
        ("group", "meetup:rust-bonn"),
        ("back", "/section?issue=2024-11-06"),
    ];
    let without = served.post("/suspects/dismiss", Some(&cookie), &named);
    assert_eq!(without.status, 400, "a reason is asked for");
    let unknown = [
        ("token", token.as_str()),
        ("group", "Rust Atlantis"),
        ("reason", "r"),
    ];
    let unknown = served.post("/suspects/dismiss", Some(&cookie), &unknown);
    assert_eq!(unknown.status, 400, "{}", unknown.text());
    let with = [&named[..], &[("reason", "it has ended")]].concat();
    let done = served.post("/suspects/dismiss", Some(&cookie), &with);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(done.header("location"), Some("/section?issue=2024-11-06"));
    let text = page().text();
    assert!(text.contains("No group is missing by its habit."), "{text}");
    assert!(
        text.contains("dismissed by ann on") && text.contains("it has ended"),
        "{text}"
    );
    let listed = served.beside(&["decide", "list"]);
    assert!(
        listed
            .err
            .contains("(meetup:rust-bonn), by ann on 2024-11-06: it has ended"),
        "{}",
        listed.err
    );

    let back = served.post("/suspects/expect", Some(&cookie), &named);
    assert_eq!(back.status, 303, "{}", back.text());
    assert!(page().text().contains("every 2 weeks on Wednesday"));
}
