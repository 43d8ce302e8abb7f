//! Sending: one letter, one attempt, one outcome. Nothing is repeated here.

mod dingtalk;
mod feishu;
mod http;
mod mail;
mod markdown;
mod slack;
mod webhook;
mod wecom;

use std::time::Duration;

use jiff::Timestamp;
use yumen_diagnostics::Message;

use crate::channel::Channel;
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;
use http::{Answer, Http};

/// Sends letters.
pub struct Post {
    http: Http,
    timeout: Duration,
}

impl Post {
    /// Waits at most this long for each answer. Certificates that the system trusts and the
    /// proxy that the environment names are used; this machine is asked without a proxy.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self {
            http: Http::new(timeout),
            timeout,
        }
    }

    /// Sends a letter, once, and waits for the answer. The time goes into signatures.
    #[must_use]
    pub fn send(&self, channel: &Channel, letter: &Letter, now: Timestamp) -> Outcome {
        let limits = channel.kind().limits();
        let (address, url, body, headers, outcome): (_, _, _, _, Judge) = match channel {
            Channel::DingTalk {
                address,
                secret,
                keyword,
            } => {
                let url = dingtalk::url(address, secret.as_ref(), now);
                let body = dingtalk::body(letter, keyword.as_deref());
                (address, url, body, Vec::new(), dingtalk::outcome)
            }
            Channel::Feishu {
                address,
                secret,
                keyword,
            } => {
                let body = feishu::body(letter, secret.as_ref(), keyword.as_deref(), now);
                (address, address.with(""), body, Vec::new(), feishu::outcome)
            }
            Channel::WeCom { address } => {
                let body = wecom::body(letter);
                (address, address.with(""), body, Vec::new(), wecom::outcome)
            }
            Channel::Slack { address } => {
                let body = slack::body(letter);
                (address, address.with(""), body, Vec::new(), slack::outcome)
            }
            Channel::Webhook { address, secret } => {
                let body = webhook::body(letter);
                let headers = webhook::headers(letter, secret, &body, now);
                (address, address.with(""), body, headers, webhook::outcome)
            }
            Channel::Mail(mailbox) => return mail::send(mailbox, letter, self.timeout, now),
        };
        match self.http.post(address, &url, &body, &headers) {
            Ok(answer) => outcome(&answer.scrubbed(&url), &limits),
            Err(reason) => Outcome::Later(reason),
        }
    }
}

/// Judges the answer of one kind of channel.
type Judge = fn(&Answer, &Limits) -> Outcome;

/// The outcome that a status alone tells of; nothing for success.
fn by_status(answer: &Answer, limits: &Limits) -> Option<Outcome> {
    let said = |id| answer.said(id, &answer.status.to_string(), &answer.body);
    match answer.status {
        200..=299 => None,
        429 => Some(Outcome::Limited {
            pause: answer.retry_after.unwrap_or(limits.lockout),
            reason: said("notify-limited"),
        }),
        503 if answer.retry_after.is_some() => Some(Outcome::Limited {
            pause: answer.retry_after.unwrap_or(limits.lockout),
            reason: said("notify-limited"),
        }),
        408 | 425 | 500.. => Some(Outcome::Later(said("notify-server"))),
        300..=399 => Some(Outcome::Refused(said("notify-redirect"))),
        _ => Some(Outcome::Refused(said("notify-refused"))),
    }
}

/// What the code in a body means.
enum Meaning {
    Limited,
    Later,
    /// Refused, with the id of the text that says what to do
    Refused(&'static str),
}

/// The outcome of a robot that answers with a code and a text; zero is success.
fn by_code(
    answer: &Answer,
    limits: &Limits,
    [code, text]: [&str; 2],
    meaning: fn(i64, &str) -> Meaning,
) -> Outcome {
    let body = answer.json();
    let number = body.as_ref().and_then(|body| body.get(code)?.as_i64());
    let Some(number) = number else {
        // Half an answer, or one of somebody in between: not known to have arrived.
        let unclear = || answer.said("notify-unclear", &answer.status.to_string(), &answer.body);
        return by_status(answer, limits).unwrap_or_else(|| Outcome::Later(unclear()));
    };
    if number == 0 {
        return by_status(answer, limits).unwrap_or(Outcome::Delivered);
    }
    let text = body.as_ref().and_then(|body| body.get(text)?.as_str());
    let text = text.unwrap_or_default();
    let said = |id| answer.said(id, &number.to_string(), text);
    match meaning(number, text) {
        Meaning::Limited => Outcome::Limited {
            pause: answer.retry_after.unwrap_or(limits.lockout),
            reason: said("notify-limited"),
        },
        Meaning::Later => Outcome::Later(said("notify-server")),
        Meaning::Refused(id) => Outcome::Refused(said(id)),
    }
}

/// A message of the host, a code and what was said, cut short.
fn message(id: &'static str, host: &str, code: &str, text: &str) -> Message {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    Message::new(id)
        .with("host", host)
        .with("code", code)
        .with("text", text.trim())
}
