//! Credentials: sent to their own platform only.

mod tokens;

use super::{now, settings};
use crate::loopback::{self, Answer, Asked, Server};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusty_events::facts::source::{Credential, Page, Purpose, Request, Way};
use rusty_events::fetch::{
    Credentials, Error, Fetched, Fetcher, Mirror, MirrorTarget, Origins, Settings, Validators,
};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

const TOKEN: &str = "T0PSECRET-TOKEN";
const ACCESS: &str = "4CCESS-TOKEN-OF-MEETUP";

static SIGNING: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

fn private_key() -> String {
    let der: Pkcs8V1Der<'_> = SIGNING.as_der().unwrap();
    // RFC 7468: lines of 64 characters.
    let text = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..text.len().min(at + 64)])
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

/// Meetup's key as a file would hold it.
pub(crate) fn meetup_key() -> String {
    let private_key = private_key();
    json!({"client_key": "client-of-ours", "member_id": 123456, "key_id": "kid-of-ours", "private_key": private_key})
        .to_string()
}

fn keys() -> Credentials {
    let mut keys = Credentials::default();
    keys.add(Credential::Eventbrite, &format!(" {TOKEN}\n"))
        .unwrap();
    keys.add(Credential::Connpass, TOKEN).unwrap();
    keys.add(Credential::Meetup, &meetup_key()).unwrap();
    keys
}

/// Origins that are all this server.
fn origins(server: &Server) -> Origins {
    let origin = server.url("");
    Origins {
        meetup: origin.clone(),
        meetup_tokens: origin.clone(),
        eventbrite: origin.clone(),
        connpass: origin.clone(),
        github: origin,
    }
}

fn with_keys(server: &Server) -> Settings {
    Settings {
        keys: keys(),
        origins: origins(server),
        ..settings(&[server])
    }
}

fn keyed(url: &str, key: Credential) -> Request {
    Request {
        key: Some(key),
        ..Request::get(url, Purpose::List, Way::Api)
    }
}

fn question(url: &str) -> Request {
    Request {
        body: Some("{\"query\":\"q\"}".to_owned()),
        ..keyed(url, Credential::Meetup)
    }
}

async fn fetch(fetcher: &Fetcher, request: &Request) -> Result<Page, Error> {
    let known = Validators {
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
    };
    match fetcher.fetch(request, &known, now()).await? {
        Fetched::Page { page, .. } => Ok(page),
        Fetched::Unchanged => panic!("unchanged"),
    }
}

fn is_bare(asked: &Asked) -> bool {
    let secrets = [TOKEN, ACCESS, "client-of-ours"];
    let said = format!("{asked:?} {}", String::from_utf8_lossy(&asked.body));
    asked.header("authorization").is_none()
        && asked.header("x-api-key").is_none()
        && !secrets.iter().any(|secret| said.contains(secret))
}

fn serve_tokens(server: &Server, expires_in: u64) {
    let body = json!({"access_token": ACCESS, "refresh_token": "r3fresh", "expires_in": expires_in, "token_type": "bearer"});
    let answer = Answer::ok("application/json", body.to_string());
    server.serve("/oauth2/access", answer);
}

#[tokio::test]
async fn each_key_goes_into_the_header_that_its_platform_reads() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    server.serve("/x", Answer::ok("application/json", "{}"));
    let url = server.url("/x");
    fetch(&fetcher, &keyed(&url, Credential::Eventbrite))
        .await
        .unwrap();
    fetch(&fetcher, &keyed(&url, Credential::Connpass))
        .await
        .unwrap();
    fetch(&fetcher, &Request::get(&url, Purpose::List, Way::Api))
        .await
        .unwrap();
    let asked = server.requests();
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(asked[0].header("authorization"), Some(bearer.as_str()));
    assert_eq!(asked[0].header("x-api-key"), None);
    assert_eq!(
        asked[0].header("accept"),
        Some("application/json, */*;q=0.5")
    );
    assert_eq!(asked[1].header("x-api-key"), Some(TOKEN));
    assert_eq!(asked[1].header("authorization"), None);
    assert!(is_bare(&asked[2]));
}

#[tokio::test]
async fn a_key_goes_to_no_other_host_port_or_scheme() {
    let server = loopback::start();
    let other = loopback::start();
    other.serve("/x", Answer::ok("application/json", "{}"));
    for origin in [
        server.url(""),
        format!("https://{}", other.address()),
        "http://127.0.0.1".to_owned(),
        format!("http://api.example:{}", other.address().port()),
        String::new(),
    ] {
        let settings = Settings {
            keys: keys(),
            origins: Origins {
                eventbrite: origin.clone(),
                meetup: origin,
                ..Origins::default()
            },
            ..settings(&[&server, &other])
        };
        let fetcher = Fetcher::new(settings).unwrap();
        for key in Credential::ALL {
            fetch(&fetcher, &keyed(&other.url("/x"), key))
                .await
                .unwrap();
        }
    }
    assert_eq!(other.requests().len(), 20);
    assert!(other.requests().iter().all(is_bare));
    assert!(server.requests().is_empty());
    let own = Origins::default();
    for origin in [
        own.meetup,
        own.meetup_tokens,
        own.eventbrite,
        own.connpass,
        own.github,
    ] {
        assert!(origin.starts_with("https://"), "{origin}");
    }
}

#[tokio::test]
async fn a_mirror_is_shown_no_key() {
    let server = loopback::start();
    let folder = tempfile::tempdir().unwrap();
    let mirror = |prefix: &str, to| Mirror {
        prefix: prefix.to_owned(),
        to,
    };
    let settings = Settings {
        keys: keys(),
        mirrors: vec![
            mirror("https://", MirrorTarget::Server(server.url(""))),
            mirror(
                "https://www.eventbriteapi.com/v3/local",
                MirrorTarget::Folder(folder.path().to_owned()),
            ),
        ],
        ..settings(&[])
    };
    let fetcher = Fetcher::new(settings).unwrap();
    for path in [
        "/www.eventbriteapi.com/v3/x",
        "/connpass.com/x",
        "/api.meetup.com/gql-ext",
    ] {
        server.serve(path, Answer::ok("application/json", "{}"));
    }
    for request in [
        keyed("https://www.eventbriteapi.com/v3/x", Credential::Eventbrite),
        keyed("https://connpass.com/x", Credential::Connpass),
        question("https://api.meetup.com/gql-ext"),
    ] {
        fetch(&fetcher, &request).await.unwrap();
    }
    let asked = server.requests();
    // No token is asked for where none would be shown.
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(is_bare), "{asked:?}");
    assert_eq!(
        (asked[2].method.as_str(), &asked[2].body[..]),
        ("POST", &b"{\"query\":\"q\"}"[..])
    );
    // A folder answers addresses, not questions.
    std::fs::write(folder.path().join("q"), "{}").unwrap();
    let local = "https://www.eventbriteapi.com/v3/local/q";
    fetch(&fetcher, &keyed(local, Credential::Eventbrite))
        .await
        .unwrap();
    let refused = fetch(&fetcher, &question(local)).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotServed { status: 404, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_redirect_takes_a_key_nowhere_else_and_not_back_again() {
    let server = loopback::start();
    let other = loopback::start();
    let settings = Settings {
        mirrors: vec![Mirror {
            prefix: "http://elsewhere.example".to_owned(),
            to: MirrorTarget::Server(other.url("")),
        }],
        ..with_keys(&server)
    };
    let fetcher = Fetcher::new(settings).unwrap();
    let url = server.url("/start");
    let request = keyed(&url, Credential::Connpass);
    let shown = |path: &str| server.asked(path)[0].header("x-api-key").is_some();
    server.serve("/end", Answer::ok("application/json", "{}"));

    server.serve("/start", Answer::redirect(302, "/end"));
    fetch(&fetcher, &request).await.unwrap();
    assert!(shown("/start") && shown("/end"));

    server.serve(
        "/start",
        Answer::redirect(302, "http://elsewhere.example/there"),
    );
    server.serve("/back", Answer::ok("application/json", "{}"));
    other.serve("/there", Answer::redirect(302, &server.url("/back")));
    fetch(&fetcher, &request).await.unwrap();
    assert_eq!(
        (other.requests().len(), server.asked("/back").len()),
        (1, 1)
    );
    assert!(is_bare(&other.requests()[0]) && is_bare(&server.asked("/back")[0]));
}

#[tokio::test]
async fn what_is_posted_is_json_and_is_never_redirected_nor_conditional() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    serve_tokens(&server, 3600);
    server.serve("/gql", Answer::ok("application/json", "{}"));
    fetch(&fetcher, &question(&server.url("/gql")))
        .await
        .unwrap();
    let asked = &server.asked("/gql")[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.body, b"{\"query\":\"q\"}");
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(asked.header("if-none-match"), None);
    for status in [301, 302, 303, 307, 308] {
        server.serve("/gql", Answer::redirect(status, "/gql2"));
        let refused = fetch(&fetcher, &question(&server.url("/gql")))
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::Redirect { .. }), "{refused:?}");
    }
    assert_eq!(server.asked("/gql2").len(), 0);
}

#[tokio::test]
async fn without_the_key_no_host_is_asked() {
    let server = loopback::start();
    let settings = Settings {
        keys: Credentials::default(),
        ..with_keys(&server)
    };
    let fetcher = Fetcher::new(settings).unwrap();
    for key in Credential::ALL {
        assert!(!fetcher.holds(key));
        let error = fetch(&fetcher, &keyed(&server.url("/x"), key))
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("[fetch.keys] {key}: is not configured")
        );
        assert!(error.not_this_way());
        assert_eq!(error.phase(), "key");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_answer_that_repeats_the_key_is_not_handed_on() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    let with_token = |path: &str| format!("{path}?token={TOKEN}");
    for answer in [
        Answer::ok(
            "application/json",
            format!("{{\"message\":\"bad token {TOKEN}\"}}"),
        ),
        Answer::ok("application/json", "{}").header("ETag", format!("\"{TOKEN}\"")),
        Answer::ok(&format!("text/{TOKEN}"), "{}"),
        Answer::redirect(301, &with_token("/y")),
        Answer::redirect(301, &with_token("http://127.0.0.1:1/")),
    ] {
        server.serve("/x", answer.clone());
        let error = fetch(&fetcher, &keyed(&server.url("/x"), Credential::Eventbrite))
            .await
            .unwrap_err();
        assert!(!error.to_string().contains(TOKEN), "{error}");
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
        assert!(
            error.to_string().contains("repeats the key"),
            "{answer:?}: {error}"
        );
    }
    assert!(server.requests().iter().all(|asked| asked.path == "/x"));
}

/// Whatever is logged, on any level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_key_is_in_no_log_no_error_and_no_debug() {
    let server = loopback::start();
    let settings = with_keys(&server);
    let mut said = format!("{settings:?} {:#?}", settings.keys);
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    {
        let _guard = tracing::subscriber::set_default(subscriber);
        let fetcher = Fetcher::new(settings).unwrap();
        serve_tokens(&server, 3600);
        for answer in [
            Answer::ok("application/json", "{}"),
            Answer::status(500),
            Answer::status(429),
            Answer::raw("nonsense\r\n\r\n"),
            Answer::redirect(302, "http://169.254.169.254/"),
            Answer::status(403),
            Answer::status(401),
        ] {
            server.serve("/x", answer);
            for key in Credential::ALL {
                let fetched = fetch(&fetcher, &keyed(&server.url("/x"), key)).await;
                said += &format!("{fetched:?}");
                said += &fetched.map_or_else(|error| error.to_string(), |_| String::new());
            }
        }
        said += &format!("{fetcher:?}");
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("asked"), "nothing was logged");
    said += &logged;
    let pem = private_key();
    for secret in [
        TOKEN,
        ACCESS,
        "client-of-ours",
        "kid-of-ours",
        "r3fresh",
        pem.lines().nth(1).unwrap(),
    ] {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}

#[test]
fn what_is_no_key_is_refused_without_repeating_it() {
    let meetup = |change: fn(&mut Value)| {
        let mut key: Value = serde_json::from_str(&meetup_key()).unwrap();
        change(&mut key);
        key.to_string()
    };
    for (key, text, why) in [
        (Credential::Eventbrite, String::new(), "is no token"),
        (Credential::Eventbrite, "short".to_owned(), "is no token"),
        (
            Credential::Connpass,
            "two words-words".to_owned(),
            "is no token",
        ),
        (
            Credential::Connpass,
            "line\r\nInjected: 1".to_owned(),
            "is no token",
        ),
        (Credential::Connpass, "x".repeat(5000), "is no token"),
        (
            Credential::Meetup,
            "s3cret-in-no-json".to_owned(),
            "is not valid JSON: line 1, column 1",
        ),
        (
            Credential::Meetup,
            "\"s3cret\"".to_owned(),
            "has no client_key",
        ),
        (
            Credential::Meetup,
            meetup(|key| key["key_id"] = json!(null)),
            "has no key_id",
        ),
        (
            Credential::Meetup,
            meetup(|key| key["member_id"] = json!(["s3cret"])),
            "has no member_id",
        ),
        (
            Credential::Meetup,
            meetup(|key| key["private_key"] = json!("s3cret")),
            "has a private_key that is no RSA key",
        ),
    ] {
        let mut keys = Credentials::default();
        let error = keys.add(key, &text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("[fetch.keys] {key}: {why}")),
            "{error}"
        );
        assert!(!error.contains("s3cret"), "{error}");
        assert!(!keys.holds(key));
    }
}
