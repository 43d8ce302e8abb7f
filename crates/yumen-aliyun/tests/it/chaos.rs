//! Collecting from a cloud in chaos: equal to the estate, or every difference is a gap; interrupted
//! and gone on with, the same bytes.
//!
//! `YUMEN_CHAOS_SEEDS` sets how many seeds are tried, `YUMEN_SEED` the first of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use yumen_aliyun::client::{Client, Clock, Patience};
use yumen_aliyun::collect::{CollectError, collect, scope};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::Network;
use yumen_aliyun::{read_files, read_snapshot};
use yumen_cloud::{ContentAddress, Listing, Snapshot};
use yumen_cloudlab::{Chaos, EstateSpec, LAB_KEY, Lab, Settings, demo, write_estate};

use crate::live::{Running, collect_all, hasty, start, start_lab};

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |value| value.parse().expect("a number"))
}

fn seeds() -> impl Iterator<Item = u64> {
    let first = number("YUMEN_SEED", 1);
    (0..number("YUMEN_CHAOS_SEEDS", 4)).map(move |offset| first.wrapping_add(offset))
}

fn storm(seed: u64) -> Settings {
    let spec = "throttle=0.1,error=0.05,reset=0.05,half=0.03,churn=0.1,latency=0+1";
    let mut chaos: Chaos = spec.parse().unwrap();
    chaos.seed = seed;
    chaos.skew = [0, -1_200, 3_600][(seed % 3) as usize];
    Settings {
        chaos,
        window: 0,
        repeatable: true,
        ..Settings::default()
    }
}

/// The content address of each listing's table alone.
fn tables(of: &Snapshot) -> BTreeMap<Listing, ContentAddress> {
    let mut tables = BTreeMap::new();
    macro_rules! table {
        ($($listing:ident: $($field:ident),+;)+) => {$(
            let mut alone = Snapshot::default();
            $(alone.$field = of.$field.clone();)+
            tables.insert(Listing::$listing, alone.content_address());
        )+};
    }
    table! {
        Instances: instances;
        Interfaces: interfaces;
        Groups: groups;
        PrefixLists: prefix_lists;
        PortLists: port_lists;
        Vpcs: vpcs;
        VSwitches: vswitches;
        Eips: eips;
        NatGateways: nat_gateways;
        NetworkAcls: network_acls;
        RouteTables: route_tables;
        Ipv4Gateways: ipv4_gateways;
        FlowLogs: flow_logs;
        Databases: databases;
        Trails: trails;
    }
    tables
}

/// The listings that a table is made from: its own, and those that add fields to it.
fn sources(listing: &Listing) -> Vec<Listing> {
    let mut sources = vec![*listing];
    if *listing == Listing::Interfaces {
        sources.extend([Listing::Ipv6Addresses, Listing::Instances]);
    }
    sources
}

fn demo_snapshot() -> Snapshot {
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    read_files(files).unwrap()
}

#[test]
fn a_patient_collection_is_equal_to_the_estate() {
    for seed in seeds() {
        let running = start(storm(seed));
        let folder = tempfile::tempdir().unwrap();
        let client = running.client();
        let collected = collect_all(&client, folder.path());
        let read = read_snapshot(folder.path(), &|_| {}).unwrap();
        if collected.gaps.is_empty() {
            assert_eq!(read.gaps, [], "seed {seed}");
            assert_eq!(tables(&read), tables(&demo_snapshot()), "seed {seed}");
        }
        let sent = client.sent();
        assert!(sent.repeated > 20, "seed {seed} was calm: {sent:?}");
        assert!(
            collected.gaps.len() <= 1,
            "seed {seed}: {:?}",
            collected.gaps
        );
    }
}

/// An estate whose lists have several pages, by number and by token.
fn large() -> Vec<(String, Vec<u8>)> {
    let spec = EstateSpec {
        interfaces: 420,
        groups: 230,
        rules: 460,
        seed: 11,
    };
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |path: &str, bytes: &[u8]| {
        match files.last_mut().filter(|(last, _)| last == path) {
            Some((_, content)) => content.extend_from_slice(bytes),
            None => files.push((path.to_owned(), bytes.to_vec())),
        }
        Ok(())
    };
    write_estate(&spec, &mut add).unwrap();
    files
}

#[test]
fn lists_that_change_while_they_are_read_come_out_whole() {
    let mut reread = 0;
    for seed in seeds() {
        let chaos = Chaos {
            seed,
            churn: 0.12,
            ..Chaos::default()
        };
        let settings = Settings {
            chaos,
            window: 0,
            ..Settings::default()
        };
        let running = start_lab(Lab::load(large(), settings).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let client = running.client();
        let collected = collect_all(&client, folder.path());
        let read = read_snapshot(folder.path(), &|_| {}).unwrap();
        let estate = read_files(large()).unwrap();
        let with_gaps: BTreeSet<Listing> = read.gaps.iter().filter_map(|gap| gap.listing).collect();
        let (read, estate) = (tables(&read), tables(&estate));
        for (listing, table) in &estate {
            let same = read.get(listing) == Some(table);
            let explained = sources(listing)
                .iter()
                .any(|source| with_gaps.contains(source));
            assert!(
                same || explained,
                "seed {seed}: {listing:?} differs in silence"
            );
        }
        assert!(
            collected.gaps.len() <= 1,
            "seed {seed}: {:?}",
            collected.gaps
        );
        let needed: usize = collected.requests.values().map(Vec::len).sum();
        reread += client.sent().requests - needed as u64;
    }
    assert!(reread > 0, "no list was read twice");
}

#[test]
fn what_an_impatient_collection_lacks_is_a_gap() {
    let mut lacking = 0;
    for seed in seeds() {
        let running = start(storm(seed));
        let folder = tempfile::tempdir().unwrap();
        let scope = scope(&running.client(), None).unwrap();
        let patience = Patience {
            attempts: 2,
            first_wait: Duration::from_millis(1),
            ..running.client().patience()
        };
        let client = running.client().with_patience(patience);
        let collected = collect(&client, &scope, folder.path(), 8, &|_| true).unwrap();
        let read = read_snapshot(folder.path(), &|_| {}).unwrap();
        lacking += collected.gaps.len();
        let said: BTreeSet<&str> = read
            .gaps
            .iter()
            .filter_map(|gap| gap.place.file.as_deref())
            .collect();
        for gap in &collected.gaps {
            let path = gap.path.as_str();
            assert!(
                said.contains(path),
                "seed {seed}: {path} is passed over in silence"
            );
        }
        let with_gaps: BTreeSet<Listing> = read.gaps.iter().filter_map(|gap| gap.listing).collect();
        let (read, estate) = (tables(&read), tables(&demo_snapshot()));
        for (listing, table) in &estate {
            let same = read.get(listing) == Some(table);
            let mut sources = sources(listing).into_iter();
            let explained = sources.any(|source| with_gaps.contains(&source));
            assert!(
                same || explained,
                "seed {seed}: {listing:?} differs in silence"
            );
        }
    }
    assert!(
        lacking > 0,
        "no seed made anything fail: this test shows nothing"
    );
}

/// A clock that begins at a time of our choosing, so that two collections begin at the same time.
struct Begun {
    at: Timestamp,
    since: Instant,
}

impl Clock for Begun {
    fn now(&self) -> Timestamp {
        self.at + self.since.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

fn begun_client(running: &Running, time: Timestamp) -> Client {
    let (id, secret) = LAB_KEY;
    let network = Arc::new(Network::new());
    let provider = Provider::fixed(id, secret, None);
    let clock = Arc::new(Begun {
        at: time,
        since: Instant::now(),
    });
    hasty(Client::new(network, provider, clock, Some(running.url())))
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder_of) = folders.pop() {
        for entry in fs::read_dir(folder_of).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn interrupted_and_gone_on_with_gives_the_same_bytes() {
    let time = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let mut settings = storm(5);
    settings.chaos.skew = 0;
    settings.chaos.churn = 0.0;
    let running = start(settings);
    let whole = tempfile::tempdir().unwrap();
    let scope = scope(&running.client(), None).unwrap();
    let client = begun_client(&running, time);
    collect(&client, &scope, whole.path(), 8, &|_| true).unwrap();
    let whole = files(whole.path());
    for limit in [1, 20, 77, 150] {
        let folder = tempfile::tempdir().unwrap();
        let count = AtomicUsize::new(0);
        let go_on = |_| count.fetch_add(1, Ordering::Relaxed) < limit;
        let client = begun_client(&running, time);
        let stopped = collect(&client, &scope, folder.path(), 4, &go_on);
        assert_eq!(
            stopped,
            Err(CollectError::Interrupted),
            "after {limit} files"
        );
        assert!(!folder.path().join("manifest.json").exists());
        let collected = collect(&client, &scope, folder.path(), 8, &|_| true).unwrap();
        assert!(collected.kept > 0, "nothing of {limit} files was kept");
        let resumed = files(folder.path());
        let differing: Vec<&String> = whole
            .keys()
            .chain(resumed.keys())
            .filter(|name| whole.get(*name) != resumed.get(*name))
            .collect();
        assert_eq!(differing, [""; 0], "after {limit} files");
    }
}
