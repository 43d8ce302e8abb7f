//! Who reads what next: several threads, and never one that waits while another action of another
//! region may be asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::client::budget::LimitKey;

/// Work that is counted against a request limit.
pub(super) trait Job {
    /// The limit.
    fn limit(&self) -> LimitKey;
}

/// The jobs that are left, and those that are under way.
pub(super) struct Schedule<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
}

struct State<J> {
    queues: BTreeMap<LimitKey, VecDeque<J>>,
    /// Jobs under way, by what they are counted against
    running: BTreeMap<LimitKey, usize>,
    under_way: usize,
    stopped: bool,
}

/// A job that was given out.
pub(super) struct UnderWay<'s, J: Job>(&'s Schedule<J>, LimitKey);

impl<J: Job> Drop for UnderWay<'_, J> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
        self.0.done(&self.1);
    }
}

/// Workers that one limit may keep busy: should its budget run out, the others go on elsewhere.
const MOST_OF_ONE: usize = 4;

/// Longest time for which a worker looks away.
const GLANCE: Duration = Duration::from_millis(200);

impl<J: Job> Schedule<J> {
    pub(super) fn new(jobs: impl IntoIterator<Item = J>) -> Self {
        let schedule = Self {
            state: Mutex::new(State {
                queues: BTreeMap::new(),
                running: BTreeMap::new(),
                under_way: 0,
                stopped: false,
            }),
            changed: Condvar::new(),
        };
        schedule.add(jobs);
        schedule
    }

    /// Adds jobs.
    pub(super) fn add(&self, jobs: impl IntoIterator<Item = J>) {
        let mut state = self.lock();
        for job in jobs {
            state.queues.entry(job.limit()).or_default().push_back(job);
        }
        self.changed.notify_all();
    }

    /// Jobs that wait.
    pub(super) fn waiting(&self) -> usize {
        self.lock().queues.values().map(VecDeque::len).sum()
    }

    /// Lets no further job begin.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// The next job; `None` when all are done or the work was stopped. `wait` says in how many
    /// milliseconds the budget allows a job. The longest queue goes first, for it ends last.
    pub(super) fn next(&self, wait: &dyn Fn(&J) -> u64) -> Option<J> {
        let mut state = self.lock();
        loop {
            let empty = state.queues.is_empty();
            if state.stopped || (empty && state.under_way == 0) {
                self.changed.notify_all();
                return None;
            }
            let mut shortest = u64::MAX;
            let mut best: Option<(usize, LimitKey)> = None;
            for (key, queue) in &state.queues {
                let running = state.running.get(key).copied().unwrap_or_default();
                let Some(first) = queue.front().filter(|_| running < MOST_OF_ONE) else {
                    continue;
                };
                match wait(first) {
                    0 if best
                        .as_ref()
                        .is_none_or(|(length, _)| *length < queue.len()) =>
                    {
                        best = Some((queue.len(), key.clone()));
                    }
                    0 => {}
                    later => shortest = shortest.min(later),
                }
            }
            if let Some((_, key)) = best
                && let Some(queue) = state.queues.get_mut(&key)
                && let Some(job) = queue.pop_front()
            {
                if queue.is_empty() {
                    state.queues.remove(&key);
                }
                state.under_way += 1;
                *state.running.entry(key).or_default() += 1;
                return Some(job);
            }
            let pause = Duration::from_millis(shortest).min(GLANCE);
            let waited = self.changed.wait_timeout(state, pause);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Holds that a job is under way; it is done when this is dropped, by a panic as well.
    pub(super) fn under_way(&self, job: &J) -> UnderWay<'_, J> {
        UnderWay(self, job.limit())
    }

    fn done(&self, key: &LimitKey) {
        let mut state = self.lock();
        state.under_way = state.under_way.saturating_sub(1);
        if let Some(running) = state.running.get_mut(key) {
            *running = running.saturating_sub(1);
        }
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
