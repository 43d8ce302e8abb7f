//! Rust source as words: comments, strings and test code set aside, so that a search finds code.

/// A word or mark of the source, and its line (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// The words of a source text. `::` is one word; strings, characters and comments are none.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
    };
    let mut words = Vec::new();
    while let Some(next) = reader.peek() {
        let (start, line) = (reader.at, reader.line);
        if reader.skip_silent(next) {
            continue;
        }
        if next.is_alphanumeric() || next == '_' {
            reader.bump_while(|c| c.is_alphanumeric() || c == '_');
            let word = text.get(start..reader.at).unwrap_or_default();
            let prefix = matches!(word, "r" | "b" | "c" | "br" | "cr");
            if prefix && reader.skip_quoted(word.contains('r')) {
                continue;
            }
            words.push(Word { line, text: word });
        } else {
            reader.bump();
            if next == ':' && reader.peek() == Some(':') {
                reader.bump();
            }
            words.push(Word {
                line,
                text: text.get(start..reader.at).unwrap_or_default(),
            });
        }
    }
    words
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        self.line += usize::from(next == '\n');
        Some(next)
    }

    fn bump_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
    }

    fn bump_bytes(&mut self, count: usize) {
        let end = self.at + count;
        while self.at < end && self.bump().is_some() {}
    }

    /// Skips white space, a comment, a string or a character literal, if one stands here.
    fn skip_silent(&mut self, next: char) -> bool {
        let rest = self.rest();
        if next.is_whitespace() {
            self.bump();
        } else if rest.starts_with("//") {
            self.bump_while(|c| c != '\n');
        } else if rest.starts_with("/*") {
            self.skip_block_comment();
        } else if next == '"' {
            self.skip_quoted(false);
        } else if next == '\'' {
            self.skip_character();
        } else {
            return false;
        }
        true
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0usize;
        while self.peek().is_some() {
            if self.rest().starts_with("/*") {
                depth += 1;
                self.bump_bytes(2);
            } else if self.rest().starts_with("*/") {
                depth -= 1;
                self.bump_bytes(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.bump();
            }
        }
    }

    /// Skips `"…"` or, if raw, `"…"` and `#"…"#`; false if no string begins here.
    fn skip_quoted(&mut self, raw: bool) -> bool {
        let hashes = self.rest().chars().take_while(|c| raw && *c == '#').count();
        if self.rest().chars().nth(hashes) != Some('"') {
            return false;
        }
        self.bump_bytes(hashes + 1);
        let end = format!("\"{}", "#".repeat(hashes));
        while self.peek().is_some() {
            if self.rest().starts_with(&end) {
                self.bump_bytes(end.len());
                break;
            }
            if self.bump() == Some('\\') && !raw {
                self.bump();
            }
        }
        true
    }

    /// Skips `'a'` and `'\n'`; of a lifetime only the quote.
    fn skip_character(&mut self) {
        self.bump();
        let mut following = self.rest().chars();
        match (following.next(), following.next()) {
            (Some('\\'), _) => {
                self.bump_bytes(2);
                self.bump_while(|c| c != '\'' && c != '\n');
                self.bump();
            }
            (Some(_), Some('\'')) => {
                self.bump();
                self.bump();
            }
            _ => {}
        }
    }
}

/// The words that are compiled outside tests, and the modules that only tests have.
#[derive(Debug, Default)]
pub(super) struct WithoutTests<'a> {
    pub(super) words: Vec<Word<'a>>,
    /// Names in `#[cfg(test)] mod NAME;`.
    pub(super) test_modules: Vec<&'a str>,
}

/// Sets aside every item under `#[cfg(test)]`.
pub(super) fn without_tests<'a>(words: &[Word<'a>]) -> WithoutTests<'a> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = WithoutTests::default();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let marked =
            rest.len() >= MARK.len() && rest.iter().zip(MARK).all(|(word, mark)| word.text == mark);
        if marked {
            let (item, after) = split_item(rest.get(MARK.len()..).unwrap_or_default());
            if let [.., module, name, end] = item
                && (module.text, end.text) == ("mod", ";")
            {
                kept.test_modules.push(name.text);
            }
            rest = after;
        } else {
            kept.words.push(*first);
            rest = after;
        }
    }
    kept
}

/// Splits after the first item: after its `;`, or after the brace that closes its first block
/// where an item of its kind ends so.
fn split_item<'s, 'a>(words: &'s [Word<'a>]) -> (&'s [Word<'a>], &'s [Word<'a>]) {
    let mut depth = 0usize;
    let mut ends_at_brace = true;
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).map_or("", |word| word.text);
        match word.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "use" | "static" | "type" | "let" if depth == 0 => ends_at_brace = false,
            "const" if depth == 0 => ends_at_brace = matches!(next, "fn" | "unsafe" | "{"),
            _ => {}
        }
        if depth == 0 && (word.text == ";" || (word.text == "}" && ends_at_brace)) {
            return words.split_at(index + 1);
        }
    }
    (words, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        words(source).iter().map(|word| word.text).collect()
    }

    #[test]
    fn comments_strings_and_characters_are_no_words() {
        assert_eq!(
            texts("a // b\n/* c /* d */ e */ f::g"),
            ["a", "f", "::", "g"]
        );
        assert_eq!(
            texts(r#"x("a \" b", '"', '\'', 'c')"#),
            ["x", "(", ",", ",", ",", ")"]
        );
        assert_eq!(texts("r#\"a \" b\"# br\"\\\" c"), ["c"]);
        assert_eq!(
            texts("fn f<'a>(x: &'a str)"),
            [
                "fn", "f", "<", "a", ">", "(", "x", ":", "&", "a", "str", ")"
            ]
        );
        assert_eq!(texts("r#type"), ["r", "#", "type"]);
        assert_eq!(texts("\"never closed"), [""; 0]);
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let found = words("/*\n*/ \"\n\" a\nb");
        let lines: Vec<_> = found.iter().map(|word| (word.text, word.line)).collect();
        assert_eq!(lines, [("a", 3), ("b", 4)]);
    }

    #[test]
    fn test_code_is_set_aside() {
        let source = "fn a() {} #[cfg(test)] mod tests { fn b() { c(); } } fn d() {}
            #[cfg(test)] #[path = \"x.rs\"] pub(crate) mod cases; #[cfg(test)] use e::{f, g};
            #[cfg(test)] const I: J = J { k: 1 }; #[cfg(test)] const fn l() {} h";
        let words = words(source);
        let kept = without_tests(&words);
        let texts: Vec<_> = kept.words.iter().map(|word| word.text).collect();
        assert_eq!(texts.join(" "), "fn a ( ) { } fn d ( ) { } h");
        assert_eq!(kept.test_modules, ["cases"]);
    }
}
