//! The demo estate: an e-commerce company in two regions, in the shape of real incidents.

mod balancers;
mod connections;
mod databases;
mod edges;
mod groups;
mod groups_prod;
mod groups_test;
mod networks;
pub(crate) mod planted;
mod planted_fates;
mod planted_rows;
mod server_rows;
mod servers;

use crate::File;
use crate::draft::{Draft, Form};
use crate::wire::OWNER;
use serde_json::json;

/// When the demo estate was collected; it is judged as of then, so nothing in it rots.
pub const DEMO_COLLECTED_AT: &str = "2026-03-18T02:30:00Z";

/// What the demo estate's people would declare: its `yumen.toml`.
pub const DEMO_SETTINGS: &str = include_str!("demo/yumen.toml");

/// The main region.
const HANGZHOU: &str = "cn-hangzhou";
/// The small region.
const SHANGHAI: &str = "cn-shanghai";
/// When most of the estate was built.
const CREATED: &str = "2025-04-15T02:10:00Z";

/// Small pages, so that readers meet both forms of paging.
fn paging(action: &str) -> Option<(usize, Form)> {
    match action {
        "ecs/DescribeInstances" => Some((20, Form::Lines)),
        "ecs/DescribeNetworkInterfaces" => Some((25, Form::Array)),
        "ecs/DescribeSecurityGroups" => Some((20, Form::Array)),
        "vpc/DescribeEipAddresses" => Some((10, Form::Lines)),
        _ => None,
    }
}

/// Writes the demo estate: a snapshot directory's files, sorted by path, the same bytes each time.
///
/// Paths are relative: `<region>/<product>/<Action>.json`,
/// `<region>/<product>/<Action>/<resource-id>.json` and one `manifest.json`.
#[must_use]
pub fn demo() -> Vec<File> {
    let mut files = Vec::new();
    for region in [HANGZHOU, SHANGHAI] {
        let mut draft = Draft::new(region);
        networks::add(&mut draft, &servers::used);
        connections::add_filters(&mut draft);
        connections::add_connections(&mut draft);
        databases::add(&mut draft);
        groups::add(&mut draft, &servers::members);
        servers::add(&mut draft);
        edges::add(&mut draft);
        balancers::add(&mut draft);
        files.extend(draft.files(paging));
    }
    let manifest = json!({
        "account": OWNER.to_string(),
        "collected_at": DEMO_COLLECTED_AT,
        "regions": [HANGZHOU, SHANGHAI],
        "version": 1,
    });
    let bytes = format!("{manifest:#}\n").into_bytes();
    files.push(File {
        path: "manifest.json".to_owned(),
        bytes,
    });
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}
