//! What is recorded: packets by flow logs, calls of the provider's API by trails.

use yumen_diagnostics::Place;

use crate::Id;
use crate::canonical::canonical;

/// Settings of a flow log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowLog {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// The VPC, vSwitch or interface that it records
    pub resource: Option<Id>,
    /// True if it records now
    pub active: bool,
    /// What it records: `All`, `Allow` or `Drop`, as the provider writes it
    pub traffic: String,
    /// Project of the log service that it delivers to, empty if not told
    pub project: String,
    /// Log store in that project, empty if not told
    pub store: String,
    /// Days for which the log store keeps what it gets, where they were read; the provider
    /// understands 3650 as for ever
    pub retention_days: Option<u32>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(FlowLog {
    id, region, resource, active, traffic, project, store, retention_days,
} without { place });

/// A trail: which calls of the provider's API are recorded, and where the records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Its name, which only one trail of an account has
    pub id: Id,
    /// Region that it was created in and is changed in
    pub home_region: Option<Id>,
    /// True if it records the calls of all regions
    pub all_regions: bool,
    /// Which calls it records; `None` if that was not understood
    pub events: Option<TrailEvents>,
    /// True if it records now; `None` if that was not read
    pub logging: Option<bool>,
    /// Where the records go, in order
    pub destinations: Vec<TrailDestination>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Trail {
    id, home_region, all_regions, events, logging, destinations,
} without { place });

/// Which calls a trail records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrailEvents {
    /// Those that change something
    Write,
    /// Those that only read
    Read,
    /// All of them
    All,
}

/// Where a trail sends its records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrailDestination {
    /// A bucket of the object storage, by its name
    Bucket(String),
    /// A project of the log service, by its resource name
    LogProject(String),
    /// A project of the data warehouse, by its resource name
    WarehouseProject(String),
}
