//! Calls of the API: signed, paced, repeated where repeating is safe, and never silent about what
//! failed.
//!
//! Reading order: [`call`] is what is asked and what comes back, [`product`] and `place` where to,
//! `sign` by whom, [`budget`] how often; here is how long one keeps trying.

pub mod budget;
pub mod call;
mod place;
pub mod product;
mod sign;

pub(crate) use self::sign::nonce;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use yumen_aliyun_protocol::fault::Fault;
use yumen_aliyun_protocol::limits::is_read;

use self::budget::Budget;
use self::call::{Answer, Call, CallError, Refusal};
use self::place::Place;
use crate::credentials::answer::harmless;
use crate::credentials::{Credentials, Provider};
use crate::transport::{Response, Transport, TransportError};

/// Time as the client sees it, so that tests can set it.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;
    /// Waits.
    fn sleep(&self, duration: Duration);
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Stands for a difference of clocks that nobody has seen yet.
const UNSEEN: i64 = i64::MIN;

/// Times that a host is tried to which there is no connection: before any host has answered, and
/// after, when the network was there a moment ago.
const UNREACHABLE_ATTEMPTS: (u32, u32) = (3, 6);

/// How long a client keeps trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Times that a call is sent before it counts as failed
    pub attempts: u32,
    /// Longest wait before the second time; it doubles from then on
    pub first_wait: Duration,
    /// Longest wait between two times
    pub longest_wait: Duration,
    /// How long one answer may take
    pub timeout: Duration,
    /// How long reads may still show what was before a change
    pub settling: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 8,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(20),
            timeout: Duration::from_secs(30),
            settling: Duration::from_secs(30),
        }
    }
}

/// Requests sent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Requests that went out
    pub requests: u64,
    /// Those among them that repeated an earlier one
    pub repeated: u64,
    /// Those among them that the cloud throttled
    pub throttled: u64,
}

/// A caller of the API, for one account. Threads share one by reference: they keep the request
/// limits together.
pub struct Client {
    transport: Arc<dyn Transport>,
    provider: Provider,
    clock: Arc<dyn Clock>,
    endpoint: Option<String>,
    patience: Patience,
    is_read_only: bool,
    budget: Mutex<Budget>,
    /// Milliseconds by which requests are dated later than this machine's clock says
    skew: AtomicI64,
    /// Milliseconds by which the cloud's clock was ahead when it answered last
    seen_skew: AtomicI64,
    /// True once any host has answered
    reached: AtomicBool,
    requests: AtomicU64,
    repeated: AtomicU64,
    throttled: AtomicU64,
}

impl Client {
    /// A client that asks as `provider` says. With an `endpoint` such as `http://127.0.0.1:7180`,
    /// every product is asked there.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        provider: Provider,
        clock: Arc<dyn Clock>,
        endpoint: Option<String>,
    ) -> Self {
        Self {
            transport,
            provider,
            clock,
            endpoint: endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned()),
            patience: Patience::default(),
            is_read_only: false,
            budget: Mutex::new(Budget::default()),
            skew: AtomicI64::new(0),
            seen_skew: AtomicI64::new(UNSEEN),
            reached: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        }
    }

    /// The same, keeping on as long as `patience` says.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The same, with windows of the request limits of another length than the vendor's minute.
    #[must_use]
    pub fn with_window(self, window: Duration) -> Self {
        let budget = Mutex::new(Budget::new(window));
        Self { budget, ..self }
    }

    /// The same, unable to change anything: a call that does not only read, by the vendor's naming,
    /// is refused before it is signed.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            is_read_only: true,
            ..self
        }
    }

    /// How long it keeps trying.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Requests sent so far.
    #[must_use]
    pub fn sent(&self) -> Sent {
        Sent {
            requests: self.requests.load(Ordering::Relaxed),
            repeated: self.repeated.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
        }
    }

    /// Seconds by which the cloud's clock was ahead of this machine's when it answered last;
    /// negative if behind; none before anybody answered. Responses tell the time in whole seconds.
    #[must_use]
    pub fn skew(&self) -> Option<i64> {
        let seen = self.seen_skew.load(Ordering::Relaxed);
        (seen != UNSEEN).then_some(seen / 1000)
    }

    /// The clock that it waits by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Milliseconds until the budget allows a call; 0 for now. Nothing is taken from the budget.
    #[must_use]
    pub fn wait_for(&self, call: &Call) -> u64 {
        let now = self.milliseconds();
        self.with_budget(|budget| budget.wait(&call.limit_key(), now))
    }

    /// The same for a call that can wait: it leaves a part of the budget to calls that cannot, as
    /// those of an edit.
    #[must_use]
    pub fn patient_wait_for(&self, call: &Call) -> u64 {
        let now = self.milliseconds();
        self.with_budget(|budget| budget.wait_in_reserve(&call.limit_key(), now))
    }

    /// Makes a call that only reads, again and again until it is answered or patience ends.
    ///
    /// # Errors
    /// The cloud refused, or no attempt was answered.
    pub fn read(&self, call: &Call) -> Result<Answer, CallError> {
        self.attempt(call, &mut false, true)
    }

    /// Makes a call that changes something. It is repeated with the same parameters, client token
    /// included, so repeating is safe exactly where the action is idempotent.
    ///
    /// `doubt` is set if an attempt may have taken effect although it was not answered.
    ///
    /// # Errors
    /// The cloud refused, or no attempt was answered: then the call may have taken effect.
    pub fn write(&self, call: &Call, doubt: &mut bool) -> Result<Answer, CallError> {
        self.attempt(call, doubt, true)
    }

    /// The same for actions that would do it twice: not repeated once an attempt may have taken
    /// effect.
    ///
    /// # Errors
    /// As [`Client::write`].
    pub fn write_once(&self, call: &Call, doubt: &mut bool) -> Result<Answer, CallError> {
        self.attempt(call, doubt, false)
    }

    fn attempt(
        &self,
        call: &Call,
        doubt: &mut bool,
        repeats_in_doubt: bool,
    ) -> Result<Answer, CallError> {
        if self.is_read_only && !is_read(call.action) {
            return Err(CallError::ReadOnly {
                action: call.name(),
            });
        }
        let attempts = self.patience.attempts;
        let mut corrected = false;
        let mut attempt = 0_u32;
        let mut sent = 0_u32;
        let mut throttled_since = None;
        loop {
            attempt += 1;
            sent += 1;
            self.wait_turn(call);
            if sent > 1 {
                self.repeated.fetch_add(1, Ordering::Relaxed);
            }
            let failure = match self.once(call) {
                Ok(answer) => {
                    self.with_budget(|budget| budget.answered(&call.limit_key()));
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            *doubt |= failure.may_have_acted();
            if *doubt && !repeats_in_doubt {
                return Err(failure);
            }
            // A clock that is off fails every call in the same way: set it right once, go on.
            let corrects = failure.fault() == Some(Fault::Clock) && !corrected;
            corrected |= corrects;
            let (before, after) = UNREACHABLE_ATTEMPTS;
            let most = match failure.is_unreachable() {
                true if self.reached.load(Ordering::Relaxed) => attempts.min(after),
                true => attempts.min(before),
                false => attempts,
            };
            if failure.fault() == Some(Fault::Throttled) {
                self.throttled.fetch_add(1, Ordering::Relaxed);
                let retry_after = failure.retry_after();
                let now = self.milliseconds();
                let window = self.with_budget(|budget| {
                    budget.throttled(&call.limit_key(), now, retry_after);
                    budget.window()
                });
                // What was throttled in one window is usable in the next: until then it does not
                // count.
                let since = *throttled_since.get_or_insert(now);
                if now < since + 2 * window {
                    attempt = attempt.saturating_sub(1).max(1);
                }
            }
            if !corrects && (!failure.is_passing() || attempt >= most) {
                return Err(failure);
            }
            if !corrects {
                self.clock.sleep(self.backoff(attempt));
            }
        }
    }

    /// A wait with full jitter: from nothing to a bound that doubles each time.
    fn backoff(&self, attempt: u32) -> Duration {
        let doubled = self
            .patience
            .first_wait
            .saturating_mul(1 << attempt.min(16).saturating_sub(1));
        let bound = doubled.min(self.patience.longest_wait);
        let share = f64::from(sign::random_u32()) / f64::from(u32::MAX);
        bound.mul_f64(share)
    }

    /// Waits until the budget allows the call, and takes it from the budget.
    fn wait_turn(&self, call: &Call) {
        loop {
            let now = self.milliseconds();
            let wait = self.with_budget(|budget| budget.take(&call.limit_key(), now));
            if wait == 0 {
                return;
            }
            self.clock.sleep(Duration::from_millis(wait));
        }
    }

    fn once(&self, call: &Call) -> Result<Answer, CallError> {
        let credentials = self.provider.credentials()?;
        let skew = jiff::SignedDuration::from_millis(self.skew.load(Ordering::Relaxed));
        let now = self
            .clock
            .now()
            .saturating_add(skew)
            .unwrap_or(Timestamp::MAX);
        let place = Place::of(call, self.endpoint.as_deref());
        let request = sign::request(call, &place, &credentials, now, self.patience.timeout);
        self.requests.fetch_add(1, Ordering::Relaxed);
        let sent = self.transport.send(&request);
        sign::wipe(request);
        let response = sent.map_err(|error| CallError::Transport {
            action: call.name(),
            error,
        })?;
        self.reached.store(true, Ordering::Relaxed);
        self.judge(call, &place, response, &credentials)
    }

    fn judge(
        &self,
        call: &Call,
        place: &Place,
        response: Response,
        credentials: &Credentials,
    ) -> Result<Answer, CallError> {
        let broken = |error: String| CallError::Transport {
            action: call.name(),
            error: TransportError::Broken {
                host: place.host.clone(),
                error,
            },
        };
        self.read_clock(&response);
        let parsed = serde_json::from_slice::<Value>(&response.body);
        let named = |value: &Value, names: [&str; 2]| {
            let found = names.iter().find_map(|name| value.get(name)?.as_str());
            found.unwrap_or_default().to_owned()
        };
        if (200..300).contains(&response.status) {
            let value = parsed.map_err(|error| broken(error.to_string()))?;
            let header = response.header("x-log-requestid").unwrap_or_default();
            let id = named(&value, ["RequestId", "requestId"]);
            return Ok(Answer {
                request_id: if id.is_empty() { header.to_owned() } else { id },
                value,
                body: response.body,
            });
        }
        let value = parsed.unwrap_or_default();
        // A refused signature is answered with what was signed, which may hold a token.
        let secrets = [
            credentials.secret(),
            credentials.token().unwrap_or_default(),
        ];
        let named = |names| harmless(&named(&value, names), &secrets);
        let code = named(["Code", "errorCode"]);
        let fault = Fault::of(response.status, &code);
        if fault == Fault::Clock {
            let seen = self.seen_skew.load(Ordering::Relaxed);
            let seen = if seen == UNSEEN { 0 } else { seen };
            self.skew.store(seen, Ordering::Relaxed);
        }
        let retry_after = response.header("x-acs-retry-after");
        Err(CallError::Refused(Box::new(Refusal {
            action: call.name(),
            permission: call.permission(),
            fault,
            status: response.status,
            code,
            message: named(["Message", "errorMessage"]),
            request_id: named(["RequestId", "requestId"]),
            retry_after: retry_after.and_then(|text| text.parse().ok()),
        })))
    }

    /// Learns from a response what time it is in the cloud.
    fn read_clock(&self, response: &Response) {
        let date = response.header("date");
        if let Some(theirs) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            let ours = self.clock.now().as_millisecond();
            let skew = theirs.timestamp().as_millisecond() - ours;
            self.seen_skew.store(skew, Ordering::Relaxed);
        }
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default()
    }

    fn with_budget<T>(&self, use_it: impl FnOnce(&mut Budget) -> T) -> T {
        use_it(&mut self.budget.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
