//! A server of the user's own: JSON, signed like this:
//!
//! ```text
//! X-Yumen-Timestamp: SECONDS
//! X-Yumen-Delivery: ID        the same in every attempt
//! X-Yumen-Signature: v1=HEX   HMAC-SHA256(key = secret, "SECONDS.ID.BODY")
//! ```

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use super::by_status;
use super::http::Answer;
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;
use crate::secret::Secret;

pub(super) fn body(letter: &Letter) -> String {
    let notices = letter.blocks.iter().map(|block| {
        json!({
            "key": block.key,
            "severity": block.severity.word(),
            "title": block.heading,
            "lines": block.lines,
            "link": block.link,
            "at": block.at.to_string(),
            "more": block.more,
        })
    });
    json!({
        "version": 1,
        "id": letter.id,
        "subject": letter.subject,
        "notices": notices.collect::<Vec<Value>>(),
    })
    .to_string()
}

pub(super) fn headers(
    letter: &Letter,
    secret: &Secret,
    body: &str,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let time = now.as_second().to_string();
    let signature = sign(secret, &format!("{time}.{}.{body}", letter.id));
    vec![
        ("x-yumen-timestamp", time),
        ("x-yumen-delivery", letter.id.clone()),
        ("x-yumen-signature", format!("v1={signature}")),
    ]
}

/// Any success will do; the body is the server's own business.
pub(super) fn outcome(answer: &Answer, limits: &Limits) -> Outcome {
    by_status(answer, limits).unwrap_or(Outcome::Delivered)
}

fn sign(secret: &Secret, text: &str) -> String {
    // LAW (HMAC takes keys of any length): RFC 2104, section 2.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing into a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
