//! The report as events of the Open Cybersecurity Schema Framework 1.6, for SIEMs and data lakes.
//!
//! One array: a Detection Finding (2004) for each finding, and a Compliance Finding (2003) for each
//! finding and clause that its item speaks for. An item without findings gives one Compliance
//! Finding for each of its clauses: passed, or a warning that it could not be judged.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use yumen_baseline::{
    Clause, FRAMEWORKS, Framework, Item, Judged, Severity, State, Status, Verdict,
};
use yumen_cloud::Id;
use yumen_diagnostics::Message;
use yumen_packets::{Family, Packet};
use yumen_reach::protocol_word;

use crate::describe;
use crate::json::cause;
use crate::known;
use crate::listed::{Listed, Way, fallback_file, fix_text, listed};
use crate::report::Report;
use crate::words::Words;

/// The version of the schema.
const VERSION: &str = "1.6.0";

/// Class of a Detection Finding.
const DETECTION: u64 = 2004;

/// Class of a Compliance Finding.
const COMPLIANCE: u64 = 2003;

/// The category of both.
const FINDINGS: u64 = 2;

/// All events.
#[must_use]
pub fn report(report: &Report, words: &Words) -> Value {
    let fallback = fallback_file(report.topology().snapshot());
    let all = listed(report);
    let mut events = Vec::new();
    for judged in &report.judgement.items {
        let own: Vec<&Listed<'_>> = all
            .iter()
            .filter(|one| one.item.id == judged.item.id)
            .collect();
        let told = Told {
            report,
            words,
            fallback: &fallback,
        };
        for one in &own {
            events.push(told.detection(one));
        }
        for framework in FRAMEWORKS {
            for clause in framework.clauses_of(judged.item.id) {
                if own.is_empty() {
                    events.push(told.without_findings(judged, (framework, clause)));
                }
                for one in &own {
                    events.push(told.compliance(one, (framework, clause)));
                }
            }
        }
    }
    Value::Array(events)
}

/// A framework and one of its clauses.
type Demand = (&'static Framework, &'static Clause);

struct Told<'r> {
    report: &'r Report,
    words: &'r Words,
    fallback: &'r str,
}

impl Told<'_> {
    fn detection(&self, one: &Listed<'_>) -> Value {
        let (file, line) = one.spot(self.fallback);
        let mut event = self.of_finding(DETECTION, one);
        let mut evidence = Map::new();
        let mut data = json!({
            "file": file,
            "line": line,
            "packets": known::packets(&self.report.audit, one.finding),
            "causes": one.finding.causes.iter().map(cause).collect::<Vec<_>>(),
        });
        if let Some((packet, _)) = self.report.witness(one.finding) {
            let name = self.words.text("ocsf-witness");
            evidence.insert("name".to_owned(), json!(name));
            evidence.insert("src_endpoint".to_owned(), endpoint(&packet, true));
            evidence.insert("dst_endpoint".to_owned(), endpoint(&packet, false));
            let way = one.direction(self.report);
            evidence.insert("connection_info".to_owned(), connection(&packet, way));
            if let Some(data) = data.as_object_mut() {
                data.insert("witness".to_owned(), crate::json::packet(&packet));
            }
        }
        evidence.insert("data".to_owned(), data);
        event.insert("evidences".to_owned(), json!([evidence]));
        let alerts = one.waiver.is_none() && one.finding.status != Status::Latent;
        event.insert("is_alert".to_owned(), json!(alerts));
        let info = self.finding_info(one, one.unique());
        event.insert("finding_info".to_owned(), info);
        Value::Object(event)
    }

    fn compliance(&self, one: &Listed<'_>, demand: Demand) -> Value {
        let (framework, clause) = demand;
        let mut event = self.of_finding(COMPLIANCE, one);
        let uid = format!("{}:{}:{}", one.unique(), framework.id, clause.id);
        event.insert("finding_info".to_owned(), self.finding_info(one, uid));
        let (id, detail) = match one.finding.status {
            Status::Open => (3, "status-open"),
            Status::Unknown => (2, "status-unknown"),
            Status::Latent => (2, "status-latent"),
        };
        let said = self.words.text(detail);
        let result = self.compliance_of(one.item, demand, id, &said);
        event.insert("compliance".to_owned(), result);
        Value::Object(event)
    }

    /// What a clause gets from an item that found nothing.
    fn without_findings(&self, judged: &Judged, demand: Demand) -> Value {
        let (framework, clause) = demand;
        let item = judged.item;
        let page = describe::page(self.words, item);
        let (id, detail) = match &judged.outcome.state {
            State::NotAssessed(why) => (2, self.words.say(why)),
            State::Assessed if judged.verdict() == Verdict::Nothing => {
                (1, self.words.text("item-nothing"))
            }
            State::Assessed => {
                let message = Message::new("ocsf-passed");
                let message = message.with("count", judged.outcome.checked);
                (1, self.words.say(&message))
            }
        };
        let mut event = self.base(COMPLIANCE, 1, 1, None);
        event.insert("message".to_owned(), json!(detail));
        event.insert("status_id".to_owned(), json!(1));
        event.insert("status".to_owned(), json!("New"));
        let account = self.account();
        event.insert(
            "resources".to_owned(),
            json!([{ "uid": account, "type": "account" }]),
        );
        event.insert(
            "finding_info".to_owned(),
            json!({
                "uid": format!("{}:{}:{}", item.id, framework.id, clause.id),
                "title": title(self.words, item),
                "desc": Item::summary(page),
                "analytic": analytic(self.words, item),
            }),
        );
        let result = self.compliance_of(item, demand, id, &detail);
        event.insert("compliance".to_owned(), result);
        Value::Object(event)
    }

    fn compliance_of(&self, item: &Item, demand: Demand, id: u64, detail: &str) -> Value {
        let (framework, clause) = demand;
        let title = self.words.text(clause.title);
        json!({
            "standards": [self.words.text(framework.title)],
            "requirements": [format!("{} {title}", clause.id)],
            "control": item.id.as_str(),
            "status_id": id,
            "status": match id {
                1 => "Pass",
                2 => "Warning",
                _ => "Fail",
            },
            "status_detail": detail,
        })
    }

    /// What both classes say of a finding.
    fn of_finding(&self, class: u64, one: &Listed<'_>) -> Map<String, Value> {
        // What an earlier report had is not created again.
        let activity = if self.report.is_new(one.finding) {
            1
        } else {
            2
        };
        let about = one.about(self.report);
        let severity = match one.finding.severity {
            Severity::Low => 2,
            Severity::Medium => 3,
            Severity::High => 4,
            Severity::Critical => 5,
        };
        let mut event = self.base(class, activity, severity, about.region.as_ref());
        // Whether somebody works on it is for others to know.
        let (status, name) = match one.waiver {
            Some(_) => (3, "Suppressed"),
            None => (1, "New"),
        };
        event.insert("status_id".to_owned(), json!(status));
        event.insert("status".to_owned(), json!(name));
        event.insert("message".to_owned(), json!(one.said(self.words)));
        if let Some(waived) = one.waived(self.words) {
            event.insert("comment".to_owned(), json!(waived));
        }
        let mut resource = Map::new();
        resource.insert("uid".to_owned(), json!(one.resource));
        resource.insert("type".to_owned(), json!(about.kind));
        if let Some(name) = about.name {
            resource.insert("name".to_owned(), json!(name));
        }
        if let Some(region) = about.region {
            resource.insert("region".to_owned(), json!(region.as_str()));
        }
        event.insert("resources".to_owned(), json!([resource]));
        let fix = fix_text(describe::page(self.words, one.item));
        event.insert("remediation".to_owned(), json!({ "desc": fix }));
        event.insert(
            "unmapped".to_owned(),
            json!({
                "status": one.finding.status.word(),
                "points": one.points(self.report),
                "fix": one.item.fix.word(),
            }),
        );
        event
    }

    fn finding_info(&self, one: &Listed<'_>, uid: String) -> Value {
        let page = describe::page(self.words, one.item);
        json!({
            "uid": uid,
            "title": title(self.words, one.item),
            "desc": Item::summary(page),
            "types": [one.item.id.family()],
            "analytic": analytic(self.words, one.item),
        })
    }

    /// What every event has.
    fn base(
        &self,
        class: u64,
        activity: u64,
        severity: u64,
        region: Option<&Id>,
    ) -> Map<String, Value> {
        let class_name = match class {
            DETECTION => "Detection Finding",
            _ => "Compliance Finding",
        };
        let activity_name = match activity {
            1 => "Create",
            _ => "Update",
        };
        let mut cloud = json!({
            "provider": "Alibaba Cloud",
            "account": {
                "uid": self.account(),
                // Some readers will not do without.
                "name": self.account(),
                "type_id": 99,
                "type": "Alibaba Cloud Account",
            },
        });
        if let (Some(cloud), Some(region)) = (cloud.as_object_mut(), region) {
            cloud.insert("region".to_owned(), json!(region.as_str()));
        }
        let event = json!({
            "category_uid": FINDINGS,
            "category_name": "Findings",
            "class_uid": class,
            "class_name": class_name,
            "activity_id": activity,
            "activity_name": activity_name,
            "type_uid": class * 100 + activity,
            "type_name": format!("{class_name}: {activity_name}"),
            "severity_id": severity,
            "severity": match severity {
                1 => "Informational",
                2 => "Low",
                3 => "Medium",
                4 => "High",
                _ => "Critical",
            },
            "time": self.time(),
            "cloud": cloud,
            "metadata": {
                "version": VERSION,
                "profiles": ["cloud"],
                "product": {
                    "name": "Yumen",
                    "vendor_name": "Yumen",
                    "version": env!("CARGO_PKG_VERSION"),
                    "lang": match self.words.language() {
                        crate::Language::English => "en",
                        crate::Language::Chinese => "zh",
                    },
                },
                "correlation_uid": self.report.topology().snapshot().content_address().to_string(),
            },
        });
        match event {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// When it was judged, in milliseconds; 0 where nobody knows.
    fn time(&self) -> i64 {
        let audit = &self.report.audit;
        let collected = &self.report.topology().snapshot().collected_at;
        let times = audit.as_of.iter().chain(collected);
        let mut times = times.filter_map(|time| time.parse::<Timestamp>().ok());
        times.next().map_or(0, Timestamp::as_millisecond)
    }

    fn account(&self) -> &str {
        let account = &self.report.topology().snapshot().account;
        account.as_ref().map_or("account", Id::as_str)
    }
}

fn title(words: &Words, item: &Item) -> String {
    format!("{} {}", item.id, describe::title(words, item))
}

/// The item as what found it.
fn analytic(words: &Words, item: &Item) -> Value {
    json!({
        "uid": item.id.as_str(),
        "name": describe::title(words, item),
        "type_id": 1,
        "type": "Rule",
    })
}

fn endpoint(packet: &Packet, source: bool) -> Value {
    let (address, port) = if source {
        (packet.source_ip(), packet.source_port)
    } else {
        (packet.destination_ip(), packet.destination_port)
    };
    if matches!(packet.protocol, 6 | 17) {
        json!({ "ip": address.to_string(), "port": port })
    } else {
        json!({ "ip": address.to_string() })
    }
}

fn connection(packet: &Packet, way: Option<Way>) -> Value {
    let (id, name) = match way {
        Some(Way::In) => (1, "Inbound"),
        Some(Way::Out) => (2, "Outbound"),
        Some(Way::Inside) => (3, "Lateral"),
        None => (0, "Unknown"),
    };
    json!({
        "direction_id": id,
        "direction": name,
        "protocol_num": packet.protocol,
        "protocol_name": protocol_word(packet.protocol),
        "protocol_ver_id": match packet.family {
            Family::V4 => 4,
            Family::V6 => 6,
        },
    })
}
