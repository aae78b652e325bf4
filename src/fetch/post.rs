//! Posting a message to a webhook. Its address is a secret: it stands in no log and no error.

use super::{Error, Fetcher, guard};
use reqwest::header;
use std::net::SocketAddr;

/// Why a message was not posted, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// It certainly was not: it may be sent again.
    #[error("{0}")]
    Certainly(Error),
    /// It may have been: the answer did not come. It is not sent again.
    #[error("{0}; the message may have arrived, so it is not sent again")]
    Perhaps(Error),
}

impl Fetcher {
    /// Posts JSON to a webhook, once, and follows no redirect. Private addresses are refused as for sources, unless
    /// `allow` under `[fetch]` names them.
    ///
    /// # Errors
    /// Whether the message may have arrived all the same, and the host's answer.
    pub async fn post(&self, url: &str, body: String) -> Result<(), Unsent> {
        let url = guard::parse(url).map_err(Unsent::Certainly)?;
        let named: Option<SocketAddr> =
            guard::literal(&url).filter(|address| self.allow.contains(address));
        guard::check(&url, named).map_err(Unsent::Certainly)?;
        let host = guard::host(&url);
        let request = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .timeout(self.total_timeout);
        let response = match request.send().await {
            Ok(response) => response,
            // What never reached the host cannot have been taken.
            Err(error) => {
                let never = error.is_connect() || error.is_builder();
                let error = Error::before_answer(&host, &error.without_url());
                return Err(match never {
                    true => Unsent::Certainly(error),
                    false => Unsent::Perhaps(error),
                });
            }
        };
        let status = response.status().as_u16();
        tracing::debug!(host, status, "posted");
        let retry_after = None;
        match status {
            200..=299 => Ok(()),
            429 | 503 => Err(Unsent::Certainly(Error::Refused {
                host,
                status,
                retry_after,
            })),
            300..=499 => Err(Unsent::Certainly(Error::NotServed { host, status })),
            // A gateway that lost the answer says so, too.
            _ => Err(Unsent::Perhaps(Error::Server {
                host,
                status,
                retry_after,
            })),
        }
    }
}
