//! What connects VPCs with each other and with offices.

use super::cloud::{Cloud, Id, REGION};

pub(super) fn vpn(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let made = cloud.done(
        "vpc/CreateVpnGateway",
        &[
            ("VpcId", &vpc),
            ("VSwitchId", &vswitch),
            ("Bandwidth", "10"),
            ("Name", "office"),
        ],
    );
    let of = [("VpnGatewayId", made["VpnGatewayId"].id())];
    let tunnel = [
        of[0],
        ("CustomerGatewayId", "cgw-office"),
        ("LocalSubnet", "10.0.0.0/8"),
        ("RemoteSubnet", "192.168.0.0/16"),
        ("IkeConfig", r#"{"Psk":"secret","IkeVersion":"ikev1"}"#),
    ];
    let code = cloud.refused("vpc/CreateVpnConnection", &tunnel);
    assert_eq!(code, "VpnGateway.Configuring");
    cloud.wait();
    let seen = cloud.seen("vpc/DescribeVpnGateways", of[0].0, of[0].1);
    assert_eq!(seen.expect("seen")["Status"], "active");
    let made = cloud.settled("vpc/CreateVpnConnection", &tunnel);
    let connection = [("VpnConnectionId", made["VpnConnectionId"].id())];
    let path = "vpc/DescribeVpnConnections";
    let seen = cloud.seen(path, connection[0].0, connection[0].1);
    let seen = seen.expect("seen");
    assert_eq!(seen["IkeConfig"]["IkeVersion"], "ikev1");
    assert!(!seen.to_string().contains("secret"));
    let code = cloud.refused("vpc/DeleteVpnGateway", &of);
    assert_eq!(code, "DependencyViolation.VpnConnection");
    let code = cloud.refused("vpc/DeleteVpc", &[("VpcId", &vpc)]);
    assert_eq!(code, "DependencyViolation.VSwitch");
    cloud.done("vpc/DeleteVpnConnection", &connection);
    assert_eq!(cloud.seen(path, connection[0].0, connection[0].1), None);
    cloud.done("vpc/DeleteVpnGateway", &of);
    let gone = cloud.seen("vpc/DescribeVpnGateways", of[0].0, of[0].1);
    assert_eq!(gone, None);
}

pub(super) fn router_interfaces(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let seen = cloud.seen("vpc/DescribeVpcs", "VpcId", &vpc).expect("seen");
    let table = seen["RouterTableIds"]["RouterTableIds"][0].id();
    let made = cloud.settled(
        "vpc/CreateRouterInterface",
        &[
            ("RouterId", seen["VRouterId"].id()),
            ("RouterType", "VRouter"),
            ("Role", "InitiatingSide"),
            ("Spec", "Large.1"),
            ("OppositeRegionId", "cn-shanghai"),
        ],
    );
    let of = [("RouterInterfaceId", made["RouterInterfaceId"].id())];
    let path = "vpc/DescribeRouterInterfaces";
    let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
    assert_eq!(seen["Status"], "Idle");
    assert_eq!(seen["VpcInstanceId"], vpc.as_str());
    let route = [
        ("RouteTableId", table),
        ("DestinationCidrBlock", "192.168.0.0/16"),
        ("NextHopType", "RouterInterface"),
        ("NextHopId", of[0].1),
    ];
    cloud.done("vpc/CreateRouteEntry", &route);
    let code = cloud.refused("vpc/DeleteRouterInterface", &of);
    assert_eq!(code, "DependencyViolation.RouteEntry");
    cloud.done("vpc/DeleteRouteEntry", &route[..2]);
    cloud.done("vpc/DeleteRouterInterface", &of);
    assert_eq!(cloud.seen(path, of[0].0, of[0].1), None);
}

pub(super) fn peering(cloud: &mut Cloud) {
    let own = cloud.vpc();
    cloud.region = "cn-shanghai";
    let other = cloud.vpc();
    cloud.region = REGION;
    let asked = [
        ("VpcId", own.as_str()),
        ("AcceptingVpcId", &other),
        ("AcceptingRegionId", "cn-shanghai"),
    ];
    let made = cloud.settled("vpcpeer/CreateVpcPeerConnection", &asked);
    let of = [("InstanceId", made["InstanceId"].id())];
    let path = "vpcpeer/ListVpcPeerConnections";
    for region in ["cn-shanghai", REGION] {
        cloud.region = region;
        let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
        assert_eq!(seen["Status"], "Activated");
    }
    let code = cloud.refused("vpcpeer/CreateVpcPeerConnection", &asked);
    assert_eq!(code, "ResourceAlreadyExist.VpcPeer");
    let code = cloud.refused("vpcpeer/AcceptVpcPeerConnection", &of);
    assert_eq!(code, "IncorrectStatus.VpcPeer");
    let code = cloud.refused("vpc/DeleteVpc", &[("VpcId", &own)]);
    assert_eq!(code, "DependencyViolation.VpcPeer");
    let seen = cloud.seen("vpc/DescribeVpcs", "VpcId", &own).expect("seen");
    let route = [
        (
            "RouteTableId",
            seen["RouterTableIds"]["RouterTableIds"][0].id(),
        ),
        ("DestinationCidrBlock", "192.168.0.0/16"),
        ("NextHopType", "VpcPeer"),
        ("NextHopId", of[0].1),
    ];
    cloud.done("vpc/CreateRouteEntry", &route);
    let code = cloud.refused("vpcpeer/DeleteVpcPeerConnection", &of);
    assert_eq!(code, "OperationDenied.RouteEntryExist");
    let forced = [of[0], ("Force", "true")];
    cloud.done("vpcpeer/DeleteVpcPeerConnection", &forced);
    assert_eq!(cloud.seen(path, of[0].0, of[0].1), None);
    let foreign = [
        ("VpcId", own.as_str()),
        ("AcceptingVpcId", "vpc-of-somebody"),
        ("AcceptingRegionId", REGION),
        ("AcceptingAliUid", "1234567890123456"),
    ];
    let made = cloud.settled("vpcpeer/CreateVpcPeerConnection", &foreign);
    let of = [("InstanceId", made["InstanceId"].id())];
    let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
    assert_eq!(seen["Status"], "Accepting");
    cloud.settled("vpcpeer/AcceptVpcPeerConnection", &of);
    let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
    assert_eq!(seen["Status"], "Activated");
}

pub(super) fn cen(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let vswitch = cloud.vswitch(&vpc, 1, 'h');
    let made = cloud.done("cbn/CreateCen", &[("Name", "all")]);
    let of = [("CenId", made["CenId"].id())];
    let child = [
        of[0],
        ("ChildInstanceId", vpc.as_str()),
        ("ChildInstanceRegionId", REGION),
        ("ChildInstanceType", "VPC"),
    ];
    let code = cloud.refused("cbn/AttachCenChildInstance", &child);
    assert_eq!(code, "InvalidOperation.CenInstanceStatus");
    cloud.wait();
    cloud.done("cbn/AttachCenChildInstance", &child);
    let code = cloud.refused("cbn/DetachCenChildInstance", &child);
    assert_eq!(code, "InvalidOperation.ChildInstanceStatus");
    cloud.wait();
    let path = "cbn/DescribeCenAttachedChildInstances";
    let seen = cloud.list(path, &of);
    assert_eq!(seen[0]["Status"], "Attached");
    let status = |cloud: &mut Cloud| {
        let seen = cloud.seen("vpc/DescribeVpcs", "VpcId", &vpc);
        seen.expect("seen")["CenStatus"].id().to_owned()
    };
    assert_eq!(status(cloud), "Attached");
    let code = cloud.refused("cbn/AttachCenChildInstance", &child);
    assert_eq!(code, "InvalidOperation.ChildInstanceAttached");
    let code = cloud.refused("cbn/DeleteCen", &of);
    assert_eq!(code, "InvalidOperation.ChildInstanceExist");
    cloud.done("cbn/DetachCenChildInstance", &child);
    assert_eq!(status(cloud), "");
    let attach = [
        of[0],
        ("VpcId", vpc.as_str()),
        ("ZoneMappings.1.ZoneId", "cn-hangzhou-h"),
        ("ZoneMappings.1.VSwitchId", &vswitch),
    ];
    let made = cloud.settled("cbn/CreateTransitRouterVpcAttachment", &attach);
    let field = "TransitRouterAttachmentId";
    let attachment = [(field, made[field].id())];
    let path = "cbn/ListTransitRouterVpcAttachments";
    let seen = cloud.seen(path, field, attachment[0].1).expect("seen");
    assert_eq!(seen["Status"], "Attached");
    let code = cloud.refused("cbn/DetachCenChildInstance", &child);
    assert_eq!(code, "InvalidOperation.TransitRouterAttachmentExist");
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", &vswitch)]);
    assert_eq!(code, "DependencyViolation.TransitRouterAttachment");
    cloud.done("cbn/DeleteTransitRouterVpcAttachment", &attachment);
    assert_eq!(cloud.seen(path, field, attachment[0].1), None);
    cloud.done("cbn/DeleteCen", &of);
    assert_eq!(cloud.seen("cbn/DescribeCens", of[0].0, of[0].1), None);
}
