//! Request limits: per account, region and API, in fixed windows; the window after is free again.

use std::collections::BTreeMap;

use yumen_aliyun_protocol::limits::requests_per_window;

use super::fail::Refusal;
use super::request::Call;

/// Limits that are counted at once before windows that are over are forgotten.
const MOST_KEYS: usize = 10_000;

/// The requests of the current windows.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// Milliseconds of a window; 0 for no limits
    window: u64,
    counts: BTreeMap<String, (u64, u32)>,
}

impl Throttle {
    pub(crate) fn new(window: u64) -> Self {
        Self {
            window,
            counts: BTreeMap::new(),
        }
    }

    /// Counts a request, or refuses it and says in how many milliseconds the next window begins.
    pub(crate) fn count(
        &mut self,
        account: &str,
        call: &Call,
        now: u64,
    ) -> Result<(), (Refusal, u64)> {
        if self.window == 0 {
            return Ok(());
        }
        let key = format!("{account}/{}/{}/{}", call.region, call.product, call.action);
        let limit = requests_per_window(call.product, &call.action);
        let window = now / self.window;
        if self.counts.len() >= MOST_KEYS {
            self.counts.retain(|_, (of, _)| *of == window);
        }
        let count = self.counts.entry(key).or_default();
        if count.0 != window {
            *count = (window, 0);
        }
        if count.1 >= limit {
            return Err((throttled(), (window + 1) * self.window - now));
        }
        count.1 += 1;
        Ok(())
    }
}

/// The vendor's refusal of too many requests.
pub(crate) fn throttled() -> Refusal {
    Refusal::new(
        400,
        "Throttling.User",
        "Request was denied due to user flow control.",
    )
}
