//! One HTTP request out, one response in: the only place where this crate touches the network.
//!
//! Blocking on purpose. How many requests may be under way is set by the cloud's request limits,
//! a few dozen at most, so threads cost nothing that matters and every wait can be read in the
//! code that waits.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// A request, ready to be sent. It has no `Debug`: its headers may hold secrets.
#[derive(Clone)]
pub struct Request {
    /// The method
    pub method: Method,
    /// The whole address, percent-encoded
    pub url: String,
    /// Header names and values, `host` among them where it is signed
    pub headers: Vec<(String, String)>,
    /// The body; empty for none
    pub body: Vec<u8>,
    /// How long to wait for the whole answer
    pub timeout: Duration,
}

/// A response that arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code
    pub status: u16,
    /// Header names in lower case, and values
    pub headers: Vec<(String, String)>,
    /// The body
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Why there is no response. Whether the other side acted on the request is unknown, but for
/// [`TransportError::Unreachable`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection came about, so nothing was sent: no such name, refused, no route, bad TLS
    #[error("cannot reach `{host}`: {error}")]
    Unreachable {
        /// Whom the request was for
        host: String,
        /// What the system says
        error: String,
    },
    /// The connection broke, or what came was no HTTP response
    #[error("the connection to `{host}` broke: {error}")]
    Broken {
        /// Whom the request was for
        host: String,
        /// What the system says
        error: String,
    },
    /// No whole answer in time
    #[error("`{host}` did not answer in time")]
    TimedOut {
        /// Whom the request was for
        host: String,
    },
}

/// What sends requests.
pub trait Transport: Send + Sync {
    /// Sends one request, once; nothing is retried here.
    ///
    /// # Errors
    /// No whole response arrived. A response with an error status is no error.
    fn send(&self, request: &Request) -> Result<Response, TransportError>;
}

/// HTTP and HTTPS over the network, with the certificates that the system trusts (`SSL_CERT_FILE`
/// names others) and the proxy that the environment names. This machine and its cloud's metadata
/// service are asked without a proxy.
pub struct Network {
    agent: ureq::Agent,
    direct: ureq::Agent,
}

/// Hosts that only this machine can reach.
const DIRECT: [&str; 4] = ["100.100.100.200", "127.0.0.1", "localhost", "[::1]"];

/// Bodies above this are refused rather than held: the vendor's pages are below 10 MiB.
const LARGEST_BODY: u64 = 32 << 20;

impl Network {
    /// A sender that keeps connections open between requests.
    #[must_use]
    pub fn new() -> Self {
        Self {
            agent: agent(true),
            direct: agent(false),
        }
    }
}

fn agent(through_proxy: bool) -> ureq::Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let builder = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections_per_host(32)
        .timeout_connect(Some(Duration::from_secs(10)))
        .tls_config(tls)
        .user_agent(concat!("yumen/", env!("CARGO_PKG_VERSION")));
    let builder = if through_proxy {
        builder
    } else {
        builder.proxy(None)
    };
    builder.build().new_agent()
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for Network {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let host = host_of(&request.url);
        let failed = |error: &ureq::Error| failure(&host, error);
        let mut builder = ureq::http::Request::builder()
            .method(request.method.as_str())
            .uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name.as_str(), value.as_str());
        }
        let broken = |error: String| TransportError::Broken {
            host: host.clone(),
            error,
        };
        let built = builder
            .body(request.body.as_slice())
            .map_err(|error| broken(error.to_string()))?;
        let name = host
            .rsplit_once(':')
            .map_or(host.as_str(), |(name, _)| name);
        let agent = if DIRECT.contains(&name) {
            &self.direct
        } else {
            &self.agent
        };
        let configured = agent
            .configure_request(built)
            .timeout_global(Some(request.timeout))
            .build();
        let mut response = agent.run(configured).map_err(|error| failed(&error))?;
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        let body = response.body_mut().with_config().limit(LARGEST_BODY);
        let body = body.read_to_vec().map_err(|error| failed(&error))?;
        Ok(Response {
            status: response.status().as_u16(),
            headers,
            body,
        })
    }
}

fn failure(host: &str, error: &ureq::Error) -> TransportError {
    let (host, text) = (host.to_owned(), error.to_string());
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            TransportError::Unreachable { host, error: text }
        }
        ureq::Error::Timeout(_) => TransportError::TimedOut { host },
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Tls(_) => {
            TransportError::Unreachable { host, error: text }
        }
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            TransportError::Unreachable { host, error: text }
        }
        _ => TransportError::Broken { host, error: text },
    }
}

fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}
