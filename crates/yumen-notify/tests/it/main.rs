//! Notices against local servers that check what the vendors check, and the outbox in virtual
//! time.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    reason = "a test that fails panics"
)]

mod channels;
mod laws;
mod letters;
mod mail;
mod outbox;
mod robots;
mod server;
mod settings;
mod texts;

use std::time::Duration;

use jiff::Timestamp;
use yumen_diagnostics::{Message, Texts};
use yumen_notify::{
    Batch, Effect, Event, Kind, Letter, Notice, Outbox, Policy, Post, Severity, Speakers,
};
use yumen_report::Language;

/// Words that the tests tell.
const TOLD: Texts = Texts {
    owner: "tests",
    english: "it-opened = `{ $group }` is open to the world\nit-line = line { $text }\n",
    chinese: "it-opened = 安全组 `{ $group }` 对全网开放\nit-line = 第 { $text } 行\n",
};

fn speakers() -> Speakers {
    Speakers::new(&[TOLD]).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn start() -> Timestamp {
    at("2026-03-02T08:10:00Z")
}

fn post() -> Post {
    Post::new(Duration::from_secs(5))
}

fn notice(key: &str, severity: Severity, at: Timestamp) -> Notice {
    Notice {
        key: key.to_owned(),
        severity,
        title: Message::new("it-opened").with("group", key),
        lines: vec![Message::new("it-line").with("text", "tcp/22 <@all> [x](http://y) & \"q\"")],
        link: Some("https://yumen.example.com/findings/7?a=b".to_owned()),
        at,
    }
}

fn policy(kind: Kind, language: Language) -> Policy {
    let seconds = jiff::SignedDuration::from_secs;
    Policy {
        language,
        severity: Severity::Low,
        window: seconds(30),
        repeat: seconds(3600),
        patience: seconds(86_400),
        limits: kind.limits(),
    }
}

/// The batch that an outbox makes of critical notices.
fn batch(kind: Kind, language: Language, notices: &[Notice]) -> Batch {
    let speakers = speakers();
    let mut policy = policy(kind, language);
    policy.window = jiff::SignedDuration::ZERO;
    let mut outbox = Outbox::new([("ops".to_owned(), policy)], start());
    let mut sent = Vec::new();
    for notice in notices {
        sent.extend(outbox.handle(Event::Notice(notice.told(&speakers)), start()));
    }
    match sent.into_iter().next() {
        Some(Effect::Send { batch, .. }) => batch,
        other => panic!("{other:?}"),
    }
}

/// The letter of one notice.
fn letter(kind: Kind, language: Language) -> Letter {
    let notices = [notice("sg-web", Severity::High, start())];
    let batch = batch(kind, language, &notices);
    Letter::compose(&batch, speakers().of(language), &kind.limits())
}
