//! Signature version 3, `ACS3-HMAC-SHA256`: canonical request, string to sign, header.
//!
//! By the vendor's page "Request structure and signature V3"; the vectors of that page and
//! requests recorded from the official SDK are tests.

use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::encoding::canonical_query;

/// The algorithm's name, as the header and the string to sign begin.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Header that holds the hash of the body.
pub const CONTENT_HASH: &str = "x-acs-content-sha256";

/// What is signed of a request.
/// It has no `Debug`: a token may be among its headers.
#[derive(Clone, Copy)]
pub struct CanonicalRequest<'a> {
    /// `GET`, `POST` …
    pub method: &'a str,
    /// Path, encoded; `/` for RPC-style products
    pub path: &'a str,
    /// Parameters of the query, decoded, in any order
    pub query: &'a [(String, String)],
    /// The headers to sign: names in lower case, values as sent, in any order
    pub headers: &'a [(String, String)],
    /// [`sha256_hex`] of the body
    pub body_hash: &'a str,
}

impl CanonicalRequest<'_> {
    /// The names of the signed headers: sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        let mut names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.join(";")
    }

    /// The text whose hash is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let pairs = self.query.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let mut headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.trim()))
            .collect();
        headers.sort_unstable();
        let mut text = format!(
            "{}\n{}\n{}\n",
            self.method,
            self.path,
            canonical_query(pairs)
        );
        for (name, value) in headers {
            text.push_str(&format!("{name}:{value}\n"));
        }
        text.push_str(&format!("\n{}\n{}", self.signed_headers(), self.body_hash));
        text
    }

    /// The text that the secret signs.
    #[must_use]
    pub fn string_to_sign(&self) -> String {
        format!("{ALGORITHM}\n{}", sha256_hex(self.text().as_bytes()))
    }

    /// The signature, in lower-case hexadecimal.
    #[must_use]
    pub fn signature(&self, secret: &str) -> String {
        hex(&hmac_sha256(
            secret.as_bytes(),
            self.string_to_sign().as_bytes(),
        ))
    }
}

/// The value of the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Access key id
    pub key_id: String,
    /// Names of the signed headers, joined by `;`
    pub signed_headers: String,
    /// The signature, in hexadecimal
    pub signature: String,
}

impl Authorization {
    /// The header's value.
    #[must_use]
    pub fn header(&self) -> String {
        format!(
            "{ALGORITHM} Credential={},SignedHeaders={},Signature={}",
            self.key_id, self.signed_headers, self.signature
        )
    }

    /// Reads a header's value; `None` if it is of another algorithm or lacks a part.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let parts = header.trim().strip_prefix(ALGORITHM)?.trim_start();
        let part = |wanted: &str| {
            parts.split(',').find_map(|part| {
                let (name, value) = part.trim().split_once('=')?;
                (name == wanted && !value.is_empty()).then(|| value.to_owned())
            })
        };
        Some(Self {
            key_id: part("Credential")?,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
        })
    }
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is accepted, so there is no error to handle.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        list.iter().map(owned).collect()
    }

    /// The example of the vendor's page.
    #[test]
    fn the_published_example_is_reproduced() {
        let query = pairs(&[
            ("RegionId", "cn-shanghai"),
            (
                "ImageId",
                "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            ),
        ]);
        let headers = pairs(&[
            ("x-acs-version", "2014-05-26"),
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            (CONTENT_HASH, &sha256_hex(b"")),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ]);
        let request = CanonicalRequest {
            method: "POST",
            path: "/",
            query: &query,
            headers: &headers,
            body_hash: &sha256_hex(b""),
        };
        assert_eq!(
            sha256_hex(request.text().as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            request.signature("YourAccessKeySecret"),
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
        let changed = CanonicalRequest {
            method: "GET",
            ..request
        };
        assert_ne!(
            changed.signature("YourAccessKeySecret"),
            request.signature("YourAccessKeySecret")
        );
    }

    #[test]
    fn headers_are_read_back() {
        let written = Authorization {
            key_id: "AK".to_owned(),
            signed_headers: "host;x-acs-date".to_owned(),
            signature: "00ff".to_owned(),
        };
        assert_eq!(Authorization::parse(&written.header()), Some(written));
        assert_eq!(Authorization::parse("ACS3-HMAC-SHA256 Credential=AK"), None);
        assert_eq!(Authorization::parse("AWS4-HMAC-SHA256 Credential=AK"), None);
    }
}
