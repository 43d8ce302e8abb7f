//! The rights that Yumen needs, as a policy of the vendor's access management.

use serde_json::{Value, json};

use crate::client::product::{ALB, ECS, Product, SLB, VPC};
use crate::collect::PLAN;

/// What a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To collect
    Read,
    /// To collect, and to carry edits out
    Write,
}

/// What is read beside the plan of a collection.
static OTHER_READS: &[(&Product, &str)] = &[(&ECS, "DescribeRegions")];

/// What edits call.
#[rustfmt::skip]
static WRITES: &[(&Product, &str)] = &[
    (&ECS, "AuthorizeSecurityGroup"), (&ECS, "AuthorizeSecurityGroupEgress"),
    (&ECS, "RevokeSecurityGroup"), (&ECS, "RevokeSecurityGroupEgress"),
    (&ECS, "ModifySecurityGroupRule"), (&ECS, "ModifySecurityGroupEgressRule"),
    (&ECS, "ModifySecurityGroupPolicy"), (&ECS, "JoinSecurityGroup"), (&ECS, "LeaveSecurityGroup"),
    (&ECS, "ModifyPrefixList"), (&ECS, "ModifyInstanceMetadataOptions"),
    (&ECS, "TagResources"), (&ECS, "ListTagResources"),
    (&VPC, "UpdateNetworkAclEntries"), (&VPC, "UnassociateEipAddress"),
    (&VPC, "CreateForwardEntry"), (&VPC, "DeleteForwardEntry"),
    (&VPC, "CreateSnatEntry"), (&VPC, "DeleteSnatEntry"), (&VPC, "CreateFlowLog"),
    (&SLB, "SetLoadBalancerTCPListenerAttribute"), (&SLB, "SetLoadBalancerUDPListenerAttribute"),
    (&SLB, "SetLoadBalancerHTTPListenerAttribute"), (&SLB, "SetLoadBalancerHTTPSListenerAttribute"),
    (&ALB, "AssociateAclsWithListener"), (&ALB, "DissociateAclsFromListener"),
];

/// The actions that a purpose needs, sorted: `ecs:DescribeInstances` …
#[must_use]
pub fn actions(purpose: Purpose) -> Vec<String> {
    let planned = PLAN.iter().map(|read| (read.product, read.action));
    let mut needed: Vec<(&Product, &str)> = planned.chain(OTHER_READS.iter().copied()).collect();
    if purpose == Purpose::Write {
        needed.extend(WRITES.iter().copied());
    }
    let mut actions: Vec<String> = needed
        .into_iter()
        .map(|(product, action)| product.permission(action))
        .collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// The least policy for a purpose.
#[must_use]
pub fn policy(purpose: Purpose) -> Value {
    json!({
        "Statement": [{"Action": actions(purpose), "Effect": "Allow", "Resource": "*"}],
        "Version": "1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    const VERBS: [&str; 17] = [
        "Associate",
        "Authorize",
        "Create",
        "Delete",
        "Describe",
        "Dissociate",
        "Get",
        "Join",
        "Leave",
        "Lookup",
        "List",
        "Modify",
        "Revoke",
        "Set",
        "Tag",
        "Unassociate",
        "Update",
    ];

    /// Fields that look like actions.
    const FIELDS: [&str; 3] = ["TagKey", "TagResource", "TagValue"];

    /// Every text in the code that is the name of an action.
    fn in_code(files: &[&str]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = files
            .iter()
            .map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file))
            .collect::<Vec<_>>();
        while let Some(path) = folders.pop() {
            if path.is_dir() {
                folders.extend(
                    fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let code = fs::read_to_string(path).unwrap();
            let texts = code.split('"').skip(1).step_by(2);
            found.extend(texts.filter(|text| is_action(text)).map(str::to_owned));
        }
        found
    }

    fn is_action(text: &str) -> bool {
        let is_field = FIELDS.contains(&text);
        !is_field
            && VERBS.iter().any(|verb| {
                text.strip_prefix(verb).is_some_and(|rest| {
                    rest.starts_with(char::is_uppercase) && rest.chars().all(char::is_alphanumeric)
                })
            })
    }

    fn named(actions: &[String]) -> BTreeSet<String> {
        let names = actions
            .iter()
            .map(|action| action.split(':').nth(1).unwrap());
        names.map(str::to_owned).collect()
    }

    /// Asking who one is takes no right.
    fn without_rights() -> BTreeSet<String> {
        BTreeSet::from(["GetCallerIdentity".to_owned()])
    }

    #[test]
    fn the_policies_are_what_the_code_calls() {
        let reads: BTreeSet<String> = in_code(&["collect", "collect.rs"])
            .difference(&without_rights())
            .cloned()
            .collect();
        assert_eq!(named(&actions(Purpose::Read)), reads);
        let writes: BTreeSet<String> = in_code(&["edit", "edit.rs"])
            .union(&reads)
            .cloned()
            .collect();
        assert_eq!(named(&actions(Purpose::Write)), writes);
        let followed = in_code(&["follow/trail.rs"]);
        assert!(
            !followed.is_empty() && followed.is_subset(&reads),
            "{followed:?}"
        );
    }
}
