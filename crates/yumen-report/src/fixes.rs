//! Proposed fixes on a terminal: what each closes, by which edits, and what is left by hand.

use serde_json::{Value, json};
use yumen_baseline::{Fix, Fixes, Item, ItemId, Proposal, Target, find_item};
use yumen_cloud::{
    Action, CloudEdit, Direction, Id, InnerAccess, Peer, PortMatch, ProtocolMatch, Rule, Snapshot,
};
use yumen_diagnostics::Message;
use yumen_packets::PacketSet;
use yumen_reach::{Verdict, protocol_word, slices};

use crate::columns::{fit, wrap};
use crate::describe;
use crate::edits::json as edits_json;
use crate::known;
use crate::notation;
use crate::paint::{Paint, shape};
use crate::report::Report;
use crate::text::{COLUMNS, cause_name};
use crate::words::Words;

/// The proposals as lines.
#[must_use]
pub fn text(report: &Report, fixes: &Fixes, words: &Words, paint: Paint, next: &Message) -> String {
    let mut lines = Vec::new();
    let (made, refused): (Vec<&Proposal>, Vec<&Proposal>) =
        fixes.proposals.iter().partition(|one| one.outcome.is_ok());
    let edits = made.iter().filter_map(|one| one.outcome.as_ref().ok());
    let head = Message::new("fixes-headline")
        .with("fixes", made.len())
        .with("edits", edits.map(|fix| fix.edits.len()).sum::<usize>())
        .with(
            "findings",
            made.iter().map(|one| one.findings).sum::<usize>(),
        );
    lines.push(paint.strong(&words.say(&head)));
    for (number, proposal) in made.iter().enumerate() {
        lines.push(String::new());
        lines.extend(proposed(report, words, paint, number + 1, proposal));
    }
    if !refused.is_empty() {
        lines.push(String::new());
        lines.push(paint.strong(&words.text("fixes-by-hand")));
        for proposal in refused {
            let name = target(report, words, &proposal.target);
            let why = proposal.outcome.as_ref().err().map(|why| words.say(why));
            let labels = labels(&proposal.items);
            let line = format!("{labels}  {name}: {}", why.unwrap_or_default());
            let mut wrapped = wrap(&line, COLUMNS - 2).into_iter();
            lines.extend(wrapped.next().map(|line| format!("– {line}")));
            lines.extend(wrapped.map(|line| format!("  {line}")));
        }
    }
    lines.push(String::new());
    lines.push(words.say(next));
    lines.join("\n") + "\n"
}

/// The proposals as JSON: schema `yumen.fixes/1`, edits as `yumen.edits/1` has them.
#[must_use]
pub fn json(report: &Report, fixes: &Fixes, words: &Words) -> Value {
    let snapshot = report.topology().snapshot();
    let each = fixes.proposals.iter().map(|proposal| {
        let fix = proposal.outcome.as_ref().ok();
        let edits = fix.map(|fix| edits_json(&fix.edits, Some(snapshot)));
        let refused = proposal.outcome.as_ref().err().map(|why| words.say(why));
        let closes = fix.map(|fix| packets(words, &fix.closes));
        json!({
            "target": target(report, words, &proposal.target),
            "items": proposal.items.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "findings": proposal.findings,
            "edits": edits.as_ref().and_then(|edits| edits.get("edits")),
            "closes": closes,
            "also_closes_unused": fix.map(|fix| !fix.also_closes.is_empty()),
            "note": fix.and_then(|fix| fix.note.as_ref()).map(|note| words.say(note)),
            "refused": refused,
        })
    });
    json!({ "schema": "yumen.fixes/1", "fixes": each.collect::<Vec<_>>() })
}

fn proposed(
    report: &Report,
    words: &Words,
    paint: Paint,
    number: usize,
    proposal: &Proposal,
) -> Vec<String> {
    let Ok(fix) = &proposal.outcome else {
        return Vec::new();
    };
    let name = target(report, words, &proposal.target);
    let mark = paint.verdict(Verdict::Closed, shape(Verdict::Closed));
    let head = format!("{number}  {name}  {}", labels(&proposal.items));
    let mut lines = vec![format!("{mark} {}", paint.strong(&fit(&head, COLUMNS - 2)))];
    let snapshot = report.topology().snapshot();
    for one in &fix.edits {
        let line = format!("     {}", edit(words, snapshot, one));
        lines.push(fit(&line, COLUMNS));
    }
    let closes = Message::new("fixes-closes").with("what", packets(words, &fix.closes));
    if !fix.closes.is_empty() {
        lines.push(paint.muted(&fit(&format!("     {}", words.say(&closes)), COLUMNS)));
    }
    lines.extend(aside(words, paint, fix));
    lines
}

/// What a reader should know beside the edits.
fn aside(words: &Words, paint: Paint, fix: &Fix) -> Vec<String> {
    let note = fix.note.as_ref().map(|note| words.say(note));
    let also = (!fix.also_closes.is_empty()).then(|| words.text("fixes-also"));
    note.into_iter()
        .chain(also)
        .flat_map(|said| wrap(&said, COLUMNS - 5))
        .map(|line| paint.muted(&format!("     {line}")))
        .collect()
}

fn labels(items: &[ItemId]) -> String {
    let names: Vec<&str> = items.iter().map(|id| id.as_str()).collect();
    names.join(" ")
}

/// What a proposal is about, by the names that its owner gave.
fn target(report: &Report, words: &Words, target: &Target) -> String {
    match target {
        Target::Cause(cause) => cause_name(report.topology(), words, cause),
        Target::Resource(subject) => known::resource_name(&report.audit, subject),
        Target::Item(id) => {
            let item: Option<&Item> = find_item(id.as_str());
            item.map_or("", |item| describe::title(words, item))
                .to_owned()
        }
    }
}

/// Packets by protocols and ports, the first few.
fn packets(words: &Words, packets: &PacketSet) -> String {
    const SHOWN: usize = 4;
    let mut said: Vec<String> = Vec::new();
    for slice in slices(&packets.plain_boxes(), Direction::Ingress) {
        let ports = notation::ports(&slice.ports);
        let one = format!("{} {ports}", slice.protocols.word());
        let one = one.trim_end().to_owned();
        if !said.contains(&one) {
            said.push(one);
        }
    }
    let more = said.len().saturating_sub(SHOWN);
    said.truncate(SHOWN);
    if more > 0 {
        said.push(format!("… +{more}"));
    }
    words.list(&said)
}

/// An edit in one line.
#[must_use]
pub fn edit(words: &Words, snapshot: &Snapshot, edit: &CloudEdit) -> String {
    let say = |id: &'static str| Message::new(id);
    let group = |id: &Id| {
        let name = snapshot.groups.get(id).map(|group| group.name.as_str());
        name.filter(|name| !name.is_empty())
            .map_or_else(|| id.to_string(), str::to_owned)
    };
    let message = match edit {
        CloudEdit::AddRule { group: id, rule } => say("step-add-rule")
            .with("group", group(id))
            .with("rule", rule_in_words(rule)),
        CloudEdit::RemoveRule { group: id, rule } => {
            let rules = snapshot.groups.get(id).map(|group| &group.rules);
            let old = rules.and_then(|rules| rules.iter().find(|one| one.id == *rule));
            say("step-remove-rule")
                .with("group", group(id))
                .with("id", rule.to_string())
                .with("rule", old.map(rule_in_words).unwrap_or_default())
        }
        CloudEdit::ReplaceRule { group: id, rule } => say("step-replace-rule")
            .with("group", group(id))
            .with("id", rule.id.to_string())
            .with("rule", rule_in_words(rule)),
        CloudEdit::SetInnerAccess { group: id, policy } => match policy {
            InnerAccess::Drop => say("step-inner-drop").with("group", group(id)),
            InnerAccess::Accept => say("step-inner-accept").with("group", group(id)),
        },
        CloudEdit::RemoveForward { gateway, entry } => say("step-remove-forward")
            .with("gateway", gateway.to_string())
            .with("entry", entry.to_string()),
        CloudEdit::AddForward { gateway, entry } => say("step-add-forward")
            .with("gateway", gateway.to_string())
            .with("external", entry.external.to_string())
            .with("internal", entry.internal.to_string())
            .with(
                "ports",
                entry
                    .external_ports
                    .map(|ports| notation::ports(&[ports]))
                    .unwrap_or_default(),
            ),
        CloudEdit::UnbindEip { eip } => say("step-unbind").with("eip", eip.to_string()),
        CloudEdit::SetMetadataToken { instance, .. } => {
            let record = snapshot.instances.get(instance);
            let name = record.map(|record| record.name.clone());
            say("step-token").with("name", name.unwrap_or_else(|| instance.to_string()))
        }
        CloudEdit::AddFlowLog { log } => {
            let resource = log.resource.as_ref().map(ToString::to_string);
            say("step-flow-log").with("resource", resource.unwrap_or_default())
        }
        CloudEdit::SetTags { resource, tags } => {
            let tags: Vec<String> = tags
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            say("step-tags")
                .with("resource", resource.to_string())
                .with("tags", tags.join(", "))
        }
        CloudEdit::JoinGroup {
            interface,
            group: id,
        } => say("step-join")
            .with("interface", interface.to_string())
            .with("group", group(id)),
        CloudEdit::LeaveGroup {
            interface,
            group: id,
        } => say("step-leave")
            .with("interface", interface.to_string())
            .with("group", group(id)),
        CloudEdit::SetAclEntries { acl, .. } => say("step-acl").with("acl", acl.to_string()),
        CloudEdit::SetPrefixList { list, .. } => say("step-list").with("list", list.to_string()),
        CloudEdit::AddSnat { gateway, .. } | CloudEdit::RemoveSnat { gateway, .. } => {
            say("step-snat").with("gateway", gateway.to_string())
        }
        CloudEdit::SetListenerAccess {
            balancer, listener, ..
        } => say("step-listener")
            .with("balancer", balancer.to_string())
            .with("listener", listener.to_string()),
    };
    words.say(&message)
}

/// A rule as `in accept tcp 22 from 10.0.0.0/8, priority 1`, in the words of the console.
#[must_use]
pub fn rule_in_words(rule: &Rule) -> String {
    let way = match rule.direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    };
    let action = match rule.action {
        Action::Accept => "accept",
        Action::Drop => "drop",
    };
    let protocol = match rule.protocol {
        ProtocolMatch::All => "all".to_owned(),
        ProtocolMatch::Number(number) => protocol_word(number),
    };
    let ports = match &rule.ports {
        PortMatch::Any => String::new(),
        PortMatch::Range(range) => format!(" {}", notation::ports(&[*range])),
        PortMatch::List(id) => format!(" {id}"),
    };
    let peer = match &rule.peer {
        Peer::Network(net) => net.to_string(),
        Peer::Group { group, .. } => group.to_string(),
        Peer::PrefixList(id) => id.to_string(),
        Peer::Anywhere => "?".to_owned(),
    };
    format!("{way} {action} {protocol}{ports} {peer} @{}", rule.priority)
}
