//! What could not be read, as the manifest keeps it.

use serde_json::{Map, Value, json};
use yumen_diagnostics::{Argument, Message};

use crate::client::call::CallError;

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectGap {
    /// Where its responses would stand in the snapshot directory
    pub path: String,
    /// The region; empty for what is asked once for all
    pub region: String,
    /// What happened, and what to do
    pub message: Message,
}

/// Messages that a manifest may hold: what failed calls say, and that a list would not keep still.
const MESSAGES: [&str; 15] = [
    "call-throttled",
    "call-unavailable",
    "call-credentials",
    "call-clock",
    "call-forbidden",
    "call-unsupported",
    "call-missing",
    "call-refused",
    "call-unreachable",
    "call-broken",
    "call-timed-out",
    "credentials-unreachable",
    "credentials-unavailable",
    CHANGING,
    STRANGE,
];

/// Values that those messages mention.
const ARGUMENTS: [&str; 10] = [
    "action",
    "code",
    "error",
    "from",
    "host",
    "message",
    "permission",
    "request",
    "status",
    "value",
];

/// A name that no address may hold.
const STRANGE: &str = "call-strange";

/// A list that changed each time it was read.
const CHANGING: &str = "call-changing";

impl CollectGap {
    pub(crate) fn of_call(path: String, region: &str, error: &CallError) -> Self {
        Self {
            path,
            region: region.to_owned(),
            message: error.message(),
        }
    }

    pub(crate) fn strange(path: String, region: &str, action: String, value: &str) -> Self {
        Self {
            path,
            region: region.to_owned(),
            message: Message::new(STRANGE)
                .with("action", action)
                .with("value", value),
        }
    }

    pub(crate) fn changing(path: String, region: &str, action: String) -> Self {
        Self {
            path,
            region: region.to_owned(),
            message: Message::new(CHANGING).with("action", action),
        }
    }
}

/// A gap as the manifest holds it.
pub(crate) fn to_json(gap: &CollectGap) -> Value {
    let arguments: Map<String, Value> = gap
        .message
        .arguments
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Argument::Text(text) => json!(text),
                Argument::Number(number) => json!(number),
            };
            ((*name).to_owned(), value)
        })
        .collect();
    json!({
        "message": gap.message.id,
        "path": gap.path,
        "region": gap.region,
        "values": arguments,
    })
}

/// The message of a gap in a manifest, by its id and a look-up of its values. One that is not ours
/// still says that something is missing.
pub(crate) fn message(path: &str, id: &str, value: impl Fn(&str) -> Option<String>) -> Message {
    let Some(id) = MESSAGES.iter().find(|known| **known == id) else {
        return Message::new("gap-uncollected").with("path", path);
    };
    let values = ARGUMENTS
        .iter()
        .filter_map(|name| Some((*name, value(name)?)));
    values.fold(Message::new(id), |message, (name, value)| {
        message.with(name, value)
    })
}
