//! One event of the trail: who called what, about what, and whether it was refused.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

/// A call that somebody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudEvent {
    /// The trail's id of the event
    pub id: String,
    /// When the call was made, by the cloud's clock, in whole seconds
    pub at: Timestamp,
    /// The action: `AuthorizeSecurityGroup`
    pub name: String,
    /// The product, in lower case as the trail names its service: `ecs`
    pub product: String,
    /// Who called
    pub who: Who,
    /// The account that it happened in
    pub account: String,
    /// Address or service that the call came from
    pub source_ip: String,
    /// What the caller's program calls itself
    pub user_agent: String,
    /// The cloud's id of the request, the same that the caller was given
    pub request_id: String,
    /// Resources that the event names, sorted
    pub resources: Vec<ResourceRef>,
    /// Texts and numbers of the request by name, nested ones as `Name.1.Field`
    pub parameters: BTreeMap<String, String>,
    /// The region; empty for products that have one place for all
    pub region: String,
    /// The vendor's code where the call was refused: then nothing was changed
    pub error: Option<String>,
}

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The vendor's word: `root-account`, `ram-user`, `assumed-role`, `system`
    pub kind: String,
    /// User, or role and session as `role:session`
    pub name: String,
    /// The vendor's id of the principal
    pub principal: String,
    /// Id of the access key; empty where the console or a service called
    pub access_key: String,
}

/// A resource that an event names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The vendor's word: `ACS::ECS::SecurityGroup`; for what only the request or its answer
    /// names, the field
    pub kind: String,
    /// The resource's id
    pub id: String,
}

impl CloudEvent {
    /// The event as the trail shows it; nothing if it has no id or no time.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |field: &str| text(value, field);
        let id = Some(text("eventId")).filter(|id| !id.is_empty())?;
        let at = text("eventTime").parse().ok()?;
        let mut parameters = BTreeMap::new();
        if let Some(asked) = value.get("requestParameters") {
            flatten("", asked, &mut parameters);
        }
        let written = value.get("requestParameterJson").and_then(Value::as_str);
        if let Some(asked) = written.and_then(|text| serde_json::from_str(text).ok()) {
            flatten("", &asked, &mut parameters);
        }
        let service = text("serviceName").to_lowercase();
        Some(Self {
            id,
            at,
            name: text("eventName"),
            product: service,
            who: Who::read(value.get("userIdentity")),
            account: text("recipientAccountId"),
            source_ip: text("sourceIpAddress"),
            user_agent: text("userAgent"),
            request_id: text("requestId"),
            resources: resources(value, &parameters),
            parameters,
            region: text("acsRegion"),
            error: Some(text("errorCode")).filter(|code| !code.is_empty()),
        })
    }

    /// True if the event names a resource of that id.
    #[must_use]
    pub fn names(&self, id: &str) -> bool {
        self.resources.iter().any(|resource| resource.id == id)
            || self.parameters.values().any(|value| value == id)
    }

    /// The values of a parameter: its own, or those of a list (`Name.1`, `Name.2` …, or a JSON
    /// array).
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        if let Some(value) = self.parameters.get(name).filter(|value| !value.is_empty()) {
            return vec![value];
        }
        let listed = self.parameters.iter().filter(|(of, _)| {
            let rest = of
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        });
        listed.map(|(_, value)| value.as_str()).collect()
    }
}

impl Who {
    fn read(identity: Option<&Value>) -> Self {
        let text = |field: &str| identity.map(|of| text(of, field)).unwrap_or_default();
        Self {
            kind: text("type"),
            name: text("userName"),
            principal: text("principalId"),
            access_key: text("accessKeyId"),
        }
    }
}

fn text(value: &Value, field: &str) -> String {
    let text = value.get(field).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// Texts and numbers of a value by their names; a text that holds a list or an object counts as
/// what it holds.
fn flatten(name: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let below = |part: &str| match name {
        "" => part.to_owned(),
        name => format!("{name}.{part}"),
    };
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&below(field), value, into);
            }
        }
        Value::Array(values) => {
            for (position, value) in values.iter().enumerate() {
                flatten(&below(&(position + 1).to_string()), value, into);
            }
        }
        Value::String(text) if text.starts_with(['[', '{']) => {
            match serde_json::from_str::<Value>(text) {
                Ok(inner) => flatten(name, &inner, into),
                Err(_) => drop(into.insert(name.to_owned(), text.clone())),
            }
        }
        Value::String(text) => drop(into.insert(name.to_owned(), text.clone())),
        Value::Number(_) | Value::Bool(_) => drop(into.insert(name.to_owned(), value.to_string())),
        Value::Null => {}
    }
}

/// What the event refers to, and what request and answer call an id.
fn resources(value: &Value, parameters: &BTreeMap<String, String>) -> Vec<ResourceRef> {
    let mut found: BTreeSet<ResourceRef> = BTreeSet::new();
    let mut add = |kind: &str, id: &str| {
        if !id.is_empty() && !found.iter().any(|known| known.id == id) {
            found.insert(ResourceRef {
                kind: kind.to_owned(),
                id: id.to_owned(),
            });
        }
    };
    let referenced = value.get("referencedResources").and_then(Value::as_object);
    for (kind, ids) in referenced.into_iter().flatten() {
        let one = ids.as_str().into_iter();
        let many = ids.as_array().into_iter().flatten();
        for id in one.chain(many.filter_map(Value::as_str)) {
            add(kind, id);
        }
    }
    let mut answered = BTreeMap::new();
    if let Some(answer) = value.get("responseElements") {
        flatten("", answer, &mut answered);
    }
    for (name, id) in parameters.iter().chain(&answered) {
        let mut parts = name.rsplit('.');
        let field = parts.find(|part| part.parse::<usize>().is_err());
        let field = field.unwrap_or_default();
        let is_id = field.ends_with("Id") || field.ends_with("Ids") || field.ends_with("IdSet");
        if is_id
            && !matches!(
                field,
                "RegionId" | "ZoneId" | "RequestId" | "ResourceGroupId"
            )
        {
            add(field, id);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_who_did_what_to_what() {
        let value = serde_json::json!({
            "eventId": "e-1", "eventName": "JoinSecurityGroup", "serviceName": "Ecs",
            "eventTime": "2026-03-18T02:30:00Z", "acsRegion": "cn-hangzhou", "requestId": "R",
            "referencedResources": {"ACS::ECS::SecurityGroup": ["sg-1"]},
            "requestParameterJson": "{\"SecurityGroupId\":\"sg-1\",\"InstanceId\":\"[\\\"i-1\\\",\\\"i-2\\\"]\",\"RegionId\":\"cn-hangzhou\",\"Count\":2}",
            "userIdentity": {"type": "ram-user", "userName": "ann", "accessKeyId": "K", "principalId": "7"},
        });
        let event = CloudEvent::read(&value).unwrap();
        assert_eq!((event.product.as_str(), event.error.clone()), ("ecs", None));
        assert_eq!(event.values("InstanceId"), ["i-1", "i-2"]);
        assert_eq!(event.values("SecurityGroupId"), ["sg-1"]);
        assert!(event.names("i-2") && !event.names("i-3"));
        let named: Vec<(&str, &str)> = event
            .resources
            .iter()
            .map(|of| (of.kind.as_str(), of.id.as_str()))
            .collect();
        let expected = [
            ("ACS::ECS::SecurityGroup", "sg-1"),
            ("InstanceId", "i-1"),
            ("InstanceId", "i-2"),
        ];
        assert_eq!(named, expected);
        assert_eq!(event.who.name, "ann");
        assert_eq!(CloudEvent::read(&serde_json::json!({"eventId": "x"})), None);
    }
}
