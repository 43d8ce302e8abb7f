//! A live account into a snapshot directory: every region, every action, nothing left out in
//! silence.

pub(crate) mod again;
mod ask;
mod directory;
mod indent;
mod pages;
mod plan;
mod schedule;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use yumen_diagnostics::Message;

use self::directory::Directory;
use self::pages::{PagesError, Resources, read_pages, reread};
use self::plan::{Asked, values};
use self::schedule::{Job, Schedule};
use crate::client::Client;
use crate::client::budget::LimitKey;
use crate::client::call::{Call, CallError};
use crate::client::product::{ECS, STS};

pub use self::ask::{Asking, ask_rights};
pub use self::plan::{PLAN, Read};
pub use crate::uncollected::CollectGap;

/// The region that is asked where the answer does not depend on one.
const ANY_REGION: &str = "cn-hangzhou";

/// Calls in a row that may reach nobody: more than the addresses that a region may lack.
const MOST_UNREACHABLE: usize = 60;

/// What is collected, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The account
    pub account: String,
    /// Who asks, as the vendor names it
    pub caller: String,
    /// The regions, sorted
    pub regions: Vec<String>,
}

/// What a collection came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Request ids of each file of the snapshot, by its path
    pub requests: BTreeMap<String, Vec<String>>,
    /// What could not be read, sorted by path
    pub gaps: Vec<CollectGap>,
    /// Files that an earlier run had finished
    pub kept: usize,
}

/// How far a collection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectProgress {
    /// Files that are finished
    pub done: usize,
    /// Files that are known to be needed; grows while lists are read
    pub known: usize,
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CollectError {
    /// The cloud could not be asked at all
    Call(CallError),
    /// A region that the account does not have
    NoRegion {
        /// As it was given
        region: String,
        /// Regions that there are, joined by commas
        known: String,
    },
    /// The cloud gave a name that may not stand in a path
    Strange {
        /// The field of its answer
        field: &'static str,
        /// What stood in it
        value: String,
    },
    /// The directory holds an unfinished snapshot that began too long ago to be gone on with
    TooOld {
        /// The directory
        path: String,
        /// When it began
        began: String,
    },
    /// The directory holds a finished snapshot
    Finished {
        /// The directory
        path: String,
    },
    /// The directory holds something else
    NotEmpty {
        /// The directory
        path: String,
        /// Something in it
        other: String,
    },
    /// The directory holds an unfinished snapshot of another account or of other regions
    OtherScope {
        /// The directory
        path: String,
    },
    /// Another collection is filling the directory
    InUse {
        /// The directory
        path: String,
    },
    /// The directory cannot be written
    File {
        /// The file or directory
        path: String,
        /// What the system says
        error: String,
    },
    /// The collection was interrupted from outside; what was finished stays
    Interrupted,
}

impl From<CallError> for CollectError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl CollectError {
    fn file(path: &Path, error: &io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            error: error.to_string(),
        }
    }

    /// What to tell the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let of = |id, path: &String| Message::new(id).with("path", path.as_str());
        match self {
            Self::Call(error) => error.message(),
            Self::NoRegion { region, known } => Message::new("collect-no-region")
                .with("region", region.as_str())
                .with("known", known.as_str()),
            Self::Strange { field, value } => Message::new("collect-strange")
                .with("field", *field)
                .with("value", value.as_str()),
            Self::TooOld { path, began } => {
                of("collect-too-old", path).with("began", began.as_str())
            }
            Self::Finished { path } => of("collect-finished", path),
            Self::NotEmpty { path, other } => {
                of("collect-not-empty", path).with("other", other.as_str())
            }
            Self::OtherScope { path } => of("collect-other-scope", path),
            Self::InUse { path } => of("collect-in-use", path),
            Self::File { path, error } => of("collect-file", path).with("error", error.as_str()),
            Self::Interrupted => Message::new("collect-interrupted"),
        }
    }
}

/// Finds out whose account it is and which regions there are; with `wanted`, only those regions.
///
/// # Errors
/// The cloud cannot be asked, or there is no such region.
pub fn scope(client: &Client, wanted: Option<&[String]>) -> Result<Scope, CollectError> {
    let caller = client.read(&Call::new(&STS, "GetCallerIdentity", ANY_REGION))?;
    let text = |name: &str| values(&caller.value, name).pop().unwrap_or_default();
    let answer = client.read(&Call::new(&ECS, "DescribeRegions", ANY_REGION))?;
    let list = answer
        .value
        .get("Regions")
        .and_then(|regions| regions.get("Region"));
    let list = list
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut known: Vec<String> = list
        .iter()
        .flat_map(|region| values(region, "RegionId"))
        .collect();
    known.sort_unstable();
    for name in &known {
        plain(name, "RegionId")?;
    }
    let account = text("AccountId");
    plain(&account, "AccountId")?;
    let regions = match wanted {
        None => known,
        Some(wanted) => {
            if let Some(region) = wanted.iter().find(|region| !known.contains(region)) {
                return Err(CollectError::NoRegion {
                    region: region.clone(),
                    known: known.join(", "),
                });
            }
            let mut regions = wanted.to_vec();
            regions.sort_unstable();
            regions.dedup();
            regions
        }
    };
    Ok(Scope {
        account,
        caller: text("Arn"),
        regions,
    })
}

/// Collects an account into a directory. A directory whose collection was interrupted is gone on
/// with: what is finished in it is not asked again. `progress` is called after each file and says
/// whether to go on; it may be called by several threads at once.
///
/// # Errors
/// There is no snapshot: the directory cannot be used, nobody may ask, or `progress` said to stop.
/// What could not be read of the account is a gap, not an error.
pub fn collect(
    client: &Client,
    scope: &Scope,
    path: &Path,
    workers: usize,
    progress: &(dyn Fn(CollectProgress) -> bool + Sync),
) -> Result<Collected, CollectError> {
    let now = client
        .clock()
        .now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let directory = Directory::open(path, scope, &now)?;
    let run = Run {
        client,
        directory: &directory,
        schedule: Schedule::new(first_jobs(scope)),
        outcome: Mutex::new(Outcome::default()),
        progress,
    };
    std::thread::scope(|threads| {
        for _ in 0..workers.max(1) {
            threads.spawn(|| run.work());
        }
    });
    let outcome = run
        .outcome
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = outcome.stopped {
        return Err(error);
    }
    for (part, name) in &outcome.unsettled {
        let finished = directory.finish(part, name);
        finished.map_err(|error| CollectError::file(part, &error))?;
    }
    let mut collected = outcome.collected;
    collected
        .gaps
        .sort_by(|left, right| left.path.cmp(&right.path));
    directory.close(
        scope,
        concat!("yumen ", env!("CARGO_PKG_VERSION")),
        &collected,
    )?;
    Ok(collected)
}

/// A read of one region or resource.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) read: &'static Read,
    pub(crate) region: String,
    resource: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Task {
    fn call(&self) -> Call {
        let call = Call::new(self.read.product, self.read.action, &self.region);
        let always = self.read.always.iter();
        let call = always.fold(call, |call, (name, value)| call.with(*name, *value));
        let parameters = self.parameters.iter();
        parameters.fold(call, |call, (name, value)| call.with(name, value))
    }

    /// The call, with what depends on when the collection began; a gap where it cannot be made.
    fn prepared(&self, began: &str) -> Result<Call, CollectGap> {
        let call = self.call();
        let project = call
            .parameter("Project")
            .filter(|_| self.read.product.is_log_service());
        if let Some(project) = project.filter(|project| !is_plain(project)) {
            let (path, region) = (self.path(), &self.region);
            return Err(CollectGap::strange(path, region, call.name(), project));
        }
        if self.read.ends {
            // Named, for the vendor would count from the moment of each call.
            return Ok(call
                .with("StartTime", week_before(began))
                .with("EndTime", began));
        }
        Ok(call)
    }

    /// Where its responses belong in a snapshot directory.
    pub(crate) fn path(&self) -> String {
        self.read.path(&self.region, self.resource.as_deref())
    }

    /// True if it is about a resource of that id.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.parameters.iter().any(|(_, value)| value == id)
    }

    /// What is to be read of the resources that it listed, in the order of
    /// [`pages::Reading::follow`].
    fn followed_by(&self, follow: &[Resources]) -> Vec<Self> {
        let followers = self.read.followers().zip(follow);
        let tasks = followers.flat_map(|((read, _), resources)| {
            resources.iter().map(move |parameters| {
                let names: Vec<String> = parameters
                    .iter()
                    .map(|(_, value)| file_name(value))
                    .collect();
                Self {
                    read,
                    region: self.region.clone(),
                    resource: Some(names.join("~")),
                    parameters: parameters.clone(),
                }
            })
        });
        tasks.collect()
    }
}

impl Job for Task {
    fn limit(&self) -> LimitKey {
        self.call().limit_key()
    }
}

/// What is asked before anything is known.
pub(crate) fn first_jobs(scope: &Scope) -> Vec<Task> {
    let task = |read: &'static Read, region: &String| Task {
        read,
        region: region.clone(),
        resource: None,
        parameters: Vec::new(),
    };
    let mut jobs = Vec::new();
    for read in PLAN {
        match read.asked {
            Asked::PerRegion => jobs.extend(scope.regions.iter().map(|region| task(read, region))),
            Asked::Once => jobs.extend(scope.regions.first().map(|region| task(read, region))),
            Asked::After(..) => {}
        }
    }
    jobs
}

struct Run<'r> {
    client: &'r Client,
    directory: &'r Directory,
    schedule: Schedule<Task>,
    outcome: Mutex<Outcome>,
    progress: &'r (dyn Fn(CollectProgress) -> bool + Sync),
}

#[derive(Default)]
struct Outcome {
    collected: Collected,
    done: usize,
    /// Calls in a row that reached nobody
    unreachable: usize,
    /// Pages of lists that changed each time they were read, and where they belong
    unsettled: Vec<(PathBuf, String)>,
    stopped: Option<CollectError>,
}

impl Run<'_> {
    fn work(&self) {
        while let Some(task) = self
            .schedule
            .next(&|task| self.client.wait_for(&task.call()))
        {
            let _under_way = self.schedule.under_way(&task);
            if let Err(error) = self.handle(&task) {
                self.outcome().stopped.get_or_insert(error);
                self.schedule.stop();
            }
            let done = {
                let mut outcome = self.outcome();
                outcome.done += 1;
                outcome.done
            };
            let known = done + self.schedule.waiting();
            if !(self.progress)(CollectProgress { done, known }) {
                self.outcome()
                    .stopped
                    .get_or_insert(CollectError::Interrupted);
                self.schedule.stop();
            }
        }
    }

    fn outcome(&self) -> std::sync::MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one file's worth, and plans what follows from it.
    fn handle(&self, task: &Task) -> Result<(), CollectError> {
        let path = task.path();
        let kept = self.directory.finished(&path);
        if let Some(reading) = kept.and_then(|bytes| reread(task.read, &bytes)) {
            self.follow(task, &reading);
            let mut outcome = self.outcome();
            outcome.collected.kept += 1;
            outcome.collected.requests.insert(path, reading.request_ids);
            return Ok(());
        }
        let (part, mut open) = self.directory.part();
        let call = match task.prepared(&self.directory.began) {
            Ok(call) => call,
            Err(gap) => {
                self.gap(gap);
                return Ok(());
            }
        };
        match read_pages(self.client, task.read, &call, &mut open) {
            Ok(reading) => {
                self.follow(task, &reading);
                if reading.settled {
                    let finished = self.directory.finish(&part, &path);
                    finished.map_err(|error| CollectError::file(&part, &error))?;
                } else {
                    // It becomes a file at the end: a later run of an interrupted collection is
                    // to ask again.
                    self.outcome().unsettled.push((part, path.clone()));
                    let action = task.call().name();
                    self.gap(CollectGap::changing(path.clone(), &task.region, action));
                }
                let mut outcome = self.outcome();
                outcome.unreachable = 0;
                outcome.collected.requests.insert(path, reading.request_ids);
                Ok(())
            }
            Err(PagesError::File(error)) => Err(CollectError::file(&part, &error)),
            Err(PagesError::Call(error)) if concerns_every_call(self.client, &error) => {
                Err(error.into())
            }
            Err(PagesError::Call(error)) => {
                let mut outcome = self.outcome();
                outcome.unreachable = if error.is_unreachable() {
                    outcome.unreachable + 1
                } else {
                    0
                };
                // Gaps by the thousand, because the network is gone, help nobody: what is
                // finished stays, and a later run goes on.
                if outcome.unreachable > MOST_UNREACHABLE {
                    return Err(error.into());
                }
                let gap = CollectGap::of_call(path, &task.region, &error);
                outcome.collected.gaps.push(gap);
                Ok(())
            }
        }
    }

    fn gap(&self, gap: CollectGap) {
        self.outcome().collected.gaps.push(gap);
    }

    fn follow(&self, task: &Task, reading: &pages::Reading) {
        self.schedule.add(task.followed_by(&reading.follow));
    }
}

/// True if no other call will fare better: a product that refuses the key by itself does not
/// speak for the others.
fn concerns_every_call(client: &Client, error: &CallError) -> bool {
    error.concerns_every_call()
        && client
            .read(&Call::new(&STS, "GetCallerIdentity", ANY_REGION))
            .is_err()
}

/// The time a week before another: as far back as the vendor looks by itself.
fn week_before(time: &str) -> String {
    let time = time.parse::<Timestamp>().unwrap_or_default();
    let before = time.saturating_sub(SignedDuration::from_hours(7 * 24));
    before
        .unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// A resource's id as the name of a file: ids stay as they are, anything else is encoded.
fn file_name(id: &str) -> String {
    let name = yumen_aliyun_protocol::encoding::percent_encode(id);
    match name.strip_prefix('.') {
        // A name that begins with a dot is hidden, or the folder above.
        Some(rest) => format!("%2E{rest}"),
        None => name,
    }
}

/// True if a name may stand in a path or in the name of a host.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(plain)
}

/// Refuses a name of the cloud's that would lead astray.
fn plain(name: &str, field: &'static str) -> Result<(), CollectError> {
    if is_plain(name) {
        return Ok(());
    }
    Err(CollectError::Strange {
        field,
        value: name.chars().filter(|c| !c.is_control()).take(80).collect(),
    })
}
