//! Puts the facts of all files together, and finds out what is missing between them.

mod balancer;
mod compute;
mod connection;
mod coverage;
mod database;
mod edge;
mod filter;
mod group;
mod logging;
mod network;
mod place;
mod servers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yumen_cloud::{Coverage, Gap, GapReason, Id, Listing, Resource, Snapshot};
use yumen_diagnostics::{Message, Place};

use crate::reader::facts::{Fact, FileFacts, Section};
use crate::reader::layout::{Action, Kind, action_of, path_of};
use crate::reader::manifest::Manifest;
use place::WithoutPlace;

/// What was read.
pub(crate) struct Input {
    pub(crate) manifest: Option<Manifest>,
    /// In the order of their paths
    pub(crate) files: Vec<FileFacts>,
    /// Of files that could not even be told apart
    pub(crate) gaps: Vec<Gap>,
}

/// Makes the snapshot.
pub(crate) fn assemble(input: Input) -> Snapshot {
    let mut assembly = Assembly::new(input);
    coverage::settle(&mut assembly);
    group::assemble(&mut assembly);
    compute::assemble(&mut assembly);
    filter::assemble(&mut assembly);
    network::assemble(&mut assembly);
    edge::assemble(&mut assembly);
    connection::assemble(&mut assembly);
    balancer::assemble(&mut assembly);
    logging::assemble(&mut assembly);
    database::assemble(&mut assembly);
    coverage::settle_uncollected(&mut assembly);
    assembly.finish()
}

/// A snapshot in the making.
struct Assembly {
    snapshot: Snapshot,
    has_manifest: bool,
    /// What is left of the files, by what their items are
    parts: BTreeMap<Kind, Vec<Part>>,
    /// Which actions have a file in which region, and whether all of it was read
    present: BTreeMap<(Id, &'static str, &'static str), bool>,
    /// What the collector could not read, by the path where it would stand
    uncollected: BTreeMap<String, Message>,
    /// Gaps in the order of regions, files and lines, repeated ones once
    gaps: BTreeSet<(Option<Id>, Place, Gap)>,
}

/// What is left of a file.
struct Part {
    action: &'static Action,
    region: Id,
    sections: Vec<Section>,
}

/// A fact with the region of its file.
struct Located<T> {
    region: Id,
    value: T,
}

impl Assembly {
    fn new(input: Input) -> Self {
        let mut snapshot = Snapshot::default();
        let has_manifest = input.manifest.is_some();
        let manifest = input.manifest.unwrap_or_default();
        snapshot.account = manifest.account;
        snapshot.collected_at = manifest.collected_at;
        snapshot.regions = manifest.regions.into_iter().collect();
        let mut assembly = Self {
            snapshot,
            has_manifest,
            parts: BTreeMap::new(),
            present: BTreeMap::new(),
            uncollected: manifest.uncollected,
            gaps: BTreeSet::new(),
        };
        for gap in manifest.gaps.into_iter().chain(input.gaps) {
            assembly.gap(gap);
        }
        for file in input.files {
            let FileFacts {
                action,
                region,
                sections,
                gaps,
                whole,
            } = file;
            gaps.into_iter().for_each(|gap| assembly.gap(gap));
            let key = (region.clone(), action.product, action.name);
            *assembly.present.entry(key).or_insert(true) &= whole;
            assembly.snapshot.regions.insert(region.clone());
            let part = Part {
                action,
                region,
                sections,
            };
            assembly.parts.entry(action.kind).or_default().push(part);
        }
        assembly
    }

    fn finish(mut self) -> Snapshot {
        self.snapshot.gaps = self.gaps.into_iter().map(|(_, _, gap)| gap).collect();
        self.snapshot
    }

    fn gap(&mut self, gap: Gap) {
        self.gaps
            .insert((gap.region.clone(), gap.place.clone(), gap));
    }

    /// Everything that files of a kind say.
    fn take(&mut self, kind: Kind) -> Vec<Part> {
        self.parts.remove(&kind).unwrap_or_default()
    }

    /// Everything that a listing says, one fact after the other.
    fn facts<T>(&mut self, kind: Kind, of: fn(Fact) -> Option<T>) -> Vec<Located<T>> {
        let mut facts = Vec::new();
        for part in self.take(kind) {
            for section in part.sections {
                let found = section.facts.into_iter().filter_map(of);
                facts.extend(found.map(|value| Located {
                    region: part.region.clone(),
                    value,
                }));
            }
        }
        facts
    }

    /// What was asked per resource, by resource.
    fn sections(&mut self, kind: Kind) -> BTreeMap<Id, Vec<Located<Section>>> {
        let mut by_resource: BTreeMap<Id, Vec<Located<Section>>> = BTreeMap::new();
        for part in self.take(kind) {
            for section in part.sections {
                if let Some(resource) = section.resource.clone() {
                    let located = Located {
                        region: part.region.clone(),
                        value: section,
                    };
                    by_resource.entry(resource).or_default().push(located);
                }
            }
        }
        by_resource
    }

    /// Resources by id. Of two that differ under one id the first stays, and the listing counts
    /// as not fully read.
    fn unique<T>(&mut self, listing: Listing, resources: Vec<Located<T>>) -> BTreeMap<Id, T>
    where
        T: Resource + WithoutPlace,
    {
        let mut table: BTreeMap<Id, T> = BTreeMap::new();
        for Located { region, value } in resources {
            match table.get(value.id()) {
                None => {
                    table.insert(value.id().clone(), value);
                }
                Some(first) if first.without_place() == value.without_place() => {}
                Some(_) => {
                    self.duplicate(&region, listing, value.id(), value.place());
                    self.mark_incomplete(&region, listing);
                }
            }
        }
        table
    }

    /// Notes that two resources differ under one id.
    fn duplicate(&mut self, region: &Id, listing: Listing, id: &Id, place: &Place) {
        self.gap(Gap {
            reason: GapReason::Duplicate,
            region: Some(region.clone()),
            listing: Some(listing),
            place: place.clone(),
            message: Message::new("gap-duplicate").with("id", id.as_str()),
        });
    }

    /// Notes that the responses of an action are not there, for a region or a resource in it.
    fn missing(&mut self, region: &Id, action: &Action, resource: Option<&Id>) {
        let path = path_of(region.as_str(), action, resource.map(Id::as_str));
        let id = if resource.is_some() {
            "gap-no-resource-file"
        } else {
            "gap-no-file"
        };
        let mut message = Message::new(id)
            .with("path", path.as_str())
            .with("action", action.name);
        let mut place = Place::in_file(Arc::from(path.as_str()));
        if let Some(resource) = resource {
            message = message.with("id", resource.as_str());
            place = place.of(resource.shared());
        }
        if let Some(why) = self.uncollected.get(&path) {
            message = why.clone();
        }
        self.gap(Gap {
            reason: GapReason::NotCollected,
            region: Some(region.clone()),
            listing: Some(action.listing),
            place,
            message,
        });
    }

    /// The same, for the action of a kind.
    fn missing_kind(&mut self, region: &Id, kind: Kind, product: &str, resource: Option<&Id>) {
        if let Some(action) = action_of(kind, product) {
            self.missing(region, action, resource);
        }
    }

    /// Notes that something is referred to that was not read, unless nothing of its kind was
    /// meant to be read.
    fn unresolved(&mut self, region: &Id, listing: Listing, id: &Id, place: &Place) {
        if self.snapshot.coverage_of(region, listing) == Coverage::OutOfScope {
            return;
        }
        self.gap(Gap {
            reason: GapReason::Unresolved,
            region: Some(region.clone()),
            listing: Some(listing),
            place: place.clone(),
            message: Message::new("gap-unresolved").with("id", id.as_str()),
        });
    }

    fn mark_incomplete(&mut self, region: &Id, listing: Listing) {
        self.snapshot
            .coverage
            .insert((region.clone(), listing), Coverage::Incomplete);
    }

    /// True if the action has a file in the region.
    fn is_present(&self, region: &Id, kind: Kind, product: &str) -> bool {
        action_of(kind, product).is_some_and(|action| {
            self.present
                .contains_key(&(region.clone(), action.product, action.name))
        })
    }

    /// True if all of the action's file in the region was read.
    fn is_whole(&self, region: &Id, kind: Kind, product: &str) -> bool {
        let key = |action: &Action| (region.clone(), action.product, action.name);
        action_of(kind, product).is_some_and(|action| self.present.get(&key(action)) == Some(&true))
    }
}
