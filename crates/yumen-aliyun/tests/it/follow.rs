//! Following the simulated cloud: what was refreshed is what one would collect, no event is lost or
//! told twice, and a client that may only read changes nothing.

mod direct;
#[path = "../../../yumen-cloudlab/tests/it/lab/stories.rs"]
mod stories;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use yumen_aliyun::client::call::{Call, CallError};
use yumen_aliyun::client::product::ECS;
use yumen_aliyun::client::{Client, Patience};
use yumen_aliyun::collect::{Scope, scope};
use yumen_aliyun::edit::{Settled, carry_out, new_token};
use yumen_aliyun::follow::Following;
use yumen_aliyun::follow::affected::{Affected, affected};
use yumen_aliyun::follow::agenda::Agenda;
use yumen_aliyun::follow::estate::LiveEstate;
use yumen_aliyun::follow::event::CloudEvent;
use yumen_aliyun::follow::trail::{Cursor, Follower, PACE, last_change};
use yumen_aliyun::{read_files, read_snapshot};
use yumen_cloud::{CloudEdit, ContentAddress, Id};
use yumen_cloudlab::{Chaos, Lab, Settings};

use self::direct::Direct;
use self::stories::STORIES;
use self::stories::cloud::Cloud;
use crate::live::{Running, collect_all, start};

fn whole(client: &Client, scope: &Scope) -> LiveEstate {
    LiveEstate::read(client, scope.clone(), &|| true).unwrap()
}

fn address(estate: &LiveEstate) -> ContentAddress {
    estate.snapshot().unwrap().content_address()
}

fn exported(lab: &Arc<Mutex<Lab>>) -> ContentAddress {
    let files = lab.lock().unwrap().export("2026-03-18T02:30:00Z");
    let files = files.into_iter().map(|file| (file.path, file.bytes));
    read_files(files).unwrap().content_address()
}

#[test]
fn reading_into_memory_is_collecting() {
    let running = start(Settings::default());
    let client = running.client();
    let folder = tempfile::tempdir().unwrap();
    let collected = collect_all(&client, folder.path());
    assert_eq!(collected.gaps, []);
    let estate = whole(&client, &scope(&client, None).unwrap());
    let snapshot = estate.snapshot().unwrap();
    assert_eq!(snapshot.gaps, []);
    let read = read_snapshot(folder.path(), &|_| {}).unwrap();
    assert_eq!(snapshot.content_address(), read.content_address());
}

/// What is kept right beside a cloud in which stories happen.
struct Beside {
    client: Client,
    scope: Scope,
    estate: LiveEstate,
    follower: Follower,
    agenda: Agenda,
    cloud: (Arc<Mutex<Lab>>, Direct),
    /// Actions after which the snapshot was compared
    compared: BTreeSet<String>,
    changed: usize,
}

impl Beside {
    fn new(cloud: &Cloud) -> Self {
        let direct = Direct::new(Arc::clone(&cloud.lab), Arc::clone(&cloud.now));
        let client = direct.client();
        let scope = scope(&client, None).unwrap();
        let estate = whole(&client, &scope);
        let follower = Follower::new(&scope, Cursor::starting(direct.time()));
        Self {
            client,
            scope,
            estate,
            follower,
            agenda: Agenda::default(),
            cloud: (Arc::clone(&cloud.lab), direct),
            compared: BTreeSet::new(),
            changed: 0,
        }
    }

    /// Follows what happened, and compares.
    fn look(&mut self, story: &str, what: &str) {
        let now = self.cloud.1.time();
        let events = self.follower.poll(&self.client).unwrap();
        for event in &events {
            self.agenda.note(&affected(event), now);
        }
        let due = self.agenda.due(now);
        let refreshed = self.estate.refresh(&self.client, &due).unwrap();
        self.changed += usize::from(!refreshed.changed.is_empty());
        let collected = whole(&self.client, &self.scope);
        if address(&self.estate) != address(&collected) {
            let files = |estate: &LiveEstate| estate.files().collect::<BTreeMap<_, _>>();
            let (kept, wanted) = (files(&self.estate), files(&collected));
            let lost: Vec<&String> = wanted
                .keys()
                .chain(kept.keys())
                .filter(|path| *path != "manifest.json" && !same(kept.get(*path), wanted.get(*path)))
                .collect();
            let events: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
            panic!("{story}: after {what} ({events:?}, {due:?}) these are stale: {lost:?}");
        }
        assert_eq!(address(&collected), exported(&self.cloud.0), "{story}: {what}");
        self.compared.insert(what.to_owned());
    }
}

/// True if two files say the same but for the ids of requests.
fn same(one: Option<&Vec<u8>>, other: Option<&Vec<u8>>) -> bool {
    let lines = |bytes: &Vec<u8>| -> Vec<String> {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines = text.lines().filter(|line| !line.contains("\"RequestId\""));
        lines.map(str::to_owned).collect()
    };
    one.map(lines) == other.map(lines)
}

#[test]
fn refreshing_is_collecting_after_every_action() {
    let compared: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let changed = Arc::new(AtomicUsize::new(0));
    for (name, story) in STORIES {
        let mut cloud = Cloud::empty();
        let mut beside = Beside::new(&cloud);
        let (sum, count) = (Arc::clone(&compared), Arc::clone(&changed));
        cloud.watch = Some(Box::new(move |what| {
            beside.look(name, what);
            sum.lock().unwrap().append(&mut beside.compared);
            count.fetch_add(std::mem::take(&mut beside.changed), Ordering::Relaxed);
        }));
        story(&mut cloud);
        cloud.wait();
    }
    let compared = compared.lock().unwrap();
    let missed: Vec<&str> = Lab::changing_actions()
        .filter(|action| !compared.contains(*action))
        .collect();
    assert_eq!(missed, [""; 0]);
    assert!(changed.load(Ordering::Relaxed) > 100);
}
