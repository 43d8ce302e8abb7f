//! A cloud, a store and some people to work with; and what can be made to go wrong there.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use yumen_aliyun::client::call::Call;
use yumen_aliyun::client::product::{ECS, Product, VPC};
use yumen_aliyun::client::{Client, Clock, Patience, SystemClock};
use yumen_aliyun::collect;
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::edit::{Settled, carry_out, new_token};
use yumen_aliyun::transport::{Network, Request, Response, Transport, TransportError};
use yumen_change::{Event, Number, Origin};
use yumen_cloud::{
    Action, CloudEdit, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule, Snapshot,
};
use yumen_cloudlab::{LAB_KEY, Lab, Server, Settings};
use yumen_diagnostics::Place;
use yumen_ledger::{Trust, verify};
use yumen_operations::{Cause, Desk, Failure, Ground, Live, Person, Wish};
use yumen_packets::Interval;
use yumen_store::{Disk, ExportFolder, Identity, Location, Notary, Options, RealDisk, Store};

/// Whoever changes things without asking.
pub(crate) const STRANGER: (&str, &str) = ("stranger", "strangersecret");

/// What a crash made by a test says.
pub(crate) const CRASH: &str = "crash made by a test";

const REGION: &str = "cn-hangzhou";

pub(crate) struct Office {
    server: Server,
    pub(crate) lab: Arc<Mutex<Lab>>,
    pub(crate) desk: Desk,
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<HandClock>,
    people: Vec<(String, Identity)>,
}

impl Office {
    /// The demo estate, with the settings given, and those who sign, with their roles.
    pub(crate) fn new(settings: &str, roles: &[(&str, &str)]) -> Self {
        let files = yumen_cloudlab::demo().into_iter();
        let files = files.map(|file| (file.path, file.bytes)).collect();
        Self::with(files, settings, roles)
    }

    /// An estate of two machines, `web` with a public address in the group `web`, `db` in `db`.
    pub(crate) fn small(settings: &str, roles: &[(&str, &str)]) -> Self {
        static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
        let files = FILES.get_or_init(small_estate);
        Self::with(files.clone(), settings, roles)
    }

    fn with(files: Vec<(String, Vec<u8>)>, settings: &str, roles: &[(&str, &str)]) -> Self {
        let quick = Settings {
            window: 0,
            ..Settings::default()
        };
        let mut lab = Lab::load(files, quick).unwrap();
        let account = lab.account().to_owned();
        lab.add_key(STRANGER.0, STRANGER.1, &account, Vec::new());
        let lab = Arc::new(Mutex::new(lab));
        let server = Server::start(Arc::clone(&lab), ([127, 0, 0, 1], 0).into(), None).unwrap();
        let folder = TempDir::new().unwrap();
        let mut text = String::new();
        let mut people = Vec::new();
        for (name, roles) in roles {
            let path = folder.path().join(format!("{name}.pem"));
            let identity = Identity::generate(&RealDisk, &path, name, None).unwrap();
            let keys = identity.vkeys();
            text.push_str(&format!(
                "[people.{name}]\nkey = {keys:?}\nroles = {roles}\n"
            ));
            people.push(((*name).to_owned(), identity));
        }
        let config = folder.path().join("yumen.toml");
        std::fs::write(&config, format!("{settings}\n{text}")).unwrap();
        let ground = Ground::read(Some(&config), None).unwrap();
        let clock = Arc::new(HandClock::default());
        let desk = open(&folder, Arc::new(ground), Arc::clone(&clock), RealDisk);
        Self {
            server,
            lab,
            desk,
            folder,
            clock,
            people,
        }
    }

    /// Forgets everything that is not in the store, as a new process would.
    pub(crate) fn restart(&mut self) {
        self.clock.disarm();
        self.desk = self.another_desk();
    }

    /// A desk of another process on the same store.
    pub(crate) fn another_desk(&self) -> Desk {
        self.desk_on(RealDisk)
    }

    /// A desk of another process, whose own files are on a disk of another kind.
    pub(crate) fn desk_on(&self, disk: impl Disk + 'static) -> Desk {
        let ground = Arc::clone(&self.desk.ground);
        open(&self.folder, ground, Arc::clone(&self.clock), disk)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("yumen.db")
    }

    pub(crate) fn client(&self, key: (&str, &str)) -> Client {
        self.client_through(key, Arc::new(Network::new()))
    }

    pub(crate) fn client_through(
        &self,
        (id, secret): (&str, &str),
        transport: Arc<dyn Transport>,
    ) -> Client {
        let client = Client::new(
            transport,
            Provider::fixed(id, secret, None),
            Arc::new(SystemClock),
            Some(format!("http://{}", self.server.address())),
        );
        let patience = Patience {
            attempts: 6,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(5),
            timeout: Duration::from_secs(10),
            settling: Duration::from_millis(150),
        };
        client
            .with_window(Duration::from_millis(50))
            .with_patience(patience)
    }

    pub(crate) fn live(&self) -> Live {
        self.live_of(self.client(LAB_KEY))
    }

    pub(crate) fn live_of(&self, client: Client) -> Live {
        let scope = collect::scope(&client, None).unwrap();
        Live::read(client, scope, &|| true).unwrap()
    }

    pub(crate) fn person(&self, name: &str) -> Person {
        let (_, identity) = self.people.iter().find(|(known, _)| known == name).unwrap();
        Person::new(name, identity.clone())
    }

    /// Proposes edits of the network as a person read it.
    pub(crate) fn propose(
        &self,
        name: &str,
        live: &Live,
        edits: Vec<CloudEdit>,
    ) -> Result<Number, Failure> {
        self.propose_as(name, live, edits, None, false)
    }

    pub(crate) fn propose_as(
        &self,
        name: &str,
        live: &Live,
        edits: Vec<CloudEdit>,
        until: Option<Timestamp>,
        emergency: bool,
    ) -> Result<Number, Failure> {
        let outlook = self.desk.outlook(live.snapshot(), &edits)?;
        let cause = Cause::new("propose");
        self.desk.record(name, live, &outlook.before, &cause)?;
        let wish = Wish {
            edits,
            origin: Origin::Edits,
            reason: "a test".to_owned(),
            until,
            emergency,
        };
        let person = self.person(name);
        self.desk
            .propose(&person, live.account(), live.snapshot(), &wish, &outlook)
    }

    /// Does something in the cloud without asking.
    pub(crate) fn meddle(&self, edit: &CloudEdit) {
        let stranger = self.client(STRANGER);
        let settled = carry_out(&stranger, &self.truth(), edit, &new_token(), false).unwrap();
        assert!(
            matches!(settled, Settled::InForce { .. } | Settled::Already),
            "{settled:?}"
        );
    }

    /// From here on the machine's key may not do this.
    pub(crate) fn deny(&self, denied: &[&str]) {
        let mut lab = self.lab.lock().unwrap();
        let account = lab.account().to_owned();
        let denied = denied.iter().map(|one| (*one).to_owned()).collect();
        lab.add_key(LAB_KEY.0, LAB_KEY.1, &account, denied);
    }

    /// What really exists.
    pub(crate) fn truth(&self) -> Snapshot {
        let mut lab = self.lab.lock().unwrap();
        lab.settle_all();
        let files = lab.export("2026-01-01T00:00:00Z").into_iter();
        let files = files.map(|file| (file.path, file.bytes));
        yumen_aliyun::read_files(files).unwrap()
    }

    /// What the machine changed in the cloud so far, strangers' doings among it.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.lab.lock().unwrap().changes()
    }

    /// The whole ledger.
    pub(crate) fn events(&self) -> Vec<(Timestamp, Event)> {
        let size = self.desk.store.size().unwrap();
        let entries = self.desk.store.entries(0, size);
        entries
            .map(|entry| self.desk.event(&entry.unwrap().1).unwrap())
            .collect()
    }

    /// What anybody can verify without the store.
    pub(crate) fn assert_verifies(&self) {
        let folder = self.folder.path().join("export");
        self.desk.store.export(&folder, &RealDisk).unwrap();
        let path = self.folder.path().join("keys/ledger.pem");
        let origin = self.desk.store.origin();
        let keys = Identity::load(&RealDisk, &path, origin, None).unwrap();
        let trust = Trust {
            keys: &keys.verifier_keys(),
            policy: None,
            now: 0,
        };
        let verified = verify(&ExportFolder::new(&folder), &trust, None, &mut |_| {}).unwrap();
        let size = self.desk.store.size().unwrap();
        assert_eq!(verified.checkpoint().checkpoint().size, size);
    }

    /// Kinds of all entries from a position on.
    pub(crate) fn kinds_since(&self, position: usize) -> Vec<&'static str> {
        let events = self.events();
        events[position..]
            .iter()
            .map(|(_, event)| event.kind())
            .collect()
    }
}

fn open(
    folder: &TempDir,
    ground: Arc<Ground>,
    clock: Arc<HandClock>,
    disk: impl Disk + 'static,
) -> Desk {
    let keys = folder.path().join("keys");
    let path = keys.join("ledger.pem");
    let origin = "yumen.test/ledger";
    let identity = Identity::load(&RealDisk, &path, origin, None)
        .or_else(|_| Identity::generate(&RealDisk, &path, origin, None))
        .unwrap();
    let options = Options {
        origin: Some(origin.to_owned()),
        notary: Some(Notary {
            signers: identity.signers(),
            folder: keys,
            disk: Arc::new(disk),
        }),
        is_read_only: false,
    };
    let location = Location::Sqlite(folder.path().join("yumen.db"));
    let store = Store::open(&location, options).unwrap();
    Desk::new(Arc::new(store), ground, clock)
}

/// A clock that tests put forward and back, and that can end the process when it is asked.
#[derive(Default)]
pub(crate) struct HandClock {
    milliseconds: AtomicI64,
    fuse: AtomicI64,
}

impl HandClock {
    pub(crate) fn shift(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.milliseconds.fetch_add(by, Ordering::SeqCst);
    }

    /// Crashes when it is asked for the `times`-th time.
    pub(crate) fn arm(&self, times: u8) {
        self.fuse.store(times.into(), Ordering::SeqCst);
    }

    pub(crate) fn disarm(&self) {
        self.fuse.store(0, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        if self.fuse.load(Ordering::SeqCst) > 0 && self.fuse.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::panic::panic_any(CRASH);
        }
        let shift = SignedDuration::from_millis(self.milliseconds.load(Ordering::SeqCst));
        Timestamp::now().checked_add(shift).unwrap()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Ends the process at a changing call: before it is sent, or after it was answered.
pub(crate) struct CrashingNetwork {
    network: Network,
    /// Changing calls until then, from 1
    fuse: AtomicI64,
    after: bool,
}

impl CrashingNetwork {
    pub(crate) fn new(times: u8, after: bool) -> Arc<Self> {
        Arc::new(Self {
            network: Network::new(),
            fuse: AtomicI64::new(times.into()),
            after,
        })
    }
}

impl Transport for CrashingNetwork {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let burns = changes(request) && self.fuse.fetch_sub(1, Ordering::SeqCst) == 1;
        if burns && !self.after {
            std::panic::panic_any(CRASH);
        }
        let answer = self.network.send(request);
        if burns {
            std::panic::panic_any(CRASH);
        }
        answer
    }
}

/// A network that is gone after so many requests that follow a changing call, until it is back.
pub(crate) struct LossyNetwork {
    network: Network,
    /// Requests until it is gone; nothing before the first changing call
    left: Mutex<Option<u32>>,
    lost_after: u32,
}

impl LossyNetwork {
    pub(crate) fn new(lost_after: u32) -> Arc<Self> {
        Arc::new(Self {
            network: Network::new(),
            left: Mutex::new(None),
            lost_after,
        })
    }

    pub(crate) fn is_back(&self) {
        *self.left.lock().unwrap() = Some(u32::MAX);
    }
}

impl Transport for LossyNetwork {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let is_gone = {
            let mut left = self.left.lock().unwrap();
            match &mut *left {
                None if changes(request) => {
                    *left = Some(self.lost_after);
                    false
                }
                None => false,
                Some(0) => true,
                Some(left) => {
                    *left -= 1;
                    false
                }
            }
        };
        if is_gone {
            let error = "gone".to_owned();
            let host = String::new();
            return Err(TransportError::Broken { host, error });
        }
        self.network.send(request)
    }
}

/// Whether a request changes a group.
fn changes(request: &Request) -> bool {
    let mut headers = request.headers.iter();
    let action = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-acs-action"));
    action.is_some_and(|(_, action)| action.contains("SecurityGroup") && !is_read(action))
}

fn is_read(action: &str) -> bool {
    action.starts_with("Describe")
}

/// Runs something that may crash; nothing if it did.
pub(crate) fn unless_crashed<T>(run: impl FnOnce() -> T) -> Option<T> {
    static QUIET: OnceLock<()> = OnceLock::new();
    QUIET.get_or_init(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<&str>() != Some(&CRASH) {
                loud(info);
            }
        }));
    });
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(done) => Some(done),
        Err(payload) if payload.downcast_ref::<&str>() == Some(&CRASH) => None,
        Err(payload) => std::panic::resume_unwind(payload),
    }
}

/// What a failure says, by the ids of its messages.
pub(crate) fn said(failure: &Failure) -> Vec<&'static str> {
    let ids = failure.messages().into_iter();
    ids.map(|message| message.id).collect()
}

/// A rule that lets TCP in from a network to some ports.
pub(crate) fn rule(ports: (u16, u16), from: &str) -> Rule {
    Rule {
        id: Id::from(format!("new-{}-{}", ports.0, ports.1)),
        direction: Direction::Ingress,
        action: Action::Accept,
        priority: 10,
        protocol: ProtocolMatch::Number(6),
        ports: PortMatch::Range(Interval::new(ports.0, ports.1).unwrap()),
        source_ports: PortMatch::Any,
        peer: Peer::Network(from.parse().unwrap()),
        local: None,
        uncertain: false,
        description: String::new(),
        created_at: None,
        place: Place::default(),
    }
}

pub(crate) fn add(group: &Id, ports: (u16, u16), from: &str) -> CloudEdit {
    CloudEdit::AddRule {
        group: group.clone(),
        rule: rule(ports, from),
    }
}

/// The edit that takes a rule away which a snapshot has.
pub(crate) fn remove(snapshot: &Snapshot, group: &Id, ports: (u16, u16), from: &str) -> CloudEdit {
    let wanted = rule(ports, from);
    let mut rules = snapshot.groups.get(group).unwrap().rules.iter();
    let found = rules.find(|rule| rule.is_same_filter(&wanted)).unwrap();
    CloudEdit::RemoveRule {
        group: group.clone(),
        rule: found.id.clone(),
    }
}

/// The group of that name.
pub(crate) fn group(snapshot: &Snapshot, name: &str) -> Id {
    let mut groups = snapshot.groups.values();
    groups.find(|group| group.name == name).unwrap().id.clone()
}

/// True if a group has exactly one such rule; more than one is a mistake.
pub(crate) fn has(snapshot: &Snapshot, group: &Id, ports: (u16, u16), from: &str) -> bool {
    let wanted = rule(ports, from);
    let rules = &snapshot.groups.get(group).unwrap().rules;
    let count = rules.iter().filter(|rule| rule.is_same_filter(&wanted));
    match count.count() {
        0 => false,
        1 => true,
        more => panic!("{more} times {wanted:?}"),
    }
}

/// What filters: rules of all groups, by group, without ids.
pub(crate) fn filters(snapshot: &Snapshot) -> BTreeSet<String> {
    let groups = snapshot.groups.values();
    let rules = groups.flat_map(|group| group.rules.iter().map(move |rule| (group, rule)));
    let all = rules.map(|(group, rule)| {
        format!(
            "{} {:?} {:?} {} {:?} {:?} {:?}",
            group.id,
            rule.direction,
            rule.action,
            rule.priority,
            rule.protocol,
            rule.ports,
            rule.peer
        )
    });
    all.collect()
}

fn small_estate() -> Vec<(String, Vec<u8>)> {
    let quick = Settings {
        window: 0,
        ..Settings::default()
    };
    let lab = Arc::new(Mutex::new(Lab::empty(&[REGION], quick)));
    let server = Server::start(Arc::clone(&lab), ([127, 0, 0, 1], 0).into(), None).unwrap();
    let client = Client::new(
        Arc::new(Network::new()),
        Provider::fixed(LAB_KEY.0, LAB_KEY.1, None),
        Arc::new(SystemClock),
        Some(format!("http://{}", server.address())),
    );
    let made = |product: &'static Product, action, parameters: &[(&str, &str)], field: &str| {
        let mut call = Call::new(product, action, REGION);
        for (name, value) in parameters {
            call = call.with(*name, *value);
        }
        let answer = client.write(&call, &mut false).unwrap();
        lab.lock().unwrap().settle_all();
        answer
            .value
            .pointer(field)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let vpc = made(&VPC, "CreateVpc", &[("CidrBlock", "10.0.0.0/8")], "/VpcId");
    let vswitch = [
        ("VpcId", vpc.as_str()),
        ("CidrBlock", "10.1.0.0/24"),
        ("ZoneId", "cn-hangzhou-h"),
    ];
    let vswitch = made(&VPC, "CreateVSwitch", &vswitch, "/VSwitchId");
    for (name, open) in [("web", "443/443"), ("db", "")] {
        let group = [("VpcId", vpc.as_str()), ("SecurityGroupName", name)];
        let group = made(&ECS, "CreateSecurityGroup", &group, "/SecurityGroupId");
        if !open.is_empty() {
            let rule = [
                ("SecurityGroupId", group.as_str()),
                ("Permissions.1.IpProtocol", "TCP"),
                ("Permissions.1.PortRange", open),
                ("Permissions.1.SourceCidrIp", "0.0.0.0/0"),
                ("Permissions.1.Priority", "10"),
            ];
            made(&ECS, "AuthorizeSecurityGroup", &rule, "/RequestId");
        }
        let machine = [
            ("ImageId", "aliyun_3"),
            ("InstanceType", "ecs.g7.large"),
            ("InstanceName", name),
            ("VSwitchId", vswitch.as_str()),
            ("SecurityGroupId", group.as_str()),
        ];
        let machine = made(
            &ECS,
            "RunInstances",
            &machine,
            "/InstanceIdSets/InstanceIdSet/0",
        );
        if name == "web" {
            let eip = made(&VPC, "AllocateEipAddress", &[], "/AllocationId");
            let bind = [("AllocationId", eip.as_str()), ("InstanceId", &machine)];
            made(&VPC, "AssociateEipAddress", &bind, "/RequestId");
        }
    }
    let lab = lab.lock().unwrap();
    let files = lab.export("2026-01-01T00:00:00Z").into_iter();
    files.map(|file| (file.path, file.bytes)).collect()
}
