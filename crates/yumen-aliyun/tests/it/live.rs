//! The client against the simulated cloud, over sockets: what is collected is what exists.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yumen_aliyun::client::{Client, Patience, SystemClock};
use yumen_aliyun::collect::{CollectError, CollectProgress, Collected, collect, scope};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::{Network, Request, Response, Transport, TransportError};
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

/// A cloud that answers everything in one way.
struct Answers(u16, &'static str);

impl Transport for Answers {
    fn send(&self, _: &Request) -> Result<Response, TransportError> {
        Ok(Response {
            status: self.0,
            headers: Vec::new(),
            body: self.1.as_bytes().to_vec(),
        })
    }
}

#[test]
fn what_the_cloud_says_is_shown_without_secrets() {
    let said = r#"{"Code":"SignatureDoesNotMatch","Message":"server CanonicalRequest is [POST\n/\nx-acs-security-token:open-sesame\n\u001b[2J]","RequestId":"1"}"#;
    let provider = Provider::fixed("id", "secret-word", Some("open-sesame"));
    let transport = Arc::new(Answers(400, said));
    let client = Client::new(transport, provider, Arc::new(SystemClock), None);
    let error = scope(&client, None).unwrap_err();
    let shown = format!("{error:?} {}", error.message());
    assert!(shown.contains("SignatureDoesNotMatch"), "{shown}");
    assert!(
        !shown.contains("sesame") && !shown.contains('\u{1b}'),
        "{shown}"
    );
}

#[test]
fn names_of_the_cloud_cannot_lead_out_of_the_directory() {
    let running = start_lab(Lab::empty(&["../../evil"], Settings::default()));
    let error = scope(&running.client(), None).unwrap_err();
    assert!(
        matches!(
            error,
            CollectError::Strange {
                field: "RegionId",
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_gap_of_an_unknown_kind_stays_a_gap() {
    let manifest = r#"{"version":1,"account":"1","regions":["cn-a"],"gaps":[
        {"path":"cn-a/ecs/DescribeInstances.json","message":"from-the-future","values":{}}]}"#;
    let files = [
        ("manifest.json".to_owned(), manifest.as_bytes().to_vec()),
        (
            "cn-a/vpc/DescribeVpcs.json".to_owned(),
            br#"{"Vpcs":{"Vpc":[]},"TotalCount":0}"#.to_vec(),
        ),
    ];
    let read = read_files(files).unwrap();
    let said = |id: &str| read.gaps.iter().any(|gap| gap.message.id == id);
    assert!(said("gap-uncollected"), "{:?}", read.gaps);
}

#[test]
fn an_outage_stops_a_collection_that_can_be_gone_on_with() {
    let Running { lab, server } = start(Settings::default());
    let running = Running {
        lab: Arc::clone(&lab),
        server,
    };
    let (folder, client) = (tempfile::tempdir().unwrap(), running.client());
    let scope = scope(&client, None).unwrap();
    let server = Mutex::new(Some(running.server));
    let fall = |progress: CollectProgress| {
        if progress.done >= 20 {
            drop(server.lock().unwrap().take());
        }
        true
    };
    let stopped = collect(&client, &scope, folder.path(), 8, &fall);
    assert!(
        matches!(&stopped, Err(CollectError::Call(error)) if error.is_unreachable()),
        "{stopped:?}"
    );
    assert!(!folder.path().join("manifest.json").exists());
    let again = start_lab(Lab::load(files_of_demo(), Settings::default()).unwrap());
    let collected = collect(&again.client(), &scope, folder.path(), 8, &|_| true).unwrap();
    assert!(
        collected.kept > 0 && collected.gaps.is_empty(),
        "{:?}",
        collected.gaps
    );
    let read = timeless(read_snapshot(folder.path(), &|_| {}).unwrap());
    assert_eq!(read.content_address(), estate().content_address());
}

fn files_of_demo() -> Vec<(String, Vec<u8>)> {
    demo()
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect()
}
