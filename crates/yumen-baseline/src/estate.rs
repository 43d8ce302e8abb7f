//! Everything that items ask: what was found reachable, and what the user declared, by interface.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use yumen_cloud::{Coverage, Direction, Id, Listing, Snapshot};
use yumen_reach::{
    AclState, Analysis, Breadth, Conflict, Endpoint, EndpointIndex, Exposure, LateralReach,
    RuleFate, Topology,
};

use crate::settings::{EnvironmentKind, Role, RoleKind, Settings};

/// What was found, to be judged.
#[derive(Clone, Copy)]
pub struct Findings<'a> {
    /// The analysis that it rests on
    pub analysis: &'a Analysis,
    /// All exposures, as `yumen_reach::exposures` lists them
    pub exposures: &'a [Exposure],
    /// The fates of all rules
    pub fates: &'a [RuleFate],
    /// Overlapping accepts and drops; `None` if there were too many classes to compare
    pub conflicts: Option<&'a [Conflict]>,
    /// Who reaches whom; `None` if there were too many classes to compare
    pub lateral: Option<&'a LateralReach>,
    /// When it is judged
    pub as_of: Option<Timestamp>,
    /// What the ledger knows; `None` while there is none
    pub records: Option<&'a (dyn Records + Sync)>,
}

impl Findings<'_> {
    /// The day on which they are judged, in UTC.
    #[must_use]
    pub fn today(&self) -> Option<Date> {
        let now = self.as_of?;
        Some(now.to_zoned(TimeZone::UTC).date())
    }
}

/// What a ledger of reviews and approved changes answers.
pub trait Records {
    /// When a group was reviewed last.
    fn reviewed(&self, group: &Id) -> Option<Timestamp>;
    /// True if a group's rules are those of the last approved change.
    fn is_as_approved(&self, group: &Id) -> bool;
}

/// An estate ready to be judged.
pub struct Estate<'a> {
    /// What was found
    pub found: Findings<'a>,
    /// What the user declared
    pub settings: &'a Settings,
    exposures_of: Vec<Range<usize>>,
    members: Vec<Membership>,
}

/// What the user declared of an interface.
#[derive(Clone, Debug, Default)]
struct Membership {
    roles: Vec<usize>,
    environment: Option<EnvironmentKind>,
    zone: Option<usize>,
}

impl<'a> Estate<'a> {
    /// Sorts exposures and declarations by interface.
    #[must_use]
    pub fn new(found: Findings<'a>, settings: &'a Settings) -> Self {
        let topology = found.analysis.topology();
        let mut exposures_of = Vec::with_capacity(topology.endpoints().len());
        let mut from = 0;
        for index in topology.indices() {
            let rest = found.exposures.get(from..).unwrap_or_default();
            let own = rest.iter().take_while(|one| one.interface == index).count();
            exposures_of.push(from..from + own);
            from += own;
        }
        let members = topology
            .endpoints()
            .iter()
            .map(|endpoint| membership(topology, endpoint, settings))
            .collect();
        Self {
            found,
            settings,
            exposures_of,
            members,
        }
    }

    /// The topology.
    #[must_use]
    pub fn topology(&self) -> &'a Topology {
        self.found.analysis.topology()
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &'a Snapshot {
        self.topology().snapshot()
    }

    /// All interfaces.
    pub fn interfaces(&self) -> impl Iterator<Item = (EndpointIndex, &'a Endpoint)> + use<'a> {
        let topology = self.topology();
        topology.indices().zip(topology.endpoints())
    }

    /// What is reachable at an interface by `world` or `broad`, or may be, with positions.
    pub fn inward(
        &self,
        index: EndpointIndex,
    ) -> impl Iterator<Item = (usize, &'a Exposure)> + use<'a> {
        self.exposures(index, Direction::Ingress)
            .filter(|(_, one)| one.row.breadth > Breadth::Named)
    }

    /// Exposures of an interface in one direction, with positions.
    pub fn exposures(
        &self,
        index: EndpointIndex,
        direction: Direction,
    ) -> impl Iterator<Item = (usize, &'a Exposure)> + use<'a> {
        let positions = self.topology().position(index);
        let range = self
            .exposures_of
            .get(positions)
            .cloned()
            .unwrap_or_default();
        let from = range.start;
        let own = self.found.exposures.get(range).unwrap_or_default();
        let own = own.iter().enumerate();
        own.filter(move |(_, one)| one.direction == direction)
            .map(move |(position, one)| (from + position, one))
    }

    /// The roles that an interface plays.
    pub fn roles(&self, index: EndpointIndex) -> impl Iterator<Item = &'a Role> + '_ {
        let settings = self.settings;
        let roles = self.membership(index).map(|own| own.roles.as_slice());
        let roles = roles.unwrap_or_default().iter();
        roles.filter_map(move |role| settings.roles.get(*role))
    }

    /// True if an interface plays a role of that kind.
    #[must_use]
    pub fn plays(&self, index: EndpointIndex, kind: RoleKind) -> bool {
        self.roles(index).any(|role| role.kind == kind)
    }

    /// True if a role of that kind is declared.
    #[must_use]
    pub fn has_role(&self, kind: RoleKind) -> bool {
        self.settings.roles.iter().any(|role| role.kind == kind)
    }

    /// The environment of an interface, where one is declared for it.
    #[must_use]
    pub fn environment(&self, index: EndpointIndex) -> Option<EnvironmentKind> {
        self.membership(index)?.environment
    }

    /// The name of the first environment that an interface is declared to be in.
    #[must_use]
    pub fn environment_name(&self, index: EndpointIndex) -> Option<&'a str> {
        let endpoint = self.topology().endpoint(index);
        let mut all = self.settings.environments.iter();
        let fits = |one: &&crate::Environment| {
            let mut members = one.members.iter();
            members.any(|selector| selector.matches(self.topology(), endpoint))
        };
        all.find(fits).map(|one| one.name.as_str())
    }

    /// The position of the zone of an interface, where one is declared for it.
    #[must_use]
    pub fn zone(&self, index: EndpointIndex) -> Option<usize> {
        self.membership(index)?.zone
    }

    /// How much it matters what an interface is: data weighs half as much again, a test machine a
    /// quarter less; what nobody declared counts as production.
    #[must_use]
    pub fn weight(&self, index: EndpointIndex) -> f64 {
        let role = if self.plays(index, RoleKind::Data) {
            1.5
        } else {
            1.0
        };
        let environment = match self.environment(index) {
            Some(EnvironmentKind::Test) => 0.75,
            Some(EnvironmentKind::Production) | None => 1.0,
        };
        role * environment
    }

    /// What a person calls an interface: the instance's name, else its own, else an id.
    #[must_use]
    pub fn name(&self, index: EndpointIndex) -> String {
        let endpoint = self.topology().endpoint(index);
        let instance = endpoint.instance.as_ref();
        let named = instance
            .map(|instance| &instance.name)
            .filter(|name| !name.is_empty())
            .or_else(|| Some(&endpoint.interface.name).filter(|name| !name.is_empty()));
        match named {
            Some(name) => name.clone(),
            None => match &endpoint.interface.instance {
                Some(instance) => instance.to_string(),
                None => endpoint.interface.id.to_string(),
            },
        }
    }

    /// True if rules or a network ACL that decide packets of an interface in one direction were not
    /// read, or not in full.
    #[must_use]
    pub fn is_unread(&self, index: EndpointIndex, direction: Direction) -> bool {
        let endpoint = self.topology().endpoint(index);
        let acl = match &endpoint.acl {
            AclState::Unbound => false,
            AclState::Bound(acl) => acl.unread,
            AclState::Unread(_) => true,
        };
        let mut groups = endpoint.interface.groups.iter();
        acl || groups.any(|id| {
            self.snapshot().groups.get(id).is_none_or(|group| {
                group.is_unread(direction) || group.rules_of(direction).any(|rule| rule.uncertain)
            })
        })
    }

    /// The day on which it is judged, in UTC.
    #[must_use]
    pub fn today(&self) -> Option<Date> {
        self.found.today()
    }

    /// How much of a listing was read, over all regions: the worst counts, what no region has is
    /// out of scope.
    #[must_use]
    pub fn coverage(&self, listing: Listing) -> Coverage {
        let snapshot = self.snapshot();
        let of: BTreeSet<Coverage> = snapshot
            .regions
            .iter()
            .map(|region| snapshot.coverage_of(region, listing))
            .collect();
        if of.contains(&Coverage::Incomplete) {
            Coverage::Incomplete
        } else if of.contains(&Coverage::Complete) {
            Coverage::Complete
        } else {
            Coverage::OutOfScope
        }
    }

    fn membership(&self, index: EndpointIndex) -> Option<&Membership> {
        self.members.get(self.topology().position(index))
    }
}

fn membership(topology: &Topology, endpoint: &Endpoint, settings: &Settings) -> Membership {
    let fits = |selectors: &[crate::Selector]| {
        let mut selectors = selectors.iter();
        selectors.any(|selector| selector.matches(topology, endpoint))
    };
    let roles = settings.roles.iter().enumerate();
    let roles = roles.filter(|(_, role)| fits(&role.members));
    let environments = settings.environments.iter();
    let environments = environments.filter(|environment| fits(&environment.members));
    Membership {
        roles: roles.map(|(position, _)| position).collect(),
        // Where two fit, the one that asks for more counts.
        environment: environments.map(|environment| environment.kind).min(),
        zone: settings.zones.iter().position(|zone| fits(&zone.members)),
    }
}
