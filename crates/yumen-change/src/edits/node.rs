//! Values with where they stand, and reading them field by field: what is wrong is noted and
//! reading goes on behind it.

use std::cell::RefCell;
use std::str::FromStr;

use yumen_cloud::Id;
use yumen_diagnostics::Message;
use yumen_diagnostics::section::suggest;
use yumen_ledger::Value;

/// Something wrong with edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditProblem {
    /// Which value, such as `edits[3].rule.peer`; empty for the whole
    pub path: String,
    /// Line in the file that it was read from, counted from 1
    pub line: Option<u32>,
    /// What is wrong and what to do
    pub message: Message,
}

/// A value under reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: Option<u32>,
    pub(super) data: Data,
}

/// What the value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(flag) => Data::Bool(*flag),
            Value::Number(number) => Data::Number(*number),
            Value::Text(text) => Data::Text(text.clone()),
            Value::List(items) => Data::List(items.iter().map(Self::from).collect()),
            Value::Table(table) => {
                let entries = table.iter();
                Data::Table(
                    entries
                        .map(|(key, value)| (key.clone(), Self::from(value)))
                        .collect(),
                )
            }
        };
        Self { line: None, data }
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<EditProblem>>);

impl Problems {
    pub(super) fn into_inner(self) -> Vec<EditProblem> {
        self.0.into_inner()
    }
}

/// A value at its path.
#[derive(Clone, Debug)]
pub(super) struct At<'n> {
    problems: &'n Problems,
    node: &'n Node,
    path: String,
}

impl<'n> At<'n> {
    pub(super) fn root(node: &'n Node, problems: &'n Problems) -> Self {
        Self {
            problems,
            node,
            path: String::new(),
        }
    }

    /// Notes what is wrong with the value.
    pub(super) fn report(&self, message: Message) {
        self.problems.0.borrow_mut().push(EditProblem {
            path: self.path.clone(),
            line: self.node.line,
            message,
        });
    }

    /// Notes that the value has another form; `expected` is written as JSON has it.
    pub(super) fn form(&self, expected: &'static str) {
        let message = Message::new("edits-form")
            .with("path", self.shown())
            .with("expected", expected);
        self.report(message);
    }

    fn shown(&self) -> String {
        if self.path.is_empty() {
            "{…}".to_owned()
        } else {
            self.path.clone()
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.node.data == Data::Null
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.node.data, Data::List(_))
    }

    pub(super) fn text(&self) -> Option<&'n str> {
        match &self.node.data {
            Data::Text(text) => Some(text),
            _ => {
                self.form("\"…\"");
                None
            }
        }
    }

    /// An id, which is never empty.
    pub(super) fn id(&self) -> Option<Id> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.form("\"…\"");
            return None;
        }
        Some(text.into())
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.node.data {
            Data::Bool(flag) => Some(flag),
            _ => {
                self.form("true | false");
                None
            }
        }
    }

    /// A number from nought or another one up to the largest of its type.
    pub(super) fn number<T: TryFrom<i64> + Into<i64>>(&self, from: T, to: T) -> Option<T> {
        let (from, to) = (from.into(), to.into());
        let number = match self.node.data {
            Data::Number(number) if (from..=to).contains(&number) => T::try_from(number).ok(),
            _ => None,
        };
        if number.is_none() {
            let message = Message::new("edits-range")
                .with("path", self.shown())
                .with("from", from.to_string())
                .with("to", to.to_string());
            self.report(message);
        }
        number
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&self, valid: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = valid.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.unknown_word(text, valid.iter().map(|(word, _)| *word));
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn unknown_word<'w>(&self, text: &str, valid: impl Iterator<Item = &'w str>) {
        let message = Message::new("edits-word")
            .with("path", self.shown())
            .with("value", text);
        self.report(suggest(message, text, valid));
    }

    /// What a text stands for; `example` shows the form.
    pub(super) fn parsed<T: FromStr>(&self, example: &'static str) -> Option<T> {
        let text = self.text()?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.not_like(text, example);
        }
        parsed
    }

    pub(super) fn not_like(&self, text: &str, example: &'static str) {
        let message = Message::new("edits-value")
            .with("path", self.shown())
            .with("value", text)
            .with("example", example);
        self.report(message);
    }

    pub(super) fn items(&self) -> Option<Vec<Self>> {
        let Data::List(items) = &self.node.data else {
            self.form("[…]");
            return None;
        };
        let each = items.iter().enumerate().map(|(position, node)| Self {
            problems: self.problems,
            node,
            path: format!("{}[{position}]", self.path),
        });
        Some(each.collect())
    }

    /// Every item of a list; none if one of them is wrong.
    pub(super) fn each<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        let read: Vec<Option<T>> = self.items()?.iter().map(read).collect();
        read.into_iter().collect()
    }

    pub(super) fn fields(&self) -> Option<Fields<'n>> {
        let Data::Table(entries) = &self.node.data else {
            self.form("{…}");
            return None;
        };
        Some(Fields {
            at: self.clone(),
            entries,
            known: Vec::new(),
        })
    }
}

/// A table under reading; keys that nobody asked for are problems at the end.
#[derive(Debug)]
pub(super) struct Fields<'n> {
    at: At<'n>,
    entries: &'n [(String, Node)],
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(own, _)| own == key)
    }

    /// A value that may be missing.
    pub(super) fn maybe(&mut self, key: &'static str) -> Option<At<'n>> {
        self.known.push(key);
        let (_, node) = self.entries.iter().find(|(own, _)| own == key)?;
        let path = if self.at.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.at.path)
        };
        Some(At {
            problems: self.at.problems,
            node,
            path,
        })
    }

    /// A value that has to be there.
    pub(super) fn need(&mut self, key: &'static str) -> Option<At<'n>> {
        let found = self.maybe(key);
        if found.is_none() {
            let message = Message::new("edits-missing")
                .with("path", self.at.shown())
                .with("key", key);
            self.at.report(message);
        }
        found
    }

    /// Keys that may stand there and say nothing.
    pub(super) fn leave(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// Reports keys that nobody asked for.
    pub(super) fn finish(self) {
        for (key, node) in self.entries {
            if self.known.contains(&key.as_str()) {
                continue;
            }
            let message = Message::new("edits-unknown-key")
                .with("path", self.at.shown())
                .with("key", key.as_str());
            let message = suggest(message, key, self.known.iter().copied());
            self.at.problems.0.borrow_mut().push(EditProblem {
                path: self.at.path.clone(),
                line: node.line,
                message,
            });
        }
    }
}
