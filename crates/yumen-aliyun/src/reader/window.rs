//! A file seen through a window: small files whole, large ones piece by piece.

use std::io::{self, Read};

use crate::tape::{Stop, Tape, read_string};

/// How much of a large file is read at a time.
pub(crate) const PIECE: usize = 4 << 20;

/// The largest single value (an item, or a field of a page) that is held in memory.
pub(crate) const MAX_VALUE: usize = 64 << 20;

/// The bytes of a file that are being read, from the first that is still needed.
pub(crate) struct Window<'a> {
    /// What the rest of the file comes from; `None` once it is all in the buffer
    source: Option<&'a mut dyn Read>,
    /// How much is read at a time
    piece: usize,
    buffer: Vec<u8>,
    /// Where reading has come to
    at: usize,
    /// Line of `counted`, from 1
    line: u32,
    /// Offset up to which lines have been counted
    counted: usize,
}

/// Why reading a file stopped before its end.
#[derive(Debug)]
pub(crate) enum Damage {
    /// It ends in the middle of a value
    Truncated,
    /// It is not JSON here
    Syntax,
    /// It is nested deeper than any response
    Depth,
    /// One value is larger than [`MAX_VALUE`]
    TooLarge,
    /// The system could not read it
    Unreadable(io::Error),
}

/// Where a value stands in the buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl<'a> Window<'a> {
    /// A window on bytes that are all there.
    pub(crate) fn whole(buffer: Vec<u8>) -> Window<'static> {
        Window {
            source: None,
            piece: PIECE,
            buffer,
            at: 0,
            line: 1,
            counted: 0,
        }
    }

    /// A window that moves over a source; `buffer` is only for its capacity.
    pub(crate) fn moving(source: &'a mut dyn Read, piece: usize, mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self {
            source: Some(source),
            piece,
            buffer,
            at: 0,
            line: 1,
            counted: 0,
        }
    }

    /// Gives the buffer back, to be used for the next file.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// The bytes in the window, from a value's start on still valid offsets.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Line of the place where reading has come to, from 1.
    pub(crate) fn line(&mut self) -> u32 {
        let passed = self.buffer.get(self.counted..self.at).unwrap_or_default();
        self.line = self.line.saturating_add(newlines(passed));
        self.counted = self.counted.max(self.at);
        self.line
    }

    /// The next byte that is no white space, which stays; `None` at the end of the file.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Damage> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let blank = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            match rest.iter().position(|byte| !blank(byte)) {
                Some(length) => {
                    self.at += length;
                    return Ok(self.buffer.get(self.at).copied());
                }
                None => {
                    self.at = self.buffer.len();
                    if !self.refill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Goes past the byte that was peeked.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    /// Goes past a byte order mark.
    pub(crate) fn skip_mark(&mut self) -> Result<(), Damage> {
        while self.buffer.len() < 3 && self.refill()? {}
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        Ok(())
    }

    /// Reads a string, the key of an object; gives what stands between the quotes.
    pub(crate) fn string(&mut self) -> Result<Extent, Damage> {
        loop {
            match read_string(&self.buffer, self.at) {
                Ok((inside, after)) => {
                    self.at = after;
                    return Ok(Extent {
                        start: inside.start,
                        end: inside.end,
                    });
                }
                Err(stop) => self.widen(stop)?,
            }
        }
    }

    /// Reads any value onto the tape.
    pub(crate) fn value(&mut self, tape: &mut Tape) -> Result<Extent, Damage> {
        loop {
            match tape.read(&self.buffer, self.at) {
                Ok(end) => {
                    let start = std::mem::replace(&mut self.at, end);
                    return Ok(Extent { start, end });
                }
                Err(stop) => self.widen(stop)?,
            }
        }
    }

    /// The bytes of a value that was read last.
    pub(crate) fn slice(&self, extent: Extent) -> &[u8] {
        self.buffer
            .get(extent.start..extent.end)
            .unwrap_or_default()
    }

    /// Looks at the next key of an object whose brace was peeked, and at the byte that its value
    /// starts with, without going past anything. `None` if the object is empty.
    pub(crate) fn first_member(&mut self) -> Result<Option<(Vec<u8>, u8)>, Damage> {
        loop {
            match first_member(&self.buffer, self.at) {
                Ok(found) => return Ok(found),
                Err(stop) => self.widen(stop)?,
            }
        }
    }

    /// Brings more of the file in, if that is what is missing.
    fn widen(&mut self, stop: Stop) -> Result<(), Damage> {
        match stop {
            Stop::End if self.refill()? => Ok(()),
            Stop::End => {
                self.at = self.buffer.len();
                Err(Damage::Truncated)
            }
            Stop::Syntax(at) => {
                self.at = at;
                Err(Damage::Syntax)
            }
            Stop::Depth(at) => {
                self.at = at;
                Err(Damage::Depth)
            }
        }
    }

    /// Drops what is behind and reads another piece; false if there is none.
    fn refill(&mut self) -> Result<bool, Damage> {
        let Some(source) = &mut self.source else {
            return Ok(false);
        };
        let passed = self.buffer.get(self.counted..self.at).unwrap_or_default();
        self.line = self.line.saturating_add(newlines(passed));
        self.buffer.drain(..self.at);
        (self.at, self.counted) = (0, 0);
        if self.buffer.len() > MAX_VALUE {
            return Err(Damage::TooLarge);
        }
        // Doubling keeps the work linear where one value spans many pieces.
        let wanted = self.piece.max(self.buffer.len());
        let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
        match source.take(limit).read_to_end(&mut self.buffer) {
            Ok(0) => {
                self.source = None;
                Ok(false)
            }
            Ok(_) => Ok(true),
            Err(error) => {
                self.source = None;
                Err(Damage::Unreadable(error))
            }
        }
    }
}

/// How many line ends there are.
pub(crate) fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

fn first_member(bytes: &[u8], brace: usize) -> Result<Option<(Vec<u8>, u8)>, Stop> {
    let next = |mut at: usize| {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
            at += 1;
        }
        bytes.get(at).map(|byte| (at, *byte)).ok_or(Stop::End)
    };
    let (key, byte) = next(brace + 1)?;
    if byte == b'}' {
        return Ok(None);
    }
    let (inside, after) = read_string(bytes, key)?;
    let (colon, byte) = next(after)?;
    if byte != b':' {
        return Err(Stop::Syntax(colon));
    }
    let (_, start) = next(colon + 1)?;
    Ok(Some((
        bytes.get(inside).unwrap_or_default().to_vec(),
        start,
    )))
}
