//! Files of a snapshot held in memory, all of them read at first and some of them again later.
//!
//! What belongs to a snapshot is what its lists name: after each reading the files of resources
//! that no list names any more go, and those that a list names for the first time are read. So what
//! was read in parts is what one would have read as a whole, provided that each list and resource
//! that changed was among the parts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use yumen_aliyun_protocol::fault::Fault;

use super::directory::{MANIFEST, manifest};
use super::pages::{PagesError, Resources, read_pages};
use super::schedule::Schedule;
use super::{
    CollectError, CollectGap, MOST_UNREACHABLE, Read, Scope, Task, concerns_every_call, first_jobs,
};
use crate::client::Client;

/// A snapshot's files.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    scope: Scope,
    files: BTreeMap<String, Arc<Filed>>,
}

/// One file, or why it is not there.
#[derive(Debug)]
pub(crate) struct Filed {
    pub(crate) task: Task,
    /// The pages as they arrived; none where they could not be read
    pages: Option<Vec<u8>>,
    follow: Vec<Resources>,
    /// What is missing, perhaps beside pages that are there
    pub(crate) gap: Option<CollectGap>,
    /// True if asking again soon may fare better
    pub(crate) passing: bool,
    /// True if the cloud does not know the resource
    gone: bool,
}

/// What is read again.
#[derive(Debug, Default)]
pub(crate) struct Again {
    tasks: BTreeMap<String, Task>,
    /// Reads that are made for every resource that a list names, not only for new ones
    deep: BTreeSet<(&'static str, &'static str, String)>,
    /// True if it can wait for others
    can_wait: bool,
}

impl Again {
    /// Nothing yet; if it can wait, it leaves a part of the request limits to what cannot.
    pub(crate) fn new(can_wait: bool) -> Self {
        Self {
            can_wait,
            ..Self::default()
        }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, task: &Task) {
        self.tasks.insert(task.path(), task.clone());
    }

    /// Adds, in a region, every file of a read and of all that follows from it.
    pub(crate) fn add_deep(&mut self, read: &'static Read, region: &str) {
        let key = (read.product.name, read.action, region.to_owned());
        if self.deep.insert(key) {
            for (follower, _) in read.followers() {
                self.add_deep(follower, region);
            }
        }
    }

    fn is_deep(&self, task: &Task) -> bool {
        let (product, action) = (task.read.product.name, task.read.action);
        self.deep.contains(&(product, action, task.region.clone()))
    }
}

impl Shelf {
    /// A shelf on which nothing stands yet.
    pub(crate) fn new(scope: Scope) -> Self {
        Self {
            scope,
            files: BTreeMap::new(),
        }
    }

    /// Whose account it is, and which regions.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What is asked before anything is known.
    pub(crate) fn first_tasks(&self) -> Vec<Task> {
        let tasks = first_jobs(&self.scope).into_iter();
        // What happened is not part of what is.
        tasks.filter(|task| !task.read.ends).collect()
    }

    /// Every file, by its path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&String, &Arc<Filed>)> {
        self.files.iter()
    }

    /// The files of a snapshot directory, its manifest last.
    pub(crate) fn written(&self, at: &str) -> impl Iterator<Item = (String, Vec<u8>)> {
        let gaps: Vec<CollectGap> = self.gaps().cloned().collect();
        let tool = concat!("yumen ", env!("CARGO_PKG_VERSION"));
        let text = manifest(&self.scope, tool, at, &gaps, json!({}));
        let files = self.files.iter();
        let files = files.filter_map(|(path, file)| Some((path.clone(), file.pages.clone()?)));
        files.chain([(MANIFEST.to_owned(), text.into_bytes())])
    }

    /// What could not be read, sorted by path.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = &CollectGap> {
        self.files.values().filter_map(|file| file.gap.as_ref())
    }

    /// Reads again; gives the paths of the files that are new, gone or different.
    ///
    /// # Errors
    /// Nobody may ask, or the network is gone; the shelf is as it was.
    pub(crate) fn read(
        &mut self,
        client: &Client,
        began: &str,
        again: Again,
        workers: usize,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<BTreeSet<String>, CollectError> {
        let mut known = self.files.clone();
        let mut next = again;
        // A resource that is gone is named by no list any more: the lists say so once they are
        // read as well.
        for _ in 0..2 {
            let run = Run {
                client,
                began,
                known: &known,
                again: &next,
                schedule: Schedule::new(next.tasks.values().cloned()),
                outcome: Mutex::new(Outcome::default()),
                progress,
            };
            std::thread::scope(|threads| {
                for _ in 1..workers.clamp(1, next.tasks.len().max(1) * 4) {
                    threads.spawn(|| run.work());
                }
                run.work();
            });
            let outcome = run.outcome.into_inner();
            let outcome = outcome.unwrap_or_else(PoisonError::into_inner);
            if let Some(error) = outcome.stopped {
                return Err(error);
            }
            let gone: Vec<Task> = outcome
                .filed
                .values()
                .filter(|file| file.gone)
                .map(|file| file.task.clone())
                .collect();
            known.extend(outcome.filed);
            let lists = |list: &&Arc<Filed>| gone.iter().any(|task| lists(&list.task, task));
            let mut further = Again::new(next.can_wait);
            for list in known.values().filter(lists) {
                further.add(&list.task);
            }
            if further.tasks.is_empty() {
                break;
            }
            next = further;
        }
        let known = reachable(self.first_tasks(), &known);
        let differs = |path: &&String| match (self.files.get(*path), known.get(*path)) {
            (Some(before), Some(after)) => !Arc::ptr_eq(before, after) && !says_same(before, after),
            _ => true,
        };
        let paths: BTreeSet<&String> = self.files.keys().chain(known.keys()).collect();
        let changed = paths.into_iter().filter(differs).cloned().collect();
        self.files = known;
        Ok(changed)
    }
}

/// True if a task's list names what another reads.
fn lists(list: &Task, of: &Task) -> bool {
    let mut followers = list.read.followers();
    list.region == of.region && followers.any(|(read, _)| std::ptr::eq(read, of.read))
}

/// The files that belong there: those that are asked for first, and those of what lists name.
fn reachable(
    first: Vec<Task>,
    known: &BTreeMap<String, Arc<Filed>>,
) -> BTreeMap<String, Arc<Filed>> {
    let mut found = BTreeMap::new();
    let mut tasks = first;
    while let Some(task) = tasks.pop() {
        let path = task.path();
        if let Some(file) = known.get(&path) {
            tasks.extend(task.followed_by(&file.follow));
            found.insert(path, Arc::clone(file));
        }
    }
    found
}

/// True if two readings of a file say the same, whatever the ids of their requests.
fn says_same(one: &Filed, other: &Filed) -> bool {
    one.gap == other.gap
        && match (&one.pages, &other.pages) {
            (Some(one), Some(other)) => content(one) == content(other),
            (one, other) => one.is_none() == other.is_none(),
        }
}

fn content(pages: &[u8]) -> Vec<Value> {
    let pages = serde_json::Deserializer::from_slice(pages).into_iter::<Value>();
    let pages = pages.filter_map(Result::ok).map(|mut page| {
        if let Some(fields) = page.as_object_mut() {
            fields.remove("RequestId");
            fields.remove("requestId");
        }
        page
    });
    pages.collect()
}

struct Run<'r> {
    client: &'r Client,
    began: &'r str,
    known: &'r BTreeMap<String, Arc<Filed>>,
    again: &'r Again,
    schedule: Schedule<Task>,
    outcome: Mutex<Outcome>,
    progress: &'r (dyn Fn() -> bool + Sync),
}

#[derive(Default)]
struct Outcome {
    filed: BTreeMap<String, Arc<Filed>>,
    unreachable: usize,
    stopped: Option<CollectError>,
}

impl Run<'_> {
    fn work(&self) {
        let wait = |task: &Task| match self.again.can_wait {
            true => self.client.patient_wait_for(&task.call()),
            false => self.client.wait_for(&task.call()),
        };
        while let Some(task) = self.schedule.next(&wait) {
            let _under_way = self.schedule.under_way(&task);
            let going = self.handle(&task).and_then(|()| {
                if (self.progress)() {
                    Ok(())
                } else {
                    Err(CollectError::Interrupted)
                }
            });
            if let Err(error) = going {
                self.outcome().stopped.get_or_insert(error);
                self.schedule.stop();
            }
        }
    }

    fn outcome(&self) -> std::sync::MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, task: &Task) -> Result<(), CollectError> {
        let path = task.path();
        let mut filed = Filed {
            task: task.clone(),
            pages: None,
            follow: Vec::new(),
            gap: None,
            passing: false,
            gone: false,
        };
        let pages = Buffer::default();
        let mut open = || {
            pages.lock().clear();
            Ok(pages.clone())
        };
        let call = match task.prepared(self.began) {
            Ok(call) => call,
            Err(gap) => {
                filed.gap = Some(gap);
                self.file(path, filed);
                return Ok(());
            }
        };
        match read_pages(self.client, task.read, &call, &mut open) {
            Ok(reading) => {
                if !reading.settled {
                    let name = call.name();
                    filed.gap = Some(CollectGap::changing(path.clone(), &task.region, name));
                    filed.passing = true;
                }
                let wanted = task.followed_by(&reading.follow).into_iter();
                self.schedule
                    .add(wanted.filter(|follower| self.is_wanted(follower)));
                filed.follow = reading.follow;
                filed.pages = Some(std::mem::take(&mut *pages.lock()));
                self.outcome().unreachable = 0;
            }
            Err(PagesError::File(error)) => {
                return Err(CollectError::File {
                    path,
                    error: error.to_string(),
                });
            }
            Err(PagesError::Call(error)) if concerns_every_call(self.client, &error) => {
                return Err(error.into());
            }
            Err(PagesError::Call(error)) => {
                let mut outcome = self.outcome();
                outcome.unreachable = if error.is_unreachable() {
                    outcome.unreachable + 1
                } else {
                    0
                };
                if outcome.unreachable > MOST_UNREACHABLE {
                    return Err(error.into());
                }
                filed.gap = Some(CollectGap::of_call(path.clone(), &task.region, &error));
                filed.gone = error.fault() == Some(Fault::Missing);
                filed.passing = error.is_passing() || filed.gone;
            }
        }
        self.file(path, filed);
        Ok(())
    }

    fn file(&self, path: String, filed: Filed) {
        self.outcome().filed.insert(path, Arc::new(filed));
    }

    /// True if what a list names is to be read: it is new, or everything is.
    fn is_wanted(&self, task: &Task) -> bool {
        let path = task.path();
        if self.again.tasks.contains_key(&path) {
            return false;
        }
        self.again.is_deep(task) || !self.known.contains_key(&path)
    }
}

/// Pages in memory.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
