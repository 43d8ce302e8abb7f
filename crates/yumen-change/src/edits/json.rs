//! JSON as people write it, with the line of every value: whole numbers only, no key twice.

use std::iter::Peekable;
use std::str::Chars;

use yumen_diagnostics::Message;

use super::node::{Data, EditProblem, Node};

/// How deep values may be nested; edits need six.
const DEEPEST: usize = 64;

/// The whole text as one value.
pub(super) fn parse(text: &str) -> Result<Node, EditProblem> {
    // Some editors begin a file with a mark that is no part of it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        rest: text.chars().peekable(),
        line: 1,
    };
    reader.skip_space();
    let node = reader.value(0)?;
    reader.skip_space();
    match reader.rest.peek() {
        None => Ok(node),
        Some(_) => Err(reader.expected("end of file")),
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: u32,
}

impl Reader<'_> {
    fn problem(&self, message: Message) -> EditProblem {
        EditProblem {
            path: String::new(),
            line: Some(self.line),
            message,
        }
    }

    fn expected(&mut self, what: &'static str) -> EditProblem {
        let message = match self.rest.peek() {
            Some(found) => Message::new("edits-json").with("found", found.to_string()),
            None => Message::new("edits-json-end"),
        };
        self.problem(message.with("expected", what))
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        if next == Some('\n') {
            self.line = self.line.saturating_add(1);
        }
        next
    }

    fn skip_space(&mut self) {
        while self
            .rest
            .next_if(|one| {
                let is_line = *one == '\n';
                if is_line {
                    self.line = self.line.saturating_add(1);
                }
                is_line || matches!(one, ' ' | '\t' | '\r')
            })
            .is_some()
        {}
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn value(&mut self, depth: usize) -> Result<Node, EditProblem> {
        if depth > DEEPEST {
            return Err(self.problem(Message::new("edits-json-deep")));
        }
        let line = Some(self.line);
        let data = match self.rest.peek() {
            Some('{') => self.table(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Data::Text(self.text()?),
            Some('-' | '0'..='9') => self.number()?,
            Some('a'..='z' | 'A'..='Z') => self.word()?,
            _ => return Err(self.expected("{ [ \" 0 true false null")),
        };
        Ok(Node { line, data })
    }

    fn word(&mut self) -> Result<Data, EditProblem> {
        let mut word = String::new();
        while let Some(letter) = self.rest.next_if(char::is_ascii_alphanumeric) {
            word.push(letter);
        }
        match word.as_str() {
            "null" => Ok(Data::Null),
            "true" => Ok(Data::Bool(true)),
            "false" => Ok(Data::Bool(false)),
            _ => {
                let message = Message::new("edits-json").with("found", word);
                Err(self.problem(message.with("expected", "\"…\" true false null")))
            }
        }
    }

    fn number(&mut self) -> Result<Data, EditProblem> {
        let mut digits = String::new();
        let is_part = |one: &char| matches!(one, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        while let Some(digit) = self.rest.next_if(is_part) {
            digits.push(digit);
        }
        let number = digits.parse::<i64>().ok();
        match number.filter(|number| number.to_string() == digits) {
            Some(number) => Ok(Data::Number(number)),
            None => {
                let message = Message::new("edits-json-number").with("value", digits);
                Err(self.problem(message))
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Data, EditProblem> {
        self.next();
        let mut items = Vec::new();
        self.skip_space();
        if self.take(']') {
            return Ok(Data::List(items));
        }
        loop {
            self.skip_space();
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take(']') {
                return Ok(Data::List(items));
            }
            if !self.take(',') {
                return Err(self.expected(", ]"));
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Data, EditProblem> {
        self.next();
        let mut entries: Vec<(String, Node)> = Vec::new();
        self.skip_space();
        if self.take('}') {
            return Ok(Data::Table(entries));
        }
        loop {
            self.skip_space();
            if self.rest.peek() != Some(&'"') {
                return Err(self.expected("\""));
            }
            let key = self.text()?;
            if entries.iter().any(|(present, _)| *present == key) {
                return Err(self.problem(Message::new("edits-json-twice").with("key", key)));
            }
            self.skip_space();
            if !self.take(':') {
                return Err(self.expected(":"));
            }
            self.skip_space();
            let value = self.value(depth + 1)?;
            entries.push((key, value));
            self.skip_space();
            if self.take('}') {
                return Ok(Data::Table(entries));
            }
            if !self.take(',') {
                return Err(self.expected(", }"));
            }
        }
    }

    fn text(&mut self) -> Result<String, EditProblem> {
        self.next();
        let mut text = String::new();
        loop {
            match self.rest.peek() {
                Some('"') => {
                    self.next();
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some(other) if *other >= ' ' => text.extend(self.next()),
                _ => return Err(self.expected("\"")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, EditProblem> {
        self.next();
        let named = match self.rest.peek() {
            Some('"') => '"',
            Some('\\') => '\\',
            Some('/') => '/',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.code_point(),
            _ => return Err(self.expected("\" \\ / b f n r t u")),
        };
        self.next();
        Ok(named)
    }

    /// `u0041`, or two units for a character beyond the first plane.
    fn code_point(&mut self) -> Result<char, EditProblem> {
        let first = self.unit()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let is_pair = (0xd800..0xdc00).contains(&first) && self.take('\\');
        if is_pair && self.rest.peek() == Some(&'u') {
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                if let Some(character) = char::from_u32(code) {
                    return Ok(character);
                }
            }
        }
        Err(self.problem(Message::new("edits-json-surrogate")))
    }

    fn unit(&mut self) -> Result<u32, EditProblem> {
        self.next();
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.rest.peek().and_then(|one| one.to_digit(16));
            let Some(digit) = digit else {
                return Err(self.expected("0–9 a–f"));
            };
            unit = unit * 16 + digit;
            self.next();
        }
        Ok(unit)
    }
}
