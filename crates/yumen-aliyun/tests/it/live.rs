//! The client against the simulated cloud, over sockets: what is collected is what exists.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yumen_aliyun::client::{Client, Patience, SystemClock};
use yumen_aliyun::collect::{Collected, collect, scope};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::Network;
use yumen_aliyun::{read_files, read_snapshot};
use yumen_cloud::Snapshot;
use yumen_cloudlab::{LAB_KEY, Lab, Server, Settings, demo};

/// A lab with the demo estate that answers on a socket.
pub(crate) struct Running {
    pub(crate) lab: Arc<Mutex<Lab>>,
    server: Server,
}

pub(crate) fn start(settings: Settings) -> Running {
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    start_lab(Lab::load(files, settings).unwrap())
}

pub(crate) fn start_lab(lab: Lab) -> Running {
    let lab = Arc::new(Mutex::new(lab));
    let server = Server::start(Arc::clone(&lab), ([127, 0, 0, 1], 0).into(), None).unwrap();
    Running { lab, server }
}

impl Running {
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A client with the lab's key that does not wait long.
    pub(crate) fn client(&self) -> Client {
        let (id, secret) = LAB_KEY;
        self.client_of(id, secret)
    }

    pub(crate) fn client_of(&self, id: &str, secret: &str) -> Client {
        let provider = Provider::fixed(id, secret, None);
        let network = Arc::new(Network::new());
        hasty(Client::new(
            network,
            provider,
            Arc::new(SystemClock),
            Some(self.url()),
        ))
    }
}

/// A client that waits for milliseconds where one of a real cloud waits for seconds.
pub(crate) fn hasty(client: Client) -> Client {
    client
        .with_window(Duration::from_millis(200))
        .with_patience(Patience {
            attempts: 8,
            first_wait: Duration::from_millis(2),
            longest_wait: Duration::from_millis(20),
            timeout: Duration::from_secs(5),
            settling: Duration::from_secs(3),
        })
}

pub(crate) fn collect_all(client: &Client, directory: &Path) -> Collected {
    let scope = scope(client, None).unwrap();
    collect(client, &scope, directory, 8, &|_| true).unwrap()
}

/// A snapshot without the time of its collection, which differs.
pub(crate) fn timeless(mut snapshot: Snapshot) -> Snapshot {
    snapshot.collected_at = None;
    snapshot
}

fn estate() -> Snapshot {
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    timeless(read_files(files).unwrap())
}

#[test]
fn what_is_collected_is_what_exists() {
    let running = start(Settings::default());
    let folder = tempfile::tempdir().unwrap();
    let collected = collect_all(&running.client(), folder.path());
    assert_eq!(collected.gaps, []);
    let read = timeless(read_snapshot(folder.path(), &|_| {}).unwrap());
    assert_eq!(read.gaps, []);
    assert_eq!(read.content_address(), estate().content_address());
    let manifest = fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"account\""), "{manifest}");
    let (requests, _) = running.lab.lock().unwrap().requests();
    println!("{requests} requests");
}
