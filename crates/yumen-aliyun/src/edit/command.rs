//! Edits as commands of the vendor's own command line, for people who want to type them.

use yumen_cloud::{CloudEdit, Snapshot};

use super::{Operation, Unsendable, groups, rules, servers};
use crate::client::call::Call;
use crate::client::product::ECS;

/// The command of the `aliyun` command line that does an edit; nothing where the cloud has to be
/// asked for more than a snapshot tells, so that only [`carry_out`](super::carry_out) can do it.
///
/// # Errors
/// The API cannot express the edit, or what it speaks of is not in the snapshot.
pub fn command(snapshot: &Snapshot, edit: &CloudEdit) -> Result<Option<String>, Unsendable> {
    let operation = match edit {
        CloudEdit::AddRule { group, rule } => rules::add(snapshot, group, rule),
        CloudEdit::RemoveRule { group, rule } => rules::remove(snapshot, group, rule),
        CloudEdit::ReplaceRule { group, rule } => rules::replace(snapshot, group, rule),
        CloudEdit::SetInnerAccess { group, policy } => {
            groups::set_inner_access(snapshot, group, *policy)
        }
        CloudEdit::JoinGroup { interface, group } => {
            groups::member(snapshot, interface, group, true)
        }
        CloudEdit::LeaveGroup { interface, group } => {
            groups::member(snapshot, interface, group, false)
        }
        CloudEdit::AddFlowLog { log } => servers::add_flow_log(log),
        CloudEdit::SetTags { resource, tags } => servers::set_tags(snapshot, resource, tags),
        CloudEdit::SetMetadataToken { instance, required } => {
            let Some(record) = snapshot.instances.get(instance) else {
                return Err(Unsendable::NotInSnapshot {
                    resource: instance.to_string(),
                });
            };
            let tokens = if *required { "required" } else { "optional" };
            let call = Call::new(
                &ECS,
                "ModifyInstanceMetadataOptions",
                record.region.as_str(),
            )
            .with("InstanceId", instance.as_str())
            .with("HttpEndpoint", "enabled")
            .with("HttpTokens", tokens);
            return Ok(Some(typed(&call)));
        }
        CloudEdit::SetAclEntries { .. }
        | CloudEdit::SetPrefixList { .. }
        | CloudEdit::AddForward { .. }
        | CloudEdit::RemoveForward { .. }
        | CloudEdit::AddSnat { .. }
        | CloudEdit::RemoveSnat { .. }
        | CloudEdit::UnbindEip { .. }
        | CloudEdit::SetListenerAccess { .. } => return Ok(None),
    };
    operation.map(|Operation { write, .. }| Some(typed(&write)))
}

fn typed(call: &Call) -> String {
    let mut command = format!("aliyun {} {}", call.product.name, call.action);
    let region = [("RegionId".to_owned(), call.region.clone())];
    let own = call
        .parameters
        .iter()
        .filter(|(name, _)| name != "RegionId");
    for (name, value) in region.iter().chain(own) {
        command.push_str(&format!(" --{name} {}", quoted(value)));
    }
    command
}

/// A value as a shell takes it for one word.
fn quoted(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,@".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_takes_a_value_for_one_word() {
        assert_eq!(quoted("0.0.0.0/0"), "0.0.0.0/0");
        assert_eq!(quoted("1/65535"), "1/65535");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's; rm -rf /"), "'it'\\''s; rm -rf /'");
        assert_eq!(quoted("运维"), "'运维'");
    }
}
