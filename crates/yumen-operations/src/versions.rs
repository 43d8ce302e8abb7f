//! Versions of the network: each look that shows something else is one, with who, when, why, and
//! what opened or closed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use yumen_change::{Event, Exposed, ExposureEnd, Register, Version, Waived, Who};
use yumen_packets::PacketSet;
use yumen_reach::{Delta, InterfaceDelta, Slice, services_of, slices};
use yumen_report::Report;

use crate::daily::audited;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::between;
use crate::live::Live;

/// Why a version is recorded.
#[derive(Clone, Debug, Default)]
pub struct Cause {
    /// In words that the ledger keeps, such as `daily check`, `change 7`
    pub why: String,
    /// Through what ways in opened or closed, such as `change 7`, `drift 3`
    pub through: String,
    /// Who did it, where the cloud's trail says so
    pub who: Option<Who>,
}

impl Cause {
    /// A cause without more than words.
    #[must_use]
    pub fn new(why: &str) -> Self {
        Self {
            why: why.to_owned(),
            through: why.to_owned(),
            who: None,
        }
    }
}

impl Desk {
    /// Records the network as it was read, with its score, unless it is the version recorded last.
    /// True if it was recorded.
    ///
    /// # Errors
    /// The store cannot keep it.
    pub fn record(
        &self,
        by: &str,
        live: &Live,
        report: &Report,
        cause: &Cause,
    ) -> Result<bool, Failure> {
        self.record_after(by, live, report, cause, None)
    }

    /// Like [`Desk::record`], with the version recorded last already judged, as far as it is that.
    ///
    /// # Errors
    /// As [`Desk::record`].
    pub(crate) fn record_after(
        &self,
        by: &str,
        live: &Live,
        report: &Report,
        cause: &Cause,
        known: Option<&Report>,
    ) -> Result<bool, Failure> {
        let address = self.keep_snapshot(live)?;
        self.note_waivers(by)?;
        let standing = self.standing()?;
        let last = last_version(&standing.register, live.account());
        if last.is_some_and(|last| last.snapshot == address) {
            return Ok(false);
        }
        let before = last.map(|last| last.snapshot.clone());
        let delta = match &before {
            None => None,
            Some(before) => {
                let is_it = |known: &&Report| {
                    known.topology().snapshot().content_address().to_string() == *before
                };
                let judged;
                let old = match known.filter(is_it) {
                    Some(known) => known,
                    None => {
                        judged = self.judge(&self.snapshot(before)?)?;
                        &judged
                    }
                };
                Some(between(old, report)?)
            }
        };
        self.transact(by, |register, now| {
            let events = self.version_events(live, report, cause, delta.as_ref(), register, now);
            Ok((events, true))
        })
    }

    /// Notes that other waivers count than those noted last, if so.
    fn note_waivers(&self, by: &str) -> Result<(), Failure> {
        let ground = &self.ground;
        self.transact(by, |register, _| {
            let is_new = register.waived() != ground.waivers_hash.as_deref();
            let waived = is_new.then(|| {
                Event::Waived(Waived {
                    file: ground.waivers_hash.clone(),
                    waivers: u32::try_from(ground.waivers.len()).unwrap_or(u32::MAX),
                })
            });
            Ok((waived.into_iter().collect(), ()))
        })
    }

    /// Keeps the network as it was read; its address.
    pub(crate) fn keep_snapshot(&self, live: &Live) -> Result<String, Failure> {
        let address = live.snapshot().content_address().to_string();
        let files: BTreeMap<String, Vec<u8>> = live.files().collect();
        let at = self.clock.now().as_millisecond();
        self.store.put_snapshot(&address, &files, at)?;
        Ok(address)
    }

    fn version_events(
        &self,
        live: &Live,
        report: &Report,
        cause: &Cause,
        delta: Option<&Delta>,
        register: &Register,
        now: Timestamp,
    ) -> Vec<Event> {
        let address = live.snapshot().content_address().to_string();
        let last = last_version(register, live.account());
        if last.is_some_and(|last| last.snapshot == address) {
            return Vec::new();
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut events = vec![
            Event::Version(Version {
                account: live.account().to_owned(),
                snapshot: address.clone(),
                before: last.map(|last| last.snapshot.clone()),
                why: cause.why.clone(),
                gaps: count(live.snapshot().gaps.len()),
                interfaces: count(delta.map_or(0, |delta| delta.interfaces.len())),
                opens: delta.is_some_and(Delta::opens_to_internet),
            }),
            Event::Audited(audited(self, report)),
        ];
        let (opened, closed) = match delta {
            Some(delta) => ends(delta),
            None => (found(report), Vec::new()),
        };
        if !opened.is_empty() || !closed.is_empty() {
            events.push(Event::Exposed(Exposed {
                snapshot: address,
                at: cause.who.as_ref().map_or(now, |who| who.at),
                through: cause.through.clone(),
                who: cause.who.clone(),
                opened,
                closed,
            }));
        }
        events
    }
}

/// The version of an account that was recorded last.
#[must_use]
pub fn last_version<'r>(register: &'r Register, account: &str) -> Option<&'r Version> {
    let versions = register.versions().iter().rev();
    versions
        .map(|noted| &noted.what)
        .find(|version| version.account == account)
}

/// What opened and what closed to the Internet.
fn ends(delta: &Delta) -> (Vec<ExposureEnd>, Vec<ExposureEnd>) {
    let of = |packets: &dyn Fn(&InterfaceDelta) -> PacketSet| {
        let ends = delta.interfaces.iter().filter_map(|one| {
            let instance = one.instance.as_ref().map(ToString::to_string);
            end(one.interface.to_string(), instance, &packets(one))
        });
        ends.collect()
    };
    (
        of(&|one| one.internet_opened.clone()),
        of(&|one| one.internet_closed.clone()),
    )
}

/// What is open to the Internet at the first look.
fn found(report: &Report) -> Vec<ExposureEnd> {
    let topology = report.topology();
    let mut by_interface: BTreeMap<String, (Option<String>, PacketSet)> = BTreeMap::new();
    for exposure in &report.audit.exposures {
        if exposure.verdict != yumen_reach::Verdict::Open
            || exposure.direction != yumen_cloud::Direction::Ingress
        {
            continue;
        }
        let interface = &topology.endpoint(exposure.interface).interface;
        let Ok(packets) = PacketSet::from_boxes(&exposure.row.boxes) else {
            continue;
        };
        let entry = by_interface
            .entry(interface.id.to_string())
            .or_insert_with(|| {
                let instance = interface.instance.as_ref().map(ToString::to_string);
                (instance, PacketSet::empty())
            });
        if let Ok(both) = entry.1.union(&packets) {
            entry.1 = both;
        }
    }
    let ends = by_interface.into_iter();
    ends.filter_map(|(interface, (instance, packets))| end(interface, instance, &packets))
        .collect()
}

fn end(interface: String, instance: Option<String>, packets: &PacketSet) -> Option<ExposureEnd> {
    let witness = packets.witness()?.to_string();
    let rows = slices(&services_of(packets), yumen_cloud::Direction::Ingress);
    let mut services: Vec<String> = rows.iter().map(service_text).collect();
    services.sort();
    services.dedup();
    Some(ExposureEnd {
        interface,
        instance,
        services,
        witness,
    })
}

/// Protocol and ports as people write them: `tcp/22,80-90`.
fn service_text(slice: &Slice) -> String {
    let ports = slice.ports.iter().map(|range| {
        if range.low() == range.high() {
            range.low().to_string()
        } else {
            format!("{}-{}", range.low(), range.high())
        }
    });
    let ports: Vec<String> = ports.collect();
    let protocols = slice.protocols.word();
    let is_all = ports.first().is_some_and(|range| range == "0-65535");
    if ports.is_empty() || is_all {
        protocols.to_string()
    } else {
        format!("{protocols}/{}", ports.join(","))
    }
}
