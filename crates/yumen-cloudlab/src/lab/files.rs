//! The simulated cloud from and to a snapshot directory.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use yumen_aliyun_protocol::fault::Fault;

use super::estate::{Document, Estate, Object};
use super::fail::Refusal;
use super::request::is_global;
use crate::File;
use crate::identifier::request_id;
use crate::listing::{PER_REGION, Position, find};

/// Why a snapshot directory cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The file, by its path inside the directory
    pub path: String,
    /// What is wrong with it
    pub why: String,
}

/// Fields of a response that belong to the page, not to what is described.
const OF_THE_PAGE: [&str; 11] = [
    "RequestId",
    "NextToken",
    "PageNumber",
    "PageSize",
    "TotalCount",
    "MaxResults",
    "Count",
    "PageRecordCount",
    "TotalRecordCount",
    "ItemsCount",
    "Success",
];

/// True if an action, as `product/Action`, answers for all regions at once.
fn answers_for_all(path: &str) -> bool {
    path.split('/').next().is_some_and(is_global)
}

/// Reads the files of a snapshot directory, and the account that its manifest names.
pub(super) fn load(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<(Estate, Option<String>), LoadError> {
    let mut documents: BTreeMap<(String, String, String), Vec<Value>> = BTreeMap::new();
    let mut regions = BTreeSet::new();
    let mut account = None;
    let mut refusals: Vec<(String, Refusal)> = Vec::new();
    for (path, bytes) in files {
        let wrong = |why: &str| LoadError {
            path: path.clone(),
            why: why.to_owned(),
        };
        if path == "manifest.json" {
            let manifest: Value =
                serde_json::from_slice(&bytes).map_err(|error| wrong(&error.to_string()))?;
            let named = manifest.get("regions").and_then(Value::as_array);
            let named = named.into_iter().flatten().filter_map(Value::as_str);
            regions.extend(named.map(str::to_owned));
            refusals.extend(uncollected(&manifest));
            account = manifest
                .get("account")
                .and_then(Value::as_str)
                .map(str::to_owned);
            continue;
        }
        let Some(stem) = path.strip_suffix(".json") else {
            continue;
        };
        let mut parts = stem.splitn(4, '/');
        let (Some(region), Some(product), Some(action)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if (product, action) == ("vpc", "DescribeNetworkAclAttributes") {
            // The list of ACLs says the same, and is what changes are made to.
            continue;
        }
        let resource = parts.next().unwrap_or_default().to_owned();
        regions.insert(region.to_owned());
        let pages = pages(&bytes).map_err(|error| wrong(&error))?;
        let key = (region.to_owned(), format!("{product}/{action}"), resource);
        documents.insert(key, pages);
    }
    let regions: Vec<String> = regions.into_iter().collect();
    let mut estate = Estate::new(&regions);
    let first = regions.first().cloned().unwrap_or_default();
    let home = |region: &str, path: &str| {
        if answers_for_all(path) {
            first.clone()
        } else {
            region.to_owned()
        }
    };
    for ((region, path, resource), pages) in documents {
        let wrong = |why: String| LoadError {
            path: format!("{region}/{path}/{resource}"),
            why,
        };
        let home = home(&region, &path);
        put(&mut estate, &home, &path, &resource, pages).map_err(wrong)?;
    }
    for (file, refusal) in refusals {
        let mut parts = file.trim_end_matches(".json").splitn(4, '/');
        let (Some(region), Some(product), Some(action)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (path, resource) = (
            format!("{product}/{action}"),
            parts.next().unwrap_or_default(),
        );
        let home = home(region, &path);
        if estate.document(&home, &path, resource).is_none() {
            estate.change(&home, &path, resource).refused = Some(refusal);
        }
    }
    Ok((estate, account))
}

/// What a manifest says was not collected, by the path of its file, as the cloud would refuse it.
fn uncollected(manifest: &Value) -> Vec<(String, Refusal)> {
    let gaps = manifest.get("gaps").and_then(Value::as_array);
    let refusal = |gap: &Value| {
        let path = gap.get("path")?.as_str()?.to_owned();
        let values = gap.get("values")?;
        let text = |name: &str| values.get(name).and_then(Value::as_str);
        let code = text("code").unwrap_or("ServiceUnavailable");
        let message = text("message").or(text("error")).unwrap_or_default();
        Some((path, Refusal::new(status(code), code, message)))
    };
    gaps.into_iter().flatten().filter_map(refusal).collect()
}

/// The status that goes with a code.
fn status(code: &str) -> u16 {
    match Fault::of(400, code) {
        Fault::Forbidden => 403,
        Fault::Missing | Fault::Unsupported => 404,
        Fault::Unavailable => 503,
        _ => 400,
    }
}

/// The pages of a file: one response, an array of them, or one after the other.
fn pages(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut pages = Vec::new();
    for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        match value.map_err(|error| error.to_string())? {
            Value::Array(several) => pages.extend(several),
            one => pages.push(one),
        }
    }
    Ok(pages)
}

/// Puts the pages of a file where reads find them.
fn put(
    estate: &mut Estate,
    region: &str,
    path: &str,
    resource: &str,
    pages: Vec<Value>,
) -> Result<(), String> {
    let listing = find(path);
    for page in pages {
        let Value::Object(mut fields) = page else {
            continue;
        };
        if let Some(refusal) = refusal(&fields) {
            // What was not read is not nothing: it is refused again.
            estate.change(region, path, resource).refused = Some(refusal);
            continue;
        }
        fields.retain(|name, _| !OF_THE_PAGE.contains(&name.as_str()));
        let Some(listing) = listing else {
            fields.remove("RequestId");
            estate.change(region, path, resource).head = fields;
            continue;
        };
        let list = match fields.remove(listing.outer) {
            Some(Value::Object(mut wrapped)) if !listing.inner.is_empty() => {
                wrapped.remove(listing.inner).unwrap_or_default()
            }
            Some(list) => list,
            None => Value::Null,
        };
        estate.change(region, path, resource).head = fields;
        let items = match list {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            Value::String(text) if text.is_empty() => Vec::new(),
            _ => return Err(format!("`{}` holds no list", listing.outer)),
        };
        for item in items {
            let Value::Object(item) = item else {
                continue;
            };
            let known = answers_for_all(path)
                && estate
                    .items(region, path, resource)
                    .any(|known| *known == item);
            if !known {
                estate.push(region, path, resource, item);
            }
        }
    }
    Ok(())
}

/// The refusal that a response is, if it is one.
fn refusal(fields: &Object) -> Option<Refusal> {
    [("Code", "Message"), ("errorCode", "errorMessage")]
        .iter()
        .find_map(|(code, message)| {
            let code = fields.get(*code)?.as_str()?;
            let message = fields.get(*message)?.as_str()?;
            Some(Refusal::new(status(code), code, message))
        })
}

/// Writes everything that exists as the files of a snapshot directory, sorted by path.
pub(super) fn export(estate: &Estate, account: &str, collected_at: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut written = BTreeSet::new();
    for (region, path, resource, document) in estate.documents() {
        written.insert((region.to_owned(), path.to_owned()));
        files.push(file(region, path, resource, document));
    }
    let nothing = Document::default();
    for region in estate.regions() {
        for listing in PER_REGION {
            if !written.contains(&(region.to_owned(), listing.path.to_owned())) {
                files.push(file(region, listing.path, "", &nothing));
            }
        }
    }
    for region in estate.regions() {
        let acls = estate.items(region, "vpc/DescribeNetworkAcls", "");
        for acl in acls {
            let id = super::estate::text(acl, "NetworkAclId").to_owned();
            let head = json!({"NetworkAclAttribute": acl});
            let document = Document {
                head: super::actions::object(head),
                ..Document::default()
            };
            files.push(file(
                region,
                "vpc/DescribeNetworkAclAttributes",
                &id,
                &document,
            ));
        }
    }
    let regions: Vec<&str> = estate.regions().collect();
    let manifest = json!({
        "account": account,
        "collected_at": collected_at,
        "regions": regions,
        "version": 1,
    });
    files.push(File {
        path: "manifest.json".to_owned(),
        bytes: format!("{manifest:#}\n").into_bytes(),
    });
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    files
}

fn file(region: &str, path: &str, resource: &str, document: &Document) -> File {
    let name = if resource.is_empty() {
        path.to_owned()
    } else {
        format!("{path}/{resource}")
    };
    let page = |items: Vec<Value>, at: Option<Position>| {
        let mut fields: Object = document.head.clone();
        match (find(path), at) {
            (Some(listing), Some(at)) => {
                if let Value::Object(page) = listing.page(region, &name, items, at) {
                    fields.extend(page);
                }
            }
            _ => {
                fields.insert("RequestId".to_owned(), json!(request_id(&name, 1)));
            }
        }
        Value::Object(fields)
    };
    let items: Vec<Value> = document
        .items
        .iter()
        .map(|item| Value::Object(item.object.clone()))
        .collect();
    let bytes = match find(path) {
        _ if document.refused.is_some() => {
            let id = request_id(&name, 1);
            let refusal = document.refused.as_ref();
            format!(
                "{:#}\n",
                refusal
                    .map(|refusal| refusal.body(&id, ""))
                    .unwrap_or_default()
            )
        }
        None => format!("{:#}\n", page(Vec::new(), None)),
        Some(listing) => {
            let (size, total) = (listing.limit.min(50), items.len());
            let at = |number| Position {
                number,
                size,
                total,
            };
            if total <= size {
                format!("{:#}\n", page(items, Some(at(1))))
            } else {
                let chunks = items.chunks(size).enumerate();
                let pages = chunks.map(|(index, chunk)| page(chunk.to_vec(), Some(at(index + 1))));
                format!("{:#}\n", Value::Array(pages.collect()))
            }
        }
    };
    File {
        path: format!("{region}/{name}.json"),
        bytes: bytes.into_bytes(),
    }
}
