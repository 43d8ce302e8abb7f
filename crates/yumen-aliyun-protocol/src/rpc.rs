//! The older RPC signature, HMAC-SHA1 over the sorted query: older SDKs and STS clients sign so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

use crate::encoding::{canonical_query, percent_encode};

/// The parameter that holds the signature, itself not signed.
pub const SIGNATURE: &str = "Signature";

/// The text that the secret signs. `parameters` are those of query and form, decoded, in any
/// order; a `Signature` among them is left out.
#[must_use]
pub fn string_to_sign(method: &str, parameters: &[(String, String)]) -> String {
    let signed = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| *name != SIGNATURE);
    format!("{method}&%2F&{}", percent_encode(&canonical_query(signed)))
}

/// The signature, in base64.
#[must_use]
pub fn signature(method: &str, parameters: &[(String, String)], secret: &str) -> String {
    let key = format!("{secret}&");
    STANDARD.encode(hmac_sha1(
        key.as_bytes(),
        string_to_sign(method, parameters).as_bytes(),
    ))
}

/// HMAC-SHA1, which the log service signs with, too.
pub(crate) fn hmac_sha1(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is accepted, so there is no error to handle.
    Hmac::<Sha1>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_reproduced() {
        let parameters: Vec<(String, String)> = [
            ("Timestamp", "2016-02-23T12:46:24Z"),
            ("Format", "XML"),
            ("AccessKeyId", "testid"),
            ("Action", "DescribeRegions"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            ("Version", "2014-05-26"),
            ("SignatureVersion", "1.0"),
            (SIGNATURE, "is not signed"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        assert_eq!(
            signature("GET", &parameters, "testsecret"),
            "OLeaidS1JvxuMvnyHOwuJ+uX5qY="
        );
        assert_ne!(
            signature("POST", &parameters, "testsecret"),
            "OLeaidS1JvxuMvnyHOwuJ+uX5qY="
        );
    }
}
