//! Sectors: what a regulation makes stricter, laid over any scenario.

use yumen_cloud::{Action, Direction, Peer, PortMatch, ProtocolMatch};
use yumen_diagnostics::Message;
use yumen_packets::Interval;

use super::draft::{Draft, TCP};
use super::parameter::is_public;
use super::{Template, finance, government, medical};
use crate::settings::{Limits, RoleKind};
use yumen_diagnostics::section::suggest;

/// A sector with the regulation that it follows.
pub struct Sector {
    /// Its name, as users type it
    pub name: &'static str,
    /// Id of its title
    pub title: &'static str,
    /// Id of the text that says what it adds
    pub about: &'static str,
    /// Id of the text that names the regulation, and what is the template's own choice
    pub follows: &'static str,
    /// Limits that it asks for at least
    pub limits: Limits,
    /// Items that have to pass
    pub items: &'static [&'static str],
    pub(crate) add: fn(&mut Draft<'_>),
}

/// All sectors, in the order in which they are listed.
pub const SECTORS: [&Sector; 3] = [&finance::SECTOR, &medical::SECTOR, &government::SECTOR];

/// A sector by its name.
///
/// # Errors
/// There is none of that name; the message names the nearest.
pub fn find_sector(name: &str) -> Result<&'static Sector, Message> {
    let found = SECTORS.iter().find(|sector| sector.name == name);
    found.copied().ok_or_else(|| {
        let message = Message::new("template-sector-unknown").with("sector", name);
        suggest(message, name, SECTORS.iter().map(|sector| sector.name))
    })
}

/// Ports of SSH and remote desktop.
const MANAGEMENT: [u16; 2] = [22, 3389];

impl Sector {
    /// Makes a draft stricter, or refuses what the sector has no place for.
    pub(crate) fn lay_over(
        &self,
        template: &Template,
        draft: &mut Draft<'_>,
    ) -> Result<(), Message> {
        if template.name == "sandbox" {
            return Err(Message::new("template-sector-refuses")
                .with("sector", self.name)
                .with("template", template.name));
        }
        self.refuse_public_management(draft)?;
        self.refuse_wide_sources(draft)?;
        draft.limits = stricter(&draft.limits, &self.limits);
        draft.items(self.items);
        let roles: Vec<_> = draft
            .roles
            .iter()
            .map(|role| (role.name, role.kind))
            .collect();
        for (role, kind) in &roles {
            let why = Message::new("template-intent-sector-management");
            let from = match kind {
                RoleKind::Bastion => "internet",
                _ => "internet, trusted",
            };
            draft.intent(
                format!("never {from} -> role:{role} on tcp/22, tcp/3389"),
                why,
            );
            if *kind == RoleKind::Data {
                let why = Message::new("template-intent-sector-data");
                draft.intent(format!("never internet, trusted -> role:{role}"), why);
                draft.stay_inside(role);
            }
        }
        (self.add)(draft);
        Ok(())
    }

    /// Management from public addresses is for the bastion alone.
    fn refuse_public_management(&self, draft: &Draft<'_>) -> Result<(), Message> {
        for role in draft
            .roles
            .iter()
            .filter(|role| role.kind != RoleKind::Bastion)
        {
            for rule in role.group.rules_of(Direction::Ingress) {
                let (Peer::Network(net), Action::Accept) = (&rule.peer, rule.action) else {
                    continue;
                };
                let tcp = matches!(
                    rule.protocol,
                    ProtocolMatch::All | ProtocolMatch::Number(TCP)
                );
                let managed = match &rule.ports {
                    PortMatch::Range(range) => MANAGEMENT.iter().any(|port| range.contains(*port)),
                    PortMatch::Any | PortMatch::List(_) => true,
                };
                if tcp && managed && is_public(net) {
                    return Err(Message::new("template-sector-management")
                        .with("sector", self.name)
                        .with("role", role.name)
                        .with("network", net.to_string()));
                }
            }
        }
        Ok(())
    }

    /// Public sources of what is not declared for the Internet must be narrow.
    fn refuse_wide_sources(&self, draft: &Draft<'_>) -> Result<(), Message> {
        for role in &draft.roles {
            for rule in role.group.rules_of(Direction::Ingress) {
                let Peer::Network(net) = &rule.peer else {
                    continue;
                };
                let ports = match &rule.ports {
                    PortMatch::Range(range) => *range,
                    PortMatch::Any | PortMatch::List(_) => Interval::all(),
                };
                let declared = role.services.iter().any(|service| {
                    let same = match rule.protocol {
                        ProtocolMatch::All => service.protocol.is_none(),
                        ProtocolMatch::Number(number) => {
                            service.protocol.is_none_or(|own| own == number)
                        }
                    };
                    same && service.ports.covers(ports)
                });
                let least = match net {
                    ipnet::IpNet::V4(_) => self.limits.prefix_length,
                    ipnet::IpNet::V6(_) => self.limits.prefix_length_v6,
                };
                if !declared && is_public(net) && net.prefix_len() < least {
                    return Err(Message::new("template-sector-wide")
                        .with("sector", self.name)
                        .with("network", net.to_string())
                        .with("least", u64::from(least)));
                }
            }
        }
        Ok(())
    }
}

/// Of each limit the stricter one.
pub(crate) fn stricter(one: &Limits, two: &Limits) -> Limits {
    Limits {
        blast_radius: one.blast_radius.min(two.blast_radius),
        prefix_length: one.prefix_length.max(two.prefix_length),
        prefix_length_v6: one.prefix_length_v6.max(two.prefix_length_v6),
        review_days: one.review_days.min(two.review_days),
        log_days: one.log_days.max(two.log_days),
    }
}
