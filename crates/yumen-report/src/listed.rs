//! Findings as files for other programs list them: each once, those that are waived too, with a
//! name that lasts, a place that exists, and who answers for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use yumen_baseline::{Evidence, FRAMEWORKS, Finding, Framework, Item, Subject, Waiver};
use yumen_cloud::{Direction, Id, Snapshot};
use yumen_diagnostics::{Message, Place};
use yumen_reach::protocol_word;

use crate::describe;
use crate::known;
use crate::report::Report;
use crate::words::{Language, Words};

/// The file that a finished snapshot directory has.
const MANIFEST: &str = "manifest.json";

/// A finding as it is listed.
pub(crate) struct Listed<'r> {
    /// Its item
    pub(crate) item: &'static Item,
    /// What was found
    pub(crate) finding: &'r Finding,
    /// Who answers for it, if it is waived
    pub(crate) waiver: Option<&'r Waiver>,
    /// The stable name of its resource
    pub(crate) resource: String,
    /// What stays the same from report to report: a hash of item, resource and packets
    pub(crate) key: String,
    /// Which of those with the same key it is, from 1
    pub(crate) nth: usize,
}

/// All findings in the order of items, those that are waived behind those of the same item that
/// count.
pub(crate) fn listed(report: &Report) -> Vec<Listed<'_>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for judged in &report.judgement.items {
        let counted = judged.outcome.findings.iter().map(|one| (one, None));
        let waived = judged.waived.iter();
        let waived = waived.map(|one| (&one.finding, report.waivers.get(one.waiver)));
        for (finding, waiver) in counted.chain(waived) {
            let resource = known::resource(&report.audit, &finding.subject);
            let key = key(report, finding, &resource);
            let nth = seen.entry(key.clone()).or_insert(0);
            *nth += 1;
            all.push(Listed {
                item: judged.item,
                finding,
                waiver,
                resource,
                nth: *nth,
                key,
            });
        }
    }
    all
}

fn key(report: &Report, finding: &Finding, resource: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(finding.item.as_str());
    hash.update([0]);
    hash.update(resource);
    for packets in known::packets(&report.audit, finding) {
        hash.update([0]);
        hash.update(packets.to_string());
    }
    let bytes = hash.finalize();
    bytes.iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Listed<'_> {
    /// The key with the number that sets it apart from others with the same.
    pub(crate) fn unique(&self) -> String {
        format!("{}:{}", self.key, self.nth)
    }

    /// What it takes from the score; what is waived takes nothing.
    pub(crate) fn points(&self, report: &Report) -> f64 {
        match self.waiver {
            Some(_) => 0.0,
            None => report.points(self.item, self.finding),
        }
    }

    /// What is wrong, and whether that is so today.
    pub(crate) fn said(&self, words: &Words) -> String {
        let status = words.text(describe::status(self.finding.status));
        let message = Message::new("listed-finding")
            .with("status", status)
            .with("what", words.say(&self.finding.message));
        words.say(&message)
    }

    /// Who answers for it, until when and why.
    pub(crate) fn waived(&self, words: &Words) -> Option<String> {
        let waiver = self.waiver?;
        let message = Message::new("listed-waived")
            .with("owner", waiver.owner.as_str())
            .with("until", waiver.until.to_string())
            .with("reason", waiver.reason.as_str());
        Some(words.say(&message))
    }

    /// A packet that proves it, such as `tcp 8.8.8.8 → 10.0.1.5:22`.
    pub(crate) fn witness(&self, report: &Report) -> Option<String> {
        let (packet, _) = report.witness(self.finding)?;
        let protocol = protocol_word(packet.protocol);
        let ported = packet.protocol == 6 || packet.protocol == 17;
        let (source, target) = (packet.source_ip(), packet.destination_ip());
        Some(match target {
            _ if !ported => format!("{protocol} {source} → {target}"),
            std::net::IpAddr::V6(_) => {
                format!(
                    "{protocol} {source} → [{target}]:{}",
                    packet.destination_port
                )
            }
            std::net::IpAddr::V4(_) => {
                format!("{protocol} {source} → {target}:{}", packet.destination_port)
            }
        })
    }

    /// The file and line to look at, in the snapshot directory. There always is one: where a
    /// finding has none, it is what the whole snapshot is known by.
    pub(crate) fn spot(&self, fallback: &str) -> (String, u32) {
        match &self.finding.place.file {
            Some(file) => (
                file.to_string(),
                self.finding.place.line.unwrap_or(1).max(1),
            ),
            None => (fallback.to_owned(), 1),
        }
    }

    /// Which way the packets go, if it is about packets: from outside, to outside, or inside.
    pub(crate) fn direction(&self, report: &Report) -> Option<Way> {
        match &self.finding.evidence {
            Evidence::Exposed(parts) => {
                let exposure = report.audit.exposures.get(parts.first()?.exposure)?;
                Some(match exposure.direction {
                    Direction::Ingress => Way::In,
                    Direction::Egress => Way::Out,
                })
            }
            Evidence::Between { .. } | Evidence::Permitted { .. } => Some(Way::Inside),
            Evidence::Fact => None,
        }
    }

    /// What kind of resource it is about, its name and its region.
    pub(crate) fn about(&self, report: &Report) -> About {
        about(report, &self.finding.subject)
    }
}

/// Which way packets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the Internet
    In,
    /// To the Internet
    Out,
    /// Among neighbours
    Inside,
}

/// A resource as lists name it.
pub(crate) struct About {
    /// Its kind, as a word for programs
    pub(crate) kind: &'static str,
    /// What its owner calls it, if that is known
    pub(crate) name: Option<String>,
    /// Its region
    pub(crate) region: Option<Id>,
}

fn about(report: &Report, subject: &Subject) -> About {
    let topology = report.topology();
    let snapshot = topology.snapshot();
    let (kind, name, region) = match subject {
        Subject::Interface(index) => {
            let name = describe::machine(topology, *index);
            let interface = &topology.endpoint(*index).interface;
            ("interface", Some(name), Some(interface.region.clone()))
        }
        Subject::Instance(id) => {
            let found = snapshot.instances.get(id);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "instance",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Group(id) => {
            let found = snapshot.groups.get(id);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "security-group",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Rule { group, .. } => {
            let found = snapshot.groups.get(group);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            let name = found.clone().map(|one| one.0);
            ("security-group-rule", name, found.map(|one| one.1))
        }
        Subject::VSwitch(id) => {
            let found = snapshot.vswitches.get(id);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "vswitch",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Vpc(id) => {
            let found = snapshot.vpcs.get(id);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "vpc",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Listener { balancer, .. } => {
            let found = snapshot.balancers.get(balancer);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "listener",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Forward { gateway, .. } => {
            let found = snapshot.nat_gateways.get(gateway);
            let found = found.map(|one| (one.name.clone(), one.region.clone()));
            (
                "dnat-entry",
                found.clone().map(|one| one.0),
                found.map(|one| one.1),
            )
        }
        Subject::Database(id) => {
            let found = snapshot.databases.get(id);
            ("database", None, found.map(|one| one.region.clone()))
        }
        Subject::FlowLog(id) => {
            let found = snapshot.flow_logs.get(id);
            ("flow-log", None, found.map(|one| one.region.clone()))
        }
        Subject::Account => ("account", None, None),
    };
    About {
        kind,
        name: name.filter(|name| !name.is_empty()),
        region,
    }
}

/// The file that the whole snapshot is known by: its manifest, or the first that something was
/// read from.
pub(crate) fn fallback_file(snapshot: &Snapshot) -> String {
    // Only a manifest tells when a snapshot was collected.
    if snapshot.collected_at.is_some() {
        return MANIFEST.to_owned();
    }
    let places = snapshot
        .groups
        .values()
        .map(|one| &one.place)
        .chain(snapshot.instances.values().map(|one| &one.place))
        .chain(snapshot.interfaces.values().map(|one| &one.place))
        .chain(snapshot.vpcs.values().map(|one| &one.place))
        .chain(snapshot.vswitches.values().map(|one| &one.place))
        .chain(snapshot.balancers.values().map(|one| &one.place))
        .chain(snapshot.databases.values().map(|one| &one.place))
        .chain(snapshot.gaps.iter().map(|one| &one.place));
    let first = places.filter_map(|place: &Place| place.file.clone()).min();
    first.map_or_else(|| MANIFEST.to_owned(), |file| file.to_string())
}

/// Clauses that an item speaks for, as `mlps3 8.1.3.1 a)`.
pub(crate) fn clauses(item: &Item) -> Vec<String> {
    let each = FRAMEWORKS.iter().flat_map(|one: &&Framework| {
        let clauses = one.clauses_of(item.id);
        clauses.map(|clause| format!("{} {}", one.id, clause.id))
    });
    each.collect()
}

/// The last section of an item's page: how to put it right.
pub(crate) fn fix_text(page: &str) -> String {
    let section = page.rsplit("\n## ").next().unwrap_or_default();
    let text = section.split_once('\n').map_or("", |(_, text)| text);
    text.trim().to_owned()
}

/// The tag of the reader's language.
pub(crate) fn language_tag(words: &Words) -> &'static str {
    match words.language() {
        Language::English => "en-US",
        Language::Chinese => "zh-CN",
    }
}

/// Text without control characters that no terminal, table or XML file should get; line breaks
/// and tabs become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let clean = text.chars().filter_map(|character| match character {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        other if other.is_control() || is_direction_mark(other) => None,
        other => Some(other),
    });
    clean.collect()
}

/// Marks that turn the order of text around; in a name they only mislead.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{fix_text, one_line};

    #[test]
    fn the_last_section_of_a_page_is_how_to_fix_it() {
        for item in yumen_baseline::CATALOGUE {
            for page in [item.english, item.chinese] {
                let text = fix_text(page);
                assert!(!text.is_empty() && !text.contains("## "), "{}", item.id);
            }
        }
        assert_eq!(
            fix_text("# X\ns\n\n## A\na\n\n## Fix\nDo this.\n"),
            "Do this."
        );
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(one_line("a\r\nb\tc\u{0}\u{1b}[1m\u{202e}d"), "a  b c[1md");
    }
}
