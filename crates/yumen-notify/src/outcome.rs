//! What became of a letter.

use jiff::SignedDuration;
use yumen_diagnostics::Message;

/// What became of a letter. The messages hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has it and said so
    Delivered,
    /// It is not known to have arrived; another attempt may succeed
    Later(Message),
    /// The other side wants nothing for a while
    Limited {
        /// For how long
        pause: SignedDuration,
        /// What it said
        reason: Message,
    },
    /// The other side will never take it like this: a wrong signature, a missing keyword
    Refused(Message),
}
