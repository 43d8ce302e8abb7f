//! Security groups, their rules, and the lists that rules name.

use super::cloud::{Cloud, Id};

pub(super) fn groups(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let group = cloud.group(&vpc);
    let of = [("SecurityGroupId", group.as_str())];
    let rename = [of[0], ("SecurityGroupName", "renamed")];
    cloud.done("ecs/ModifySecurityGroupAttribute", &rename);
    let seen = cloud.seen("ecs/DescribeSecurityGroups", of[0].0, &group);
    assert_eq!(seen.expect("seen")["SecurityGroupName"], "renamed");
    let policy = [of[0], ("InnerAccessPolicy", "Drop")];
    cloud.done("ecs/ModifySecurityGroupPolicy", &policy);
    let seen = cloud.done("ecs/DescribeSecurityGroupAttribute", &of);
    assert_eq!(seen["InnerAccessPolicy"], "Drop");
    let advanced = [("VpcId", vpc.as_str()), ("SecurityGroupType", "enterprise")];
    let advanced = cloud.done("ecs/CreateSecurityGroup", &advanced);
    let policy = [
        ("SecurityGroupId", advanced["SecurityGroupId"].id()),
        policy[1],
    ];
    let code = cloud.refused("ecs/ModifySecurityGroupPolicy", &policy);
    assert_eq!(code, "OperationDenied");
    cloud.done("ecs/DeleteSecurityGroup", &of);
    let gone = cloud.seen("ecs/DescribeSecurityGroups", of[0].0, &group);
    assert_eq!(gone, None);
}

pub(super) fn rules(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (group, other) = (cloud.group(&vpc), cloud.group(&vpc));
    let of = [("SecurityGroupId", group.as_str())];
    let tcp = [of[0], ("IpProtocol", "TCP"), ("PortRange", "22/22")];
    let list = |cloud: &mut Cloud| cloud.list("ecs/DescribeSecurityGroupAttribute", &of);
    for (direction, side, own) in [("", "Source", "Dest"), ("Egress", "Dest", "Source")] {
        let peer = format!("{side}GroupId");
        let rule = [tcp[0], tcp[1], tcp[2], (&peer, &other)];
        let authorize = format!("ecs/AuthorizeSecurityGroup{direction}");
        cloud.done(&authorize, &rule);
        cloud.done(&authorize, &rule);
        let seen = list(cloud);
        assert_eq!(seen.len(), 1, "the same rule is there once");
        let wrong = format!("{own}GroupId");
        let wrong = [rule[0], rule[1], rule[2], rule[3], (wrong.as_str(), &other)];
        assert_eq!(
            cloud.refused(&authorize, &wrong),
            "InvalidParamter.Conflict"
        );
        let code = cloud.refused("ecs/DeleteSecurityGroup", &[("SecurityGroupId", &other)]);
        assert_eq!(code, "DependencyViolation");
        let id = seen[0]["SecurityGroupRuleId"].id();
        let change = [of[0], ("SecurityGroupRuleId", id), ("Priority", "9")];
        let modify = format!("ecs/ModifySecurityGroup{direction}Rule");
        cloud.done(&modify, &change);
        assert_eq!(list(cloud)[0]["Priority"], "9");
        let revoke = format!("ecs/RevokeSecurityGroup{direction}");
        cloud.done(&revoke, &change[..2]);
        let code = cloud.refused(&revoke, &change[..2]);
        assert_eq!(code, "InvalidParam.SecurityGroupRuleId");
        assert!(list(cloud).is_empty());
    }
}

pub(super) fn prefix_lists(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let group = cloud.group(&vpc);
    let made = cloud.done(
        "ecs/CreatePrefixList",
        &[
            ("PrefixListName", "offices"),
            ("AddressFamily", "IPv4"),
            ("MaxEntries", "2"),
            ("Entry.1.Cidr", "198.51.100.0/24"),
        ],
    );
    let of = [("PrefixListId", made["PrefixListId"].id())];
    let add = [of[0], ("AddEntry.1.Cidr", "203.0.113.0/24")];
    cloud.done("ecs/ModifyPrefixList", &add);
    let more = [of[0], ("AddEntry.1.Cidr", "192.0.2.0/24")];
    let code = cloud.refused("ecs/ModifyPrefixList", &more);
    assert_eq!(code, "LimitExceed.MaxEntries");
    let seen = cloud.done("ecs/DescribePrefixListAttributes", &of);
    assert_eq!(seen["Entries"]["Entry"][1]["Cidr"], "203.0.113.0/24");
    let rule = [
        ("SecurityGroupId", group.as_str()),
        ("IpProtocol", "TCP"),
        ("PortRange", "22/22"),
        ("SourcePrefixListId", of[0].1),
    ];
    cloud.done("ecs/AuthorizeSecurityGroup", &rule);
    let code = cloud.refused("ecs/DeletePrefixList", &of);
    assert_eq!(code, "DependencyViolation");
    cloud.done("ecs/RevokeSecurityGroup", &rule);
    cloud.done("ecs/DeletePrefixList", &of);
    let gone = cloud.seen("ecs/DescribePrefixLists", of[0].0, of[0].1);
    assert_eq!(gone, None);
}

pub(super) fn port_lists(cloud: &mut Cloud) {
    let made = cloud.done(
        "ecs/CreatePortRangeList",
        &[
            ("PortRangeListName", "web"),
            ("MaxEntries", "2"),
            ("Entry.1.PortRange", "80/80"),
        ],
    );
    let of = [("PortRangeListId", made["PortRangeListId"].id())];
    let add = [of[0], ("AddEntry.1.PortRange", "443/443")];
    cloud.done("ecs/ModifyPortRangeList", &add);
    let seen = cloud.list("ecs/DescribePortRangeListEntries", &of);
    assert_eq!(seen.len(), 2);
    cloud.done("ecs/DeletePortRangeList", &of);
    let gone = cloud.seen("ecs/DescribePortRangeLists", of[0].0, of[0].1);
    assert_eq!(gone, None);
}

pub(super) fn membership(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (first, second) = (cloud.group(&vpc), cloud.group(&vpc));
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let instance = cloud.instance(&vswitch, &first);
    let join = [
        ("SecurityGroupId", second.as_str()),
        ("InstanceId", &instance),
    ];
    cloud.done("ecs/JoinSecurityGroup", &join);
    let code = cloud.refused("ecs/JoinSecurityGroup", &join);
    assert_eq!(code, "InvalidInstanceId.AlreadyExists");
    let path = "ecs/DescribeNetworkInterfaces";
    let seen = cloud.seen(path, "InstanceId", &instance).expect("seen");
    let groups = &seen["SecurityGroupIds"]["SecurityGroupId"];
    assert_eq!(groups.as_array().map(Vec::len), Some(2));
    cloud.done("ecs/LeaveSecurityGroup", &join);
    let last = [("SecurityGroupId", first.as_str()), join[1]];
    let code = cloud.refused("ecs/LeaveSecurityGroup", &last);
    assert_eq!(code, "InstanceLastSecurityGroup");
    let code = cloud.refused("ecs/DeleteSecurityGroup", &last[..1]);
    assert_eq!(code, "DependencyViolation");
    let interface = seen["NetworkInterfaceId"].id();
    let set = [
        ("NetworkInterfaceId", interface),
        ("SecurityGroupId.1", second.as_str()),
    ];
    cloud.done("ecs/ModifyNetworkInterfaceAttribute", &set);
    cloud.done("ecs/DeleteSecurityGroup", &last[..1]);
    let advanced = [("VpcId", vpc.as_str()), ("SecurityGroupType", "enterprise")];
    let advanced = cloud.done("ecs/CreateSecurityGroup", &advanced);
    let mixed = [
        ("VSwitchId", vswitch.as_str()),
        ("SecurityGroupIds.1", second.as_str()),
        ("SecurityGroupIds.2", advanced["SecurityGroupId"].id()),
    ];
    let code = cloud.refused("ecs/CreateNetworkInterface", &mixed);
    assert_eq!(code, "InvalidSecurityGroup.TypeMismatch");
}
