//! A template under construction: groups grow rule by rule, and what must hold is written down
//! beside them.

use ipnet::IpNet;
use jiff::civil::Date;
use yumen_cloud::{
    Action, Direction, GroupKind, Id, InnerAccess, Peer, PortMatch, ProtocolMatch, Rule,
    SecurityGroup,
};
use yumen_diagnostics::{Message, Place};
use yumen_packets::Interval;

use super::parameter::{Values, ports_text};
use super::{Context, IntentText};
use crate::item::ItemId;
use crate::service::Service;
use crate::settings::{Limits, RoleKind};

/// Rules that a group may have in one direction; the provider's limit for ordinary accounts.
const RULES_PER_GROUP: usize = 200;
/// Addresses inside of a network and of the platform's own services.
const INSIDE: [&str; 4] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
];
/// From so many ports on, EXP-01 takes a host for one that is open altogether.
const EVERY_PORT: u32 = 1024;
/// All addresses, in both families.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];
/// First to be asked.
pub(crate) const FIRST: u16 = 1;
/// Asked when nothing else decided.
pub(crate) const LAST: u16 = 100;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;

/// A template under construction.
pub(crate) struct Draft<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) name: String,
    pub(crate) roles: Vec<DraftRole>,
    /// A group that no interface joins until something happens
    pub(crate) containment: Option<SecurityGroup>,
    pub(crate) trusted: Vec<IpNet>,
    pub(crate) limits: Limits,
    pub(crate) intents: Vec<IntentText>,
    pub(crate) items: Vec<ItemId>,
    /// Items that would find what is meant to be so, who answers for it, and until when
    pub(crate) waived: Option<(Vec<ItemId>, String, Date)>,
}

/// A role with its group.
pub(crate) struct DraftRole {
    pub(crate) name: &'static str,
    pub(crate) kind: RoleKind,
    pub(crate) services: Vec<Service>,
    pub(crate) group: SecurityGroup,
}

/// Whose packets a rule speaks of.
#[derive(Clone, Copy)]
pub(crate) enum Side<'s> {
    Networks(&'s [IpNet]),
    Role(&'static str),
}

impl<'c> Draft<'c> {
    pub(crate) fn new(context: &'c Context<'c>, values: &Values) -> Self {
        Self {
            context,
            name: values.name("name").to_owned(),
            roles: Vec::new(),
            containment: None,
            trusted: Vec::new(),
            limits: Limits::default(),
            intents: Vec::new(),
            items: Vec::new(),
            waived: None,
        }
    }

    /// A role with a group of its own; `services` is what the Internet may reach.
    pub(crate) fn role(&mut self, name: &'static str, kind: RoleKind, services: Vec<Service>) {
        let about = Message::new("template-group")
            .with("name", self.name.as_str())
            .with("role", name);
        let group = self.group(name, about);
        self.roles.push(DraftRole {
            name,
            kind,
            services,
            group,
        });
    }

    /// The group that cuts an interface off whatever its other groups say.
    pub(crate) fn containment(&mut self) {
        let about = Message::new("template-group-containment").with("name", self.name.as_str());
        let mut group = self.group("containment", about);
        let why = self.say(Message::new("template-rule-containment"));
        for direction in [Direction::Ingress, Direction::Egress] {
            for net in EVERYWHERE.iter().filter_map(|net| net.parse().ok()) {
                let rule = Rule {
                    direction,
                    action: Action::Drop,
                    ..rule(FIRST, Peer::Network(net), why.clone())
                };
                add(&mut group, rule);
            }
        }
        self.containment = Some(group);
    }

    fn group(&self, role: &str, about: Message) -> SecurityGroup {
        let name = format!("{}-{role}", self.name);
        SecurityGroup {
            id: name.as_str().into(),
            region: "".into(),
            vpc: None,
            description: self.say(about),
            kind: GroupKind::Basic,
            inner_access: InnerAccess::Drop,
            rules: Vec::new(),
            ingress_unread: false,
            egress_unread: false,
            managed: false,
            created_at: None,
            tags: vec![("role".to_owned(), role.to_owned())],
            place: Place::default(),
            name,
        }
    }

    pub(crate) fn say(&self, message: Message) -> String {
        (self.context.say)(&message)
    }

    /// Lets packets of a protocol in, one rule for each range and network.
    pub(crate) fn accept(
        &mut self,
        role: &'static str,
        protocol: u8,
        ports: &[Interval<u16>],
        from: Side<'_>,
        why: Message,
    ) {
        let why = self.say(why);
        for range in ports {
            for peer in self.peers(from) {
                let rule = Rule {
                    protocol: ProtocolMatch::Number(protocol),
                    ports: PortMatch::Range(*range),
                    ..rule(FIRST, peer, why.clone())
                };
                self.add(role, rule);
            }
        }
    }

    /// Lets everything in, last of all rules, until a day.
    pub(crate) fn accept_everything(
        &mut self,
        role: &'static str,
        from: &[IpNet],
        why: Message,
        until: Date,
    ) {
        let why = format!("{} until={until}", self.say(why));
        for net in from {
            self.add(role, rule(LAST, Peer::Network(*net), why.clone()));
        }
    }

    /// Keeps everything to some networks from leaving.
    pub(crate) fn keep_from(&mut self, role: &'static str, to: &[IpNet], why: Message) {
        let why = self.say(why);
        for net in to {
            let rule = Rule {
                direction: Direction::Egress,
                action: Action::Drop,
                ..rule(FIRST, Peer::Network(*net), why.clone())
            };
            self.add(role, rule);
        }
    }

    /// Keeps everything to the Internet from leaving; private networks and the platform's own
    /// services stay reachable.
    pub(crate) fn stay_inside(&mut self, role: &'static str) {
        let inside = self.say(Message::new("template-rule-inside"));
        let outside = self.say(Message::new("template-rule-outside"));
        let network = |net: &&str| net.parse().ok().map(Peer::Network);
        for peer in INSIDE.iter().filter_map(&network) {
            let rule = Rule {
                direction: Direction::Egress,
                ..rule(FIRST, peer, inside.clone())
            };
            self.add(role, rule);
        }
        for peer in EVERYWHERE.iter().filter_map(network) {
            let rule = Rule {
                direction: Direction::Egress,
                action: Action::Drop,
                ..rule(LAST, peer, outside.clone())
            };
            self.add(role, rule);
        }
    }

    fn peers(&self, side: Side<'_>) -> Vec<Peer> {
        match side {
            Side::Networks(nets) => nets.iter().copied().map(Peer::Network).collect(),
            Side::Role(name) => {
                let mut roles = self.roles.iter();
                let found = roles.find(|role| role.name == name);
                let group = found.map(|role| role.group.id.clone());
                let peer = group.map(|group| Peer::Group { group, owner: None });
                peer.into_iter().collect()
            }
        }
    }

    fn add(&mut self, role: &'static str, rule: Rule) {
        if let Some(role) = self.roles.iter_mut().find(|one| one.name == role) {
            add(&mut role.group, rule);
        }
    }

    /// What must hold, in the language of intents.
    pub(crate) fn intent(&mut self, rule: String, why: Message) {
        let reason = self.say(why);
        if !self.intents.iter().any(|intent| intent.rule == rule) {
            self.intents.push(IntentText { rule, reason });
        }
    }

    /// Nobody but one side reaches some services of a role, and that side reaches all of them.
    pub(crate) fn only(&mut self, from: Side<'_>, to: &'static str, services: &[Service]) {
        let Some(on) = on(services) else { return };
        let why = || Message::new("template-intent-only").with("role", to);
        match parties(from) {
            None => {
                self.intent(format!("never anyone -> role:{to} on {on}"), why());
            }
            Some(parties) => {
                self.intent(format!("only {parties} -> role:{to} on {on}"), why());
                self.always(from, to, services);
            }
        }
    }

    /// One side reaches all of some services of a role.
    pub(crate) fn always(&mut self, from: Side<'_>, to: &'static str, services: &[Service]) {
        if let (Some(on), Some(parties)) = (on(services), parties(from)) {
            let why = Message::new("template-intent-always").with("role", to);
            self.intent(format!("always {parties} -> role:{to} on {on}"), why);
        }
    }

    /// Whoever is meant by the networks reaches some services of a role; all of the Internet is
    /// asked for as clients see it.
    pub(crate) fn always_from(&mut self, nets: &[IpNet], to: &'static str, services: &[Service]) {
        let (world, rest): (Vec<IpNet>, Vec<IpNet>) =
            nets.iter().partition(|net| net.prefix_len() == 0);
        let Some(on) = on(services) else { return };
        if world.iter().any(|net| net.addr().is_ipv4()) {
            let why = Message::new("template-intent-always").with("role", to);
            self.intent(format!("always internet -> role:{to} on {on}"), why);
        }
        self.always(Side::Networks(&rest), to, services);
    }

    /// Management of a role is for the bastion's networks alone; for nobody, if there are none.
    /// Public networks of administrators become trusted: they are no strangers.
    pub(crate) fn manage(&mut self, roles: &[&'static str], bastion: &[IpNet]) {
        let ssh = [Interval::single(22)];
        for role in roles {
            let why = Message::new("template-rule-bastion");
            self.accept(role, TCP, &ssh, Side::Networks(bastion), why);
            self.only(Side::Networks(bastion), role, &services(TCP, &ssh));
        }
        self.trust(bastion);
    }

    pub(crate) fn trust(&mut self, nets: &[IpNet]) {
        for net in nets.iter().filter(|net| super::parameter::is_public(net)) {
            if !self.trusted.contains(net) {
                self.trusted.push(*net);
            }
        }
    }

    pub(crate) fn items(&mut self, names: &[&'static str]) {
        for name in names {
            let item = ItemId(name);
            if !self.items.contains(&item) {
                self.items.push(item);
            }
        }
    }

    /// Refuses what the provider would.
    pub(crate) fn finish(&self) -> Result<(), Message> {
        for role in &self.roles {
            for direction in [Direction::Ingress, Direction::Egress] {
                let rules = role.group.rules_of(direction).count();
                if rules > RULES_PER_GROUP {
                    return Err(Message::new("template-too-many-rules")
                        .with("group", role.group.name.as_str())
                        .with("rules", rules)
                        .with("most", RULES_PER_GROUP));
                }
            }
        }
        Ok(())
    }
}

/// An accepting rule for everything that arrives from a peer.
fn rule(priority: u16, peer: Peer, description: String) -> Rule {
    Rule {
        id: "".into(),
        direction: Direction::Ingress,
        action: Action::Accept,
        priority,
        protocol: ProtocolMatch::All,
        ports: PortMatch::Any,
        source_ports: PortMatch::Any,
        peer,
        local: None,
        uncertain: false,
        description,
        created_at: None,
        place: Place::default(),
    }
}

/// Rules are numbered in the order in which they stand.
fn add(group: &mut SecurityGroup, rule: Rule) {
    if group.rules.iter().any(|own| own.is_same_filter(&rule)) {
        return;
    }
    let direction = match rule.direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    };
    let number = group.rules_of(rule.direction).count() + 1;
    let id = Id::from(format!("{}/{direction}/{number}", group.name));
    group.rules.push(Rule { id, ..rule });
}

/// Services of one protocol.
pub(crate) fn services(protocol: u8, ports: &[Interval<u16>]) -> Vec<Service> {
    let each = ports.iter().map(|range| Service {
        protocol: Some(protocol),
        ports: *range,
    });
    each.collect()
}

/// Services as an intent names them; nothing if there are none, since that would mean all.
fn on(services: &[Service]) -> Option<String> {
    let each: Vec<String> = services.iter().map(ToString::to_string).collect();
    (!each.is_empty()).then(|| each.join(", "))
}

fn parties(side: Side<'_>) -> Option<String> {
    match side {
        Side::Role(role) => Some(format!("role:{role}")),
        Side::Networks(nets) => {
            let each: Vec<String> = nets.iter().map(ToString::to_string).collect();
            (!each.is_empty()).then(|| each.join(", "))
        }
    }
}

/// Ports in a message.
pub(crate) fn with_ports(id: &'static str, ports: &[Interval<u16>]) -> Message {
    Message::new(id).with("ports", ports_text(ports))
}

/// All addresses of IPv4, which is what most of the Internet can be asked by.
pub(crate) fn world() -> Vec<IpNet> {
    EVERYWHERE
        .iter()
        .take(1)
        .filter_map(|net| net.parse().ok())
        .collect()
}

/// Refuses so many ports for the whole Internet that EXP-01 would find the template.
pub(crate) fn few_ports(
    parameter: &'static str,
    ports: &[Interval<u16>],
    from: &[IpNet],
) -> Result<(), Message> {
    let count: u32 = ports
        .iter()
        .map(|range| u32::from(range.high()) - u32::from(range.low()) + 1)
        .sum();
    let world = from.iter().any(|net| net.prefix_len() == 0);
    if world && count >= EVERY_PORT {
        return Err(Message::new("template-every-port")
            .with("parameter", parameter)
            .with("count", u64::from(count))
            .with("most", u64::from(EVERY_PORT - 1)));
    }
    Ok(())
}
