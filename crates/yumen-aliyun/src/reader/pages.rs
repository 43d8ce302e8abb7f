//! Splits a file into pages and pages into items, and keeps every item before a damage.
//!
//! A file holds one response, an array of them, or one after the other. The list of a response is
//! never held as a whole: its items are handed on one by one, the other fields when the response
//! ends.

use std::str;

use crate::reader::record::{Notes, Record};
use crate::reader::window::{Damage, Extent, Window};
use crate::tape::{Kind, Tape};

/// Where a response keeps what is wanted from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In a list: the field that holds it, and the field inside that, empty for a plain array
    List(&'static str, &'static str),
    /// The whole response is the item
    Whole,
}

/// Takes what is found in a file.
pub(crate) trait Sink {
    /// An item of the current page.
    fn item(&mut self, item: Record<'_>);
    /// The end of a page: its other fields, and whether it had its list at all.
    fn page(&mut self, fields: Record<'_>, has_list: bool);
    /// Something that is no item stands among the items; `text` says what, if it is UTF-8.
    fn stray(&mut self, line: u32, text: Option<&str>);
}

/// Reads a file to its end or to where it is damaged, then also saying the line.
pub(crate) fn read_pages(
    window: &mut Window<'_>,
    shape: Shape,
    notes: &Notes,
    sink: &mut impl Sink,
) -> Result<(), (Damage, u32)> {
    let mut reader = Reader {
        window,
        shape,
        notes,
        sink,
        tape: Tape::default(),
        fields: Vec::new(),
    };
    let read = reader.file();
    read.map_err(|damage| (damage, reader.window.line()))
}

struct Reader<'r, 'w, S> {
    window: &'r mut Window<'w>,
    shape: Shape,
    notes: &'r Notes,
    sink: &'r mut S,
    tape: Tape,
    /// The current page without its list, as JSON
    fields: Vec<u8>,
}

impl<S: Sink> Reader<'_, '_, S> {
    fn file(&mut self) -> Result<(), Damage> {
        self.window.skip_mark()?;
        let mut in_array = false;
        loop {
            match self.window.peek()? {
                None if in_array => return Err(Damage::Truncated),
                None => return Ok(()),
                Some(b'[') if !in_array => {
                    in_array = true;
                    self.window.skip();
                }
                Some(b']') if in_array => {
                    in_array = false;
                    self.window.skip();
                }
                Some(b',') => self.window.skip(),
                Some(b'{') => self.response()?,
                Some(_) => return Err(Damage::Syntax),
            }
        }
    }

    fn response(&mut self) -> Result<(), Damage> {
        let line = self.window.line();
        match self.shape {
            Shape::Whole => self.item(),
            Shape::List(outer, inner) => self.page(line, outer, inner),
        }
    }

    fn page(&mut self, line: u32, outer: &str, inner: &str) -> Result<(), Damage> {
        self.window.skip();
        self.fields.clear();
        self.fields.push(b'{');
        let mut has_list = false;
        if self.peek()? == b'}' {
            self.window.skip();
        } else {
            loop {
                if self.peek()? != b'"' {
                    return Err(Damage::Syntax);
                }
                let key = self.window.string()?;
                if self.window.slice(key) == outer.as_bytes() {
                    self.expect(b':')?;
                    has_list |= self.list(inner)?;
                } else {
                    self.field(key)?;
                }
                match self.peek()? {
                    b',' => self.window.skip(),
                    b'}' => {
                        self.window.skip();
                        break;
                    }
                    _ => return Err(Damage::Syntax),
                }
            }
        }
        self.fields.push(b'}');
        let fields = std::mem::take(&mut self.fields);
        if self.tape.read(&fields, 0).is_ok()
            && str::from_utf8(&fields).is_ok()
            && let Some(view) = self.tape.root(&fields)
        {
            self.sink
                .page(Record::apart(view, line, self.notes), has_list);
        } else {
            self.sink.stray(line, None);
        }
        self.fields = fields;
        Ok(())
    }

    /// Copies a field that is not the list.
    fn field(&mut self, key: Extent) -> Result<(), Damage> {
        if self.fields.len() > 1 {
            self.fields.push(b',');
        }
        self.fields.push(b'"');
        self.fields.extend_from_slice(self.window.slice(key));
        self.fields.extend_from_slice(b"\":");
        self.expect(b':')?;
        self.peek()?;
        let value = self.window.value(&mut self.tape)?;
        self.fields.extend_from_slice(self.window.slice(value));
        Ok(())
    }

    /// Reads the list at its own place: an array, an array inside an object, a single object, or
    /// nothing. False if it is something else.
    fn list(&mut self, inner: &str) -> Result<bool, Damage> {
        match self.peek()? {
            b'[' => self.elements()?,
            b'{' => match self.window.first_member()? {
                None => {
                    self.window.value(&mut self.tape)?;
                }
                Some((key, starts)) => {
                    let wraps = key == inner.as_bytes() || (inner.is_empty() && starts == b'[');
                    if wraps {
                        self.wrapped(&key)?
                    } else {
                        self.item()?
                    }
                }
            },
            _ => return self.nothing(),
        }
        Ok(true)
    }

    /// Reads what stands for a list without items; false if it is not that.
    fn nothing(&mut self) -> Result<bool, Damage> {
        let line = self.window.line();
        let value = self.window.value(&mut self.tape)?;
        let bytes = self.window.slice(value);
        let is_nothing = matches!(bytes, b"null" | b"\"\"" | b"\"null\"");
        if !is_nothing {
            self.sink.stray(line, str::from_utf8(bytes).ok());
        }
        Ok(is_nothing)
    }

    /// Reads an object that holds the list as its first member.
    fn wrapped(&mut self, inner: &[u8]) -> Result<(), Damage> {
        self.window.skip();
        loop {
            if self.peek()? != b'"' {
                return Err(Damage::Syntax);
            }
            let key = self.window.string()?;
            let is_list = self.window.slice(key) == inner;
            self.expect(b':')?;
            match self.peek()? {
                b'[' if is_list => self.elements()?,
                b'{' if is_list => self.item()?,
                _ if is_list => {
                    self.nothing()?;
                }
                _ => {
                    self.window.value(&mut self.tape)?;
                }
            }
            match self.peek()? {
                b',' => self.window.skip(),
                b'}' => {
                    self.window.skip();
                    return Ok(());
                }
                _ => return Err(Damage::Syntax),
            }
        }
    }

    fn elements(&mut self) -> Result<(), Damage> {
        self.window.skip();
        loop {
            match self.peek()? {
                b']' => {
                    self.window.skip();
                    return Ok(());
                }
                b',' => self.window.skip(),
                _ => self.item()?,
            }
        }
    }

    fn item(&mut self) -> Result<(), Damage> {
        let line = self.window.line();
        let extent = self.window.value(&mut self.tape)?;
        match (
            str::from_utf8(self.window.slice(extent)),
            self.tape.root(self.window.bytes()),
        ) {
            (Ok(_), Some(view)) if view.kind() == Kind::Object => {
                self.sink
                    .item(Record::new(view, line, extent.start, self.notes));
            }
            (Ok(text), _) => self.sink.stray(line, Some(text)),
            (Err(_), _) => self.sink.stray(line, None),
        }
        Ok(())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Damage> {
        if self.peek()? != byte {
            return Err(Damage::Syntax);
        }
        self.window.skip();
        Ok(())
    }

    fn peek(&mut self) -> Result<u8, Damage> {
        self.window.peek()?.ok_or(Damage::Truncated)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Write;
    use std::sync::Arc;

    use yumen_cloud::{Id, Listing};

    use super::*;

    /// Everything that was handed on, as text.
    struct Transcript(String);

    impl Sink for Transcript {
        fn item(&mut self, item: Record<'_>) {
            let line = item.line();
            writeln!(
                self.0,
                "{line} item {:?} {:?}",
                item.text("A"),
                item.text("B")
            )
            .unwrap();
        }

        fn page(&mut self, fields: Record<'_>, has_list: bool) {
            let line = fields.line();
            writeln!(self.0, "{line} page {:?} {has_list}", fields.text("Total")).unwrap();
        }

        fn stray(&mut self, line: u32, text: Option<&str>) {
            writeln!(self.0, "{line} stray {text:?}").unwrap();
        }
    }

    fn transcript(mut window: Window<'_>) -> String {
        let notes = Notes::new(Arc::from("f"), Id::from("r"), Listing::Vpcs, HashSet::new());
        let mut sink = Transcript(String::new());
        let shape = Shape::List("List", "Item");
        if let Err((damage, line)) = read_pages(&mut window, shape, &notes, &mut sink) {
            writeln!(sink.0, "{line} {damage:?}").unwrap();
        }
        sink.0
    }

    #[test]
    fn a_window_of_any_size_shows_the_same() {
        let text = "\u{feff}[{\"Total\": 12,\n\"List\":{\"Item\":[{\"A\":\"x\\n\",\"B\":[1,{\"c\":null}]},\n\n7 ,{\"A\":-1.5e3}],\"x\":1}},\n {\"List\":[{\"B\":true}],\"Total\":\"é\"}]{\"List\":{\"A\":\"only\",\n\"B\":0}}\n";
        for length in (0..=text.len()).filter(|length| text.is_char_boundary(*length)) {
            let (text, _) = text.split_at(length);
            let whole = transcript(Window::whole(text.as_bytes().to_vec()));
            for piece in [1, 2, 3, 5, 8, 13, 100] {
                let mut source = text.as_bytes();
                let moving = transcript(Window::moving(&mut source, piece, Vec::new()));
                assert_eq!(moving, whole, "piece {piece} of {text}");
            }
        }
    }
}
