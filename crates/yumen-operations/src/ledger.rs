//! The ledger and its witnesses: cosignatures asked for and given, keys changed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use yumen_diagnostics::Message;
use yumen_ledger::witness::{Answer, Request, Watched, Witness};
use yumen_ledger::{Checkpoint, Entry, NoteSignature, Signer, VerifierKey};
use yumen_store::{
    Identity, KEY_CHANGED, KeyChange, NewEntry, Passphrase, RealDisk, WitnessMemory,
};

use crate::desk::{Desk, keys_of};
use crate::failure::Failure;
use crate::http::{Handler, HttpServer, Reply};

/// How long a witness may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a witness cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigning {
    /// Entries that the checkpoint speaks of
    pub size: u64,
    /// Names of the keys that cosigned
    pub by: Vec<String>,
}

/// Asks a witness at a URL to cosign the last checkpoint (C2SP `tlog-witness`), and keeps what it
/// gives if it is by the witness's keys.
///
/// # Errors
/// There is nothing to cosign, the witness cannot be reached, or it refuses and says why.
pub fn cosign(desk: &Desk, url: &str, keys: &[VerifierKey]) -> Result<Cosigning, Failure> {
    let store = &desk.store;
    let nothing = || Failure::Input(Message::new("cosign-nothing"));
    let signed = store.checkpoint()?.ok_or_else(nothing)?;
    let size = signed.checkpoint().size;
    // The witness says which size it has seen, if it is another one.
    let mut old = 0;
    for _ in 0..2 {
        let request = Request {
            old,
            proof: store.prove_consistency(old, size)?,
            checkpoint: signed.clone(),
        };
        let (status, body) = post(url, &request.to_text())?;
        match (status, body.trim().parse::<u64>()) {
            (200, _) => {
                let lines: Vec<NoteSignature> =
                    body.lines().filter_map(NoteSignature::parse).collect();
                let mut cosigned = signed.clone();
                let taken = cosigned.add_verified(&lines, keys);
                taken.map_err(|fault| fault.message)?;
                store.put_cosigned(&cosigned)?;
                let by = keys.iter().map(|key| key.name().to_owned()).collect();
                return Ok(Cosigning { size, by });
            }
            (409, Ok(known)) if known != old && known <= size => old = known,
            _ => {
                let message = Message::new("cosign-refused")
                    .with("url", url)
                    .with("status", u64::from(status))
                    .with("body", body.trim());
                return Err(Failure::Input(message));
            }
        }
    }
    let message = Message::new("cosign-refused").with("url", url);
    Err(Failure::Input(
        message.with("status", 409_u64).with("body", ""),
    ))
}

fn post(url: &str, body: &str) -> Result<(u16, String), Failure> {
    let failed = |error: ureq::Error| {
        let message = Message::new("cosign-unreachable").with("url", url);
        Failure::Input(message.with("error", error.to_string()))
    };
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build();
    let agent = ureq::Agent::new_with_config(config);
    let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let mut answer = agent.post(&address).send(body).map_err(failed)?;
    let text = answer.body_mut().read_to_string().map_err(failed)?;
    Ok((answer.status().as_u16(), text))
}

/// Makes new keys for the ledger in the place of the old ones, and has both sign that in an entry.
/// The old file stays beside the new one with the ending `.old`.
///
/// # Errors
/// A key cannot be made or written, or the store cannot keep the entry; then the old keys stay.
pub fn rotate(
    desk: &Desk,
    old: &Identity,
    folder: &Path,
    passphrase: Option<&Passphrase>,
) -> Result<Identity, Failure> {
    let path = folder.join("ledger.pem");
    let next = folder.join("ledger.next.pem");
    let file = |error| Failure::File(path.clone(), error);
    if next.is_file() {
        std::fs::remove_file(&next).map_err(file)?;
    }
    let new = Identity::generate(&RealDisk, &next, desk.store.origin(), passphrase)?;
    let register = desk.standing()?.register;
    let entry = Entry {
        at: desk.now(&register).as_millisecond(),
        by: yumen_change::YUMEN.to_owned(),
        kind: KEY_CHANGED.to_owned(),
        body: KeyChange::body(old, &new)?,
    };
    let mut recorded = NewEntry::new(entry.clone());
    recorded.keys = keys_of(&entry);
    desk.store.append(&[recorded], None)?;
    std::fs::rename(&path, folder.join("ledger.pem.old")).map_err(file)?;
    std::fs::rename(&next, &path).map_err(file)?;
    Ok(new)
}

/// A witness that answers over HTTP.
pub struct WitnessServer(HttpServer);

impl WitnessServer {
    /// Watches logs by their keys, remembers in a folder, listens at an address.
    ///
    /// # Errors
    /// The memory is damaged, or the address cannot be had.
    pub fn start(
        identity: Identity,
        logs: &[VerifierKey],
        folder: &Path,
        listen: SocketAddr,
    ) -> Result<Self, Failure> {
        let memory = WitnessMemory::new(folder, Arc::new(RealDisk));
        let mut watched: BTreeMap<String, Watched> = BTreeMap::new();
        for key in logs {
            let last = memory.last(key.name())?;
            let log = watched.entry(key.name().to_owned()).or_insert(Watched {
                keys: Vec::new(),
                last,
            });
            log.keys.push(key.clone());
        }
        let handler = handler(Witness::new(watched), memory, identity);
        let server = HttpServer::start(listen, handler)
            .map_err(|error| Failure::File(listen.to_string().into(), error))?;
        Ok(Self(server))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Waits until the process is interrupted.
    ///
    /// # Errors
    /// The signal cannot be waited for.
    pub fn until_interrupted(&self) -> Result<(), Failure> {
        crate::signal::until_interrupted().map_err(|error| Failure::File("-".into(), error))
    }
}

fn handler(mut witness: Witness, memory: WitnessMemory, identity: Identity) -> Handler {
    Box::new(move |method, path, body| {
        if path != "/add-checkpoint" {
            return plain(404, "only /add-checkpoint is here\n");
        }
        if method != "POST" {
            return plain(405, "send a checkpoint by POST\n");
        }
        let mut keep = |checkpoint: &Checkpoint| {
            memory
                .keep(checkpoint)
                .map_err(|error| error.message().to_string())
        };
        let signers = identity
            .pairs()
            .each_ref()
            .map(|pair| pair.as_ref() as &dyn Signer);
        let now = jiff::Timestamp::now().as_second();
        let now = u64::try_from(now).unwrap_or_default();
        let answer = Answer::from(witness.handle(body, &mut keep, &signers, now));
        Reply {
            status: answer.status,
            media_type: answer.media_type,
            body: answer.body,
        }
    })
}

fn plain(status: u16, body: &str) -> Reply {
    Reply {
        status,
        media_type: "text/plain; charset=utf-8",
        body: body.to_owned(),
    }
}
