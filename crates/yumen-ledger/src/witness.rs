//! A witness as a state machine (C2SP `tlog-witness`): it cosigns a checkpoint only if it continues
//! the last one that it cosigned, and never two roots of one size.

use std::collections::BTreeMap;

use yumen_diagnostics::Message;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::cosignature::cosign;
use crate::fault::{Fault, decimal, fault};
use crate::hash::Hash;
use crate::key::{SignError, Signer, VerifierKey};
use crate::tree::{LONGEST_PROOF, verify_consistency};

/// What a log asks of a witness: the body of `add-checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Size of the last checkpoint that the witness cosigned, as the log believes
    pub old: u64,
    /// Consistency proof from there
    pub proof: Vec<Hash>,
    /// The checkpoint
    pub checkpoint: SignedCheckpoint,
}

impl Request {
    /// Reads a body.
    ///
    /// # Errors
    /// The line that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let wrong = |number| fault("ledger-request-line").at_line(number);
        let ends = bytes.windows(2).position(|two| two == b"\n\n");
        let parts = ends.and_then(|at| Some((bytes.get(..at)?, bytes.get(at + 2..)?)));
        let (head, note) = parts.ok_or_else(|| wrong(1))?;
        let head = std::str::from_utf8(head).map_err(|_| wrong(1))?;
        let mut lines = head.split('\n').zip(1..);
        let old = lines.next().and_then(|(line, _)| line.strip_prefix("old "));
        let old = old.and_then(decimal).ok_or_else(|| wrong(1))?;
        let mut proof = Vec::new();
        for (line, number) in lines {
            proof.push(Hash::from_base64(line).ok_or_else(|| wrong(number))?);
        }
        if proof.len() > LONGEST_PROOF {
            return Err(wrong(2 + LONGEST_PROOF));
        }
        Ok(Self {
            old,
            proof,
            checkpoint: SignedCheckpoint::parse(note)?,
        })
    }

    /// The body.
    #[must_use]
    pub fn to_text(&self) -> String {
        let hashes = self.proof.iter().map(|hash| format!("{hash}\n"));
        let note = self.checkpoint.note().to_text();
        format!("old {}\n{}\n{note}", self.old, hashes.collect::<String>())
    }
}

/// A log that a witness watches.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Keys of the log, one of which has to have signed
    pub keys: Vec<VerifierKey>,
    /// The last checkpoint that was cosigned, as it was kept
    pub last: Option<Checkpoint>,
}

/// A witness and the logs that it watches, by origin.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    logs: BTreeMap<String, Watched>,
}

/// The answer to a request, for whoever speaks HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status
    pub status: u16,
    /// Media type of the body
    pub media_type: &'static str,
    /// Signature lines, the size of the last checkpoint, or a reason in plain form
    pub body: String,
}

const PLAIN: &str = "text/plain; charset=utf-8";

impl Witness {
    /// A witness that watches these logs.
    #[must_use]
    pub fn new(logs: BTreeMap<String, Watched>) -> Self {
        Self { logs }
    }

    /// The last checkpoint that was cosigned for a log.
    #[must_use]
    pub fn last(&self, origin: &str) -> Option<&Checkpoint> {
        self.logs.get(origin)?.last.as_ref()
    }

    /// Judges a request and, if it holds, keeps the checkpoint and then cosigns at `now` (seconds
    /// since 1970). `keep` must have made it durable when it returns: only then is there a
    /// signature. Requests are handled one at a time.
    ///
    /// # Errors
    /// Why there is no cosignature.
    pub fn handle(
        &mut self,
        request: &[u8],
        keep: &mut dyn FnMut(&Checkpoint) -> Result<(), String>,
        signers: &[&dyn Signer],
        now: u64,
    ) -> Result<String, Refusal> {
        let request = Request::parse(request).map_err(Refusal::Malformed)?;
        let origin = &request.checkpoint.checkpoint().origin;
        let log = self.logs.get_mut(origin).ok_or(Refusal::UnknownLog)?;
        judge(&request, log)?;
        let signed = &request.checkpoint;
        let new = Checkpoint::new(origin, signed.checkpoint().size, signed.checkpoint().root);
        if log.last.as_ref() != Some(&new) {
            keep(&new).map_err(Refusal::NotKept)?;
            log.last = Some(new);
        }
        let mut lines = String::new();
        for signer in signers {
            let line = cosign(signed, *signer, now).map_err(Refusal::NotSigned)?;
            lines.push_str(&line.to_line());
        }
        Ok(lines)
    }
}

/// Whether a checkpoint continues the last one that was cosigned for its log.
///
/// # Errors
/// The first reason in the order of the specification.
pub fn judge(request: &Request, log: &Watched) -> Result<(), Refusal> {
    let signed = &request.checkpoint;
    let mut is_signed = false;
    for key in &log.keys {
        is_signed |= signed
            .signed_by(key)
            .map_err(|_| Refusal::Untrusted)?
            .is_some();
    }
    if !is_signed {
        return Err(Refusal::Untrusted);
    }
    let new = signed.checkpoint();
    if request.old > new.size {
        return Err(Refusal::OldLarger);
    }
    let (size, root) = match &log.last {
        Some(last) => (last.size, last.root),
        None => (0, Hash::empty()),
    };
    if request.old != size {
        return Err(Refusal::Conflict { size });
    }
    if new.size == size && new.root != root {
        return Err(Refusal::Fork { size });
    }
    if !verify_consistency(size, root, new.size, new.root, &request.proof) {
        return Err(Refusal::BadProof);
    }
    Ok(())
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is not understood
    Malformed(Fault),
    /// The log is not watched
    UnknownLog,
    /// No trusted key has signed the checkpoint
    Untrusted,
    /// The checkpoint is smaller than the size that the request names as old
    OldLarger,
    /// The last cosigned checkpoint has another size than the request names
    Conflict {
        /// Size of the last cosigned checkpoint
        size: u64,
    },
    /// The log shows two roots of one size
    Fork {
        /// That size
        size: u64,
    },
    /// The proof does not lead from the old root to the new one
    BadProof,
    /// The checkpoint could not be kept, for people
    NotKept(String),
    /// The key could not sign
    NotSigned(SignError),
}

impl Refusal {
    /// The HTTP status of C2SP `tlog-witness`, "add-checkpoint".
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::OldLarger => 400,
            Self::Untrusted => 403,
            Self::UnknownLog => 404,
            Self::Conflict { .. } | Self::Fork { .. } => 409,
            Self::BadProof => 422,
            Self::NotKept(_) | Self::NotSigned(_) => 500,
        }
    }

    /// The same as a message that the shells can show in either language.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Malformed(fault) => fault.message.clone(),
            Self::UnknownLog => Message::new("ledger-witness-unknown-log"),
            Self::Untrusted => Message::new("ledger-witness-untrusted"),
            Self::OldLarger => Message::new("ledger-witness-old-larger"),
            Self::Conflict { size } => Message::new("ledger-witness-conflict").with("size", *size),
            Self::Fork { size } => Message::new("ledger-witness-fork").with("size", *size),
            Self::BadProof => Message::new("ledger-witness-bad-proof"),
            Self::NotKept(error) => {
                Message::new("ledger-witness-not-kept").with("error", error.as_str())
            }
            Self::NotSigned(error) => error.message(),
        }
    }
}

/// The answer to the log: signature lines, or the refusal as the specification wants it.
impl From<Result<String, Refusal>> for Answer {
    fn from(result: Result<String, Refusal>) -> Self {
        let (status, media_type, body) = match result {
            Ok(lines) => (200, PLAIN, lines),
            Err(refusal) => {
                let status = refusal.status();
                match refusal {
                    Refusal::Conflict { size } | Refusal::Fork { size } => {
                        (status, "text/x.tlog.size", format!("{size}\n"))
                    }
                    // What failed inside is nobody's business outside.
                    Refusal::NotKept(_) | Refusal::NotSigned(_) => (status, PLAIN, String::new()),
                    other => (status, PLAIN, format!("{}\n", other.message())),
                }
            }
        };
        Self {
            status,
            media_type,
            body,
        }
    }
}
