//! Interfaces, addresses, routes, NAT and load balancers.

use yumen_cloud::{EipBinding, ListenerAccess, NextHopKind, PortMatch, SnatSource, Target};

use crate::report::{check_gaps, gaps, read, with_core};

#[test]
fn an_interface_that_only_its_instance_knows() {
    let instances = r#"{"Instances":{"Instance":[{"InstanceId":"i-1","Status":"Stopped",
        "SecurityGroupIds":{"SecurityGroupId":["sg-b","sg-a","sg-a"]},"VpcAttributes":{"VpcId":"vpc-1","VSwitchId":"vsw-1"},
        "MetadataOptions":{"HttpTokens":"required"},"PublicIpAddress":{"IpAddress":["47.1.1.1"]},
        "NetworkInterfaces":{"NetworkInterface":[
            {"NetworkInterfaceId":"eni-1","Type":"Primary","PrimaryIpAddress":"10.0.0.1"},
            {"NetworkInterfaceId":"eni-2","Type":"Secondary","PrimaryIpAddress":"10.0.0.2"}]}}]},"TotalCount":1}"#;
    let snapshot = read(&with_core(&[("r/ecs/DescribeInstances.json", instances)]));
    let instance = snapshot.instances.get("i-1").unwrap();
    assert!(!instance.running);
    assert_eq!(instance.metadata_token_required, Some(true));
    let primary = snapshot.interfaces.get("eni-1").unwrap();
    assert_eq!(format!("{:?}", primary.groups), "[sg-a, sg-b]");
    assert_eq!(primary.private[0].address.to_string(), "10.0.0.1");
    let found = gaps(&snapshot);
    assert!(
        found.contains("gap-interface-not-listed(id=eni-2)"),
        "{found}"
    );
    assert!(!found.contains("id=eni-1"), "{found}");
    assert!(found.contains("gap-unresolved(id=sg-a)"), "{found}");
    assert!(snapshot.is_incomplete(&instance.region, yumen_cloud::Listing::Interfaces));
}

#[test]
fn addresses_of_an_interface() {
    let interfaces = r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","Type":"Primary",
        "InstanceId":"","Attachment":{"InstanceId":"i-1"},"ServiceManaged":"true",
        "PrivateIpSets":{"PrivateIpSet":[{"PrivateIpAddress":"10.0.0.2","Primary":false},
            {"PrivateIpAddress":"10.0.0.1","Primary":"true","AssociatedPublicIp":{"PublicIpAddress":"47.1.1.1"}}]},
        "Ipv6Sets":{"Ipv6Set":[{"Ipv6Address":"2408::1"},{"Ipv6Address":"2408::2"}]}}]},"TotalCount":1}"#;
    let v6 = r#"{"Ipv6Addresses":{"Ipv6Address":[{"Ipv6AddressId":"ipv6-1","Ipv6Address":"2408:0::1","Status":"Available","Ipv6InternetBandwidth":{"Bandwidth":5}}]},"TotalCount":1}"#;
    let files = [
        ("r/ecs/DescribeNetworkInterfaces.json", interfaces),
        ("r/vpc/DescribeIpv6Addresses.json", v6),
    ];
    let snapshot = check_gaps(&files, "");
    let interface = snapshot.interfaces.get("eni-1").unwrap();
    assert_eq!(interface.private[0].address.to_string(), "10.0.0.1");
    assert_eq!(interface.private[0].public.unwrap().to_string(), "47.1.1.1");
    assert_eq!(interface.instance.as_ref().unwrap().as_str(), "i-1");
    assert!(interface.managed);
    assert_eq!(interface.ipv6[0].internet, Some(true));
    assert_eq!(interface.ipv6[1].internet, Some(false));
    let snapshot = check_gaps(&files[..1], "");
    assert_eq!(
        snapshot.interfaces.get("eni-1").unwrap().ipv6[0].internet,
        None
    );
}

#[test]
fn eips_and_what_they_are_bound_to() {
    let eips = r#"{"EipAddresses":{"EipAddress":[
        {"AllocationId":"eip-1","IpAddress":"47.1.1.1","Status":"InUse","InstanceType":"EcsInstance","InstanceId":"i-1","Mode":"NAT"},
        {"AllocationId":"eip-2","IpAddress":"47.1.1.2","Status":"Available","InstanceId":""},
        {"AllocationId":"eip-3","IpAddress":"47.1.1.3","Status":"inuse","InstanceType":"NetworkInterface","InstanceId":"alb-1","Mode":"MULTI_BINDED"},
        {"AllocationId":"eip-4","IpAddress":"47.75.XX.XX","Status":"InUse"}]},"TotalCount":4}"#;
    let snapshot = check_gaps(
        &[("r/vpc/DescribeEipAddresses.json", eips)],
        "bad-value r/vpc/DescribeEipAddresses.json:5 gap-bad-address(field=IpAddress, value=47.75.XX.XX)",
    );
    let eip = |id: &str| snapshot.eips.get(id).unwrap().clone();
    assert_eq!(eip("eip-1").binding, EipBinding::Instance("i-1".into()));
    assert_eq!(eip("eip-2").binding, EipBinding::Unbound);
    assert_eq!(
        eip("eip-3").binding,
        EipBinding::LoadBalancer("alb-1".into())
    );
    assert!(eip("eip-3").in_use && eip("eip-3").cut_through);
    assert!(snapshot.is_incomplete(&"r".into(), yumen_cloud::Listing::Eips));
}

#[test]
fn nat_tables_by_table_and_by_gateway() {
    let gateways = r#"{"NatGateways":{"NatGateway":[{"NatGatewayId":"ngw-1","Status":"Available","NetworkType":"internet",
        "ForwardTableIds":{"ForwardTableId":["ftb-1"]},"SnatTableIds":{"SnatTableId":["stb-1"]}}]},"TotalCount":1}"#;
    let forwards = r#"{"ForwardTableEntries":{"ForwardTableEntry":[
        {"ForwardEntryId":"fwd-1","ForwardTableId":"ftb-1","NatGatewayId":"ngw-1","ExternalIp":"47.1.1.1","ExternalPort":"Any","InternalIp":"10.0.0.1","InternalPort":"any","IpProtocol":"Any","Status":"Available"}]},"TotalCount":1}"#;
    let snats = r#"{"SnatTableEntries":{"SnatTableEntry":[
        {"SnatEntryId":"snat-1","SnatTableId":"stb-1","SnatIp":"47.1.1.1, 47.1.1.2","SourceCIDR":"10.0.0.0/24","SourceVSwitchId":"","Status":"Available"}]},"TotalCount":1}"#;
    for (forward, snat) in [("ftb-1", "stb-1"), ("ngw-1", "ngw-1")] {
        let paths = (
            format!("r/vpc/DescribeForwardTableEntries/{forward}.json"),
            format!("r/vpc/DescribeSnatTableEntries/{snat}.json"),
        );
        let files = [
            ("r/vpc/DescribeNatGateways.json", gateways),
            (paths.0.as_str(), forwards),
            (paths.1.as_str(), snats),
        ];
        let snapshot = check_gaps(&files, "");
        let gateway = snapshot.nat_gateways.get("ngw-1").unwrap();
        assert!(!gateway.forwards_unread && !gateway.snats_unread);
        assert_eq!(gateway.forwards[0].external_ports, None);
        assert_eq!(gateway.snats[0].addresses.len(), 2);
        assert!(matches!(gateway.snats[0].source, SnatSource::Network(_)));
    }
    let snapshot = read(&with_core(&[("r/vpc/DescribeNatGateways.json", gateways)]));
    let gateway = snapshot.nat_gateways.get("ngw-1").unwrap();
    assert!(gateway.forwards_unread && gateway.snats_unread);
    assert!(
        gaps(&snapshot)
            .contains("r/vpc/DescribeForwardTableEntries/ftb-1.json gap-no-resource-file")
    );
}

#[test]
fn network_acls_and_routes_bind_to_vswitches_from_either_side() {
    let files = [
        (
            "r/vpc/DescribeVSwitches.json",
            r#"{"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1"},{"VSwitchId":"vsw-2","NetworkAclId":"nacl-1","RouteTable":{"RouteTableId":"vtb-1"}}]},"TotalCount":2}"#,
        ),
        (
            "r/vpc/DescribeNetworkAcls.json",
            r#"{"NetworkAcls":{"NetworkAcl":[{"NetworkAclId":"nacl-1","Resources":{"Resource":[{"ResourceId":"vsw-1","ResourceType":"VSwitch","Status":"BINDED"}]},
            "IngressAclEntries":{"IngressAclEntry":[{"Policy":"accept","Protocol":"tcp","Port":"80/80","SourceCidrIp":"0.0.0.0/0","IpVersion":"IPV4"},{"Policy":"drop","Protocol":"all","Port":"-1/-1","SourceCidrIp":"10.0.0.5/8"}]},
            "EgressAclEntries":{"EgressAclEntry":[]}}]},"TotalCount":"1"}"#,
        ),
        (
            "r/vpc/DescribeRouteTableList.json",
            r#"{"RouterTableList":{"RouterTableListType":[{"RouteTableId":"vtb-1","RouteTableType":"System","VSwitchIds":{"VSwitchId":["vsw-1"]}}]},"TotalCount":1}"#,
        ),
        (
            "r/vpc/DescribeRouteEntryList/vtb-1.json",
            r#"{"RouteEntrys":{"RouteEntry":[
            {"DestinationCidrBlock":"10.0.0.0/8","Status":"Available","Type":"System","NextHops":{"NextHop":[{"NextHopType":"local","NextHopId":"","Enabled":1}]}},
            {"DestinationCidrBlock":"0.0.0.0/0","Status":"Available","Type":"Custom","NextHopType":"NatGateway","NextHopId":"ngw-1"},
            {"DestinationCidrBlock":"192.168.0.0/16","Type":"Cen","NextHops":{"NextHop":[{"NextHopType":"service","NextHopId":""}]}},
            {"DestinationCidrBlock":"172.16.0.0/12","Status":"Pending","NextHopType":"Instance","NextHopId":"i-1"}]}}"#,
        ),
    ];
    let snapshot = check_gaps(
        &files,
        "bad-value r/vpc/DescribeNetworkAcls.json:2 gap-host-bits(field=SourceCidrIp, value=10.0.0.5/8, network=10.0.0.0/8)",
    );
    for vswitch in ["vsw-1", "vsw-2"] {
        let vswitch = snapshot.vswitches.get(vswitch).unwrap();
        assert_eq!(vswitch.acl.as_ref().unwrap().as_str(), "nacl-1");
        assert_eq!(vswitch.route_table.as_ref().unwrap().as_str(), "vtb-1");
    }
    let acl = snapshot.network_acls.get("nacl-1").unwrap();
    assert_eq!(acl.vswitches.len(), 2);
    assert_eq!(acl.ingress[1].ports, PortMatch::Any);
    assert!(!acl.ingress[0].uncertain && acl.ingress[1].uncertain && !acl.unread);
    let table = snapshot.route_tables.get("vtb-1").unwrap();
    assert_eq!(table.vswitches.len(), 2);
    let kinds: Vec<NextHopKind> = table
        .routes
        .iter()
        .map(|route| route.next_hops[0].kind)
        .collect();
    assert_eq!(kinds.len(), 3);
    assert!(kinds.contains(&NextHopKind::Local) && kinds.contains(&NextHopKind::NatGateway));
    assert!(kinds.contains(&NextHopKind::Connection) && !table.unread);
}

const BALANCER: (&str, &str) = (
    "r/slb/DescribeLoadBalancers.json",
    r#"{"LoadBalancers":{"LoadBalancer":[{"LoadBalancerId":"lb-1","Address":"47.1.1.1","AddressType":"internet","LoadBalancerStatus":"active"}]},"TotalCount":1}"#,
);
const BALANCER_ATTRIBUTE: (&str, &str) = (
    "r/slb/DescribeLoadBalancerAttribute/lb-1.json",
    r#"{"LoadBalancerId":"lb-1","BackendServers":{"BackendServer":[{"ServerId":"i-1","Weight":100,"Type":"ecs"}]},"ListenerPortsAndProtocol":{"ListenerPortAndProtocol":[{"ListenerPort":80,"ListenerProtocol":"tcp"}]}}"#,
);

/// Reads a classic balancer with one listener and an access list with these entries.
fn listener(fields: &str, entries: &str) -> yumen_cloud::Listener {
    let listeners = format!(
        r#"{{"Listeners":[{{"LoadBalancerId":"lb-1","ListenerPort":80,"ListenerProtocol":"tcp","BackendServerPort":8080,"Status":"running",{fields}}}],"TotalCount":1}}"#
    );
    let entries = format!(r#"{{"AclId":"acl-1","AclEntrys":{{"AclEntry":[{entries}]}}}}"#);
    let snapshot = read(&with_core(&[
        BALANCER,
        BALANCER_ATTRIBUTE,
        ("r/slb/DescribeLoadBalancerListeners.json", &listeners),
        (
            "r/slb/DescribeAccessControlListAttribute/acl-1.json",
            &entries,
        ),
        (
            "r/slb/DescribeAccessControlLists.json",
            r#"{"Acls":{"Acl":[{"AclId":"acl-1"}]},"TotalCount":1}"#,
        ),
    ]));
    let balancer = snapshot.balancers.get("lb-1").unwrap();
    assert_eq!(balancer.servers.len(), 1);
    assert_eq!(balancer.listeners.len(), 1);
    balancer.listeners[0].clone()
}

#[test]
fn who_may_connect_to_a_listener() {
    let entry = r#"{"AclEntryIP":"10.0.0.0/8"}"#;
    let white = r#""AclStatus":"on","AclType":"white","AclIds":["acl-1"]"#;
    let only = ListenerAccess::Only(vec!["acl-1".into()]);
    assert_eq!(listener(white, entry).access, only);
    assert_eq!(
        listener(white, "").access,
        ListenerAccess::Everyone,
        "an empty white list"
    );
    assert_eq!(
        listener(white, r#"{"AclEntryIP":"x"}"#).access,
        only,
        "a list not read in full"
    );
    let black = r#""AclStatus":"on","AclType":"black","AclId":"acl-1""#;
    assert_eq!(
        listener(black, "").access,
        ListenerAccess::AllBut(vec!["acl-1".into()])
    );
    let off = r#""AclStatus":"off","AclType":"white","AclId":"acl-1""#;
    assert_eq!(listener(off, entry).access, ListenerAccess::Everyone);
    let unknown = r#""AclStatus":"on","AclType":"white","AclId":"acl-9""#;
    assert!(listener(unknown, entry).access_unread);
}

#[test]
fn where_a_listener_sends_requests() {
    assert_eq!(
        listener(r#""AclStatus":"off""#, "").targets,
        [Target::OwnServers(Some(8080))]
    );
    let redirect = r#""AclStatus":"off","HTTPListenerConfig":{"ListenerForward":"on"}"#;
    assert!(listener(redirect, "").targets.is_empty());
    let group = listener(r#""AclStatus":"off","VServerGroupId":"rsp-1""#, "");
    assert_eq!(group.targets, [Target::ServerGroup("rsp-1".into())]);
    assert!(group.targets_unread, "the group was not read");
}

#[test]
fn listeners_that_were_not_read() {
    let snapshot = read(&with_core(&[BALANCER, BALANCER_ATTRIBUTE]));
    let balancer = snapshot.balancers.get("lb-1").unwrap();
    assert!(balancer.unread);
    assert!(balancer.listeners[0].access_unread && balancer.listeners[0].targets_unread);
    assert!(gaps(&snapshot).contains("r/slb/DescribeLoadBalancerListeners.json gap-no-file"));
}
