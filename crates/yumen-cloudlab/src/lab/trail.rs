//! ActionTrail: an event for each call, and looking them up.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};

use super::estate::Object;
use super::fail::{Outcome, Refusal};
use super::parameters::Parameters;
use super::time::iso;
use crate::identifier::request_id;
use yumen_aliyun_protocol::limits::is_read;

/// Events that are kept per account; the oldest go first.
const KEPT: usize = 20_000;

/// What events can be looked up by.
const KEYS: [&str; 8] = [
    "EventAccessKeyId",
    "EventId",
    "EventName",
    "EventRW",
    "ResourceName",
    "ResourceType",
    "ServiceName",
    "User",
];

/// One call, as it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Its own id: the request's, where no other event has it
    pub(crate) id: String,
    pub(crate) request_id: String,
    pub(crate) product: &'static str,
    pub(crate) service: &'static str,
    pub(crate) version: String,
    pub(crate) action: String,
    pub(crate) region: String,
    pub(crate) parameters: Parameters,
    /// Milliseconds since 1970
    pub(crate) time: u64,
    pub(crate) source: String,
    pub(crate) agent: String,
    pub(crate) account: String,
    pub(crate) key_id: String,
    pub(crate) arn: String,
    /// Code and message where it was refused
    pub(crate) refusal: Option<(String, String)>,
    pub(crate) answer: Object,
}

/// The events of an account, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    events: VecDeque<Event>,
    /// Events that are gone, so that positions stay good
    dropped: usize,
    /// Events by the id of their request: of a lab whose equal calls get equal ids, several
    requests: HashMap<String, Repeats>,
}

/// Events whose requests have one id.
#[derive(Clone, Copy, Debug, Default)]
struct Repeats {
    recorded: usize,
    kept: usize,
}

impl Trail {
    pub(crate) fn record(&mut self, mut event: Event) {
        if self.events.len() == KEPT
            && let Some(oldest) = self.events.pop_front()
        {
            self.dropped += 1;
            if let Some(repeats) = self.requests.get_mut(&oldest.request_id) {
                repeats.kept -= 1;
                if repeats.kept == 0 {
                    self.requests.remove(&oldest.request_id);
                }
            }
        }
        let repeats = self.requests.entry(event.request_id.clone()).or_default();
        if repeats.recorded > 0 {
            let name = format!("{}/{}", event.request_id, repeats.recorded);
            event.id = request_id(&name, 1);
        }
        event.id = event.id.to_lowercase();
        repeats.recorded += 1;
        repeats.kept += 1;
        self.events.push_back(event);
    }

    /// LookupEvents.
    pub(crate) fn look_up(&self, parameters: &Parameters, now: u64) -> Outcome {
        let attributes = parameters.parts("LookupAttribute");
        let known = |part: &Parameters| KEYS.contains(&part.text("Key"));
        if attributes.len() != 1 || !attributes.iter().all(known) {
            return Err(Refusal::new(
                400,
                "InvalidLookupAttribute",
                "Exactly one LookupAttribute with a known Key is supported.",
            ));
        }
        let size = parameters.number("MaxResults")?.unwrap_or(20);
        if size > 50 {
            return Err(Refusal::new(
                400,
                "InvalidMaxResults",
                "The specified MaxResults must be from 0 to 50.",
            ));
        }
        let time = |name: &str, otherwise: u64| match parameters.get(name) {
            None => Ok(otherwise),
            Some(text) => text
                .parse::<jiff::Timestamp>()
                .map(|time| u64::try_from(time.as_millisecond()).unwrap_or_default())
                .map_err(|_| Refusal::malformed(name)),
        };
        let start = time("StartTime", now.saturating_sub(7 * 86_400_000))?;
        let end = time("EndTime", now)?;
        let forward = parameters.text("Direction").eq_ignore_ascii_case("FORWARD");
        let wanted = attributes.first();
        let region = parameters.get("RegionId");
        let is_wanted = |event: &Event| {
            region.is_none_or(|region| event.region.is_empty() || event.region == region)
                && event.time >= start
                && event.time <= end
                && wanted.is_none_or(|part| has(event, part.text("Key"), part.text("Value")))
        };
        let after = parameters.get("NextToken").map(|token| {
            usize::from_str_radix(token, 16).map_err(|_| Refusal::malformed("NextToken"))
        });
        let after = after.transpose()?;
        let numbered = self.events.iter().enumerate();
        let numbered = numbered.map(|(index, event)| (index + self.dropped + 1, event));
        let mut found: Vec<(usize, &Event)> =
            numbered.filter(|(_, event)| is_wanted(event)).collect();
        if !forward {
            found.reverse();
        }
        if let Some(after) = after {
            found.retain(|(number, _)| {
                if forward {
                    *number > after
                } else {
                    *number < after
                }
            });
        }
        let more = found.len() > size;
        let unread = found.first().map(|(number, _)| {
            // A page of nothing leaves everything to the next one.
            if forward { number - 1 } else { number + 1 }
        });
        found.truncate(size);
        let next = found.last().map(|(number, _)| *number).or(unread);
        let next = next.filter(|_| more).map(|number| format!("{number:032x}"));
        let events: Vec<Value> = found.iter().map(|(_, event)| event.value()).collect();
        Ok(json!({
            "EndTime": iso(end),
            "Events": events,
            "NextToken": next.unwrap_or_default(),
            "StartTime": iso(start),
        }))
    }
}

fn has(event: &Event, key: &str, value: &str) -> bool {
    match key {
        "EventName" => event.action == value,
        "ServiceName" => event.service.eq_ignore_ascii_case(value),
        "EventRW" => read_or_write(&event.action) == value,
        "EventId" => event.id == value,
        "EventAccessKeyId" => event.key_id == value,
        "User" => event.arn.ends_with(&format!("/{value}")),
        "ResourceName" => {
            let answered = event.answer.iter();
            event.parameters.iter().any(|(_, of)| of == value)
                || answered
                    .filter(|(name, _)| *name != "RequestId")
                    .any(|(_, of)| of == value)
        }
        _ => true,
    }
}

fn read_or_write(action: &str) -> &'static str {
    if is_read(action) { "Read" } else { "Write" }
}

impl Event {
    /// The event as the vendor shows it.
    fn value(&self) -> Value {
        let parameters: Object = self
            .parameters
            .iter()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let answer: Object = self
            .answer
            .iter()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let root = self.arn.ends_with(":root");
        let mut event = json!({
            "acsRegion": self.region,
            "additionalEventData": {"Scheme": "http"},
            "apiVersion": self.version,
            "eventCategory": "Management",
            "eventId": self.id,
            "eventName": self.action,
            "eventRW": read_or_write(&self.action),
            "eventSource": format!("{}.{}.aliyuncs.com", self.product, self.region),
            "eventTime": iso(self.time),
            "eventType": "ApiCall",
            "eventVersion": "1",
            "isGlobal": self.region.is_empty(),
            "recipientAccountId": self.account,
            "referencedResources": referenced(&self.parameters, &self.answer),
            "requestId": self.request_id,
            "requestParameterJson": Value::Object(parameters.clone()).to_string(),
            "requestParameters": parameters,
            "responseElements": answer,
            "serviceName": self.service,
            "sourceIpAddress": self.source,
            "userAgent": self.agent,
            "userIdentity": {
                "accessKeyId": self.key_id,
                "accountId": self.account,
                "principalId": self.account,
                "sessionContext": {"attributes": {"creationDate": iso(self.time), "mfaAuthenticated": "false"}},
                "type": if root { "root-account" } else { "ram-user" },
                "userName": self.arn.rsplit('/').next().unwrap_or_default(),
            },
        });
        if let (Some((code, message)), Some(event)) = (&self.refusal, event.as_object_mut()) {
            event.insert("errorCode".to_owned(), json!(code));
            event.insert("errorMessage".to_owned(), json!(message));
        }
        event
    }
}

/// True if a parameter or a field of an answer holds keys or passwords, which no record may have.
fn is_secret(name: &str) -> bool {
    [
        "Credentials",
        "Password",
        "Psk",
        "Secret",
        "Token",
        "IpsecConfig",
        "TunnelOptions",
    ]
    .iter()
    .any(|part| name.contains(part) && name != "ClientToken" && name != "NextToken")
}

/// The resources that parameters and answer name, by kind.
fn referenced(parameters: &Parameters, answer: &Object) -> Object {
    let kinds = [
        ("SecurityGroupId", "ACS::ECS::SecurityGroup"),
        ("InstanceId", "ACS::ECS::Instance"),
        ("NetworkInterfaceId", "ACS::ECS::NetworkInterface"),
        ("PrefixListId", "ACS::ECS::PrefixList"),
        ("VpcId", "ACS::VPC::VPC"),
        ("VSwitchId", "ACS::VPC::VSwitch"),
        ("NetworkAclId", "ACS::VPC::NetworkAcl"),
        ("AllocationId", "ACS::EIP::EipAddress"),
    ];
    let mut found = Object::new();
    for (name, kind) in kinds {
        let answered = answer.get(name).and_then(Value::as_str);
        if let Some(id) = parameters.get(name).or(answered) {
            found.insert(kind.to_owned(), json!([id]));
        }
    }
    found
}
