//! Events of the trail: each is reported once, whatever goes wrong, however late it is shown, and
//! wherever one restarts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use yumen_aliyun::client::call::Call;
use yumen_aliyun::client::product::ACTIONTRAIL;
use yumen_aliyun::client::{Client, Clock};
use yumen_aliyun::collect::{Scope, scope};
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::follow::trail::{Cursor, Follower};
use yumen_aliyun::transport::{Request, Response, Transport, TransportError};
use yumen_aliyun_protocol::encoding::parse_query;
use yumen_cloudlab::{Chaos, Settings};

use super::{a_group, demo_lab, open, whole};

/// Ids of the calls that changed something and were not refused, told by the trail in calm.
fn truth(client: &Client, scope: &Scope) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for region in &scope.regions {
        let mut token = String::new();
        loop {
            let call = Call::new(&ACTIONTRAIL, "LookupEvents", region)
                .with("LookupAttribute.1.Key", "EventName")
                .with("LookupAttribute.1.Value", "AuthorizeSecurityGroup")
                .with("MaxResults", "7")
                .with("NextToken", token.as_str());
            let answer = client.read(&call).unwrap().value;
            for event in answer["Events"].as_array().unwrap() {
                if event.get("errorCode").is_none() {
                    ids.insert(event["eventId"].as_str().unwrap().to_owned());
                }
            }
            answer["NextToken"].as_str().unwrap().clone_into(&mut token);
            if token.is_empty() {
                break;
            }
        }
    }
    ids
}

#[test]
fn no_event_is_lost_or_told_twice_in_chaos() {
    for seed in 1..=4 {
        let spec = "throttle=0.2,error=0.1,reset=0.1,half=0.05";
        let mut chaos: Chaos = spec.parse().unwrap();
        chaos.seed = seed;
        chaos.skew = [0, -1_200, 600][(seed % 3) as usize];
        let (lab, direct) = demo_lab(Settings {
            window: 0,
            repeatable: true,
            ..Settings::default()
        });
        let client = direct.client();
        let scope = scope(&client, None).unwrap();
        let snapshot = whole(&client, &scope).snapshot().unwrap();
        let (group, _, region) = a_group(&snapshot);
        lab.lock().unwrap().set_chaos(chaos);
        let began = Timestamp::from_second(direct.time().as_second() - 3_600).unwrap();
        let mut follower = Follower::new(&scope, Cursor::starting(began));
        let mut reported: Vec<String> = Vec::new();
        for round in 0..40_u16 {
            // Up to a hundred in one second, so that pages end in the middle of it; the same
            // port is opened again and again.
            for port in 0..(round * 7) % 100 {
                drop(open(&client, &region, &group, 1000 + port));
            }
            if round % 3 != 0 {
                direct.pass(u64::from(round) * 40);
            }
            if let Ok(events) = follower.poll(&client) {
                let times: Vec<Timestamp> = events.iter().map(|event| event.at).collect();
                assert!(times.is_sorted());
                reported.extend(events.into_iter().map(|event| event.id));
            }
            if round % 5 == 0 {
                let text = follower.cursor().encode();
                let cursor = Cursor::decode(&text).unwrap();
                assert_eq!(&cursor, follower.cursor());
                follower = Follower::new(&scope, cursor);
            }
        }
        lab.lock().unwrap().set_chaos(Chaos {
            skew: [0, -1_200, 600][(seed % 3) as usize],
            ..Chaos::default()
        });
        let last = follower.poll(&client).unwrap();
        reported.extend(last.into_iter().map(|event| event.id));
        let again = follower.poll(&client).unwrap();
        assert_eq!(again, [], "seed {seed}");
        let distinct: BTreeSet<String> = reported.iter().cloned().collect();
        assert_eq!(distinct.len(), reported.len(), "seed {seed}: told twice");
        assert_eq!(distinct, truth(&client, &scope), "seed {seed}");
        assert!(distinct.len() > 500, "{}", distinct.len());
    }
}

/// A trail that shows each event a while after it happened, and pages of three.
#[derive(Clone)]
struct Late {
    /// When it happened and when it is shown, in seconds; sorted by the first
    events: Arc<Vec<(u64, u64)>>,
    now: Arc<AtomicU64>,
}

impl Clock for Late {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.now.load(Ordering::Relaxed).cast_signed()).unwrap()
    }

    fn sleep(&self, _: Duration) {}
}

impl Transport for Late {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let (_, query) = request.url.split_once('?').unwrap();
        let query: BTreeMap<String, String> = parse_query(query).into_iter().collect();
        let start: Timestamp = query["StartTime"].parse().unwrap();
        let first: usize = query.get("NextToken").map_or(0, |at| at.parse().unwrap());
        let now = self.now.load(Ordering::Relaxed);
        let mut shown = self.events.iter().enumerate().skip(first);
        let mut found = Vec::new();
        let mut next = String::new();
        for (number, (at, shown)) in shown.by_ref() {
            if *shown > now || at.cast_signed() < start.as_second() {
                continue;
            }
            if found.len() == 3 {
                next = number.to_string();
                break;
            }
            found.push(serde_json::json!({
                "eventId": format!("event {number}"), "eventName": "RevokeSecurityGroup",
                "serviceName": "Ecs", "acsRegion": "r",
                "eventTime": Timestamp::from_second(at.cast_signed()).unwrap().to_string(),
                "requestParameters": {"SecurityGroupId": "sg-1"},
            }));
        }
        let body = serde_json::json!({"Events": found, "NextToken": next, "RequestId": "1"});
        Ok(Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_event_that_is_shown_late_is_told_once(
        mut times in prop::collection::vec((0..3_000_u64, 0..600_u64), 0..60),
        steps in prop::collection::vec((1..90_u64, any::<bool>()), 120),
    ) {
        const BEGIN: u64 = 1_773_801_000;
        times.sort_unstable();
        let events = times.iter().map(|(at, late)| (BEGIN + at, BEGIN + at + late)).collect();
        let late = Late { events: Arc::new(events), now: Arc::new(AtomicU64::new(BEGIN)) };
        let provider = Provider::fixed("id", "word", None);
        let (way, clock) = (Arc::new(late.clone()), Arc::new(late.clone()));
        let client = Client::new(way, provider, clock, Some("http://trail".to_owned()))
            .with_window(Duration::ZERO);
        let scope = Scope {
            account: "1".to_owned(),
            caller: String::new(),
            regions: vec!["r".to_owned()],
        };
        let began = Timestamp::from_second(BEGIN.cast_signed()).unwrap();
        let mut follower = Follower::new(&scope, Cursor::starting(began));
        let mut told = Vec::new();
        let end = (100..=4_000).step_by(60).map(|at| (BEGIN + at, false));
        let mut now = BEGIN;
        let steps = steps.into_iter().map(|(step, restarts)| { now += step; (now, restarts) });
        let mut all: Vec<(u64, bool)> = steps.chain(end).collect();
        all.sort_unstable();
        for (now, restarts) in all {
            late.now.store(now, Ordering::Relaxed);
            told.extend(follower.poll(&client).unwrap().into_iter().map(|event| event.id));
            if restarts {
                let cursor = Cursor::decode(&follower.cursor().encode()).unwrap();
                follower = Follower::new(&scope, cursor);
            }
        }
        told.sort();
        let mut happened: Vec<String> = (0..times.len()).map(|n| format!("event {n}")).collect();
        happened.sort();
        prop_assert_eq!(told, happened);
    }

    #[test]
    fn no_text_for_a_cursor_is_worse_than_refused(text in ".{0,80}") {
        for text in [text.clone(), format!("yumen cursor 1\nfrom 2026-03-18T02:30:00Z\n{text}\n")] {
            if let Ok(cursor) = Cursor::decode(&text) {
                prop_assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
            }
        }
    }
}
