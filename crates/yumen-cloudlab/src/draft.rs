//! A region's responses while they are gathered, and the files they become.

use crate::File;
use crate::listing::{Counters, Listing, PER_REGION, Position, find};
use serde_json::Value;
use std::collections::BTreeMap;

/// How a file holds several pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// One indented array.
    Array,
    /// One page per line.
    Lines,
}

/// The responses of one region.
#[derive(Debug)]
pub(crate) struct Draft {
    region: &'static str,
    /// Action, then resource (empty for an action asked once per region), to items.
    lists: BTreeMap<(String, String), Vec<Value>>,
    answers: BTreeMap<String, Vec<Value>>,
}

impl Draft {
    /// A region where nothing exists yet; every action of [`PER_REGION`] will have its file.
    pub(crate) fn new(region: &'static str) -> Self {
        let lists = PER_REGION
            .iter()
            .map(|listing| ((listing.path.to_owned(), String::new()), Vec::new()))
            .collect();
        Self {
            region,
            lists,
            answers: BTreeMap::new(),
        }
    }

    /// The region's id.
    pub(crate) fn region(&self) -> &'static str {
        self.region
    }

    /// Adds an item to an action's list.
    pub(crate) fn push(&mut self, action: &str, item: Value) {
        self.lists
            .entry((action.to_owned(), String::new()))
            .or_default()
            .push(item);
    }

    /// Adds the list of an action asked once per resource.
    pub(crate) fn push_for(&mut self, action: &str, resource: &str, items: Vec<Value>) {
        self.lists
            .entry((action.to_owned(), resource.to_owned()))
            .or_default()
            .extend(items);
    }

    /// Adds the answer, in one page or several, of an action asked once per resource.
    pub(crate) fn answer(&mut self, action: &str, resource: &str, pages: Vec<Value>) {
        self.answers.insert(format!("{action}/{resource}"), pages);
    }

    /// Every file, with pages of the size and in the form that `paging` asks for.
    pub(crate) fn files(self, paging: fn(&str) -> Option<(usize, Form)>) -> Vec<File> {
        let mut files = Vec::new();
        let region = self.region;
        for ((action, resource), items) in self.lists {
            let Some(listing) = find(&action) else {
                continue;
            };
            let (size, form) = paging(&action).unwrap_or((listing.limit.min(50), Form::Array));
            let name = if resource.is_empty() {
                action
            } else {
                format!("{action}/{resource}")
            };
            let pages = pages(listing, region, &name, items, size);
            files.push(file(region, &name, &pages, form));
        }
        for (name, pages) in self.answers {
            files.push(file(region, &name, &pages, Form::Array));
        }
        files
    }
}

fn pages(
    listing: &Listing,
    region: &str,
    name: &str,
    items: Vec<Value>,
    size: usize,
) -> Vec<Value> {
    let total = items.len();
    if listing.counters == Counters::Whole || total <= size {
        let at = Position {
            number: 1,
            size,
            total,
        };
        return vec![listing.page(region, name, items, at)];
    }
    items
        .chunks(size)
        .enumerate()
        .map(|(index, chunk)| {
            let at = Position {
                number: index + 1,
                size,
                total,
            };
            listing.page(region, name, chunk.to_vec(), at)
        })
        .collect()
}

fn file(region: &str, name: &str, pages: &[Value], form: Form) -> File {
    let bytes = match (pages, form) {
        ([page], _) => format!("{page:#}\n"),
        (_, Form::Array) => format!("{:#}\n", Value::Array(pages.to_vec())),
        (_, Form::Lines) => pages.iter().map(|page| format!("{page}\n")).collect(),
    };
    File {
        path: format!("{region}/{name}.json"),
        bytes: bytes.into_bytes(),
    }
}
