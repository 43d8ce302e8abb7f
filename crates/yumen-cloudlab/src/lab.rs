//! A simulated Alibaba Cloud: requests in, the vendor's answers out, with the vendor's limits,
//! delays and errors, and with chaos on request.
//!
//! [`Lab::answer`] is a function of the state, the request and the time; sockets and sleeping are
//! the [`server`]'s. What is assumed where the vendor's pages are silent stands in `docs/lab.md`.

mod actions;
mod authenticate;
mod chaos;
mod estate;
mod fail;
mod files;
mod identity;
mod page;
mod parameters;
mod request;
mod server;
mod throttle;
mod time;
mod trail;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::{WINDOW_SECONDS, is_read};

use self::actions::Context;
use self::authenticate::{Key, Nonces, authenticate};
use self::chaos::{Fate, Lot};
use self::estate::{Estate, Object};
use self::fail::{Outcome, Refusal};
use self::page::Moment;
use self::request::Call;
use self::throttle::{Throttle, throttled};
use self::trail::{Event, Trail};
use crate::random::hash;
use crate::wire::OWNER;

pub use self::chaos::Chaos;
pub use self::files::LoadError;
pub use self::request::Incoming;
pub use self::server::{Server, TlsFiles};

/// The access key that a lab begins with: id, then secret.
pub const LAB_KEY: (&str, &str) = ("testid", "testsecret");

/// How a lab behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What goes wrong, and the seed of ids
    pub chaos: Chaos,
    /// Milliseconds of a window of the request limits; 0 for no limits
    pub window: u64,
    /// Equal calls get equal request ids, so that equal runs give equal bytes
    pub repeatable: bool,
    /// Actions that the first key may not call, as `slb:Describe*`
    pub denied: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chaos: Chaos::default(),
            window: WINDOW_SECONDS * 1000,
            repeatable: false,
            denied: Vec::new(),
        }
    }
}

/// The simulated cloud.
pub struct Lab {
    settings: Settings,
    accounts: BTreeMap<String, Account>,
    keys: BTreeMap<String, Key>,
    nonces: Nonces,
    throttle: Throttle,
    /// Attempts per call, by the hash of the call
    attempts: HashMap<u64, u32>,
    requests: u64,
    throttled: u64,
    created: u64,
}

/// An account: what exists in it, what happened in it, what is still to happen.
struct Account {
    estate: Estate,
    trail: Trail,
    tasks: Vec<Task>,
    /// Answers by region, action and client token, with the hash of what was asked
    tokens: BTreeMap<(String, String), (u64, Value)>,
    /// Calls that changed something, oldest first: action and what was asked
    changes: Vec<String>,
}

/// Something that takes effect later.
struct Task {
    /// Milliseconds since 1970
    due: u64,
    region: String,
    effect: actions::Effect,
}

/// An answer, and how it is to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Status code
    pub status: u16,
    /// Further headers
    pub headers: Vec<(String, String)>,
    /// The body, in JSON
    pub body: Vec<u8>,
    /// How much of it arrives
    pub delivery: Delivery,
    /// Milliseconds before it is sent
    pub delay: u64,
}

/// How much of an answer arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// All of it
    Whole,
    /// Half of the body, then the connection breaks
    Half,
    /// Nothing: the connection breaks
    Nothing,
}

impl Lab {
    /// A cloud with one account in which nothing exists, in those regions.
    #[must_use]
    pub fn empty(regions: &[&str], settings: Settings) -> Self {
        let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
        Self::with_estate(Estate::new(&regions), OWNER.to_string(), settings)
    }

    /// A cloud with one account that holds what a snapshot directory says; path inside the
    /// directory and content of each file.
    ///
    /// # Errors
    /// A file is not what the vendor's API answers.
    pub fn load(
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let (estate, account) = files::load(files)?;
        let account = account.unwrap_or_else(|| OWNER.to_string());
        Ok(Self::with_estate(estate, account, settings))
    }

    fn with_estate(estate: Estate, account: String, settings: Settings) -> Self {
        let mut lab = Self {
            throttle: Throttle::new(settings.window),
            accounts: BTreeMap::new(),
            keys: BTreeMap::new(),
            nonces: Nonces::default(),
            attempts: HashMap::new(),
            requests: 0,
            throttled: 0,
            // Ids of resources made before the estate was loaded do not come up again.
            created: estate.items_so_far() << 20,
            settings,
        };
        lab.add_account(&account, estate);
        let denied = lab.settings.denied.clone();
        let (id, secret) = LAB_KEY;
        lab.add_key(id, secret, &account, denied);
        lab
    }

    /// Adds an account that holds what a snapshot directory says.
    ///
    /// # Errors
    /// A file is not what the vendor's API answers.
    pub fn load_account(
        &mut self,
        account: &str,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<(), LoadError> {
        let (estate, _) = files::load(files)?;
        self.add_account(account, estate);
        Ok(())
    }

    fn add_account(&mut self, account: &str, estate: Estate) {
        let account_of = Account {
            estate,
            trail: Trail::default(),
            tasks: Vec::new(),
            tokens: BTreeMap::new(),
            changes: Vec::new(),
        };
        self.accounts.insert(account.to_owned(), account_of);
    }

    /// The account that the lab was made with.
    #[must_use]
    pub fn account(&self) -> &str {
        let first = self.accounts.keys().next();
        first.map(String::as_str).unwrap_or_default()
    }

    /// Adds an access key to an account; it may not call what `denied` says (`slb:Describe*`).
    pub fn add_key(&mut self, id: &str, secret: &str, account: &str, denied: Vec<String>) {
        let key = Key {
            secret: secret.to_owned(),
            token: None,
            expires: None,
            account: account.to_owned(),
            arn: format!("acs:ram::{account}:user/{id}"),
            denied,
        };
        self.keys.insert(id.to_owned(), key);
    }

    /// Adds a temporary access key, valid until a time in milliseconds since 1970.
    pub fn add_temporary_key(
        &mut self,
        (id, secret, token): (&str, &str, &str),
        account: &str,
        expires: u64,
    ) {
        self.add_key(id, secret, account, Vec::new());
        if let Some(key) = self.keys.get_mut(id) {
            key.token = Some(token.to_owned());
            key.expires = Some(expires);
        }
    }

    /// Changes what goes wrong from here on.
    pub fn set_chaos(&mut self, chaos: Chaos) {
        self.settings.chaos = chaos;
    }

    /// Requests that arrived so far, and those among them that were throttled.
    #[must_use]
    pub fn requests(&self) -> (u64, u64) {
        (self.requests, self.throttled)
    }

    /// Calls that changed something so far, oldest first, over all accounts: product, action and
    /// parameters.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        let accounts = self.accounts.values();
        accounts
            .flat_map(|account| account.changes.iter().cloned())
            .collect()
    }

    /// Every action that changes something and is served: product and name, as `vpc/CreateVpc`.
    pub fn changing_actions() -> impl Iterator<Item = &'static str> {
        actions::names()
    }

    /// What exists in the first account, as the files of a snapshot directory, sorted by path.
    #[must_use]
    pub fn export(&self, collected_at: &str) -> Vec<crate::File> {
        let first = self.accounts.first_key_value();
        first
            .map(|(id, account)| files::export(&account.estate, id, collected_at))
            .unwrap_or_default()
    }

    /// Answers a request. `now` is in milliseconds since 1970.
    pub fn answer(&mut self, incoming: &Incoming, now: u64) -> Outgoing {
        self.requests += 1;
        let skew = self.settings.chaos.skew.saturating_mul(1000);
        let now = now.saturating_add_signed(skew);
        self.settle(now);
        let call = match incoming.call() {
            Ok(call) => call,
            Err(refusal) => return self.plain(incoming, &refusal, now),
        };
        let (key_id, key) = match authenticate(incoming, &self.keys, &mut self.nonces, now) {
            Ok((id, key)) => (id.to_owned(), key.clone()),
            Err(refusal) => return self.plain(incoming, &refusal, now),
        };
        let essence = format!("{}/{}", key.account, call.essence());
        let attempt = {
            let count = self.attempts.entry(hash(&essence)).or_default();
            *count += 1;
            *count - 1
        };
        let wish = incoming.header("x-yumen-chaos").unwrap_or_default();
        let chaos = &self.settings.chaos;
        let lot = Lot {
            fate: chaos.fate(&essence, attempt),
            moment: chaos.moment(&essence, attempt),
            delay: chaos.delay(&essence, attempt),
            lag: chaos.lag,
        }
        .or_as_wished(wish);
        if let Some(account) = self.accounts.get_mut(&key.account) {
            account.estate.lag = lot.lag;
        }
        let request_id = self.request_id(&essence, attempt);
        let mut headers = Vec::new();
        let outcome = self.decide(&call, &key_id, &key, &lot, now, &mut headers);
        // Of a request that never arrived there is no record.
        if lot.fate != (Fate::Reset { acted: false }) {
            let event = self.event(incoming, &call, &key_id, &key, &request_id, &outcome, now);
            if let Some(account) = self.accounts.get_mut(&key.account) {
                account.trail.record(event);
            }
        }
        let outcome = match lot.fate {
            Fate::Unavailable { .. } => Err(unavailable()),
            _ => outcome,
        };
        let (status, body) = render(outcome, &request_id, incoming);
        headers.push(("x-acs-request-id".to_owned(), request_id));
        headers.push(("date".to_owned(), time::http(now)));
        Outgoing {
            status,
            headers,
            body,
            delivery: match lot.fate {
                Fate::Reset { .. } => Delivery::Nothing,
                Fate::Half => Delivery::Half,
                _ => Delivery::Whole,
            },
            delay: lot.delay,
        }
    }

    /// Lets everything take effect that is due.
    fn settle(&mut self, now: u64) {
        let lag = self.settings.chaos.lag;
        for account in self.accounts.values_mut() {
            account.estate.lag = lag;
            let (mut due, later): (Vec<Task>, Vec<Task>) = std::mem::take(&mut account.tasks)
                .into_iter()
                .partition(|task| task.due <= now);
            account.tasks = later;
            due.sort_by_key(|task| task.due);
            for task in due {
                account.estate.now = task.due;
                (task.effect)(&mut account.estate, &task.region);
            }
            account.estate.now = now;
            account.estate.forget();
        }
    }

    /// Lets everything take effect that is under way, as if the time had passed.
    pub fn settle_all(&mut self) {
        self.settle(u64::MAX);
    }

    fn decide(
        &mut self,
        call: &Call,
        key_id: &str,
        key: &Key,
        lot: &Lot,
        now: u64,
        headers: &mut Vec<(String, String)>,
    ) -> Outcome {
        if let Err((refusal, wait)) = self.throttle.count(&key.account, call, now) {
            self.throttled += 1;
            headers.push(("x-acs-retry-after".to_owned(), wait.to_string()));
            return Err(refusal);
        }
        match lot.fate {
            Fate::Throttled => {
                self.throttled += 1;
                return Err(throttled());
            }
            Fate::Unavailable { acted: false } => return Err(unavailable()),
            Fate::Reset { acted: false } => return Ok(json!({})),
            _ => {}
        }
        if is_denied(&key.denied, call) {
            return Err(Refusal::new(
                403,
                "Forbidden.RAM",
                "User not authorized to operate on the specified resource, or this API doesn't \
                 support RAM.",
            ));
        }
        self.act(call, key_id, key, lot.moment, now)
    }

    fn act(
        &mut self,
        call: &Call,
        key_id: &str,
        key: &Key,
        moment: Option<Moment>,
        now: u64,
    ) -> Outcome {
        if call.product == "sts" {
            return self.identity(call, key_id, key, now);
        }
        let Some(account) = self.accounts.get_mut(&key.account) else {
            return Err(Refusal::not_found("AccountId"));
        };
        if call.path() == "actiontrail/LookupEvents" {
            return account.trail.look_up(&call.parameters, now);
        }
        let region = region_of(call, &account.estate)?;
        let reads = is_read(&call.action);
        if reads && !call.parameters.is_on("DryRun") {
            let seed = self.settings.chaos.seed;
            return actions::read(&account.estate, &region, call, seed, moment);
        }
        let tries = call.parameters.is_on("DryRun");
        let token = call
            .parameters
            .get("ClientToken")
            .filter(|_| !reads && !tries);
        let token = token.map(|token| (format!("{region}/{}", call.path()), token.to_owned()));
        let asked = hash(&call.essence());
        if let Some((before, answer)) = token.as_ref().and_then(|key| account.tokens.get(key)) {
            return if *before == asked {
                Ok(answer.clone())
            } else {
                Err(Refusal::new(
                    400,
                    "IdempotentParameterMismatch",
                    "The request uses a client token in a previous request but is not identical \
                     to that request.",
                ))
            };
        }
        let mut context = Context {
            region: &region,
            parameters: &call.parameters,
            now,
            created: &mut self.created,
            seed: self.settings.chaos.seed,
            later: Vec::new(),
            changed: true,
        };
        if call.parameters.is_on("DryRun") {
            let mut trial = account.estate.clone();
            if reads {
                let seed = self.settings.chaos.seed;
                actions::read(&trial, &region, call, seed, None)?;
            } else {
                actions::write(&mut trial, &mut context, &call.path())?;
            }
            return Err(Refusal::dry_run());
        }
        let answer = actions::write(&mut account.estate, &mut context, &call.path())?;
        let (later, changed) = (std::mem::take(&mut context.later), context.changed);
        account
            .tasks
            .extend(later.into_iter().map(|(wait, effect)| Task {
                due: now + wait,
                region: region.clone(),
                effect,
            }));
        if changed {
            account.changes.push(call.essence());
        }
        if let Some(key) = token {
            // The vendor forgets tokens after a day; so many calls take longer than that.
            if account.tokens.len() >= MOST_TOKENS {
                account.tokens.clear();
            }
            account.tokens.insert(key, (asked, answer.clone()));
        }
        Ok(answer)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "an event holds what is known of a request, which is gathered once, here"
    )]
    fn event(
        &self,
        incoming: &Incoming,
        call: &Call,
        key_id: &str,
        key: &Key,
        request_id: &str,
        outcome: &Outcome,
        now: u64,
    ) -> Event {
        let refusal = outcome.as_ref().err();
        let answer = outcome.as_ref().ok().filter(|_| !is_read(&call.action));
        Event {
            id: request_id.to_owned(),
            request_id: request_id.to_owned(),
            product: call.product,
            service: call.service,
            version: call.version.clone(),
            action: call.action.clone(),
            region: call.region.clone(),
            parameters: call.parameters.clone(),
            time: now,
            source: incoming.peer.clone(),
            agent: incoming.header("user-agent").unwrap_or_default().to_owned(),
            account: key.account.clone(),
            key_id: key_id.to_owned(),
            arn: key.arn.clone(),
            refusal: refusal.map(|refusal| (refusal.code.clone(), refusal.message.clone())),
            answer: answer
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// The answer to a request that is no valid call.
    fn plain(&mut self, incoming: &Incoming, refusal: &Refusal, now: u64) -> Outgoing {
        let essence = format!("{}/{now}/{}", incoming.target, self.requests);
        let request_id = self.request_id(&essence, 0);
        let (status, body) = render(Err(refusal.clone()), &request_id, incoming);
        Outgoing {
            status,
            headers: vec![
                ("x-acs-request-id".to_owned(), request_id),
                ("date".to_owned(), time::http(now)),
            ],
            body,
            delivery: Delivery::Whole,
            delay: 0,
        }
    }

    fn request_id(&self, essence: &str, attempt: u32) -> String {
        let seed = self.settings.chaos.seed;
        let unique = if self.settings.repeatable {
            0
        } else {
            u64::from(attempt) + self.requests
        };
        crate::identifier::request_id(&format!("{seed}/{essence}/{unique}"), 1)
    }
}

/// Actions for which the vendor's SDKs send no region: the resource says where it is.
const WITHOUT_REGION: [&str; 17] = [
    "AssociateEipAddress",
    "CreateRouteEntry",
    "CreateVSwitch",
    "DeleteInstance",
    "DeleteRouteEntry",
    "DeleteVSwitch",
    "DeleteVpc",
    "DescribeInstanceAttribute",
    "JoinSecurityGroup",
    "LeaveSecurityGroup",
    "ModifyVpcAttribute",
    "RebootInstance",
    "ReleaseEipAddress",
    "StartInstance",
    "StopInstance",
    "UnassociateEipAddress",
    "ModifyVSwitchAttribute",
];

/// Parameters that name a resource, and the field that holds its id.
const NAMING: [(&str, &str); 6] = [
    ("AllocationId", "AllocationId"),
    ("VSwitchId", "VSwitchId"),
    ("VpcId", "VpcId"),
    ("RouteTableId", "RouteTableId"),
    ("NetworkInterfaceId", "NetworkInterfaceId"),
    ("InstanceId", "InstanceId"),
];

/// Client tokens that an account remembers.
const MOST_TOKENS: usize = 50_000;

/// The region that a call is about.
fn region_of(call: &Call, estate: &Estate) -> Result<String, Refusal> {
    let first = estate.regions().next().unwrap_or_default();
    let names_it = call.parameters.get("RegionId").is_some();
    if matches!(call.product, "ecs" | "vpc") && !names_it && call.action != "DescribeRegions" {
        if !WITHOUT_REGION.contains(&call.action.as_str()) {
            return Err(Refusal::missing("RegionId"));
        }
        let named = NAMING.iter().find_map(|(parameter, field)| {
            estate.region_with(field, call.parameters.get(parameter)?)
        });
        return Ok(named.unwrap_or(first).to_owned());
    }
    if call.is_global() || call.region.is_empty() || call.action == "DescribeRegions" {
        return Ok(first.to_owned());
    }
    if estate.has_region(&call.region) {
        Ok(call.region.clone())
    } else {
        Err(Refusal::new(
            404,
            "InvalidRegionId.NotFound",
            "The specified RegionId does not exist.",
        ))
    }
}

fn unavailable() -> Refusal {
    Refusal::new(
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
    )
}

fn unknown_action() -> Refusal {
    Refusal::new(
        404,
        "InvalidApi.NotFound",
        "Specified api is not found, please check your url and method.",
    )
}

fn is_denied(denied: &[String], call: &Call) -> bool {
    let name = format!("{}:{}", call.product, call.action);
    denied
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *pattern,
        })
}

/// Status and body of an answer.
fn render(outcome: Outcome, request_id: &str, incoming: &Incoming) -> (u16, Vec<u8>) {
    match outcome {
        Ok(value) => {
            let mut fields = match value {
                Value::Object(fields) => fields,
                _ => Object::new(),
            };
            fields.insert("RequestId".to_owned(), json!(request_id));
            (200, Value::Object(fields).to_string().into_bytes())
        }
        Err(refusal) => {
            let host = incoming.header("host").unwrap_or_default();
            let body = if incoming.is_log_service() {
                refusal.log_service_body()
            } else {
                refusal.body(request_id, host)
            };
            (refusal.status, body.to_string().into_bytes())
        }
    }
}
