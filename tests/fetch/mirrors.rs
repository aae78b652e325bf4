//! Fetching from somewhere else: a server or a folder in place of a prefix.

use super::{error, fetch, fetcher, now, page, request, settings};
use crate::loopback::{self, Answer, Server};
use rusty_events::fetch::{Error, Fetched, Fetcher, Mirror, MirrorTarget, Settings, Validators};
use std::path::Path;

fn to_server(prefix: &str, base: &str) -> Mirror {
    Mirror {
        prefix: prefix.to_owned(),
        to: MirrorTarget::Server(base.to_owned()),
    }
}

fn to_folder(prefix: &str, folder: &Path) -> Mirror {
    Mirror {
        prefix: prefix.to_owned(),
        to: MirrorTarget::Folder(folder.to_owned()),
    }
}

fn mirrored(mirrors: Vec<Mirror>) -> Fetcher {
    let settings = Settings {
        mirrors,
        ..settings(&[])
    };
    Fetcher::new(settings).unwrap()
}

/// Serves at each path the path itself.
fn serve_names(server: &Server, paths: &[&str]) {
    for path in paths {
        server.serve(path, Answer::ok("text/plain", path));
    }
}

#[tokio::test]
async fn a_server_stands_in_for_the_longest_prefix_that_ends_at_a_boundary() {
    let server = loopback::start();
    let mirror = mirrored(vec![
        to_server("https://", &server.url("/all")),
        to_server("https://example.org/a", &server.url("/a")),
        to_server("https://Example.ORG", &server.url("/site/")),
        to_server("https://example.org/a/b/", &server.url("/b")),
    ]);
    for (url, asked) in [
        ("https://example.org/", "/site/"),
        ("https://example.org", "/site/"),
        ("https://example.org:443/x?q=1", "/site/x?q=1"),
        ("https://example.org?q=1", "/site/?q=1"),
        ("https://EXAMPLE.org/ab", "/site/ab"),
        ("https://example.org/a", "/a"),
        ("https://example.org/a?q=1", "/a?q=1"),
        ("https://example.org/a/x", "/a/x"),
        ("https://example.org/a/b", "/a/b"),
        ("https://example.org/a/b/", "/b/"),
        ("https://example.org/a/b/c%20d/../e", "/b/e"),
        ("webcal://example.org/feed.ics", "/site/feed.ics"),
        (
            "https://example.org.evil.example/x",
            "/all/example.org.evil.example/x",
        ),
        ("https://example.org:8443/x", "/all/example.org:8443/x"),
        ("https://other.example/%2e%2e/x", "/all/other.example/x"),
    ] {
        server.serve(asked, Answer::ok("text/plain", "here"));
        let page = page(&mirror, url).await;
        assert_eq!(server.requests().pop().unwrap().path, asked, "{url}");
        assert!(page.url.starts_with("https://"), "{}", page.url);
    }
}

#[tokio::test]
async fn a_redirect_inside_a_mirror_is_mapped_again() {
    let server = loopback::start();
    let base = server.url("/example.org");
    let mirror = mirrored(vec![
        to_server("https://example.org", &base),
        to_server("https://other.example", &server.url("/other.example")),
    ]);
    serve_names(&server, &["/example.org/new", "/other.example/x"]);
    for (location, at) in [
        ("/new", "https://example.org/new"),
        ("new", "https://example.org/new"),
        ("https://example.org/new", "https://example.org/new"),
        ("//example.org/new", "https://example.org/new"),
        // A server of files speaks of its own paths.
        ("/example.org/new", "https://example.org/new"),
        (&server.url("/example.org/new"), "https://example.org/new"),
        (&server.url("/other.example/x"), "https://other.example/x"),
        ("https://other.example/x", "https://other.example/x"),
    ] {
        server.serve("/example.org/old", Answer::redirect(301, location));
        let fetched = fetch(&mirror, "https://example.org/old").await;
        let Ok(Fetched::Page { page, moved, .. }) = fetched else {
            panic!("{location}: {fetched:?}");
        };
        assert_eq!(page.url, at, "{location}");
        assert_eq!(moved.as_deref(), Some(at), "{location}");
        assert_eq!(page.request.url, "https://example.org/old");
    }
}

#[tokio::test]
async fn a_mirror_of_everything_may_redirect_as_the_site_or_as_itself() {
    let server = loopback::start();
    let mirror = mirrored(vec![to_server("https://", &server.url(""))]);
    serve_names(&server, &["/example.org/new", "/other.example/new"]);
    for (location, at) in [
        ("/new", "https://example.org/new"),
        ("/example.org/new", "https://example.org/new"),
        (&server.url("/example.org/new"), "https://example.org/new"),
        (
            &server.url("/other.example/new"),
            "https://other.example/new",
        ),
    ] {
        server.serve("/example.org/old", Answer::redirect(302, location));
        let page = page(&mirror, "https://example.org/old").await;
        assert_eq!(page.url, at, "{location}");
    }
}

#[tokio::test]
async fn a_redirect_out_of_a_mirror_goes_no_further_than_any_other() {
    let server = loopback::start();
    let canary = loopback::start();
    let mirror = mirrored(vec![to_server("https://example.org", &server.url("/m"))]);
    for target in [
        canary.url("/"),
        server.url("/elsewhere"),
        "http://169.254.169.254/".to_owned(),
    ] {
        server.serve("/m/old", Answer::redirect(302, &target));
        let error = error(&mirror, "https://example.org/old").await;
        assert!(
            matches!(error, Error::Forbidden { .. } | Error::Redirect { .. }),
            "{target}: {error:?}"
        );
    }
    server.serve("/m/old", Answer::redirect(302, "http://example.org/plain"));
    let error = error(&mirror, "https://example.org/old").await;
    assert!(error.to_string().contains("https to http"), "{error}");
    assert_eq!(canary.connections(), 0);
    assert!(server.requests().iter().all(|asked| asked.path == "/m/old"));
}

#[tokio::test]
async fn the_address_of_a_mirror_cannot_be_named_by_a_source() {
    let server = loopback::start();
    let mirror = mirrored(vec![to_server("https://example.org", &server.url("/m"))]);
    let error = error(&mirror, &server.url("/m/x")).await;
    assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    // Nor can a mirror be named by a name that stands for this machine.
    let port = server.address().port();
    let base = format!("http://localhost:{port}");
    let mirror = mirrored(vec![to_server("https://example.org", &base)]);
    let error = super::error(&mirror, "https://example.org/").await;
    assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    assert_eq!(mirror.check("https://example.org/"), Err(error));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_mirror_that_is_none_is_refused() {
    for (prefix, base) in [
        ("example.org", "http://127.0.0.1:1234"),
        ("", "http://127.0.0.1:1234"),
        ("ftp://example.org", "http://127.0.0.1:1234"),
        ("https://example.org", "127.0.0.1:1234"),
        ("https://example.org", "ftp://127.0.0.1:1234"),
        ("https://example.org", "http://u:p@127.0.0.1:1234"),
        ("https://example.org", "http://127.0.0.1:1234/?q="),
    ] {
        let settings = Settings {
            mirrors: vec![to_server(prefix, base)],
            ..Settings::default()
        };
        let refused = Fetcher::new(settings).unwrap_err();
        assert!(
            matches!(refused, Error::Settings { key: "mirrors", .. }),
            "{prefix} = {base}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_folder_holds_a_file_for_each_path_and_query() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::create_dir_all(at.join("rust-berlin/events/ical")).unwrap();
    std::fs::create_dir_all(at.join("a%20b")).unwrap();
    for file in [
        "index",
        "index@q=1",
        "feed.ics",
        "rust-berlin/index",
        "rust-berlin/events/ical/index",
        "rust-berlin/events/index@type=upcoming",
        "a%20b/c%2Fd",
        "items@cursor=a%2Bb@period=future",
        "go@url=https:%2F%2Fexample.org%2Fx",
        "all@all",
    ] {
        std::fs::write(at.join(file), file).unwrap();
    }
    let mirror = mirrored(vec![to_folder("https://example.org", at)]);
    for (path, file) in [
        ("", "index"),
        ("/", "index"),
        ("?q=1", "index@q=1"),
        ("/feed.ics", "feed.ics"),
        ("/feed.ics#part", "feed.ics"),
        ("/rust-berlin", "rust-berlin/index"),
        ("/rust-berlin/", "rust-berlin/index"),
        ("/rust-berlin/events/ical", "rust-berlin/events/ical/index"),
        ("/rust-berlin/events/ical/", "rust-berlin/events/ical/index"),
        (
            "/rust-berlin/events/?type=upcoming",
            "rust-berlin/events/index@type=upcoming",
        ),
        (
            "/rust-berlin/events?type=upcoming",
            "rust-berlin/events/index@type=upcoming",
        ),
        ("/a b/c%2Fd", "a%20b/c%2Fd"),
        (
            "/items?period=future&cursor=a%2Bb",
            "items@cursor=a%2Bb@period=future",
        ),
        (
            "/items?cursor=a%2Bb&&period=future&",
            "items@cursor=a%2Bb@period=future",
        ),
        (
            "/go?url=https://example.org/x",
            "go@url=https:%2F%2Fexample.org%2Fx",
        ),
        ("/all?all", "all@all"),
    ] {
        let url = format!("https://example.org{path}");
        let page = page(&mirror, &url).await;
        assert_eq!(page.body, file.as_bytes(), "{url}");
        assert_eq!(page.content_type, None);
        assert!(page.url.starts_with("https://example.org/"));
    }
}

#[tokio::test]
async fn what_a_folder_does_not_hold_is_a_404_and_nothing_outside_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("pages");
    std::fs::create_dir_all(at.join("empty")).unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    std::fs::write(at.join("file"), "here").unwrap();
    let mirror = mirrored(vec![
        to_folder("https://example.org", &at),
        to_folder("https://", &at),
    ]);
    let secret = folder.path().join("secret");
    let long = "a".repeat(1000);
    for path in [
        "/missing",
        "/file/below",
        "/file/",
        "/file?q=1",
        "/empty",
        "/empty/",
        "/../secret",
        "/%2e%2e/secret",
        "/empty/..%2f..%2fsecret",
        "/empty/..%5c..%5csecret",
        "/?/../../secret",
        "/file%00",
        &format!("/{}", secret.display()),
        &format!("//{}", secret.display()),
        &format!("/{long}"),
    ] {
        let url = format!("https://example.org{path}");
        let error = error(&mirror, &url).await;
        assert!(
            matches!(error, Error::NotServed { status: 404, .. }),
            "{url}: {error:?}"
        );
        assert!(error.not_this_way());
    }
    for url in [
        "https://../secret",
        "https://%2e%2e/secret",
        "https://./secret",
    ] {
        assert!(fetch(&mirror, url).await.is_err(), "{url}");
    }
}

#[tokio::test]
async fn a_file_is_unchanged_until_its_content_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ics");
    std::fs::write(&file, "one").unwrap();
    let mirror = mirrored(vec![to_folder("https://example.org", folder.path())]);
    let request = request("https://example.org/feed.ics");
    let nothing_known = Validators::default();
    let as_source = mirror
        .read_file(&file, &request, &nothing_known, now())
        .await;
    let as_mirror = mirror.fetch(&request, &nothing_known, now()).await;
    assert_eq!(as_source, as_mirror);
    let Ok(Fetched::Page { validators, .. }) = as_mirror else {
        panic!("{as_mirror:?}");
    };
    for (content, unchanged) in [("one", true), ("two", false)] {
        std::fs::write(&file, content).unwrap();
        let again = mirror.fetch(&request, &validators, now()).await.unwrap();
        assert_eq!(again == Fetched::Unchanged, unchanged);
        let again = mirror.read_file(&file, &request, &validators, now()).await;
        assert_eq!(again.unwrap() == Fetched::Unchanged, unchanged);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.ics");
    std::fs::File::create(&large)
        .unwrap()
        .set_len(10 * 1024 * 1024 + 1)
        .unwrap();
    let nothing_known = Validators::default();
    let fetcher = fetcher(&[]);
    for path in [
        large,
        folder.path().join("missing.ics"),
        folder.path().to_owned(),
        "/dev/null".into(),
    ] {
        let request = request("https://example.org/");
        let read = fetcher
            .read_file(&path, &request, &nothing_known, now())
            .await;
        let error = read.unwrap_err();
        assert!(matches!(error, Error::File { .. }), "{error:?}");
        assert!(
            error.to_string().starts_with(&path.display().to_string()),
            "{error}"
        );
        assert_eq!(error.phase(), "file");
    }
}
