//! What goes wrong on purpose: which misfortune meets which call, decided by seed, call and
//! attempt, never by the order of arrival, so that a run can be repeated.

use std::str::FromStr;

use super::page::Moment;
use crate::random::{SplitMix64, hash};

/// How much goes wrong, each as a share of calls from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chaos {
    /// The same seed, call and attempt meet the same misfortune
    pub seed: u64,
    /// Least, and mean additional, milliseconds before an answer (exponential, cut at ten times
    /// the mean)
    pub latency: (u64, u64),
    /// Calls whose first one to four attempts are throttled
    pub throttle: f64,
    /// Answers that are a 5xx; half of them after the call took effect
    pub unavailable: f64,
    /// Connections that break without an answer; half of them after the call took effect
    pub reset: f64,
    /// Answers whose body ends in the middle
    pub half: f64,
    /// Pages that show a list as it was for a moment only: one item more or less
    pub churn: f64,
    /// Milliseconds for which reads may still see what was before a change
    pub lag: u64,
    /// Seconds by which the cloud's clock is ahead of the client's (negative: behind)
    pub skew: i64,
}

/// What happens to one attempt of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Fair,
    Throttled,
    /// A 5xx, before or after the call took effect
    Unavailable {
        acted: bool,
    },
    /// No answer, before or after the call took effect
    Reset {
        acted: bool,
    },
    /// Half a body
    Half,
}

/// All that happens to one attempt of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) fate: Fate,
    pub(crate) moment: Option<Moment>,
    /// Milliseconds before it is answered
    pub(crate) delay: u64,
    /// Milliseconds for which reads may still see what was before it
    pub(crate) lag: u64,
}

impl Lot {
    /// The lot that a request asks for itself: words of the header `x-yumen-chaos`, joined by
    /// commas; what it does not name stays.
    pub(crate) fn or_as_wished(mut self, wish: &str) -> Self {
        for word in wish.split(',').map(str::trim) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match (name, value.parse()) {
                ("throttle", _) => self.fate = Fate::Throttled,
                ("error", _) => self.fate = Fate::Unavailable { acted: false },
                ("error-after", _) => self.fate = Fate::Unavailable { acted: true },
                ("reset", _) => self.fate = Fate::Reset { acted: false },
                ("reset-after", _) => self.fate = Fate::Reset { acted: true },
                ("half", _) => self.fate = Fate::Half,
                ("extra", _) => self.moment = Some(Moment::Extra),
                ("fewer", _) => self.moment = Some(Moment::Fewer),
                ("latency", Ok(milliseconds)) => self.delay = milliseconds,
                ("lag", Ok(milliseconds)) => self.lag = milliseconds,
                _ => {}
            }
        }
        self
    }
}

impl Chaos {
    /// The fate of an attempt, counted from 0.
    pub(crate) fn fate(&self, call: &str, attempt: u32) -> Fate {
        let burst = 1 + (self.draw(call, 0, "burst length") * 4.0) as u32;
        if self.draw(call, 0, "burst") < self.throttle && attempt < burst {
            return Fate::Throttled;
        }
        let acted = self.draw(call, attempt, "acted") < 0.5;
        let mut draw = self.draw(call, attempt, "misfortune");
        for (share, fate) in [
            (self.unavailable, Fate::Unavailable { acted }),
            (self.reset, Fate::Reset { acted }),
            (self.half, Fate::Half),
        ] {
            if draw < share {
                return fate;
            }
            draw -= share;
        }
        Fate::Fair
    }

    /// How a list looks to an attempt.
    pub(crate) fn moment(&self, call: &str, attempt: u32) -> Option<Moment> {
        if self.draw(call, attempt, "churn") >= self.churn {
            return None;
        }
        let extra = self.draw(call, attempt, "kind of churn") < 0.5;
        Some(if extra { Moment::Extra } else { Moment::Fewer })
    }

    /// Milliseconds before an attempt is answered.
    pub(crate) fn delay(&self, call: &str, attempt: u32) -> u64 {
        let (least, mean) = self.latency;
        let draw = self.draw(call, attempt, "latency");
        let tail = -(1.0 - draw).max(1e-9).ln() * mean as f64;
        least + (tail as u64).min(10 * mean)
    }

    /// A number from 0 to 1, without 1.
    fn draw(&self, call: &str, attempt: u32, question: &str) -> f64 {
        let mut stream = SplitMix64::new(
            self.seed ^ hash(call) ^ hash(question).rotate_left(23) ^ u64::from(attempt) << 40,
        );
        stream.next();
        (stream.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl FromStr for Chaos {
    type Err = String;

    /// Reads `seed=7,latency=5+40,throttle=0.1,error=0.05,reset=0.05,half=0.02,churn=0.1,
    /// lag=300,skew=-1200`; what is not named stays away.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut chaos = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let number = || value.parse().map_err(|_| part.to_owned());
            let share = || {
                let share: f64 = value.parse().map_err(|_| part.to_owned())?;
                (0.0..=1.0)
                    .contains(&share)
                    .then_some(share)
                    .ok_or(part.to_owned())
            };
            match name {
                "seed" => chaos.seed = number()?,
                "latency" => {
                    let (least, mean) = value.split_once('+').unwrap_or((value, "0"));
                    let read = |text: &str| text.parse().map_err(|_| part.to_owned());
                    chaos.latency = (read(least)?, read(mean)?);
                }
                "throttle" => chaos.throttle = share()?,
                "error" => chaos.unavailable = share()?,
                "reset" => chaos.reset = share()?,
                "half" => chaos.half = share()?,
                "churn" => chaos.churn = share()?,
                "lag" => chaos.lag = number()?,
                "skew" => chaos.skew = value.parse().map_err(|_| part.to_owned())?,
                _ => return Err(part.to_owned()),
            }
        }
        Ok(chaos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_call_and_attempt_fare_the_same() {
        let chaos: Chaos = "seed=3,error=0.3,reset=0.3,half=0.2".parse().unwrap();
        let fates = |chaos: &Chaos| -> Vec<Fate> {
            (0..50).map(|attempt| chaos.fate("a", attempt)).collect()
        };
        assert_eq!(fates(&chaos), fates(&chaos.clone()));
        let other = Chaos {
            seed: 4,
            ..chaos.clone()
        };
        assert_ne!(fates(&chaos), fates(&other));
    }

    #[test]
    fn a_request_may_wish() {
        let calm = Lot {
            fate: Fate::Fair,
            moment: None,
            delay: 0,
            lag: 7,
        };
        let wished = calm
            .clone()
            .or_as_wished("reset-after, latency=250,extra,lag=x,fire");
        let expected = Lot {
            fate: Fate::Reset { acted: true },
            moment: Some(Moment::Extra),
            delay: 250,
            lag: 7,
        };
        assert_eq!(wished, expected);
        assert_eq!(calm.clone().or_as_wished(""), calm);
    }

    #[test]
    fn shares_are_kept() {
        let chaos: Chaos = "error=0.1,reset=0.1,half=0.1".parse().unwrap();
        let ill = (0..10_000)
            .filter(|call| chaos.fate(&call.to_string(), 0) != Fate::Fair)
            .count();
        assert!((2700..3300).contains(&ill), "{ill}");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!("reset=2".parse::<Chaos>(), Err("reset=2".to_owned()));
        assert_eq!("fire=1".parse::<Chaos>(), Err("fire=1".to_owned()));
        let read: Chaos = "latency=5+40, skew=-1200".parse().unwrap();
        assert_eq!((read.latency, read.skew), ((5, 40), -1200));
        assert_eq!("".parse::<Chaos>(), Ok(Chaos::default()));
    }
}
