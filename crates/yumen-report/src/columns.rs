//! Text in columns: widths as a terminal shows them, Han characters at double width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a terminal needs for a text.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, filled up with spaces to a number of columns.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, cut to a number of columns with `…` where something is left out.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

/// The text broken at spaces into lines of at most so many columns; words are never broken, so
/// that an address stays whole.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in pieces(text) {
        match lines.last_mut() {
            Some(line) if width(line) + width(word.trim_end()) <= columns => line.push_str(word),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
        .into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Words with the spaces behind them; Chinese may be broken after its punctuation too.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .find(|(_, character)| matches!(character, ' ' | '、' | '，' | '；' | '。' | '：'))
            .map_or(rest.len(), |(position, character)| {
                position + character.len_utf8()
            });
        let (piece, left) = rest.split_at(end);
        pieces.push(piece);
        rest = left;
    }
    pieces
}
