//! HRD-02: the metadata service of an exposed instance asks for no token.

use std::collections::BTreeMap;

use yumen_cloud::Id;
use yumen_reach::Verdict;

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("HRD-02"),
    severity: Severity::Medium,
    fix: FixKind::Set,
    english: include_str!("hrd_02.en.md"),
    chinese: include_str!("hrd_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let mut exposed: BTreeMap<&Id, Verdict> = BTreeMap::new();
    for (index, endpoint) in estate.interfaces() {
        let Some(instance) = &endpoint.interface.instance else {
            continue;
        };
        for (_, exposure) in estate.inward(index) {
            if matches!(exposure.verdict, Verdict::Open | Verdict::Unknown) {
                let known = exposed.entry(instance).or_insert(exposure.verdict);
                if exposure.verdict == Verdict::Open {
                    *known = Verdict::Open;
                }
            }
        }
    }
    let checked = exposed.len();
    let mut findings = Vec::new();
    for (id, verdict) in exposed {
        let Some(instance) = estate.snapshot().instances.get(id) else {
            continue;
        };
        let (status, text) = match instance.metadata_token_required {
            Some(true) => continue,
            Some(false) if verdict == Verdict::Open => (Status::Open, "found-no-token"),
            Some(false) => (Status::Unknown, "found-no-token"),
            None => (Status::Unknown, "found-token-unread"),
        };
        let message = Message::new(text).with("name", fact::named(&instance.name, id));
        let subject = Subject::Instance(id.clone());
        let place = instance.place.clone();
        findings.push(fact::finding(&ITEM, status, subject, place, message));
    }
    Ok(Outcome::of(checked, findings))
}
