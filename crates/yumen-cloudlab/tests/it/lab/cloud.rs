//! A client of a lab: signs, asks, and notes what it asked.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::Value;
use yumen_aliyun_protocol::acs3::{Authorization, CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::canonical_query;
use yumen_aliyun_protocol::limits::is_read;
use yumen_cloudlab::{File, Incoming, LAB_KEY, Lab, Settings};

pub(crate) const REGION: &str = "cn-hangzhou";

/// 2026-03-18, in milliseconds
const BEGIN: u64 = 1_773_801_000_000;

const VERSIONS: [(&str, &str); 12] = [
    ("ecs", "2014-05-26"),
    ("vpc", "2016-04-28"),
    ("slb", "2014-05-15"),
    ("alb", "2020-06-16"),
    ("nlb", "2022-04-30"),
    ("vpcpeer", "2022-01-01"),
    ("cbn", "2017-09-12"),
    ("rds", "2014-08-15"),
    ("r-kvstore", "2015-01-01"),
    ("polardb", "2017-08-01"),
    ("dds", "2015-12-01"),
    ("actiontrail", "2020-07-06"),
];

pub(crate) struct Cloud {
    pub(crate) lab: Arc<Mutex<Lab>>,
    /// Milliseconds since 1970
    pub(crate) now: Arc<AtomicU64>,
    /// Told of each change, and of each time that all has taken effect
    pub(crate) watch: Option<Box<Watch>>,
    /// Where every call goes that names no region itself
    pub(crate) region: &'static str,
    /// Calls that were answered well
    pub(crate) called: BTreeSet<String>,
}

/// Told what was done.
type Watch = dyn FnMut(&str);

/// A text or a value that holds one.
pub(crate) trait Id {
    fn id(&self) -> &str;
}

impl Id for str {
    fn id(&self) -> &str {
        self
    }
}

impl Id for String {
    fn id(&self) -> &str {
        self
    }
}

impl Id for Value {
    fn id(&self) -> &str {
        self.as_str().expect("an id")
    }
}

fn settings() -> Settings {
    Settings {
        window: 0,
        ..Settings::default()
    }
}

impl Cloud {
    pub(crate) fn empty() -> Self {
        Self::with(Lab::empty(&[REGION, "cn-shanghai"], settings()))
    }

    pub(crate) fn of(files: Vec<File>) -> Self {
        let files = files.into_iter().map(|file| (file.path, file.bytes));
        Self::with(Lab::load(files, settings()).expect("the lab's own files"))
    }

    fn with(lab: Lab) -> Self {
        Self {
            lab: Arc::new(Mutex::new(lab)),
            now: Arc::new(AtomicU64::new(BEGIN)),
            watch: None,
            region: REGION,
            called: BTreeSet::new(),
        }
    }

    /// What exists, after everything has taken effect.
    pub(crate) fn files(&mut self) -> Vec<File> {
        self.wait();
        self.done("vpc/DescribeVpcs", &[]);
        self.lab().export("2026-03-18T02:30:00Z")
    }

    /// Lets everything take effect.
    pub(crate) fn wait(&mut self) {
        self.now.fetch_add(1000, Ordering::Relaxed);
        self.tell("a wait");
    }

    fn tell(&mut self, what: &str) {
        if let Some(watch) = &mut self.watch {
            watch(what);
        }
    }

    fn lab(&self) -> std::sync::MutexGuard<'_, Lab> {
        self.lab.lock().expect("no story panicked")
    }

    /// Asks; the answer, or the code of the refusal.
    pub(crate) fn ask(&mut self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        let (product, action) = path.split_once('/').expect("product and action");
        let found = VERSIONS.iter().find(|(name, _)| *name == product);
        let (_, version) = found.expect("a product");
        let mut query: Vec<(String, String)> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        if !parameters.iter().any(|(name, _)| *name == "RegionId") {
            query.push(("RegionId".to_owned(), self.region.to_owned()));
        }
        let date = Timestamp::from_second((now / 1000).cast_signed()).expect("a time");
        let mut headers: Vec<(String, String)> = [
            ("host", format!("{product}.{}.aliyuncs.com", self.region)),
            ("x-acs-action", action.to_owned()),
            ("x-acs-content-sha256", sha256_hex(b"")),
            (
                "x-acs-date",
                date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            ),
            ("x-acs-signature-nonce", format!("nonce-{now}")),
            ("x-acs-version", (*version).to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let canonical = CanonicalRequest {
            method: "POST",
            path: "/",
            query: &query,
            headers: &headers,
            body_hash: &sha256_hex(b""),
        };
        let (key, secret) = LAB_KEY;
        let authorization = Authorization {
            key_id: key.to_owned(),
            signed_headers: canonical.signed_headers(),
            signature: canonical.signature(secret),
        };
        headers.push(("authorization".to_owned(), authorization.header()));
        let pairs = query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let incoming = Incoming {
            method: "POST".to_owned(),
            target: format!("/?{}", canonical_query(pairs)),
            headers,
            body: Vec::new(),
            peer: "127.0.0.1".to_owned(),
        };
        let answer = self.lab().answer(&incoming, now);
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        if answer.status == 200 {
            self.called.insert(path.to_owned());
            if !is_read(action) {
                self.tell(path);
            }
            Ok(body)
        } else {
            assert!(!body["Message"].id().is_empty(), "{body}");
            Err(body["Code"].id().to_owned())
        }
    }

    /// Asks for what is done.
    pub(crate) fn done(&mut self, path: &str, parameters: &[(&str, &str)]) -> Value {
        self.ask(path, parameters)
            .unwrap_or_else(|code| panic!("{path} {parameters:?}: {code}"))
    }

    /// Asks for what is done, and waits until it has taken effect.
    pub(crate) fn settled(&mut self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let answer = self.done(path, parameters);
        self.wait();
        answer
    }

    /// Asks for what is refused; the code.
    pub(crate) fn refused(&mut self, path: &str, parameters: &[(&str, &str)]) -> String {
        match self.ask(path, parameters) {
            Ok(answer) => panic!("{path} {parameters:?} is not refused: {answer}"),
            Err(code) => code,
        }
    }

    /// Every item of a list, over all pages.
    pub(crate) fn list(&mut self, path: &str, parameters: &[(&str, &str)]) -> Vec<Value> {
        let mut items: Vec<Value> = Vec::new();
        for number in 1.. {
            let page = number.to_string();
            let mut asked = parameters.to_vec();
            asked.push(("PageNumber", &page));
            let mut answer = self.done(path, &asked);
            let fields = answer.as_object_mut().expect("fields");
            let found = fields.values_mut().find_map(|value| match value {
                Value::Array(items) => Some(std::mem::take(items)),
                Value::Object(inner) if inner.len() == 1 => {
                    inner.values_mut().next()?.as_array().cloned()
                }
                _ => None,
            });
            let found = found.unwrap_or_else(|| panic!("a list in {path}"));
            if found.is_empty() || items.last() == found.last() {
                return items;
            }
            items.extend(found);
        }
        items
    }

    /// The item of a list whose field has a value.
    pub(crate) fn seen(
        &mut self,
        path: &str,
        field: &str,
        id: &(impl Id + ?Sized),
    ) -> Option<Value> {
        self.seen_of(path, &[], field, id)
    }

    /// The same in a list that is asked for one resource.
    pub(crate) fn seen_of(
        &mut self,
        path: &str,
        parameters: &[(&str, &str)],
        field: &str,
        id: &(impl Id + ?Sized),
    ) -> Option<Value> {
        let mut asked = parameters.to_vec();
        asked.push((field, id.id()));
        let items = self.list(path, &asked);
        items.into_iter().find(|item| item[field] == id.id())
    }

    /// A VPC that is ready.
    pub(crate) fn vpc(&mut self) -> String {
        let made = self.settled("vpc/CreateVpc", &[("CidrBlock", "10.0.0.0/8")]);
        made["VpcId"].id().to_owned()
    }

    /// A vSwitch that is ready, `10.<number>.0.0/24` in the zone of that letter.
    pub(crate) fn vswitch(&mut self, vpc: &str, number: u8, letter: char) -> String {
        let made = self.settled(
            "vpc/CreateVSwitch",
            &[
                ("VpcId", vpc),
                ("CidrBlock", &format!("10.{number}.0.0/24")),
                ("ZoneId", &format!("{REGION}-{letter}")),
            ],
        );
        made["VSwitchId"].id().to_owned()
    }

    /// A basic security group.
    pub(crate) fn group(&mut self, vpc: &str) -> String {
        let made = self.done("ecs/CreateSecurityGroup", &[("VpcId", vpc)]);
        made["SecurityGroupId"].id().to_owned()
    }

    /// A running instance.
    pub(crate) fn instance(&mut self, vswitch: &str, group: &str) -> String {
        let made = self.done(
            "ecs/RunInstances",
            &[
                ("ImageId", "aliyun_3"),
                ("InstanceType", "ecs.g7.large"),
                ("VSwitchId", vswitch),
                ("SecurityGroupId", group),
            ],
        );
        made["InstanceIdSets"]["InstanceIdSet"][0].id().to_owned()
    }

    /// An EIP that nothing has: id and address.
    pub(crate) fn eip(&mut self) -> (String, String) {
        let made = self.done("vpc/AllocateEipAddress", &[]);
        (
            made["AllocationId"].id().to_owned(),
            made["EipAddress"].id().to_owned(),
        )
    }
}
