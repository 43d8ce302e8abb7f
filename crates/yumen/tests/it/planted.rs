//! Every fault and every right thing planted in the demo estate is found, and called what it is.

use std::net::IpAddr;
use std::num::NonZeroUsize;

use yumen_cloudlab::{Expect, demo, planted};
use yumen_packets::Packet;
use yumen_reach::{Analysis, Fate, Internet, Topology, Verdict, explain, fates};

fn analysis() -> Analysis {
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    let snapshot = yumen_aliyun::read_files(files).unwrap();
    assert_eq!(snapshot.gaps, [], "the demo estate is read in full");
    Analysis::new(
        Topology::new(&snapshot, &Internet::default()),
        NonZeroUsize::MIN,
    )
    .unwrap()
}

#[test]
fn probes_fare_as_planted() {
    let analysis = analysis();
    let topology = analysis.topology();
    let mut wrong = Vec::new();
    let mut probed = 0;
    for planted in planted() {
        let Some(probe) = &planted.probe else {
            continue;
        };
        probed += 1;
        let index = topology.find_interface(&probe.interface).unwrap();
        let endpoint = topology.endpoint(index);
        let source: IpAddr = probe.source.parse().unwrap();
        let destination: IpAddr = if source.is_ipv6() {
            endpoint.interface.ipv6[0].address.into()
        } else {
            endpoint.interface.private[0].address.into()
        };
        let protocol = match probe.protocol {
            "tcp" => 6,
            "udp" => 17,
            "icmp" => 1,
            "gre" => 47,
            other => panic!("{other}"),
        };
        let ports = match protocol {
            1 => (0, 8),
            47 => (0, 0),
            _ => (51_000, probe.port),
        };
        let packet = Packet::new(source, destination, protocol, ports.0, ports.1).unwrap();
        let answer = explain(topology, index, &packet);
        let expected = match planted.expect {
            Expect::Open | Expect::Named | Expect::Lateral => (Verdict::Open, true),
            Expect::OpenReplyBlocked => (Verdict::Open, false),
            Expect::Latent => (Verdict::Latent, answer.reply_passes),
            Expect::Closed => (Verdict::Closed, answer.reply_passes),
            Expect::Unknown => (Verdict::Unknown, answer.reply_passes),
            _ => continue,
        };
        if (answer.verdict, answer.reply_passes) != expected {
            wrong.push(format!(
                "{}: {:?}, planted as {:?}; {:?}",
                planted.id, answer.verdict, planted.expect, answer.decided_by
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(probed >= 40, "only {probed} probes");
}

#[test]
fn rules_fare_as_planted() {
    let analysis = analysis();
    let fates = fates(&analysis, true).unwrap();
    let mut wrong = Vec::new();
    for planted in planted() {
        let expected = match planted.expect {
            Expect::Shadowed => Fate::Shadowed,
            Expect::Redundant => Fate::Redundant,
            Expect::Contradicted => Fate::Contradicted,
            Expect::Dangling => Fate::Dangling,
            _ => continue,
        };
        let found = fates
            .iter()
            .find(|fate| fate.rule.as_str() == planted.resource);
        match found {
            Some(fate) if fate.fate == expected => {
                let by: Vec<String> = fate.by.iter().map(ToString::to_string).collect();
                if !planted.by.is_empty() && expected != Fate::Dangling && by != planted.by {
                    wrong.push(format!(
                        "{}: by {by:?}, planted by {:?}",
                        planted.id, planted.by
                    ));
                }
            }
            other => wrong.push(format!(
                "{}: {:?}, planted as {expected:?}",
                planted.id,
                other.map(|fate| (fate.fate, &fate.by))
            )),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
