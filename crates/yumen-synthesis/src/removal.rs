//! Takes a rule away that decides nothing.

use yumen_cloud::{Action, CloudEdit, Id};
use yumen_packets::SetOp;
use yumen_reach::{Reading, Topology};

use crate::narrowing::{applied, find};
use crate::plan::{Plan, Refusal};
use crate::stage::{Stage, leaf};

/// The plan that removes a rule without which every packet fares as it does with it, everywhere
/// and whatever rules say that were not read.
///
/// # Errors
/// There is no such rule, or it decides something.
pub fn remove_rule(topology: &Topology, group: &Id, rule: &Id) -> Result<Plan, Refusal> {
    let (group, rule) = find(topology, group, rule)?;
    let mut stage = Stage::new(topology, group, rule.direction)?;
    let boxes = stage.boxes(rule);
    if rule.uncertain || boxes.is_uncertain() {
        return Err(Refusal::Uncertain(rule.id.clone()));
    }
    let edit = CloudEdit::RemoveRule {
        group: group.id.clone(),
        rule: rule.id.clone(),
    };
    let accepts = rule.action == Action::Accept;
    let matched = stage.space.union_of(&boxes.read)?;
    let contexts: Vec<(Vec<Id>, bool, Option<Id>)> = stage
        .contexts
        .iter()
        .map(|one| (one.others.clone(), one.default_passes, one.unlisted.clone()))
        .collect();
    for (others, default_passes, unlisted) in contexts {
        let together = others.iter().filter_map(|id| topology.group(id));
        let together: Vec<_> = [group]
            .into_iter()
            .chain(together.map(AsRef::as_ref))
            .collect();
        let mut first = Vec::new();
        let mut then = Vec::new();
        for one in &together {
            for other in one.rules_of(rule.direction) {
                if one.id == group.id && other.id == rule.id {
                    continue;
                }
                let boxes = stage.boxes_of(one, other);
                if leaf(other) <= leaf(rule) {
                    first.extend(boxes.of(Reading::Certain, true).iter().copied());
                } else {
                    // Of what was not read counts what would make a difference.
                    let against = if accepts {
                        Reading::Certain
                    } else {
                        Reading::Possible
                    };
                    let boxes = boxes.of(against, other.action == Action::Accept);
                    then.extend(boxes.iter().map(|one| (*one, leaf(other))));
                }
            }
        }
        then.sort_by_key(|(_, leaf)| *leaf);
        let first = stage.space.union_of(&first)?;
        let decided = stage.minus(matched, first)?;
        let then = stage.space.first_match(&then)?;
        let alike = stage
            .space
            .packets(then, &|leaf| (leaf % 2 == 1) == accepts)?;
        let alike = if default_passes == accepts {
            let against = stage
                .space
                .packets(then, &|leaf| (leaf % 2 == 1) != accepts)?;
            stage.space.complement(against)?
        } else {
            alike
        };
        let differing = stage.space.combine(SetOp::Difference, decided, alike)?;
        if !stage.space.is_empty(differing)? {
            return Err(Refusal::Decides {
                rule: rule.id.clone(),
                packets: stage.space.freeze(differing)?,
            });
        }
        if let Some(unlisted) = unlisted.filter(|_| stage.space.is_empty(decided) == Ok(false)) {
            return Err(Refusal::Uncertain(unlisted));
        }
    }
    let edits = vec![edit];
    let rules = applied(topology, group, &edits)?;
    let effect = stage.effect(&rules)?;
    let changed = stage.either(effect.opened, effect.closed)?;
    if !stage.space.is_empty(changed)? {
        return Err(Refusal::Decides {
            rule: rule.id.clone(),
            packets: stage.space.freeze(changed)?,
        });
    }
    Ok(Plan {
        edits,
        ..Plan::default()
    })
}
