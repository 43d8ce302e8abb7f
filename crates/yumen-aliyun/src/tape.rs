//! One JSON value laid out flat, without copying its text.
//!
//! A tape is filled again and again, so that reading an item allocates nothing. It holds offsets
//! into the text that it was made from; every object and value knows where it stands, which is
//! what line numbers come from. More lenient than RFC 8259 in two points that change no meaning:
//! control characters inside strings, and leading zeros or signs of numbers.

use std::ops::Range;

/// Deepest nesting that is followed.
const MAX_DEPTH: u32 = 64;

/// A JSON value as a list of nodes; the text stays where it is.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    unescaped: String,
}

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text ends before the value does
    End,
    /// The text is not JSON; the offset in the text that was given
    Syntax(usize),
    /// The value is nested deeper than is followed
    Depth(usize),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, as it is written
    Number,
    /// A string
    Text,
    /// An array
    Array,
    /// An object
    Object,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// Of a member of an object
    key: Key,
    kind: Kind,
    /// The text inside a string's quotes, or all of any other value
    span: Span,
    /// The node after this one and all inside it
    end: usize,
}

/// A stretch of the text, or of what was unescaped.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    unescaped: bool,
}

/// The key of a member, with what tells most other keys apart without reading them.
#[derive(Clone, Copy, Debug)]
struct Key {
    span: Span,
    mark: u32,
}

const NO_KEY: Key = Key {
    span: Span {
        start: 0,
        end: 0,
        unescaped: false,
    },
    mark: 0,
};

/// A key's length and its first, middle and last byte.
fn mark_of(key: &[u8]) -> u32 {
    let byte = |at: usize| key.get(at).copied().unwrap_or_default();
    let length = u8::try_from(key.len() & 0xff).unwrap_or_default();
    let last = key.len().saturating_sub(1);
    u32::from_le_bytes([length, byte(0), byte(last / 2), byte(last)])
}

impl Tape {
    /// Reads the value that starts at an offset, white space before it allowed, and gives the
    /// offset after it. Offsets on the tape count from the start of the whole text.
    ///
    /// A number that touches the end of the text counts as cut off.
    pub(crate) fn read(&mut self, bytes: &[u8], start: usize) -> Result<usize, Stop> {
        self.nodes.clear();
        self.unescaped.clear();
        let mut scanner = Scanner {
            bytes,
            at: start,
            tape: self,
        };
        scanner.value(NO_KEY, 0)?;
        Ok(scanner.at)
    }

    /// The value on the tape; `text` is the text that it was read from.
    pub(crate) fn root<'t>(&'t self, text: &'t [u8]) -> Option<View<'t>> {
        let node = self.nodes.first()?;
        Some(View {
            tape: self,
            text,
            index: 0,
            node,
        })
    }
}

/// Reads a string that starts with its quote at an offset; gives what is between the quotes and
/// the offset after the closing one.
pub(crate) fn read_string(bytes: &[u8], start: usize) -> Result<(Range<usize>, usize), Stop> {
    scan_string(bytes, start).map(|(inside, after, _)| (inside, after))
}

/// The same, and whether there is an escape in it.
fn scan_string(bytes: &[u8], start: usize) -> Result<(Range<usize>, usize, bool), Stop> {
    match bytes.get(start) {
        None => return Err(Stop::End),
        Some(b'"') => {}
        Some(_) => return Err(Stop::Syntax(start)),
    }
    let mut at = start + 1;
    let mut has_escape = false;
    loop {
        let rest = bytes.get(at..).ok_or(Stop::End)?;
        let found = at + memchr::memchr2(b'"', b'\\', rest).ok_or(Stop::End)?;
        if bytes.get(found) == Some(&b'"') {
            return Ok((start + 1..found, found + 1, has_escape));
        }
        has_escape = true;
        at = found + 2;
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    tape: &'a mut Tape,
}

impl Scanner<'_> {
    fn value(&mut self, key: Key, depth: u32) -> Result<(), Stop> {
        let start_byte = self.peek()?;
        let start = self.at;
        match start_byte {
            b'"' => {
                let span = self.string()?;
                self.leaf(key, Kind::Text, span);
            }
            b'{' | b'[' => {
                if depth >= MAX_DEPTH {
                    return Err(Stop::Depth(start));
                }
                self.at += 1;
                let kind = if start_byte == b'{' {
                    Kind::Object
                } else {
                    Kind::Array
                };
                let index = self.tape.nodes.len();
                self.leaf(
                    key,
                    kind,
                    Span {
                        start,
                        end: start,
                        unescaped: false,
                    },
                );
                self.members(kind, depth)?;
                let (after, end) = (self.at, self.tape.nodes.len());
                if let Some(node) = self.tape.nodes.get_mut(index) {
                    node.span.end = after;
                    node.end = end;
                }
            }
            b't' => self.word(key, Kind::Bool, b"true")?,
            b'f' => self.word(key, Kind::Bool, b"false")?,
            b'n' => self.word(key, Kind::Null, b"null")?,
            b'-' | b'0'..=b'9' => self.number(key)?,
            _ => return Err(Stop::Syntax(start)),
        }
        Ok(())
    }

    fn members(&mut self, kind: Kind, depth: u32) -> Result<(), Stop> {
        let close = if kind == Kind::Object { b'}' } else { b']' };
        if self.peek()? == close {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = if kind == Kind::Object {
                self.peek()?;
                let span = self.string()?;
                let from = if span.unescaped {
                    self.tape.unescaped.as_bytes()
                } else {
                    self.bytes
                };
                let mark = mark_of(from.get(span.start..span.end).unwrap_or_default());
                if self.peek()? != b':' {
                    return Err(Stop::Syntax(self.at));
                }
                self.at += 1;
                Key { span, mark }
            } else {
                NO_KEY
            };
            self.value(key, depth + 1)?;
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Stop::Syntax(self.at)),
            }
        }
    }

    fn string(&mut self) -> Result<Span, Stop> {
        let (inside, after, has_escape) = scan_string(self.bytes, self.at)?;
        self.at = after;
        let raw = self.bytes.get(inside.clone()).unwrap_or_default();
        if !has_escape {
            return Ok(Span {
                start: inside.start,
                end: inside.end,
                unescaped: false,
            });
        }
        let start = self.tape.unescaped.len();
        unescape(raw, &mut self.tape.unescaped).ok_or(Stop::Syntax(inside.start))?;
        Ok(Span {
            start,
            end: self.tape.unescaped.len(),
            unescaped: true,
        })
    }

    fn word(&mut self, key: Key, kind: Kind, word: &[u8]) -> Result<(), Stop> {
        let start = self.at;
        for expected in word {
            match self.bytes.get(self.at) {
                None => return Err(Stop::End),
                Some(byte) if byte == expected => self.at += 1,
                Some(_) => return Err(Stop::Syntax(start)),
            }
        }
        self.leaf(
            key,
            kind,
            Span {
                start,
                end: self.at,
                unescaped: false,
            },
        );
        Ok(())
    }

    fn number(&mut self, key: Key) -> Result<(), Stop> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest
            .iter()
            .position(|byte| !is_part(byte))
            .ok_or(Stop::End)?;
        self.at = start + length;
        self.leaf(
            key,
            Kind::Number,
            Span {
                start,
                end: self.at,
                unescaped: false,
            },
        );
        Ok(())
    }

    fn leaf(&mut self, key: Key, kind: Kind, span: Span) {
        let end = self.tape.nodes.len() + 1;
        self.tape.nodes.push(Node {
            key,
            kind,
            span,
            end,
        });
    }

    /// The next byte that is no white space, which stays where it is.
    fn peek(&mut self) -> Result<u8, Stop> {
        loop {
            match self.bytes.get(self.at) {
                None => return Err(Stop::End),
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
            }
        }
    }
}

fn unescape(raw: &[u8], out: &mut String) -> Option<()> {
    let mut rest = raw;
    while let Some(escape) = memchr::memchr(b'\\', rest) {
        let (plain, escaped) = rest.split_at(escape);
        out.push_str(&String::from_utf8_lossy(plain));
        let (letter, mut after) = escaped.get(1..)?.split_first()?;
        match letter {
            b'"' | b'\\' | b'/' => out.push(char::from(*letter)),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let (first, next) = hexadecimal(after)?;
                after = next;
                let mut code = u32::from(first);
                if let (0xd800..=0xdbff, Some(pair)) = (first, after.strip_prefix(b"\\u"))
                    && let Some((second @ 0xdc00..=0xdfff, next)) = hexadecimal(pair)
                {
                    after = next;
                    code = 0x1_0000 + ((code - 0xd800) << 10) + (u32::from(second) - 0xdc00);
                }
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return None,
        }
        rest = after;
    }
    out.push_str(&String::from_utf8_lossy(rest));
    Some(())
}

fn hexadecimal(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(4)?;
    let mut code = 0;
    for digit in digits {
        code = code * 16 + char::from(*digit).to_digit(16)?;
    }
    Some((u16::try_from(code).ok()?, rest))
}

/// A value on a tape, with the text that it was read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'t> {
    tape: &'t Tape,
    text: &'t [u8],
    index: usize,
    node: &'t Node,
}

impl<'t> View<'t> {
    /// What the value is.
    pub(crate) fn kind(self) -> Kind {
        self.node.kind
    }

    /// Where the value stands in the text.
    pub(crate) fn offset(self) -> usize {
        // What was unescaped has lost its place; the object around it has not.
        if self.node.span.unescaped {
            0
        } else {
            self.node.span.start
        }
    }

    /// The member of that name, if this is an object that has it.
    pub(crate) fn get(self, key: &str) -> Option<View<'t>> {
        if self.node.kind != Kind::Object {
            return None;
        }
        let mark = mark_of(key.as_bytes());
        self.children().find(|child| {
            child.node.key.mark == mark && child.bytes(child.node.key.span) == key.as_bytes()
        })
    }

    /// The members of an object or the elements of an array.
    pub(crate) fn children(self) -> Children<'t> {
        Children {
            parent: self,
            next: self.index + 1,
        }
    }

    /// The text of a string, a number or a truth value, as it is written.
    pub(crate) fn scalar(self) -> Option<&'t str> {
        match self.node.kind {
            Kind::Text | Kind::Number | Kind::Bool => {
                std::str::from_utf8(self.bytes(self.node.span)).ok()
            }
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// The text that all values on the tape were read from.
    pub(crate) fn source(self) -> &'t [u8] {
        self.text
    }

    /// The value as it is written; of a string only what is between the quotes.
    pub(crate) fn written(self) -> String {
        String::from_utf8_lossy(self.bytes(self.node.span)).into_owned()
    }

    fn bytes(self, span: Span) -> &'t [u8] {
        let from = if span.unescaped {
            self.tape.unescaped.as_bytes()
        } else {
            self.text
        };
        from.get(span.start..span.end).unwrap_or_default()
    }
}

/// The members of an object or the elements of an array.
pub(crate) struct Children<'t> {
    parent: View<'t>,
    next: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = View<'t>;

    fn next(&mut self) -> Option<View<'t>> {
        if self.next >= self.parent.node.end {
            return None;
        }
        let node = self.parent.tape.nodes.get(self.next)?;
        let index = std::mem::replace(&mut self.next, node.end);
        Some(View {
            index,
            node,
            ..self.parent
        })
    }
}

#[cfg(test)]
mod tests;
