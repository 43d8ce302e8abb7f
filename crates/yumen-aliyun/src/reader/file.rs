//! Reads one file of responses.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use yumen_cloud::{GapReason, Id};
use yumen_diagnostics::{Message, Place};

use crate::reader::convert;
use crate::reader::facts::{FileFacts, Item, Missing, Section};
use crate::reader::layout::{Action, Kind};
use crate::reader::pages::{Shape, Sink, read_pages};
use crate::reader::record::{Notes, Record, quoted};
use crate::reader::window::{Damage, MAX_VALUE, PIECE, Window};

/// A file to be read, as its path tells.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) path: Arc<str>,
    pub(crate) region: Id,
    pub(crate) action: &'static Action,
    /// The resource that the file is named after
    pub(crate) resource: Option<Id>,
}

/// What a worker keeps from file to file.
#[derive(Default)]
pub(crate) struct Workspace {
    ids: HashSet<Id>,
    buffer: Vec<u8>,
}

/// What is read from.
pub(crate) enum Source<'s> {
    /// Bytes in memory
    Bytes(Vec<u8>),
    /// A file small enough to be read as a whole
    Small(&'s mut dyn Read),
    /// A file that is read piece by piece
    Large(&'s mut dyn Read),
    /// A file that could not be opened
    Closed(std::io::Error),
}

/// Reads a file. What it says comes with the gaps in it; nothing that is wrong stops it.
pub(crate) fn read_file(task: &Task, source: Source<'_>, workspace: &mut Workspace) -> FileFacts {
    let ids = std::mem::take(&mut workspace.ids);
    let notes = Notes::new(
        Arc::clone(&task.path),
        task.region.clone(),
        task.action.listing,
        ids,
    );
    let mut file = FileReader {
        task,
        notes: &notes,
        current: Section {
            whole: true,
            ..Section::default()
        },
        resource: None,
        noted: 0,
        sections: Vec::new(),
        by_resource: BTreeMap::new(),
        whole: true,
        is_empty: true,
    };
    let mut buffer = std::mem::take(&mut workspace.buffer);
    let read = match source {
        Source::Bytes(bytes) => file.read(Window::whole(bytes)).1,
        Source::Small(reader) => {
            buffer.clear();
            let loaded = reader.read_to_end(&mut buffer);
            let (kept, read) = match loaded {
                Ok(_) => file.read(Window::whole(buffer)),
                Err(error) => (buffer, Err((Damage::Unreadable(error), 1))),
            };
            workspace.buffer = kept;
            read
        }
        Source::Large(reader) => file.read(Window::moving(reader, PIECE, buffer)).1,
        Source::Closed(error) => Err((Damage::Unreadable(error), 1)),
    };
    if let Err((damage, line)) = read {
        file.damaged(&damage, line);
    } else if file.is_empty {
        file.lost(1, GapReason::Malformed, Message::new("gap-empty-file"));
    }
    let (sections, whole) = file.finish();
    let (gaps, ids) = notes.into_parts();
    workspace.ids = ids;
    let (action, region) = (task.action, task.region.clone());
    FileFacts {
        action,
        region,
        sections,
        gaps,
        whole,
    }
}

/// Collects what the pages of a file say.
struct FileReader<'f> {
    task: &'f Task,
    notes: &'f Notes,
    /// What the current page says
    current: Section,
    /// The resource that an item of the current page names
    resource: Option<Id>,
    /// Gaps noted before the current page
    noted: usize,
    sections: Vec<Section>,
    by_resource: BTreeMap<Option<Id>, usize>,
    whole: bool,
    is_empty: bool,
}

impl Sink for FileReader<'_> {
    fn item(&mut self, item: Record<'_>) {
        self.is_empty = false;
        let noted = self.notes.count();
        if self.task.action.shape == Shape::Whole {
            self.response(item);
            return;
        }
        if let Some(field) = self.task.action.per
            && self.resource.is_none()
        {
            self.resource = item.text(field).map(|text| self.notes.id(text));
        }
        let read = convert::item(self.task.action, item, &mut self.current);
        self.current.tally.item(&read);
        match read {
            Item::Known(id) if self.notes.count() > noted => self.notes.assign(noted, &id),
            Item::Known(_) | Item::Nameless => {}
            Item::Skipped => self.current.whole = false,
        }
    }

    fn page(&mut self, fields: Record<'_>, has_list: bool) {
        self.is_empty = false;
        let action = self.task.action;
        if !has_list {
            self.no_answer(fields);
        }
        self.current.tally.page(fields);
        if let Some(field) = action.per {
            let named = fields.text(field).map(|text| self.notes.id(text));
            self.current.resource = self.identify(named, fields);
            self.current.place = match &self.current.resource {
                Some(id) => fields.place(id),
                None => Place::in_file(Arc::clone(&self.task.path)),
            };
            convert::fields(action, fields, &mut self.current);
        }
        self.close_page();
    }

    fn stray(&mut self, line: u32, text: Option<&str>) {
        self.is_empty = false;
        self.current.whole = false;
        let message = match text {
            Some(text) => Message::new("gap-stray").with("value", quoted(text)),
            None => Message::new("gap-not-utf8"),
        };
        self.notes.note(GapReason::Malformed, Some(line), message);
    }
}

impl FileReader<'_> {
    fn read(&mut self, mut window: Window<'_>) -> (Vec<u8>, Result<(), (Damage, u32)>) {
        let read = read_pages(&mut window, self.task.action.shape, self.notes, self);
        (window.into_buffer(), read)
    }

    /// A response that is one item as a whole.
    fn response(&mut self, response: Record<'_>) {
        let named = self.task.action.per.and_then(|field| response.text(field));
        if named.is_none() && refusal(response).is_some() {
            self.current.resource = self.task.resource.clone();
            self.no_answer(response);
        } else {
            let named = named.map(|text| self.notes.id(text));
            self.current.resource = self.identify(named, response);
            let read = convert::item(self.task.action, response, &mut self.current);
            self.current.whole &= !matches!(read, Item::Skipped);
            self.current.tally.item(&read);
        }
        self.close_page();
    }

    /// Settles for which resource a page answers.
    fn identify(&mut self, named: Option<Id>, fields: Record<'_>) -> Option<Id> {
        let by_file = self.task.resource.as_ref();
        // A log store names itself without its project; the file is named after both.
        let named = named.filter(|_| self.task.action.kind != Kind::LogStores);
        let by_items = self.resource.take();
        // The tables of a NAT gateway may be asked for by gateway.
        let is_table = matches!(self.task.action.kind, Kind::Forwards | Kind::Snats);
        let by_body = named.or_else(|| by_items.filter(|_| by_file.is_none() || !is_table));
        let field = self.task.action.per.unwrap_or_default();
        match (by_body, by_file) {
            (Some(body), Some(file)) if body != *file && self.task.action.shape != Shape::Whole => {
                let message = Message::new("gap-other-resource")
                    .with("file", file.as_str())
                    .with("id", body.as_str());
                fields.note_field(field, GapReason::Malformed, message);
                Some(body)
            }
            (Some(body), _) => Some(body),
            (None, Some(file)) => Some(file.clone()),
            // The server groups of a balancer name themselves.
            (None, None) if self.task.action.kind == Kind::ClassicServerGroups => None,
            (None, None) => {
                self.whole = false;
                let message = Message::new("gap-no-resource").with("field", field);
                fields.note_field(field, GapReason::Malformed, message);
                None
            }
        }
    }

    /// Notes that a response does not hold what it should: an error, or something else.
    fn no_answer(&mut self, fields: Record<'_>) {
        self.current.whole = false;
        let list = match self.task.action.shape {
            Shape::List(outer, _) => outer,
            Shape::Whole => self.task.action.per.unwrap_or_default(),
        };
        if let Some((field, code, reason)) = refusal(fields) {
            let message = Message::new("gap-refused")
                .with("code", quoted(code))
                .with("message", quoted(reason))
                .with("action", self.task.action.name);
            fields.note_field(field, GapReason::NotCollected, message);
        } else {
            let message = Message::new("gap-no-list")
                .with("field", list)
                .with("action", self.task.action.name);
            fields.note_field("", GapReason::Malformed, message);
        }
    }

    /// Adds the current page to the pages before it that answer for the same resource.
    fn close_page(&mut self) {
        let page = std::mem::replace(
            &mut self.current,
            Section {
                whole: true,
                ..Section::default()
            },
        );
        self.resource = None;
        if let Some(id) = &page.resource {
            self.notes.assign(self.noted, id);
        }
        self.noted = self.notes.count();
        let last = self.sections.len();
        let index = *self
            .by_resource
            .entry(page.resource.clone())
            .or_insert(last);
        match self.sections.get_mut(index) {
            None => self.sections.push(page),
            Some(section) => {
                section.facts.extend(page.facts);
                section.rules.extend(page.rules);
                section.whole &= page.whole;
                section.tally.append(page.tally);
            }
        }
    }

    fn damaged(&mut self, damage: &Damage, line: u32) {
        match damage {
            Damage::Unreadable(error) => {
                let message = Message::new("gap-unreadable").with("error", error.to_string());
                self.notes.note(GapReason::Unreadable, None, message);
                self.lose_rest();
            }
            Damage::Truncated => {
                self.lost(line, GapReason::Malformed, Message::new("gap-truncated"));
            }
            Damage::Syntax => self.lost(line, GapReason::Malformed, Message::new("gap-syntax")),
            Damage::Depth => self.lost(line, GapReason::Malformed, Message::new("gap-depth")),
            Damage::TooLarge => {
                let message = Message::new("gap-too-large").with("mebibytes", MAX_VALUE >> 20);
                self.lost(line, GapReason::Unreadable, message);
            }
        }
    }

    fn lost(&mut self, line: u32, reason: GapReason, message: Message) {
        self.notes.note(reason, Some(line), message);
        self.lose_rest();
    }

    /// Keeps what the broken page said, and that it is not all.
    fn lose_rest(&mut self) {
        self.whole = false;
        self.current.whole = false;
        if self.task.action.per.is_some() {
            let named = self.resource.take();
            self.current.resource = self.task.resource.clone().or(named);
            if self.current.resource.is_none() {
                return;
            }
        }
        self.close_page();
    }

    /// Judges whether pages are missing.
    fn finish(mut self) -> (Vec<Section>, bool) {
        let mut sections = std::mem::take(&mut self.sections);
        for section in &mut sections {
            if self.task.action.shape != Shape::Whole
                && section.whole
                && let Some(missing) = section.tally.missing()
            {
                section.whole = false;
                let message = match missing {
                    Missing::Items { read, total } => Message::new("gap-missing-items")
                        .with("read", read)
                        .with("total", total),
                    Missing::NextPage => Message::new("gap-missing-page"),
                };
                let noted = self.notes.count();
                let message = message.with("action", self.task.action.name);
                self.notes
                    .note(GapReason::MissingPage, section.tally.line(), message);
                if let Some(id) = &section.resource {
                    self.notes.assign(noted, id);
                }
            }
            convert::finish_rules(section, self.notes);
            self.whole &= section.whole;
        }
        (sections, self.whole)
    }
}

/// The field that holds an error's code, the code and the message, if the response is an error.
/// The log service has names of its own for them.
fn refusal(response: Record<'_>) -> Option<(&'static str, &str, &str)> {
    let names = [("Code", "Message"), ("errorCode", "errorMessage")];
    names.into_iter().find_map(|(code, message)| {
        let reason = response.text(message).unwrap_or_default();
        response.text(code).map(|text| (code, text, reason))
    })
}
