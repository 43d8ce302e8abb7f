//! Compares resources without regard to where they stand.

use yumen_cloud::{
    AccessList, Connection, Eip, FlowLog, ForwardEntry, Instance, Interface, Ipv4Gateway,
    LoadBalancer, ManagedDatabase, NetworkAcl, PortList, PrefixList, RouteTable, SecurityGroup,
    ServerGroup, SnatEntry, Trail, VSwitch, Vpc,
};
use yumen_diagnostics::Place;

/// Can be compared without regard to where it stands.
pub(super) trait WithoutPlace: PartialEq + Sized {
    /// A copy that stands nowhere.
    fn without_place(&self) -> Self;
}

macro_rules! without_place {
    ($($type:ident),* $(,)?) => {
        $(impl WithoutPlace for $type {
            fn without_place(&self) -> Self {
                Self { place: Place::default(), ..self.clone() }
            }
        })*
    };
}

without_place! {
    AccessList, Connection, Eip, FlowLog, ForwardEntry, Instance, Interface, Ipv4Gateway,
    LoadBalancer, ManagedDatabase, PortList, PrefixList, RouteTable, SecurityGroup, ServerGroup,
    SnatEntry, Trail, VSwitch, Vpc,
}

impl WithoutPlace for NetworkAcl {
    fn without_place(&self) -> Self {
        let mut acl = Self {
            place: Place::default(),
            ..self.clone()
        };
        for entry in acl.ingress.iter_mut().chain(&mut acl.egress) {
            entry.place = Place::default();
        }
        acl
    }
}
