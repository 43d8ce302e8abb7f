"""Security groups, without their rules."""

from __future__ import annotations

import json
import uuid
from typing import Any

from cases import case, case_of_both
from clients import REGION, Lab, Sdk
from estate import (
    AWKWARD_TEXT,
    authorize,
    groups,
    ids,
    new_group,
    new_vpc,
    numbered_pages,
    pages,
    rules,
    ssh_from,
)
from expect import check, refused, same


@case_of_both
def create_groups(lab: Lab, ecs: Sdk) -> None:
    vpc = new_vpc(lab)
    basic = new_group(lab, vpc, ecs, SecurityGroupName="web", Description=AWKWARD_TEXT)
    enterprise = new_group(lab, vpc, ecs, SecurityGroupType="enterprise")
    found = {group["SecurityGroupId"]: group for group in groups(ecs, VpcId=vpc)}
    same("the groups of the VPC", set(found), {basic, enterprise})
    same("SecurityGroupName", found[basic]["SecurityGroupName"], "web")
    same("Description", found[basic]["Description"], AWKWARD_TEXT)
    same("the type of a basic group", found[basic]["SecurityGroupType"], "normal")
    same("the type of an enterprise group", found[enterprise]["SecurityGroupType"], "enterprise")
    for group, inner_access in ((basic, "accept"), (enterprise, "drop")):
        answer = ecs("DescribeSecurityGroupAttribute", SecurityGroupId=group)
        same("VpcId", answer["VpcId"], vpc)
        same("RegionId", answer["RegionId"], REGION)
        same("InnerAccessPolicy", answer["InnerAccessPolicy"].lower(), inner_access)
        # Only the console adds rules to a new group.
        same("the rules of a new group", answer["Permissions"]["Permission"], [])


@case
def group_pages_by_token(lab: Lab) -> None:
    vpc = new_vpc(lab)
    made = {new_group(lab, vpc, SecurityGroupName=f"group-{number:02}") for number in range(25)}
    found = pages(lab.ecs, "DescribeSecurityGroups", VpcId=vpc, MaxResults=10)
    listed = [ids("SecurityGroupId", page["SecurityGroups"]["SecurityGroup"]) for page in found]
    same("groups a page", [len(page) for page in listed], [10, 10, 5])
    same("each group", {group for page in listed for group in page}, made)
    check(not found[0].get("TotalCount"), "paging by token tells no TotalCount")


@case
def group_pages_by_number(lab: Lab) -> None:
    vpc = new_vpc(lab)
    made = {new_group(lab, vpc, SecurityGroupName=f"group-{number:02}") for number in range(25)}
    found = numbered_pages(lab.ecs, "DescribeSecurityGroups", 10, VpcId=vpc)
    listed = [ids("SecurityGroupId", page["SecurityGroups"]["SecurityGroup"]) for page in found]
    same("groups a page", [len(page) for page in listed], [10, 10, 5])
    same("each group", {group for page in listed for group in page}, made)
    same("TotalCount", {page["TotalCount"] for page in found}, {25})
    same("without paging", len(groups(lab.ecs, VpcId=vpc)), 10)


@case
def group_filters(lab: Lab) -> None:
    tag = {"Key": "tier", "Value": uuid.uuid4().hex}
    vpc, other_vpc = new_vpc(lab), new_vpc(lab)
    web = new_group(lab, vpc, SecurityGroupName="filter-web", Tag=[tag])
    data = new_group(lab, vpc, SecurityGroupType="enterprise")
    test = new_group(lab, other_vpc)

    def found(**filters: Any) -> set[str]:
        return set(ids("SecurityGroupId", groups(lab.ecs, **filters)))

    same("by id", found(SecurityGroupId=web), {web})
    same("by ids", found(SecurityGroupIds=json.dumps([web, test])), {web, test})
    same("by VPC", found(VpcId=vpc), {web, data})
    same("by name", found(SecurityGroupName="filter-web"), {web})
    same("by type", found(VpcId=vpc, SecurityGroupType="enterprise"), {data})
    same("by tag", found(Tag=[tag]), {web})
    same("by another value of the tag", found(Tag=[{**tag, "Value": "other"}]), set())
    same("by VPC and tag", found(VpcId=other_vpc, Tag=[tag]), set())
    (tagged,) = groups(lab.ecs, SecurityGroupId=web)
    expected = [{"TagKey": tag["Key"], "TagValue": tag["Value"]}]
    same("the tag itself", tagged["Tags"]["Tag"], expected)


@case
def inner_access_policy(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    for policy in ("Drop", "Accept"):
        lab.ecs("ModifySecurityGroupPolicy", SecurityGroupId=group, InnerAccessPolicy=policy)
        answer = lab.ecs("DescribeSecurityGroupAttribute", SecurityGroupId=group)
        same("InnerAccessPolicy", answer["InnerAccessPolicy"].lower(), policy.lower())


@case
def group_name(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab), SecurityGroupName="before")
    new = {"SecurityGroupName": "after", "Description": "renamed"}
    lab.ecs("ModifySecurityGroupAttribute", SecurityGroupId=group, **new)
    answer = lab.ecs("DescribeSecurityGroupAttribute", SecurityGroupId=group)
    same("the name and description", {name: answer[name] for name in new}, new)


@case
def referenced_group(lab: Lab) -> None:
    vpc = new_vpc(lab)
    source, target = new_group(lab, vpc), new_group(lab, vpc)
    rule = {"IpProtocol": "TCP", "PortRange": "22/22", "SourceGroupId": source}
    authorize(lab.ecs, target, rule)
    answer = lab.ecs("DescribeSecurityGroupReferences", SecurityGroupId=[source])
    (reference,) = answer["SecurityGroupReferences"]["SecurityGroupReference"]
    same("the referenced group", reference["SecurityGroupId"], source)
    referencing = reference["ReferencingSecurityGroups"]["ReferencingSecurityGroup"]
    same("the referencing groups", ids("SecurityGroupId", referencing), [target])
    with refused("DependencyViolation*", status=[403]):
        lab.ecs("DeleteSecurityGroup", SecurityGroupId=source)
    lab.ecs("RevokeSecurityGroup", SecurityGroupId=target, Permissions=[rule])
    lab.ecs("DeleteSecurityGroup", SecurityGroupId=source)
    same("the deleted group", groups(lab.ecs, SecurityGroupId=source), [])


@case_of_both
def missing_group(lab: Lab, ecs: Sdk) -> None:
    with refused("InvalidSecurityGroupId.NotFound", status=[404]):
        rules(ecs, "sg-nosuch")
    with refused("InvalidSecurityGroupId.NotFound", status=[404]):
        authorize(ecs, "sg-nosuch", ssh_from("10.0.0.0/8"))
    same("a list of what is not there", groups(ecs, SecurityGroupId="sg-nosuch"), [])
