//! What connects private networks: CEN, peering, VPN.

use super::{OWNER, RESOURCE_GROUP};
use crate::identifier::id;
use serde_json::{Value, json};

/// An item of DescribeCens.
pub(crate) fn cen(id: &str, name: &str, about: &str, created: &str) -> Value {
    json!({
        "CenBandwidthPackageIds": {"CenBandwidthPackageId": []},
        "CenId": id,
        "CreationTime": created,
        "Description": about,
        "Ipv6Level": "DISABLED",
        "Name": name,
        "ProtectionLevel": "REDUCED",
        "ResourceGroupId": RESOURCE_GROUP,
        "Status": "Active",
        "Tags": {"Tag": []},
    })
}

/// An item of DescribeCenAttachedChildInstances.
pub(crate) fn cen_child(cen: &str, region: &str, vpc: &str, created: &str) -> Value {
    json!({
        "CenId": cen,
        "ChildInstanceAttachTime": created,
        "ChildInstanceId": vpc,
        "ChildInstanceOwnerId": OWNER,
        "ChildInstanceRegionId": region,
        "ChildInstanceType": "VPC",
        "ManagedService": "",
        "Status": "Attached",
    })
}

/// An item of ListTransitRouterVpcAttachments. `zone` holds vSwitch and zone.
pub(crate) fn attachment(
    cen: &str,
    region: &str,
    id: &str,
    name: &str,
    vpc: &str,
    zone: (&str, &str),
    created: &str,
) -> Value {
    json!({
        "AutoPublishRouteEnabled": true,
        "CenId": cen,
        "ChargeType": "POSTPAY",
        "CreationTime": created,
        "ManagedService": "",
        "OrderType": "PayByCenOwner",
        "ResourceType": "VPC",
        "Status": "Attached",
        "Tags": [],
        "TransitRouterAttachmentDescription": "",
        "TransitRouterAttachmentId": id,
        "TransitRouterAttachmentName": name,
        "TransitRouterId": crate::identifier::id("tr", region, cen),
        "TransitRouterVPCAttachmentOptions": {"ApplianceModeSupport": "disable", "Ipv6Support": "disable"},
        "VpcId": vpc,
        "VpcOwnerId": OWNER,
        "VpcRegionId": region,
        "ZoneMappings": [{"NetworkInterfaceId": "", "VSwitchId": zone.0, "ZoneId": zone.1}],
    })
}

/// An item of ListVpcPeerConnections; each side as VPC and range.
pub(crate) fn peering(
    region: &str,
    id: &str,
    name: &str,
    requester: (&str, &str),
    accepter: (&str, &str),
    created: &str,
) -> Value {
    json!({
        "AcceptingOwnerUid": OWNER,
        "AcceptingRegionId": region,
        "AcceptingVpc": {"Ipv4Cidrs": [accepter.1], "Ipv6Cidrs": [], "VpcId": accepter.0},
        "Bandwidth": 1024,
        "BizStatus": "Normal",
        "Description": "",
        "GmtCreate": created,
        "GmtExpired": "",
        "GmtModified": created,
        "InstanceId": id,
        "LinkType": "Gold",
        "Name": name,
        "OwnerId": OWNER,
        "RegionId": region,
        "ResourceGroupId": RESOURCE_GROUP,
        "Status": "Activated",
        "Tags": [],
        "Vpc": {"Ipv4Cidrs": [requester.1], "Ipv6Cidrs": [], "VpcId": requester.0},
    })
}

/// An item of DescribeVpnGateways.
pub(crate) fn vpn_gateway(
    region: &str,
    name: &str,
    address: &str,
    vpc: &str,
    vswitch: &str,
    created: u64,
) -> Value {
    json!({
        "AutoPropagate": false,
        "BusinessStatus": "Normal",
        "ChargeType": "POSTPAY",
        "CreateTime": created,
        "Description": "",
        "DisasterRecoveryInternetIp": "",
        "DisasterRecoveryVSwitchId": "",
        "EnableBgp": false,
        "EndTime": 0,
        "EniInstanceIds": {"EniInstanceId": []},
        "GatewayType": "Traditional",
        "InternetIp": address,
        "IpsecVpn": "enable",
        "Name": name,
        "NetworkType": "public",
        "ReservationData": {},
        "ResourceGroupId": RESOURCE_GROUP,
        "Spec": "200M",
        "SslMaxConnections": 0,
        "SslVpn": "disable",
        "SslVpnInternetIp": "",
        "Status": "active",
        "Tag": "",
        "Tags": {"Tag": []},
        "VSwitchId": vswitch,
        "VpcId": vpc,
        "VpnGatewayId": id("vpn", region, name),
        "VpnType": "Normal",
    })
}

/// An item of DescribeVpnConnections; no key is ever written.
pub(crate) fn vpn_connection(
    region: &str,
    name: &str,
    gateway: &str,
    local: &str,
    remote: &str,
    created: u64,
) -> Value {
    json!({
        "AttachInstanceId": gateway,
        "AttachType": "VPN_GATEWAY",
        "CreateTime": created,
        "CrossAccountAuthorized": false,
        "CustomerGatewayId": id("cgw", region, name),
        "EffectImmediately": true,
        "EnableDpd": true,
        "EnableNatTraversal": true,
        "EnableTunnelsBgp": false,
        "IkeConfig": {
            "IkeAuthAlg": "sha256", "IkeEncAlg": "aes256", "IkeLifetime": 86_400,
            "IkeMode": "main", "IkePfs": "group14", "IkeVersion": "ikev2",
            "LocalId": "", "Psk": "******", "RemoteId": "",
        },
        "InternetIp": "",
        "IpsecConfig": {
            "IpsecAuthAlg": "sha256", "IpsecEncAlg": "aes256", "IpsecLifetime": 86_400,
            "IpsecPfs": "group14",
        },
        "LocalSubnet": local,
        "Name": name,
        "NetworkType": "public",
        "RemoteCaCertificate": "",
        "RemoteSubnet": remote,
        "ResourceGroupId": RESOURCE_GROUP,
        "Spec": "200M",
        "State": "active",
        "Status": "ipsec_sa_established",
        "Tag": {"Tag": []},
        "TransitRouterId": "",
        "TransitRouterName": "",
        "TunnelBandwidth": "Standard",
        "TunnelOptionsSpecification": {"TunnelOptions": []},
        "VcoHealthCheck": {
            "Dip": "", "Enable": "false", "Interval": 0, "Policy": "", "Retry": 0, "Sip": "",
            "Status": "",
        },
        "VpnBgpConfig": {
            "AuthKey": "", "LocalAsn": 0, "LocalBgpIp": "", "PeerAsn": 0, "PeerBgpIp": "",
            "Status": "", "TunnelCidr": "",
        },
        "VpnConnectionId": id("vco", region, name),
        "VpnGatewayId": gateway,
    })
}

/// One side of a connection between two routers.
#[derive(Clone, Debug)]
pub(crate) struct RouterInterface<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) role: &'a str,
    pub(crate) spec: &'a str,
    /// Kind (VRouter or VBR) and id.
    pub(crate) router: (&'a str, &'a str),
    /// Empty where the router is no VPC's.
    pub(crate) vpc: &'a str,
    pub(crate) opposite_region: &'a str,
    pub(crate) created: &'a str,
}

impl RouterInterface<'_> {
    /// An item of DescribeRouterInterfaces.
    pub(crate) fn item(&self) -> Value {
        json!({
            "AccessPointId": "",
            "Bandwidth": 1024,
            "BusinessStatus": "Normal",
            "ChargeType": "AfterPay",
            "ConnectedTime": "",
            "CreationTime": self.created,
            "CrossBorder": false,
            "Description": "",
            "EndTime": "",
            "FastLinkMode": false,
            "HasReservationData": "false",
            "HcRate": 2000,
            "HcThreshold": 8,
            "HealthCheckSourceIp": "",
            "HealthCheckTargetIp": "",
            "Ipv6Status": "off",
            "Name": self.name,
            "OppositeAccessPointId": "",
            "OppositeBandwidth": 1024,
            "OppositeInterfaceBusinessStatus": "Normal",
            "OppositeInterfaceId": "",
            "OppositeInterfaceOwnerId": OWNER.to_string(),
            "OppositeInterfaceSpec": "",
            "OppositeInterfaceStatus": "Idle",
            "OppositeRegionId": self.opposite_region,
            "OppositeRouterId": "",
            "OppositeRouterType": "VRouter",
            "OppositeVpcInstanceId": "",
            "ReservationActiveTime": "",
            "ReservationBandwidth": "",
            "ReservationInternetChargeType": "",
            "ReservationOrderType": "",
            "ResourceGroupId": RESOURCE_GROUP,
            "Role": self.role,
            "RouterId": self.router.1,
            "RouterInterfaceId": self.id,
            "RouterType": self.router.0,
            "Spec": self.spec,
            "Status": "Idle",
            "Tags": {"Tags": []},
            "VpcInstanceId": self.vpc,
        })
    }
}
