//! Estates built from templates, the words of both languages, and what a check says of them.

use std::num::NonZeroUsize;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use yumen_cloud::{
    BalancerKind, Direction, Eip, EipBinding, Id, Instance, Interface, InterfaceKind, Listener,
    ListenerAccess, ListenerProtocol, LoadBalancer, PortMatch, PrivateAddress, SecurityGroup,
    Server, ServerTarget, Snapshot, Target, VSwitch, Vpc,
};
use yumen_diagnostics::{Argument, Message, Place};
use yumen_packets::{Interval, PacketSet};
use yumen_reach::{Analysis, Internet, Topology, exposures};

use super::super::*;
use crate::estate::Findings;
use crate::selector::Selector;
use crate::settings::Settings;

pub(super) const REGION: &str = "cn-hangzhou";
pub(super) const VPC: &str = "vpc-a";

/// What has to be set for each scenario.
pub(super) fn needed(template: &str) -> &'static [(&'static str, &'static str)] {
    match template {
        "bigdata" => &[("network", "10.0.0.0/16")],
        "bastion" => &[("admins", "198.51.100.0/24")],
        "iot" => &[("devices", "203.0.113.0/24"), ("udp_ports", "40000-40099")],
        "sandbox" => &[
            ("production", "10.9.0.0/16"),
            ("until", "2027-01-31"),
            ("owner", "li"),
        ],
        _ => &[],
    }
}

pub(super) fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |text: &str| text.to_owned();
    pairs
        .iter()
        .map(|(name, value)| (owned(name), owned(value)))
        .collect()
}

/// The words of a language.
pub(super) struct Says(pub(super) FluentBundle<FluentResource>);

impl Says {
    fn new(text: &str) -> Self {
        let mut bundle = FluentBundle::new(vec!["en".parse().unwrap()]);
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(text.to_owned()).unwrap();
        bundle.add_resource(resource).unwrap();
        Self(bundle)
    }

    pub(super) fn english() -> Self {
        Self::new(crate::TEXTS.english)
    }

    pub(super) fn chinese() -> Self {
        Self::new(crate::TEXTS.chinese)
    }

    pub(super) fn say(&self, message: &Message) -> String {
        let text = self.0.get_message(message.id);
        let text = text.unwrap_or_else(|| panic!("`{}` has no words", message.id));
        let mut arguments = FluentArgs::new();
        for (name, value) in &message.arguments {
            let value: FluentValue<'_> = match value {
                Argument::Text(text) => text.as_str().into(),
                Argument::Number(number) => (*number).into(),
            };
            arguments.set(*name, value);
        }
        let mut errors = Vec::new();
        let value = text.value().unwrap();
        let said = self.0.format_pattern(value, Some(&arguments), &mut errors);
        assert!(errors.is_empty(), "{message}: {errors:?}");
        said.into_owned()
    }
}

pub(super) fn rendered(
    template: &'static Template,
    sector: Option<&'static Sector>,
    set: &[(&str, &str)],
    says: &Says,
) -> Result<Rendered, Message> {
    let say = |message: &Message| says.say(message);
    let context = Context {
        say: &say,
        today: Some("2026-11-25".parse().unwrap()),
    };
    render(template, sector, &given(set), &context)
}

/// The scenario with what it needs, in English.
pub(super) fn usual(name: &str, set: &[(&str, &str)]) -> Rendered {
    let template = find_template(name).unwrap();
    let set = [needed(template.name), set].concat();
    rendered(template, None, &set, &Says::english()).unwrap()
}

/// Two machines for each role, in a vSwitch of the role's own, with the group of the role; what
/// serves the Internet has a way from it, and a balancer stands before `web`.
pub(super) fn estate(rendered: &Rendered) -> Snapshot {
    let mut snapshot = Snapshot {
        regions: [Id::from(REGION)].into(),
        ..Snapshot::default()
    };
    snapshot.vpcs.insert(Vpc {
        id: VPC.into(),
        region: REGION.into(),
        name: "a".to_owned(),
        cidrs: vec!["10.0.0.0/16".parse().unwrap()],
        place: Place::default(),
    });
    for group in rendered.groups() {
        snapshot.groups.insert(SecurityGroup {
            region: REGION.into(),
            vpc: Some(VPC.into()),
            ..group.clone()
        });
    }
    for (position, role) in rendered.roles.iter().enumerate() {
        let vswitch = Id::from(format!("vsw-{}", role.name));
        snapshot.vswitches.insert(VSwitch {
            id: vswitch.clone(),
            region: REGION.into(),
            vpc: Some(VPC.into()),
            name: role.name.to_owned(),
            cidrs: vec![format!("10.0.{}.0/24", position + 1).parse().unwrap()],
            acl: None,
            route_table: None,
            place: Place::default(),
        });
        for number in 1..=2 {
            let name = format!("{}-{number}", role.name);
            snapshot.instances.insert(Instance {
                id: format!("i-{name}").into(),
                region: REGION.into(),
                name: name.clone(),
                running: true,
                vpc: Some(VPC.into()),
                public_addresses: Vec::new(),
                eip: None,
                metadata_token_required: Some(true),
                created_at: None,
                tags: vec![("tier".to_owned(), role.name.to_owned())],
                place: Place::default(),
            });
            let address = format!("10.0.{}.{}", position + 1, number + 10);
            snapshot.interfaces.insert(Interface {
                id: format!("eni-{name}").into(),
                region: REGION.into(),
                name,
                vpc: Some(VPC.into()),
                vswitch: Some(vswitch.clone()),
                instance: Some(format!("i-{}-{number}", role.name).into()),
                kind: InterfaceKind::Primary,
                groups: vec![role.group.id.clone()],
                private: vec![PrivateAddress {
                    address: address.parse().unwrap(),
                    public: None,
                }],
                ipv6: Vec::new(),
                prefixes: Vec::new(),
                managed: false,
                tags: Vec::new(),
                place: Place::default(),
            });
            let public = matches!(
                rendered.template.name,
                "game" | "iot" | "bastion" | "sandbox"
            );
            if public && position == 0 {
                snapshot.eips.insert(Eip {
                    id: format!("eip-{number}").into(),
                    region: REGION.into(),
                    address: format!("47.1.2.{number}").parse().unwrap(),
                    in_use: true,
                    binding: EipBinding::Instance(format!("i-{}-{number}", role.name).into()),
                    private: None,
                    cut_through: false,
                    place: Place::default(),
                });
            }
        }
    }
    if rendered.template.name == "web" {
        balance(&mut snapshot, rendered);
    }
    snapshot
}

pub(super) fn balance(snapshot: &mut Snapshot, rendered: &Rendered) {
    let web = &rendered.roles[0];
    let rule = web.group.rules.first();
    let Some(PortMatch::Range(behind)) = rule.map(|rule| &rule.ports) else {
        return;
    };
    let listeners = web.services.iter().flat_map(|service| {
        (service.ports.low()..=service.ports.high()).map(|port| Listener {
            id: format!("lsn-{port}").into(),
            protocol: ListenerProtocol::Http,
            ports: Interval::single(port),
            running: true,
            access: ListenerAccess::Everyone,
            empty_allow_list: false,
            targets: vec![Target::OwnServers(Some(behind.low()))],
            redirects: false,
            minimum_tls: None,
            targets_unread: false,
            access_unread: false,
            place: Place::default(),
        })
    });
    snapshot.balancers.insert(LoadBalancer {
        id: "lb-1".into(),
        region: REGION.into(),
        kind: BalancerKind::Classic,
        name: "front".to_owned(),
        vpc: Some(VPC.into()),
        internet: true,
        active: true,
        addresses: vec!["47.1.2.9".parse().unwrap()],
        local_addresses: Vec::new(),
        groups: Vec::new(),
        listeners: listeners.collect(),
        servers: vec![
            Server {
                target: ServerTarget::Instance("i-web-1".into()),
                port: None,
                weight: 100,
            },
            Server {
                target: ServerTarget::Instance("i-web-2".into()),
                port: None,
                weight: 100,
            },
        ],
        unread: false,
        place: Place::default(),
    });
}

/// The roles of the template, each played by the machines with its tag.
pub(super) fn bindings(rendered: &Rendered) -> Vec<Binding> {
    let selector = |name: &str| Selector::parse(&format!("tag:tier={name}")).unwrap();
    let each = rendered.roles.iter();
    let each: Vec<_> = each
        .map(|role| (role.name.to_owned(), selector(role.name)))
        .collect();
    rendered.bind(&Settings::default(), &each).unwrap()
}

/// What `check` says, with names in the place of indices.
pub(super) struct Checked {
    pub(super) departures: Departures,
    pub(super) topology: Topology,
}

pub(super) fn check(rendered: &Rendered, snapshot: &Snapshot) -> Checked {
    let bound = bindings(rendered);
    let settings = rendered.settings(&Settings::default(), &bound).unwrap();
    let internet = Internet::without(&settings.trusted);
    let topology = Topology::new(snapshot, &internet);
    let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
    let exposures = exposures(&analysis).unwrap();
    let lateral = yumen_reach::LateralReach::new(&analysis).unwrap();
    let fates = yumen_reach::fates(&analysis, true).unwrap();
    let found = Findings {
        analysis: &analysis,
        exposures: &exposures,
        fates: &fates,
        conflicts: Some(&[]),
        lateral: Some(&lateral),
        as_of: Some("2026-11-25T00:00:00Z".parse().unwrap()),
        records: None,
    };
    let departures = rendered.check(found, &settings, &bound).unwrap();
    Checked {
        departures,
        topology: analysis.topology().clone(),
    }
}

impl Checked {
    /// Intents that do not hold, with what breaks them.
    pub(super) fn broken(&self) -> Vec<String> {
        let intents = self.departures.intents.iter();
        let broken = intents.flat_map(|outcome| {
            let each = outcome.violations.iter();
            each.map(|one| format!("{}: {}", outcome.intent.text, one.message))
        });
        broken.collect()
    }

    pub(super) fn packets(&self) -> Vec<(String, Direction, DepartureKind, PacketSet)> {
        let each = self.departures.packets.iter().map(|one| {
            let id = &self.topology.endpoint(one.interface).interface.id;
            (id.to_string(), one.direction, one.kind, one.packets.clone())
        });
        each.collect()
    }

    pub(super) fn assert_conforms(&self) {
        assert_eq!(self.packets(), []);
        assert_eq!(self.broken(), Vec::<String>::new());
    }
}
