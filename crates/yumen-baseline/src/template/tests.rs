//! Templates on estates that are built from them: what is rendered holds, what departs is found.

mod estate;
mod parameters;

use estate::*;

use std::collections::BTreeSet;

use ipnet::IpNet;
use proptest::prelude::*;
use yumen_cloud::{
    Action, Direction, Interface, Peer, PortMatch, ProtocolMatch, Rule, SecurityGroup, Snapshot,
    VSwitch,
};
use yumen_diagnostics::Place;
use yumen_packets::{Family, Interval, PacketBox, PacketSet};
use yumen_reach::{Internet, Topology, family_of, range_of};

use super::*;
use crate::settings::Settings;

#[test]
fn every_template_holds_on_an_estate_built_from_it() {
    for template in TEMPLATES {
        let rendered = usual(template.name, &[]);
        let checked = check(&rendered, &estate(&rendered));
        checked.assert_conforms();
        let members: usize = checked
            .departures
            .roles
            .iter()
            .map(|role| role.members.len())
            .sum();
        assert_eq!(members, rendered.roles.len() * 2, "{}", template.name);
        assert!(checked.departures.uncontained.is_empty());
        assert!(!checked.departures.nobody());
        // Each intent speaks of somebody: else it would hold for nothing.
        for outcome in &checked.departures.intents {
            let speaks = outcome.checked > 0 || outcome.intent.text.contains("10.9.0.0/16");
            assert!(speaks, "{}", outcome.intent);
        }
    }
}

#[test]
fn every_template_holds_in_every_sector_or_is_refused_by_it() {
    for template in TEMPLATES {
        for sector in SECTORS {
            let set = needed(template.name);
            let made = rendered(template, Some(sector), set, &Says::chinese());
            match (template.name, made) {
                ("sandbox", made) => {
                    assert_eq!(
                        made.err().map(|error| error.id),
                        Some("template-sector-refuses")
                    );
                }
                // A /24 of administrators is narrow enough for most, and not for these.
                ("bastion", made) => {
                    assert_eq!(
                        made.err().map(|error| error.id),
                        Some("template-sector-wide")
                    );
                    let set = [("admins", "198.51.100.8/29")];
                    let made = rendered(template, Some(sector), &set, &Says::chinese());
                    let made = made.unwrap();
                    check(&made, &estate(&made)).assert_conforms();
                }
                (_, made) => {
                    let made = made.unwrap();
                    check(&made, &estate(&made)).assert_conforms();
                    assert!(made.limits.log_days >= 365);
                    assert!(made.items.len() >= sector.items.len());
                }
            }
        }
    }
}

#[test]
fn the_fragment_is_a_valid_yumen_toml_that_says_the_same() {
    for template in TEMPLATES {
        for says in [Says::english(), Says::chinese()] {
            let set = needed(template.name);
            let made = rendered(template, None, set, &says).unwrap();
            let text = made.toml();
            let (settings, problems) = Settings::parse("yumen.toml", &text);
            assert_eq!(problems, [], "{text}");
            let roles: Vec<_> = settings.roles.iter().map(|one| one.name.as_str()).collect();
            let own: BTreeSet<_> = made.roles.iter().map(|one| one.name).collect();
            assert_eq!(roles.into_iter().collect::<BTreeSet<_>>(), own);
            assert_eq!(settings.limits, made.limits);
            assert_eq!(settings.trusted, made.trusted);
            let rules: Vec<_> = settings.intents.iter().map(|one| &one.text).collect();
            assert_eq!(
                rules,
                made.intents.iter().map(|one| &one.rule).collect::<Vec<_>>()
            );
            // Its members are those of the groups that it names.
            let topology = Topology::new(&estate(&made), &Internet::without(&[]));
            for role in &settings.roles {
                let mut endpoints = topology.endpoints().iter();
                assert!(endpoints.any(|one| role.members[0].matches(&topology, one)));
            }
            if let Some(waiver) = made.waiver_toml() {
                let (waivers, problems) = crate::waiver::Waiver::parse("waivers.toml", &waiver);
                assert_eq!((waivers.len(), problems), (1, vec![]));
            }
        }
    }
}

#[test]
fn edits_make_the_groups_out_of_empty_ones() {
    for template in TEMPLATES {
        let mut made = usual(template.name, &[]);
        let role = made.roles[0].name;
        made.place_group(role, "sg-real").unwrap();
        let full = estate(&made);
        let mut snapshot = full.clone();
        for group in full.groups.values() {
            snapshot.groups.insert(SecurityGroup {
                rules: Vec::new(),
                inner_access: yumen_cloud::InnerAccess::Accept,
                tags: Vec::new(),
                ..SecurityGroup::clone(group)
            });
        }
        for edit in made.edits() {
            snapshot = snapshot.with_edit(&edit).unwrap();
        }
        assert!(snapshot.groups.contains("sg-real"));
        for group in full.groups.values() {
            assert_eq!(snapshot.groups.get(&group.id), Some(group));
            for rule in &group.rules {
                if let Peer::Group { group, .. } = &rule.peer {
                    assert!(snapshot.groups.contains(group), "{group}");
                }
            }
        }
    }
}

/// A rule of a group of the estate: `peer` let in to ports of TCP.
fn extra(
    direction: Direction,
    action: Action,
    priority: u16,
    ports: (u16, u16),
    peer: &str,
) -> Rule {
    Rule {
        id: "extra".into(),
        direction,
        action,
        priority,
        protocol: ProtocolMatch::Number(6),
        ports: PortMatch::Range(Interval::new(ports.0, ports.1).unwrap()),
        source_ports: PortMatch::Any,
        peer: Peer::Network(peer.parse().unwrap()),
        local: None,
        uncertain: false,
        description: "extra".to_owned(),
        created_at: None,
        place: Place::default(),
    }
}

fn with_rule(snapshot: &Snapshot, group: &str, rule: Rule) -> Snapshot {
    let mut snapshot = snapshot.clone();
    let mut changed = SecurityGroup::clone(snapshot.groups.get(group).unwrap());
    changed.rules.push(rule);
    snapshot.groups.insert(changed);
    snapshot
}

/// TCP packets to one address and ports from a network.
fn tcp(from: &str, to: &str, ports: (u16, u16)) -> PacketSet {
    let from: IpNet = from.parse().unwrap();
    let to: IpNet = format!("{to}/32").parse().unwrap();
    PacketSet::from_box(&PacketBox {
        protocol: Interval::single(6),
        source: range_of(&from),
        destination: range_of(&to),
        destination_port: Interval::new(ports.0, ports.1).unwrap(),
        ..PacketBox::all(family_of(from.addr()))
    })
}

#[test]
fn an_added_rule_is_found_exactly_and_nothing_else() {
    let made = usual("web", &[("bastion", "10.0.200.0/24")]);
    let built = estate(&made);
    check(&made, &built).assert_conforms();
    let rule = extra(
        Direction::Ingress,
        Action::Accept,
        50,
        (8000, 8099),
        "198.51.100.0/24",
    );
    let checked = check(&made, &with_rule(&built, "prod-app", rule));
    let beyond = |name: &str, address| {
        let packets = tcp("198.51.100.0/24", address, (8000, 8099));
        let kind = DepartureKind::Beyond;
        (name.to_owned(), Direction::Ingress, kind, packets)
    };
    let expected = [
        beyond("eni-app-1", "10.0.2.11"),
        beyond("eni-app-2", "10.0.2.12"),
    ];
    assert_eq!(checked.packets(), expected);
    // No way leads there from the Internet, so that no intent is broken.
    assert_eq!(checked.broken(), Vec::<String>::new());

    // The same packets as the template's own rules are no departure, however they are written.
    let rule = extra(
        Direction::Ingress,
        Action::Accept,
        3,
        (22, 22),
        "10.0.200.0/25",
    );
    check(&made, &with_rule(&built, "prod-app", rule)).assert_conforms();
}

#[test]
fn a_rule_that_drops_is_missing_exactly() {
    let made = usual("web", &[]);
    let rule = extra(
        Direction::Ingress,
        Action::Drop,
        1,
        (3306, 3306),
        "10.0.2.11/32",
    );
    let checked = check(&made, &with_rule(&estate(&made), "prod-data", rule));
    let missing = |name: &str, address| {
        let packets = tcp("10.0.2.11/32", address, (3306, 3306));
        let kind = DepartureKind::Missing;
        (name.to_owned(), Direction::Ingress, kind, packets)
    };
    let expected = [
        missing("eni-data-1", "10.0.3.11"),
        missing("eni-data-2", "10.0.3.12"),
    ];
    assert_eq!(checked.packets(), expected);
    let broken = checked.broken();
    assert_eq!(broken.len(), 2, "{broken:?}");
    assert!(broken[0].starts_with("always role:app -> role:data on tcp/3306"));
}

#[test]
fn what_data_may_send_out_is_found() {
    let made = usual("web", &[]);
    let rule = extra(
        Direction::Egress,
        Action::Accept,
        1,
        (443, 443),
        "203.0.113.7/32",
    );
    let checked = check(&made, &with_rule(&estate(&made), "prod-data", rule));
    let packets = checked.packets();
    assert_eq!(packets.len(), 2);
    assert!(packets.iter().all(|(_, direction, kind, packets)| {
        *direction == Direction::Egress
            && *kind == DepartureKind::Beyond
            && packets.witness().unwrap().destination_ip().to_string() == "203.0.113.7"
            && packets
                .project(Family::V4, yumen_packets::Field::Destination)
                .len()
                == 1
    }));
}

#[test]
fn what_was_not_read_is_unknown_and_no_match() {
    let made = usual("web", &[]);
    let mut snapshot = estate(&made);
    let mut group = SecurityGroup::clone(snapshot.groups.get("prod-app").unwrap());
    group.ingress_unread = true;
    snapshot.groups.insert(group);
    let checked = check(&made, &snapshot);
    let kinds: Vec<_> = checked
        .packets()
        .into_iter()
        .map(|one| (one.0, one.2))
        .collect();
    let unknown = |name: &str| (name.to_owned(), DepartureKind::Unknown);
    assert_eq!(kinds, [unknown("eni-app-1"), unknown("eni-app-2")]);
    assert!(!checked.departures.is_empty());
}

#[test]
fn a_network_acl_that_stops_what_is_wanted_makes_it_missing() {
    let made = usual("web", &[]);
    let mut snapshot = estate(&made);
    snapshot.network_acls.insert(yumen_cloud::NetworkAcl {
        id: "nacl-1".into(),
        region: REGION.into(),
        vpc: Some(VPC.into()),
        name: String::new(),
        ingress: Vec::new(),
        egress: Vec::new(),
        vswitches: vec!["vsw-app".into()],
        unread: false,
        place: Place::default(),
    });
    let mut vswitch = VSwitch::clone(snapshot.vswitches.get("vsw-app").unwrap());
    vswitch.acl = Some("nacl-1".into());
    snapshot.vswitches.insert(vswitch);
    let checked = check(&made, &snapshot);
    let expected = |name: &str, address| {
        let web = tcp("10.0.1.11/32", address, (8090, 8090));
        let web = web
            .union(&tcp("10.0.1.12/32", address, (8090, 8090)))
            .unwrap();
        let kind = DepartureKind::Missing;
        (name.to_owned(), Direction::Ingress, kind, web)
    };
    assert_eq!(
        checked.packets(),
        [
            expected("eni-app-1", "10.0.2.11"),
            expected("eni-app-2", "10.0.2.12")
        ]
    );
}

#[test]
fn a_sandbox_ends_reaches_no_production_and_can_be_cut_off() {
    let made = usual("sandbox", &[]);
    let ends = made.roles[0].group.rules.iter();
    let ends: Vec<_> = ends
        .filter(|rule| rule.action == Action::Accept)
        .map(|rule| rule.description.as_str())
        .collect();
    assert!(!ends.is_empty());
    assert!(ends.iter().all(|text| text.ends_with(" until=2027-01-31")));

    // A production machine that it would reach, but for the rules that keep it from that.
    let mut snapshot = estate(&made);
    let mut other = Interface::clone(snapshot.interfaces.get("eni-sandbox-2").unwrap());
    other.id = "eni-prod".into();
    other.instance = None;
    other.managed = true;
    other.groups = vec!["sg-prod".into()];
    let mut prod = SecurityGroup::clone(snapshot.groups.get("lab-sandbox").unwrap());
    prod.id = "sg-prod".into();
    prod.rules = vec![extra(
        Direction::Ingress,
        Action::Accept,
        1,
        (443, 443),
        "0.0.0.0/0",
    )];
    snapshot.groups.insert(prod);
    other.private[0].address = "10.9.0.5".parse().unwrap();
    snapshot.interfaces.insert(other);
    let checked = check(&made, &snapshot);
    checked.assert_conforms();
    let mut open = SecurityGroup::clone(snapshot.groups.get("lab-sandbox").unwrap());
    open.rules
        .retain(|rule| rule.direction == Direction::Ingress);
    let mut reaching = snapshot.clone();
    reaching.groups.insert(open);
    let checked = check(&made, &reaching);
    assert_eq!(checked.broken().len(), 1, "{:?}", checked.broken());
    assert!(checked.broken()[0].starts_with("never role:sandbox -> 10.9.0.0/16: "));
    let beyond = checked.packets();
    assert!(
        beyond
            .iter()
            .all(|one| (one.1, one.2) == (Direction::Egress, DepartureKind::Beyond))
    );
    assert_eq!(beyond.len(), 2);

    // Without its containment group, and without flow logs, it must not pass.
    let items = &checked.departures.items;
    let flow_log = items
        .iter()
        .find(|one| one.item.as_str() == "LOG-01")
        .unwrap();
    assert!(!flow_log.passes());
    snapshot.groups.remove("lab-containment");
    let checked = check(&made, &snapshot);
    assert_eq!(checked.departures.uncontained.len(), 2);
    assert!(!checked.departures.is_empty());
    // The group does what it is there for, whatever the others of a machine say.
    let snapshot = estate(&made);
    let edit = yumen_cloud::CloudEdit::JoinGroup {
        interface: "eni-sandbox-1".into(),
        group: "lab-containment".into(),
    };
    let topology = Topology::new(&snapshot.with_edit(&edit).unwrap(), &Internet::without(&[]));
    let index = topology.find_interface("eni-sandbox-1").unwrap();
    for direction in [Direction::Ingress, Direction::Egress] {
        let reading = yumen_reach::Reading::AsRead;
        let passes = yumen_reach::permitted(&topology, index, direction, reading).unwrap();
        assert!(passes.is_empty());
    }
}

#[test]
fn each_range_of_a_game_is_a_rule_of_its_own() {
    let count = |set: &[(&str, &str)]| {
        let made = usual("game", set);
        let rules = made.roles[0].group.rules.iter();
        let rules: Vec<String> = rules.map(|rule| rule.description.clone()).collect();
        assert!(rules.iter().all(|text| !text.is_empty()));
        rules
    };
    assert_eq!(
        count(&[]),
        ["players tcp 27000-27017", "players udp 27000-27017"]
    );
    assert_eq!(count(&[("game_ports", "27000-27007,27008-27017")]).len(), 4);
    assert_eq!(count(&[("per_port", "yes")]).len(), 36);
    let with_cdn = count(&[("cdn", "203.0.113.0/24,198.51.100.0/24")]);
    assert_eq!(with_cdn.len(), 4);
    assert_eq!(with_cdn[2], "CDN fetches from the origin 443");
}

/// A few port ranges that do not overlap, as text.
fn some_ports() -> impl Strategy<Value = String> {
    let ranges = proptest::collection::vec((1_u16..60_000, 0_u16..40), 1..4);
    ranges.prop_map(|mut ranges| {
        ranges.sort_unstable();
        let mut text = Vec::new();
        let mut free = 1;
        for (low, more) in ranges {
            let low = low.max(free);
            free = low + more + 1;
            text.push(format!("{low}-{}", low + more));
        }
        text.join(",")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_ports_the_template_holds(
        app in some_ports(),
        data in some_ports(),
        game in some_ports(),
        bastion in prop_oneof![Just(""), Just("10.0.200.0/24"), Just("198.51.100.0/28")],
    ) {
        let web = usual("web", &[("app_ports", &app), ("data_ports", &data), ("bastion", bastion)]);
        check(&web, &estate(&web)).assert_conforms();
        let game = usual("game", &[("game_ports", &game), ("bastion", bastion)]);
        check(&game, &estate(&game)).assert_conforms();
    }

    #[test]
    fn whatever_is_added_is_found_exactly(
        low in 1_u16..65_000,
        more in 0_u16..500,
        net in prop_oneof![Just("0.0.0.0/0"), Just("10.0.1.0/24"), Just("198.51.100.0/24")],
        role in prop_oneof![Just("web"), Just("app"), Just("data")],
    ) {
        let made = usual("web", &[]);
        let built = estate(&made);
        let rule = extra(Direction::Ingress, Action::Accept, 100, (low, low + more), net);
        let changed = with_rule(&built, &format!("prod-{role}"), rule);
        let checked = check(&made, &changed);
        let topology = Topology::new(&built, &Internet::without(&[]));
        for index in topology.indices() {
            let interface = &topology.endpoint(index).interface;
            let reading = yumen_reach::Reading::AsRead;
            let allowed = yumen_reach::permitted(&topology, index, Direction::Ingress, reading).unwrap();
            let own = interface.groups[0].as_str() == format!("prod-{role}");
            let address = interface.private[0].address.to_string();
            let added = tcp(net, &address, (low, low + more));
            let expected = if own { added.difference(&allowed).unwrap() } else { PacketSet::empty() };
            let found: Vec<_> = checked.packets().into_iter().filter(|one| one.0 == interface.id.as_str()).collect();
            if expected.is_empty() {
                prop_assert!(found.is_empty());
            } else {
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(found[0].2, DepartureKind::Beyond);
                prop_assert_eq!(&found[0].3, &expected);
            }
        }
    }
}
