//! DingTalk's custom robot.
//!
//! The signature is `base64(HMAC-SHA256(key = secret, "{milliseconds}\n{secret}"))`, beside the
//! time in the address. The body tells of success (`errcode`), the status does not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

use super::http::Answer;
use super::markdown::{markdown, neutral, with_keyword};
use super::{Meaning, by_code};
use crate::channel::WebAddress;
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;
use crate::secret::Secret;

pub(super) fn url(address: &WebAddress, secret: Option<&Secret>, now: Timestamp) -> Secret {
    let Some(secret) = secret else {
        return address.with("");
    };
    let time = now.as_millisecond();
    let sign = encoded(&sign(secret, time));
    address.with(&format!("timestamp={time}&sign={sign}"))
}

pub(super) fn body(letter: &Letter, keyword: Option<&str>) -> String {
    let text = with_keyword(markdown(letter, "- ", "\n\n"), keyword, "\n\n");
    json!({
        "msgtype": "markdown",
        "markdown": { "title": neutral(&letter.subject), "text": text },
    })
    .to_string()
}

pub(super) fn outcome(answer: &Answer, limits: &Limits) -> Outcome {
    by_code(answer, limits, ["errcode", "errmsg"], meaning)
}

fn meaning(code: i64, text: &str) -> Meaning {
    let text = text.to_ascii_lowercase();
    match code {
        // Too fast, over the number of calls: all of them pass.
        130_101 | 410_100 | 90_018 | 90_030 => Meaning::Limited,
        // One code for all three ways of protection; only the text tells which.
        310_000 if text.contains("keyword") => Meaning::Refused("notify-refused-keyword"),
        310_000 if text.contains("ip") && text.contains("whitelist") => {
            Meaning::Refused("notify-refused-address")
        }
        310_000 => Meaning::Refused("notify-refused-signature"),
        300_001 | 300_005 | 400_013 | 400_101 | 400_102 | 400_106 => {
            Meaning::Refused("notify-refused-robot")
        }
        // Parameters, types, sizes and unsafe links.
        40_035 | 43_004 | 400_105 | 430_101..=430_104 | 460_101 => {
            Meaning::Refused("notify-refused-content")
        }
        _ => Meaning::Later,
    }
}

fn sign(secret: &Secret, time: i64) -> String {
    let secret = secret.reveal();
    // LAW (HMAC takes keys of any length): RFC 2104, section 2.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{time}\n{secret}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Base64 in a query.
fn encoded(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_an_independent_implementation() {
        // Python: base64.b64encode(hmac.new(b"SEC1", b"1700000000000\nSEC1", "sha256").digest())
        let sign = sign(&Secret::new("SEC1"), 1_700_000_000_000);
        assert_eq!(sign, "ukR4+WoOOBTGaOauYqugxVrMSFyr92q4hPxJxuOkiio=");
    }
}
