//! Slack's incoming webhook: `200 ok`, or a status with one word.

use serde_json::json;

use super::by_status;
use super::http::Answer;
use crate::letter::Letter;
use crate::limits::Limits;
use crate::outcome::Outcome;

pub(super) fn body(letter: &Letter) -> String {
    let mut lines = Vec::new();
    if letter.blocks.len() > 1 {
        lines.push(format!("*{}*", escaped(&letter.subject)));
    }
    for block in &letter.blocks {
        lines.push(format!("*{}*", escaped(&block.heading)));
        let inner = block.lines.iter();
        lines.extend(inner.map(|line| format!("• {}", escaped(line))));
        if let Some(link) = &block.link {
            let target = escaped(link).replace('|', "%7C");
            lines.push(format!("<{target}|{}>", letter.link_words));
        }
    }
    json!({ "text": lines.join("\n") }).to_string()
}

pub(super) fn outcome(answer: &Answer, limits: &Limits) -> Outcome {
    if let Some(outcome) = by_status(answer, limits) {
        return outcome;
    }
    if answer.body.trim() == "ok" {
        return Outcome::Delivered;
    }
    let code = answer.status.to_string();
    Outcome::Later(answer.said("notify-unclear", &code, &answer.body))
}

/// The three characters that begin mentions, links and entities.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
