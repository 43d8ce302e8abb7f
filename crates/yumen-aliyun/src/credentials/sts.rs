//! The security token service: an identity is exchanged for the keys of a role.
//!
//! By the vendor's pages "AssumeRole" and "AssumeRoleWithOIDC", version 2015-04-01. The first is
//! signed (version 3); the second is not, as the token itself proves who asks, and has the token in
//! its form rather than in its address, which proxies keep.

use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use jiff::Timestamp;
use yumen_aliyun_protocol::acs3::{Authorization, CONTENT_HASH, CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::canonical_query;
use yumen_aliyun_protocol::fault::Fault;
use zeroize::Zeroizing;

use super::environment::{Environment, ROLE_SESSION_NAME, STS_REGION, VPC_ENDPOINT};
use super::{CredentialError, Credentials, Means, TIMEOUT, answer};
use crate::transport::{Method, Request, Response};

const VERSION: &str = "2015-04-01";

/// How long keys of a role may be asked for, in seconds: the service's limits. The role may set a
/// lower one.
pub(super) const SECONDS: std::ops::RangeInclusive<u64> = 900..=43_200;

/// Longest file with a token that is read, in bytes.
const LONGEST_TOKEN: u64 = 1 << 20;

/// A role to take on, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Such as `acs:ram::123456789012****:role/auditor`
    pub arn: String,
    /// The name that the session has in the account's records: letters, digits, `.`, `@`, `-`, `_`
    pub session_name: String,
    /// What the role's owner asks for, so that nobody else's request passes for ours
    pub external_id: Option<String>,
    /// A policy that narrows the role's rights
    pub policy: Option<String>,
    /// How long the keys are to be valid: 15 minutes to 12 hours, and no longer than the role allows
    pub duration: Duration,
    /// The region whose service is asked; none for the central one
    pub region: Option<String>,
    /// Whether that region's service is asked at its address inside VPCs
    pub over_vpc: bool,
}

impl Role {
    /// A role for one hour, asked for at the central service.
    #[must_use]
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            session_name: "yumen".to_owned(),
            external_id: None,
            policy: None,
            duration: Duration::from_secs(3600),
            region: None,
            over_vpc: false,
        }
    }

    /// The same, with the session's name and the service that the environment asks for.
    pub(super) fn in_environment(mut self, environment: &Environment) -> Self {
        if let Some(name) = environment.get(ROLE_SESSION_NAME) {
            self.session_name = name.to_owned();
        }
        self.region = environment.get(STS_REGION).map(str::to_owned);
        self.over_vpc = environment.is_true(VPC_ENDPOINT);
        self
    }

    fn address(&self, means: &Means) -> String {
        match (&means.endpoint, &self.region) {
            (Some(endpoint), _) => endpoint.trim_end_matches('/').to_owned(),
            (None, Some(region)) if self.over_vpc => {
                format!("https://sts-vpc.{region}.aliyuncs.com")
            }
            (None, Some(region)) => format!("https://sts.{region}.aliyuncs.com"),
            (None, None) => "https://sts.aliyuncs.com".to_owned(),
        }
    }

    /// The parameters that both actions share.
    fn parameters(&self) -> Vec<(String, String)> {
        let seconds = self.duration.as_secs().to_string();
        let mut list = vec![
            ("DurationSeconds".to_owned(), seconds),
            ("RoleArn".to_owned(), self.arn.clone()),
            ("RoleSessionName".to_owned(), self.session_name.clone()),
        ];
        if let Some(policy) = &self.policy {
            list.push(("Policy".to_owned(), policy.clone()));
        }
        list
    }
}

/// Takes on a role as someone.
pub(super) fn assume(
    role: &Role,
    base: &Credentials,
    means: &Means,
) -> Result<Credentials, CredentialError> {
    let address = role.address(means);
    let host = host_of(&address);
    let mut query = role.parameters();
    if let Some(id) = &role.external_id {
        query.push(("ExternalId".to_owned(), id.clone()));
    }
    let body_hash = sha256_hex(b"");
    let mut headers: Vec<(String, String)> = [
        ("host", host),
        ("x-acs-action", "AssumeRole"),
        ("x-acs-version", VERSION),
        ("x-acs-date", &time(means.now())),
        ("x-acs-signature-nonce", &nonce()?),
        (CONTENT_HASH, &body_hash),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    if let Some(token) = base.token() {
        headers.push(("x-acs-security-token".to_owned(), token.to_owned()));
    }
    let signed = CanonicalRequest {
        method: Method::Post.as_str(),
        path: "/",
        query: &query,
        headers: &headers,
        body_hash: &body_hash,
    };
    let authorization = Authorization {
        key_id: base.key_id.clone(),
        signed_headers: signed.signed_headers(),
        signature: signed.signature(base.secret()),
    };
    headers.push(("authorization".to_owned(), authorization.header()));
    headers.push(("accept".to_owned(), "application/json".to_owned()));
    let request = Request {
        method: Method::Post,
        url: format!("{address}/?{}", encoded(&query)),
        headers,
        body: Vec::new(),
        timeout: TIMEOUT,
    };
    let secrets = [base.secret(), base.token().unwrap_or_default()];
    exchange(request, &role.arn, host, means, &secrets)
}

/// Takes on a role with a token that an identity provider wrote into a file. The file is read each
/// time: who wrote it writes it anew before the token ends.
pub(super) fn assume_with_token(
    role: &Role,
    provider_arn: &str,
    token_file: &str,
    means: &Means,
) -> Result<Credentials, CredentialError> {
    let mut token = Zeroizing::new(String::new());
    let read =
        File::open(token_file).and_then(|file| file.take(LONGEST_TOKEN).read_to_string(&mut token));
    if let Err(error) = read {
        return Err(CredentialError::Unreadable {
            path: token_file.to_owned(),
            error: error.to_string(),
        });
    }
    let address = role.address(means);
    let host = host_of(&address);
    let query = [
        ("Action", "AssumeRoleWithOIDC"),
        ("Format", "JSON"),
        ("SignatureNonce", &nonce()?),
        ("Timestamp", &time(means.now())),
        ("Version", VERSION),
    ];
    let parameters = role.parameters();
    let mut form: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    form.push(("OIDCProviderArn", provider_arn));
    form.push(("OIDCToken", token.trim()));
    let kind = "application/x-www-form-urlencoded";
    let headers = [
        ("host", host),
        ("content-type", kind),
        ("accept", "application/json"),
    ];
    let request = Request {
        method: Method::Post,
        url: format!("{address}/?{}", canonical_query(query)),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: canonical_query(form).into_bytes(),
        timeout: TIMEOUT,
    };
    exchange(request, &role.arn, host, means, &[token.trim()])
}

fn exchange(
    request: Request,
    role: &str,
    host: &str,
    means: &Means,
    secrets: &[&str],
) -> Result<Credentials, CredentialError> {
    let response = means
        .send(request)
        .map_err(|error| answer::unreachable(host, &error, secrets))?;
    if response.status == 200 {
        return answer::keys(host, response, Some("Credentials"));
    }
    Err(refusal(response, role, host, secrets))
}

fn refusal(response: Response, role: &str, host: &str, secrets: &[&str]) -> CredentialError {
    let status = response.status;
    let (code, text) = answer::complaint(response, secrets);
    let (role, from) = (role.to_owned(), host.to_owned());
    match Fault::of(status, &code) {
        Fault::Throttled | Fault::Unavailable | Fault::Replayed | Fault::Busy => {
            CredentialError::Unavailable { from, status, code }
        }
        Fault::Clock => CredentialError::Clock { from },
        // The text would repeat the request that was signed.
        Fault::Credentials => CredentialError::KeyRefused { from, code },
        Fault::Forbidden => CredentialError::RoleForbidden { role, code, text },
        Fault::Missing => CredentialError::NoRole { role, code },
        Fault::Unsupported | Fault::Refused if code.is_empty() => {
            CredentialError::BadStatus { from, status }
        }
        Fault::Unsupported | Fault::Refused => CredentialError::Refused {
            from,
            role,
            code,
            text,
        },
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    canonical_query(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

fn host_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

fn time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A text that no other request has.
fn nonce() -> Result<String, CredentialError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| CredentialError::System {
        error: error.to_string(),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
