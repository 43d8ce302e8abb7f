//! How often each API may be asked: never more in a window than the limit, and less after the cloud
//! said that it was too much.
//!
//! Counts the requests of the last window, so that the limit holds in every window of that length,
//! whenever the cloud's own windows begin. A pure state machine: times are arguments.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use yumen_aliyun_protocol::limits::{WINDOW_SECONDS, requests_per_window};

/// What the limits are counted by: region, product, action.
pub type LimitKey = (String, &'static str, &'static str);

/// Windows are counted a little longer than they are, since requests travel unevenly.
const SAFETY: u64 = 50;

/// The budgets of all APIs.
#[derive(Debug)]
pub struct Budget {
    /// Milliseconds
    window: u64,
    limiters: BTreeMap<LimitKey, Limiter>,
}

#[derive(Debug)]
struct Limiter {
    /// Requests that are allowed in a window
    limit: f64,
    /// What the limit grows back to
    ceiling: f64,
    /// Times of the requests of the last window, in milliseconds
    starts: VecDeque<u64>,
    /// Nothing before this time
    paused_until: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Duration::from_secs(WINDOW_SECONDS))
    }
}

impl Budget {
    /// Budgets with windows of that length.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self {
            window: u64::try_from(window.as_millis()).unwrap_or(u64::MAX),
            limiters: BTreeMap::new(),
        }
    }

    /// Milliseconds of a window.
    #[must_use]
    pub fn window(&self) -> u64 {
        self.window
    }

    /// Takes a request from the budget and gives 0, or gives the milliseconds to wait first.
    pub fn take(&mut self, key: &LimitKey, now: u64) -> u64 {
        let wait = self.wait(key, now);
        if wait == 0 {
            self.limiter(key).starts.push_back(now);
        }
        wait
    }

    /// Milliseconds until a request is allowed; 0 for now.
    pub fn wait(&mut self, key: &LimitKey, now: u64) -> u64 {
        self.wait_leaving(0.0, key, now)
    }

    /// The same for a request that can wait and must leave a tenth of the limit to those that
    /// cannot.
    pub fn wait_in_reserve(&mut self, key: &LimitKey, now: u64) -> u64 {
        self.wait_leaving(0.1, key, now)
    }

    fn wait_leaving(&mut self, share: f64, key: &LimitKey, now: u64) -> u64 {
        let length = self.window + self.window.min(SAFETY);
        let limiter = self.limiter(key);
        // A clock that was set back would make everything wait.
        limiter.starts.retain(|start| *start <= now + length);
        while limiter
            .starts
            .front()
            .is_some_and(|start| start + length <= now)
        {
            limiter.starts.pop_front();
        }
        let paused = limiter.paused_until.saturating_sub(now);
        let limit = (limiter.limit * (1.0 - share)).max(1.0);
        let over = (limiter.starts.len() + 1).saturating_sub(limit as usize);
        let full = match over.checked_sub(1) {
            None => 0,
            // So many of the oldest must leave the window first.
            Some(position) => limiter
                .starts
                .get(position)
                .map_or(0, |start| (start + length).saturating_sub(now)),
        };
        paused.max(full)
    }

    /// The cloud throttled: ask half as often, and not before it said, or a part of a window.
    pub fn throttled(&mut self, key: &LimitKey, now: u64, retry_after: Option<u64>) {
        let window = self.window;
        let limiter = self.limiter(key);
        // Many requests may be under way when the cloud says so for the first time: that is one
        // reason to slow down, not many.
        if now >= limiter.paused_until {
            let least = (limiter.ceiling / 16.0).max(1.0);
            limiter.limit = (limiter.limit / 2.0).max(least);
        }
        let pause = retry_after.unwrap_or(window / 16).min(2 * window);
        limiter.paused_until = limiter.paused_until.max(now + pause);
    }

    /// The cloud answered: ask a little more often again.
    pub fn answered(&mut self, key: &LimitKey) {
        let limiter = self.limiter(key);
        limiter.limit = (limiter.limit * 1.05 + 0.1).min(limiter.ceiling);
    }

    fn limiter(&mut self, key: &LimitKey) -> &mut Limiter {
        self.limiters.entry(key.clone()).or_insert_with(|| {
            let (_, product, action) = key;
            let limit = f64::from(requests_per_window(product, action));
            Limiter {
                limit,
                ceiling: limit,
                starts: VecDeque::new(),
                paused_until: 0,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LimitKey {
        ("cn-hangzhou".to_owned(), "actiontrail", "LookupEvents")
    }

    /// Sends as fast as allowed until `end`, and gives the times.
    fn run(budget: &mut Budget, end: u64) -> Vec<u64> {
        let (mut now, mut sent) = (0, Vec::new());
        while now < end {
            match budget.take(&key(), now) {
                0 => sent.push(now),
                wait => now += wait,
            }
        }
        sent
    }

    #[test]
    fn what_can_wait_leaves_a_tenth() {
        let limit = u64::from(requests_per_window("actiontrail", "LookupEvents"));
        let mut budget = Budget::default();
        let mut taken = 0;
        while budget.wait_in_reserve(&key(), 0) == 0 {
            assert_eq!(budget.take(&key(), 0), 0);
            taken += 1;
        }
        assert_eq!(taken, limit - limit / 10);
        for _ in taken..limit {
            assert_eq!(budget.take(&key(), 0), 0);
        }
        assert!(budget.take(&key(), 0) > 0);
    }

    #[test]
    fn no_window_sees_more_than_the_limit_and_none_is_wasted() {
        let limit = requests_per_window("actiontrail", "LookupEvents") as usize;
        let mut budget = Budget::default();
        let sent = run(&mut budget, 300_000);
        for start in (0..240_000).step_by(500) {
            let within = sent
                .iter()
                .filter(|at| (start..start + 60_000).contains(*at))
                .count();
            assert!(within <= limit, "{within} from {start}");
        }
        assert_eq!(sent.len(), limit * 5);
    }

    #[test]
    fn throttling_slows_down_and_answers_speed_up_again() {
        let mut budget = Budget::default();
        assert_eq!(budget.take(&key(), 0), 0);
        budget.throttled(&key(), 0, Some(7_000));
        assert_eq!(budget.take(&key(), 0), 7_000);
        assert_eq!(budget.take(&key(), 7_000), 0);
        let halved = run(&mut budget, 50_000).len();
        assert!(halved < 60, "{halved}");
        for _ in 0..60 {
            budget.answered(&key());
        }
        let mut later = 200_000;
        let mut sent = 0;
        while budget.take(&key(), later) == 0 {
            later += 1;
            sent += 1;
        }
        assert_eq!(sent, 120);
    }

    #[test]
    fn each_region_has_its_own_budget() {
        let mut budget = Budget::default();
        let other = ("cn-shanghai".to_owned(), "actiontrail", "LookupEvents");
        budget.throttled(&key(), 0, None);
        assert!(budget.take(&key(), 0) > 0);
        assert_eq!(budget.take(&other, 0), 0);
    }
}
