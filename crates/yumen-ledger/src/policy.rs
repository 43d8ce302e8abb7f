//! Trust policies (C2SP `tlog-policy`): which logs are known, and whose cosignatures suffice.

use std::collections::{BTreeMap, BTreeSet};

use yumen_diagnostics::Message;

use crate::checkpoint::SignedCheckpoint;
use crate::cosignature::Signed;
use crate::fault::{Fault, decimal, fault};
use crate::key::{Algorithm, VerifierKey};

/// How far the clock of a witness may be ahead of the reader's, in seconds.
const CLOCKS_APART: u64 = 300;

/// A policy file, understood.
#[derive(Clone, Debug)]
pub struct Policy {
    logs: Vec<Known>,
    members: Vec<Member>,
    /// Place in `members`; none for `quorum none`
    quorum: Option<usize>,
}

/// A log or a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its key
    pub key: VerifierKey,
    /// Where it is spoken to, if the policy says
    pub url: Option<String>,
}

#[derive(Clone, Debug)]
struct Member {
    name: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Witness(Known),
    /// So many of the members at these places
    Group(usize, Vec<usize>),
}

/// Why a checkpoint is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The keys of known logs that have signed it, in the order of the policy
    pub logs: Vec<(VerifierKey, Signed)>,
    /// The witnesses that counted, by their names in the policy and in its order
    pub witnesses: Vec<(String, Signed)>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The line that is wrong, and why. A last line without a newline is wrong too: a policy that
    /// was cut off could ask for less.
    pub fn parse(file: &[u8]) -> Result<Self, Fault> {
        let mut reader = Reader::default();
        let Some(lines) = file.strip_suffix(b"\n") else {
            let last = file.split(|byte| *byte == b'\n').count();
            return Err(fault("ledger-policy-end").at_line(last));
        };
        for (line, number) in lines.split(|byte| *byte == b'\n').zip(1..) {
            reader.line(line).map_err(|fault| fault.at_line(number))?;
        }
        let quorum = reader
            .quorum
            .ok_or_else(|| fault("ledger-policy-no-quorum"))?;
        Ok(Self {
            logs: reader.logs,
            members: reader.members,
            quorum,
        })
    }

    /// The logs, in the order of the file.
    #[must_use]
    pub fn logs(&self) -> &[Known] {
        &self.logs
    }

    /// The witnesses with their names, in the order of the file.
    pub fn witnesses(&self) -> impl Iterator<Item = (String, &Known)> {
        self.members.iter().filter_map(|member| match &member.kind {
            Kind::Witness(known) => Some((shown(&member.name), known)),
            Kind::Group(..) => None,
        })
    }

    /// Whether a checkpoint is signed by one of the logs, if any are listed, and cosigned by a
    /// quorum. `now` is in seconds since 1970; a cosignature from more than five minutes later
    /// does not count.
    ///
    /// # Errors
    /// No log has signed; the witnesses do not suffice; a line that claims to be of a known key
    /// is not.
    pub fn check(&self, signed: &SignedCheckpoint, now: u64) -> Result<Witnessed, Fault> {
        let mut logs = Vec::new();
        for log in &self.logs {
            if log.key.name() == signed.checkpoint().origin
                && let Some(by) = signed.signed_by(&log.key)?
            {
                logs.push((log.key.clone(), by));
            }
        }
        if logs.is_empty() && !self.logs.is_empty() {
            let origin = signed.checkpoint().origin.as_str();
            let message = Message::new("ledger-policy-log").with("origin", origin);
            return Err(Fault::new(message));
        }
        let mut found = Found::default();
        let mut counts = Vec::new();
        for member in &self.members {
            let is_met = match &member.kind {
                Kind::Witness(known) => found.take(member, signed.signed_by(&known.key)?, now),
                Kind::Group(needed, of) => {
                    let met = of.iter().filter(|at| counts.get(**at) == Some(&true));
                    met.count() >= *needed
                }
            };
            counts.push(is_met);
        }
        let is_enough = self.quorum.is_none_or(|at| counts.get(at) == Some(&true));
        if is_enough {
            let witnesses = found.counted;
            return Ok(Witnessed { logs, witnesses });
        }
        Err(self.not_enough(found))
    }

    fn not_enough(&self, found: Found) -> Fault {
        let quorum = self.quorum.and_then(|at| self.members.get(at));
        let quorum = quorum.map(|member| shown(&member.name)).unwrap_or_default();
        let counted: Vec<String> = found.counted.into_iter().map(|(name, _)| name).collect();
        let message = if found.ahead.is_empty() {
            Message::new("ledger-policy-quorum")
        } else {
            Message::new("ledger-policy-ahead").with("ahead", found.ahead.join(", "))
        };
        let message = message
            .with("quorum", quorum)
            .with("counted", counted.len())
            .with("names", counted.join(", "))
            .with("missing", found.missing.join(", "));
        Fault::new(message)
    }
}

#[derive(Default)]
struct Found {
    counted: Vec<(String, Signed)>,
    missing: Vec<String>,
    ahead: Vec<String>,
}

impl Found {
    fn take(&mut self, member: &Member, signed: Option<Signed>, now: u64) -> bool {
        let name = shown(&member.name);
        match signed {
            None => self.missing.push(name),
            Some(Signed { time: Some(time) }) if time > now.saturating_add(CLOCKS_APART) => {
                self.ahead.push(name);
            }
            Some(signed) => {
                self.counted.push((name, signed));
                return true;
            }
        }
        false
    }
}

#[derive(Default)]
struct Reader {
    logs: Vec<Known>,
    members: Vec<Member>,
    places: BTreeMap<Vec<u8>, usize>,
    grouped: BTreeSet<usize>,
    keys: BTreeSet<(bool, Vec<u8>)>,
    quorum: Option<Option<usize>>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        if line
            .iter()
            .any(|byte| matches!(byte, 0..=8 | 10..=31 | 127))
        {
            return Err(fault("ledger-policy-control"));
        }
        let mut items = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|item| !item.is_empty());
        let Some(word) = items.next().filter(|word| !word.starts_with(b"#")) else {
            return Ok(());
        };
        let items: Vec<&[u8]> = items.collect();
        match (word, items.as_slice()) {
            (b"log", [key]) => self.log(key, None),
            (b"log", [key, url]) => self.log(key, Some(url)),
            (b"witness", [name, key]) => self.witness(name, key, None),
            (b"witness", [name, key, url]) => self.witness(name, key, Some(url)),
            (b"group", [name, needed, members @ ..]) => self.group(name, needed, members),
            (b"quorum", [name]) => self.quorum(name),
            _ => {
                let message = Message::new("ledger-policy-line").with("word", shown(word));
                Err(Fault::new(message))
            }
        }
    }

    fn log(&mut self, key: &[u8], url: Option<&[u8]>) -> Result<(), Fault> {
        let known = self.known(false, key, url)?;
        self.logs.push(known);
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8], url: Option<&[u8]>) -> Result<(), Fault> {
        let known = self.known(true, key, url)?;
        if known.key.algorithm() == Algorithm::Ed25519 {
            let message = Message::new("ledger-policy-witness-key");
            return Err(Fault::new(message.with("name", shown(name))));
        }
        self.define(name, Kind::Witness(known))
    }

    fn group(&mut self, name: &[u8], needed: &[u8], members: &[&[u8]]) -> Result<(), Fault> {
        let mut places = Vec::new();
        for member in members {
            let place = self.place(member)?;
            if !self.grouped.insert(place) {
                return Err(named("ledger-policy-member-twice", member));
            }
            places.push(place);
        }
        let number = |text: &[u8]| {
            let number = decimal(std::str::from_utf8(text).ok()?)?;
            usize::try_from(number).ok()
        };
        let count = match needed {
            b"all" => Some(places.len()),
            b"any" => Some(1),
            number_text => number(number_text),
        };
        let count = count
            .filter(|count| (1..=places.len()).contains(count))
            .ok_or_else(|| {
                let message = Message::new("ledger-policy-threshold");
                let message = message.with("needed", shown(needed));
                Fault::new(message.with("members", places.len()))
            })?;
        self.define(name, Kind::Group(count, places))
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), Fault> {
        if self.quorum.is_some() {
            return Err(fault("ledger-policy-quorum-twice"));
        }
        let place = match name {
            b"none" => None,
            name => Some(self.place(name)?),
        };
        self.quorum = Some(place);
        Ok(())
    }

    fn known(&mut self, is_witness: bool, key: &[u8], url: Option<&[u8]>) -> Result<Known, Fault> {
        let vkey = std::str::from_utf8(key).map_err(|_| fault("ledger-key-vkey"))?;
        let key = VerifierKey::from_vkey(vkey)?;
        // Types 0x01 and 0x04 wrap the same keys.
        if !self.keys.insert((is_witness, key.public_key().to_vec())) {
            let message = Message::new("ledger-policy-key-twice").with("name", key.name());
            return Err(Fault::new(message));
        }
        let url = url.map(shown);
        Ok(Known { key, url })
    }

    fn define(&mut self, name: &[u8], kind: Kind) -> Result<(), Fault> {
        if name == b"none" || self.places.contains_key(name) {
            return Err(named("ledger-policy-name-taken", name));
        }
        self.places.insert(name.to_vec(), self.members.len());
        let name = name.to_vec();
        self.members.push(Member { name, kind });
        Ok(())
    }

    fn place(&self, name: &[u8]) -> Result<usize, Fault> {
        let place = self.places.get(name).copied();
        place.ok_or_else(|| named("ledger-policy-undefined", name))
    }
}

fn named(id: &'static str, name: &[u8]) -> Fault {
    Fault::new(Message::new(id).with("name", shown(name)))
}

/// Names are bytes; people see them as text.
fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
