//! TOML read in place: every value knows its line, every unknown key and word is a problem with
//! the nearest valid one, and reading goes on behind it.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::{Message, Place};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong in a file of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File and line
    pub place: Place,
    /// What is wrong and what to do
    pub message: Message,
}

/// A file under reading, with the problems found so far.
#[derive(Debug)]
pub struct Source<'a> {
    file: Arc<str>,
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Source<'a> {
    /// A file by the name that the user knows it by.
    #[must_use]
    pub fn new(file: &str, text: &'a str) -> Self {
        Self {
            file: file.into(),
            text,
            problems: RefCell::default(),
        }
    }

    /// The whole file as a table; nothing if it is no TOML, which is a problem then.
    #[must_use]
    pub fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table),
            Err(error) => {
                let span = error.span().unwrap_or_default();
                let what = Message::new("config-toml").with("error", error.message());
                self.report(&span, what);
                None
            }
        }
    }

    /// Where something stands.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        Place::in_file(Arc::clone(&self.file)).at_line(u32::try_from(line).unwrap_or(u32::MAX))
    }

    /// Adds a problem.
    pub fn report(&self, span: &Range<usize>, message: Message) {
        let place = self.place(span);
        self.problems.borrow_mut().push(Problem { place, message });
    }

    /// All problems, in the order of lines.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.line);
        problems
    }
}

/// A table under reading; keys that nobody asked for are problems at the end.
#[derive(Debug)]
pub struct Section<'a, 's> {
    source: &'s Source<'a>,
    table: &'s DeTable<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'a, 's> Section<'a, 's> {
    /// A table of a file that begins there.
    #[must_use]
    pub fn new(source: &'s Source<'a>, table: &'s DeTable<'a>, span: Range<usize>) -> Self {
        Self {
            source,
            table,
            span,
            known: Vec::new(),
        }
    }

    /// The file that it is part of.
    #[must_use]
    pub fn source(&self) -> &'s Source<'a> {
        self.source
    }

    /// Where the table begins.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// True if a key is there, whatever its value.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.keys().any(|name| name.get_ref() == key)
    }

    fn value(&mut self, key: &'static str) -> Option<&'s Spanned<DeValue<'a>>> {
        self.known.push(key);
        let mut entries = self.table.iter();
        entries
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    fn wrong(&self, span: &Range<usize>, key: &'static str, expected: &'static str) {
        let message = Message::new("config-type")
            .with("key", key)
            .with("expected", expected);
        self.source.report(span, message);
    }

    /// A text with where it stands.
    pub fn text(&mut self, key: &'static str) -> Option<(&'s str, Range<usize>)> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(&value.span(), key, "\"…\"");
        }
        Some((text?, value.span()))
    }

    /// A text that has to be there.
    pub fn needed(&mut self, key: &'static str) -> Option<(&'s str, Range<usize>)> {
        let there = self.has(key);
        let text = self.text(key);
        let empty = text
            .as_ref()
            .is_some_and(|(text, _)| text.trim().is_empty());
        if !there || empty {
            let message = Message::new("config-missing").with("key", key);
            self.source.report(&self.span, message);
            return None;
        }
        text
    }

    /// A list of texts, each with where it stands; a single text is a list of one.
    pub fn texts(&mut self, key: &'static str) -> Vec<(&'s str, Range<usize>)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        if let Some(one) = value.get_ref().as_str() {
            return vec![(one, value.span())];
        }
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(&value.span(), key, "[\"…\", …]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for one in array.iter() {
            match one.get_ref().as_str() {
                Some(text) => texts.push((text, one.span())),
                None => self.wrong(&one.span(), key, "[\"…\", …]"),
            }
        }
        texts
    }

    /// A number between two others.
    pub fn number(&mut self, key: &'static str, from: f64, to: f64) -> Option<f64> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().replace('_', "").parse().ok(),
            DeValue::Float(float) => float.as_str().replace('_', "").parse().ok(),
            _ => None,
        };
        let number: Option<f64> = number.filter(|number| (from..=to).contains(number));
        if number.is_none() {
            self.out_of_range(&value.span(), key, &from, &to);
        }
        number
    }

    /// A whole number between two others.
    pub fn whole(&mut self, key: &'static str, from: u32, to: u32) -> Option<u32> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().replace('_', "").parse().ok(),
            _ => None,
        };
        let number: Option<u32> = number.filter(|number| (from..=to).contains(number));
        if number.is_none() {
            self.out_of_range(&value.span(), key, &from, &to);
        }
        number
    }

    fn out_of_range(
        &self,
        span: &Range<usize>,
        key: &'static str,
        from: &impl ToString,
        to: &impl ToString,
    ) {
        let message = Message::new("config-range")
            .with("key", key)
            .with("from", from.to_string())
            .with("to", to.to_string());
        self.source.report(span, message);
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(&value.span(), key, "true | false");
        }
        flag
    }

    /// A day or a time as TOML writes it, or the same in quotes; what it says is for the caller to
    /// find out.
    pub fn date(&mut self, key: &'static str) -> Option<(String, Range<usize>)> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => Some(date.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        if text.is_none() {
            self.wrong(&value.span(), key, "2026-12-31");
        }
        Some((text?, value.span()))
    }

    /// A table inside this one.
    pub fn section(&mut self, key: &'static str) -> Option<Section<'a, 's>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(&value.span(), key, "[…]");
        }
        Some(Section::new(self.source, table?, value.span()))
    }

    /// Tables inside a table, by the names that the user gave, in the order of the file.
    pub fn named(&mut self, key: &'static str) -> Vec<(&'s str, Section<'a, 's>)> {
        let Some(outer) = self.section(key) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in outer.table.iter() {
            match value.get_ref().as_table() {
                Some(table) => {
                    let section = Section::new(self.source, table, name.span());
                    found.push((name.get_ref().as_ref(), section));
                }
                None => self.wrong(&value.span(), key, "[….name]"),
            }
        }
        found.sort_by_key(|(_, section)| section.span.start);
        found
    }

    /// The tables of an array of tables, in the order of the file.
    pub fn each(&mut self, key: &'static str) -> Vec<Section<'a, 's>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(&value.span(), key, "[[…]]");
            return Vec::new();
        };
        let mut found = Vec::new();
        for one in array.iter() {
            match one.get_ref().as_table() {
                Some(table) => found.push(Section::new(self.source, table, one.span())),
                None => self.wrong(&one.span(), key, "[[…]]"),
            }
        }
        found
    }

    /// One of some words, which has to be there.
    pub fn word<T: Copy>(&mut self, key: &'static str, valid: &[(&'static str, T)]) -> Option<T> {
        let (text, span) = self.needed(key)?;
        let found = valid.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let message = Message::new("config-word")
                .with("key", key)
                .with("value", text);
            let message = suggest(message, text, valid.iter().map(|(word, _)| *word));
            self.source.report(&span, message);
        }
        found.map(|(_, value)| *value)
    }

    /// Leaves the keys of others alone: they are read elsewhere.
    pub fn leave(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// Reports keys that nobody asked for.
    pub fn finish(self) {
        for name in self.table.keys() {
            let name_text = name.get_ref().as_ref();
            if self.known.contains(&name_text) {
                continue;
            }
            let message = Message::new("config-unknown-key").with("key", name_text);
            let message = suggest(message, name_text, self.known.iter().copied());
            self.source.report(&name.span(), message);
        }
    }
}

/// The message with the nearest of some valid words, or with all of them.
pub fn suggest<'w>(message: Message, word: &str, valid: impl Iterator<Item = &'w str>) -> Message {
    let valid: Vec<&str> = valid.collect();
    let nearest = valid
        .iter()
        .map(|one| (strsim::damerau_levenshtein(word, one), *one))
        .filter(|(distance, one)| *distance <= one.len().max(word.len()) / 2)
        .min();
    match nearest {
        Some((_, nearest)) => message.with("nearest", nearest),
        None => message.with("nearest", valid.join(" | ")),
    }
}
