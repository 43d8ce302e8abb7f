//! VPCs and what is in them.

use serde_json::{Value, json};

use super::cloud::{Cloud, Id};

pub(super) fn networks(cloud: &mut Cloud) {
    let made = cloud.done("vpc/CreateVpc", &[("VpcName", "first")]);
    let vpc = made["VpcId"].id();
    let seen = cloud.seen("vpc/DescribeVpcs", "VpcId", vpc).expect("seen");
    assert_eq!(seen["Status"], "Pending");
    let place = [
        ("VpcId", vpc),
        ("CidrBlock", "172.16.1.0/24"),
        ("ZoneId", "cn-hangzhou-h"),
    ];
    let code = cloud.refused("vpc/CreateVSwitch", &place);
    assert_eq!(code, "IncorrectVpcStatus");
    cloud.wait();
    let made_there = cloud.settled("vpc/CreateVSwitch", &place);
    let vswitch = made_there["VSwitchId"].id();
    let code = cloud.refused("vpc/CreateVSwitch", &place);
    assert_eq!(code, "InvalidCidrBlock.Overlapped");
    let rename = [("VpcId", vpc), ("VpcName", "second")];
    cloud.done("vpc/ModifyVpcAttribute", &rename);
    let seen = cloud.seen("vpc/DescribeVpcs", "VpcId", vpc).expect("seen");
    assert_eq!(seen["VpcName"], "second");
    assert_eq!(seen["Status"], "Available");
    let code = cloud.refused("vpc/DeleteVpc", &[("VpcId", vpc)]);
    assert_eq!(code, "DependencyViolation.VSwitch");
    let balancer = cloud.done(
        "slb/CreateLoadBalancer",
        &[("AddressType", "intranet"), ("VSwitchId", vswitch)],
    );
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", vswitch)]);
    assert_eq!(code, "DependencyViolation.LoadBalancer");
    let balancer = balancer["LoadBalancerId"].id();
    cloud.done("slb/DeleteLoadBalancer", &[("LoadBalancerId", balancer)]);
    cloud.done("vpc/DeleteVSwitch", &[("VSwitchId", vswitch)]);
    let gone = cloud.seen("vpc/DescribeVSwitches", "VSwitchId", vswitch);
    assert_eq!(gone, None);
    cloud.done("vpc/DeleteVpc", &[("VpcId", vpc)]);
    assert_eq!(cloud.seen("vpc/DescribeVpcs", "VpcId", vpc), None);
    cloud.vpc();
}

fn routes(cloud: &mut Cloud, table: &str) -> Vec<String> {
    let entries = cloud.list("vpc/DescribeRouteEntryList", &[("RouteTableId", table)]);
    let destination = |entry: &Value| entry["DestinationCidrBlock"].id().to_owned();
    entries.iter().map(destination).collect()
}

pub(super) fn route_tables(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let seen = cloud.seen("vpc/DescribeVSwitches", "VSwitchId", &vswitch);
    let system = seen.expect("seen")["RouteTable"]["RouteTableId"].clone();
    let named = [("VpcId", vpc.as_str()), ("RouteTableName", "own")];
    let made = cloud.done("vpc/CreateRouteTable", &named);
    let table = made["RouteTableId"].id();
    let both = [("RouteTableId", table), ("VSwitchId", vswitch.as_str())];
    let code = cloud.refused("vpc/AssociateRouteTable", &both);
    assert_eq!(code, "IncorrectStatus.RouteTable");
    cloud.wait();
    assert_eq!(routes(cloud, table), ["10.1.0.0/24", "100.64.0.0/10"]);
    let second = cloud.vswitch(&vpc, 2, 'h');
    assert!(routes(cloud, table).contains(&"10.2.0.0/24".to_owned()));
    cloud.done("vpc/AssociateRouteTable", &both);
    let code = cloud.refused("vpc/AssociateRouteTable", &both);
    assert_eq!(code, "OperationConflict.AlreadyAssociated");
    let code = cloud.refused("vpc/DeleteVSwitch", &both[1..]);
    assert_eq!(code, "DependencyViolation.RouteTable");
    let find = |cloud: &mut Cloud, id: &str| {
        let seen = cloud.seen("vpc/DescribeRouteTableList", "RouteTableId", id);
        seen.expect("seen")["VSwitchIds"]["VSwitchId"].clone()
    };
    assert_eq!(find(cloud, table), json!([vswitch]));
    assert_eq!(find(cloud, system.id()), json!([second]));
    let hop = [
        ("RouteTableId", table),
        ("DestinationCidrBlock", "192.168.0.0/16"),
        ("NextHopType", "Instance"),
        ("NextHopId", "i-hop"),
    ];
    cloud.done("vpc/CreateRouteEntry", &hop);
    let code = cloud.refused("vpc/CreateRouteEntry", &hop);
    assert_eq!(code, "InvalidCIDRBlock.Duplicate");
    let delete = [("RouteTableId", table)];
    let code = cloud.refused("vpc/DeleteRouteTable", &delete);
    assert_eq!(code, "DependencyViolation.VSwitch");
    cloud.done("vpc/UnassociateRouteTable", &both);
    let code = cloud.refused("vpc/UnassociateRouteTable", &both);
    assert_eq!(code, "OperationDenied.NotAssociated");
    assert_eq!(find(cloud, system.id()), json!([second, vswitch]));
    let code = cloud.refused("vpc/DeleteRouteTable", &delete);
    assert_eq!(code, "DependencyViolation.RouteEntry");
    cloud.done("vpc/DeleteRouteEntry", &hop[..2]);
    assert!(!routes(cloud, table).contains(&"192.168.0.0/16".to_owned()));
    let code = cloud.refused("vpc/DeleteRouteTable", &[("RouteTableId", system.id())]);
    assert_eq!(code, "OperationDenied.SystemRouteTable");
    cloud.done("vpc/DeleteRouteTable", &delete);
    let gone = cloud.seen("vpc/DescribeRouteTableList", "RouteTableId", table);
    assert_eq!(gone, None);
}

pub(super) fn network_acls(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let made = cloud.done("vpc/CreateNetworkAcl", &[("VpcId", &vpc)]);
    let acl = made["NetworkAclId"].id();
    let update = [
        ("NetworkAclId", acl),
        ("UpdateIngressAclEntries", "true"),
        ("IngressAclEntries.1.Protocol", "tcp"),
        ("IngressAclEntries.1.Port", "22/22"),
        ("IngressAclEntries.1.Policy", "drop"),
        ("IngressAclEntries.1.SourceCidrIp", "0.0.0.0/0"),
    ];
    cloud.done("vpc/UpdateNetworkAclEntries", &update);
    let code = cloud.refused("vpc/UpdateNetworkAclEntries", &update);
    assert_eq!(code, "OperationConflict");
    cloud.wait();
    let seen = cloud.seen("vpc/DescribeNetworkAcls", "NetworkAclId", acl);
    let entries = seen.expect("seen")["IngressAclEntries"]["IngressAclEntry"].clone();
    assert_eq!(entries[0]["Policy"], "drop");
    assert_eq!(entries[1], Value::Null);
    let bind = [
        ("NetworkAclId", acl),
        ("Resource.1.ResourceId", vswitch.as_str()),
        ("Resource.1.ResourceType", "VSwitch"),
    ];
    cloud.done("vpc/AssociateNetworkAcl", &bind);
    let delete = [("NetworkAclId", acl)];
    let code = cloud.refused("vpc/DeleteNetworkAcl", &delete);
    assert_eq!(code, "DependencyViolation");
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", &vswitch)]);
    assert_eq!(code, "DependencyViolation.NetworkAcl");
    cloud.done("vpc/UnassociateNetworkAcl", &bind);
    cloud.done("vpc/DeleteNetworkAcl", &delete);
    assert_eq!(
        cloud.seen("vpc/DescribeNetworkAcls", "NetworkAclId", acl),
        None
    );
}

pub(super) fn addresses(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (vswitch, group) = (cloud.vswitch(&vpc, 1, 'h'), cloud.group(&vpc));
    let instance = cloud.instance(&vswitch, &group);
    let (eip, address) = cloud.eip();
    let both = [("AllocationId", eip.as_str()), ("InstanceId", &instance)];
    cloud.done("vpc/AssociateEipAddress", &both);
    let code = cloud.refused("vpc/AssociateEipAddress", &both);
    assert_eq!(code, "IncorrectEipStatus");
    let seen = cloud.seen("ecs/DescribeInstances", "InstanceId", &instance);
    assert_eq!(
        seen.expect("seen")["EipAddress"]["IpAddress"],
        address.as_str()
    );
    let release = [("AllocationId", eip.as_str())];
    let code = cloud.refused("vpc/ReleaseEipAddress", &release);
    assert_eq!(code, "IncorrectEipStatus");
    cloud.done("vpc/UnassociateEipAddress", &both);
    cloud.done("vpc/AssociateEipAddress", &both);
    let gone = [("InstanceId", instance.as_str()), ("Force", "true")];
    cloud.done("ecs/DeleteInstance", &gone);
    let seen = cloud.seen("vpc/DescribeEipAddresses", "AllocationId", &eip);
    assert_eq!(seen.expect("seen")["Status"], "Available");
    cloud.done("vpc/ReleaseEipAddress", &release);
    let gone = cloud.seen("vpc/DescribeEipAddresses", "AllocationId", &eip);
    assert_eq!(gone, None);
}

pub(super) fn translation(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let place = [("VpcId", vpc.as_str()), ("VSwitchId", &vswitch)];
    let made = cloud.settled("vpc/CreateNatGateway", &place);
    let gateway = made["NatGatewayId"].id();
    let forwards = made["ForwardTableIds"]["ForwardTableId"][0].id();
    let snats = made["SnatTableIds"]["SnatTableId"][0].id();
    let (eip, address) = cloud.eip();
    let bind = [
        ("AllocationId", eip.as_str()),
        ("InstanceId", gateway),
        ("InstanceType", "Nat"),
    ];
    cloud.done("vpc/AssociateEipAddress", &bind);
    let forward = [
        ("ForwardTableId", forwards),
        ("ExternalIp", &address),
        ("ExternalPort", "80"),
        ("InternalIp", "10.1.0.9"),
        ("InternalPort", "8080"),
        ("IpProtocol", "tcp"),
    ];
    let entry = cloud.settled("vpc/CreateForwardEntry", &forward);
    let entry = entry["ForwardEntryId"].id();
    let code = cloud.refused("vpc/CreateForwardEntry", &forward);
    assert_eq!(code, "Forbidden.DestnationIpOutOfVpcCIDR.Duplicated");
    let named = [("ForwardTableId", forwards), ("ForwardEntryId", entry)];
    let change = [named[0], named[1], ("InternalPort", "8081")];
    cloud.done("vpc/ModifyForwardEntry", &change);
    let of = [("ForwardTableId", forwards)];
    let path = "vpc/DescribeForwardTableEntries";
    let seen = cloud.seen_of(path, &of, "ForwardEntryId", entry);
    assert_eq!(seen.expect("seen")["InternalPort"], "8081");
    let snat = [
        ("SnatTableId", snats),
        ("SnatIp", address.as_str()),
        ("SourceVSwitchId", vswitch.as_str()),
    ];
    let translation = cloud.settled("vpc/CreateSnatEntry", &snat);
    let code = cloud.refused("vpc/CreateSnatEntry", &snat);
    assert_eq!(code, "InvalidSourceCIDR.Duplicate");
    let delete = [("NatGatewayId", gateway)];
    let code = cloud.refused("vpc/DeleteNatGateway", &delete);
    assert_eq!(code, "DependencyViolation");
    cloud.done("vpc/DeleteForwardEntry", &named);
    assert_eq!(cloud.list(path, &of), Vec::<Value>::new());
    let translation = translation["SnatEntryId"].id();
    let named = [("SnatTableId", snats), ("SnatEntryId", translation)];
    cloud.done("vpc/DeleteSnatEntry", &named);
    cloud.done("vpc/UnassociateEipAddress", &bind[..2]);
    cloud.done("vpc/DeleteNatGateway", &delete);
    let gone = cloud.seen("vpc/DescribeNatGateways", "NatGatewayId", gateway);
    assert_eq!(gone, None);
}

pub(super) fn flow_logs(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let asked = [
        ("ResourceType", "VPC"),
        ("ResourceId", vpc.as_str()),
        ("TrafficType", "All"),
        ("ProjectName", "project"),
        ("LogStoreName", "store"),
    ];
    let made = cloud.done("vpc/CreateFlowLog", &asked);
    let log = [("FlowLogId", made["FlowLogId"].id())];
    let code = cloud.refused("vpc/CreateFlowLog", &asked);
    assert_eq!(code, "InvalidResourceId.Duplicate");
    for (action, status) in [
        ("vpc/DeactiveFlowLog", "Inactive"),
        ("vpc/ActiveFlowLog", "Active"),
    ] {
        cloud.done(action, &log);
        let seen = cloud.seen("vpc/DescribeFlowLogs", "FlowLogId", log[0].1);
        assert_eq!(seen.expect("seen")["Status"], status);
    }
    cloud.done("vpc/DeleteFlowLog", &log);
    let gone = cloud.seen("vpc/DescribeFlowLogs", "FlowLogId", log[0].1);
    assert_eq!(gone, None);
}

pub(super) fn tags(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let group = cloud.group(&vpc);
    for (product, untag, kind, id) in [
        ("vpc", "vpc/UnTagResources", "VPC", &vpc),
        ("ecs", "ecs/UntagResources", "securitygroup", &group),
    ] {
        let of = [("ResourceType", kind), ("ResourceId.1", id.as_str())];
        let tags = [of[0], of[1], ("Tag.1.Key", "env"), ("Tag.1.Value", "test")];
        cloud.done(&format!("{product}/TagResources"), &tags);
        let path = format!("{product}/ListTagResources");
        let seen = cloud.done(&path, &of)["TagResources"]["TagResource"].clone();
        assert_eq!(seen[0]["TagValue"], "test");
        cloud.done(untag, &[of[0], of[1], ("TagKey.1", "env")]);
        let seen = cloud.done(&path, &of)["TagResources"]["TagResource"].clone();
        assert_eq!(seen, json!([]));
    }
}

pub(super) fn ipv4_gateways(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let tables = cloud.list("vpc/DescribeRouteTableList", &[("VpcId", &vpc)]);
    let table = tables[0]["RouteTableId"].id();
    let of = [("VpcId", vpc.as_str()), ("Ipv4GatewayName", "exit")];
    let made = cloud.done("vpc/CreateIpv4Gateway", &of);
    let gateway = [("Ipv4GatewayId", made["Ipv4GatewayId"].id())];
    let code = cloud.refused("vpc/CreateIpv4Gateway", &of);
    assert_eq!(code, "ResourceAlreadyExist.Gateway");
    let enable = [gateway[0], ("RouteTableList.1", table)];
    let code = cloud.refused("vpc/EnableVpcIpv4Gateway", &enable);
    assert_eq!(code, "IncorrectStatus.Ipv4Gateway");
    cloud.wait();
    let see = |cloud: &mut Cloud| cloud.done("vpc/GetIpv4GatewayAttribute", &gateway);
    assert_eq!(see(cloud)["Enabled"], false);
    cloud.done("vpc/EnableVpcIpv4Gateway", &enable);
    assert_eq!(see(cloud)["Status"], "Activating");
    cloud.wait();
    assert_eq!(see(cloud)["Enabled"], true);
    assert!(routes(cloud, table).contains(&"0.0.0.0/0".to_owned()));
    let code = cloud.refused("vpc/DeleteVpc", &[("VpcId", &vpc)]);
    assert_eq!(code, "DependencyViolation.Ipv4Gateway");
    let code = cloud.refused("vpc/DeleteIpv4Gateway", &gateway);
    assert_eq!(code, "DependencyViolation.RouteEntry");
    let route = [
        ("RouteTableId", table),
        ("DestinationCidrBlock", "0.0.0.0/0"),
    ];
    cloud.done("vpc/DeleteRouteEntry", &route);
    cloud.done("vpc/DeleteIpv4Gateway", &gateway);
    let code = cloud.refused("vpc/GetIpv4GatewayAttribute", &gateway);
    assert_eq!(code, "InvalidIpv4GatewayId.NotFound");
}

pub(super) fn ipv6_gateways(cloud: &mut Cloud) {
    let made = cloud.settled("vpc/CreateVpc", &[("EnableIpv6", "true")]);
    let vpc = made["VpcId"].id();
    let place = [
        ("VpcId", vpc),
        ("CidrBlock", "172.16.1.0/24"),
        ("Ipv6CidrBlock", "7"),
        ("ZoneId", "cn-hangzhou-h"),
    ];
    let vswitch = cloud.settled("vpc/CreateVSwitch", &place);
    let group = cloud.group(vpc);
    let instance = cloud.done(
        "ecs/RunInstances",
        &[
            ("ImageId", "aliyun_3"),
            ("InstanceType", "ecs.g7.large"),
            ("VSwitchId", vswitch["VSwitchId"].id()),
            ("SecurityGroupId", &group),
            ("Ipv6AddressCount", "1"),
        ],
    );
    let instance = instance["InstanceIdSets"]["InstanceIdSet"][0].id();
    let path = "vpc/DescribeIpv6Addresses";
    let made = cloud.done("vpc/CreateIpv6Gateway", &[("VpcId", vpc)]);
    cloud.wait();
    let gateway = [("Ipv6GatewayId", made["Ipv6GatewayId"].id())];
    let code = cloud.refused("vpc/CreateIpv6Gateway", &[("VpcId", vpc)]);
    assert_eq!(code, "ResourceAlreadyExist.Gateway");
    let seen = cloud
        .seen(path, "AssociatedInstanceId", instance)
        .expect("seen");
    assert_eq!(seen["NetworkType"], "Private");
    let address = ("Ipv6AddressId", seen["Ipv6AddressId"].id());
    let allocate = [gateway[0], address, ("Bandwidth", "10")];
    let allocated = cloud.done("vpc/AllocateIpv6InternetBandwidth", &allocate);
    let code = cloud.refused("vpc/AllocateIpv6InternetBandwidth", &allocate);
    assert_eq!(code, "ResourceAlreadyExist.Ipv6InternetBandwidth");
    let seen = cloud.seen(path, address.0, address.1).expect("seen");
    assert_eq!(seen["RealBandwidth"], 10);
    assert_eq!(
        seen["Ipv6InternetBandwidth"]["Ipv6InternetBandwidthId"],
        allocated["InternetBandwidthId"]
    );
    let code = cloud.refused("vpc/DeleteIpv6Gateway", &gateway);
    assert_eq!(code, "DependencyViolation.Ipv6InternetBandwidth");
    cloud.done("vpc/DeleteIpv6InternetBandwidth", &[address]);
    let code = cloud.refused("vpc/DeleteIpv6InternetBandwidth", &[address]);
    assert_eq!(code, "InvalidIpv6InternetBandwidthId.NotFound");
    cloud.done("vpc/DeleteIpv6Gateway", &gateway);
    let gone = cloud.seen("vpc/DescribeIpv6Gateways", "Ipv6GatewayId", gateway[0].1);
    assert_eq!(gone, None);
    let seen = cloud.seen(path, address.0, address.1).expect("seen");
    assert_eq!(seen["NetworkType"], "Private");
    let delete = [("InstanceId", instance), ("Force", "true")];
    cloud.done("ecs/DeleteInstance", &delete);
    assert_eq!(cloud.seen(path, address.0, address.1), None);
}
