//! The secrets that open platforms' interfaces, and to whom alone they are shown.
//!
//! A secret goes into one header of one request to the platform's own address, and nowhere else: not to
//! a mirror, not behind a redirect that leads elsewhere, not into a log, a message or `Debug`.

use super::{Error, guard};
use crate::facts::source::Key;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::header::{self, HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::fmt;
use url::{Origin, Url};

/// Bytes that a token has at least and at most. A shorter one would be found in every page by accident.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 8..=4096;

/// How long a signed request for a token of Meetup's may be used.
const ASSERTION_LASTS: TimeDelta = TimeDelta::minutes(10);

/// The credentials that are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    meetup: Option<MeetupKey>,
    eventbrite: Option<Secret>,
    connpass: Option<Secret>,
}

/// Where keys are shown, each as scheme, host and port: `https://api.meetup.com`. Others than the
/// platforms' own are for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// Meetup's interface.
    pub meetup: String,
    /// Where Meetup gives tokens for its interface.
    pub meetup_tokens: String,
    /// Eventbrite's interface.
    pub eventbrite: String,
    /// connpass's interface.
    pub connpass: String,
}

impl Default for Origins {
    fn default() -> Origins {
        Origins {
            meetup: "https://api.meetup.com".to_owned(),
            meetup_tokens: "https://secure.meetup.com".to_owned(),
            eventbrite: "https://www.eventbriteapi.com".to_owned(),
            connpass: "https://connpass.com".to_owned(),
        }
    }
}

impl Origins {
    /// Whether an address is the one that a key is for.
    pub(super) fn is_of(&self, key: Key, url: &Url) -> bool {
        let origin = match key {
            Key::Meetup => &self.meetup,
            Key::Eventbrite => &self.eventbrite,
            Key::Connpass => &self.connpass,
        };
        let own = Url::parse(origin).map(|own| own.origin());
        own.is_ok_and(|own| matches!(own, Origin::Tuple(..)) && own == url.origin())
    }

    /// The address where Meetup's key is exchanged for a token.
    pub(super) fn token_address(&self) -> Result<Url, Error> {
        guard::parse(&format!("{}/oauth2/access", self.meetup_tokens))
    }
}

impl Keys {
    /// Takes a credential as its file or variable holds it: a token, or Meetup's JSON with `client_key`,
    /// `member_id`, `key_id` and `private_key` (RSA, as PEM).
    ///
    /// # Errors
    /// [`Error::Key`] if it is none. The message repeats nothing of it.
    pub fn add(&mut self, key: Key, text: &str) -> Result<(), Error> {
        let text = text.trim_start_matches('\u{feff}').trim();
        match key {
            Key::Meetup => self.meetup = Some(MeetupKey::read(text)?),
            Key::Eventbrite => self.eventbrite = Some(token(key, text)?),
            Key::Connpass => self.connpass = Some(token(key, text)?),
        }
        Ok(())
    }

    /// Whether that credential is held.
    pub fn holds(&self, key: Key) -> bool {
        match key {
            Key::Meetup => self.meetup.is_some(),
            Key::Eventbrite => self.eventbrite.is_some(),
            Key::Connpass => self.connpass.is_some(),
        }
    }

    pub(super) fn meetup(&self) -> Option<&MeetupKey> {
        self.meetup.as_ref()
    }

    /// The proof that a platform takes as it is; `None` for Meetup, which gives a token for its key.
    pub(super) fn proof(&self, key: Key) -> Option<Result<Proof, Error>> {
        match key {
            Key::Meetup => None,
            Key::Eventbrite => self
                .eventbrite
                .as_ref()
                .map(|token| Proof::bearer(key, token)),
            Key::Connpass => self.connpass.as_ref().map(|token| {
                let name = HeaderName::from_static("x-api-key");
                Proof::new(key, name, &token.0, token)
            }),
        }
    }
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("secret")
    }
}

impl Secret {
    /// Whether the secret itself stands in a text that somebody else wrote.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let secret = self.0.as_bytes();
        text.windows(secret.len()).any(|part| part == secret)
    }
}

/// What is shown to a platform: one header.
pub(super) struct Proof {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
    pub(super) secret: Secret,
}

impl Proof {
    fn new(key: Key, name: HeaderName, value: &str, secret: &Secret) -> Result<Proof, Error> {
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong(key, NO_TOKEN))?;
        value.set_sensitive(true);
        Ok(Proof {
            name,
            value,
            secret: secret.clone(),
        })
    }

    pub(super) fn bearer(key: Key, token: &Secret) -> Result<Proof, Error> {
        let value = format!("Bearer {}", token.0);
        Proof::new(key, header::AUTHORIZATION, &value, token)
    }
}

const NO_TOKEN: &str = "is no token: one word of 8 to 4096 letters, digits and signs";

/// A token as it may stand in a header.
pub(super) fn token(key: Key, text: &str) -> Result<Secret, Error> {
    if TOKEN_BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Secret(text.to_owned()))
    } else {
        Err(wrong(key, NO_TOKEN))
    }
}

pub(super) fn wrong(key: Key, why: impl Into<String>) -> Error {
    Error::Key {
        key,
        why: why.into(),
    }
}

/// An OAuth client of Meetup's, the member it stands for, and the key with which it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MeetupKey {
    client_key: Secret,
    member_id: Secret,
    key_id: Secret,
    private_key: Secret,
}

impl MeetupKey {
    fn read(text: &str) -> Result<MeetupKey, Error> {
        // The parser's own words may repeat what it stumbled over.
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            wrong(
                Key::Meetup,
                format!("is not valid JSON: line {line}, column {column}"),
            )
        })?;
        let field = |name: &str| {
            let text = match value.get(name) {
                Some(Value::String(text)) => text.trim().to_owned(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            if text.is_empty() {
                return Err(wrong(Key::Meetup, format!("has no {name}")));
            }
            Ok(Secret(text))
        };
        let key = MeetupKey {
            client_key: field("client_key")?,
            member_id: field("member_id")?,
            key_id: field("key_id")?,
            private_key: field("private_key")?,
        };
        // Found out now rather than at the first request.
        key.assertion(DateTime::UNIX_EPOCH)?;
        Ok(key)
    }

    /// The signed word that asks for a token (RFC 7523), good for ten minutes from `now`.
    pub(super) fn assertion(&self, now: DateTime<Utc>) -> Result<String, Error> {
        let signing = EncodingKey::from_rsa_pem(self.private_key.0.as_bytes());
        let header = Header {
            kid: Some(self.key_id.0.clone()),
            ..Header::new(Algorithm::RS256)
        };
        let claims = json!({
            "iss": self.client_key.0,
            "sub": self.member_id.0,
            "aud": "api.meetup.com",
            "exp": (now + ASSERTION_LASTS).timestamp(),
        });
        signing
            .and_then(|signing| jsonwebtoken::encode(&header, &claims, &signing))
            .map_err(|_| {
                wrong(
                    Key::Meetup,
                    "has a private_key that is no RSA key of 2048 bits or more in PEM",
                )
            })
    }
}
