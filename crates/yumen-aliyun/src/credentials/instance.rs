//! The role of the instance that this runs on, from the metadata service.
//!
//! By the vendor's page "Instance metadata": a token is fetched first (the hardened mode) and sent
//! with every other request. Without one only if the service gives none and that is not forbidden.

use std::time::Duration;

use yumen_aliyun_protocol::encoding::percent_encode;
use zeroize::Zeroizing;

use super::{CredentialError, Credentials, Means, answer};
use crate::transport::{Method, Request, Response};

/// Where the service is, in every VPC.
pub(super) const HOST: &str = "100.100.100.200";
const TOKEN: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Short, as machines outside the cloud wait for nothing.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How long a token is used, in seconds: for the requests of one visit.
const TOKEN_SECONDS: &str = "60";

/// How to ask for the role of an instance.
#[derive(Clone, Debug)]
pub(super) struct InstanceRole {
    /// The role's name; none to ask for it
    pub(super) name: Option<String>,
    /// Whether it must not be asked without a token
    pub(super) only_hardened: bool,
}

/// Fetches the keys of the instance's role.
pub(super) fn fetch(wanted: &InstanceRole, means: &Means) -> Result<Credentials, CredentialError> {
    let token = token(wanted.only_hardened, means)?;
    let token = token.as_ref().map(|token| token.as_str());
    let role = match &wanted.name {
        Some(name) => name.clone(),
        None => role_name(token, means)?,
    };
    let path = format!("{ROLES}{}", percent_encode(&role));
    let response = get(&path, token, means)?;
    match response.status {
        200 => answer::keys(HOST, response, None),
        404 => Err(CredentialError::NoInstanceRole { role: Some(role) }),
        status => Err(bad_status(status)),
    }
}

fn token(only_hardened: bool, means: &Means) -> Result<Option<Zeroizing<String>>, CredentialError> {
    let lifetime = ("x-aliyun-ecs-metadata-token-ttl-seconds", TOKEN_SECONDS);
    let response = send(Method::Put, TOKEN, lifetime, means)?;
    let status = response.status;
    let token = text(response);
    if status == 200 && !token.is_empty() {
        Ok(Some(token))
    } else if only_hardened {
        Err(bad_status(status))
    } else {
        Ok(None)
    }
}

fn role_name(token: Option<&str>, means: &Means) -> Result<String, CredentialError> {
    let response = get(ROLES, token, means)?;
    let status = response.status;
    if !matches!(status, 200 | 404) {
        return Err(bad_status(status));
    }
    let text = text(response);
    match text.lines().next() {
        Some(name) if status == 200 && !name.trim().is_empty() => Ok(name.trim().to_owned()),
        _ => Err(CredentialError::NoInstanceRole { role: None }),
    }
}

fn get(path: &str, token: Option<&str>, means: &Means) -> Result<Response, CredentialError> {
    let header = match token {
        Some(token) => ("x-aliyun-ecs-metadata-token", token),
        None => ("accept", "*/*"),
    };
    send(Method::Get, path, header, means)
}

fn send(
    method: Method,
    path: &str,
    (name, value): (&str, &str),
    means: &Means,
) -> Result<Response, CredentialError> {
    let request = Request {
        method,
        url: format!("http://{HOST}{path}"),
        headers: vec![(name.to_owned(), value.to_owned())],
        body: Vec::new(),
        timeout: TIMEOUT,
    };
    let sent = means.send(request);
    sent.map_err(|error| answer::unreachable(HOST, &error, &[value]))
}

fn text(response: Response) -> Zeroizing<String> {
    let body = Zeroizing::new(response.body);
    Zeroizing::new(String::from_utf8_lossy(&body).trim().to_owned())
}

fn bad_status(status: u16) -> CredentialError {
    let from = HOST.to_owned();
    CredentialError::BadStatus { from, status }
}
