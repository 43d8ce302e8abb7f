//! The signature of the log service (SLS), which has a header of its own: `LOG key:signature`.
//!
//! Only requests without a body are signed here, which is all that reading a log store needs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::rpc::hmac_sha1;

/// What the `Authorization` header begins with.
pub const SCHEME: &str = "LOG ";

/// The text that the secret signs: method, date (RFC 1123, GMT), the headers that begin with
/// `x-log-` or `x-acs-` (names in lower case, in any order), and the path with its query.
#[must_use]
pub fn string_to_sign(
    method: &str,
    date: &str,
    headers: &[(String, String)],
    resource: &str,
) -> String {
    let mut signed: Vec<String> = headers
        .iter()
        .filter(|(name, _)| name.starts_with("x-log-") || name.starts_with("x-acs-"))
        .map(|(name, value)| format!("{name}:{}", value.trim()))
        .collect();
    signed.sort_unstable();
    // Hash and type of the body stay empty.
    format!("{method}\n\n\n{date}\n{}\n{resource}", signed.join("\n"))
}

/// The signature, in base64.
#[must_use]
pub fn signature(text: &str, secret: &str) -> String {
    STANDARD.encode(hmac_sha1(secret.as_bytes(), text.as_bytes()))
}
