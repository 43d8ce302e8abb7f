"""VPCs, vSwitches, network ACLs and EIPs."""

from __future__ import annotations

import ipaddress
import uuid
from typing import Any

from cases import case
from clients import OTHER_REGION, REGION, Fields, Lab
from estate import (
    ZONE,
    bind,
    bindings,
    delete_vpc,
    delete_vswitch,
    groups,
    ids,
    network_acl,
    new_group,
    new_network_acl,
    new_vpc,
    new_vswitch,
    numbered_pages,
    rules,
    unbind,
    vpcs,
    vswitches,
)
from expect import ANY_CODE, check, eventually, refused, same


@case
def create_vpc(lab: Lab) -> None:
    fields = {"CidrBlock": "172.16.0.0/12", "VpcName": "shop", "Description": "online shop"}
    created = lab.vpc("CreateVpc", **fields)
    vpc = created["VpcId"]
    lab.afterwards(lambda: delete_vpc(lab, vpc))
    check(created.get("VRouterId"), "CreateVpc tells no VRouterId")
    check(created.get("RouteTableId"), "CreateVpc tells no RouteTableId")
    eventually(f"{vpc} is Available", lambda: ids("Status", vpcs(lab, VpcId=vpc)) == ["Available"])
    attribute = lab.vpc("DescribeVpcAttribute", VpcId=vpc)
    for found in (vpcs(lab, VpcId=vpc)[0], attribute):
        same("what was sent", {name: found[name] for name in fields}, fields)
        same("RegionId", found["RegionId"], REGION)
        same("IsDefault", found["IsDefault"], False)
        same("VRouterId", found["VRouterId"], created["VRouterId"])


@case
def create_vswitch(lab: Lab) -> None:
    vpc = new_vpc(lab)
    vswitch = new_vswitch(lab, vpc, "10.1.0.0/24", VSwitchName="web")
    (found,) = vswitches(lab, VSwitchId=vswitch)
    same("VSwitchName", found["VSwitchName"], "web")
    same("VpcId", found["VpcId"], vpc)
    same("CidrBlock", found["CidrBlock"], "10.1.0.0/24")
    same("ZoneId", found["ZoneId"], ZONE)
    # The first and the last three addresses of a vSwitch belong to the system.
    same("AvailableIpAddressCount", found["AvailableIpAddressCount"], 252)
    same("VSwitchIds of the VPC", vpcs(lab, VpcId=vpc)[0]["VSwitchIds"]["VSwitchId"], [vswitch])


@case
def vpc_pages(lab: Lab) -> None:
    made = [new_vpc(lab, CidrBlock=f"10.{number}.0.0/16") for number in range(7)]
    found = numbered_pages(lab.vpc, "DescribeVpcs", 3)
    listed = [vpc for page in found for vpc in ids("VpcId", page["Vpcs"]["Vpc"])]
    same("each VPC once", len(listed), len(set(listed)))
    same("TotalCount", {page["TotalCount"] for page in found}, {len(listed)})
    same("PageNumber", [page["PageNumber"] for page in found], list(range(1, len(found) + 1)))
    same("PageSize", {page["PageSize"] for page in found}, {3})
    same("VPCs that no page shows", set(made) - set(listed), set())
    same("a page behind the last", vpcs(lab, PageNumber=len(found) + 1, PageSize=3), [])
    with refused("Invalid*"):
        lab.vpc("DescribeVpcs", PageSize=51)


@case
def vpc_filters(lab: Lab) -> None:
    tag = {"Key": "team", "Value": uuid.uuid4().hex}
    shop = new_vpc(lab, VpcName="filter-shop", Tag=[tag])
    test = new_vpc(lab, VpcName="filter-test")
    web = new_vswitch(lab, shop, "10.1.0.0/24", VSwitchName="filter-web")
    app = new_vswitch(lab, shop, "10.2.0.0/24")
    same("by id", ids("VpcId", vpcs(lab, VpcId=test)), [test])
    same("by two ids", set(ids("VpcId", vpcs(lab, VpcId=f"{shop},{test}"))), {shop, test})
    same("by name", ids("VpcId", vpcs(lab, VpcName="filter-shop")), [shop])
    same("by tag", ids("VpcId", vpcs(lab, Tag=[tag])), [shop])
    same("by tag and another id", ids("VpcId", vpcs(lab, Tag=[tag], VpcId=test)), [])
    same("by an unknown id", vpcs(lab, VpcId="vpc-nosuch"), [])
    same("the tag itself", vpcs(lab, VpcId=shop)[0]["Tags"]["Tag"], [tag])
    same("vSwitches of a VPC", set(ids("VSwitchId", vswitches(lab, VpcId=shop))), {web, app})
    same("vSwitches of the other VPC", vswitches(lab, VpcId=test), [])
    same("a vSwitch by name", ids("VSwitchId", vswitches(lab, VSwitchName="filter-web")), [web])
    same("vSwitches of a zone", vswitches(lab, VpcId=shop, ZoneId="cn-hangzhou-i"), [])


@case
def regions_apart(lab: Lab) -> None:
    vpc = new_vpc(lab, RegionId=OTHER_REGION)
    group = new_group(lab, vpc, RegionId=OTHER_REGION)
    there = groups(lab.ecs, VpcId=vpc, RegionId=OTHER_REGION)
    same("there", ids("SecurityGroupId", there), [group])
    same("here", groups(lab.ecs, VpcId=vpc), [])
    same("the VPC here", vpcs(lab, VpcId=vpc), [])
    with refused("InvalidSecurityGroupId.NotFound", status=[404]):
        rules(lab.ecs, group)


@case
def vpc_in_use(lab: Lab) -> None:
    vpc = new_vpc(lab)
    vswitch = new_vswitch(lab, vpc)
    with refused("DependencyViolation*", status=[400, 403]):
        lab.vpc("DeleteVpc", VpcId=vpc)
    delete_vswitch(lab, vswitch)
    group = new_group(lab, vpc)
    with refused("DependencyViolation*", status=[400, 403]):
        lab.vpc("DeleteVpc", VpcId=vpc)
    lab.ecs("DeleteSecurityGroup", SecurityGroupId=group)
    delete_vpc(lab, vpc)


@case
def network_acl_binding(lab: Lab) -> None:
    vpc = new_vpc(lab)
    vswitch = new_vswitch(lab, vpc)
    acl = new_network_acl(lab, vpc)
    same("VpcId", network_acl(lab, acl)["VpcId"], vpc)
    same("what a new ACL is bound to", bindings(lab, acl), [])
    bind(lab, acl, vswitch)
    same("the vSwitch's ACL", ids("NetworkAclId", vswitches(lab, VSwitchId=vswitch)), [acl])
    answer = lab.vpc("DescribeNetworkAcls", NetworkAclId=acl)
    same("the list", ids("NetworkAclId", answer["NetworkAcls"]["NetworkAcl"]), [acl])
    # The counters of this action are strings.
    same("TotalCount", str(answer["TotalCount"]), "1")
    with refused(ANY_CODE):
        lab.vpc("DeleteNetworkAcl", NetworkAclId=acl)
    unbind(lab, acl, vswitch)
    check(not vswitches(lab, VSwitchId=vswitch)[0].get("NetworkAclId"), "the vSwitch keeps its ACL")
    lab.vpc("DeleteNetworkAcl", NetworkAclId=acl)
    with refused("*NotFound*"):
        network_acl(lab, acl)


def custom_entries(entries: list[Fields]) -> list[Fields]:
    """The entries that users made; the order is the priority."""
    # Whether `system` entries are shown depends on the network ACL.
    cidrs = ("SourceCidrIp", "DestinationCidrIp")
    sent = ("NetworkAclEntryName", "Policy", "Protocol", "Port", *cidrs)
    return [
        {name: entry[name] for name in sent if name in entry}
        for entry in entries
        if entry.get("EntryType", "custom") == "custom"
    ]


@case
def network_acl_entries(lab: Lab) -> None:
    acl = new_network_acl(lab, new_vpc(lab))

    def update(**fields: Any) -> Fields:
        """Updates the entries and returns the ACL after it has been Modifying."""
        statuses: list[str] = []

        def settled() -> bool:
            statuses.append(network_acl(lab, acl)["Status"])
            return statuses[-1] == "Available"

        lab.vpc("UpdateNetworkAclEntries", NetworkAclId=acl, **fields)
        eventually(f"{acl} is Available again", settled)
        same("its statuses meanwhile", set(statuses), {"Modifying", "Available"})
        return network_acl(lab, acl)

    inward: list[Fields] = [
        {
            "NetworkAclEntryName": name,
            "Policy": policy,
            "Protocol": protocol,
            "Port": port,
            "SourceCidrIp": cidr,
        }
        for name, policy, protocol, port, cidr in (
            ("https", "accept", "tcp", "443/443", "0.0.0.0/0"),
            ("replies", "accept", "tcp", "1024/65535", "0.0.0.0/0"),
            ("rest", "drop", "all", "-1/-1", "0.0.0.0/0"),
        )
    ]
    outward: list[Fields] = [
        {
            "NetworkAclEntryName": "all",
            "Policy": "accept",
            "Protocol": "all",
            "Port": "-1/-1",
            "DestinationCidrIp": "0.0.0.0/0",
        }
    ]
    found = update(
        IngressAclEntries=inward,
        EgressAclEntries=outward,
        UpdateIngressAclEntries=True,
        UpdateEgressAclEntries=True,
    )
    same("ingress", custom_entries(found["IngressAclEntries"]["IngressAclEntry"]), inward)
    same("egress", custom_entries(found["EgressAclEntries"]["EgressAclEntry"]), outward)
    turned = [inward[2], inward[0]]
    found = update(IngressAclEntries=turned, UpdateIngressAclEntries=True)
    same("ingress, replaced", custom_entries(found["IngressAclEntries"]["IngressAclEntry"]), turned)
    same("egress, kept", custom_entries(found["EgressAclEntries"]["EgressAclEntry"]), outward)


@case
def eip(lab: Lab) -> None:
    fields = {"Bandwidth": "5", "InternetChargeType": "PayByTraffic", "Name": "edge"}
    allocated = lab.vpc("AllocateEipAddress", **fields)
    allocation = allocated["AllocationId"]
    lab.afterwards(lambda: lab.vpc("ReleaseEipAddress", AllocationId=allocation))

    def found(**filters: str) -> list[Fields]:
        return lab.vpc("DescribeEipAddresses", **filters)["EipAddresses"]["EipAddress"]

    (address,) = found(AllocationId=allocation)
    same("IpAddress", address["IpAddress"], allocated["EipAddress"])
    check(ipaddress.ip_address(address["IpAddress"]).version == 4, "an EIP is an IPv4 address")
    same("the other fields", {name: address[name] for name in fields}, fields)
    same("Status", address["Status"], "Available")
    by_address = found(EipAddress=allocated["EipAddress"])
    same("by address", ids("AllocationId", by_address), [allocation])
    lab.vpc("ReleaseEipAddress", AllocationId=allocation)
    eventually("the EIP is released", lambda: not found(AllocationId=allocation))
