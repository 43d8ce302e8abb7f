//! What must be read again, and when: at once, and again until reads cannot lag any more.
//!
//! A read may still show for a while what was before a change, and some changes take effect after
//! they were answered (`Modifying`). Whoever read once, at once, would keep the old picture for
//! good, since no second event follows. A state machine: times are arguments.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::affected::Affected;

/// How long after a change it is looked at again; the last is how long a real cloud may lag.
const ECHOES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
];

/// How long a reading of everything is not repeated: services that Yumen does not know may call by
/// the hundred.
const REST: Duration = Duration::from_secs(60);

/// What must be read again, by when.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    due: BTreeMap<Timestamp, Affected>,
    /// When everything was last handed out to be read
    everything: Option<Timestamp>,
}

impl Agenda {
    /// Notes that something changed, as seen at a time.
    pub fn note(&mut self, affected: &Affected, now: Timestamp) {
        if affected.is_empty() {
            return;
        }
        for echo in ECHOES {
            let due = self.due.entry(later(now, echo)).or_default();
            due.extend(affected.clone());
        }
    }

    /// Notes that what was handed out could not be read and must be tried again after a while.
    pub fn postpone(&mut self, affected: Affected, now: Timestamp) {
        let at = later(now, Duration::from_secs(1));
        self.due.entry(at).or_default().extend(affected);
    }

    /// Hands out what is to be read now.
    pub fn due(&mut self, now: Timestamp) -> Affected {
        let mut affected = Affected::default();
        while let Some(first) = self.due.first_entry() {
            if *first.key() > now {
                break;
            }
            affected.extend(first.remove());
        }
        let everything = affected.take_everything();
        if everything.is_empty() {
            return affected;
        }
        match self.everything.map(|last| later(last, REST)) {
            Some(rested) if rested > now => {
                self.due.entry(rested).or_default().extend(everything);
            }
            _ => {
                self.everything = Some(now);
                affected.extend(everything);
            }
        }
        affected
    }

    /// When something is next to be read.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.due.keys().next().copied()
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_change_is_looked_at_again_until_reads_cannot_lag() {
        let mut agenda = Agenda::default();
        let group = Affected::group("r", "sg-1");
        agenda.note(&group, at(100));
        let times: Vec<i64> = (100..200)
            .filter(|second| agenda.due(at(*second)) == group)
            .collect();
        assert_eq!(times, [100, 101, 105, 130]);
        assert_eq!(agenda.next(), None);
        agenda.postpone(group.clone(), at(200));
        assert_eq!(agenda.next(), Some(at(201)));
        assert!(agenda.due(at(200)).is_empty());
        assert_eq!(agenda.due(at(250)), group);
    }

    #[test]
    fn everything_is_not_read_time_and_again() {
        let mut agenda = Agenda::default();
        let everything = Affected::everything(None);
        let mut times = Vec::new();
        for second in 0..300 {
            if second < 200 {
                agenda.note(&everything, at(second));
            }
            if !agenda.due(at(second)).is_empty() {
                times.push(second);
            }
        }
        assert_eq!(times, [0, 60, 120, 180, 240]);
    }
}
