"""What cases make, look at and take away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clients import REGION, Fields, Lab, Sdk
from expect import check, eventually, same

ZONE = "cn-hangzhou-h"
# Everything that a signature can get wrong: blanks, marks that URL encoders disagree on, Chinese.
AWKWARD_TEXT = "办公室 VPN: a+b*c~d%2F/e=f&g?"
RULE_ENDS = (
    "SourceCidrIp",
    "Ipv6SourceCidrIp",
    "SourceGroupId",
    "SourcePrefixListId",
    "SourcePortRange",
    "DestCidrIp",
    "Ipv6DestCidrIp",
    "DestGroupId",
    "DestPrefixListId",
)


def pages(sdk: Sdk, action: str, **fields: Any) -> list[Fields]:
    """All pages of an action that pages with `NextToken`."""
    found = [sdk(action, **fields)]
    while token := found[-1].get("NextToken"):
        check(len(found) < 100, f"the tokens of {action} do not end")
        found.append(sdk(action, NextToken=token, **fields))
    return found


def numbered_pages(sdk: Sdk, action: str, size: int, **fields: Any) -> list[Fields]:
    """All pages of an action that pages with `PageNumber`, as many as the first one tells."""
    found = [sdk(action, PageNumber=1, PageSize=size, **fields)]
    for number in range(2, -(-found[0]["TotalCount"] // size) + 1):
        found.append(sdk(action, PageNumber=number, PageSize=size, **fields))
    return found


def ids(id_name: str, items: Iterable[Fields]) -> list[str]:
    return [item[id_name] for item in items]


def vpcs(lab: Lab, **filters: Any) -> list[Fields]:
    return lab.vpc("DescribeVpcs", **filters)["Vpcs"]["Vpc"]


def vswitches(lab: Lab, **filters: Any) -> list[Fields]:
    return lab.vpc("DescribeVSwitches", **filters)["VSwitches"]["VSwitch"]


def groups(sdk: Sdk, **filters: Any) -> list[Fields]:
    return sdk("DescribeSecurityGroups", **filters)["SecurityGroups"]["SecurityGroup"]


def rules(sdk: Sdk, group: str, direction: str = "all") -> list[Fields]:
    answer = sdk("DescribeSecurityGroupAttribute", SecurityGroupId=group, Direction=direction)
    return answer["Permissions"]["Permission"]


def new_vpc(lab: Lab, **fields: Any) -> str:
    fields = {"CidrBlock": "10.0.0.0/8", **fields}
    vpc = lab.vpc("CreateVpc", **fields)["VpcId"]
    region = fields.get("RegionId", REGION)
    lab.afterwards(lambda: delete_vpc(lab, vpc, region))
    eventually(
        f"{vpc} is Available",
        lambda: ids("Status", vpcs(lab, VpcId=vpc, RegionId=region)) == ["Available"],
    )
    return vpc


def delete_vpc(lab: Lab, vpc: str, region: str = REGION) -> None:
    lab.vpc("DeleteVpc", VpcId=vpc, RegionId=region)
    eventually(f"{vpc} is gone", lambda: not vpcs(lab, VpcId=vpc, RegionId=region))


def new_vswitch(lab: Lab, vpc: str, cidr: str = "10.1.0.0/24", **fields: Any) -> str:
    fields = {"VpcId": vpc, "CidrBlock": cidr, "ZoneId": ZONE, **fields}
    vswitch = lab.vpc("CreateVSwitch", **fields)["VSwitchId"]
    lab.afterwards(lambda: delete_vswitch(lab, vswitch))
    eventually(
        f"{vswitch} is Available",
        lambda: ids("Status", vswitches(lab, VSwitchId=vswitch)) == ["Available"],
    )
    return vswitch


def delete_vswitch(lab: Lab, vswitch: str) -> None:
    lab.vpc("DeleteVSwitch", VSwitchId=vswitch)
    eventually(f"{vswitch} is gone", lambda: not vswitches(lab, VSwitchId=vswitch))


def new_group(lab: Lab, vpc: str, sdk: Sdk | None = None, **fields: Any) -> str:
    group = (sdk or lab.ecs)("CreateSecurityGroup", VpcId=vpc, **fields)["SecurityGroupId"]
    region = {"RegionId": fields["RegionId"]} if "RegionId" in fields else {}
    lab.afterwards(lambda: lab.ecs("DeleteSecurityGroup", SecurityGroupId=group, **region))
    return group


def new_prefix_list(lab: Lab, *cidrs: str, **fields: Any) -> str:
    fields = {"AddressFamily": "IPv4", "MaxEntries": 10, "PrefixListName": "partners", **fields}
    entries = [{"Cidr": cidr} for cidr in cidrs]
    prefix_list = lab.ecs("CreatePrefixList", Entry=entries, **fields)["PrefixListId"]
    lab.afterwards(lambda: lab.ecs("DeletePrefixList", PrefixListId=prefix_list))
    return prefix_list


def new_network_acl(lab: Lab, vpc: str) -> str:
    acl = lab.vpc("CreateNetworkAcl", VpcId=vpc, NetworkAclName="edge")["NetworkAclId"]
    lab.afterwards(lambda: lab.vpc("DeleteNetworkAcl", NetworkAclId=acl))
    eventually(f"{acl} is Available", lambda: network_acl(lab, acl)["Status"] == "Available")
    return acl


def network_acl(lab: Lab, acl: str) -> Fields:
    return lab.vpc("DescribeNetworkAclAttributes", NetworkAclId=acl)["NetworkAclAttribute"]


def bindings(lab: Lab, acl: str) -> list[tuple[str, str]]:
    resources = network_acl(lab, acl).get("Resources", {}).get("Resource", [])
    return [(bound["ResourceId"], bound["Status"]) for bound in resources]


def bind(lab: Lab, acl: str, vswitch: str) -> None:
    resource = [{"ResourceId": vswitch, "ResourceType": "VSwitch"}]
    lab.vpc("AssociateNetworkAcl", NetworkAclId=acl, Resource=resource)
    eventually(f"{vswitch} is bound to {acl}", lambda: bindings(lab, acl) == [(vswitch, "BINDED")])


def unbind(lab: Lab, acl: str, vswitch: str) -> None:
    resource = [{"ResourceId": vswitch, "ResourceType": "VSwitch"}]
    lab.vpc("UnassociateNetworkAcl", NetworkAclId=acl, Resource=resource)
    # Documented is the status UNBINDED; the entry may also be gone by the time one looks.
    eventually(
        f"{vswitch} is free of {acl}",
        lambda: all(status == "UNBINDED" for _, status in bindings(lab, acl)),
    )


def meaning(rule: Fields) -> tuple[object, ...]:
    """A rule as it was sent or as it was read, with the defaults filled in and one spelling."""
    return (
        rule["IpProtocol"].upper(),
        rule["PortRange"],
        rule.get("Policy", "accept").lower(),
        int(rule.get("Priority", "1")),
        *(rule.get(end) or "" for end in RULE_ENDS),
        rule.get("Description") or "",
    )


def same_rules(what: str, got: list[Fields], expected: list[Fields]) -> None:
    same(what, sorted(map(meaning, got)), sorted(map(meaning, expected)))


def ssh_from(cidr: str, **fields: Any) -> Fields:
    return {"IpProtocol": "TCP", "PortRange": "22/22", "SourceCidrIp": cidr, **fields}


def https_to(cidr: str, **fields: Any) -> Fields:
    return {"IpProtocol": "TCP", "PortRange": "443/443", "DestCidrIp": cidr, **fields}


def authorize(sdk: Sdk, group: str, *permissions: Fields) -> Fields:
    return sdk("AuthorizeSecurityGroup", SecurityGroupId=group, Permissions=list(permissions))


def authorize_egress(sdk: Sdk, group: str, *permissions: Fields) -> Fields:
    return sdk("AuthorizeSecurityGroupEgress", SecurityGroupId=group, Permissions=list(permissions))
