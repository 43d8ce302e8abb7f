//! Whom a reader believes: keys that all have to have signed, a policy, or both.

use yumen_diagnostics::Message;

use crate::checkpoint::SignedCheckpoint;
use crate::fault::{Fault, fault};
use crate::key::VerifierKey;
use crate::policy::{Policy, Witnessed};

/// What a checkpoint has to bear.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// Keys of the log, all of which have to have signed. Name both the Ed25519 and the ML-DSA-44
    /// key: whoever believes either one believes the weaker one
    pub keys: &'a [VerifierKey],
    /// A policy that has to hold beside them
    pub policy: Option<&'a Policy>,
    /// The time at the reader, in seconds since 1970
    pub now: u64,
}

impl Trust<'_> {
    /// Whether a checkpoint is believed, and by whose signatures. It has no extension lines: not
    /// every signature covers those.
    ///
    /// # Errors
    /// A key has not signed or is of another log, the policy does not hold, or nobody is named
    /// who could be believed.
    pub fn check(&self, signed: &SignedCheckpoint) -> Result<Witnessed, Fault> {
        let checkpoint = signed.checkpoint();
        if !checkpoint.extensions.is_empty() {
            return Err(fault("ledger-checkpoint-extensions"));
        }
        let mut logs = Vec::new();
        for key in self.keys {
            if key.name() != checkpoint.origin {
                let message = Message::new("ledger-trust-origin")
                    .with("origin", checkpoint.origin.as_str())
                    .with("name", key.name());
                return Err(Fault::new(message));
            }
            let by = signed.signed_by(key)?.ok_or_else(|| {
                let message = Message::new("ledger-signature-missing")
                    .with("name", key.name())
                    .with("id", format!("{:08x}", key.id()));
                Fault::new(message)
            })?;
            logs.push((key.clone(), by));
        }
        let mut witnesses = Vec::new();
        if let Some(policy) = self.policy {
            let found = policy.check(signed, self.now)?;
            let is_new = |(key, _): &(VerifierKey, _)| !self.keys.contains(key);
            logs.extend(found.logs.into_iter().filter(is_new));
            witnesses = found.witnesses;
        }
        if logs.is_empty() {
            return Err(fault("ledger-trust-nobody"));
        }
        Ok(Witnessed { logs, witnesses })
    }
}
