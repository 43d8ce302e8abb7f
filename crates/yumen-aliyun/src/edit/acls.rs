//! Network ACLs: the entries of one direction, replaced as a whole.

use serde_json::Value;
use yumen_cloud::{AclEntry, Action, Direction, Id, PortMatch, ProtocolMatch, Snapshot};
use yumen_packets::Family;

use super::groups::not_in_snapshot;
use super::{Operation, Shown, Unsendable, list, text};
use crate::client::Client;
use crate::client::call::Call;
use crate::client::product::VPC;

/// What an entry says, in the vendor's words and in the order of this list.
const FIELDS: [&str; 4] = ["Policy", "Protocol", "Port", "IpVersion"];

pub(super) fn set_entries(
    client: &Client,
    snapshot: &Snapshot,
    id: &Id,
    direction: Direction,
    entries: &[AclEntry],
) -> Result<Operation, Unsendable> {
    let region = match snapshot.network_acls.get(id) {
        Some(acl) => acl.region.to_string(),
        None => return Err(not_in_snapshot(id)),
    };
    let (name, side) = match direction {
        Direction::Ingress => ("Ingress", "SourceCidrIp"),
        Direction::Egress => ("Egress", "DestinationCidrIp"),
    };
    let read =
        Call::new(&VPC, "DescribeNetworkAclAttributes", &region).with("NetworkAclId", id.as_str());
    let (outer, inner) = (format!("{name}AclEntries"), format!("{name}AclEntry"));
    let present = client.read(&read)?;
    let present = present.value.get("NetworkAclAttribute");
    let present = list(present.unwrap_or(&Value::Null), &outer, &inner);
    let mut write = Call::new(&VPC, "UpdateNetworkAclEntries", &region)
        .with("NetworkAclId", id.as_str())
        .with(format!("Update{name}AclEntries"), "true");
    let mut wanted = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let entry = Wanted {
            values: values(entry)?,
            peer: entry.peer.to_string(),
        };
        let prefix = format!("{name}AclEntries.{}", index + 1);
        for (field, value) in FIELDS.iter().zip(&entry.values) {
            write = write.with(format!("{prefix}.{field}"), value.as_str());
        }
        write = write
            .with(format!("{prefix}.EntryType"), "custom")
            .with(format!("{prefix}.{side}"), entry.peer.as_str());
        // The whole list is replaced: what people wrote on an entry that stays goes along.
        if let Some(like) = present.iter().find(|one| entry.is_shown_by(one, side)) {
            for field in ["Description", "NetworkAclEntryName"] {
                let value = text(like, field);
                if !value.is_empty() {
                    write = write.with(format!("{prefix}.{field}"), value);
                }
            }
        }
        wanted.push(entry);
    }
    let mut operation = Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        let acl = answer.value.get("NetworkAclAttribute");
        let acl = acl.unwrap_or(&Value::Null);
        // The vendor shows entries before they are in force: then the ACL is `Modifying`.
        if text(acl, "Status") != "Available" {
            return Ok(Shown::Underway);
        }
        let shown: Vec<&Value> = list(acl, &outer, &inner)
            .iter()
            .filter(|entry| text(entry, "EntryType") != "system")
            .collect();
        let mut pairs = wanted.iter().zip(&shown);
        let same = wanted.len() == shown.len()
            && pairs.all(|(wanted, shown)| wanted.is_shown_by(shown, side));
        Ok(Shown::from(same))
    });
    operation.dry_run = true;
    Ok(operation)
}

/// An entry as it shall be, in the vendor's words.
struct Wanted {
    /// In the order of [`FIELDS`]
    values: [String; 4],
    peer: String,
}

impl Wanted {
    fn is_shown_by(&self, shown: &Value, side: &str) -> bool {
        let mut fields = FIELDS.iter().zip(&self.values);
        fields.all(|(field, value)| text(shown, field).eq_ignore_ascii_case(value))
            && super::rules::same_value(text(shown, side), &self.peer)
    }
}

fn values(entry: &AclEntry) -> Result<[String; 4], Unsendable> {
    let inexpressible = |field| Unsendable::Inexpressible {
        resource: entry.id.to_string(),
        field,
    };
    if entry.uncertain {
        return Err(inexpressible("uncertain"));
    }
    let protocol = match entry.protocol {
        ProtocolMatch::All => "all",
        ProtocolMatch::Number(6) => "tcp",
        ProtocolMatch::Number(17) => "udp",
        ProtocolMatch::Number(1) => "icmp",
        ProtocolMatch::Number(58) => "icmpv6",
        ProtocolMatch::Number(47) => "gre",
        ProtocolMatch::Number(_) => return Err(inexpressible("Protocol")),
    };
    let port = match &entry.ports {
        PortMatch::Range(ports) => format!("{}/{}", ports.low(), ports.high()),
        PortMatch::Any => "-1/-1".to_owned(),
        PortMatch::List(_) => return Err(inexpressible("Port")),
    };
    let policy = match entry.action {
        Action::Accept => "accept",
        Action::Drop => "drop",
    };
    let family = match entry.family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    };
    Ok([
        policy.to_owned(),
        protocol.to_owned(),
        port,
        family.to_owned(),
    ])
}
