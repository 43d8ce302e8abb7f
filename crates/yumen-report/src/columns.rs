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

/// The text broken into lines of at most so many columns as a person would break it: between any
/// two Han characters, but never before what closes nor behind what opens; else at spaces.
#[must_use]
pub fn flow(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in unbroken(text) {
        match lines.last_mut() {
            Some(line) if width(line) + width(piece.trim_end()) <= columns => line.push_str(&piece),
            _ => lines.push(piece),
        }
    }
    lines
        .into_iter()
        .map(|line| line.trim().to_owned())
        .collect()
}

/// Parts of a text that stay on one line, with the spaces behind them.
fn unbroken(text: &str) -> Vec<String> {
    const CLOSING: &str = "，。、；：？！）》」』】”’…%％°";
    const OPENING: &str = "（《「『【“‘";
    let mut pieces: Vec<String> = Vec::new();
    let (mut wide_before, mut open) = (false, false);
    for character in text.chars() {
        let wide = character.width() == Some(2) || CLOSING.contains(character);
        let glued = open
            || character == ' '
            || CLOSING.contains(character)
            || (!wide && !wide_before && !OPENING.contains(character));
        let after_space = pieces.last().is_some_and(|piece| piece.ends_with(' '));
        match pieces.last_mut() {
            Some(piece) if glued && (character == ' ' || open || !after_space) => {
                piece.push(character);
            }
            _ => pieces.push(character.to_string()),
        }
        open = OPENING.contains(character);
        wide_before = wide && !open;
    }
    pieces
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

#[cfg(test)]
mod tests {
    use super::{flow, width};

    #[test]
    fn lines_fit_and_lose_nothing() {
        for item in yumen_baseline::CATALOGUE {
            for page in [item.english, item.chinese] {
                for line in page.lines() {
                    let lines = flow(line, 100);
                    for line in &lines {
                        assert!(width(line) <= 100, "{line}");
                        assert!(
                            !line.starts_with(['，', '。', '、', '）', '：', '；']),
                            "{line}"
                        );
                        assert!(!line.ends_with(['（', '“', '《']), "{line}");
                    }
                    let bare = |text: &str| text.replace(' ', "");
                    assert_eq!(bare(&lines.concat()), bare(line));
                }
            }
        }
    }

    #[test]
    fn words_and_addresses_stay_whole() {
        let lines = flow("open to 203.0.113.0/24 and 2408:4000::/22 alike", 24);
        assert_eq!(
            lines,
            ["open to 203.0.113.0/24", "and 2408:4000::/22 alike"]
        );
        assert_eq!(
            flow("数据库（MySQL）对外", 8),
            ["数据库", "（MySQL）", "对外"]
        );
    }
}
