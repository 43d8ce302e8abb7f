//! What the items have in common that judge settings instead of packets.

use yumen_cloud::{Coverage, Id, Listing};
use yumen_diagnostics::{Message, Place};

use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Status, Subject};
use crate::item::Severity;
use crate::items::Item;
use crate::score;

/// Load of a fact: four fifths of what the item takes at the most, as one port open to the world.
const LOAD: f64 = 4.0;

/// Load of a fact that is only untidy: half of what the item takes at the most.
const UNTIDY: f64 = 1.0;

/// A finding that a place in the input proves.
pub(super) fn finding(
    item: &Item,
    status: Status,
    subject: Subject,
    place: Place,
    message: Message,
) -> Finding {
    let load = if item.severity == Severity::Low {
        UNTIDY
    } else {
        LOAD
    };
    weighted(item, status, subject, place, message, load)
}

/// The same, with a load of its own.
pub(super) fn weighted(
    item: &Item,
    status: Status,
    subject: Subject,
    place: Place,
    message: Message,
    load: f64,
) -> Finding {
    let severity = match status {
        Status::Latent => item.severity.lower(),
        Status::Open | Status::Unknown => item.severity,
    };
    Finding {
        item: item.id,
        status,
        severity,
        subject,
        place,
        causes: Vec::new(),
        evidence: Evidence::Fact,
        message,
        load: score::graded(load, status, item.severity, severity),
    }
}

/// A listing of which not everything was read.
pub(super) fn unread(item: &Item, listing: Listing) -> Finding {
    let message = Message::new("found-listing-unread").with("listing", listing.word());
    finding(
        item,
        Status::Unknown,
        Subject::Account,
        Place::default(),
        message,
    )
}

/// One finding for each listing of load balancers of which not everything was read.
pub(super) fn unread_balancers(estate: &Estate<'_>, item: &Item) -> Vec<Finding> {
    let listings = [
        Listing::ClassicBalancers,
        Listing::ApplicationBalancers,
        Listing::NetworkBalancers,
    ];
    let unread = listings
        .into_iter()
        .filter(|listing| estate.coverage(*listing) == Coverage::Incomplete);
    unread.map(|listing| self::unread(item, listing)).collect()
}

/// Load of rules that were not read: there may be hundreds of them, and all may be wrong.
const HIDDEN: f64 = 1_000.0;

/// One finding for each group of which rules were not read, or not understood, for items about
/// rules: what cannot be seen is not in order.
pub(super) fn unread_groups(estate: &Estate<'_>, item: &Item) -> Vec<Finding> {
    let groups = estate.snapshot().groups.values();
    let unread = groups.filter(|group| {
        group.ingress_unread || group.egress_unread || group.rules.iter().any(|rule| rule.uncertain)
    });
    unread
        .map(|group| {
            let name = named(&group.name, &group.id);
            let message = Message::new("found-rules-unread").with("name", name);
            let subject = Subject::Group(group.id.clone());
            let place = group.place.clone();
            weighted(item, Status::Unknown, subject, place, message, HIDDEN)
        })
        .collect()
}

/// A name, or the id of what has none.
pub(super) fn named(name: &str, id: &Id) -> String {
    if name.is_empty() {
        id.to_string()
    } else {
        name.to_owned()
    }
}
