//! What is asked, what comes back, and what can go wrong on the way.

use serde_json::Value;
use yumen_aliyun_protocol::fault::Fault;
use yumen_diagnostics::Message;

use super::budget::LimitKey;
use super::product::Product;
use crate::credentials::CredentialError;
use crate::transport::TransportError;

/// A call of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The product
    pub product: &'static Product,
    /// The action's name
    pub action: &'static str,
    /// The region that is asked
    pub region: String,
    /// Parameters, without those that every call has
    pub parameters: Vec<(String, String)>,
}

impl Call {
    /// A call without parameters of its own.
    #[must_use]
    pub fn new(product: &'static Product, action: &'static str, region: &str) -> Self {
        Self {
            product,
            action,
            region: region.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// The same with a parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The first parameter of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Product and action, `ecs:DescribeInstances`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.product.name, self.action)
    }

    /// The right that it takes, as policies write it.
    #[must_use]
    pub fn permission(&self) -> String {
        self.product.permission(self.action)
    }

    /// What its request limit is counted by.
    #[must_use]
    pub fn limit_key(&self) -> LimitKey {
        (self.region.clone(), self.product.name, self.action)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The body as it arrived
    pub body: Vec<u8>,
    /// The body, read
    pub value: Value,
    /// The cloud's id of the request
    pub request_id: String,
}

/// Why the cloud refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Product and action
    pub action: String,
    /// The right that the call takes
    pub permission: String,
    /// What it means
    pub fault: Fault,
    /// Status of the response
    pub status: u16,
    /// The vendor's code; empty if the body had none
    pub code: String,
    /// The vendor's message
    pub message: String,
    /// The cloud's id of the request
    pub request_id: String,
    /// Milliseconds that the cloud asks to wait
    pub retry_after: Option<u64>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The cloud refused
    Refused(Box<Refusal>),
    /// No answer arrived
    Transport {
        /// Product and action
        action: String,
        /// What happened
        error: TransportError,
    },
    /// There is nothing to sign with
    Credentials(CredentialError),
    /// The client may only read; nothing was sent
    ReadOnly {
        /// Product and action
        action: String,
    },
}

impl From<CredentialError> for CallError {
    fn from(error: CredentialError) -> Self {
        Self::Credentials(error)
    }
}

impl CallError {
    /// What the cloud's refusal means.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Refused(refusal) => Some(refusal.fault),
            _ => None,
        }
    }

    /// Milliseconds that the cloud asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }

    /// True if the same call may fare better in a moment.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.fault.is_passing(),
            Self::Transport { .. } => true,
            Self::Credentials(error) => error.is_passing(),
            Self::ReadOnly { .. } => false,
        }
    }

    /// True if the status says that the caller may not.
    #[must_use]
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Refused(refusal) if matches!(refusal.status, 401 | 403))
    }

    /// True if there was no connection at all.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        let error = match self {
            Self::Transport { error, .. } => error,
            _ => return false,
        };
        matches!(error, TransportError::Unreachable { .. })
    }

    /// True if the call may have taken effect all the same.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        match self {
            // A nonce that was seen before belongs to a copy that arrived.
            Self::Refused(refusal) => {
                matches!(refusal.fault, Fault::Unavailable | Fault::Replayed)
            }
            Self::Transport { error, .. } => !matches!(error, TransportError::Unreachable { .. }),
            Self::Credentials(_) | Self::ReadOnly { .. } => false,
        }
    }

    /// True if no other call will fare better either: wrong keys, or nobody to ask as.
    #[must_use]
    pub fn concerns_every_call(&self) -> bool {
        match self {
            Self::Refused(refusal) => matches!(refusal.fault, Fault::Credentials | Fault::Clock),
            Self::Credentials(error) => !error.is_passing(),
            Self::Transport { .. } | Self::ReadOnly { .. } => false,
        }
    }

    /// What to tell the user: what happened, and what to do.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Refused(refusal) => {
                let id = match refusal.fault {
                    Fault::Throttled => "call-throttled",
                    Fault::Unavailable => "call-unavailable",
                    Fault::Credentials => "call-credentials",
                    Fault::Clock => "call-clock",
                    Fault::Forbidden => "call-forbidden",
                    Fault::Unsupported => "call-unsupported",
                    Fault::Missing => "call-missing",
                    Fault::Replayed | Fault::Busy | Fault::Refused => "call-refused",
                };
                let code = if refusal.code.is_empty() {
                    format!("HTTP {}", refusal.status)
                } else {
                    refusal.code.clone()
                };
                Message::new(id)
                    .with("action", refusal.action.as_str())
                    .with("permission", refusal.permission.as_str())
                    .with("code", code)
                    .with("message", refusal.message.as_str())
                    .with("request", refusal.request_id.as_str())
            }
            Self::Transport { action, error } => {
                let (id, host, text) = match error {
                    TransportError::Unreachable { host, error } => {
                        ("call-unreachable", host, error.as_str())
                    }
                    TransportError::Broken { host, error } => ("call-broken", host, error.as_str()),
                    TransportError::TimedOut { host } => ("call-timed-out", host, ""),
                };
                Message::new(id)
                    .with("action", action.as_str())
                    .with("host", host.as_str())
                    .with("error", text)
            }
            Self::Credentials(error) => error.message(),
            Self::ReadOnly { action } => {
                Message::new("call-read-only").with("action", action.as_str())
            }
        }
    }
}
