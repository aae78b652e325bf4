//! One spelling a page, and which links tell alone which event they mean.

use rusty_events::facts::link::{Introduced, Link, LinkError, Meaning, links_in};

fn spelled(text: &str) -> String {
    Link::parse(text).unwrap().to_string()
}

#[test]
fn a_page_has_one_spelling() {
    for (written, expected) in [
        (
            "https://www.meetup.com/rust-berlin/",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "https://www.meetup.com/rust-berlin/events/",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "http://meetup.com/Rust-Berlin",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "https://www.meetup.com/de-DE/rust-noris/",
            "https://www.meetup.com/rust-noris",
        ),
        (
            "https://www.meetup.com/Stockholm-Rust/events/304124737?eventOrigin=home_page&_xtd=x",
            "https://www.meetup.com/stockholm-rust/events/304124737/",
        ),
        (
            "https://www.meetup.com/a/events/305201540/?slug=a&eventId=305201540",
            "https://www.meetup.com/a/events/305201540/",
        ),
        (
            "https://lu.ma/Abc123/?utm_source=x",
            "https://luma.com/Abc123",
        ),
        ("http://lunch.rs/", "https://lunch.rs/"),
        (
            "https://example.org/a?b=1&utm_campaign=c&fbclid=d",
            "https://example.org/a?b=1",
        ),
        ("https://example.org/talks#top", "https://example.org/talks"),
        (
            "https://www.c-base.org/calendar/#view=month&date=2025-05-15",
            "https://www.c-base.org/calendar/#view=month&date=2025-05-15",
        ),
        (
            "https://en.wikipedia.org/wiki/Rust_(fungus)",
            "https://en.wikipedia.org/wiki/Rust_%28fungus%29",
        ),
        (
            "https://www.eventbrite.co.uk/e/rust-night-tickets-1037795553437?aff=oddtdtcreator",
            "https://www.eventbrite.co.uk/e/rust-night-tickets-1037795553437",
        ),
        (
            "webcal://example.org/feed.ics",
            "https://example.org/feed.ics",
        ),
    ] {
        assert_eq!(spelled(written), expected, "{written}");
        assert_eq!(spelled(&spelled(written)), expected, "{written}, twice");
    }
}

#[test]
fn what_is_no_page_is_no_link() {
    for text in [
        "javascript:alert(1)",
        "data:text/html,x",
        "eurorust",
        "//evil.example/x",
        "https://",
        "",
        "mailto:a@b.c",
        "https://a.example/\u{8}x",
    ] {
        assert!(
            matches!(Link::parse(text), Err(LinkError::NotAnAddress(_))),
            "{text:?}"
        );
    }
    assert_eq!(
        Link::parse("https://name:secret@example.org/"),
        Err(LinkError::Credentials)
    );
    assert_eq!(
        Link::parse(&format!("https://example.org/{}", "x".repeat(3000))),
        Err(LinkError::TooLong)
    );
}

#[test]
fn nothing_in_a_link_ends_a_markdown_address() {
    let hostile = "https://example.org/a)b(c]d[e>f<g`h|i*j'k\\l?q=)\"#x=)(";
    let link = spelled(hostile);
    assert!(
        !link.contains([
            '(', ')', '[', ']', '<', '>', '`', '|', '*', '\'', '\\', '"', ' '
        ]),
        "{link}"
    );
}

#[test]
fn a_platforms_grammar_tells_what_a_link_means() {
    let event = |scope: &'static str, id: &str| Meaning::Event {
        scope,
        id: id.to_owned(),
    };
    let group = |scope: &'static str, id: &str| Meaning::Group {
        scope,
        id: id.to_owned(),
    };
    for (text, meaning) in [
        (
            "https://www.meetup.com/rust-berlin/events/313345334/",
            event("meetup", "313345334"),
        ),
        (
            "https://www.meetup.com/Rust-ATX/events/XVKDGTYGCPBKC",
            event("meetup", "xvkdgtygcpbkc"),
        ),
        (
            "https://www.meetup.com/rust-berlin/",
            group("meetup", "rust-berlin"),
        ),
        ("https://luma.com/girona-wasm", event("luma", "girona-wasm")),
        (
            "https://luma.com/calendar/cal-i1Fj6NESj2OzikJ",
            group("luma", "cal-i1Fj6NESj2OzikJ"),
        ),
        (
            "https://www.eventbrite.fr/e/rust-in-paris-tickets-1037795553437",
            event("eventbrite", "1037795553437"),
        ),
        (
            "https://www.eventbrite.com/e/1037795553437",
            event("eventbrite", "1037795553437"),
        ),
        (
            "https://www.eventbrite.com/o/ardan-labs-7092394651",
            group("eventbrite", "7092394651"),
        ),
        (
            "https://hasgeek.com/rustbangalore/november-meetup/",
            event("hasgeek", "rustbangalore/november-meetup"),
        ),
        (
            "https://hasgeek.com/RustBangalore/november-2025-rustacean-meetup//",
            event("hasgeek", "rustbangalore/november-2025-rustacean-meetup"),
        ),
        (
            "https://hasgeek.com/rustbangalore",
            group("hasgeek", "rustbangalore"),
        ),
        (
            "https://guild.host/events/crab-night-abc1",
            event("guild", "crab-night-abc1"),
        ),
        ("https://guild.host/crabs/events", group("guild", "crabs")),
        (
            "https://gdg.community.dev/events/details/google-gdg-graz-presents-crab-night/cohost-gdg-linz",
            event("bevy", "google-gdg-graz-presents-crab-night"),
        ),
        (
            "https://mobilizon.fr/events/4ba93021-c43a-4e4a-b3e5-09c1c0d0a957",
            event("mobilizon", "4ba93021-c43a-4e4a-b3e5-09c1c0d0a957"),
        ),
        (
            "https://gdg(linz.community.dev/events/details/crab-night",
            event("bevy", "crab-night"),
        ),
        ("https://meet.jit.si/RustHackAndLearnBerlin", Meaning::Other),
        (
            "https://notmeetup.com/rust-berlin/events/1/",
            Meaning::Other,
        ),
    ] {
        assert_eq!(Link::parse(text).unwrap().meaning(), meaning, "{text}");
    }
}

#[test]
fn an_address_spelled_once_is_spelled() {
    for url in [
        "https://www.meetup.com/WebAssembly-and-WasmEdge*",
        "https://example.org/caf%c3%a9",
        "https://example.org/%",
        "https://example.org/%2",
    ] {
        let once = Link::parse(url).unwrap();
        assert_eq!(Link::parse(once.as_str()).unwrap(), once, "{url}");
    }
    let upper = Link::parse("https://example.org/caf%c3%a9").unwrap();
    assert_eq!(upper.as_str(), "https://example.org/caf%C3%A9");
}

#[test]
fn only_what_is_known_as_tracking_on_a_host_is_dropped_there() {
    for (written, expected) in [
        // Names that belong to pages of one's own host.
        (
            "https://crab.example/e?share=42&rv=7",
            "https://crab.example/e?share=42&rv=7",
        ),
        (
            "https://crab.example/?source=12",
            "https://crab.example/?source=12",
        ),
        (
            "https://crab.example/?ref=night&si=3",
            "https://crab.example/?ref=night&si=3",
        ),
        (
            "https://crab.example/?usp=2&aff=x&trk=1",
            "https://crab.example/?usp=2&aff=x&trk=1",
        ),
        // Names that stand for nothing else anywhere.
        (
            "https://crab.example/e?id=1&UTM_Source=x&mtm_campaign=y",
            "https://crab.example/e?id=1",
        ),
        (
            "https://crab.example/e?_hsenc=x&_gl=y&yclid=z",
            "https://crab.example/e",
        ),
        (
            "https://crab.example/e#utm_source=x&fbclid=y",
            "https://crab.example/e",
        ),
        (
            "https://crab.example/e#day=1&fbclid=y",
            "https://crab.example/e#day=1&fbclid=y",
        ),
        (
            "https://crab.example/e#:~:text=crab%20night,a=b",
            "https://crab.example/e",
        ),
        // Names that a platform is known for.
        (
            "https://www.youtube.com/watch?v=abc&si=XyZ&feature=shared",
            "https://www.youtube.com/watch?v=abc",
        ),
        ("https://youtu.be/abc?si=XyZ", "https://youtu.be/abc"),
        (
            "https://docs.google.com/forms/d/e/abc/viewform?usp=sf_link",
            "https://docs.google.com/forms/d/e/abc/viewform",
        ),
        (
            "https://www.eventbrite.de/e/crab-night-123?aff=ebdssbdestsearch&keep_tld=1",
            "https://www.eventbrite.de/e/crab-night-123",
        ),
        (
            "https://ti.to/crabs/days?source=letter",
            "https://ti.to/crabs/days",
        ),
        (
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=1&sn=2&chksm=3&scene=21",
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=1&sn=2",
        ),
        // What lets its holder in.
        (
            "https://us02web.zoom.us/j/123456789?pwd=c2VjcmV0#success",
            "https://us02web.zoom.us/j/123456789",
        ),
        (
            "https://teams.live.com/meet/9412345?p=SeCrEt",
            "https://teams.live.com/meet/9412345",
        ),
        (
            "https://meet.crab.example/night?jwt=eyJh.x.y",
            "https://meet.crab.example/night",
        ),
        (
            "https://luma.com/crab-night?tk=AbCd",
            "https://luma.com/crab-night",
        ),
    ] {
        assert_eq!(spelled(written), expected, "{written}");
        assert_eq!(spelled(expected), expected, "{written}, twice");
    }
}

#[test]
fn a_redirect_is_the_page_that_it_leads_to() {
    const PAGE: &str = "https://www.meetup.com/crab-berlin/events/313000001/";
    const CODED: &str = "https%3A%2F%2Fwww.meetup.com%2Fcrab-berlin%2Fevents%2F313000001%2F";
    let twice = CODED.replace('%', "%25");
    for written in [
        format!("https://www.google.com/url?q={PAGE}&sa=D&source=calendar&ust=1&usg=AOv"),
        format!("https://www.google.co.uk/url?sa=t&url={CODED}"),
        format!("https://www.google.com/url?q={PAGE}&amp;sa=D&amp;source=calendar"),
        format!("https://eur03.safelinks.protection.outlook.com/?url={CODED}&data=05%7C02%7Cferris%40crab.example&reserved=0"),
        format!("https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{twice}&data=05"),
        format!("https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={CODED}"),
        format!("https://l.facebook.com/l.php?u={CODED}%3Ffbclid%3DIwAR0&h=AT0"),
        format!("https://l.instagram.com/?u={CODED}&e=AT"),
        format!("https://www.linkedin.com/safety/go?url={CODED}&trk=flagship"),
        format!("https://www.youtube.com/redirect?event=video_description&q={CODED}&v=abc"),
        format!("https://t.umblr.com/redirect?z={CODED}&t=YWJj"),
        format!("https://slack-redir.net/link?url={CODED}&v=3"),
        format!("https://steamcommunity.com/linkfilter/?url={PAGE}"),
        format!("https://steamcommunity.com/linkfilter/?u={CODED}"),
        format!("https://href.li/?{PAGE}"),
        format!("https://duckduckgo.com/l/?uddg={CODED}&rut=abc"),
        format!("https://out.reddit.com/t3_abc?url={CODED}&token=A"),
        format!("https://vk.com/away.php?to={CODED}"),
        format!("https://link.zhihu.com/?target={CODED}"),
        format!("https://linkprotect.cudasvc.com/url?a={CODED}&c=E,1,abc&typo=1"),
        format!("https://secure-web.cisco.com/1abc/{CODED}"),
        format!("https://abc.r.eu-west-1.awstrack.me/L0/{CODED}/1/0102/x=1"),
        format!("https://urldefense.proofpoint.com/v1/url?u={PAGE}&k=x"),
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.meetup.com_crab-2Dberlin_events_313000001_&d=DwMF&r=y".to_owned(),
        format!("https://urldefense.com/v3/__{PAGE}__;!!AbC!xyz$"),
        "https://urldefense.com/v3/__https:/www.meetup.com/crab*berlin/events/313000001/__;LQ!!AbC!xyz$".to_owned(),
        "https://www.bing.com/ck/a?!&&p=abc&u=a1aHR0cHM6Ly93d3cubWVldHVwLmNvbS9jcmFiLWJlcmxpbi9ldmVudHMvMzEzMDAwMDAxLw&ntb=1".to_owned(),
        format!("https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU={CODED}/RK=2/RS=x-"),
        "https://www.google.com/amp/s/www.meetup.com/crab-berlin/events/313000001/".to_owned(),
        format!("https://twitter.com/intent/tweet?text=Crabs&url={CODED}"),
        format!("https://deref-gmx.net/mail/client/abc/dereferrer/?redirectUrl={CODED}"),
        format!("https://deref-web.de/mail/client/abc/dereferrer/?redirectUrl={CODED}"),
        format!("https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u={CODED}"),
        "https://click.pstmrk.it/3s/www.meetup.com%2Fcrab-berlin%2Fevents%2F313000001%2F/abc/def".to_owned(),
    ] {
        assert_eq!(spelled(&written), PAGE, "{written}");
    }
    // Characters that URL Defense took out, one and a run of them.
    assert_eq!(
        spelled("https://urldefense.com/v3/__https://crab.example/?a*b**A__;PWNk!!AbC!xyz$"),
        "https://crab.example/?a=bcd"
    );
}

#[test]
fn a_redirect_to_nowhere_is_no_link_and_nothing_of_it_is_kept() {
    let safe = |target: &str| {
        format!(
            "https://eur03.safelinks.protection.outlook.com/?url={target}&data=05%7Cferris%40crab.example"
        )
    };
    let mut around = "https://crab.example/".to_owned();
    for _ in 0..7 {
        let coded: String = url::form_urlencoded::byte_serialize(around.as_bytes()).collect();
        around = format!("https://href.li/?{coded}");
    }
    for written in [
        safe("javascript%3Aalert(1)"),
        safe(""),
        safe("mailto%3Aferris%40crab.example"),
        safe("https%3A%2F%2Flocalhost%2F"),
        safe("http%3A%2F%2F127.0.0.1%2Fx"),
        safe("http%3A%2F%2F%5B%3A%3A1%5D%2F"),
        "https://www.google.com/url?q=what+is+a+crab&sa=D".to_owned(),
        "https://l.facebook.com/l.php?h=AT0".to_owned(),
        "https://urldefense.com/v3/__https://crab.example/*__;!!A!x$?".to_owned(),
        around,
    ] {
        assert_eq!(Link::parse(&written), Err(LinkError::Redirect), "{written}");
    }
    let secret = safe("https%3A%2F%2Fname%3Apass%40crab.example%2F");
    assert_eq!(Link::parse(&secret), Err(LinkError::Credentials));
    // What is wrapped may be long, what is in it may not.
    let long = "x".repeat(3000);
    let wrapped = format!("https://href.li/?https://crab.example/&data={long}");
    assert_eq!(Link::parse(&wrapped), Err(LinkError::TooLong));
    assert_eq!(
        spelled(&format!(
            "https://l.facebook.com/l.php?h={long}&u=https%3A%2F%2Fcrab.example%2F"
        )),
        "https://crab.example/"
    );
}

#[test]
fn character_references_of_a_page_are_no_part_of_an_address() {
    for written in [
        "https://crab.example/?event=1&amp;occurrence=2",
        "https://crab.example/?event=1&amp;amp;occurrence=2",
        "https://crab.example/?event=1&#038;occurrence=2",
        "https://crab.example/?event&#x3D;1&#x26;occurrence&#61;2",
        "https:&#x2F;&#x2F;crab.example&#x2F;?event=1&#38;occurrence=2",
    ] {
        assert_eq!(
            spelled(written),
            "https://crab.example/?event=1&occurrence=2",
            "{written}"
        );
    }
}

#[test]
fn a_map_or_a_code_of_conduct_is_no_events_page() {
    for (address, is_none) in [
        ("https://maps.app.goo.gl/AbC123", true),
        ("https://goo.gl/maps/AbC123", true),
        ("https://www.google.com/maps/place/Crab+Hall", true),
        ("https://www.google.de/maps/@53.5,10", true),
        ("https://maps.google.com/?q=Crab+Hall", true),
        ("https://maps.apple.com/?q=Crab", true),
        ("https://www.openstreetmap.org/node/1", true),
        ("https://yandex.ru/maps/-/CDabc", true),
        ("https://map.naver.com/p/entry/place/1", true),
        ("https://j.map.baidu.com/ab/c", true),
        ("https://what3words.com/a.b.c", true),
        ("https://www.rust-lang.org/policies/code-of-conduct", true),
        ("https://crab.example/code-of-conduct.html", true),
        ("https://crab.example/docs/CoC/", true),
        ("https://berlincodeofconduct.org/de", true),
        (
            "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Crabs",
            true,
        ),
        ("https://en.wikipedia.org/wiki/Crab", true),
        ("https://sessionize.com/crab-days", true),
        ("https://crab.example/", false),
        ("https://crab.example/code-of-conduct-night", false),
        ("https://[2001:db8::1]/code-of-conduct", false),
        ("https://goo.gl/abc", false),
        ("https://www.google.com/calendar/event?eid=abc", false),
        (
            "https://www.meetup.com/crab-berlin/events/313000001/",
            false,
        ),
        // An event's own name may be a word of the list.
        ("https://luma.com/directions", false),
        ("https://github.com/crabs/meetups", false),
    ] {
        let link = Link::parse(address).unwrap();
        assert_eq!(link.is_no_events_page(), is_none, "{address}");
    }
}

#[test]
fn addresses_in_a_text_end_where_the_sentence_takes_over() {
    let found = |text: &str| -> Vec<String> {
        let links = links_in(text).into_iter();
        links.map(|found| found.link.to_string()).collect()
    };
    for (text, expected) in [
        (
            "See https://crab.example/a, or <https://crab.example/b>.",
            &["https://crab.example/a", "https://crab.example/b"][..],
        ),
        (
            "(https://crab.example/a) [b](https://crab.example/b)",
            &["https://crab.example/a", "https://crab.example/b"],
        ),
        (
            "参加はこちら：https://luma.com/crab-night。定員あり",
            &["https://luma.com/crab-night"],
        ),
        (
            "https://crab.example/a,https://crab.example/b",
            &["https://crab.example/a"],
        ),
        ("**https://crab.example/a**", &["https://crab.example/a"]),
        (
            "RSVP at lu.ma/crab-night!",
            &["https://luma.com/crab-night"],
        ),
        (
            "www.meetup.com/crab-berlin/events/313000001/",
            &["https://www.meetup.com/crab-berlin/events/313000001/"],
        ),
        ("and/or crab.example/night, 24/7", &[]),
        ("http httphttp https://", &[]),
        // What stands inside of an address is not one more.
        (
            "https://web.archive.org/web/2026/https://crab.example/",
            &["https://web.archive.org/web/2026/https://crab.example/"],
        ),
        (
            "https://crab.example/ https://crab.example/",
            &["https://crab.example/"],
        ),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
    let many: String = (0..900)
        .map(|n| format!("https://crab.example/{n} "))
        .collect();
    assert_eq!(found(&many).len(), 50);
    assert_eq!(found(&"http".repeat(500_000)).len(), 0);
}

#[test]
fn the_words_before_a_link_tell_of_which_evening_it_is() {
    for (text, introduced) in [
        ("RSVP: https://luma.com/a", Introduced::AsThis),
        ("Anmeldung\nhttps://luma.com/a", Introduced::AsThis),
        ("お申し込みはhttps://luma.com/a", Introduced::AsThis),
        ("Notes of last time: https://luma.com/a", Introduced::AsPast),
        ("Les billets: https://luma.com/a", Introduced::AsThis),
        ("上次活动 https://luma.com/a", Introduced::AsPast),
        (
            "No recording this time. Register at https://luma.com/a",
            Introduced::AsThis,
        ),
        ("Talks and pizza. https://luma.com/a", Introduced::Plainly),
        ("Register\nTalks: https://luma.com/a", Introduced::Plainly),
    ] {
        assert_eq!(links_in(text)[0].introduced(), introduced, "{text}");
    }
}

#[test]
fn a_stored_link_is_the_link_and_a_text_that_was_never_one_is_parsed() {
    for text in [
        "https://www.meetup.com/rust-berlin/events/1/",
        "https://a.example/x?y=%28z%29",
        "HTTP://A.example/(x)",
        "https://a.example/x y",
        "https://a.example/*b*[c](d)'\"<e>|`\\",
        "https://user:secret@a.example/",
        "https://",
        "nothing",
    ] {
        let parsed = Link::parse(text);
        assert_eq!(Link::stored(text), parsed, "{text}");
        if let Ok(link) = parsed {
            assert_eq!(Link::stored(link.as_str()), Ok(link));
        }
    }
}

#[test]
fn further_parameters_are_dropped_and_further_kept() {
    for (written, printed) in [
        ("https://crab.example/e?srsltid=a", "https://crab.example/e"),
        (
            "https://crab.example/e?fb_action_ids=1",
            "https://crab.example/e",
        ),
        (
            "https://crab.example/e?UTM_Source=x&id=7",
            "https://crab.example/e?id=7",
        ),
        (
            "https://mailchi.mp/crab/e-1?e=abc",
            "https://mailchi.mp/crab/e-1",
        ),
        (
            "https://crab.us1.list-manage.com/track/click?u=1&id=2&e=3",
            "https://crab.us1.list-manage.com/track/click?u=1&id=2",
        ),
        (
            "https://crab-example.translate.goog/e/1?_x_tr_sl=ja&_x_tr_tl=en",
            "https://crab-example.translate.goog/e/1",
        ),
        (
            "https://us02web.zoom.us/meeting/register/tZ?_x_zm_rtaid=x",
            "https://us02web.zoom.us/meeting/register/tZ",
        ),
        (
            "https://bbb.crab.example/b/a?guest_pwd=1",
            "https://bbb.crab.example/b/a",
        ),
        (
            "https://crab.example/e?password=1",
            "https://crab.example/e",
        ),
        // A name of one letter, a source and a redirect of a host's own may be the page.
        ("https://crab.example/e?e=1", "https://crab.example/e?e=1"),
        (
            "https://crab.example/e?sessionid=1",
            "https://crab.example/e?sessionid=1",
        ),
        (
            "https://crab.example/url?q=rust",
            "https://crab.example/url?q=rust",
        ),
        ("https://youtu.be/abc?t=30", "https://youtu.be/abc?t=30"),
        (
            "https://crab.example/3s/page",
            "https://crab.example/3s/page",
        ),
    ] {
        assert_eq!(spelled(written), printed, "{written}");
    }
}

proptest::proptest! {
    /// An address that is plain already is not taken apart. Over http the same one is.
    #[test]
    fn a_plain_address_is_spelled_as_if_it_were_taken_apart(
        host in "(www\\.)?[a-z0-9-]{1,6}(\\.[a-z0-9-]{1,6}){0,2}",
        path in "(http|amp/|3s/|[A-Za-z0-9/_.~-]){0,12}",
    ) {
        let spelled = |scheme: &str| {
            let link = Link::parse(&format!("{scheme}://{host}/{path}")).ok();
            link.map(|link| link.to_string())
        };
        proptest::prop_assert_eq!(spelled("https"), spelled("http"));
    }
}
