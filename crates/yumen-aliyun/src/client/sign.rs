//! A call as a signed HTTP request.

use std::time::Duration;

use jiff::Timestamp;
use yumen_aliyun_protocol::acs3::{Authorization, CONTENT_HASH, CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::{canonical_query, percent_encode};
use yumen_aliyun_protocol::log_service;
use zeroize::Zeroize as _;

use super::call::Call;
use super::place::Place;
use crate::credentials::Credentials;
use crate::transport::{Method, Request};

/// Signs a call.
pub(super) fn request(
    call: &Call,
    place: &Place,
    credentials: &Credentials,
    now: Timestamp,
    timeout: Duration,
) -> Request {
    if call.product.is_log_service() {
        return log_service_request(call, place, credentials, now, timeout);
    }
    let mut query = call.parameters.clone();
    if call.parameter("RegionId").is_none() {
        query.push(("RegionId".to_owned(), call.region.clone()));
    }
    let mut headers: Vec<(String, String)> = [
        ("accept", "application/json"),
        ("host", &place.host),
        ("x-acs-action", call.action),
        (CONTENT_HASH, &sha256_hex(b"")),
        (
            "x-acs-date",
            &now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ),
        ("x-acs-signature-nonce", &nonce()),
        ("x-acs-version", call.product.version),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Some(token) = credentials.token() {
        headers.push(("x-acs-security-token".to_owned(), token.to_owned()));
    }
    let canonical = CanonicalRequest {
        method: Method::Post.as_str(),
        path: "/",
        query: &query,
        headers: &headers,
        body_hash: &sha256_hex(b""),
    };
    let authorization = Authorization {
        key_id: credentials.key_id.clone(),
        signed_headers: canonical.signed_headers(),
        signature: canonical.signature(credentials.secret()),
    };
    headers.push(("authorization".to_owned(), authorization.header()));
    let pairs = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Request {
        method: Method::Post,
        url: format!("{}/?{}", place.origin, canonical_query(pairs)),
        headers,
        body: Vec::new(),
        timeout,
    }
}

/// Reading a log store, which is all that is asked of the log service.
fn log_service_request(
    call: &Call,
    place: &Place,
    credentials: &Credentials,
    now: Timestamp,
    timeout: Duration,
) -> Request {
    let store = call.parameter("LogStoreName").unwrap_or_default();
    let resource = format!("/logstores/{store}");
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut headers: Vec<(String, String)> = [
        ("date", date.as_str()),
        ("host", &place.host),
        ("x-log-apiversion", "0.6.0"),
        ("x-log-bodyrawsize", "0"),
        ("x-log-signaturemethod", "hmac-sha1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Some(token) = credentials.token() {
        headers.push(("x-acs-security-token".to_owned(), token.to_owned()));
    }
    let text = log_service::string_to_sign("GET", &date, &headers, &resource);
    let signature = log_service::signature(&text, credentials.secret());
    let value = format!("{}{}:{signature}", log_service::SCHEME, credentials.key_id);
    headers.push(("authorization".to_owned(), value));
    Request {
        method: Method::Get,
        url: format!("{}/logstores/{}", place.origin, percent_encode(store)),
        headers,
        body: Vec::new(),
        timeout,
    }
}

/// Forgets what a request was signed with.
pub(super) fn wipe(mut request: Request) {
    for (_, value) in &mut request.headers {
        value.zeroize();
    }
}

/// A number that no other request has: 32 hexadecimal digits.
pub(crate) fn nonce() -> String {
    (0..4).map(|_| format!("{:08x}", random_u32())).collect()
}

/// Random bits of the system.
pub(crate) fn random_u32() -> u32 {
    // A system without randomness cannot sign safely in any case; the cloud refuses the nonce that
    // repeats.
    getrandom::u32().unwrap_or_default()
}
