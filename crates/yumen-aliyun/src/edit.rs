//! Edits carried out on a live account, and what became of them: in force or not, and known.
//!
//! The vendor answers "success" for what changes nothing, connections break after a change took
//! effect, and reads may show for a while what was before. So an edit is sent so that sending it
//! twice does it once, and whether it is in force is read back from the cloud, never concluded
//! from the answer.

mod acls;
mod balancers;
mod command;
mod gateways;
mod groups;
mod rules;
mod servers;

pub use command::command;

use std::time::Duration;

use serde_json::Value;
use yumen_cloud::{CloudEdit, Snapshot};
use yumen_diagnostics::Message;

use crate::client::Client;
use crate::client::call::{Call, CallError};
use crate::transport::TransportError;

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was in force before; nothing was sent
    Already,
    /// It is in force: the cloud was asked and shows it
    InForce {
        /// The cloud's id of the request that was answered with success; none if each answer was
        /// lost and the change was found by looking
        request_id: Option<String>,
    },
    /// It is not in force, and the cloud says why
    Refused(CallError),
    /// It is not in force although the cloud answered with success
    Ineffective {
        /// The cloud's id of the request
        request_id: String,
    },
    /// The cloud took it and was not done with it when patience ended
    Underway {
        /// The cloud's id of the request, if it was answered
        request_id: Option<String>,
    },
    /// Nobody knows: it may have taken effect, and the cloud could not be asked
    Unknown(CallError),
    /// A dry run: it would have been accepted
    WouldPass,
    /// A dry run of an action that has none: it is not in force, and nothing was sent
    Untried,
}

/// Why an edit cannot be sent at all. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsendable {
    /// What it speaks of is not in the snapshot
    NotInSnapshot {
        /// The resource
        resource: String,
    },
    /// What it speaks of is not there any more
    Gone {
        /// The resource
        resource: String,
    },
    /// The API cannot express it
    Inexpressible {
        /// The resource
        resource: String,
        /// What cannot be expressed, by the vendor's field
        field: &'static str,
    },
    /// What stands there now could not be read
    Unread(CallError),
}

impl From<CallError> for Unsendable {
    fn from(error: CallError) -> Self {
        Self::Unread(error)
    }
}

impl Unsendable {
    /// What to tell the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotInSnapshot { resource } => {
                Message::new("edit-not-in-snapshot").with("resource", resource.as_str())
            }
            Self::Gone { resource } => {
                Message::new("edit-gone").with("resource", resource.as_str())
            }
            Self::Inexpressible { resource, field } => Message::new("edit-inexpressible")
                .with("resource", resource.as_str())
                .with("field", *field),
            Self::Unread(error) => error.message(),
        }
    }
}

/// An edit as the API does it: one call, and how to see whether it is in force.
pub(crate) struct Operation {
    write: Call,
    /// False where sending it twice could do it twice
    repeatable: bool,
    /// True where the action takes a `DryRun`
    dry_run: bool,
    in_force: Box<Check>,
}

/// Asks the cloud whether something is as it shall be.
type Check = dyn Fn(&Client) -> Result<Shown, CallError> + Send + Sync;

/// What the cloud shows of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    InForce,
    /// Taken, and not done yet
    Underway,
    Not,
}

impl From<bool> for Shown {
    fn from(in_force: bool) -> Self {
        if in_force { Self::InForce } else { Self::Not }
    }
}

impl Operation {
    fn new<S: Into<Shown>>(
        write: Call,
        in_force: impl Fn(&Client) -> Result<S, CallError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            write,
            repeatable: true,
            dry_run: false,
            in_force: Box::new(move |client| in_force(client).map(Into::into)),
        }
    }
}

/// Carries an edit out. `snapshot` says what the edit's ids stand for; `token` makes the call
/// idempotent where the action takes a client token, and must be new for each edit. With `dry_run`
/// nothing is changed: actions that have a dry run are asked for it, of the others only the way to
/// the call is tried.
///
/// # Errors
/// The edit cannot be sent; nothing was changed.
pub fn carry_out(
    client: &Client,
    snapshot: &Snapshot,
    edit: &CloudEdit,
    token: &str,
    dry_run: bool,
) -> Result<Settled, Unsendable> {
    let operation = operation(client, snapshot, edit)?;
    if (operation.in_force)(client)? == Shown::InForce {
        // A read may still show what was before somebody changed it a moment ago.
        client
            .clock()
            .sleep(GLANCE.min(client.patience().settling / 10));
        if (operation.in_force)(client)? == Shown::InForce {
            return Ok(Settled::Already);
        }
    }
    if dry_run {
        return Ok(try_out(client, &operation));
    }
    let write = operation.write.clone().with("ClientToken", token);
    Ok(settle(client, &operation, &write))
}

/// A token that no other edit has.
#[must_use]
pub fn new_token() -> String {
    crate::client::nonce()
}

fn operation(
    client: &Client,
    snapshot: &Snapshot,
    edit: &CloudEdit,
) -> Result<Operation, Unsendable> {
    match edit {
        CloudEdit::AddRule { group, rule } => rules::add(snapshot, group, rule),
        CloudEdit::RemoveRule { group, rule } => rules::remove(snapshot, group, rule),
        CloudEdit::ReplaceRule { group, rule } => rules::replace(snapshot, group, rule),
        CloudEdit::SetInnerAccess { group, policy } => {
            groups::set_inner_access(snapshot, group, *policy)
        }
        CloudEdit::JoinGroup { interface, group } => {
            groups::member(snapshot, interface, group, true)
        }
        CloudEdit::LeaveGroup { interface, group } => {
            groups::member(snapshot, interface, group, false)
        }
        CloudEdit::SetAclEntries {
            acl,
            direction,
            entries,
        } => acls::set_entries(client, snapshot, acl, *direction, entries),
        CloudEdit::SetPrefixList { list, entries } => {
            groups::set_prefix_list(client, snapshot, list, entries)
        }
        CloudEdit::AddForward { gateway, entry } => {
            gateways::add_forward(client, snapshot, gateway, entry)
        }
        CloudEdit::RemoveForward { gateway, entry } => {
            gateways::remove(client, snapshot, gateway, entry, &gateways::FORWARDS)
        }
        CloudEdit::AddSnat { gateway, entry } => {
            gateways::add_snat(client, snapshot, gateway, entry)
        }
        CloudEdit::RemoveSnat { gateway, entry } => {
            gateways::remove(client, snapshot, gateway, entry, &gateways::SNATS)
        }
        CloudEdit::UnbindEip { eip } => gateways::unbind(client, snapshot, eip),
        CloudEdit::SetListenerAccess {
            balancer,
            listener,
            access,
        } => balancers::set_access(client, snapshot, balancer, listener, access),
        CloudEdit::SetMetadataToken { instance, required } => {
            servers::set_metadata_token(client, snapshot, instance, *required)
        }
        CloudEdit::AddFlowLog { log } => servers::add_flow_log(log),
        CloudEdit::SetTags { resource, tags } => servers::set_tags(snapshot, resource, tags),
    }
}

/// Asks whether an edit would be accepted.
fn try_out(client: &Client, operation: &Operation) -> Settled {
    if !operation.dry_run {
        return Settled::Untried;
    }
    let write = operation.write.clone().with("DryRun", "true");
    match client.write(&write, &mut false) {
        Ok(_) => Settled::WouldPass,
        Err(CallError::Refused(refusal)) if refusal.code == "DryRunOperation" => Settled::WouldPass,
        Err(error @ (CallError::Refused(_) | CallError::ReadOnly { .. })) => {
            Settled::Refused(error)
        }
        Err(error) => Settled::Unknown(error),
    }
}

/// Sends an edit and finds out what became of it.
fn settle(client: &Client, operation: &Operation, write: &Call) -> Settled {
    let mut doubt = false;
    let sent = if operation.repeatable {
        client.write(write, &mut doubt)
    } else {
        client.write_once(write, &mut doubt)
    };
    match sent {
        Ok(answer) => match look(client, operation) {
            Look::InForce => Settled::InForce {
                request_id: Some(answer.request_id),
            },
            Look::Underway => Settled::Underway {
                request_id: Some(answer.request_id),
            },
            Look::Not => Settled::Ineffective {
                request_id: answer.request_id,
            },
            Look::Failed(error) => Settled::Unknown(error),
        },
        // Each attempt was refused before it could act, so there is nothing to look for.
        Err(error) if !doubt => Settled::Refused(error),
        Err(error) => match look(client, operation) {
            Look::InForce => Settled::InForce { request_id: None },
            Look::Underway => Settled::Underway { request_id: None },
            Look::Not => Settled::Refused(error),
            Look::Failed(error) => Settled::Unknown(error),
        },
    }
}

/// How long to look away before a second look.
const GLANCE: Duration = Duration::from_secs(1);

enum Look {
    InForce,
    Underway,
    Not,
    Failed(CallError),
}

/// Looks until the edit shows, for as long as reads may lag behind.
fn look(client: &Client, operation: &Operation) -> Look {
    let patience = client.patience();
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(50).min(patience.settling);
    loop {
        let last = match (operation.in_force)(client) {
            Ok(Shown::InForce) => return Look::InForce,
            Ok(Shown::Underway) => Look::Underway,
            Ok(Shown::Not) => Look::Not,
            Err(error) => Look::Failed(error),
        };
        if waited >= patience.settling {
            return last;
        }
        client.clock().sleep(pause);
        waited += pause;
        pause = (pause * 2)
            .min(Duration::from_secs(2))
            .min(patience.settling);
    }
}

/// Every page of a list that is read to check an edit, at most so many.
const MOST_PAGES: usize = 1000;

/// The items of a list, page by page by token.
fn items(
    client: &Client,
    call: &Call,
    size: (&str, usize),
    (outer, inner): (&str, &str),
) -> Result<Vec<Value>, CallError> {
    let mut found = Vec::new();
    let mut token = String::new();
    for _ in 0..MOST_PAGES {
        let mut asked = call.clone().with(size.0, size.1.to_string());
        if !token.is_empty() {
            asked = asked.with("NextToken", token.as_str());
        }
        let answer = client.read(&asked)?;
        found.extend(list(&answer.value, outer, inner).iter().cloned());
        let next = text(&answer.value, "NextToken").to_owned();
        if next.is_empty() {
            return Ok(found);
        }
        if next == token {
            break;
        }
        token = next;
    }
    Err(endless(call))
}

/// A list that leads in a circle or has no end says nothing of what is not on it.
fn endless(call: &Call) -> CallError {
    CallError::Transport {
        action: call.name(),
        error: TransportError::Broken {
            host: call.region.clone(),
            error: "the list has no end".to_owned(),
        },
    }
}

/// A list inside an answer.
fn list<'v>(value: &'v Value, outer: &str, inner: &str) -> &'v [Value] {
    let list = match value.get(outer) {
        Some(value) if inner.is_empty() => value.as_array(),
        Some(value) => value.get(inner).and_then(Value::as_array),
        None => None,
    };
    list.map(Vec::as_slice).unwrap_or_default()
}

/// A text field; empty if there is none.
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}
