//! When something is due that repeats itself: cron expressions by the clock on the wall of a time
//! zone, and what to do about what was missed.
//!
//! An expression has five fields: minute, hour, day of the month, month, day of the week. When the
//! clock is changed, it does as Vixie's cron does: an expression that names its minutes and hours
//! (neither field begins with `*`) runs once for each time that it names, right after the gap if
//! the clock skips it, and the first time if the clock shows it twice. Any other runs whenever the
//! clock shows a time that fits: not in a gap, and twice where an hour comes twice.

mod expression;
mod read;

pub use read::Schedules;

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use yumen_diagnostics::Message;

use expression::Expression;

/// A cron expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    expression: Expression,
}

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last time for which it was due: it runs once, for this one
    pub scheduled_for: Timestamp,
    /// How many times before that were missed
    pub missed: u32,
}

impl Schedule {
    /// Reads five fields, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@quarterly`, `@yearly`.
    ///
    /// # Errors
    /// What is wrong with it, or that it never comes true.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let expression = Expression::parse(text)?;
        Ok(Self {
            text: text.trim().to_owned(),
            expression,
        })
    }

    /// The first time after another one; `None` if there is none before the end of the calendar.
    #[must_use]
    pub fn next_after(&self, time: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        if self.expression.names_its_times() {
            self.next_named(time, zone)
        } else {
            self.next_shown(time, zone)
        }
    }

    /// What is due now, having last been run for another time: once, however often it was missed.
    /// A last time that lies in the future makes nothing due.
    #[must_use]
    pub fn due(&self, last: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<Due> {
        let mut next = self.next_after(last, zone).filter(|next| *next <= now)?;
        let mut missed: u32 = 0;
        while let Some(later) = self.next_after(next, zone).filter(|later| *later <= now) {
            next = later;
            missed = missed.saturating_add(1);
        }
        Some(Due {
            scheduled_for: next,
            missed,
        })
    }

    /// Every named time in the order of the wall, each moved to where it happens; that order is
    /// the order in which they happen too.
    fn next_named(&self, time: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut wall = whole_minute(begin_of_search(time, zone)?)?;
        loop {
            wall = self.expression.next_on_wall(wall)?;
            let happens = happens(wall, zone)?;
            if happens > time {
                return Some(happens);
            }
            wall = wall.checked_add(1.minute()).ok()?;
        }
    }

    /// Between two changes of the clock, the wall and time run alike.
    fn next_shown(&self, time: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut begin = time.checked_add(SignedDuration::from_nanos(1)).ok()?;
        loop {
            let offset = zone.to_offset(begin);
            let end = zone.following(begin).next().map(|next| next.timestamp());
            let wall = whole_minute(offset.to_datetime(begin))?;
            let found = self.expression.next_on_wall(wall);
            let found = found.and_then(|wall| offset.to_timestamp(wall).ok());
            match (found, end) {
                (Some(found), Some(end)) if found >= end => begin = end,
                (None, Some(end)) => begin = end,
                (found, _) => return found,
            }
        }
    }
}

/// The expression as the user writes it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A time on the wall from which on everything is looked at that may happen after a moment. No
/// clock has ever been changed by more than a day.
fn begin_of_search(time: Timestamp, zone: &TimeZone) -> Option<DateTime> {
    let last_change = zone.preceding(time).next();
    let recent = SignedDuration::from_hours(49);
    let was_changed =
        last_change.is_some_and(|change| time.duration_since(change.timestamp()) < recent);
    let wall = zone.to_datetime(time);
    if was_changed {
        wall.checked_sub(2.days()).ok()
    } else {
        Some(wall)
    }
}

/// When a time on the wall happens: the first time where the clock shows it twice, the end of the
/// gap where it skips it.
fn happens(wall: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { after, .. } => {
            // Read with the offset behind the gap, it lies before the gap.
            let before = after.to_timestamp(wall).ok()?;
            zone.following(before).next().map(|gap| gap.timestamp())
        }
        _ => ambiguous.earlier().ok(),
    }
}

/// The same time, or the next whole minute.
fn whole_minute(wall: DateTime) -> Option<DateTime> {
    let down = wall.with().second(0).subsec_nanosecond(0).build().ok()?;
    if down == wall {
        Some(wall)
    } else {
        down.checked_add(1.minute()).ok()
    }
}
