//! The shape of a generated estate: which interface lies where, in which groups, with which
//! addresses. Everything is a function of the specification and an index, so nothing is kept.

use crate::EstateSpec;
use crate::identifier::id;
use crate::random::SplitMix64;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The region of a generated estate.
pub(super) const REGION: &str = "cn-hangzhou";

/// Interfaces of a VPC, where there are groups enough.
const INTERFACES_PER_VPC: usize = 250;

/// vSwitches of a VPC.
pub(super) const VSWITCHES: usize = 4;

/// Interfaces that repeat their predecessor's groups, as scaling sets do, in percent. With 20,000
/// groups and 100,000 interfaces this leaves about 66,000 different combinations.
const REPEATED: usize = 29;

/// Lanes of chance, one per question, so that an answer does not move the others.
#[derive(Clone, Copy, Debug)]
enum Lane {
    Groups = 1,
    Public,
    Stopped,
    Ipv6,
    Repeat,
    Rules,
    Skew,
}

/// How an interface is reached over IPv4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Public {
    None,
    Eip(Ipv4Addr),
    Assigned(Ipv4Addr),
}

/// The estate's shape.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) spec: EstateSpec,
    pub(super) vpcs: usize,
}

/// The first index of part `part` when `total` items are dealt to `parts`.
fn first(part: usize, total: usize, parts: usize) -> usize {
    (part * total).div_ceil(parts)
}

impl Plan {
    pub(super) fn new(spec: &EstateSpec) -> Self {
        let wanted = spec.interfaces.div_ceil(INTERFACES_PER_VPC).max(1);
        Self {
            spec: spec.clone(),
            vpcs: wanted.min(spec.groups.max(1)),
        }
    }

    fn chance(&self, lane: Lane, index: usize) -> SplitMix64 {
        SplitMix64::for_item(self.spec.seed, lane as u64, index)
    }

    /// Interfaces of a VPC.
    pub(super) fn interfaces(&self, vpc: usize) -> std::ops::Range<usize> {
        let total = self.spec.interfaces;
        first(vpc, total, self.vpcs)..first(vpc + 1, total, self.vpcs)
    }

    /// Groups of a VPC.
    pub(super) fn groups(&self, vpc: usize) -> std::ops::Range<usize> {
        let total = self.spec.groups;
        first(vpc, total, self.vpcs)..first(vpc + 1, total, self.vpcs)
    }

    /// The VPC of an interface.
    pub(super) fn vpc_of_interface(&self, interface: usize) -> usize {
        interface * self.vpcs / self.spec.interfaces.max(1)
    }

    /// The VPC of a group.
    pub(super) fn vpc_of_group(&self, group: usize) -> usize {
        group * self.vpcs / self.spec.groups.max(1)
    }

    /// Rules of a group: neighbours share unevenly, and all together have exactly as many as the
    /// specification says.
    pub(super) fn rules(&self, group: usize) -> usize {
        let (rules, groups) = (self.spec.rules as u128, self.spec.groups as u128);
        let share = |count: usize| (count as u128 * rules / groups) as usize;
        let low = group & !1;
        if low + 2 > self.spec.groups {
            return share(low + 1) - share(low);
        }
        let both = share(low + 2) - share(low);
        let percent = self.chance(Lane::Skew, low).between(25, 75);
        let even = both * percent / 100;
        if group == low { even } else { both - even }
    }

    /// The stream that a group's rules are drawn from.
    pub(super) fn rule_stream(&self, group: usize) -> SplitMix64 {
        self.chance(Lane::Rules, group)
    }

    /// A seventh of the VPCs use advanced groups; an interface may not mix the kinds.
    pub(super) fn advanced(vpc: usize) -> bool {
        vpc % 7 == 6
    }

    /// Whether a VPC has IPv6.
    pub(super) fn dual_stack(vpc: usize) -> bool {
        vpc.is_multiple_of(5)
    }

    /// Whether a VPC has a NAT gateway.
    pub(super) fn translated(vpc: usize) -> bool {
        vpc.is_multiple_of(8)
    }

    /// Whether a VPC has an Internet-facing CLB.
    pub(super) fn balanced(vpc: usize) -> bool {
        vpc % 10 == 5
    }

    /// Whether a VPC's first vSwitch has a network ACL.
    pub(super) fn filtered(vpc: usize) -> bool {
        vpc % 10 == 3
    }

    /// The groups of an interface, ascending.
    pub(super) fn groups_of(&self, interface: usize) -> Vec<usize> {
        let vpc = self.vpc_of_interface(interface);
        let start = self.interfaces(vpc).start;
        let mut leader = interface;
        while leader > start && self.chance(Lane::Repeat, leader).chance(REPEATED) {
            leader -= 1;
        }
        let groups = self.groups(vpc);
        let mut chance = self.chance(Lane::Groups, leader);
        let wanted = chance.between(1, 5).min(groups.len());
        let mut chosen = Vec::with_capacity(wanted);
        while chosen.len() < wanted {
            let group = groups.start + chance.below(groups.len());
            if !chosen.contains(&group) {
                chosen.push(group);
            }
        }
        chosen.sort_unstable();
        chosen
    }

    /// How an interface is reached over IPv4 on its own.
    pub(super) fn public(&self, interface: usize) -> Public {
        let offset = u32::try_from(interface).unwrap_or(u32::MAX) & 0x007f_ffff;
        match self.chance(Lane::Public, interface).below(100) {
            0..29 => Public::Eip(Ipv4Addr::from_bits(0x2f5c_0000 + offset)),
            29..32 => Public::Assigned(Ipv4Addr::from_bits(0x7818_0000 + offset)),
            _ => Public::None,
        }
    }

    /// Whether an interface's instance runs.
    pub(super) fn running(&self, interface: usize) -> bool {
        !self.chance(Lane::Stopped, interface).chance(4)
    }

    /// An interface's IPv6 address and its Internet bandwidth.
    pub(super) fn ipv6(&self, interface: usize) -> Option<(Ipv6Addr, usize)> {
        let vpc = self.vpc_of_interface(interface);
        let mut chance = self.chance(Lane::Ipv6, interface);
        if !Self::dual_stack(vpc) || !chance.chance(30) {
            return None;
        }
        let slot = interface - self.interfaces(vpc).start;
        let network = ipv6_network(vpc) | ((slot % VSWITCHES) as u128) << 64;
        let host = chance.next() & 0xffff_ffff_0000_0000 | interface as u64;
        let bandwidth = if chance.chance(50) { 10 } else { 0 };
        Some((Ipv6Addr::from_bits(network | u128::from(host)), bandwidth))
    }

    /// An interface's vSwitch (in its VPC) and private address.
    pub(super) fn place(&self, interface: usize) -> (usize, Ipv4Addr) {
        let vpc = self.vpc_of_interface(interface);
        let slot = interface - self.interfaces(vpc).start;
        let (vswitch, host) = (slot % VSWITCHES, slot / VSWITCHES);
        let third = vswitch * 64 + host / 250 % 64;
        let octet = |value: usize| u8::try_from(value % 256).unwrap_or(0);
        (
            vswitch,
            Ipv4Addr::new(10, octet(vpc), octet(third), octet(host % 250 + 2)),
        )
    }
}

/// The first address of a VPC's IPv6 range.
fn ipv6_network(vpc: usize) -> u128 {
    0x2408_4000_u128 << 96 | ((vpc & 0xff_ffff) as u128) << 72
}

/// A VPC's IPv4 range.
pub(super) fn vpc_range(vpc: usize) -> String {
    format!("10.{}.0.0/16", vpc % 256)
}

/// A VPC's IPv6 range.
pub(super) fn vpc_ipv6_range(vpc: usize) -> String {
    format!("{}/56", Ipv6Addr::from_bits(ipv6_network(vpc)))
}

/// A vSwitch's IPv4 range.
pub(super) fn vswitch_range(vpc: usize, vswitch: usize) -> String {
    format!("10.{}.{}.0/18", vpc % 256, vswitch * 64)
}

/// A vSwitch's IPv6 range.
pub(super) fn vswitch_ipv6_range(vpc: usize, vswitch: usize) -> String {
    format!(
        "{}/64",
        Ipv6Addr::from_bits(ipv6_network(vpc) | (vswitch as u128) << 64)
    )
}

/// The id of the item of that kind and index.
pub(super) fn numbered(kind: &str, index: usize) -> String {
    id(kind, REGION, &index.to_string())
}

/// The id of a vSwitch.
pub(super) fn vswitch_id(vpc: usize, vswitch: usize) -> String {
    numbered("vsw", vpc * VSWITCHES + vswitch)
}
