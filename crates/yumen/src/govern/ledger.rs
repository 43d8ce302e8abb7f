//! `yumen ledger`: what happened, and proof that nobody rewrote it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use serde_json::json;
use yumen_diagnostics::Message;
use yumen_ledger::{Trust, VerifierKey, verify};
use yumen_operations::ledger::{Cosigning, WitnessServer, cosign, rotate};
use yumen_report::changes::event_line;
use yumen_report::{fit, pad};
use yumen_store::{ExportFolder, Identity, RealDisk};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::govern::office::{self, said, store_failure};
use crate::shell::Shell;

/// Entries that are shown unless more are asked for.
const SHOWN: u64 = 30;

/// Columns of a terminal that lines are cut at.
const COLUMNS: usize = 100;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("show", matches)) => show(shell, matches),
        Some(("prove", matches)) => prove(shell, matches),
        Some(("verify", matches)) => verified(shell, matches),
        Some(("export", matches)) => export(shell, matches),
        Some(("keys", matches)) => keys(shell, matches),
        Some(("rotate", matches)) => rotated(shell, matches),
        Some(("cosign", matches)) => cosigned(shell, matches),
        Some(("witness", matches)) => witness(shell, matches),
        _ => Ok(ExitCode::from(2)),
    }
}

fn show(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let desk = office::desk_to_read(matches)?;
    let of = |name: &str, id: &'static str| -> Result<Option<u64>, Failure> {
        let Some(given) = text(matches, name) else {
            return Ok(None);
        };
        let bad = |_| Failure::Input(Message::new(id).with("value", given));
        given.parse().map(Some).map_err(bad)
    };
    let change = of("change", "change-number")?;
    let last = of("last", "ledger-last")?.unwrap_or(SHOWN);
    let entries: Vec<_> = match change {
        Some(number) => {
            let key = number.to_string();
            let entries = desk.store.by_key("change", &key).map_err(store_failure)?;
            if entries.is_empty() {
                let message = Message::new("refused-no-change").with("number", number);
                return Err(Failure::Input(message));
            }
            entries
        }
        None => {
            let size = desk.store.size().map_err(store_failure)?;
            let begin = size.saturating_sub(last);
            let entries = desk.store.entries(begin, size);
            entries.collect::<Result<_, _>>().map_err(store_failure)?
        }
    };
    if is_json(matches) {
        let all: Result<Vec<_>, Failure> = entries
            .iter()
            .map(|(position, entry)| {
                let encoded = entry
                    .encode()
                    .map_err(|fault| Failure::Input(fault.message))?;
                let value: serde_json::Value = serde_json::from_slice(&encoded).unwrap_or_default();
                Ok(json!({ "index": position, "entry": value }))
            })
            .collect();
        shell.print_json(&json!({ "schema": "yumen.entries/1", "entries": all? }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = Vec::new();
    for (position, entry) in &entries {
        let said = match desk.event(entry) {
            Ok((_, event)) => event_line(&event, &shell.words),
            // A newer version wrote it: its kind is all that is known here.
            Err(_) => entry.kind.clone(),
        };
        let at = jiff::Timestamp::from_millisecond(entry.at).unwrap_or_default();
        let line = format!(
            "{position:>6}  {}  {}  {said}",
            at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            pad(&fit(&entry.by, 10), 10)
        );
        lines.push(fit(&line, COLUMNS));
    }
    if lines.is_empty() {
        lines.push(shell.words.text("ledger-empty"));
    }
    shell.print(&(lines.join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn prove(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let given = text(matches, "ENTRY").unwrap_or_default();
    let bad = || Failure::Input(Message::new("ledger-entry-number").with("value", given));
    let position: u64 = given.parse().map_err(|_| bad())?;
    let store = office::store_to_read(matches)?;
    let entry = store
        .entry(position)
        .map_err(store_failure)?
        .ok_or_else(bad)?;
    let proof = store.prove(position).map_err(store_failure)?.to_text();
    let Some(out) = matches.get_one::<PathBuf>("out") else {
        shell.print(&proof)?;
        return Ok(ExitCode::SUCCESS);
    };
    let bytes = entry
        .encode()
        .map_err(|fault| Failure::Input(fault.message))?;
    let write = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes).map_err(|error| Failure::File(path.to_owned(), error))
    };
    write(out, proof.as_bytes())?;
    let beside = out.with_extension("entry");
    write(&beside, &bytes)?;
    let message = Message::new("ledger-proved")
        .with("entry", position)
        .with("proof", out.display().to_string())
        .with("bytes", beside.display().to_string());
    said(shell, &[message])?;
    Ok(ExitCode::SUCCESS)
}

/// Verifies an export, or the store's own log by way of a fresh one.
fn verified(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut keys = given_keys(matches, "key")?;
    let made;
    let folder = match matches.get_one::<PathBuf>("from") {
        Some(from) => {
            if !from.join("checkpoint").is_file() {
                let path = from.display().to_string();
                let message = Message::new("ledger-no-export").with("path", path);
                return Err(Failure::Input(message));
            }
            from.clone()
        }
        None => {
            let store = office::store_to_read(matches)?;
            made = tempfile::tempdir().map_err(|error| Failure::File(PathBuf::from("-"), error))?;
            store
                .export(made.path(), &RealDisk)
                .map_err(store_failure)?;
            made.path().to_owned()
        }
    };
    if keys.is_empty() {
        keys = own_keys(matches)?.verifier_keys();
    }
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    let policy_text;
    let policy = match matches.get_one::<PathBuf>("policy") {
        None => None,
        Some(path) => {
            policy_text = std::fs::read_to_string(path)
                .map_err(|error| Failure::File(path.clone(), error))?;
            let policy = yumen_ledger::Policy::parse(policy_text.as_bytes());
            Some(policy.map_err(|fault| Failure::Input(fault.message))?)
        }
    };
    let trust = Trust {
        keys: &keys,
        policy: policy.as_ref(),
        now,
    };
    match verify(&ExportFolder::new(&folder), &trust, None, &mut |_| {}) {
        Ok(verified) => {
            let last = verified.last_at().map(jiff::Timestamp::from_millisecond);
            let last = last.and_then(Result::ok).map(|at| at.to_string());
            let message = Message::new("ledger-verified")
                .with("entries", verified.size())
                .with("root", verified.checkpoint().checkpoint().root.to_base64())
                .with("last", last.unwrap_or_default());
            said(shell, &[message])?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            let message = Message::new("ledger-broken")
                .with("place", fault.place.to_string())
                .with("why", shell.words.say(&fault.message));
            said(shell, &[message])?;
            Ok(ExitCode::from(3))
        }
    }
}

fn export(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let out = matches
        .get_one::<PathBuf>("DIR")
        .cloned()
        .unwrap_or_default();
    let store = office::store_to_read(matches)?;
    let done = store.export(&out, &RealDisk).map_err(store_failure)?;
    let message = Message::new("ledger-exported")
        .with("entries", done.size)
        .with("files", done.files)
        .with("directory", out.display().to_string());
    said(shell, &[message])?;
    Ok(ExitCode::SUCCESS)
}

fn keys(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let identity = own_keys(matches)?;
    shell.print(&(identity.vkeys().join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The keys of the store's own ledger.
fn own_keys(matches: &ArgMatches) -> Result<Identity, Failure> {
    let folder = office::state(matches).join("keys");
    office::ledger_keys_there(&folder)?.ok_or_else(|| {
        let folder = folder.display().to_string();
        Failure::Input(Message::new("ledger-no-keys").with("folder", folder))
    })
}

/// Makes new keys, and has the old ones sign that they are followed by these.
fn rotated(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let folder = office::state(matches).join("keys");
    let desk = office::desk_there(matches)?;
    let old = office::ledger_keys(&folder, desk.store.origin())?;
    let new = rotate(&desk, &old, &folder, office::passphrase().as_ref())?;
    // Opening signs the checkpoint with the new keys.
    drop(desk);
    drop(office::desk_there(matches)?);
    said(shell, &[Message::new("ledger-rotated")])?;
    shell.print(&(new.vkeys().join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Has a witness cosign the last checkpoint.
fn cosigned(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let url = text(matches, "URL").unwrap_or_default();
    let desk = office::desk_there(matches)?;
    let keys = given_keys(matches, "key")?;
    let Cosigning { size, by } = cosign(&desk, url, &keys)?;
    let message = Message::new("ledger-cosigned")
        .with("size", size)
        .with("witness", by.join(", "));
    said(shell, &[message])?;
    Ok(ExitCode::SUCCESS)
}

/// A witness: another pair of eyes, best on another host and in other hands.
fn witness(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = text(matches, "name").unwrap_or_default();
    let folder = office::state(matches).join("witness");
    let path = folder.join("witness.pem");
    let passphrase = office::passphrase();
    let identity = if path.is_file() {
        Identity::load(&RealDisk, &path, name, passphrase.as_ref())
    } else {
        Identity::generate(&RealDisk, &path, name, passphrase.as_ref())
    };
    let identity = identity.map_err(store_failure)?;
    let logs = given_keys(matches, "log")?;
    let listen = text(matches, "listen").unwrap_or("127.0.0.1:7190");
    let listen: SocketAddr = listen
        .parse()
        .map_err(|_| Failure::Input(Message::new("failure-address-port").with("value", listen)))?;
    let server = WitnessServer::start(identity.clone(), &logs, &folder, listen)?;
    let message = Message::new("witness-ready")
        .with("url", format!("http://{}", server.address()))
        .with("logs", logs.len());
    said(shell, &[message])?;
    shell.print(&(identity.vkeys().join("\n") + "\n"))?;
    server.until_interrupted()?;
    Ok(ExitCode::SUCCESS)
}

/// Verifier keys as they are given.
fn given_keys(matches: &ArgMatches, name: &str) -> Result<Vec<VerifierKey>, Failure> {
    let given = matches.get_many::<String>(name).into_iter().flatten();
    let parsed =
        given.map(|key| VerifierKey::from_vkey(key).map_err(|fault| Failure::Input(fault.message)));
    parsed.collect()
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}
