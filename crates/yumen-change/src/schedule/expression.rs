//! Cron expressions without any time zone: which times on the wall fit.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use yumen_diagnostics::Message;
use yumen_diagnostics::section::suggest;

/// The five fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
}

/// What one field accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    /// One bit for each value
    values: u64,
    /// True if it begins with `*`
    star: bool,
}

/// What may stand in a field.
struct Kind {
    name: &'static str,
    from: u32,
    to: u32,
    words: &'static [&'static str],
}

const MINUTE: Kind = Kind {
    name: "minute",
    from: 0,
    to: 59,
    words: &[],
};

const HOUR: Kind = Kind {
    name: "hour",
    from: 0,
    to: 23,
    words: &[],
};

const DAY: Kind = Kind {
    name: "day",
    from: 1,
    to: 31,
    words: &[],
};

const MONTH: Kind = Kind {
    name: "month",
    from: 1,
    to: 12,
    words: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};

/// Sunday is 0 and 7.
const WEEKDAY: Kind = Kind {
    name: "weekday",
    from: 0,
    to: 7,
    words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

const NAMED: [(&str, &str); 8] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@quarterly", "0 0 1 1,4,7,10 *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// Days of the months in a leap year.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// After so many years everything that can happen has happened: weekdays and leap years repeat
/// after 28 years, after 40 where a century without leap year lies between.
const YEARS: i16 = 41;

impl Expression {
    pub(super) fn parse(text: &str) -> Result<Self, Message> {
        let text = text.trim();
        if text.starts_with('@') {
            let lower = text.to_ascii_lowercase();
            let found = NAMED.iter().find(|(name, _)| *name == lower);
            let Some((_, fields)) = found else {
                let message = Message::new("schedule-name").with("value", text);
                return Err(suggest(message, text, NAMED.iter().map(|(name, _)| *name)));
            };
            return Self::fields(fields);
        }
        Self::fields(text)
    }

    fn fields(text: &str) -> Result<Self, Message> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(Message::new("schedule-fields")
                .with("value", text)
                .with("number", fields.len()));
        };
        let expression = Self {
            minutes: Field::parse(minutes, &MINUTE)?,
            hours: Field::parse(hours, &HOUR)?,
            days: Field::parse(days, &DAY)?,
            months: Field::parse(months, &MONTH)?,
            weekdays: Field::parse(weekdays, &WEEKDAY)?.with_one_sunday(),
        };
        if expression.ever_fits() {
            Ok(expression)
        } else {
            Err(Message::new("schedule-never").with("value", text))
        }
    }

    /// True if minutes and hours are named: such a time is kept when the clock is changed.
    pub(super) fn names_its_times(&self) -> bool {
        !self.minutes.star && !self.hours.star
    }

    /// The first time on the wall that fits, from a whole minute on.
    pub(super) fn next_on_wall(&self, from: DateTime) -> Option<DateTime> {
        let last_year = from.year().saturating_add(YEARS);
        let mut date = from.date();
        let mut earliest = (from.hour(), from.minute());
        while date.year() <= last_year {
            if !self.months.has(date.month()) {
                date = date.last_of_month().checked_add(1.day()).ok()?;
                earliest = (0, 0);
                continue;
            }
            if self.fits_day(date)
                && let Some(time) = self.first_time(earliest)
            {
                return Some(DateTime::from_parts(date, time));
            }
            date = date.checked_add(1.day()).ok()?;
            earliest = (0, 0);
        }
        None
    }

    /// The first time of day that fits, from an hour and a minute on.
    fn first_time(&self, (hour, minute): (i8, i8)) -> Option<Time> {
        let mut hours = (hour..24).filter(|one| self.hours.has(*one));
        hours.find_map(|one| {
            let first = if one == hour { minute } else { 0 };
            let found = (first..60).find(|one| self.minutes.has(*one))?;
            Time::new(one, found, 0, 0).ok()
        })
    }

    /// Where both kinds of day are restricted, either is enough; a field that begins with `*` is
    /// no restriction in that sense, but what it leaves out it leaves out.
    fn fits_day(&self, date: Date) -> bool {
        let day = self.days.has(date.day());
        let weekday = self.weekdays.has(date.weekday().to_sunday_zero_offset());
        if self.days.star || self.weekdays.star {
            day && weekday
        } else {
            day || weekday
        }
    }

    fn ever_fits(&self) -> bool {
        let either = !self.days.star && !self.weekdays.star;
        let mut months = (1_i8..).zip(LENGTHS);
        either
            || months.any(|(month, length)| {
                let in_month = (1_u64 << (length + 1)) - 1;
                self.months.has(month) && self.days.values & in_month != 0
            })
    }
}

impl Field {
    fn has(self, value: i8) -> bool {
        u32::try_from(value).is_ok_and(|value| self.values >> value & 1 == 1)
    }

    fn with_one_sunday(self) -> Self {
        let seven = self.values >> 7 & 1;
        Self {
            values: (self.values | seven) & 0x7f,
            ..self
        }
    }

    fn parse(text: &str, kind: &Kind) -> Result<Self, Message> {
        let mut values = 0;
        for part in text.split(',') {
            values |= part_values(part, text, kind)?;
        }
        Ok(Self {
            values,
            star: text.starts_with('*'),
        })
    }
}

/// One part of a list: `*`, a value, a range; the first and the last with a step.
fn part_values(part: &str, text: &str, kind: &Kind) -> Result<u64, Message> {
    let wrong = || {
        Message::new("schedule-field")
            .with("field", kind.name)
            .with("value", text)
            .with("from", u64::from(kind.from))
            .with("to", u64::from(kind.to))
    };
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (
            range,
            number(step).filter(|step| *step > 0).ok_or_else(wrong)?,
        ),
        None => (part, 1),
    };
    let (from, to) = if range == "*" {
        (kind.from, kind.to)
    } else if let Some((from, to)) = range.split_once('-') {
        let from = value(from, kind).ok_or_else(wrong)?;
        (from, value(to, kind).ok_or_else(wrong)?)
    } else {
        let one = value(range, kind).ok_or_else(wrong)?;
        if part.contains('/') {
            // Some programs read `5/15` as 5-59/15, others refuse it.
            return Err(Message::new("schedule-step").with("value", text));
        }
        (one, one)
    };
    if from > to {
        return Err(wrong());
    }
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    let values = (from..=to).step_by(step);
    Ok(values.fold(0, |values, value| values | 1 << value))
}

fn value(text: &str, kind: &Kind) -> Option<u32> {
    let mut words = (kind.from..).zip(kind.words);
    let found = words.find(|(_, word)| word.eq_ignore_ascii_case(text));
    let value = found.map(|(value, _)| value).or_else(|| number(text))?;
    (kind.from..=kind.to).contains(&value).then_some(value)
}

/// Digits only, as few as any reader takes.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|one| one.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
