//! Tokens that a key signs for: asked for once, used until their end, and never of a mirror.

use super::*;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The header and the claims of a token in RFC 7515's compact form, after its signature was verified.
fn read(token: &str) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, SIGNING.public_key());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    key.verify(signed.as_bytes(), &signature).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let json = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (json(header), json(claims))
}

#[tokio::test]
async fn meetups_key_signs_for_a_token_that_is_used_until_its_end() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    serve_tokens(&server, 3600);
    server.serve("/gql", Answer::ok("application/json", "{}"));
    let request = question(&server.url("/gql"));
    let (one, two) = tokio::join!(fetch(&fetcher, &request), fetch(&fetcher, &request));
    one.unwrap();
    two.unwrap();
    let bearer = format!("Bearer {ACCESS}");
    for asked in server.asked("/gql") {
        assert_eq!(asked.header("authorization"), Some(bearer.as_str()));
    }
    let exchanges = server.asked("/oauth2/access");
    assert_eq!(exchanges.len(), 1);
    let exchange = &exchanges[0];
    assert_eq!(exchange.method, "POST");
    assert_eq!(
        exchange.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&exchange.body)
        .into_owned()
        .collect();
    assert_eq!(
        form[0],
        (
            "grant_type".to_owned(),
            "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()
        )
    );
    assert_eq!((form[1].0.as_str(), form.len()), ("assertion", 2));

    let (header, claims) = read(&form[1].1);
    assert_eq!(
        header,
        json!({"alg": "RS256", "kid": "kid-of-ours", "typ": "JWT"})
    );
    assert_eq!(claims["aud"], "api.meetup.com");
    assert_eq!(claims["iss"], "client-of-ours");
    assert_eq!(claims["sub"], "123456");
    assert_eq!(claims["exp"], now().timestamp() + 600);

    // A token that ends at once is used once.
    let short = loopback::start();
    let fetcher = Fetcher::new(with_keys(&short)).unwrap();
    serve_tokens(&short, 60);
    short.serve("/gql", Answer::ok("application/json", "{}"));
    for _ in 0..2 {
        fetch(&fetcher, &question(&short.url("/gql")))
            .await
            .unwrap();
    }
    assert_eq!(short.asked("/oauth2/access").len(), 2);
}

#[tokio::test]
async fn a_key_that_meetup_refuses_is_not_tried_for_every_group() {
    for answer in [
        Answer::status(400),
        Answer::status(401).body(TOKEN),
        Answer::redirect(302, "https://elsewhere.example/"),
        Answer::ok("application/json", "{\"access_token\": \"\"}"),
        Answer::ok(
            "application/json",
            "{\"access_token\": \"two words, no token\"}",
        ),
        Answer::ok("text/html", "<h1>login</h1>"),
    ] {
        let server = loopback::start();
        let fetcher = Fetcher::new(with_keys(&server)).unwrap();
        server.serve("/oauth2/access", answer.clone());
        for _ in 0..3 {
            let error = fetch(&fetcher, &question(&server.url("/gql")))
                .await
                .unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::Credential {
                        key: Credential::Meetup,
                        ..
                    }
                ),
                "{error:?}"
            );
            assert!(error.not_this_way(), "{error}");
        }
        assert_eq!(server.requests().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_token_office_that_fails_is_no_refusal() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    server.serve("/oauth2/access", Answer::status(503));
    for _ in 0..2 {
        let error = fetch(&fetcher, &question(&server.url("/gql")))
            .await
            .unwrap_err();
        assert!(!error.not_this_way(), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_not_shown_again() {
    let server = loopback::start();
    let fetcher = Fetcher::new(with_keys(&server)).unwrap();
    serve_tokens(&server, 3600);
    server.serve("/gql", Answer::status(401));
    let error = fetch(&fetcher, &question(&server.url("/gql")))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::NotServed { status: 401, .. }),
        "{error:?}"
    );
    let error = fetch(&fetcher, &question(&server.url("/gql")))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("does not accept the token"),
        "{error}"
    );
    assert!(error.not_this_way());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn no_token_is_asked_of_a_mirror() {
    let server = loopback::start();
    let other = loopback::start();
    let settings = Settings {
        origins: Origins {
            meetup: server.url(""),
            ..Origins::default()
        },
        mirrors: vec![Mirror {
            prefix: "https://secure.meetup.com".to_owned(),
            to: MirrorTarget::Server(other.url("")),
        }],
        ..with_keys(&server)
    };
    let fetcher = Fetcher::new(settings).unwrap();
    let error = fetch(&fetcher, &question(&server.url("/gql")))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "[fetch.keys] meetup: secure.meetup.com is mirrored, and keys are never sent to a mirror"
    );
    assert_eq!(server.connections() + other.connections(), 0);
}
