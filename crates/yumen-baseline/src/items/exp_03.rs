//! EXP-03: SSH.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-03"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_03.en.md"),
    chinese: include_str!("exp_03.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[tcp(22, "SSH"), tcp(2222, "SSH")];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
