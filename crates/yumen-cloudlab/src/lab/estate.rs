//! What exists in the simulated cloud: the vendor's own objects, kept as the API shows them.
//!
//! A document is what one action answers about one region or one resource: the items of its list
//! and the fields beside the list. A snapshot directory therefore loads and leaves without loss,
//! and a field that nobody here knows survives.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::fail::Refusal;

/// An object of the vendor.
pub(crate) type Object = Map<String, Value>;

/// What one action answers: the fields beside the list, and the items of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    pub(crate) head: Object,
    pub(crate) items: Vec<Item>,
    /// Why a loaded snapshot does not have it: what was not read is not nothing
    pub(crate) refused: Option<Refusal>,
}

/// An item of a list, with its place in the order of creation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Never reused, so a page token that names it stays good while others come and go
    pub(crate) sequence: u64,
    pub(crate) object: Object,
}

/// Product and action, then resource (empty for what is asked once per region).
type Key = (String, String);

/// What a document was, or that there was none, and until when reads still see that.
type Past = (u64, Option<Arc<Document>>);

/// Everything in one account's region.
#[derive(Clone, Debug, Default)]
struct Region {
    documents: BTreeMap<Key, Arc<Document>>,
    past: BTreeMap<Key, Vec<Past>>,
}

/// Everything in one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Estate {
    regions: BTreeMap<String, Region>,
    sequence: u64,
    /// Milliseconds for which reads may still see what was before a change
    pub(crate) lag: u64,
    /// Milliseconds since 1970, as of the request being handled
    pub(crate) now: u64,
}

impl Estate {
    /// An account in which nothing exists, in those regions.
    pub(crate) fn new(regions: &[String]) -> Self {
        let empty = |region: &String| (region.clone(), Region::default());
        Self {
            regions: regions.iter().map(empty).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn has_region(&self, region: &str) -> bool {
        self.regions.contains_key(region)
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.keys().map(String::as_str)
    }

    /// How many items there have been so far.
    pub(crate) fn items_so_far(&self) -> u64 {
        self.sequence
    }

    /// The document as it is.
    pub(crate) fn document(&self, region: &str, path: &str, resource: &str) -> Option<&Document> {
        let key = (path.to_owned(), resource.to_owned());
        let found = self.regions.get(region)?.documents.get(&key);
        found.map(Arc::as_ref)
    }

    /// The document as reads see it, which may be what it was a moment ago.
    pub(crate) fn seen(&self, region: &str, path: &str, resource: &str) -> Option<&Document> {
        let key = (path.to_owned(), resource.to_owned());
        let region = self.regions.get(region)?;
        let past = region.past.get(&key).into_iter().flatten();
        match past.into_iter().find(|(until, _)| *until > self.now) {
            Some((_, before)) => before.as_deref(),
            None => region.documents.get(&key).map(Arc::as_ref),
        }
    }

    /// The document, to be changed; it is made if it is not there.
    pub(crate) fn change(&mut self, region: &str, path: &str, resource: &str) -> &mut Document {
        let key = (path.to_owned(), resource.to_owned());
        self.remember(region, &key);
        let region = self.regions.entry(region.to_owned()).or_default();
        Arc::make_mut(region.documents.entry(key).or_default())
    }

    /// Takes a document away.
    pub(crate) fn remove(&mut self, region: &str, path: &str, resource: &str) {
        let key = (path.to_owned(), resource.to_owned());
        self.remember(region, &key);
        if let Some(region) = self.regions.get_mut(region) {
            region.documents.remove(&key);
        }
    }

    /// Lets reads see for a while what a document was.
    fn remember(&mut self, region: &str, key: &Key) {
        let (now, lag) = (self.now, self.lag);
        let Some(region) = self.regions.get_mut(region) else {
            return;
        };
        let past = region.past.entry(key.clone()).or_default();
        past.retain(|(until, _)| *until > now);
        if lag > 0 {
            past.push((now + lag, region.documents.get(key).cloned()));
        } else if past.is_empty() {
            region.past.remove(key);
        }
    }

    /// Adds an item to the end of a list.
    pub(crate) fn push(&mut self, region: &str, path: &str, resource: &str, object: Object) {
        self.sequence += 1;
        let sequence = self.sequence;
        let document = self.change(region, path, resource);
        document.items.push(Item { sequence, object });
    }

    /// The items of a list, as they are.
    pub(crate) fn items<'e>(
        &'e self,
        region: &str,
        path: &str,
        resource: &str,
    ) -> impl Iterator<Item = &'e Object> + use<'e> {
        let document = self.document(region, path, resource);
        let items = document.map(|document| document.items.as_slice());
        items.unwrap_or_default().iter().map(|item| &item.object)
    }

    /// The items of a list, as reads see them.
    pub(crate) fn seen_items<'e>(
        &'e self,
        region: &str,
        path: &str,
        resource: &str,
    ) -> impl Iterator<Item = &'e Object> + use<'e> {
        let document = self.seen(region, path, resource);
        let items = document.map(|document| document.items.as_slice());
        items.unwrap_or_default().iter().map(|item| &item.object)
    }

    /// The region in which a list of ECS or VPC has an item whose field has that value.
    pub(crate) fn region_with(&self, field: &str, value: &str) -> Option<&str> {
        let mut documents = self.documents();
        let found = documents.find(|(_, path, _, document)| {
            (path.starts_with("ecs/") || path.starts_with("vpc/"))
                && document
                    .items
                    .iter()
                    .any(|item| text(&item.object, field) == value)
        });
        found.map(|(region, ..)| region)
    }

    /// Forgets what no read sees any more.
    pub(crate) fn forget(&mut self) {
        let now = self.now;
        for region in self.regions.values_mut() {
            region.past.retain(|_, past| {
                past.retain(|(until, _)| *until > now);
                !past.is_empty()
            });
        }
    }

    /// The item whose field has that value.
    pub(crate) fn find(
        &self,
        region: &str,
        path: &str,
        field: &str,
        value: &str,
    ) -> Option<&Object> {
        self.items(region, path, "")
            .find(|object| text(object, field) == value)
    }

    /// The same, to be changed.
    pub(crate) fn find_mut(
        &mut self,
        region: &str,
        path: &str,
        field: &str,
        value: &str,
    ) -> Option<&mut Object> {
        self.find(region, path, field, value)?;
        let items = self.change(region, path, "").items.iter_mut();
        items
            .map(|item| &mut item.object)
            .find(|object| text(object, field) == value)
    }

    /// Takes the items away for which the test holds; true if there was one.
    pub(crate) fn take(
        &mut self,
        region: &str,
        path: &str,
        resource: &str,
        test: impl Fn(&Object) -> bool,
    ) -> bool {
        if !self.items(region, path, resource).any(&test) {
            return false;
        }
        let items = &mut self.change(region, path, resource).items;
        items.retain(|item| !test(&item.object));
        true
    }

    /// Every document with its region, path and resource, in order.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&str, &str, &str, &Document)> {
        self.regions.iter().flat_map(|(name, region)| {
            region
                .documents
                .iter()
                .map(move |((path, resource), document)| {
                    (name.as_str(), path.as_str(), resource.as_str(), &**document)
                })
        })
    }
}

/// A text field; empty if it is not there or no text.
pub(crate) fn text<'o>(object: &'o Object, field: &str) -> &'o str {
    object
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The texts of a list inside a field, `{"outer": {"inner": ["a"]}}`, or a plain list where
/// `inner` is empty.
pub(crate) fn texts<'o>(
    object: &'o Object,
    outer: &str,
    inner: &str,
) -> impl Iterator<Item = &'o str> + use<'o> {
    let list = match object.get(outer) {
        Some(value) if inner.is_empty() => value.as_array(),
        Some(value) => value.get(inner).and_then(Value::as_array),
        None => None,
    };
    list.into_iter().flatten().filter_map(Value::as_str)
}
