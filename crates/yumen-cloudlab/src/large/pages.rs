//! A list written page by page, so that only one page is held.

use super::plan::REGION;
use crate::listing::{Listing, Position, find};
use serde_json::Value;
use std::io;

/// Takes a path and the next piece of that file.
pub(super) type Sink<'s> = dyn FnMut(&str, &[u8]) -> io::Result<()> + 's;

/// A list being written.
#[derive(Debug)]
pub(super) struct Pages {
    listing: &'static Listing,
    path: String,
    total: usize,
    size: usize,
    number: usize,
    items: Vec<Value>,
}

impl Pages {
    /// Starts the list of an action, for one resource if `resource` is not empty. `total` is the
    /// number of items that will follow.
    pub(super) fn start(action: &str, resource: &str, total: usize) -> io::Result<Self> {
        let listing = find(action).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("no list action `{action}`"),
            )
        })?;
        let slash = if resource.is_empty() { "" } else { "/" };
        let path = format!("{REGION}/{action}{slash}{resource}.json");
        let size = listing.limit;
        Ok(Self {
            listing,
            path,
            total,
            size,
            number: 1,
            items: Vec::new(),
        })
    }

    /// Adds an item; a full page goes out when the item after it comes.
    pub(super) fn push(&mut self, sink: &mut Sink<'_>, item: Value) -> io::Result<()> {
        if self.items.len() >= self.size {
            self.flush(sink)?;
            self.number += 1;
        }
        self.items.push(item);
        Ok(())
    }

    /// Writes the last page.
    pub(super) fn finish(mut self, sink: &mut Sink<'_>) -> io::Result<()> {
        self.flush(sink)
    }

    fn flush(&mut self, sink: &mut Sink<'_>) -> io::Result<()> {
        let at = Position {
            number: self.number,
            size: self.size,
            total: self.total,
        };
        let page = self
            .listing
            .page(REGION, &self.path, std::mem::take(&mut self.items), at);
        sink(&self.path, &line(&page)?)
    }
}

/// A page as a line.
pub(super) fn line(page: &Value) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(page)?;
    bytes.push(b'\n');
    Ok(bytes)
}
