//! Following the simulated cloud: what was refreshed is what one would collect, no event is lost or
//! told twice, and a client that may only read changes nothing.

mod direct;
mod measured;
#[path = "../../../yumen-cloudlab/tests/it/lab/stories.rs"]
mod stories;
mod trail;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use yumen_aliyun::client::Client;
use yumen_aliyun::client::call::{Call, CallError};
use yumen_aliyun::client::product::ECS;
use yumen_aliyun::collect::{Scope, scope};
use yumen_aliyun::edit::{Settled, carry_out, new_token};
use yumen_aliyun::follow::Following;
use yumen_aliyun::follow::affected::{Affected, affected};
use yumen_aliyun::follow::agenda::Agenda;
use yumen_aliyun::follow::estate::LiveEstate;
use yumen_aliyun::follow::trail::{Cursor, Follower, last_change};
use yumen_aliyun::{read_files, read_snapshot};
use yumen_cloud::{CloudEdit, ContentAddress, Id, Snapshot};
use yumen_cloudlab::{EstateSpec, Lab, Settings, demo, write_estate};

use self::direct::Direct;
use self::stories::STORIES;
use self::stories::cloud::Cloud;
use crate::live::{collect_all, start};

fn whole(client: &Client, scope: &Scope) -> LiveEstate {
    LiveEstate::read(client, scope.clone(), &|| true).unwrap()
}

fn address(estate: &LiveEstate) -> ContentAddress {
    estate.snapshot().unwrap().content_address()
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
                .filter(|path| {
                    *path != "manifest.json" && !same(kept.get(*path), wanted.get(*path))
                })
                .collect();
            let events: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
            panic!("{story}: after {what} ({events:?}, {due:?}) these are stale: {lost:?}");
        }
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

#[test]
fn the_demo_estate_stays_right_while_stories_happen_in_it() {
    let mut cloud = Cloud::of(demo());
    let mut beside = Beside::new(&cloud);
    for (_, story) in STORIES.iter().take(14) {
        story(&mut cloud);
    }
    cloud.wait();
    beside.look("demo", "the stories");
    let files = cloud.files();
    let files = files.into_iter().map(|file| (file.path, file.bytes));
    let truth = read_files(files).unwrap();
    assert_eq!(
        beside.estate.snapshot().unwrap().groups.len(),
        truth.groups.len()
    );
    assert!(beside.changed > 0);
}

/// The demo estate in a lab without sockets.
fn demo_lab(settings: Settings) -> (Arc<Mutex<Lab>>, Direct) {
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    let lab = Arc::new(Mutex::new(Lab::load(files, settings).unwrap()));
    let direct = Direct::new(
        Arc::clone(&lab),
        Arc::new(AtomicU64::new(1_773_801_000_000)),
    );
    (lab, direct)
}

fn calm() -> Settings {
    Settings {
        window: 0,
        ..Settings::default()
    }
}

/// A group of a snapshot whose rules have ids.
fn a_group(of: &Snapshot) -> (Id, Id, String) {
    let mut groups = of.groups.values();
    groups
        .find_map(|group| {
            let mut rules = group.rules.iter();
            let rule = rules.find(|rule| rule.id.as_str().starts_with("sgr-"))?;
            Some((group.id.clone(), rule.id.clone(), group.region.to_string()))
        })
        .unwrap()
}

/// Opens a port of a group to everybody.
fn open(client: &Client, region: &str, group: &Id, port: u16) -> Result<String, CallError> {
    let call = Call::new(&ECS, "AuthorizeSecurityGroup", region)
        .with("SecurityGroupId", group.as_str())
        .with("Permissions.1.IpProtocol", "TCP")
        .with("Permissions.1.PortRange", format!("{port}/{port}"))
        .with("Permissions.1.SourceCidrIp", "0.0.0.0/0");
    client
        .write(&call, &mut false)
        .map(|answer| answer.request_id)
}

#[test]
fn what_cannot_be_read_again_is_a_gap_and_heals() {
    let (lab, direct) = demo_lab(calm());
    let client = direct.client();
    let scope = scope(&client, None).unwrap();
    let account = scope.account.as_str();
    let denied = vec!["ecs:DescribeSecurityGroupAttribute".to_owned()];
    lab.lock()
        .unwrap()
        .add_key("blind", "word", account, denied);
    let blind = direct.client_of("blind", "word");
    let mut estate = whole(&client, &scope);
    let before = estate.snapshot().unwrap();
    let (group, _, region) = a_group(&before);
    let affected = Affected::group(&region, group.as_str());
    let unread = estate.refresh(&blind, &affected).unwrap();
    let path = format!("{region}/ecs/DescribeSecurityGroupAttribute/{group}.json");
    assert_eq!(unread.changed.iter().collect::<Vec<_>>(), [&path]);
    assert_eq!(unread.gaps.len(), 1);
    let gaps = &unread.snapshot.gaps;
    assert!(
        gaps.iter()
            .any(|gap| gap.place.file.as_deref() == Some(&path))
    );
    assert!(unread.snapshot.groups.get(&group).unwrap().ingress_unread);
    let read = estate.refresh(&client, &affected).unwrap();
    assert_eq!(read.snapshot.gaps, []);
    assert_eq!(read.snapshot.content_address(), before.content_address());
    // Whoever may not ask at all leaves everything as it was.
    lab.lock()
        .unwrap()
        .add_key("gone", "word", account, Vec::new());
    let wrong = direct.client_of("gone", "other word");
    assert!(estate.refresh(&wrong, &affected).is_err());
    assert_eq!(address(&estate), before.content_address());
}

#[test]
fn polling_notices_what_opens_something() {
    let (_, direct) = demo_lab(calm());
    let client = direct.client();
    let scope = scope(&client, None).unwrap();
    let mut estate = whole(&client, &scope);
    let quiet = estate.poll(&client).unwrap();
    assert_eq!(quiet.changed, BTreeSet::new());
    let (group, _, region) = a_group(&quiet.snapshot);
    open(&client, &region, &group, 6379).unwrap();
    let noticed = estate.poll(&client).unwrap();
    let path = format!("{region}/ecs/DescribeSecurityGroupAttribute/{group}.json");
    assert!(noticed.changed.contains(&path), "{:?}", noticed.changed);
    // The list says how many rules each group has.
    assert_eq!(noticed.changed.len(), 2, "{:?}", noticed.changed);
    assert_eq!(
        noticed.snapshot.content_address(),
        address(&whole(&client, &scope))
    );
}

#[test]
fn polling_takes_far_fewer_calls_than_reading_everything() {
    let spec = EstateSpec {
        interfaces: 420,
        groups: 100,
        rules: 460,
        seed: 11,
    };
    let mut large: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut add = |path: &str, bytes: &[u8]| {
        large
            .entry(path.to_owned())
            .or_default()
            .extend_from_slice(bytes);
        Ok(())
    };
    write_estate(&spec, &mut add).unwrap();
    let demo = demo().into_iter().map(|file| (file.path, file.bytes));
    for files in [demo.collect::<Vec<_>>(), large.into_iter().collect()] {
        let lab = Arc::new(Mutex::new(Lab::load(files, calm()).unwrap()));
        let now = Arc::new(AtomicU64::new(1_773_801_000_000));
        let client = Direct::new(lab, now).client();
        let scope = scope(&client, None).unwrap();
        let count = |before: u64| client.sent().requests - before;
        let start = client.sent().requests;
        let mut estate = whole(&client, &scope);
        let all = count(start);
        let start = client.sent().requests;
        let polled = estate.poll(&client).unwrap();
        let some = count(start);
        let (group, _, region) = a_group(&polled.snapshot);
        let start = client.sent().requests;
        estate
            .refresh(&client, &Affected::group(&region, group.as_str()))
            .unwrap();
        assert_eq!(count(start), 1);
        let groups = polled.snapshot.groups.len();
        println!("{groups} groups: {all} calls for everything, {some} to poll");
        assert!(some < all);
    }
}

#[test]
fn without_the_right_to_ask_the_trail_one_polls() {
    let (lab, direct) = demo_lab(calm());
    let client = direct.client();
    let scope = scope(&client, None).unwrap();
    assert_eq!(Following::find(&client, &scope), Ok(Following::Events));
    let denied = vec!["actiontrail:LookupEvents".to_owned()];
    let account = scope.account.as_str();
    lab.lock().unwrap().add_key("deaf", "word", account, denied);
    let deaf = Following::find(&direct.client_of("deaf", "word"), &scope);
    let Ok(Following::Polling { why }) = deaf else {
        panic!("{deaf:?}")
    };
    assert_eq!(why.id, "follow-forbidden");
    assert!(Following::find(&direct.client_of("nobody", "word"), &scope).is_err());
}

#[test]
fn who_changed_a_group_last_is_found() {
    let (lab, direct) = demo_lab(calm());
    let client = direct.client();
    let scope = scope(&client, None).unwrap();
    let snapshot = whole(&client, &scope).snapshot().unwrap();
    let (group, _, region) = a_group(&snapshot);
    let since = direct.time();
    let last = |since| last_change(&client, &region, group.as_str(), since).unwrap();
    assert_eq!(last(since), None);
    let account = scope.account.as_str();
    lab.lock()
        .unwrap()
        .add_key("ann", "word", account, Vec::new());
    let ann = direct.client_of("ann", "word");
    open(&client, &region, &group, 22).unwrap();
    let request = open(&ann, &region, &group, 3389).unwrap();
    // Refused, and no change for that.
    let wrong = Call::new(&ECS, "RevokeSecurityGroup", &region)
        .with("SecurityGroupId", group.as_str())
        .with("SecurityGroupRuleId.1", "sgr-nowhere");
    client.write(&wrong, &mut false).unwrap_err();
    for _ in 0..200 {
        let read = Call::new(&ECS, "DescribeSecurityGroupAttribute", &region);
        client
            .read(&read.with("SecurityGroupId", group.as_str()))
            .unwrap();
    }
    let found = last(since).unwrap();
    assert_eq!(found.request_id, request);
    assert_eq!(found.who.name, "ann");
    assert_eq!(found.name, "AuthorizeSecurityGroup");
    direct.pass(5_000);
    assert_eq!(last(direct.time()), None);
    let made = Call::new(&ECS, "CreateSecurityGroup", &region).with(
        "VpcId",
        snapshot
            .groups
            .get(&group)
            .unwrap()
            .vpc
            .clone()
            .unwrap()
            .as_str(),
    );
    let answer = ann.write(&made, &mut false).unwrap();
    let id = answer.value["SecurityGroupId"].as_str().unwrap();
    let made = last_change(&client, &region, id, since).unwrap().unwrap();
    assert_eq!(made.name, "CreateSecurityGroup");
}

#[test]
fn a_client_that_may_only_read_sends_no_change() {
    let (lab, direct) = demo_lab(calm());
    let client = direct.client();
    let scope = scope(&client, None).unwrap();
    let snapshot = whole(&client, &scope).snapshot().unwrap();
    let (group, rule, region) = a_group(&snapshot);
    let looking = direct.client().read_only();
    whole(&looking, &scope);
    let sent = (looking.sent(), lab.lock().unwrap().requests());
    let refused = CallError::ReadOnly {
        action: "ecs:AuthorizeSecurityGroup".to_owned(),
    };
    assert_eq!(open(&looking, &region, &group, 22), Err(refused.clone()));
    let call = Call::new(&ECS, "AuthorizeSecurityGroup", &region);
    assert_eq!(looking.read(&call), Err(refused.clone()));
    assert_eq!(looking.write_once(&call, &mut false), Err(refused));
    assert_eq!((looking.sent(), lab.lock().unwrap().requests()), sent);
    let edit = CloudEdit::RemoveRule { group, rule };
    for dry_run in [false, true] {
        let done = carry_out(&looking, &snapshot, &edit, &new_token(), dry_run);
        let is_refused = matches!(
            done,
            Ok(Settled::Refused(CallError::ReadOnly { .. }) | Settled::Untried)
        );
        assert!(is_refused, "{done:?}");
    }
    assert_eq!(lab.lock().unwrap().changes(), [""; 0]);
}

#[test]
fn threads_share_a_client() {
    fn shared<T: Send + Sync>(_: &T) {}
    let (_, direct) = demo_lab(calm());
    let client = direct.client();
    shared(&client);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| scope(&client, None).unwrap());
        }
    });
    assert_eq!(client.sent().requests, 8);
}
