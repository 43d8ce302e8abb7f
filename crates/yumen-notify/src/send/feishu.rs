//! Feishu's custom bot.
//!
//! The signature is `base64(HMAC-SHA256(key = "{seconds}\n{secret}", ""))`, beside the time in
//! the body. The body of the answer tells of success (`code`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use yumen_report::Language;

use super::http::Answer;
use super::{Meaning, by_code};
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;
use crate::secret::Secret;

pub(super) fn body(
    letter: &Letter,
    secret: Option<&Secret>,
    keyword: Option<&str>,
    now: Timestamp,
) -> String {
    let text = |text: &str| json!([{ "tag": "text", "text": text }]);
    let mut content: Vec<Value> = Vec::new();
    for block in &letter.blocks {
        if letter.blocks.len() > 1 {
            content.push(text(&block.heading));
        }
        content.extend(block.lines.iter().map(|line| text(line)));
        if let Some(link) = &block.link {
            content.push(json!([{ "tag": "a", "text": letter.link_words, "href": link }]));
        }
    }
    if let Some(keyword) = keyword {
        content.push(text(keyword));
    }
    let language = match letter.language {
        Language::English => "en_us",
        Language::Chinese => "zh_cn",
    };
    let post = json!({ language: { "title": letter.subject, "content": content } });
    let mut body = json!({ "msg_type": "post", "content": { "post": post } });
    if let (Some(secret), Some(fields)) = (secret, body.as_object_mut()) {
        let time = now.as_second();
        fields.insert("timestamp".into(), time.to_string().into());
        fields.insert("sign".into(), sign(secret, time).into());
    }
    body.to_string()
}

pub(super) fn outcome(answer: &Answer, limits: &Limits) -> Outcome {
    by_code(answer, limits, ["code", "msg"], meaning)
}

fn meaning(code: i64, text: &str) -> Meaning {
    match code {
        11_232 | 11_233 => Meaning::Limited,
        // "Bad Request" and "too many request" share a code.
        9_499 if text.to_ascii_lowercase().contains("too many") => Meaning::Limited,
        9_499 | 19_002 => Meaning::Refused("notify-refused-content"),
        19_001 => Meaning::Refused("notify-refused-robot"),
        19_021 => Meaning::Refused("notify-refused-signature"),
        19_022 => Meaning::Refused("notify-refused-address"),
        19_024 => Meaning::Refused("notify-refused-keyword"),
        _ => Meaning::Later,
    }
}

fn sign(secret: &Secret, time: i64) -> String {
    let key = Secret::new(&format!("{time}\n{}", secret.reveal()));
    // LAW (HMAC takes keys of any length): RFC 2104, section 2.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes()) else {
        return String::new();
    };
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_an_independent_implementation() {
        // Python: base64.b64encode(hmac.new(b"1700000000\nSEC1", b"", "sha256").digest())
        assert_eq!(
            sign(&Secret::new("SEC1"), 1_700_000_000),
            "s3Va4ru9IQUY6HTJcYx7OEVyXl0V0S/y32v4ZbfOHCI="
        );
    }
}
