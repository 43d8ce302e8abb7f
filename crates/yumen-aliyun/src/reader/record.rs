//! Fields of a response, read as leniently as the provider writes them.
//!
//! Numbers and truth values may be strings; what is absent may be missing, `null`, `""` or
//! `"null"`; a list may lack its wrapper or be a single item. What is not understood is noted as
//! a gap, never guessed in silence.

use std::cell::RefCell;
use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use yumen_cloud::{Gap, GapReason, Id, Listing};
use yumen_diagnostics::{Message, Place};

use crate::reader::value::{self, Network};
use crate::reader::window::newlines;
use crate::tape::{Kind, View};

/// What all records of a file share, and where gaps are noted.
pub(crate) struct Notes {
    pub(crate) file: Arc<str>,
    pub(crate) region: Id,
    pub(crate) listing: Listing,
    gaps: RefCell<Vec<Gap>>,
    /// Ids that recur, kept once
    ids: RefCell<HashSet<Id>>,
}

/// Longest text of the input that is quoted in a message, in characters.
const MAX_QUOTED: usize = 80;

impl Notes {
    /// Nothing noted yet; `ids` are those known from other files.
    pub(crate) fn new(file: Arc<str>, region: Id, listing: Listing, ids: HashSet<Id>) -> Self {
        Self {
            file,
            region,
            listing,
            gaps: RefCell::default(),
            ids: RefCell::new(ids),
        }
    }

    /// The id of that text, the same one every time.
    pub(crate) fn id(&self, text: &str) -> Id {
        let mut ids = self.ids.borrow_mut();
        if let Some(id) = ids.get(text) {
            return id.clone();
        }
        let id = Id::from(text);
        ids.insert(id.clone());
        id
    }

    /// Notes a gap at a line.
    pub(crate) fn note(&self, reason: GapReason, line: Option<u32>, message: Message) {
        let place = Place {
            file: Some(Arc::clone(&self.file)),
            line,
            resource: None,
        };
        let region = Some(self.region.clone());
        let gap = Gap {
            reason,
            region,
            listing: Some(self.listing),
            place,
            message,
        };
        self.gaps.borrow_mut().push(gap);
    }

    /// How many gaps have been noted.
    pub(crate) fn count(&self) -> usize {
        self.gaps.borrow().len()
    }

    /// Says of which resource the gaps speak that were noted since there were that many, where
    /// it has not been said.
    pub(crate) fn assign(&self, since: usize, resource: &Id) {
        let mut gaps = self.gaps.borrow_mut();
        for gap in gaps
            .iter_mut()
            .skip(since)
            .filter(|gap| gap.place.resource.is_none())
        {
            gap.place.resource = Some(resource.shared());
        }
    }

    /// Gives away what was noted, and the ids.
    pub(crate) fn into_parts(self) -> (Vec<Gap>, HashSet<Id>) {
        (self.gaps.into_inner(), self.ids.into_inner())
    }
}

/// An object of a response.
#[derive(Clone, Copy)]
pub(crate) struct Record<'t> {
    view: View<'t>,
    /// Line of the item that it is or belongs to
    line: u32,
    /// Offset of that item; `None` where only the line is known
    start: Option<usize>,
    pub(crate) notes: &'t Notes,
}

impl<'t> Record<'t> {
    /// An item that starts at an offset and a line.
    pub(crate) fn new(view: View<'t>, line: u32, start: usize, notes: &'t Notes) -> Self {
        Self {
            view,
            line,
            start: Some(start),
            notes,
        }
    }

    /// An object whose text stands apart from the file; all of it counts as at one line.
    pub(crate) fn apart(view: View<'t>, line: u32, notes: &'t Notes) -> Self {
        Self {
            view,
            line,
            start: None,
            notes,
        }
    }

    /// Line of the object's brace.
    pub(crate) fn line(self) -> u32 {
        self.line_of(self.view)
    }

    /// Where the object's brace stands.
    pub(crate) fn place(self, resource: &Id) -> Place {
        let place = Place::in_file(Arc::clone(&self.notes.file)).at_line(self.line());
        place.of(resource.shared())
    }

    /// True if the field is there, whatever it holds.
    pub(crate) fn has(self, field: &str) -> bool {
        self.view.get(field).is_some()
    }

    /// The text of a field.
    pub(crate) fn text(self, field: &str) -> Option<&'t str> {
        let value = self.view.get(field)?;
        match value.kind() {
            Kind::Null => None,
            Kind::Array | Kind::Object => {
                self.wrong_type(field, value);
                None
            }
            Kind::Text | Kind::Number | Kind::Bool => present(value.scalar()?),
        }
    }

    /// The text of a field, empty if it is absent.
    pub(crate) fn string(self, field: &str) -> String {
        self.text(field).unwrap_or_default().to_owned()
    }

    /// An id that recurs: of a region, a VPC, a group.
    pub(crate) fn id(self, field: &str) -> Option<Id> {
        self.text(field).map(|text| self.notes.id(text))
    }

    /// The object's own id. An item without one cannot be used, which is noted.
    pub(crate) fn own_id(self, field: &'static str) -> Option<Id> {
        let id = self.text(field).map(Id::from);
        if id.is_none() {
            let message = Message::new("gap-missing-id").with("field", field);
            self.note_at(self.view, GapReason::Malformed, message);
        }
        id
    }

    /// A truth value.
    pub(crate) fn flag(self, field: &'static str) -> Option<bool> {
        let text = self.text(field)?;
        let flag = value::flag(text);
        if flag.is_none() {
            self.not_understood(field, "gap-bad-flag", text);
        }
        flag
    }

    /// A whole number of the type asked for.
    pub(crate) fn number<N: FromStr>(self, field: &'static str) -> Option<N> {
        let text = self.text(field)?;
        let number = text.trim().parse().ok();
        if number.is_none() {
            self.not_understood(field, "gap-bad-number", text);
        }
        number
    }

    /// An address of the family asked for.
    pub(crate) fn address<A: FromStr>(self, field: &'static str) -> Option<A> {
        let text = self.text(field)?;
        self.parse_address(field, text)
    }

    /// The address that a text of a field is.
    pub(crate) fn parse_address<A: FromStr>(self, field: &str, text: &str) -> Option<A> {
        let address = text.trim().parse().ok();
        if address.is_none() {
            self.not_understood(field, "gap-bad-address", text);
        }
        address
    }

    /// A network. Host bits are noted and dropped; then the second value is false.
    pub(crate) fn network(self, field: &'static str) -> Option<(IpNet, bool)> {
        let text = self.text(field)?;
        self.parse_network(field, text)
    }

    /// The network that a text of a field is, and whether it is written as it should be.
    pub(crate) fn parse_network(self, field: &str, text: &str) -> Option<(IpNet, bool)> {
        match value::network(text) {
            Network::Clean(network) => Some((network, true)),
            Network::HostBits(network) => {
                let message = Message::new("gap-host-bits")
                    .with("field", field)
                    .with("value", quoted(text))
                    .with("network", network.to_string());
                self.note_field(field, GapReason::BadValue, message);
                Some((network, false))
            }
            Network::Bad => {
                self.not_understood(field, "gap-bad-network", text);
                None
            }
        }
    }

    /// The object that a field holds.
    pub(crate) fn record(self, field: &str) -> Option<Record<'t>> {
        let value = self.view.get(field)?;
        match value.kind() {
            Kind::Object => Some(self.inside(value)),
            Kind::Null => None,
            _ if value.scalar().and_then(present).is_none() && value.kind() == Kind::Text => None,
            _ => {
                self.wrong_type(field, value);
                None
            }
        }
    }

    /// The objects of a list, with or without the wrapper `inner`.
    pub(crate) fn records(self, outer: &str, inner: &str) -> Vec<Record<'t>> {
        let mut records = Vec::new();
        for value in self.elements(outer, inner) {
            match value.kind() {
                Kind::Object => records.push(self.inside(value)),
                Kind::Null => {}
                Kind::Text if value.scalar().and_then(present).is_none() => {}
                _ => self.wrong_type(outer, value),
            }
        }
        records
    }

    /// The texts of a list, with or without the wrapper `inner`; absent ones are left out.
    pub(crate) fn texts(self, outer: &str, inner: &str) -> Vec<&'t str> {
        let mut texts = Vec::new();
        for value in self.elements(outer, inner) {
            match value.kind() {
                Kind::Array | Kind::Object => self.wrong_type(outer, value),
                _ => texts.extend(value.scalar().and_then(present)),
            }
        }
        texts
    }

    /// Ids that recur.
    pub(crate) fn ids(self, outer: &str, inner: &str) -> Vec<Id> {
        self.texts(outer, inner)
            .into_iter()
            .map(|text| self.notes.id(text))
            .collect()
    }

    /// The tags, sorted by key; both ways of writing them are understood.
    pub(crate) fn tags(self) -> Vec<(String, String)> {
        let field = |tag: Record<'t>, names: [&str; 2]| {
            names
                .iter()
                .find_map(|name| tag.text(name))
                .unwrap_or_default()
                .to_owned()
        };
        let mut tags: Vec<_> = self
            .records("Tags", "Tag")
            .into_iter()
            .map(|tag| {
                (
                    field(tag, ["TagKey", "Key"]),
                    field(tag, ["TagValue", "Value"]),
                )
            })
            .collect();
        tags.sort();
        tags
    }

    /// Notes that the value of a field has no known meaning, at the value's own line.
    pub(crate) fn not_understood(self, field: &str, message: &'static str, text: &str) {
        let message = Message::new(message)
            .with("field", field)
            .with("value", quoted(text));
        self.note_field(field, GapReason::BadValue, message);
    }

    /// Notes a gap at the line of a field, or of the object if the field is absent.
    pub(crate) fn note_field(self, field: &str, reason: GapReason, message: Message) {
        self.note_at(self.view.get(field).unwrap_or(self.view), reason, message);
    }

    fn wrong_type(self, field: &str, value: View<'t>) {
        let message = Message::new("gap-wrong-type")
            .with("field", field)
            .with("value", quoted(&value.written()));
        self.note_at(value, GapReason::Malformed, message);
    }

    fn note_at(self, value: View<'t>, reason: GapReason, message: Message) {
        self.notes.note(reason, Some(self.line_of(value)), message);
    }

    fn elements(self, outer: &str, inner: &str) -> Vec<View<'t>> {
        let Some(value) = self.view.get(outer) else {
            return Vec::new();
        };
        match value.kind() {
            Kind::Array => value.children().collect(),
            Kind::Object => match value.get(inner) {
                Some(list) if list.kind() == Kind::Array => list.children().collect(),
                Some(single) => vec![single],
                None => {
                    let mut children = value.children();
                    match (children.next(), children.next()) {
                        (None, _) => Vec::new(),
                        (Some(only), None) if only.kind() == Kind::Array => {
                            only.children().collect()
                        }
                        _ => vec![value],
                    }
                }
            },
            Kind::Null => Vec::new(),
            Kind::Text | Kind::Number | Kind::Bool => vec![value],
        }
    }

    fn inside(self, value: View<'t>) -> Record<'t> {
        Record {
            view: value,
            ..self
        }
    }

    fn line_of(self, value: View<'t>) -> u32 {
        let before = self
            .start
            .and_then(|start| value.source().get(start..value.offset()));
        self.line.saturating_add(before.map_or(0, newlines))
    }
}

/// A text as it is quoted in a message: cut off where it is very long.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A text, unless it is one of those that stand for nothing.
fn present(text: &str) -> Option<&str> {
    (!matches!(text, "" | "null")).then_some(text)
}
