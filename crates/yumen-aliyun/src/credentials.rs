//! Who is asking: access keys, roles and tokens, found where the vendor's own tools look for them.
//!
//! # Where they come from
//!
//! A profile that is named explicitly is the only source. Otherwise the first source that is set
//! up wins:
//!
//! 1. The environment: `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and, for
//!    temporary keys, `ALIBABA_CLOUD_SECURITY_TOKEN`.
//! 2. The token of a pod: `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and
//!    `ALIBABA_CLOUD_OIDC_TOKEN_FILE`.
//! 3. `~/.aliyun/config.json` of the vendor's command line (`ALIBABA_CLOUD_CONFIG_FILE` names
//!    another file), unless `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`.
//! 4. `~/.alibabacloud/credentials` or `~/.alibabacloud/credentials.ini`
//!    (`ALIBABA_CLOUD_CREDENTIALS_FILE` names another file).
//! 5. The role of the instance that this runs on, unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is
//!    `true`.
//! 6. `ALIBABA_CLOUD_CREDENTIALS_URI`.
//!
//! `ALIBABA_CLOUD_PROFILE` (or `ALIBABACLOUD_PROFILE`, `ALICLOUD_PROFILE`) chooses the profile in
//! both files. A variable that is empty counts as not set.
//!
//! The order is that of the default chain of the vendor's libraries: `provider/default.py` of the
//! Python package `alibabacloud_credentials` 1.0.12 and its README, "Default credential provider
//! chain"; `credentials/providers/default.go` of `aliyun/credentials-go`. The fields of
//! `config.json` are those of `config/profile.go` of `aliyun/aliyun-cli`.
//!
//! # Where this differs from the vendor's libraries
//!
//! - Those try the next source when one fails. Here a source that is set up and does not work is
//!   an error: an audit under another identity than the one that was meant looks complete and is
//!   not. Only a source that is not there, and an instance role that nobody named, is passed over.
//! - Those ask the metadata service without a token whenever the way with a token fails. Here that
//!   is done only if the service answers and refuses to give a token, so that a machine outside
//!   the cloud waits once, for one second.
//! - Keys are renewed 5 minutes before they end, there 15 or 3.
//!
//! # Secrets
//!
//! Secrets and tokens are wiped from memory when they are dropped. They are in no `Debug` output,
//! no error and no [`Message`](yumen_diagnostics::Message); what a service says about a request is
//! cleared of them before it is shown.

pub(crate) mod answer;
mod chain;
mod cli_file;
mod entry;
mod environment;
mod error;
mod ini_file;
mod instance;
mod provider;
mod sts;
mod uri;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use zeroize::{Zeroize as _, Zeroizing};

use crate::transport::{Request, Response, Transport, TransportError};

pub use chain::find;
pub use environment::Environment;
pub use error::{CredentialError, Tried};
pub use provider::Provider;
pub use sts::Role;

/// What a request is signed with.
pub struct Credentials {
    /// The access key id, which is no secret
    pub key_id: String,
    secret: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    expires: Option<Timestamp>,
}

impl Credentials {
    /// Credentials that stay valid; with a token, until the token ends.
    #[must_use]
    pub fn new(key_id: &str, secret: &str, token: Option<&str>) -> Self {
        Self {
            key_id: key_id.to_owned(),
            secret: Zeroizing::new(secret.to_owned()),
            token: token.map(|token| Zeroizing::new(token.to_owned())),
            expires: None,
        }
    }

    /// The same, valid until a time.
    #[must_use]
    pub fn until(self, expires: Timestamp) -> Self {
        Self {
            expires: Some(expires),
            ..self
        }
    }

    /// The access key secret.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The security token of temporary keys.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|token| token.as_str())
    }

    /// When they end, where that is known.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    fn is_valid(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

/// Without secret and token.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("key_id", &self.key_id)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Tells the time.
type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// What it takes to ask a service for credentials: a network and a clock.
#[derive(Clone)]
pub struct Means {
    transport: Arc<dyn Transport>,
    clock: Arc<Clock>,
    endpoint: Option<String>,
}

impl Means {
    /// Asks over a network, by a clock.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            transport,
            clock: Arc::new(clock),
            endpoint: None,
        }
    }

    /// The same, with all requests for roles going to one address such as
    /// `http://127.0.0.1:7180`, whatever their region.
    #[must_use]
    pub fn with_endpoint(self, endpoint: Option<String>) -> Self {
        Self { endpoint, ..self }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Sends a request and wipes its headers and body, which may hold a token.
    fn send(&self, mut request: Request) -> Result<Response, TransportError> {
        let response = self.transport.send(&request);
        request.body.zeroize();
        for (_, value) in &mut request.headers {
            value.zeroize();
        }
        response
    }
}

/// How long a service may take, but for the metadata service.
const TIMEOUT: Duration = Duration::from_secs(10);
