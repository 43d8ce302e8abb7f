//! What is sent at once: notices in the reader's language, cut to what the channel takes.

use jiff::Timestamp;
use yumen_diagnostics::Message;
use yumen_report::{Language, Words};

use crate::limits::Limits;
use crate::notice::Severity;
use crate::outbox::{Batch, Item};

/// Some notices, ready to be written in a channel's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same in every attempt, different in every letter
    pub id: String,
    /// The readers' language
    pub language: Language,
    /// What it is about, in one line
    pub subject: String,
    /// The notices, worst first
    pub blocks: Vec<Block>,
    /// What the links are called
    pub link_words: String,
}

/// One notice in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is about
    pub key: String,
    /// How urgent it is
    pub severity: Severity,
    /// The severity and what happened
    pub heading: String,
    /// What there is to know, what was cut, and how often it happened again
    pub lines: Vec<String>,
    /// Where to read on
    pub link: Option<String>,
    /// When it happened
    pub at: Timestamp,
    /// How often it happened again
    pub more: u32,
}

/// Upper bound of what a letter costs beside its blocks, in bytes: subject, keyword, JSON.
const HEAD: usize = 700;
/// Upper bound of what a block costs beside its texts: severity, repeats, what was cut.
const BLOCK: usize = 420;
/// Largest subject.
const SUBJECT: usize = 160;

impl Letter {
    /// Writes a batch in words of its language.
    #[must_use]
    pub fn compose(batch: &Batch, words: &Words, limits: &Limits) -> Self {
        let room = room(limits);
        let blocks: Vec<Block> = batch
            .items
            .iter()
            .map(|item| block(item, words, limits, room))
            .collect();
        let subject = match blocks.as_slice() {
            [only] => only.heading.clone(),
            _ => {
                let worst = batch.items.iter().map(|item| item.severity).max();
                let worst = worst.unwrap_or(Severity::Low).text();
                words.say(
                    &Message::new("notify-subject")
                        .with("count", blocks.len())
                        .with("severity", words.text(worst)),
                )
            }
        };
        Self {
            id: batch.id.clone(),
            language: words.language(),
            subject: cut(&subject, SUBJECT),
            blocks,
            link_words: words.text("notify-link"),
        }
    }
}

fn block(item: &Item, words: &Words, limits: &Limits, room: usize) -> Block {
    let mut left = room.saturating_sub(BLOCK + cost(&item.key));
    let link = item.link.clone().filter(|link| cost(link) <= left / 4);
    left -= link.as_deref().map_or(0, cost);
    let title = cut(&item.title, left / 2);
    left = left.saturating_sub(cost(&title));
    let mut lines = Vec::new();
    let mut shown = 0;
    for line in &item.lines {
        let price = cost(line) + limits.line_bytes;
        if price > left {
            let part = cut(line, left.saturating_sub(limits.line_bytes));
            if !part.is_empty() {
                lines.push(part);
            }
            break;
        }
        left -= price;
        lines.push(line.clone());
        shown += 1;
    }
    if shown < item.lines.len() || title != item.title || link != item.link {
        let message = Message::new("notify-cut").with("lines", item.lines.len() - shown);
        lines.push(words.say(&message));
    }
    if item.more > 0 {
        let message = Message::new("notify-more")
            .with("count", u64::from(item.more))
            .with("at", item.last.to_string());
        lines.push(words.say(&message));
    }
    Block {
        key: item.key.clone(),
        severity: item.severity,
        heading: format!("{} · {title}", words.text(item.severity.text())),
        lines,
        link,
        at: item.at,
        more: item.more,
    }
}

/// How many of some items go into one letter: at least one, which is cut then.
pub(crate) fn fitting(items: &[Item], limits: &Limits) -> usize {
    let room = room(limits);
    let mut used = 0;
    let fits = |item: &&Item| {
        used += size(item, limits);
        used <= room
    };
    items.iter().take_while(fits).count().max(1)
}

fn room(limits: &Limits) -> usize {
    limits.bytes.saturating_sub(HEAD)
}

/// Upper bound of what an item costs in any form.
fn size(item: &Item, limits: &Limits) -> usize {
    let lines = item.lines.iter().map(|line| cost(line) + limits.line_bytes);
    let link = item.link.as_deref().map_or(0, cost);
    BLOCK + cost(&item.key) + cost(&item.title) + link + lines.sum::<usize>()
}

/// Upper bound of what a text costs in any form, in bytes.
fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

fn cost_of(c: char) -> usize {
    match c {
        // As `&amp;` and the like, as wide brackets, or behind a backslash.
        '&' | '<' | '>' => 5,
        '[' | ']' | '*' | '"' | '\\' => 3,
        _ => c.len_utf8(),
    }
}

const ELLIPSIS: char = '…';

/// As much of a text as costs no more than this, with a sign where it was cut, never in the
/// middle of a character.
fn cut(text: &str, most: usize) -> String {
    if cost(text) <= most {
        return text.to_owned();
    }
    let Some(mut left) = most.checked_sub(ELLIPSIS.len_utf8()) else {
        return String::new();
    };
    let mut short = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(cost_of(c)) else {
            break;
        };
        left = rest;
        short.push(c);
    }
    short.push(ELLIPSIS);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_falls_between_characters_and_shows() {
        assert_eq!(cut("安全组", 9), "安全组");
        assert_eq!(cut("安全组", 8), "安…");
        assert_eq!(cut("安全组", 5), "…");
        assert_eq!(cut("安全组", 2), "");
        assert_eq!(cut("a&b", 6), "a…");
        assert_eq!(cut("a&b", 7), "a&b");
    }
}
