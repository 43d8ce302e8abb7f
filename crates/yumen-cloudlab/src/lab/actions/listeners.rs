//! Listeners of ALB and NLB, and the forwarding rules of ALB.

use serde_json::{Value, json};

use super::classic::port;
use super::kinds::{Kind, mentions};
use super::modern::{ALB, Family, LISTENER_ATTRIBUTES, settled};
use super::networks::SETTLING;
use super::overlay::{Form, overlay};
use super::server_groups::relate;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::balancer::{Listener, Modern, Rule};

pub(super) const RULES: Kind = Kind::new("alb/ListRules", "RuleId", "ResourceNotFound.Rule");

/// What a listener with TLS uses that is created without a policy.
const DEFAULT_POLICY: &str = "tls_cipher_policy_1_0";

/// Lowest and highest priority of a forwarding rule.
const RULE_PRIORITIES: std::ops::RangeInclusive<usize> = 1..=10_000;

const ALB_FIELDS: &[(&str, Form)] = &[
    ("GzipEnabled", Form::Flag),
    ("Http2Enabled", Form::Flag),
    ("IdleTimeout", Form::Number),
    ("RequestTimeout", Form::Number),
    ("SecurityPolicyId", Form::Text),
];

const NLB_FIELDS: &[(&str, Form)] = &[
    ("AlpnEnabled", Form::Flag),
    ("AlpnPolicy", Form::Text),
    ("CaCertificateIds", Form::Texts),
    ("CaEnabled", Form::Flag),
    ("CertificateIds", Form::Texts),
    ("Cps", Form::Number),
    ("EndPort", Form::Text),
    ("IdleTimeout", Form::Number),
    ("Mss", Form::Number),
    ("ProxyProtocolEnabled", Form::Flag),
    ("SecSensorEnabled", Form::Flag),
    ("SecurityPolicyId", Form::Text),
    ("StartPort", Form::Text),
];

/// The server groups that actions forward to, all of which must exist.
fn targets(
    estate: &Estate,
    region: &str,
    family: &Family,
    parameters: &Parameters,
    actions: &Value,
) -> Result<(), Refusal> {
    let is_target = |name: &str| name.ends_with(".ServerGroupId") || name == "ServerGroupId";
    for (_, group) in parameters.iter().filter(|(name, _)| is_target(name)) {
        if mentions(actions, group) {
            family.groups.with_id(estate, region, group)?;
        }
    }
    Ok(())
}

/// What a new listener does with what arrives: actions for ALB, a server group for NLB.
fn actions(context: &Context<'_>, family: &Family) -> Result<Value, Refusal> {
    let name = if family.application {
        "DefaultActions"
    } else {
        "ServerGroupId"
    };
    let actions = context.parameters.tree(name);
    actions.ok_or_else(|| Refusal::missing(name))
}

fn protocol(context: &Context<'_>, family: &Family) -> Result<String, Refusal> {
    let protocol = context.parameters.required("ListenerProtocol")?;
    let (known, secure, certificates) = if family.application {
        (["HTTP", "HTTPS", "QUIC"], "HTTPS", "Certificates")
    } else {
        (["TCP", "UDP", "TCPSSL"], "TCPSSL", "CertificateIds")
    };
    if !known.contains(&protocol) {
        return Err(Refusal::unsupported_value("ListenerProtocol"));
    }
    if protocol == secure && context.parameters.tree(certificates).is_none() {
        return Err(Refusal::missing(certificates));
    }
    Ok(protocol.to_owned())
}

/// QUIC and UDP have ports of their own beside those of TCP.
fn over_udp(protocol: &str) -> bool {
    matches!(protocol, "UDP" | "QUIC")
}

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let balancer = settled(estate, context, family)?;
    let of = text(&balancer, "LoadBalancerId").to_owned();
    // NLB listens on a range where the port is 0.
    let port = match context.parameters.get("ListenerPort") {
        Some("0") if !family.application && context.parameters.get("StartPort").is_some() => 0,
        _ => port(context, "ListenerPort")?,
    };
    let protocol = protocol(context, family)?;
    let actions = actions(context, family)?;
    targets(estate, context.region, family, context.parameters, &actions)?;
    let is_there = |listener: &Object| {
        text(listener, "LoadBalancerId") == of
            && port > 0
            && listener.get("ListenerPort") == Some(&json!(port))
            && over_udp(text(listener, "ListenerProtocol")) == over_udp(&protocol)
    };
    if estate
        .items(context.region, family.listeners.list, "")
        .any(is_there)
    {
        return Err(Refusal::new(
            400,
            "ResourceAlreadyExist.Listener",
            "A listener of that port exists already.",
        ));
    }
    let id = context.new_id("lsn");
    let about = context.text("ListenerDescription").to_owned();
    let writer = Modern {
        region: context.region,
        id: &of,
        name: "",
        application: family.application,
        internet: text(&balancer, "AddressType") == "Internet",
        vpc: text(&balancer, "VpcId"),
        zones: &[],
        groups: &[],
        created: "",
        tags: &[],
    };
    let finish = |listener: Value, fields: &[(&str, Form)]| -> Result<Object, Refusal> {
        let mut listener = object(listener);
        listener.remove("RequestId");
        overlay(&mut listener, context.parameters, fields)?;
        set(&mut listener, "ListenerId", id.clone());
        set(&mut listener, "ListenerStatus", "Provisioning");
        put_tags("vpc", &mut listener, context.parameters.tags());
        if family.application {
            set(&mut listener, "DefaultActions", actions.clone());
            for name in ["QuicConfig", "XForwardedForConfig", "Certificates"] {
                let shown = listener.contains_key(name);
                if let Some(value) = context.parameters.tree(name).filter(|_| shown) {
                    set(&mut listener, name, value);
                }
            }
        }
        Ok(listener)
    };
    let is_secure = matches!(protocol.as_str(), "HTTPS" | "TCPSSL");
    let listener = Listener {
        protocol: &protocol,
        port,
        about: &about,
        servers: "",
        policy: if is_secure { DEFAULT_POLICY } else { "" },
    };
    if family.application {
        let item = writer.alb_listener(&listener);
        let head = writer.alb_listener_attribute(&listener, None);
        let (item, head) = (finish(item, ALB_FIELDS)?, finish(head, ALB_FIELDS)?);
        estate.push(context.region, family.listeners.list, "", item);
        estate.change(context.region, LISTENER_ATTRIBUTES, &id).head = head;
    } else {
        let servers = actions.as_str().unwrap_or_default();
        let listener = Listener {
            servers,
            ..listener
        };
        let item = finish(writer.nlb_listener(&listener), NLB_FIELDS)?;
        estate.push(context.region, family.listeners.list, "", item);
    }
    relate(estate, context.region, family);
    becomes(context, &id, *family, "Running");
    Ok(json!({"ListenerId": id}))
}

fn set_status(estate: &mut Estate, region: &str, family: &Family, id: &str, status: &str) {
    let change = |listener: &mut Object| set(listener, "ListenerStatus", status);
    family.listeners.change(estate, region, id, change);
    let has_more = estate.document(region, LISTENER_ATTRIBUTES, id).is_some();
    if family.application && has_more {
        change(&mut estate.change(region, LISTENER_ATTRIBUTES, id).head);
    }
}

fn becomes(context: &mut Context<'_>, id: &str, family: Family, status: &'static str) {
    let id = id.to_owned();
    let effect = move |estate: &mut Estate, region: &str| {
        set_status(estate, region, &family, &id, status);
    };
    context.later.push((SETTLING, Box::new(effect)));
}

/// Starts or stops a listener; one that is as asked for cannot be asked again.
pub(super) fn switch(
    estate: &mut Estate,
    context: &mut Context<'_>,
    family: &Family,
    on: bool,
) -> Outcome {
    let (before, after) = if on {
        ("Stopped", "Running")
    } else {
        ("Running", "Stopped")
    };
    let listener = family.listeners.named(estate, context)?;
    if text(&listener, "ListenerStatus") != before {
        return Err(incorrect_status());
    }
    let id = text(&listener, "ListenerId");
    set_status(estate, context.region, family, id, "Configuring");
    becomes(context, id, *family, after);
    done()
}

fn incorrect_status() -> Refusal {
    Refusal::new(
        400,
        "IncorrectStatus.Listener",
        "The status of the listener is incorrect.",
    )
}

/// A listener with its rules, taken away.
pub(super) fn forget(estate: &mut Estate, region: &str, family: &Family, id: &str) {
    family.listeners.take(estate, region, id);
    if family.application {
        estate.remove(region, LISTENER_ATTRIBUTES, id);
        estate.take(region, RULES.list, "", |rule| {
            text(rule, "ListenerId") == id
        });
    }
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let listener = family.listeners.named(estate, context)?;
    if !["Running", "Stopped"].contains(&text(&listener, "ListenerStatus")) {
        return Err(incorrect_status());
    }
    let id = text(&listener, "ListenerId");
    forget(estate, context.region, family, id);
    relate(estate, context.region, family);
    done()
}

pub(super) fn create_rule(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let listener = ALB.listeners.named(estate, context)?;
    let name = super::groups::name(context, "RuleName")?;
    context.parameters.required("RuleName")?;
    let priority = context.parameters.number("Priority")?;
    let priority = priority.ok_or_else(|| Refusal::missing("Priority"))?;
    if !RULE_PRIORITIES.contains(&priority) {
        return Err(Refusal::unsupported_value("Priority"));
    }
    let part = |name: &str| {
        let tree = context.parameters.tree(name);
        tree.ok_or_else(|| Refusal::missing(name))
    };
    let (actions, conditions) = (part("RuleActions")?, part("RuleConditions")?);
    targets(estate, context.region, &ALB, context.parameters, &actions)?;
    let direction = context.parameters.get("Direction").unwrap_or("Request");
    let of = text(&listener, "ListenerId");
    let is_taken = |rule: &Object| {
        text(rule, "ListenerId") == of
            && text(rule, "Direction") == direction
            && rule.get("Priority") == Some(&json!(priority))
    };
    if estate.items(context.region, RULES.list, "").any(is_taken) {
        return Err(Refusal::new(
            400,
            "Conflict.Priority",
            "A rule of that priority exists already.",
        ));
    }
    let id = context.new_id("rule");
    let rule = Rule {
        balancer: text(&listener, "LoadBalancerId"),
        listener: of,
        id: &id,
        name: &name,
        priority,
        actions,
        conditions,
    };
    let mut item = object(rule.item());
    set(&mut item, "Direction", direction);
    set(&mut item, "RuleStatus", "Provisioning");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, RULES.list, "", item);
    relate(estate, context.region, &ALB);
    RULES.settle(context, context.region, &id, ("RuleStatus", "Available"));
    Ok(json!({"RuleId": id}))
}

pub(super) fn delete_rule(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let rule = RULES.named(estate, context)?;
    RULES.take(estate, context.region, text(&rule, "RuleId"));
    relate(estate, context.region, &ALB);
    done()
}
