//! Flow logs with their log stores, and trails.

use yumen_cloud::{FlowLog, GapReason, Id, Trail, TrailDestination, TrailEvents};
use yumen_diagnostics::Message;

use crate::reader::facts::{Fact, Section};
use crate::reader::record::Record;
use crate::reader::value::is;

/// An item of `DescribeFlowLogs`.
pub(super) fn flow_log(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("FlowLogId")?;
    let log = FlowLog {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        resource: item.id("ResourceId"),
        active: is(item.text("Status"), "Active"),
        traffic: item.string("TrafficType"),
        project: item.string("ProjectName"),
        store: item.string("LogStoreName"),
        retention_days: None,
    };
    section.facts.push(Fact::FlowLog(Box::new(log)));
    Some(id)
}

/// The answer of `GetLogStore`; the file is named after project and log store.
pub(super) fn log_store(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let resource = section.resource.clone()?;
    let store = resource.as_str().rsplit_once('~').map(|(_, store)| store);
    if let Some(name) = item.text("logstoreName")
        && store != Some(name)
    {
        let message = Message::new("gap-other-resource")
            .with("file", resource.as_str())
            .with("id", name);
        item.note_field("logstoreName", GapReason::Malformed, message);
        return None;
    }
    if item.text("ttl").is_none() {
        item.not_understood("ttl", "gap-bad-number", "");
    }
    section.facts.push(Fact::Retention(item.number("ttl")?));
    Some(resource)
}

/// An item of `DescribeTrails`.
pub(super) fn trail(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("Name")?;
    let destinations = [
        (
            "OssBucketName",
            TrailDestination::Bucket as fn(String) -> TrailDestination,
        ),
        ("SlsProjectArn", TrailDestination::LogProject),
        ("MaxComputeProjectArn", TrailDestination::WarehouseProject),
    ];
    let named = destinations
        .into_iter()
        .filter_map(|(field, of)| item.text(field).map(|text| of(text.to_owned())));
    let trail = Trail {
        place: item.place(&id),
        id: id.clone(),
        home_region: item.id("HomeRegion"),
        all_regions: is(item.text("TrailRegion"), "All"),
        events: events(item),
        logging: None,
        destinations: named.collect(),
    };
    section.facts.push(Fact::Trail(Box::new(trail)));
    Some(id)
}

fn events(item: Record<'_>) -> Option<TrailEvents> {
    match item.text("EventRW") {
        // What the provider does where nothing was said.
        None => Some(TrailEvents::Write),
        word if is(word, "Write") => Some(TrailEvents::Write),
        word if is(word, "Read") => Some(TrailEvents::Read),
        word if is(word, "All") => Some(TrailEvents::All),
        Some(word) => {
            item.not_understood("EventRW", "gap-bad-events", word);
            None
        }
    }
}

/// The answer of `GetTrailStatus`; the file is named after the trail.
pub(super) fn trail_status(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let resource = section.resource.clone()?;
    if item.text("IsLogging").is_none() {
        item.not_understood("IsLogging", "gap-bad-flag", "");
    }
    section.facts.push(Fact::Logging(item.flag("IsLogging")?));
    Some(resource)
}
