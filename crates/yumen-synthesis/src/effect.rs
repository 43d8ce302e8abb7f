//! What a step does, and where a state permits too much or too little, in packets.

use std::fmt;

use yumen_cloud::{Direction, Id};
use yumen_packets::{Error, PacketSet};
use yumen_reach::Reading;

/// What one step opens and closes.
///
/// Groups and network ACLs are always looked at. What passes between the Internet and an interface
/// is looked at where it could change otherwise than with these: where a step touches a network
/// ACL, a DNAT or SNAT entry, an EIP, a listener or the groups of a balancer, or where a way to the
/// interface goes past its groups or its ACL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepEffect {
    /// What passes now and did not before
    pub opened: Vec<Portion>,
    /// What passed before and does not now
    pub closed: Vec<Portion>,
}

/// Packets to or from some interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion {
    /// The interfaces, which fare alike, each for its own addresses
    pub interfaces: Vec<Id>,
    /// Towards them or away from them
    pub direction: Direction,
    /// What lets the packets pass, or not
    pub way: Way,
    /// The packets, with the addresses of the first of the interfaces
    pub packets: PacketSet,
}

/// Where packets were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// At the filters of the interface: its groups and its network ACL, whoever sends
    Filters,
    /// Between the Internet and the interface, over all that lies on the way
    Internet,
}

/// What is permitted on the way that neither end permits, or not permitted that both ends permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The interfaces, which fare alike, each for its own addresses
    pub interfaces: Vec<Id>,
    /// Towards them or away from them
    pub direction: Direction,
    /// What lets the packets pass, or not
    pub way: Way,
    /// How what was not read was taken
    pub reading: Reading,
    /// Packets that pass and do so at neither end, with the addresses of the first interface
    pub opened: PacketSet,
    /// Packets that do not pass and do so at both ends, with the addresses of the first interface
    pub interrupted: PacketSet,
}

impl StepEffect {
    /// True if every packet fares as before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.opened.is_empty() && self.closed.is_empty()
    }

    pub(crate) fn add(
        &mut self,
        before: &PacketSet,
        now: &PacketSet,
        portion: impl Fn(PacketSet) -> Portion,
    ) -> Result<(), Error> {
        if before == now {
            return Ok(());
        }
        let (opened, closed) = (now.difference(before)?, before.difference(now)?);
        if !opened.is_empty() {
            self.opened.push(portion(opened));
        }
        if !closed.is_empty() {
            self.closed.push(portion(closed));
        }
        Ok(())
    }
}

/// In English, with one packet.
impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, packets) = if self.interrupted.is_empty() {
            ("opens", &self.opened)
        } else {
            ("interrupts", &self.interrupted)
        };
        let way = match self.direction {
            Direction::Ingress => "to",
            Direction::Egress => "from",
        };
        f.write_str(word)?;
        if let Some(packet) = packets.witness() {
            write!(f, " packets such as `{packet}`")?;
        }
        if let Some(first) = self.interfaces.first() {
            write!(f, " {way} `{first}`")?;
        }
        let others = self.interfaces.len().saturating_sub(1);
        if others > 0 {
            write!(f, " and {others} more")?;
        }
        Ok(())
    }
}
