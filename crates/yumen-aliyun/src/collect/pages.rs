//! One action's pages, read until two readings agree.
//!
//! A list of several pages may change while it is read: an item can slip from a page not yet read
//! to one already read. Pages counted by number lose items that way without a trace, so a list of
//! more than one page is read again until two readings in a row name the same items.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::Value;

use super::indent::indent;
use super::plan::{Paging, Read, values};
use crate::client::Client;
use crate::client::call::{Answer, Call, CallError};

/// Readings of a list that goes on changing, before it counts as not read in full.
const READINGS: usize = 6;

/// Pages of one list; more would be a cloud that counts wrong.
const MOST_PAGES: usize = 100_000;

/// Resources, each by the parameters that name it, with their values.
pub(super) type Resources = BTreeSet<Vec<(String, String)>>;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// For each follower of the read, in order, its resources
    pub(super) follow: Vec<Resources>,
    pub(super) request_ids: Vec<String>,
    /// False if the list changed each time it was read
    pub(super) settled: bool,
}

/// Why a list could not be read.
#[derive(Debug)]
pub(super) enum PagesError {
    Call(CallError),
    File(io::Error),
}

impl From<CallError> for PagesError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<io::Error> for PagesError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Reads every page of a call; `out` makes a new place for the pages each time it is called, and
/// the last one made holds what was read.
pub(super) fn read_pages<W: Write>(
    client: &Client,
    read: &'static Read,
    call: &Call,
    out: &mut dyn FnMut() -> io::Result<W>,
) -> Result<Reading, PagesError> {
    let mut before: Option<Pass> = None;
    for _ in 0..READINGS {
        let mut place = out()?;
        let mut pass = pass(client, read, call, &mut place)?;
        place.flush()?;
        let agrees = before.is_some_and(|before| before.names == pass.names);
        if pass.is_sound() && (pass.pages == 1 || agrees) {
            pass.reading.settled = true;
            return Ok(pass.reading);
        }
        before = Some(pass);
    }
    Ok(before.map(|last| last.reading).unwrap_or_default())
}

/// One reading, from the first page to the last.
struct Pass {
    reading: Reading,
    /// Names of the items, sorted; each item's whole text where it has no name
    names: Vec<String>,
    pages: usize,
    /// Totals that pages gave
    totals: BTreeSet<usize>,
}

impl Pass {
    /// True if it names no item twice and as many as the pages say there are.
    fn is_sound(&self) -> bool {
        let distinct = self
            .names
            .windows(2)
            .all(|pair| pair.first() != pair.last());
        let counted = match self.totals.first() {
            None => true,
            Some(total) => self.totals.len() == 1 && *total == self.names.len(),
        };
        distinct && counted
    }
}

fn pass(
    client: &Client,
    read: &'static Read,
    call: &Call,
    out: &mut impl Write,
) -> Result<Pass, PagesError> {
    let mut pass = Pass {
        reading: Reading {
            follow: read.followers().map(|_| BTreeSet::new()).collect(),
            ..Reading::default()
        },
        names: Vec::new(),
        pages: 0,
        totals: BTreeSet::new(),
    };
    let mut token = String::new();
    while pass.pages < MOST_PAGES {
        pass.pages += 1;
        let mut asked = call.clone();
        match read.paging {
            Paging::Whole => {}
            Paging::Number(size) => {
                asked = asked
                    .with("PageNumber", pass.pages.to_string())
                    .with("PageSize", size.to_string());
            }
            Paging::Token(name, size) => {
                asked = asked.with(name, size.to_string());
                if !token.is_empty() {
                    asked = asked.with("NextToken", token.as_str());
                }
            }
        }
        let answer = client.read(&asked)?;
        write_page(out, &answer)?;
        let count = take(&mut pass, read, &answer.value);
        pass.reading.request_ids.extend(request_id(&answer.value));
        let more = match read.paging {
            Paging::Whole => false,
            Paging::Number(size) => {
                match pass.totals.last() {
                    Some(total) => count > 0 && pass.pages * size < *total,
                    // Without a total only a page that is not full ends the list.
                    None => count >= size,
                }
            }
            Paging::Token(..) => {
                let next = answer.value.get("NextToken").and_then(Value::as_str);
                let next = next.unwrap_or_default().to_owned();
                // A token that repeats would lead in a circle.
                let goes_on = !next.is_empty() && next != token;
                token = next;
                goes_on
            }
        };
        if !more {
            break;
        }
    }
    pass.names.sort_unstable();
    Ok(pass)
}

/// A page as it arrived, but for white space: a report names lines, so each value has its own.
fn write_page(out: &mut impl Write, answer: &Answer) -> io::Result<()> {
    indent(&answer.body, out)?;
    out.write_all(b"\n")
}

/// Takes names, totals and what follows from a page; gives the number of its items.
fn take(pass: &mut Pass, read: &'static Read, page: &Value) -> usize {
    let items = items(page, read.list);
    for item in items {
        let name = match read.id {
            "" => None,
            id => values(item, id).pop(),
        };
        pass.names.push(name.unwrap_or_else(|| item.to_string()));
        let followers = read.followers().zip(&mut pass.reading.follow);
        for ((follower, fields), found) in followers {
            let is_left_out = follower
                .unless
                .is_some_and(|(field, value)| values(item, field).iter().any(|of| of == value));
            if !is_left_out {
                found.extend(parameters(item, fields));
            }
        }
    }
    for field in ["TotalCount", "TotalRecordCount"] {
        let total = match page.get(field) {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        if let (Some(total), Paging::Number(_)) = (total, read.paging) {
            pass.totals
                .insert(usize::try_from(total).unwrap_or(usize::MAX));
        }
    }
    items.len()
}

/// The resources that follow from an item: one for each value of its only field, or one with all
/// fields.
fn parameters(item: &Value, fields: &[(&str, &str)]) -> Vec<Vec<(String, String)>> {
    if let [(parameter, field)] = fields {
        let values = values(item, field).into_iter();
        return values
            .map(|value| vec![((*parameter).to_owned(), value)])
            .collect();
    }
    let all: Option<Vec<(String, String)>> = fields
        .iter()
        .map(|(parameter, field)| Some(((*parameter).to_owned(), values(item, field).pop()?)))
        .collect();
    all.into_iter().collect()
}

/// The items of a page.
fn items<'v>(page: &'v Value, (outer, inner): (&str, &str)) -> &'v [Value] {
    let list = match page.get(outer) {
        Some(value) if inner.is_empty() => value.as_array(),
        Some(value) => value.get(inner).and_then(Value::as_array),
        None => None,
    };
    list.map(Vec::as_slice).unwrap_or_default()
}

/// The cloud's id of a request, where the answer itself holds it.
fn request_id(page: &Value) -> Option<String> {
    let id = page.get("RequestId").and_then(Value::as_str)?;
    Some(id.to_owned())
}

/// What was read earlier, from the pages that were kept.
pub(super) fn reread(read: &'static Read, bytes: &[u8]) -> Option<Reading> {
    let mut pass = Pass {
        reading: Reading {
            follow: read.followers().map(|_| BTreeSet::new()).collect(),
            settled: true,
            ..Reading::default()
        },
        names: Vec::new(),
        pages: 0,
        totals: BTreeSet::new(),
    };
    for page in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let page = page.ok()?;
        take(&mut pass, read, &page);
        pass.reading.request_ids.extend(request_id(&page));
        pass.pages += 1;
    }
    // A file without a page was cut off when the machine stopped.
    (pass.pages > 0).then_some(pass.reading)
}
