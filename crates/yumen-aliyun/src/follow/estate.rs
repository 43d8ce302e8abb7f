//! A snapshot that is kept right: the raw responses in memory, some of them read again when
//! something changed.
//!
//! LAW (refresh is collect): after the parts that a change touched were read again, the snapshot
//! has the address that a collection of the whole account gives. What could not be read again is a
//! gap, never what stood there before.

use std::collections::BTreeSet;

use jiff::Timestamp;
use yumen_cloud::Snapshot;

use super::affected::{Affected, Part};
use crate::ReadError;
use crate::client::Client;
use crate::collect::again::{Again, Shelf};
use crate::collect::{CollectError, CollectGap, PLAN, Read, Scope};

/// What is asked over and over where no trail tells of changes: every list whose change could
/// open something at once. The rest is read when the whole account is read.
#[rustfmt::skip]
static POLLED: &[(&str, &str)] = &[
    ("ecs", "DescribeSecurityGroups"), ("ecs", "DescribeSecurityGroupAttribute"),
    ("ecs", "DescribeNetworkInterfaces"), ("ecs", "DescribeInstances"),
    ("ecs", "DescribePrefixLists"), ("ecs", "DescribePrefixListAttributes"),
    ("vpc", "DescribeNetworkAcls"), ("vpc", "DescribeNetworkAclAttributes"),
    ("vpc", "DescribeVSwitches"), ("vpc", "DescribeEipAddresses"),
    ("vpc", "DescribeNatGateways"), ("vpc", "DescribeForwardTableEntries"),
    ("slb", "DescribeLoadBalancerListeners"), ("slb", "DescribeLoadBalancerAttribute"),
    ("slb", "DescribeAccessControlListAttribute"),
    ("alb", "ListListeners"), ("alb", "GetListenerAttribute"), ("alb", "ListAclEntries"),
    ("nlb", "ListListeners"),
];

/// Threads that read; the request limits allow no more to be of use.
const WORKERS: usize = 8;

/// An account's snapshot with the responses that it was read from.
///
/// The responses stay in memory (the demo estate has half a MiB, an estate of 100,000 interfaces
/// some 300 MiB), and each refresh reads all of them anew into a snapshot: milliseconds for
/// hundreds of servers, seconds for a hundred thousand.
#[derive(Clone, Debug)]
pub struct LiveEstate {
    shelf: Shelf,
    read_at: String,
}

/// What reading again came to.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The whole snapshot as it is now
    pub snapshot: Snapshot,
    /// Paths of the responses that say something else than before, are new or are gone, as they
    /// stand in a snapshot directory. Empty: nothing changed
    pub changed: BTreeSet<String>,
    /// Everything that could not be read, now or before, sorted by path
    pub gaps: Vec<CollectGap>,
}

impl LiveEstate {
    /// Reads a whole account. `progress` is called after each file and says whether to go on.
    ///
    /// # Errors
    /// Nobody may ask, the network is gone, or `progress` said to stop. What could not be read of
    /// the account is a gap, not an error.
    pub fn read(
        client: &Client,
        scope: Scope,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, CollectError> {
        let mut estate = Self {
            shelf: Shelf::new(scope),
            read_at: String::new(),
        };
        estate.again(client, &Affected::everything(None), false, progress)?;
        Ok(estate)
    }

    /// Whose account it is, and which regions.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.shelf.scope()
    }

    /// When it was read last, as an ISO 8601 time.
    #[must_use]
    pub fn read_at(&self) -> &str {
        &self.read_at
    }

    /// The snapshot.
    ///
    /// # Errors
    /// [`ReadError::Empty`] if not one response could be read.
    pub fn snapshot(&self) -> Result<Snapshot, ReadError> {
        crate::read_files(self.files())
    }

    /// The files of a snapshot directory that holds what was read, its manifest among them.
    pub fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.shelf.written(&self.read_at)
    }

    /// Reads again what a change may have touched, and what could not be read before for a reason
    /// that may have passed. A resource that is new is read, one that is gone goes.
    ///
    /// # Errors
    /// Nobody may ask, or the network is gone: everything is as it was, and to be refreshed again.
    /// What is refused or fails by itself is a gap of the snapshot.
    pub fn refresh(
        &mut self,
        client: &Client,
        affected: &Affected,
    ) -> Result<Refreshed, FollowError> {
        self.refreshed(client, affected, false)
    }

    fn refreshed(
        &mut self,
        client: &Client,
        affected: &Affected,
        can_wait: bool,
    ) -> Result<Refreshed, FollowError> {
        let changed = self.again(client, affected, can_wait, &|| true)?;
        Ok(Refreshed {
            snapshot: self.snapshot()?,
            changed,
            gaps: self.shelf.gaps().cloned().collect(),
        })
    }

    /// Reads again what could open something at once, by the fewest calls that notice it: groups,
    /// their rules and members, prefix lists, ACLs and the vSwitches that they are bound to, EIPs,
    /// DNAT, listeners and their access lists.
    ///
    /// The vendor gives no digest of a group's rules (the list of groups only counts them), so each
    /// group takes a call of its own; so do each ACL, prefix list, DNAT table, classic balancer and
    /// application listener. The demo estate with 46 groups takes 83 calls (172 for everything), an
    /// estate of 100 groups and 420 interfaces 146 (188): the groups, and two readings of each list
    /// of several pages. The limits assumed here (1,200 a minute and region for rules) allow that
    /// every ten seconds, and a tenth of each limit is left to edits and refreshes.
    ///
    /// SNAT, routes, connections, server groups, databases and logging are not looked at: for those
    /// the whole account is read at a longer interval ([`Affected::everything`]).
    ///
    /// # Errors
    /// As [`LiveEstate::refresh`].
    pub fn poll(&mut self, client: &Client) -> Result<Refreshed, FollowError> {
        let mut affected = Affected::default();
        for (product, action) in POLLED {
            affected.add(Part::List {
                region: None,
                product,
                action,
            });
        }
        self.refreshed(client, &affected, true)
    }

    fn again(
        &mut self,
        client: &Client,
        affected: &Affected,
        can_wait: bool,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<BTreeSet<String>, CollectError> {
        let mut again = Again::new(can_wait);
        for part in affected.parts() {
            self.add(part, &mut again);
        }
        for (_, file) in self.shelf.files().filter(|(_, file)| file.passing) {
            again.add(&file.task);
        }
        let now = now(client);
        let changed = self.shelf.read(client, &now, again, WORKERS, progress)?;
        self.read_at = now;
        Ok(changed)
    }

    /// Adds the files of a part.
    fn add(&self, part: &Part, again: &mut Again) {
        match part {
            Part::Everything { region } => {
                for task in self.shelf.first_tasks() {
                    if is_in(region.as_deref(), &task.region) {
                        again.add(&task);
                        again.add_deep(task.read, &task.region);
                    }
                }
            }
            Part::Product { region, product } => {
                for task in self.shelf.first_tasks() {
                    if task.read.product.name == *product && is_in(region.as_deref(), &task.region)
                    {
                        again.add(&task);
                        again.add_deep(task.read, &task.region);
                    }
                }
            }
            Part::List {
                region,
                product,
                action,
            } => self.add_list(region.as_deref(), (product, action), again),
            Part::Resource {
                region,
                product,
                action,
                id,
            } => {
                for (_, file) in self.shelf.files() {
                    let task = &file.task;
                    if is(task.read, (product, action))
                        && is_in(region.as_deref(), &task.region)
                        && task.names(id)
                    {
                        again.add(task);
                    }
                }
            }
            Part::Below {
                region,
                product,
                action,
            } => {
                self.add_list(region.as_deref(), (product, action), again);
                let read = PLAN.iter().find(|read| is(read, (product, action)));
                for of in &self.scope().regions {
                    if let Some(read) = read.filter(|_| is_in(region.as_deref(), of)) {
                        again.add_deep(read, of);
                    }
                }
            }
        }
    }

    /// Adds a list, or what is asked for each of its resources.
    fn add_list(&self, region: Option<&str>, of: (&str, &str), again: &mut Again) {
        let first = self.shelf.first_tasks();
        let known = self.shelf.files().map(|(_, file)| &file.task);
        for task in first.iter().chain(known) {
            if is(task.read, of) && is_in(region, &task.region) {
                again.add(task);
            }
        }
    }
}

fn is(read: &Read, (product, action): (&str, &str)) -> bool {
    read.product.name == product && read.action == action
}

fn is_in(wanted: Option<&str>, region: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == region)
}

/// What time it is in the cloud, as the vendor writes it.
fn now(client: &Client) -> String {
    cloud_time(client)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// What time it is in the cloud, as far as is known.
pub(super) fn cloud_time(client: &Client) -> Timestamp {
    let ahead = jiff::SignedDuration::from_secs(client.skew().unwrap_or_default());
    let now = client.clock().now();
    now.saturating_add(ahead).unwrap_or(now)
}

/// Why a snapshot could not be made right again; it is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowError {
    /// Nothing could be read again
    Collect(CollectError),
    /// There is nothing left to make a snapshot of
    Read(ReadError),
}

impl From<CollectError> for FollowError {
    fn from(error: CollectError) -> Self {
        Self::Collect(error)
    }
}

impl From<ReadError> for FollowError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl FollowError {
    /// What to tell the user.
    #[must_use]
    pub fn message(&self) -> yumen_diagnostics::Message {
        match self {
            Self::Collect(error) => error.message(),
            Self::Read(error) => error.message(),
        }
    }
}
