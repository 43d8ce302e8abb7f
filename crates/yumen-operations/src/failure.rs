//! What can go wrong in an operation, by whose fault it is, and what to tell the user.

use std::io;
use std::path::PathBuf;

use yumen_aliyun::ReadError;
use yumen_aliyun::client::call::CallError;
use yumen_aliyun::collect::CollectError;
use yumen_aliyun::edit::Unsendable;
use yumen_aliyun::follow::estate::FollowError;
use yumen_change::{EventError, NotApproved, Refused};
use yumen_cloud::EditError;
use yumen_diagnostics::Message;
use yumen_diagnostics::section::Problem;
use yumen_store::StoreError;
use yumen_synthesis::OrderRefusal;

/// Why an operation did not come to its end. What was done before stands in the ledger.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong, or something is asked that cannot be; what to do
    Input(Message),
    /// A file of settings has problems, each with its line
    Settings(PathBuf, Vec<Problem>),
    /// A file cannot be read or written
    File(PathBuf, io::Error),
    /// What was collected is no snapshot
    Snapshot(ReadError),
    /// The account cannot be collected
    Collect(CollectError),
    /// The cloud cannot be asked
    Call(CallError),
    /// The account cannot be followed
    Follow(FollowError),
    /// An edit cannot be sent
    Unsendable(Unsendable),
    /// An edit does not fit the network
    Edit(EditError),
    /// There is no safe order
    Order(OrderRefusal),
    /// The store cannot be used
    Store(StoreError),
    /// An entry of the ledger is no event
    Event(EventError),
    /// An event cannot follow those before it
    Refused(Refused),
    /// There is no leave to do it
    NotApproved(NotApproved),
    /// A step is not in force: how far it came, and what the cloud said
    Stopped(Message, Option<Message>),
    /// Rules are too entangled for the budget of the packet sets
    Packets(yumen_packets::Error),
}

impl Failure {
    /// What to tell the user, one message for each thing that is wrong.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let said = |id, error: String| vec![Message::new(id).with("error", error)];
        match self {
            Self::Input(message) => vec![message.clone()],
            Self::Settings(path, problems) => {
                let mut messages: Vec<Message> =
                    problems.iter().map(|one| one.message.clone()).collect();
                messages.push(
                    Message::new("operation-settings")
                        .with("path", path.display().to_string())
                        .with("count", problems.len()),
                );
                messages
            }
            Self::File(path, error) => vec![
                Message::new("operation-file")
                    .with("path", path.display().to_string())
                    .with("error", error.to_string()),
            ],
            Self::Snapshot(error) => vec![error.message()],
            Self::Collect(error) => vec![error.message()],
            Self::Call(error) => vec![error.message()],
            Self::Follow(error) => vec![error.message()],
            Self::Unsendable(error) => vec![error.message()],
            Self::Store(error) => vec![error.message()],
            Self::NotApproved(error) => error.reasons.clone(),
            Self::Order(error) => vec![order(error)],
            Self::Stopped(stopped, said) => [stopped].into_iter().chain(said).cloned().collect(),
            Self::Edit(error) => said("operation-edit", error.to_string()),
            Self::Event(error) => said("operation-event", error.to_string()),
            Self::Refused(error) => vec![refused(error)],
            Self::Packets(error) => said("operation-entangled", error.to_string()),
        }
    }
}

fn order(error: &OrderRefusal) -> Message {
    let of = |id, name: &yumen_cloud::Id| Message::new(id).with("resource", name.as_str());
    match error {
        OrderRefusal::TooManyRules {
            group,
            needed,
            spare,
        } => of("order-too-many-rules", group)
            .with("needed", *needed)
            .with("spare", *spare),
        OrderRefusal::TooManyRulesBefore { interface, most } => {
            of("order-too-many-rules-before", interface).with("most", *most)
        }
        OrderRefusal::TooManyGroups { interface, most } => {
            of("order-too-many-groups", interface).with("most", *most)
        }
        OrderRefusal::MixedGroups(interface) => of("order-mixed-groups", interface),
        OrderRefusal::NoGroup(interface) => of("order-no-group", interface),
        OrderRefusal::NoSafeOrder { after, .. } => Message::new("order-none").with("after", *after),
        OrderRefusal::NotFound { tried } => Message::new("order-not-found").with("tried", *tried),
        OrderRefusal::Packets(_) | OrderRefusal::Edit(_) => {
            Message::new("operation-edit").with("error", error.to_string())
        }
    }
}

fn refused(error: &Refused) -> Message {
    match error {
        Refused::NoSuchChange(number) => {
            Message::new("refused-no-change").with("number", u64::from(*number))
        }
        Refused::Phase { change, phase, .. } => Message::new("refused-phase")
            .with("number", u64::from(*change))
            .with("phase", *phase),
        Refused::Again { change, person } => Message::new("refused-again")
            .with("number", u64::from(*change))
            .with("person", person.as_str()),
        Refused::Overlaps { other, resource } => Message::new("refused-overlaps")
            .with("number", u64::from(*other))
            .with("resource", resource.as_str()),
        Refused::Time { .. } | Refused::Step { .. } | Refused::NoSuchDrift(_) => {
            Message::new("refused-order").with("error", error.to_string())
        }
    }
}

macro_rules! from {
    ($($variant:ident($error:ty)),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from!(
    Input(Message),
    Snapshot(ReadError),
    Collect(CollectError),
    Call(CallError),
    Follow(FollowError),
    Unsendable(Unsendable),
    Edit(EditError),
    Order(OrderRefusal),
    Store(StoreError),
    Event(EventError),
    Refused(Refused),
    NotApproved(NotApproved),
    Packets(yumen_packets::Error),
);
