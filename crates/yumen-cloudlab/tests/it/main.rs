//! The demo estate and the generator, held to what they promise.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions that tests share as well"
)]

mod demo;
mod lab;
mod large;
mod recorded;

use serde_json::Value;
use std::collections::BTreeMap;
use yumen_cloudlab::File;

/// Every page of every file: path, then pages. One answer, an array of pages, or a page per line.
fn pages(files: &[File]) -> BTreeMap<String, Vec<Value>> {
    files
        .iter()
        .map(|file| {
            let text = std::str::from_utf8(&file.bytes).expect("UTF-8");
            let pages = serde_json::Deserializer::from_str(text)
                .into_iter::<Value>()
                .map(|page| page.unwrap_or_else(|error| panic!("{}: {error}", file.path)))
                .flat_map(|page| match page {
                    Value::Array(pages) => pages,
                    page => vec![page],
                })
                .collect();
            (file.path.clone(), pages)
        })
        .collect()
}

/// The items of an action's list over all regions, pages and resources.
fn items(pages: &BTreeMap<String, Vec<Value>>, action: &str, list: &[&str]) -> Vec<Value> {
    pages
        .iter()
        .filter(|(path, _)| {
            path.split_once('/').is_some_and(|(_, rest)| {
                rest.strip_suffix(".json") == Some(action)
                    || rest.starts_with(&format!("{action}/"))
            })
        })
        .flat_map(|(_, pages)| pages)
        .flat_map(|page| {
            let found = list.iter().fold(page, |value, key| &value[*key]);
            found.as_array().expect("a list").clone()
        })
        .collect()
}

/// A field as text.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {value}"))
}
