//! The rules of a robots.txt, read and applied.

use rusty_events::fetch::PRODUCT;
use rusty_events::fetch::robots::{LARGEST, Rules};
use std::time::Duration;

/// Whether we may read a path under these rules.
fn may(file: &str, path: &str) -> bool {
    Rules::read(file.as_bytes(), PRODUCT)
        .forbidding(path)
        .is_none()
}

/// Whether a pattern forbids a path.
fn fits(pattern: &str, path: &str) -> bool {
    !may(&format!("User-agent: *\nDisallow: {pattern}\n"), path)
}

#[test]
fn the_name_is_that_of_the_user_agent() {
    assert_eq!(PRODUCT, "rusty-events");
}

/// RFC 9309, 5.1 and 5.2.
#[test]
fn the_examples_of_the_rfc() {
    let simple = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
        User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
        User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\n\
        User-Agent: quxbot\n";
    for (product, allowed, forbidden) in [
        (
            "foobot",
            &["/example/page.html", "/example/allowed.gif"][..],
            &["/", "/example/", "/publications/"][..],
        ),
        ("barbot", &["/", "/example/"], &["/example/page.html"]),
        ("BAZBOT", &["/", "/example/"], &["/example/page.html"]),
        ("quxbot", &["/", "/example/page.html", "/a.gif"], &[]),
        (
            "rusty-events",
            &["/", "/publications/", "/a.gif?x"],
            &["/example/", "/a.gif", "/publications.gif"],
        ),
    ] {
        let rules = Rules::read(simple.as_bytes(), product);
        for path in allowed {
            assert_eq!(rules.forbidding(path), None, "{product} {path}");
        }
        for path in forbidden {
            assert_ne!(rules.forbidding(path), None, "{product} {path}");
        }
    }
    let longest = "User-Agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
    assert!(!may(longest, "/example/page/disallowed.gif"));
    assert!(may(longest, "/example/page/other.gif"));
}

/// RFC 9309, 2.2.2 and 2.2.3.
#[test]
fn both_sides_are_compared_in_one_spelling() {
    for (pattern, path) in [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        (
            "/foo/bar?baz=https://foo.bar",
            "/foo/bar?baz=https://foo.bar",
        ),
        ("/foo/bar/\u{30C4}", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7a"),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
        ("/path/foo-%24", "/path/foo-$"),
        ("/a$b", "/a$b"),
        ("/a b", "/a%20b"),
        ("/{x}", "/%7Bx%7D"),
        ("/100%", "/100%"),
    ] {
        assert!(fits(pattern, path), "{pattern} {path}");
    }
    for (pattern, path) in [
        ("/a%2Fb", "/a/b"),
        ("/a/b", "/a%2Fb"),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-x.html"),
        ("/path/foo-%24", "/path/foo-"),
        ("/A", "/a"),
    ] {
        assert!(!fits(pattern, path), "{pattern} {path}");
    }
    // A byte that is no UTF-8 is a byte all the same.
    let latin = Rules::read(b"User-agent: *\nDisallow: /caf\xe9\n", PRODUCT);
    assert_ne!(latin.forbidding("/caf%E9"), None);
}

#[test]
fn a_star_is_anything_and_a_dollar_the_end() {
    for (pattern, fitting, other) in [
        (
            "/fish",
            &["/fish", "/fish.html", "/fishheads/y", "/fish?id=1"][..],
            &["/Fish", "/a/fish", "/"][..],
        ),
        ("/fish*", &["/fish", "/fishes"], &["/fis"]),
        (
            "/fish/",
            &["/fish/", "/fish/?id=1"],
            &["/fish", "/fish.html"],
        ),
        (
            "/*.php",
            &["/index.php", "/a/f.php?p=1", "/f.php5"],
            &["/", "/windows.PHP"],
        ),
        (
            "/*.php$",
            &["/index.php", "/a.php/b.php"],
            &["/f.php?p", "/f.php/", "/php"],
        ),
        (
            "/fish*.php",
            &["/fish.php", "/fishheads/x.php?a"],
            &["/Fish.php", "/fish"],
        ),
        ("/*/*/c", &["/a/b/c", "/a/b/x/c", "//a//c"], &["/a/c", "/c"]),
        ("/a*b*c$", &["/abc", "/aXbXc", "/abcbc"], &["/abcx", "/acb"]),
        ("/*aa$", &["/aa", "/aaa"], &["/a"]),
        ("/x**y", &["/xy", "/x1y"], &["/x"]),
        ("*.gif", &["/a.gif"], &["/a.png"]),
        ("/$", &["/"], &["/a", "/?a"]),
        ("$", &[], &["/"]),
        ("*", &["/", "/a"], &[]),
        ("fish", &[], &["/fish"]),
        ("https://a.example/", &[], &["/", "/https://a.example/"]),
    ] {
        for path in fitting {
            assert!(fits(pattern, path), "{pattern} {path}");
        }
        for path in other {
            assert!(!fits(pattern, path), "{pattern} {path}");
        }
    }
}

#[test]
fn the_longest_rule_counts_and_of_two_equal_ones_the_one_that_allows() {
    for (rules, path, allowed) in [
        ("Allow: /p\nDisallow: /", "/page", true),
        ("Disallow: /\nAllow: /p", "/page", true),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", true),
        ("Disallow: /folder\nAllow: /folder", "/folder/page", true),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", false),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", true),
        ("Allow: /$\nDisallow: /", "/", true),
        ("Allow: /$\nDisallow: /", "/page.htm", false),
        ("Allow: /a\nDisallow: /a$", "/a", false),
        ("Disallow:", "/", true),
        ("Disallow: /\nDisallow:", "/", false),
        ("Allow:", "/", true),
    ] {
        assert_eq!(
            may(&format!("User-agent: *\n{rules}\n"), path),
            allowed,
            "{rules} {path}"
        );
    }
    assert!(
        may("User-agent: *\nDisallow: /", "/robots.txt"),
        "robots.txt itself is never forbidden"
    );
    assert!(!may("User-agent: *\nDisallow: /", "/robots.txts"));
}

#[test]
fn a_group_that_names_us_counts_alone_and_those_that_do_are_one() {
    let merged = "User-agent: rusty-events\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\n\
        User-Agent: other\nuser-agent: Rusty-Events/1.0 (comment)\nDisallow: /c\n\nUser-agent: other\nDisallow: /\n";
    let merged_allows = |path| may(merged, path);
    assert!(!merged_allows("/a"));
    assert!(
        merged_allows("/b"),
        "what is said to everybody is not said to us"
    );
    assert!(!merged_allows("/c"));
    assert!(merged_allows("/d"));

    let anybody = "User-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /c\n";
    assert_eq!(
        ["/a", "/b", "/c"].map(|path| may(anybody, path)),
        [false, true, false]
    );

    assert!(
        may(
            "User-agent: *\nDisallow: /\nUser-agent: rusty-events\n",
            "/a"
        ),
        "nothing is forbidden to us"
    );
    for name in [
        "rusty",
        "rusty-events-two",
        "rusty_events",
        "rusty-eventsé",
        "rust*",
        "my rusty-events",
    ] {
        let named = name == "rusty-eventsé";
        assert_eq!(
            !may(&format!("User-agent: {name}\nDisallow: /\n"), "/"),
            named,
            "{name}"
        );
    }
    assert!(
        may("Disallow: /\nUser-agent: other\n", "/"),
        "rules before any name apply to no program"
    );
}

#[test]
fn lines_are_read_in_whatever_form_they_come() {
    for file in [
        "User-agent: *\nDisallow: /a\n",
        "User-agent: *\r\nDisallow: /a\r\n",
        "User-agent: *\rDisallow: /a",
        "\u{feff}User-agent: *\nDisallow: /a\n",
        "  USER-AGENT :\t* # everybody\n\n\n dIsAlLoW\t:/a# but not b\n",
        "User-agent: *\nSitemap: https://a.example/s.xml\nNonsense\n: \nCrawl-delay: 3\nDisallow: /a\n",
        "User-agent: *\nSitemap: /s\nUser-agent: other\nDisallow: /a\n",
        "User-agent: *\0\nDisallow: /a\n",
    ] {
        assert!(!may(file, "/a"), "{file:?}");
        assert!(may(file, "/b"), "{file:?}");
    }
    let rules = |file: &str| {
        Rules::read(file.as_bytes(), PRODUCT)
            .forbidding("/a")
            .unwrap()
    };
    for file in [
        "\n\nUser-agent: *\nDisallow: /a",
        "\r\n\r\nUser-agent: *\r\nDisallow: /a",
        "\r\rUser-agent: *\rDisallow: /a",
    ] {
        assert_eq!(rules(file).line, 4, "{file:?}");
    }
    let hostile = rules(
        "User-agent: *\nDisallow: /*\u{1b}[2J\u{202e}\"<b>\nDisallow: /a\u{7}*\nDisallow: /a",
    );
    assert_eq!((hostile.line, hostile.pattern.as_str()), (4, "/a"));
    let long = rules(&format!("User-agent: *\nDisallow: /a{}", "*".repeat(9)));
    assert_eq!(long.pattern, "/a*");
    let long = format!("User-agent: *\nDisallow: /{}", "*a".repeat(200));
    let long = Rules::read(long.as_bytes(), PRODUCT)
        .forbidding(&format!("/{}", "a".repeat(200)))
        .unwrap();
    assert_eq!(long.pattern.len(), 100);
}

#[test]
fn a_web_page_in_its_place_has_no_rules() {
    for file in [
        "<!DOCTYPE html>\n<pre>\nUser-agent: *\nDisallow: /\n</pre>",
        "\u{feff} \n <html>\nUser-agent: *\nDisallow: /\n",
        "",
        "\u{feff}",
        "not found",
    ] {
        assert!(may(file, "/"), "{file:?}");
    }
}

#[test]
fn a_pause_is_read_where_it_makes_sense() {
    let delay = |value: &str| {
        let file = format!("User-agent: *\nCrawl-delay: {value}\nDisallow: /a\n");
        Rules::read(file.as_bytes(), PRODUCT).crawl_delay()
    };
    assert_eq!(delay("10"), Some(Duration::from_secs(10)));
    assert_eq!(delay("0.5"), Some(Duration::from_millis(500)));
    for nonsense in ["", "-1", "NaN", "inf", "1e300", "soon", "10 s"] {
        assert_eq!(delay(nonsense), None, "{nonsense}");
    }
    let others = "User-agent: other\nCrawl-delay: 60\nDisallow: /\nUser-agent: *\nDisallow: /a\n";
    assert_eq!(Rules::read(others.as_bytes(), PRODUCT).crawl_delay(), None);
}

#[test]
fn what_is_too_much_forbids_more_and_never_less() {
    // A file is read to the last line that ends within the limit.
    let start = "User-agent: *\nDisallow: /a\n";
    let filler = "#".repeat(LARGEST - start.len() - 12) + "\n";
    let cut = format!("{start}{filler}Disallow: /bcdefgh\nDisallow: /c\n");
    assert!(cut.len() > LARGEST);
    assert_eq!(
        ["/a", "/b", "/c"].map(|path| may(&cut, path)),
        [false, true, true]
    );

    let long = "x".repeat(600);
    let rules = format!("User-agent: *\nDisallow: /{long}\n");
    assert!(!may(&rules, &format!("/{long}")));
    assert!(!may(&rules, &format!("/{}", "x".repeat(550))));
    assert!(may(&rules, &format!("/{}", "x".repeat(400))));
    let rules = format!("User-agent: *\nDisallow: /x\nAllow: /{long}\n");
    assert!(!may(&rules, &format!("/{long}")));

    let many: String = (0..1000)
        .map(|number| format!("Disallow: /{number}*z\n"))
        .collect();
    let rules = format!(
        "User-agent: *\n{many}Disallow: /a*b\nAllow: /c*d\nDisallow: /c\nDisallow: /plain\n"
    );
    assert!(!may(&rules, "/999z"));
    assert!(!may(&rules, "/a"), "cut at its star");
    assert!(!may(&rules, "/cd"), "what would have allowed is not taken");
    assert!(
        !may(&rules, "/plain") && may(&rules, "/other"),
        "without a star there may be any number"
    );
}

#[test]
fn no_file_makes_it_stumble() {
    // Chance is an argument: a fixed sequence (Knuth's MMIX constants).
    let mut state: u64 = 9309;
    let pieces: &[&[u8]] = &[
        b"User-agent:",
        b"*",
        b"Disallow:",
        b"Allow:",
        b"/",
        b"a",
        b"$",
        b"%",
        b"%2",
        b"%41",
        b"\n",
        b"\r",
        b"#",
        b" ",
        b"\xff",
        b"\xe9",
        b"rusty-events",
        b"Crawl-delay: 1",
        b":",
        b"<",
    ];
    for _ in 0..3000 {
        let mut file = Vec::new();
        for _ in 0..30 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            file.extend_from_slice(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        let rules = Rules::read(&file, PRODUCT);
        for path in ["/", "/a?a", "", "*", "/%", "/%4", "/a%2"] {
            if let Some(forbidden) = rules.forbidding(path) {
                assert!(
                    forbidden
                        .pattern
                        .bytes()
                        .all(|byte| byte.is_ascii_graphic()),
                    "{forbidden:?}"
                );
                assert!(forbidden.line >= 2, "{forbidden:?}");
            }
        }
    }
}
