//! `manifest.json`: who collected what, and when.

use std::collections::BTreeMap;
use std::sync::Arc;

use yumen_cloud::{Gap, GapReason, Id};
use yumen_diagnostics::{Message, Place};

use crate::reader::layout::MANIFEST;
use crate::tape::{Kind, Tape};
use crate::uncollected;

/// What the manifest says.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    pub(crate) account: Option<Id>,
    pub(crate) collected_at: Option<String>,
    /// Regions that were collected in full
    pub(crate) regions: Vec<Id>,
    pub(crate) gaps: Vec<Gap>,
    /// What the collector could not read: the path where it would stand, and why
    pub(crate) uncollected: BTreeMap<String, Message>,
}

/// The version of the layout that is read.
const VERSION: &str = "1";

/// Reads a manifest. A damaged one still counts as one: the snapshot claims to be full.
pub(crate) fn read_manifest(bytes: &[u8]) -> Manifest {
    let mut manifest = Manifest::default();
    let mut tape = Tape::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let root = match tape.read(bytes, 0) {
        Ok(_) => tape.root(bytes).filter(|root| root.kind() == Kind::Object),
        Err(_) => None,
    };
    let Some(root) = root else {
        manifest
            .gaps
            .push(gap(GapReason::Malformed, Message::new("gap-bad-manifest")));
        return manifest;
    };
    let text = |field| {
        root.get(field)
            .and_then(|value| value.scalar())
            .filter(|t| !t.is_empty())
    };
    manifest.account = text("account").map(Id::from);
    manifest.collected_at = text("collected_at").map(str::to_owned);
    if let Some(regions) = root.get("regions") {
        manifest.regions = regions
            .children()
            .filter_map(|r| r.scalar())
            .map(Id::from)
            .collect();
    }
    if let Some(gaps) = root.get("gaps") {
        for gap in gaps.children() {
            let text = |field| gap.get(field).and_then(|value| value.scalar());
            let value = |name: &str| Some(gap.get("values")?.get(name)?.scalar()?.to_owned());
            let Some(path) = text("path") else {
                manifest.gaps.push(self::gap(
                    GapReason::Malformed,
                    Message::new("gap-bad-manifest"),
                ));
                continue;
            };
            let id = text("message").unwrap_or_default();
            let message = uncollected::message(path, id, value);
            manifest.uncollected.insert(path.to_owned(), message);
        }
    }
    if let Some(version) = text("version").filter(|version| *version != VERSION) {
        let message = Message::new("gap-manifest-version").with("version", version);
        manifest.gaps.push(gap(GapReason::BadValue, message));
    }
    manifest
}

fn gap(reason: GapReason, message: Message) -> Gap {
    let place = Place::in_file(Arc::from(MANIFEST)).at_line(1);
    Gap {
        reason,
        region: None,
        listing: None,
        place,
        message,
    }
}
