//! What edits touch: two changes that touch the same are not under way together.

use std::collections::BTreeSet;
use std::fmt;

use yumen_cloud::{CloudEdit, Id};

/// A resource that an edit changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched(Id);

impl From<Id> for Touched {
    fn from(id: Id) -> Self {
        Self(id)
    }
}

impl fmt::Display for Touched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The resources that edits change.
#[must_use]
pub fn touched(edits: &[CloudEdit]) -> BTreeSet<Touched> {
    edits.iter().flat_map(of).cloned().map(Touched).collect()
}

fn of(edit: &CloudEdit) -> Vec<&Id> {
    match edit {
        CloudEdit::AddRule { group, .. }
        | CloudEdit::RemoveRule { group, .. }
        | CloudEdit::ReplaceRule { group, .. }
        | CloudEdit::SetInnerAccess { group, .. } => vec![group],
        CloudEdit::JoinGroup { interface, group } | CloudEdit::LeaveGroup { interface, group } => {
            vec![interface, group]
        }
        CloudEdit::SetAclEntries { acl, .. } => vec![acl],
        CloudEdit::SetPrefixList { list, .. } => vec![list],
        CloudEdit::RemoveForward { gateway, .. }
        | CloudEdit::AddForward { gateway, .. }
        | CloudEdit::AddSnat { gateway, .. }
        | CloudEdit::RemoveSnat { gateway, .. } => vec![gateway],
        CloudEdit::SetMetadataToken { instance, .. } => vec![instance],
        CloudEdit::AddFlowLog { log } => vec![&log.id],
        CloudEdit::SetTags { resource, .. } => vec![resource],
        CloudEdit::UnbindEip { eip } => vec![eip],
        CloudEdit::SetListenerAccess { balancer, .. } => vec![balancer],
    }
}
