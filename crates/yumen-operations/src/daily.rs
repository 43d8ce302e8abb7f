//! The daily check and the quarterly audit: collect, judge, compare, report.
//!
//! When each ran last stands in the store, so that a run that was missed while nothing ran is made
//! up for, once.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use yumen_change::{Audited, Event, Schedule, YUMEN};
use yumen_diagnostics::Message;
use yumen_report::{Report, Words, html};
use yumen_store::Retention;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::watch::{Happening, HappeningKind, Watch};

/// What repeats itself.
pub struct Daily {
    /// Where reports of quarterly audits are written
    folder: PathBuf,
    checked: Timestamp,
    audited: Timestamp,
}

/// Under which names the store keeps when each ran last.
const CHECKED: &str = "schedule/daily-check";
const AUDITED: &str = "schedule/quarterly-audit";

impl Daily {
    /// Begins where the last process ended; what never ran is due at its first time from now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn new(desk: &Desk, folder: &Path) -> Result<Self, Failure> {
        let now = desk.clock.now();
        let last = |name| -> Result<Timestamp, Failure> {
            let text = desk.store.memo(name)?;
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            match text.and_then(|text| text.parse().ok()) {
                Some(time) => Ok(time),
                None => {
                    desk.store.put_memo(name, now.to_string().as_bytes())?;
                    Ok(now)
                }
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            checked: last(CHECKED)?,
            audited: last(AUDITED)?,
        })
    }

    /// Does what is due.
    ///
    /// # Errors
    /// The cloud or the store cannot be used; it stays due.
    pub fn round(
        &mut self,
        desk: &Desk,
        watch: &mut Watch,
        words: &Words,
    ) -> Result<Vec<Happening>, Failure> {
        let now = desk.clock.now();
        let schedules = &desk.ground.schedules;
        let zone = &schedules.time_zone;
        let due = |schedule: Option<&Schedule>, last| {
            schedule.and_then(|schedule| schedule.due(last, now, zone))
        };
        let mut happened = Vec::new();
        if let Some(due) = due(schedules.daily_check.as_ref(), self.checked) {
            let report = watch.read_all()?;
            let mut lines = compared(desk, &report)?;
            if due.missed > 0 {
                lines.push(Message::new("check-missed").with("count", u64::from(due.missed)));
            }
            note(desk, &report)?;
            desk.make_room(&Retention::default())?;
            desk.store.put_memo(CHECKED, now.to_string().as_bytes())?;
            self.checked = now;
            happened.push(happening(HappeningKind::Checked, lines, now));
        }
        if let Some(_due) = due(schedules.quarterly_audit.as_ref(), self.audited) {
            let report = watch.read_all()?;
            let path = self.write(&report, words, now)?;
            let mut lines = compared(desk, &report)?;
            lines.push(Message::new("audit-written").with("path", path.display().to_string()));
            note(desk, &report)?;
            desk.store.put_memo(AUDITED, now.to_string().as_bytes())?;
            self.audited = now;
            happened.push(happening(HappeningKind::Audited, lines, now));
        }
        Ok(happened)
    }

    fn write(&self, report: &Report, words: &Words, now: Timestamp) -> Result<PathBuf, Failure> {
        let path = self
            .folder
            .join(format!("audit-{}.html", now.strftime("%Y-%m-%d")));
        let next = Message::new("audit-next");
        let page = html::report(report, words, "aliyun://", &next);
        let written =
            std::fs::create_dir_all(&self.folder).and_then(|()| std::fs::write(&path, page));
        written.map_err(|error| Failure::File(path.clone(), error))?;
        Ok(path)
    }
}

fn happening(kind: HappeningKind, lines: Vec<Message>, at: Timestamp) -> Happening {
    Happening {
        kind,
        number: 0,
        lines,
        at,
    }
}

fn note(desk: &Desk, report: &Report) -> Result<(), Failure> {
    desk.note(YUMEN, &[Event::Audited(audited(desk, report))])
}

/// What the ledger keeps of an audit.
pub(crate) fn audited(desk: &Desk, report: &Report) -> Audited {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let snapshot = report.topology().snapshot();
    Audited {
        snapshot: snapshot.content_address().to_string(),
        score: report.score.value,
        findings: count(report.judgement.findings().count()),
        waived: count(report.judgement.waived().count()),
        settings: desk.ground.hash.clone(),
    }
}

/// Score and findings beside those of the audit before.
fn compared(desk: &Desk, report: &Report) -> Result<Vec<Message>, Failure> {
    let last = desk.store.last_by_key("kind", "audited")?;
    let now = audited(desk, report);
    let before = match last {
        None => now.clone(),
        Some((_, entry)) => match desk.event(&entry)? {
            (_, Event::Audited(before)) => before,
            _ => now.clone(),
        },
    };
    Ok(vec![
        Message::new("check-compared")
            .with("before", u64::from(before.score))
            .with("after", u64::from(now.score))
            .with("findings_before", u64::from(before.findings))
            .with("findings", u64::from(now.findings)),
    ])
}
