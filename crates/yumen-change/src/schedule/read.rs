//! The section `[schedule]` of `yumen.toml`.

use jiff::tz::TimeZone;
use yumen_diagnostics::section::{Problem, Section, Source};

use super::Schedule;
use crate::zone::{default_time_zone, read_time_zone};

/// What the daemon does by itself, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedules {
    /// Collect, judge, compare with the day before; `None` if it is `"off"`
    pub daily_check: Option<Schedule>,
    /// The audit with its report; `None` if it is `"off"`
    pub quarterly_audit: Option<Schedule>,
    /// Whose clock is meant
    pub time_zone: TimeZone,
}

impl Default for Schedules {
    fn default() -> Self {
        Self {
            daily_check: Schedule::parse("30 6 * * *").ok(),
            quarterly_audit: Schedule::parse("0 9 1 1,4,7,10 *").ok(),
            time_zone: default_time_zone(),
        }
    }
}

impl Schedules {
    /// Reads a `yumen.toml` for its schedules alone; other sections are the business of others.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let source = Source::new(file, text);
        let mut schedules = Self::default();
        if let Some(table) = source.parse() {
            schedules = Self::read(&mut Section::new(&source, table.get_ref(), 0..0));
        }
        (schedules, source.into_problems())
    }

    /// Reads the section; what is wrong is noted in its source.
    pub fn read(root: &mut Section<'_, '_>) -> Self {
        let mut schedules = Self::default();
        let Some(mut section) = root.section("schedule") else {
            return schedules;
        };
        for (key, schedule) in [
            ("daily_check", &mut schedules.daily_check),
            ("quarterly_audit", &mut schedules.quarterly_audit),
        ] {
            match section.text(key) {
                Some((text, _)) if text.trim() == "off" => *schedule = None,
                Some((text, span)) => match Schedule::parse(text) {
                    Ok(given) => *schedule = Some(given),
                    Err(message) => section.source().report(&span, message),
                },
                None => {}
            }
        }
        schedules.time_zone = read_time_zone(&mut section, schedules.time_zone);
        section.finish();
        schedules
    }
}
