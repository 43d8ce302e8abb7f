//! What can go wrong before there is an answer.

use std::io;
use std::path::PathBuf;

use yumen_aliyun::ReadError;
use yumen_aliyun::collect::CollectError;
use yumen_aliyun::credentials::CredentialError;
use yumen_diagnostics::Message;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The user's input is wrong; the message says what to do
    Input(Message),
    /// A snapshot directory cannot be read at all
    Snapshot(ReadError),
    /// Nobody is known who may ask
    Credentials(CredentialError),
    /// A live account cannot be collected
    Collect(CollectError),
    /// The rules are too entangled for the budget of the packet sets
    TooEntangled(yumen_packets::Error),
    /// A file or stream of ours cannot be written or read
    File(PathBuf, io::Error),
    /// An operation of change control did not come to its end
    Operation(yumen_operations::Failure),
    /// The reader of our output has gone away: no failure
    Closed,
}

impl Failure {
    /// What to tell the user, one message for each thing that is wrong.
    pub(crate) fn messages(&self) -> Vec<Message> {
        match self {
            Self::Operation(failure) => failure.messages(),
            other => vec![other.message()],
        }
    }

    /// What to tell the user, in one message.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Operation(failure) => {
                let first = failure.messages().into_iter().next();
                first.unwrap_or_else(|| Message::new("failure-closed"))
            }
            Self::Input(message) => message.clone(),
            Self::Snapshot(error) => error.message(),
            Self::Credentials(error) => error.message(),
            Self::Collect(error) => error.message(),
            Self::TooEntangled(error) => {
                Message::new("failure-entangled").with("error", error.to_string())
            }
            Self::File(path, error) => Message::new("failure-file")
                .with("path", path.display().to_string())
                .with("error", error.to_string()),
            Self::Closed => Message::new("failure-closed"),
        }
    }
}

impl From<yumen_packets::Error> for Failure {
    fn from(error: yumen_packets::Error) -> Self {
        Self::TooEntangled(error)
    }
}

impl From<yumen_operations::Failure> for Failure {
    fn from(failure: yumen_operations::Failure) -> Self {
        Self::Operation(failure)
    }
}

/// An error of standard output.
pub(crate) fn output(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::Closed
    } else {
        Failure::File(PathBuf::from("-"), error)
    }
}
