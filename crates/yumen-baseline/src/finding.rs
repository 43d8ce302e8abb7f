//! What items say: outcomes, and findings with the packets that prove them.

use ipnet::IpNet;
use yumen_cloud::Id;
use yumen_diagnostics::{Message, Place};
use yumen_packets::{Interval, PacketBox, PacketSet};
use yumen_reach::{Cause, EndpointIndex, Exposure, Protocols};

use crate::item::{ItemId, Severity};

/// What one item says of an estate.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it could be judged at all
    pub state: State,
    /// How many resources were looked at
    pub checked: usize,
    /// What is wrong or not known, in the order of subjects
    pub findings: Vec<Finding>,
}

/// Whether an item could be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It was; findings say what is wrong
    Assessed,
    /// It was not, for want of a declaration or of data that nobody asked for; what to do
    NotAssessed(Message),
}

impl Outcome {
    /// An assessed item.
    pub(crate) fn of(checked: usize, findings: Vec<Finding>) -> Self {
        Self {
            state: State::Assessed,
            checked,
            findings,
        }
    }

    /// An item that could not be judged.
    pub(crate) fn not_assessed(why: Message) -> Self {
        Self {
            state: State::NotAssessed(why),
            checked: 0,
            findings: Vec::new(),
        }
    }
}

/// An item's result for one resource.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The item
    pub item: ItemId,
    /// Open, latent or unknown
    pub status: Status,
    /// How bad it is
    pub severity: Severity,
    /// What it is about
    pub subject: Subject,
    /// Where the cause stands in the input
    pub place: Place,
    /// What lets the packets pass, each once
    pub causes: Vec<Cause>,
    /// What proves it
    pub evidence: Evidence,
    /// What is wrong, in one line
    pub message: Message,
    /// How heavy it weighs in the score; see `docs/score.md`
    pub load: f64,
}

/// Whether what is wrong is so today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The rules allow it and nothing leads there today
    Latent,
    /// It may be so for all that was read
    Unknown,
    /// It is so
    Open,
}

impl Status {
    /// The word that programs see; also the id of the text `status-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Latent => "latent",
            Self::Unknown => "unknown",
            Self::Open => "open",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An interface
    Interface(EndpointIndex),
    /// An instance
    Instance(Id),
    /// A security group
    Group(Id),
    /// A rule of a security group
    Rule {
        /// The group
        group: Id,
        /// The rule
        rule: Id,
    },
    /// A vSwitch
    VSwitch(Id),
    /// A VPC
    Vpc(Id),
    /// A listener of a load balancer
    Listener {
        /// The load balancer
        balancer: Id,
        /// The listener
        listener: Id,
    },
    /// A DNAT entry
    Forward {
        /// The NAT gateway
        gateway: Id,
        /// The entry
        entry: Id,
    },
    /// A managed database
    Database(Id),
    /// A flow log
    FlowLog(Id),
    /// The whole account
    Account,
}

/// What proves a finding.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Packets of exposures
    Exposed(Vec<Part>),
    /// Packets between two interfaces
    Between {
        /// Whose packets
        source: EndpointIndex,
        /// To whom
        destination: EndpointIndex,
        /// The packets
        packets: PacketSet,
    },
    /// Packets that the filters of an interface let in or out
    Permitted {
        /// The interface
        interface: EndpointIndex,
        /// The packets
        packets: PacketSet,
    },
    /// What stands in the input at the finding's place
    Fact,
}

/// Some packets of an exposure.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Position among the exposures that were judged
    pub exposure: usize,
    /// The protocols
    pub protocols: Protocols,
    /// Ports at the interface, sorted and disjoint; empty for protocols without ports
    pub ports: Vec<Interval<u16>>,
    /// Share of the Internet that has them, from 0 to 1
    pub share: f64,
    /// Sources that a waiver took out
    pub without: Vec<IpNet>,
}

impl Part {
    /// The packets, as boxes, of the exposure that they are part of.
    #[must_use]
    pub fn boxes(&self, exposure: &Exposure) -> Vec<PacketBox> {
        let mut boxes = Vec::new();
        let every_port = [Interval::all()];
        let ports = if self.ports.is_empty() {
            &every_port[..]
        } else {
            &self.ports
        };
        for protocol in self.protocols.ranges() {
            for port in ports {
                boxes.push(PacketBox {
                    protocol,
                    destination_port: *port,
                    ..PacketBox::all(exposure.row.slice.family)
                });
            }
        }
        boxes
    }

    /// How many packets these are, as the score counts them: ports (a protocol without ports is
    /// one) times the share of the Internet.
    #[must_use]
    pub fn measure(&self) -> f64 {
        let ports: u32 = self
            .ports
            .iter()
            .map(|range| u32::from(range.high() - range.low()) + 1)
            .sum();
        let count = match &self.protocols {
            Protocols::Tcp | Protocols::Udp => f64::from(ports),
            Protocols::Number(_) => 1.0,
            Protocols::Portless(ranges) => ranges
                .iter()
                .map(|range| f64::from(range.high() - range.low()) + 1.0)
                .sum(),
            Protocols::All => f64::from(ports) * 2.0 + 254.0,
        };
        count * self.share
    }
}
