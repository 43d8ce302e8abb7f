//! One HTTP request out, one response in.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use yumen_diagnostics::Message;

use crate::channel::WebAddress;
use crate::secret::Secret;

/// An HTTP client, with and without the proxy of the environment.
pub(super) struct Http {
    agent: ureq::Agent,
    direct: ureq::Agent,
}

/// A response that arrived whole.
pub(super) struct Answer {
    pub(super) host: String,
    pub(super) status: u16,
    pub(super) retry_after: Option<SignedDuration>,
    pub(super) body: String,
}

/// Answers above this are no answers of a robot.
const LARGEST_ANSWER: u64 = 64 << 10;
/// Longest pause that a server may ask for.
const LONGEST_PAUSE: i64 = 3600;

impl Http {
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            agent: agent(timeout, true),
            direct: agent(timeout, false),
        }
    }

    pub(super) fn post(
        &self,
        address: &WebAddress,
        url: &Secret,
        body: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Answer, Message> {
        let agent = if address.is_local() {
            &self.direct
        } else {
            &self.agent
        };
        let failed = |error: &ureq::Error| failure(address.host(), error);
        let mut request = agent
            .post(url.reveal())
            .header("content-type", "application/json; charset=utf-8");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = request.send(body).map_err(|error| failed(&error))?;
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok())
            .map(|seconds| SignedDuration::from_secs(seconds.clamp(1, LONGEST_PAUSE)));
        let read = response.body_mut().with_config().limit(LARGEST_ANSWER);
        let body = read.read_to_vec().map_err(|error| failed(&error))?;
        Ok(Answer {
            host: address.host().to_owned(),
            status: response.status().as_u16(),
            retry_after,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

impl Answer {
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    pub(super) fn said(&self, id: &'static str, code: &str, text: &str) -> Message {
        super::message(id, &self.host, code, text)
    }

    /// The same, without what it repeats of the address: tokens are parts of it.
    pub(super) fn scrubbed(mut self, url: &Secret) -> Self {
        let parts = url.reveal().split(['/', '?', '&', '=', '%']).skip(3);
        for part in parts.filter(|part| part.len() >= SHORTEST_TOKEN) {
            self.body = self.body.replace(part, "…");
        }
        self
    }
}

/// Parts of an address below this are words, not tokens.
const SHORTEST_TOKEN: usize = 8;

fn agent(timeout: Duration, through_proxy: bool) -> ureq::Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let builder = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // Letters are rare: a connection kept for the next one would be found closed.
        .max_idle_connections(0)
        .timeout_global(Some(timeout))
        .tls_config(tls)
        .user_agent(concat!("yumen/", env!("CARGO_PKG_VERSION")));
    let builder = if through_proxy {
        builder
    } else {
        builder.proxy(None)
    };
    builder.build().new_agent()
}

/// Says what failed by its kind only: the library's own words may hold the address.
fn failure(host: &str, error: &ureq::Error) -> Message {
    let id = match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed => "notify-unreachable",
        ureq::Error::Timeout(_) => "notify-timeout",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "notify-tls",
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            "notify-unreachable"
        }
        _ => "notify-broken",
    };
    Message::new(id).with("host", host)
}
