//! Meetup's tokens: the key signs a request for a token, and the token gives access to the interface for an
//! hour.

use super::keys::{self, MeetupKey, Proof, Secret, token};
use super::mirror::Place;
use super::{Asked, Error, Fetcher, Question, guard};
use crate::facts::source::Credential;
use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;
use url::form_urlencoded;

/// How long a token is valid if the answer does not say.
const TOKEN_LASTS: Duration = Duration::from_secs(30 * 60);

/// A request may have to wait behind hundreds of others. So a token is not used in its last ten minutes, and
/// never for longer than a day.
const BEFORE_ITS_END: Duration = Duration::from_secs(10 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long no token is requested after a refusal, and after a failure that may pass.
const AFTER_REFUSAL: Duration = Duration::from_secs(10 * 60);
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// The result of the last request for a token, until it is time to ask again.
#[derive(Debug)]
pub(super) struct Access {
    came_to: Result<Secret, Error>,
    until: Instant,
}

impl Fetcher {
    /// The header that authenticates a request to this address. `None` for mirrors, and for every address but
    /// the one that the credential is for.
    pub(super) async fn proof(
        &self,
        key: Credential,
        url: &url::Url,
        place: &Place,
        now: DateTime<Utc>,
    ) -> Result<Option<Proof>, Error> {
        if !matches!(place, Place::Own(_)) || !self.origins.is_of(key, url) {
            return Ok(None);
        }
        if let Some(proof) = self.keys.proof(key) {
            return proof.map(Some);
        }
        match self.keys.meetup().filter(|_| key == Credential::Meetup) {
            Some(meetup) => {
                let token = self.access_token(meetup, now).await?;
                Proof::bearer(key, &token).map(Some)
            }
            None => Err(keys::wrong(key, "is not configured")),
        }
    }

    /// Remembers that the interface refused a token. No new one is requested: the account was closed.
    pub(super) async fn distrust(&self, host: &str) {
        let why = format!("{host} does not accept the token that was given for it (status 401)");
        *self.access.lock().await = Some(Access {
            came_to: Err(keys::wrong(Credential::Meetup, why)),
            until: Instant::now() + AFTER_REFUSAL,
        });
    }

    /// The current token, or a new one. Other requests wait for it meanwhile.
    async fn access_token(&self, key: &MeetupKey, now: DateTime<Utc>) -> Result<Secret, Error> {
        let mut last = self.access.lock().await;
        if let Some(access) = last.as_ref().filter(|last| Instant::now() < last.until) {
            return access.came_to.clone();
        }
        let (came_to, lasts) = match self.ask_for_token(key, now).await {
            Ok((token, lasts)) => (Ok(token), lasts),
            Err(error) if error.not_this_way() => (Err(error), AFTER_REFUSAL),
            Err(error) => (Err(error), AFTER_FAILURE),
        };
        *last = Some(Access {
            came_to: came_to.clone(),
            until: Instant::now() + lasts,
        });
        came_to
    }

    async fn ask_for_token(
        &self,
        key: &MeetupKey,
        now: DateTime<Utc>,
    ) -> Result<(Secret, Duration), Error> {
        let wrong = |why: String| keys::wrong(Credential::Meetup, why);
        let url = self.origins.token_address()?;
        let host = guard::host(&url);
        let Place::Own(real) = self.place(&url, self.named(&url))? else {
            return Err(wrong(format!(
                "{host} is mirrored, and keys are never sent to a mirror"
            )));
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &key.assertion(now)?)
            .finish();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::ACCEPT, "application/json"),
            (header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let mut budget = self.budget(None);
        let question = Question {
            url: &url,
            real: &real,
            headers: &headers,
            posted: Some(&form),
            now,
        };
        let asked = self.ask(&question, &mut budget).await;
        let body = match asked {
            Ok(Asked::Page { body, .. }) => body,
            Ok(Asked::Unchanged | Asked::Redirect { .. }) => {
                return Err(wrong(format!("{host} gives no token for it")));
            }
            Err(Error::NotServed { status, .. }) => {
                return Err(wrong(format!(
                    "{host} does not accept it (status {status})"
                )));
            }
            Err(error) => return Err(error),
        };
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let access_token = answer.get("access_token").and_then(Value::as_str);
        let access_token = access_token.and_then(|text| token(Credential::Meetup, text).ok());
        let access_token =
            access_token.ok_or_else(|| wrong(format!("{host} gives no token for it")))?;
        let lasts = answer.get("expires_in").and_then(Value::as_u64);
        let lasts = lasts.map_or(TOKEN_LASTS, Duration::from_secs);
        Ok((
            access_token,
            lasts.min(LONGEST).saturating_sub(BEFORE_ITS_END),
        ))
    }
}
