//! LOG-02: logs are kept for less than six months.

use yumen_cloud::{Coverage, Listing};

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("LOG-02"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("log_02.en.md"),
    chinese: include_str!("log_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let snapshot = estate.snapshot();
    let coverage = estate.coverage(Listing::FlowLogs);
    if coverage == Coverage::OutOfScope && snapshot.flow_logs.is_empty() {
        return Ok(Outcome::not_assessed(Message::new("needs-flow-logs")));
    }
    let wanted = estate.settings.limits.log_days;
    let (mut checked, mut findings) = (0, Vec::new());
    for log in snapshot.flow_logs.values().filter(|log| log.active) {
        checked += 1;
        let store = if log.store.is_empty() {
            log.id.to_string()
        } else {
            format!("{}/{}", log.project, log.store)
        };
        let (status, message) = match log.retention_days {
            Some(days) if days >= wanted => continue,
            Some(days) => {
                let message = Message::new("found-short-logs").with("days", u64::from(days));
                (Status::Open, message)
            }
            None => (Status::Unknown, Message::new("found-retention-unread")),
        };
        let message = message
            .with("store", store)
            .with("wanted", u64::from(wanted));
        let subject = Subject::FlowLog(log.id.clone());
        findings.push(fact::finding(
            &ITEM,
            status,
            subject,
            log.place.clone(),
            message,
        ));
    }
    if coverage == Coverage::Incomplete {
        findings.push(fact::unread(&ITEM, Listing::FlowLogs));
    }
    Ok(Outcome::of(checked, findings))
}
