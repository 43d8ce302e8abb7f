//! Markdown as DingTalk and WeCom read it.

use crate::letter::Letter;

/// Text in which nothing is a link, a mention or an image: names are chosen by strangers.
/// Neither vendor documents an escape, so the wide forms of the characters stand in.
pub(super) fn neutral(text: &str) -> String {
    let wide = |c: char| match c {
        '[' => '［',
        ']' => '］',
        '<' => '＜',
        '>' => '＞',
        '*' => '＊',
        c => c,
    };
    text.chars().map(wide).collect()
}

/// A letter as Markdown; each line begins with a sign, and lines are joined.
pub(super) fn markdown(letter: &Letter, sign: &str, joint: &str) -> String {
    let mut lines = Vec::new();
    if letter.blocks.len() > 1 {
        lines.push(format!("**{}**", neutral(&letter.subject)));
    }
    for block in &letter.blocks {
        lines.push(format!("**{}**", neutral(&block.heading)));
        let inner = block.lines.iter();
        lines.extend(inner.map(|line| format!("{sign}{}", neutral(line))));
        if let Some(link) = &block.link {
            let target = link.replace('(', "%28").replace(')', "%29");
            lines.push(format!("[{}]({target})", letter.link_words));
        }
    }
    lines.join(joint)
}

/// The text, with the keyword behind it unless it is there.
pub(super) fn with_keyword(text: String, keyword: Option<&str>, joint: &str) -> String {
    match keyword {
        Some(keyword) if !text.contains(keyword) => format!("{text}{joint}{keyword}"),
        _ => text,
    }
}
