//! The credentials for platforms' interfaces, and the only addresses they are sent to.
//!
//! A secret goes into one header of a request to the platform's own address, and nowhere else: not to a
//! mirror, not to another host after a redirect, not into a log, a message or `Debug`.

use super::{Error, guard};
use crate::facts::source::Credential;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{self, HeaderName, HeaderValue};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use std::fmt;
use url::{Origin, Url};

/// The least and most bytes of a token. A shorter one could occur in a page by accident.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 8..=4096;

/// How long a signed request for a token of Meetup is valid.
const ASSERTION_LASTS: TimeDelta = TimeDelta::minutes(10);

/// The configured credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    meetup: Option<MeetupKey>,
    eventbrite: Option<Secret>,
    connpass: Option<Secret>,
    github: Option<Secret>,
}

/// The addresses that credentials are sent to, each as scheme, host and port: `https://api.meetup.com`. Other
/// addresses than the platforms' own are for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// Meetup's interface.
    pub meetup: String,
    /// Where Meetup issues tokens for its interface.
    pub meetup_tokens: String,
    /// Eventbrite's interface.
    pub eventbrite: String,
    /// connpass's interface.
    pub connpass: String,
    /// GitHub's interface.
    pub github: String,
}

impl Default for Origins {
    fn default() -> Origins {
        Origins {
            meetup: "https://api.meetup.com".to_owned(),
            meetup_tokens: "https://secure.meetup.com".to_owned(),
            eventbrite: "https://www.eventbriteapi.com".to_owned(),
            connpass: "https://connpass.com".to_owned(),
            github: "https://api.github.com".to_owned(),
        }
    }
}

impl Origins {
    /// Whether a credential is for this address.
    pub(super) fn is_of(&self, key: Credential, url: &Url) -> bool {
        let origin = match key {
            Credential::Meetup => &self.meetup,
            Credential::Eventbrite => &self.eventbrite,
            Credential::Connpass => &self.connpass,
            Credential::Github => &self.github,
        };
        let own = Url::parse(origin).map(|own| own.origin());
        own.is_ok_and(|own| matches!(own, Origin::Tuple(..)) && own == url.origin())
    }

    /// The address where Meetup's key is exchanged for a token.
    pub(super) fn token_address(&self) -> Result<Url, Error> {
        guard::parse(&format!("{}/oauth2/access", self.meetup_tokens))
    }
}

impl Credentials {
    /// Adds a credential from the text of its file or variable: a token, or Meetup's JSON with `client_key`,
    /// `member_id`, `key_id` and `private_key` (RSA, as PEM).
    ///
    /// # Errors
    /// [`Error::Credential`] if it is invalid. The message repeats nothing of it.
    pub fn add(&mut self, key: Credential, text: &str) -> Result<(), Error> {
        let text = text.trim_start_matches('\u{feff}').trim();
        match key {
            Credential::Meetup => self.meetup = Some(MeetupKey::read(text)?),
            Credential::Eventbrite => self.eventbrite = Some(token(key, text)?),
            Credential::Connpass => self.connpass = Some(token(key, text)?),
            Credential::Github => self.github = Some(token(key, text)?),
        }
        Ok(())
    }

    /// Whether this credential is configured.
    pub fn holds(&self, key: Credential) -> bool {
        match key {
            Credential::Meetup => self.meetup.is_some(),
            Credential::Eventbrite => self.eventbrite.is_some(),
            Credential::Connpass => self.connpass.is_some(),
            Credential::Github => self.github.is_some(),
        }
    }

    pub(super) fn meetup(&self) -> Option<&MeetupKey> {
        self.meetup.as_ref()
    }

    /// The header for a platform that takes its token as it is; `None` for Meetup, which issues a token for the key.
    pub(super) fn proof(&self, key: Credential) -> Option<Result<Proof, Error>> {
        match key {
            Credential::Meetup => None,
            Credential::Eventbrite => self
                .eventbrite
                .as_ref()
                .map(|token| Proof::bearer(key, token)),
            Credential::Github => self.github.as_ref().map(|token| Proof::bearer(key, token)),
            Credential::Connpass => self.connpass.as_ref().map(|token| {
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
    /// Whether a foreign text repeats the secret.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let secret = self.0.as_bytes();
        text.windows(secret.len()).any(|part| part == secret)
    }
}

/// The header that authenticates a request.
pub(super) struct Proof {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
    pub(super) secret: Secret,
}

impl Proof {
    fn new(
        key: Credential,
        name: HeaderName,
        value: &str,
        secret: &Secret,
    ) -> Result<Proof, Error> {
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong(key, NO_TOKEN))?;
        value.set_sensitive(true);
        Ok(Proof {
            name,
            value,
            secret: secret.clone(),
        })
    }

    pub(super) fn bearer(key: Credential, token: &Secret) -> Result<Proof, Error> {
        let value = format!("Bearer {}", token.0);
        Proof::new(key, header::AUTHORIZATION, &value, token)
    }
}

const NO_TOKEN: &str = "is no token: one word of 8 to 4096 letters, digits and signs";

/// Checks that a token can stand in a header.
pub(super) fn token(key: Credential, text: &str) -> Result<Secret, Error> {
    if TOKEN_BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Secret(text.to_owned()))
    } else {
        Err(wrong(key, NO_TOKEN))
    }
}

pub(super) fn wrong(key: Credential, why: impl Into<String>) -> Error {
    Error::Credential {
        key,
        why: why.into(),
    }
}

/// An OAuth client of Meetup: its member, and the key that it signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MeetupKey {
    client_key: Secret,
    member_id: Secret,
    key_id: Secret,
    private_key: Secret,
}

impl MeetupKey {
    fn read(text: &str) -> Result<MeetupKey, Error> {
        // The parser's message may repeat a part of the secret.
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            wrong(
                Credential::Meetup,
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
                return Err(wrong(Credential::Meetup, format!("has no {name}")));
            }
            Ok(Secret(text))
        };
        let key = MeetupKey {
            client_key: field("client_key")?,
            member_id: field("member_id")?,
            key_id: field("key_id")?,
            private_key: field("private_key")?,
        };
        // Try to sign now, so that a wrong key is reported before the first request.
        key.assertion(DateTime::UNIX_EPOCH)?;
        Ok(key)
    }

    /// The signed assertion that asks for a token (RFC 7523), valid for ten minutes from `now`: a JWT signed with
    /// RS256 (RFC 7515, RFC 7518 section 3.3).
    pub(super) fn assertion(&self, now: DateTime<Utc>) -> Result<String, Error> {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.key_id.0});
        let claims = json!({
            "iss": self.client_key.0,
            "sub": self.member_id.0,
            "aud": "api.meetup.com",
            "exp": (now + ASSERTION_LASTS).timestamp(),
        });
        let in_base64 = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", in_base64(header), in_base64(claims));
        let signature = self.sign(signed.as_bytes()).ok_or_else(|| {
            wrong(
                Credential::Meetup,
                "has a private_key that is no RSA key of 2048 bits or more in PEM",
            )
        })?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let key = match PrivateKeyDer::from_pem_slice(self.private_key.0.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            _ => return None,
        };
        let key = key.ok()?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut signature,
        )
        .ok()?;
        Some(signature)
    }
}
