//! Fixes: for each finding the smallest change that closes it and cuts nothing else.
//!
//! A rule that opens several things gets one fix. Fixes are planned one after the other on the
//! network as the earlier ones leave it, so that all of them together are what they say; each was
//! proven in packets before it is proposed. Nothing is applied here.

mod narrow;
mod outbound;
mod settings;

use std::collections::BTreeSet;

use yumen_cloud::{CloudEdit, Id, Snapshot};
use yumen_diagnostics::Message;
use yumen_packets::{Error, PacketSet};
use yumen_reach::{Cause, Topology};
use yumen_synthesis::{Refusal, remove_rule};

use crate::estate::Estate;
use crate::finding::{Finding, Status, Subject};
use crate::item::{FixKind, ItemId};
use crate::judgement::Judgement;

/// What can be done about some findings.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What it changes, or would have to
    pub target: Target,
    /// Items of the findings, each once, in the order of the catalogue
    pub items: Vec<ItemId>,
    /// How many findings it is about
    pub findings: usize,
    /// The change, or why there is none and what to do by hand
    pub outcome: Result<Fix, Message>,
}

/// What a fix changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A rule, listener or default
    Cause(Cause),
    /// Another resource
    Resource(Subject),
    /// Resources of an item that nothing can be done about by program
    Item(ItemId),
}

/// A change that was proven.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The edits, in an order in which nothing that stays is closed in between
    pub edits: Vec<CloudEdit>,
    /// The packets that were to be closed; empty for what decides no packets
    pub closes: PacketSet,
    /// What closes beside them: packets that nobody can send
    pub also_closes: PacketSet,
    /// What a person should know before applying it
    pub note: Option<Message>,
}

/// All proposals for an estate, with the network as it is after all of them.
#[derive(Debug)]
pub struct Fixes {
    /// The proposals: rules first, then other resources, then what is left to do by hand
    pub proposals: Vec<Proposal>,
    /// The network after all edits
    pub after: Snapshot,
}

/// Plans fixes for the findings of some items, or of all.
///
/// # Errors
/// The rules are so entangled that the budget of the packet sets ends first.
pub fn fixes(
    estate: &Estate<'_>,
    judgement: &Judgement,
    only: Option<&[ItemId]>,
) -> Result<Fixes, Error> {
    let mut bench = Bench::new(estate);
    let wanted = |id: ItemId| only.is_none_or(|only| only.contains(&id));
    let judged: Vec<_> = judgement
        .items
        .iter()
        .filter(|judged| wanted(judged.item.id) && !judged.outcome.findings.is_empty())
        .collect();
    let of_kind = |kind: FixKind| {
        let of_kind = judged.iter().filter(move |judged| judged.item.fix == kind);
        let findings = of_kind.flat_map(|judged| &judged.outcome.findings);
        findings.filter(|finding| finding.status != Status::Unknown)
    };
    removals(&mut bench, of_kind(FixKind::RemoveRule))?;
    narrow::all(&mut bench, of_kind(FixKind::Narrow))?;
    for judged in judged.iter().filter(|one| one.item.fix == FixKind::Set) {
        let known = judged.outcome.findings.iter();
        let known: Vec<&Finding> = known.filter(|one| one.status != Status::Unknown).collect();
        settings::all(&mut bench, judged.item.id, &known)?;
    }
    // Nothing can be planned on what was not read; saying nothing would look like nothing to do.
    for judged in judged.iter().filter(|one| one.item.fix != FixKind::ByHand) {
        let findings = judged.outcome.findings.iter();
        let unknown = findings.filter(|one| one.status == Status::Unknown).count();
        if unknown > 0 {
            let id = judged.item.id;
            let why = Message::new("fix-unknown").with("count", unknown);
            bench.refuse(Target::Item(id), BTreeSet::from([id]), unknown, why);
        }
    }
    for judged in judged.iter().filter(|one| one.item.fix == FixKind::ByHand) {
        bench.refuse(
            Target::Item(judged.item.id),
            BTreeSet::from([judged.item.id]),
            judged.outcome.findings.len(),
            Message::new("fix-by-hand").with("item", judged.item.id.as_str()),
        );
    }
    Ok(Fixes {
        proposals: bench.proposals,
        after: bench.snapshot,
    })
}

/// The network under repair.
struct Bench<'e> {
    estate: &'e Estate<'e>,
    snapshot: Snapshot,
    topology: Topology,
    proposals: Vec<Proposal>,
}

impl<'e> Bench<'e> {
    fn new(estate: &'e Estate<'e>) -> Self {
        Self {
            estate,
            snapshot: estate.snapshot().clone(),
            topology: estate.topology().clone(),
            proposals: Vec::new(),
        }
    }

    /// Puts edits into force here, so that the next fix is planned on what they leave. False, and
    /// nothing done, if one of them does not fit any more.
    fn apply(&mut self, edits: &[CloudEdit]) -> bool {
        let mut next = self.snapshot.clone();
        for edit in edits {
            match next.with_edit(edit) {
                Ok(changed) => next = changed,
                Err(_) => return false,
            }
        }
        let groups: Vec<Id> = edits.iter().filter_map(group_of).cloned().collect();
        let only_rules = groups.len() == edits.len();
        let quick = only_rules.then(|| self.topology.with_rules_of(&next, &groups));
        self.topology = match quick.flatten() {
            Some(topology) => topology,
            None => Topology::new(&next, self.estate.topology().internet()),
        };
        self.snapshot = next;
        true
    }

    fn propose(&mut self, target: Target, items: BTreeSet<ItemId>, findings: usize, fix: Fix) {
        if self.apply(&fix.edits) {
            self.proposals.push(Proposal {
                target,
                items: items.into_iter().collect(),
                findings,
                outcome: Ok(fix),
            });
        } else {
            self.refuse(target, items, findings, Message::new("fix-overtaken"));
        }
    }

    fn refuse(&mut self, target: Target, items: BTreeSet<ItemId>, findings: usize, why: Message) {
        self.proposals.push(Proposal {
            target,
            items: items.into_iter().collect(),
            findings,
            outcome: Err(why),
        });
    }
}

/// The group whose rules an edit changes.
fn group_of(edit: &CloudEdit) -> Option<&Id> {
    match edit {
        CloudEdit::AddRule { group, .. }
        | CloudEdit::RemoveRule { group, .. }
        | CloudEdit::ReplaceRule { group, .. } => Some(group),
        _ => None,
    }
}

/// Rules that decide nothing, and rules that are past their end.
fn removals<'f>(
    bench: &mut Bench<'_>,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<(), Error> {
    let mut done: BTreeSet<(Id, Id)> = BTreeSet::new();
    for finding in findings {
        let Subject::Rule { group, rule } = &finding.subject else {
            continue;
        };
        if !done.insert((group.clone(), rule.clone())) {
            continue;
        }
        let target = Target::Cause(Cause::Rule {
            group: group.clone(),
            rule: rule.clone(),
        });
        let items = BTreeSet::from([finding.item]);
        let fix = if finding.item.family() == "GOV" {
            narrow::expired(bench, group, rule)?
        } else {
            match remove_rule(&bench.topology, group, rule) {
                Ok(plan) => Ok(Fix {
                    edits: plan.edits,
                    closes: PacketSet::empty(),
                    also_closes: plan.also_closed,
                    note: None,
                }),
                Err(refusal) => Err(why(refusal)?),
            }
        };
        match fix {
            Ok(fix) => bench.propose(target, items, 1, fix),
            Err(message) => bench.refuse(target, items, 1, message),
        }
    }
    Ok(())
}

/// Why there is no plan, in words; what is an error of the packet sets stays one.
fn why(refusal: Refusal) -> Result<Message, Error> {
    Ok(match refusal {
        Refusal::Packets(error) => return Err(error),
        Refusal::NoSuchGroup(id) => Message::new("fix-missing").with("id", id.to_string()),
        Refusal::NoSuchRule { rule, .. } => {
            Message::new("fix-missing").with("id", rule.to_string())
        }
        Refusal::NotAnAccept(rule) => Message::new("fix-a-drop").with("rule", rule.to_string()),
        Refusal::Uncertain(rule) => Message::new("fix-unread").with("rule", rule.to_string()),
        Refusal::Inexpressible { group, .. } => {
            Message::new("fix-inexpressible").with("group", group.to_string())
        }
        Refusal::Entangled(group) => Message::new("fix-entangled").with("group", group.to_string()),
        Refusal::TooManyRules {
            group,
            needed,
            spare,
        } => Message::new("fix-no-room")
            .with("group", group.to_string())
            .with("needed", needed)
            .with("spare", spare),
        Refusal::Decides { rule, .. } => Message::new("fix-decides").with("rule", rule.to_string()),
        Refusal::Edit(error) => Message::new("fix-edit").with("error", error.to_string()),
    })
}
