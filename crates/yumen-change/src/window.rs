//! When changes may be applied: windows that open by the week, and freezes.
//!
//! Windows begin and end by the clock on the wall of one time zone. What the clock skips when
//! summer begins is moved behind the gap, what it shows twice when summer ends means the first
//! time; so the window from 22:00 to 06:00 is open for seven hours in one night of the year and
//! for nine in another.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use yumen_baseline::EnvironmentKind;
use yumen_diagnostics::section::{Section, suggest};
use yumen_diagnostics::{Message, Place};

use crate::Class;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// A window of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Whose changes
    pub environment: EnvironmentKind,
    /// Weekdays on which it opens, Monday first
    pub days: Vec<Weekday>,
    /// Minute of the day at which it opens
    pub from: i64,
    /// Minute of the day at which it closes; of the next one if not after `from`
    pub until: i64,
    /// Where it is declared
    pub place: Place,
}

/// A time in which nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Whose changes; `None` for those of all
    pub environment: Option<EnvironmentKind>,
    /// When it begins
    pub from: Timestamp,
    /// The first moment after it
    pub until: Timestamp,
    /// Why
    pub reason: String,
    /// True if it holds even for changes that only tighten
    pub strict: bool,
    /// Where it is declared
    pub place: Place,
}

/// All windows and freezes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Windows; an environment without one is always open
    pub windows: Vec<Window>,
    /// Freezes
    pub freezes: Vec<Freeze>,
}

/// Why it is closed, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The freeze that holds; `None` if it is outside the windows
    pub freeze: Option<Freeze>,
    /// When it opens; `None` if no moment was found that is inside every window
    pub opens: Option<Timestamp>,
}

impl Calendar {
    /// Reads `[[change.window]]` and `[[change.freeze]]` of the section `[change]`.
    pub fn read(section: &mut Section<'_, '_>, zone: &TimeZone) -> Self {
        let windows = section.each("window").into_iter().filter_map(window);
        let windows = windows.collect();
        let freezes = section.each("freeze").into_iter();
        let freezes = freezes.filter_map(|own| freeze(own, zone)).collect();
        Self { windows, freezes }
    }

    /// Why changes of a class that touch these environments may not be applied now, and when they
    /// may; nothing if they may.
    #[must_use]
    pub fn closed(
        &self,
        class: Class,
        environments: &BTreeSet<EnvironmentKind>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<Closed> {
        let freeze = self.freeze_at(class, environments, now);
        if freeze.is_none() && self.is_in_windows(environments, now, zone) {
            return None;
        }
        Some(Closed {
            freeze: freeze.cloned(),
            opens: self.opens(class, environments, now, zone),
        })
    }

    /// The freeze that holds, of several the one that ends last.
    fn freeze_at(
        &self,
        class: Class,
        environments: &BTreeSet<EnvironmentKind>,
        now: Timestamp,
    ) -> Option<&Freeze> {
        let holding = self.freezes.iter().filter(|freeze| {
            let concerned = freeze
                .environment
                .is_none_or(|own| environments.contains(&own));
            let passes = class == Class::Tightening && !freeze.strict;
            concerned && !passes && freeze.from <= now && now < freeze.until
        });
        holding.max_by_key(|freeze| freeze.until)
    }

    /// True if the moment is in a window of each environment that has any.
    fn is_in_windows(
        &self,
        environments: &BTreeSet<EnvironmentKind>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> bool {
        environments.iter().all(|environment| {
            let mut own = self.windows_of(*environment).peekable();
            own.peek().is_none() || own.any(|window| window.is_open(now, zone))
        })
    }

    fn windows_of(&self, environment: EnvironmentKind) -> impl Iterator<Item = &Window> {
        let own = move |window: &&Window| window.environment == environment;
        self.windows.iter().filter(own)
    }

    /// The first moment after now that is open. What is open begins where a window begins or a
    /// freeze ends, and every window begins within a week of any moment, so looking a week beyond
    /// now and beyond the end of each freeze is enough.
    fn opens(
        &self,
        class: Class,
        environments: &BTreeSet<EnvironmentKind>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        let ends = self.freezes.iter().map(|freeze| freeze.until);
        let after: Vec<Timestamp> = ends
            .filter(|end| *end > now)
            .chain(std::iter::once(now))
            .collect();
        let mut candidates: BTreeSet<Timestamp> = after.iter().copied().collect();
        for moment in &after {
            let date = zone.to_datetime(*moment).date();
            for window in &self.windows {
                let dates = (-2..=8).filter_map(|days: i64| date.checked_add(days.days()).ok());
                let spans = dates.filter_map(|date| window.span_on(date, zone));
                candidates.extend(spans.map(|(begin, _)| begin));
            }
        }
        candidates.into_iter().find(|moment| {
            *moment > now
                && self.freeze_at(class, environments, *moment).is_none()
                && self.is_in_windows(environments, *moment, zone)
        })
    }
}

impl Window {
    /// True if the moment is inside.
    #[must_use]
    pub fn is_open(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let today = zone.to_datetime(now).date();
        // A window of the day before may still be open, and a clock that is set back across
        // midnight makes that two days.
        let dates = (0..=2).filter_map(|days: i64| today.checked_sub(days.days()).ok());
        let mut spans = dates.filter_map(|date| self.span_on(date, zone));
        spans.any(|(begin, end)| begin <= now && now < end)
    }

    /// From when until when it is open, if it opens on that day.
    fn span_on(&self, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        if !self.days.contains(&date.weekday()) {
            return None;
        }
        let overnight = self.until <= self.from;
        let until = self.until + if overnight { DAY } else { 0 };
        let at = |minute: i64| {
            let midnight = DateTime::from_parts(date, jiff::civil::Time::midnight());
            let time = midnight.checked_add(minute.minutes()).ok()?;
            zone.to_timestamp(time).ok()
        };
        Some((at(self.from)?, at(until)?))
    }
}

fn window(mut section: Section<'_, '_>) -> Option<Window> {
    let environment = section.word("environment", &EnvironmentKind::ALL);
    let days = days(&mut section);
    let from = minute(&mut section, "from");
    let until = minute(&mut section, "until");
    let place = section.source().place(&section.span());
    if from.is_some() && from == until {
        let message = Message::new("window-empty");
        section.source().report(&section.span(), message);
    }
    if from == Some(DAY) {
        let message = Message::new("window-from");
        section.source().report(&section.span(), message);
    }
    section.finish();
    Some(Window {
        environment: environment?,
        days: days?,
        from: from?,
        until: until?,
        place,
    })
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Weekdays and ranges of them such as `mon-thu` or `fri-mon`.
fn days(section: &mut Section<'_, '_>) -> Option<Vec<Weekday>> {
    let given = section.texts("days");
    if given.is_empty() {
        let message = Message::new("config-missing").with("key", "days");
        section.source().report(&section.span(), message);
        return None;
    }
    let mut days = BTreeSet::new();
    for (text, span) in given {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let position = |word: &str| WEEKDAYS.iter().position(|(own, _)| *own == word.trim());
        let (Some(first), Some(last)) = (position(first), position(last)) else {
            let message = Message::new("config-word")
                .with("key", "days")
                .with("value", text);
            let words = WEEKDAYS.iter().map(|(word, _)| *word);
            section
                .source()
                .report(&span, suggest(message, text, words));
            continue;
        };
        let last = if last < first {
            last + WEEKDAYS.len()
        } else {
            last
        };
        days.extend((first..=last).map(|day| day % WEEKDAYS.len()));
    }
    let named = |day| WEEKDAYS.get(day).map(|(_, weekday)| *weekday);
    Some(days.into_iter().filter_map(named).collect())
}

/// A time of day as `22:00`; `24:00` is the end of the day.
fn minute(section: &mut Section<'_, '_>, key: &'static str) -> Option<i64> {
    let (text, span) = section.needed(key)?;
    let minute = text.split_once(':').and_then(|(hour, minute)| {
        let two = |digits: &str, most: i64| {
            let whole = digits.len() == 2 && digits.bytes().all(|one| one.is_ascii_digit());
            let number = digits.parse::<i64>().ok()?;
            (whole && number <= most).then_some(number)
        };
        let minute = two(hour, 24)? * 60 + two(minute, 59)?;
        (minute <= DAY).then_some(minute)
    });
    if minute.is_none() {
        let message = Message::new("window-time")
            .with("key", key)
            .with("value", text);
        section.source().report(&span, message);
    }
    minute
}

fn freeze(mut section: Section<'_, '_>, zone: &TimeZone) -> Option<Freeze> {
    let environment = section
        .has("environment")
        .then(|| section.word("environment", &EnvironmentKind::ALL));
    let from = moment(&mut section, "from", zone, false);
    let until = moment(&mut section, "until", zone, true);
    let reason = section.needed("reason").map(|(text, _)| text.to_owned());
    let strict = section.flag("strict").unwrap_or(false);
    let place = section.source().place(&section.span());
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let message = Message::new("window-freeze-order");
        section.source().report(&section.span(), message);
    }
    section.finish();
    let environment = match environment {
        Some(None) => return None,
        Some(given) => given,
        None => None,
    };
    Some(Freeze {
        environment,
        from: from?,
        until: until?,
        reason: reason?,
        strict,
        place,
    })
}

/// A day, a time on the wall or a time with an offset. A day is whole: as an end, it is the last
/// one.
fn moment(
    section: &mut Section<'_, '_>,
    key: &'static str,
    zone: &TimeZone,
    is_end: bool,
) -> Option<Timestamp> {
    if !section.has(key) {
        section.needed(key);
        return None;
    }
    let (text, span) = section.date(key)?;
    let moment = if text.len() == "2026-12-31".len() {
        let date = text.parse::<Date>().ok();
        let date = date.and_then(|date| match is_end {
            true => date.checked_add(1.day()).ok(),
            false => Some(date),
        });
        date.and_then(|date| {
            let midnight = date.to_zoned(zone.clone()).ok()?;
            Some(midnight.timestamp())
        })
    } else {
        let exact = text.parse::<Timestamp>().ok();
        exact.or_else(|| zone.to_timestamp(text.parse::<DateTime>().ok()?).ok())
    };
    if moment.is_none() {
        let message = Message::new("window-date")
            .with("key", key)
            .with("value", text);
        section.source().report(&span, message);
    }
    moment
}
