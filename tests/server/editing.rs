//! Editors at work on the pages.

use super::{PASSWORD, Served};
use rusty_events::believe::curate::{self, Published};
use rusty_events::config;
use rusty_events::facts::decision::Action;
use rusty_events::facts::event::Flag;
use rusty_events::server::session;
use rusty_events::store::Store;

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

/// The question that a page asks: the event's title, and for each answer its words, its effect and what its form sends.
pub(super) type Question = (String, Vec<(String, String, Vec<(String, String)>)>);

pub(super) fn asked(served: &Served, cookie: &str, path: &str) -> Option<Question> {
    let page = served.get_with(path, &[("Cookie", cookie), HTML[0]]).text();
    let page = scraper::Html::parse_document(&page);
    let all = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let words = |element: scraper::ElementRef<'_>| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let title = page.select(&all(".questions h3")).next()?;
    let (forms, inputs) = (all(".answers form"), all("input"));
    let answers = page.select(&forms).map(|form| {
        let fields = form.select(&inputs).map(|input| {
            let of = |name: &str| input.attr(name).unwrap_or_default().to_owned();
            (of("name"), of("value"))
        });
        let button = form.select(&all("button")).next().unwrap();
        let effect = form.select(&all(".effect")).next().unwrap();
        (words(button), words(effect), fields.collect())
    });
    Some((words(title), answers.collect()))
}

#[test]
fn questions_are_asked_one_at_a_time_and_each_answer_does_what_it_said() {
    let served = Served::sample();
    let cookie = served.login();
    let open = || {
        let numbers = (1..30).map(|number| format!("/section?question={number}"));
        let asked = numbers.map_while(|path| Some((asked(&served, &cookie, &path)?, path)));
        let mut titles: Vec<(String, String)> = Vec::new();
        for ((title, _), path) in asked {
            // Behind the last question the last one stays.
            if titles.last().is_some_and(|(known, _)| *known == title) {
                break;
            }
            titles.push((title, path));
        }
        titles
    };
    let answer = |event: &str, words: &str| -> String {
        let titles = open();
        let (_, path) = titles.iter().find(|(title, _)| title == event).unwrap();
        let (_, answers) = asked(&served, &cookie, path).unwrap();
        let said = answers.iter().find(|(said, ..)| said.starts_with(words));
        let (_, effect, fields) = said.unwrap_or_else(|| panic!("{words}: {answers:?}"));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(key, value)| (&**key, &**value))
            .collect();
        let done = served.post("/decisions", Some(&cookie), &fields);
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(
            done.header("location"),
            Some(path.as_str()),
            "the next takes its place"
        );
        effect.clone()
    };
    let before = open().len();
    assert!(before > 5, "{before}");
    let markdown = || served.get("/section.md").text();

    let queue = "Build your own message queue";
    assert!(!markdown().contains(queue));
    let effect = answer(queue, "It belongs here");
    assert!(
        effect.starts_with("Prints this row under") && effect.contains(queue),
        "{effect}"
    );
    assert!(markdown().contains(queue));
    assert_eq!(open().len(), before - 1);

    let effect = answer("Systems evening: Rust beside C", "It is in Cambridge, UK");
    assert!(
        effect.starts_with("Prints no row yet: ") && effect.contains("organisers.toml"),
        "{effect}"
    );
    assert!(!markdown().contains("Systems evening"));

    let ferndale = "Rust evening - Ferndale";
    let effect = answer(ferndale, "It is the same event as");
    assert!(effect.starts_with("Joins these two."), "{effect}");
    assert_eq!(markdown().matches(ferndale).count(), 1);
    for (_, path) in open().iter().filter(|(title, _)| title == ferndale) {
        let (_, answers) = asked(&served, &cookie, path).unwrap();
        assert!(
            answers
                .iter()
                .all(|(said, ..)| !said.starts_with("It is the same")),
            "{answers:?}"
        );
    }

    let room = "Hack evening (room TBD)";
    let row = markdown();
    let effect = answer(room, "The title is right");
    assert_eq!(
        effect,
        "Prints the row as it is, and does not ask this again."
    );
    assert_eq!(markdown(), row);
    assert!(open().iter().all(|(title, _)| title != room));
    let visitor = served.get_with("/section", &HTML).text();
    assert!(
        !visitor.contains("class=\"desk questions\""),
        "visitors are asked nothing"
    );
}

#[test]
fn a_question_has_an_answer_by_which_the_event_stays_or_says_what_becomes_of_its_row() {
    let served = Served::sample();
    let cookie = served.login();
    let (mut with_an_answer, mut with_a_note) = (0, 0);
    for number in 1..30 {
        let path = format!("/section?question={number}");
        let (_, answers) = asked(&served, &cookie, &path).unwrap();
        let is_out = |said: &str| {
            said.starts_with("Leave it out") || said.starts_with("It does not take place")
        };
        let page = served.get_with(&path, &[("Cookie", &cookie), HTML[0]]);
        let page = page.text();
        let has_note = page.contains("No row is printed until its facts are corrected.")
            || page.contains("Its row stays as it is until you answer.");
        let stays = answers.iter().any(|(said, ..)| !is_out(said));
        assert_ne!(stays, has_note, "{number}: {answers:?}");
        with_an_answer += usize::from(stays);
        with_a_note += usize::from(has_note);
    }
    assert!(with_an_answer > 0 && with_a_note > 0);
    assert!(
        served
            .get_with("/section", &[("Cookie", &cookie), HTML[0]])
            .text()
            .contains("href=\"/discover\"")
    );
}

#[test]
fn an_editor_who_prints_an_event_or_confirms_its_link_settles_the_doubt() {
    let served = Served::sample();
    let store = Store::open(&served.folder.path().join("events.db")).unwrap();
    let mut events = store.published().unwrap().into_values();
    let event = events.find(|event| !event.links.is_empty()).unwrap();
    let doubted = |flags: &[Flag]| Published {
        flags: flags.to_vec(),
        ..event.clone()
    };
    let of_origin = [Flag::HandWritten, Flag::FromProse, Flag::Unconfirmed];
    let shown = curate::with(&doubted(&of_origin), Action::Show);
    assert_eq!(shown.flags, []);
    let missing = Published {
        unlisted: Some(event.modified),
        ..doubted(&[Flag::Unlisted])
    };
    assert_eq!(curate::with(&missing, Action::Show).flags, []);
    for (field, flag) in [("link", Flag::LinkAssumed), ("start", Flag::TooLong)] {
        let event = doubted(&[flag, Flag::Unlisted]);
        let said = config::correction(field, &curate::said(&event, field)).unwrap();
        let confirmed = curate::with(&event, Action::Edit(vec![said]));
        assert_eq!(confirmed.flags, [Flag::Unlisted], "{field}");
    }
}
